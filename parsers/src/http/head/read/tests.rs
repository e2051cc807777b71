//! Heads as bytes, and the property that the line by line reading agrees with httparse wherever that accepts.

use super::*;
use proptest::prelude::*;

fn head(bytes: &[u8]) -> Head {
    Head::request(bytes.to_vec(), 0, &Limits::default())
}

#[test]
fn order_case_duplicates_and_white_space_stay() {
    let head = head(b"GET /a HTTP/1.1\r\nhOST:h\r\nX-b:  1 \r\nx-B: 2\r\nX-Empty:\r\n\r\n");
    let pairs: Vec<_> = head
        .pairs()
        .map(|(n, v)| (String::from_utf8_lossy(n).into_owned(), String::from_utf8_lossy(v).into_owned()))
        .collect();
    let expected = [("hOST", "h"), ("X-b", "1"), ("x-B", "2"), ("X-Empty", "")];
    assert_eq!(pairs, expected.map(|(n, v)| (n.to_owned(), v.to_owned())));
    assert_eq!(head.slice(&head.fields()[1].line), b"X-b:  1 \r\n");
    assert_eq!(head.all("x-b").collect::<Vec<_>>(), [b"1", b"2"]);
    assert_eq!(head.doubts(), []);
}

#[test]
fn more_fields_than_the_fast_reading_takes_are_read_all_the_same() {
    let mut bytes = b"GET / HTTP/1.1\r\nHost: h\r\n".to_vec();
    (0..300).for_each(|i| bytes.extend_from_slice(format!("X-{i}: {i}\r\n").as_bytes()));
    bytes.extend_from_slice(b"\r\n");
    let head = head(&bytes);
    assert_eq!(head.fields().len(), 301);
    assert_eq!(head.doubts(), []);
}

#[test]
fn a_folded_value_is_one_field() {
    let head = head(b"GET / HTTP/1.1\r\nHost: h\r\nX: a\r\n\tb \r\nY: c\r\n\r\n");
    assert_eq!(head.get("x"), Some(b"a\r\n\tb".as_slice()));
    assert_eq!(head.fields().len(), 3);
}

#[test]
fn a_reason_phrase_may_be_missing_or_beyond_ascii() {
    let of = |line: &[u8]| {
        let head = Head::response([line, b"\r\n\r\n"].concat(), 0, &Limits::default());
        (head.status(), head.reason().to_vec(), head.doubts().len())
    };
    assert_eq!(of(b"HTTP/1.1 200 OK"), (200, b"OK".to_vec(), 0));
    assert_eq!(of(b"HTTP/1.1 200 "), (200, b"".to_vec(), 0));
    assert_eq!(of(b"HTTP/1.1 200"), (200, b"".to_vec(), 0));
    assert_eq!(of(b"HTTP/1.1 500 Ung\xfcltig"), (500, b"Ung\xfcltig".to_vec(), 0));
    assert_eq!(of(b"HTTP/1.1 20 OK").2, 1);
}

#[test]
fn persistence_follows_version_and_connection() {
    let persists = |text: &str| head(text.as_bytes()).persists();
    assert!(persists("GET / HTTP/1.1\r\nHost: h\r\n\r\n"));
    assert!(!persists("GET / HTTP/1.1\r\nHost: h\r\nConnection: x, Close\r\n\r\n"));
    assert!(!persists("GET / HTTP/1.0\r\n\r\n"));
    assert!(persists("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n"));
}

proptest! {
    #[test]
    fn the_line_by_line_reading_agrees_with_httparse(
        start in "(GET|POST|M-SEARCH) /[!-~]{0,8} HTTP/1\\.[01]",
        fields in prop::collection::vec(("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,8}", "[ \t]{0,2}", "[ -~\u{a0}-\u{ff}]{0,12}"), 0..6),
        ends in prop::collection::vec(prop::bool::weighted(0.9), 8),
    ) {
        let mut ends = ends.into_iter().map(|crlf| if crlf { "\r\n" } else { "\n" });
        let mut text = format!("{start}{}", ends.next().unwrap_or("\n"));
        for (name, space, value) in &fields {
            text.push_str(&format!("{name}:{space}{value}{}", ends.next().unwrap_or("\n")));
        }
        text.push_str("\r\n");
        let bytes = text.as_bytes();
        let strict = strict_request(bytes).expect("httparse accepts what is built here");
        let loose = loose(bytes, Kind::Request);
        prop_assert_eq!(&strict.start, &loose.start);
        prop_assert_eq!(&strict.fields, &loose.fields);
        prop_assert_eq!(&loose.doubts, &Vec::new());
    }
}

#[test]
fn line_ends_are_whole_where_no_half_of_one_stands_alone() {
    // Every text of up to six of these bytes.
    for len in 0..=6_u32 {
        for n in 0..3_u32.pow(len) {
            let text: Vec<u8> = (0..len).map(|at| b"\r\nx"[(n / 3_u32.pow(at) % 3) as usize]).collect();
            let alone = String::from_utf8_lossy(&text).replace("\r\n", "");
            assert_eq!(line_ends_are_whole(&text), !alone.contains(['\r', '\n']), "{text:?}");
            let mut doubts = Vec::new();
            note_bare_line_ends(&text, &mut doubts);
            assert_eq!(doubts.is_empty(), line_ends_are_whole(&text), "{text:?}");
        }
    }
}
