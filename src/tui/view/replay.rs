//! The replay: the request being changed on the left, what came of sending it on the right.

use crate::tui::model::Model;
use crate::tui::model::editor::Editor;
use crate::tui::model::layout::{ABOVE, BELOW, box_top, run_rows, split};
use crate::tui::model::replay::{Replay, ReplayPane, Sending};
use crate::tui::theme::Role;
use crate::tui::widgets::{Canvas, visible, width};

/// Signs before a line of the text.
pub(in crate::tui) const GUTTER: u16 = 2;

/// Rows and columns of the text being edited, on a screen of that size.
pub(in crate::tui) fn editor_size(size: (u16, u16)) -> (usize, usize) {
    let rows = size.1.saturating_sub(ABOVE + BELOW + 1);
    (usize::from(rows), usize::from(split(size.0).saturating_sub(GUTTER + 1)))
}

/// Draws it; gives the place of the cursor where something is typed.
pub(super) fn draw(model: &Model, screen: &mut Canvas<'_>) -> Option<(u16, u16)> {
    let replay = model.replay.as_ref()?;
    let theme = model.theme;
    let title = format!(" Replay of {} {}", replay.origin, replay.name);
    let end = screen.text(0, 2, &title, theme.of(Role::Title));
    let (state, role) = match replay.state {
        Sending::Reading => ("reading ...", Role::Dim),
        Sending::UnderWay => ("sending ...", Role::Info),
        Sending::Asking => ("Enter sends, Esc keeps editing", Role::Warn),
        Sending::Idle if replay.is_changed() => ("changed", Role::Info),
        Sending::Idle => ("as recorded", Role::Dim),
    };
    screen.text(end + 3, 2, state, theme.of(role));
    let left = split(screen.width());
    let height = screen.height().saturating_sub(ABOVE + BELOW);
    let heads = [("REQUEST", ReplayPane::Edit, 0, left), ("RUNS", ReplayPane::Runs, left, screen.width() - left)];
    for (name, pane, x, wide) in heads {
        let mut part = screen.part(x, ABOVE, wide, 1);
        part.rule(0, name, theme.of(if replay.pane == pane { Role::Title } else { Role::Dim }));
    }
    let columns = editor_size(model.size).1;
    let cursor = text(model, &replay.editor, columns, &mut screen.part(0, ABOVE + 1, left, height.saturating_sub(1)));
    screen.part(left, ABOVE + 1, 1, height.saturating_sub(1)).bar(0, theme.of(Role::Dim));
    right(model, replay, &mut screen.part(left + 1, ABOVE + 1, u16::MAX, height.saturating_sub(1)));
    let (x, y) = cursor?;
    (replay.pane == ReplayPane::Edit && replay.state != Sending::Asking).then_some((x, y + ABOVE + 1))
}

/// The text, with a sign before lines that were changed or where it isn't well-formed.
pub(super) fn text(model: &Model, editor: &Editor, columns: usize, part: &mut Canvas<'_>) -> Option<(u16, u16)> {
    let theme = model.theme;
    let rows = editor.rows(columns);
    let (cursor_row, cursor_column) = editor.cursor_row(&rows);
    let selection = editor.area.selection_range();
    let mut place = None;
    // Of the line in hand what was changed in it, and what is left of it from a character on: a body may be one line of
    // megabytes, which is walked through once.
    let (mut in_hand, mut changes, mut from, mut rest) = (usize::MAX, None, 0, "");
    for (y, (n, (line, range))) in (0..part.height()).zip(rows.iter().enumerate().skip(editor.top)) {
        let Some(text) = editor.area.lines().get(*line) else { break };
        if *line != in_hand {
            (in_hand, changes, from, rest) = (*line, editor.changed_in(*line), 0, text);
        }
        rest = &rest[byte_of(rest, range.start - from)..];
        from = range.start;
        let shown = &rest[..byte_of(rest, range.len())];
        let wrong = editor.trouble.as_ref().is_some_and(|(at, _)| at == line);
        let changed =
            changes.as_ref().is_some_and(|changed| changed.start < range.end.max(1) && range.start < changed.end);
        let (sign, role) = match (wrong, changed) {
            (true, _) => ("!", Role::Fail),
            (false, true) => ("*", Role::Info),
            (false, false) => (" ", Role::Dim),
        };
        part.text(0, y, sign, theme.of(role));
        let until = |column: usize| byte_of(shown, column.saturating_sub(range.start));
        let cells = |text: &str| GUTTER.saturating_add(u16::try_from(width(&visible(text))).unwrap_or(u16::MAX));
        part.text(GUTTER, y, shown, theme.of(Role::Plain));
        if let Some(((from_line, from_column), (to_line, to_column))) = selection
            && (from_line..=to_line).contains(line)
        {
            let start = if *line == from_line { until(from_column) } else { 0 };
            let end = if *line == to_line { until(to_column) } else { shown.len() };
            part.text(cells(&shown[..start]), y, &shown[start..end.max(start)], theme.of(Role::Select));
        }
        if n == cursor_row {
            place = Some((cells(&shown[..byte_of(shown, cursor_column)]), y));
        }
    }
    place
}

/// Where a character of a text begins, its end where it has fewer.
fn byte_of(text: &str, n: usize) -> usize {
    text.char_indices().nth(n).map_or(text.len(), |(at, _)| at)
}

/// What was sent, and the answer of the run in view.
fn right(model: &Model, replay: &Replay, part: &mut Canvas<'_>) {
    let theme = model.theme;
    let dim = theme.of(Role::Dim);
    part.text(1, 0, "  #  time      answer               took      changed", dim);
    let rows = run_rows(part.height());
    let top = box_top(replay.row, usize::from(rows));
    for (n, run) in replay.runs.iter().enumerate().skip(top).take(usize::from(rows)) {
        let y = 1 + u16::try_from(n - top).unwrap_or(u16::MAX);
        let style = theme.of(if run.failed { Role::Fail } else { Role::Plain });
        let x = part.put(1, y, &format!("{n:>3}  {:<8}  ", run.at), theme.of(Role::Plain), 15);
        part.put(x.max(16), y, &run.answer, style, 20);
        part.put(37, y, &run.took, theme.of(Role::Plain), 9);
        part.text(47, y, &run.changed, dim);
        if n == replay.row {
            part.text(0, y, ">", theme.of(Role::Title));
            if replay.pane == ReplayPane::Runs {
                part.tint(y, theme.of(Role::Select));
            }
        }
    }
    let y = rows + 1;
    let name = if replay.row == 0 { "ANSWER recorded".to_owned() } else { format!("ANSWER of run {}", replay.row) };
    let has_keys = replay.pane == ReplayPane::Answer;
    part.rows(y, 1).rule(0, &name, theme.of(if has_keys { Role::Title } else { Role::Dim }));
    super::text::reading(model, &replay.answer, &mut part.rows(y + 1, u16::MAX), has_keys);
}

/// What stands in the status row.
pub(super) fn status(model: &Model) -> (String, Role) {
    let Some(replay) = &model.replay else { return (String::new(), Role::Dim) };
    if replay.state == Sending::Asking {
        return (asks(replay), Role::Warn);
    }
    if let Some((row, why)) = &replay.editor.trouble {
        return (format!("line {}: {why} (it is sent as it stands)", row + 1), Role::Fail);
    }
    let text = match replay.pane {
        ReplayPane::Edit => {
            "EDIT  typing goes into the text   Ctrl-R sends   Ctrl-Z undo   Tab pane   Esc stops editing"
        }
        ReplayPane::Runs => {
            "j k run   Enter opens it   c compares it with the recorded call   r edits on   Ctrl-R sends"
        }
        ReplayPane::Answer => "j k scroll   Tab pane   r edits on   Ctrl-R sends",
    };
    (text.to_owned(), Role::Dim)
}

/// The question before something is sent that may change data.
fn asks(replay: &Replay) -> String {
    let first = replay.editor.area.lines().first().map(String::as_str).unwrap_or_default();
    let (method, url) = first.split_once(' ').unwrap_or((first, ""));
    let changed = if replay.is_changed() { "changed" } else { "as recorded" };
    format!("Send this {method} to {url} ({changed})?  It may change data there.   Enter send   Esc keep editing")
}
