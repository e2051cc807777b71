//! Lines that look like lines read before. Beyond the fields that are kept of one dump, the rest are only counted, and
//! most lines are written alike: what a line of some form holds is remembered, and the line isn't read again. It must
//! not know any notation: what a line of some form is, the reader says.

mod form;
mod known;
mod words;

use std::ops::Range;

use super::super::pairs;
use super::super::section::{self, SectionKind};
use super::super::synonyms::Synonyms;
use super::super::table::{self, Table};
use super::bounds::{LINES, may_state};
use super::hex;
use super::line::Line;
use super::stacks::may_be_of_frames;
use super::{Above, Layout, Reader};
use crate::blank;
use form::{Form, Place, place};
pub(super) use known::Forms;
use known::{Field, Known, by_form};

/// The forms that are known, and those of the present line and of the one below it.
#[derive(Debug, Default)]
pub(super) struct Alike {
    known: Forms,
    present: Neighbours,
}

/// The forms of a line and of the one below it.
#[derive(Debug, Default)]
pub(super) struct Neighbours {
    own: Form,
    below: Form,
    /// The last line that was found to hold separated values.
    listed: Option<Place>,
}

/// What decides what a line is, besides itself and the lines around it: what its section holds, and the indentation
/// that ends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sight {
    pub(super) kind: SectionKind,
    pub(super) indent: Option<usize>,
    /// The number of the open table's way of showing names and values.
    pub(super) table: Option<u32>,
}

/// What the lines above leave behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Behind {
    pub(super) above: Above,
    /// The column of the last value, which may go on.
    pub(super) column: Option<usize>,
    /// Whether that value isn't kept.
    pub(super) left_out: bool,
}

impl Behind {
    /// Whether a line of such an indentation may go on with the value above it.
    pub(super) fn reaches(self, indent: usize) -> bool {
        self.column.is_some_and(|column| indent + 1 >= column && indent > 0)
    }
}

/// What beside a line shows that it holds fields.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Beside {
    /// The line itself does.
    #[default]
    Nothing,
    /// A line above or below has its second column in the same place: where that starts, in bytes of a line, or in parts
    /// of its form where that is remembered.
    Column(usize),
    /// The lines above and below are separated values as well.
    Listed,
}

/// What a line is that needn't be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Judged {
    Blank,
    Fields,
    Nothing,
    GoesOn,
    /// The heading of the next record.
    Opens,
}

/// What lines are judged by.
#[derive(Clone, Copy)]
pub(super) struct By<'b> {
    pub(super) sight: Sight,
    pub(super) known: &'b Forms,
    pub(super) synonyms: &'b Synonyms,
    /// Whether no more fields are kept, and no more words that nothing takes.
    pub(super) full: bool,
    /// Whether the one line is judged whose turn it is, so that fields may be kept.
    pub(super) in_turn: bool,
    pub(super) quiet: bool,
}

impl By<'_> {
    /// What a line is that holds nothing but fields that are too many, which are given to `field`, or nothing at all, as
    /// far as itself and the lines around it show: one in the plainest notation or of a known form. `None` for any other
    /// line, which has to be read. What it leaves behind goes to `behind`.
    #[inline]
    pub(super) fn judged(
        self,
        line: &Line<'_>,
        behind: &mut Behind,
        present: &mut Neighbours,
        mut field: impl FnMut(Range<usize>, Range<usize>),
    ) -> Option<Judged> {
        let Self { sight, synonyms, .. } = self;
        if line.text.trim_ascii_start().is_empty() {
            *behind = Behind { above: Above::Nothing, column: None, ..*behind };
            return sight.table.is_none().then_some(Judged::Blank);
        }
        if sight.indent.is_some_and(|indent| line.indent() <= indent) {
            return self.opens(line, *behind, present).then(|| {
                *behind = Behind { above: Above::Content, column: None, ..*behind };
                Judged::Opens
            });
        }
        if sight.table.is_none() && !behind.reaches(line.indent()) && hex::is_row(line.text) {
            *behind = Behind { above: Above::Content, column: None, ..*behind };
            return Some(Judged::Nothing);
        }
        let fields = |column| Behind { above: Above::Content, column, left_out: self.full };
        let may_hold = self.full || self.in_turn;
        // In a section of fields no name states anything.
        let in_values = sight.kind == SectionKind::Values;
        if sight.table.is_some() || !may_hold {
            // Its cells tell; what is kept is read.
        } else if let Some(pair) = pairs::plain(line.text) {
            if in_values || is_sure(line.text, &pair) && !may_state(&line.text[pair.key.clone()], synonyms) {
                field(pair.key, pair.value.clone());
                *behind = fields(Some(pair.value.start).filter(|start| *start > 4 && !in_values));
                return Some(Judged::Fields);
            }
        } else if let Some(row) = pairs::plain_row(line.text) {
            if !in_values && row.clone().any(|pair| may_state(&line.text[pair.key], synonyms)) {
                return None;
            }
            let mut column = None;
            for pair in row {
                column = Some(pair.value.start);
                field(pair.key, pair.value);
            }
            *behind = fields(column);
            return Some(Judged::Fields);
        }
        let aside = self.aside(line, *behind)?;
        present.look_at(line, line.below?, aside);
        if present.own.parts.is_empty() {
            return None;
        }
        let own = &present.own;
        let fields_alike = if may_hold { self.known.by_form.get(&own.hash) } else { None };
        let by_form = fields_alike.or_else(|| self.known.by_form.get(&own.exact));
        let is_sure = |known: &&Known| {
            matches!(known, Known::Fields { .. }) || words::say_nothing(line.text, sight.kind, synonyms)
        };
        // Words that may be names say nothing where the same words said nothing before.
        match by_form.filter(is_sure).or_else(|| self.known.by_words(line.text, aside))? {
            Known::Fields { fields: found, beside, column, cells, plain } => {
                let stands = match beside {
                    Beside::Nothing if sight.table.is_none() && !ends_open(line.text) => {
                        self.stands_alone(line) && !self.may_be_header(line, *cells)
                    }
                    _ => present.stand_beside(self, line, found, *beside),
                };
                let own = &present.own;
                let stated = |field: &Field| may_state(&line.text[own.range(field.name)], synonyms);
                // What may state a fact is read.
                let within = || !plain && synonyms.may_stand_in(line.text);
                if !stands
                    || self.may_open(line, behind.above)
                    || may_be_of_frames(line.text, sight.kind)
                    || within()
                    || !found.iter().all(|field| field.is_short(own))
                    || found.iter().any(stated)
                {
                    return None;
                }
                // What is kept of a field is its value.
                if !self.full && (sight.table.is_some() || found.iter().any(|field| field.value.is_none())) {
                    return None;
                }
                for Field { name, value, end } in found {
                    field(own.range(*name), value.map_or(own.at(*end)..own.at(*end), |value| own.range(value)));
                }
                *behind = fields(column.map(|part| own.at(part)));
                Some(Judged::Fields)
            }
            _ if !self.stands_alone(line) => None,
            Known::GoesOn if behind.left_out => {
                behind.above = Above::Content;
                Some(Judged::GoesOn)
            }
            Known::Nothing if self.quiet => {
                *behind = Behind { above: Above::Content, column: None, ..*behind };
                Some(Judged::Nothing)
            }
            _ => None,
        }
    }

    /// Whether a line is the heading of another record, `Record MITMAS 17`, as the one of the record above was, with fields
    /// of a known form below it.
    fn opens(self, line: &Line<'_>, behind: Behind, present: &mut Neighbours) -> bool {
        let (Some(below), Some(aside)) = (line.below, self.aside(line, behind)) else { return false };
        let known = || matches!(self.known.by_words(line.text, aside), Some(Known::Opens));
        let right = |text: &str| blank::indent(text) > line.indent();
        if self.sight.indent != Some(line.indent())
            || !right(below)
            || !line.second_below.is_some_and(right)
            || !known()
        {
            return false;
        }
        present.look_at(line, below, aside);
        let of_below = self.known.by_form.get(&present.below.hash);
        pairs::plain(below).is_some() || matches!(of_below, Some(Known::Fields { .. }))
    }

    /// What tells lines apart that look the same; `None` where the line above matters in other ways.
    fn aside(self, line: &Line<'_>, behind: Behind) -> Option<u64> {
        let above = match behind.above {
            Above::Content => 0,
            Above::Nothing => 1,
            Above::Rule => return None,
        };
        let table = self.sight.table.map_or(0, |table| (u64::from(table) << 8) + (1 << 40));
        Some(self.sight.kind as u64 | above << 4 | u64::from(behind.reaches(line.indent())) << 5 | table)
    }

    /// Whether a line that ends in a colon may be a heading, or a name with its value below.
    fn may_open(self, line: &Line<'_>, above: Above) -> bool {
        let title = || line.text.trim().trim_end_matches([':', ' ', '.', '-', '_']);
        ends_open(line.text) && (above != Above::Content || section::kind(title()) != SectionKind::Facts)
    }

    /// Whether a line with fields may be the header of a table, as far as its words tell. One that has two cells would have
    /// a known name in the first.
    fn may_be_header(self, line: &Line<'_>, cells: u8) -> bool {
        cells >= 2 && table::may_be_titles(line.text) || cells > 2 && self.synonyms.may_stand_in(line.text)
    }

    /// Whether the lines below make a line into nothing else than it is by itself.
    fn stands_alone(self, line: &Line<'_>) -> bool {
        let Some(below) = line.below.filter(|below| !section::is_rule(below)) else { return false };
        let right = blank::indent;
        if below.trim_ascii_start().is_empty() || right(below) <= line.indent() {
            return true;
        }
        // A name may stand above its value.
        let next = line.second_below.filter(|next| right(next) == line.indent());
        let name = line.text.trim().trim_end_matches([':', '.', ' ']);
        !self.synonyms.knows(name) && !next.is_some_and(|next| self.synonyms.knows(next.trim()))
    }
}

impl Neighbours {
    /// Takes the form of a line and of the one below it.
    fn look_at(&mut self, line: &Line<'_>, below: &str, aside: u64) {
        std::mem::swap(&mut self.own, &mut self.below);
        if self.own.line != place(line.text, aside) {
            self.own.of(line.text, aside);
        }
        self.below.of(below, aside);
    }

    /// Whether the lines around one show the fields that are known of its form. The line below has to be of a known form
    /// as well, and to start no further right.
    fn stand_beside(&mut self, by: By<'_>, line: &Line<'_>, fields: &[Field], beside: Beside) -> bool {
        let (Self { own, below, listed }, Some(below_text)) = (self, line.below) else { return false };
        let of_below = by.known.by_form.get(&below.hash).and_then(|known| match known {
            Known::Fields { fields, beside, .. } => Some((fields, *beside)),
            _ => None,
        });
        // Lines in the plainest notation are counted without a form.
        let is_field = || of_below.is_some() || by.sight.table.is_none() && pairs::plain(below_text).is_some();
        if below.parts.is_empty() || !is_field() || below.indent > own.indent {
            return false;
        }
        let titled = |field: &Field| table::may_be_titled(&line.text[own.range(field.name)]);
        match (beside, of_below) {
            (Beside::Nothing, _) => true,
            (Beside::Column(column), Some((_, Beside::Column(below_column)))) => {
                let at = |form: &Form, part: usize| u8::try_from(part).map_or(0, |part| form.at(part));
                at(own, column) == at(below, below_column) && !fields.iter().any(titled)
            }
            (Beside::Listed, Some((of_below, Beside::Listed))) => {
                let aside = own.line.2;
                // A name of several words may state something with the rest of its words.
                let several = |name: &str| name.contains([' ', '\t']) && by.synonyms.may_stand_in(name);
                let shown = !fields.iter().any(|field| several(&line.text[own.range(field.name)]))
                    && of_below.iter().all(|field| field.is_short(below))
                    && line.above.is_some_and(|above| {
                        *listed == Some(place(above, aside)) || table::separated_pair(above).is_some()
                    });
                if shown {
                    *listed = Some(own.line);
                }
                shown
            }
            _ => false,
        }
    }
}

impl Alike {
    /// What is known of another part of the same text.
    pub(super) fn knowing(known: Forms) -> Self {
        Self { known, present: Neighbours::default() }
    }

    pub(super) const fn known(&self) -> &Forms {
        &self.known
    }

    pub(super) fn into_known(self) -> Forms {
        self.known
    }

    /// Remembers what a line was found to hold, where it was judged last.
    fn remember(&mut self, line: &str, aside: u64, known: impl FnOnce(&Form) -> Option<Known>) {
        let own = &self.present.own;
        if own.line == place(line, aside) {
            self.known.remember(own, known);
        }
    }
}

impl<'a> Reader<'a> {
    /// Counts what a line holds beyond what is kept, where ones like it were read before; reads any other.
    pub(super) fn read_or_left_out(&mut self, line: Line<'a>) {
        self.found.clear();
        if !self.is_settled() {
            return self.read(line);
        }
        let behind = self.behind();
        if self.left_out_alike(&line) {
            return;
        }
        let (before, sight, aside) = (self.counts(), self.sight(), self.by(true).aside(&line, behind));
        self.beside = Beside::Nothing;
        self.read(line);
        let Some(aside) = aside.filter(|_| self.is_settled() && self.sight() == sight) else { return };
        let mut after = self.counts();
        if after[0] == before[0] + 1 && self.opens_record(&line, line.text.trim()) {
            self.alike.known.remember_words(line.text, aside, Known::Opens);
            return;
        }
        if self.last_left_out == self.is_full() {
            // All its fields are kept, or none is.
            after[PAIRS] -= if self.last_left_out { 0 } else { self.found.len().min(after[PAIRS]) };
        }
        let same_above = self.above == Above::Content;
        let apart = behind.above == Above::Nothing && section::is_plain_title(line.text.trim());
        if !same_above || apart || after[..COUNTS_BUT_UNREAD] != before[..COUNTS_BUT_UNREAD] {
            return;
        }
        let same = after == before;
        let Self { alike, found, out, value_column, beside, synonyms, .. } = self;
        if !found.is_empty() {
            // A name that is known is believed where the notation alone would leave doubt.
            let known = found.iter().any(|(name, _)| may_state(&line.text[name.clone()], synonyms));
            if same && !known {
                let fields = |form: &Form| by_form(line.text, form, found, *beside, *value_column);
                alike.remember(line.text, aside, fields);
            }
        } else if *beside == Beside::Nothing {
            let further_to = out.further.last().map_or(0, |last| last.end);
            let unread_to = out.unparsed.last().map_or(0, |last| last.end);
            let goes_on = same && *value_column == behind.column && further_to == line.end();
            let known = if goes_on && behind.reaches(line.indent()) {
                Known::GoesOn
            } else if !same && value_column.is_none() && unread_to == line.end() && words::stand_alone(line.text) {
                Known::Nothing
            } else {
                return;
            };
            if words::say_nothing(line.text, sight.kind, synonyms) {
                alike.remember(line.text, aside, |_| Some(known));
            } else if words::are_no_part(line.text, sight.kind) {
                alike.known.remember_words(line.text, aside, known);
            }
        }
    }

    /// Whether nothing was begun that goes on with the lines that come next.
    pub(super) fn is_settled(&self) -> bool {
        let apart = self.kind() == SectionKind::Stack || self.names_above;
        // Rows whose cells signs show are what they are by themselves.
        let by_place = self.table.as_ref().is_some_and(|table| table.by_signs().is_none());
        !apart && !by_place && !self.frames.are_open() && self.stack.is_empty()
    }

    /// What is known so far, in numbers: first what no line changes that holds nothing but fields that are too many, or
    /// nothing; then what one changes that holds nothing.
    fn counts(&self) -> [usize; COUNTS_BUT_UNREAD + 2] {
        let Layout { sections, pairs, traces, titles, words, unparsed, .. } = &self.out;
        let unread = unparsed.last().map_or(0, |last| last.end);
        [sections.len(), pairs.len(), traces.len(), titles.len(), words.len(), self.open.len(), unparsed.len(), unread]
    }

    pub(super) fn sight(&self) -> Sight {
        let indent = self.open.last().and_then(|open| open.indent);
        Sight { kind: self.kind(), indent, table: self.table.as_ref().and_then(Table::by_signs) }
    }

    pub(super) fn behind(&self) -> Behind {
        Behind { above: self.above, column: self.value_column, left_out: self.last_left_out }
    }

    pub(super) fn set_behind(&mut self, behind: Behind) {
        (self.above, self.value_column, self.last_left_out) = (behind.above, behind.column, behind.left_out);
    }

    pub(super) fn by(&self, in_turn: bool) -> By<'_> {
        let quiet =
            self.out.words.len() >= LINES || matches!(self.kind(), SectionKind::Values | SectionKind::Surroundings);
        let (sight, known) = (self.sight(), self.alike.known());
        By { sight, known, synonyms: self.synonyms, full: self.is_full(), in_turn, quiet }
    }

    /// Counts the fields of a line that is in the plainest notation or written like ones before it.
    fn left_out_alike(&mut self, line: &Line<'a>) -> bool {
        let mut present = std::mem::take(&mut self.alike.present);
        let (mut behind, mut fields) = (self.behind(), std::mem::take(&mut self.places));
        fields.clear();
        let field = |name, value| fields.push((name, value));
        let judged = self.by(true).judged(line, &mut behind, &mut present, field);
        self.alike.present = present;
        match judged {
            Some(Judged::Fields) => {
                for (name, value) in fields.drain(..) {
                    self.pair(line, name, value);
                }
                behind.left_out = self.last_left_out;
            }
            Some(Judged::Nothing) => self.out.passed_by(line.start..line.end()),
            Some(Judged::GoesOn) => self.out.further_goes_on(line.end()),
            Some(Judged::Opens) => self.open_record(line),
            Some(Judged::Blank) | None => {}
        }
        self.places = fields;
        if judged.is_some() {
            self.set_behind(behind);
        }
        judged.is_some()
    }
}

/// How many of [`Reader::counts`] aren't about what nothing took.
const COUNTS_BUT_UNREAD: usize = 6;

/// Which of them is that of the fields that are kept.
const PAIRS: usize = 1;

/// Whether a line ends in a colon: what it names may stand below.
fn ends_open(line: &str) -> bool {
    blank::trim(line).as_bytes().last() == Some(&b':')
}

/// Whether nothing beside it makes a line in the plainest notation into something else.
fn is_sure(line: &str, pair: &pairs::LinePair) -> bool {
    let (value, behind) = (&line[pair.value.clone()], &line[pair.key.end..]);
    let gaps = || behind.bytes().any(|b| matches!(b, b'\t' | b'|' | b';' | b',' | b'>')) || value.contains("  ");
    !value.is_empty() && value.is_ascii() && !line.ends_with(':') && !gaps()
}

#[cfg(test)]
mod tests;
