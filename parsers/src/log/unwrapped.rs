//! Reading a log whose lines stand in a [`Wrapper`]: its records are those of the program inside.
//!
//! The wrapper is left out where bytes become text, as colours are, so that only what it adds has to be known here: the
//! time at which a line came, for records that have none of their own.

use super::layout::{Caught, Part};
use super::reader::{Looking, Start, lines};
use super::tagged;
use super::wrapper::Around;
use super::{Encoding, Hints, Layout, LineEnds, Reader, Record, Wrapper, learn};

impl Reader {
    /// What stands around each line of the log, where something does that its records are read without.
    #[must_use]
    pub fn wrapper(&self) -> Option<Wrapper> {
        self.encoding.wrapper()
    }

    /// A reader of what is inside, where the lines of a log are wrapped and a layout is found in them.
    pub(super) fn learn_inside(sample: &[u8], encoding: Encoding, ends: LineEnds, hints: &Hints) -> Option<Self> {
        let inside @ Encoding::Wrapped(by, _) = encoding.wrapped(sample)? else { return None };
        let lines = lines(sample, inside, ends);
        let mut learned = match tagged::of_lines(&lines) {
            Some(layout) => learn::Learned { layouts: vec![layout], notes: Vec::new() },
            None => learn::learn(&lines, hints),
        };
        let timed = learned.layouts.iter().any(opens_with_time);
        // Where hardly a line is a program's record, a word of some messages was taken for one, and each line is a record by
        // what stands around it.
        let few =
            by.has_time() && !learned.layouts.iter().any(Layout::has_time) && !most_are_read(&lines, &learned.layouts);
        if few && by == Wrapper::Cri {
            learned.layouts = vec![Layout::bare()];
        } else if few {
            return None;
        }
        if learned.layouts.is_empty() || !by.is_believed(&lines, timed) {
            return None;
        }
        let reader = Self::assemble(inside, ends, learned.layouts, learned.notes);
        Some(if by.has_time() { reader } else { reader.on(hints.day) })
    }

    /// Whether records of the log have times: in what its program writes, or around it.
    #[must_use]
    pub fn has_times(&self) -> bool {
        self.encoding.has_times() || self.layouts.iter().any(Layout::has_time)
    }

    /// The head at the start of `window`, bytes that have to be decoded. A time that doesn't say which day it is of
    /// gives way to that at which the line came.
    pub(super) fn head_inside(&self, window: &[u8], first: bool, looking: &mut Looking) -> Option<Start> {
        let text = self.encoding.decode(window);
        if self.layouts.iter().all(Layout::is_bare)
            && learn::may_not_start(text.trim_end_matches(['\n', '\r']).as_bytes())
        {
            return None;
        }
        let start = self.head(text.as_bytes(), first, looking)?;
        let whole = !self.encoding.has_times() || start.stamp.is_some_and(|stamp| stamp.has_date);
        let came = || self.encoding.around(window)?.at.map(|(stamp, _)| stamp);
        Some(if whole { start } else { Start { stamp: came().or(start.stamp), ..start } })
    }
}

/// Whether the layouts read more than half of the lines that could start records.
fn most_are_read(lines: &[Vec<u8>], layouts: &[Layout]) -> bool {
    let mut caught = Caught::new();
    let starting = lines.iter().filter(|line| !learn::may_not_start(line));
    let (mut all, mut read) = (0, 0);
    for line in starting {
        all += 1;
        read += usize::from(layouts.iter().any(|layout| layout.matches(line, &mut caught)));
    }
    read * 2 > all
}

/// Whether a record of the layout begins with its time, or with what may stand before one.
fn opens_with_time(layout: &Layout) -> bool {
    layout.form.names_parts() || layout.head.iter().take(3).any(|part| matches!(part, Part::Time(_)))
}

/// With the wrapper or without, as layouts that were told read more of the lines.
pub(super) fn encoding_by(layouts: &[Layout], sample: &[u8], encoding: Encoding, ends: LineEnds) -> Encoding {
    let Some(inside) = encoding.wrapped(sample) else { return encoding };
    let mut caught = Caught::new();
    let mut read = |encoding| {
        let reads = |line: &&Vec<u8>| layouts.iter().any(|layout| layout.matches(line, &mut caught));
        lines(sample, encoding, ends).iter().filter(reads).count()
    };
    if read(inside) > read(encoding) { inside } else { encoding }
}

/// Adds to a record what stood around its first line.
pub(super) fn surround(record: &mut Record, around: Around) {
    if let Some((at, text)) = around.at
        && record.head.stamp == Some(at)
        && record.at_text != text
    {
        let own = std::mem::replace(&mut record.at_text, text);
        record.columns.extend((!own.is_empty()).then(|| ("time".to_owned(), own)));
    }
    record.columns.extend(around.columns);
}

#[cfg(test)]
mod tests {
    use super::super::{Head, Splitter};
    use super::*;
    use std::sync::Arc;

    // Synthetic: a program's log of two records, one with a stack trace, and lines that no layout reads.
    const OWN: [&str; 6] = [
        "starting up",
        "2026-01-13 10:15:02,480 INFO  [main] com.foo.Bar - says \"hi\" in C:\\temp",
        "2026-01-13 10:15:03,001 ERROR [worker-3] com.foo.Baz - failed",
        "java.lang.IllegalStateException: gone",
        "\tat com.foo.Baz.run(Baz.java:7)",
        "2026-01-13 10:15:04,000 WARN  [main] com.foo.Bar - more",
    ];

    fn read(text: &str) -> (Option<Wrapper>, Vec<String>, Vec<Head>) {
        let reader = Arc::new(Reader::learn(text.as_bytes()));
        let saved = Reader::restored(&reader.saved().expect("saved")).expect("restored");
        assert_eq!((saved.encoding(), saved.layouts()), (reader.encoding(), reader.layouts()));
        let mut splitter = Splitter::new(Arc::clone(&reader));
        let mut heads = Vec::new();
        for piece in text.as_bytes().chunks(7) {
            splitter.push(piece, &mut heads);
        }
        splitter.finish(&mut heads);
        let ends: Vec<u64> = heads.iter().map(|head| head.span.end()).collect();
        let starts: Vec<u64> = heads.iter().map(|head| head.span.offset).collect();
        assert_eq!(starts[1..], ends[..ends.len() - 1], "no byte is lost");
        assert_eq!((starts[0], ends[ends.len() - 1]), (0, text.len() as u64));
        let shown = heads.iter().map(|head| {
            let r = reader.record(*head, head.span.of(text.as_bytes()));
            let at = r.head.stamp.map_or("-".to_owned(), |stamp| stamp.to_rfc3339());
            let or = |value: &Option<String>| value.clone().unwrap_or("-".to_owned());
            let trace = r.trace.as_ref().and_then(|trace| trace.exception()).unwrap_or("-").to_owned();
            let columns: Vec<String> = r.columns.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let (level, thread) = (or(&r.level), or(&r.thread));
            format!("{at}|{level}|{thread}|{}|{}|{trace}|{}", columns.join(","), r.message, r.at_text)
        });
        (reader.wrapper(), shown.collect(), heads)
    }

    fn docker(line: &str, nth: usize, stream: &str) -> String {
        let log = serde_json::to_string(&format!("{line}\n")).expect("text");
        format!("{{\"log\":{log},\"stream\":\"{stream}\",\"time\":\"2026-01-13T09:15:0{nth}.123456789Z\"}}\n")
    }

    fn wrapped(by: Wrapper, lines: &[&str]) -> String {
        let one = |(nth, line): (usize, &&str)| {
            let time = format!("2026-01-13T09:15:0{nth}.123456789Z");
            match by {
                Wrapper::Docker => docker(line, nth, "stdout"),
                Wrapper::Cri => format!("{time} stdout F {line}\n"),
                Wrapper::Time => format!("{time} {line}\n"),
                Wrapper::Name => format!("m3-bridge-1  | {line}\n"),
                Wrapper::NameTime => format!("m3-bridge-1  | {time} {line}\n"),
                Wrapper::Pod => format!("[pod/bridge-7d9/main] {line}\n"),
                Wrapper::PodTime => format!("[pod/bridge-7d9/main] {time} {line}\n"),
            }
        };
        lines.iter().enumerate().map(one).collect()
    }

    const ALL: [Wrapper; 7] = [
        Wrapper::Docker,
        Wrapper::Cri,
        Wrapper::Time,
        Wrapper::Name,
        Wrapper::NameTime,
        Wrapper::Pod,
        Wrapper::PodTime,
    ];

    #[test]
    fn a_word_of_some_messages_makes_no_record_of_a_line() {
        let line = |n: usize| {
            let text = ["starting up", "ERROR is only a word here", "GET /mws 500", "User JDOE logged on"][n % 4];
            format!("2026-01-13T08:15:{n:02}.200000000Z stdout F {text}\n")
        };
        let text: String = (0..6).map(line).collect();
        let (_, records, _) = read(&text);
        assert_eq!(records.len(), 6, "{records:?}");
        assert!(records[1].starts_with("2026-01-13T08:15:01.200000000Z|-|-|stream=stdout|ERROR is"), "{records:?}");
        assert!(Reader::learn(text.as_bytes()).has_times());
        let levelled: String = (0..6).map(|n| line(n).replace(" F ", " F INFO ")).collect();
        assert!(Reader::learn(levelled.as_bytes()).has_times());
        assert_eq!(
            read(&levelled).1[1],
            "2026-01-13T08:15:01.200000000Z|INFO|-|stream=stdout|ERROR is only a word here|-|2026-01-13T08:15:01.200000000Z"
        );
    }

    #[test]
    fn records_inside_may_be_elements() {
        let event = |n: usize| {
            format!(
                "<Event xmlns=\"http://logging.apache.org/log4j/2.0/events\" thread=\"main\" level=\"INFO\" loggerName=\"a.B\">\
                 <Instant epochSecond=\"{}\" nanoOfSecond=\"480000000\"/><Message>one {n}\nmore</Message></Event>",
                1_768_299_302 + n
            )
        };
        let text: String = (0..4).map(event).collect::<Vec<_>>().join("\n");
        let lines: Vec<&str> = text.lines().collect();
        for by in [Wrapper::Cri, Wrapper::Docker] {
            let (found, records, _) = read(&wrapped(by, &lines));
            assert_eq!((found, records.len()), (Some(by), 4), "{records:?}");
            assert!(records[1].starts_with("2026-01-13T10:15:03.480000000Z|INFO|main|"), "{records:?}");
            assert!(records[1].contains("one 1\nmore"), "{records:?}");
        }
    }

    #[test]
    fn records_are_those_of_the_program_inside() {
        for by in ALL {
            let (found, records, heads) = read(&wrapped(by, &OWN));
            assert_eq!(found, Some(by));
            let columns = match by {
                Wrapper::Docker | Wrapper::Cri => "stream=stdout",
                Wrapper::Time => "",
                Wrapper::Name | Wrapper::NameTime => "container=m3-bridge-1",
                Wrapper::Pod | Wrapper::PodTime => "container=bridge-7d9/main",
            };
            assert_eq!(
                records[1..],
                [
                    format!(
                        "2026-01-13T10:15:02.480|INFO|main|{columns}|says \"hi\" in C:\\temp|-|2026-01-13 10:15:02,480"
                    ),
                    format!(
                        "2026-01-13T10:15:03.001|ERROR|worker-3|{columns}|failed|java.lang.IllegalStateException|2026-01-13 10:15:03,001"
                    ),
                    format!("2026-01-13T10:15:04.000|WARN|main|{columns}|more|-|2026-01-13 10:15:04,000"),
                ],
                "{by:?}"
            );
            assert_eq!(heads.iter().map(|head| head.lines).collect::<Vec<_>>(), [1, 1, 3, 1]);
        }
    }

    #[test]
    fn a_record_without_a_day_has_the_time_at_which_it_came() {
        let lines =
            ["10:15:02 INFO [main] one", "10:15:03 WARN [main] two", "\tat a.B.c(B.java:1)", "10:15:04 INFO [main] x"];
        for by in [Wrapper::Docker, Wrapper::Cri, Wrapper::Time] {
            let (found, records, _) = read(&wrapped(by, &lines));
            assert_eq!((found, records.len()), (Some(by), 3));
            assert!(records[1].starts_with("2026-01-13T09:15:01.123456789Z|WARN|main|time=10:15:03"), "{}", records[1]);
            assert!(records[1].ends_with("|2026-01-13T09:15:01.123456789Z"), "{}", records[1]);
        }
        let (found, records, _) = read(&wrapped(Wrapper::Cri, &["INFO [main] a.B - one", "WARN [main] a.B - two"]));
        assert_eq!(found, Some(Wrapper::Cri));
        assert!(records[1].starts_with("2026-01-13T09:15:01.123456789Z|WARN|main|stream=stdout|two"), "{}", records[1]);
    }

    #[test]
    fn what_was_cut_by_the_runtime_is_one_line_again() {
        let at = "2026-01-13T09:15:02.1Z stdout";
        let text = format!(
            "{at} F 2026-01-13 10:15:02 INFO [main] a.B - one\n{at} P 2026-01-13 10:15:03 INFO [main] a.B - a long\n{at} F  line\n{at} F \n{at} F 2026-01-13 10:15:04 INFO [main] a.B - end\n"
        );
        let (found, records, _) = read(&text);
        assert_eq!((found, records.len()), (Some(Wrapper::Cri), 3));
        assert!(records[1].contains("|a long line\n|-|"), "{}", records[1]);
        let text = wrapped(Wrapper::Docker, &OWN).replace("failed\\n", "failed");
        let (_, records, _) = read(&text);
        assert!(records[2].contains("|failedjava.lang"), "{}", records[2]);
    }

    #[test]
    fn objects_and_colours_inside_are_read() {
        let object = r#"{"@timestamp":"2026-01-13T10:15:02.480Z","level":"INFO","thread_name":"main","message":"x"}"#;
        let (found, records, _) = read(&wrapped(Wrapper::Docker, &[object; 4]));
        assert_eq!((found, records.len()), (Some(Wrapper::Docker), 4));
        assert!(records[0].starts_with("2026-01-13T10:15:02.480Z|INFO|main|stream=stdout|x|"), "{}", records[0]);
        let coloured = OWN.map(|line| line.replace("INFO", "\u{1b}[32mINFO\u{1b}[0m"));
        let coloured: Vec<&str> = coloured.iter().map(String::as_str).collect();
        let (_, records, _) = read(&wrapped(Wrapper::Docker, &coloured));
        assert!(records[1].contains("|INFO|main|"), "{}", records[1]);
    }

    #[test]
    fn what_only_looks_like_a_wrapper_is_the_programs_own() {
        let plain = |prefix: &str| OWN.iter().map(|line| format!("{prefix}{line}\n")).collect::<String>();
        let own: String = (0..9)
            .map(|n| format!("2026-01-13T09:15:0{n}.123456789Z INFO main order of 2026-01-12 10:00:00 done\n"))
            .collect();
        assert_eq!(read(&own).0, None);
        assert_eq!(read(&plain("")).0, None);
        let bars: String = (0..9).map(|n| format!("worker-{n} | 2026-01-13 10:15:02,480 | INFO | x\n")).collect();
        assert_eq!(read(&bars).0, None);
        assert_eq!(read(&wrapped(Wrapper::Docker, &["no time", "no level"])).1.len(), 2, "each line came at a time");
    }

    #[test]
    fn told_layouts_are_of_the_program_or_of_the_whole_line() {
        let text = wrapped(Wrapper::Cri, &OWN);
        let inner = Reader::told("%d %-5p [%t] %c - %m%n", text.as_bytes()).expect("a pattern");
        let outer =
            Reader::told("%d{yyyy-MM-dd'T'HH:mm:ss.SSSSSSSSS'Z'} %X{stream} F %m%n", text.as_bytes()).expect("one");
        assert_eq!((inner.wrapper(), outer.wrapper()), (Some(Wrapper::Cri), None));
    }

    #[test]
    fn lines_that_are_cut_anywhere_are_read_as_far_as_they_go() {
        for by in ALL {
            let text = wrapped(by, &OWN).replace("says", "så\u{1b}ys\t");
            let reader = Reader::learn(text.as_bytes());
            for end in 0..text.len() {
                let _text = reader.encoding().decode(&text.as_bytes()[..end]);
                let _around = reader.encoding().around(&text.as_bytes()[end..]);
            }
        }
    }
}
