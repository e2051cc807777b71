//! Servers that fail on a hidden combination of parts, with another text at every call; the least request must be that
//! combination, and nothing else.

use std::collections::BTreeSet;

use bytes::Bytes;
use mwscope_parsers::{json, xml};

use super::*;
use crate::model::{Body, ExchangeId, Header, Headers, Outcome, Request, Response, SourceId, Stage};

/// A generator of numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % below.max(1)
    }
}

type Fails<'a> = dyn Fn(&Draft) -> bool + Send + Sync + 'a;

/// A server whose failure depends on what `fails` says.
struct Server<'a> {
    fails: &'a Fails<'a>,
    sent: usize,
    /// Every so many calls no answer comes.
    lost_every: usize,
    /// What it says where it doesn't fail in the way that is looked for: another fault instead of success.
    other_fault: bool,
}

impl<'a> Server<'a> {
    fn new(fails: &'a Fails<'a>) -> Self {
        Self { fails, sent: 0, lost_every: 0, other_fault: false }
    }
}

impl Peer for Server<'_> {
    async fn send(&mut self, draft: &Draft) -> Exchange {
        self.sent += 1;
        let mut x = Exchange::new(ExchangeId(0), SourceId(0), 0, draft.url.clone(), Request::default());
        if self.lost_every > 0 && self.sent.is_multiple_of(self.lost_every) {
            x.outcome = Outcome::Failed { stage: Stage::Wait, cause: "timed out".to_owned() };
            return x;
        }
        let fails = (self.fails)(draft);
        let n = self.sent * 7919;
        x.call.fault = match (fails, self.other_fault) {
            (true, _) => Some(format!("Unable to execute, ref {n:x}-{} after {n} ms at node n{}", n % 97, n % 13)),
            (false, true) => Some(format!("Value is missing, ref {n:x} after {n} ms at node n{}", n % 13)),
            (false, false) => None,
        };
        let status = if x.call.fault.is_some() { 500 } else { 200 };
        x.response = Some(Response { status, body: Body::whole(Bytes::from_static(b"<a/>")), ..Response::default() });
        x.outcome = Outcome::Complete;
        x
    }
}

fn draft(content_type: &str, body: &str) -> Draft {
    let header = |name: &str, value: &str| Header::new(name, value);
    let headers = vec![
        header("Host", "h"),
        header("User-Agent", "a client"),
        header("Content-Type", content_type),
        header("SOAPAction", "\"Create\""),
        header("Accept", "*/*"),
        header("X-Trace", "1"),
        header("Content-Length", &body.len().to_string()),
        header("Authorization", "Basic eDp5"),
    ];
    Draft {
        method: "POST".to_owned(),
        url: "http://h/p?a=1&b=2".to_owned(),
        headers: Headers(headers),
        body: Bytes::copy_from_slice(body.as_bytes()),
        ..Draft::default()
    }
}

fn run(draft: &Draft, server: &mut Server<'_>, max_sends: usize, journal: Journal) -> (Minimised, Vec<Step>) {
    let mut steps = Vec::new();
    let options = Options { max_sends, credentials: false, journal, dump: None, ended: &|| false };
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let done = runtime.block_on(minimise(draft, server, options, &mut |step| steps.push(step.clone())));
    (done.expect("a request"), steps)
}

/// Elements and attributes of a body by path, with their values.
fn facts(draft: &Draft) -> BTreeSet<(String, String)> {
    let text = String::from_utf8_lossy(&draft.body).into_owned();
    let document = xml::read(&text);
    let paths = crate::replay::paths(&document);
    let mut facts = BTreeSet::new();
    for (element, path) in document.elements.iter().zip(paths) {
        facts.insert((path.clone(), element.text.trim().to_owned()));
        for (name, value) in &element.attributes {
            facts.insert((format!("{path}/@{name}"), value.clone().into_owned()));
        }
    }
    facts
}

/// An envelope of some 400 elements: names are all different, so that paths don't change with what is left out.
fn envelope(dice: &mut Dice, elements: usize) -> String {
    let mut body = String::new();
    let mut count = 0;
    while count < elements {
        let group = 1 + dice.roll(24);
        body.push_str(&format!("\n      <Group{count}>"));
        for n in 0..group {
            let attribute = if dice.roll(6) == 0 { format!(" k{n}=\"{}\"", dice.roll(100)) } else { String::new() };
            let name = count + n;
            match dice.roll(5) {
                0 => body.push_str(&format!(
                    "<Sub{name}{attribute}><Deep{name}>d{}</Deep{name}></Sub{name}>",
                    dice.roll(1000)
                )),
                _ => body.push_str(&format!("<Field{name}{attribute}>value {}</Field{name}>", dice.roll(1000))),
            }
        }
        body.push_str(&format!("</Group{count}>"));
        count += group + 1;
    }
    format!(
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\">\n  <s:Header><mws><user>u</user><password>p</password></mws></s:Header>\n  <s:Body>\n    <Create>{body}\n    </Create>\n  </s:Body>\n</s:Envelope>"
    )
}

/// What is left besides what can't go: paths that have nothing in them that is left too.
fn innermost(paths: &BTreeSet<String>) -> BTreeSet<String> {
    let below = |path: &String| paths.iter().any(|other| other.starts_with(&format!("{path}/")));
    paths.iter().filter(|path| !below(path)).cloned().collect()
}

#[test]
fn hidden_combinations_are_found_exactly() {
    let mut dice = Dice(42);
    let mut most = vec![0; 6];
    for round in 0..25 {
        let text = envelope(&mut dice, 400);
        let whole = draft("text/xml", &text);
        let all: Vec<(String, String)> =
            facts(&whole).into_iter().filter(|(path, _)| path.starts_with("/Envelope/Body/Create/")).collect();
        let wanted = [1, 2, 2, 3, 5][round % 5];
        let mut needed = BTreeSet::new();
        while needed.len() < wanted {
            needed.insert(all[dice.roll(all.len())].clone());
        }
        // Of every second round the values matter too, where there are some.
        let values = round % 2 == 1;
        let fails = |draft: &Draft| {
            let there = facts(draft);
            needed.iter().all(|(path, value)| {
                there.iter().any(|(other, has)| other == path && (!values || value.is_empty() || has == value))
            })
        };
        let mut server = Server { other_fault: round % 3 == 0, ..Server::new(&fails) };
        let (done, _) = run(&whole, &mut server, 1000, Journal::default());
        assert!(done.steady && done.complete && done.verified, "round {round}: {done:?}");
        let expected = innermost(&needed.iter().map(|(path, _)| path.clone()).collect());
        assert_eq!(done.needed.iter().cloned().collect::<BTreeSet<_>>(), expected, "round {round}");
        assert_eq!(done.sends, server.sent);
        let left = facts(&done.draft);
        for (path, value) in &needed {
            let has = &left.iter().find(|(other, _)| other == path).expect("it is needed").1;
            assert!(if values { has == value } else { has.is_empty() }, "round {round} {path}: {has:?}");
        }
        // Credentials and what they are in stay.
        assert!(left.iter().any(|(path, value)| path == "/Envelope/Header/mws/password" && value == "p"));
        assert_eq!(
            done.draft.headers.0.iter().map(|h| h.name.as_str()).collect::<Vec<_>>(),
            ["Host", "Content-Length", "Authorization"]
        );
        assert_eq!(done.draft.url, "http://h/p");
        most[wanted] = most[wanted].max(done.sends);
        println!(
            "round {round}: {} parts, {wanted} needed, values {values}: {} sends, {} cached",
            done.parts.0, done.sends, done.cached
        );
    }
    println!("most sends by parts needed: {most:?}");
    assert!(most[2] <= 150, "two needed parts of 400 took {} sends", most[2]);
    assert!(most[1] <= 100 && most[3] <= 200);
}

#[test]
fn headers_queries_and_json_are_minimised() {
    let items: Vec<String> = (0..120).map(|n| format!("{{\"id\":{n},\"name\":\"n{n}\",\"on\":true}}")).collect();
    let whole = draft("application/json", &format!("{{\"rows\":[{}],\"opt\":{{\"x\":null}}}}", items.join(",")));
    let fails = |draft: &Draft| {
        let text = String::from_utf8_lossy(&draft.body).into_owned();
        let Ok(document) = json::read(&text) else { return false };
        let has = |part: &str| text.contains(part);
        document.find("/rows/0").is_some()
            && has("\"name\":\"n77\"")
            && draft.url.contains("b=2")
            && draft.headers.first("x-trace").is_some()
    };
    let (done, _) = run(&whole, &mut Server::new(&fails), 300, Journal::default());
    assert!(done.complete && done.verified);
    assert_eq!(String::from_utf8_lossy(&done.draft.body), "{\"rows\":[{\"name\":\"n77\"}]}");
    assert_eq!(done.draft.url, "http://h/p?b=2");
    assert_eq!(done.needed, ["header:X-Trace", "query:b", "json:/rows/77/name"]);
    assert_eq!(done.values, ["query:b", "json:/rows/77/name"]);
    assert_eq!(done.draft.headers.text("X-Trace").as_deref(), Some(""));
    println!("{} sends", done.sends);
}

#[test]
fn parts_that_are_needed_only_together_are_found() {
    let fields: String = (0..60).map(|n| format!("<F{n}>{n}</F{n}>")).collect();
    let whole = draft("text/xml", &format!("<a>{fields}</a>"));
    // F7 fails; but F20 without F40, or the other way round, is refused before that.
    let fails = |draft: &Draft| {
        let text = String::from_utf8_lossy(&draft.body).into_owned();
        text.contains("<F7>") && text.contains("<F20>") == text.contains("<F40>")
    };
    let (done, _) = run(&whole, &mut Server::new(&fails), 300, Journal::default());
    assert_eq!(done.needed, ["/a/F7"]);
    // Of three any two do.
    let fails = |draft: &Draft| {
        let text = String::from_utf8_lossy(&draft.body).into_owned();
        ["<F3>", "<F33>", "<F53>"].iter().filter(|name| text.contains(**name)).count() >= 2
    };
    let (done, _) = run(&whole, &mut Server::new(&fails), 300, Journal::default());
    assert_eq!(done.needed.len(), 2);
    // What succeeds is made smaller too.
    let (done, _) = run(
        &whole,
        &mut Server::new(&|draft: &Draft| {
            !draft.body.starts_with(b"<a>") || !draft.body.windows(4).any(|w| w == b"<F9>")
        }),
        300,
        Journal::default(),
    );
    assert!(!done.signature.is_failure());
    assert_eq!(done.needed, ["/a/F9"]);
}

#[test]
fn lost_answers_are_asked_for_again() {
    let fields: String = (0..60).map(|n| format!("<F{n}>{n}</F{n}>")).collect();
    let whole = draft("text/xml", &format!("<a>{fields}</a>"));
    let fails = |draft: &Draft| String::from_utf8_lossy(&draft.body).contains("<F31>");
    let mut server = Server { lost_every: 5, ..Server::new(&fails) };
    let (done, steps) = run(&whole, &mut server, 300, Journal::default());
    assert_eq!(done.needed, ["/a/F31"]);
    assert!(steps.iter().all(|step| step.verdict != Verdict::Unknown));
}

#[test]
fn a_server_that_is_not_steady_ends_it() {
    let whole = draft("text/xml", "<a/>");
    let turn = std::sync::atomic::AtomicUsize::new(0);
    let fails = |_: &Draft| turn.fetch_add(1, std::sync::atomic::Ordering::Relaxed) == 0;
    let mut server = Server::new(&fails);
    let (done, _) = run(&whole, &mut server, 300, Journal::default());
    assert_eq!((done.steady, done.sends, done.differed.as_deref()), (false, 2, Some("status: 500, then 200")));
    assert_eq!(done.draft, whole);
}

/// A journal that is read again afterwards.
#[derive(Clone, Debug, Default)]
struct Shared(std::sync::Arc<std::sync::Mutex<Vec<u8>>>);

impl std::io::Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("no panic").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn an_ended_run_goes_on_where_it_was() {
    let fields: String = (0..100).map(|n| format!("<F{n}>{n}</F{n}>")).collect();
    let whole = draft("text/xml", &format!("<a>{fields}</a>"));
    let fails = |draft: &Draft| {
        let text = String::from_utf8_lossy(&draft.body).into_owned();
        text.contains("<F31>") && text.contains("<F77>77<")
    };
    let (straight, _) = run(&whole, &mut Server::new(&fails), 300, Journal::default());
    let shared = Shared::default();
    let mut sends = 0;
    for round in 0..20 {
        let text = String::from_utf8(shared.0.lock().expect("no panic").clone()).expect("text");
        let journal = Journal::of(&text, &whole, Some(Box::new(shared.clone()))).expect("its own");
        let (done, _) = run(&whole, &mut Server::new(&fails), 10, journal);
        assert!(done.sends <= 10);
        sends += done.sends;
        if done.complete {
            assert_eq!((done.needed, done.draft), (straight.needed, straight.draft));
            // Each time one to see whether the server still answers so.
            assert!(sends <= straight.sends + round, "{sends} sends instead of {}", straight.sends);
            let text = String::from_utf8(shared.0.lock().expect("no panic").clone()).expect("text");
            assert!(Journal::of(&text, &draft("text/xml", "<b/>"), None).is_err());
            assert!(Journal::of("{}\n", &whole, None).is_err());
            let cut = &text[..text.len() - 9];
            assert!(Journal::of(cut, &whole, None).is_ok());
            return;
        }
        assert!(!done.needed.is_empty());
    }
    panic!("it never came to an end");
}
