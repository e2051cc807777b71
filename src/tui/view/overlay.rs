//! What lies over the screen: a line being typed, the palette or menu, the help.

use crate::engine::breaks::Half;
use crate::remarks::saved::Scope;
use crate::tui::keymap::names;
use crate::tui::model::Model;
use crate::tui::model::layout::{ABOVE, BELOW, box_top, palette_box, pick_box};
use crate::tui::model::note::NoteEditor;
use crate::tui::model::overlay::{Overlay, Palette, Prompt, Purpose};
use crate::tui::model::pick::Pick;
use crate::tui::theme::Role;
use crate::tui::widgets::{Canvas, pad, visible, width};

/// Draws it; gives the place of the cursor where something is typed.
pub(super) fn draw(model: &Model, screen: &mut Canvas<'_>) -> Option<(u16, u16)> {
    match model.overlay.as_ref()? {
        Overlay::Prompt(prompt) => Some(typed(model, prompt, screen)),
        Overlay::Palette(palette) => Some(choice(model, palette, screen)),
        Overlay::Pick(pick) => Some(picked(model, pick, screen)),
        Overlay::Note(note) => Some(noted(model, note, screen)),
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
        Purpose::Break(Half::Request) => " hold requests: ",
        Purpose::Break(Half::Response) => " hold answers: ",
        Purpose::Password => " password: ",
        Purpose::FilterName(Scope::Case) => " name of the filter, for this case: ",
        Purpose::FilterName(Scope::User) => " name of the filter, for everything I open: ",
        Purpose::Path => " open: ",
        Purpose::Listen => " record; the proxy listens on: ",
        Purpose::Follow => " record; follow besides: ",
    };
    let x = line.text(0, 0, label, theme.of(Role::Title));
    if let Some(count) = prompt.count {
        let so_far = if count.done < count.total {
            format!("{} so far, {} % searched ", count.found, count.done * 100 / count.total.max(1))
        } else {
            format!("{} match ", count.found)
        };
        let text = width(&visible(&prompt.line.text));
        line.right(
            x.saturating_add(u16::try_from(text).unwrap_or(u16::MAX)).saturating_add(2),
            0,
            &so_far,
            theme.of(Role::Info),
        );
    }
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

/// A box with rows to choose from.
fn picked(model: &Model, pick: &Pick, screen: &mut Canvas<'_>) -> (u16, u16) {
    let theme = model.theme;
    let matches = pick.matches();
    let area = pick_box((screen.width(), screen.height()));
    let x = area.x;
    let mut part = screen.part(x, area.y, area.width, area.height);
    let mut inside = part.frame(&pick.title, theme.of(Role::Dim));
    let end = inside.text(1, 0, &format!("> {}", pick.typed.text), theme.of(Role::Title));
    let rows = usize::from(inside.height().saturating_sub(1));
    let top = box_top(pick.row, rows);
    for (n, row) in matches.iter().enumerate().skip(top).take(rows) {
        let at = 1 + u16::try_from(n - top).unwrap_or(u16::MAX);
        let aside = u16::try_from(width(&visible(&row.aside))).unwrap_or(u16::MAX).min(inside.width() / 3);
        let room = inside.width().saturating_sub(aside + 4);
        inside.put(1, at, &row.text, theme.of(Role::Plain), room);
        inside.put(2 + room, at, &row.aside, theme.of(Role::Dim), aside);
        if n == pick.row {
            inside.text(0, at, ">", theme.of(Role::Title));
            inside.tint(at, theme.of(Role::Select));
        }
    }
    if matches.is_empty() {
        let words = if pick.typed.text.is_empty() { pick.none.as_str() } else { "nothing matches what is typed" };
        inside.text(1, 1, words, theme.of(Role::Warn));
    }
    (x + 1 + end, ABOVE + 2)
}

/// A note while it is written.
fn noted(model: &Model, note: &NoteEditor, screen: &mut Canvas<'_>) -> (u16, u16) {
    const TALL: u16 = 9;
    let theme = model.theme;
    let wide = screen.width().saturating_sub(8).min(100);
    let x = (screen.width() - wide) / 2;
    let tall = screen.height().saturating_sub(ABOVE + BELOW).min(TALL);
    let mut part = screen.part(x, ABOVE, wide, tall);
    let title = format!("note on {}  (Enter keeps it, Ctrl-N new line, Esc)", note.place);
    let mut inside = part.frame(&title, theme.of(Role::Dim));
    let lines = note.editor.lines();
    let cursor = note.editor.cursor();
    let (row, column) = (cursor.0, cursor.1);
    let height = usize::from(inside.height()).max(1);
    let top = (row + 1).saturating_sub(height);
    for (y, line) in lines.iter().enumerate().skip(top).take(height) {
        // A line that is longer than the box shows the part around the cursor.
        let before: String = line.chars().take(if y == row { column } else { 0 }).collect();
        let room = usize::from(inside.width().saturating_sub(2));
        let skip = width(&visible(&before)).saturating_sub(room);
        let shown: String = line.chars().skip(skip).collect();
        inside.text(1, u16::try_from(y - top).unwrap_or(u16::MAX), &shown, theme.of(Role::Plain));
    }
    let before: String = lines.get(row).map(|line| line.chars().take(column).collect()).unwrap_or_default();
    let cells = width(&visible(&before)).min(usize::from(inside.width().saturating_sub(2)));
    let at = (x + 2).saturating_add(u16::try_from(cells).unwrap_or(u16::MAX));
    (at, ABOVE + 1 + u16::try_from(row - top).unwrap_or(u16::MAX))
}

/// The palette or the menu: a box with the actions that match.
fn choice(model: &Model, palette: &Palette, screen: &mut Canvas<'_>) -> (u16, u16) {
    let theme = model.theme;
    let matches = palette.matches();
    let area = palette_box((screen.width(), screen.height()));
    let x = area.x;
    let mut part = screen.part(x, area.y, area.width, area.height);
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
    let top = box_top(palette.row, rows);
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
