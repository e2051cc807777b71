//! Why a line starts a record, or why it doesn't: the parts of a head with their text, and how far each layout got.

use super::joined;
use super::layout::{Caught, Form, Layout, Part};
use super::{HEADER, Head, Reader, Severity};
use crate::Span;

/// How a line was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Explanation {
    /// A record starts here.
    Starts {
        /// The layout's place in [`Reader::layouts`].
        layout: usize,
        /// Each part of the layout as it is written in the pattern, with the text it took.
        parts: Vec<(String, String)>,
        /// What is left: the beginning of the message.
        message: String,
    },
    /// No record starts here; one reason for each layout.
    Continues(Vec<Misfit>),
}

/// Where a line stopped fitting a layout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// The layout's place in [`Reader::layouts`].
    pub layout: usize,
    /// The first part that didn't fit, as it is written in the pattern.
    pub part: String,
    /// Bytes of the line that fitted before.
    pub fitted: usize,
}

impl Reader {
    /// Explains how the line that starts `bytes` is read; `bytes` hold the whole record or more. `opens` says whether a record
    /// was found to start there: a frame of a trace does where nothing stands before that it could go on with.
    #[must_use]
    pub fn explain(&self, bytes: &[u8], opens: bool) -> Explanation {
        let text = self.encoding.decode(bytes);
        let text = text.trim_start_matches('\0');
        let mut misfits = Vec::new();
        for (at, layout) in self.layouts.iter().enumerate() {
            let mut caught = Caught::new();
            if layout.matches(text.as_bytes(), &mut caught) {
                if !opens && joined::is_of_trace(text.as_bytes().get(caught.end..).unwrap_or_default()) {
                    let (part, fitted) = ("%m".to_owned(), caught.end);
                    return Explanation::Continues(vec![Misfit { layout: at, part, fitted }]);
                }
                if layout.form.names_parts() {
                    return self.named(at, bytes);
                }
                return starts(at, layout, text, &caught);
            }
            let (part, fitted) = caught.farthest;
            let part = layout.head.get(part).map_or_else(|| "%m".to_owned(), Part::to_string);
            misfits.push(Misfit { layout: at, part, fitted });
        }
        Explanation::Continues(misfits)
    }

    /// The parts that a record names itself, as a pattern would call them; its text reaches no further than its line.
    fn named(&self, at: usize, bytes: &[u8]) -> Explanation {
        let layout = u16::try_from(at).unwrap_or(HEADER);
        // An element reaches over lines that its own end tells.
        let tagged = self.layouts.get(at).is_some_and(|layout| layout.form == Form::Tagged);
        let line = if tagged { bytes } else { &bytes[..self.line_in(bytes, 1)] };
        let head = Head {
            span: Span::new(0, line.len() as u64),
            line: 1,
            lines: 1,
            stamp: None,
            level: None,
            severity: Severity::Unknown,
            layout,
        };
        let record = self.record(head, line);
        let own = [("%d", Some(record.at_text)), ("%p", record.level), ("%t", record.thread), ("%c", record.logger)];
        let own = own.into_iter().filter_map(|(part, text)| Some((part.to_owned(), text?)));
        let columns = record.columns.into_iter().map(|(name, text)| (format!("%X{{{name}}}"), text));
        let message = record.message.lines().next().unwrap_or_default().to_owned();
        Explanation::Starts { layout: at, parts: own.chain(columns).collect(), message }
    }
}

fn starts(at: usize, layout: &Layout, text: &str, caught: &Caught) -> Explanation {
    let parts = layout.head.iter().zip(caught.parts);
    let parts = parts
        .map(|(part, (start, end))| {
            (part.to_string(), text.get(start as usize..end as usize).unwrap_or_default().to_owned())
        })
        .collect();
    let message = text.get(caught.end..).unwrap_or_default().lines().next().unwrap_or_default().to_owned();
    Explanation::Starts { layout: at, parts, message }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_and_misfits_are_named() {
        let reader = Reader::told("%d{HH:mm:ss} %-5p [%t] %c - %m%n", b"").expect("a pattern");
        let Explanation::Starts { parts, message, .. } =
            reader.explain(b"10:15:02 INFO  [main] a.B - hello\nmore", false)
        else {
            panic!("a record");
        };
        assert_eq!(parts[2], ("%-5p".to_owned(), "INFO".to_owned()));
        assert_eq!(message, "hello");
        let Explanation::Continues(misfits) = reader.explain(b"10:15:02 is the time", false) else {
            panic!("no record")
        };
        assert_eq!((misfits[0].part.as_str(), misfits[0].fitted), (" [", 11));
        let Explanation::Continues(misfits) = reader.explain(b"<MPD>", false) else { panic!("no record") };
        assert_eq!((misfits[0].part.as_str(), misfits[0].fitted), ("%d{HH:mm:ss}", 0));
    }

    #[test]
    fn a_frame_starts_a_record_where_none_stands_before() {
        let reader = Reader::told("%d{HH:mm:ss} %p %m%n", b"").expect("a pattern");
        let frame = b"10:15:02 ERROR \tat com.foo.Bar.run(Bar.java:12)\n";
        assert!(matches!(reader.explain(frame, true), Explanation::Starts { .. }));
        assert!(matches!(reader.explain(frame, false), Explanation::Continues(_)));
    }

    #[test]
    fn parts_that_a_record_names_itself_are_told() {
        for (layout, line) in [
            ("logfmt", "ts=2026-01-13T10:15:02Z lvl=info thread=main node=n1 msg=\"one\\ntwo\"\nmore"),
            ("json", r#"{"ts":"2026-01-13T10:15:02Z","lvl":"info","thread":"main","node":"n1","msg":"one\ntwo"}"#),
        ] {
            let reader = Reader::told(layout, b"").expect("a layout");
            let Explanation::Starts { parts, message, .. } = reader.explain(line.as_bytes(), true) else {
                panic!("a record")
            };
            let parts: Vec<String> = parts.iter().map(|(part, text)| format!("{part} {text}")).collect();
            assert_eq!(parts, ["%d 2026-01-13T10:15:02Z", "%p INFO", "%t main", "%X{node} n1"], "{layout}");
            assert_eq!(message, "one", "{layout}");
        }
    }
}
