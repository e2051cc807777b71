//! Deciding on what is held. Nothing of it waits; it is an effect because what was edited is put together here, secrets and
//! all.

use std::sync::Arc;

use crate::engine::breaks::{Breaks, Half, Held, HoldId};
use crate::query::Filter;

/// What is decided.
pub(in crate::tui) enum LetGo {
    /// That goes on as it came.
    AsItCame(HoldId),
    /// That goes on as this text has it.
    Edited(Arc<Held>, String),
    /// That goes nowhere.
    Drop(HoldId),
    /// Everything goes on as it came.
    All,
    /// What is held from now on: of requests, of answers.
    Hold([Option<Arc<Filter>>; 2]),
}

impl LetGo {
    /// Does it.
    ///
    /// # Errors
    /// With which message can't be sent as it was edited, and why.
    pub(super) fn carry_out(self, breaks: &Breaks) -> Result<(), (HoldId, String)> {
        match self {
            Self::AsItCame(id) => breaks.let_go(id),
            Self::Edited(held, text) => breaks.let_go_edited(&held, &text).map_err(|why| (held.id, why))?,
            Self::Drop(id) => breaks.drop(id),
            Self::All => breaks.let_all_go(),
            Self::Hold([request, response]) => {
                breaks.set(Half::Request, request.as_deref());
                breaks.set(Half::Response, response.as_deref());
            }
        }
        Ok(())
    }
}
