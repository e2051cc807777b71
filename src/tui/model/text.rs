//! A long text to read: its lines found once, each with a role, and the place in it. Only lines in view are ever
//! looked at again, so that a body of a hundred megabytes scrolls like a short one.

use std::ops::Range;
use std::sync::Arc;

use regex::Regex;

use crate::model::EventRef;
use crate::tui::theme::Role;
use crate::tui::widgets::wrap;

/// Bytes of one line at most; longer ones go on in the next, so that drawing a line has a bound.
const LONGEST: usize = 4096;

/// A text with its lines.
#[derive(Clone, Debug, Default)]
pub(in crate::tui) struct Text {
    bytes: String,
    lines: Vec<(Range<usize>, Role)>,
    /// Lines that lead to an event.
    links: Vec<(usize, EventRef)>,
}

impl Text {
    /// A plain text, by its line breaks.
    pub(in crate::tui) fn plain(text: &str) -> Self {
        let mut out = Self::default();
        out.add(text, Role::Plain);
        out
    }

    /// Adds the lines of `text`.
    pub(in crate::tui) fn add(&mut self, text: &str, role: Role) -> &mut Self {
        for line in text.split('\n') {
            self.add_line(line.strip_suffix('\r').unwrap_or(line), role);
        }
        self
    }

    /// Adds one line that leads to `event` on Enter.
    pub(in crate::tui) fn add_link(&mut self, line: &str, role: Role, event: EventRef) -> &mut Self {
        self.links.push((self.lines.len(), event));
        self.add(line, role)
    }

    /// Adds the lines of a text that knows which of its lines stand out.
    pub(in crate::tui) fn add_with(&mut self, text: &str, role: impl Fn(&str) -> Role) -> &mut Self {
        for line in text.split('\n') {
            let line = line.strip_suffix('\r').unwrap_or(line);
            self.add_line(line, role(line));
        }
        self
    }

    fn add_line(&mut self, line: &str, role: Role) {
        let mut rest = line;
        loop {
            let mut end = rest.len().min(LONGEST);
            while !rest.is_char_boundary(end) {
                end -= 1;
            }
            let start = self.bytes.len();
            self.bytes.push_str(&rest[..end]);
            self.lines.push((start..self.bytes.len(), role));
            rest = &rest[end..];
            if rest.is_empty() {
                return;
            }
        }
    }

    pub(in crate::tui) fn len(&self) -> usize {
        self.lines.len()
    }

    /// Line `n` and its role.
    pub(in crate::tui) fn line(&self, n: usize) -> Option<(&str, Role)> {
        let (range, role) = self.lines.get(n)?;
        Some((self.bytes.get(range.clone())?, *role))
    }

    /// The event that line `n` leads to.
    pub(in crate::tui) fn link(&self, n: usize) -> Option<EventRef> {
        self.links.iter().find(|(line, _)| *line == n).map(|(_, event)| *event)
    }

    /// All lines, as one text.
    pub(in crate::tui) fn whole(&self) -> String {
        let mut out = String::with_capacity(self.bytes.len() + self.lines.len());
        for n in 0..self.len() {
            if let Some((line, _)) = self.line(n) {
                out.push_str(line);
                out.push('\n');
            }
        }
        out
    }

    /// The same text with lines broken at `cells`.
    pub(in crate::tui) fn wrapped(&self, cells: usize) -> Self {
        let mut out = Self::default();
        for n in 0..self.len() {
            let Some((line, role)) = self.line(n) else { continue };
            if let Some(event) = self.link(n) {
                out.links.push((out.lines.len(), event));
            }
            if line.len() <= cells {
                out.add_line(line, role);
            } else {
                wrap(line, cells).iter().for_each(|piece| out.add_line(piece, role));
            }
        }
        out
    }

    /// The next line from `from` on (or before it) that `regex` matches, going round the end once.
    pub(in crate::tui) fn find(&self, regex: &Regex, from: usize, forward: bool) -> Option<usize> {
        let count = self.len();
        (1..=count)
            .map(|step| if forward { (from + step) % count } else { (from + count - step) % count })
            .find(|n| self.line(*n).is_some_and(|(line, _)| regex.is_match(line)))
    }
}

/// A text on the screen, and the place in it.
#[derive(Clone, Debug, Default)]
pub(in crate::tui) struct Reading {
    /// The text as it is.
    whole: Arc<Text>,
    /// The text as it is shown: the same, or its lines broken.
    pub(in crate::tui) text: Arc<Text>,
    broken_at: Option<usize>,
    /// The line under the cursor.
    pub(in crate::tui) row: usize,
    pub(in crate::tui) top: usize,
    pub(in crate::tui) sideways: usize,
    pub(in crate::tui) find: Option<Regex>,
}

impl Reading {
    pub(in crate::tui) fn new(text: Text) -> Self {
        let text = Arc::new(text);
        Self { whole: Arc::clone(&text), text, ..Self::default() }
    }

    /// Breaks lines at `cells`, or at all no more; does nothing where that is so already.
    pub(in crate::tui) fn fit(&mut self, cells: Option<usize>) {
        if self.broken_at == cells {
            return;
        }
        self.broken_at = cells;
        self.text = match cells {
            Some(cells) => Arc::new(self.whole.wrapped(cells)),
            None => Arc::clone(&self.whole),
        };
        self.row = self.row.min(self.text.len().saturating_sub(1));
        self.top = self.top.min(self.row);
    }

    /// The text as it is, without breaks.
    pub(in crate::tui) fn whole(&self) -> &Text {
        &self.whole
    }

    /// Puts another text in place of this one; the place stays as far as there is one.
    pub(in crate::tui) fn replace(&mut self, text: Text) {
        let cells = self.broken_at.take();
        self.whole = Arc::new(text);
        self.text = Arc::clone(&self.whole);
        self.fit(cells);
        self.row = self.row.min(self.text.len().saturating_sub(1));
        self.top = self.top.min(self.row);
    }

    /// Moves the cursor and keeps it in a view of `height` lines.
    pub(in crate::tui) fn go(&mut self, row: usize, height: usize) {
        self.row = row.min(self.text.len().saturating_sub(1));
        self.top = self.top.min(self.row);
        if height > 0 && self.row - self.top >= height {
            self.top = self.row + 1 - height;
        }
    }

    /// Goes to the next hit; whether there is one.
    pub(in crate::tui) fn find_next(&mut self, forward: bool, height: usize) -> bool {
        let Some(hit) = self.find.as_ref().and_then(|regex| self.text.find(regex, self.row, forward)) else {
            return false;
        };
        self.row = hit;
        if hit < self.top || hit >= self.top + height {
            self.top = hit.saturating_sub(height / 3);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_go_on_in_the_next_and_no_byte_is_lost() {
        let long = "ä".repeat(LONGEST);
        let text = Text::plain(&format!("one\r\n{long}\n"));
        assert_eq!(text.len(), 4);
        assert_eq!(text.line(0), Some(("one", Role::Plain)));
        assert_eq!(text.line(1).map(|(l, _)| l.len()), Some(LONGEST));
        assert_eq!(text.line(3), Some(("", Role::Plain)));
        assert_eq!(text.whole().replace('\n', ""), format!("one{long}"));
    }

    #[test]
    fn hits_are_found_both_ways_round_the_end() {
        let mut reading = Reading::new(Text::plain("a\nb\nhit\nc\nhit"));
        assert!(!reading.find_next(true, 2));
        reading.find = Regex::new("hit").ok();
        for expected in [2, 4, 2] {
            assert!(reading.find_next(true, 2));
            assert_eq!(reading.row, expected);
        }
        assert!(reading.find_next(false, 2));
        assert_eq!(reading.row, 4);
    }
}
