//! Columns between signs: one that is strong by itself (`|`, `;`, a tab), or whatever stood between the columns before.

use super::behind;
use super::rows::{Draft, Row, Slot, Work};
use super::shapes::called_at;
use std::collections::HashSet;

/// How far from where a column starts its end and that of the next are looked for.
const COLUMNS_MAX: usize = 400;
/// Signs that end a head, or join words in a message, and separate no columns.
const NO_SEPARATORS: [&str; 12] = ["-", ":", ",", ".", "=", "/", ">", "=>", "->", "@", "_", "#"];

/// Of a hundred rows whose cells are all closed so many may have an empty one at the end.
const MOST_EMPTY: usize = 5;

impl<'a> Work<'a> {
    /// A column of a log whose columns are separated by a strong sign.
    pub(super) fn separated(&mut self) -> bool {
        // Behind a head that is complete, signs are the messages' own.
        if self.separator.is_none() && self.complete() {
            return false;
        }
        let separators: Vec<u8> = self.separator.map_or_else(|| b"|;\t".to_vec(), |s| vec![s]);
        for separator in separators {
            let needed = if self.separator.is_some() { 98 } else { 100 };
            let many = self.separator.is_some() || self.rows.len() > 2;
            let near = |row: &Row<'a>| row.rest().iter().take(200).position(|b| *b == separator);
            if !many || !self.would_agree(needed, |row| near(row).is_some()) {
                continue;
            }
            // The last cell is the message, whatever signs it has in it.
            let last = |row: &Row<'a>| near(row).is_some_and(|at| row.rest()[at + 1..].trim_ascii_end().is_empty());
            if self.share(last) > MOST_EMPTY && behind::cells_close(self, separator).is_some() {
                return false;
            }
            // A comma in every message is no column.
            if separator == b',' {
                let value = |row: &Row<'a>| near(row).map(|at| row.rest()[..at].trim_ascii_end());
                let kinds = self.rows.iter().map(value).collect::<HashSet<_>>().len();
                // The same few names are a column, blanks in them or not.
                let few = self.rows.len() >= 20 && kinds * 6 <= self.rows.len();
                if !few && !self.would_agree(98, |row| value(row).is_some_and(|text| !text.contains(&b' '))) {
                    continue;
                }
            }
            self.rows.retain(|row| near(row).is_some());
            let len = |row: &Row<'a>| row.rest()[..near(row).unwrap_or(0)].trim_ascii_end().len();
            if self.would_agree(97, |row| called_at(&row.rest()[..len(row)]).is_some()) {
                self.called(len);
            } else {
                self.slot(Slot::default(), len);
            }
            return true;
        }
        false
    }

    /// Whether the message stands here, with columns behind it: `10:15:02 | INFO | text | logger | thread`.
    pub(super) fn message_before_columns(&self) -> bool {
        let Some(separator) = self.separator else { return false };
        let cell = |row: &Row<'a>| row.rest().split(|b| *b == separator).next().unwrap_or_default();
        let sentence = |row: &Row<'a>| cell(row).trim_ascii().contains(&b' ');
        self.level_done && self.share(sentence) >= 40 && behind::columns(self, separator).is_some()
    }

    /// A column of a log whose columns are separated by what stood between those before: ` ~ `, `::`, ` ¦ `.
    pub(super) fn separated_as_before(&mut self) -> bool {
        let text = self.last_text().to_owned();
        if self.separator.is_some() || self.rows.len() < 3 || !separates_columns(&text) {
            return false;
        }
        let near = |row: &Row<'a>| places_of(row.rest(), text.as_bytes()).next();
        let twice = |row: &Row<'a>| places_of(row.rest(), text.as_bytes()).nth(1).is_some();
        let before = self.parts.iter().filter(|part| matches!(part, Draft::Text(own) if *own == text)).count();
        let between_columns =
            if before > 1 { self.would_agree(98, |row| near(row).is_some()) } else { self.would_agree(98, twice) };
        if !between_columns {
            return false;
        }
        self.rows.retain(|row| near(row).is_some());
        self.slot(Slot::default(), |row| row.rest()[..near(row).unwrap_or(0)].trim_ascii_end().len());
        true
    }
}

/// Whether what stands between two parts of a head may stand between all columns: a sign of several characters or with blanks
/// on both sides.
fn separates_columns(text: &str) -> bool {
    let sign = text.trim_matches(' ');
    let signs = |c: char| !c.is_alphanumeric() && !c.is_whitespace() && !"[](){}<>\"'".contains(c);
    let apart = sign.len() > 1 || text.starts_with(' ') && text.ends_with(' ');
    !sign.is_empty() && apart && sign.chars().all(signs) && !NO_SEPARATORS.contains(&sign)
}

/// Where a sign stands in the next part of a line.
fn places_of<'t>(text: &'t [u8], sign: &'t [u8]) -> impl Iterator<Item = usize> + 't {
    memchr::memmem::find_iter(&text[..text.len().min(COLUMNS_MAX)], sign)
}
