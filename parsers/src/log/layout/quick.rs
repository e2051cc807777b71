//! The short way through a head: the first path of [`super::Matcher`] alone, which nearly every head of a log takes.
//!
//! It is made from the layout, whatever that is, and answers only where the full matcher would have to say the same;
//! where there is a choice to make, it leaves the line to the full matcher. It gives time and level and nothing else.

use super::{
    FIELD_MAX, Field, Form, Layout, Matcher, Pad, Part, Strictness, level_at, line_break, never_in, opens_itself,
};
use crate::Stamp;
use crate::log::{Level, time};

/// What the short way says of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// A record starts here.
    Head(Option<Stamp>, Option<Level>),
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
}

/// One part, with what can be known of it beforehand.
#[derive(Clone, Debug)]
enum Step {
    Text(Literal),
    Time(time::clock::Clocked),
    Level { index: usize, pad: Pad },
    Field(Box<Run>),
    LineBreak,
}

/// Literal text.
#[derive(Clone, Debug)]
struct Literal {
    index: usize,
    /// Its first bytes as a number, and which bits of that count.
    start: (u64, u64),
    len: usize,
    /// Whether the blanks it ends in stand for any number of them.
    open_end: bool,
}

/// A field, and the bytes that end it or make it a case for the full matcher.
#[derive(Clone, Debug)]
struct Run {
    stops: [bool; 256],
    /// The first byte of the text that follows; `None` where the field is the last part.
    next: Option<u8>,
    open: Option<u8>,
    pad: Pad,
    logger: bool,
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
        let mut steps = Vec::with_capacity(layout.head.len());
        for (index, part) in layout.head.iter().enumerate() {
            steps.push(match part {
                Part::Text(text) => {
                    let counted = index + 1 == layout.head.len() || matcher.may_be_empty(index + 1);
                    Step::Text(Literal::of(index, text.as_bytes(), !counted))
                }
                Part::Time(format) => Step::Time(time::clock::Clocked::of(format)),
                Part::LineBreak => Step::LineBreak,
                Part::Field(Field::Level, pad) => Step::Level { index, pad: *pad },
                Part::Field(field, pad) => Step::Field(Box::new(Run::of(&matcher, index, field, *pad)?)),
            });
        }
        Some(Self { steps, strict })
    }

    /// How many formats of time it reads, which is how many clocks [`Quick::look`] needs.
    pub(crate) fn clocks(&self) -> usize {
        self.steps.iter().filter(|step| matches!(step, Step::Time(_))).count()
    }

    /// Looks at `line`, as [`Layout::matches`] does. `clocks` remember the last times that were read.
    pub(crate) fn look(&self, layout: &Layout, line: &[u8], clocks: &mut [time::clock::Clock]) -> Verdict {
        let matcher = layout.matcher(self.strict);
        let mut clocks = clocks.iter_mut();
        let (mut at, mut stamp, mut level) = (0, None, None);
        // Whether the full matcher would have come this far by the same one way.
        let mut only_way = true;
        for step in &self.steps {
            let next = match step {
                Step::Text(literal) => literal.end(&matcher, line, at),
                Step::Time(clocked) => {
                    let Some(clock) = clocks.next() else { return Verdict::Unsure };
                    clocked.read(line.get(at..).unwrap_or_default(), clock).map(|(read, len)| {
                        stamp = Some(read);
                        at + len
                    })
                }
                Step::LineBreak => line_break(line, at),
                Step::Level { index, pad } => match level_at(false, line, at) {
                    None if layout.any_level && level_at(true, line, at).is_some() => return Verdict::Unsure,
                    found => found.map(|(read, _, end)| {
                        level = Some(read);
                        matcher.padded(*index, *pad, line, at, end)
                    }),
                },
                Step::Field(run) => match run.end(line, at) {
                    Found::At(next) => {
                        only_way &= run.single;
                        Some(next)
                    }
                    Found::Never => None,
                    Found::Unsure => return Verdict::Unsure,
                },
            };
            match next {
                Some(next) => at = next,
                // Without a time or a level the full matcher doesn't look a second time.
                None if only_way && stamp.is_none() && level.is_none() => return Verdict::No,
                None => return Verdict::Unsure,
            }
        }
        Verdict::Head(stamp, level)
    }
}

impl Literal {
    fn of(index: usize, text: &[u8], open_end: bool) -> Self {
        let (mut start, mut mask) = ([0; 8], [0; 8]);
        for ((start, mask), byte) in start.iter_mut().zip(&mut mask).zip(text) {
            (*start, *mask) = (*byte, 0xff);
        }
        let start = (u64::from_le_bytes(start), u64::from_le_bytes(mask));
        Self { index, start, len: text.len(), open_end: open_end && text.ends_with(b" ") }
    }

    /// Where the text ends, as [`Matcher::text`] has it; the usual case first.
    fn end(&self, matcher: &Matcher<'_>, line: &[u8], at: usize) -> Option<usize> {
        let Some(Part::Text(text)) = matcher.parts.get(self.index) else { return None };
        let text = text.as_bytes();
        let rest = line.get(at..)?;
        let same = match rest.first_chunk::<8>() {
            Some(start) if self.len <= 8 => u64::from_le_bytes(*start) & self.start.1 == self.start.0,
            _ => rest.starts_with(text),
        };
        if !same {
            return matcher.text(self.index, text, line, at);
        }
        let end = at + self.len;
        Some(if self.open_end { end + blanks(line, end) } else { end })
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
            stops,
            next,
            open,
            pad,
            logger,
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
            let Some(run) = rest[len..].iter().position(|b| self.stops[usize::from(*b)]) else {
                return if self.single { Found::Never } else { Found::Unsure };
            };
            len += run;
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

#[cfg(test)]
mod tests;
