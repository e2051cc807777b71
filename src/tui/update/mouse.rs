//! The mouse. A click puts the cursor where it is, a second one there does what Enter would; the wheel scrolls what lies
//! under it, whatever has the keys; dragging over a time axis moves in time.

use std::sync::Arc;

use crossterm::event::{KeyCode, KeyModifiers};
use ratatui::layout::{Position, Rect};

use crate::tui::effect::Effect;
use crate::tui::keymap::{Act, Key, actions};
use crate::tui::model::held::HeldPane;
use crate::tui::model::layout::{
    ABOVE, BELOW, DENSITY_AT, Layout, TABS_AT, box_top, held_rows, joined_rows, palette_box, pick_box, problem_rows,
    run_rows, split, stream_rows, table_rows, tabs, text_rows, waterfall_label,
};
use crate::tui::model::overlay::Overlay;
use crate::tui::model::page::{Findings, Page, Pane, Side};
use crate::tui::model::replay::{ReplayPane, Sending};
use crate::tui::model::text::Reading;
use crate::tui::model::waterfall::{Axis, Row};
use crate::tui::model::{Model, Tab};
use crate::tui::view::replay::GUTTER;

use super::{act, held, jump, keys, moves, narrow, replay, settle, start};

/// A cell: its column and its row.
type Cell = (u16, u16);

/// The row of filters and titles.
const FILTER_AT: u16 = 2;
/// The first row of tables and texts, below heads and a rule.
const BODY: u16 = ABOVE + 1;

/// A click on a cell.
pub(super) fn click(model: &mut Model, at: Cell) -> Vec<Effect> {
    model.notice = None;
    model.pending.clear();
    if model.overlay.is_some() {
        return on_overlay(model, at);
    }
    if waits_for_an_answer(model) {
        return Vec::new();
    }
    let (x, y) = at;
    if model.tab == Tab::Start {
        return start::click(model, y);
    }
    if y == TABS_AT {
        return on_tabs(model, x);
    }
    if model.page.is_some() {
        return on_page(model, at);
    }
    match model.tab {
        Tab::Timeline | Tab::Logs | Tab::Streams if y == FILTER_AT => narrow::edit_filter(model),
        Tab::Timeline if on_density(model, y) => {
            to_column(model, x);
            Vec::new()
        }
        Tab::Timeline | Tab::Logs => on_list(model, y),
        Tab::Waterfall => on_waterfall(model, at),
        Tab::Replay => on_replay(model, at),
        _ => match y.checked_sub(BODY).map(usize::from).filter(|row| *row < table_rows(model)) {
            Some(row) => on_table(model, x, row),
            None => Vec::new(),
        },
    }
}

/// The wheel over a cell: texts scroll, in lists the cursor moves.
pub(super) fn wheel(model: &mut Model, at: Cell, rows: i64) -> Vec<Effect> {
    if waits_for_an_answer(model) && model.overlay.is_none() {
        return Vec::new();
    }
    if let Some((reading, height)) = text_under(model, at) {
        reading.scroll(rows, height);
        return Vec::new();
    }
    match model.tab {
        _ if model.overlay.is_some() => moves::by(model, rows),
        Tab::Findings => {
            let keys = std::mem::replace(&mut model.findings.pane, Pane::List);
            let effects = moves::by(model, rows);
            model.findings.pane = keys;
            effects
        }
        Tab::Replay => {
            let (size, under) = (model.size, under(model, at));
            match (&mut model.replay, under) {
                (Some(of), Under::Text(..)) => replay::turn(size, of, rows),
                (Some(of), Under::Run(_)) => replay::move_run(of, rows),
                _ => {}
            }
            Vec::new()
        }
        Tab::Held if model.held.pane == HeldPane::Edit => {
            held::turn(model, rows);
            Vec::new()
        }
        Tab::Waterfall if at.1 == ABOVE => {
            model.waterfall.zoom(rows < 0);
            Vec::new()
        }
        _ => moves::by(model, rows),
    }
}

/// The text under a cell, and how many lines of it are in view.
fn text_under(model: &mut Model, at: Cell) -> Option<(&mut Reading, usize)> {
    let (side, right, all) = (side(model, at), at.0 > split(model.size.0), text_rows(model));
    let (joined, answer) = (joined_rows(model), answer_rows(model));
    let is_answer = matches!(under(model, at), Under::Answer(_));
    let Model { overlay, page, tab, findings, report, summary, replay, .. } = model;
    match (overlay, page) {
        (Some(Overlay::Help(reading)), _) => Some((reading, all.saturating_sub(1))),
        (Some(_), _) => None,
        (None, Some(Page::Exchange(page))) => Some(match side {
            Side::Request => (&mut page.request, all.saturating_sub(joined)),
            Side::Answer => (&mut page.answer, all.saturating_sub(joined)),
            Side::Joined => (&mut page.joined, joined.saturating_sub(1)),
        }),
        (None, Some(page)) => Some((page.reading_mut(), all)),
        (None, None) => match tab {
            Tab::Report => Some((report, all)),
            Tab::Summary => Some((&mut summary.reading, all)),
            Tab::Findings if right => Some((&mut findings.detail, all)),
            Tab::Replay if is_answer => replay.as_mut().map(|replay| (&mut replay.answer, answer)),
            _ => None,
        },
    }
}

/// Lines of the answer that a replay shows.
fn answer_rows(model: &Model) -> usize {
    let height = model.size.1.saturating_sub(BODY + BELOW);
    usize::from(height.saturating_sub(run_rows(height) + 2))
}

/// The wheel turned sideways.
pub(super) fn wheel_sideways(model: &mut Model, right: bool) -> Vec<Effect> {
    match model.overlay {
        None | Some(Overlay::Help(_)) => moves::sideways(model, right),
        Some(_) => Vec::new(),
    }
}

/// The mouse moved with the button held: over an axis it moves in time.
pub(super) fn drag(model: &mut Model, (x, y): Cell) -> Vec<Effect> {
    if model.overlay.is_none() && model.page.is_none() {
        match model.tab {
            Tab::Timeline if on_density(model, y) => to_column(model, x),
            Tab::Waterfall if y == ABOVE => to_time(model, x),
            _ => {}
        }
    }
    Vec::new()
}

/// Whether a question is open that only keys answer.
fn waits_for_an_answer(model: &Model) -> bool {
    let asks = model.replay.as_ref().is_some_and(|replay| replay.state == Sending::Asking);
    asks && model.page.is_none() && model.tab == Tab::Replay
}

/// What Enter would do here, where it would do something.
fn enter(model: &mut Model) -> Vec<Effect> {
    let on = model.on();
    if actions().iter().any(|action| action.act == Act::Open && action.on.has(on)) {
        return act::act(model, Act::Open, None);
    }
    Vec::new()
}

fn on_overlay(model: &mut Model, at: Cell) -> Vec<Effect> {
    let rows = |area: Rect, above: u16| {
        let inside = Rect { x: area.x + 1, y: area.y + 1 + above, width: area.width.saturating_sub(2), ..area };
        Rect { height: area.height.saturating_sub(2 + above), ..inside }
    };
    let size = model.size;
    let (area, rows, row, count) = match &model.overlay {
        Some(Overlay::Pick(pick)) => (pick_box(size), rows(pick_box(size), 1), pick.row, pick.matches().len()),
        Some(Overlay::Palette(palette)) => {
            let above = u16::from(!palette.menu);
            (palette_box(size), rows(palette_box(size), above), palette.row, palette.matches().len())
        }
        Some(Overlay::Help(_)) => {
            let height = settle::page_rows(model);
            if let (Some(Overlay::Help(reading)), Some(row)) = (&mut model.overlay, at.1.checked_sub(BODY)) {
                at_line(reading, usize::from(row), height);
            }
            return Vec::new();
        }
        // What is being written stays, whatever is clicked on.
        _ => return Vec::new(),
    };
    let cell = Position::new(at.0, at.1);
    if !area.contains(cell) {
        return keys::key(model, Key { code: KeyCode::Esc, mods: KeyModifiers::NONE });
    }
    let clicked = box_top(row, usize::from(rows.height)) + usize::from(at.1.saturating_sub(rows.y));
    if !rows.contains(cell) || clicked >= count {
        return Vec::new();
    }
    if clicked == row {
        return keys::key(model, Key { code: KeyCode::Enter, mods: KeyModifiers::NONE });
    }
    match &mut model.overlay {
        Some(Overlay::Pick(pick)) => pick.row = clicked,
        Some(Overlay::Palette(palette)) => palette.row = clicked,
        _ => {}
    }
    Vec::new()
}

fn on_tabs(model: &mut Model, x: u16) -> Vec<Effect> {
    let tab = tabs(model.size.0)
        .into_iter()
        .find(|(.., name, from)| x.checked_sub(*from).is_some_and(|into| usize::from(into) < name.len() + 2));
    match tab {
        Some((_, screen, ..)) => act::act(model, Act::Screen(screen), None),
        None => Vec::new(),
    }
}

/// The part of an exchange's page under a cell.
fn side(model: &Model, (x, y): Cell) -> Side {
    let above_joined = text_rows(model).saturating_sub(joined_rows(model));
    match usize::from(y.saturating_sub(BODY)) >= above_joined {
        true => Side::Joined,
        false if x > split(model.size.0) => Side::Answer,
        false => Side::Request,
    }
}

fn on_page(model: &mut Model, at: Cell) -> Vec<Effect> {
    let Some(mut row) = at.1.checked_sub(BODY).map(usize::from).filter(|row| *row < text_rows(model)) else {
        return Vec::new();
    };
    let mut had_keys = true;
    let side = side(model, at);
    let above = text_rows(model).saturating_sub(joined_rows(model));
    if let Some(Page::Exchange(page)) = &mut model.page {
        had_keys = std::mem::replace(&mut page.side, side) == side;
        if side == Side::Joined {
            // The rule above what belongs to the call takes a row.
            let Some(own) = row.checked_sub(above + 1) else { return Vec::new() };
            row = own;
        }
    }
    let height = settle::page_rows(model);
    let Some(page) = &mut model.page else { return Vec::new() };
    let again = at_line(page.reading_mut(), row, height) && had_keys;
    let leads = page.reading().text.link(page.reading().row).is_some();
    if again && leads { enter(model) } else { Vec::new() }
}

/// Puts the cursor on a row of a text in view; whether it was there. Below the text it stays.
fn at_line(reading: &mut Reading, row: usize, height: usize) -> bool {
    let place = reading.place_of(reading.top) + row;
    if place >= reading.shown() {
        return false;
    }
    let clicked = reading.row_at(place);
    let again = clicked == reading.row;
    reading.go(clicked, height);
    again
}

/// Tables and texts that fill the screen below their heads.
fn on_table(model: &mut Model, x: u16, row: usize) -> Vec<Effect> {
    let height = settle::page_rows(model);
    match model.tab {
        Tab::Findings if x > split(model.size.0) => {
            let had_keys = std::mem::replace(&mut model.findings.pane, Pane::Detail) == Pane::Detail;
            let detail = &mut model.findings.detail;
            let again = at_line(detail, row, height) && had_keys;
            if again && detail.text.link(detail.row).is_some() { enter(model) } else { Vec::new() }
        }
        Tab::Findings => {
            // A finding takes two rows.
            let clicked = model.findings.top + row / 2;
            if clicked >= Findings::len(model.investigation()) {
                return Vec::new();
            }
            let had_keys = std::mem::replace(&mut model.findings.pane, Pane::List) == Pane::List;
            if clicked == model.findings.row && had_keys {
                return enter(model);
            }
            if std::mem::replace(&mut model.findings.row, clicked) != clicked {
                settle::tell_finding(model);
            }
            Vec::new()
        }
        Tab::Sources => {
            let clicked = model.sources.top + row;
            let shown = table_rows(model).saturating_sub(usize::from(problem_rows(model)));
            if row >= shown || clicked >= model.gathered().sources.len() {
                return Vec::new();
            }
            if std::mem::replace(&mut model.sources.row, clicked) == clicked { enter(model) } else { Vec::new() }
        }
        Tab::Streams => {
            let clicked = model.streams.top + row;
            if row >= stream_rows(model) || clicked >= model.streams.rows.len() {
                return Vec::new();
            }
            if clicked == model.streams.row {
                return enter(model);
            }
            model.streams.go(clicked, height);
            Vec::new()
        }
        Tab::Summary => match at_line(&mut model.summary.reading, row, height) {
            true => enter(model),
            false => Vec::new(),
        },
        Tab::Report => {
            at_line(&mut model.report, row, height);
            Vec::new()
        }
        Tab::Compare => {
            if let Some(compare) = model.compare.as_mut().filter(|compare| compare.top + row < compare.rows.len()) {
                compare.row = compare.top + row;
            }
            Vec::new()
        }
        Tab::Held => {
            let clicked = box_top(model.held.row, usize::from(held_rows(model))) + row;
            if row < usize::from(held_rows(model)) && clicked < model.held.calls.len() {
                (model.held.row, model.held.pane) = (clicked, HeldPane::List);
            }
            Vec::new()
        }
        Tab::Start | Tab::Timeline | Tab::Logs | Tab::Waterfall | Tab::Replay => Vec::new(),
    }
}

fn on_density(model: &Model, y: u16) -> bool {
    let rows = Layout::of(model).density;
    (ABOVE..ABOVE + rows).contains(&y)
}

/// Goes to the first row of a column of the density line.
fn to_column(model: &mut Model, x: u16) {
    let density = &model.density;
    let columns = density.columns.len();
    if columns == 0 {
        return;
    }
    let at = usize::from(x.saturating_sub(DENSITY_AT)).min(columns - 1);
    let span = i128::from(density.to_ns) - i128::from(density.from_ns) + 1;
    let into = span * i128::try_from(at).unwrap_or(0) / i128::try_from(columns).unwrap_or(1);
    let from = density.from_ns.saturating_add(i64::try_from(into).unwrap_or(i64::MAX));
    let row = model.timeline.row_at(model.lines.partition_point(|line| line.at_ns < from));
    jump::land(model, row);
}

fn on_list(model: &mut Model, y: u16) -> Vec<Effect> {
    let layout = Layout::of(model);
    let first = ABOVE + layout.density + layout.heads;
    let Some(at) = y.checked_sub(first).filter(|at| *at < layout.list) else { return Vec::new() };
    let Model { timeline, logs, details, lines, tab, .. } = model;
    let list = if *tab == Tab::Logs { logs } else { timeline };
    let mut below = usize::from(at);
    let mut row = list.top;
    while row < list.len(lines) {
        let height = 1 + settle::list_extra(list, lines, details, row);
        if below < height {
            break;
        }
        below -= height;
        row += 1;
    }
    if row >= list.len(lines) {
        return Vec::new();
    }
    if row == list.row {
        return enter(model);
    }
    list.follow = false;
    let lines = Arc::clone(lines);
    list.go(&lines, row);
    Vec::new()
}

fn on_waterfall(model: &mut Model, (x, y): Cell) -> Vec<Effect> {
    if y == ABOVE {
        to_time(model, x);
        return Vec::new();
    }
    let height = table_rows(model);
    let view = &model.waterfall;
    let row = y.checked_sub(BODY).and_then(|row| view.rows(height).get(usize::from(row)).copied());
    match row {
        Some(Row::Bar(n)) if n == view.at => enter(model),
        Some(Row::Bar(n)) => {
            model.waterfall.go(n);
            Vec::new()
        }
        Some(Row::Mark(n)) => {
            let Some(event) = view.beneath.marks.get(n).map(|mark| mark.event) else { return Vec::new() };
            model.leave_track();
            jump::page(model, event)
        }
        Some(Row::How { hidden }) if hidden > 0 => act::act(model, Act::Thread, None),
        Some(Row::How { .. } | Row::Looking) | None => Vec::new(),
    }
}

/// Goes to the call at a column of the waterfall's axis.
fn to_time(model: &mut Model, x: u16) {
    let label = waterfall_label(model.size.0);
    let axis = Axis::of(model.waterfall.span, model.size.0.saturating_sub(label + 1));
    let Some(column) = x.checked_sub(label).map(i128::from).filter(|column| axis.has(*column)) else { return };
    let n = model.waterfall.at_time(axis.start(column));
    model.waterfall.go(n);
}

/// What lies under a cell of the replay.
enum Under {
    /// A row of the text, and the cell in it.
    Text(usize, usize),
    /// A row of the runs, counted from the first that is shown.
    Run(usize),
    /// A row of the answer.
    Answer(usize),
    Nothing,
}

fn under(model: &Model, (x, y): Cell) -> Under {
    let height = model.size.1.saturating_sub(BODY + BELOW);
    let Some(row) = y.checked_sub(BODY).filter(|row| *row < height) else { return Under::Nothing };
    let runs = run_rows(height);
    match row {
        _ if x < split(model.size.0) => Under::Text(usize::from(row), usize::from(x.saturating_sub(GUTTER))),
        0 => Under::Nothing,
        row if row <= runs => Under::Run(usize::from(row - 1)),
        row => row.checked_sub(runs + 2).map_or(Under::Nothing, |row| Under::Answer(usize::from(row))),
    }
}

fn on_replay(model: &mut Model, at: Cell) -> Vec<Effect> {
    let height = settle::page_rows(model);
    let under = under(model, at);
    if let Under::Text(row, cell) = under {
        replay::point(model, row, cell);
        return Vec::new();
    }
    let runs = usize::from(run_rows(model.size.1.saturating_sub(BODY + BELOW)));
    let Some(of) = &mut model.replay else { return Vec::new() };
    match under {
        Under::Run(row) => {
            let clicked = box_top(of.row, runs) + row;
            if clicked >= of.runs.len() {
                return Vec::new();
            }
            let had_keys = std::mem::replace(&mut of.pane, ReplayPane::Runs) == ReplayPane::Runs;
            if clicked == of.row {
                return if had_keys { enter(model) } else { Vec::new() };
            }
            let by = i64::try_from(clicked).unwrap_or(0) - i64::try_from(of.row).unwrap_or(0);
            replay::move_run(of, by);
        }
        Under::Answer(row) => {
            of.pane = ReplayPane::Answer;
            at_line(&mut of.answer, row, height);
        }
        Under::Text(..) | Under::Nothing => {}
    }
    Vec::new()
}
