//! The bytes of one source, wherever they are: in a file that stays where it is, in memory, or in a spool
//! because they come only once. Says nothing of what they are.

use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use mwscope_parsers::Span;

use crate::case::read_full;
use crate::logs::{Spool, Store};

/// What comes only once is kept in memory up to this many bytes and spooled beyond.
const IN_MEMORY: usize = 16 << 20;

/// Bytes that can be read more than once.
#[derive(Debug)]
pub(super) enum Content {
    /// A file, and its length when it was looked at.
    File(PathBuf, u64),
    /// Bytes in memory.
    Memory(Bytes),
    /// Bytes in a spool, and how many.
    Spool(Spool, u64),
}

impl Content {
    /// The content of a file.
    pub(super) fn file(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        Ok(Self::File(path.to_owned(), file.metadata()?.len()))
    }

    /// Everything that `from` gives, as far as it can be read; an error comes with what was read before it.
    ///
    /// `allow` is asked with the number of bytes so far and may end the reading with words.
    pub(super) fn once(
        from: impl Read,
        mut allow: impl FnMut(u64) -> Result<(), String>,
    ) -> io::Result<(Self, Option<String>)> {
        let mut from = from;
        let mut memory = Vec::new();
        let mut spool = None;
        let mut len = 0_u64;
        let mut chunk = vec![0; 256 << 10];
        let trouble = loop {
            let n = match from.read(&mut chunk) {
                Ok(0) => break None,
                Ok(n) => n,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => break Some(error.to_string()),
            };
            len += n as u64;
            if let Err(words) = allow(len) {
                len -= n as u64;
                break Some(words);
            }
            let bytes = &chunk[..n];
            if spool.is_none() && memory.len() + n > IN_MEMORY {
                let fresh = Spool::new()?;
                fresh.append(&memory)?;
                memory = Vec::new();
                spool = Some(fresh);
            }
            match &spool {
                Some(spool) => spool.append(bytes)?,
                None => memory.extend_from_slice(bytes),
            }
        };
        let content = match spool {
            Some(spool) => Self::Spool(spool, len),
            None => Self::Memory(memory.into()),
        };
        Ok((content, trouble))
    }

    /// How many bytes there are.
    pub(super) fn len(&self) -> u64 {
        match self {
            Self::File(_, len) | Self::Spool(_, len) => *len,
            Self::Memory(bytes) => bytes.len() as u64,
        }
    }

    /// The same bytes, readable anywhere.
    pub(super) fn into_store(self) -> io::Result<Store> {
        Ok(match self {
            Self::File(path, _) => Store::file(&path)?,
            Self::Memory(bytes) => Store::Memory(bytes),
            Self::Spool(spool, _) => Store::Spool(spool),
        })
    }

    /// The first `len` bytes, fewer where there are fewer.
    pub(super) fn head(&self, len: u64) -> io::Result<Bytes> {
        match self {
            Self::Memory(bytes) => Ok(bytes.slice(..bytes.len().min(usize::try_from(len).unwrap_or(usize::MAX)))),
            Self::Spool(spool, _) => spool.read(Span::new(0, len)),
            Self::File(path, _) => {
                let mut head = Vec::new();
                File::open(path)?.take(len).read_to_end(&mut head)?;
                Ok(head.into())
            }
        }
    }

    /// The first `len` bytes, but for NULs before them: a log that was cut under its writer's hands begins with those, far
    /// more of them perhaps than are looked at.
    pub(super) fn head_behind_nuls(&self, len: u64) -> io::Result<Bytes> {
        let mut reader = self.reader()?;
        let mut chunk = vec![0; usize::try_from(len).unwrap_or(usize::MAX)];
        loop {
            let filled = read_full(&mut reader, &mut chunk)?;
            let nuls = chunk[..filled].iter().take_while(|byte| **byte == 0).count();
            if nuls < filled || filled == 0 {
                return Ok(Bytes::copy_from_slice(&chunk[nuls..filled]));
            }
        }
    }

    /// All bytes.
    pub(super) fn whole(&self) -> io::Result<Bytes> {
        match self {
            Self::Memory(bytes) => Ok(bytes.clone()),
            Self::Spool(spool, len) => spool.read(Span::new(0, *len)),
            Self::File(path, _) => Ok(std::fs::read(path)?.into()),
        }
    }

    /// A reader over all bytes.
    pub(super) fn reader(&self) -> io::Result<Box<dyn ReadSeek + '_>> {
        Ok(match self {
            Self::Memory(bytes) => Box::new(Cursor::new(bytes.clone())),
            Self::Spool(spool, len) => {
                Box::new(io::BufReader::with_capacity(64 << 10, SpoolReader { spool, len: *len, at: 0 }))
            }
            Self::File(path, _) => Box::new(io::BufReader::with_capacity(64 << 10, File::open(path)?)),
        })
    }
}

/// What archives are read from.
pub(super) trait ReadSeek: Read + Seek {}

impl<T: Read + Seek> ReadSeek for T {}

struct SpoolReader<'a> {
    spool: &'a Spool,
    len: u64,
    at: u64,
}

impl Read for SpoolReader<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let bytes = self.spool.read(Span::new(self.at.min(self.len), into.len() as u64))?;
        into[..bytes.len()].copy_from_slice(&bytes);
        self.at += bytes.len() as u64;
        Ok(bytes.len())
    }
}

impl Seek for SpoolReader<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.len.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_input_goes_to_a_spool_and_reads_alike() {
        let bytes: Vec<u8> = (0..IN_MEMORY + 1000).map(|n| (n % 251) as u8).collect();
        let (content, trouble) = Content::once(&bytes[..], |_| Ok(())).expect("a spool");
        assert!(matches!(content, Content::Spool(_, len) if len == bytes.len() as u64) && trouble.is_none());
        assert_eq!(content.head(10).expect("head"), &bytes[..10]);
        let mut reader = content.reader().expect("reader");
        reader.seek(SeekFrom::End(-5)).expect("seek");
        let mut tail = Vec::new();
        reader.read_to_end(&mut tail).expect("read");
        assert_eq!(tail, &bytes[bytes.len() - 5..]);
    }

    #[test]
    fn reading_stops_where_it_is_told_to() {
        let (content, trouble) =
            Content::once(&[7; 1_000_000][..], |len| if len > 600_000 { Err("too much".into()) } else { Ok(()) })
                .expect("memory");
        assert_eq!((content.len(), trouble.as_deref()), (512 << 10, Some("too much")));
    }
}
