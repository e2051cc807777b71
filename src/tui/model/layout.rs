//! Where things are on a screen of a given size: asked by `view` for drawing and by `update` for paging.

use super::{Model, Tab};

/// Below this size the screen only says so.
pub(in crate::tui) const SMALLEST: (u16, u16) = (60, 15);

/// Rows of the parts of a list screen, from top to bottom; 0 rows is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::tui) struct Layout {
    /// Rows of the density line with its rule.
    pub(in crate::tui) density: u16,
    /// Rows of the column heads.
    pub(in crate::tui) heads: u16,
    /// Rows of the list.
    pub(in crate::tui) list: u16,
    /// Rows of the preview with its rule.
    pub(in crate::tui) preview: u16,
}

/// The column at which the density line begins, behind the time that it begins with.
pub(in crate::tui) const DENSITY_AT: u16 = 7;

/// Header, tabs and filter row above; status and keys below.
pub(in crate::tui) const ABOVE: u16 = 3;
pub(in crate::tui) const BELOW: u16 = 2;

impl Layout {
    /// The parts of the list screen in view.
    pub(in crate::tui) fn of(model: &Model) -> Self {
        let height = model.size.1.saturating_sub(ABOVE + BELOW);
        let density = if model.tab == Tab::Timeline && height >= 25 { 2 } else { 0 };
        let heads = if height >= 16 { 2 } else { 1 };
        let preview = match (model.preview, height) {
            (false, _) | (true, 0..14) => 0,
            (true, 14..25) => 5,
            (true, _) => 8,
        };
        let list = height.saturating_sub(density + heads + preview);
        Self { density, heads, list, preview }
    }
}

/// Rows for the text of a page, or of the report: below its two title rows and a rule.
pub(in crate::tui) fn text_rows(model: &Model) -> usize {
    usize::from(model.size.1.saturating_sub(ABOVE + BELOW + 1))
}

/// Rows for the list of findings or sources, below its heads and rule.
pub(in crate::tui) fn table_rows(model: &Model) -> usize {
    usize::from(model.size.1.saturating_sub(ABOVE + BELOW + 1))
}

/// Rows for the list of conversations, above the preview of the one under the cursor.
pub(in crate::tui) fn stream_rows(model: &Model) -> usize {
    table_rows(model).saturating_sub(usize::from(Layout::of(model).preview))
}

/// Rows at the bottom of an exchange's page for what belongs to it, with their rule; 0 where there is no room.
pub(in crate::tui) fn joined_rows(model: &Model) -> usize {
    match text_rows(model) {
        0..16 => 0,
        rows => (rows / 3).min(12),
    }
}

/// Columns of the left part of a screen that is split.
pub(in crate::tui) fn split(width: u16) -> u16 {
    width / 2
}
