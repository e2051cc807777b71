//! Stack traces that were written one line a record: standard error behind a server's own head, what a service wrapper, a
//! syslog daemon or a journal puts before each line. A line that only goes on with a trace starts no record, so that the
//! trace is one record's, as where it was logged with one head.
//!
//! That shows by the line alone, as whatever starts a record does. It must not know what a log's layouts are made of
//! beyond the columns that say who wrote.

use std::borrow::Cow;

use super::Head;
use super::layout::{Caught, Field, Layout, Part};
use super::reader::Reader;
use crate::trace;

/// What a syslog daemon writes for a tab.
const TAB: &[u8] = b"#011";

impl Layout {
    /// Whether `line`, whose message starts at `end`, goes on with a stack trace.
    #[inline]
    pub(crate) fn goes_on(&self, line: &[u8], end: usize) -> bool {
        // Nearly all messages begin with another sign.
        let may = matches!(line.get(end), Some(b' ' | b'\t' | b'#' | b'a' | b'.' | b'C' | b'S' | b'W' | b'['));
        may && !self.head.is_empty() && self.tail.is_empty() && is_part(&line[end..])
    }
}

/// Whether a message is nothing but a line of a stack trace below its first.
fn is_part(message: &[u8]) -> bool {
    let line = &message[..memchr::memchr2(b'\n', b'\r', message).unwrap_or(message.len())];
    let bare = line[tabs(line)..].trim_ascii_start();
    const BEGIN: [&[u8]; 7] =
        [b"at ", b"... ", b"Caused by: ", b"Caused By: ", b"Suppressed: ", b"Wrapped by: ", b"[CIRCULAR REFERENCE:"];
    BEGIN.iter().any(|begins| bare.starts_with(begins)) && trace::goes_on(&String::from_utf8_lossy(bare))
}

/// Bytes of the tabs at the start of a message that a daemon wrote so.
fn tabs(message: &[u8]) -> usize {
    message.chunks_exact(TAB.len()).take_while(|chunk| *chunk == TAB).count() * TAB.len()
}

impl Reader {
    /// Whether a line has a head and goes on with a stack trace behind it.
    pub(super) fn is_headed(&self, line: &str) -> bool {
        let mut caught = Caught::new();
        let headed = |layout: &Layout| {
            layout.matches(line.as_bytes(), &mut caught) && layout.goes_on(line.as_bytes(), caught.end)
        };
        self.layouts.iter().any(headed)
    }

    /// The text of a record with blanks for the heads of lines that go on with its stack trace, byte for byte as long. What
    /// another thread wrote in between goes on with nothing of it, and stays as it is.
    pub(super) fn bare<'t>(&self, head: &Head, text: &'t str) -> Cow<'t, str> {
        let Some(layout) = self.layouts.get(usize::from(head.layout)) else { return Cow::Borrowed(text) };
        if head.lines <= 1 || layout.form.names_parts() || layout.head.is_empty() {
            return Cow::Borrowed(text);
        }
        let mut caught = Caught::new();
        if !layout.matches(text.as_bytes(), &mut caught) {
            return Cow::Borrowed(text);
        }
        let (own, from) = (writer(layout, &caught, text), caught.end);
        let (mut bare, mut done, mut at) = (String::new(), 0, 0);
        // A trace whose beginning is lost starts with a frame.
        let tab = tabs(text.as_bytes().get(from..).unwrap_or_default());
        if tab > 0 {
            bare.push_str(&text[..from]);
            bare.extend(std::iter::repeat_n(' ', tab));
            done = from + tab;
        }
        for line in text.split_inclusive('\n') {
            let start = at;
            at += line.len();
            let first = line.as_bytes().first().is_some_and(|byte| self.first[usize::from(*byte)]);
            if start == 0 || !first || !layout.matches(line.as_bytes(), &mut caught) {
                continue;
            }
            let end = caught.end;
            if !layout.goes_on(line.as_bytes(), end) || own != writer(layout, &caught, line) {
                continue;
            }
            let end = end + tabs(line.as_bytes().get(end..).unwrap_or_default());
            bare.push_str(&text[done..start]);
            bare.extend(std::iter::repeat_n(' ', end));
            done = start + end;
        }
        if done == 0 {
            return Cow::Borrowed(text);
        }
        bare.push_str(&text[done..]);
        Cow::Owned(bare)
    }
}

/// What a head says of who wrote the line: a number may count lines, unless it is the process's.
fn writer<'l>(layout: &Layout, caught: &Caught, line: &'l str) -> Vec<&'l str> {
    let says = |part: &Part, value: &str| match part {
        Part::Field(Field::Thread | Field::Logger, _) => true,
        Part::Field(Field::Column(name), _) => name == "pid" || !value.bytes().all(|byte| byte.is_ascii_digit()),
        _ => false,
    };
    let parts = layout.head.iter().zip(caught.parts);
    let value = |(part, (start, end))| {
        let value = line.get(start as usize..end as usize).unwrap_or_default().trim();
        says(part, value).then_some(value)
    };
    parts.filter_map(value).collect()
}

#[cfg(test)]
mod tests {
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
            assert_eq!(record.trace.as_ref().map(trace::Trace::fingerprint_bits), reader.traced(&head, bytes));
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
}
