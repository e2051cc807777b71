//! Counts over the records that are asked for.

use std::collections::{BTreeMap, HashSet};
use std::io::{self, Write};
use std::ops::ControlFlow;

use serde_json::{Map, Value, json};

use super::verbose::{self, Verbose};
use super::{Args, Query, Source, found, shown};
use crate::cli::output::{Failure, Format};
use crate::model::{Block, Head, Stamp};
use mwscope_parsers::log::{HEADER, Level};

#[derive(Default)]
struct Counts {
    records: u64,
    bytes: u64,
    levels: BTreeMap<String, u64>,
    traces: u64,
    distinct: HashSet<u64>,
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

/// Counts one log: whole blocks where everything is asked for, else records by what the index knows of them. Only
/// level words outside the vocabulary, and traces that weren't looked for yet, have to be read.
fn count(source: &Source<'_>, query: &Query, counts: &mut Counts) -> io::Result<()> {
    let layouts = source.records.layouts();
    let known = |level: Option<Level>| level.is_none_or(|level| level.word().is_some());
    let (mut latest, mut bytes) = (i64::MIN, Vec::new());
    if !query.asks_for_all() {
        return found::each(source, query, &mut |found| {
            counts.take_found(&layouts, source, found, query, &mut latest)?;
            Ok(ControlFlow::Continue(()))
        });
    }
    for block in source.records.blocks() {
        let known = block.traces.is_some() && block.kinds.iter().all(|kind| known(kind.level));
        if known && counts.take_block(&layouts, &block, query, &mut latest) {
            continue;
        }
        if let Some(found) = found::in_block(source, query, block, &mut bytes)? {
            counts.take_found(&layouts, source, found, query, &mut latest)?;
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

    fn take_found(
        &mut self,
        layouts: &[String],
        source: &Source<'_>,
        (block, found): found::Found,
        query: &Query,
        latest: &mut i64,
    ) -> io::Result<()> {
        for one in found {
            let (head, trace) = (one.head, one.trace);
            let level = head.level.and_then(Level::word);
            // A record of one line has no trace.
            let said = (level.is_some() || head.level.is_none()) && (block.traces.is_some() || head.lines == 1);
            if said && one.record.is_none() {
                self.take(layouts, &head, level, query, latest);
                self.trace(trace);
            } else {
                let record = one.read(source.records.as_ref())?;
                self.take(layouts, &head, record.level.as_deref(), query, latest);
                self.trace(record.trace.map(|trace| trace.fingerprint_bits()));
            }
        }
        Ok(())
    }

    /// Counts a whole block; false where its records have to be looked at, since earlier ones are later than they.
    fn take_block(&mut self, layouts: &[String], block: &Block, query: &Query, latest: &mut i64) -> bool {
        let dated = block.kinds.iter().filter_map(|kind| Some((kind.timing.filter(|t| t.has_date)?, kind.civil_ns)));
        let ends = dated.map(|(timing, (low, high))| (timing.stamp(low), timing.stamp(high)));
        let ends: Vec<_> = ends.map(|(low, high)| (query.instant(&low), query.instant(&high), low, high)).collect();
        if ends.iter().any(|(low, ..)| low < latest) {
            return false;
        }
        for (_, high, first, last) in &ends {
            *latest = *high.max(latest);
            self.time(*first, query);
            self.time(*last, query);
        }
        self.out_of_order += block.late;
        for kind in block.kinds.iter() {
            self.records += kind.count;
            self.bytes += kind.bytes;
            self.level(kind.level.and_then(Level::word), kind.count);
            self.read_by(layouts, kind.layout, kind.count, kind.lines);
            self.traces += if kind.traced { kind.count } else { 0 };
        }
        self.distinct.extend(block.traces.iter().flat_map(|traces| traces.iter()));
        true
    }

    fn take(&mut self, layouts: &[String], head: &Head, level: Option<&str>, query: &Query, latest: &mut i64) {
        self.records += 1;
        self.bytes += head.span.len;
        self.level(level, 1);
        if let Some(stamp) = head.stamp.filter(|stamp| stamp.has_date) {
            let at = query.instant(&stamp);
            self.out_of_order += u64::from(*latest > at);
            *latest = at.max(*latest);
            self.time(stamp, query);
        }
        self.read_by(layouts, head.layout, 1, u64::from(head.lines));
    }

    fn trace(&mut self, trace: Option<u64>) {
        self.traces += u64::from(trace.is_some());
        self.distinct.extend(trace);
    }

    fn level(&mut self, level: Option<&str>, records: u64) {
        let Some(level) = level else { return };
        match self.levels.get_mut(level) {
            Some(count) => *count += records,
            None => {
                self.levels.insert(level.to_owned(), records);
            }
        }
    }

    fn time(&mut self, stamp: Stamp, query: &Query) {
        if !stamp.has_date {
            return;
        }
        let at = query.instant(&stamp);
        if self.first.is_none_or(|(first, _)| at < first) {
            self.first = Some((at, stamp));
        }
        if self.last.is_none_or(|(last, _)| at >= last) {
            self.last = Some((at, stamp));
        }
    }

    fn read_by(&mut self, layouts: &[String], layout: u16, records: u64, lines: u64) {
        if layout == HEADER {
            if let Some(first) = layouts.first() {
                self.layout(first).unparsed += lines;
            }
        } else if let Some(pattern) = layouts.get(usize::from(layout)) {
            self.layout(pattern).records += records;
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
