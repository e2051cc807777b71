//! Terminals and texts that mean no good: any size, any bytes, any keys. Nothing may panic, and no byte of the
//! evidence may reach the terminal as a command.

use std::sync::Arc;

use bytes::Bytes;
use mwscope::logs::Log;
use mwscope::model::{
    Body, DumpId, Exchange, ExchangeId, Gathered, GatheredDump, Header, Headers, Investigation, Request, Response,
    Source, SourceId, SourceKind,
};
use mwscope::tui::{Loaded, Script, Update};
use proptest::prelude::*;

use super::opened;

/// Every screen, one after the other.
const TOUR: &[&str] = &[
    "1",
    "e",
    "Enter",
    "b",
    "v",
    "v",
    "v",
    "G",
    "Esc",
    "2",
    "Tab",
    "j",
    "G",
    "Enter",
    "Esc",
    "Esc",
    "3",
    "L",
    "G",
    "Enter",
    "v",
    "Esc",
    "0",
    "j",
    "7",
    "G",
    "1",
    "c",
    "j",
    "n",
    "Esc",
    "?",
    "PgDn",
    "Esc",
    ":",
    "\"thr\"",
    "Down",
    "Esc",
    "Space",
    "Esc",
    "f",
    "\"user:x (\"",
    "Esc",
    "/",
    "\"a\"",
    "Enter",
    "n",
    "N",
    "=",
    "Esc",
    "gs",
    "gs",
    "gs",
    "d",
    "Esc",
    "D",
    "F",
    "i",
    "m",
    "7",
    "1",
    "e",
    "a",
    "\"x y\" Ctrl-N \"z\"",
    "Enter",
    "A",
    "\"x\"",
    "Down",
    "Esc",
    "h",
    "H",
    "l",
    "L",
    "gx",
    "gx",
    "f",
    "\"us\" Tab Tab Up Down",
    "F1",
    "Esc",
    "Esc",
    "gv",
    "Esc",
    "f \"is:failed\" Enter gV \"n\" Tab",
    "Enter",
    "gv",
    "Del",
    "Esc",
    "F",
    "gk",
    "Enter",
    "Esc",
    "gL",
    "gL",
    "gL",
    "C",
    "Enter",
    "Esc",
    "gf",
    "gb",
    "gp",
    "gr",
    "ym",
    "'",
    "4",
    "s",
    "Enter",
    "Esc",
    "1",
    "e",
    "z",
    "Z",
    "l",
    "G",
    "Enter",
    "Esc",
    "gn",
    "ge",
    "gl",
    "ga",
    "G",
    "Enter",
    "q",
];

#[test]
fn every_screen_is_drawn_at_every_size() {
    for (width, height) in [
        (1, 1),
        (1, 50),
        (2, 2),
        (5, 3),
        (10, 300),
        (20, 5),
        (40, 12),
        (60, 15),
        (61, 16),
        (80, 24),
        (120, 36),
        (200, 60),
        (300, 100),
    ] {
        let mut script = opened(&["/inputs/traffic.har"], width, height);
        for keys in TOUR {
            let screen = script.keys(keys).screen();
            assert_eq!(screen.lines().count(), usize::from(height), "{width}x{height} after {keys}");
        }
    }
}

#[test]
fn a_small_terminal_says_so_and_grows() {
    let mut script = opened(&["/inputs/traffic.har"], 50, 10);
    assert!(script.screen().starts_with("mwscope needs 60x15; this is 50x10."));
    script.resize(80, 24);
    assert!(script.screen().contains("[1 Time line]"));
    script.resize(1, 1).resize(300, 100).resize(80, 24);
    assert!(script.keys("q").ending().is_some());
}

/// A case whose every text is `text`.
fn poisoned(text: &str) -> Update {
    let owned = || text.to_owned();
    let request = Request {
        method: owned(),
        target: owned(),
        version: owned(),
        headers: Headers(vec![Header::new(owned(), text.as_bytes())]),
        body: Body::whole(Bytes::from(owned())),
        ..Request::default()
    };
    let mut x = Exchange::new(ExchangeId(1), SourceId(0), 0, owned(), request);
    x.response =
        Some(Response { status: 500, reason: owned(), body: Body::whole(Bytes::from(owned())), ..Response::default() });
    x.call.fault = Some(owned());
    x.call.user = Some(owned());
    x.call.operation = Some(owned());
    x.call.fields = vec![(owned(), owned())];
    let log = format!("2026-01-13 10:41:02,471 ERROR [{text}] a.b - {text}\nfoo\n");
    let log = Log::in_memory(Bytes::from(log), None).expect("in memory");
    let dump = mwscope::model::Dump { summary: owned(), program: Some(owned()), ..Default::default() };
    let source = |id, kind| Source { id: SourceId(id), path: owned(), kind, items: 1, bytes: 1, layout: None };
    let mut gathered = Gathered::new();
    gathered.sources = vec![source(0, SourceKind::Har), source(1, SourceKind::Log), source(2, SourceKind::Dump)];
    gathered.exchanges = vec![x];
    gathered.logs = vec![(SourceId(1), Arc::new(log))];
    gathered.dumps = vec![GatheredDump::new(DumpId(0), SourceId(2), Arc::new(dump))];
    let investigation = Arc::new(mwscope::rules::investigate(&gathered, &mwscope::timeline::Options::default()));
    let _none = Investigation::default();
    Update::Loaded(Box::new(Loaded { title: owned(), gathered: Arc::new(gathered), investigation }))
}

#[test]
fn no_control_byte_reaches_the_terminal() {
    let mut script = Script::new(120, 36);
    script.feed(poisoned(
        "\u{1b}]52;c;AAAA\u{7}\u{9b}2J\u{202e}\u{200b}a\u{301}\u{301}\r\n\t\0漢字\u{1F468}\u{200D}\u{1F469}",
    ));
    for keys in TOUR {
        let screen = script.keys(keys).screen();
        let bad = screen.chars().find(|c| c.is_control() && *c != '\n' || matches!(c, '\u{202e}' | '\u{200b}'));
        assert_eq!(bad, None, "after {keys}");
    }
    assert!(script.keys("1").screen().contains("\\x1B"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn no_text_and_no_key_makes_it_panic(
        text in "\\PC{0,30}",
        width in 1_u16..140,
        height in 1_u16..50,
        keys in proptest::collection::vec(0..TOUR.len(), 0..40),
    ) {
        let mut script = Script::new(width, height);
        script.feed(poisoned(&text));
        for key in keys {
            let _screen = script.keys(TOUR[key]).screen();
        }
    }
}
