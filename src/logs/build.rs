//! Indexing a log on all processors: each takes the next part of it, splits that by itself, and packs its records into
//! blocks; one puts the blocks in order. The same records come out as when the log is split in one go.

use std::collections::BTreeMap;
use std::io;
use std::ops::{ControlFlow, Range};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

use mwscope_parsers::log::{Head, Reader, Splitter, Tracing};
use mwscope_parsers::{Span, Stamp};

use super::index::{BLOCK, Entry, Packer};
use super::store::Store;

/// Bytes of a part: few enough to stay in a processor's cache, with the heads that are found in them.
const PART: u64 = BLOCK;
/// So many parts are handed on together: less often than each, somebody has to be woken for it.
const TOGETHER: u64 = 4;
/// A log of fewer parts isn't worth the threads.
const SEVERAL: u64 = 4 * TOGETHER;
/// A log, or a tail of one, of fewer bytes is indexed where it is asked for.
pub(super) const AT_ONCE: u64 = 4 << 20;
/// Bytes read behind a part in the same go, for the rest of its last record.
const BEHIND: u64 = BLOCK / 64;
/// Bytes read at once where a part's last record is longer.
const MORE: u64 = BLOCK / 4;
/// A longer record is not searched for a stack trace.
const LONGEST_TRACED: u64 = 32 << 20;
/// So many bytes of a record are searched for others that begin in it.
const LOOKED_AT: u64 = 64 << 10;
/// Most processors that are put to work; more only wait for memory.
const WORKERS: usize = 8;

/// What is to be indexed.
#[derive(Debug)]
pub(super) struct Task<'a> {
    pub(super) store: &'a Store,
    pub(super) reader: &'a Arc<Reader>,
    /// Where indexing starts: at the start of the log, or of a record.
    pub(super) from: u64,
    /// The time of the record before that, where it has one.
    pub(super) after: Option<Stamp>,
    /// Where the log ends, as far as it is indexed.
    pub(super) size: u64,
}

/// The blocks of parts that follow each other, in order.
#[derive(Debug, Default)]
pub(super) struct Part {
    /// Each block, its lines counted from the start of the first part, and its packed records.
    pub(super) blocks: Vec<(Entry, Vec<u8>)>,
    /// How many lines start in the parts.
    pub(super) lines: u64,
    /// The end of the last part.
    pub(super) end: u64,
    /// The records of them that hold what looks like further records, of a layout that the reader doesn't know: their
    /// first bytes.
    pub(super) strays: Vec<Span>,
}

/// What a worker needs for each part again.
#[derive(Debug)]
struct Room {
    bytes: Vec<u8>,
    more: Vec<u8>,
    heads: Vec<Head>,
    tracing: Tracing,
}

impl Task<'_> {
    /// Indexes; gives `take` the parts in the order of the log, until it breaks off.
    ///
    /// # Errors
    /// When the log can't be read, or `take` fails.
    pub(super) fn run(&self, take: &mut dyn FnMut(Part) -> io::Result<ControlFlow<()>>) -> io::Result<()> {
        let parts = self.parts();
        if parts < SEVERAL || !self.reader.in_parts() {
            return self.in_one_go(take);
        }
        let next = AtomicU64::new(0);
        let stop = AtomicBool::new(false);
        let workers = thread::available_parallelism().map_or(1, usize::from).min(WORKERS);
        thread::scope(|scope| {
            let (send, receive) = sync_channel(2 * workers);
            for _ in 0..workers {
                let (send, next, stop) = (send.clone(), &next, &stop);
                scope.spawn(move || self.work(parts, next, stop, &send));
            }
            drop(send);
            let done = in_order(receive.iter(), take);
            stop.store(true, Ordering::Relaxed);
            // A worker that waits to hand something on is let go.
            drop(receive);
            done
        })
    }

    fn parts(&self) -> u64 {
        self.size.div_ceil(PART).saturating_sub(self.from / PART)
    }

    /// The bytes of the n-th part.
    fn part(&self, n: u64) -> (u64, u64) {
        let first = self.from / PART;
        (((first + n) * PART).max(self.from), ((first + n + 1) * PART).min(self.size))
    }

    fn work(&self, parts: u64, next: &AtomicU64, stop: &AtomicBool, send: &SyncSender<(u64, io::Result<Part>)>) {
        let mut room = Room { bytes: Vec::new(), more: Vec::new(), heads: Vec::new(), tracing: self.reader.tracing() };
        while !stop.load(Ordering::Relaxed) {
            let n = next.fetch_add(1, Ordering::Relaxed);
            let these = n * TOGETHER..((n + 1) * TOGETHER).min(parts);
            if these.is_empty() || send.send((n, self.index_parts(these, &mut room))).is_err() {
                return;
            }
        }
    }

    fn index_parts(&self, parts: Range<u64>, room: &mut Room) -> io::Result<Part> {
        let mut all = Part::default();
        for n in parts {
            let part = self.index_part(n, room)?;
            let lines = all.lines;
            all.blocks.extend(part.blocks.into_iter().map(|(mut entry, packed)| {
                entry.block.line += lines;
                (entry, packed)
            }));
            all.lines += part.lines;
            all.end = part.end;
            all.strays.extend(part.strays);
        }
        Ok(all)
    }

    fn index_part(&self, n: u64, room: &mut Room) -> io::Result<Part> {
        let (start, end) = self.part(n);
        let Room { bytes: buffer, more, heads, tracing } = room;
        // The line end before the part, and a little more for the sake of wide characters.
        let before = if start == self.from { 0 } else { 4.min(start) };
        let base = start - before;
        let span = Span::new(base, (end - base + BEHIND).min(self.size - base));
        let lead = self.store.read_aligned(span, buffer)?;
        let bytes = &buffer[lead..];
        let begins = if before == 0 { Some(0) } else { self.reader.line_start(bytes, before as usize) };
        let none = Part { end, ..Part::default() };
        let Some(begins) = begins.filter(|at| base + (*at as u64) < end) else { return Ok(none) };
        let offset = base + begins as u64;
        let mut splitter = match start == self.from {
            true => Splitter::starting_at(Arc::clone(self.reader), offset, 1).until(end),
            false => Splitter::part(Arc::clone(self.reader), offset, end),
        };
        heads.clear();
        splitter.push(&bytes[begins..], heads);
        let mut at = base + bytes.len() as u64;
        while !splitter.is_done() && at < self.size {
            self.store.read_into(Span::new(at, MORE.min(self.size - at)), more)?;
            if more.is_empty() {
                break;
            }
            at += more.len() as u64;
            splitter.push(more, heads);
        }
        if !splitter.is_done() {
            splitter.finish(heads);
        }
        let lines = splitter.lines();
        let strays = self.strays(heads, bytes, base)?;
        Ok(Part { blocks: self.blocks(heads, bytes, base, tracing)?, lines, end, strays })
    }

    /// Packs heads into blocks; `bytes`, which start at `base`, are those of most of the records.
    fn blocks(
        &self,
        heads: &[Head],
        bytes: &[u8],
        base: u64,
        tracing: &mut Tracing,
    ) -> io::Result<Vec<(Entry, Vec<u8>)>> {
        let mut blocks = Vec::with_capacity(heads.len().min(4));
        let mut packer = Packer::default();
        for head in heads {
            if packer.first().is_some_and(|first| first.span.offset / BLOCK != head.span.offset / BLOCK) {
                blocks.extend(self.finish(&mut packer, bytes, base)?);
            }
            let trace = match within(head.span, bytes, base) {
                _ if !self.reader.may_have_trace(head) => None,
                Some(own) => self.reader.traced(head, own, tracing),
                None if head.span.len <= LONGEST_TRACED => {
                    self.reader.traced(head, &self.store.read(head.span)?, tracing)
                }
                None => None,
            };
            packer.add(head, trace);
        }
        blocks.extend(self.finish(&mut packer, bytes, base)?);
        Ok(blocks)
    }

    /// Those of the records that have strays, as [`Reader::has_strays`] knows them by their first bytes.
    fn strays(&self, heads: &[Head], bytes: &[u8], base: u64) -> io::Result<Vec<Span>> {
        let (mut found, mut beginning) = (Vec::new(), Vec::new());
        for head in heads.iter().filter(|head| head.lines > 1) {
            let span = Span::new(head.span.offset, head.span.len.min(LOOKED_AT));
            let own = match within(span, bytes, base) {
                Some(own) => own,
                None => {
                    self.store.read_into(span, &mut beginning)?;
                    &beginning
                }
            };
            if self.reader.has_strays(head, own) {
                found.push(span);
            }
        }
        Ok(found)
    }

    fn finish(&self, packer: &mut Packer, bytes: &[u8], base: u64) -> io::Result<Option<(Entry, Vec<u8>)>> {
        let Some(span) = packer.span() else { return Ok(None) };
        let hash = match within(span, bytes, base) {
            Some(own) => crc32fast::hash(own),
            None => self.hash(span)?,
        };
        Ok(packer.finish(Some(hash)))
    }

    /// The hash of a block that is longer than what is at hand.
    fn hash(&self, span: Span) -> io::Result<u32> {
        let mut hasher = crc32fast::Hasher::new();
        let (mut at, mut bytes) = (span.offset, Vec::new());
        while at < span.end() {
            self.store.read_into(Span::new(at, MORE.min(span.end() - at)), &mut bytes)?;
            if bytes.is_empty() {
                break;
            }
            hasher.update(&bytes);
            at += bytes.len() as u64;
        }
        Ok(hasher.finalize())
    }

    /// Small logs, and those whose records are known only from their ends, one part after the other.
    fn in_one_go(&self, take: &mut dyn FnMut(Part) -> io::Result<ControlFlow<()>>) -> io::Result<()> {
        let mut splitter = Splitter::starting_at(Arc::clone(self.reader), self.from, 1).after(self.after);
        let (mut at, mut bytes, mut heads) = (self.from, Vec::new(), Vec::new());
        let (mut kept, mut tracing) = (Vec::new(), self.reader.tracing());
        while at < self.size {
            self.store.read_into(Span::new(at, PART.min(self.size - at)), &mut bytes)?;
            if bytes.is_empty() {
                break;
            }
            at += bytes.len() as u64;
            splitter.push(&bytes, &mut heads);
            kept.extend_from_slice(&bytes);
            if at >= self.size {
                break;
            }
            // Whole blocks only, so that where reading was cut into pieces leaves no trace.
            let Some(last) = heads.last().map(|head| head.span.offset / BLOCK) else { continue };
            let whole = heads.partition_point(|head| head.span.offset / BLOCK < last);
            if whole == 0 {
                continue;
            }
            let base = at - kept.len() as u64;
            let blocks = self.blocks(&heads[..whole], &kept, base, &mut tracing)?;
            let strays = self.strays(&heads[..whole], &kept, base)?;
            let end = heads[whole].span.offset;
            heads.drain(..whole);
            kept.drain(..usize::try_from(end - base).unwrap_or(0));
            if take(Part { blocks, lines: 0, end, strays })?.is_break() {
                return Ok(());
            }
        }
        splitter.finish(&mut heads);
        let base = at - kept.len() as u64;
        let blocks = self.blocks(&heads, &kept, base, &mut tracing)?;
        let strays = self.strays(&heads, &kept, base)?;
        take(Part { blocks, lines: splitter.lines(), end: at, strays }).map(|_| ())
    }
}

fn within(span: Span, bytes: &[u8], base: u64) -> Option<&[u8]> {
    let start = usize::try_from(span.offset.checked_sub(base)?).ok()?;
    bytes.get(start..start.checked_add(usize::try_from(span.len).ok()?)?)
}

/// Hands on parts that come in any order in theirs.
fn in_order(
    parts: impl Iterator<Item = (u64, io::Result<Part>)>,
    take: &mut dyn FnMut(Part) -> io::Result<ControlFlow<()>>,
) -> io::Result<()> {
    let (mut waiting, mut next) = (BTreeMap::new(), 0);
    for (n, part) in parts {
        waiting.insert(n, part?);
        while let Some(part) = waiting.remove(&next) {
            if take(part)?.is_break() {
                return Ok(());
            }
            next += 1;
        }
    }
    Ok(())
}
