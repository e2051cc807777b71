//! How much of a dump is kept while it is taken apart. What is beyond a bound stays in the source: its place and its
//! number are kept. It must not know how lines are read.

use std::borrow::Cow;
use std::ops::Range;

use super::super::section::{Section, SectionKind};
use super::super::synonyms::Synonyms;
use super::{Layout, Pair, Reader};
use crate::trace::Trace;

/// Fields that are kept of one dump; whoever needs more needs the dump itself.
const MOST_PAIRS: usize = 100_000;

/// Beyond [`MOST_PAIRS`], so many more are kept whose names may state facts.
const MOST_STATING: usize = 20_000;

/// Bytes of names and values that are kept of one dump.
const MOST_BYTES: usize = 32 << 20;

/// Bytes of the longest value that is kept.
const LONGEST_VALUE: usize = 8 << 20;

/// Sections that have a title of their own.
const MOST_SECTIONS: usize = 100_000;

/// Entries of a program stack that are kept.
pub(super) const MOST_CALLS: usize = 100_000;

/// Lines that are looked at for what they say in words; a sentence that says what happened stands near the top.
pub(crate) const LINES: usize = 400;

/// What is kept already, of the whole dump.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Kept {
    pub(super) pairs: usize,
    pub(super) bytes: usize,
    /// Frames of the present list of calls that are too many.
    pub(super) further_frames: u32,
}

impl<'a> Layout<'a> {
    /// Keeps a heading for what it says.
    pub(super) fn title(&mut self, start: usize, title: &'a str) {
        if self.titles.len() < LINES {
            self.titles.push((start, Cow::Borrowed(title)));
        }
    }

    /// Notes a field that isn't kept.
    pub(super) fn further(&mut self, line: usize, range: Range<usize>) {
        self.further_count += 1;
        note(&mut self.further, line, range);
    }

    /// The field that was noted last has a value that ends at `end`, further below.
    pub(super) fn further_goes_on(&mut self, end: usize) {
        self.further.last_mut().into_iter().for_each(|last| last.end = end);
    }

    /// Keeps a trace where it may be the one that tells of the failure: the first, the first that names an exception,
    /// the first with a frame of M3.
    pub(crate) fn trace(&mut self, found: Trace) {
        let news = |says: fn(&Trace) -> bool| says(&found) && !self.traces.iter().any(says);
        if self.traces.is_empty() || news(|t| t.exception().is_some()) || news(|t| t.m3_frame().is_some()) {
            self.traces.push(found);
        } else {
            self.unparsed.push(found.range);
        }
    }

    /// Notes a stretch that nothing took; those that follow each other are one.
    pub(crate) fn passed_by(&mut self, range: Range<usize>) {
        pass(&mut self.unparsed, range);
    }

    /// Notes a line that nothing took.
    pub(crate) fn unread(&mut self, section: usize, start: usize, line: Cow<'a, str>) {
        self.passed_by(start..start + line.len());
        let kind = self.sections[section].kind;
        if self.words.len() < LINES && !matches!(kind, SectionKind::Values | SectionKind::Surroundings) {
            self.words.push((start, line));
        }
    }
}

impl<'a> Reader<'a> {
    /// Whether a pair is kept. What may state a fact goes before the program's fields, which are most of a large dump.
    pub(super) fn has_room(&self, name: &str, value: &str) -> bool {
        let pairs = self.kept.pairs;
        if !self.is_full() && value.len() <= LONGEST_VALUE {
            return self.out.sections.len() <= MOST_SECTIONS;
        }
        self.kind() != SectionKind::Values
            && pairs < MOST_PAIRS + MOST_STATING
            && value.len() <= 1000
            && may_state(name, self.synonyms)
    }

    /// Whether no more fields are kept, except those that may state a fact.
    pub(super) fn is_full(&self) -> bool {
        self.kept.pairs >= MOST_PAIRS || self.kept.bytes >= MOST_BYTES
    }

    pub(super) fn put(&mut self, pair: Pair<'a>) {
        self.kept.pairs += 1;
        self.kept.bytes += pair.name.len() + pair.value.len();
        self.last_left_out = false;
        self.out.pairs.push(pair);
    }

    pub(super) fn section_begins(&mut self, section: Section<'a>) {
        if self.out.sections.len() > MOST_SECTIONS {
            self.out.sections.pop();
        }
        self.out.sections.push(section);
    }
}

/// Adds a stretch that nothing took to those before it.
pub(super) fn pass(unread: &mut Vec<Range<usize>>, range: Range<usize>) {
    match unread.last_mut().filter(|last| last.start <= range.start && range.start <= last.end + 2) {
        Some(last) => last.end = last.end.max(range.end),
        None => unread.push(range),
    }
}

/// Adds the place of a field, on a line that starts at `line`, to those of the fields before it.
pub(super) fn note(places: &mut Vec<Range<usize>>, line: usize, range: Range<usize>) {
    match places.last_mut().filter(|last| line <= last.end + 2) {
        Some(last) => last.end = range.end,
        None => places.push(range),
    }
}

/// Whether a name, a part of it or what stands before its number is that of a fact.
pub(super) fn may_state(name: &str, synonyms: &Synonyms) -> bool {
    let bare = name.trim_end_matches(|c: char| !c.is_alphabetic());
    let joined = |c: char| matches!(c, '/' | '&' | '+' | ',');
    let one_word = || name.bytes().all(|b| b.is_ascii_alphanumeric());
    synonyms.knows(name)
        || bare.len() < name.len() && synonyms.knows(bare)
        || !one_word()
            && (name.contains(joined) || name.contains(" and "))
            && name.split(joined).flat_map(|part| part.split(" and ")).any(|part| synonyms.knows(part.trim()))
}
