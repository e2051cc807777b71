//! One pass over a log's bytes that finds the records worth reading, so that a large log isn't parsed for nothing.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use mwscope_parsers::Span;
use mwscope_parsers::log::Head;
use regex::bytes::Regex;

use crate::model::Records;

/// Bytes read at once.
const CHUNK: u64 = 1 << 20;

/// The numbers of the records that speak of a program's end, of an MPD that couldn't be executed, or that hold a
/// stack trace, rising.
pub(super) fn suspicious(records: &dyn Records) -> Vec<usize> {
    static PHRASES: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?-u)(?i:abnormal(?:ly)? +(?:terminat|end)|dump ?log (?:was )?created|unable to execute m)|\n[ \t]+at [^\s(]{3,}\(")
            .ok()
    });
    let mut found = Vec::new();
    let Some(phrases) = PHRASES.as_ref() else { return found };
    each_chunk(records, |first, heads, bytes| {
        let base = heads.first().map_or(0, |h| h.span.offset);
        for hit in phrases.find_iter(bytes) {
            let n = first + record_at(heads, base + hit.start() as u64);
            if found.last() != Some(&n) {
                found.push(n);
            }
        }
    });
    found
}

/// Words to look for, each with a number.
pub(super) struct Lexicon {
    pattern: Option<Regex>,
    numbers: HashMap<Vec<u8>, u32>,
}

impl Lexicon {
    /// A lexicon of `words`; they are found in any ASCII case.
    pub(super) fn new(words: &[String]) -> Self {
        let mut sorted: Vec<&String> = words.iter().filter(|w| !w.is_empty()).collect();
        // The longest first, so that CRS610MI isn't found as CRS610.
        sorted.sort_by_key(|w| std::cmp::Reverse(w.len()));
        let alternatives: Vec<String> = sorted.iter().map(|w| regex::escape(w)).collect();
        let pattern =
            (!alternatives.is_empty()).then(|| format!(r"(?i-u)(?:{})", alternatives.join("|"))).and_then(|p| {
                regex::bytes::RegexBuilder::new(&p).size_limit(64 << 20).dfa_size_limit(64 << 20).build().ok()
            });
        let numbers = words.iter().enumerate().map(|(n, w)| (w.to_ascii_uppercase().into_bytes(), n as u32)).collect();
        Self { pattern, numbers }
    }

    /// For each record that holds any of the words, which; rising.
    pub(super) fn hits(&self, records: &dyn Records) -> BTreeMap<usize, Vec<u32>> {
        let mut hits: BTreeMap<usize, Vec<u32>> = BTreeMap::new();
        let Some(pattern) = self.pattern.as_ref() else { return hits };
        each_chunk(records, |first, heads, bytes| {
            let base = heads.first().map_or(0, |h| h.span.offset);
            for hit in pattern.find_iter(bytes) {
                if !whole_word(bytes, hit.range()) {
                    continue;
                }
                let Some(number) = self.numbers.get(&hit.as_bytes().to_ascii_uppercase()) else { continue };
                let of_record = hits.entry(first + record_at(heads, base + hit.start() as u64)).or_default();
                if !of_record.contains(number) {
                    of_record.push(*number);
                }
            }
        });
        hits
    }
}

fn whole_word(bytes: &[u8], range: std::ops::Range<usize>) -> bool {
    let part = |b: Option<&u8>| b.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
    !part(range.start.checked_sub(1).and_then(|n| bytes.get(n))) && !part(bytes.get(range.end))
}

/// The index in `heads` of the record that holds the byte at `offset`.
fn record_at(heads: &[Head], offset: u64) -> usize {
    heads.partition_point(|h| h.span.offset <= offset).saturating_sub(1)
}

/// Calls `look` with runs of records and their bytes. Records that can't be read any more are passed over: whoever
/// loaded the log says so.
fn each_chunk(records: &dyn Records, mut look: impl FnMut(usize, &[Head], &[u8])) {
    if is_utf16(records) {
        return each_decoded(records, look);
    }
    let len = records.len();
    let mut first = 0;
    let mut heads: Vec<Head> = Vec::new();
    for n in 0..=len {
        let head = if n < len { records.head(n) } else { None };
        let full = heads.last().zip(heads.first()).is_some_and(|(l, f)| l.span.end() - f.span.offset >= CHUNK);
        if (full || head.is_none()) && !heads.is_empty() {
            let start = heads[0].span.offset;
            let end = heads[heads.len() - 1].span.end();
            if let Ok(bytes) = records.bytes(Span::new(start, end.saturating_sub(start))) {
                look(first, &heads, &bytes);
            }
            heads.clear();
        }
        if let Some(head) = head {
            if heads.is_empty() {
                first = n;
            }
            heads.push(head);
        }
    }
}

fn is_utf16(records: &dyn Records) -> bool {
    records.bytes(Span::new(0, 64)).is_ok_and(|bytes| bytes.contains(&0))
}

fn each_decoded(records: &dyn Records, mut look: impl FnMut(usize, &[Head], &[u8])) {
    for n in 0..records.len() {
        if let (Some(head), Ok(record)) = (records.head(n), records.read(n)) {
            // The text's own offsets don't matter: there is but one record in this run.
            look(n, &[head], record.text.as_bytes());
        }
    }
}
