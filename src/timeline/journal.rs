//! A log placed on the time line: its records by corrected time, read in full only where somebody looks.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use mwscope_parsers::log::Record;

use super::overlap::sane;
use super::places::ThreadPlaces;
use crate::model::{Clock, Records, SourceId};

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
}

/// A log on the time line.
pub(super) struct Journal {
    pub(super) source: SourceId,
    pub(super) records: Arc<dyn Records>,
    /// Corrected time and number of each record that could be placed, by time, then number.
    by_time: Vec<(i64, u32)>,
    threads: HashMap<String, u32>,
    places: ThreadPlaces,
}

impl Journal {
    pub(super) fn new(source: SourceId, records: &Arc<dyn Records>, clock: &Clock) -> Self {
        let mut by_time = Vec::with_capacity(records.len());
        let mut last = None;
        for n in 0..records.len() {
            let Some(head) = records.head(n) else { break };
            // A record without a stamp of its own stands where the one before it stands.
            let at = head.stamp.and_then(|s| clock.place(&s)).map(|m| sane(m.utc_ns)).or(last);
            if let (Some(at), Ok(n)) = (at, u32::try_from(n)) {
                by_time.push((at, n));
                last = Some(at);
            }
        }
        by_time.sort();
        Self {
            source,
            records: Arc::clone(records),
            by_time,
            threads: HashMap::new(),
            places: ThreadPlaces::of(records.as_ref()),
        }
    }

    /// The first and the last moment of the log.
    pub(super) fn span(&self) -> Option<(i64, i64)> {
        Some((self.by_time.first()?.0, self.by_time.last()?.0))
    }

    /// The stretch of places in the order of time that lies between two moments, both included.
    pub(super) fn between(&self, from: i64, to: i64) -> Range<usize> {
        let start = self.by_time.partition_point(|(at, _)| *at < from);
        let end = self.by_time.partition_point(|(at, _)| *at <= to);
        start..end.max(start)
    }

    /// When record `n` was written, on the reference's clock.
    pub(super) fn moment(&self, n: usize, clock: &Clock) -> Option<i64> {
        self.records.head(n)?.stamp.and_then(|s| clock.place(&s)).map(|m| sane(m.utc_ns))
    }

    /// The record at a place in the order of time.
    pub(super) fn read(&mut self, place: usize) -> Option<Entry> {
        let (at, n) = *self.by_time.get(place)?;
        let record = self.records.read(n as usize).ok()?;
        let named = record.thread.clone().or_else(|| self.places.thread_in(&record));
        let thread = named.map(|name| thread_key(&record, &name)).map(|key| {
            let next = self.threads.len() as u32;
            *self.threads.entry(key).or_insert(next)
        });
        let upper = record.text.to_ascii_uppercase();
        Some(Entry { log: self.source, n: n as usize, at, record, thread, upper })
    }
}

/// Thread names repeat on every node and in every application, so the columns that name these belong to the key;
/// columns that look like numbers or ids change with every record and don't.
fn thread_key(record: &Record, name: &str) -> String {
    let mut key = name.to_owned();
    for (_, value) in &record.columns {
        let number = value.bytes().all(|b| b.is_ascii_digit());
        let id = value.len() >= 16 && value.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
        let steady = value.len() <= 40 && !number && !id;
        if steady {
            key.push('\u{1f}');
            key.push_str(value);
        }
    }
    key
}
