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
    let (kind, id) = match &of.about {
        About::Event(EventRef::Exchange(id)) => ("exchange", Some(id.to_string())),
        About::Event(EventRef::Record(..)) => ("log", None),
        About::Event(EventRef::Dump(id)) => ("dump", Some(id.to_string())),
        About::Event(EventRef::Threads(id)) => ("threads", Some(id.to_string())),
        About::Event(EventRef::Stream(id)) => ("stream", Some(id.to_string())),
        About::Finding(id) => ("finding", Some(id.clone())),
        About::Gone => ("gone", None),
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
