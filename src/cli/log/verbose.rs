//! DEBUG and TRACE that were left on: how much they write, who writes most of it, and where to turn them off.
//!
//! Levels of the Grid are switches that stay on until somebody turns them off, so that the end of the log decides:
//! what was on for a while and is off again is no longer of interest.

use std::collections::HashMap;
use std::fmt;

use serde_json::{Value, json};

use super::Source;
use crate::cli::output;
use crate::model::{Block, Records};
use crate::report::safe;

/// So many records at the end of a log show whether the levels are still on.
const NEWEST: usize = 2_000;
/// So many of them at least, and a tenth, are of such a level.
const FEWEST: usize = 50;
/// Records that are looked at for the loggers that write most, and the most blocks that they are taken from: to find one
/// record, its block's are read from the first one on.
const LOOKED_AT: usize = 500;
const LOOKED_INTO: usize = 50;

/// A log in which DEBUG or TRACE is on.
pub(super) struct Verbose {
    source: String,
    records: u64,
    all: u64,
    bytes: u64,
    /// Bytes an hour while they were written; `None` where the records have no times.
    bytes_per_hour: Option<u64>,
    /// The loggers that write most of it, with their part in a hundred.
    loggers: Vec<(String, usize)>,
}

/// Those of the logs in which DEBUG or TRACE is on to the end.
pub(super) fn find(sources: &[Source<'_>]) -> Vec<Verbose> {
    sources.iter().filter(|source| still_on(source.records.as_ref())).map(Verbose::of).collect()
}

/// Says so on standard error, where people read it.
pub(super) fn say(sources: &[Source<'_>]) {
    for note in find(sources) {
        output::say(&note);
    }
}

fn still_on(records: &dyn Records) -> bool {
    let len = records.len();
    let newest = len.saturating_sub(NEWEST)..len;
    let fine = newest.clone().filter_map(|n| records.head(n)).filter(|head| head.severity.is_fine()).count();
    fine >= FEWEST && fine * 10 >= newest.len()
}

impl Verbose {
    fn of(source: &Source<'_>) -> Self {
        let records = source.records.as_ref();
        let (mut count, mut bytes, mut first, mut last) = (0_u64, 0_u64, None, None);
        let mut blocks: Vec<(Block, u64)> = Vec::new();
        for block in records.blocks() {
            let before = count;
            for kind in block.kinds.iter().filter(|kind| kind.severity.is_fine()) {
                count += kind.count;
                bytes += kind.bytes;
                if kind.timing.is_some() {
                    let (low, high) = kind.civil_ns;
                    first = Some(first.map_or(low, |first: i64| first.min(low)));
                    last = Some(last.map_or(high, |last: i64| last.max(high)));
                }
            }
            if count > before {
                blocks.push((block, count - before));
            }
        }
        let span = first.zip(last).map(|(first, last)| last.saturating_sub(first)).filter(|span| *span > 0);
        let bytes_per_hour = span.map(|span| (bytes as f64 * 3.6e12 / span as f64) as u64);
        let loggers = loggers(records, &blocks);
        let all = records.len() as u64;
        Self { source: source.path.to_owned(), records: count, all, bytes, bytes_per_hour, loggers }
    }

    pub(super) fn value(&self) -> Value {
        let loggers: Vec<Value> =
            self.loggers.iter().map(|(logger, share)| json!({"logger": logger, "percent": share})).collect();
        json!({"source": self.source, "records": self.records, "bytes": self.bytes,
            "bytes_per_hour": self.bytes_per_hour, "loggers": loggers})
    }
}

/// The three loggers that write most, of records spread over all. `blocks` are those that have records of such a level,
/// each with how many.
fn loggers(records: &dyn Records, blocks: &[(Block, u64)]) -> Vec<(String, usize)> {
    let mut bytes: HashMap<String, u64> = HashMap::new();
    let some = || blocks.iter().step_by(blocks.len().div_ceil(LOOKED_INTO).max(1));
    let step = (some().map(|(_, count)| count).sum::<u64>() / LOOKED_AT as u64).max(1);
    let (mut total, mut before, mut next) = (0, 0, 0);
    for (block, count) in some() {
        let own = before..before + count;
        before = own.end;
        if next >= own.end {
            continue;
        }
        let Ok(heads) = records.heads(block) else { continue };
        for (nth, head) in own.zip(heads.iter().filter(|head| head.severity.is_fine())) {
            if nth < next {
                continue;
            }
            next = nth + step;
            let read = records.reader().zip(records.bytes(head.span).ok());
            let Some(record) = read.map(|(reader, bytes)| reader.record(*head, &bytes)) else { continue };
            total += head.span.len;
            if let Some(logger) = record.logger {
                *bytes.entry(logger).or_default() += head.span.len;
            }
        }
    }
    let mut loggers: Vec<(String, u64)> = bytes.into_iter().collect();
    loggers.sort_by(|(a, x), (b, y)| y.cmp(x).then_with(|| a.cmp(b)));
    loggers.into_iter().take(3).map(|(logger, n)| (logger, (n * 100 / total.max(1)) as usize)).collect()
}

impl fmt::Display for Verbose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { records, all, .. } = self;
        write!(f, "{}: DEBUG or TRACE is on, {records} of {all} records", safe::line(&self.source))?;
        if let Some(rate) = self.bytes_per_hour {
            write!(f, ", about {} an hour", size(rate))?;
        }
        for (n, (logger, share)) in self.loggers.iter().enumerate() {
            let lead = if n == 0 { "; most from " } else { ", " };
            write!(f, "{lead}{} ({share} %)", safe::line(logger))?;
        }
        f.write_str("; turn it off in Grid Management, Logging > Log Levels, or in the program's logging configuration")
    }
}

fn size(bytes: u64) -> String {
    let bytes = bytes as f64;
    match bytes {
        b if b >= 1e9 => format!("{:.1} GB", b / 1e9),
        b if b >= 1e6 => format!("{:.1} MB", b / 1e6),
        b => format!("{:.0} kB", (b / 1e3).max(1.0)),
    }
}
