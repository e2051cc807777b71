//! The lines of a group while they are read from left to right, all at the same pace.

use super::super::layout::Pad;
use super::super::time::TimeFormat;
use super::group::{Group, REACH, next_level};
use super::letters;
use super::values::Values;
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

/// One line of a group and how far it has been read.
#[derive(Clone, Debug)]
pub(super) struct Row<'a> {
    pub(super) text: &'a [u8],
    /// The line below, for heads of two lines.
    pub(super) next: &'a [u8],
    pub(super) pos: usize,
    pub(super) time: (usize, usize),
    /// Where the level is expected.
    pub(super) level: Option<(usize, usize)>,
    /// Where the fields stand that were read, in the order of [`Work::slots`].
    pub(super) fields: Vec<(usize, usize)>,
}

/// A part of the layout that is being found.
#[derive(Clone, Debug)]
pub(super) enum Draft {
    Text(String),
    Time,
    Level(Pad),
    /// A field; an index into [`Work::slots`].
    Slot(usize, Pad),
    LineBreak,
}

/// What is known of a field while its values are gathered.
#[derive(Clone, Debug, Default)]
pub(super) struct Slot {
    pub(super) bracketed: bool,
    /// What it must be, where its shape leaves no choice.
    pub(super) kind: Option<super::super::layout::Field>,
}

/// All that is known while a group is read.
#[derive(Clone, Debug)]
pub(super) struct Work<'a> {
    pub(super) rows: Vec<Row<'a>>,
    pub(super) parts: Vec<Draft>,
    pub(super) slots: Vec<Slot>,
    pub(super) format: Option<TimeFormat>,
    pub(super) time_ahead: bool,
    pub(super) level_ahead: bool,
    pub(super) level_done: bool,
    /// The level is one character in a column of its own, which is a level only there ([`super::letters`]).
    pub(super) letters: bool,
    /// Blanks of varying number stand before the next field.
    pub(super) right: Option<u16>,
    /// A time behind the message, with the text around it.
    pub(super) tail: Option<(String, TimeFormat, String)>,
    /// A strong separator (`|`, `;`, tab) between the columns so far.
    pub(super) separator: Option<u8>,
    /// For a field, how much its values look like loggers in so many rows. Rows only ever go, so that as many are the same.
    pub(super) logger_scores: RefCell<HashMap<(usize, usize), usize>>,
}

impl<'a> Row<'a> {
    pub(super) fn byte(&self) -> Option<u8> {
        self.text.get(self.pos).copied()
    }

    pub(super) fn rest(&self) -> &'a [u8] {
        self.text.get(self.pos..).unwrap_or_default()
    }

    /// Whether the time or the level stands here, blanks before it or not.
    pub(super) fn at_landmark(&self) -> bool {
        let at = self.pos + self.blanks();
        self.pos == self.time.0 && self.time.1 > self.time.0 || self.level.is_some_and(|(start, _)| start == at)
    }

    pub(super) fn blanks(&self) -> usize {
        self.rest().iter().take_while(|b| **b == b' ').count()
    }

    pub(super) fn value(&self, slot: usize) -> &'a [u8] {
        self.fields.get(slot).and_then(|(start, end)| self.text.get(*start..*end)).unwrap_or_default().trim_ascii()
    }
}

impl<'a> Work<'a> {
    pub(super) fn new(lines: &'a [Vec<u8>], group: &Group) -> Self {
        let rows: Vec<Row<'a>> = group
            .lines
            .iter()
            .map(|(at, start, end)| Row {
                text: &lines[*at],
                next: lines.get(at + 1).map_or(&[], Vec::as_slice),
                pos: 0,
                time: (*start, *end),
                level: level_outside(&lines[*at], (*start, *end)),
                fields: Vec::new(),
            })
            .collect();
        let mut work = Self {
            rows,
            parts: Vec::new(),
            slots: Vec::new(),
            format: group.format.clone(),
            time_ahead: group.has_time(),
            level_ahead: false,
            level_done: false,
            letters: false,
            right: None,
            tail: group.tail.clone(),
            separator: None,
            logger_scores: RefCell::default(),
        };
        work.letters = letters::find(&mut work.rows);
        work.level_ahead = work.letters || work.level_is_expected();
        if work.level_ahead {
            work.rows.retain(|row| row.level.is_some());
        }
        work
    }

    /// Whether a level is part of the head: nearly all lines have one, and at the same place among their words.
    fn level_is_expected(&self) -> bool {
        let with = self.rows.iter().filter(|row| row.level.is_some()).count();
        if with == 0 || with * 100 < self.rows.len() * 85 {
            return false;
        }
        let steady = |place: &dyn Fn(&[u8], usize) -> usize| {
            let mut places: HashMap<usize, usize> = HashMap::new();
            for row in &self.rows {
                if let Some((at, _)) = row.level {
                    *places.entry(place(row.text, at)).or_default() += 1;
                }
            }
            places.values().max().is_some_and(|most| most * 2 >= with)
        };
        // Columns between separators may hold any number of words.
        let signs = |line: &[u8], at: usize| line[..at].iter().filter(|b| b"|;\t\"".contains(b)).count();
        steady(&words_before)
            || steady(&|line, at| signs(line, at)) && self.rows.iter().all(|row| row.text.contains(&b'"'))
    }

    pub(super) fn ahead(&self) -> bool {
        self.time_ahead || self.level_ahead
    }

    /// How many of a hundred rows must agree for something to be part of the head.
    pub(super) fn needed(&self) -> usize {
        if self.ahead() { 85 } else { 97 }
    }

    /// Whether enough rows agree; the others are let go if so.
    pub(super) fn agree(&mut self, mut on: impl FnMut(&Row<'a>) -> bool) -> bool {
        let needed = self.needed();
        if !self.would_agree(needed, &mut on) {
            return false;
        }
        self.rows.retain(|row| on(row));
        true
    }

    /// Whether so many of a hundred rows agree, and one at least. Most of what is asked fails with the first rows.
    pub(super) fn would_agree(&self, needed: usize, mut on: impl FnMut(&Row<'a>) -> bool) -> bool {
        let all = self.rows.len();
        let most = all.saturating_sub((all * needed).div_ceil(100).max(1));
        let mut against = 0;
        all > 0
            && self.rows.iter().all(|row| {
                against += usize::from(!on(row));
                against <= most
            })
    }

    /// How many of a hundred rows agree.
    pub(super) fn share(&self, mut on: impl FnMut(&Row<'a>) -> bool) -> usize {
        let yes = self.rows.iter().filter(|row| on(row)).count();
        yes * 100 / self.rows.len().max(1)
    }

    pub(super) fn text(&mut self, text: &str) {
        match self.parts.last_mut() {
            Some(Draft::Text(before)) => before.push_str(text),
            _ => self.parts.push(Draft::Text(text.into())),
        }
    }

    /// Takes a field from each row; `len` says how long it is.
    pub(super) fn slot(&mut self, slot: Slot, len: impl Fn(&Row<'a>) -> usize) {
        for row in &mut self.rows {
            let end = (row.pos + len(row)).min(row.text.len());
            row.fields.push((row.pos, end));
            row.pos = end;
        }
        let pad = self.right.take().map_or(Pad::None, Pad::Right);
        self.parts.push(Draft::Slot(self.slots.len(), pad));
        self.slots.push(slot);
    }

    /// The fields before the level, none where there is no level.
    pub(super) fn slots_before_level(&self) -> impl DoubleEndedIterator<Item = usize> {
        let level = self.parts.iter().position(|part| matches!(part, Draft::Level(_))).unwrap_or(0);
        self.parts[..level].iter().filter_map(|part| match part {
            Draft::Slot(slot, _) => Some(*slot),
            _ => None,
        })
    }

    /// The literal text before the current place, empty right behind a field.
    pub(super) fn last_text(&self) -> &str {
        match self.parts.last() {
            Some(Draft::Text(text)) => text,
            _ => "",
        }
    }

    /// Where the lines of the rows start. A row whose next line is one of them stands on one line; what is compared is where
    /// the lines stand in the sample, since equal lines may open different records.
    pub(super) fn heads(&self) -> HashSet<*const u8> {
        self.rows.iter().map(|row| row.text.as_ptr()).collect()
    }

    pub(super) fn values(&self, slot: usize) -> Values<'a> {
        Values::of(self.rows.iter().map(|row| row.value(slot)).collect())
    }
}

/// The level of a line that doesn't stand in its time.
pub(super) fn level_outside(line: &[u8], time: (usize, usize)) -> Option<(usize, usize)> {
    let mut from = 0;
    loop {
        let (at, len) = next_level(line, from)?;
        if at + len <= time.0 || at >= time.1 {
            return (at <= REACH).then_some((at, len));
        }
        from = time.1;
    }
}

/// Words before `at`, what stands in brackets counted as one.
pub(super) fn words_before(line: &[u8], at: usize) -> usize {
    let (mut words, mut depth, mut inside) = (0, 0_i32, false);
    for b in &line[..at.min(line.len())] {
        match b {
            b'[' | b'(' | b'{' => depth += 1,
            b']' | b')' | b'}' => depth -= 1,
            _ => {}
        }
        let gap = depth <= 0 && matches!(b, b' ' | b'\t' | b'|' | b';');
        if !gap && !inside {
            words += 1;
        }
        inside = !gap;
    }
    words
}
