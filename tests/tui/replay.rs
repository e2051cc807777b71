//! A call is changed on the screen and sent again, to a server of this test, which says what arrived.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use mwscope::tui::{Loaded, Script, Update};
use mwscope::{import, rules, timeline};
use serde_json::json;

/// A server that answers every request with `status` and `body`, and hands on what it got.
fn server(status: &'static str, body: &'static str) -> (u16, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (send, receive) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut got = Vec::new();
            let mut piece = [0; 4096];
            loop {
                let n = stream.read(&mut piece).unwrap();
                got.extend_from_slice(&piece[..n]);
                let text = String::from_utf8_lossy(&got).into_owned();
                let length = text.split("ontent-Length: ").nth(1).and_then(|t| t.split("\r\n").next()?.parse().ok());
                let whole = text.find("\r\n\r\n").map(|at| at + 4 + length.unwrap_or(0));
                if n == 0 || whole.is_some_and(|whole: usize| got.len() >= whole) {
                    break;
                }
            }
            let head = format!("HTTP/1.1 {status}\r\nContent-Type: text/xml\r\nContent-Length: {}\r\n", body.len());
            stream.write_all(format!("{head}Connection: close\r\n\r\n{body}").as_bytes()).unwrap();
            if send.send(String::from_utf8_lossy(&got).into_owned()).is_err() {
                return;
            }
        }
    });
    (port, receive)
}

const BODY: &str = "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\">\n <s:Body>\n  <Create xmlns=\"urn:f\">\n   \
    <Facility>C01</Facility>\n   <Name>Hof</Name>\n  </Create>\n </s:Body>\n</s:Envelope>";
const FAULT: &str = "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><s:Fault><faultcode>s:Server</faultcode><faultstring>Unable to execute MPD!</faultstring></s:Fault></s:Body></s:Envelope>";

/// A screen with one recorded call that failed, of which `authorization` stands in the recording.
fn opened(port: u16, method: &str, authorization: &str) -> Script {
    let headers = json!([
        {"name": "Host", "value": format!("127.0.0.1:{port}")},
        {"name": "Content-Type", "value": "text/xml; charset=utf-8"},
        {"name": "Authorization", "value": authorization},
        {"name": "X-Odd", "value": "b"},
    ]);
    let mut request = json!({"method": method, "url": format!("http://127.0.0.1:{port}/mws-ws/services/Facility"),
        "httpVersion": "HTTP/1.1", "headers": headers, "queryString": [], "cookies": [], "headersSize": -1, "bodySize": -1});
    if method == "POST" {
        request["postData"] = json!({"mimeType": "text/xml; charset=utf-8", "text": BODY});
    }
    let har = json!({"log": {"version": "1.2", "creator": {"name": "test", "version": "1"}, "entries": [{
        "startedDateTime": "2026-01-13T09:15:02.418Z", "time": 20, "request": request,
        "response": {"status": 500, "statusText": "Internal Server Error", "httpVersion": "HTTP/1.1", "cookies": [],
            "headers": [{"name": "Content-Type", "value": "text/xml"}],
            "content": {"size": FAULT.len(), "mimeType": "text/xml", "text": FAULT}, "redirectURL": "", "headersSize": -1,
            "bodySize": -1},
        "cache": {}, "timings": {"send": 1, "wait": 18, "receive": 1}}]}});
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.har");
    std::fs::write(&path, har.to_string()).unwrap();
    let gathered =
        import::gather(&[path.display().to_string()], &import::Options::default(), &mut |_| ()).expect("a recording");
    let investigation = Arc::new(rules::investigate(&gathered, &timeline::Options::default()));
    let loaded = Loaded { title: "a".to_owned(), gathered: Arc::new(gathered), investigation };
    let mut script = Script::new(140, 40);
    script.feed(Update::Loaded(Box::new(loaded)));
    script
}

const SECRET: &str = "Basic TVdTVVNSOmh1bnRlcjJzZWNyZXQ=";

#[track_caller]
fn shows(script: &Script, parts: &[&str]) {
    let screen = script.screen();
    for part in parts {
        assert!(screen.contains(part), "{part:?} isn't on\n{screen}");
    }
}

fn arrived(receive: &Receiver<String>) -> String {
    receive.recv_timeout(Duration::from_secs(20)).expect("a request")
}

#[test]
fn one_field_is_changed_and_sent_after_a_question() {
    let (port, receive) = server("200 OK", "<ok/>");
    let mut script = opened(port, "POST", SECRET);
    script.keys("e r");
    shows(
        &script,
        &["Replay of x0", "as recorded", "<Facility>C01</Facility>", "(as recorded)", "Unable to execute MPD!"],
    );
    let screen = script.screen();
    assert!(!screen.contains("cjJzZWNyZXQ"), "the password is on the screen\n{screen}");
    script.keys("\"Q99\" Ctrl-R");
    shows(&script, &["*    <Facility>Q99</Facility>", "Send this POST to http://127.0.0.1", "Enter send"]);
    assert!(receive.try_recv().is_err(), "nothing goes out without a yes");
    script.keys("Enter");
    let got = arrived(&receive);
    let sent = BODY.replace("C01", "Q99");
    assert!(got.starts_with("POST /mws-ws/services/Facility HTTP/1.1\r\n"), "{got}");
    assert!(got.ends_with(&sent), "{got}");
    // What the recording has is sent, though it is on no screen.
    assert!(got.contains(&format!("Authorization: {SECRET}\r\n")) && got.contains("X-Odd: b\r\n"), "{got}");
    shows(&script, &["1  ", "Facility C01 → Q99", "ANSWER of run 1", "200 OK", "differs from the recorded answer"]);
    // It stands on the time line, opens, and is compared with the recorded call.
    script.keys("Enter");
    shows(&script, &["x1", "Q99"]);
    script.keys("Esc c");
    shows(&script, &["[5 Compare]", "it was sent again", "C01", "Q99"]);
    script.keys("6 1");
    shows(&script, &["[1 Time line]", "calls 2"]);
    // What was recorded stands where it stood: its clock stays the one that others are read by.
    shows(&script, &["09:15:02.418"]);
    script.keys("0");
    let sources = script.screen();
    let of = |name: &str| sources.lines().find(|line| line.contains(name)).map(str::to_owned).unwrap_or_default();
    assert!(of("a.har").contains("the reference"), "{sources}");
    assert!(of("replay").contains("+0 ms") && of("replay").contains("+-2000 ms"), "{sources}");
}

#[test]
fn what_was_changed_and_not_sent_is_gone_on_with() {
    let mut script = crate::tui::opened(&[""], 120, 36);
    script.keys("e r \"Q99\" Esc 1 Down e r");
    let other = script.row(2);
    assert!(!script.screen().contains("Q99"), "{}", script.screen());
    script.keys("Esc 1 E r");
    assert_ne!(script.row(2), other);
    shows(&script, &["Q99", "gone on with what was changed before"]);
    // The answer that was recorded stands beside it again, and leaving asks.
    shows(&script, &["ANSWER recorded", "Unable to execute MPD!"]);
    script.keys("Esc 1 Down e r Esc 1 q");
    assert!(script.ending().is_none(), "{}", script.screen());
}

#[test]
fn what_only_reads_is_sent_at_once_and_escape_keeps_editing() {
    let (port, receive) = server("200 OK", "<ok/>");
    let mut script = opened(port, "GET", SECRET);
    script.keys("e r Ctrl-R");
    assert!(arrived(&receive).starts_with("GET /mws-ws/services/Facility HTTP/1.1\r\n"));
    let mut script = opened(port, "POST", SECRET);
    script.keys("e r Ctrl-R Esc \"A\"");
    shows(&script, &["<Facility>A</Facility>"]);
    assert!(receive.try_recv().is_err(), "nothing went out");
}

#[test]
fn a_masked_password_is_asked_for_and_shown_nowhere() {
    let (port, receive) = server("200 OK", "<ok/>");
    let mut script = opened(port, "POST", "Basic ****************************");
    script.keys("e r");
    // The user of a masked recording is known from elsewhere; here it has to be typed into the head.
    script.keys("Ctrl-R Enter");
    shows(&script, &["not sent: secrets were masked"]);
    assert!(receive.try_recv().is_err(), "nothing went out");
}

#[test]
fn text_that_is_not_well_formed_is_marked_and_undone() {
    let (port, _receive) = server("200 OK", "<ok/>");
    let mut script = opened(port, "POST", SECRET);
    script.keys("e r \"<x>\"");
    shows(&script, &["!", "no well-formed XML", "it is sent as it stands"]);
    script.keys("Ctrl-Z Ctrl-Z Ctrl-Z Ctrl-Z");
    shows(&script, &["<Facility>C01</Facility>", "as recorded"]);
}

#[test]
fn a_server_that_is_gone_is_said_with_stage_and_cause() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut script = opened(port, "POST", SECRET);
    script.keys("e r Ctrl-R Enter");
    shows(&script, &["ANSWER of run 1", "no answer", "refused"]);
}
