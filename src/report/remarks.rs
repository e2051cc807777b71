//! What the user wrote on the evidence, in reports.

use serde_json::{Value, json};

use super::mask::masked;
use crate::model::moment::stamp_of_utc_ns;
use crate::model::{About, EventRef, Remark};

/// A remark in a line: where, the note, and what stands there.
#[must_use]
pub fn line(of: &Remark) -> String {
    let sign = if of.marked { "* " } else { "" };
    let gone = if of.about == About::Gone { "  (not in what is open)" } else { "" };
    let note = of.note.lines().map(str::trim).collect::<Vec<_>>().join(" / ");
    let colon = if note.is_empty() { "" } else { ": " };
    masked(&format!("{sign}{}{colon}{note}  ({}){gone}", of.place, of.what)).into_owned()
}

/// A remark as one value.
#[must_use]
pub fn value(of: &Remark) -> Value {
    let kind = match &of.about {
        About::Event(EventRef::Exchange(_)) => "exchange",
        About::Event(EventRef::Record(..)) => "log",
        About::Event(EventRef::Dump(_)) => "dump",
        About::Event(EventRef::Threads(_)) => "threads",
        About::Event(EventRef::Stream(_)) => "stream",
        About::Finding(_) => "finding",
        About::Gone => "gone",
    };
    let id = match &of.about {
        About::Event(event) => event.id(),
        About::Finding(id) => Some(id.clone()),
        About::Gone => None,
    };
    json!({
        "on": of.place,
        "kind": kind,
        "id": id,
        "what": masked(&of.what),
        "note": (!of.note.is_empty()).then(|| masked(&of.note)),
        "marked": of.marked,
        "at": (of.at_utc_ns > 0).then(|| stamp_of_utc_ns(of.at_utc_ns).to_rfc3339()),
    })
}
