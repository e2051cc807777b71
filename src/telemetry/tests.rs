//! Items and their two forms. That receivers understand them is tested with real schemas elsewhere.

use std::sync::Arc;

use mwscope_parsers::Stamp;
use mwscope_parsers::log::Severity;
use serde_json::json;

use super::item::{Item, Kind, Origin, Trace, Value};
use super::{LeftOut, Masking, Telemetry, opensearch, otlp};
use crate::model::moment::stamp_of_utc_ns;
use crate::model::{
    Exchange, ExchangeId, Gathered, Header, Investigation, Outcome, Request, Response, Source, SourceId, SourceKind,
};
use crate::query::{Filter, Surroundings};

fn exchange(id: u32, started: Option<Stamp>, status: u16, traceparent: &str) -> Exchange {
    let mut request = Request { method: "POST".to_owned(), target: "/a".to_owned(), ..Request::default() };
    request.headers.0.push(Header::new("traceparent", traceparent));
    let mut x = Exchange::new(ExchangeId(id), SourceId(0), id, "http://h:1/a?b=1".to_owned(), request);
    (x.started, x.duration_ns, x.outcome) = (started, Some(5_000_000), Outcome::Complete);
    x.response = Some(Response { status, ..Response::default() });
    x
}

fn items(exchanges: Vec<Exchange>, filter: Option<&str>) -> (Vec<Item>, LeftOut) {
    let mut gathered = Gathered::new();
    let path = "a.har".to_owned();
    gathered.sources.push(Source { id: SourceId(0), path, kind: SourceKind::Har, items: 0, bytes: 0, layout: None });
    gathered.exchanges = exchanges;
    let around = Surroundings::new(Arc::new(gathered), Arc::new(Investigation::default()));
    let filter = filter.map(|text| Filter::parse(text).expect("a filter"));
    let masking = Masking { exchange: &|x| Ok(x.clone()), text: &|text| text.replace("secret", "******") };
    let mut items = Vec::new();
    let left_out = Telemetry::new(&around, filter.as_ref()).each(&masking, &mut |item| {
        items.push(item);
        Ok(())
    });
    (items, left_out.expect("nothing fails"))
}

const AT: i64 = 1_768_295_702_418_000_000;

#[test]
fn a_call_keeps_the_callers_trace_and_its_own_ids_are_the_same_each_time() {
    let callers = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let at = Some(stamp_of_utc_ns(AT));
    let all =
        || vec![exchange(1, at, 200, callers), exchange(2, at, 500, "00-0000-0000-00"), exchange(3, None, 200, "")];
    let (first, left_out) = items(all(), None);
    assert_eq!((first.len(), left_out.timeless), (2, 1), "what has no time is counted, not guessed");
    assert_eq!(first, items(all(), None).0);
    let trace = first[0].trace.clone().expect("a trace");
    assert_eq!(trace.trace, "4bf92f3577b34da6a3ce929d0e0e4736");
    assert_eq!(trace.parent.as_deref(), Some("00f067aa0ba902b7"));
    assert_ne!(first[0].id, first[1].id);
    assert_eq!(first[1].failed.as_deref(), Some("HTTP 500"));
    assert_eq!(items(all(), Some("is:failed")).0.len(), 1);
}

#[test]
fn otlp_writes_ids_in_hex_and_long_numbers_as_text() {
    let (items, _) = items(vec![exchange(1, Some(stamp_of_utc_ns(AT)), 500, "")], None);
    let (signal, span) = otlp::encoded(&items[0]);
    assert_eq!(signal, otlp::Signal::Traces);
    assert_eq!(span["startTimeUnixNano"], AT.to_string());
    assert_eq!(span["endTimeUnixNano"], (AT + 5_000_000).to_string());
    assert_eq!(span["status"], json!({"code": 2, "message": "HTTP 500"}));
    assert_eq!(span["traceId"].as_str().map(str::len), Some(32));
    let status = json!({"key": "http.response.status_code", "value": {"intValue": "500"}});
    assert!(span["attributes"].as_array().is_some_and(|all| all.contains(&status)), "{span}");
    let request = otlp::request(signal, &Origin::new("mws", Some("a.mwscope"), Some("srv")), &[span]);
    assert_eq!(request["resourceSpans"][0]["scopeSpans"][0]["spans"].as_array().map(Vec::len), Some(1));
}

#[test]
fn what_a_receiver_refuses_is_counted() {
    let partial = json!({"partialSuccess": {"rejectedSpans": "3", "errorMessage": "too old"}});
    assert_eq!(otlp::refused(&partial), Some((3, "too old".to_owned())));
    assert_eq!(otlp::refused(&json!({"partialSuccess": {}})), None);
    let answer = json!({"errors": true, "items": [{"index": {"status": 201}}, {"index": {"status": 429}},
        {"index": {"status": 400, "error": {"reason": "mapping"}}}]});
    assert_eq!(opensearch::refused(&answer), Some((vec![1], vec!["400: mapping".to_owned()])));
    // What isn't the bulk interface took nothing, even where it answers 200.
    assert_eq!(opensearch::refused(&json!({"took": 1})), None);
    assert_eq!(opensearch::refused(&json!(null)), None);
    assert_eq!(opensearch::refused(&json!({"errors": false, "items": []})), Some((vec![], vec![])));
}

#[test]
fn an_item_is_two_lines_for_the_bulk_interface() {
    let item = Item {
        kind: Kind::Record,
        id: "abc".to_owned(),
        at_ns: AT,
        end_ns: None,
        name: "a\nb".to_owned(),
        body: Some("a\nb".to_owned()),
        severity: Severity::Warn,
        severity_text: None,
        failed: None,
        trace: Some(Trace { trace: "1".repeat(32), span: "2".repeat(16), parent: None }),
        facts: vec![("mwscope.line", Value::Number(7))],
        events: Vec::new(),
        links: Vec::new(),
    };
    let lines = opensearch::lines(&item, "i", &Origin::new("mws", None, Some("srv")));
    let lines: Vec<serde_json::Value> = lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines[0], json!({"index": {"_index": "i", "_id": "abc"}}));
    assert_eq!(lines[1]["@timestamp"], "2026-01-13T09:15:02.418Z");
    assert_eq!((&lines[1]["log.level"], &lines[1]["mwscope.line"]), (&json!("WARN"), &json!(7)));
    assert_eq!(lines.len(), 2);
}
