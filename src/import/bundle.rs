//! What the manifest of a bundle (`export/bundle.rs`) says of the excerpts in it: where their lines stood in the logs that
//! they were taken from, so that evidence is named by the lines of those.

use std::io;
use std::sync::Arc;

use mwscope_parsers::Span;
use mwscope_parsers::log::{Head, Reader, Record};
use serde_json::Value;

use crate::model::{Block, Records};

/// Own first line, line in the log, how many.
type Lines = Vec<(u64, u64, u64)>;

/// The excerpts of an archive by the names of its members; none where it is no manifest.
pub(super) fn excerpts(manifest: &[u8]) -> Vec<(String, Lines)> {
    let Ok(manifest) = serde_json::from_slice::<Value>(manifest) else { return Vec::new() };
    if manifest.get("schema").and_then(Value::as_str) != Some("mwscope.bundle/1") {
        return Vec::new();
    }
    let members = manifest.get("members").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let excerpt = |member: &Value| {
        let run = |run: &Value| Some((run.get(0)?.as_u64()?, run.get(1)?.as_u64()?, run.get(2)?.as_u64()?));
        let lines: Lines = member.get("lines")?.as_array()?.iter().filter_map(run).collect();
        let in_order = lines.windows(2).all(|pair| pair[0].0 < pair[1].0);
        (!lines.is_empty() && in_order).then(|| Some((member.get("path")?.as_str()?.to_owned(), lines)))?
    };
    members.iter().filter_map(excerpt).collect()
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
