//! Telling protocols apart by the first bytes: what all recognisers share.

use super::flow::Recognised;

impl Recognised {
    /// Either of two signs is enough.
    pub(super) fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Yes, _) | (_, Self::Yes) => Self::Yes,
            (Self::More, _) | (_, Self::More) => Self::More,
            (Self::No, Self::No) => Self::No,
        }
    }

    /// Whether bytes begin with a word; no bytes at all say nothing yet.
    pub(super) fn prefix(bytes: &[u8], word: &[u8]) -> Self {
        let n = bytes.len().min(word.len());
        match (bytes[..n] == word[..n], n == word.len()) {
            (false, _) => Self::No,
            (true, true) => Self::Yes,
            (true, false) => Self::More,
        }
    }
}
