//! The lines of a text, without what a service wrapper writes before each line of a dump. It must not know what the
//! lines say.

use super::opens;

/// A line without its break and prefix.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    /// Bytes before it in the text.
    pub(super) start: usize,
    /// Where it ends, with its break.
    pub(super) end: usize,
    /// Its number, from 1.
    pub(super) number: u64,
    pub(super) text: &'a str,
    /// With its prefix.
    pub(super) raw: &'a str,
    /// Where a line opens a dump behind a prefix, the line above it without that: its start, its number and its text.
    pub(super) above: Option<(usize, u64, &'a str)>,
}

pub(super) struct Lines<'a> {
    text: &'a str,
    at: usize,
    number: u64,
    /// The prefix of the line that opened the dump, with digits made equal, where the lines behind it have it too.
    prefix: Option<Vec<u8>>,
    /// The line before the next one: its start, its number and its text.
    last: Option<(usize, u64, &'a str)>,
}

impl<'a> Lines<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0, number: 0, prefix: None, last: None }
    }

    fn raw(&self, at: usize) -> Option<(&'a str, usize)> {
        let rest = self.text.get(at..).filter(|r| !r.is_empty())?;
        let len = memchr::memchr(b'\n', rest.as_bytes()).map_or(rest.len(), |n| n + 1);
        Some((rest[..len].trim_end_matches(['\n', '\r']), at + len))
    }

    /// Looks whether the lines behind the opening one have its prefix: `INFO   | jvm 1    | 2024/01/01 10:00:00 | `.
    fn learn(&mut self, line: &'a str, next: usize) {
        self.prefix = None;
        let Some(column) = line.find("Full thread dump").filter(|c| *c > 0) else { return };
        let shape = shape(&line[..column]);
        let mut at = next;
        let mut same = 0;
        for _ in 0..3 {
            let Some((below, end)) = self.raw(at) else { break };
            same += usize::from(has_prefix(below, &shape));
            at = end;
        }
        self.prefix = (same >= 2).then_some(shape);
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = Line<'a>;

    fn next(&mut self) -> Option<Line<'a>> {
        let (line, end) = self.raw(self.at)?;
        let start = self.at;
        self.at = end;
        self.number += 1;
        let opens = opens(line);
        if opens {
            self.learn(line, end);
        }
        let behind = |line: &'a str| {
            let prefix = self.prefix.as_ref().filter(|prefix| has_prefix(line, prefix))?;
            Some(line.get(prefix.len()..).unwrap_or_default())
        };
        let last = self.last.filter(|_| opens);
        let above = last.and_then(|(start, number, text)| Some((start, number, behind(text)?)));
        let text = behind(line).unwrap_or(line);
        self.last = Some((start, self.number, line));
        Some(Line { start, end, number: self.number, text, raw: line, above })
    }
}

fn shape(prefix: &str) -> Vec<u8> {
    prefix.bytes().map(|b| if b.is_ascii_digit() { b'0' } else { b }).collect()
}

/// Whether a line starts with a prefix of this shape; trailing blanks may be missing on an empty line.
fn has_prefix(line: &str, shape: &[u8]) -> bool {
    let own = line.as_bytes();
    let same = |(a, b): (&u8, &u8)| if a.is_ascii_digit() { *b == b'0' } else { a == b };
    let len = own.len().min(shape.len());
    let rest_blank = shape[len..].iter().all(|b| *b == b' ');
    rest_blank && own[..len].iter().zip(shape).all(same) && line.is_char_boundary(len)
}
