//! Chunks, encodings and broken bytes: the records stay the same and cover the log.

use super::super::{Encoding, Reader};
use super::*;
use proptest::prelude::*;

fn heads(reader: &Arc<Reader>, bytes: &[u8], sizes: &[usize]) -> Vec<Head> {
    let mut splitter = Splitter::new(Arc::clone(reader));
    let mut out = Vec::new();
    let mut rest = bytes;
    let mut turn = 0;
    while !rest.is_empty() {
        let (chunk, behind) = rest.split_at(sizes[turn % sizes.len()].clamp(1, rest.len()));
        splitter.push(chunk, &mut out);
        rest = behind;
        turn += 1;
    }
    splitter.finish(&mut out);
    out
}

fn covers(heads: &[Head], bytes: &[u8]) {
    let mut at = 0;
    let mut line = 1;
    for head in heads {
        assert_eq!(head.span.offset, at);
        assert!(head.span.len > 0);
        assert_eq!(head.line, line);
        at = head.span.end();
        line += u64::from(head.lines);
    }
    assert_eq!(at, bytes.len() as u64);
}

const LOG: &str = "opened\n2026-01-13 10:15:02,480 INFO  [main] com.foo.Bar - ett åäö\r\n  more\r\n\n\
    2026-01-13 10:15:02,481 ERROR [Worker [3]: a] com.foo.Bar - two\njava.lang.NullPointerException\n\tat a.B.c(B.java:1)\n\
    2026-01-13 10:15:02,482 DEBUG [main] com.foo.Baz - three\n2026-01-13 10:15\n2026-01-13 10:15:02,483 DEBUG [main] com.foo.Baz -";

const TWO_LINES: &str = "Jan 13, 2026 10:15:02 AM com.foo.Bar main\nINFO: one\nmore\n\
    Jan 13, 2026 10:15:02 AM is only a date\nJan 13, 2026 10:15:03 AM com.foo.Bar main\nWARNING: two\n";

fn encoded(text: &str, encoding: u8) -> Vec<u8> {
    match encoding {
        0 => text.as_bytes().to_vec(),
        1 => [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
        2 => "\u{feff}"
            .chars()
            .chain(text.chars())
            .collect::<String>()
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect(),
        3 => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        4 => text.replace("\r\n", "\n").replace('\n', "\r").into_bytes(),
        5 => text.replace("åäö", "aao").replace("ett", "\0ett").into_bytes(),
        _ => {
            let mut bytes = vec![0; 5000];
            bytes.extend_from_slice(text.as_bytes());
            bytes
        }
    }
}

#[test]
fn every_encoding_gives_the_same_records() {
    for (text, wanted) in [(LOG, 5), (TWO_LINES, 2)] {
        for encoding in 0..=6 {
            let bytes = encoded(text, encoding);
            let reader = Arc::new(Reader::learn(&bytes));
            let heads = heads(&reader, &bytes, &[bytes.len()]);
            covers(&heads, &bytes);
            assert_eq!(
                heads.len(),
                wanted,
                "{encoding}: {:?}",
                reader.layouts().iter().map(ToString::to_string).collect::<Vec<_>>()
            );
            let record = reader.record(heads[wanted - 2], heads[wanted - 2].span.of(&bytes));
            assert_eq!(record.level.as_deref(), Some(if wanted == 5 { "DEBUG" } else { "INFO" }));
        }
    }
    assert_eq!(Encoding::detect(&encoded(LOG, 3)), Encoding::Utf16Be);
}

#[test]
fn a_line_of_many_megabytes_is_one_line() {
    let text = format!("{LOG}{}\n2026-01-13 10:15:02,484 INFO  [main] com.foo.Bar - last\n", "x".repeat(9_000_000));
    let reader = Arc::new(Reader::learn(&text.as_bytes()[..4000]));
    let heads = heads(&reader, text.as_bytes(), &[1 << 20]);
    covers(&heads, text.as_bytes());
    assert_eq!(heads.len(), 6);
}

#[test]
fn the_open_record_can_be_seen_before_it_ends() {
    let reader = Arc::new(Reader::learn(LOG.as_bytes()));
    let mut splitter = Splitter::new(Arc::clone(&reader));
    let mut out = Vec::new();
    splitter.push(&LOG.as_bytes()[..LOG.find("  more").expect("there")], &mut out);
    let open = splitter.pending().expect("a record");
    assert_eq!((out.len(), open.lines), (1, 1));
    splitter.push(b"  more\n", &mut out);
    assert_eq!(splitter.pending().map(|head| head.lines), Some(2));
}

#[test]
fn a_time_behind_the_message_is_the_records() {
    let text = b"INFO: first [Tue Mar 22 13:11:31 PDT 2011]\nSEVERE: second\n  more [Tue Mar 22 13:11:32 PDT 2011]\n\
        INFO: x [Tue Mar 22 13:11:33 PDT 2011]";
    let reader = Arc::new(Reader::told("%4$s: %5$s [%1$tc]%n", text).expect("a pattern"));
    for size in [1, 7, 1000] {
        let heads = heads(&reader, text, &[size]);
        let at: Vec<_> = heads.iter().filter_map(|head| head.stamp).map(|stamp| stamp.to_rfc3339()).collect();
        assert_eq!(at, ["2011-03-22T13:11:31-07:00", "2011-03-22T13:11:32-07:00", "2011-03-22T13:11:33-07:00"]);
    }
}

proptest! {
    #[test]
    fn chunks_of_any_size_give_the_same_records(sizes in prop::collection::vec(1_usize..60, 1..8), encoding in 0_u8..=6, two: bool) {
        let bytes = encoded(if two { TWO_LINES } else { LOG }, encoding);
        let reader = Arc::new(Reader::learn(&bytes));
        let whole = heads(&reader, &bytes, &[bytes.len()]);
        prop_assert_eq!(heads(&reader, &bytes, &sizes), whole);
    }

    #[test]
    fn any_bytes_are_covered(bytes in prop::collection::vec(any::<u8>(), 0..400), size in 1_usize..50) {
        let reader = Arc::new(Reader::learn(&bytes));
        let heads = heads(&reader, &bytes, &[size]);
        covers_bytes(&heads, &bytes);
        for head in heads {
            let _ = reader.record(head, head.span.of(&bytes));
        }
    }

    #[test]
    fn any_text_near_a_log_is_covered(lines in prop::collection::vec("(2026-01-13 10:15:0[0-9]|INFO|\\[|\\]|a\\.b|: | - |\"|\\||<|\u{fc}|[ -~]){0,12}", 0..20)) {
        let text = lines.join("\n");
        let reader = Arc::new(Reader::learn(text.as_bytes()));
        let heads = heads(&reader, text.as_bytes(), &[7, 30]);
        covers_bytes(&heads, text.as_bytes());
        for head in heads {
            let record = reader.record(head, head.span.of(text.as_bytes()));
            prop_assert!(record.text.len() as u64 <= head.span.len);
        }
    }
}

fn covers_bytes(heads: &[Head], bytes: &[u8]) {
    let mut at = 0;
    for head in heads {
        assert_eq!(head.span.offset, at);
        at = head.span.end();
    }
    assert_eq!(at, bytes.len() as u64);
}
