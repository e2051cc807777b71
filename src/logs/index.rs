//! Which records a log has, at a few bytes a record: blocks of about 256 KiB of the log that start with a record, each
//! with its kinds of records, their times and how many there are. The records of a block are packed ([`pack`]), in
//! memory or in a file, and [unpacked](unpack) when somebody looks.

mod pack;
mod unpack;

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

use bytes::Bytes;
use mwscope_parsers::log::{Head, Reader};
use mwscope_parsers::{Span, Stamp};

use super::at::read_at;
use crate::model::{Block, Hit};
pub(super) use pack::Packer;

/// The records that start in the same stretch of this many bytes are one block. Tests are about where blocks meet, so
/// that theirs are small.
pub(super) const BLOCK: u64 = if cfg!(test) { 8 << 10 } else { 256 << 10 };

/// A block of the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) block: Block,
    /// A hash of its bytes in the log, so that a change of the file under the index is noticed.
    pub(super) hash: u32,
    /// Where its packed records are.
    pub(super) place: Span,
}

impl Entry {
    /// Whether its bytes still are what they were when it was indexed.
    #[must_use]
    pub(super) fn is_of(&self, bytes: &[u8]) -> bool {
        bytes.len() as u64 == self.block.len && crc32fast::hash(bytes) == self.hash
    }
}

impl Entry {
    /// Those of its records that hold a place, as [`unpack::holding`] finds them in them, `packed`.
    pub(super) fn holding(
        &self,
        packed: &[u8],
        place: u64,
        next: &mut dyn FnMut(u64) -> Option<u64>,
    ) -> io::Result<Vec<Hit>> {
        unpack::holding(&self.block, packed, place, next).ok_or_else(damaged)
    }
}

/// So many bytes are written at once, up to a whole number of the pages that systems keep of files: a page that is written
/// in parts is cleared first, and looked up for each.
const AT_ONCE: usize = if cfg!(test) { 10 << 10 } else { 256 << 10 };
const PAGE: u64 = 4 << 10;

/// Packed records: in a file as far as there is one, the rest in memory.
#[derive(Debug, Default)]
pub(super) struct Packed {
    file: Option<File>,
    /// Bytes of the file that are taken.
    len: u64,
    /// Whether what comes goes to the file, too.
    writing: bool,
    rest: Vec<u8>,
}

impl Packed {
    /// Those of a file up to byte `len`; what comes is kept in memory.
    pub(super) fn kept(file: File, len: u64) -> Self {
        Self { file: Some(file), len, writing: false, rest: Vec::new() }
    }

    /// In a file, behind its first `len` bytes.
    pub(super) fn writing(file: File, len: u64) -> Self {
        Self { writing: true, ..Self::kept(file, len) }
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<Span> {
        let span = Span::new(self.len + self.rest.len() as u64, bytes.len() as u64);
        self.rest.extend_from_slice(bytes);
        if let Some(file) = self.file.as_mut().filter(|_| self.writing && self.rest.len() >= AT_ONCE) {
            let beyond = (self.len + self.rest.len() as u64) % PAGE;
            let whole = self.rest.len() - beyond as usize;
            file.seek(SeekFrom::Start(self.len))?;
            file.write_all(&self.rest[..whole])?;
            self.len += whole as u64;
            self.rest.drain(..whole);
        }
        Ok(span)
    }

    /// Where in the file those belong that are in memory, and they themselves.
    pub(super) fn unwritten(&self) -> (u64, &[u8]) {
        (self.len, &self.rest)
    }

    fn read(&self, span: Span) -> io::Result<Bytes> {
        match (&self.file, span.offset.checked_sub(self.len)) {
            (_, Some(at)) => Ok(Bytes::copy_from_slice(Span::new(at, span.len).of(&self.rest))),
            (Some(file), None) if span.end() <= self.len => read_at(file, span),
            // The last that was written is in memory in part.
            (Some(file), None) => {
                let written = self.len - span.offset;
                let mut bytes = read_at(file, Span::new(span.offset, written))?.to_vec();
                bytes.extend_from_slice(Span::new(0, span.len - written).of(&self.rest));
                Ok(bytes.into())
            }
            (None, None) => Err(damaged()),
        }
    }

    /// Reads the bytes of the file from `from` to `to`.
    pub(super) fn reader(&self, from: u64, to: u64) -> impl Read + '_ {
        let mut at = from;
        let chunks = std::iter::from_fn(move || {
            let chunk = self.read(Span::new(at, (to - at).min(1 << 20))).ok().filter(|chunk| !chunk.is_empty())?;
            at += chunk.len() as u64;
            Some(chunk)
        });
        Chunks { chunks, now: Bytes::new() }
    }
}

/// Chunks as one stream of bytes.
struct Chunks<I> {
    chunks: I,
    now: Bytes,
}

impl<I: Iterator<Item = Bytes>> Read for Chunks<I> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.now.is_empty() {
            self.now = self.chunks.next().unwrap_or_default();
        }
        let len = into.len().min(self.now.len());
        into[..len].copy_from_slice(&self.now.split_to(len));
        Ok(len)
    }
}

/// The index of a log that may still grow.
#[derive(Debug, Default)]
pub(super) struct Index {
    pub(super) blocks: Vec<Entry>,
    pub(super) packed: Packed,
    /// Records behind the last block, of a log that is followed.
    recent: Vec<Head>,
    /// The last record, while its end isn't known.
    open: Option<Head>,
}

/// Where a record's head is found.
#[derive(Clone, Debug)]
pub(super) enum Whereabouts {
    /// In a block, as the n-th record of it.
    InBlock(Entry, usize),
    /// At hand.
    Here(Head),
}

impl Index {
    /// An index with these blocks, whose records are in `packed`.
    pub(super) fn of(blocks: Vec<Entry>, packed: Packed) -> Self {
        Self { blocks, packed, ..Self::default() }
    }

    /// Adds the records of a followed log; packs those of a stretch that is complete.
    pub(super) fn extend(&mut self, heads: &[Head]) -> io::Result<()> {
        self.open = None;
        for head in heads {
            let before = self.recent.first().map_or(head.span.offset, |first| first.span.offset);
            if head.span.offset / BLOCK != before / BLOCK {
                self.pack()?;
            }
            self.recent.push(*head);
        }
        Ok(())
    }

    fn pack(&mut self) -> io::Result<()> {
        let mut packer = Packer::default();
        for head in &self.recent {
            packer.add(head, None);
        }
        if let Some(done) = packer.finish(None) {
            self.add(done, 0)?;
        }
        self.recent.clear();
        Ok(())
    }

    /// Adds a block behind those that are there; its lines count from 1 behind line `before`.
    pub(super) fn add(&mut self, (mut entry, packed): (Entry, Vec<u8>), before: u64) -> io::Result<()> {
        entry.place = self.packed.append(&packed)?;
        entry.block.first = self.closed();
        entry.block.line += before;
        self.blocks.push(entry);
        Ok(())
    }

    /// Says what is known of the last record while its end isn't known; it counts as a record.
    pub(super) fn set_open(&mut self, open: Option<Head>) {
        self.open = open;
    }

    /// How many records there are by now.
    #[must_use]
    pub(super) fn len(&self) -> usize {
        self.closed() + self.recent.len() + usize::from(self.open.is_some())
    }

    /// Where the head of record `n` is found.
    #[must_use]
    pub(super) fn find(&self, n: usize) -> Option<Whereabouts> {
        let Some(behind) = n.checked_sub(self.closed()) else {
            let at = self.blocks.partition_point(|b| b.block.first <= n).checked_sub(1)?;
            let entry = self.blocks.get(at)?;
            return Some(Whereabouts::InBlock(entry.clone(), n - entry.block.first));
        };
        let here = self.recent.get(behind).copied();
        here.or(if behind == self.recent.len() { self.open } else { None }).map(Whereabouts::Here)
    }

    /// The heads of a block's records.
    pub(super) fn heads(&self, entry: &Entry) -> io::Result<Vec<Head>> {
        unpack::heads(&entry.block, &self.packed_of(entry)?).ok_or_else(damaged)
    }

    /// For each record of a block the number of its trace in [`Block::traces`], where it has one.
    pub(super) fn traces(&self, entry: &Entry) -> io::Result<Vec<Option<usize>>> {
        unpack::traces(&entry.block, &self.packed_of(entry)?).ok_or_else(damaged)
    }

    /// The packed records of a block.
    pub(super) fn packed_of(&self, entry: &Entry) -> io::Result<Bytes> {
        self.packed.read(entry.place)
    }

    /// The n-th block; the records behind the last one count as one.
    pub(super) fn block(&self, n: usize) -> Option<Block> {
        match self.blocks.get(n) {
            Some(entry) => Some(entry.block.clone()),
            None if n == self.blocks.len() => Block::of(&self.unpacked(), self.closed()),
            None => None,
        }
    }

    /// What is known of a block, where it isn't that behind the last one.
    pub(super) fn entry(&self, block: &Block) -> Option<&Entry> {
        let at = self.blocks.binary_search_by_key(&block.first, |entry| entry.block.first).ok()?;
        self.blocks.get(at)
    }

    /// Where the blocks end in the log.
    pub(super) fn end(&self) -> u64 {
        self.blocks.last().map_or(0, |last| last.block.span().end())
    }

    /// The records behind the last block.
    pub(super) fn unpacked(&self) -> Vec<Head> {
        self.recent.iter().copied().chain(self.open).collect()
    }

    /// The time of the last record that `reader` finds no date on, of those in the last block and behind it.
    ///
    /// # Errors
    /// When the block can't be read: without it, what follows would be of another day.
    pub(super) fn last_undated(&self, reader: &Reader) -> io::Result<Option<Stamp>> {
        if reader.in_parts() {
            return Ok(None);
        }
        let mut heads = self.blocks.last().map_or(Ok(Vec::new()), |last| self.heads(last))?;
        heads.extend(self.unpacked());
        Ok(heads.iter().rev().filter(|head| reader.is_undated(head.layout)).find_map(|head| head.stamp))
    }

    /// How many records are in blocks.
    fn closed(&self) -> usize {
        self.blocks.last().map_or(0, |b| b.block.first + b.block.count)
    }

    /// How many lines there are, all records being in blocks.
    pub(super) fn lines(&self) -> u64 {
        self.blocks.last().map_or(0, |last| last.block.line - 1 + last.block.lines)
    }
}

fn damaged() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "the index of the log is damaged; remove it")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_records_are_read_wherever_they_are_by_now() {
        let file = tempfile::tempfile().expect("a file");
        let mut packed = Packed::writing(file.try_clone().expect("the same"), 8);
        let piece = |n: usize| vec![n as u8; 700 + n];
        let places: Vec<Span> = (0..100).map(|n| packed.append(&piece(n)).expect("room")).collect();
        for (n, place) in places.iter().enumerate() {
            assert_eq!(packed.read(*place).expect("there"), piece(n), "{n}");
        }
        let (end, unwritten) = packed.unwritten();
        assert!(end.is_multiple_of(PAGE) && unwritten.len() < AT_ONCE, "whole pages are written");
        assert_eq!(file.metadata().expect("metadata").len(), end);
        assert_eq!(end + unwritten.len() as u64, places[99].end());
        let mut all = Vec::new();
        packed.reader(8, places[99].end()).read_to_end(&mut all).expect("read");
        assert_eq!(all, (0..100).flat_map(piece).collect::<Vec<_>>());
    }
}
