//! What is wrong with a filter: where, what, and what would be right.

use std::fmt;
use std::ops::Range;

/// Why a filter was not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryError {
    /// The part of the text, in bytes.
    pub at: Range<usize>,
    /// What is wrong with it.
    pub what: String,
    /// What would be right.
    pub remedy: String,
}

impl QueryError {
    pub(super) fn new(at: Range<usize>, what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { at, what: what.into(), remedy: remedy.into() }
    }

    /// Two lines: the filter, and carets below the part that isn't understood, with the reason.
    #[must_use]
    pub fn render(&self, text: &str) -> String {
        let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let before = text.get(..self.at.start).map_or(0, |t| t.chars().count());
        let marked = text.get(self.at.clone()).map_or(1, |t| t.chars().count().max(1));
        format!("{text}\n{}{} {self}", " ".repeat(before), "^".repeat(marked))
    }
}

impl fmt::Display for QueryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.what, self.remedy)
    }
}

impl std::error::Error for QueryError {}
