//! What is relayed is what came: bytes compared on both sides, for each thing that other proxies change.

use mwscope::model::Outcome;

use crate::proxy::lab::{Client, Lab, Server, body};

#[test]
fn order_case_duplicates_and_white_space_arrive_as_sent() {
    let answer = "HTTP/1.1 200 Fine  indeed\r\nset-cookie:a=1\r\nX-B:  2 \r\nSet-Cookie: b=2\r\nContent-Length: 2\r\n\
        content-length: 2\r\nX-Empty:\r\n\r\nhi";
    let server = Server::answering(answer);
    let lab = Lab::new();
    let fields = "hOST: {}\r\nX-b:1\r\naccept:  */*\t\r\nx-B: 2\r\nX-Empty:\r\nConnection: close\r\n\r\n";
    let fields = fields.replace("{}", &server.address.to_string());
    let got = lab.talk(format!("GET http://{}/a%20b?c=d&e HTTP/1.1\r\n{fields}", server.address));
    assert_eq!(got, answer);
    assert_eq!(server.saw(), format!("GET /a%20b?c=d&e HTTP/1.1\r\n{fields}"));
    let x = lab.exchange();
    assert_eq!(x.outcome, Outcome::Complete);
    assert_eq!(x.url, format!("http://{}/a%20b?c=d&e", server.address));
    let names: Vec<_> = x.request.headers.0.iter().map(|h| h.name.as_str()).collect();
    assert_eq!(names, ["hOST", "X-b", "accept", "x-B", "X-Empty", "Connection"]);
    assert_eq!(x.edits.len(), 1, "{:?}", x.edits);
    let response = x.response.as_ref().unwrap();
    assert_eq!((response.status, response.reason.as_str()), (200, "Fine  indeed"));
    assert_eq!(body(&response.body), "hi");
    assert_eq!(x.server, Some(server.address.to_string()));
    assert!(x.timings.connect.is_some() && x.timings.wait.is_some() && x.duration_ns.is_some());
}

#[test]
fn more_than_a_hundred_fields_pass() {
    let server = Server::answering("HTTP/1.1 204 None\r\n\r\n");
    let lab = Lab::new();
    let fields: String = (0..500).map(|i| format!("X-{i}: {i}\r\n")).collect();
    let host = server.address;
    let got = lab.talk(format!("GET http://{host}/ HTTP/1.1\r\nHost: {host}\r\n{fields}Connection: close\r\n\r\n"));
    assert_eq!(got, "HTTP/1.1 204 None\r\n\r\n");
    assert_eq!(server.saw(), format!("GET / HTTP/1.1\r\nHost: {host}\r\n{fields}Connection: close\r\n\r\n"));
}

#[test]
fn chunks_extensions_and_trailers_arrive_as_sent() {
    let coded = "5;name=\"a;b\"\r\nhello\r\n00A \r\n0123456789\r\n000\r\nX-Sum: 1\r\nx-sum:2\r\n\r\n";
    let answer = format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\nTrailer: X-Sum\r\n\r\n{coded}");
    let (end, sent) = (coded.to_owned(), answer.clone());
    let server = Server::new(move |mut client| {
        let head = client.head();
        let body = client.until(&end);
        client.send(&sent);
        head + &body
    });
    let lab = Lab::new();
    let host = server.address;
    let fields = format!("Host: {host}\r\nTE: trailers\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n");
    let got = lab.talk(format!("POST http://{host}/ HTTP/1.1\r\n{fields}{coded}"));
    assert_eq!(got, answer);
    assert_eq!(server.saw(), format!("POST / HTTP/1.1\r\n{fields}{coded}"));
    let x = lab.exchange();
    assert_eq!((body(&x.request.body), x.request.body.len), ("hello0123456789".into(), 15));
    assert_eq!(x.request.trailers.0.len(), 2);
    let response = x.response.unwrap();
    assert_eq!((body(&response.body), response.trailers.text("x-sum")), ("hello0123456789".into(), Some("1".into())));
}

#[test]
fn expect_continue_is_between_client_and_server() {
    let server = Server::new(|mut client| {
        let head = client.head();
        client.send("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n");
        let body = client.exactly(4);
        client.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        head + &body
    });
    let lab = Lab::new();
    let host = server.address;
    let mut client = lab.client();
    let fields = format!("Host: {host}\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
    client.send(format!("POST http://{host}/ HTTP/1.1\r\n{fields}"));
    // The body is held back until the server, and nobody else, asks for it.
    assert_eq!(client.head(), "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
    assert_eq!(client.head(), "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("body");
    assert_eq!(client.head(), "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    assert_eq!(server.saw(), format!("POST / HTTP/1.1\r\n{fields}body"));
    let x = lab.exchange();
    assert_eq!(x.interim.iter().map(|r| r.status).collect::<Vec<_>>(), [103, 100]);
    assert_eq!((x.status(), x.outcome), (Some(200), Outcome::Complete));
}

#[test]
fn an_expectation_that_the_server_refuses_sends_no_body() {
    let server = Server::answering("HTTP/1.1 417 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    let lab = Lab::new();
    let host = server.address;
    let mut client = lab.client();
    client.send(format!(
        "POST http://{host}/ HTTP/1.1\r\nHost: {host}\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n"
    ));
    assert_eq!(client.rest(), "HTTP/1.1 417 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    let x = lab.exchange();
    assert_eq!((x.status(), x.request.body.len), (Some(417), 0));
}

#[test]
fn pipelined_requests_are_answered_in_order_over_one_connection() {
    let server = Server::new(|mut client| {
        let mut seen = String::new();
        for n in 0..3 {
            seen += &client.head();
            if seen.ends_with("Content-Length: 3\r\n\r\n") {
                seen += &client.exactly(3);
            }
            client.send(format!("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n{n}"));
        }
        seen
    });
    let lab = Lab::new();
    let host = server.address;
    let mut client = lab.client();
    let request = |method: &str, more: &str| format!("{method} http://{host}/ HTTP/1.1\r\nHost: {host}\r\n{more}");
    client.send(request("GET", "\r\n") + &request("POST", "Content-Length: 3\r\n\r\nabc") + &request("DELETE", "\r\n"));
    for n in 0..3 {
        assert_eq!(client.head(), "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n");
        assert_eq!(client.exactly(1), n.to_string());
    }
    let plain = |method: &str, more: &str| format!("{method} / HTTP/1.1\r\nHost: {host}\r\n{more}");
    let expected = plain("GET", "\r\n") + &plain("POST", "Content-Length: 3\r\n\r\nabc") + &plain("DELETE", "\r\n");
    assert_eq!(server.saw(), expected);
    let methods: Vec<_> = (0..3).map(|_| lab.exchange().request.method).collect();
    assert_eq!(methods, ["GET", "POST", "DELETE"]);
}

#[test]
fn head_304_and_204_have_no_body_and_the_connection_goes_on() {
    let server = Server::new(|mut client| {
        for answer in [
            "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n",
            "HTTP/1.1 304 Not Modified\r\nContent-Length: 5000\r\nETag: \"x\"\r\n\r\n",
            "HTTP/1.1 204 No Content\r\n\r\n",
        ] {
            client.head();
            client.send(answer);
        }
        String::new()
    });
    let lab = Lab::new();
    let host = server.address;
    let mut client = lab.client();
    for (method, status) in [("HEAD", 200), ("GET", 304), ("DELETE", 204)] {
        client.send(format!("{method} http://{host}/ HTTP/1.1\r\nHost: {host}\r\n\r\n"));
        assert!(client.head().contains(&status.to_string()));
        let x = lab.exchange();
        assert_eq!((x.status(), x.outcome), (Some(status), Outcome::Complete));
    }
}

#[test]
fn an_answer_without_length_ends_with_the_connection() {
    for version in ["1.0", "1.1"] {
        let answer = format!("HTTP/{version} 200 OK\r\nX: y\r\n\r\nall that there is");
        let server = Server::answering(answer.clone());
        let lab = Lab::new();
        let host = server.address;
        assert_eq!(lab.talk(format!("GET http://{host}/ HTTP/{version}\r\nHost: {host}\r\n\r\n")), answer);
        let x = lab.exchange();
        assert_eq!((x.outcome, x.response.unwrap().body.len), (Outcome::Complete, 17));
    }
}

#[test]
fn an_old_client_that_keeps_its_connection_may() {
    let server = Server::new(|mut client| {
        let mut seen = client.head();
        client.send("HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 1\r\n\r\n1");
        seen += &client.head();
        client.send("HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\n2");
        seen
    });
    let lab = Lab::new();
    let host = server.address;
    let mut client = lab.client();
    let request = format!("GET http://{host}/ HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n");
    client.send(&request);
    assert!(client.until("\r\n\r\n1").contains("Keep-Alive"));
    client.send(&request);
    assert!(client.rest().ends_with("\r\n\r\n2"));
    assert_eq!(server.saw().matches("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n").count(), 2);
}

#[test]
fn each_event_of_a_stream_arrives_before_the_next_is_sent() {
    let (go_on, waits) = std::sync::mpsc::channel::<()>();
    let waits = std::sync::Mutex::new(waits);
    let server = Server::new(move |mut client| {
        client.head();
        client.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
        for n in 0..3 {
            client.send(format!("9\r\ndata: {n}\n\n\r\n"));
            waits.lock().unwrap().recv().unwrap();
        }
        client.send("0\r\n\r\n");
        String::new()
    });
    let lab = Lab::new();
    let host = server.address;
    let mut client = lab.client();
    client.send(format!("GET http://{host}/ HTTP/1.1\r\nHost: {host}\r\n\r\n"));
    client.head();
    for n in 0..3 {
        assert_eq!(client.until("\n\n\r\n"), format!("9\r\ndata: {n}\n\n\r\n"));
        go_on.send(()).unwrap();
    }
    assert_eq!(client.until("0\r\n\r\n"), "0\r\n\r\n");
    assert_eq!(body(&lab.exchange().response.unwrap().body), "data: 0\n\ndata: 1\n\ndata: 2\n\n");
}

#[test]
fn an_upgrade_passes_and_is_listed() {
    let server = Server::new(|mut client| {
        client.head();
        client.send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n\x01hello");
        let got = client.exactly(5);
        client.send(&got);
        client.no_more();
        got + &client.rest()
    });
    let lab = Lab::new();
    let host = server.address;
    let mut client = lab.client();
    client.send(format!(
        "GET http://{host}/ HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
    ));
    assert!(client.head().starts_with("HTTP/1.1 101 "));
    assert_eq!(client.exactly(6), "\x01hello");
    client.send("\x02\r\n\r\n");
    assert_eq!(client.rest(), "\x02\r\n\r\n");
    // One side may end before the other.
    client.send("more");
    client.no_more();
    assert_eq!(server.saw(), "\x02\r\n\r\nmore");
    let x = lab.exchange();
    assert_eq!((x.status(), &x.outcome), (Some(101), &Outcome::Complete));
    let carried = ("upgraded".to_owned(), "9 bytes from the client, 11 from the server".to_owned());
    assert!(x.notes.contains(&carried), "{:?}", x.notes);
}

#[test]
fn an_early_answer_reaches_a_client_that_still_sends() {
    let server = Server::new(|mut client| {
        client.head();
        client.send("HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nbig");
        client.no_more();
        client.rest().len().to_string()
    });
    let lab = Lab::new();
    let host = server.address;
    let mut client = lab.client();
    client.send(format!(
        "POST http://{host}/ HTTP/1.1\r\nHost: {host}\r\nContent-Length: 1000\r\n\r\n{}",
        "x".repeat(10)
    ));
    assert_eq!(client.until("big"), "HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nbig");
    let x = lab.exchange();
    assert_eq!(x.status(), Some(413));
    assert!(x.notes.iter().any(|(name, _)| name == "early answer"), "{:?}", x.notes);
}

#[test]
fn what_authenticates_a_connection_stays_with_it() {
    // Each connection counts its own requests, as NTLM does.
    let server = Server::new(|mut client| {
        for n in 0..3 {
            client.head();
            client.send(format!("HTTP/1.1 200 OK\r\nWWW-Authenticate: NTLM\r\nContent-Length: 1\r\n\r\n{n}"));
        }
        String::new()
    });
    let lab = Lab::new();
    let host = server.address;
    let request = format!("GET http://{host}/ HTTP/1.1\r\nHost: {host}\r\nAuthorization: NTLM TlRM\r\n\r\n");
    let (mut one, mut other) = (lab.client(), lab.client());
    let ask = |client: &mut Client| {
        client.send(&request);
        client.head();
        client.exactly(1)
    };
    let seen = [ask(&mut one), ask(&mut other), ask(&mut one), ask(&mut other), ask(&mut one)];
    assert_eq!(seen, ["0", "0", "1", "1", "2"]);
}

#[test]
fn a_large_body_passes_whole_both_ways() {
    const LEN: usize = 8 << 20;
    let server = Server::new(|mut client| {
        client.head();
        let got = client.exactly(LEN);
        client.send(format!("HTTP/1.1 200 OK\r\nContent-Length: {LEN}\r\n\r\n{got}"));
        String::new()
    });
    let lab = Lab::new();
    let host = server.address;
    let mut client = lab.client();
    let sent: String = (0..LEN).map(|i| char::from(b'a' + u8::try_from(i % 23).unwrap())).collect();
    let mut writer = client.stream.try_clone().unwrap();
    let request = format!("POST http://{host}/ HTTP/1.1\r\nHost: {host}\r\nContent-Length: {LEN}\r\n\r\n{sent}");
    let upload = std::thread::spawn(move || std::io::Write::write_all(&mut writer, request.as_bytes()).unwrap());
    client.head();
    assert!(client.exactly(LEN) == sent);
    upload.join().unwrap();
    let x = lab.exchange();
    assert!(body(&x.request.body) == sent && body(&x.response.unwrap().body) == sent);
}
