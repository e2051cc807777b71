//! Breakpoints: what is held goes on byte for byte, or as it was edited, or nowhere; and nobody else waits.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use mwscope::engine::breaks::{Breaks, Half, Held, News, Went};
use mwscope::model::{Exchange, Outcome};
use mwscope::proxy::{self, Config, Reverse};
use mwscope::query::Filter;

use crate::proxy::lab::{Lab, Server, body};

/// A lab with breakpoints, and what they tell.
struct Paused {
    lab: Lab,
    breaks: Breaks,
    news: Receiver<News>,
}

fn holding(requests: Option<&str>, answers: Option<&str>) -> Paused {
    with(requests, answers, Duration::from_secs(60), |_| {})
}

fn with(requests: Option<&str>, answers: Option<&str>, patience: Duration, change: impl FnOnce(&mut Config)) -> Paused {
    let of_proxy = Arc::new(proxy::Breaks::new(patience));
    let breaks = Breaks::new(Arc::clone(&of_proxy), false).unwrap();
    let (tell, news) = channel();
    breaks.listen(move |happened| drop(tell.send(happened)));
    for (half, filter) in [(Half::Request, requests), (Half::Response, answers)] {
        breaks.set(half, filter.map(|text| Filter::parse(text).unwrap()).as_ref());
    }
    let lab = Lab::with(|config| {
        config.breaks = of_proxy;
        change(config);
    });
    Paused { lab, breaks, news }
}

impl Paused {
    #[track_caller]
    fn held(&self) -> Arc<Held> {
        match self.news.recv_timeout(Duration::from_secs(10)).expect("something should be held") {
            News::Held(held) => held,
            News::Gone(id, how) => panic!("{id:?} went: {how:?}"),
        }
    }

    #[track_caller]
    fn went(&self) -> Went {
        match self.news.recv_timeout(Duration::from_secs(10)).expect("something should have gone") {
            News::Gone(_, how) => how,
            News::Held(held) => panic!("held: {}", held.exchange.url),
        }
    }

    fn edit(&self, held: &Held, change: impl FnOnce(String) -> String) {
        let text = change(held.text.clone().unwrap());
        self.breaks.let_go_edited(held, &text).unwrap();
    }
}

/// A server that reads a head and a body of that length, answers, and gives back what it read.
fn server(body: usize, answer: &'static str) -> Server {
    Server::new(move |mut client| {
        let read = client.head() + &client.exactly(body);
        client.send(answer);
        read
    })
}

const OK: &str = "HTTP/1.1 200 OK\r\nX-a:  1\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi";

fn note<'a>(x: &'a Exchange, name: &str) -> &'a str {
    let found = x.notes.iter().find(|(n, _)| n == name);
    found.map_or_else(|| panic!("no note {name:?} among {:?}", x.notes), |(_, text)| text)
}

fn edits(x: &Exchange) -> Vec<(&str, Option<&str>, Option<&str>)> {
    x.edits.iter().map(|e| (e.what.as_str(), e.before.as_deref(), e.after.as_deref())).collect()
}

#[test]
fn a_held_request_goes_on_byte_for_byte_and_its_time_is_not_the_servers() {
    let server = server(17, OK);
    let it = holding(Some("path:/held"), None);
    let mut client = it.lab.client();
    let sent = "POST /held HTTP/1.1\r\nhOst:  x \r\nX-a:1\r\nTransfer-Encoding: chunked\r\n\r\n";
    let absolute = sent.replace("/held", &format!("http://{}/held", server.address));
    client.send(absolute.replace("hOst:  x ", &format!("hOst:  {} ", server.address)));
    std::thread::sleep(Duration::from_millis(100));
    client.send("3;e=f\r\nabc\r\n0");
    std::thread::sleep(Duration::from_millis(50));
    client.send("\r\n\r\n");
    let held = it.held();
    assert_eq!((held.half, held.exchange.request.method.as_str()), (Half::Request, "POST"));
    assert!(held.text.as_ref().unwrap().ends_with("\n\nabc"), "{:?}", held.text);
    std::thread::sleep(Duration::from_millis(400));
    assert!(!server.was_asked(), "a held request is not sent");
    it.breaks.let_go(held.id);
    assert_eq!(client.rest(), OK);
    let expected = sent.replace("hOst:  x ", &format!("hOst:  {} ", server.address));
    assert_eq!(server.saw(), format!("{expected}3;e=f\r\nabc\r\n0\r\n\r\n"));
    assert_eq!(it.went(), Went::AsItWas);
    let x = it.lab.exchange();
    assert_eq!((x.outcome.clone(), body(&x.request.body).as_str()), (Outcome::Complete, "abc"));
    assert!(note(&x, "held").starts_with("the request was held at a breakpoint for 0."), "{:?}", x.notes);
    let held_ns = x.timings.blocked.unwrap();
    assert!(held_ns >= 400_000_000 && x.duration_ns.unwrap() >= held_ns, "{:?}", x.timings);
    let servers = [x.timings.send, x.timings.wait, x.timings.receive].into_iter().flatten().sum::<u64>();
    assert!(servers < 300_000_000, "{:?}", x.timings);
    assert_eq!(
        edits(&x),
        [("request target: absolute to origin form", Some(&*format!("http://{}/held", server.address)), Some("/held"))]
    );
}

#[test]
fn an_edited_request_is_sent_with_its_framing_put_right_and_everything_listed() {
    let server = Server::new(|mut client| {
        let head = client.head();
        let read = head + &client.exactly(36);
        client.send(OK);
        read
    });
    let it = holding(Some("el.Facility:A01"), None);
    let head = format!(
        "POST http://{0}/mws HTTP/1.1\r\nHost: {0}\r\nContent-Type: text/xml\r\nAuthorization: Bearer abcdefghijkl\r\nX-a:1\r\n",
        server.address
    );
    let mut client = it.lab.client();
    client.send(format!("{head}Content-Length: 32\r\n\r\n<Facility>A01</Facility><a>b</a>"));
    let held = it.held();
    assert!(!held.text.as_ref().unwrap().contains("abcdefghijkl"), "a secret is masked: {:?}", held.text);
    it.edit(&held, |text| text.replace("A01", "B000002").replace("X-a:1\n", "X-b: 2\n"));
    assert_eq!(it.went(), Went::Edited);
    let _answer = client.head();
    let saw = server.saw();
    assert!(saw.contains("Authorization: Bearer abcdefghijkl\r\nX-b: 2\r\nContent-Length: 36\r\n\r\n"), "{saw}");
    assert!(saw.ends_with("<Facility>B000002</Facility><a>b</a>"), "{saw}");
    let x = it.lab.exchange();
    assert!(body(&x.request.body).contains("A01"), "what the client sent is recorded");
    let told: Vec<_> = edits(&x).into_iter().skip(1).collect();
    assert_eq!(told[0], ("X-b added by the user", None, Some("2")));
    assert_eq!(told[1], ("X-a removed by the user", Some("1"), None));
    assert_eq!(told[2], ("bytes 10..13 of the body edited by the user", Some("A01"), Some("B000002")));
    assert_eq!(told[3].0, "Content-Length: that of the edited body");
    assert!(note(&x, "held").contains("the user edited it"));
}

#[test]
fn what_does_not_match_passes_without_waiting_and_its_body_streams() {
    let server = Server::new(|mut client| {
        let read = client.head() + &client.exactly(3);
        client.send("HTTP/1.1 100 Continue\r\n\r\n");
        let read = read + &client.exactly(3);
        client.send(OK);
        read
    });
    let it = holding(Some("path:/held"), Some("path:/held"));
    let mut client = it.lab.client();
    client.send(format!("POST http://{}/other HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabc", server.address));
    assert_eq!(client.head(), "HTTP/1.1 100 Continue\r\n\r\n", "the first half went on before the second came");
    client.send("def");
    assert_eq!(client.rest(), OK);
    let x = it.lab.exchange();
    assert!(x.notes.iter().all(|(name, _)| name != "held" && name != "not held") && x.timings.blocked.is_none());
}

#[test]
fn other_connections_go_on_while_one_is_held() {
    let server = server(0, OK);
    let it = holding(Some("path:/held"), None);
    let mut held_client = it.lab.client();
    held_client.send(format!("GET http://{}/held HTTP/1.1\r\nHost: a\r\n\r\n", server.address));
    let held = it.held();
    for _ in 0..20 {
        let began = Instant::now();
        let got = it.lab.talk(format!("GET http://{}/ HTTP/1.1\r\nHost: a\r\n\r\n", server.address));
        assert_eq!((got.as_str(), began.elapsed() < Duration::from_secs(2)), (OK, true));
    }
    it.breaks.let_go(held.id);
    assert_eq!(held_client.rest(), OK);
}

#[test]
fn a_dropped_message_closes_its_clients_connection_and_never_becomes_an_answer() {
    for (requests, answers, half) in [(Some("url:*"), None, "request"), (None, Some("status:200"), "answer")] {
        let server = server(0, OK);
        let it = holding(requests, answers);
        let mut client = it.lab.client();
        client.send(format!("GET http://{}/ HTTP/1.1\r\nHost: a\r\n\r\n", server.address));
        it.breaks.drop(it.held().id);
        assert_eq!(client.rest(), "");
        assert_eq!(it.went(), Went::Dropped);
        let x = it.lab.exchange();
        match &x.outcome {
            Outcome::Aborted { cause, .. } => {
                assert!(cause.starts_with(&format!("the user dropped the {half}")), "{cause}");
            }
            other => panic!("{other:?}"),
        }
        assert!(!x.failed(), "nobody's failure");
        assert_eq!(x.response.is_some(), half == "answer", "what the server sent is recorded");
    }
}

#[test]
fn a_client_that_goes_away_ends_the_wait_and_that_is_told() {
    for reset in [false, true] {
        let server = server(0, OK);
        let it = holding(Some("url:*"), None);
        let mut client = it.lab.client();
        client.send(format!("GET http://{}/ HTTP/1.1\r\nHost: a\r\n\r\n", server.address));
        let held = it.held();
        if reset {
            client.reset();
        } else {
            drop(client);
        }
        assert_eq!(it.went(), Went::ClientGone);
        let x = it.lab.exchange();
        match &x.outcome {
            Outcome::Aborted { cause, .. } => {
                assert!(cause.contains("went away while its request was held"), "{cause}");
            }
            other => panic!("{other:?}"),
        }
        assert!(!server.was_asked());
        it.breaks.let_go(held.id);
    }
}

#[test]
fn a_client_that_only_sends_no_more_is_held_on_and_gets_its_answer() {
    for (requests, answers) in [(Some("url:*"), None), (None, Some("url:*"))] {
        let server = server(0, OK);
        let it = holding(requests, answers);
        let mut client = it.lab.client();
        client.send(format!("GET http://{}/ HTTP/1.1\r\nHost: a\r\n\r\n", server.address));
        client.no_more();
        let held = it.held();
        // Longer than it takes to see one go that has closed.
        assert!(it.news.recv_timeout(Duration::from_millis(1500)).is_err(), "it is still held");
        it.breaks.let_go(held.id);
        assert_eq!(it.went(), Went::AsItWas);
        assert_eq!(client.rest(), OK);
        assert_eq!(it.lab.exchange().outcome, Outcome::Complete);
    }
}

#[test]
fn nobody_is_held_for_ever_nor_beyond_the_end_of_the_recording() {
    let server = server(0, OK);
    let it = with(Some("path:/late"), None, Duration::from_millis(300), |_| {});
    let got = it.lab.talk(format!("GET http://{}/late HTTP/1.1\r\nHost: a\r\n\r\n", server.address));
    assert_eq!(got, OK);
    it.held();
    assert_eq!(it.went(), Went::TimedOut);
    assert!(note(&it.lab.exchange(), "held").contains("nobody decided within 300 ms"));

    let it = holding(Some("url:*"), None);
    let mut client = it.lab.client();
    client.send(format!("GET http://{}/ HTTP/1.1\r\nHost: a\r\n\r\n", server.address));
    it.held();
    it.breaks.end();
    assert_eq!(client.rest(), OK);
    assert!(note(&it.lab.exchange(), "held").contains("when the breakpoints ended"));
    assert_eq!(it.lab.talk(format!("GET http://{}/ HTTP/1.1\r\nHost: a\r\n\r\n", server.address)), OK, "turned off");

    let mut it = with(Some("url:*"), None, Duration::from_secs(60), |c| c.limits.grace = Duration::from_secs(5));
    let mut client = it.lab.client();
    client.send(format!("GET http://{}/ HTTP/1.1\r\nHost: a\r\n\r\n", server.address));
    it.held();
    it.lab.stop();
    assert_eq!(client.rest(), OK, "the proxy's own end lets it go");
}

#[test]
fn large_bodies_and_streams_of_events_pass_and_say_so() {
    let large = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", 3 << 20);
    let events = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\ndata: 1\n\n";
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n300000\r\n";
    let answers = Server::new(move |mut client| {
        let head = client.head();
        if head.contains("/large") {
            client.send(large.clone() + &"x".repeat(3 << 20));
        } else if head.contains("/chunked") {
            client.send(chunked.to_owned() + &"x".repeat(3 << 20) + "\r\n0\r\n\r\n");
        } else {
            client.send(events);
        }
        head
    });
    let it = holding(Some("path:/upload"), Some("url:*"));
    for (path, why) in
        [("large", "larger than 2 MiB"), ("chunked", "larger than 2 MiB"), ("events", "stream of events")]
    {
        let got = it.lab.talk(format!("GET http://{}/{path} HTTP/1.1\r\nHost: a\r\n\r\n", answers.address));
        assert!(got.starts_with("HTTP/1.1 200 OK"), "{}", got.len());
        let x = it.lab.exchange();
        assert!(note(&x, "not held").contains(why), "{path}: {:?}", x.notes);
    }
    let upload = Server::new(|mut client| {
        let _head = client.head();
        let len = client.exactly(3 << 20).len();
        client.send(OK);
        len.to_string()
    });
    it.breaks.set(Half::Response, None);
    let mut client = it.lab.client();
    client.send(format!(
        "POST http://{}/upload HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n",
        upload.address,
        3 << 20
    ));
    client.send("y".repeat(3 << 20));
    assert_eq!(client.rest(), OK);
    assert_eq!(upload.saw(), (3 << 20).to_string());
    assert!(note(&it.lab.exchange(), "not held").contains("larger than 2 MiB"));
    assert!(it.news.try_recv().is_err(), "none was held");
}

#[test]
fn a_held_answer_goes_on_byte_for_byte_or_edited_and_the_connection_stays() {
    let answer = "HTTP/1.1 200 OK\r\nx-A:1\r\nTransfer-Encoding: chunked\r\n\r\n3;e\r\nabc\r\n0\r\nT: 1\r\n\r\n";
    let server = Server::new(move |mut client| {
        for _ in 0..2 {
            let _head = client.head();
            client.send(answer);
        }
        String::new()
    });
    let it = holding(None, Some("body:abc"));
    let mut client = it.lab.client();
    let ask = format!("GET http://{}/ HTTP/1.1\r\nHost: a\r\n\r\n", server.address);
    client.send(&ask);
    let held = it.held();
    assert_eq!(held.exchange.status(), Some(200));
    std::thread::sleep(Duration::from_millis(300));
    it.breaks.let_go(held.id);
    assert_eq!(client.exactly(answer.len()), answer);
    it.went();
    client.send(&ask);
    let held = it.held();
    it.edit(&held, |text| text.replace("200 OK", "500 Oh").replace("abc", "four"));
    let expected = "HTTP/1.1 500 Oh\r\nx-A:1\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nfour\r\n0\r\nT: 1\r\n\r\n";
    assert_eq!(client.exactly(expected.len()), expected);
    let x = it.lab.exchange();
    assert!(x.timings.blocked.unwrap() >= 300_000_000 && x.timings.receive.unwrap() < 250_000_000, "{:?}", x.timings);
    let x = it.lab.exchange();
    assert_eq!(
        (x.status(), body(&x.response.as_ref().unwrap().body).as_str()),
        (Some(200), "abc"),
        "as the server sent it"
    );
    let what: Vec<_> = edits(&x).into_iter().skip(2).map(|(what, ..)| what).collect();
    assert_eq!(
        what,
        ["status line edited by the user", "bytes 0..3 of the body edited by the user", "the edited body chunked anew"]
    );
}

#[test]
fn a_client_that_has_ended_its_sending_side_still_gets_a_held_answer() {
    let server = Server::new(|mut client| {
        let head = client.head();
        std::thread::sleep(Duration::from_millis(300));
        client.send(OK);
        head
    });
    let it = holding(None, Some("url:*"));
    let mut client = it.lab.client();
    client.send(format!("GET http://{}/ HTTP/1.1\r\nHost: a\r\n\r\n", server.address));
    client.no_more();
    let held = it.held();
    std::thread::sleep(Duration::from_millis(200));
    it.edit(&held, |text| text.replace("X-a:  1", "X-a: 2"));
    assert!(client.rest().contains("X-a: 2\r\n"));
    let x = it.lab.exchange();
    assert_eq!(x.edits.last().unwrap().in_words(), "X-a edited by the user: \"1\" to \"2\"");
}

#[test]
fn what_is_no_message_stays_held_until_it_is_put_right() {
    let server = server(0, OK);
    let it = holding(Some("url:*"), None);
    let mut client = it.lab.client();
    client.send(format!("GET http://{}/ HTTP/1.1\r\nHost: a\r\n\r\n", server.address));
    let held = it.held();
    for bad in ["", "nonsense", "GET / HTTP/1.1\nno colon\n\n", "CONNECT a:1 HTTP/1.1\nHost: a\n\n"] {
        assert!(it.breaks.let_go_edited(&held, bad).is_err(), "{bad:?}");
    }
    it.edit(&held, |text| text.replace("GET / ", "HEAD /x "));
    assert_eq!(client.head(), "HTTP/1.1 200 OK\r\nX-a:  1\r\nContent-Length: 2\r\nConnection: close\r\n\r\n");
    assert!(server.saw().starts_with("HEAD /x HTTP/1.1\r\n"));
}

#[test]
fn a_client_that_waits_to_be_asked_for_its_body_is_held_once_it_sends_it() {
    let server = server(3, OK);
    let it = holding(Some("method:POST"), None);
    let mut client = it.lab.client();
    let head = format!(
        "POST http://{}/ HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n",
        server.address
    );
    client.send(&head);
    std::thread::sleep(Duration::from_millis(1000));
    client.send("abc");
    let held = it.held();
    it.breaks.let_go(held.id);
    assert_eq!(client.rest(), OK);
    assert!(server.saw().ends_with("Expect: 100-continue\r\nContent-Length: 3\r\n\r\nabc"));
}

#[test]
fn calls_inside_tls_and_of_reverse_mode_are_held_as_well() {
    let server = server(0, OK);
    let to = format!("127.0.0.1:0=http://{}", server.address);
    let it = with(Some("path:/r"), None, Duration::from_secs(60), |c| {
        c.listen.clear();
        c.reverse = vec![Reverse::parse(&to).unwrap()];
    });
    let mut client = it.lab.client();
    client.send("GET /r HTTP/1.1\r\nHost: me\r\n\r\n");
    let held = it.held();
    assert!(held.text.as_ref().unwrap().contains(&format!("Host: {}", server.address)), "as it would be sent");
    it.edit(&held, |text| text.replace("GET /r", "GET /s"));
    assert_eq!(client.rest(), OK);
    assert!(server.saw().starts_with("GET /s HTTP/1.1\r\n"));

    let it = holding(Some("path:/in"), None);
    let mut client = it.lab.client();
    let place = server.address.to_string();
    client.send(format!("CONNECT {place} HTTP/1.1\r\nHost: {place}\r\n\r\n"));
    client.head();
    client.send(format!("GET /in HTTP/1.1\r\nHost: {place}\r\n\r\n"));
    it.breaks.let_go(it.held().id);
    assert_eq!(client.rest(), OK);
}

#[test]
fn time_that_the_user_took_is_nobodys_slowness() {
    let server = server(0, OK);
    let it = holding(Some("url:*"), None);
    let mut client = it.lab.client();
    client.send(format!("GET http://{}/ HTTP/1.1\r\nHost: a\r\n\r\n", server.address));
    let held = it.held();
    std::thread::sleep(Duration::from_millis(2300));
    it.breaks.let_go(held.id);
    assert_eq!(client.rest(), OK);
    let x = it.lab.exchange();
    assert!(x.duration_ns.unwrap() > 2_000_000_000 && x.busy_ns().unwrap() < 1_000_000_000, "{:?}", x.timings);
}
