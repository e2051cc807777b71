//! Where a log's bytes are: in a file that stays, in memory, or in a spool.

use std::fs::File;
use std::io;
use std::path::Path;

use bytes::Bytes;
use mwscope_parsers::Span;

use super::at::{fill, read_aligned, read_at, read_into};
use super::spool::Spool;

/// The (decompressed) bytes of a log, readable anywhere.
#[derive(Debug)]
pub enum Store {
    /// A file that is read where it is.
    File(File),
    /// Bytes in memory.
    Memory(Bytes),
    /// Bytes that came only once.
    Spool(Spool),
}

impl Store {
    /// The file at `path`.
    ///
    /// # Errors
    /// When it can't be opened.
    pub fn file(path: &Path) -> io::Result<Self> {
        File::open(path).map(Self::File)
    }

    /// Puts the bytes at `span`, cut where the log ends, in place of what `into` holds: reading a file from one end to the
    /// other needs no memory of its own for each piece.
    ///
    /// # Errors
    /// When the disk fails.
    pub(super) fn read_into(&self, span: Span, into: &mut Vec<u8>) -> io::Result<()> {
        match self {
            Self::File(file) => read_into(file, span, into),
            Self::Spool(spool) => spool.read_into(span, into),
            Self::Memory(bytes) => {
                into.clear();
                into.extend_from_slice(span.of(bytes));
                Ok(())
            }
        }
    }

    /// As [`Store::read_into`], behind some bytes that stand before those: how many is what it gives. A file is read faster
    /// so, where `span` begins anywhere.
    ///
    /// # Errors
    /// As [`Store::read_into`].
    pub(super) fn read_aligned(&self, span: Span, into: &mut Vec<u8>) -> io::Result<usize> {
        match self {
            Self::File(file) => read_aligned(file, span, into),
            Self::Spool(_) | Self::Memory(_) => self.read_into(span, into).map(|()| 0),
        }
    }

    /// Fills `into` with the bytes at `offset`; how many there were, which are fewer only where the log ends.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn fill(&self, offset: u64, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::File(file) => fill(file, offset, into),
            Self::Spool(spool) => spool.fill(offset, into),
            Self::Memory(bytes) => {
                let there = Span::new(offset, into.len() as u64).of(bytes);
                into[..there.len()].copy_from_slice(there);
                Ok(there.len())
            }
        }
    }

    /// How many bytes there are by now.
    ///
    /// # Errors
    /// When the file system doesn't say.
    pub(super) fn size(&self) -> io::Result<u64> {
        match self {
            Self::File(file) => Ok(file.metadata()?.len()),
            Self::Memory(bytes) => Ok(bytes.len() as u64),
            Self::Spool(spool) => Ok(spool.span().end()),
        }
    }

    /// The bytes at `span`, cut where the log ends.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn read(&self, span: Span) -> io::Result<Bytes> {
        match self {
            Self::File(file) => read_at(file, span),
            Self::Spool(spool) => spool.read(span),
            Self::Memory(bytes) => {
                let len = bytes.len() as u64;
                let range = span.offset.min(len) as usize..span.end().min(len) as usize;
                Ok(bytes.slice(range))
            }
        }
    }
}
