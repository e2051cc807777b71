//! Records that are alike, counted: stack traces by their fingerprint, messages by what stays the same in them.

use std::collections::HashMap;
use std::io::{self, Write};

use mwscope_parsers::log::alike;
use serde_json::{Value, json};

use super::{Args, Query, Source, Top, shown};
use crate::cli::output::{Failure, Format};
use crate::model::{Advice, Record, Stamp};
use crate::report::safe;

struct Group {
    count: u64,
    first: Option<Stamp>,
    last: Option<Stamp>,
    /// The first record of the group.
    source: String,
    line: u64,
    what: String,
    root: Option<String>,
    frames: Vec<String>,
    advice: Option<Advice>,
    level: Option<String>,
    logger: Option<String>,
}

pub(super) fn write(
    out: &mut impl Write,
    sources: &[Source<'_>],
    query: &Query,
    top: Top,
    args: &Args,
) -> Result<(), Failure> {
    let mut groups: HashMap<String, Group> = HashMap::new();
    super::asked(sources, query, &mut |source, _, record| {
        if let Some(key) = key(&record, top) {
            groups
                .entry(key)
                .and_modify(|group| group.again(&record))
                .or_insert_with(|| Group::new(source.path, &record, top));
        }
        Ok(())
    })?;
    let mut groups: Vec<(String, Group)> = groups.into_iter().collect();
    groups.sort_by(|(_, a), (_, b)| b.count.cmp(&a.count).then_with(|| (&a.source, a.line).cmp(&(&b.source, b.line))));
    match args.format {
        Format::Text => groups.iter().try_for_each(|(_, group)| text(out, group, top, args))?,
        Format::Ndjson => {
            for (key, group) in &groups {
                writeln!(out, "{}", value(key, group, top, args))?;
            }
        }
        Format::Json => {
            let list: Vec<Value> = groups.iter().map(|(key, group)| value(key, group, top, args)).collect();
            let name = match top {
                Top::Traces => "traces",
                Top::Messages => "messages",
            };
            writeln!(out, "{}", json!({ name: list }))?;
        }
    }
    Ok(())
}

fn key(record: &Record, top: Top) -> Option<String> {
    match top {
        Top::Traces => record.trace.as_ref().map(mwscope_parsers::trace::Trace::fingerprint),
        Top::Messages => Some(alike(&record.message)),
    }
}

impl Group {
    fn new(source: &str, record: &Record, top: Top) -> Self {
        let trace = record.trace.as_ref();
        let what = match top {
            Top::Messages => alike(&record.message),
            Top::Traces => trace
                .map(|trace| match trace.message() {
                    Some(message) => format!("{}: {message}", trace.exception().unwrap_or_default()),
                    None => trace.exception().unwrap_or_default().to_owned(),
                })
                .unwrap_or_default(),
        };
        let root = trace.and_then(|trace| trace.root());
        let frames = root.map(|root| root.frames.iter().take(3).map(frame).collect()).unwrap_or_default();
        let root = root.map(|root| root.exception.clone()).filter(|root| !root.is_empty());
        let advice = trace.filter(|_| top == Top::Traces).and_then(crate::rules::explain);
        let (level, logger) = (record.level.clone(), record.logger.clone());
        let stamp = record.head.stamp;
        let (source, line) = (source.to_owned(), record.head.line);
        Self { count: 1, first: stamp, last: stamp, source, line, what, root, frames, advice, level, logger }
    }

    fn again(&mut self, record: &Record) {
        self.count += 1;
        self.first = self.first.or(record.head.stamp);
        self.last = record.head.stamp.or(self.last);
    }
}

/// What a screen has room for, of a line of any length.
fn shortened(line: &str) -> std::borrow::Cow<'_, str> {
    const MOST: usize = 2000;
    match line.char_indices().nth(MOST) {
        Some((at, _)) => format!("{} … ({} bytes)", &line[..at], line.len()).into(),
        None => line.into(),
    }
}

fn frame(frame: &mwscope_parsers::trace::Frame) -> String {
    format!("{}.{}", frame.class, frame.method)
}

fn value(key: &str, group: &Group, top: Top, args: &Args) -> Value {
    let at = |stamp: &Option<Stamp>| stamp.as_ref().filter(|s| s.has_date).map(|s| shown(s, args.zone.as_ref()));
    let common = json!({
        "count": group.count,
        "first": at(&group.first),
        "last": at(&group.last),
        "source": group.source,
        "line": group.line,
        "level": group.level,
        "logger": group.logger,
    });
    let mut value = match top {
        Top::Traces => json!({
            "fingerprint": key, "trace": group.what, "root": group.root, "frames": group.frames,
            "known": group.advice.as_ref().map(crate::report::record::advice),
        }),
        Top::Messages => json!({"message": group.what}),
    };
    if let (Value::Object(value), Value::Object(common)) = (&mut value, common) {
        value.extend(common);
    }
    value
}

fn text(out: &mut impl Write, group: &Group, top: Top, args: &Args) -> io::Result<()> {
    writeln!(out, "{:>7}  {}", group.count, shortened(&safe::line(&group.what)))?;
    if top == Top::Messages {
        return Ok(());
    }
    if let Some(root) = group.root.as_ref().filter(|root| !group.what.starts_with(root.as_str())) {
        writeln!(out, "         root {}", safe::line(root))?;
    }
    for frame in &group.frames {
        writeln!(out, "         at {}", safe::line(frame))?;
    }
    if let Some(advice) = &group.advice {
        writeln!(
            out,
            "         cause   {}\n         remedy  {}",
            safe::line(&advice.cause),
            safe::line(&advice.remedy)
        )?;
    }
    let at = |stamp: &Option<Stamp>| stamp.as_ref().map(|s| shown(s, args.zone.as_ref())).unwrap_or_default();
    let place = format!("{}:{}", safe::line(&group.source), group.line);
    writeln!(out, "         {} to {}, first in {place}", at(&group.first), at(&group.last))
}
