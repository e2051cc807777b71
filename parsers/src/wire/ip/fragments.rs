//! Fragments of IP packets, put together. Where they overlap, what came first stays.

use std::collections::HashMap;
use std::net::IpAddr;

use super::Stretch;

/// How many packets may wait for fragments; the one that waits longest goes.
const WAITING: usize = 1024;
/// How many fragments of one packet are kept.
const PIECES: usize = 8192;
/// How long a packet waits; RFC 8200 says 60 seconds.
const PATIENCE_NS: i64 = 60_000_000_000;
/// No IP packet is longer.
const LONGEST: usize = 65_535;

/// What fragments of one packet have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::wire) struct Key {
    pub from: IpAddr,
    pub to: IpAddr,
    pub id: u32,
    pub protocol: u8,
}

#[derive(Debug, Default)]
pub(super) struct Fragments {
    waiting: HashMap<Key, Parts>,
}

/// The fragments of one packet.
#[derive(Debug)]
struct Parts {
    since: i64,
    bytes: Vec<u8>,
    /// Captured ranges of `bytes`, and ranges that fragments covered; ordered, without overlaps.
    captured: Ranges,
    covered: Ranges,
    /// The packet's length, once its last fragment has come.
    total: Option<usize>,
}

impl Fragments {
    /// Adds a fragment; when it was the last that was missing, the payload as far as it was captured, and how many
    /// bytes behind it were not.
    pub(super) fn add(
        &mut self,
        key: Key,
        fragment: Stretch<'_>,
        offset: usize,
        more: bool,
        at: i64,
    ) -> Option<(Vec<u8>, u32)> {
        self.make_room(&key, at);
        let len = fragment.bytes.len();
        let end = offset + len + fragment.cut as usize;
        if end > LONGEST {
            return None;
        }
        let parts = self.waiting.entry(key).or_insert_with(|| Parts::new(at));
        parts.add(fragment.bytes, offset, end);
        if !more {
            parts.total.get_or_insert(end);
        }
        let total = parts.total?;
        if parts.covered.reach(0) < total {
            if parts.covered.0.len() > PIECES {
                self.waiting.remove(&key);
            }
            return None;
        }
        let mut parts = self.waiting.remove(&key)?;
        let here = parts.captured.reach(0).min(total);
        parts.bytes.truncate(here);
        Some((parts.bytes, u32::try_from(total - here).unwrap_or(u32::MAX)))
    }

    fn make_room(&mut self, key: &Key, at: i64) {
        let is_old = |parts: &Parts| at.saturating_sub(parts.since) > PATIENCE_NS;
        if self.waiting.get(key).is_some_and(is_old) {
            self.waiting.remove(key);
        }
        if self.waiting.len() >= WAITING {
            self.waiting.retain(|_, parts| !is_old(parts));
        }
        if self.waiting.len() >= WAITING {
            let oldest = self.waiting.iter().min_by_key(|(_, parts)| parts.since).map(|(key, _)| *key);
            oldest.map(|key| self.waiting.remove(&key));
        }
    }
}

impl Parts {
    fn new(since: i64) -> Self {
        Self { since, bytes: Vec::new(), captured: Ranges::default(), covered: Ranges::default(), total: None }
    }

    fn add(&mut self, bytes: &[u8], offset: usize, end: usize) {
        let captured = offset + bytes.len();
        if self.bytes.len() < captured {
            self.bytes.resize(captured, 0);
        }
        for (start, end) in self.captured.missing(offset, captured) {
            self.bytes[start..end].copy_from_slice(&bytes[start - offset..end - offset]);
        }
        self.captured.insert(offset, captured);
        self.covered.insert(offset, end);
    }
}

/// Ranges in order, none touching another.
#[derive(Debug, Default)]
struct Ranges(Vec<(usize, usize)>);

impl Ranges {
    /// The parts of `start..end` that aren't in here.
    fn missing(&self, start: usize, end: usize) -> Vec<(usize, usize)> {
        let (mut at, mut missing) = (start, Vec::new());
        for (from, to) in &self.0 {
            if *from >= end {
                break;
            }
            if *from > at {
                missing.push((at, *from));
            }
            at = at.max(*to);
        }
        if at < end {
            missing.push((at, end));
        }
        missing
    }

    fn insert(&mut self, start: usize, end: usize) {
        if start >= end {
            return;
        }
        let first = self.0.partition_point(|(_, to)| *to < start);
        let last = self.0.partition_point(|(from, _)| *from <= end);
        let touched = self.0.get(first..last).unwrap_or_default();
        let start = touched.first().map_or(start, |(from, _)| start.min(*from));
        let end = touched.last().map_or(end, |(_, to)| end.max(*to));
        self.0.splice(first..last, [(start, end)]);
    }

    /// How far one can go from `start` without leaving what is in here.
    fn reach(&self, start: usize) -> usize {
        self.0.iter().find(|(from, to)| (*from..*to).contains(&start)).map_or(start, |(_, to)| *to)
    }
}
