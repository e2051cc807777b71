//! Records that follow each other, of one thread and one logger: a dump may have been logged line by line. It must not
//! know of blocks, nor of what else is in the log.

use std::ops::Range;

use mwscope_parsers::{Span, dump, log};

use super::{ENOUGH_FACTS, FEWEST_LINES, behind_head, date, is_dump_in_a_record, who};

/// Records of one thread are put together to a dump up to so many bytes.
const MOST_LINE_BY_LINE: usize = 4 << 20;

/// Records that are written in one go follow each other within so many nanoseconds.
const SHORTLY: u64 = 1_000_000_000;

/// Records that follow each other, of one thread and one logger.
#[derive(Default)]
pub(super) struct Run {
    /// The head of each, and where its text begins.
    records: Vec<(log::Head, usize)>,
    writer: (Option<String>, Option<String>),
    text: String,
}

impl Run {
    /// The thread and the logger that wrote them.
    pub(super) fn writer(&self) -> (Option<&str>, Option<&str>) {
        (self.writer.0.as_deref(), self.writer.1.as_deref())
    }

    /// How many lines they have.
    pub(super) fn lines(&self) -> u32 {
        self.records.iter().map(|(head, _)| head.lines).fold(0, u32::saturating_add)
    }

    /// Keeps nothing but whose they were.
    pub(super) fn forget(&mut self) {
        *self = Self { writer: std::mem::take(&mut self.writer), ..Self::default() };
    }

    pub(super) fn goes_on_with(&self, writer: (Option<&str>, Option<&str>)) -> bool {
        self.writer() == writer && self.text.len() < MOST_LINE_BY_LINE
    }

    /// Adds the records of a run that it goes on with.
    pub(super) fn join(&mut self, next: &Self) {
        let before = self.text.len();
        self.records.extend(next.records.iter().map(|(head, at)| (*head, before + at)));
        self.text.push_str(&next.text);
    }

    pub(super) fn add(&mut self, record: &log::Record) {
        if self.records.is_empty() {
            self.writer = (record.thread.clone(), record.logger.clone());
        }
        self.records.push((record.head, self.text.len()));
        self.text.push_str(&behind_head(record));
        self.text.push('\n');
    }

    /// The dump that the records are, put together, where they are one, and the text that it was read from.
    pub(super) fn dump(&self, names: &dump::Synonyms) -> Option<(dump::Dump, &str)> {
        if self.lines() < FEWEST_LINES {
            return None;
        }
        let whole = read(&self.text, names)?;
        let own = self.groups().find_map(|group| {
            let text = &self.text[self.records.get(group.start)?.1..self.end(group.end - 1)];
            let found = read(text, names)?;
            let same = |a: &dump::Dump, b: &dump::Dump| {
                (&a.program, &a.exception, &a.failed_at, &a.call_stack)
                    == (&b.program, &b.exception, &b.failed_at, &b.call_stack)
            };
            same(&found, &whole).then_some((found, text, group))
        });
        let (mut found, text, group) = own.unwrap_or((whole, &self.text, 0..self.records.len()));
        let (first, last) = (self.records.get(group.start)?.0, self.records.get(group.end - 1)?.0);
        date(&mut found, first.stamp);
        (found.span, found.line) = (Span::new(first.span.offset, last.span.end() - first.span.offset), first.line);
        Some((found, text))
    }

    /// The records that were written in one go, at one level: what the thread told of before has no part in a dump.
    fn groups(&self) -> impl Iterator<Item = Range<usize>> {
        let in_one_go = |(a, _): &(log::Head, usize), (b, _): &(log::Head, usize)| {
            let shortly = a.stamp.zip(b.stamp).is_none_or(|(a, b)| a.civil.ns.abs_diff(b.civil.ns) <= SHORTLY);
            a.level == b.level && shortly
        };
        let mut next = 0;
        let groups = self.records.chunk_by(in_one_go).map(move |group| {
            let first = next;
            next += group.len();
            first..next
        });
        groups.filter(|group| group.len() < self.records.len())
    }

    /// Where the text of a record ends.
    fn end(&self, n: usize) -> usize {
        self.records.get(n + 1).map_or(self.text.len(), |next| next.1)
    }
}

/// The dump of a text of records, where they are one.
fn read(text: &str, names: &dump::Synonyms) -> Option<dump::Dump> {
    let found = dump::read(text.as_bytes(), names).dumps.into_iter().next()?;
    let failed = found.exception.is_some() || found.failed_at.is_some() || !found.call_stack.is_empty();
    (failed && (is_dump_in_a_record(&found, text) || who(&found) >= ENOUGH_FACTS)).then_some(found)
}
