//! A recorded request while it is changed and sent again: the text being edited, and what came of each send. It knows
//! neither how the text becomes a request nor who sends it.

use crate::model::{EventRef, ExchangeId};
use crate::replay::Draft;

use super::editor::Editor;
use super::text::Reading;

/// The replay of one call.
pub(in crate::tui) struct Replay {
    /// The call that was recorded.
    pub(in crate::tui) origin: ExchangeId,
    /// What it is called (`Facility.Create`).
    pub(in crate::tui) name: String,
    /// The request as recorded; `None` until it was read.
    pub(in crate::tui) draft: Option<Draft>,
    /// The text being edited: method and URL, headers, an empty line, the body.
    pub(in crate::tui) editor: Editor,
    pub(in crate::tui) pane: ReplayPane,
    /// What was sent, in order.
    pub(in crate::tui) runs: Vec<Run>,
    /// The run in view.
    pub(in crate::tui) row: usize,
    /// The answer of that run.
    pub(in crate::tui) answer: Reading,
    pub(in crate::tui) state: Sending,
    /// The question whose answer is waited for.
    pub(in crate::tui) ticket: u64,
    /// The text that was sent last.
    pub(in crate::tui) sent: Option<String>,
    /// The password that was typed for it; in memory alone.
    pub(in crate::tui) password: Option<String>,
    /// A text that the cursor looks for when the request was read: the value under the cursor where `r` was pressed.
    pub(in crate::tui) look_for: Option<String>,
}

/// The part of the replay that has the keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::tui) enum ReplayPane {
    /// Typing goes into the text.
    Edit,
    Runs,
    Answer,
}

/// How far sending has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::tui) enum Sending {
    /// The request is being read.
    Reading,
    Idle,
    /// It would change something, so the user is asked first.
    Asking,
    /// It is under way.
    UnderWay,
}

/// One send.
#[derive(Clone)]
pub(in crate::tui) struct Run {
    /// When, as a time of day.
    pub(in crate::tui) at: String,
    /// What was changed against the recorded request.
    pub(in crate::tui) changed: String,
    /// Status and fault, or why there is no answer.
    pub(in crate::tui) answer: String,
    pub(in crate::tui) took: String,
    pub(in crate::tui) failed: bool,
    /// The exchange on the time line, where it stands there.
    pub(in crate::tui) exchange: Option<ExchangeId>,
    pub(in crate::tui) text: super::text::Text,
}

impl Replay {
    /// A replay of `origin` whose request is being read.
    pub(in crate::tui) fn new(origin: ExchangeId, name: String, look_for: Option<String>, ticket: u64) -> Self {
        Self {
            origin,
            name,
            draft: None,
            editor: Editor::default(),
            pane: ReplayPane::Edit,
            runs: Vec::new(),
            row: 0,
            answer: Reading::default(),
            state: Sending::Reading,
            ticket,
            sent: None,
            password: None,
            look_for,
        }
    }

    /// Puts the request into the editor, the cursor at the value that was looked for, else at the first value.
    pub(in crate::tui) fn fill(&mut self, draft: Draft, text: &str) {
        self.editor = Editor::new(text, self.look_for.as_deref());
        self.draft = Some(draft);
        self.state = Sending::Idle;
    }

    /// The text as it stands.
    pub(in crate::tui) fn text(&self) -> String {
        self.editor.text()
    }

    /// Whether anything was changed.
    pub(in crate::tui) fn is_changed(&self) -> bool {
        self.editor.is_changed()
    }

    /// Whether something was changed that was not sent.
    pub(in crate::tui) fn is_unsent(&self) -> bool {
        self.is_changed() && self.sent.as_ref().is_none_or(|sent| *sent != self.text())
    }

    /// The exchange of the run in view.
    pub(in crate::tui) fn subject(&self) -> EventRef {
        let of_run = self.runs.get(self.row).and_then(|run| run.exchange);
        EventRef::Exchange(of_run.unwrap_or(self.origin))
    }
}
