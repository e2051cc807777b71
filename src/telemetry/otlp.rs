//! OpenTelemetry's protocol in JSON: calls are spans, what they were joined with is events on them, records, dumps and
//! findings are log records that name the span.
//!
//! <https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding>: ids are hex, 64-bit numbers are texts.

pub mod protobuf;

use mwscope_parsers::log::Severity;
use serde_json::{Value as Json, json};

use super::item::{Event, Facts, Item, Kind, Origin, Trace, Value};

/// Where an item belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Signal {
    /// Spans: `/v1/traces`.
    Traces,
    /// Log records: `/v1/logs`.
    Logs,
}

impl Signal {
    /// The path behind the address of a receiver.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::Traces => "/v1/traces",
            Self::Logs => "/v1/logs",
        }
    }
}

/// The name and version under which items are handed on.
const SCOPE: &str = "mwscope";

/// Where an item belongs.
#[must_use]
pub const fn signal(item: &Item) -> Signal {
    match item.kind {
        Kind::Call => Signal::Traces,
        Kind::Record | Kind::Dump | Kind::Finding => Signal::Logs,
    }
}

/// An item and where it belongs.
#[must_use]
pub fn encoded(item: &Item) -> (Signal, Json) {
    match signal(item) {
        Signal::Traces => (Signal::Traces, span(item)),
        Signal::Logs => (Signal::Logs, log(item)),
    }
}

/// A request with several items of one signal.
#[must_use]
pub fn request(signal: Signal, origin: &Origin, items: &[Json]) -> Json {
    let resource = json!({"attributes": attributes(&resource(origin))});
    let scope = json!({"name": SCOPE, "version": env!("CARGO_PKG_VERSION")});
    match signal {
        Signal::Traces => {
            json!({"resourceSpans": [{"resource": resource, "scopeSpans": [{"scope": scope, "spans": items}]}]})
        }
        Signal::Logs => {
            json!({"resourceLogs": [{"resource": resource, "scopeLogs": [{"scope": scope, "logRecords": items}]}]})
        }
    }
}

/// What is said of all items of an origin.
fn resource(origin: &Origin) -> Facts {
    let mut facts = vec![("service.name", Value::Text(origin.service.clone()))];
    facts.extend(origin.facts.iter().cloned());
    facts
}

/// How many items a receiver refused, and why, in an answer that took the rest.
#[must_use]
pub fn refused(answer: &Json) -> Option<(u64, String)> {
    let partial = answer.get("partialSuccess")?;
    let count = ["rejectedSpans", "rejectedLogRecords"].into_iter().find_map(|name| {
        let value = partial.get(name)?;
        value.as_u64().or_else(|| value.as_str()?.parse().ok())
    });
    let why = partial.get("errorMessage").and_then(Json::as_str).unwrap_or_default().to_owned();
    count.filter(|count| *count > 0).map(|count| (count, why))
}

fn span(item: &Item) -> Json {
    // 2 is an error, 0 is not set; 3 is the client's view of a call.
    let status = match &item.failed {
        Some(why) => json!({"code": 2, "message": why}),
        None => json!({}),
    };
    let mut span = json!({
        "name": item.name, "kind": 3,
        "startTimeUnixNano": nanos(item.at_ns), "endTimeUnixNano": nanos(item.end_ns.unwrap_or(item.at_ns)),
        "attributes": attributes(&item.facts), "status": status,
        "events": item.events.iter().map(event).collect::<Vec<_>>(),
        "links": item.links.iter().map(link).collect::<Vec<_>>(),
    });
    put_ids(&mut span, item.trace.as_ref(), true);
    span
}

/// The facts of a log record, with what the form has no field for: its kind, and the id by which a receiver knows it
/// again.
///
/// <https://opentelemetry.io/docs/specs/semconv/registry/attributes/log/>
fn facts_of_log(item: &Item) -> Facts {
    let mut facts = item.facts.clone();
    facts.push(("mwscope.kind", Value::Text(item.kind.word().to_owned())));
    facts.push(("log.record.uid", Value::Text(item.id.clone())));
    facts
}

fn log(item: &Item) -> Json {
    let mut log = json!({
        "timeUnixNano": nanos(item.at_ns), "observedTimeUnixNano": nanos(item.at_ns),
        "severityNumber": severity(item.severity), "body": {"stringValue": item.body.as_deref().unwrap_or(&item.name)},
        "attributes": attributes(&facts_of_log(item)),
    });
    if let Some(text) = &item.severity_text {
        log["severityText"] = json!(text);
    }
    put_ids(&mut log, item.trace.as_ref(), false);
    log
}

fn put_ids(value: &mut Json, trace: Option<&Trace>, with_parent: bool) {
    let Some(trace) = trace else { return };
    value["traceId"] = json!(trace.trace);
    value["spanId"] = json!(trace.span);
    if let Some(parent) = trace.parent.as_ref().filter(|_| with_parent) {
        value["parentSpanId"] = json!(parent);
    }
}

fn event(event: &Event) -> Json {
    json!({"name": event.name, "timeUnixNano": nanos(event.at_ns), "attributes": attributes(&event.facts)})
}

fn link(trace: &Trace) -> Json {
    json!({"traceId": trace.trace, "spanId": trace.span})
}

fn attributes(facts: &Facts) -> Vec<Json> {
    facts.iter().map(|(name, value)| attribute(name, value)).collect()
}

fn attribute(name: &str, value: &Value) -> Json {
    let value = match value {
        Value::Text(text) => json!({"stringValue": text}),
        Value::Number(number) => json!({"intValue": number.to_string()}),
        Value::Share(share) => json!({"doubleValue": share}),
        Value::Bool(yes) => json!({"boolValue": yes}),
    };
    json!({"key": name, "value": value})
}

/// The field has no sign; what lies before 1970 is put there.
fn nanos(utc_ns: i64) -> String {
    utc_ns.max(0).to_string()
}

/// <https://opentelemetry.io/docs/specs/otel/logs/data-model/#field-severitynumber>
fn severity(severity: Severity) -> u8 {
    match severity {
        Severity::Fatal => 21,
        Severity::Error => 17,
        Severity::Warn => 13,
        Severity::Debug => 5,
        Severity::Trace => 1,
        Severity::Unknown => 0,
        _ => 9,
    }
}
