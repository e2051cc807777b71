//! Traces that have a head before each line, as programs of many kinds put one there.

use std::sync::Arc;

use super::super::{Head, Splitter};
use super::*;

// Synthetic, as Java prints it.
const TRACE: [&str; 9] = [
    "java.lang.IllegalStateException: Unable to execute MPD for CRS008",
    "\tat com.lawson.mws.runtime.Mpd.run(Mpd.java:212)",
    "\tat java.lang.Thread.run(Thread.java:748)",
    "\tSuppressed: java.io.IOException: not closed",
    "\t\tat com.lawson.mws.runtime.Mpd.close(Mpd.java:300)",
    "\t\t... 2 more",
    "Caused by: java.net.ConnectException: Connection refused: connect",
    "\tat java.net.DualStackPlainSocketImpl.connect0(Native Method)",
    "\t... 2 more",
];

fn heads(reader: &Reader, text: &str) -> Vec<Head> {
    let mut heads = Vec::new();
    let mut splitter = Splitter::new(Arc::new(reader.clone()));
    for piece in text.as_bytes().chunks(11) {
        splitter.push(piece, &mut heads);
    }
    splitter.finish(&mut heads);
    assert_eq!(heads.iter().map(|head| head.span.len).sum::<u64>(), text.len() as u64, "no byte is lost");
    heads
}

/// The lines of each record, its message and what its trace is.
fn read(lines: &[String]) -> Vec<String> {
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let reader = Reader::learn(text.as_bytes());
    let shown = |head: Head| {
        let bytes = head.span.of(text.as_bytes());
        let record = reader.record(head, bytes);
        assert_eq!(
            record.trace.as_ref().map(trace::Trace::fingerprint_bits),
            reader.traced(&head, bytes, &mut reader.tracing())
        );
        let trace = record.trace.map_or_else(String::new, |trace| {
            let root = trace.root().map_or("", |root| &root.exception);
            format!("{:?} {} {} {root}", trace.exception(), trace.frames(), trace.suppressed().count())
        });
        format!("{} {:?} {trace}", head.lines, record.message)
    };
    heads(&reader, &text).into_iter().map(shown).collect()
}

/// How a line is written where it is an error's, and where it isn't.
type Written = fn(usize, bool, &str) -> String;

const WRITTEN: [Written; 7] = [
    |n, error, said| {
        let (level, logger) = if error { ("ERROR", "stderr") } else { ("INFO ", "a.b.Svc") };
        format!("2026-01-05 10:00:{n:02},123 {level} [{logger}] (thread-1) {said}")
    },
    |n, error, said| {
        let (logger, kind) = if error { ("SystemErr", "R") } else { ("SystemOut", "O") };
        format!("[1/5/26 10:00:{n:02}:123 CET] 0000004e {logger}     {kind} {said}")
    },
    |n, _, said| format!("INFO   | jvm 1    | 2026/01/05 10:00:{n:02} | {said}"),
    |n, _, said| format!("Jan  5 10:00:{n:02} m3host java[4711]: {}", said.replace('\t', "#011")),
    |n, _, said| format!("2026-01-05T10:00:{n:02}+0100 m3host mws.sh[4711]: {}", said.replace('\t', "    ")),
    |n, error, said| {
        let level = if error { "[error]" } else { "[info ]" };
        format!("[2026-01-05 10:00:{n:02}] {level} [ 4711] {said}")
    },
    |n, error, said| {
        let (micros, level) = (1_767_603_600_000_000 + n * 1_000_000, if error { 3 } else { 6 });
        format!(
            "{{\"__REALTIME_TIMESTAMP\":\"{micros}\",\"PRIORITY\":\"{level}\",\"MESSAGE\":{}}}",
            serde_json::to_string(said).expect("a text")
        )
    },
];

#[test]
fn a_trace_of_a_line_a_record_is_one_trace() {
    for written in WRITTEN {
        let around = |from: usize| (from..from + 5).map(move |n| written(n, false, &format!("served {n}")));
        let trace = TRACE.iter().enumerate().map(|(n, line)| written(n + 5, true, line));
        let all: Vec<String> = around(0).chain(trace).chain(around(14)).collect();
        let records = read(&all);
        assert_eq!(records.len(), 11, "{records:#?}");
        let expected = "9 \"\" Some(\"java.lang.IllegalStateException\") 4 1 java.net.ConnectException";
        assert_eq!(records[5], expected, "{}", all[5]);
        assert_eq!((&*records[4], &*records[6]), ("1 \"served 4\" ", "1 \"served 14\" "));
        // Its beginning was cut off: the first line that is left stands for it. An object names its parts.
        if all[0].starts_with('{') {
            continue;
        }
        let cut = read(&all[6..]);
        assert_eq!((cut.len(), &cut[0][..2]), (6, "8 "), "{cut:#?}");
        assert!(cut[0].contains("None 4 1"), "{}", cut[0]);
    }
}

#[test]
fn messages_of_their_own_start_records() {
    let said = [
        "at last it was served",
        "... 3 more to come",
        "Caused by: somebody else",
        "Suppressed: nothing",
        "at 10:00 (the hour) we begin",
        "served",
    ];
    let lines: Vec<String> = said.iter().enumerate().map(|(n, said)| WRITTEN[0](n, true, said)).collect();
    assert_eq!(read(&lines).len(), said.len() - 1, "only a number of further frames goes on");
}

#[test]
fn what_another_thread_wrote_in_between_has_no_part_in_the_trace() {
    let mut lines: Vec<String> = (0..5).map(|n| WRITTEN[0](n, false, "served")).collect();
    lines.extend(TRACE[..3].iter().map(|line| WRITTEN[0](6, true, line)));
    lines.push(WRITTEN[0](7, false, "served").replace("thread-1", "thread-7"));
    lines.extend(TRACE[6..].iter().map(|line| WRITTEN[0](8, true, line)));
    let records = read(&lines);
    assert_eq!(records.len(), 7, "{records:#?}");
    assert_eq!(records[5], "3 \"\" Some(\"java.lang.IllegalStateException\") 2 0 java.lang.IllegalStateException");
    assert!(records[6].starts_with("4 \"served\\n2026") && records[6].ends_with("\" "), "{}", records[6]);
}

const LINES: [&str; 6] = [
    "java.lang.IllegalStateException: closed",
    "\tat com.foo.Bar.run(Bar.java:12)",
    "\tat java.base/java.lang.Thread.run(Thread.java:840)",
    "Caused by: java.io.IOException: at the end",
    "\tat com.foo.Baz.read(Baz.java:3)",
    "\t... 2 more",
];

/// The records of a log in which each line of a trace has a head, with its records and their traces.
fn read_lines(head: impl Fn(usize) -> String, indent: &str) -> (Vec<super::super::Record>, String) {
    let plain = |n: usize| format!("{}a message of words {n}\n", head(n));
    let traced = |n: usize| LINES.map(|line| format!("{}{}\n", head(n), line.replace('\t', indent))).concat();
    let text: String = (0..30).map(|n| if n % 3 == 1 { traced(n) } else { plain(n) }).collect();
    let reader = Arc::new(Reader::learn(text.as_bytes()));
    let mut splitter = Splitter::new(Arc::clone(&reader));
    let mut heads = Vec::new();
    splitter.push(text.as_bytes(), &mut heads);
    splitter.finish(&mut heads);
    let record = |head: &Head| {
        let bytes = head.span.of(text.as_bytes());
        let record = reader.record(*head, bytes);
        assert_eq!(
            reader.traced(head, bytes, &mut reader.tracing()),
            record.trace.as_ref().map(trace::Trace::fingerprint_bits)
        );
        record
    };
    (heads.iter().map(record).collect(), reader.layouts()[0].to_string())
}

#[test]
fn a_trace_whose_lines_have_a_head_each_is_one_of_one_record() {
    let websphere = |n: usize| format!("[1/5/26 10:15:{:02}:118 CET] 0000002a SystemErr     R ", n % 60);
    let service = |n: usize| format!("INFO   | jvm 1    | 2026/01/05 10:15:{:02} | ", n % 60);
    let jboss = |n: usize| format!("2026-01-05 10:15:{:02},118 ERROR [stderr] (default task-1) ", n % 60);
    let heads: [&dyn Fn(usize) -> String; 3] = [&websphere, &service, &jboss];
    for (head, indent) in heads.into_iter().flat_map(|head| [(head, "\t"), (head, "    "), (head, "")]) {
        let (records, layout) = read_lines(head, indent);
        assert_eq!(records.len(), 30, "{layout}");
        for (n, record) in records.iter().enumerate() {
            if n % 3 != 1 {
                assert_eq!(
                    (record.message.as_str(), &record.trace),
                    (format!("a message of words {n}").as_str(), &None)
                );
                continue;
            }
            let trace = record.trace.as_ref().expect("a trace");
            assert_eq!((record.message.as_str(), trace.frames()), ("", 3), "{layout} {}", record.text);
            assert_eq!(trace.root().map(|root| root.exception.as_str()), Some("java.io.IOException"));
            let range = record.trace_range.clone().expect("its place");
            assert!(record.text[range.clone()].starts_with("java.lang.Ill"), "{}", &record.text[range]);
            assert!(record.text[range].trim_end().ends_with("... 2 more"));
            assert_eq!(record.text.matches(head(n).trim_end()).count(), 6, "the text is as it is written");
        }
    }
}

#[test]
fn words_that_begin_as_a_trace_does_open_records() {
    for message in ["at noon (or so)", "Caused by: a user", "... and 3 more", "Suppressed: nothing", "and so on"] {
        assert!(!is_of_trace(message.as_bytes()), "{message}");
    }
    for line in LINES.iter().skip(1) {
        assert!(is_of_trace(line.as_bytes()), "{line}");
    }
}
