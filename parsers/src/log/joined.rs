//! Lines of a stack trace that came through a logger one by one, each with a head of its own, as `System.err` does in
//! application servers (`[...] 0000002a SystemErr     R \tat a.B.c(B.java:1)`) and services (`INFO | jvm 1 | ... | \tat`).
//! They are lines of the record that the trace began, which shows by each line alone.

use super::layout::{Caught, Form, line_end};
use super::{Head, Layout, Reader, learn};
use crate::trace;
use std::borrow::Cow;
use std::ops::Range;

/// No line of a trace is longer.
const LONGEST: usize = 2048;

/// What such a line begins with, but for blanks.
const WORDS: [&[u8]; 4] = [b"at ", b"Caused by: ", b"Suppressed: ", b"... "];

/// Whether what stands behind a head is a frame, a cause or a number of further frames.
#[inline]
pub(super) fn is_of_trace(message: &[u8]) -> bool {
    matches!(message.first(), Some(b'\t' | b' ' | b'a' | b'.' | b'C' | b'S')) && is_line_of_trace(message)
}

fn is_line_of_trace(message: &[u8]) -> bool {
    let blanks = message.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let Some(reach) = message.get(blanks..).filter(|rest| WORDS.iter().any(|word| rest.starts_with(word))) else {
        return false;
    };
    let reach = &reach[..reach.len().min(LONGEST)];
    let line = reach[..line_end(reach, 0)].trim_ascii_end();
    let text = || std::str::from_utf8(line).unwrap_or_default();
    // A sentence may go on behind dots as well.
    let counts = |rest: &[u8]| rest.first().is_some_and(u8::is_ascii_digit) || rest.starts_with(b"suppressed");
    match line.strip_prefix(b"Caused by: ").or_else(|| line.strip_prefix(b"Suppressed: ")) {
        Some(cause) => learn::names_exception(cause),
        None if line.starts_with(b"at ") => trace::called(text()).is_some(),
        None => line.strip_prefix(b"... ").is_some_and(counts) && trace::more(text()).is_some(),
    }
}

/// The text of a record without the heads of its further lines.
pub(super) struct Bare<'t> {
    pub(super) text: Cow<'t, str>,
    /// For each head that was left out, where it stood in the text that is left, and how long it was.
    left_out: Vec<(usize, usize)>,
}

impl Bare<'_> {
    /// Where what stands in the text that is left stood before.
    pub(super) fn before(&self, range: &Range<usize>) -> Range<usize> {
        let place =
            |at: usize| at + self.left_out.iter().take_while(|(from, _)| *from < at).map(|(_, len)| len).sum::<usize>();
        // A head in front of the first line is none of the range.
        let heads = self.left_out.iter().filter(|(from, _)| *from == range.start).map(|(_, len)| len).sum::<usize>();
        place(range.start) + heads..place(range.end)
    }
}

impl Reader {
    /// The text without the heads that its lines of a trace have; `None` where there are none.
    pub(super) fn without_heads<'t>(&self, head: &Head, text: &'t str) -> Option<Bare<'t>> {
        if head.lines < 2 {
            return None;
        }
        let whole = |layout: &&Layout| layout.form == Form::Parts && layout.lines() == 1 && !layout.is_bare();
        let layouts = || self.layouts.iter().filter(whole);
        let mut caught = Caught::new();
        let mut bare = Bare { text: Cow::Borrowed(text), left_out: Vec::new() };
        let mut kept = String::new();
        let mut done = 0;
        for at in memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1) {
            let line = &text.as_bytes()[at..];
            let line = &line[..line_end(line, 0)];
            if !line.first().is_some_and(|byte| self.first[usize::from(*byte)]) {
                continue;
            }
            let mut heads = layouts().filter_map(|layout| layout.matches(line, &mut caught).then_some(caught.end));
            let behind = heads.find(|end| line.get(*end..).is_some_and(is_of_trace));
            let Some(len) = behind.filter(|len| text.is_char_boundary(at + len)) else { continue };
            kept.push_str(&text[done..at]);
            bare.left_out.push((kept.len(), len));
            done = at + len;
        }
        if bare.left_out.is_empty() {
            return None;
        }
        kept.push_str(&text[done..]);
        bare.text = Cow::Owned(kept);
        Some(bare)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Splitter;
    use super::*;
    use std::sync::Arc;

    const TRACE: [&str; 6] = [
        "java.lang.IllegalStateException: closed",
        "\tat com.foo.Bar.run(Bar.java:12)",
        "\tat java.base/java.lang.Thread.run(Thread.java:840)",
        "Caused by: java.io.IOException: at the end",
        "\tat com.foo.Baz.read(Baz.java:3)",
        "\t... 2 more",
    ];

    /// The records of a log in which each line of a trace has a head, with its records and their traces.
    fn read(head: impl Fn(usize) -> String, indent: &str) -> (Vec<super::super::Record>, String) {
        let plain = |n: usize| format!("{}a message of words {n}\n", head(n));
        let traced = |n: usize| TRACE.map(|line| format!("{}{}\n", head(n), line.replace('\t', indent))).concat();
        let text: String = (0..30).map(|n| if n % 3 == 1 { traced(n) } else { plain(n) }).collect();
        let reader = Arc::new(Reader::learn(text.as_bytes()));
        let mut splitter = Splitter::new(Arc::clone(&reader));
        let mut heads = Vec::new();
        splitter.push(text.as_bytes(), &mut heads);
        splitter.finish(&mut heads);
        let record = |head: &Head| {
            let bytes = head.span.of(text.as_bytes());
            let record = reader.record(*head, bytes);
            assert_eq!(reader.traced(head, bytes), record.trace.as_ref().map(trace::Trace::fingerprint_bits));
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
            let (records, layout) = read(head, indent);
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
        for line in TRACE.iter().skip(1) {
            assert!(is_of_trace(line.as_bytes()), "{line}");
        }
    }
}
