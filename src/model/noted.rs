//! Remarks on an exchange that others ask for by name.

use super::exchange::Exchange;

impl Exchange {
    /// The remark on one that hasn't ended, as far as is known.
    pub const UNDER_WAY: &str = "under way";
    /// The remark on one of which the recording saw no end.
    pub const CUT_OFF: &str = "cut off";

    /// The first remark of that name.
    #[must_use]
    pub fn note(&self, name: &str) -> Option<&str> {
        self.notes.iter().find(|(known, _)| known == name).map(|(_, text)| text.as_str())
    }
}
