//! A regular expression looked for in the bytes of many records at once, as if in the text of each.

use std::io;

use mwscope_parsers::log::Reader;
use regex::Regex;

use crate::model::{Block, Hit, Records};

/// An expression that means the same in a text of many records as in each record's own.
#[derive(Debug)]
pub(super) struct Whole {
    /// It for a record's text.
    one: Regex,
    /// It for bytes of many records.
    many: regex::bytes::Regex,
    /// Whether it may speak of line ends, which a record's text has one less of.
    ends: bool,
}

impl Whole {
    /// `None` where the expression speaks of the ends of the text, or may.
    pub(super) fn of(grep: &Regex) -> Option<Self> {
        let text = grep.as_str();
        let flags = text.replace("(?:", "").replace("(?i)", "").replace("(?s)", "").contains("(?");
        if flags || ["\\A", "\\z", "\\b{"].iter().any(|end| text.contains(end)) {
            return None;
        }
        let many = regex::bytes::RegexBuilder::new(text).multi_line(true).build().ok()?;
        Some(Self { one: grep.clone(), many, ends: text.contains('$') })
    }

    /// The records of a block in whose text the expression is found; `bytes` are the block's. `None` where they can't be
    /// searched as they stand, and the records have to be read.
    ///
    /// # Errors
    /// When the index can't be read any more.
    pub(super) fn hits(
        &self,
        records: &dyn Records,
        reader: &Reader,
        (block, bytes): (&Block, &[u8]),
    ) -> io::Result<Option<Vec<Hit>>> {
        let returns = self.ends && memchr::memchr(b'\r', bytes).is_some();
        if bytes.len() as u64 != block.len || returns || !reader.reads_as_written(bytes) {
            return Ok(None);
        }
        // Where the matches end that stand for the records which are found.
        let mut ends = Vec::new();
        let mut hits = records.holding(block, &mut |from| {
            let hit = self.many.find_at(bytes, usize::try_from(from.checked_sub(block.offset)?).ok()?)?;
            ends.push(hit.end());
            Some(block.offset + hit.start() as u64)
        })?;
        let mut ends = ends.into_iter();
        hits.retain(|hit| {
            let span = hit.head.span;
            let start = (span.offset - block.offset) as usize;
            // The last record of a log may have grown.
            let own = bytes.get(start..).unwrap_or_default();
            let own = &own[..own.len().min(span.len as usize)];
            let own = own.strip_suffix(b"\n").unwrap_or(own);
            let own = own.strip_suffix(b"\r").unwrap_or(own);
            // What was found may reach into the next record, or the line end, which isn't this one's text.
            ends.next().is_some_and(|end| end <= start + own.len())
                || std::str::from_utf8(own).is_ok_and(|text| self.one.is_match(text))
        });
        Ok(Some(hits))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logs::Log;
    use bytes::Bytes;

    /// Synthetic: records of one line and of several, of which some hold what others hold across their ends.
    fn log(line_end: &str, odd: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for n in 0..400 {
            let record = match n % 4 {
                0 => format!("2026-01-13 10:15:{:02},480 INFO  [main] a.B - foo {n} ms\n", n % 60),
                1 => format!(
                    "2026-01-13 10:15:{:02},480 WARN  [main] a.B - gone\njava.lang.Error: x {n}\n\tat a.B.c(B.java:1)\n",
                    n % 60
                ),
                2 => format!("2026-01-13 10:15:{:02},480 ERROR [t-1] a.C - \n\nfoo\nbar\n", n % 60),
                _ => format!("2026-01-13 10:15:{:02},480 INFO  [t-1] a.B - end of foo\n", n % 60),
            };
            bytes.extend_from_slice(record.replace('\n', line_end).as_bytes());
            if n == 300 {
                bytes.extend_from_slice(odd);
            }
        }
        bytes
    }

    #[test]
    fn whole_blocks_have_what_each_record_has() {
        let patterns = [
            "foo",
            "foo$",
            "^foo$",
            "^$",
            "foo\\s+bar",
            "foo\\s+2026",
            "ms\\s",
            "x 1..$",
            "(?i)FOO",
            "(?s)gone.*at",
            "bar\\n",
            "[^a]2026",
            "\\d+ ms$",
            "ü",
            "é",
            "\\bfoo\\b",
            "foo\\B",
            "",
            "z*",
            "foo [0-9]+ ms",
            "\u{1b}",
            "end of foo\\r?$",
            "\\s$",
        ];
        let mut searched = 0;
        for line_end in ["\n", "\r\n"] {
            for odd in [
                b"".as_slice(),
                b"caf\xE9 foo\n",
                "für foo\n".as_bytes(),
                b"\0\0",
                b"x\ry\n",
                b"\x1b[31mfoo\x1b[0m bar\n",
            ] {
                let bytes = log(line_end, odd);
                let log = Log::in_memory(Bytes::from(bytes.clone()), None).expect("a log");
                let (records, reader) = (&log as &dyn Records, log.reader());
                for pattern in patterns {
                    let grep = regex::RegexBuilder::new(pattern).multi_line(true).build().expect("a pattern");
                    let whole = Whole::of(&grep).expect("one for many records");
                    for block in records.blocks() {
                        let own = block.span().of(&bytes);
                        let Some(found) = whole.hits(records, &reader, (&block, own)).expect("hits") else { continue };
                        searched += 1;
                        let found: Vec<usize> = found.iter().map(|hit| hit.nth).collect();
                        let matches = |nth: &usize| grep.is_match(&records.read(block.first + nth).expect("read").text);
                        let wanted: Vec<usize> = (0..block.count).filter(matches).collect();
                        assert_eq!(found, wanted, "{pattern:?} {line_end:?} {odd:?}");
                    }
                }
            }
        }
        assert!(searched > 500, "{searched}");
    }

    #[test]
    fn what_speaks_of_the_ends_of_a_text_is_asked_of_each_record() {
        let of = |text: &str| Whole::of(&Regex::new(text).expect("an expression")).is_some();
        assert!(of("a|b") && of("(?i)a") && of("(?:a)b"));
        assert!(!of("\\Aa") && !of("a\\z") && !of("(?-m)^a") && !of("\\b{start}a"));
    }
}
