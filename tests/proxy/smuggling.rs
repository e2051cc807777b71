//! Every message that two readers could understand differently: refused, or made unambiguous, and recorded either way.

use mwscope::model::{Outcome, Stage};

use crate::proxy::lab::{Lab, Server, failure};

/// What was refused must never reach a server, not even in part.
fn refused(lab: &Lab, server: &Server, request: &str, status: u16, words: &str) {
    let got = lab.talk(request);
    let expected = format!("HTTP/1.1 {status} ");
    assert!(
        got.starts_with(&expected) && got.contains("\r\nMwscope-Error: request-head; "),
        "{request:?} gave {got:?}"
    );
    let x = lab.exchange();
    let (stage, cause) = failure(&x);
    assert_eq!(stage, Stage::RequestHead, "{request:?}");
    assert!(cause.contains(words) && cause.contains(';'), "{request:?} said {cause}");
    assert!(x.response.is_none(), "our own answer isn't the server's");
    assert!(!server.was_asked(), "{request:?} reached the server");
}

#[test]
fn ambiguous_heads_are_refused_and_recorded() {
    let server = Server::answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    let lab = Lab::new();
    let host = server.address;
    let smuggled = format!("0\r\n\r\nGET http://{host}/smuggled HTTP/1.1\r\nHost: {host}\r\n\r\n");
    let cases = [
        ("Content-Length: 4\r\nTransfer-Encoding: chunked", "both Content-Length and Transfer-Encoding"),
        ("Transfer-Encoding: chunked\r\nContent-Length: 4", "both Content-Length and Transfer-Encoding"),
        ("Content-Length: 4\r\nContent-Length: 5", "Content-Length with different values"),
        ("Content-Length: 4, 5", "Content-Length with different values"),
        ("Content-Length: +4", "Content-Length that is no number"),
        ("Content-Length: 0x4", "Content-Length that is no number"),
        ("Content-Length: -1", "Content-Length that is no number"),
        ("Content-Length: 18446744073709551616", "Content-Length that is no number"),
        ("Transfer-Encoding: chunked, identity", "doesn't end in chunked"),
        ("Transfer-Encoding: xchunked", "doesn't end in chunked"),
        ("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", "doesn't end in chunked"),
        ("Transfer-Encoding: chunked, chunked", "spelled so that readers differ"),
        ("Transfer-Encoding: \u{b}chunked", "a control byte"),
        ("Transfer-Encoding : chunked", "white space between a field name and its colon"),
        ("Transfer-Encoding\t: chunked", "white space between a field name and its colon"),
        ("X: y\r\n Transfer-Encoding: chunked", "goes on in the next line"),
        ("X: y\rTransfer-Encoding: chunked", "CR without LF"),
        ("X: y\0", "a control byte"),
        ("X y", "without a colon"),
        ("X(y): z", "forbidden bytes"),
        (": z", "forbidden bytes"),
        ("Host: other", "more than one Host"),
    ];
    for (field, words) in cases {
        let request = format!("POST http://{host}/ HTTP/1.1\r\nHost: {host}\r\n{field}\r\n\r\n{smuggled}");
        refused(&lab, &server, &request, 400, words);
    }
    let old = format!("POST http://{host}/ HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n{smuggled}");
    refused(&lab, &server, &old, 400, "in an HTTP/1.0 message");
    let folded = format!("GET http://{host}/ HTTP/1.1\r\n X: y\r\nHost: {host}\r\n\r\n");
    refused(&lab, &server, &folded, 400, "before the first field");
    refused(&lab, &server, &format!("GET  http://{host}/ HTTP/1.1\r\n\r\n"), 400, "no HTTP start line");
    refused(&lab, &server, &format!("GET http://{host}/\r\n\r\n"), 400, "no HTTP start line");
    refused(
        &lab,
        &server,
        &format!("GET http://{host}/ HTTP/1.2\r\nHost: {host}\r\n\r\n"),
        505,
        "other than 1.0 and 1.1",
    );
    let connect = format!("CONNECT {host} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 5\r\n\r\nhello");
    refused(&lab, &server, &connect, 400, "a body announced where none is allowed");
    lab.nothing_more();
}

#[test]
fn bad_chunks_are_cut_off_before_they_can_end_a_request() {
    let lab = Lab::new();
    for (body, words) in [
        ("5\nhello\r\n0\r\n\r\n", "LF without CR"),
        ("5\r\nhello\n0\r\n\r\n", "LF without CR"),
        ("5;a\rb\r\nhello\r\n0\r\n\r\n", "CR without LF"),
        ("5\r\nhelloX\r\n0\r\n\r\n", "no line end behind a chunk"),
        ("0x5\r\nhello\r\n0\r\n\r\n", "no hexadecimal number"),
        ("\r\n5\r\nhello\r\n0\r\n\r\n", "no hexadecimal number"),
        ("10000000000000005\r\nhello\r\n0\r\n\r\n", "too large"),
        ("fffffffffffffffff\r\nhello\r\n0\r\n\r\n", "too large"),
        ("5\r\nhello\r\n0\r\nX : y\r\n\r\n", "white space between a field name"),
        ("5\r\nhello\r\n0\r\n\n", "LF without CR"),
        ("5\r\nhello\r\n0\r\nX: y\n\r\n", "LF without CR"),
        ("5\r\nhello\r\n0\r\nX: y\r\n\n", "LF without CR"),
    ] {
        let server = Server::new(|mut client| client.rest());
        let host = server.address;
        let head = format!("Host: {host}\r\nTransfer-Encoding: chunked\r\n\r\n");
        let got = lab
            .talk(format!("POST http://{host}/ HTTP/1.1\r\n{head}{body}GET http://{host}/smuggled HTTP/1.1\r\n\r\n"));
        assert!(
            got.starts_with("HTTP/1.1 400 ") && got.contains("Mwscope-Error: request-body; "),
            "{body:?} gave {got:?}"
        );
        let (stage, cause) = failure(&lab.exchange());
        assert!(stage == Stage::RequestBody && cause.contains(words), "{body:?} said {cause}");
        let saw = server.saw();
        assert!(!saw.contains("smuggled") && !saw.contains("\r\n0\r\n"), "{body:?} reached the server as {saw:?}");
    }
    lab.nothing_more();
}

#[test]
fn what_can_be_made_unambiguous_is_and_the_change_is_listed() {
    let lab = Lab::new();
    let server = || Server::answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    let origin = server();
    let host = origin.address;
    lab.talk(format!("GET http://{host}/ HTTP/1.1\nHost: {host}\nX: y\r\n\n"));
    assert_eq!(origin.saw(), format!("GET / HTTP/1.1\r\nHost: {host}\r\nX: y\r\n\r\n"));
    let x = lab.exchange();
    assert!(x.edits.iter().any(|e| e.what == "line ends of the head: LF to CR LF"), "{:?}", x.edits);
    assert!(x.notes.iter().any(|(name, _)| name == "doubt"), "{:?}", x.notes);
    let origin = server();
    let host = origin.address;
    lab.talk(format!("GET http://{host}/ HTTP/1.1\r\nHost: elsewhere\r\n\r\n"));
    assert_eq!(origin.saw(), format!("GET / HTTP/1.1\r\nHost: {host}\r\n\r\n"));
    let edit = lab.exchange().edits.into_iter().find(|e| e.what.starts_with("Host")).unwrap();
    assert_eq!((edit.before.unwrap(), edit.after.unwrap()), ("elsewhere".into(), host.to_string()));
    let origin = server();
    let host = origin.address;
    lab.talk(format!(
        "\r\n\r\nPOST http://{host}/ HTTP/1.1\r\nHost: {host}\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nhi"
    ));
    let expected = format!("POST / HTTP/1.1\r\nHost: {host}\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n");
    assert_eq!(origin.saw(), expected);
    assert_eq!(lab.exchange().outcome, Outcome::Complete);
}

#[test]
fn ambiguous_answers_are_refused_mended_or_the_last_on_their_connection() {
    let lab = Lab::new();
    let ok = "HTTP/1.1 200 OK\r\n";
    let chunks = "2\r\nhi\r\n0\r\n\r\n";
    let cases = [
        // What the server sends, and what the client gets; empty where it is refused.
        (
            format!("{ok}Content-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}"),
            format!("{ok}Transfer-Encoding: chunked\r\n\r\n{chunks}"),
        ),
        (format!("{ok}X : y\r\nContent-Length: 2\r\n\r\nhi"), format!("{ok}X: y\r\nContent-Length: 2\r\n\r\nhi")),
        (
            format!("{ok}X: y\r\n z\r\nContent-Length: 2\r\n\r\nhi"),
            format!("{ok}X: y   z\r\nContent-Length: 2\r\n\r\nhi"),
        ),
        (format!("{ok}X: y\0z\r\nContent-Length: 2\r\n\r\nhi"), format!("{ok}X: y z\r\nContent-Length: 2\r\n\r\nhi")),
        ("HTTP/1.1 200 OK\nContent-Length: 2\n\nhi".to_owned(), "HTTP/1.1 200 OK\nContent-Length: 2\n\nhi".to_owned()),
        (
            format!("{ok}Transfer-Encoding: chunked\r\n\r\n2\nhi\n0\n\n"),
            format!("{ok}Transfer-Encoding: chunked\r\n\r\n2\nhi\n0\n\n"),
        ),
        (
            format!("{ok}no colon here\r\nContent-Length: 2\r\n\r\nhi"),
            format!("{ok}no colon here\r\nContent-Length: 2\r\n\r\nhi"),
        ),
        (format!("{ok}Content-Length: 2\r\nContent-Length: 3\r\n\r\nhi!"), String::new()),
        (format!("{ok}Content-Length: two\r\n\r\nhi"), String::new()),
        ("ICY 200 OK\r\n\r\nmusic".to_owned(), String::new()),
    ];
    for (sent, expected) in cases {
        let answer = format!("{sent}HTTP/1.1 200 Smuggled\r\nContent-Length: 0\r\n\r\n");
        let server = Server::answering(answer);
        let host = server.address;
        let request = format!("GET http://{host}/ HTTP/1.1\r\nHost: {host}\r\n\r\n");
        // The second request is answered only where the connection may go on, which it must not.
        let got = lab.talk(format!("{request}{request}"));
        let x = lab.exchange();
        if expected.is_empty() {
            assert!(
                got.starts_with("HTTP/1.1 502 ") && got.contains("Mwscope-Error: response-head; "),
                "{sent:?} gave {got:?}"
            );
            assert_eq!(failure(&x).0, Stage::ResponseHead);
            assert!(x.response.is_some(), "what came is recorded");
        } else {
            assert_eq!(got, expected);
            assert_eq!(x.outcome, Outcome::Complete);
            assert!(x.notes.iter().any(|(name, _)| name == "doubt") || sent.contains("2\nhi"), "{:?}", x.notes);
        }
    }
    lab.nothing_more();
}
