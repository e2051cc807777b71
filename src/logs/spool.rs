//! Bytes that are read twice but come only once (standard input, decompressed members, logs that rotate away
//! while they are followed): appended to a private temporary file that is gone when the program is.

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use mwscope_parsers::Span;

use super::at::{fill, read_into};

/// An append-only temporary file, readable by its owner alone and deleted when dropped.
#[derive(Debug)]
pub struct Spool {
    file: File,
    len: Mutex<u64>,
    /// Where its first byte stands in what it is a part of: spans count from there.
    from: u64,
}

impl Spool {
    /// An empty spool in the system's folder for temporary files.
    ///
    /// # Errors
    /// When no temporary file can be made.
    pub fn new() -> io::Result<Self> {
        Self::behind(0)
    }

    /// An empty spool for what comes behind the first `from` bytes of something; its spans count from their start.
    ///
    /// # Errors
    /// As [`Spool::new`].
    pub(super) fn behind(from: u64) -> io::Result<Self> {
        Ok(Self { file: tempfile::tempfile()?, len: Mutex::new(0), from })
    }

    /// What it holds of that which it is a part of.
    pub(super) fn span(&self) -> Span {
        Span::new(self.from, self.len())
    }

    /// Appends `bytes`.
    ///
    /// # Errors
    /// When the disk is full or fails; what was written before stays readable.
    pub fn append(&self, bytes: &[u8]) -> io::Result<()> {
        let mut len = self.len.lock().unwrap_or_else(PoisonError::into_inner);
        let mut file = &self.file;
        file.seek(SeekFrom::Start(*len))?;
        file.write_all(bytes)?;
        *len += bytes.len() as u64;
        Ok(())
    }

    /// How many bytes were appended.
    #[must_use]
    pub fn len(&self) -> u64 {
        *self.len.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether nothing was appended yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bytes at `span`, cut where the spool ends.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn read(&self, span: Span) -> io::Result<Bytes> {
        let mut bytes = Vec::new();
        self.read_into(span, &mut bytes)?;
        Ok(bytes.into())
    }

    /// Puts the bytes at `span`, cut where the spool ends, in place of what `into` holds.
    pub(super) fn read_into(&self, span: Span, into: &mut Vec<u8>) -> io::Result<()> {
        let _one = self.alone();
        read_into(&self.file, Span { offset: self.place(span.offset)?, ..span }, into)
    }

    /// Fills `into` with the bytes at `offset`; how many there were, which are fewer only where the spool ends.
    pub(super) fn fill(&self, offset: u64, into: &mut [u8]) -> io::Result<usize> {
        let _one = self.alone();
        fill(&self.file, self.place(offset)?, into)
    }

    /// On Windows reading moves the file's position, from which appending goes on: one at a time.
    fn alone(&self) -> Option<MutexGuard<'_, u64>> {
        cfg!(windows).then(|| self.len.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Where in the file the byte at `offset` stands.
    fn place(&self, offset: u64) -> io::Result<u64> {
        let gone = || io::Error::new(io::ErrorKind::NotFound, "these bytes came before what was spooled");
        offset.checked_sub(self.from).ok_or_else(gone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_in_comes_out_in_any_order() {
        let spool = Spool::new().expect("a spool");
        spool.append(b"hello ").expect("append");
        assert_eq!(spool.read(Span::new(0, 5)).expect("read"), "hello");
        spool.append(b"world").expect("append");
        assert_eq!(spool.read(Span::new(4, 100)).expect("read"), "o world");
    }

    #[test]
    fn a_part_has_the_places_of_the_whole() {
        let spool = Spool::behind(6).expect("a spool");
        spool.append(b"world").expect("append");
        assert_eq!(spool.read(Span::new(7, 3)).expect("read"), "orl");
        assert_eq!(spool.span(), Span::new(6, 5));
        assert!(spool.read(Span::new(4, 3)).is_err());
    }
}
