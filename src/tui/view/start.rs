//! The start page: what can be done from here.

use crate::tui::keymap::{actions, names};
use crate::tui::model::Model;
use crate::tui::model::layout::ABOVE;
use crate::tui::model::start::{CHOICES, PASTE_AT, RECENT_AT, Spot};
use crate::tui::theme::Role;
use crate::tui::widgets::Canvas;

/// The column behind the choices.
const ABOUT: u16 = 36;

/// Draws the start page.
pub(super) fn draw(model: &Model, screen: &mut Canvas<'_>) {
    let theme = model.theme;
    let (plain, dim, title) = (theme.of(Role::Plain), theme.of(Role::Dim), theme.of(Role::Title));
    let x = screen.text(1, 0, &model.title, title);
    screen.text(x, 0, " │ finds why an Infor M3 web service call failed", dim);
    screen.text(4, ABOVE, "No case open.", plain);
    let room = screen.width().saturating_sub(ABOUT + 1);
    for (n, (y, spot)) in model.start.spots(screen.height()).into_iter().enumerate() {
        match spot {
            Spot::Choice(n) => {
                let (act, name, about) = CHOICES[n];
                let keys = actions().iter().find(|action| action.act == act).and_then(|action| action.keys.first());
                screen.put(4, y, &keys.map(|keys| names(keys)).unwrap_or_default(), title, 2);
                screen.text(7, y, name, plain);
                screen.put(ABOUT, y, about, dim, room);
            }
            Spot::Recent(n) => {
                let Some(recent) = model.start.recent.get(n) else { continue };
                screen.put(7, y, &recent.paths.join(" "), plain, screen.width().saturating_sub(ABOUT));
                screen.right(0, y, &format!("{} ", recent.about), dim);
            }
        }
        if n == model.start.row {
            screen.text(2, y, ">", title);
            screen.rows(y, 1).tint(0, theme.of(Role::Select));
        }
    }
    screen.text(
        4,
        PASTE_AT,
        "Or paste here: log records, a SOAP fault, a dump, a stack trace, a table of a web page;",
        plain,
    );
    screen.text(4, PASTE_AT + 1, "or drop a file here, or type its path.", plain);
    if !model.start.recent.is_empty() {
        screen.text(4, RECENT_AT, "Open before", dim);
    }
}
