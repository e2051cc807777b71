//! From an exchange to what is sent again.

use std::io;

use super::*;
use crate::model::{Body, ExchangeId, Kept, Mask, Request, SourceId};

struct Here;

impl Bodies for Here {
    fn load(&self, body: &Body) -> io::Result<Bytes> {
        Ok(if let Kept::Here(bytes) = &body.kept { bytes.clone() } else { Bytes::new() })
    }
}

fn exchange(version: &str, headers: &[(&str, &str)], body: &'static [u8]) -> Exchange {
    let request = Request {
        method: "POST".into(),
        target: "/a".into(),
        version: version.into(),
        headers: Headers(headers.iter().map(|(name, value)| Header::new(*name, value)).collect()),
        body: Body::whole(Bytes::from_static(body)),
        ..Request::default()
    };
    Exchange::new(ExchangeId(1), SourceId(0), 0, "https://h:81/a#f".into(), request)
}

fn lines(draft: &Draft) -> Vec<String> {
    draft.headers.0.iter().map(|header| format!("{}: {}", header.name, header.text())).collect()
}

#[test]
fn what_was_newer_or_for_a_proxy_becomes_plain_http1() {
    let recorded = exchange("HTTP/2", &[(":authority", "h:81"), ("cookie", "a=1"), ("x", "y"), ("cookie", "b=2")], b"");
    let draft = Draft::of(&recorded, &Here).expect("a draft");
    assert_eq!(lines(&draft), ["Host: h:81", "cookie: a=1; b=2", "x: y"]);
    assert_eq!(draft.url, "https://h:81/a");
    let mut recorded =
        exchange("HTTP/1.1", &[("Host", "here:1"), ("Proxy-Connection", "keep-alive"), ("Authorization", "x")], b"");
    recorded.edits = ["Host: the upstream's", "Authorization removed"]
        .map(|what| Edit { what: what.into(), before: None, after: what.starts_with('H').then(|| "h:81".into()) })
        .into();
    assert_eq!(lines(&Draft::of(&recorded, &Here).expect("a draft")), ["Host: h:81"]);
}

#[test]
fn a_body_that_was_kept_without_its_coding_gets_it_again() {
    let recorded = exchange("HTTP/1.1", &[("Host", "h"), ("Content-Encoding", "gzip")], b"<a/>");
    let draft = Draft::of(&recorded, &Here).expect("a draft");
    assert_eq!(coded::plain(&draft).expect("gzip"), "<a/>");
    assert!(draft.edits.iter().any(|edit| edit.what.contains("coded again as gzip")));
    let unknown = exchange("HTTP/1.1", &[("Content-Encoding", "sdch")], b"<a/>");
    assert!(Draft::of(&unknown, &Here).is_err());
}

#[test]
fn fillers_are_known_until_something_else_stands_there() {
    let mut recorded =
        exchange("HTTP/1.1", &[("Host", "h"), ("X-Token", "****"), ("Y", "1")], b"<a><b>**</b><c>***</c></a>");
    let mask = |part, offset, len| Mask { part, offset, len, rule: "r".into(), token: "t".into() };
    recorded.masks =
        vec![mask(Part::RequestHead, 39, 4), mask(Part::RequestBody, 6, 2), mask(Part::RequestBody, 15, 3)];
    let mut draft = Draft::of(&recorded, &Here).expect("a draft");
    let places = |draft: &Draft| draft.holes.iter().map(Hole::place).collect::<Vec<_>>();
    assert_eq!(places(&draft), ["header:X-Token", "the body at byte 6", "the body at byte 15"]);
    let set = |path: &str| {
        crate::replay::assignment(path).map(|(place, value)| crate::replay::Change::Set(place, value)).expect(path)
    };
    draft.change(&set("//b=longer")).expect("a change");
    assert_eq!(places(&draft), ["header:X-Token", "the body at byte 19"]);
    draft.change(&set("//c=x")).expect("a change");
    assert_eq!(draft.masked, [Part::RequestHead]);
    draft.change(&set("header:x-token=y")).expect("a change");
    assert!(draft.masked.is_empty() && draft.holes.is_empty());
    assert!(draft.edits.iter().any(|edit| edit.what == "x-token" && edit.after.is_none()), "{:?}", draft.edits);
}
