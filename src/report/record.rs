//! Log records written down for other programs, their secrets overwritten.

use mwscope_parsers::log::Record;
use mwscope_parsers::trace::Trace;
use serde_json::{Map, Value, json};

use super::mask::masked;

/// The object of `log`, one record; fields may be added, none renamed.
#[must_use]
pub fn json(record: &Record, source: &str) -> Value {
    let head = &record.head;
    let zone = match head.stamp.and_then(|stamp| stamp.offset_s) {
        Some(_) => "explicit",
        None => "none",
    };
    let dated = head.stamp.filter(|stamp| stamp.has_date);
    let columns: Map<String, Value> =
        record.columns.iter().map(|(name, value)| (name.clone(), json!(masked(value)))).collect();
    json!({
        "source": source,
        "line": head.line,
        "lines": head.lines,
        "offset": head.span.offset,
        "length": head.span.len,
        "at": dated.map(|stamp| stamp.to_rfc3339()),
        "at_text": record.at_text,
        "zone": zone,
        "level": record.level.as_ref().map(|level| level.to_uppercase()),
        "logger": record.logger,
        "thread": record.thread,
        "columns": columns,
        "message": masked(&record.message),
        "trace": record.trace.as_ref().map(trace),
    })
}

fn trace(trace: &Trace) -> Value {
    json!({
        "exception": trace.exception(),
        "message": trace.message().map(masked),
        "frames": trace.frames(),
        "root": trace.root().map(|root| root.exception.as_str()),
        "fingerprint": trace.fingerprint(),
    })
}
