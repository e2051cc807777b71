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
    /// Whether any number of lines may lie between its first byte and its last. Looked for in many records at once it
    /// would run on to the end of them all wherever it begins.
    wide: bool,
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
        Some(Self { one: grep.clone(), many, ends: text.contains('$'), wide: is_wide(text) })
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
        if self.wide {
            let mut hits = records.holding(block, &mut Some)?;
            hits.retain(|hit| self.many.is_match(own_text(block, bytes, hit)));
            return Ok(Some(hits));
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
            let own = own_text(block, bytes, hit);
            let start = (hit.head.span.offset - block.offset) as usize;
            // What was found may reach into the next record, or the line end, which isn't this one's text.
            ends.next().is_some_and(|end| end <= start + own.len())
                || std::str::from_utf8(own).is_ok_and(|text| self.one.is_match(text))
        });
        Ok(Some(hits))
    }
}

/// The bytes of a record's text among those of its block.
fn own_text<'b>(block: &Block, bytes: &'b [u8], hit: &Hit) -> &'b [u8] {
    let span = hit.head.span;
    // The last record of a log may have grown.
    let own = bytes.get((span.offset - block.offset) as usize..).unwrap_or_default();
    let own = &own[..own.len().min(span.len as usize)];
    let own = own.strip_suffix(b"\n").unwrap_or(own);
    own.strip_suffix(b"\r").unwrap_or(own)
}

/// Whether something in an expression may stand for signs of any number, line ends among them. What is taken for such
/// and isn't costs little: each record is searched by itself.
fn is_wide(text: &str) -> bool {
    // `.` with line ends, all but some signs, classes by name or by number, and line ends among alternatives.
    let wide =
        ["(?s", "[^", "[:", "\\D", "\\W", "\\P", "\\p", "\\x", "\\u", "\\U", "\\n", "\\v", "\\r", "|\\s", "\\s|"];
    let opposites = text.contains("\\s") && text.contains("\\S");
    opposites || wide.iter().any(|sign| text.contains(sign)) || text.contains(|c: char| c.is_control())
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
            "(?s)foo.*2026",
            "(?s)foo.*bar$",
            "foo[^q]+ms",
            "(?:\\s|\\S)*WARN",
            "bar[^x]2026",
            "\\Dfoo$",
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
    fn what_may_go_over_any_number_of_lines_is_known() {
        for wide in
            ["(?s)a.*b", "a[^b]+c", "[\\s\\S]*a", "(?:.|\\n)*a", "a(?:.|\\s)+b", "\\W+a", "[[:^alpha:]]*a", "a\nb"]
        {
            assert!(is_wide(wide), "{wide:?}");
        }
        for narrow in ["a.*b", "a\\s+b", "\\d{3}\\w*", "\\S+ failed", "(?i)a|b$", "CRS0\\d\\d", "a\\.b\\[c\\]"] {
            assert!(!is_wide(narrow), "{narrow:?}");
        }
    }

    #[test]
    fn what_speaks_of_the_ends_of_a_text_is_asked_of_each_record() {
        let of = |text: &str| Whole::of(&Regex::new(text).expect("an expression")).is_some();
        assert!(of("a|b") && of("(?i)a") && of("(?:a)b"));
        assert!(!of("\\Aa") && !of("a\\z") && !of("(?-m)^a") && !of("\\b{start}a"));
    }
}
