//! All failures seen together, as a text whose lines lead to filters.

use super::text::{Reading, Text};

/// A text of which lines lead to what a filter leaves of the time line.
#[derive(Clone, Debug, Default)]
pub(in crate::tui) struct Told {
    pub(in crate::tui) text: Text,
    /// The numbers of lines, rising, and the filter that each leads to.
    pub(in crate::tui) leads: Vec<(usize, String)>,
}

/// The summary on the screen.
#[derive(Default)]
pub(in crate::tui) struct Summary {
    pub(in crate::tui) reading: Reading,
    pub(in crate::tui) leads: Vec<(usize, String)>,
    /// For which width it was told, and of which investigation.
    pub(in crate::tui) told: Option<(u16, usize)>,
}

impl Summary {
    /// The filter that the line under the cursor leads to: its own, or that of the line it explains.
    pub(in crate::tui) fn lead(&self) -> Option<&str> {
        let behind = self.leads.partition_point(|(line, _)| *line <= self.reading.row);
        self.leads.get(behind.checked_sub(1)?).map(|(_, filter)| filter.as_str())
    }
}
