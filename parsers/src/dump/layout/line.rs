//! A line with its neighbours, and what a list of words on it states. It must not know of sections.

use std::ops::Range;

use super::super::accept;
use super::super::synonyms::{Fact, Synonyms};

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
        Self::behind(None, text)
    }

    /// The lines of a text that stands behind a line.
    pub(super) fn behind(above: Option<&'a str>, text: &'a str) -> Self {
        let mut lines = Self { text, above, window: [None; 3], at: 0 };
        for slot in 0..3 {
            lines.window[slot] = lines.read();
        }
        lines
    }

    fn read(&mut self) -> Option<(usize, &'a str)> {
        let rest = self.text.get(self.at..).filter(|r| !r.is_empty())?;
        let start = self.at;
        let end = memchr::memchr(b'\n', rest.as_bytes());
        self.at += end.map_or(rest.len(), |n| n + 1);
        let line = &rest[..end.unwrap_or(rest.len())];
        Some((start, line.strip_suffix('\r').unwrap_or(line)))
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
        self.text.len() - self.text.trim_start().len()
    }

    /// The line of titles above a row, behind at most one rule.
    pub(super) fn header_above(&self, text: &'a str) -> Option<&'a str> {
        let mut lines = text.get(..self.start)?.lines().rev();
        lines.find(|l| !super::section::is_rule(l))
    }
}

/// Names and values in a line of words: `Program CRS008, panel E, user JDOE`, `USER JDOE   PNL E`. Every part of the line has to be one, or
/// at least two of them, so that no sentence is taken for facts.
pub(super) fn said(line: &str, synonyms: &Synonyms) -> Vec<(Range<usize>, Range<usize>)> {
    let mut found = Vec::new();
    let mut parts = 0;
    let mut at = 0;
    for part in line.split_inclusive([',', ';']).flat_map(|part| part.split_inclusive("  ")) {
        let range = at..at + part.len();
        at = range.end;
        if part.trim().is_empty() {
            continue;
        }
        parts += 1;
        found.extend(said_once(line, range, synonyms));
    }
    let enough = found.len() >= 2 || found.len() == parts && parts == 1 && line.split_whitespace().count() <= 4;
    if enough { found } else { Vec::new() }
}

/// A known name, a blank, and one word that could be a value, which is all of the part.
fn said_once(line: &str, range: Range<usize>, synonyms: &Synonyms) -> Option<(Range<usize>, Range<usize>)> {
    let part = &line[range.clone()];
    let body = part.trim_end_matches([',', ';', '.', ' ']).trim_start();
    let start = range.start + (part.len() - part.trim_start().len());
    let (name, value) = body.rsplit_once(' ')?;
    let name = name.trim_end();
    let name = name.strip_suffix(" is").unwrap_or(name);
    if name.split_whitespace().count() > 3 || value.chars().all(char::is_lowercase) {
        return None;
    }
    // `JOB TYPE` and `USER PROFILE` are names of something.
    const OF_NAMES: [&str; 14] = [
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
    ];
    if OF_NAMES.contains(&value.to_lowercase().as_str()) || synonyms.knows(body) {
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
