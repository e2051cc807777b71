//! Records counted by time, in equal steps: when it began, when it was worst.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::ops::ControlFlow;

use mwscope_parsers::Civil;
use serde_json::{Map, Value, json};

use super::{Args, Query, Source, found};
use crate::cli::output::{Failure, Format};
use crate::model::{Severity, Stamp};

const SECOND: i64 = 1_000_000_000;

/// Steps that people think in, in nanoseconds.
const STEPS: [i64; 19] = [
    SECOND / 100,
    SECOND / 10,
    SECOND,
    2 * SECOND,
    5 * SECOND,
    10 * SECOND,
    30 * SECOND,
    60 * SECOND,
    120 * SECOND,
    300 * SECOND,
    600 * SECOND,
    1_800 * SECOND,
    3_600 * SECOND,
    3 * 3_600 * SECOND,
    6 * 3_600 * SECOND,
    12 * 3_600 * SECOND,
    86_400 * SECOND,
    7 * 86_400 * SECOND,
    28 * 86_400 * SECOND,
];

/// Rows that fit a screen.
const ROWS: usize = 40;
/// More steps than this are counted in longer ones while reading, so that memory doesn't grow with the log.
const MOST: usize = 20_000;
/// Columns of the longest bar.
const BAR: u64 = 40;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Count {
    records: u64,
    errors: u64,
    warnings: u64,
}

impl Count {
    fn add(&mut self, other: Self) {
        self.records += other.records;
        self.errors += other.errors;
        self.warnings += other.warnings;
    }
}

/// Counts in steps that become longer where there would be too many of them.
struct Steps {
    step: i64,
    counts: BTreeMap<i64, Count>,
    untimed: u64,
}

impl Steps {
    fn new(step: i64) -> Self {
        Self { step: if step > 0 { step } else { STEPS[0] }, counts: BTreeMap::new(), untimed: 0 }
    }

    fn take(&mut self, at: i64, count: Count) {
        self.counts.entry(at.div_euclid(self.step)).or_default().add(count);
        if self.counts.len() > MOST {
            self.coarsen(longer(self.step));
        }
    }

    /// Counts in steps of that length, a multiple of the one before.
    fn coarsen(&mut self, step: i64) {
        let before = std::mem::take(&mut self.counts);
        for (n, count) in before {
            self.counts.entry((n.saturating_mul(self.step)).div_euclid(step)).or_default().add(count);
        }
        self.step = step;
    }

    /// How many rows there would be, empty ones between included.
    fn rows(&self) -> usize {
        let ends = self.counts.keys().next().zip(self.counts.keys().next_back());
        ends.map_or(0, |(first, last)| usize::try_from(last - first + 1).unwrap_or(usize::MAX))
    }
}

/// The next longer step that is a multiple of `step`.
fn longer(step: i64) -> i64 {
    STEPS.into_iter().find(|next| *next > step && next % step == 0).unwrap_or(step.saturating_mul(2))
}

pub(super) fn write(
    out: &mut impl Write,
    sources: &[Source<'_>],
    query: &Query,
    step: i64,
    args: &Args,
) -> Result<(), Failure> {
    let mut steps = Steps::new(step);
    for source in sources {
        let read = found::each(source, query, &mut |(_, found)| {
            for head in found.into_iter().map(|one| one.head) {
                let Some(stamp) = head.stamp else {
                    steps.untimed += 1;
                    continue;
                };
                let bad = matches!(head.severity, Severity::Error | Severity::Fatal);
                let warning = head.severity == Severity::Warn;
                let count = Count { records: 1, errors: u64::from(bad), warnings: u64::from(warning) };
                steps.take(query.instant(&stamp), count);
            }
            Ok(ControlFlow::Continue(()))
        });
        read.map_err(|error| {
            Failure::path(source.path, format!("it can't be read any more: {error}"), "read it again")
        })?;
    }
    if step <= 0 {
        while steps.rows() > ROWS {
            steps.coarsen(longer(steps.step));
        }
    }
    let minutes = |ns: i64| args.zone.as_ref().map(|zone| i64::from(zone.minutes_at(Civil { ns })));
    match args.format {
        Format::Text => text(out, &steps, &minutes)?,
        Format::Json | Format::Ndjson => {
            let rows: Vec<Value> = steps.counts.iter().map(|(n, count)| row(*n, &steps, count, &minutes)).collect();
            if args.format == Format::Ndjson {
                rows.iter().try_for_each(|row| writeln!(out, "{row}"))?;
            } else {
                let step = steps.step / 1_000_000;
                writeln!(out, "{}", json!({"step_ms": step, "without_time": steps.untimed, "steps": rows}))?;
            }
        }
    }
    Ok(())
}

/// A point on the log's own clock, or in the zone that was told.
fn at(ns: i64, minutes: &dyn Fn(i64) -> Option<i64>) -> String {
    let shift = minutes(ns);
    let civil = Civil { ns: ns.saturating_add(shift.unwrap_or(0) * 60 * SECOND) };
    let digits = if ns % SECOND == 0 { 0 } else { 3 };
    let offset_s = shift.and_then(|minutes| i32::try_from(minutes * 60).ok());
    Stamp { civil, offset_s, digits, has_date: true }.to_rfc3339()
}

fn row(n: i64, steps: &Steps, count: &Count, minutes: &dyn Fn(i64) -> Option<i64>) -> Value {
    let mut row = Map::new();
    row.insert("from".into(), at(n.saturating_mul(steps.step), minutes).into());
    row.insert("records".into(), count.records.into());
    row.insert("errors".into(), count.errors.into());
    row.insert("warnings".into(), count.warnings.into());
    row.into()
}

fn text(out: &mut impl Write, steps: &Steps, minutes: &dyn Fn(i64) -> Option<i64>) -> io::Result<()> {
    let most = steps.counts.values().map(|count| count.records).max().unwrap_or(0).max(1);
    let mut before: Option<i64> = None;
    for (n, count) in &steps.counts {
        let left_out = before.map_or(0, |before| n - before - 1);
        if left_out > 0 {
            writeln!(out, "{:>8}  (nothing in {left_out} steps)", "")?;
        }
        before = Some(*n);
        let bar = "#".repeat((count.records * BAR).div_ceil(most) as usize);
        let bad = match (count.errors, count.warnings) {
            (0, 0) => String::new(),
            (errors, 0) => format!("  {errors} errors"),
            (0, warnings) => format!("  {warnings} warnings"),
            (errors, warnings) => format!("  {errors} errors, {warnings} warnings"),
        };
        writeln!(out, "{}  {:>8}  {bar}{bad}", at(n.saturating_mul(steps.step), minutes), count.records)?;
    }
    if steps.untimed > 0 {
        writeln!(out, "{} records have no time", steps.untimed)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_grow_with_what_is_counted_and_lose_nothing() {
        let one = Count { records: 1, ..Count::default() };
        let mut steps = Steps::new(0);
        for n in 0..50_000 {
            steps.take(n * 7 * SECOND, one);
        }
        assert!(steps.counts.len() <= MOST);
        while steps.rows() > ROWS {
            steps.coarsen(longer(steps.step));
        }
        assert_eq!(steps.counts.values().map(|count| count.records).sum::<u64>(), 50_000);
        assert_eq!(steps.step, 3 * 3_600 * SECOND);
    }

    #[test]
    fn a_step_that_was_asked_for_stays() {
        let mut steps = Steps::new(90 * SECOND);
        steps.take(100 * SECOND, Count { records: 2, errors: 1, warnings: 0 });
        assert_eq!(steps.counts.get(&1), Some(&Count { records: 2, errors: 1, warnings: 0 }));
        assert_eq!(longer(90 * SECOND), 1_800 * SECOND);
    }
}
