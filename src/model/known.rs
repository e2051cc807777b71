//! What is known of sources besides their bytes: how logs were read, and what whoever handed evidence on knew of its
//! clocks. A bundle says it again, so that it comes out the same elsewhere.

use mwscope_parsers::log::Hints;

use super::Stamp;
use super::source::SourceId;

/// The schema of a bundle's manifest.
pub const BUNDLE: &str = "mwscope.bundle/1";

/// What is known of sources besides their bytes.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// The sources that came in a bundle, in order.
    pub handed_on: Vec<SourceId>,
    /// The zone of a source's stamps that carry none: `+01:00`, `Europe/Stockholm`.
    pub zones: Vec<(SourceId, String)>,
    /// What is added to a source's stamps to reach the reference's clock, in milliseconds; a later one counts.
    pub offsets: Vec<(SourceId, i64)>,
    /// Entries of two sources that are one instant.
    pub same: Vec<[(SourceId, Stamp); 2]>,
    /// How logs were read.
    pub logs: Vec<(SourceId, KnownOfLog)>,
}

/// How a log was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KnownOfLog {
    /// Its layout as a pattern, where it was told and not learned.
    pub layout: Option<String>,
    /// What was known of it from outside.
    pub hints: Hints,
}

impl Known {
    /// Whether the source came in a bundle, whatever its kind is.
    #[must_use]
    pub fn was_handed_on(&self, source: SourceId) -> bool {
        self.handed_on.binary_search(&source).is_ok()
    }
}
