//! What is held at breakpoints, and what is to be: the calls that wait, oldest first, each with its message as a text that
//! can be edited.

use std::sync::Arc;

use crate::engine::breaks::{Breaks, Half, Held, HoldId};
use crate::query::Filter;

use super::editor::Editor;

/// The breakpoints of a recording.
#[derive(Default)]
pub(in crate::tui) struct Breakpoints {
    /// Where they are set; none where nothing is recorded.
    pub(in crate::tui) handle: Option<Arc<Breaks>>,
    /// What is held: of requests, of answers.
    pub(in crate::tui) filters: [Wanted; 2],
    pub(in crate::tui) calls: Vec<Waiting>,
    pub(in crate::tui) row: usize,
    pub(in crate::tui) pane: HeldPane,
    /// The call of which the user was asked whether he drops it.
    pub(in crate::tui) dropping: Option<HoldId>,
}

/// What is to be held of one half.
#[derive(Clone, Default)]
pub(in crate::tui) struct Wanted {
    /// The filter that was set last.
    pub(in crate::tui) filter: Option<Arc<Filter>>,
    /// Whether it is taken off for now.
    pub(in crate::tui) off: bool,
}

impl Wanted {
    /// The filter that is in force.
    pub(in crate::tui) fn active(&self) -> Option<&Arc<Filter>> {
        self.filter.as_ref().filter(|_| !self.off)
    }
}

/// The part of the screen that has the keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::tui) enum HeldPane {
    #[default]
    List,
    /// Typing goes into the text.
    Edit,
}

/// A message that is held.
pub(in crate::tui) struct Waiting {
    pub(in crate::tui) held: Arc<Held>,
    pub(in crate::tui) editor: Editor,
}

impl Waiting {
    pub(in crate::tui) fn new(held: Arc<Held>) -> Self {
        let editor = match &held.text {
            Ok(text) => Editor::new(text, None),
            Err(why) => Editor::new(why, None),
        };
        Self { held, editor }
    }
}

impl Breakpoints {
    /// Whether anything may be held.
    pub(in crate::tui) fn any(&self) -> bool {
        self.filters.iter().any(|wanted| wanted.active().is_some())
    }

    /// What is held of that half.
    pub(in crate::tui) fn of(&mut self, half: Half) -> &mut Wanted {
        &mut self.filters[usize::from(half == Half::Response)]
    }

    /// The call under the cursor.
    pub(in crate::tui) fn here(&self) -> Option<&Waiting> {
        self.calls.get(self.row)
    }

    pub(in crate::tui) fn here_mut(&mut self) -> Option<&mut Waiting> {
        self.calls.get_mut(self.row)
    }

    /// A message isn't held any more; whether it was the one under the cursor.
    pub(in crate::tui) fn gone(&mut self, id: HoldId) -> bool {
        let Some(at) = self.calls.iter().position(|call| call.held.id == id) else { return false };
        self.calls.remove(at);
        let here = at == self.row;
        if at < self.row || self.row >= self.calls.len() {
            self.row = self.row.saturating_sub(1);
        }
        if here {
            self.pane = HeldPane::List;
        }
        here
    }
}
