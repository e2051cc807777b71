//! The records of a block in few bytes: what kind each is of, and how far its bytes, lines and time lie behind those
//! of the one before. Numbers are written seven bits a byte, low ones first.

use mwscope_parsers::Span;
use mwscope_parsers::log::Head;

use super::Entry;
use crate::model::block::Late;
use crate::model::packed::{put, put_all, zigzag};
use crate::model::{Block, Kind};

/// Packs records that follow each other.
#[derive(Debug, Default)]
pub(in crate::logs) struct Packer {
    first: Option<Head>,
    last: Option<Last>,
    count: usize,
    kinds: Vec<Kind>,
    traces: Vec<u64>,
    civil_ns: i64,
    /// Digits of the last time, and how many units of its last digit it has.
    units: (u8, i64),
    /// For each level, the kind of the last record with it.
    likely: Likely,
    late: Late,
    packed: Vec<u8>,
}

/// Where the last record stands that was added.
#[derive(Clone, Copy, Debug)]
struct Last {
    span: Span,
    line: u64,
    lines: u32,
}

impl Packer {
    /// Adds a record that follows the last one; `trace` is the fingerprint of its stack trace.
    #[inline]
    pub(in crate::logs) fn add(&mut self, head: &Head, trace: Option<u64>) {
        let traced = trace.is_some();
        let likely = usize::from(self.likely.0[level(head)]);
        let kind = match self.kinds.get(likely) {
            Some(kind) if kind.is_of(head, traced) => likely,
            _ => self.kind(head, traced),
        };
        self.kinds[kind].count(head);
        self.late.add(head);
        let (bytes, lines) = match &self.last {
            Some(last) => (head.span.offset - last.span.offset, head.line - last.line),
            None => (0, 1),
        };
        let kind_and_lines = (kind as u64) << 1 | u64::from(lines != 1);
        let passed = self.passed(head);
        match (lines, passed, trace) {
            (1, Some(passed), None) => put_all(&mut self.packed, [kind_and_lines, bytes, passed]),
            _ => {
                put_all(&mut self.packed, [kind_and_lines, bytes]);
                for number in (lines != 1).then_some(lines).into_iter().chain(passed) {
                    put(&mut self.packed, number);
                }
                if let Some(trace) = trace {
                    let at = self.traced(trace);
                    put(&mut self.packed, at);
                }
            }
        }
        self.first.get_or_insert(*head);
        self.last = Some(Last { span: head.span, line: head.line, lines: head.lines });
        self.count += 1;
    }

    /// How far its time is from that of the record before, in units of the last digit that was written.
    #[inline]
    fn passed(&mut self, head: &Head) -> Option<u64> {
        let stamp = head.stamp.as_ref()?;
        let digits = stamp.digits;
        let now = units(stamp.civil.ns, digits);
        // Dividing is dear, and the digits are those of the record before for the most part.
        let before = if digits == self.units.0 { self.units.1 } else { units(self.civil_ns, digits) };
        (self.civil_ns, self.units) = (stamp.civil.ns, (digits, now));
        Some(zigzag(now.wrapping_sub(before)))
    }

    /// The number of a trace.
    fn traced(&mut self, trace: u64) -> u64 {
        let known = self.traces.iter().position(|known| *known == trace);
        known.unwrap_or_else(|| {
            self.traces.push(trace);
            self.traces.len() - 1
        }) as u64
    }

    /// The number of its kind, which is a new one perhaps.
    fn kind(&mut self, head: &Head, traced: bool) -> usize {
        let kind = self.kinds.iter().position(|kind| kind.is_of(head, traced)).unwrap_or_else(|| {
            self.kinds.push(Kind::of(head, traced));
            self.kinds.len() - 1
        });
        self.likely.0[level(head)] = u8::try_from(kind).unwrap_or(u8::MAX);
        kind
    }

    /// The first record that was added since the last block.
    pub(in crate::logs) fn first(&self) -> Option<&Head> {
        self.first.as_ref()
    }

    /// The bytes from the first record's start to the last one's end.
    pub(in crate::logs) fn span(&self) -> Option<Span> {
        let (first, last) = (self.first?, self.last?);
        Some(Span::new(first.span.offset, last.span.end() - first.span.offset))
    }

    /// The block of the records that were added, where it belongs still open, and they themselves, packed; `None`
    /// where there are none. The packer is empty then. `hash` is that of the block's bytes, where traces were looked
    /// for in them.
    pub(in crate::logs) fn finish(&mut self, hash: Option<u32>) -> Option<(Entry, Vec<u8>)> {
        let done = std::mem::take(self);
        let (first, last) = (done.first?, done.last?);
        let block = Block {
            first: 0,
            count: done.count,
            offset: first.span.offset,
            len: last.span.end() - first.span.offset,
            line: first.line,
            lines: last.line - first.line + u64::from(last.lines),
            late: done.late.count,
            kinds: done.kinds.into(),
            traces: hash.map(|_| done.traces.into()),
        };
        Some((Entry { block, hash: hash.unwrap_or(0), place: Span::default() }, done.packed))
    }
}

/// A number for each level, and one for none.
#[derive(Debug)]
struct Likely([u8; 128]);

impl Default for Likely {
    fn default() -> Self {
        Self([0; 128])
    }
}

fn level(head: &Head) -> usize {
    head.level.map_or(0, |level| usize::from(level.number().wrapping_add(1)) % 128)
}

/// How many units of the last of so many digits there are in `ns`. Divisors that are known beforehand are cheap.
pub(super) fn units(ns: i64, digits: u8) -> i64 {
    match digits {
        0 => ns / 1_000_000_000,
        3 => ns / 1_000_000,
        6 => ns / 1000,
        _ => ns / 10_i64.pow(9 - u32::from(digits.min(9))),
    }
}

/// Nanoseconds of the last of so many digits.
pub(super) fn unit(digits: u8) -> i64 {
    10_i64.pow(9 - u32::from(digits.min(9)))
}
