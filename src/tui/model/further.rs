//! Columns that logs have beyond time, level, thread and logger: which there are, which are shown and how wide.

use crate::model::{Gathered, Record};
use crate::tui::widgets::{visible, width};

use super::details::Details;

/// A further column that is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::tui) struct Further {
    pub(in crate::tui) name: String,
    /// Cells that its values took so far. It never falls, so that rows don't move sideways while one scrolls.
    cells: u16,
}

/// No column is wider, whatever stands in it.
const WIDEST: u16 = 24;
/// Cells that the message keeps, and the least that a column is worth showing in.
const MESSAGE: u16 = 24;
const LEAST: u16 = 3;

impl Further {
    /// The column of that name, as wide as what was read of it.
    pub(in crate::tui) fn new(name: &str, details: &Details) -> Self {
        let mut column = Self { name: name.to_owned(), cells: 0 };
        details.all().for_each(|record| column.widen(record));
        column
    }

    /// Makes it as wide as what stands in a record.
    pub(in crate::tui) fn widen(&mut self, record: &Record) {
        let cells = value(record, &self.name).map_or(0, |text| width(&visible(text)));
        self.cells = self.cells.max(u16::try_from(cells).unwrap_or(WIDEST));
    }

    fn wanted(&self) -> u16 {
        let name = u16::try_from(width(&visible(&self.name))).unwrap_or(WIDEST);
        self.cells.max(name).min(WIDEST)
    }
}

/// What stands in the column of that name.
pub(in crate::tui) fn value<'a>(record: &'a Record, name: &str) -> Option<&'a str> {
    record.columns.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

/// Cells of each column where so many are left for them and the message; 0 where there is no room for it.
pub(in crate::tui) fn widths(shown: &[Further], room: u16) -> Vec<u16> {
    let mut room = room.saturating_sub(MESSAGE);
    let mut fit = |column: &Further| {
        let cells = column.wanted().min(room.saturating_sub(2));
        let cells = if cells < LEAST.min(column.wanted()) { 0 } else { cells };
        room = room.saturating_sub(cells + 2);
        cells
    };
    shown.iter().map(&mut fit).collect()
}

/// The names of all further columns: those that the layouts of the logs know, those that records at hand have (a JSON
/// object names its own), those that are shown.
pub(in crate::tui) fn names(gathered: &Gathered, details: &Details, shown: &[Further]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut add = |name: &str| {
        if !name.is_empty() && !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    };
    for reader in gathered.recorded().filter_map(|(_, log)| log.reader()) {
        reader.layouts().iter().flat_map(|layout| layout.columns()).for_each(&mut add);
    }
    let mut found: Vec<&str> =
        details.all().flat_map(|record| &record.columns).map(|(name, _)| name.as_str()).collect();
    found.sort_unstable();
    found.dedup();
    found.into_iter().chain(shown.iter().map(|column| column.name.as_str())).for_each(add);
    names
}

/// What stands in the column in one of the records at hand, to tell what it is.
pub(in crate::tui) fn example<'a>(details: &'a Details, name: &str) -> Option<&'a str> {
    details.all().filter_map(|record| value(record, name)).filter(|text| !text.is_empty()).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_keeps_its_room() {
        let shown = |cells: &[u16]| -> Vec<Further> {
            cells.iter().map(|cells| Further { name: "node".to_owned(), cells: *cells }).collect()
        };
        assert_eq!(widths(&shown(&[0, 7, 99]), 200), [4, 7, WIDEST]);
        assert_eq!(widths(&shown(&[10, 10, 10]), 24 + 12 + 7), [10, 5, 0]);
        assert_eq!(widths(&shown(&[10]), 20), [0]);
    }
}
