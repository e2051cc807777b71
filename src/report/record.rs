//! One log record for programs and for people. It knows neither where records come from nor which were asked for.

use mwscope_parsers::log::Record;
use mwscope_parsers::trace::{Role, Trace};
use mwscope_parsers::{Civil, Stamp};
use serde_json::{Map, Value, json};

use super::mask;
use super::safe;

/// What a record's zone rests on, and whether secrets are shown.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Passwords, tokens and cookies are shown as they are.
    pub show_secrets: bool,
}

/// The zone of a stamp that has none of its own: minutes east of UTC at a civil time.
pub type ToldZone<'a> = &'a dyn Fn(Civil) -> i32;

/// The object of `log`, one record, its secrets overwritten; fields may be added, none renamed.
#[must_use]
pub fn json(record: &Record, source: &str) -> Value {
    json_as(record, source, None, Options::default())
}

/// The same with what the user told: `zone` is the zone of stamps that carry none.
#[must_use]
pub fn json_as(record: &Record, source: &str, zone: Option<ToldZone<'_>>, options: Options) -> Value {
    let masked = |text: &str| if options.show_secrets { text.to_owned() } else { mask::masked(text).into_owned() };
    let (at, zone) = placed(record.head.stamp, zone);
    let cell = |name: &str, value: &str| match options.show_secrets {
        true => value.to_owned(),
        false => mask::masked_named(name, value),
    };
    let columns: Map<String, Value> =
        record.columns.iter().map(|(name, value)| (name.clone(), cell(name, value).into())).collect();
    json!({
        "source": source,
        "line": record.head.line,
        "lines": record.head.lines,
        "offset": record.head.span.offset,
        "length": record.head.span.len,
        "at": at.filter(|stamp| stamp.has_date).map(|stamp| stamp.to_rfc3339()),
        "at_text": if record.at_text.is_empty() { Value::Null } else { record.at_text.as_str().into() },
        "zone": zone,
        "level": record.level,
        "logger": record.logger,
        "thread": record.thread,
        "columns": columns,
        "message": masked(&record.message),
        "trace": record.trace.as_ref().map(|trace| trace_json(trace, &masked)),
    })
}

fn trace_json(trace: &Trace, masked: &dyn Fn(&str) -> String) -> Value {
    let circular = trace.throwables.iter().filter(|throwable| matches!(throwable.role, Role::Circular { .. })).count();
    json!({
        "exception": trace.exception(),
        "message": trace.message().map(masked),
        "frames": trace.frames(),
        "throwables": trace.throwables.len() - circular,
        "suppressed": trace.suppressed().count(),
        "circular": circular,
        "root": trace.root().map(|root| root.exception.as_str()).filter(|root| !root.is_empty()),
        "fingerprint": trace.fingerprint(),
    })
}

/// What is known of an exception, as an object.
#[must_use]
pub fn advice(known: &crate::model::Advice) -> Value {
    json!({"rule": known.rule, "cause": known.cause, "remedy": known.remedy})
}

/// A stamp with the zone that was told for it, and what its zone rests on.
#[must_use]
pub fn placed(stamp: Option<Stamp>, zone: Option<ToldZone<'_>>) -> (Option<Stamp>, &'static str) {
    match (stamp, zone) {
        (Some(stamp), _) if stamp.offset_s.is_some() => (Some(stamp), "explicit"),
        (Some(stamp), Some(zone)) if stamp.has_date => {
            (Some(Stamp { offset_s: Some(zone(stamp.civil) * 60), ..stamp }), "user")
        }
        (stamp, _) => (stamp, "none"),
    }
}

/// The record as it stands in the log, fit for a terminal.
#[must_use]
pub fn text(record: &Record, options: Options) -> String {
    let masked = if options.show_secrets { record.text.as_str().into() } else { mask::masked(&record.text) };
    safe::lines(&masked).into_owned()
}
