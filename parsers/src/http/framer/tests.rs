//! Conversations as bytes in and events out, and the property that the split of the input doesn't matter.

use super::*;
use proptest::prelude::*;

/// A line for each event; payload pieces that touch are joined, so that any split reads the same.
fn read(mut feed: Feed, input: &[u8], cuts: &[usize]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut covered = 0;
    let mut joined: Option<(&'static str, Vec<u8>)> = None;
    let mut each = |event: Event, bytes: &[u8]| {
        covered += bytes.len();
        let (kind, text) = match event {
            Event::Body(_) => ("body", None),
            Event::Opaque(_) => ("opaque", None),
            Event::Framing(_) => ("framing", None),
            Event::Head(head, body) => {
                assert_eq!(head.bytes(), bytes);
                let doubts: Vec<_> = head.doubts().iter().map(|d| d.what).collect();
                let first = String::from_utf8_lossy(if head.status() == 0 { head.target() } else { head.reason() });
                ("", Some(format!("head {} {first} {body:?} {doubts:?}", head.status())))
            }
            Event::Trailers(t) => ("", Some(format!("trailers {:?}", String::from_utf8_lossy(&t.bytes)))),
            Event::Doubt(doubt) => ("", Some(format!("doubt {:?}", doubt.what))),
            Event::End(end) => ("", Some(format!("end {end:?}"))),
        };
        if let Some((open, held)) = &mut joined {
            if *open == kind {
                held.extend_from_slice(bytes);
                return;
            }
            lines.push(format!("{open} {:?}", String::from_utf8_lossy(held)));
            joined = None;
        }
        match text {
            Some(text) => lines.push(text),
            None => joined = Some((kind, bytes.to_vec())),
        }
    };
    let mut from = 0;
    for cut in cuts.iter().map(|c| c % (input.len() + 1)).chain([input.len()]) {
        if cut >= from {
            feed.push(&input[from..cut], &mut each);
            from = cut;
        }
    }
    feed.finish(&mut each);
    if let Some((open, held)) = joined {
        lines.push(format!("{open} {:?}", String::from_utf8_lossy(&held)));
    }
    assert_eq!(covered, input.len(), "every byte is in exactly one event");
    lines
}

fn requests(input: &[u8]) -> Vec<String> {
    read(Feed::new(Framer::requests(Limits::default())), input, &[])
}

fn responses(asked: &[Asked], input: &[u8]) -> Vec<String> {
    read(answers(asked), input, &[])
}

fn answers(asked: &[Asked]) -> Feed {
    let mut framer = Framer::responses(Limits::default());
    asked.iter().for_each(|a| framer.expect(*a));
    Feed::new(framer)
}

#[test]
fn pipelined_requests_come_apart() {
    let input = b"POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabcGET /b HTTP/1.1\r\nHost: h\r\n\r\n";
    insta::assert_snapshot!(requests(input).join("\n"), @r#"
    head 0 /a Counted(3) []
    body "abc"
    end Counted
    head 0 /b None []
    end Empty
    "#);
}

#[test]
fn chunks_extensions_and_trailers_are_told_apart() {
    let input = b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, Chunked\r\n\r\n\
        03;a=\"b\"\r\nabc\r\n0A \r\n0123456789\r\n0\r\nX-Sum: 1\r\n\r\n";
    insta::assert_snapshot!(requests(input).join("\n"), @r#"
    head 0 / Chunked []
    framing "03;a=\"b\"\r\n"
    body "abc"
    framing "\r\n0A \r\n"
    body "0123456789"
    framing "\r\n0\r\n"
    trailers "X-Sum: 1\r\n\r\n"
    end Chunked
    "#);
}

#[test]
fn interim_responses_answer_no_request() {
    let input = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n\
        HTTP/1.1 200 Fine\r\nContent-Length: 2\r\n\r\nhi";
    insta::assert_snapshot!(responses(&[Asked::Head, Asked::Other], input).join("\n"), @r#"
    head 100 Continue None []
    end Empty
    head 103 Early None []
    end Empty
    head 200 OK None []
    end Empty
    head 200 Fine Counted(2) []
    body "hi"
    end Counted
    "#);
}

#[test]
fn a_switch_of_protocols_makes_the_rest_opaque() {
    let input = b"HTTP/1.1 200 Connection established\r\n\r\n\x16\x03\x01";
    insta::assert_snapshot!(responses(&[Asked::Connect], input).join("\n"), @r#"
    head 200 Connection established Switched []
    end Switched
    opaque "\u{16}\u{3}\u{1}"
    "#);
    let input = b"HTTP/1.1 407 No\r\nContent-Length: 2\r\n\r\nno";
    assert_eq!(responses(&[Asked::Connect], input)[0], "head 407 No Counted(2) []");
}

#[test]
fn bodies_without_length_end_with_the_connection() {
    let lines = responses(&[Asked::Other], b"HTTP/1.0 200 OK\r\n\r\nall of it");
    assert_eq!(lines[1..], ["body \"all of it\"", "end Closed"]);
    let lines = responses(&[Asked::Other], b"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n");
    assert_eq!(lines[1..], ["end Empty"]);
}

#[test]
fn what_is_cut_says_how_much_is_missing() {
    let lines = responses(&[Asked::Other], b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc");
    assert_eq!(lines.last().expect("an end"), "end Cut { missing: Some(6) }");
    let lines = requests(b"GET / HT");
    assert_eq!(lines, ["end Cut { missing: None }", "opaque \"GET / HT\""]);
    assert_eq!(requests(b""), Vec::<String>::new());
}

#[test]
fn each_ambiguity_is_named() {
    let cases: &[(&[u8], &str)] = &[
        (b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "head 0 / Chunked [LengthAndChunked]"),
        (b"Content-Length: 3\r\nContent-Length: 4\r\n", "head 0 / Unknown [DifferentLengths]"),
        (b"Content-Length: 3, 4\r\n", "head 0 / Unknown [DifferentLengths]"),
        (b"Content-Length: 0\r\nContent-Length: 0\r\n", "head 0 / Counted(0) [RepeatedLength]"),
        (b"Content-Length: +3\r\n", "head 0 / Unknown [BadLength]"),
        (b"Content-Length: 99999999999999999999\r\n", "head 0 / Unknown [BadLength]"),
        (b"Content-Length:\r\n", "head 0 / Unknown [BadLength]"),
        (b"Transfer-Encoding: chunked, gzip\r\n", "head 0 / Unknown [CodingNotChunked]"),
        (b"Transfer-Encoding: xchunked\r\n", "head 0 / Unknown [CodingNotChunked]"),
        (b"Transfer-Encoding: chunked;q=1\r\n", "head 0 / Unknown [CodingSpelling]"),
        (b"Transfer-Encoding: chunked, chunked\r\n", "head 0 / Chunked [CodingSpelling]"),
        (b"Transfer-Encoding : chunked\r\n", "head 0 / Chunked [SpaceBeforeColon]"),
        (b"X: a\r\n b\r\n", "head 0 / None [Folded]"),
        (b"X: a\nY: b\r\n", "head 0 / None [BareLfInHead]"),
        (b"X: a\rY: b\r\n", "head 0 / None [BareCr]"),
        (b"X: a\0b\r\n", "head 0 / None [ControlByte]"),
        (b"nothing\r\n", "head 0 / None [NoColon]"),
        (b"X(Y): a\r\n", "head 0 / None [BadFieldName]"),
        (b": a\r\n", "head 0 / None [BadFieldName]"),
        (b"Host: i\r\n", "head 0 / None [HostRepeated]"),
    ];
    for (field, expected) in cases {
        let input = [b"POST / HTTP/1.1\r\nHost: h\r\n", *field, b"\r\n"].concat();
        assert_eq!(requests(&input)[0], *expected, "{}", String::from_utf8_lossy(field));
    }
    let heads: &[(&[u8], &str)] = &[
        (b"GET / HTTP/1.1\r\n\r\n", "head 0 / None [HostMissing]"),
        (b"GET http://a/ HTTP/1.1\r\nHost: b\r\n\r\n", "head 0 http://a/ None [HostDiffers]"),
        (b"GET http://a:80/ HTTP/1.1\r\nHost: A\r\n\r\n", "head 0 http://a:80/ None []"),
        (b"GET http://a:80/ HTTP/1.1\r\nHost: a:81\r\n\r\n", "head 0 http://a:80/ None [HostDiffers]"),
        (b"CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", "head 0 a:443 None []"),
        (b"CONNECT a:443 HTTP/1.1\r\nHost: b\r\n\r\n", "head 0 a:443 None [HostDiffers]"),
        (b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "head 0 / Chunked [CodingOnHttp10]"),
        (b"\r\nGET / HTTP/1.0\r\n\r\n", "head 0 / None [EmptyLinesBefore]"),
        (b"GET / HTTP/3.7\r\n\r\n", "head 0 / None [BadVersion]"),
        (b"GET  /  HTTP/1.0\r\n\r\n", "head 0  /  None [BadStartLine]"),
        (b"GET / HTTP/1.0\r\n X: y\r\n\r\n", "head 0 / None [SpaceBeforeFirstField]"),
    ];
    for (input, expected) in heads {
        assert_eq!(requests(input)[0], *expected, "{}", String::from_utf8_lossy(input));
    }
    let chunks: &[(&[u8], &str)] = &[
        (b"3\nabc\r\n0\r\n\r\n", "doubt BareLfInChunk"),
        (b"3\r\nabc\n0\r\n\r\n", "doubt BareLfInChunk"),
        (b"3;a\rb\r\nabc\r\n0\r\n\r\n", "doubt BareCr"),
        (b"x\r\n", "doubt BadChunkSize"),
        (b"-1\r\n", "doubt BadChunkSize"),
        (b"0x3\r\n", "doubt BadChunkSize"),
        (b"\r\n", "doubt BadChunkSize"),
        (b"1000000000000000\r\n", "doubt ChunkTooLarge"),
        (b"ffffffffffffffffff\r\n", "doubt ChunkTooLarge"),
        (b"3\r\nabcd\r\n", "doubt NoLineEndBehindChunk"),
        (b"0\r\nX : y\r\n\r\n", "doubt SpaceBeforeColon"),
    ];
    for (body, expected) in chunks {
        let input = [b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n", *body].concat();
        let lines = requests(&input);
        assert!(lines.iter().any(|l| l == expected), "{lines:?} has no {expected}");
    }
}

#[test]
fn limits_end_a_message_and_keep_its_bytes() {
    let limits = Limits { head_bytes: 64, fields: 2, chunk_line: 8 };
    let long = [b"GET / HTTP/1.1\r\nHost: ", [b'a'; 100].as_slice()].concat();
    let lines = read(Feed::new(Framer::requests(limits)), &long, &[]);
    assert_eq!(lines[..2], ["doubt HeadTooLarge", "end Broken(HeadTooLarge)"]);
    let many = b"GET / HTTP/1.0\r\na: 1\r\nb: 2\r\nc: 3\r\n\r\n";
    assert_eq!(read(Feed::new(Framer::requests(limits)), many, &[])[0], "head 0 / None [TooManyFields]");
    let chunk = b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3;0123456789\r\n";
    let limits = Limits { head_bytes: 640, ..limits };
    assert!(read(Feed::new(Framer::requests(limits)), chunk, &[]).contains(&"end Broken(ChunkLineTooLong)".to_owned()));
}

#[test]
fn a_gap_inside_a_counted_body_keeps_the_framing() {
    let mut feed = answers(&[Asked::Other, Asked::Other]);
    let mut ends = Vec::new();
    feed.push(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", |_, _| {});
    assert!(feed.framer().gap(5));
    feed.push(b"89HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHT", |event, _| {
        if let Event::End(end) = event {
            ends.push(end);
        }
    });
    assert_eq!(ends, [End::Counted, End::Counted]);
    assert!(!feed.framer().gap(3), "a gap inside a head loses the framing");
}

/// Bytes that look enough like HTTP to reach every state.
fn http_like() -> impl Strategy<Value = Vec<u8>> {
    let part = prop_oneof![
        Just("GET / HTTP/1.1\r\nHost: h\r\n".to_owned()),
        Just("POST http://h/x HTTP/1.0\r\n".to_owned()),
        Just("HTTP/1.1 200 OK\r\n".to_owned()),
        Just("HTTP/1.1 204 \r\n".to_owned()),
        Just("HTTP/1.1 100 C\n".to_owned()),
        Just("Content-Length: 4\r\n".to_owned()),
        Just("Transfer-Encoding: chunked\r\n".to_owned()),
        Just("X: y\r\n z\r\n".to_owned()),
        Just("\r\n".to_owned()),
        Just("4\r\nabcd\r\n".to_owned()),
        Just("0\r\n\r\n".to_owned()),
        Just("\n".to_owned()),
        "[ -~\r\n\t]{0,12}",
        "\\PC{0,4}",
    ];
    prop::collection::vec(part, 0..14).prop_map(|parts| parts.concat().into_bytes())
}

proptest! {
    #[test]
    fn any_split_gives_the_same_events(input in http_like(), mut cuts in prop::collection::vec(any::<usize>(), 0..8)) {
        cuts.iter_mut().for_each(|c| *c %= input.len() + 1);
        cuts.sort_unstable();
        let each_byte: Vec<usize> = (0..input.len()).collect();
        for feed in [Feed::new(Framer::requests(Limits::default())), answers(&[Asked::Other, Asked::Head])] {
            let whole = read(feed.clone(), &input, &[]);
            prop_assert_eq!(&read(feed.clone(), &input, &cuts), &whole);
            prop_assert_eq!(&read(feed, &input, &each_byte), &whole);
        }
    }

    #[test]
    fn no_bytes_panic(input in prop::collection::vec(any::<u8>(), 0..200)) {
        requests(&input);
        responses(&[Asked::Other], &input);
    }
}
