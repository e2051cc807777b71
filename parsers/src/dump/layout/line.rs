//! A line with its neighbours, and what a list of words on it states. It must not know of sections.

use std::ops::Range;

use super::super::accept;
use super::super::synonyms::{Fact, Synonyms};
use crate::blank;

/// A line, without its break, between its neighbours.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    /// Bytes before it in the text.
    pub(super) start: usize,
    pub(super) text: &'a str,
    pub(super) above: Option<&'a str>,
    pub(super) below: Option<&'a str>,
    pub(super) second_below: Option<&'a str>,
}

/// The lines of a text, from first to last.
pub(super) struct Lines<'a> {
    text: &'a str,
    above: Option<&'a str>,
    /// The line that comes next and the two behind it, with their starts.
    window: [Option<(usize, &'a str)>; 3],
    at: usize,
}

impl<'a> Lines<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self::on(None, text, 0)
    }

    /// The lines of a text from the byte `at` on, where one starts, behind a line.
    pub(super) fn on(above: Option<&'a str>, text: &'a str, at: usize) -> Self {
        let mut lines = Self { text, above, window: [None; 3], at };
        for slot in 0..3 {
            lines.window[slot] = lines.read();
        }
        lines
    }

    /// Where the next line starts; the end of the text where there is none.
    pub(super) fn next_start(&self) -> usize {
        self.window[0].map_or(self.text.len(), |(start, _)| start)
    }

    /// Goes to the line that starts at `at`.
    pub(super) fn go_to(&mut self, at: usize) {
        let before = &self.text[..at];
        let above = before.strip_suffix('\n').unwrap_or(before);
        let above = &above[memchr::memrchr(b'\n', above.as_bytes()).map_or(0, |n| n + 1)..];
        *self = Self::on(Some(blank::without_return(above)), self.text, at);
    }

    fn read(&mut self) -> Option<(usize, &'a str)> {
        let rest = self.text.get(self.at..).filter(|r| !r.is_empty())?;
        let start = self.at;
        let end = memchr::memchr(b'\n', rest.as_bytes());
        self.at += end.map_or(rest.len(), |n| n + 1);
        let line = &rest[..end.unwrap_or(rest.len())];
        Some((start, blank::without_return(line)))
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = Line<'a>;

    fn next(&mut self) -> Option<Line<'a>> {
        let (start, text) = self.window[0].take()?;
        let below = self.window[1].map(|(_, text)| text);
        let second_below = self.window[2].map(|(_, text)| text);
        let line = Line { start, text, above: self.above, below, second_below };
        self.above = Some(text);
        self.window = [self.window[1], self.window[2], self.read()];
        Some(line)
    }
}

impl<'a> Line<'a> {
    pub(super) fn end(&self) -> usize {
        self.start + self.text.len()
    }

    pub(super) fn indent(&self) -> usize {
        blank::indent(self.text)
    }

    /// The line of titles above a row, behind at most one rule.
    pub(super) fn header_above(&self, text: &'a str) -> Option<&'a str> {
        let mut lines = text.get(..self.start)?.lines().rev();
        lines.find(|l| !super::section::is_rule(l))
    }
}

/// Names and values in a line of words: `Program CRS008, panel E, user JDOE`, `USER JDOE   PNL E`. Every part of the line
/// has to be one, or at least two of them, so that no sentence is taken for facts.
pub(super) fn said(line: &str, synonyms: &Synonyms) -> Vec<(Range<usize>, Range<usize>)> {
    let parts = parts(line);
    let found: Vec<_> = parts.iter().filter_map(|part| said_once(line, part.clone(), synonyms)).collect();
    let alone = parts.len() == 1 && found.len() == 1 && line.split_whitespace().count() <= 4;
    if found.len() >= 2 || alone { found } else { Vec::new() }
}

/// Whether a line is nothing but names and values, at least two, in a row of words.
pub(super) fn is_all_said(line: &str, synonyms: &Synonyms) -> bool {
    let parts = parts(line);
    parts.len() >= 2 && parts.into_iter().all(|part| said_once(line, part, synonyms).is_some())
}

/// What stands between commas, semicolons, wide gaps, and dashes and slashes with blanks around them.
fn parts(line: &str) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut from = 0;
    let ends = line.bytes().enumerate().filter_map(|(at, sign)| {
        let ends = match sign {
            b',' | b';' | b'\t' => true,
            b' ' => matches!(&line.as_bytes()[at + 1..], [b' ', ..] | [b'-' | b'/' | b'|', b' ', ..]),
            _ => false,
        };
        ends.then_some(at)
    });
    for end in ends.chain([line.len()]) {
        let part = &line[from..end];
        if part.chars().any(char::is_alphanumeric) {
            let start = from + (part.len() - part.trim_start_matches([' ', '\t', '-', '/', '|', ',', ';']).len());
            parts.push(start..end);
        }
        from = end;
    }
    parts
}

/// `LANGUAGE:GB`, of which the line has more in front.
fn is_pair(word: &str) -> bool {
    let name = word.split_once(':').map_or("", |(name, _)| name);
    name.len() > 3 && name.chars().all(char::is_alphabetic)
}

/// A known name, a blank, and one word that could be a value, which is all of the part.
fn said_once(line: &str, range: Range<usize>, synonyms: &Synonyms) -> Option<(Range<usize>, Range<usize>)> {
    let part = &line[range.clone()];
    let body = part.trim_end_matches([',', ';', '.', ' ']).trim_start();
    let start = range.start + (part.len() - part.trim_start().len());
    // An operation has its object behind it.
    if let Some((name, value)) = body.split_once(' ').filter(|(_, value)| value.contains(' ')) {
        let fits = |(fact, _): &(Fact, u16)| {
            *fact == Fact::FailedAt && accept::value(*fact, value).is_some_and(|(_, doubt)| doubt == 0)
        };
        if synonyms.meanings(None, name).iter().any(fits) && value.starts_with(|c: char| c.is_ascii_uppercase()) {
            let value_start = start + body.len() - value.len();
            return Some((start..start + name.len(), value_start..value_start + value.len()));
        }
    }
    let (name, value) = body.rsplit_once(' ')?;
    let name = name.trim_end();
    let name = name.strip_suffix(" is").unwrap_or(name);
    if name.split_whitespace().count() > 3
        || value.contains(['"', ';'])
        || is_pair(value)
        || value.chars().all(char::is_lowercase)
    {
        return None;
    }
    // `JOB TYPE` and `USER PROFILE` are names of something.
    const OF_NAMES: [&str; 22] = [
        "type",
        "profile",
        "name",
        "information",
        "details",
        "data",
        "list",
        "status",
        "class",
        "group",
        "number",
        "code",
        "stack",
        "level",
        "variables",
        "properties",
        "fields",
        "values",
        "contents",
        "files",
        "messages",
        "jobs",
    ];
    if OF_NAMES.iter().any(|of| value.eq_ignore_ascii_case(of)) || synonyms.knows(body) {
        return None;
    }
    // The value has to look like nothing else than what the name stands for.
    let fits = |(fact, _): &(Fact, u16)| accept::value(*fact, value).is_some_and(|(_, doubt)| doubt == 0);
    let exact = |fact: Fact| {
        matches!(
            fact,
            Fact::Program
                | Fact::Panel
                | Fact::Company
                | Fact::Division
                | Fact::Exception
                | Fact::CallStack
                | Fact::Version
        )
    };
    let coded = !value.chars().any(char::is_lowercase) || value.bytes().any(|b| b.is_ascii_digit());
    let meanings = synonyms.meanings(None, name);
    meanings.iter().find(|m| fits(m) && (coded || exact(m.0)))?;
    let value_start = start + body.len() - value.len();
    Some((start..start + name.len(), value_start..value_start + value.len()))
}
