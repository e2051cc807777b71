//! Where things are on a screen of a given size: asked by `view` for drawing and by `update` for paging.

use ratatui::layout::Rect;

use super::{Model, Tab};
use crate::tui::keymap::ScreenKey;

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
        let density = match height {
            _ if model.tab != Tab::Timeline => 0,
            0..25 => 0,
            25..31 => 2,
            _ => 4,
        };
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

/// Columns of the names beside the bars of the waterfall.
pub(in crate::tui) fn waterfall_label(width: u16) -> u16 {
    (width * 2 / 5).clamp(30, 64)
}

/// Rows below the sources for what could not be read, with their rule.
pub(in crate::tui) fn problem_rows(model: &Model) -> u16 {
    let problems = model.problems().len();
    let most = u16::try_from(table_rows(model)).unwrap_or(u16::MAX) / 3;
    u16::try_from(problems).unwrap_or(u16::MAX).min(most).saturating_add(u16::from(problems > 0))
}

/// Rows of the runs of a replay below their heads, where so many are for runs and answer.
pub(in crate::tui) fn run_rows(height: u16) -> u16 {
    (height / 3).max(3)
}

/// The row of the tabs.
pub(in crate::tui) const TABS_AT: u16 = 1;

/// Rows of the list of what is held, below its heads.
pub(in crate::tui) fn held_rows(model: &Model) -> u16 {
    let most = (model.size.1.saturating_sub(ABOVE + BELOW) / 3).max(1);
    u16::try_from(model.held.calls.len()).unwrap_or(u16::MAX).clamp(1, most)
}

/// Rows and columns of the held message's text, below the list and a rule.
pub(in crate::tui) fn held_text(model: &Model) -> (usize, usize) {
    let rows = model.size.1.saturating_sub(ABOVE + BELOW + 2 + held_rows(model));
    (usize::from(rows), usize::from(model.size.0.saturating_sub(3)))
}

/// The tabs in a row so wide: what each shows, its name, and the column of the sign before it.
pub(in crate::tui) fn tabs(width: u16) -> Vec<(Tab, ScreenKey, &'static str, u16)> {
    const TABS: [(Tab, ScreenKey, &str); 7] = [
        (Tab::Timeline, ScreenKey::Timeline, "1 Time line"),
        (Tab::Findings, ScreenKey::Findings, "2 Findings"),
        (Tab::Logs, ScreenKey::Logs, "3 Logs"),
        (Tab::Streams, ScreenKey::Streams, "4 Streams"),
        (Tab::Compare, ScreenKey::Compare, "5 Compare"),
        (Tab::Replay, ScreenKey::Replay, "6 Replay"),
        (Tab::Report, ScreenKey::Report, "7 Report"),
    ];
    const SOURCES: &str = "0 Sources";
    let cells = |name: &str| u16::try_from(name.len()).unwrap_or(0) + 2;
    let mut x = 0;
    let mut tabs = Vec::new();
    for (tab, screen, name) in TABS {
        tabs.push((tab, screen, name, x));
        // In 80 columns all of them fit without a gap.
        x += cells(name) + u16::from(width >= 90);
    }
    let start = width.saturating_sub(cells(SOURCES));
    if start > x {
        tabs.push((Tab::Sources, ScreenKey::Sources, SOURCES, start));
    }
    tabs
}

/// The box with rows to choose from, its frame included.
pub(in crate::tui) fn pick_box(size: (u16, u16)) -> Rect {
    centred(size, size.0.saturating_sub(4).min(140), 24)
}

/// The box of the palette and of the menu, its frame included.
pub(in crate::tui) fn palette_box(size: (u16, u16)) -> Rect {
    centred(size, size.0.saturating_sub(8).min(96), 20)
}

fn centred(size: (u16, u16), width: u16, most: u16) -> Rect {
    let height = size.1.saturating_sub(ABOVE + BELOW + 1).min(most);
    Rect { x: (size.0 - width) / 2, y: ABOVE + 1, width, height }
}

/// The first row shown of a box that shows so many, where the cursor is on row `at`.
pub(in crate::tui) fn box_top(at: usize, rows: usize) -> usize {
    at.saturating_sub(rows.saturating_sub(1))
}
