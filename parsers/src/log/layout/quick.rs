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
use crate::log::prefix::Prefix;
use crate::log::time;
use std::ops::Range;

mod seen;

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
    /// The steps of columns that follow each other, and whether there is but one way through them.
    columns: (Range<usize>, bool),
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
    Time(time::clock::Clocked),
    Level {
        index: usize,
        pad: Pad,
    },
    Field(Box<Run>),
    LineBreak,
}

/// Literal text.
#[derive(Clone, Debug)]
struct Literal {
    index: usize,
    /// The text, unless it is long.
    short: Option<Prefix>,
    /// Whether the blanks it ends in stand for any number of them.
    open_end: bool,
}

/// A field, and the bytes that end it or make it a case for the full matcher.
#[derive(Clone, Debug)]
struct Run {
    stops: Stops,
    /// The first byte of the text that follows; `None` where the field is the last part.
    next: Option<u8>,
    open: Option<u8>,
    pad: Pad,
    logger: bool,
    column: bool,
    needs_dot: bool,
    may_be_empty: bool,
    opens_itself: bool,
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
                Part::Time(format) => What::Time(time::clock::Clocked::of(format)),
                Part::LineBreak => What::LineBreak,
                Part::Field(Field::Level, pad) => What::Level { index, pad: *pad },
                Part::Field(field, pad) => What::Field(Box::new(Run::of(&matcher, index, field, *pad)?)),
            };
            steps.push(Step { what, text: None });
        }
        let columns = columns(&steps);
        Some(Self { steps, strict, columns })
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

    /// Looks at `line`, as [`Layout::matches`] does. `seen` is what it remembers from line to line of this layout.
    fn look(&self, layout: &Layout, line: &[u8], seen: &mut Seen) -> Verdict {
        let matcher = layout.matcher(self.strict);
        let Seen { clocks, columns, levels, level, timed, end } = seen;
        (*level, *timed) = (None, 0);
        let mut at = 0;
        // Whether the full matcher would have come this far by the same one way.
        let mut only_way = true;
        let (mut n, mut columns_at) = (0, None);
        while let Some(step) = self.steps.get(n) {
            let (these, single) = &self.columns;
            if n == these.start && !these.is_empty() {
                if let Some(len) = columns.again(line.get(at..).unwrap_or_default()) {
                    (at, n) = (at + len, these.end);
                    only_way &= single;
                    continue;
                }
                columns_at = Some(at);
            }
            n += 1;
            let next = match &step.what {
                What::Nothing => Some(at),
                What::Time(clocked) => {
                    let Some(clock) = clocks.get_mut(*timed) else { return Verdict::Unsure };
                    clocked.read(line.get(at..).unwrap_or_default(), clock).map(|len| {
                        *timed += 1;
                        at + len
                    })
                }
                What::LineBreak => line_break(line, at),
                What::Level { index, pad } => {
                    let rest = line.get(at..).unwrap_or_default();
                    match levels.again(rest) {
                        Some((read, len)) => {
                            *level = Some(read);
                            Some(at + len)
                        }
                        None => match level_at(AnyLevel::Known, line, at) {
                            None if layout.any_level != AnyLevel::Known
                                && level_at(layout.any_level, line, at).is_some() =>
                            {
                                return Verdict::Unsure;
                            }
                            found => found.map(|(read, _, end)| {
                                let next = matcher.padded(*index, *pad, line, at, end);
                                *level = Some(read);
                                levels.remember(rest, read, end - at, next - at);
                                next
                            }),
                        },
                    }
                }
                What::Field(run) => match run.end(line, at) {
                    Found::At(next) => {
                        only_way &= run.single;
                        Some(next)
                    }
                    Found::Never => None,
                    Found::Unsure => return Verdict::Unsure,
                },
            };
            let behind = |next| step.text.as_ref().map_or(Some(next), |text| text.end(&matcher, line, next));
            match next.and_then(behind) {
                Some(next) => at = next,
                // Without a time or a level the full matcher doesn't look a second time.
                None if only_way && *timed == 0 && level.is_none() => return Verdict::No,
                None => return Verdict::Unsure,
            }
            if n == self.columns.0.end
                && let Some(from) = columns_at
            {
                columns.remember(&line[from..], at - from);
            }
        }
        *end = at;
        Verdict::Head
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

/// The first steps that are columns next to each other, and whether there is but one way through them.
fn columns(steps: &[Step]) -> (Range<usize>, bool) {
    let column = |step: &Step| matches!(&step.what, What::Field(run) if run.column);
    let start = steps.iter().position(column).unwrap_or(steps.len());
    let end = start + steps[start..].iter().take_while(|step| column(step)).count();
    let single = |step: &Step| matches!(&step.what, What::Field(run) if run.single);
    (start..end, steps[start..end].iter().all(single))
}

impl Literal {
    fn of(index: usize, text: &[u8], open_end: bool) -> Self {
        Self { index, short: Prefix::of(text), open_end: open_end && text.ends_with(b" ") }
    }

    /// Where the text ends, as [`Matcher::text`] has it; the usual case first.
    #[inline]
    fn end(&self, matcher: &Matcher<'_>, line: &[u8], at: usize) -> Option<usize> {
        let behind = self.short.as_ref().and_then(|text| text.behind(line.get(at..)?));
        match behind {
            Some(behind) if self.open_end => Some(line.len() - behind.len() + blanks(behind, 0)),
            Some(behind) => Some(line.len() - behind.len()),
            None => match matcher.parts.get(self.index) {
                Some(Part::Text(text)) => matcher.text(self.index, text.as_bytes(), line, at),
                _ => None,
            },
        }
    }
}

fn blanks(line: &[u8], at: usize) -> usize {
    line.get(at..).unwrap_or_default().iter().take_while(|b| **b == b' ').count()
}

/// Where a field was found to end.
enum Found {
    /// The next part starts here.
    At(usize),
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
        let last_text = index + 2 == matcher.parts.len();
        Some(Self {
            stops: Stops::of(stops),
            next,
            open,
            pad,
            logger,
            column,
            needs_dot: logger && matcher.strict == Strictness::Dotted,
            may_be_empty: column || around.is_some(),
            opens_itself: around.is_none() && column,
            one_word: never_in(field, b' '),
            single: column && around.is_none() && next == Some(b' ') && pad == Pad::None && !last_text,
        })
    }

    fn end(&self, line: &[u8], at: usize) -> Found {
        let start = match self.pad {
            Pad::Right(width) => {
                let blanks = blanks(line, at);
                if blanks >= usize::from(width) && self.may_be_empty {
                    return Found::Unsure;
                }
                at + blanks
            }
            _ => at,
        };
        let Some(rest) = line.get(start..) else { return Found::Unsure };
        let rest = &rest[..rest.len().min(FIELD_MAX)];
        let first = rest.first().copied();
        let bracketed = self.opens_itself && opens_itself(&Field::Column(String::new()), first).is_some();
        if bracketed || (self.logger && matches!(first, Some(b' ' | b'[' | b'('))) {
            return Found::Unsure;
        }
        let mut len = 0;
        loop {
            let Some(stop) = self.stops.next(rest, len) else {
                return if self.single { Found::Never } else { Found::Unsure };
            };
            len = stop;
            let byte = rest[len];
            if Some(byte) == self.next {
                return self.ended(line, start, len, len);
            }
            if byte != b' ' {
                return if self.single { Found::Never } else { Found::Unsure };
            }
            let filling = blanks(rest, len);
            if self.next.is_none() {
                return self.ended(line, start, len, len);
            }
            if rest.get(len + filling).copied() == self.next {
                return self.ended(line, start, len, len + filling);
            }
            // Blanks within a name; a logger has none at first sight.
            if self.logger || self.one_word || self.next == Some(b' ') {
                return Found::Unsure;
            }
            len += filling;
        }
    }

    /// The field's text is `len` bytes long; what follows stands at `next`, behind blanks.
    fn ended(&self, line: &[u8], start: usize, len: usize, next: usize) -> Found {
        let empty = len == 0 && (!self.may_be_empty || self.open.is_none());
        if empty || (self.needs_dot && !line[start..start + len].contains(&b'.')) {
            return Found::Unsure;
        }
        let follows = match self.pad {
            // Filled up to its width, and then what follows; blanks beyond are the next text's own.
            Pad::Left(width) => {
                let filling = blanks(line, start + len).min(usize::from(width).saturating_sub(len));
                start + len + filling
            }
            _ => start + next,
        };
        if next > len && follows != start + next {
            return Found::Unsure;
        }
        Found::At(follows)
    }
}

/// The bytes at which something has to be decided.
#[derive(Clone, Debug)]
struct Stops {
    table: [bool; 256],
    /// Those of them above the blank; `None` where there are more than two.
    above_blank: Option<[u64; 2]>,
}

impl Stops {
    fn of(table: [bool; 256]) -> Self {
        let mut above = (b'!'..=255).filter(|byte| table[usize::from(*byte)]);
        // A blank where there is none: it is looked for anyway.
        let two = [above.next(), above.next()].map(|byte| u64::from_ne_bytes([byte.unwrap_or(b' '); 8]));
        Self { above_blank: above.next().is_none().then_some(two), table }
    }

    /// Where the first of them stands in `bytes` at or behind `at`.
    #[inline]
    fn next(&self, bytes: &[u8], mut at: usize) -> Option<usize> {
        if let Some([one, other]) = self.above_blank {
            // Eight at once, as in <https://graphics.stanford.edu/~seander/bithacks.html#ZeroInWord>: the lowest mark is
            // exact, those above it need not be.
            const ONES: u64 = u64::from_ne_bytes([1; 8]);
            const HIGHS: u64 = u64::from_ne_bytes([0x80; 8]);
            const ABOVE_BLANK: u64 = u64::from_ne_bytes([b'!'; 8]);
            let marks = |eight: u64| {
                let (one, other) = (eight ^ one, eight ^ other);
                let same = one.wrapping_sub(ONES) & !one | other.wrapping_sub(ONES) & !other;
                (eight.wrapping_sub(ABOVE_BLANK) & !eight | same) & HIGHS
            };
            while let Some(sixteen) = bytes.get(at..).and_then(<[u8]>::first_chunk::<16>) {
                let sixteen = u128::from_le_bytes(*sixteen);
                let (low, high) = (marks(sixteen as u64), marks((sixteen >> 64) as u64));
                if low | high == 0 {
                    at += 16;
                    continue;
                }
                at += if low != 0 { low.trailing_zeros() / 8 } else { 8 + high.trailing_zeros() / 8 } as usize;
                // A tab, say, is marked and is none.
                if self.table[usize::from(bytes[at])] {
                    return Some(at);
                }
                at += 1;
            }
        }
        bytes.get(at..)?.iter().position(|byte| self.table[usize::from(*byte)]).map(|run| at + run)
    }
}

#[cfg(test)]
mod tests;
