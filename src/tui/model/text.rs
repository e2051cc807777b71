//! A long text to read: its lines found once, each with a role, and the place in it. Only lines in view are ever
//! looked at again, so that a body of a hundred megabytes scrolls like a short one.

use std::mem;
use std::ops::Range;
use std::sync::{Arc, Weak};
use std::thread;

use regex::Regex;

use crate::model::EventRef;
use crate::tui::theme::Role;
use crate::tui::widgets::wrap;

use super::folds::{Fold, FoldOf, Folded, Folds};
use super::hits::Hits;
use super::picture::{Cell, Picture};

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
    /// Lines that are rows of a picture, by rising line.
    pictures: Vec<(usize, Vec<Cell>)>,
    /// What can be folded; of a text whose lines were broken, the whole knows.
    folds: Folds,
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

    /// Adds the lines of a text of which parts can be folded: ranges of its lines, by their first ones.
    pub(in crate::tui) fn add_folding(&mut self, text: &str, folds: &[Range<u32>], role: impl Fn(&str) -> Role) {
        let mut next = folds.iter().peekable();
        let mut open: Vec<(usize, u32)> = Vec::new();
        for (n, line) in (0_u32..).zip(text.split('\n')) {
            while let Some(fold) = next.next_if(|fold| fold.start == n) {
                open.push((self.fold(FoldOf::Lines), fold.end));
            }
            let line = line.strip_suffix('\r').unwrap_or(line);
            self.add_line(line, role(line));
            while let Some((fold, _)) = open.pop_if(|(_, end)| *end <= n + 1) {
                self.end_fold(fold);
            }
        }
        // What isn't closed reaches to the end.
        open.into_iter().rev().for_each(|(fold, _)| self.end_fold(fold));
    }

    /// Adds a picture, a line for each of its rows; their letters are what is copied and found.
    pub(in crate::tui) fn add_picture(&mut self, picture: Picture) {
        for row in picture.rows {
            self.pictures.push((self.lines.len(), row));
            let letters: String = self.picture(self.lines.len()).iter().map(|cell| cell.letter()).collect();
            self.add_line(letters.trim_end(), Role::Plain);
        }
    }

    /// The cells of a line that is a row of a picture; none of one that isn't.
    pub(in crate::tui) fn picture(&self, n: usize) -> &[Cell] {
        let at = self.pictures.binary_search_by_key(&n, |(line, _)| *line);
        at.ok().and_then(|at| self.pictures.get(at)).map_or(&[], |(_, cells)| cells)
    }

    /// Begins a part that can be folded into the line that is added next.
    pub(in crate::tui) fn fold(&mut self, of: FoldOf) -> usize {
        self.folds.begin(self.lines.len(), of)
    }

    /// Begins a part that can be folded into the line that was added last.
    pub(in crate::tui) fn fold_below(&mut self, of: FoldOf) -> usize {
        self.folds.begin(self.lines.len().saturating_sub(1), of)
    }

    /// Ends the part with the line that was added last.
    pub(in crate::tui) fn end_fold(&mut self, fold: usize) {
        self.folds.end(fold, self.lines.len().saturating_sub(1));
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
            let picture = self.picture(n);
            if !picture.is_empty() {
                out.pictures.push((out.lines.len(), picture.to_vec()));
                out.add_line(line, role);
            } else if line.len() <= cells {
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
        match self.starts.get(n) {
            Some(start) => *start as usize,
            None if self.starts.is_empty() => n,
            None => self.len(),
        }
    }

    /// The next line from `from` on (or before it) that `regex` matches, going round the end once, as long as somebody
    /// waits for it.
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
            .find(|n| self.matches(regex, *n))
    }

    /// Whether `regex` matches line `n`.
    pub(in crate::tui) fn matches(&self, regex: &Regex, n: usize) -> bool {
        self.line(n).is_some_and(|(line, _)| regex.is_match(line))
    }
}

impl Drop for Text {
    /// Giving the memory of a hundred megabytes back takes longer than a picture may, so another thread does it.
    fn drop(&mut self) {
        if self.is_large() {
            let (bytes, lines) = (mem::take(&mut self.bytes), mem::take(&mut self.lines));
            let parts = (bytes, lines, mem::take(&mut self.starts), mem::take(&mut self.folds));
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
    /// The lines that `find` matches, as far as they are counted.
    pub(in crate::tui) hits: Option<Box<Hits<usize, Weak<Text>>>>,
    /// What of the whole is folded.
    folded: Folded,
}

impl Reading {
    pub(in crate::tui) fn new(text: Text) -> Self {
        let folded = Folded::at_first(&text.folds);
        let text = Arc::new(text);
        let mut reading = Self { whole: Arc::clone(&text), text, folded, ..Self::default() };
        reading.hide();
        reading
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
        let row = text.first_of(self.text.of_whole(self.row));
        let above = self.place_of(self.row).saturating_sub(self.place_of(self.top));
        self.text = text;
        self.broken_at = broken_at;
        self.asked_at = None;
        self.hide();
        self.row = row.min(self.text.len().saturating_sub(1));
        self.top = self.row_at(self.place_of(self.row).saturating_sub(above));
    }

    /// Finds anew which rows are shown.
    fn hide(&mut self) {
        let (whole, text) = (&self.whole, &self.text);
        let lines = whole.len();
        self.folded.hide(&whole.folds, |line| if line >= lines { text.len() } else { text.first_of(line) });
    }

    /// How many rows are shown.
    pub(in crate::tui) fn shown(&self) -> usize {
        self.text.len() - self.folded.hidden().count()
    }

    /// Which of the rows that are shown a row is.
    pub(in crate::tui) fn place_of(&self, row: usize) -> usize {
        self.folded.hidden().place_of(row)
    }

    /// The row at a place among those that are shown.
    pub(in crate::tui) fn row_at(&self, place: usize) -> usize {
        self.folded.hidden().row_at(place)
    }

    /// What a row stands for, where more is folded into it.
    pub(in crate::tui) fn fold_at(&self, row: usize) -> Option<&Fold> {
        let line = self.text.of_whole(row);
        // Of a line that was broken, the last piece says it.
        let last = self.text.of_whole(row + 1) != line || row + 1 == self.text.len();
        self.folded.at(&self.whole.folds, line).filter(|_| last)
    }

    /// Folds what the cursor is on or in; whether there was anything.
    pub(in crate::tui) fn fold(&mut self, height: usize) -> bool {
        let Some(head) = self.folded.fold(&self.whole.folds, self.text.of_whole(self.row)) else { return false };
        self.hide();
        self.go(self.text.first_of(head), height);
        true
    }

    /// Unfolds what is folded into the cursor's line, or else goes into what begins there.
    pub(in crate::tui) fn unfold(&mut self, height: usize) {
        let line = self.text.of_whole(self.row);
        if self.folded.unfold(&self.whole.folds, line) {
            self.hide();
        } else {
            self.go(self.row_at(self.place_of(self.row) + 1), height);
        }
    }

    /// Folds all, or unfolds all; whether there is anything to be folded.
    pub(in crate::tui) fn fold_all(&mut self, open: bool, height: usize) -> bool {
        let above = self.place_of(self.row).saturating_sub(self.place_of(self.top));
        let any = self.folded.all(&self.whole.folds, open);
        self.hide();
        self.top = self.row_at(self.place_of(self.row).saturating_sub(above));
        self.go(self.row, height);
        any
    }

    /// The text as it is, without breaks.
    pub(in crate::tui) fn whole(&self) -> &Arc<Text> {
        &self.whole
    }

    /// Puts another text in place of this one; the place stays as far as there is one.
    pub(in crate::tui) fn replace(&mut self, text: Text) {
        let cells = self.broken_at.take();
        let large = text.is_large();
        if text.folds != self.whole.folds {
            self.folded = Folded::at_first(&text.folds);
        }
        self.whole = Arc::new(text);
        self.text = Arc::clone(&self.whole);
        self.asked_at = None;
        self.hide();
        if !large {
            let _at_once = self.fit(cells);
        }
        self.row = self.row_at(self.place_of(self.row.min(self.text.len().saturating_sub(1))));
        self.top = self.row_at(self.place_of(self.top.min(self.row)));
    }

    /// Moves the cursor and keeps it in a view of `height` lines; of what is folded, to the line it is folded into.
    pub(in crate::tui) fn go(&mut self, row: usize, height: usize) {
        let place = self.place_of(row.min(self.text.len().saturating_sub(1)));
        let top = self.place_of(self.top).min(place);
        self.row = self.row_at(place);
        self.top = self.row_at(if height > 0 && place - top >= height { place + 1 - height } else { top });
    }

    /// Moves the view by so many lines as far as there are any; the cursor's line moves only where it would leave it.
    pub(in crate::tui) fn scroll(&mut self, by: i64, height: usize) {
        let (row, before) = (self.place_of(self.row), self.place_of(self.top));
        let last = self.shown().saturating_sub(height);
        let top = i64::try_from(before).unwrap_or(i64::MAX).saturating_add(by).max(0);
        let top = usize::try_from(top).unwrap_or(usize::MAX).min(last.max(before.min(row)));
        let row = row.clamp(top, (top + height.max(1) - 1).max(top)).min(self.shown().saturating_sub(1));
        (self.top, self.row) = (self.row_at(top), self.row_at(row));
    }

    /// Goes to the next hit; whether there is one. `None` where the lines that match aren't known, and the text is too
    /// large for finding out on the way to a picture.
    pub(in crate::tui) fn find_next(&mut self, forward: bool, height: usize) -> Option<bool> {
        let Some(regex) = self.find.as_ref() else { return Some(false) };
        if self.counted().is_none_or(|hits| !hits.complete()) {
            if self.text.is_large() {
                return None;
            }
            let mut hits = Hits::new(0, Arc::downgrade(&self.text), self.text.len());
            let lines: Vec<usize> = (0..self.text.len()).filter(|n| self.text.matches(regex, *n)).collect();
            hits.add(&lines, (self.text.len(), self.text.len()));
            self.hits = Some(Box::new(hits));
        }
        let lines = self.counted().map_or(&[][..], |hits| hits.found());
        let at = if forward {
            lines.partition_point(|line| *line <= self.row)
        } else {
            lines.partition_point(|line| *line < self.row).checked_sub(1).unwrap_or(lines.len().saturating_sub(1))
        };
        let Some(line) = lines.get(at).or(lines.first()).copied() else { return Some(false) };
        self.land(line, height);
        Some(true)
    }

    /// Goes to the next lines that stand out, faults and warnings, or to those before; whether there are any.
    pub(in crate::tui) fn fault(&mut self, forward: bool, height: usize) -> bool {
        let stands_out = |n: usize| matches!(self.text.line(n), Some((_, Role::Fail | Role::Warn)));
        // Lines that follow each other are one fault.
        let begins = |n: &usize| stands_out(*n) && !n.checked_sub(1).is_some_and(stands_out);
        let row = self.row;
        let found = if forward { (row + 1..self.text.len()).find(begins) } else { (0..row).rev().find(begins) };
        if let Some(line) = found {
            self.land(line, height);
        }
        found.is_some()
    }

    /// The hits in the text as it is shown.
    pub(in crate::tui) fn counted(&self) -> Option<&Hits<usize, Weak<Text>>> {
        self.hits.as_deref().filter(|hits| Weak::as_ptr(&hits.of) == Arc::as_ptr(&self.text))
    }

    /// What is known of the hits of a search, where `counting` is the count that runs.
    pub(in crate::tui) fn hits_told(&self, counting: Option<u64>) -> Option<String> {
        let hits = self.counted()?;
        Some(hits.words(hits.found().binary_search(&self.row).ok(), counting == Some(hits.ticket)))
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

    /// Puts the cursor on a line that was looked for, wherever it is folded away.
    fn land(&mut self, hit: usize, height: usize) {
        if self.folded.reveal(&self.whole.folds, self.text.of_whole(hit)) {
            self.hide();
        }
        let (place, top) = (self.place_of(hit), self.place_of(self.top));
        self.row = hit;
        self.top =
            self.row_at(if place < top || place >= top + height { place.saturating_sub(height / 3) } else { top });
    }
}

#[cfg(test)]
mod tests;
