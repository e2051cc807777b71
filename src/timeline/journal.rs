//! A log placed on the time line: its records by corrected time, read in full only where somebody looks.

use std::collections::HashMap;
use std::sync::Arc;

use mwscope_parsers::Stamp;
use mwscope_parsers::log::{Head, Record};

use super::entries::Entries;
use super::episode::{self, EpisodeKind};
use super::homes::Homes;
use super::overlap::sane;
use super::places::ThreadPlaces;
use super::spans::{Spans, Walk};
use crate::model::{Block, Clock, Records, SourceId};
use crate::workers;

/// One record in full, with its place on the time line.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The log.
    pub log: SourceId,
    /// Its number there, from 0.
    pub n: usize,
    /// Its time on the reference's clock, nanoseconds since the epoch.
    pub at: i64,
    /// The record.
    pub record: Record,
    /// Which thread of which node and application wrote it; equal numbers are one thread. `None` where the log
    /// doesn't say.
    pub thread: Option<u32>,
    /// The record's text in upper case.
    pub(super) upper: String,
    /// What it speaks of; `None` where it is of no concern.
    pub(super) kind: Option<EpisodeKind>,
    /// Where its text outside XML ends, in [`Entry::upper`].
    plain: usize,
}

impl Entry {
    fn new(log: SourceId, (at, n): Placed, record: Record) -> Self {
        let upper = record.text.to_ascii_uppercase();
        let plain = end_of_plain(&record, &upper);
        let mut entry = Self { log, n, at, record, thread: None, upper, kind: None, plain };
        entry.kind = episode::kind_of(&entry);
        entry
    }

    /// Its text outside XML, in upper case: where services and operations are named.
    pub(super) fn plain(&self) -> &str {
        self.upper.get(..self.plain).unwrap_or("")
    }
}

/// Where a record's text outside XML ends. What stands before its message is a layout's, where `<` is a bracket; and an
/// arrow is none either.
fn end_of_plain(record: &Record, upper: &str) -> usize {
    let first = record.message.trim_start().lines().next().unwrap_or("");
    let message = if first.is_empty() { 0 } else { record.text.find(first).unwrap_or(0) };
    let bytes = upper.as_bytes();
    let opens =
        |at: &usize| bytes.get(at + 1).is_some_and(|b| b.is_ascii_alphabetic() || matches!(b, b'/' | b'?' | b'!'));
    let xml = memchr::memchr_iter(b'<', &bytes[message..]).map(|at| message + at).find(opens);
    xml.unwrap_or(bytes.len())
}

/// A log on the time line.
pub(super) struct Journal {
    pub(super) source: SourceId,
    pub(super) records: Arc<dyn Records>,
    clock: Clock,
    threads: HashMap<String, u32>,
    places: ThreadPlaces,
    homes: Homes,
}

/// A record by its time: the corrected time, nanoseconds since the epoch, and its number in the log.
pub(super) type Placed = (i64, usize);

impl Journal {
    pub(super) fn new(source: SourceId, records: &Arc<dyn Records>, clock: &Clock) -> Self {
        let places = ThreadPlaces::of(records.as_ref());
        Self {
            source,
            records: Arc::clone(records),
            clock: *clock,
            threads: HashMap::new(),
            homes: Homes::of(records.as_ref(), &places),
            places,
        }
    }

    /// The first and the last moment of the log.
    pub(super) fn span(&self) -> Option<(i64, i64)> {
        let spans = self.records.blocks().filter_map(|block| self.span_of(&block));
        spans.reduce(|all, one| (all.0.min(one.0), all.1.max(one.1)))
    }

    /// When record `n` was written, on the reference's clock.
    pub(super) fn moment(&self, n: usize) -> Option<i64> {
        self.place(self.records.head(n)?.stamp)
    }

    /// The records in one of these stretches of time (both ends included), by time, then number: in the first of them
    /// that holds no more than `most`, or else in the first that holds no more than four times as many (and at last in
    /// the narrowest) those that are `telling` by themselves. Each of the stretches lies within the one before it.
    pub(super) fn within(
        &self,
        stretches: &[Spans],
        most: usize,
        telling: &(dyn Fn(usize, &Head) -> bool + Sync),
    ) -> Vec<Placed> {
        /// Blocks after which it is looked whether there are too many.
        const BATCH: usize = 64;
        let Some(widest) = stretches.first() else { return Vec::new() };
        // How many of the stretches hold each record, of those that enough of them hold or that are telling.
        let of_block = |block: &Block, enough: usize| -> Vec<(Placed, usize, bool)> {
            let Ok(heads) = self.records.heads(block) else { return Vec::new() };
            let mut walks: Vec<Walk<'_>> = stretches.iter().map(Spans::walk).collect();
            let mut last = None;
            let mut found = Vec::new();
            for (head, n) in heads.iter().zip(block.first..) {
                // A record without a stamp of its own stands where the one before it stands.
                last = self.place(head.stamp).or(last).or_else(|| {
                    let before = block.first.checked_sub(1).filter(|_| n == block.first)?;
                    self.moment(before)
                });
                let Some(at) = last else { continue };
                let held = walks.iter_mut().map(|walk| walk.holds(at)).take_while(|holds| *holds).count();
                let tells = held > 0 && telling(n, head);
                if tells || held >= enough {
                    found.push(((at, n), held, tells));
                }
            }
            found
        };
        let touched = self.records.blocks().filter(|block| self.span_of(block).is_some_and(|span| widest.touch(span)));
        let touched: Vec<Block> = touched.collect();
        let (mut found, mut enough): (Vec<(Placed, usize, bool)>, usize) = (Vec::new(), 1);
        for batch in touched.chunks(BATCH) {
            found.extend(workers::in_order(batch.len(), |n| of_block(&batch[n], enough)).into_iter().flatten());
            let before = enough;
            while enough <= stretches.len() && found.iter().filter(|(_, held, _)| *held >= enough).count() > most {
                enough += 1;
            }
            if enough > before {
                found.retain(|(_, held, tells)| *tells || *held >= enough);
            }
        }
        if enough <= stretches.len() {
            found.retain(|(_, held, _)| *held >= enough);
        } else {
            let telling = |enough: usize| found.iter().filter(|(_, held, _)| *held >= enough).count();
            let enough = (1..stretches.len()).find(|enough| telling(*enough) <= 4 * most).unwrap_or(stretches.len());
            found.retain(|(_, held, _)| *held >= enough);
        }
        let mut placed: Vec<Placed> = found.into_iter().map(|(placed, ..)| placed).collect();
        placed.sort_unstable();
        placed
    }

    /// Records in full, in the order given; those that can't be read any more are passed over.
    pub(super) fn read(&mut self, placed: &[Placed]) -> Entries {
        /// Records that are read in one go: they stand near each other.
        const TOGETHER: usize = 256;
        let read = |placed: &[Placed]| -> Vec<(Option<String>, Entry)> {
            let read = placed.iter().filter_map(|placed| Some((*placed, self.records.read(placed.1).ok()?)));
            let threads = read.map(|(placed, record)| {
                let named = record.thread.clone().or_else(|| self.places.thread_in(&record));
                let thread = named.map(|name| self.homes.key(&record, &name));
                (thread, Entry::new(self.source, placed, record))
            });
            threads.collect()
        };
        let together: Vec<&[Placed]> = placed.chunks(TOGETHER).collect();
        let read = workers::in_order(together.len(), |n| read(together[n]));
        let mut entries = Vec::with_capacity(placed.len());
        for (thread, mut entry) in read.into_iter().flatten() {
            let next = self.threads.len() as u32;
            entry.thread = thread.map(|key| *self.threads.entry(key).or_insert(next));
            entries.push(entry);
        }
        Entries::of(entries)
    }

    fn place(&self, stamp: Option<Stamp>) -> Option<i64> {
        self.clock.place(&stamp?).map(|moment| sane(moment.utc_ns))
    }

    /// The first and the last moment of a block's stamps.
    fn span_of(&self, block: &Block) -> Option<(i64, i64)> {
        block.reach(&self.clock).map(|(first, last)| (sane(first.utc_ns), sane(last.utc_ns)))
    }
}
