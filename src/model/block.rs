//! Records of a log that stand together, and what can be said of them without looking at each: for passing over many at
//! once. How logs are cut into blocks is known in `logs`.

use std::sync::Arc;

use mwscope_parsers::log::{Head, Level, Severity};
use mwscope_parsers::{Civil, Span, Stamp};

use super::moment::{Clock, Moment};

/// A run of whole records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// The number of its first record, from 0.
    pub first: usize,
    /// How many records it has.
    pub count: usize,
    /// Where it starts in the source.
    pub offset: u64,
    /// Its bytes.
    pub len: u64,
    /// The line number of its first record.
    pub line: u64,
    /// How many lines it has.
    pub lines: u64,
    /// How many of its records have an earlier time than one before them in it.
    pub late: u64,
    /// The kinds of records in it.
    pub kinds: Arc<[Kind]>,
    /// The fingerprints of the stack traces in it, each once; `None` where they weren't looked for.
    pub traces: Option<Arc<[u64]>>,
}

/// A record of a block that was asked for by a place in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Its number in the block.
    pub nth: usize,
    /// What is known of it.
    pub head: Head,
    /// The number of its stack trace in [`Block::traces`], where it is known to have one.
    pub trace: Option<usize>,
}

/// Records of a block that differ in nothing but their times and sizes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kind {
    /// Their level.
    pub level: Option<Level>,
    /// How bad they are.
    pub severity: Severity,
    /// The layout that read them, as in [`Head::layout`].
    pub layout: u16,
    /// How their times are written; `None` where they have none.
    pub timing: Option<Timing>,
    /// Whether they are known to have a stack trace.
    pub traced: bool,
    /// How many there are.
    pub count: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Their lines.
    pub lines: u64,
    /// Earliest and latest of their times in civil nanoseconds; 0 and 0 where they have none.
    pub civil_ns: (i64, i64),
}

/// What is the same in the stamps of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Timing {
    /// Seconds east of UTC, where written.
    pub offset_s: Option<i32>,
    /// Digits of the fraction.
    pub digits: u8,
    /// Whether a date is written.
    pub has_date: bool,
}

impl Hit {
    /// Those of a block's records that hold a place, in the way of [`Records::holding`](super::Records::holding);
    /// `place` is the first. `traces` are the numbers of their traces.
    #[must_use]
    pub fn among(
        heads: &[Head],
        traces: &[Option<usize>],
        mut place: u64,
        next: &mut dyn FnMut(u64) -> Option<u64>,
    ) -> Vec<Self> {
        let (mut found, mut nth) = (Vec::new(), 0);
        loop {
            nth += heads.get(nth..).map_or(0, |rest| rest.partition_point(|head| head.span.end() <= place));
            let Some(head) = heads.get(nth).copied() else { return found };
            found.push(Self { nth, head, trace: traces.get(nth).copied().flatten() });
            let Some(there) = next(head.span.end()) else { return found };
            (place, nth) = (there, nth + 1);
        }
    }
}

impl Kind {
    /// The earliest and the latest stamp of its records, where they have any.
    #[must_use]
    pub fn ends(&self) -> Option<(Stamp, Stamp)> {
        let Timing { offset_s, digits, has_date } = self.timing?;
        let stamp = |ns| Stamp { civil: Civil { ns }, offset_s, digits, has_date };
        Some((stamp(self.civil_ns.0), stamp(self.civil_ns.1)))
    }
}

impl Block {
    /// No record of it has more lines than this.
    #[must_use]
    pub fn lines_at_most(&self) -> u64 {
        self.kinds.iter().map(|kind| kind.lines.saturating_sub(kind.count) + 1).max().unwrap_or(0)
    }

    /// Stamps of its records, among them the earliest and the latest.
    pub fn ends(&self) -> impl Iterator<Item = Stamp> {
        self.kinds.iter().filter_map(Kind::ends).flat_map(|(first, last)| [first, last])
    }

    /// Between which moments its records lie, the doubt of each end the largest that any of them has; `None` where
    /// none has a time that can be placed. A clock keeps the order of what it places, so those of each kind are at its
    /// ends.
    #[must_use]
    pub fn reach(&self, clock: &Clock) -> Option<(Moment, Moment)> {
        let placed = || self.ends().filter_map(|stamp| clock.place(&stamp));
        let uncertainty_ns = placed().map(|moment| moment.uncertainty_ns).max()?;
        let (first, last) = (placed().min_by_key(|m| m.utc_ns)?, placed().max_by_key(|m| m.utc_ns)?);
        Some((Moment { uncertainty_ns, ..first }, Moment { uncertainty_ns, ..last }))
    }

    /// Its bytes in the source.
    #[must_use]
    pub fn span(&self) -> Span {
        Span::new(self.offset, self.len)
    }

    /// Earliest and latest time in it as civil nanoseconds, as far as records have a time with a date or without.
    #[must_use]
    pub fn civil_ns(&self) -> Option<(i64, i64)> {
        let timed = self.kinds.iter().filter(|kind| kind.timing.is_some()).map(|kind| kind.civil_ns);
        timed.reduce(|(low, high), (a, b)| (low.min(a), high.max(b)))
    }

    /// The block of these records, the first of which is number `first`; `None` where there are none. Which of them
    /// have a stack trace isn't looked for.
    #[must_use]
    pub fn of(heads: &[Head], first: usize) -> Option<Self> {
        let (start, last) = (heads.first()?, heads.last()?);
        let mut kinds: Vec<Kind> = Vec::new();
        let mut late = Late::default();
        for head in heads {
            late.add(head);
            let at = kinds.iter().position(|kind| kind.is_of(head, false)).unwrap_or_else(|| {
                kinds.push(Kind::of(head, false));
                kinds.len() - 1
            });
            kinds[at].count(head);
        }
        Some(Self {
            first,
            count: heads.len(),
            offset: start.span.offset,
            len: last.span.end() - start.span.offset,
            line: start.line,
            lines: last.line - start.line + u64::from(last.lines),
            late: late.count,
            kinds: kinds.into(),
            traces: None,
        })
    }
}

/// Counts records whose time is earlier than one before.
#[derive(Clone, Copy, Debug, Default)]
pub struct Late {
    /// How many there were.
    pub count: u64,
    latest: Option<i64>,
}

impl Late {
    /// Looks at the next record; one without a date is passed over.
    #[inline]
    pub fn add(&mut self, head: &Head) {
        let Some(stamp) = head.stamp.filter(|stamp| stamp.has_date) else { return };
        let at = stamp.utc_ns().unwrap_or(stamp.civil.ns);
        match self.latest {
            Some(latest) if latest > at => self.count += 1,
            _ => self.latest = Some(at),
        }
    }
}

impl Kind {
    /// A kind of records like `head`, of which none was counted yet.
    #[must_use]
    pub fn of(head: &Head, traced: bool) -> Self {
        let civil = head.stamp.map_or(0, |stamp| stamp.civil.ns);
        Self {
            level: head.level,
            severity: head.severity,
            layout: head.layout,
            timing: head.stamp.map(Timing::of),
            traced,
            count: 0,
            bytes: 0,
            lines: 0,
            civil_ns: (civil, civil),
        }
    }

    /// Whether `head` is of this kind.
    #[inline]
    #[must_use]
    pub fn is_of(&self, head: &Head, traced: bool) -> bool {
        self.level == head.level
            && self.layout == head.layout
            && self.timing == head.stamp.map(Timing::of)
            && self.traced == traced
            && self.severity == head.severity
    }

    /// Counts a record of this kind.
    #[inline]
    pub fn count(&mut self, head: &Head) {
        let civil = head.stamp.map_or(0, |stamp| stamp.civil.ns);
        self.count += 1;
        self.bytes += head.span.len;
        self.lines += u64::from(head.lines);
        self.civil_ns = (self.civil_ns.0.min(civil), self.civil_ns.1.max(civil));
    }
}

impl Timing {
    fn of(stamp: Stamp) -> Self {
        Self { offset_s: stamp.offset_s, digits: stamp.digits, has_date: stamp.has_date }
    }

    /// The stamp of this timing at a civil time.
    #[must_use]
    pub fn stamp(self, civil_ns: i64) -> Stamp {
        let Self { offset_s, digits, has_date } = self;
        Stamp { civil: Civil { ns: civil_ns }, offset_s, digits, has_date }
    }
}
