//! The waterfall and the summary, on the shipped case and on a hundred thousand calls.

use std::sync::Arc;

use mwscope::model::{
    Exchange, ExchangeId, Gathered, Investigation, Outcome, Request, Response, Source, SourceId, SourceKind, Stamp,
};
use mwscope::tui::{Loaded, Script, Update};
use mwscope_parsers::Civil;

use super::opened;

/// The row under the cursor.
fn cursor(script: &Script) -> String {
    script.screen().lines().find(|l| l.starts_with('>')).unwrap_or_default().to_owned()
}

#[test]
fn a_call_among_those_of_its_time_with_its_records_beneath() {
    let mut script = opened(&[""], 120, 36);
    script.keys("e z");
    insta::assert_snapshot!("failing_call", script.screen());
    script.keys("j");
    assert!(cursor(&script).contains("Facility.Get"), "{}", script.screen());
    script.keys("Z Z Z Z k");
    insta::assert_snapshot!("sixteen_times_wider", script.screen());
    script.keys("Enter");
    assert!(script.screen().contains("[REQUEST]"), "{}", script.screen());
    script.keys("Esc Esc");
    assert!(cursor(&script).starts_with(">F"), "back on the time line\n{}", script.screen());
}

#[test]
fn the_waterfall_moves_in_time_and_to_failures() {
    let mut script = opened(&[""], 120, 36);
    script.keys("gg z");
    let first = script.row(2);
    script.keys("l");
    assert_ne!(script.row(2), first);
    script.keys("h");
    assert_eq!(script.row(2), first);
    script.keys("e");
    assert!(cursor(&script).contains("500 fa"), "{}", script.screen());
    script.keys("e e e e e e e");
    assert!(script.screen().contains("no failed call after this one"), "{}", script.screen());
    script.keys("G");
    assert!(!cursor(&script).is_empty(), "{}", script.screen());
    script.keys("E t");
    assert!(script.screen().contains("[3 Logs]"), "{}", script.screen());
}

#[test]
fn only_the_calls_that_are_shown_are_drawn() {
    let mut script = opened(&[""], 120, 36);
    script.keys("e =u z");
    let screen = script.screen();
    assert!(screen.contains("filter: user:MWSUSR"), "{screen}");
    script.keys("Z Z Z Z Z Z Z Z");
    assert!(!script.screen().contains("Facility.Get  401"), "{}", script.screen());
}

#[test]
fn without_a_call_it_says_so() {
    let mut script = opened(&["/inputs/merged.log"], 100, 30);
    script.keys("z");
    assert!(script.screen().contains("there is no call to draw"), "{}", script.screen());
}

fn many(calls: u32) -> Update {
    let call = |n: u32| {
        let request = Request { method: "GET".to_owned(), target: "/".to_owned(), ..Request::default() };
        let mut x = Exchange::new(ExchangeId(n), SourceId(0), n, format!("http://erp/{n}"), request);
        let civil = Civil { ns: 1_768_300_000_000_000_000 + i64::from(n) * 3_000_000 };
        x.started = Some(Stamp { civil, offset_s: Some(0), digits: 3, has_date: true });
        // One call in a thousand takes a minute, so that something always lies across.
        x.duration_ns = Some(if n.is_multiple_of(1000) { 60_000_000_000 } else { 5_000_000 });
        x.outcome = Outcome::Complete;
        x.response = Some(Response { status: if n == calls / 2 { 500 } else { 200 }, ..Response::default() });
        x
    };
    let mut gathered = Gathered::new();
    let path = "many.har".to_owned();
    gathered.sources =
        vec![Source { id: SourceId(0), path, kind: SourceKind::Har, items: u64::from(calls), bytes: 0, layout: None }];
    gathered.exchanges = (0..calls).map(call).collect();
    let investigation = Arc::new(Investigation::default());
    Update::Loaded(Box::new(Loaded { title: "many".to_owned(), gathered: Arc::new(gathered), investigation }))
}

#[test]
fn of_a_hundred_thousand_calls_those_in_view_are_drawn() {
    let mut script = Script::new(120, 36);
    script.feed(many(100_000));
    script.keys("e z");
    assert!(cursor(&script).contains("/50000"), "{}", script.screen());
    assert!(script.screen().contains("/50001"), "what overlaps is there\n{}", script.screen());
    assert!(script.screen().contains("/49999"), "and what began before\n{}", script.screen());
    script.keys("z z z z z z z z z z z z");
    assert!(script.screen().contains("/49000"), "and what began long before\n{}", script.screen());
    script.keys("G");
    assert!(cursor(&script).contains("/99999"), "{}", script.screen());
    script.keys("gg");
    assert!(cursor(&script).contains("/0 "), "{}", script.screen());
    script.keys("Z Z Z Z Z Z Z Z Z Z Z Z Z Z Z Z Z Z Z Z Z Z Z Z Z Z Z Z Z Z Z Z PgDn PgDn");
    assert!(!cursor(&script).is_empty(), "{}", script.screen());
}

#[test]
fn all_failures_together_lead_to_their_events() {
    let mut script = opened(&[""], 120, 36);
    script.keys("2 ga");
    insta::assert_snapshot!("summary", script.screen());
    script.keys("j j j j j Enter");
    let screen = script.screen();
    assert!(screen.contains("filter: cause:c1") && screen.contains("8 shown"), "{screen}");
    script.keys("Esc");
    assert!(script.screen().contains("All failures together"), "{}", script.screen());
    script.keys("/ \"By service\" Enter j Enter");
    let screen = script.screen();
    assert!(screen.contains("filter: service=\"Facility\" is:failed") && !screen.contains(" 0 shown"), "{screen}");
    script.keys("Esc / \"By time\" Enter j Enter");
    assert!(script.screen().contains("filter: time:2026-01-13T10:"), "{}", script.screen());
    script.keys("Esc gg Enter");
    assert!(script.screen().contains("leads nowhere"), "{}", script.screen());
    script.keys("yy");
    assert!(script.copied().is_some_and(|text| text.contains("By user")), "{:?}", script.copied());
}

#[test]
fn every_size_is_drawn() {
    for (width, height) in [(1, 1), (60, 15), (61, 16), (80, 24), (120, 36), (300, 80)] {
        let mut script = opened(&[""], width, height);
        for keys in ["e", "z", "z", "Z", "Z", "Z", "j", "l", "h", "G", "gg", "?", "Esc", "ga", "G", "PgUp", "Enter"] {
            let screen = script.keys(keys).screen();
            assert_eq!(screen.lines().count(), usize::from(height), "{width}x{height} after {keys}");
        }
    }
}
