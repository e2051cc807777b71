//! Keys for a message that is edited, wherever it is.

use crossterm::event::{KeyCode, KeyModifiers};

use crate::tui::keymap::Key;
use crate::tui::model::editor::Editor;

use super::replay::input;

/// A key for a text of so many rows and columns in view; none where it isn't one for a text, else whether the cursor got
/// where it should.
pub(super) fn key(editor: &mut Editor, (height, columns): (usize, usize), key: Key) -> Option<bool> {
    let ctrl = key.mods.contains(KeyModifiers::CONTROL);
    let mut reached = true;
    match (key.code, ctrl) {
        (KeyCode::Char('z'), true) => drop(editor.area.undo()),
        (KeyCode::Char('y'), true) => drop(editor.area.redo()),
        (KeyCode::Up, _) => reached = move_rows(editor, -1, columns),
        (KeyCode::Down, _) => reached = move_rows(editor, 1, columns),
        (KeyCode::PageUp, _) => reached = move_rows(editor, -20, columns),
        (KeyCode::PageDown, _) => reached = move_rows(editor, 20, columns),
        // The rest of what is held with Control is not for the text: the palette, for one.
        (KeyCode::Char(c), true) if !"awekudh".contains(c) => return None,
        _ => drop(editor.area.input(input(key))),
    }
    editor.keep_in_view(height, columns);
    Some(reached)
}

/// Moves the cursor by so many rows, and says whether it got there.
pub(super) fn move_rows(editor: &mut Editor, by: i64, columns: usize) -> bool {
    editor.area.cancel_selection();
    editor.move_rows(by, columns)
}

/// Puts pasted text in.
pub(super) fn paste(editor: &mut Editor, text: &str) {
    editor.area.insert_str(text.replace("\r\n", "\n").replace('\r', "\n"));
}
