//! One pass over a log's bytes that finds the records worth reading, so that a large log isn't parsed for nothing.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use mwscope_parsers::Span;
use mwscope_parsers::log::Head;
use regex::bytes::Regex;

use crate::model::{Records, SourceId};
use crate::workers;

/// The records of each log that speak of trouble, looked for once and only where somebody asks.
#[derive(Debug, Default)]
pub struct Trouble(Mutex<HashMap<SourceId, Arc<[usize]>>>);

impl Trouble {
    /// The numbers of a log's records that speak of a program's end, of an MPD that couldn't be executed, or that hold
    /// a stack trace, rising.
    pub(super) fn of(&self, log: SourceId, records: &dyn Records) -> Arc<[usize]> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(known.entry(log).or_insert_with(|| suspicious(records).into()))
    }
}

/// One pattern for each kind of trouble: together they have so many beginnings that a search stops at every other word,
/// each by itself is found as fast as memory is read.
static PHRASES: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    let patterns = [
        r"(?i-u)abnormal(?:ly)? +(?:terminat|end)|dump ?log (?:was )?created|unable to execute m",
        r"(?-u)M3:[A-Za-z0-9_.]{2,64}:F\b",
        r"(?-u)\n[ \t]+at [^\s(]{3,}\(",
    ];
    patterns.iter().filter_map(|pattern| Regex::new(pattern).ok()).collect()
});

fn suspicious(records: &dyn Records) -> Vec<usize> {
    let all: Vec<usize> = (0..records.blocks().count()).collect();
    each_block(records, &all, |first, heads, bytes| {
        let base = heads.first().map_or(0, |h| h.span.offset);
        let hits = PHRASES.iter().flat_map(|phrase| phrase.find_iter(bytes));
        let mut found: Vec<usize> = hits.map(|hit| first + record_at(heads, base + hit.start() as u64)).collect();
        found.sort_unstable();
        found.dedup();
        found
    })
}

/// Words to look for, each with a number.
pub(super) struct Lexicon {
    pattern: Option<Regex>,
    numbers: HashMap<Vec<u8>, u32>,
    words: usize,
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
        Self { pattern, numbers, words: words.len() }
    }

    /// For each of the words the records that hold it, rising. Of a large log only a part is looked at, and where there
    /// is trouble in it.
    pub(super) fn holders(&self, records: &dyn Records, trouble: &[usize]) -> Vec<Vec<usize>> {
        let mut holders = vec![Vec::new(); self.words];
        let Some(pattern) = self.pattern.as_ref() else { return holders };
        let found = each_block(records, &part_of(records, trouble), |first, heads, bytes| {
            let base = heads.first().map_or(0, |h| h.span.offset);
            let hits = pattern.find_iter(bytes).filter(|hit| whole_word(bytes, hit.range()));
            hits.filter_map(|hit| {
                let number = self.numbers.get(&hit.as_bytes().to_ascii_uppercase())?;
                Some((first + record_at(heads, base + hit.start() as u64), *number))
            })
            .collect()
        });
        for (n, number) in found {
            let of_word = &mut holders[number as usize];
            if of_word.last() != Some(&n) {
                of_word.push(n);
            }
        }
        holders
    }
}

/// Blocks in which words are looked for at most, beside those with trouble: some 200 MB of a log.
const MOST_BLOCKS: usize = 768;
/// Blocks that are looked at one behind the other: a call's records stand near each other.
const RUN: usize = 8;

/// The numbers of the blocks in which words are looked for: all, or where they are many, runs of them spread evenly and
/// those that hold trouble.
fn part_of(records: &dyn Records, trouble: &[usize]) -> Vec<usize> {
    let firsts: Vec<usize> = records.blocks().map(|block| block.first).collect();
    let every = firsts.len().div_ceil(MOST_BLOCKS);
    let mut troubled: Vec<usize> = trouble.iter().map(|n| firsts.partition_point(|first| first <= n) - 1).collect();
    troubled.dedup();
    let every_troubled = troubled.len().div_ceil(MOST_BLOCKS).max(1);
    let spread = (0..firsts.len()).filter(|n| every < 2 || (n / RUN).is_multiple_of(every));
    let mut part: Vec<usize> = spread.chain(troubled.into_iter().step_by(every_troubled)).collect();
    part.sort_unstable();
    part.dedup();
    part
}

fn whole_word(bytes: &[u8], range: std::ops::Range<usize>) -> bool {
    let part = |b: Option<&u8>| b.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
    !part(range.start.checked_sub(1).and_then(|n| bytes.get(n))) && !part(bytes.get(range.end))
}

/// The index in `heads` of the record that holds the byte at `offset`.
fn record_at(heads: &[Head], offset: u64) -> usize {
    heads.partition_point(|h| h.span.offset <= offset).saturating_sub(1)
}

/// What `look` finds in these blocks of a log, in order; it is given the number of a block's first record, its heads and
/// its bytes, and asked on all processors. Records that can't be read any more are passed over: whoever loaded the log
/// says so.
fn each_block<T: Send>(
    records: &dyn Records,
    blocks: &[usize],
    look: impl Fn(usize, &[Head], &[u8]) -> Vec<T> + Sync,
) -> Vec<T> {
    let wide = records.bytes(Span::new(0, 64)).is_ok_and(|bytes| bytes.contains(&0));
    let in_block = |n: usize| {
        let Some(block) = records.block(n) else { return Vec::new() };
        let Ok(heads) = records.heads(&block) else { return Vec::new() };
        if wide {
            // The text's own offsets don't matter: each record is looked at by itself.
            let texts = heads.iter().zip(block.first..).filter_map(|(head, n)| Some((n, head, records.read(n).ok()?)));
            return texts.flat_map(|(n, head, record)| look(n, &[*head], record.text.as_bytes())).collect();
        }
        records.bytes(block.span()).map_or_else(|_| Vec::new(), |bytes| look(block.first, &heads, &bytes))
    };
    workers::in_order(blocks.len(), |at| in_block(blocks[at])).into_iter().flatten().collect()
}
