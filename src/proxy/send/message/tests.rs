//! The bytes of requests.

use super::*;
use crate::proxy::core::Scheme;

fn sent(headers: &[(&str, &str)], body: &'static str, head: Option<&str>) -> Result<String, Trouble> {
    let draft = Draft {
        method: "POST".into(),
        url: "http://h:81".into(),
        headers: Headers(headers.iter().map(|(name, value)| Header::new(*name, value)).collect()),
        body: body.into(),
        head: head.map(|head| Bytes::copy_from_slice(head.as_bytes())),
        ..Draft::default()
    };
    let to = Endpoint { scheme: Scheme::Http, host: "h".into(), port: 81 };
    Message::of(&draft, &to, None).map(|message| String::from_utf8_lossy(&message.head).into_owned())
}

#[test]
fn the_framing_fits_the_body() {
    let head = |headers: &[(&str, &str)], body| sent(headers, body, None).expect("a head");
    assert_eq!(head(&[("Host", "h")], "abc"), "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\n");
    assert_eq!(
        head(&[("content-length", "9"), ("X", "y")], "abc"),
        "POST / HTTP/1.1\r\nHost: h:81\r\ncontent-length: 3\r\nX: y\r\n\r\n"
    );
    assert_eq!(
        head(&[("Host", "h"), ("Content-Length", "1"), ("Content-Length", "2")], ""),
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n"
    );
    assert_eq!(
        head(&[("Host", "h"), ("Transfer-Encoding", "chunked"), ("Content-Length", "3")], "abc"),
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
    );
}

#[test]
fn lines_that_nobody_changed_keep_their_white_space() {
    let recorded = "POST / HTTP/1.1\r\nHost:h\r\nA:  1 \r\nB: 2\r\nA:3\r\n\r\n";
    let head = sent(&[("Host", "h"), ("A", "1"), ("B", "changed"), ("A", "3")], "", Some(recorded)).expect("a head");
    assert_eq!(head, "POST / HTTP/1.1\r\nHost:h\r\nA:  1 \r\nB: changed\r\nA:3\r\n\r\n");
}

#[test]
fn what_would_become_another_request_is_refused() {
    for headers in [&[("A", "x\r\nB: y")][..], &[("A B", "x")], &[("", "x")]] {
        assert!(sent(headers, "", None).is_err(), "{headers:?}");
    }
}
