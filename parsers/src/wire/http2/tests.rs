//! Connections as peers send them. Header blocks are those of RFC 7541 appendix C, frames are built by RFC 9113.

use super::*;
use proptest::prelude::*;

/// `GET / http www.example.com` (RFC 7541 C.4.1), which adds the authority to the table.
const GET: &[u8] = b"\x82\x86\x84\x41\x8c\xf1\xe3\xc2\xe5\xf2\x3a\x6b\xa0\xab\x90\xf4\xff";
/// The same again: the authority by its index (C.4.2, without its last field).
const GET_AGAIN: &[u8] = b"\x82\x86\x84\xbe";
/// `:status 200`, `server: x`.
const OK: &[u8] = b"\x88\x0f\x27\x01x";

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// What was found, in words that can be compared.
#[derive(Debug, Default, PartialEq, Eq)]
struct Seen {
    pairs: Vec<(u32, Pair)>,
    bodies: BTreeMap<(u32, Side), Vec<u8>>,
    troubles: Vec<String>,
}

impl PartialEq for Pair {
    fn eq(&self, other: &Self) -> bool {
        format!("{self:?}") == format!("{other:?}")
    }
}

impl Eq for Pair {}

impl Seen {
    fn take(&mut self, found: Found<'_>) {
        match found {
            Found::Begins { .. } => {}
            Found::Body { number, side, bytes, .. } => self.bodies.entry((number, side)).or_default().extend(bytes),
            Found::Ends { number, pair } => self.pairs.push((number, *pair)),
            Found::Trouble { what, .. } => self.troubles.push(what),
            Found::Inner { .. } => panic!("HTTP/2 carries nothing inside"),
        }
    }

    fn body(&self, number: u32, side: Side) -> &[u8] {
        self.bodies.get(&(number, side)).map_or(&[], |body| body)
    }
}

enum Part<'a> {
    Client(&'a [u8]),
    Server(&'a [u8]),
    Gap(Side, u64),
}

fn read(parts: &[Part<'_>]) -> Seen {
    let (mut http2, mut seen) = (Http2::new(), Seen::default());
    for part in parts {
        let (side, piece) = match part {
            Part::Client(bytes) => (Side::Client, Piece::Data { at: 1, bytes, from: None }),
            Part::Server(bytes) => (Side::Server, Piece::Data { at: 1, bytes, from: None }),
            Part::Gap(side, length) => (*side, Piece::Gap { at: 1, length: *length }),
        };
        http2.piece(side, piece, &mut |found| seen.take(found));
    }
    for side in Side::BOTH {
        http2.piece(side, Piece::End { at: 2, how: End::Fin }, &mut |found| seen.take(found));
    }
    seen
}

fn preface(frames: &[Vec<u8>]) -> Vec<u8> {
    [frame::PREFACE, &frame(kind::SETTINGS, 0, 0, &[]), &frames.concat()].concat()
}

const END: u8 = flag::END_STREAM | flag::END_HEADERS;

#[test]
fn requests_and_responses_of_several_streams_are_put_together() {
    let client = preface(&[
        frame(kind::HEADERS, END, 1, GET),
        frame(kind::HEADERS, flag::END_HEADERS, 3, &[b"\x83", &GET_AGAIN[1..]].concat()),
        frame(kind::DATA, 0, 3, b"ab"),
        frame(kind::DATA, flag::END_STREAM, 3, b"c"),
    ]);
    let server = [
        frame(kind::SETTINGS, 0, 0, &[0, 3, 0, 0, 0, 100]),
        // `:status 100`, an interim response, then the final one, of stream 3 before that of stream 1.
        frame(kind::HEADERS, flag::END_HEADERS, 3, b"\x08\x03100"),
        frame(kind::HEADERS, flag::END_HEADERS, 3, OK),
        frame(kind::HEADERS, flag::END_HEADERS, 1, OK),
        frame(kind::DATA, flag::END_STREAM, 1, b"one"),
        frame(kind::DATA, 0, 3, b"three"),
        frame(kind::HEADERS, END, 3, b"\x00\x05check\x011"),
    ]
    .concat();
    let seen = read(&[Part::Client(&client), Part::Server(&server)]);
    assert_eq!(seen.troubles, [""; 0]);
    let (numbers, pairs): (Vec<u32>, Vec<&Pair>) = seen.pairs.iter().map(|(n, pair)| (*n, pair)).unzip();
    assert_eq!(numbers, [0, 1]);
    let request = pairs[0].request.as_ref().unwrap();
    assert_eq!((&request.method[..], &request.target[..]), (&b"GET"[..], &b"/"[..]));
    assert_eq!(request.authority.as_deref(), Some(&b"www.example.com"[..]));
    assert_eq!((request.version.as_str(), request.broken), ("HTTP/2", None));
    let response = pairs[1].response.as_ref().unwrap();
    assert_eq!((response.status, response.body, response.broken), (200, 5, None));
    assert_eq!(response.head, b"server: x\r\n");
    assert_eq!(response.trailer, b"check: 1\r\n");
    assert_eq!(&response.trailer[response.trailer_fields[0].value.clone()], b"1");
    assert_eq!(pairs[1].interim.iter().map(|m| m.status).collect::<Vec<_>>(), [100]);
    assert_eq!(pairs[1].request.as_ref().unwrap().authority.as_deref(), Some(&b"www.example.com"[..]));
    assert_eq!((seen.body(0, Side::Server), seen.body(1, Side::Server)), (&b"one"[..], &b"three"[..]));
    assert_eq!(seen.body(1, Side::Client), b"abc");
}

#[test]
fn padding_priority_and_continuation_are_taken_off() {
    let padded = [&[3][..], &[0, 0, 0, 0, 16], &GET[..4], &[0; 3]].concat();
    let client = preface(&[
        frame(kind::HEADERS, flag::PADDED | flag::PRIORITY, 1, &padded),
        frame(kind::CONTINUATION, 0, 1, &GET[4..9]),
        frame(kind::CONTINUATION, flag::END_HEADERS, 1, &GET[9..]),
        frame(kind::DATA, flag::PADDED | flag::END_STREAM, 1, b"\x04body\0\0\0\0"),
    ]);
    let seen = read(&[Part::Client(&client)]);
    let request = seen.pairs[0].1.request.as_ref().unwrap();
    assert_eq!(request.authority.as_deref(), Some(&b"www.example.com"[..]));
    assert_eq!((request.body, request.broken, seen.body(0, Side::Client)), (4, None, &b"body"[..]));
    assert!(seen.pairs[0].1.response.is_none());
}

#[test]
fn who_broke_a_stream_off_is_said() {
    let client = preface(&[
        frame(kind::HEADERS, END, 1, GET),
        frame(kind::HEADERS, END, 3, GET_AGAIN),
        frame(kind::HEADERS, END, 5, GET_AGAIN),
    ]);
    let server = [
        frame(kind::SETTINGS, 0, 0, &[]),
        frame(kind::HEADERS, flag::END_HEADERS, 1, OK),
        frame(kind::RST_STREAM, 0, 1, &[0, 0, 0, 2]),
        frame(kind::HEADERS, flag::END_HEADERS, 3, OK),
        frame(kind::GOAWAY, 0, 0, b"\0\0\0\x03\0\0\0\x0btoo many"),
    ]
    .concat();
    let seen = read(&[Part::Client(&client), Part::Server(&server)]);
    let notes: Vec<&str> = seen.pairs.iter().flat_map(|(_, pair)| pair.notes.iter().map(String::as_str)).collect();
    assert_eq!(
        notes,
        [
            "the server reset the stream: INTERNAL_ERROR, an error inside this side",
            "not processed: the server was closing the connection (GOAWAY)",
        ]
    );
    let broken = |n: usize| seen.pairs[n].1.response.as_ref().map(|response| response.broken);
    assert_eq!(broken(0), Some(Some(Broken::Reset(Side::Server))));
    assert_eq!((seen.pairs[1].0, broken(1)), (2, None), "the request that wasn't looked at");
    assert_eq!(broken(2), Some(Some(Broken::Closed(Side::Server))), "closed in the middle of the response");
    assert_eq!(seen.troubles, ["the server ends the connection: ENHANCE_YOUR_CALM, too much load (too many)"]);
}

#[test]
fn what_the_server_pushes_is_a_request_of_its_own() {
    let client = preface(&[frame(kind::HEADERS, END, 1, GET)]);
    let promise = [&[0, 0, 0, 2][..], GET].concat();
    let server = [
        frame(kind::SETTINGS, 0, 0, &[]),
        frame(kind::PUSH_PROMISE, flag::END_HEADERS, 1, &promise),
        frame(kind::HEADERS, END, 1, OK),
        frame(kind::HEADERS, flag::END_HEADERS, 2, OK),
        frame(kind::DATA, flag::END_STREAM, 2, b"pushed"),
    ]
    .concat();
    let seen = read(&[Part::Client(&client), Part::Server(&server)]);
    let (number, pushed) = &seen.pairs[1];
    assert_eq!(pushed.request.as_ref().unwrap().method, b"GET");
    assert_eq!(pushed.notes, ["pushed by the server, without the client having asked"]);
    assert_eq!(seen.body(*number, Side::Server), b"pushed");
}

#[test]
fn an_upgrade_answers_the_request_that_asked_for_it() {
    let request = Message { method: b"GET".to_vec(), target: b"/x".to_vec(), ..Message::default() };
    let (mut http2, mut seen) = (Http2::after_upgrade(request), Seen::default());
    let server = [frame(kind::SETTINGS, 0, 0, &[]), frame(kind::HEADERS, END, 1, OK)].concat();
    http2.piece(Side::Server, Piece::Data { at: 1, bytes: &server, from: None }, &mut |found| seen.take(found));
    let pair = &seen.pairs[0].1;
    assert_eq!(
        (pair.request.as_ref().unwrap().target.as_slice(), pair.response.as_ref().unwrap().status),
        (&b"/x"[..], 200)
    );
}

#[test]
fn what_was_missed_is_left_out_and_said() {
    // The connection is met behind its beginning: the authority is in a table that wasn't seen.
    let client = [frame(kind::HEADERS, END, 7, GET_AGAIN), frame(kind::SETTINGS, 1, 0, &[])].concat();
    let server = [frame(kind::HEADERS, END, 7, OK), frame(kind::SETTINGS, 1, 0, &[])].concat();
    assert_eq!(recognises(&client, &server), Recognised::Yes);
    let seen = read(&[Part::Client(&client), Part::Server(&server)]);
    let pair = &seen.pairs[0].1;
    let request = pair.request.as_ref().unwrap();
    assert_eq!((&request.method[..], request.authority.as_deref()), (&b"GET"[..], None));
    assert_eq!(request.broken, Some(Broken::Missing));
    assert_eq!(pair.notes, ["1 header field refers to what wasn't captured, in the request"]);
    assert_eq!(pair.response.as_ref().unwrap().broken, None, "all of its fields are known");
}

#[test]
fn a_gap_in_data_costs_the_data_alone() {
    let client = preface(&[frame(kind::HEADERS, END, 1, GET), frame(kind::HEADERS, END, 3, GET_AGAIN)]);
    let server = [
        frame(kind::SETTINGS, 0, 0, &[]),
        frame(kind::HEADERS, flag::END_HEADERS, 1, OK),
        frame(kind::DATA, flag::END_STREAM, 1, &[b'd'; 1000]),
        frame(kind::HEADERS, END, 3, OK),
    ]
    .concat();
    let seen = read(&[
        Part::Client(&client),
        Part::Server(&server[..200]),
        Part::Gap(Side::Server, 300),
        Part::Server(&server[500..]),
    ]);
    let response = seen.pairs[0].1.response.as_ref().unwrap();
    assert_eq!((response.body, response.missing, response.broken), (700, 300, Some(Broken::Missing)));
    assert_eq!(seen.pairs[1].1.response.as_ref().unwrap().broken, None);
    assert_eq!(seen.troubles, [""; 0]);
}

#[test]
fn a_stream_that_begins_behind_both_ends_is_given_out() {
    let client = preface(&[frame(kind::HEADERS, END, 1, GET)]);
    let (mut http2, mut seen) = (Http2::new(), Seen::default());
    let mut take = |side, piece| http2.piece(side, piece, &mut |found| seen.take(found));
    take(Side::Client, Piece::End { at: 1, how: End::Cut });
    take(Side::Server, Piece::End { at: 1, how: End::Cut });
    take(Side::Client, Piece::Data { at: 1, bytes: &client, from: None });
    assert_eq!(seen.pairs.len(), 1);
}

#[test]
fn a_gap_over_frames_is_searched_for_the_next_ones() {
    let client = preface(&[frame(kind::HEADERS, END, 1, GET)]);
    let server = [
        frame(kind::SETTINGS, 0, 0, &[]),
        frame(kind::HEADERS, flag::END_HEADERS, 1, OK),
        frame(kind::DATA, 0, 1, &[b'd'; 100]),
        frame(kind::DATA, 0, 1, &[b'e'; 100]),
        frame(kind::DATA, 0, 1, &[b'f'; 100]),
        frame(kind::DATA, flag::END_STREAM, 1, &[b'g'; 100]),
    ]
    .concat();
    let seen = read(&[
        Part::Client(&client),
        Part::Server(&server[..60]),
        Part::Gap(Side::Server, 100),
        Part::Server(&server[160..]),
    ]);
    let response = seen.pairs[0].1.response.as_ref().unwrap();
    assert_eq!(response.broken, Some(Broken::Missing));
    assert!(seen.body(0, Side::Server).ends_with(&[b'g'; 100]));
    assert_eq!(seen.troubles, ["frames of the server weren't captured; fields that refer to them are unknown"]);
}

proptest! {
    #[test]
    fn any_split_gives_the_same(cuts in prop::collection::vec(0usize..400, 0..12)) {
        let client = preface(&[
            frame(kind::HEADERS, flag::END_HEADERS, 1, GET),
            frame(kind::DATA, flag::PADDED, 1, b"\x04body\0\0\0\0"),
            frame(kind::HEADERS, END, 1, b"\x00\x05check\x011"),
            frame(kind::HEADERS, END, 3, GET_AGAIN),
        ]);
        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut % client.len()).collect();
        cuts.sort_unstable();
        let mut from = 0;
        let mut parts = Vec::new();
        for cut in cuts.into_iter().chain([client.len()]).filter(|&cut| cut > 0) {
            if cut > from {
                parts.push(Part::Client(&client[from..cut]));
                from = cut;
            }
        }
        prop_assert_eq!(read(&parts), read(&[Part::Client(&client)]));
    }

    #[test]
    fn nothing_makes_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), gap in 1u64..2000) {
        let after = preface(std::slice::from_ref(&bytes));
        read(&[
            Part::Client(&after),
            Part::Server(&bytes),
            Part::Gap(Side::Client, gap),
            Part::Client(&bytes),
            Part::Gap(Side::Server, gap),
            Part::Server(&after),
        ]);
    }
}
