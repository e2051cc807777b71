//! A recording on the screens: what comes takes its place, and what the user looks at stays where it is.

use std::sync::Arc;

use bytes::Bytes;
use mwscope::engine;
use mwscope::engine::push::Gone;
use mwscope::logs::Log;
use mwscope::model::{
    Dump, DumpId, Exchange, ExchangeId, Gathered, GatheredDump, Investigation, Outcome, Request, Response, Source,
    SourceId, SourceKind, Stamp,
};
use mwscope::tui::{Loaded, Recording, Script, Update};
use mwscope_parsers::Civil;

fn stamp(second: u32) -> Stamp {
    let civil = Civil::new(2026, 1, 13, 10, 41, second, 0).expect("a time");
    Stamp { civil, offset_s: Some(0), digits: 3, has_date: true }
}

fn exchange(id: u32, second: u32, status: Option<u16>) -> Update {
    Update::Live(engine::Update::Exchange(Box::new(call(id, second, status))))
}

fn call(id: u32, second: u32, status: Option<u16>) -> Exchange {
    let request = Request { method: "GET".to_owned(), target: "/".to_owned(), ..Request::default() };
    let mut x = Exchange::new(ExchangeId(id), SourceId(0), id, format!("http://erp/{id}"), request);
    x.started = Some(stamp(second));
    if let Some(status) = status {
        x.outcome = Outcome::Complete;
        x.response = Some(Response { status, ..Response::default() });
    }
    x
}

fn dump(id: u32, second: u32, program: &str) -> Update {
    let dump = Dump { at: Some(stamp(second)), program: Some(program.to_owned()), line: 1, ..Dump::default() };
    Update::Live(engine::Update::Dump(GatheredDump::new(DumpId(id), SourceId(2), Arc::new(dump))))
}

fn recording() -> Script {
    let mut script = Script::new(100, 30);
    let source =
        |id, path: &str, kind| Source { id: SourceId(id), path: path.into(), kind, items: 0, bytes: 0, layout: None };
    let mut gathered = Gathered::new();
    gathered.sources.push(source(0, "proxy", SourceKind::Case));
    let investigation = Arc::new(Investigation::default());
    script.feed(Update::Loaded(Box::new(Loaded { title: "live".into(), gathered: Arc::new(gathered), investigation })));
    script.feed(Update::Recording(Recording {
        running: true,
        listening: vec!["127.0.0.1:8888".to_owned()],
        certificate: Some("ca.pem".to_owned()),
        ..Recording::default()
    }));
    script
}

fn rows(script: &Script) -> Vec<String> {
    let screen = script.screen();
    screen.lines().filter(|l| l.contains("10:41:")).map(|l| l.trim_end_matches('▐').trim_end().to_owned()).collect()
}

#[test]
fn before_the_first_call_the_screen_says_how_to_make_one() {
    let screen = recording().screen();
    assert!(screen.contains("REC 00:00:00 127.0.0.1:8888"), "{screen}");
    assert!(screen.contains("curl -x http://127.0.0.1:8888"), "{screen}");
    assert!(screen.contains("ca.pem"), "{screen}");
}

#[test]
fn it_follows_until_the_user_moves_and_again_after_g() {
    let mut script = recording();
    for n in 1..40 {
        script.feed(exchange(n, n, Some(200)));
    }
    assert!(script.row(0).contains("FOLLOWING"), "{}", script.row(0));
    assert!(rows(&script).last().is_some_and(|row| row.starts_with('>') && row.contains("/39")), "{}", script.screen());
    script.keys("k k");
    let before = rows(&script);
    script.feed(exchange(40, 41, Some(200))).feed(exchange(41, 42, Some(500)));
    assert_eq!(rows(&script), before, "what was in view moved");
    assert!(script.row(0).contains("2 NEW BELOW (G)"), "{}", script.row(0));
    assert!(script.screen().contains("+ failed: /41"), "{}", script.screen());
    script.keys("G");
    assert!(script.row(0).contains("FOLLOWING"));
    assert!(rows(&script).last().is_some_and(|row| row.contains("/41")));
}

#[test]
fn what_comes_late_takes_its_place_without_moving_the_cursor() {
    let mut script = recording();
    script.feed(exchange(1, 10, Some(200))).feed(exchange(2, 20, Some(200))).feed(exchange(3, 30, Some(200)));
    script.keys("k");
    assert!(rows(&script)[1].starts_with('>'));
    script.feed(exchange(4, 5, Some(200)));
    let rows = rows(&script);
    assert!(rows[0].contains("/4") && rows[2].starts_with('>') && rows[2].contains("/2"), "{rows:?}");
}

#[test]
fn an_open_call_changes_its_letter_when_it_ends() {
    let mut script = recording();
    script.feed(exchange(1, 10, None));
    assert!(rows(&script)[0].contains("waiting"), "{}", script.screen());
    script.feed(exchange(1, 10, Some(503)));
    assert_eq!(rows(&script).len(), 1);
    assert!(rows(&script)[0].starts_with(">F"), "{}", script.screen());
}

#[test]
fn a_log_grows_and_a_filter_takes_what_passes() {
    let mut script = recording();
    let log = "2026-01-13 10:41:02,000 INFO  [t1] a.b - one\n2026-01-13 10:41:03,000 ERROR [t1] a.b - two\n";
    let log = Arc::new(Log::in_memory(Bytes::from(log), None).expect("in memory"));
    let path = "server.log".to_owned();
    let source = Source { id: SourceId(1), path, kind: SourceKind::Log, items: 2, bytes: 0, layout: None };
    script.feed(exchange(1, 1, Some(200)));
    script.keys("f \"level:>=error OR is:failed\" Enter");
    script.feed(Update::Live(engine::Update::Source(source, Some(log))));
    script.feed(Update::Live(engine::Update::Grew { source: SourceId(1), from: 1 }));
    assert!(script.screen().contains("1 shown, 2 hidden"), "{}", script.screen());
    script.feed(exchange(2, 50, Some(500)));
    assert!(script.screen().contains("2 shown, 2 hidden"), "{}", script.screen());
    script.keys("F");
    assert_eq!(rows(&script).len(), 4, "{}", script.screen());
}

#[test]
fn a_dump_that_was_read_half_written_is_replaced() {
    let mut script = recording();
    script.feed(dump(0, 10, "CRS0")).feed(exchange(1, 20, Some(200))).feed(dump(1, 10, "CRS008"));
    let rows = rows(&script);
    assert_eq!(rows.len(), 2, "{rows:?}");
    assert!(rows[0].contains("CRS008"), "{rows:?}");
}

#[test]
fn leaving_a_recording_asks_once() {
    let mut script = recording();
    script.keys("q");
    assert_eq!(script.ending(), None);
    assert!(script.screen().contains("The same key again leaves"));
    script.keys("j q q");
    assert!(script.ending().is_some());
}

#[test]
fn a_receiver_that_gets_the_recording_stands_in_the_first_line() {
    let mut script = recording();
    let mut first_line = |gone: Gone| {
        script.feed(Update::Recording(Recording { running: true, pushed: vec![gone], ..Recording::default() }));
        script.screen().lines().next().unwrap_or_default().to_owned()
    };
    let gone = Gone { url: "http://c:4318".to_owned(), wire: "otlp", taken: 120, ..Gone::default() };
    assert!(first_line(gone.clone()).contains("otlp 120"));
    let behind = Gone { behind: 7, ..gone.clone() };
    assert!(first_line(behind.clone()).contains("otlp 7 behind"));
    assert!(first_line(Gone { trouble: Some("dial: refused".to_owned()), ..behind }).contains("otlp WAITS, 7 behind"));
    assert!(first_line(Gone { refused: 2, ..gone }).contains("otlp REFUSED 2"));
}

/// A case that held two calls, one of which failed.
fn continued() -> Script {
    let mut script = Script::new(100, 30);
    let source =
        Source { id: SourceId(0), path: "proxy".to_owned(), kind: SourceKind::Case, items: 2, bytes: 0, layout: None };
    let mut gathered = Gathered::new();
    gathered.sources = vec![source.clone(), Source { id: SourceId(1), items: 0, ..source }];
    for (n, status) in [(0, 200), (1, 500)] {
        let mut x = call(n, n, Some(status));
        x.source = SourceId(0);
        gathered.exchanges.push(x);
    }
    let loaded = Loaded { title: "live".into(), gathered: Arc::new(gathered), investigation: Arc::default() };
    script.feed(Update::Loaded(Box::new(loaded)));
    let listening = vec!["127.0.0.1:8888".to_owned()];
    script.feed(Update::Recording(Recording { running: true, listening, held: 2, ..Recording::default() }));
    script
}

#[test]
fn a_case_that_is_gone_on_with_shows_what_it_holds_and_what_is_new() {
    let mut script = continued();
    assert!(script.row(0).contains("calls 2 (0 new)  failed 1"), "{}", script.row(0));
    assert_eq!(rows(&script).len(), 2, "{}", script.screen());
    let mut x = call(2, 30, Some(200));
    x.source = SourceId(1);
    script.feed(Update::Live(engine::Update::Exchange(Box::new(x))));
    assert!(script.row(0).contains("calls 3 (1 new)  failed 1"), "{}", script.row(0));
    assert!(rows(&script).last().is_some_and(|row| row.starts_with('>') && row.contains("/2")), "{}", script.screen());
    // Two recordings have one name; which is which is said.
    script.keys("0");
    assert!(script.screen().contains("proxy (1 of 2)") && script.screen().contains("proxy (2 of 2)"));
}

#[test]
fn the_beginning_of_a_log_is_shown_while_the_rest_is_read() {
    let log = |records: u32| {
        let line = |n: u32| format!("2026-01-13 10:41:{:02},{:03} INFO  [t1] a.b - {n}\n", n / 1000, n % 1000);
        let text: String = (0..records).map(line).collect();
        let log = Arc::new(Log::in_memory(Bytes::from(text), None).expect("in memory"));
        let path = "server.log".to_owned();
        let mut gathered = Gathered::new();
        let items = u64::from(records);
        gathered.sources = vec![Source { id: SourceId(0), path, kind: SourceKind::Log, items, bytes: 0, layout: None }];
        gathered.logs = vec![(SourceId(0), log as Arc<dyn mwscope::model::Records>)];
        let investigation = Arc::new(mwscope::rules::investigate(&gathered, &mwscope::timeline::Options::default()));
        Box::new(Loaded { title: "server.log".into(), gathered: Arc::new(gathered), investigation })
    };
    let mut script = Script::new(100, 30);
    script.feed(Update::Glimpse(log(100)));
    let progress = mwscope::tui::Progress { what: "reading server.log".to_owned(), done: 43, total: Some(100) };
    script.feed(Update::Progress(progress));
    let screen = script.screen();
    assert!(
        screen.contains("reading server.log 43 % ...") && screen.contains("100 of the beginning so far"),
        "{screen}"
    );
    assert!(rows(&script).len() > 10, "{screen}");
    // Keys work meanwhile, and nobody is moved when the rest is there.
    script.keys("PgDn PgDn j");
    let before = rows(&script);
    script.feed(Update::Loaded(log(5000)));
    assert_eq!(rows(&script), before);
    assert!(script.screen().contains("5000 shown, 0 hidden"), "{}", script.screen());
    script.feed(Update::Glimpse(log(100)));
    assert!(script.screen().contains("5000 shown"), "a beginning never takes the place of the whole");
}
