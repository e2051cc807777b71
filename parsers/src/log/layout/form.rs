//! What the lines of a log are made of, and whether they name their parts themselves.

/// What the lines of a layout are made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Form {
    /// The parts of its head, then the message.
    #[default]
    Parts,
    /// One JSON object, which names its parts itself.
    Json,
    /// Pairs of key and value, which name the parts.
    Pairs,
    /// One XML element, over several lines perhaps, which names its parts itself. The head is its name and a line break
    /// for each further line that has to be seen.
    Tagged,
}

impl Form {
    /// Whether each record says itself which part is which.
    pub(crate) fn names_parts(self) -> bool {
        self != Self::Parts
    }
}
