//! The short way through a head: the first path of [`super::Matcher`] alone, which nearly every head of a log takes.
//!
//! It is made from the layout, whatever that is, and answers only where the full matcher would have to say the same;
//! where there is a choice to make, it leaves the line to the full matcher. It gives time and level and nothing else.

use super::{
    AnyLevel, Caught, FIELD_MAX, Field, Form, Layout, Matcher, Pad, Part, Strictness, level_at, line_break, never_in,
    opens_itself,
};
use crate::Stamp;
use crate::log::Level;
use crate::log::marks;
use crate::log::prefix::{Prefix, Short};
use crate::log::time;

mod seen;

use seen::Levels;
pub(crate) use seen::Seen;

/// What the short way says of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    /// A record starts here, with the time and level that [`Seen`] has.
    Head,
    /// None does.
    No,
    /// The full matcher has to be asked.
    Unsure,
}

/// The short way through the heads of one layout.
#[derive(Clone, Debug)]
pub(crate) struct Quick {
    steps: Vec<Step>,
    strict: Strictness,
    /// How many steps there are before the first field that the full matcher might end elsewhere.
    forked: usize,
    /// Whether a line may end within its heads.
    spans_lines: bool,
}

/// One part that isn't literal text, with what can be known of it beforehand, and the text behind it.
#[derive(Clone, Debug)]
struct Step {
    what: What,
    text: Option<Literal>,
}

#[derive(Clone, Debug)]
enum What {
    /// The text alone, which the head begins with.
    Nothing,
    Time(Box<time::clock::Clocked>),
    Level {
        index: usize,
        pad: Pad,
    },
    Field(Box<Run>),
    LineBreak,
    /// So many columns follow each other, which may be those of the head before.
    Columns(usize),
    /// They have ended.
    ColumnsEnd,
}

/// Literal text.
#[derive(Clone, Debug)]
struct Literal {
    index: usize,
    /// The text, where it is short; bytes that none start with where it is long.
    short: Short,
    /// The text, where it isn't that short.
    long: Option<Box<Prefix>>,
    /// Whether the blanks it ends in stand for any number of them.
    open_end: bool,
}

/// A field, and the bytes that end it or make it a case for the full matcher.
#[derive(Clone, Debug)]
struct Run {
    stops: Stops,
    /// The bytes it can't begin with, unless the full matcher says so.
    not_first: [bool; 256],
    /// The first byte of the text that follows; `None` where the field is the last part.
    next: Option<u8>,
    open: Option<u8>,
    pad: Pad,
    logger: bool,
    column: bool,
    needs_dot: bool,
    may_be_empty: bool,
    /// A blank can't stand in it.
    one_word: bool,
    /// There is no other end than the first blank, and no record without it.
    single: bool,
}

impl Quick {
    /// The short way through `layout`'s heads; `None` where there is none.
    pub(crate) fn of(layout: &Layout) -> Option<Self> {
        if layout.form != Form::Parts || layout.head.is_empty() {
            return None;
        }
        let strict = layout.strictness();
        let matcher = layout.matcher(strict);
        let mut steps: Vec<Step> = Vec::with_capacity(layout.head.len());
        for (index, part) in layout.head.iter().enumerate() {
            let what = match part {
                Part::Text(text) => {
                    let counted = index + 1 == layout.head.len() || matcher.may_be_empty(index + 1);
                    let text = Some(Literal::of(index, text.as_bytes(), !counted));
                    match steps.last_mut() {
                        Some(step) if step.text.is_none() => step.text = text,
                        _ => steps.push(Step { what: What::Nothing, text }),
                    }
                    continue;
                }
                Part::Time(format) => What::Time(Box::new(time::clock::Clocked::of(format))),
                Part::LineBreak => What::LineBreak,
                Part::Field(Field::Level, pad) => What::Level { index, pad: *pad },
                Part::Field(field, pad) => What::Field(Box::new(Run::of(&matcher, index, field, *pad)?)),
            };
            steps.push(Step { what, text: None });
        }
        around_columns(&mut steps);
        let forked = steps.iter().position(|step| matches!(&step.what, What::Field(run) if !run.single));
        let breaks = |part: &Part| match part {
            Part::Text(text) => text.contains(['\n', '\r']),
            part => matches!(part, Part::LineBreak),
        };
        let spans_lines = layout.head.iter().any(breaks);
        Some(Self { forked: forked.unwrap_or(steps.len()), steps, strict, spans_lines })
    }

    /// What [`Quick::look`] remembers, before it has seen anything.
    pub(crate) fn nothing_seen(&self) -> Seen {
        Seen::none(self.steps.iter().filter(|step| matches!(step.what, What::Time(_))).count())
    }

    /// Time and level of the head that `line` starts with and where it ends, as [`Layout::matches`] finds them, which is asked
    /// where the short way leaves a choice; `None` where it starts with none.
    #[inline]
    pub(crate) fn read(
        &self,
        layout: &Layout,
        line: &[u8],
        seen: &mut Seen,
        caught: &mut Caught,
    ) -> Option<(Option<Stamp>, Option<Level>, usize)> {
        let said = self.look(layout, line, seen);
        debug_assert!(agrees(said, seen, layout, line, caught), "{layout}: {line:?}");
        match said {
            Verdict::Head => Some((seen.stamp(), seen.level, seen.end)),
            Verdict::No => None,
            Verdict::Unsure => layout.matches(line, caught).then_some((caught.stamp, caught.level, caught.end)),
        }
    }

    /// As [`Quick::read`], of the line that `rest` starts with and that other lines may follow; `None` also where the full
    /// matcher has to be asked, for which the line's end must be known.
    #[inline]
    pub(crate) fn ahead(
        &self,
        layout: &Layout,
        rest: &[u8],
        seen: &mut Seen,
    ) -> Option<(Option<Stamp>, Option<Level>, usize)> {
        let head = !self.spans_lines && self.look(layout, rest, seen) == Verdict::Head;
        head.then(|| (seen.stamp(), seen.level, seen.end))
    }

    /// Looks at `line`, as [`Layout::matches`] does. `seen` is what it remembers from line to line of this layout.
    fn look(&self, layout: &Layout, line: &[u8], seen: &mut Seen) -> Verdict {
        (seen.level, seen.timed) = (None, 0);
        let (mut rest, mut n, mut columns) = (line, 0, line);
        while let Some(step) = self.steps.get(n) {
            let behind = match &step.what {
                What::Nothing => Some(rest),
                What::Time(clocked) => {
                    let Some(clock) = seen.clocks.get_mut(seen.timed) else { return Verdict::Unsure };
                    clocked.read(rest, clock).and_then(|len| {
                        seen.timed += 1;
                        rest.get(len..)
                    })
                }
                What::LineBreak => line_break(rest, 0).and_then(|end| rest.get(end..)),
                What::Level { index, pad } => match seen.levels.again(rest) {
                    Some((level, behind)) => {
                        seen.level = Some(level);
                        Some(behind)
                    }
                    None => match self.level(*index, *pad, layout, rest, &mut seen.levels) {
                        Found::Behind(level, behind) => {
                            seen.level = Some(level);
                            Some(behind)
                        }
                        Found::Never => None,
                        Found::Unsure => return Verdict::Unsure,
                    },
                },
                What::Field(run) => match run.end(rest) {
                    Found::Behind((), behind) => Some(behind),
                    Found::Never => None,
                    Found::Unsure => return Verdict::Unsure,
                },
                What::Columns(count) => {
                    match seen.columns.again(rest) {
                        Some(behind) => (rest, n) = (behind, n + count + 2),
                        None => (columns, n) = (rest, n + 1),
                    }
                    continue;
                }
                What::ColumnsEnd => {
                    seen.columns.remember(columns, columns.len() - rest.len());
                    n += 1;
                    continue;
                }
            };
            let behind = match (behind, &step.text) {
                (Some(behind), Some(text)) => text.end(layout, self.strict, behind),
                (behind, _) => behind,
            };
            match behind {
                Some(behind) => rest = behind,
                // Without a time or a level the full matcher doesn't look a second time, if it would have come this far by
                // the same one way.
                None if n < self.forked && seen.timed == 0 && seen.level.is_none() => return Verdict::No,
                None => return Verdict::Unsure,
            }
            n += 1;
        }
        seen.end = line.len() - rest.len();
        Verdict::Head
    }

    /// The level at the start of `rest`, and what follows it.
    #[cold]
    fn level<'b>(
        &self,
        index: usize,
        pad: Pad,
        layout: &Layout,
        rest: &'b [u8],
        levels: &mut Levels,
    ) -> Found<'b, Level> {
        match level_at(AnyLevel::Known, rest, 0) {
            None if layout.any_level != AnyLevel::Known && level_at(layout.any_level, rest, 0).is_some() => {
                Found::Unsure
            }
            None => Found::Never,
            Some((level, _, end)) => {
                let next = layout.matcher(self.strict).padded(index, pad, rest, 0, end);
                levels.remember(rest, level, end, next);
                Found::Behind(level, &rest[next..])
            }
        }
    }
}

/// Whether the short way says what the full matcher does.
fn agrees(said: Verdict, seen: &Seen, layout: &Layout, line: &[u8], caught: &mut Caught) -> bool {
    match said {
        Verdict::Unsure => true,
        Verdict::No => !layout.matches(line, caught),
        Verdict::Head => {
            let said = (seen.stamp(), seen.level, seen.end);
            layout.matches(line, caught) && (caught.stamp, caught.level, caught.end) == said
        }
    }
}

/// Puts the first steps that are columns next to each other between two that say so.
fn around_columns(steps: &mut Vec<Step>) {
    let column = |step: &Step| matches!(&step.what, What::Field(run) if run.column);
    let Some(start) = steps.iter().position(column) else { return };
    let count = steps[start..].iter().take_while(|step| column(step)).count();
    let step = |what| Step { what, text: None };
    steps.insert(start + count, step(What::ColumnsEnd));
    steps.insert(start, step(What::Columns(count)));
}

impl Literal {
    fn of(index: usize, text: &[u8], open_end: bool) -> Self {
        let short = Short::of(text);
        let long = if short.is_none() { Prefix::of(text).map(Box::new) } else { None };
        let open_end = open_end && text.ends_with(b" ");
        Self { index, short: short.unwrap_or(Short::NEVER), long, open_end }
    }

    /// What follows the text that `rest` starts with, as [`Matcher::text`] has it; the usual case first.
    #[inline]
    fn end<'b>(&self, layout: &Layout, strict: Strictness, rest: &'b [u8]) -> Option<&'b [u8]> {
        let Some(behind) = self.short.behind(rest) else { return self.matched(layout, strict, rest) };
        if self.open_end && behind.first() == Some(&b' ') { behind.get(blanks(behind, 0)..) } else { Some(behind) }
    }

    fn matched<'b>(&self, layout: &Layout, strict: Strictness, rest: &'b [u8]) -> Option<&'b [u8]> {
        match (self.long.as_ref().filter(|long| long.starts(rest)), layout.head.get(self.index)) {
            (Some(long), _) if !self.open_end => rest.get(long.len()..),
            (_, Some(Part::Text(text))) => {
                layout.matcher(strict).text(self.index, text.as_bytes(), rest, 0).and_then(|end| rest.get(end..))
            }
            _ => None,
        }
    }
}

fn blanks(line: &[u8], at: usize) -> usize {
    line.get(at..).unwrap_or_default().iter().take_while(|b| **b == b' ').count()
}

/// Where a part was found to end.
enum Found<'b, T> {
    /// What it says, and what follows it.
    Behind(T, &'b [u8]),
    /// Nowhere.
    Never,
    /// The full matcher may find an end.
    Unsure,
}

impl Run {
    fn of(matcher: &Matcher<'_>, index: usize, field: &Field, pad: Pad) -> Option<Self> {
        let next = match matcher.parts.get(index + 1) {
            None => None,
            Some(Part::Text(text)) => Some(*text.as_bytes().first()?),
            Some(_) => return None,
        };
        let around = matcher.closing(index);
        // Blanks between a field and its bracket would have to be weighed against those inside.
        if around.is_some_and(|(_, shut)| next != Some(shut)) {
            return None;
        }
        let mut stops = [false; 256];
        for byte in 0..=255_u8 {
            stops[usize::from(byte)] = matches!(byte, b' ' | b'\r' | b'\n') || never_in(field, byte);
        }
        let open = around.map(|(open, _)| open);
        for byte in next.into_iter().chain(open) {
            stops[usize::from(byte)] = true;
        }
        let logger = matches!(field, Field::Logger);
        let column = matches!(field, Field::Column(_));
        let mut not_first = [false; 256];
        for byte in 0..=255_u8 {
            let bracketed = around.is_none() && opens_itself(field, Some(byte)).is_some();
            not_first[usize::from(byte)] = bracketed || (logger && matches!(byte, b' ' | b'[' | b'('));
        }
        let last_text = index + 2 == matcher.parts.len();
        Some(Self {
            stops: Stops::of(stops),
            not_first,
            next,
            open,
            pad,
            logger,
            column,
            needs_dot: logger && matcher.strict == Strictness::Dotted,
            may_be_empty: column || around.is_some(),
            one_word: never_in(field, b' '),
            single: column && around.is_none() && next == Some(b' ') && pad == Pad::None && !last_text,
        })
    }

    /// Where the field ends that `rest` starts with.
    #[inline]
    fn end<'b>(&self, mut rest: &'b [u8]) -> Found<'b, ()> {
        if let Pad::Right(width) = self.pad {
            let blanks = blanks(rest, 0);
            if blanks >= usize::from(width) && self.may_be_empty {
                return Found::Unsure;
            }
            rest = &rest[blanks..];
        }
        if rest.first().is_some_and(|first| self.not_first[usize::from(*first)]) {
            return Found::Unsure;
        }
        match self.stops.few.as_ref().map(|few| few.next(rest)) {
            Some(Ok(len)) if len < FIELD_MAX && Some(rest[len]) == self.next => self.ended(rest, len, len),
            _ => self.stop_by_stop(rest),
        }
    }

    /// The same where the first stop isn't what follows the field.
    fn stop_by_stop<'b>(&self, rest: &'b [u8]) -> Found<'b, ()> {
        let field = &rest[..rest.len().min(FIELD_MAX)];
        let mut found = self.stops.first(field);
        loop {
            let Some(mut len) = found else {
                return if self.single { Found::Never } else { Found::Unsure };
            };
            let byte = field[len];
            if Some(byte) == self.next {
                return self.ended(rest, len, len);
            }
            if byte != b' ' {
                return if self.single { Found::Never } else { Found::Unsure };
            }
            let filling = blanks(field, len);
            if self.next.is_none() {
                return self.ended(rest, len, len);
            }
            if field.get(len + filling).copied() == self.next {
                return self.ended(rest, len, len + filling);
            }
            // Blanks within a name; a logger has none at first sight.
            if self.logger || self.one_word || self.next == Some(b' ') {
                return Found::Unsure;
            }
            len += filling;
            found = self.stops.first(&field[len..]).map(|further| len + further);
        }
    }

    /// The field's text is `len` bytes long; what follows stands at `next`, behind blanks.
    #[inline]
    fn ended<'b>(&self, rest: &'b [u8], len: usize, next: usize) -> Found<'b, ()> {
        let empty = len == 0 && (!self.may_be_empty || self.open.is_none());
        if empty || (self.needs_dot && !rest[..len].contains(&b'.')) {
            return Found::Unsure;
        }
        let follows = match self.pad {
            // Filled up to its width, and then what follows; blanks beyond are the next text's own.
            Pad::Left(width) => len + blanks(rest, len).min(usize::from(width).saturating_sub(len)),
            _ => next,
        };
        if next > len && follows != next {
            return Found::Unsure;
        }
        Found::Behind((), &rest[follows..])
    }
}

/// The bytes at which something has to be decided.
#[derive(Clone, Debug)]
struct Stops {
    table: [bool; 256],
    /// Where those of them are few that stand above the blank.
    few: Option<marks::Stops>,
}

impl Stops {
    fn of(table: [bool; 256]) -> Self {
        let few = marks::Stops::with((b'!'..=255).filter(|byte| table[usize::from(*byte)]));
        Self { table, few }
    }

    /// Where the first of them stands in `bytes`.
    fn first(&self, bytes: &[u8]) -> Option<usize> {
        // A tab, say, is looked for with the few and is no stop.
        let (Ok(from) | Err(from)) = self.few.as_ref().map_or(Err(0), |few| few.next(bytes));
        bytes.get(from..)?.iter().position(|byte| self.table[usize::from(*byte)]).map(|run| from + run)
    }
}

#[cfg(test)]
mod tests;
