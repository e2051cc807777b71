//! What is held: what for, since when, and the message under the cursor as it can be edited.

use crate::engine::breaks::Half;
use crate::tui::model::Model;
use crate::tui::model::held::{HeldPane, Waiting};
use crate::tui::model::layout::{ABOVE, BELOW, box_top, held_rows, held_text};
use crate::tui::pages::{self, time};
use crate::tui::theme::Role;
use crate::tui::widgets::Canvas;

/// Draws it; gives the place of the cursor where something is typed.
pub(super) fn draw(model: &Model, screen: &mut Canvas<'_>) -> Option<(u16, u16)> {
    let theme = model.theme;
    wanted(model, &mut screen.rows(2, 1));
    let rows = held_rows(model);
    let heads = "  held   what    method  call                              host                      client";
    screen.text(0, ABOVE, heads, theme.of(Role::Dim));
    let mut list = screen.rows(ABOVE + 1, rows);
    if model.held.calls.is_empty() {
        let text = match model.held.any() {
            true => "Nothing is held. The next message that matches waits here.",
            false => "Nothing is held, and no breakpoint is set: f sets one for requests (Tab there: for answers).",
        };
        list.text(2, 0, text, theme.of(Role::Plain));
    }
    let top = box_top(model.held.row, usize::from(rows));
    for (n, call) in model.held.calls.iter().enumerate().skip(top).take(usize::from(rows)) {
        let y = u16::try_from(n - top).unwrap_or(u16::MAX);
        one(model, call, &mut list.rows(y, 1));
        if n == model.held.row {
            list.text(0, y, ">", theme.of(Role::Title));
            if model.held.pane == HeldPane::List {
                list.tint(y, theme.of(Role::Select));
            }
        }
    }
    let call = model.held.here()?;
    let y = ABOVE + 1 + rows;
    let edits = model.held.pane == HeldPane::Edit;
    let name = match (call.held.half, call.editor.is_changed()) {
        (Half::Request, false) => "REQUEST as it would be sent",
        (Half::Request, true) => "REQUEST edited",
        (Half::Response, false) => "ANSWER as the client would get it",
        (Half::Response, true) => "ANSWER edited",
    };
    screen.rows(y, 1).rule(0, name, theme.of(if edits { Role::Title } else { Role::Dim }));
    let height = screen.height().saturating_sub(BELOW + y + 1);
    let cursor = super::replay::text(model, &call.editor, held_text(model).1, &mut screen.rows(y + 1, height));
    cursor.filter(|_| edits).map(|(x, row)| (x, row + y + 1))
}

/// What is held, of requests and of answers.
fn wanted(model: &Model, line: &mut Canvas<'_>) {
    let theme = model.theme;
    let mut x = 1;
    for (name, wanted) in ["requests", "answers"].into_iter().zip(&model.held.filters) {
        let (text, role) = match (&wanted.filter, wanted.off) {
            (None, _) => ("(none)".to_owned(), Role::Dim),
            (Some(filter), true) => (format!("(off: {})  F puts it back", filter.text()), Role::Dim),
            (Some(filter), false) => (filter.text().to_owned(), Role::Info),
        };
        x = line.text(x, 0, &format!("hold {name}: "), theme.of(Role::Plain));
        x = line.text(x, 0, &text, theme.of(role)).saturating_add(3);
    }
}

fn one(model: &Model, call: &Waiting, line: &mut Canvas<'_>) {
    let theme = model.theme;
    let plain = theme.of(Role::Plain);
    let x = &call.held.exchange;
    let now = model.recording.as_ref().map_or(0, |recording| recording.now_ns);
    let waited = u64::try_from(now.saturating_sub(call.held.since_ns)).unwrap_or(0);
    line.put(2, 0, &time::waited(waited), theme.of(Role::Warn), 6);
    let what = match x.status().filter(|_| call.held.half == Half::Response) {
        Some(status) => format!("ans {status}"),
        None => call.held.half.word().to_owned(),
    };
    line.put(9, 0, &what, plain, 7);
    line.put(17, 0, &x.request.method, plain, 7);
    line.put(25, 0, &pages::name(x), plain, 33);
    line.put(59, 0, crate::query::host(&x.url).unwrap_or_default(), plain, 25);
    let changed = if call.editor.is_changed() { "edited  " } else { "" };
    let end = line.text(85, 0, changed, theme.of(Role::Info));
    line.text(end, 0, x.client.as_deref().unwrap_or_default(), theme.of(Role::Dim));
}

/// What stands in the status row.
pub(super) fn status(model: &Model) -> (String, Role) {
    let text = match (model.held.pane, model.held.calls.is_empty()) {
        (HeldPane::Edit, _) => {
            "EDIT  typing goes into the text   Ctrl-R lets it go so   Ctrl-Z undo   Esc stops editing".to_owned()
        }
        (HeldPane::List, true) => "f holds requests that match, Tab there answers   F off and on   Esc back".to_owned(),
        (HeldPane::List, false) => {
            "Enter edits   Ctrl-R lets it go   gu as it came   Del drops it   R lets all go".to_owned()
        }
    };
    (text, Role::Dim)
}
