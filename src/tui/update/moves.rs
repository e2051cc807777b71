//! Moving the cursor: by rows, to an end, sideways.

use crate::tui::effect::Effect;
use crate::tui::model::layout::table_rows;
use crate::tui::model::overlay::Overlay;
use crate::tui::model::page::{Findings, Pane};
use crate::tui::model::replay::ReplayPane;
use crate::tui::model::text::Reading;
use crate::tui::model::{Model, Tab};

use super::{replay, settle, start, waterfall};

/// Moves by rows; the smallest and largest number are the top and the end.
pub(super) fn by(model: &mut Model, rows: i64) -> Vec<Effect> {
    let height = settle::page_rows(model);
    if let Some(Overlay::Help(reading)) = &mut model.overlay {
        read(reading, rows, height);
        return Vec::new();
    }
    if let Some(Overlay::Pick(pick)) = &mut model.overlay {
        pick.row = moved(pick.row, rows, pick.matches().len());
        return Vec::new();
    }
    if let Some(Overlay::Palette(palette)) = &mut model.overlay {
        palette.row = moved(palette.row, rows, palette.matches().len());
        return Vec::new();
    }
    if model.overlay.is_some() {
        return Vec::new();
    }
    if let Some(page) = &mut model.page {
        read(page.reading_mut(), rows, height);
        return Vec::new();
    }
    match model.tab {
        Tab::Start => start::by(model, rows),
        Tab::Timeline | Tab::Logs => list(model, rows),
        Tab::Report => read(&mut model.report, rows, height),
        Tab::Findings if model.findings.pane == Pane::Detail => read(&mut model.findings.detail, rows, height),
        Tab::Findings => {
            let count = Findings::len(model.investigation());
            model.findings.row = moved(model.findings.row, rows, count);
            // A finding takes two rows.
            model.findings.top = top(model.findings.top, model.findings.row, table_rows(model) / 2);
            settle::tell_finding(model);
        }
        Tab::Sources => {
            let count = model.gathered().sources.len();
            model.sources.row = moved(model.sources.row, rows, count);
            model.sources.top = top(model.sources.top, model.sources.row, table_rows(model));
        }
        Tab::Streams => {
            let row = moved(model.streams.row, rows, model.streams.rows.len());
            model.streams.go(row, height);
        }
        Tab::Waterfall => waterfall::by(model, rows),
        Tab::Summary => read(&mut model.summary.reading, rows, height),
        Tab::Replay => {
            if let Some(replay) = &mut model.replay {
                match replay.pane {
                    ReplayPane::Answer => read(&mut replay.answer, rows, height),
                    ReplayPane::Edit | ReplayPane::Runs => replay::move_run(replay, rows),
                }
            }
        }
        Tab::Held => {
            model.held.row = moved(model.held.row, rows, model.held.calls.len());
            model.held.dropping = None;
        }
        Tab::Compare => {
            let height = table_rows(model);
            if let Some(compare) = &mut model.compare {
                compare.row = moved(compare.row, rows, compare.rows.len());
                compare.top = top(compare.top, compare.row, height);
            }
        }
    }
    Vec::new()
}

/// A row moved by so many, within `count`.
pub(super) fn moved(row: usize, by: i64, count: usize) -> usize {
    let row = i64::try_from(row).unwrap_or(i64::MAX).saturating_add(by);
    usize::try_from(row.max(0)).unwrap_or(usize::MAX).min(count.saturating_sub(1))
}

/// The top row with which `row` is in view.
fn top(top: usize, row: usize, height: usize) -> usize {
    if row < top {
        row
    } else if height > 0 && row - top >= height {
        row + 1 - height
    } else {
        top
    }
}

fn read(reading: &mut Reading, rows: i64, height: usize) {
    let place = moved(reading.place_of(reading.row), rows, reading.shown());
    reading.go(reading.row_at(place), height);
}

fn list(model: &mut Model, rows: i64) {
    let goes_on = model.goes_on();
    let (list, lines) = model.list_mut();
    let count = list.len(lines);
    let row = moved(list.row, rows, count);
    // Only going to the end follows; any other move stops it.
    list.follow = rows == i64::MAX && goes_on;
    list.fresh = false;
    if row + 1 >= count {
        list.below = 0;
    }
    let lines = std::sync::Arc::clone(lines);
    list.go(&lines, row);
}

/// Moves sideways by some cells.
pub(super) fn sideways(model: &mut Model, right: bool) -> Vec<Effect> {
    const CELLS: usize = 16;
    let shift = |at: usize| if right { (at + CELLS).min(100_000) } else { at.saturating_sub(CELLS) };
    if let Some(Overlay::Help(reading)) = &mut model.overlay {
        reading.sideways = shift(reading.sideways);
    } else if let Some(page) = &mut model.page {
        let reading = page.reading_mut();
        reading.sideways = shift(reading.sideways);
    } else {
        match model.tab {
            Tab::Timeline | Tab::Logs => {
                let (list, _) = model.list_mut();
                list.sideways = shift(list.sideways);
            }
            Tab::Waterfall => model.waterfall.pan(right),
            Tab::Summary => model.summary.reading.sideways = shift(model.summary.reading.sideways),
            _ => model.report.sideways = shift(model.report.sideways),
        }
    }
    if right && model.wrap && model.page.is_some() {
        model.say("lines are wrapped here; gw cuts them instead");
    }
    Vec::new()
}
