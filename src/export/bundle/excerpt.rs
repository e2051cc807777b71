//! What of a log matters: the records around everything that failed, those that are evidence, and its first and last ones,
//! by which its layout, zone and reach are known. Whole records in their order; where each stood is kept.

use std::io;

use mwscope_parsers::Span;

use crate::model::{Clock, EventRef, Gathered, Investigation, Records, SourceId};

/// Records at the beginning and at the end.
const ENDS: usize = 500;

/// Records before and behind one that is evidence.
const AROUND: usize = 200;

/// What is taken before and behind a failure, in nanoseconds: a minute.
const MINUTE: i64 = 60_000_000_000;

/// At most so many bytes are read and masked at once.
const PIECE: u64 = 4 << 20;

/// Where in time and in the log the trouble was.
pub(super) struct Windows<'a> {
    clock: Option<&'a Clock>,
    /// On the clock of the investigation, in order, without overlaps.
    times: Vec<(i64, i64)>,
    /// Ranges of records.
    records: Vec<(usize, usize)>,
}

impl<'a> Windows<'a> {
    /// Those of one log.
    pub(super) fn of(
        gathered: &Gathered,
        investigation: &Investigation,
        source: SourceId,
        clock: Option<&'a Clock>,
    ) -> Self {
        let place = |id| {
            let x = gathered.exchange(id)?;
            let (_, clock, ..) = investigation.sources.get(x.source.0 as usize)?;
            let start = clock.place(x.started.as_ref()?)?.utc_ns;
            Some((start - MINUTE, start + i64::try_from(x.duration_ns.unwrap_or(0)).unwrap_or(0) + MINUTE))
        };
        let found = investigation.findings.iter().filter_map(|finding| finding.exchange);
        let open = investigation.unexplained.iter().map(|open| open.exchange);
        let evidence = || investigation.findings.iter().flat_map(|finding| &finding.evidence);
        let moments = evidence().filter_map(|e| e.place.moment).map(|m| (m.utc_ns - MINUTE, m.utc_ns + MINUTE));
        let times = merged(found.chain(open).filter_map(place).chain(moments).collect());
        let own = evidence().filter_map(|e| match e.event {
            EventRef::Record(of, n) if of == source => Some((n.saturating_sub(AROUND), n + AROUND + 1)),
            _ => None,
        });
        Self { clock, times, records: merged(own.collect()) }
    }

    fn has_time(&self, low: i64, high: i64) -> bool {
        let at = self.times.partition_point(|(_, end)| *end < low);
        self.times.get(at).is_some_and(|(start, _)| *start <= high)
    }

    fn has_records(&self, first: usize, end: usize) -> bool {
        let at = self.records.partition_point(|(_, to)| *to <= first);
        self.records.get(at).is_some_and(|(from, _)| *from < end)
    }
}

fn merged<T: Ord + Copy>(mut ranges: Vec<(T, T)>) -> Vec<(T, T)> {
    ranges.sort_unstable();
    let mut out: Vec<(T, T)> = Vec::new();
    for (from, to) in ranges {
        match out.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => out.push((from, to)),
        }
    }
    out
}

/// Records that stand together.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    /// The number of the first one.
    pub(super) first: usize,
    /// Its line.
    line: u64,
    /// How many lines.
    lines: u64,
    /// How many records.
    pub(super) records: usize,
    /// Their bytes.
    pub(super) span: Span,
}

/// What is taken; all of it without a limit, which is one of bytes: what failed first is in it, what came later may not.
///
/// # Errors
/// When the log can't be read any more.
pub(super) fn pieces(records: &dyn Records, windows: &Windows<'_>, limit: Option<u64>) -> io::Result<Vec<Piece>> {
    let total = records.len();
    let mut pieces: Vec<Piece> = Vec::new();
    let mut taken = 0;
    for block in records.blocks() {
        let end = block.first + block.count;
        let at_an_end = block.first < ENDS || end + ENDS > total;
        let reach = windows.clock.and_then(|clock| block.reach(clock));
        let near = reach.is_some_and(|(first, last)| windows.has_time(first.utc_ns, last.utc_ns));
        if limit.is_some() && !at_an_end && !near && !windows.has_records(block.first, end) {
            continue;
        }
        let mut before = false;
        for (n, head) in (block.first..).zip(records.heads(&block)?) {
            let at = head.stamp.and_then(|stamp| Some(windows.clock?.place(&stamp)?.utc_ns));
            // A record without a time goes with the one before it.
            let timely = at.map_or(before, |at| windows.has_time(at, at));
            let full = limit.is_some_and(|limit| taken > limit);
            let named = windows.has_records(n, n + 1) || n < ENDS || n + ENDS >= total;
            before = timely;
            if limit.is_some() && !named && (!timely || full) {
                continue;
            }
            taken += head.span.len;
            match pieces.last_mut() {
                Some(last) if last.span.end() == head.span.offset && last.span.len < PIECE => {
                    last.span = Span::new(last.span.offset, last.span.len + head.span.len);
                    last.lines += u64::from(head.lines);
                    last.records += 1;
                }
                _ => pieces.push(Piece {
                    first: n,
                    line: head.line,
                    lines: head.lines.into(),
                    records: 1,
                    span: head.span,
                }),
            }
        }
    }
    Ok(pieces)
}

/// Where lines stood: own first line, line in the log, how many. Empty where all are where they were.
pub(super) fn lines(pieces: &[Piece]) -> Vec<(u64, u64, u64)> {
    let mut out: Vec<(u64, u64, u64)> = Vec::new();
    let mut own = 1;
    for piece in pieces {
        match out.last_mut() {
            Some((first, line, count)) if *line + *count == piece.line && *first + *count == own => {
                *count += piece.lines;
            }
            _ => out.push((own, piece.line, piece.lines)),
        }
        own += piece.lines;
    }
    if matches!(out.as_slice(), [] | [(1, 1, _)]) { Vec::new() } else { out }
}
