//! What lies over the screen: a line being typed, the palette or menu, the help.

use crate::tui::keymap::names;
use crate::tui::model::Model;
use crate::tui::model::layout::{ABOVE, BELOW};
use crate::tui::model::overlay::{Overlay, Palette, Prompt, Purpose};
use crate::tui::theme::Role;
use crate::tui::widgets::{Canvas, pad, visible, width};

/// Draws it; gives the place of the cursor where something is typed.
pub(super) fn draw(model: &Model, screen: &mut Canvas<'_>) -> Option<(u16, u16)> {
    match model.overlay.as_ref()? {
        Overlay::Prompt(prompt) => Some(typed(model, prompt, screen)),
        Overlay::Palette(palette) => Some(choice(model, palette, screen)),
        Overlay::Help(reading) => {
            let height = screen.height().saturating_sub(ABOVE + BELOW);
            let mut part = screen.rows(ABOVE, height);
            let mut inside = part.frame("help  (j k scroll, / finds, Esc closes)", model.theme.of(Role::Dim));
            super::text::reading(model, reading, &mut inside, true);
            None
        }
    }
}

/// The line being typed stands in the filter row; what is wrong in it is marked.
fn typed(model: &Model, prompt: &Prompt, screen: &mut Canvas<'_>) -> (u16, u16) {
    let theme = model.theme;
    let mut line = screen.rows(2, 1);
    line.clear();
    let label = match prompt.purpose {
        Purpose::Filter => " filter: ",
        Purpose::Find => " find: ",
        Purpose::Time => " go to time: ",
        Purpose::Password => " password: ",
    };
    let x = line.text(0, 0, label, theme.of(Role::Title));
    let hidden = "*".repeat(prompt.line.text.chars().count());
    let is_secret = prompt.purpose == Purpose::Password;
    let text = if is_secret { &hidden } else { &prompt.line.text };
    let at = if is_secret { prompt.line.text[..prompt.line.at].chars().count() } else { prompt.line.at };
    let before = visible(&text[..at]).into_owned();
    let cells = u16::try_from(width(&before)).unwrap_or(u16::MAX);
    let room = line.width().saturating_sub(x + 1);
    // A long line shows its end up to the cursor.
    if cells > room {
        let mut shown: Vec<char> = Vec::new();
        let mut used = 0;
        for c in before.chars().rev() {
            used += width(c.encode_utf8(&mut [0; 4]));
            if used > usize::from(room) {
                break;
            }
            shown.push(c);
        }
        let tail: String = shown.iter().rev().collect();
        let end = line.text(x, 0, &tail, theme.of(Role::Plain));
        return (end, 2);
    }
    let style = theme.of(Role::Plain);
    line.text(x, 0, text, style);
    if let Some((wrong, _)) = &prompt.error
        && let (Some(lead), Some(part)) = (text.get(..wrong.start), text.get(wrong.clone()))
    {
        let at = x.saturating_add(u16::try_from(width(&visible(lead))).unwrap_or(u16::MAX));
        let part = if part.is_empty() { "^" } else { part };
        line.text(at, 0, part, style.patch(theme.of(Role::Hit)));
    }
    (x.saturating_add(cells), 2)
}

/// The palette or the menu: a box with the actions that match.
fn choice(model: &Model, palette: &Palette, screen: &mut Canvas<'_>) -> (u16, u16) {
    let theme = model.theme;
    let matches = palette.matches();
    let wide = screen.width().saturating_sub(8).min(96);
    let x = (screen.width() - wide) / 2;
    let tall = screen.height().saturating_sub(ABOVE + BELOW + 1).min(20);
    let mut part = screen.part(x, ABOVE + 1, wide, tall);
    let title = if palette.menu {
        "what to do with this  (its key does it)"
    } else {
        "do what?  (type; Enter does it; the key is for next time)"
    };
    let mut inside = part.frame(title, theme.of(Role::Dim));
    let mut y = 0;
    let mut cursor = (x + 2, ABOVE + 2);
    if !palette.menu {
        let end = inside.text(1, 0, &format!("> {}", palette.typed.text), theme.of(Role::Title));
        cursor = (x + 1 + end, ABOVE + 2);
        y = 1;
    }
    let rows = usize::from(inside.height().saturating_sub(y));
    let top = palette.row.saturating_sub(rows.saturating_sub(1));
    for (n, (action, here)) in matches.iter().enumerate().skip(top).take(rows) {
        let at = y + u16::try_from(n - top).unwrap_or(u16::MAX);
        let keys: Vec<String> = action.keys.iter().map(|k| names(k)).collect();
        let title = if *here { action.title.clone() } else { format!("(not here) {}", action.title) };
        let style = theme.of(if *here { Role::Plain } else { Role::Dim });
        let room = usize::from(inside.width().saturating_sub(22));
        inside.text(1, at, &pad(&title, room), style);
        inside.put(2 + u16::try_from(room).unwrap_or(0), at, &keys.join(" "), theme.of(Role::Info), 18);
        if n == palette.row {
            inside.text(0, at, ">", theme.of(Role::Title));
            inside.tint(at, theme.of(Role::Select));
        }
    }
    if matches.is_empty() {
        inside.text(1, y, "no action has that in its name", theme.of(Role::Warn));
    }
    cursor
}
