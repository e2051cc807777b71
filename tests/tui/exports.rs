//! What `x` writes: what is on the page, masked as `mwscope export` masks it.

use std::sync::Arc;

use bytes::Bytes;
use mwscope::export::FORMATS;
use mwscope::model::{
    Body, Exchange, ExchangeId, Gathered, Header, Headers, Investigation, Outcome, Request, Response, Source, SourceId,
    SourceKind,
};
use mwscope::tui::{Loaded, Script, Update};

use super::opened;

/// The file that was written last: its name and what is in it.
fn last(script: &Script) -> (String, String) {
    let (name, bytes) = script.written().last().expect("a file");
    (name.clone(), String::from_utf8_lossy(bytes).into_owned())
}

#[test]
fn a_call_is_written_in_the_form_that_is_chosen() {
    let mut script = opened(&[""], 120, 36);
    script.keys("e Enter x");
    insta::assert_snapshot!("forms_of_a_call", script.screen());
    script.keys("Enter");
    let (name, text) = last(&script);
    assert!(name == "mwscope-x28.md" && text.contains("# What failed, and why"), "{name}\n{text}");
    script.keys("x Down Enter");
    let (name, text) = last(&script);
    assert!(name == "mwscope-x28.sh" && text.contains("curl "), "{name}\n{text}");
    script.keys("x Down Down Enter");
    let (name, text) = last(&script);
    let har: serde_json::Value = serde_json::from_str(&text).expect("a HAR");
    assert_eq!((name.as_str(), har["log"]["entries"].as_array().map(Vec::len)), ("mwscope-x28.har", Some(1)));
    assert!(script.screen().contains("written to mwscope-x28.har: har, secrets masked"), "{}", script.screen());
}

#[test]
fn no_form_of_a_call_has_its_secrets() {
    let request = Request {
        method: "POST".to_owned(),
        target: "/m3api-rest/execute?api_key=fishermansfriend".to_owned(),
        headers: Headers(vec![
            Header::new("Authorization", "Bearer abcdefghijklmnop"),
            Header::new("Content-Type", "application/x-www-form-urlencoded"),
        ]),
        body: Body::whole(Bytes::from_static(b"user=JDOE&password=hunter2secret")),
        ..Request::default()
    };
    let mut x = Exchange::new(ExchangeId(0), SourceId(0), 0, "http://erp/m3api-rest/execute".to_owned(), request);
    x.outcome = Outcome::Complete;
    let headers = Headers(vec![Header::new("Content-Type", "text/plain")]);
    let body = Body::whole(Bytes::from_static(b"abcdefghijklmnop is no token"));
    x.response = Some(Response { status: 200, headers, body, ..Response::default() });
    let mut gathered = Gathered::new();
    let path = "made.har".to_owned();
    gathered.sources = vec![Source { id: SourceId(0), path, kind: SourceKind::Har, items: 1, bytes: 0, layout: None }];
    gathered.exchanges = vec![x];
    let mut script = Script::new(120, 36);
    let (title, investigation) = ("made".to_owned(), Arc::new(Investigation::default()));
    script.feed(Update::Loaded(Box::new(Loaded { title, gathered: Arc::new(gathered), investigation })));
    script.keys("x Enter");
    let forms = FORMATS.len() + 1;
    for n in 0..forms {
        script.keys("x");
        (0..n).for_each(|_| _ = script.keys("Down"));
        script.keys("Enter");
    }
    assert_eq!(script.written().len(), forms + 1);
    for (name, bytes) in script.written() {
        let text = String::from_utf8_lossy(bytes);
        assert!(!bytes.is_empty(), "{name} has nothing in it");
        for secret in ["abcdefghijklmnop", "hunter2secret"] {
            assert!(!text.contains(secret), "{name} has {secret}\n{text}");
        }
    }
}

#[test]
fn the_rows_shown_are_written_as_text_and_the_marked_ones_by_the_capital() {
    let mut script = opened(&[""], 120, 36);
    script.keys("e t x");
    let (name, text) = last(&script);
    let head = text.lines().next().unwrap_or_default();
    assert_eq!(name, "mwscope-events.txt");
    assert!(head.contains("events shown, filter with:x28; times are"), "{head}");
    assert!(text.contains("Abnormal termination of mvx.app.pgm.CRS008") && text.contains(".log:"), "{text}");
    script.keys("1 e m X Enter");
    let (_, text) = last(&script);
    assert!(text.starts_with("# 1 marked events") && text.contains(": 500 fault"), "{text}");
}

#[test]
fn a_comparison_a_finding_a_dump_and_the_report_are_written_as_they_are() {
    let mut script = opened(&[""], 120, 36);
    script.keys("e c x");
    let (name, text) = last(&script);
    assert!(name.starts_with("mwscope-x28-x") && text.contains("| only A | fault |"), "{name}\n{text}");
    script.keys("2 x");
    let (name, text) = last(&script);
    assert!(name == "mwscope-f1.md" && text.contains("## f1: ") && !text.contains("## f2: "), "{name}\n{text}");
    script.keys("1 gg e d x");
    let (name, text) = last(&script);
    assert!(name.starts_with("mwscope-d") && text.contains("READ_DSP ICFCMD"), "{name}\n{text}");
    script.keys("7 x");
    assert_eq!(last(&script).0, "mwscope-report.md");
    script.keys("0 x");
    assert_eq!(last(&script).0, "mwscope-sources.txt");
}
