//! A note while it is written: a few lines in a box over the screen.

use ratatui_textarea::TextArea;

use crate::model::About;

/// A note while it is written.
pub(in crate::tui) struct NoteEditor {
    pub(in crate::tui) about: About,
    /// What it is about, in words.
    pub(in crate::tui) place: String,
    pub(in crate::tui) editor: TextArea<'static>,
}

impl NoteEditor {
    /// The editor of a note, with the text it has.
    pub(in crate::tui) fn new(about: About, place: String, text: &str) -> Self {
        let mut editor = TextArea::new(text.split('\n').map(str::to_owned).collect());
        editor.move_cursor(ratatui_textarea::CursorMove::Bottom);
        editor.move_cursor(ratatui_textarea::CursorMove::End);
        Self { about, place, editor }
    }

    /// The text as it stands.
    pub(in crate::tui) fn text(&self) -> String {
        self.editor.lines().join("\n")
    }
}
