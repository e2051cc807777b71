//! What the manifest of a bundle (`export/bundle.rs`) says of what is in it: what its members were made from, how logs
//! were read, what was known of clocks, and where the lines of excerpts stood in the logs that they were taken from, so
//! that evidence is named by the lines of those.

pub(super) mod streams;

use std::io;
use std::sync::Arc;

use mwscope_parsers::log::{Day, Head, Hints, Reader, Record};
use mwscope_parsers::{Civil, Span, Stamp};
use serde_json::Value;

use crate::model::{BUNDLE, Block, Known, KnownOfLog, Records, SourceId, SourceKind, SourceProblem};

/// Own first line, line in the log, how many.
type Lines = Vec<(u64, u64, u64)>;

/// What a manifest says of an archive.
#[derive(Default)]
pub(super) struct Manifest {
    /// Of its members, by their names.
    pub(super) members: Vec<(String, Member)>,
    /// What was known of the clocks, as it stands there.
    reading: Value,
    /// What could not be read, by whoever had the bytes.
    problems: Vec<SourceProblem>,
}

/// What a manifest says of a member.
#[derive(Default)]
pub(super) struct Member {
    /// What it was made from.
    pub(super) kind: Option<SourceKind>,
    /// How many items there were.
    pub(super) items: u64,
    /// Where the lines of an excerpt stood.
    pub(super) lines: Lines,
    /// How the log was read.
    pub(super) log: Option<KnownOfLog>,
    /// Where it holds the conversations of a capture: the member with its exchanges, empty where there were none.
    pub(super) streams_of: Option<String>,
}

impl Manifest {
    /// Reads a manifest; `None` where it is none of a bundle.
    pub(super) fn read(manifest: &[u8]) -> Option<Self> {
        let manifest = serde_json::from_slice::<Value>(manifest).ok()?;
        if manifest.get("schema").and_then(Value::as_str) != Some(BUNDLE) {
            return None;
        }
        let members = manifest.get("members").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let members = members.iter().filter_map(|member| Some((member.get("path")?.as_str()?.to_owned(), of(member))));
        let problem = |problem: &Value| {
            let text = |name: &str| Some(problem.get(name)?.as_str()?.to_owned());
            let offset = problem.get("offset")?.as_u64()?;
            Some(SourceProblem { path: text("path")?, offset, what: text("what")?, remedy: text("remedy")? })
        };
        let problems = manifest.get("problems").and_then(Value::as_array);
        Some(Self {
            members: members.collect(),
            reading: manifest.get("reading").cloned().unwrap_or_default(),
            problems: problems.into_iter().flatten().filter_map(problem).collect(),
        })
    }

    /// What could not be read, with the path of the archive before that of the member.
    pub(super) fn problems(&self, shown: &str) -> impl Iterator<Item = SourceProblem> {
        self.problems.iter().map(move |problem| {
            let path = format!("{shown}!/{}", problem.path);
            SourceProblem { path, ..problem.clone() }
        })
    }

    /// Adds what was known of the clocks; `source` finds the source that a member became.
    pub(super) fn clocks(&self, known: &mut Known, source: impl Fn(&str) -> Option<SourceId>) {
        let list = |name: &str| self.reading.get(name).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let named = |pair: &Value| source(pair.get(0)?.as_str()?);
        let zones = list("zones").iter();
        known.zones.extend(zones.filter_map(|pair| Some((named(pair)?, pair.get(1)?.as_str()?.to_owned()))));
        let offsets = list("offsets").iter();
        known.offsets.extend(offsets.filter_map(|pair| Some((named(pair)?, pair.get(1)?.as_i64()?))));
        let entry = |entry: &Value| Some((named(entry)?, stamp(entry.get(1)?)?));
        let same = list("same").iter();
        known.same.extend(same.filter_map(|pair| Some([entry(pair.get(0)?)?, entry(pair.get(1)?)?])));
    }
}

fn of(member: &Value) -> Member {
    let text = |name: &str| member.get(name).and_then(Value::as_str);
    let run = |run: &Value| Some((run.get(0)?.as_u64()?, run.get(1)?.as_u64()?, run.get(2)?.as_u64()?));
    let lines = member.get("lines").and_then(Value::as_array);
    let lines: Lines = lines.into_iter().flatten().filter_map(run).collect();
    let in_order = lines.windows(2).all(|pair| pair[0].0 < pair[1].0);
    Member {
        kind: text("kind").and_then(SourceKind::of_word),
        items: member.get("of").and_then(Value::as_u64).unwrap_or_default(),
        lines: if in_order { lines } else { Vec::new() },
        log: member.get("log").filter(|log| log.is_object()).map(known_of_log),
        streams_of: text("streams_of").map(str::to_owned),
    }
}

fn known_of_log(log: &Value) -> KnownOfLog {
    let day = || {
        let day = log.get("day")?;
        let number = |at: usize| day.get(at)?.as_i64();
        let date = (number(0)?.try_into().ok()?, number(1)?.try_into().ok()?, number(2)?.try_into().ok()?);
        Civil::new(date.0, date.1, date.2, 0, 0, 0, 0)?;
        Some(Day { date, told: day.get(3)?.as_bool()? })
    };
    let written = log.get("written").and_then(Value::as_i64).map(|ns| Civil { ns });
    let layout = log.get("layout").and_then(Value::as_str).map(str::to_owned);
    KnownOfLog { layout, hints: Hints { written, day: day(), ..Hints::default() } }
}

fn stamp(value: &Value) -> Option<Stamp> {
    Some(Stamp {
        civil: Civil { ns: value.get("ns")?.as_i64()? },
        offset_s: value.get("offset_s").and_then(Value::as_i64).and_then(|offset| offset.try_into().ok()),
        digits: value.get("digits")?.as_u64()?.try_into().ok()?,
        has_date: true,
    })
}

/// Records whose lines are counted as in the log that they were taken from.
pub(super) struct Excerpt {
    records: Arc<dyn Records>,
    lines: Lines,
}

impl Excerpt {
    /// The records of an excerpt.
    pub(super) fn new(records: Arc<dyn Records>, lines: Lines) -> Self {
        Self { records, lines }
    }

    fn line(&self, own: u64) -> u64 {
        let at = self.lines.partition_point(|(first, ..)| *first <= own);
        match at.checked_sub(1).and_then(|at| self.lines.get(at)) {
            Some((first, line, _)) => line.saturating_add(own - first),
            None => own,
        }
    }

    fn head_of(&self, head: Head) -> Head {
        Head { line: self.line(head.line), ..head }
    }
}

impl Records for Excerpt {
    fn len(&self) -> usize {
        self.records.len()
    }

    fn head(&self, n: usize) -> Option<Head> {
        self.records.head(n).map(|head| self.head_of(head))
    }

    fn block(&self, n: usize) -> Option<Block> {
        let block = self.records.block(n)?;
        Some(Block { line: self.line(block.line), ..block })
    }

    fn heads(&self, block: &Block) -> io::Result<Vec<Head>> {
        Ok((block.first..block.first + block.count).filter_map(|n| self.head(n)).collect())
    }

    fn traces(&self, block: &Block) -> io::Result<Vec<Option<usize>>> {
        self.records.traces(block)
    }

    fn trouble(&self) -> Option<String> {
        self.records.trouble()
    }

    fn read(&self, n: usize) -> io::Result<Record> {
        let record = self.records.read(n)?;
        Ok(Record { head: self.head_of(record.head), ..record })
    }

    fn bytes(&self, span: Span) -> io::Result<Vec<u8>> {
        self.records.bytes(span)
    }

    fn layouts(&self) -> Vec<String> {
        self.records.layouts()
    }

    fn reader(&self) -> Option<Arc<Reader>> {
        self.records.reader()
    }

    fn notes(&self) -> Vec<String> {
        self.records.notes()
    }
}
