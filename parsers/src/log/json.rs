//! Logs with one JSON object a line, as structured logging writes them: which keys mean what, and which lines go on
//! with the record before. Keys of inner objects are joined by dots. A line that is cut is read as far as it goes.

use std::borrow::Cow;

use super::keys::{self, LEVEL, MESSAGE, Start, TIME, is, stamp, unquoted};
use super::{Level, Record};
use crate::{Civil, Stamp, trace};

/// What starts at `line`: `None` where it is no object of a log, or goes on with a stack trace begun before.
pub(super) fn start(line: &[u8]) -> Option<Start> {
    let mut start = Start::default();
    let (mut seconds, mut said, mut goes_on) = (None, false, false);
    let (mut number_of_level, mut gelf) = (None, false);
    members(line, &mut |key, value| {
        if is(key, &TIME) && start.stamp.is_none() {
            start.stamp = stamp(value);
        } else if key == "instant.epochSecond" {
            seconds = number(value);
        } else if key == "instant.nanoOfSecond" && start.stamp.is_none() {
            start.stamp = seconds.zip(number(value)).and_then(|(s, ns)| instant(s, ns));
        } else if is(key, &LEVEL) && start.level.is_none() {
            start.level = keys::level(value);
            number_of_level = number_of_level.or_else(|| keys::of_syslog(value));
        } else if let Some(word) = keys::priority(key, value).filter(|_| start.level.is_none()) {
            start.level = Level::of(word.as_bytes());
        } else if is(key, &MESSAGE) && !said {
            said = true;
            gelf = key == SHORT;
            goes_on = continues(&text(value));
        }
    })?;
    if gelf && start.level.is_none() {
        start.level = number_of_level.and_then(|word| Level::of(word.as_bytes()));
    }
    let of_a_log = start.stamp.is_some() || (said && start.level.is_some());
    (of_a_log && !goes_on).then_some(start)
}

/// Whether a line is an object of a log that says when, and what or how bad.
pub(super) fn is_log_line(line: &[u8]) -> bool {
    let (mut when, mut what) = (false, false);
    let whole = members(line, &mut |key, value| {
        when |= (is(key, &TIME) && stamp(value).is_some()) || key == "instant.epochSecond";
        what |= is(key, &MESSAGE) || is(key, &LEVEL);
    });
    whole.is_some() && when && what
}

/// What GELF calls the first line of a message, and all of it where it has several.
const SHORT: &str = "short_message";
const FULL: &str = "full_message";

/// Fills in the fields of a record from its lines.
pub(super) fn fields(record: &mut Record) {
    let text_of = record.text.clone();
    let (mut traced, mut whole) = (None, None);
    for (nth, line) in text_of.lines().enumerate() {
        let (mut said, mut gelf) = (None, false);
        let read = members(line.as_bytes(), &mut |key, value| {
            if is(key, &MESSAGE) && said.is_none() {
                said = Some(text(value).into_owned());
                gelf = key == SHORT;
            } else if key == FULL && nth == 0 {
                whole = Some(text(value).into_owned());
            } else if nth == 0 {
                field(key, value, record, &mut traced);
            }
        });
        if gelf {
            said = whole.take().or(said);
            let word = record.level.as_ref().and_then(|level| keys::of_syslog(level.as_bytes()));
            record.level = word.map(str::to_owned).or(record.level.take());
        }
        let said = match (read, said) {
            (None, None) => line.to_owned(),
            (_, said) => said.unwrap_or_default(),
        };
        if nth > 0 {
            record.message.push('\n');
        }
        record.message.push_str(said.strip_suffix('\n').unwrap_or(&said));
    }
    if let Some(found) = trace::find(&record.message) {
        let before = record.message[..found.range.start].trim_end_matches(['\r', '\n']).to_owned();
        // Words before the exception on its own line belong to the message.
        record.message = before;
        record.trace = Some(found);
    } else {
        record.trace = traced.as_deref().and_then(trace::find);
    }
}

fn field(key: &str, value: &[u8], record: &mut Record, traced: &mut Option<String>) {
    let value = text(value).into_owned();
    match key {
        // Said together with the seconds.
        "instant.nanoOfSecond" => {}
        "instant.epochSecond" if !value.is_empty() && value != "null" => record.at_text = value,
        _ => keys::field(key, value, record, traced),
    }
}

fn number(value: &[u8]) -> Option<i64> {
    std::str::from_utf8(value).ok()?.parse().ok()
}

fn instant(seconds: i64, ns: i64) -> Option<Stamp> {
    let civil = Civil { ns: seconds.checked_mul(1_000_000_000)?.checked_add(ns)? };
    Some(Stamp { civil, offset_s: Some(0), digits: 9, has_date: true })
}

/// Inner objects are looked into this far.
const DEPTH: usize = 4;

/// Calls `each` with the members of the object that `line` starts with; `None` where it starts with none.
fn members<'a>(line: &'a [u8], each: &mut dyn FnMut(&str, &'a [u8])) -> Option<()> {
    let at = line.iter().position(|b| !matches!(b, b' ' | b'\t'))?;
    if line[at] != b'{' {
        return None;
    }
    let first = line.get(at + 1..)?.iter().find(|b| !b.is_ascii_whitespace())?;
    if *first != b'"' {
        return None;
    }
    // What is cut or malformed further on was read as far as it went.
    let _end = object(line, at, "", DEPTH, each);
    Some(())
}

/// Reads the object at `at`; gives where it ends, `None` where it doesn't.
fn object<'a>(
    b: &'a [u8],
    mut at: usize,
    prefix: &str,
    depth: usize,
    each: &mut dyn FnMut(&str, &'a [u8]),
) -> Option<usize> {
    at += 1;
    loop {
        at = blanks(b, at);
        match b.get(at)? {
            b'}' => return Some(at + 1),
            b',' => {
                at += 1;
                continue;
            }
            b'"' => {}
            _ => return None,
        }
        let end = string(b, at)?;
        let name = text(&b[at..end]);
        let key = if prefix.is_empty() { name } else { Cow::Owned(format!("{prefix}.{name}")) };
        at = blanks(b, end);
        if b.get(at)? != &b':' {
            return None;
        }
        at = blanks(b, at + 1);
        if b.get(at)? == &b'{' && depth > 1 {
            at = object(b, at, &key, depth - 1, each)?;
            continue;
        }
        let end = value(b, at)?;
        each(&key, &b[at..end]);
        at = end;
    }
}

fn blanks(b: &[u8], at: usize) -> usize {
    at + b.get(at..).unwrap_or_default().iter().take_while(|c| c.is_ascii_whitespace()).count()
}

/// Where the string at `at` ends.
fn string(b: &[u8], at: usize) -> Option<usize> {
    let mut i = at + 1;
    loop {
        i += memchr::memchr2(b'"', b'\\', b.get(i..)?)?;
        if b[i] == b'"' {
            return Some(i + 1);
        }
        i += 2;
    }
}

/// Where the value at `at` ends.
fn value(b: &[u8], at: usize) -> Option<usize> {
    let mut depth = 0_usize;
    let mut i = at;
    loop {
        match b.get(i)? {
            b'"' => i = string(b, i)?,
            b'{' | b'[' => {
                depth += 1;
                i += 1;
            }
            b'}' | b']' | b',' if depth == 0 => return Some(i),
            b'}' | b']' => {
                depth -= 1;
                i += 1;
            }
            _ => i += 1,
        }
        if depth == 0 && matches!(b.get(i - 1), Some(b'"' | b'}' | b']')) {
            return Some(i);
        }
    }
}

/// A message that is a line of a stack trace, written as a record of its own.
fn continues(message: &str) -> bool {
    let text = message.trim_start();
    let indented = text.len() < message.len();
    (indented && (text.starts_with("at ") || text.starts_with("... ") || text.starts_with("Suppressed: ")))
        || message.starts_with("Caused by: ")
}

/// The text of a value: a string without quotes and escapes, anything else as it stands.
fn text(value: &[u8]) -> Cow<'_, str> {
    if value.first() != Some(&b'"') {
        return String::from_utf8_lossy(value);
    }
    match serde_json::from_slice::<String>(value) {
        Ok(text) => Cow::Owned(text),
        Err(_) => String::from_utf8_lossy(unquoted(value)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Reader, Splitter};
    use std::sync::Arc;

    fn records(text: &str) -> (String, Vec<String>) {
        let reader = Arc::new(Reader::learn(text.as_bytes()));
        let mut splitter = Splitter::new(Arc::clone(&reader));
        let mut heads = Vec::new();
        splitter.push(text.as_bytes(), &mut heads);
        splitter.finish(&mut heads);
        let layouts: Vec<String> = reader.layouts().iter().map(ToString::to_string).collect();
        let shown = heads.iter().map(|head| {
            let r = reader.record(*head, head.span.of(text.as_bytes()));
            let at = r.head.stamp.map_or("-".to_owned(), |s| s.to_rfc3339());
            let or = |v: &Option<String>| v.clone().unwrap_or("-".to_owned());
            let trace = r.trace.as_ref().and_then(|t| t.exception()).unwrap_or("-").to_owned();
            let (level, thread, logger) = (or(&r.level), or(&r.thread), or(&r.logger));
            format!("{at}|{level}|{thread}|{logger}|{:?}|{}|{trace}", r.columns, r.message)
        });
        (layouts.join(" "), shown.collect())
    }

    #[test]
    fn numbers_of_bunyan_are_levels() {
        let line = |level: u8| {
            format!(
                "{{\"name\":\"app\",\"level\":{level},\"msg\":\"x\",\"time\":\"2026-01-13T08:15:02.118Z\",\"v\":0}}"
            )
        };
        let found = [30, 50, 35].map(|level| super::start(line(level).as_bytes()).and_then(|start| start.level));
        assert_eq!(found.map(|level| level.and_then(super::super::Level::word)), [Some("INFO"), Some("ERROR"), None]);
    }

    #[test]
    fn structured_logs_of_several_libraries() {
        let logstash = r#"{"@timestamp":"2026-01-13T10:15:02.480+01:00","@version":"1","message":"say \"hi\"\nthere","logger_name":"com.foo.Bar","thread_name":"main","level":"INFO"}
{"@timestamp":"2026-01-13T10:15:03.480+01:00","message":"failed","logger_name":"com.foo.Bar","thread_name":"main","level":"ERROR","stack_trace":"java.io.IOException: x\n\tat a.B.c(B.java:1)\n"}
"#;
        let (layout, read) = records(logstash);
        assert_eq!(layout, "json");
        let version = r#"[("@version", "1")]"#;
        assert_eq!(
            read,
            [
                format!("2026-01-13T10:15:02.480+01:00|INFO|main|com.foo.Bar|{version}|say \"hi\"\nthere|-"),
                "2026-01-13T10:15:03.480+01:00|ERROR|main|com.foo.Bar|[]|failed|java.io.IOException".to_owned(),
            ]
        );
        let log4j = r#"{"instant":{"epochSecond":1768299302,"nanoOfSecond":480000000},"thread":"main","level":"WARN","loggerName":"a.B","message":"x","context":{"user":"jdoe"}}"#;
        let (_, read) = records(log4j);
        assert_eq!(read, [r#"2026-01-13T10:15:02.480000000Z|WARN|main|a.B|[("context.user", "jdoe")]|x|-"#]);
        let (_, read) = records(
            "{\"ts\":1768299302480,\"msg\":\"a\",\"severity\":\"warning\"}\n{\"ts\":1768299302481,\"msg\":\"b\"}\n",
        );
        assert_eq!(read[0], "2026-01-13T10:15:02.480Z|WARNING|-|-|[]|a|-");
    }

    #[test]
    fn gelf_and_compact_events_have_keys_of_their_own() {
        let gelf = r#"{"version":"1.1","host":"h","short_message":"failed","full_message":"failed\njava.io.IOException: x\n\tat a.B.c(B.java:1)","timestamp":1768299302.480,"level":3,"_logger":"a.B","_thread":"main"}
{"version":"1.1","host":"h","level":6,"short_message":"done","timestamp":1768299303.480}
"#;
        let (_, read) = records(gelf);
        let others = r#"[("version", "1.1"), ("host", "h")]"#;
        assert_eq!(
            read,
            [
                format!("2026-01-13T10:15:02.480Z|ERR|main|a.B|{others}|failed|java.io.IOException"),
                format!("2026-01-13T10:15:03.480Z|INFO|-|-|{others}|done|-"),
            ]
        );
        // Serilog's.
        let clef = r#"{"@t":"2026-01-13T10:15:02.4800000Z","@m":"failed","@l":"Warning","@x":"System.TimeoutException: x\n   at Foo.Bar.Run()","SourceContext":"Foo.Bar"}
{"@t":"2026-01-13T10:15:03.4800000Z","@mt":"{N} done","N":3}
"#;
        let (_, read) = records(clef);
        assert_eq!(
            read,
            [
                "2026-01-13T10:15:02.4800000Z|WARNING|-|Foo.Bar|[]|failed|System.TimeoutException",
                r#"2026-01-13T10:15:03.4800000Z|-|-|-|[("N", "3")]|{N} done|-"#,
            ]
        );
        // A number that isn't syslog's stays what it is.
        let (_, read) = records(&gelf.replace("short_message", "message"));
        assert!(read[1].contains("|6|"), "{read:?}");
    }

    #[test]
    fn a_trace_with_a_record_for_each_line_is_one_record() {
        let line = |text: &str| format!("{{\"k\": 1, \"time\": \"2006-07-28T13:22:04Z\",\"message\":\"{text}\"}}\n");
        let text = line("Exception in thread main java.lang.RuntimeException: gone wrong")
            + &line(" at com.my.Project.bad(Project.java:22)")
            + &line(" at com.my.Project.more(Project.java:18)")
            + &line("next");
        let (_, read) = records(&text);
        assert_eq!(read.len(), 2);
        assert!(read[0].ends_with("|java.lang.RuntimeException"), "{}", read[0]);
        assert!(read[1].ends_with("|next|-"));
    }

    #[test]
    fn other_json_is_no_log() {
        for text in [
            "{\"a\":1}\n{\"b\":2}\n",
            "{\"name\":\"x\",\"message\":\"y\"}",
            "{",
            "{\"time",
            "{\"time\":\"2026-01-13T10:15:02Z\"",
        ] {
            assert_eq!(records(text).0, "", "{text}");
        }
    }
}
