//! Lines that look like lines read before. Beyond the fields that are kept of one dump, the rest are only counted, and
//! most of them are written alike: where fields stand on such a line is remembered by its form, and the line isn't read
//! again. It must not know any notation: what a line of some form is, the reader says.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::ops::Range;

use super::super::pairs;
use super::super::section::SectionKind;
use super::super::synonyms::Synonyms;
use super::super::table::{self, Table};
use super::bounds::may_state;
use super::line::Line;
use super::{Above, Layout, Reader};

/// Forms that are remembered.
const MOST_FORMS: usize = 4096;

/// Bytes of a line that has a form; what is longer is read.
const LONGEST_LINE: usize = 255;

/// Bytes of a name: whether a longer one is a name depends on its length.
const LONGEST_NAME: usize = 40;

/// The forms of lines that hold nothing but fields that are too many.
pub(super) type Forms = HashMap<u64, Known, BuildHasherDefault<Mixed>>;

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

/// What decides what a line is, besides itself and the line below it: what its section holds, and the indentation that
/// ends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sight {
    pub(super) kind: SectionKind,
    pub(super) indent: Option<usize>,
    /// The number of the open table's way of showing names and values.
    pub(super) table: Option<u32>,
}

impl Sight {
    /// What tells lines apart that look the same.
    fn aside(self) -> u64 {
        self.kind as u64 | self.table.map_or(0, |table| (u64::from(table) << 8) + (1 << 40))
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

/// What tells a line of a text from all others of it, by what is told apart of it beside.
type Place = (usize, usize, u64);

/// What lines of a form hold.
#[derive(Debug, Default)]
pub(super) struct Known {
    fields: Vec<Field>,
    beside: Beside,
}

/// A field on a line, in parts of its form: where its name starts and ends, and where the field does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Field {
    name: (u8, u8),
    end: u8,
}

/// What a line is made of: words by the kinds of their letters, gaps by their width, signs as they are.
#[derive(Debug, Default)]
pub(super) struct Form {
    /// The line that this is the form of.
    line: Place,
    hash: u64,
    /// Where its parts start, and where the last one ends.
    parts: Vec<u8>,
    /// Bytes of the gap that it starts with.
    indent: usize,
}

impl Neighbours {
    /// The names of the fields on a line, and where the fields stand on it, where lines of its form are known: `aside`
    /// tells them apart in what doesn't show. The line below has to be of a known form as well, and to start no further
    /// right.
    fn fields<'n>(
        &'n mut self,
        known: &'n Forms,
        line: &Line<'_>,
        below_text: &str,
        sight: Sight,
    ) -> Option<impl Iterator<Item = (Range<usize>, Range<usize>)> + Clone + 'n> {
        std::mem::swap(&mut self.own, &mut self.below);
        let aside = sight.aside();
        if self.own.line != place(line.text, aside) {
            self.own.of(line.text, aside);
        }
        self.below.of(below_text, aside);
        let Self { own, below, listed } = self;
        let Known { fields, beside } = known.get(&own.hash).filter(|_| !own.parts.is_empty())?;
        let of_below = known.get(&below.hash);
        // Lines in the plainest notation are counted without a form.
        let is_field = || of_below.is_some() || sight.table.is_none() && pairs::plain(below_text).is_some();
        if below.parts.is_empty() || !is_field() || below.indent > own.indent {
            return None;
        }
        let short = |form: &Form, fields: &[Field]| fields.iter().all(|field| field.name_len(form) <= LONGEST_NAME);
        match (beside, of_below.map(|of_below| (&of_below.beside, of_below))) {
            (Beside::Nothing, _) => {}
            (Beside::Column(column), Some((Beside::Column(below_column), _)))
                if own.at(*column) == below.at(*below_column)
                    && !fields.iter().any(|field| table::may_be_titled(&line.text[field.name(own)])) => {}
            (Beside::Listed, Some((Beside::Listed, of_below)))
                if short(below, &of_below.fields)
                    && line.above.is_some_and(|above| {
                        *listed == Some(place(above, aside)) || table::separated_pair(above).is_some()
                    }) =>
            {
                *listed = Some(own.line);
            }
            _ => return None,
        }
        let (own, short) = (&*own, short(own, fields));
        let places =
            fields.iter().map(move |field| (field.name(own), field.name(own).start..own.at(usize::from(field.end))));
        short.then_some(places)
    }
}

impl Field {
    fn name(self, form: &Form) -> Range<usize> {
        form.at(usize::from(self.name.0))..form.at(usize::from(self.name.1))
    }

    fn name_len(self, form: &Form) -> usize {
        self.name(form).len()
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

    /// Remembers the fields that were found on a line, where [`Neighbours::fields`] was asked for it last.
    fn remember(&mut self, line: &str, aside: u64, fields: &[(Range<usize>, Range<usize>)], beside: Beside) {
        let own = &self.present.own;
        if own.line != place(line, aside) {
            return;
        }
        let part = |at: usize| {
            let at = u8::try_from(at).ok()?;
            own.parts.binary_search(&at).ok().and_then(|part| u8::try_from(part).ok())
        };
        let field = |(name, field): &(Range<usize>, Range<usize>)| {
            let short = name.len() <= LONGEST_NAME && name.start == field.start;
            short.then_some(Field { name: (part(name.start)?, part(name.end)?), end: part(field.end)? })
        };
        let Some(fields) = fields.iter().map(field).collect::<Option<Vec<_>>>() else { return };
        let beside = match beside {
            Beside::Column(at) => part(at).map(|part| Beside::Column(usize::from(part))),
            other => Some(other),
        };
        let Some(beside) = beside else { return };
        if !fields.is_empty() && !own.parts.is_empty() && self.known.len() < MOST_FORMS {
            self.known.insert(own.hash, Known { fields, beside });
        }
    }
}

impl<'a> Reader<'a> {
    /// Counts the fields of a line beyond those that are kept, where ones like it were read before; reads any other.
    pub(super) fn read_or_left_out(&mut self, line: Line<'a>) {
        // Nobody asks for what lines before held that isn't kept, and there may be millions.
        self.left_out.clear();
        let (Some(before), sight) = (self.plain_state(), self.sight()) else { return self.read(line) };
        if self.left_out_alike(&line) {
            return;
        }
        self.beside = Beside::Nothing;
        self.read(line);
        // A name that is known is believed where the notation alone would leave doubt.
        let known = self.left_out.iter().any(|(name, _)| may_state(&line.text[name.clone()], self.synonyms));
        if !known && self.plain_state() == Some(before) && self.sight() == sight {
            self.alike.remember(line.text, sight.aside(), &self.left_out, self.beside);
        }
    }

    /// What is known so far, in numbers; `None` where the line above matters to what the next one is.
    pub(super) fn plain_state(&self) -> Option<[usize; 8]> {
        let apart = self.kind() == SectionKind::Stack || self.names_above;
        // Rows whose cells signs show are what they are by themselves.
        let by_place = self.table.as_ref().is_some_and(|table| table.by_signs().is_none());
        let within = by_place || !self.frames.1.is_empty() || !self.stack.is_empty();
        let Layout { sections, pairs, traces, titles, words, unparsed, .. } = &self.out;
        let unread = unparsed.last().map_or(0, |last| last.end);
        let counts = [
            sections.len(),
            pairs.len(),
            traces.len(),
            titles.len(),
            words.len(),
            unparsed.len(),
            unread,
            self.open.len(),
        ];
        (!apart && !within && self.above == Above::Content).then_some(counts)
    }

    pub(super) fn sight(&self) -> Sight {
        let indent = self.open.last().and_then(|open| open.indent);
        Sight { kind: self.kind(), indent, table: self.table.as_ref().and_then(Table::by_signs) }
    }

    /// Counts the fields of a line that is in the plainest notation or written like ones before it.
    fn left_out_alike(&mut self, line: &Line<'a>) -> bool {
        let sight = self.sight();
        let Self { alike: Alike { known, present }, synonyms, out, .. } = self;
        let field = |field: Range<usize>| out.further(line.start, line.start + field.start..line.start + field.end);
        let Some(column) = judged(line, sight, known, present, synonyms, field) else { return false };
        (self.value_column, self.last_left_out) = (column, true);
        true
    }
}

/// The fields of a line that nothing but itself and the line below it makes into something else, in the plainest
/// notation or of a known form, are given to `field`. Gives the column of a value that may go on below; `None` for any
/// other line, which has to be read.
#[inline]
pub(super) fn judged(
    line: &Line<'_>,
    sight: Sight,
    known: &Forms,
    present: &mut Neighbours,
    synonyms: &Synonyms,
    mut field: impl FnMut(Range<usize>),
) -> Option<Option<usize>> {
    if sight.indent.is_some_and(|indent| line.indent() <= indent) {
        return None;
    }
    // In a section of fields no name states anything.
    let in_values = sight.kind == SectionKind::Values;
    if sight.table.is_some() {
        // Its cells tell.
    } else if let Some(pair) = pairs::plain(line.text) {
        if in_values || is_sure(line.text, &pair) && !may_state(&line.text[pair.key.clone()], synonyms) {
            field(pair.key.start..pair.value.end.max(pair.key.end));
            return Some(Some(pair.value.start).filter(|start| *start > 4 && !in_values));
        }
    } else if let Some(row) = pairs::plain_row(line.text) {
        if !in_values && row.clone().any(|pair| may_state(&line.text[pair.key], synonyms)) {
            return None;
        }
        let mut column = None;
        for pair in row {
            column = Some(pair.value.start);
            field(pair.key.start..pair.value.end);
        }
        return Some(column);
    }
    let fields = present.fields(known, line, line.below?, sight)?;
    // What may state a fact is read.
    if fields.clone().any(|(name, _)| may_state(&line.text[name], synonyms)) {
        return None;
    }
    fields.for_each(|(_, place)| field(place));
    Some(None)
}

/// Whether nothing beside it makes a line in the plainest notation into something else.
fn is_sure(line: &str, pair: &pairs::LinePair) -> bool {
    let (value, behind) = (&line[pair.value.clone()], &line[pair.key.end..]);
    let gaps = || behind.bytes().any(|b| matches!(b, b'\t' | b'|' | b';' | b',' | b'>')) || value.contains("  ");
    !value.is_empty() && value.is_ascii() && !line.ends_with(':') && !gaps()
}

impl Form {
    /// Where a part starts; 0 where there is none.
    fn at(&self, part: usize) -> usize {
        self.parts.get(part).map_or(0, |at| usize::from(*at))
    }

    /// Becomes the form of a line; without any parts where it is empty or too long for one.
    fn of(&mut self, line: &str, aside: u64) {
        self.line = place(line, aside);
        self.parts.clear();
        self.hash = aside + 1;
        if line.len() > LONGEST_LINE {
            return;
        }
        let bytes = line.as_bytes();
        self.indent = line.len() - line.trim_ascii_start().len();
        let mut at = 0;
        while let Some(&first) = bytes.get(at) {
            self.parts.push(at as u8);
            let class = KINDS[usize::from(first)];
            let mark = match class {
                0 => {
                    at += 1;
                    u64::from(first)
                }
                BLANK => {
                    let width = bytes[at..].iter().take_while(|b| **b == first).count();
                    at += width;
                    256 + u64::from(first) * 256 + width as u64
                }
                _ => {
                    let mut kinds = 0;
                    let mut last = 0;
                    while let Some(kind) = bytes.get(at).map(|b| KINDS[usize::from(*b)]).filter(|kind| *kind > BLANK) {
                        (kinds, last) = (kinds | kind, kind);
                        at += 1;
                    }
                    // What a word starts and ends with decides whether a colon behind it separates anything.
                    1 << 32 | u64::from(class) << 16 | u64::from(last) << 8 | u64::from(kinds)
                }
            };
            self.hash = (self.hash.rotate_left(5) ^ mark).wrapping_mul(0x517c_c1b7_2722_0a95);
        }
        if !self.parts.is_empty() {
            self.parts.push(at as u8);
        }
    }
}

/// The hash of a form, which needs no further mixing.
#[derive(Debug, Default)]
pub(super) struct Mixed(u64);

impl Hasher for Mixed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64(u64::from(*byte)));
    }

    fn write_u64(&mut self, hash: u64) {
        // What is in the upper bits goes down as well: tables look at both ends.
        self.0 = self.0.rotate_left(8) ^ hash ^ hash >> 32;
    }
}

/// What tells a line of a text from all others of it.
fn place(line: &str, aside: u64) -> Place {
    (line.as_ptr() as usize, line.len(), aside)
}

const BLANK: u8 = 1;
const CAPITAL: u8 = 2;
const SMALL: u8 = 4;
const DIGIT: u8 = 8;

/// What a byte is part of; 0 for signs, and for what isn't ASCII, which may be signs as well.
static KINDS: [u8; 256] = kinds();

const fn kinds() -> [u8; 256] {
    let mut kinds = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        kinds[byte] = match byte as u8 {
            b' ' | b'\t' => BLANK,
            b'A'..=b'Z' => CAPITAL,
            b'a'..=b'z' => SMALL,
            b'0'..=b'9' => DIGIT,
            _ => 0,
        };
        byte += 1;
    }
    kinds
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use proptest::prelude::*;

    use super::super::super::hands::OneHand;
    use super::super::beforehand::Beforehand;
    use super::*;

    /// What is read of a text when no more fields are kept: by forms, with parts of such sizes judged beforehand, or
    /// line by line.
    fn read(text: &str, by_form: Option<[usize; 4]>) -> Layout<'_> {
        let mut reader = Reader::new(text, Synonyms::standard());
        reader.kept.bytes = usize::MAX / 2;
        match by_form {
            Some([block, largest, part, most]) => reader.beforehand = Beforehand::of([block, largest, part], most),
            None => {
                reader.beforehand = Beforehand::never();
                // Forms that are too many aren't remembered.
                reader.alike.known = (0..MOST_FORMS as u64).map(|other| (other, Known::default())).collect();
            }
        }
        reader.take_traces(text.len());
        reader.lines(text.len(), &OneHand);
        let known = reader.alike.known.len();
        assert_eq!(by_form.is_some(), known < MOST_FORMS, "{known}");
        reader.finish()
    }

    fn lines() -> impl Strategy<Value = String> {
        let name = prop_oneof!["WW[A-C][0-9]{1,3}", "[A-Z]{4}", Just("CONO".to_owned()), Just("Some field".to_owned())];
        let value = prop_oneof!["[0-9]{1,4}", "[a-z]{1,4} [0-9]", "[A-Z][0-9]{2}", Just(String::new())];
        (name, value, 0_usize..12, 0_usize..40).prop_map(|(name, value, notation, other)| match (other, notation) {
            (0, _) => String::new(),
            (1, _) => "-----".to_owned(),
            (2, _) => "A sentence that says nothing".to_owned(),
            (3, _) => format!("   {value}"),
            (4, _) => "Call stack:".to_owned(),
            (5, 0) => "Fields:".to_owned(),
            (5, 1) => format!("\tat mvx.app.A{value}.run(A.java:{other})"),
            (5, 2) => "Field values".to_owned(),
            (5, 3 | 4) => "| Field | Value |\n|-------|-------|".to_owned(),
            (_, 0) => format!("{name} = \"{value}\""),
            (_, 1) => format!("{name}={value}"),
            (_, 2) => format!("{name} . . . : {value}"),
            (_, 3) => format!("  {name}: {value}"),
            (_, 4) => format!("| {name} | {value} |"),
            (_, 5) => format!("{name:<12}{value}"),
            (_, 6) => format!("{name}=1 XXAB={value}"),
            (_, 8) => format!("{name},{value}"),
            (_, 10) => format!("\"{name}\";\"{value}\""),
            (_, 11) => format!("{name:<12}text {value}"),
            (_, 7) => format!("<{name}>{value}</{name}>"),
            _ => format!("{name}.... {value}"),
        })
    }

    proptest! {
        #[test]
        fn lines_of_a_known_form_hold_what_they_would_hold_when_read(
            block in prop::collection::vec(lines(), 1..12),
            values in prop::collection::vec(0_u16..9999, 8),
            largest in 1_usize..600,
            part in 1_usize..200,
            most in 1_usize..400,
        ) {
            let mut text = String::from("Program: CRS008\n\n");
            for value in values {
                // The same lines with other numbers, as dumps have them.
                for line in &block {
                    let _infallible = writeln!(text, "{}", line.replace('1', &value.to_string()));
                }
            }
            let (by_form, each) = (read(&text, Some([part, largest, part, most])), read(&text, None));
            prop_assert_eq!(by_form.further_count, each.further_count, "{}", text);
            prop_assert_eq!(&by_form.further, &each.further, "{}", text);
            prop_assert_eq!(&by_form.unparsed, &each.unparsed, "{}", text);
            let shown = |layout: &Layout<'_>| {
                layout.pairs.iter().map(|p| (p.name.to_string(), p.value.to_string())).collect::<Vec<_>>()
            };
            prop_assert_eq!(shown(&by_form), shown(&each), "{}", text);
        }
    }

    #[test]
    fn a_value_that_is_not_kept_goes_on_below_and_changes_no_other() {
        let text = "Program . . : CRS008\nWWTEXT. . . : a text\n              that goes on\nWWAB. . . . : b\n";
        let layout = read(text, Some([usize::MAX / 8; 4]));
        let kept: Vec<_> = layout.pairs.iter().map(|pair| (&*pair.name, &*pair.value)).collect();
        assert_eq!(kept, [("Program", "CRS008")]);
        let further: Vec<_> = layout.further.iter().map(|range| &text[range.clone()]).collect();
        assert_eq!(further, [text[21..].trim_end()]);
    }

    #[test]
    fn lines_like_others_are_not_read() {
        let text: String = (0..50).map(|n| format!("WW{n:04} . . . : value {n} of it\n")).collect();
        let mut reader = Reader::new(&text, Synonyms::standard());
        reader.kept.bytes = usize::MAX / 2;
        reader.lines(text.len(), &OneHand);
        let forms = reader.alike.known.len();
        let layout = reader.finish();
        assert_eq!((layout.further_count, layout.further.len()), (50, 1));
        assert!((1..=3).contains(&forms), "{forms}");
    }
}
