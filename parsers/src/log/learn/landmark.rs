//! Columns on the way to a time or a level that stands further right: where that is, is known, and what is to be found is
//! only how many columns stand before it.

use super::super::layout::Field;
use super::classify::is_identifier;
use super::rows::{Row, Slot, Work, words_before};
use std::collections::HashSet;

impl<'a> Work<'a> {
    /// A column on the way to a time or a level that stands further right.
    pub(super) fn column_before_landmark(&mut self) -> bool {
        let (time_ahead, level_ahead) = (self.time_ahead, self.level_ahead);
        let target = |row: &Row<'a>| {
            let time = if time_ahead { row.time.0 } else { usize::MAX };
            let level = if level_ahead { row.level.map_or(usize::MAX, |(at, _)| at) } else { usize::MAX };
            time.min(level)
        };
        self.rows.retain(|row| target(row) > row.pos && target(row) <= row.text.len());
        if self.rows.is_empty() {
            return false;
        }
        if self.key() {
            return true;
        }
        let between = |row: &Row<'a>| &row.text[row.pos..target(row)];
        if let Some(key) = self.rows.first().map(|row| between(row).to_vec())
            && (key.ends_with(b"=") || key.ends_with(b": "))
            && key.iter().all(|b| b.is_ascii_alphanumeric() || b"_=: ".contains(b))
            && self.would_agree(97, |row| between(row) == key)
        {
            self.rows.retain(|row| between(row) == key);
            self.sign(&String::from_utf8_lossy(&key));
            return true;
        }
        if self.separated_before_landmark(between) {
            return true;
        }
        // `app.INFO: `
        let name = |row: &Row<'a>| between(row).strip_suffix(b".").filter(|name| is_identifier(name));
        if !time_ahead && self.would_agree(97, |row| name(row).is_some()) {
            self.rows.retain(|row| name(row).is_some());
            self.slot(Slot { bracketed: false, kind: Some(Field::Logger) }, |row| name(row).map_or(0, <[u8]>::len));
            self.sign(".");
            return true;
        }
        let counted = |row: &Row<'a>| {
            let digits = between(row).iter().take_while(|b| b.is_ascii_digit()).count();
            (digits > 0 && between(row).get(digits) == Some(&b' ')).then_some(digits)
        };
        if self.would_agree(97, |row| counted(row).is_some()) {
            self.rows.retain(|row| counted(row).is_some());
            self.slot(Slot::default(), |row| counted(row).unwrap_or(0));
            return true;
        }
        let words = |row: &Row<'a>| words_before(between(row), between(row).len());
        let Some(usual) = self.rows.first().map(words) else { return false };
        let steady = self.would_agree(90, |row| words(row) == usual) && usual > 0;
        if steady {
            self.rows.retain(|row| words(row) == usual);
        }
        let delimiter = |row: &Row<'a>| {
            let text = between(row);
            let cut = if steady { text.iter().position(|b| *b == b' ').unwrap_or(text.len()) } else { text.len() };
            let word = &text[..cut];
            // Signs at its end belong to the layout: `main:`, `pool - `, `node,`.
            let end = word.iter().rposition(|b| !b" -:|=>,;[(<\"".contains(b)).map_or(word.len(), |last| last + 1);
            // `<init>` is a name.
            let closes = word.get(end) == Some(&b'>') && word[..end].contains(&b'<');
            end + usize::from(closes)
        };
        let before = self.rows.iter().map(|row| row.pos).sum::<usize>();
        self.slot(Slot::default(), delimiter);
        self.rows.iter().map(|row| row.pos).sum::<usize>() > before
    }

    /// A column that a strong sign ends, or a comma that stands between all columns up to the landmark; `between` is what
    /// stands before that.
    fn separated_before_landmark(&mut self, between: impl Fn(&Row<'a>) -> &'a [u8]) -> bool {
        for separator in [b'|', b';', b'\t', b','] {
            if separator == b',' && self.separator != Some(b',') && !self.commas_separate(&between) {
                continue;
            }
            if self.would_agree(90, |row| between(row).contains(&separator)) {
                self.rows.retain(|row| between(row).contains(&separator));
                self.slot(Slot::default(), |row| {
                    let len = between(row).iter().position(|b| *b == separator).unwrap_or(0);
                    between(row)[..len].trim_ascii_end().len()
                });
                return true;
            }
        }
        false
    }

    /// Whether commas stand between columns in each row and are none of a text, which a blank follows. Columns that are
    /// filled up in front are all equally long.
    fn commas_separate(&self, between: impl Fn(&Row<'a>) -> &'a [u8]) -> bool {
        let commas = |row: &Row<'a>| between(row).iter().filter(|b| **b == b',').count();
        let usual = self.rows.first().map_or(0, commas);
        let spaced = |row: &Row<'a>| {
            let columns = between(row).trim_ascii_end().split(|b| *b == b',').enumerate();
            columns.filter(|(_, column)| column.starts_with(b" ")).map(|(at, column)| (at, column.len()))
        };
        let widths: HashSet<(usize, usize)> = self.rows.iter().flat_map(spaced).collect();
        let filled = widths.iter().map(|(at, _)| at).collect::<HashSet<_>>().len() == widths.len();
        usual > 1 && self.would_agree(97, |row| commas(row) == usual && (filled || spaced(row).next().is_none()))
    }
}
