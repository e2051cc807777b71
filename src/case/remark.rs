//! What the user adds to a case: notes, marks and clocks. Plain data and how it is written down.

use serde::{Deserialize, Serialize};

use super::entry::Kind;

/// Something that the user said; a later one on the same thing replaces an earlier one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remark {
    /// A note on an event.
    Note(Note),
    /// A mark on an event.
    Mark(Mark),
    /// How a source's clock is to be read.
    Clock(ClockSetting),
}

/// A note on an event; an empty text takes it back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// The event as it is named on screens: `x12`, `d3`, `SOURCE:LINE`.
    pub on: String,
    /// The text.
    pub text: String,
    /// When it was written, nanoseconds since the Unix epoch.
    pub at_utc_ns: i64,
}

/// A mark on an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// The event as it is named on screens.
    pub on: String,
    /// Whether it is set or taken back.
    pub set: bool,
}

/// How a source's clock is to be read, in the user's word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockSetting {
    /// The source's path.
    pub source: String,
    /// The zone of stamps without one, minutes east of UTC.
    #[serde(default)]
    pub zone_minutes: Option<i32>,
    /// Added to reach the reference's clock, milliseconds.
    #[serde(default)]
    pub offset_ms: Option<i64>,
}

impl Remark {
    pub(crate) fn to_entry(&self) -> serde_json::Result<(Kind, Vec<u8>)> {
        Ok(match self {
            Self::Note(note) => (Kind::Note, serde_json::to_vec(note)?),
            Self::Mark(mark) => (Kind::Mark, serde_json::to_vec(mark)?),
            Self::Clock(clock) => (Kind::Clock, serde_json::to_vec(clock)?),
        })
    }

    /// The remark of an entry; `None` where the kind is none of a remark.
    pub(crate) fn of_entry(kind: Kind, payload: &[u8]) -> Option<Result<Self, String>> {
        let remark = match kind {
            Kind::Note => serde_json::from_slice(payload).map(Self::Note),
            Kind::Mark => serde_json::from_slice(payload).map(Self::Mark),
            Kind::Clock => serde_json::from_slice(payload).map(Self::Clock),
            _ => return None,
        };
        Some(remark.map_err(|e| e.to_string()))
    }
}
