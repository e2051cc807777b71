//! The time line: one small entry for every event, in the order of corrected time. Everything else about an event
//! is looked up when it comes into view.

use crate::model::{EventRef, Exchange, GatheredDump, Outcome, Severity, SourceId, Stamp, Stream, ThreadsId};
use crate::query::Surroundings;

/// One event on the time line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::tui) struct Line {
    /// Nanoseconds since the epoch on the reference's clock; where `doubtful`, those of the record before it or
    /// its own stamp read as it stands.
    pub(in crate::tui) at_ns: i64,
    /// What stands there.
    pub(in crate::tui) event: EventRef,
    /// How it looks from afar.
    pub(in crate::tui) class: Class,
    /// Whether the place is a guess: no stamp, no date, or no zone to read it in.
    pub(in crate::tui) doubtful: bool,
}

/// How an event looks from afar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::tui) enum Class {
    /// Nothing special.
    Plain,
    /// A call without an answer yet.
    Waiting,
    /// A warning.
    Warning,
    /// An error record.
    Error,
    /// A dump.
    Dump,
    /// A failed call.
    Failed,
}

impl Class {
    /// The letter in the first column; it carries the meaning, colour only repeats it.
    pub(in crate::tui) const fn letter(self) -> &'static str {
        match self {
            Self::Plain => " ",
            Self::Waiting => "?",
            Self::Warning => "W",
            Self::Error => "E",
            Self::Dump => "D",
            Self::Failed => "F",
        }
    }
}

impl Line {
    /// The order on the time line: by time; at the same time calls before records before dumps.
    fn key(&self) -> (i64, EventRef) {
        (self.at_ns, self.event)
    }
}

fn exchange_class(exchange: &Exchange) -> Class {
    if exchange.failed() {
        Class::Failed
    } else if exchange.outcome == Outcome::Open {
        Class::Waiting
    } else {
        Class::Plain
    }
}

/// How a record of that severity looks from afar.
pub(in crate::tui) fn record_class(severity: Severity) -> Class {
    match severity {
        Severity::Error | Severity::Fatal => Class::Error,
        Severity::Warn => Class::Warning,
        _ => Class::Plain,
    }
}

fn place(around: &Surroundings, source: SourceId, stamp: Option<Stamp>, before: i64) -> (i64, bool) {
    let Some(stamp) = stamp else { return (before, true) };
    match around.clock(source).place(&stamp) {
        Some(moment) => (moment.utc_ns, false),
        None if stamp.has_date => (stamp.utc_ns().unwrap_or(stamp.civil.ns), true),
        None => (before, true),
    }
}

/// The line of one exchange.
pub(in crate::tui) fn of_exchange(exchange: &Exchange, around: &Surroundings) -> Line {
    let (at_ns, doubtful) = place(around, exchange.source, exchange.started, around.end_ns.unwrap_or(0));
    Line { at_ns, event: EventRef::Exchange(exchange.id), class: exchange_class(exchange), doubtful }
}

/// The lines of a log's records from number `from` on. What has no stamp stays with the record before it.
pub(in crate::tui) fn of_records(around: &Surroundings, source: SourceId, from: usize) -> Vec<Line> {
    let Some(log) = around.gathered.log(source) else { return Vec::new() };
    let before = from.checked_sub(1).and_then(|n| log.head(n)).and_then(|head| head.stamp);
    let first = (from..log.len().min(from.saturating_add(1000))).find_map(|n| log.head(n)?.stamp);
    let (mut at, _) = place(around, source, before.or(first), around.end_ns.unwrap_or(0));
    let mut lines = Vec::with_capacity(log.len().saturating_sub(from));
    for n in from..log.len() {
        let Some(head) = log.head(n) else { break };
        let (at_ns, doubtful) = place(around, source, head.stamp, at);
        // A log's own order stands: a record stamped earlier than the one before it stays behind it.
        at = at_ns.max(at);
        let at_ns = at;
        lines.push(Line { at_ns, event: EventRef::Record(source, n), class: record_class(head.severity), doubtful });
    }
    lines
}

/// The line of one dump.
pub(in crate::tui) fn of_dump(dump: &GatheredDump, around: &Surroundings) -> Line {
    let (at_ns, doubtful) = place(around, dump.source, dump.dump.at, around.end_ns.unwrap_or(0));
    Line { at_ns, event: EventRef::Dump(dump.id), class: Class::Dump, doubtful }
}

/// The line of a thread dump: trouble where a VM died or threads are deadlocked.
pub(in crate::tui) fn of_threads(id: ThreadsId, around: &Surroundings) -> Option<Line> {
    let (source, dump) = around.gathered.thread_dump(id)?;
    let (at_ns, doubtful) = place(around, *source, dump.at, around.end_ns.unwrap_or(0));
    let broken = dump.death.is_some() || !dump.deadlocks().is_empty();
    let class = if broken { Class::Dump } else { Class::Plain };
    Some(Line { at_ns, event: EventRef::Threads(id), class, doubtful })
}

/// The line of a TCP conversation: a warning where it was broken off.
pub(in crate::tui) fn of_stream(stream: &Stream, around: &Surroundings) -> Line {
    let (at_ns, doubtful) = place(around, stream.source, stream.started(), around.end_ns.unwrap_or(0));
    let class = if stream.failed() { Class::Warning } else { Class::Plain };
    Line { at_ns, event: EventRef::Stream(stream.id), class, doubtful }
}

/// All events in order.
pub(in crate::tui) fn all(around: &Surroundings) -> Vec<Line> {
    let gathered = &around.gathered;
    let mut lines: Vec<Line> = gathered.exchanges.iter().map(|x| of_exchange(x, around)).collect();
    for (source, _) in gathered.recorded() {
        lines.extend(of_records(around, *source, 0));
    }
    lines.extend(gathered.dumps.iter().map(|d| of_dump(d, around)));
    lines.extend((0..gathered.threads.len()).filter_map(|n| of_threads(ThreadsId(n), around)));
    lines.extend(gathered.streams.iter().map(|stream| of_stream(stream, around)));
    // Sources are mostly in order by themselves, which a stable sort makes use of.
    lines.sort_by_key(Line::key);
    lines
}

/// Where `line` stands or would stand.
pub(in crate::tui) fn position(lines: &[Line], line: &Line) -> Result<usize, usize> {
    lines.binary_search_by_key(&line.key(), Line::key)
}

/// Puts new lines in their places and gives those, rising. Lines that stand there already are left out.
pub(in crate::tui) fn insert(lines: &mut Vec<Line>, new: &[Line]) -> Vec<usize> {
    let mut new: Vec<Line> = new.iter().filter(|line| position(lines, line).is_err()).copied().collect();
    new.sort_by_key(Line::key);
    new.dedup();
    // From the end, so that each line that makes room moves once, however many are put in.
    let mut places = vec![0; new.len()];
    let mut from = lines.len();
    let Some(filler) = new.first().copied() else { return places };
    lines.resize(from + new.len(), filler);
    for (n, line) in new.iter().enumerate().rev() {
        let at = lines[..from].partition_point(|before| before.key() < line.key());
        lines.copy_within(at..from, at + n + 1);
        places[n] = at + n;
        lines[at + n] = *line;
        from = at;
    }
    places
}

#[cfg(test)]
mod tests {
    use crate::model::ExchangeId;

    use super::*;

    fn line(at_ns: i64, n: u32) -> Line {
        Line { at_ns, event: EventRef::Exchange(ExchangeId(n)), class: Class::Plain, doubtful: false }
    }

    #[test]
    fn half_a_million_older_lines_are_put_in_between_as_many() {
        let mut lines: Vec<Line> = (0..500_000).map(|n| line(i64::from(n) * 2 + 1, n)).collect();
        let new: Vec<Line> = (0..500_000).map(|n| line(i64::from(n) * 2, n)).collect();
        let places = insert(&mut lines, &new);
        assert!(places.iter().enumerate().all(|(n, at)| *at == n * 2));
        assert!(lines.is_sorted_by_key(Line::key) && lines.len() == 1_000_000);
    }

    #[test]
    fn new_lines_find_their_places() {
        let mut lines = vec![line(10, 1), line(20, 2), line(20, 4)];
        let places = insert(&mut lines, &[line(20, 3), line(5, 9), line(30, 0), line(20, 3), line(20, 2)]);
        assert_eq!(lines, [line(5, 9), line(10, 1), line(20, 2), line(20, 3), line(20, 4), line(30, 0)]);
        assert_eq!(places, [0, 3, 5]);
        assert!(insert(&mut lines, &[line(5, 9)]).is_empty());
    }
}
