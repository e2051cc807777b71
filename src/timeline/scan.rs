//! One pass over a log's bytes that finds the records worth reading, so that a large log isn't parsed for nothing.

mod kept;

use std::collections::HashMap;
use std::io;
use std::ops::Range;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use mwscope_parsers::Span;
use mwscope_parsers::log::Head;
use regex::bytes::Regex;
use sha2::{Digest, Sha256};

use crate::model::{Block, Records, SourceId};
use crate::workers;

/// The records of each log that speak of trouble, looked for once and only where somebody asks. Kept for as long as the
/// same sources are concluded of, it looks at no more of a log that grows than what has come.
#[derive(Debug, Default)]
pub struct Trouble(Mutex<HashMap<SourceId, Found>>);

/// What was found in a log so far.
#[derive(Debug, Default)]
struct Found {
    /// How many blocks don't change any more, and the last of them.
    whole: usize,
    last: Option<Block>,
    /// The records that speak of trouble in those blocks.
    in_whole: Vec<usize>,
    /// All of them.
    all: Arc<[usize]>,
    /// How many records there were, and where the last one ended.
    seen: Option<(usize, u64)>,
}

impl Trouble {
    /// The numbers of a log's records that speak of a program's end, of an MPD that couldn't be executed, or that hold
    /// a stack trace, rising.
    pub(super) fn of(&self, log: SourceId, records: &dyn Records) -> Arc<[usize]> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = known.entry(log).or_default();
        found.go_on(records);
        Arc::clone(&found.all)
    }
}

impl Found {
    fn go_on(&mut self, records: &dyn Records) {
        let len = records.len();
        let end = len.checked_sub(1).and_then(|n| records.head(n)).map_or(0, |head| head.span.end());
        if self.seen == Some((len, end)) {
            return;
        }
        // A log whose layout is still being learned may be split anew.
        if self.last.is_some() && self.whole.checked_sub(1).and_then(|n| records.block(n)) != self.last {
            *self = Self::default();
        }
        let blocks = records.blocks().count();
        // The last block may still gain records, and its last record lines.
        let whole = blocks.saturating_sub(1);
        let mut found = match self.seen {
            None => kept::known(records, TROUBLE, &[], 1, || vec![suspicious(records, 0..blocks)]).swap_remove(0),
            Some(_) => suspicious(records, self.whole..blocks),
        };
        let open = records.block(whole).map_or(usize::MAX, |block| block.first);
        let of_open = found.split_off(found.partition_point(|n| *n < open));
        self.in_whole.extend(found);
        self.all = self.in_whole.iter().copied().chain(of_open).collect();
        (self.whole, self.last) = (whole, whole.checked_sub(1).and_then(|n| records.block(n)));
        self.seen = Some((len, end));
    }
}

/// By these names answers are kept beside a log.
const TROUBLE: &str = "trouble";
const WORDS: &str = "words";

/// One pattern for each kind of trouble: together they have so many beginnings that a search stops at every other word,
/// each by itself is found as fast as memory is read.
static PHRASES: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    let patterns = [
        r"(?i-u)abnormal(?:ly)? +(?:terminat|end)|dump ?log (?:was )?created|unable to execute (?:m|transaction|program)",
        r"(?-u)M3:[A-Za-z0-9_.]{2,64}:F\b",
        // A frame on a line of its own, behind a head, in a record that is one line of JSON or of `key="value"`, or as a
        // syslog daemon has it.
        r"(?-u)(?:[ \t]|\\t|#011)at [^\s(]+\.[^\s(]+\(",
    ];
    patterns.iter().filter_map(|pattern| Regex::new(pattern).ok()).collect()
});

fn suspicious(records: &dyn Records, blocks: Range<usize>) -> Vec<usize> {
    let blocks: Vec<usize> = blocks.collect();
    let found = each_block(records, &blocks, |bytes| {
        let hits = PHRASES.iter().flat_map(|phrase| phrase.find_iter(bytes));
        hits.map(|hit| (hit.start(), ())).collect()
    });
    // The phrases are looked for one after the other.
    let mut found: Vec<usize> = found.into_iter().map(|(n, ())| n).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// Words to look for, each with a number.
pub(super) struct Lexicon {
    pattern: Option<Regex>,
    numbers: HashMap<Vec<u8>, u32>,
    words: usize,
    /// What is looked for, in few bytes.
    asked: [u8; 16],
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
        let mut asked = Sha256::new();
        words.iter().for_each(|word| asked.update([word.as_bytes(), &[0]].concat()));
        let hash = asked.finalize();
        let asked = std::array::from_fn(|n| hash[n]);
        Self { pattern, numbers, words: words.len(), asked }
    }

    /// For each of the words the records that hold it, rising. Of a large log only a part is looked at, and where there
    /// is trouble in it.
    pub(super) fn holders(&self, records: &dyn Records, trouble: &[usize]) -> Vec<Vec<usize>> {
        let Some(pattern) = self.pattern.as_ref() else { return vec![Vec::new(); self.words] };
        kept::known(records, WORDS, &self.asked, self.words, || self.look(pattern, records, trouble))
    }

    fn look(&self, pattern: &Regex, records: &dyn Records, trouble: &[usize]) -> Vec<Vec<usize>> {
        let mut holders = vec![Vec::new(); self.words];
        let found = each_block(records, &part_of(records, trouble), |bytes| {
            let hits = pattern.find_iter(bytes).filter(|hit| whole_word(bytes, hit.range()));
            let numbered = hits.map(|hit| (hit.start(), self.numbers.get(&hit.as_bytes().to_ascii_uppercase())));
            numbered.filter_map(|(at, number)| Some((at, *number?))).collect()
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

/// What `look` finds in these blocks of a log, each with the number of the record it stands in, block by block; it is
/// given bytes, says at which of them something stands, and is asked on all processors. Records that can't be read any
/// more are passed over: whoever loaded the log says so.
fn each_block<T: Send>(
    records: &dyn Records,
    blocks: &[usize],
    look: impl Fn(&[u8]) -> Vec<(usize, T)> + Sync,
) -> Vec<(usize, T)> {
    let first = records.block(0).map_or(0, |block| block.offset);
    let wide = records.bytes(Span::new(first, 64)).is_ok_and(|bytes| bytes.contains(&0));
    let in_block = |block: Block| -> io::Result<Vec<(usize, T)>> {
        if wide {
            // The text's own offsets don't matter: each record is looked at by itself.
            let numbers = block.first..block.first + records.heads(&block)?.len();
            let texts = numbers.filter_map(|n| Some((n, records.read(n).ok()?)));
            let found =
                texts.flat_map(|(n, record)| look(record.text.as_bytes()).into_iter().map(move |(_, it)| (n, it)));
            return Ok(found.collect());
        }
        let found = look(&records.bytes(block.span())?);
        if found.is_empty() {
            // Where its records begin needn't be known, as of most blocks.
            return Ok(Vec::new());
        }
        let heads = records.heads(&block)?;
        let record = |at: usize| block.first + record_at(&heads, block.offset + at as u64);
        Ok(found.into_iter().map(|(at, it)| (record(at), it)).collect())
    };
    let all = workers::in_order(blocks.len(), |at| records.block(blocks[at]).map(in_block));
    all.into_iter().flatten().flatten().flatten().collect()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use mwscope_parsers::log::{Record, Severity};

    use super::*;

    const LINE: u64 = 64;
    const IN_BLOCK: usize = 10;

    /// A log of lines of the same length, ten in a block, that counts the bytes that are read of it.
    struct Growing {
        lines: Mutex<Vec<&'static str>>,
        read: AtomicU64,
    }

    impl Growing {
        fn grow(&self, by: impl IntoIterator<Item = &'static str>) {
            self.lines.lock().unwrap().extend(by);
        }
    }

    impl Records for Growing {
        fn len(&self) -> usize {
            self.lines.lock().unwrap().len()
        }
        fn head(&self, n: usize) -> Option<Head> {
            let span = Span::new(n as u64 * LINE, LINE);
            let head = Head {
                span,
                line: n as u64 + 1,
                lines: 1,
                stamp: None,
                severity: Severity::Info,
                level: None,
                layout: 0,
            };
            (n < self.len()).then_some(head)
        }
        fn block(&self, n: usize) -> Option<Block> {
            let heads: Vec<Head> = (n * IN_BLOCK..(n + 1) * IN_BLOCK).map_while(|n| self.head(n)).collect();
            Block::of(&heads, n * IN_BLOCK)
        }
        fn read(&self, _n: usize) -> io::Result<Record> {
            Err(io::ErrorKind::Unsupported.into())
        }
        fn bytes(&self, span: Span) -> io::Result<Vec<u8>> {
            let lines = self.lines.lock().unwrap();
            let all: Vec<u8> = lines.iter().flat_map(|line| format!("{line:63}\n").into_bytes()).collect();
            let part = all[span.offset as usize..(span.end() as usize).min(all.len())].to_vec();
            self.read.fetch_add(part.len() as u64, Ordering::Relaxed);
            Ok(part)
        }
        fn layouts(&self) -> Vec<String> {
            Vec::new()
        }
    }

    const CALM: &str = "service StockQuery operation List";
    const ENDED: &str = "Abnormal termination of mvx.app.pgm.CRS008";

    #[test]
    fn a_trace_is_seen_with_its_line_breaks_escaped_too() {
        let troubled = |line: &str| PHRASES.iter().any(|phrase| phrase.is_match(line.as_bytes()));
        assert!(troubled(r#"{"message":"refused\njava.net.ConnectException\n\tat a.b.Pool.get(Pool.java:66)"}"#));
        assert!(troubled("refused\njava.net.ConnectException\n\tat a.b.Pool.get(Pool.java:66)"));
        assert!(!troubled(r"stored D:\node at once (C:\new at least)"));
    }

    #[test]
    fn of_a_log_that_grows_only_what_came_is_looked_at() {
        let log = Growing { lines: Mutex::default(), read: AtomicU64::new(0) };
        let trouble = Trouble::default();
        let of = || trouble.of(SourceId(1), &log).to_vec();
        assert!(of().is_empty());
        log.grow([CALM; 995]);
        log.grow([ENDED]);
        assert_eq!(of(), [995]);
        log.read.store(0, Ordering::Relaxed);
        assert_eq!(of(), [995]);
        log.grow([CALM, CALM, CALM, ENDED, ENDED, CALM]);
        assert_eq!(of(), [995, 999, 1000]);
        log.grow([ENDED; 9]);
        assert_eq!(of(), [&[995, 999, 1000][..], &(1002..1011).collect::<Vec<_>>()[..]].concat());
        assert!(log.read.load(Ordering::Relaxed) <= 5 * IN_BLOCK as u64 * LINE, "{:?}", log.read);
        // Another log in its place is looked through from its start.
        *log.lines.lock().unwrap() = vec![ENDED; 3];
        assert_eq!(of(), [0, 1, 2]);
    }
}
