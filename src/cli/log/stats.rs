//! Counts over the records that are asked for.

use std::collections::{BTreeMap, HashSet};
use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::verbose::{self, Verbose};
use super::{Args, Query, Source, shown};
use crate::cli::output::{Failure, Format};
use crate::model::{Head, Record, Stamp};
use mwscope_parsers::log::{HEADER, Level};

#[derive(Default)]
struct Counts {
    records: u64,
    bytes: u64,
    levels: BTreeMap<String, u64>,
    traces: u64,
    distinct: HashSet<String>,
    first: Option<(i64, Stamp)>,
    last: Option<(i64, Stamp)>,
    layouts: Vec<LayoutCounts>,
    out_of_order: u64,
}

struct LayoutCounts {
    pattern: String,
    records: u64,
    /// Lines that no layout read: those before the first record.
    unparsed: u64,
}

pub(super) fn write(out: &mut impl Write, sources: &[Source<'_>], query: &Query, args: &Args) -> Result<(), Failure> {
    let mut counts = Counts::default();
    for source in sources {
        for pattern in source.records.layouts() {
            counts.layout(&pattern);
        }
    }
    for source in sources {
        count(source, query, &mut counts).map_err(|error| {
            Failure::path(source.path, format!("it can't be read any more: {error}"), "read it again")
        })?;
    }
    match args.format {
        Format::Text => text(out, &counts, sources, args)?,
        Format::Json | Format::Ndjson => writeln!(out, "{}", value(&counts, &verbose::find(sources), args))?,
    }
    Ok(())
}

/// Counts one log. A record of one line has no trace, so that its head says all that is counted.
fn count(source: &Source<'_>, query: &Query, counts: &mut Counts) -> io::Result<()> {
    let layouts = source.records.layouts();
    let mut latest = i64::MIN;
    for n in 0..source.records.len() {
        let Some(head) = source.records.head(n).filter(|head| query.may_match(head)) else { continue };
        let known = head.level.is_none_or(|level| level.word().is_some());
        if query.heads_decide() && head.lines == 1 && known {
            counts.take(&layouts, &head, head.level.and_then(Level::word), query, &mut latest);
            continue;
        }
        let record = source.records.read(n)?;
        if query.matches(source.id, n, &record) {
            counts.take(&layouts, &record.head, record.level.as_deref(), query, &mut latest);
            counts.trace(&record);
        }
    }
    Ok(())
}

impl Counts {
    fn layout(&mut self, pattern: &str) -> &mut LayoutCounts {
        let at = self.layouts.iter().position(|layout| layout.pattern == pattern).unwrap_or_else(|| {
            self.layouts.push(LayoutCounts { pattern: pattern.to_owned(), records: 0, unparsed: 0 });
            self.layouts.len() - 1
        });
        &mut self.layouts[at]
    }

    fn trace(&mut self, record: &Record) {
        if let Some(trace) = &record.trace {
            self.traces += 1;
            self.distinct.insert(trace.fingerprint());
        }
    }

    fn take(&mut self, layouts: &[String], head: &Head, level: Option<&str>, query: &Query, latest: &mut i64) {
        self.records += 1;
        self.bytes += head.span.len;
        if let Some(level) = level {
            match self.levels.get_mut(level) {
                Some(count) => *count += 1,
                None => {
                    self.levels.insert(level.to_owned(), 1);
                }
            }
        }
        if let Some(stamp) = head.stamp.filter(|stamp| stamp.has_date) {
            let at = query.instant(&stamp);
            self.out_of_order += u64::from(*latest > at);
            *latest = at.max(*latest);
            if self.first.is_none_or(|(first, _)| at < first) {
                self.first = Some((at, stamp));
            }
            if self.last.is_none_or(|(last, _)| at >= last) {
                self.last = Some((at, stamp));
            }
        }
        if head.layout == HEADER {
            if let Some(first) = layouts.first() {
                self.layout(first).unparsed += u64::from(head.lines);
            }
        } else if let Some(pattern) = layouts.get(usize::from(head.layout)) {
            self.layout(pattern).records += 1;
        }
    }
}

fn value(counts: &Counts, verbose: &[Verbose], args: &Args) -> Value {
    let at = |end: &Option<(i64, Stamp)>| end.map(|(_, stamp)| shown(&stamp, args.zone.as_ref()));
    let levels: Map<String, Value> = counts.levels.iter().map(|(level, n)| (level.clone(), (*n).into())).collect();
    let layouts: Vec<Value> = counts
        .layouts
        .iter()
        .map(|layout| json!({"pattern": layout.pattern, "records": layout.records, "unparsed": layout.unparsed}))
        .collect();
    json!({
        "records": counts.records,
        "bytes": counts.bytes,
        "by_level": levels,
        "traces": counts.traces,
        "distinct_traces": counts.distinct.len(),
        "first": at(&counts.first),
        "last": at(&counts.last),
        "layouts": layouts,
        "out_of_order": counts.out_of_order,
        "verbose": verbose.iter().map(verbose::Verbose::value).collect::<Vec<_>>(),
    })
}

fn text(out: &mut impl Write, counts: &Counts, sources: &[Source<'_>], args: &Args) -> io::Result<()> {
    let total: u64 = sources.iter().map(|source| source.bytes).sum();
    writeln!(out, "{} records, {} of {total} bytes", counts.records, counts.bytes)?;
    if let (Some((_, first)), Some((_, last))) = (&counts.first, &counts.last) {
        let zone = args.zone.as_ref();
        writeln!(out, "from {} to {}", shown(first, zone), shown(last, zone))?;
    }
    for (level, n) in &counts.levels {
        writeln!(out, "  {level:<8} {n:>9}")?;
    }
    writeln!(out, "{} stack traces, {} of them distinct", counts.traces, counts.distinct.len())?;
    for layout in &counts.layouts {
        writeln!(out, "layout {}: {} records", layout.pattern, layout.records)?;
        if layout.unparsed > 0 {
            writeln!(out, "  {} lines stand before the first record", layout.unparsed)?;
        }
    }
    if counts.out_of_order > 0 {
        writeln!(out, "{} records are out of order and stand where the log has them", counts.out_of_order)?;
    }
    for note in verbose::find(sources) {
        writeln!(out, "{note}")?;
    }
    Ok(())
}
