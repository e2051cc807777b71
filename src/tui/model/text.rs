//! A long text to read: its lines found once, each with a role, and the place in it. Only lines in view are ever
//! looked at again, so that a body of a hundred megabytes scrolls like a short one.

use std::mem;
use std::ops::Range;
use std::sync::Arc;
use std::thread;

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
    /// Of a text whose lines were broken: with which line each line of the whole begins.
    starts: Vec<u32>,
}

/// A text of more bytes is broken and searched beside the screens, not on the way to a picture.
const LARGE: usize = 256 << 10;

/// A text whose lines are to be broken.
#[derive(Clone)]
pub(in crate::tui) struct ToBreak {
    pub(in crate::tui) text: Arc<Text>,
    pub(in crate::tui) cells: usize,
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

    /// Whether going through all of it takes longer than a picture may.
    pub(in crate::tui) fn is_large(&self) -> bool {
        self.bytes.len() > LARGE
    }

    /// The same text with lines broken at `cells`.
    pub(in crate::tui) fn wrapped(&self, cells: usize) -> Self {
        let mut out = Self::default();
        out.bytes.reserve(self.bytes.len());
        out.starts.reserve_exact(self.len());
        for n in 0..self.len() {
            out.starts.push(u32::try_from(out.lines.len()).unwrap_or(u32::MAX));
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

    /// The line of the whole that line `n` is, or is a piece of.
    fn of_whole(&self, n: usize) -> usize {
        if self.starts.is_empty() {
            return n;
        }
        self.starts.partition_point(|start| *start as usize <= n).saturating_sub(1)
    }

    /// The first line that line `n` of the whole was broken into.
    fn first_of(&self, n: usize) -> usize {
        self.starts.get(n).map_or(n, |start| *start as usize)
    }

    /// The next line from `from` on (or before it) that `regex` matches, going round the end once.
    pub(in crate::tui) fn find(&self, regex: &Regex, from: usize, forward: bool) -> Option<usize> {
        self.find_while(regex, (from, forward), || true)
    }

    /// As [`Text::find`], as long as somebody waits for it.
    pub(in crate::tui) fn find_while(
        &self,
        regex: &Regex,
        (from, forward): (usize, bool),
        waiting: impl Fn() -> bool,
    ) -> Option<usize> {
        const STEP: usize = 4096;
        let count = self.len();
        (1..=count)
            .take_while(|step| step % STEP != 0 || waiting())
            .map(|step| if forward { (from + step) % count } else { (from + count - step) % count })
            .find(|n| self.line(*n).is_some_and(|(line, _)| regex.is_match(line)))
    }
}

impl Drop for Text {
    /// Giving the memory of a hundred megabytes back takes longer than a picture may, so another thread does it.
    fn drop(&mut self) {
        if self.is_large() {
            let parts = (mem::take(&mut self.bytes), mem::take(&mut self.lines), mem::take(&mut self.starts));
            // Without another thread it is given back here.
            let _handle = thread::Builder::new().name("mwscope-drop".to_owned()).spawn(move || drop(parts));
        }
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
    /// The width at which lines are being broken beside the screens.
    asked_at: Option<usize>,
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

    /// Breaks lines at `cells`, or at all no more; does nothing where that is so already. A large text comes back, to
    /// be broken where nobody waits for it.
    #[must_use]
    pub(in crate::tui) fn fit(&mut self, cells: Option<usize>) -> Option<ToBreak> {
        if self.broken_at == cells {
            return None;
        }
        match cells {
            Some(cells) if self.whole.is_large() => {
                let asked = self.asked_at.replace(cells) == Some(cells);
                return (!asked).then(|| ToBreak { text: Arc::clone(&self.whole), cells });
            }
            Some(cells) => self.show(Arc::new(self.whole.wrapped(cells)), Some(cells)),
            None => self.show(Arc::clone(&self.whole), None),
        }
        None
    }

    /// The lines of a large text are broken; `whole` says of which.
    pub(in crate::tui) fn broken(&mut self, whole: &ToBreak, text: &Arc<Text>) {
        if Arc::ptr_eq(&whole.text, &self.whole) && self.asked_at == Some(whole.cells) {
            self.show(Arc::clone(text), Some(whole.cells));
        }
    }

    /// Shows the text broken otherwise, with the cursor and the top where they were in the whole.
    fn show(&mut self, text: Arc<Text>, broken_at: Option<usize>) {
        let place = |row: usize| text.first_of(self.text.of_whole(row));
        let (row, above) = (place(self.row), self.row.saturating_sub(self.top));
        self.text = text;
        self.broken_at = broken_at;
        self.asked_at = None;
        self.row = row.min(self.text.len().saturating_sub(1));
        self.top = self.row.saturating_sub(above);
    }

    /// The text as it is, without breaks.
    pub(in crate::tui) fn whole(&self) -> &Arc<Text> {
        &self.whole
    }

    /// Puts another text in place of this one; the place stays as far as there is one.
    pub(in crate::tui) fn replace(&mut self, text: Text) {
        let cells = self.broken_at.take();
        let large = text.is_large();
        self.whole = Arc::new(text);
        self.text = Arc::clone(&self.whole);
        self.asked_at = None;
        if !large {
            let _at_once = self.fit(cells);
        }
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

    /// Moves the view by so many lines as far as there are any; the cursor's line moves only where it would leave it.
    pub(in crate::tui) fn scroll(&mut self, by: i64, height: usize) {
        let last = self.text.len().saturating_sub(height);
        let top = i64::try_from(self.top).unwrap_or(i64::MAX).saturating_add(by).max(0);
        self.top = usize::try_from(top).unwrap_or(usize::MAX).min(last.max(self.top.min(self.row)));
        self.row = self.row.clamp(self.top, (self.top + height.max(1) - 1).max(self.top));
        self.row = self.row.min(self.text.len().saturating_sub(1));
    }

    /// Goes to the next hit; whether there is one.
    pub(in crate::tui) fn find_next(&mut self, forward: bool, height: usize) -> bool {
        let Some(hit) = self.find.as_ref().and_then(|regex| self.text.find(regex, self.row, forward)) else {
            return false;
        };
        self.land(hit, height);
        true
    }

    /// Takes what a search found in `text`, which may have been broken otherwise meanwhile. `None` where that text isn't
    /// the one in view any more, else whether something was found.
    pub(in crate::tui) fn found_in(&mut self, text: &Arc<Text>, line: Option<usize>, height: usize) -> Option<bool> {
        let now = match line {
            line if Arc::ptr_eq(text, &self.text) => line,
            line if Arc::ptr_eq(text, &self.whole) => line.map(|line| self.text.first_of(line)),
            _ => return None,
        };
        if let Some(line) = now {
            self.land(line, height);
        }
        Some(now.is_some())
    }

    /// Puts the cursor on a line that was looked for.
    fn land(&mut self, hit: usize, height: usize) {
        self.row = hit;
        if hit < self.top || hit >= self.top + height {
            self.top = hit.saturating_sub(height / 3);
        }
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

    #[test]
    fn the_place_is_kept_when_lines_are_broken_otherwise() {
        let text: String = (0..100).map(|n| format!("line {n} of a text with some words\n")).collect();
        let mut reading = Reading::new(Text::plain(&text));
        reading.go(50, 10);
        assert!(reading.fit(Some(10)).is_none(), "a small text is broken at once");
        assert_eq!(reading.text.line(reading.row).map(|(line, _)| line), Some("line 50 of"));
        assert_eq!(reading.row - reading.top, 9);
        assert!(reading.fit(None).is_none());
        assert_eq!((reading.row, reading.top), (50, 41));
    }

    #[test]
    fn a_large_text_is_broken_elsewhere_and_answers_to_old_questions_are_dropped() {
        let mut reading = Reading::new(Text::plain(&"word ".repeat(LARGE)));
        reading.go(3, 10);
        let first = reading.fit(Some(40)).expect("it is handed out");
        assert!(reading.fit(Some(40)).is_none(), "and only once");
        let second = reading.fit(Some(20)).expect("for another width again");
        reading.broken(&first, &Arc::new(first.text.wrapped(40)));
        assert!(reading.text.line(0).is_some_and(|(line, _)| line.len() > 40));
        reading.broken(&second, &Arc::new(second.text.wrapped(20)));
        assert!(reading.text.line(0).is_some_and(|(line, _)| line.len() <= 20));
        assert_eq!(reading.text.of_whole(reading.row), 3);
    }

    #[test]
    fn what_is_found_in_a_text_is_still_found_when_its_lines_were_broken_meanwhile() {
        let text: String = (0..20_000).map(|n| format!("line {n} of a text with some words\n")).collect();
        let mut reading = Reading::new(Text::plain(&text));
        let (searched, to_break) = (Arc::clone(&reading.text), reading.fit(Some(10)).expect("it is large"));
        reading.broken(&to_break, &Arc::new(to_break.text.wrapped(10)));
        assert_eq!(reading.found_in(&searched, Some(700), 10), Some(true));
        assert_eq!(reading.text.line(reading.row).map(|(line, _)| line), Some("line 700"));
        assert_eq!(reading.found_in(&searched, None, 10), Some(false));
        assert_eq!(reading.found_in(&Arc::new(Text::default()), Some(1), 10), None);
    }
}
