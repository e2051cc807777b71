//! What a user wrote on a piece of evidence: a note, a mark. Where it is kept is the business of `remarks`.

use super::source::EventRef;

/// What a remark is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum About {
    /// An exchange, record, dump, thread dump or TCP conversation.
    Event(EventRef),
    /// The finding of that id.
    Finding(String),
    /// Something that isn't among what was read: its source is not open, or another text stands there by now.
    Gone,
}

/// A note or mark of the user on something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// What it is about.
    pub about: About,
    /// Where that stands, for display: `SOURCE:LINE`, `SOURCE#INDEX`, `f1`.
    pub place: String,
    /// What stands there, in a line.
    pub what: String,
    /// The note, masked; empty where there is a mark alone.
    pub note: String,
    /// Whether it is marked.
    pub marked: bool,
    /// When it was written last, nanoseconds since the Unix epoch.
    pub at_utc_ns: i64,
}
