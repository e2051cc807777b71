//! Each stage at which an exchange can break, made to break: recorded with its stage and a cause in words, told to the
//! client in a way that can't be taken for the server's answer.

use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use mwscope::model::{Exchange, Outcome, Stage};
use mwscope::proxy::{Limits, UpstreamProxy};

use crate::proxy::lab::{Lab, Server, body, failure};

fn get(host: impl std::fmt::Display) -> String {
    format!("GET http://{host}/ HTTP/1.1\r\nHost: {host}\r\n\r\n")
}

/// An address on which nothing listens.
fn nobody() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

fn told(got: &str, status: u16, stage: Stage) {
    let start = format!("HTTP/1.1 {status} ");
    assert!(got.starts_with(&start) && got.contains(&format!("\r\nMwscope-Error: {}; ", stage.word())), "{got}");
}

#[track_caller]
fn failed(x: &Exchange, stage: Stage, words: &[&str]) {
    let (at, cause) = failure(x);
    assert_eq!(at, stage, "{cause}");
    for word in words {
        assert!(cause.contains(word), "{cause:?} doesn't say {word:?}");
    }
    let after = cause.split_once(';').map(|(_, remedy)| remedy.trim().len());
    assert!(after.is_some_and(|n| n > 10), "{cause:?} has no remedy");
}

#[test]
fn a_name_that_nobody_knows() {
    let lab = Lab::new();
    told(&lab.talk(get("no-such-host.invalid")), 502, Stage::Resolve);
    failed(&lab.exchange(), Stage::Resolve, &["no-such-host.invalid", "DNS"]);
}

#[test]
fn a_port_where_nothing_listens() {
    let lab = Lab::new();
    let host = nobody();
    told(&lab.talk(get(host)), 502, Stage::Dial);
    let x = lab.exchange();
    failed(&x, Stage::Dial, &[&host.to_string(), "refused the connection", "check the port"]);
    assert!(x.response.is_none() && x.url == format!("http://{host}/"));
    told(&lab.talk(format!("CONNECT {host} HTTP/1.1\r\nHost: {host}\r\n\r\n")), 502, Stage::Dial);
    failed(&lab.exchange(), Stage::Dial, &["refused"]);
}

#[test]
fn a_server_that_closes_without_an_answer() {
    let lab = Lab::new();
    let server = Server::new(|mut client| client.head());
    told(&lab.talk(get(server.address)), 502, Stage::Wait);
    failed(&lab.exchange(), Stage::Wait, &["closed the connection without an answer", "log"]);
}

#[test]
fn a_server_that_resets_instead_of_answering() {
    let lab = Lab::new();
    let server = Server::new(|mut client| {
        let head = client.head();
        client.reset();
        head
    });
    told(&lab.talk(get(server.address)), 502, Stage::Wait);
    failed(&lab.exchange(), Stage::Wait, &["reset"]);
}

#[test]
fn a_server_that_says_nothing_for_too_long() {
    let lab = Lab::with(|c| c.limits = Limits { answer: Duration::from_millis(200), ..Limits::default() });
    let server = Server::new(|mut client| client.head() + &client.rest());
    told(&lab.talk(get(server.address)), 504, Stage::Wait);
    let x = lab.exchange();
    failed(&x, Stage::Wait, &["no answer within 200 ms"]);
    assert!(x.duration_ns.unwrap() >= 200_000_000);
}

#[test]
fn a_server_that_closes_inside_its_head() {
    let lab = Lab::new();
    let server = Server::answering("HTTP/1.1 200 OK\r\nContent-Le");
    told(&lab.talk(get(server.address)), 502, Stage::ResponseHead);
    failed(&lab.exchange(), Stage::ResponseHead, &["inside the head"]);
}

#[test]
fn a_body_that_is_cut_off() {
    let lab = Lab::new();
    for (answer, words) in [
        ("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello", "5 bytes of the answer missing"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\nhello", "5 bytes of the answer missing"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", "inside the answer"),
    ] {
        let server = Server::answering(answer);
        assert_eq!(lab.talk(get(server.address)), answer, "what came is passed on, and nothing made up behind it");
        let x = lab.exchange();
        failed(&x, Stage::ResponseBody, &[words]);
        assert!(x.incomplete && body(&x.response.unwrap().body) == "hello");
    }
}

#[test]
fn an_answer_without_length_that_is_reset_is_reset_for_the_client_too() {
    let lab = Lab::new();
    let server = Server::new(|mut client| {
        client.head();
        client.send("HTTP/1.1 200 OK\r\n\r\nhello");
        // The bytes must be on their way before the reset overtakes them.
        std::thread::sleep(Duration::from_millis(50));
        client.reset();
        String::new()
    });
    let mut client = lab.client();
    client.send(get(server.address));
    client.until("hello");
    let end = std::io::Read::read(&mut client.stream, &mut [0; 8]);
    assert_eq!(end.map_err(|e| e.kind()), Err(std::io::ErrorKind::ConnectionReset));
    failed(&lab.exchange(), Stage::ResponseBody, &["reset"]);
}

#[test]
fn an_answer_with_unreadable_chunks() {
    let lab = Lab::new();
    let server = Server::answering("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nnonsense\r\n");
    let got = lab.talk(get(server.address));
    assert!(got.ends_with("hello\r\n"), "{got:?}");
    failed(&lab.exchange(), Stage::ResponseBody, &["no hexadecimal number"]);
}

#[test]
fn a_server_that_stops_in_the_middle() {
    let lab = Lab::with(|c| c.limits = Limits { stall: Duration::from_millis(200), ..Limits::default() });
    let server = Server::new(|mut client| {
        client.head();
        client.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
        client.rest()
    });
    assert!(lab.talk(get(server.address)).ends_with("hello"));
    failed(&lab.exchange(), Stage::ResponseBody, &["nothing more of its answer for 200 ms"]);
}

#[test]
fn a_client_that_stops_in_its_body() {
    let lab = Lab::with(|c| c.limits = Limits { stall: Duration::from_millis(200), ..Limits::default() });
    let server = Server::new(|mut client| client.rest());
    let host = server.address;
    let got = lab.talk(format!("POST http://{host}/ HTTP/1.1\r\nHost: {host}\r\nContent-Length: 9\r\n\r\nhello"));
    told(&got, 408, Stage::RequestBody);
    failed(&lab.exchange(), Stage::RequestBody, &["the client sent nothing"]);
}

#[test]
fn a_client_that_goes_away_in_its_head_its_body_or_while_it_waits() {
    let lab = Lab::new();
    let mut client = lab.client();
    client.send("GET http://h/ HTT");
    drop(client);
    let x = lab.exchange();
    assert!(matches!(&x.outcome, Outcome::Aborted { stage: Stage::RequestHead, .. }), "{:?}", x.outcome);
    assert_eq!(x.request.head.as_deref(), Some(&b"GET http://h/ HTT"[..]));
    let server = Server::new(|mut client| client.rest());
    let host = server.address;
    let mut client = lab.client();
    client.send(format!("POST http://{host}/ HTTP/1.1\r\nHost: {host}\r\nContent-Length: 9\r\n\r\nhello"));
    drop(client);
    let x = lab.exchange();
    assert!(matches!(&x.outcome, Outcome::Aborted { stage: Stage::RequestBody, .. }), "{:?}", x.outcome);
    assert_eq!(body(&x.request.body), "hello");
    assert!(server.saw().ends_with("hello"));
    // It gives up before the answer; the answer still shows what the server would have said.
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let wait = std::sync::Mutex::new(wait);
    let server = Server::new(move |mut client| {
        let head = client.head();
        wait.lock().unwrap().recv().unwrap();
        client.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlate");
        head
    });
    let mut client = lab.client();
    client.send(get(server.address));
    std::thread::sleep(Duration::from_millis(50));
    drop(client);
    std::thread::sleep(Duration::from_millis(50));
    go.send(()).unwrap();
    let x = lab.exchange();
    assert!(matches!(&x.outcome, Outcome::Aborted { .. }), "{:?}", x.outcome);
    assert_eq!(x.status(), Some(200));
}

#[test]
fn a_client_that_only_closes_its_sending_side_gets_its_answer() {
    let lab = Lab::new();
    let server = Server::answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
    let mut client = lab.client();
    client.send(get(server.address));
    client.no_more();
    assert!(client.rest().ends_with("hi"));
    assert_eq!(lab.exchange().outcome, Outcome::Complete);
}

#[test]
fn a_kept_connection_that_the_server_has_closed() {
    let lab = Lab::new();
    // It closes the moment the second request comes, as servers do whose time for kept connections has run out.
    let server = Server::new(|mut client| {
        client.head();
        client.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
        client.head()
    });
    let mut client = lab.client();
    client.send(get(server.address));
    client.until("hi");
    lab.exchange();
    client.send(get(server.address));
    assert_eq!(client.rest(), "", "the client must be able to take it for its own kept connection, and try again");
    let x = lab.exchange();
    failed(&x, Stage::Wait, &["without an answer"]);
    assert!(x.notes.iter().any(|(name, _)| name == "kept connection"), "{:?}", x.notes);
}

#[test]
fn a_request_that_comes_after_the_server_closed_goes_over_a_new_connection() {
    let lab = Lab::new();
    let server = Server::answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
    let mut client = lab.client();
    for _ in 0..3 {
        client.send(get(server.address));
        client.until("hi");
        server.saw();
        assert_eq!(lab.exchange().outcome, Outcome::Complete);
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn credentials_that_are_missing_or_wrong() {
    let lab = Lab::with(|c| c.credentials = Some("user:pass".to_owned()));
    let server = Server::answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    let host = server.address;
    let got = lab.talk(get(host));
    told(&got, 407, Stage::ProxyAuth);
    assert!(got.contains("\r\nProxy-Authenticate: Basic realm=\"mwscope\"\r\n"));
    failed(&lab.exchange(), Stage::ProxyAuth, &["no credentials"]);
    let with = |basic: &str| {
        format!("GET http://{host}/ HTTP/1.1\r\nHost: {host}\r\nProxy-Authorization: Basic {basic}\r\n\r\n")
    };
    told(&lab.talk(with("dXNlcjpxYXNz")), 407, Stage::ProxyAuth);
    failed(&lab.exchange(), Stage::ProxyAuth, &["wrong"]);
    assert!(lab.talk(with("dXNlcjpwYXNz")).starts_with("HTTP/1.1 200 "));
    assert!(!server.saw().contains("Proxy-Authorization"));
    assert_eq!(lab.exchange().outcome, Outcome::Complete);
}

#[test]
fn an_upstream_proxy_that_is_down_refuses_or_carries() {
    let through = |address: SocketAddr| {
        Lab::with(move |c| c.upstream = Some(UpstreamProxy::parse(&format!("u:p@{address}")).unwrap()))
    };
    let connect = "CONNECT m3.example:443 HTTP/1.1\r\nHost: m3.example\r\n\r\n";
    let lab = through(nobody());
    told(&lab.talk(connect), 502, Stage::UpstreamProxy);
    failed(&lab.exchange(), Stage::UpstreamProxy, &["refused the connection"]);
    let proxy = Server::answering("HTTP/1.1 407 No\r\nProxy-Authenticate: NTLM\r\nContent-Length: 0\r\n\r\n");
    let lab = through(proxy.address);
    told(&lab.talk(connect), 502, Stage::UpstreamProxy);
    failed(&lab.exchange(), Stage::UpstreamProxy, &["407", "credentials"]);
    assert!(proxy.saw().contains("\r\nProxy-Authorization: Basic dTpw\r\n"));
    let proxy = Server::answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi");
    let lab = through(proxy.address);
    assert!(lab.talk("GET http://m3.example/a HTTP/1.1\r\nHost: m3.example\r\n\r\n").ends_with("hi"));
    assert!(proxy.saw().starts_with("GET http://m3.example/a HTTP/1.1\r\n"));
}

#[test]
fn what_is_no_http_at_all() {
    let lab = Lab::new();
    for (bytes, words) in [(&b"\x00\x01\x02"[..], "neither HTTP nor TLS"), (b"\x06\x01\x00", "neither HTTP nor TLS")] {
        assert_eq!(lab.talk(bytes), "");
        failed(&lab.exchange(), Stage::Accept, &[words]);
    }
    told(&lab.talk("GET /mws/Service HTTP/1.1\r\nHost: h\r\n\r\n"), 400, Stage::RequestHead);
    failed(&lab.exchange(), Stage::RequestHead, &["--reverse"]);
}

#[test]
fn a_recording_that_ends_leaves_what_is_open_as_open() {
    let mut lab = Lab::new();
    let server = Server::new(|mut client| client.head() + &client.rest());
    let mut client = lab.client();
    client.send(get(server.address));
    std::thread::sleep(Duration::from_millis(100));
    lab.stop();
    assert_eq!(lab.exchange().outcome, Outcome::Open);
    lab.nothing_more();
}

#[test]
fn a_head_that_is_not_whole_when_the_recording_ends_is_kept() {
    let mut lab = Lab::new();
    let mut client = lab.client();
    client.send("POST http://h/hea");
    std::thread::sleep(std::time::Duration::from_millis(100));
    lab.stop();
    let x = lab.exchange();
    assert_eq!((x.outcome, x.incomplete), (Outcome::Open, true));
    assert_eq!(x.request.head.as_deref(), Some(&b"POST http://h/hea"[..]));
}

#[test]
fn kept_connections_on_which_nothing_happens_hold_no_end_up() {
    let mut lab = Lab::with(|c| c.limits = Limits { grace: Duration::from_secs(60), ..Limits::default() });
    let server = Server::new(|mut client| {
        client.head();
        client.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
        client.rest()
    });
    let _unused = lab.client();
    let mut client = lab.client();
    client.send(get(server.address));
    client.until("hi");
    lab.exchange();
    let began = std::time::Instant::now();
    lab.stop();
    assert!(began.elapsed() < Duration::from_secs(10));
    assert_eq!(client.rest(), "");
}

#[test]
fn an_answer_that_is_no_http_is_called_by_its_name_and_kept() {
    for (bytes, words) in [
        (b"\x15\x03\x01\0\x02\x02\x46".as_slice(), "alert of TLS (number 70)"),
        (b"SSH-2.0-OpenSSH_9.6\r\n", "greets as SSH (SSH-2.0-OpenSSH_9.6)"),
    ] {
        let lab = Lab::new();
        // It waits for the client, as such servers do.
        let server = Server::new(move |mut client| {
            client.send(bytes);
            client.rest()
        });
        told(&lab.talk(get(server.address)), 502, Stage::ResponseHead);
        let x = lab.exchange();
        failed(&x, Stage::ResponseHead, &[words]);
        assert_eq!(x.response.as_ref().unwrap().head.as_deref(), Some(bytes), "what came is kept");
        assert!(x.status().is_none() && x.incomplete);
    }
}

#[test]
fn interim_answers_without_end_are_no_answer() {
    let lab = Lab::with(|c| c.limits = Limits { answer: Duration::from_millis(400), ..Limits::default() });
    let server = Server::new(|mut client| {
        client.head();
        for _ in 0..100 {
            client.send("HTTP/1.1 102 Processing\r\n\r\n".repeat(10));
            std::thread::sleep(Duration::from_millis(10));
        }
        String::new()
    });
    let got = lab.talk(get(server.address));
    assert!(got.contains("HTTP/1.1 504 ") && got.contains("no answer within 400 ms"), "{got}");
    let x = lab.exchange();
    failed(&x, Stage::Wait, &["no answer within 400 ms"]);
    assert_eq!(x.interim.len(), 64);
    assert!(x.duration_ns.is_some_and(|ns| ns < 650_000_000), "the limit counts from the request: {:?}", x.duration_ns);
    assert!(x.notes.iter().any(|(name, text)| name == "interim" && text.contains("more interim answers")));
}

#[test]
fn a_request_that_is_refused_for_its_credentials_is_known_again_by_its_address() {
    let server = Server::answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    let lab = Lab::with(|c| c.credentials = Some("user:pass".to_owned()));
    let host = server.address;
    told(&lab.talk(get(host)), 407, Stage::ProxyAuth);
    let with = format!("Host: {host}\r\nProxy-Authorization: Basic dXNlcjpwYXNz\r\n\r\n");
    assert!(lab.talk(format!("GET http://{host}/ HTTP/1.1\r\n{with}")).starts_with("HTTP/1.1 200 "));
    let mut both = [lab.exchange(), lab.exchange()];
    mwscope::model::challenge::mark(&mut both);
    assert_eq!(both.each_ref().map(|x| (x.challenge, x.failed())), [(true, false), (false, false)]);
}
