//! A log that is read through blocks gives what it gives in one piece.

use super::*;
use mwscope_parsers::log::Severity;

/// About 1.7 MB: several blocks, with traces and XML that reach over block ends.
fn generated() -> Vec<u8> {
    let mut text = String::from("a header line that is no record\n");
    for n in 0..18_000 {
        let (second, milli) = (n / 50 % 60, n % 50 * 20);
        let level = ["INFO ", "DEBUG", "WARN ", "ERROR"][n % 7 % 4];
        text.push_str(&format!(
            "2026-01-13 10:{:02}:{second:02},{milli:03} {level} [worker-{}] a.b.C - message {n}\n",
            n / 6000,
            n % 16
        ));
        if n % 5 == 0 {
            text.push_str("java.lang.IllegalStateException: broken\n\tat a.b.C.d(C.java:12)\n\tat a.b.E.f(E.java:9)\n");
        }
        if n % 7 == 0 {
            text.push_str("<MPD>\n  <At>2026-01-13 10:00:00,000 INFO [x] y - no record</At>\n</MPD>\n");
        }
    }
    text.into_bytes()
}

#[test]
fn blocks_give_the_same_records_as_the_whole() {
    let bytes = generated();
    let log = Log::in_memory(bytes.clone().into(), None).expect("memory");
    assert!(log.blocks().len() > 4, "{} blocks", log.blocks().len());

    let mut whole = Vec::new();
    let mut splitter = Splitter::new(log.reader());
    splitter.push(&bytes, &mut whole);
    splitter.finish(&mut whole);
    assert_eq!(log.len(), whole.len());
    assert_eq!(log.len(), 18_001);
    for (n, head) in whole.iter().enumerate() {
        assert_eq!(log.head(n), Some(*head), "record {n}");
    }
    assert_eq!(log.head(whole.len()), None);
    let counted: usize = log.blocks().iter().map(|b| b.count).sum();
    assert!(counted <= whole.len());
}

#[test]
fn details_are_read_from_wherever_the_record_stands() {
    let log = Log::in_memory(generated().into(), None).expect("memory");
    for n in [1, 4321, 18_000] {
        let record = log.read(n).expect("a record");
        assert!(record.message.starts_with(&format!("message {}", n - 1)), "{}", record.message);
        assert_eq!(record.thread.as_deref(), Some(format!("worker-{}", (n - 1) % 16).as_str()));
    }
    assert_eq!(log.read(1).expect("a record").text.lines().count(), 7);
    assert!(log.read(18_001).is_err());
    assert_eq!(log.head(0).map(|h| h.severity), Some(Severity::Unknown));
}

#[test]
fn an_empty_log_has_no_records() {
    let log = Log::in_memory(Bytes::new(), None).expect("memory");
    assert_eq!((log.len(), log.head(0)), (0, None));
}
