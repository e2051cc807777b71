//! A layout: the parts a record's head is made of, matched against the start of a line, printed as a pattern.
//!
//! Knows nothing of files or of how a layout came about; [`super::pattern`] reads one, [`super::learn`] infers one.

use super::Level;
use super::json;
use super::pairs;
use super::tagged;
use super::time::TimeFormat;
use crate::Stamp;

mod form;
mod places;
mod quick;
mod shown;

pub(crate) use form::Form;
pub(crate) use places::line_end;
pub(crate) use quick::{Quick, Seen};

use places::{is_word, level_at, line_break, may_follow, never_in, opens_itself};

/// How the records of a log are written: what stands before the message and, rarely, behind it.
///
/// Prints as a log4j 2 conversion pattern, which read back gives the same layout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    pub(crate) head: Vec<Part>,
    /// What stands behind the message at the end of its line.
    pub(crate) tail: Vec<Part>,
    /// Which words may be levels that are none anywhere else.
    pub(crate) any_level: AnyLevel,
    /// Loggers are simple names, as `%c{1}` writes them.
    pub(crate) simple_logger: bool,
    pub(crate) form: Form,
}

/// Which words may stand for a level in a layout, besides those that are known as such.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum AnyLevel {
    #[default]
    Known,
    /// The letters that are levels in a column of their own ([`super::level::alone`]).
    Letters,
    /// All of them: the layout was told, or its program has levels of its own.
    Words,
}

/// One part of a head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// These bytes; a run of blanks in front of a field stands for any number of blanks.
    Text(String),
    Time(TimeFormat),
    Field(Field, Pad),
    /// The end of a line inside a head, as `java.util.logging` writes by default.
    LineBreak,
}

/// What a field holds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Field {
    Level,
    Thread,
    Logger,
    Column(String),
}

/// How a field is filled up with blanks to a least width.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) enum Pad {
    #[default]
    None,
    /// Blanks behind the text.
    Left(u16),
    /// Blanks before the text.
    Right(u16),
}

/// Longest text of a field; a longer one is not a field but a message.
const FIELD_MAX: usize = 512;
/// How many parts of a layout are captured.
pub(crate) const PARTS_MAX: usize = 48;

/// Where the parts of a head stand in the bytes that were matched.
#[derive(Clone, Debug)]
pub(crate) struct Caught {
    /// Start and end for each part of the head, in the order of the layout.
    pub(crate) parts: [(u32, u32); PARTS_MAX],
    /// The last stamp that was read.
    pub(crate) stamp: Option<Stamp>,
    pub(crate) level: Option<Level>,
    /// Where the message starts.
    pub(crate) end: usize,
    /// The part that didn't fit, and where, as far as any attempt got.
    pub(crate) farthest: (usize, usize),
    /// Guards against patterns and lines that would take for ever together.
    steps: u32,
}

impl Caught {
    pub(crate) fn new() -> Self {
        Self { parts: [(0, 0); PARTS_MAX], stamp: None, level: None, end: 0, farthest: (0, 0), steps: 0 }
    }
}

impl Layout {
    /// How many lines a head spans, at least 1.
    pub(crate) fn lines(&self) -> usize {
        1 + self.head.iter().filter(|p| matches!(p, Part::LineBreak)).count()
    }

    /// Whether records of this layout carry a time.
    #[must_use]
    pub fn has_time(&self) -> bool {
        self.form.names_parts() || self.head.iter().chain(&self.tail).any(|p| matches!(p, Part::Time(_)))
    }

    /// Whether the time fixes the day.
    pub(crate) fn has_date(&self) -> bool {
        self.form.names_parts() || self.times().any(TimeFormat::has_date)
    }

    /// Whether the time has day and month, with a year or without.
    pub(crate) fn has_month(&self) -> bool {
        self.times().any(TimeFormat::has_month)
    }

    fn times(&self) -> impl Iterator<Item = &TimeFormat> {
        self.head.iter().chain(&self.tail).filter_map(|part| match part {
            Part::Time(format) => Some(format),
            _ => None,
        })
    }

    /// The names of the further columns of its records, in the order in which they stand. Records that name
    /// their parts themselves have others, which no layout knows.
    #[must_use]
    pub fn columns(&self) -> Vec<&str> {
        let parts = || self.head.iter().chain(&self.tail);
        let has = |wanted: &Field| parts().any(|part| matches!(part, Part::Field(field, _) if field == wanted));
        let mut times = 0;
        let mut names = Vec::new();
        for part in parts() {
            match part {
                Part::Time(_) => {
                    times += 1;
                    if times == 2 {
                        names.push("time");
                    }
                }
                // Those take the place of what isn't there.
                Part::Field(Field::Column(name), _) if name == "class" && !has(&Field::Logger) => {}
                Part::Field(Field::Column(name), _) if name == "thread-id" && !has(&Field::Thread) => {}
                Part::Field(Field::Column(name), _) => names.push(name),
                Part::Text(_) | Part::LineBreak | Part::Field(..) => {}
            }
        }
        names
    }

    /// The layout of logs with one JSON object a line.
    pub(crate) fn json() -> Self {
        Self { head: Vec::new(), tail: Vec::new(), any_level: AnyLevel::Known, simple_logger: false, form: Form::Json }
    }

    /// Whether the message is a cell in quotes among others, so that a quote in it is written twice.
    pub(crate) fn quotes_cells(&self) -> bool {
        let closes = matches!(self.tail.first(), Some(Part::Text(text)) if text.starts_with('"'));
        let opens = |ends: &[&str]| matches!(self.head.last(), Some(Part::Text(text)) if ends.iter().any(|end| text.ends_with(end)));
        closes && opens(&["\",\"", "\";\"", "\"\t\""])
    }

    /// Whether the message is the last cell of a row, which a bar closes behind a blank.
    pub(crate) fn closes_cells(&self) -> bool {
        matches!(self.tail.first(), Some(Part::Text(text)) if text == " |")
    }

    /// The layout of lines that are messages throughout.
    pub(crate) fn bare() -> Self {
        Self { form: Form::Parts, ..Self::json() }
    }

    /// Whether nothing stands before or behind the message.
    pub(crate) fn is_bare(&self) -> bool {
        self.form == Form::Parts && self.head.is_empty() && self.tail.is_empty()
    }

    /// The layout of logs with pairs of key and value in each line.
    pub(crate) fn pairs() -> Self {
        Self { form: Form::Pairs, ..Self::json() }
    }

    /// Matches the head against the start of `line`, which reaches to the end of the head's last line at least.
    pub(crate) fn matches(&self, line: &[u8], caught: &mut Caught) -> bool {
        caught.farthest = (0, 0);
        if self.form.names_parts() {
            let first = &line[..line_end(line, 0)];
            let start = match self.form {
                Form::Json => json::start(first),
                Form::Tagged => tagged::start(line, tagged::element(self)),
                Form::Pairs | Form::Parts => pairs::start(first),
            };
            let Some(start) = start else { return false };
            (caught.stamp, caught.level, caught.end) = (start.stamp, start.level, first.len());
            return true;
        }
        // Where a thread's name stands without brackets before the logger, only the logger's dots tell them apart.
        let from = self.strictness();
        for strict in [Strictness::Dotted, Strictness::Words, Strictness::Any] {
            if strict < from {
                continue;
            }
            // A word that is known as a level goes before any other that stands where one may.
            // But a letter in a column of its own goes before every word of what follows.
            let first = if self.any_level == AnyLevel::Letters { AnyLevel::Letters } else { AnyLevel::Known };
            for any_level in [first, self.any_level] {
                caught.stamp = None;
                caught.level = None;
                caught.steps = 0;
                let matcher = Matcher { any_level, ..self.matcher(strict) };
                if let Some(end) = matcher.step(0, line, 0, caught) {
                    caught.end = end;
                    return true;
                }
                if self.any_level == first {
                    break;
                }
            }
            // Only heads that got past their first parts are worth a second, lenient look.
            if caught.stamp.is_none() && caught.level.is_none() {
                return false;
            }
        }
        false
    }

    /// Matches the tail at the end of `line`; gives where it starts. The shortest that fits is taken.
    pub(crate) fn tail_start(&self, line: &[u8], caught: &mut Caught) -> Option<usize> {
        let from = line.len().saturating_sub(FIELD_MAX);
        [Strictness::Words, Strictness::Any].into_iter().find_map(|strict| {
            let matcher = Matcher { parts: &self.tail, to_end: true, ..self.matcher(strict) };
            (from..=line.len()).rev().find(|at| {
                caught.steps = 0;
                matcher.step(0, line, *at, caught).is_some()
            })
        })
    }

    /// Whether the time stands behind the message.
    pub(crate) fn time_in_tail(&self) -> bool {
        self.tail.iter().any(|p| matches!(p, Part::Time(_))) && !self.head.iter().any(|p| matches!(p, Part::Time(_)))
    }

    /// How closely the fields of a head are looked at first.
    fn strictness(&self) -> Strictness {
        if self.thread_is_bare() && !self.simple_logger { Strictness::Dotted } else { Strictness::Words }
    }

    fn matcher(&self, strict: Strictness) -> Matcher<'_> {
        let told = self.any_level != AnyLevel::Known;
        Matcher { parts: &self.head, any_level: self.any_level, told, strict, to_end: false }
    }

    fn thread_is_bare(&self) -> bool {
        self.head.windows(3).any(|w| match w {
            [Part::Field(Field::Thread, _), Part::Text(text), Part::Field(Field::Logger, _)] => text.starts_with(' '),
            _ => false,
        })
    }

    /// The bytes that a head can start with.
    pub(crate) fn first_bytes(&self) -> [bool; 256] {
        let mut set = [false; 256];
        if self.form == Form::Json {
            set[usize::from(b'{')] = true;
            return set;
        }
        if self.form == Form::Tagged {
            b"< \t".iter().for_each(|byte| set[usize::from(*byte)] = true);
            return set;
        }
        if self.form == Form::Pairs {
            for byte in 0..=255_u8 {
                set[usize::from(byte)] = pairs::may_start_with(byte);
            }
            return set;
        }
        match self.head.first() {
            Some(Part::Text(text)) => match text.as_bytes().first() {
                Some(first) => set[usize::from(*first)] = true,
                None => set = [true; 256],
            },
            Some(Part::Time(format)) => {
                for byte in 0..=255_u8 {
                    set[usize::from(byte)] = format.may_start_with(byte);
                }
            }
            Some(Part::Field(Field::Level, pad)) => {
                for byte in 0..=255_u8 {
                    set[usize::from(byte)] =
                        byte.is_ascii_alphabetic() || (byte == b' ' && matches!(pad, Pad::Right(_)));
                }
            }
            _ => {
                set = [true; 256];
                set[usize::from(b'\n')] = false;
                set[usize::from(b'\r')] = false;
            }
        }
        set
    }
}

/// How closely the fields must look like what they are; tried from the first to the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Strictness {
    /// Loggers have a dot.
    Dotted,
    /// Loggers and columns hold no blanks, brackets are balanced.
    Words,
    Any,
}

struct Matcher<'a> {
    parts: &'a [Part],
    any_level: AnyLevel,
    /// The layout was told: what looks unlike a field may be one all the same.
    told: bool,
    strict: Strictness,
    /// The parts must reach to the end of the line.
    to_end: bool,
}

impl Matcher<'_> {
    fn step(&self, index: usize, line: &[u8], at: usize, caught: &mut Caught) -> Option<usize> {
        caught.steps += 1;
        if caught.steps > 4000 {
            return None;
        }
        if at > caught.farthest.1 {
            caught.farthest = (index, at);
        }
        let Some(part) = self.parts.get(index) else {
            return (!self.to_end || at == line.len()).then_some(at);
        };
        match part {
            Part::Text(text) => {
                let end = self.text(index, text.as_bytes(), line, at)?;
                self.go_on(index, line, at, end, caught)
            }
            Part::Time(format) => {
                let (stamp, len) = format.read(line.get(at..)?)?;
                caught.stamp = Some(stamp);
                self.go_on(index, line, at, at + len, caught)
            }
            Part::LineBreak => self.go_on(index, line, at, line_break(line, at)?, caught),
            Part::Field(Field::Level, pad) => self.level(index, *pad, line, at, caught),
            Part::Field(field, pad) => self.field(index, field, *pad, line, at, caught),
        }
    }

    fn go_on(&self, index: usize, line: &[u8], start: usize, end: usize, caught: &mut Caught) -> Option<usize> {
        if let Some(slot) = caught.parts.get_mut(index) {
            *slot = (start as u32, end as u32);
        }
        self.step(index + 1, line, end, caught)
    }

    /// Literal text. Blanks are counted exactly only where the message follows, whose own blanks begin there.
    fn text(&self, index: usize, text: &[u8], line: &[u8], at: usize) -> Option<usize> {
        let last = index + 1 == self.parts.len();
        let mut i = 0;
        let mut pos = at;
        while i < text.len() {
            if text[i] != b' ' {
                if line.get(pos) != Some(&text[i]) {
                    return None;
                }
                pos += 1;
                i += 1;
                continue;
            }
            let wanted = text[i..].iter().take_while(|b| **b == b' ').count();
            let found = line[pos.min(line.len())..].iter().take_while(|b| **b == b' ').count();
            let at_end = matches!(line.get(pos + found), None | Some(b'\n' | b'\r'));
            i += wanted;
            let ends_text = i == text.len();
            // A trimmed line may have lost the blanks before its empty message.
            let lost = last && ends_text && at_end && !self.to_end;
            if ends_text && (last || self.may_be_empty(index + 1)) {
                if found < wanted && !lost {
                    return None;
                }
                pos += found.min(wanted);
            } else if found == 0 {
                return None;
            } else {
                pos += found;
            }
        }
        Some(pos)
    }

    /// Whether the part is a column, which may be empty, so that the blanks before it must be counted.
    fn may_be_empty(&self, index: usize) -> bool {
        matches!(self.parts.get(index), Some(Part::Field(Field::Column(_), _)))
    }

    fn level(&self, index: usize, pad: Pad, line: &[u8], at: usize, caught: &mut Caught) -> Option<usize> {
        let (level, start, end) = level_at(self.any_level, line, at)?;
        caught.level = Some(level);
        if let Some(slot) = caught.parts.get_mut(index) {
            *slot = (start as u32, end as u32);
        }
        self.step(index + 1, line, self.padded(index, pad, line, at, end), caught)
    }

    /// Where the parts go on behind a field that may be filled up with blanks.
    fn padded(&self, index: usize, pad: Pad, line: &[u8], start: usize, end: usize) -> usize {
        let blanks = line[end..].iter().take_while(|b| **b == b' ').count();
        // Blanks that the layout itself has behind the field are none of its filling.
        let kept = match self.parts.get(index + 1) {
            Some(Part::Text(text)) => text.len() - text.trim_start_matches(' ').len(),
            _ => 0,
        };
        let most = match pad {
            Pad::Left(width) => usize::from(width).saturating_sub(end - start).min(blanks.saturating_sub(kept)),
            // Closing brackets may stand behind blanks even where no width is known.
            _ => match self.parts.get(index + 1) {
                Some(Part::Text(text)) if !text.starts_with(' ') => blanks,
                _ => 0,
            },
        };
        end + blanks.min(most)
    }

    /// A field of free text: the shortest that lets the rest match, brackets inside kept together if possible.
    fn field(
        &self,
        index: usize,
        field: &Field,
        pad: Pad,
        line: &[u8],
        at: usize,
        caught: &mut Caught,
    ) -> Option<usize> {
        let limit = line_end(line, at).min(at + FIELD_MAX);
        let blanks = line[at..limit].iter().take_while(|b| **b == b' ').count();
        let start = match pad {
            Pad::Right(width) if blanks >= usize::from(width) && matches!(field, Field::Column(_)) => {
                // Nothing but filling: an empty column, unless the rest says otherwise.
                let end = at + usize::from(width);
                if let Some(done) = self.caught_field(index, Pad::None, line, end, (end, end), caught) {
                    return Some(done);
                }
                at + blanks
            }
            Pad::Right(_) => at + blanks,
            _ => at,
        };
        let around = self.closing(index);
        let close = around.or_else(|| opens_itself(field, line.get(start).copied()));
        let Some(next) = self.parts.get(index + 1) else {
            // Nothing but the message follows, or the line ends here.
            let word = |b: &&u8| self.to_end || **b != b' ';
            let end = start + line[start..limit].iter().take_while(word).count();
            return self.caught_field(index, pad, line, at, (start, end), caught);
        };
        let strict = self.strict < Strictness::Any;
        let blanks_allowed = !(strict && matches!(field, Field::Logger));
        let no_logger = |byte: &u8| *byte == b' ' || (!self.told && b"[(".contains(byte));
        if !blanks_allowed && line.get(start).is_some_and(no_logger) {
            return None;
        }
        let empty_allowed = matches!(field, Field::Column(_)) || around.is_some();
        let needs_dot = self.strict == Strictness::Dotted && matches!(field, Field::Logger);
        for balanced in [true, false] {
            let mut depth = 0_i32;
            for end in start..=limit {
                let byte = line.get(end).copied();
                let outside = !balanced || depth == 0 || close.is_none();
                let dotted = !needs_dot || line[start..end].contains(&b'.');
                if outside && dotted && (end > start || empty_allowed) && may_follow(next, byte, end == limit) {
                    let trimmed = end - line[start..end].iter().rev().take_while(|b| **b == b' ').count();
                    if let Some(done) = self.caught_field(index, pad, line, at, (start, trimmed.max(start)), caught) {
                        return Some(done);
                    }
                }
                let Some(byte) = byte else { break };
                let ends =
                    never_in(field, byte) || (byte == b' ' && end > start && close.is_none() && is_word(field, next));
                if strict && ends {
                    break;
                }
                if byte == b' ' && !blanks_allowed && end > start && !self.pads_with(index, pad, line, end) {
                    break;
                }
                if let Some((open, shut)) = close {
                    depth += i32::from(byte == open) - i32::from(byte == shut);
                    if depth < 0 && balanced {
                        break;
                    }
                }
            }
            if close.is_none() || strict {
                break;
            }
        }
        None
    }

    /// Whether the blanks at `at` may still be filling in front of what follows.
    fn pads_with(&self, index: usize, pad: Pad, line: &[u8], at: usize) -> bool {
        let behind = line[at..].iter().find(|b| **b != b' ');
        let follows = match self.parts.get(index + 1) {
            Some(Part::Text(text)) => text.trim_start().as_bytes().first().copied(),
            _ => None,
        };
        let _ = pad;
        follows.is_some() && behind.copied() == follows
    }

    fn caught_field(
        &self,
        index: usize,
        pad: Pad,
        line: &[u8],
        at: usize,
        text: (usize, usize),
        caught: &mut Caught,
    ) -> Option<usize> {
        let next = self.padded(index, pad, line, at, text.1);
        let done = self.step(index + 1, line, next, caught)?;
        if let Some(slot) = caught.parts.get_mut(index) {
            *slot = (text.0 as u32, text.1 as u32);
        }
        Some(done)
    }

    /// The brackets that stand directly around a field.
    fn closing(&self, index: usize) -> Option<(u8, u8)> {
        let Some(Part::Text(before)) = index.checked_sub(1).and_then(|i| self.parts.get(i)) else { return None };
        let Some(Part::Text(behind)) = self.parts.get(index + 1) else { return None };
        let open = *before.as_bytes().last()?;
        let shut = *behind.trim_start().as_bytes().first()?;
        matches!((open, shut), (b'[', b']') | (b'(', b')') | (b'{', b'}') | (b'<', b'>')).then_some((open, shut))
    }
}
