//! Archives of several producers (third-party files, where `MWSCOPE_FIXTURES` names their folder) and the traps
//! that each is known for (synthetic).

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::*;
use crate::model::{Exchange, Kept, Stage};

fn fixture(name: &str) -> Option<Vec<u8>> {
    let Some(folder) = std::env::var_os("MWSCOPE_FIXTURES") else {
        eprintln!("skipped: MWSCOPE_FIXTURES is not set");
        return None;
    };
    Some(fs::read(PathBuf::from(folder).join(name)).expect("a fixture"))
}

fn read_all(bytes: &[u8]) -> Recorded {
    read(bytes, SourceId(0), ExchangeId(0))
}

fn archive(entries: &[Value]) -> Recorded {
    read_all(json!({"log": {"version": "1.2", "entries": entries}}).to_string().as_bytes())
}

fn entry(request: &Value, response: &Value) -> Value {
    json!({"startedDateTime": "2026-01-13T09:15:02.418Z", "time": 12.5, "request": request, "response": response})
}

#[test]
fn archives_of_other_producers_read_as_their_own_reader_reads_them() {
    for name in ["charles", "chrome", "insomnia", "with-bom"] {
        let Some(bytes) = fixture(&format!("http/mitmproxy--{name}.har")) else { return };
        let oracle = fixture(&format!("oracle/mitmproxy--{name}.har.oracle--{name}.json")).expect("an oracle");
        let oracle: Vec<Value> = serde_json::from_slice(&oracle).expect("json");
        let archive = read_all(&bytes);
        assert_eq!(archive.problems, [], "{name}");
        assert_eq!(archive.exchanges.len(), oracle.len(), "{name}");
        for (exchange, flow) in archive.exchanges.iter().zip(&oracle) {
            compare(exchange, flow);
        }
    }
}

fn compare(exchange: &Exchange, flow: &Value) {
    let request = &flow["request"];
    assert_eq!(request["method"], exchange.request.method);
    assert_eq!(request["path"], exchange.request.target);
    // That reader takes whatever isn't HTTP/2 for HTTP/1.1, also h3 and nothing.
    assert_eq!(request["http_version"] == "HTTP/2", exchange.request.version == "HTTP/2");
    assert_eq!(flow["response"]["status_code"], exchange.status().unwrap_or_default());
    let started = exchange.started.and_then(|stamp| stamp.utc_ns()).unwrap_or_default() as f64 / 1e9;
    assert!((request["timestamp_start"].as_f64().unwrap_or_default() - started).abs() < 1e-3);
    let listed = |headers: &Value, header: &crate::model::Header| {
        headers.as_array().is_some_and(|all| all.contains(&json!([header.name.as_str(), header.text()])))
    };
    for header in &exchange.request.headers.0 {
        assert!(listed(&request["headers"], header), "{header:?}");
    }
    let body = match &exchange.request.body.kept {
        Kept::Here(bytes) => bytes.clone(),
        _ => bytes::Bytes::new(),
    };
    assert_eq!(request["contentHash"], mwscope_parsers::hex::text(&Sha256::digest(&body)));
}

#[test]
fn every_entry_of_large_archives_is_read() {
    for (name, count) in [
        ("harviewer--chrome51", None),
        ("harviewer--xml", None),
        ("mitmproxy--diff_data", None),
        ("mitmproxy--websocket", Some(2)),
    ] {
        let Some(bytes) = fixture(&format!("http/{name}.har")) else { return };
        let whole: Value = serde_json::from_slice(&bytes).expect("json");
        let entries = whole["log"]["entries"].as_array().expect("entries");
        let archive = read_all(&bytes);
        assert_eq!(archive.problems, [], "{name}");
        assert_eq!(archive.exchanges.len(), entries.len(), "{name}");
        assert!(count.is_none_or(|count| count <= entries.len() || !entries.is_empty()), "{name}");
        for (exchange, entry) in archive.exchanges.iter().zip(entries) {
            assert_eq!(entry["response"]["status"], exchange.status().unwrap_or_default());
            let text = entry["response"]["content"]["text"].as_str().unwrap_or_default();
            let kept = exchange.response.as_ref().map(|response| response.body.kept.clone()).unwrap_or_default();
            let kept_some = matches!(&kept, Kept::Here(bytes) if !bytes.is_empty());
            assert_eq!(kept_some, !text.is_empty(), "{name}");
        }
    }
}

#[test]
fn invalid_archives_say_what_is_wrong() {
    for (name, word) in [("mitmproxy--brokenfile", "not an object"), ("harviewer--not-valid", "no \"entries\"")] {
        let Some(bytes) = fixture(&format!("http/{name}.har")) else { return };
        assert!(looks_like(&bytes), "{name}");
        let archive = read_all(&bytes);
        assert!(archive.exchanges.is_empty() && archive.problems[0].what.contains(word), "{:?}", archive.problems);
    }
}

#[test]
fn a_file_that_ends_anywhere_gives_the_entries_before() {
    let one = entry(&json!({"method": "GET", "url": "http://h/1"}), &json!({"status": 200}));
    let whole = json!({"log": {"creator": {"name": "P", "version": "1"}, "entries": [one, one, one]}}).to_string();
    let ends: Vec<_> = whole.match_indices("\"status\":200}}").map(|(at, text)| at + text.len()).collect();
    // The last brace closes what is around the log and says nothing of it.
    for cut in 0..whole.len() - 1 {
        let archive = read_all(&whole.as_bytes()[..cut]);
        let before = ends.iter().filter(|end| **end <= cut).count();
        assert_eq!(archive.exchanges.len(), before, "cut at {cut}");
        assert_eq!(archive.problems.len(), 1, "cut at {cut}: {:?}", archive.problems);
    }
}

#[test]
fn one_bad_entry_costs_only_itself() {
    let good = entry(&json!({"method": "GET", "url": "http://h/1"}), &json!({"status": 200}));
    let archive = archive(&[good.clone(), json!(7), json!({"request": {}}), json!({"request": []}), good]);
    let indices: Vec<_> = archive.exchanges.iter().map(|exchange| (exchange.id.0, exchange.index)).collect();
    assert_eq!(indices, [(0, 0), (1, 1)]);
    assert_eq!(archive.problems.len(), 3);
    let broken = br#"{"log":{"entries":[{"request":{"method":"GET","url":"http://h/a"},"x":tru},{"request":{"method":"PUT","url":"http://h/b"}}]}}"#;
    let archive = read_all(broken);
    assert_eq!((archive.exchanges.len(), archive.problems[0].offset), (1, 19));
    assert_eq!(archive.exchanges[0].request.method, "PUT");
}

#[test]
fn headers_and_targets_of_every_spelling_are_read() {
    let spelling = |headers: Value, url: &str, method: &str| {
        let request = json!({"method": method, "url": url, "headers": headers, "httpVersion": "h2"});
        archive(&[entry(&request, &json!({"status": 200}))]).exchanges.remove(0)
    };
    let lists = spelling(json!([["A", "1"], ["B", null], {"name": "C", "value": 3}, 9]), "https://h?x=1#f", "GET");
    let pairs: Vec<_> = lists.request.headers.0.iter().map(|h| (h.name.as_str(), h.text().into_owned())).collect();
    assert_eq!(pairs, [("A", "1".to_owned()), ("B", String::new()), ("C", "3".to_owned())]);
    assert_eq!((lists.request.target.as_str(), lists.request.version.as_str()), ("/?x=1", "HTTP/2"));
    assert_eq!(spelling(json!({"A": "1\n2"}), "http://h:1/p", "GET").request.headers.0.len(), 2);
    let tunnel = spelling(json!([]), "https://h:443/", "CONNECT");
    assert_eq!((tunnel.url.as_str(), tunnel.request.target.as_str()), ("h:443", "h:443"));
    assert_eq!(spelling(json!(null), "XML", "GET").request.target, "XML");
}

#[test]
fn an_exchange_without_an_answer_says_where_it_broke() {
    let request = json!({"method": "POST", "url": "http://h/"});
    let failed = |response: Value| archive(&[entry(&request, &response)]).exchanges.remove(0);
    let refused = failed(json!({"status": 0, "_error": "net::ERR_CONNECTION_REFUSED"}));
    assert_eq!(refused.outcome.broke_at().map(|(stage, _)| stage), Some(Stage::Dial));
    assert!(refused.response.is_none() && refused.failed());
    assert!(failed(json!({"status": 0})).failed());
    assert_eq!(failed(json!({"status": "404", "statusText": "Not Found"})).status(), Some(404));
    let cut = failed(json!({"status": 200, "_error": "net::ERR_INCOMPLETE_CHUNKED_ENCODING"}));
    assert_eq!(cut.outcome.broke_at().map(|(stage, _)| stage), Some(Stage::ResponseBody));
}

#[test]
fn times_places_and_custom_fields_are_kept() {
    let mut one =
        entry(&json!({"method": "GET", "url": "https://h:8443/", "_id": 7}), &json!({"status": 204, "comment": "c"}));
    one["serverIPAddress"] = json!("[2001:db8::1]");
    one["connection"] = json!("52");
    one["time"] = json!(-1);
    one["timings"] = json!({"blocked": -1, "connect": 30, "ssl": 20.5, "send": 1, "wait": "8", "receive": 0});
    let exchange = archive(&[one]).exchanges.remove(0);
    assert_eq!(exchange.server.as_deref(), Some("[2001:db8::1]:8443"));
    assert_eq!(exchange.duration_ns, Some(39_000_000));
    assert_eq!((exchange.timings.connect, exchange.timings.tls), (Some(9_500_000), Some(20_500_000)));
    assert_eq!(exchange.timings.blocked, None);
    let notes: Vec<_> = exchange.notes.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(notes, [("connection", "52"), ("request._id", "7"), ("response.comment", "c")]);
}

#[test]
fn handshakes_beside_the_connection_are_told_by_the_sum() {
    let timed = |time: f64| {
        let mut one = entry(&json!({"method": "GET", "url": "https://h/"}), &json!({"status": 204}));
        one["timings"] = json!({"connect": 30, "ssl": 20, "send": 1, "wait": 8, "receive": 1});
        one["time"] = json!(time);
        archive(&[one]).exchanges.remove(0).timings.connect
    };
    assert_eq!((timed(40.0), timed(60.000_000_3)), (Some(10_000_000), Some(30_000_000)));
}

#[test]
fn a_call_is_recognised_and_an_answered_challenge_is_none() {
    let body = r#"<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><Create><CRS008/></Create></e:Body></e:Envelope>"#;
    let call = |headers: Value, status: u16| {
        let request = json!({"method": "POST", "url": "http://h/mws-ws/services/Facility", "headers": headers, "postData": {"text": body}});
        entry(&request, &json!({"status": status, "headers": [{"name": "WWW-Authenticate", "value": "Basic"}]}))
    };
    let archive = archive(&[
        call(json!([]), 401),
        call(json!([{"name": "Authorization", "value": "Basic VTpw"}]), 200),
        call(json!([]), 401),
    ]);
    let facts: Vec<_> =
        archive.exchanges.iter().map(|x| (x.call.operation.as_deref(), x.call.user.as_deref(), x.challenge)).collect();
    assert_eq!(
        facts,
        [(Some("Create"), None, true), (Some("Create"), Some("U"), false), (Some("Create"), None, false)]
    );
    assert_eq!(archive.exchanges[0].call.program.as_deref(), Some("CRS008"));
}

#[test]
fn utf_16_is_read_with_its_mark_and_without() {
    let text = json!({"log": {"version": "1.2", "entries": [entry(&json!({"method": "GET", "url": "http://h/å"}), &json!({"status": 200}))]}});
    let little: Vec<u8> = text.to_string().encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = text.to_string().encode_utf16().flat_map(u16::to_be_bytes).collect();
    for bytes in [[&[0xff, 0xfe][..], &little].concat(), [&[0xfe, 0xff][..], &big].concat(), little, big] {
        assert!(looks_like(&bytes));
        assert_eq!(read_all(&bytes).exchanges[0].url, "http://h/å");
    }
}

#[test]
fn a_kind_that_no_header_says_is_a_note() {
    let request = json!({"method": "GET", "url": "http://h/", "headers": []});
    let content =
        |kind: &str| json!({"status": 200, "headers": [], "content": {"size": 4, "mimeType": kind, "text": "abcd"}});
    let notes = |kind: &str| archive(&[entry(&request, &content(kind))]).exchanges[0].notes.clone();
    assert_eq!(notes("image/png"), [("response content.mimeType".to_owned(), "image/png".to_owned())]);
    assert_eq!(notes("x-unknown"), []);
}
