//! What the threads of a dump had logged last: a stack says where a thread stands, its records say for whom.

use std::collections::HashMap;

use mwscope_parsers::log::Record;
use mwscope_parsers::threads::{Kind, State, ThreadDump};
use mwscope_parsers::{Stamp, trace::Frame};

use crate::model::{Gathered, Records, SourceId};

/// Records before a dump that are looked at, of each log.
const MOST: usize = 5_000;
/// Records of which this much time passed until the dump have nothing to do with it; nanoseconds.
const LONG_AGO: i64 = 600_000_000_000;

/// The last record that a thread wrote before a dump.
#[derive(Clone, Debug, PartialEq)]
pub struct Last {
    /// The thread's name.
    pub thread: String,
    /// The log.
    pub source: SourceId,
    /// The record's number in it.
    pub n: usize,
    /// The record.
    pub record: Record,
}

/// The last records of a dump's threads, those first that are blocked or in the code of an application.
#[must_use]
pub fn last_records(dump: &ThreadDump, gathered: &Gathered) -> Vec<Last> {
    let Some(at) = dump.at.filter(|at| at.has_date) else { return Vec::new() };
    let threads = dump.threads.iter().filter(|thread| thread.kind != Kind::Vm);
    let rank: HashMap<&str, usize> = threads
        .map(|thread| {
            let blocked = thread.state == Some(State::Blocked);
            let busy = thread.frames.iter().any(|frame| !of_java(frame));
            (thread.name.as_str(), usize::from(!blocked) + usize::from(!busy))
        })
        .collect();
    let own = gathered.threads.iter().find(|(_, other)| std::ptr::eq(other.as_ref(), dump));
    let own = own.map(|(source, _)| gathered.path(*source));
    let mut found: Vec<Last> = Vec::new();
    for (source, records) in &gathered.logs {
        let around = own == Some(gathered.path(*source));
        let end = first_after(records.as_ref(), &at);
        for n in (end.saturating_sub(MOST)..end).rev() {
            let stamp = records.head(n).and_then(|head| head.stamp);
            if stamp.is_some_and(|stamp| gap(&stamp, &at) > LONG_AGO) {
                break;
            }
            let Ok(mut record) = records.read(n) else { continue };
            if around && !cut(&mut record, dump) {
                continue;
            }
            let Some(name) = record.thread.clone().filter(|name| rank.contains_key(name.as_str())) else { continue };
            if !found.iter().any(|last| last.thread == name) {
                found.push(Last { thread: name, source: *source, n, record });
            }
        }
    }
    found.sort_by_key(|last| rank.get(last.thread.as_str()).copied());
    found
}

/// Takes the dump out of a record of the log that the dump stands in; false where nothing is left of it.
fn cut(record: &mut Record, dump: &ThreadDump) -> bool {
    if record.head.span.offset >= dump.span.offset {
        return record.head.span.offset >= dump.span.end();
    }
    if record.head.span.end() > dump.span.offset {
        let lines = usize::try_from(dump.line.saturating_sub(record.head.line)).unwrap_or(usize::MAX);
        let end = record.text.match_indices('\n').nth(lines.saturating_sub(1)).map_or(record.text.len(), |(at, _)| at);
        record.text.truncate(end);
    }
    true
}

fn of_java(frame: &Frame) -> bool {
    ["java.", "javax.", "jdk.", "sun."].iter().any(|package| frame.class.starts_with(package))
}

/// How long before the dump a record was written; both by their own clocks, which are one machine's.
fn gap(record: &Stamp, dump: &Stamp) -> i64 {
    match (record.utc_ns(), dump.utc_ns()) {
        (Some(record), Some(dump)) => dump.saturating_sub(record),
        _ => dump.civil.ns.saturating_sub(record.civil.ns),
    }
}

/// The number of the first record that was written after the dump.
fn first_after(records: &dyn Records, at: &Stamp) -> usize {
    // The dump's time is cut to whole seconds.
    let after = |n: usize| {
        let stamp = (n..records.len().min(n + 100)).find_map(|n| records.head(n)?.stamp);
        stamp.is_some_and(|stamp| gap(&stamp, at) < -999_999_999)
    };
    let (mut low, mut high) = (0, records.len());
    while low < high {
        let middle = low + (high - low) / 2;
        if after(middle) { high = middle } else { low = middle + 1 }
    }
    low
}
