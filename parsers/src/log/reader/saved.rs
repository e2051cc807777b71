//! How a reader reads, written down in text and made again from it, so that an index can be kept and a log be gone on with.

use super::super::Day;
use super::super::layout::{AnyLevel, Layout};
use super::super::pattern;
use super::super::text::{Encoding, LineEnds};
use super::Reader;

/// What stands in front of a layout, by the words that may be levels in it.
const MARKS: [(char, AnyLevel); 3] = [('=', AnyLevel::Known), ('+', AnyLevel::Letters), ('*', AnyLevel::Words)];

impl Reader {
    /// How this reader reads, in text from which [`Reader::restored`] makes it again; `None` where a layout is one that
    /// no pattern says whole.
    #[must_use]
    pub fn saved(&self) -> Option<String> {
        let mut text = format!("{} {}\n", self.encoding.number()?, self.line_ends.byte());
        if self.learned {
            text.push_str("?learned\n");
        }
        if let Some(Day { date: (year, month, day), told }) = self.day {
            text.push_str(&format!("@{year} {month} {day} {}\n", u8::from(told)));
        }
        for layout in &self.layouts {
            let mark = MARKS.iter().find(|(_, levels)| *levels == layout.any_level).map_or('=', |(mark, _)| *mark);
            text.push_str(&format!("{mark}{layout}\n"));
        }
        for note in &self.notes {
            text.push_str(&format!("#{note}\n"));
        }
        let same = Self::restored(&text)
            .is_some_and(|again| again.layouts == self.layouts && again.notes == self.notes && again.day == self.day);
        same.then_some(text)
    }

    /// The reader that [`Reader::saved`] wrote down.
    #[must_use]
    pub fn restored(saved: &str) -> Option<Self> {
        let mut lines = saved.lines();
        let (encoding, ends) = lines.next()?.split_once(' ')?;
        let encoding = Encoding::numbered(encoding.parse().ok()?)?;
        let line_ends = if ends == "13" { LineEnds::Cr } else { LineEnds::Lf };
        let (mut layouts, mut notes, mut day, mut learned) = (Vec::new(), Vec::new(), None, false);
        for line in lines {
            let mut chars = line.chars();
            match (chars.next()?, chars.as_str()) {
                ('?', _) => learned = true,
                ('#', note) => notes.push(note.to_owned()),
                ('@', date) => {
                    let mut numbers = date.split(' ');
                    let year = numbers.next()?.parse().ok()?;
                    let date = (year, numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?);
                    day = Some(Day { date, told: numbers.next() == Some("1") });
                }
                (_, "json") => layouts.push(Layout::json()),
                (_, "logfmt") => layouts.push(Layout::pairs()),
                (mark, text) => {
                    let mut parsed = pattern::parse(text).ok()?.into_iter();
                    let (Some(layout), None) = (parsed.next(), parsed.next()) else { return None };
                    let (_, any_level) = *MARKS.iter().find(|(other, _)| *other == mark)?;
                    layouts.push(Layout { any_level, ..layout });
                }
            }
        }
        Some(Self { day, learned, ..Self::assemble(encoding, line_ends, layouts, notes) })
    }
}
