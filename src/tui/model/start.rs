//! The start page: what can be done where no case is open, and what was open before.

use crate::tui::feed::Recent;
use crate::tui::keymap::Act;

use super::layout::{ABOVE, BELOW};

/// The start page.
#[derive(Clone, Debug, Default)]
pub(in crate::tui) struct StartPage {
    /// What was open before, newest first.
    pub(in crate::tui) recent: Vec<Recent>,
    /// Where a recording would listen.
    pub(in crate::tui) listen: String,
    /// The choice under the cursor.
    pub(in crate::tui) row: usize,
}

/// What can be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::tui) enum Spot {
    /// One of [`CHOICES`].
    Choice(usize),
    /// What was open before, by its number.
    Recent(usize),
}

/// What can be done, and what that is.
pub(in crate::tui) const CHOICES: [(Act, &str, &str); 3] = [
    (Act::StartRecord, "Record through a proxy", "a client's calls as they happen, with the server's log beside them"),
    (Act::StartOpen, "Open files", "logs, dumps, captures, HARs, a case, a folder, a zip from a ticket"),
    (Act::StartDemo, "A made-up case to learn on", "a simulated MWS and a client, recorded live (5 minutes)"),
];

/// The row of the first choice on the screen.
const FIRST: u16 = ABOVE + 2;
/// The row of what can be pasted.
pub(in crate::tui) const PASTE_AT: u16 = FIRST + 4;
/// The row of the heading above what was open before.
pub(in crate::tui) const RECENT_AT: u16 = PASTE_AT + 3;

impl StartPage {
    /// What can be chosen, with its row on a screen of so many rows.
    pub(in crate::tui) fn spots(&self, height: u16) -> Vec<(u16, Spot)> {
        let rows = usize::from(height.saturating_sub(RECENT_AT + 1 + BELOW));
        let choices = (FIRST..).zip(0..CHOICES.len()).map(|(y, n)| (y, Spot::Choice(n)));
        let recent = (RECENT_AT + 1..).zip(0..self.recent.len().min(rows)).map(|(y, n)| (y, Spot::Recent(n)));
        choices.chain(recent).collect()
    }
}
