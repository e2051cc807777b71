//! Logs with an XML element for each record, as log4j's `XMLLayout` and `java.util.logging`'s `XMLFormatter` write them:
//! which element is a record, and what its attributes and the elements in it say.
//!
//! The element is known by what it says (when, how bad, and what or by whom), not by its name. What the names mean stands
//! in [`super::keys`], and what Windows' events say besides in `windows`. A record that is cut is read as far as it goes.

mod windows;

use super::keys::{self, LEVEL, LOGGER, MESSAGE, Start, THREAD, TIME, is, stamp};
use super::layout::{Form, Part};
use super::{Layout, Record};
use crate::xml::{self, Document, Element};
use crate::{Civil, Stamp, trace};

/// When and how bad stands in so many lines from the start of a record, where the layout doesn't say in how many.
const LINES: usize = 12;

/// Elements that hold what was thrown, in small letters.
const THROWN: [&str; 4] = ["throwable", "exception", "thrown", "stacktrace"];

/// A layout whose records are elements of this name; `lines` of each say when and how bad.
fn layout(name: &str, lines: usize) -> Layout {
    let further = std::iter::repeat_n(Part::LineBreak, lines.clamp(1, LINES) - 1);
    let head = std::iter::once(Part::Text(name.to_owned())).chain(further).collect();
    Layout { head, form: Form::Tagged, ..Layout::json() }
}

/// The layout that prints as `pattern`: `xml:record`, with the number of lines that are looked at behind a slash.
pub(super) fn told(pattern: &str) -> Option<Layout> {
    let name = pattern.strip_prefix("xml:")?;
    let (name, lines) = match name.split_once('/') {
        Some((name, lines)) => (name, lines.parse().ok()?),
        None => (name, LINES),
    };
    let whole = !name.is_empty() && name_at(name.as_bytes()) == name.len();
    whole.then(|| layout(name, lines))
}

/// The name of the element that is a record of the layout.
pub(super) fn element(layout: &Layout) -> &str {
    match layout.head.first() {
        Some(Part::Text(name)) => name,
        _ => "",
    }
}

/// The layout of a log with these lines, where its records are elements: all of it but what stands above the first is in
/// such.
pub(super) fn of_lines(lines: &[Vec<u8>]) -> Option<Layout> {
    /// Declarations and the element around all records.
    const ABOVE: usize = 40;
    /// So many elements of a name are asked, and so many of the one that is a record.
    const ASKED: [usize; 2] = [2, 50];
    let mut filled = lines.iter().enumerate().filter(|(_, line)| !line.trim_ascii().is_empty());
    if !filled.clone().next()?.1.trim_ascii_start().starts_with(b"<") {
        return None;
    }
    let mut refused: Vec<(&[u8], usize)> = Vec::new();
    let name = filled.by_ref().take(ABOVE).find_map(|(at, line)| {
        let name = opened(line)?;
        if refused.iter().any(|(other, times)| *other == name && *times >= ASKED[0]) {
            return None;
        }
        if needed(lines, at, name).is_some() {
            return Some(name);
        }
        match refused.iter_mut().find(|(other, _)| *other == name) {
            Some((_, times)) => *times += 1,
            None => refused.push((name, 1)),
        }
        None
    })?;
    let of_name = (0..lines.len()).filter(|at| opened(&lines[*at]) == Some(name)).take(ASKED[1]);
    let asked: Vec<Option<usize>> = of_name.map(|at| needed(lines, at, name)).collect();
    // The last of the sample may be cut.
    let read = asked.iter().flatten().count();
    let most = asked.iter().flatten().max()?;
    let name = std::str::from_utf8(name).ok()?;
    ((read + 1) * 10 >= asked.len() * 9).then(|| layout(name, *most))
}

/// In how many lines from the one at `at` a record says when and how bad; `None` where none starts there.
fn needed(lines: &[Vec<u8>], at: usize, name: &[u8]) -> Option<usize> {
    let name = std::str::from_utf8(name).ok()?;
    let window = |count: usize| lines[at..lines.len().min(at + count)].join(&b'\n');
    let whole = window(LINES);
    let text = String::from_utf8_lossy(&whole);
    // An element around all records says nothing itself.
    let document = xml::read_down_to(&text, 2, &[windows::SYSTEM]);
    let (mut timed, mut levelled, mut told) = (false, false, false);
    each(&document, 1, &mut |key, value| {
        timed |= is(key, &TIME) && stamp(value.as_bytes()).is_some() || is_last(key, SECONDS);
        levelled |= is(key, &LEVEL) && keys::level(value.as_bytes()).is_some();
        told |= is(key, &MESSAGE) || is(key, &LOGGER) || is(key, &THREAD);
    });
    if !(timed && levelled && told) {
        return None;
    }
    (1..=LINES)
        .find(|count| start(&window(*count), name).is_some_and(|start| start.stamp.is_some() && start.level.is_some()))
}

/// Whether a text is such a log, by its beginning.
pub(crate) fn is_log(sample: &[u8]) -> bool {
    const FIRST: usize = 16 << 10;
    let sample = &sample[..sample.len().min(FIRST)];
    if !sample.trim_ascii_start().starts_with(b"<") {
        return false;
    }
    let lines: Vec<Vec<u8>> = sample.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
    of_lines(&lines).is_some()
}

/// The name of the element whose start tag a line begins with.
fn opened(line: &[u8]) -> Option<&[u8]> {
    let inside = line.trim_ascii_start().strip_prefix(b"<")?;
    let len = name_at(inside);
    let ends = inside.get(len).is_none_or(|byte| byte.is_ascii_whitespace() || *byte == b'>');
    (len > 0 && ends).then(|| &inside[..len])
}

/// How many bytes of a name stand at the start of `bytes`.
fn name_at(bytes: &[u8]) -> usize {
    let sign = |byte: &u8| byte.is_ascii_alphanumeric() || b":_.-".contains(byte);
    if bytes.first().is_some_and(u8::is_ascii_alphabetic) {
        bytes.iter().take_while(|byte| sign(byte)).count()
    } else {
        0
    }
}

/// What starts at `window`, lines from the start of one on: `None` where it is no element of this name, or one that
/// doesn't say when.
pub(super) fn start(window: &[u8], name: &str) -> Option<Start> {
    if opened(window)? != name.as_bytes() {
        return None;
    }
    let text = String::from_utf8_lossy(window);
    let document = xml::read_down_to(&text, 2, &[windows::SYSTEM]);
    let mut start = Start::default();
    let mut when = When::default();
    each(&document, 1, &mut |key, value| {
        when.take(key, value);
        if is(key, &LEVEL) && start.level.is_none() {
            start.level = keys::level(value.as_bytes());
        }
    });
    start.stamp = when.stamp();
    (start.stamp.is_some() || start.level.is_some()).then_some(start)
}

/// Names by which log4j 2 and `java.util.logging` say the instant besides.
const SECONDS: &str = "epochSecond";
const NANOS: &str = "nanoOfSecond";
const MILLIS: &str = "millis";

/// Whether the last part of an element's path has that name.
fn is_last(key: &str, name: &str) -> bool {
    key.rsplit('.').next().is_some_and(|last| last.eq_ignore_ascii_case(name))
}

/// What a record says of when it was written.
#[derive(Default)]
struct When {
    time: Option<Stamp>,
    millis: Option<i64>,
    seconds: Option<i64>,
    nanos: Option<i64>,
}

impl When {
    fn take(&mut self, key: &str, value: &str) {
        let number = || value.trim().parse::<i64>().ok();
        if is(key, &TIME) {
            self.time = self.time.or_else(|| stamp(value.trim().as_bytes()));
        } else if key.eq_ignore_ascii_case(MILLIS) {
            self.millis = self.millis.or_else(number);
        } else if is_last(key, SECONDS) {
            self.seconds = self.seconds.or_else(number);
        } else if is_last(key, NANOS) {
            self.nanos = self.nanos.or_else(number);
        }
    }

    fn stamp(&self) -> Option<Stamp> {
        const SECOND: i64 = 1_000_000_000;
        let utc = |ns, digits| Stamp { civil: Civil { ns }, offset_s: Some(0), digits, has_date: true };
        let Some(time) = self.time else {
            let instant = self.seconds.zip(self.nanos.or(Some(0)));
            let ns = instant.and_then(|(s, ns)| s.checked_mul(SECOND)?.checked_add(ns));
            let millis = || self.millis.and_then(|ms| ms.checked_mul(1_000_000));
            return ns.map(|ns| utc(ns, 9)).or_else(|| millis().map(|ns| utc(ns, 3)));
        };
        // Up to Java 8 the date has no zone, and milliseconds beside it that say which it is.
        let between = |ms: i64| {
            let ns = ms.checked_mul(1_000_000)?;
            let off = time.civil.ns.checked_sub(ns.div_euclid(SECOND).checked_mul(SECOND)?)? / SECOND;
            let offset_s = i32::try_from(off).ok().filter(|off| off % 900 == 0 && off.abs() <= 14 * 3600)?;
            Some(Stamp {
                civil: Civil { ns: ns.checked_add(off * SECOND)? },
                offset_s: Some(offset_s),
                digits: 3,
                ..time
            })
        };
        let bare = time.offset_s.is_none() && time.digits == 0;
        self.millis.filter(|_| bare).and_then(between).or(Some(time))
    }
}

/// Calls `each` with all that the record says of itself, in elements no deeper than `deepest`, but for what was thrown.
fn each(document: &Document<'_>, deepest: usize, each: &mut dyn FnMut(&str, &str)) {
    let Some(record) = document.elements.first() else { return };
    let own = |key: &str| key != "xmlns" && !key.starts_with("xmlns:");
    for (key, value) in record.attributes.iter().filter(|(key, _)| own(key)) {
        each(key, value);
    }
    // Where what was thrown is passed by, so is all below.
    let mut below = usize::MAX;
    for (at, element) in document.descendants(0) {
        if element.depth == 2
            && let Some(part) = around(document, element).and_then(windows::Part::named)
        {
            part.of_event(document, at, each);
            continue;
        }
        if element.depth > below || element.depth > deepest {
            continue;
        }
        below = if is_thrown(element) { element.depth } else { usize::MAX };
        if below == usize::MAX {
            one(document, at, element, each);
        }
    }
}

/// The name of the element right around.
fn around<'a>(document: &Document<'a>, element: &Element<'_>) -> Option<&'a str> {
    element.parent.and_then(|parent| document.elements.get(parent)).map(|parent| parent.name)
}

/// What one element in a record says.
fn one(document: &Document<'_>, at: usize, element: &Element<'_>, each: &mut dyn FnMut(&str, &str)) {
    let name = element.attribute("name").or_else(|| element.attribute("key"));
    if let (Some(name), Some(value)) = (name, element.attribute("value")) {
        return each(name, value);
    }
    for (key, value) in &element.attributes {
        // Where it was called from, whatever the element around that is called.
        match *key {
            "class" | "method" | "file" | "line" => each(key, value),
            key if key == "xmlns" || key.starts_with("xmlns:") => {}
            key => each(&format!("{}.{key}", element.name), value),
        }
    }
    if document.is_leaf(at) && (element.attributes.is_empty() || !element.text.is_empty()) {
        each(element.name, &element.text);
    }
}

fn is_thrown(element: &Element<'_>) -> bool {
    is(element.name, &THROWN)
}

/// Fills in the fields of a record from its element.
pub(super) fn fields(record: &mut Record) {
    let text = std::mem::take(&mut record.text);
    let document = xml::read(&text);
    let (mut traced, mut said) = (None, None);
    each(&document, usize::MAX, &mut |key, value| {
        if is(key, &MESSAGE) && said.is_none() {
            said = Some(value.to_owned());
        } else if is_last(key, SECONDS) && record.at_text.is_empty() {
            value.clone_into(&mut record.at_text);
        } else if key.eq_ignore_ascii_case("ndc") {
            keys::field("ndc", value.to_owned(), record, &mut traced);
        } else if !is_last(key, NANOS) {
            keys::field(key, value.to_owned(), record, &mut traced);
        }
    });
    record.message = said.unwrap_or_else(|| windows::inserts(&document));
    let thrown = document.descendants(0).find(|(_, element)| is_thrown(element));
    record.trace = thrown.and_then(|(at, _)| trace::find(&printed(&document, at)));
    record.text = text;
    if record.trace.is_none()
        && let Some(found) = trace::find(&record.message)
    {
        record.message = record.message[..found.range.start].trim_end_matches(['\r', '\n']).to_owned();
        record.trace = Some(found);
    }
}

/// What was thrown, as Java prints it, from the element that holds it: its text, or its parts in elements of their own.
fn printed(document: &Document<'_>, thrown: usize) -> String {
    let owner_of = |owners: &[usize], element: &Element<'_>| {
        element.parent.and_then(|parent| owners.get(parent.checked_sub(thrown)?)).copied()
    };
    // Each exception with its frames, and of which one each element is a part.
    let mut all: Vec<(String, String)> = Vec::new();
    let mut owners: Vec<usize> = Vec::new();
    let own = document.elements.get(thrown).map(|element| (thrown, element));
    for (at, element) in own.into_iter().chain(document.descendants(thrown)) {
        let named = element.attribute("name").is_some() || element.attribute("message").is_some();
        let owner = match owner_of(&owners, element) {
            Some(owner) if !named => owner,
            _ => {
                all.push((caption(element, at == thrown), String::new()));
                all.len() - 1
            }
        };
        owners.push(owner);
        let (head, frames) = &mut all[owner];
        if let Some(frame) = frame(document, at, element) {
            frames.push_str(&frame);
        } else if element.text.contains('\n') && head.is_empty() && frames.is_empty() && element.text.contains("at ") {
            head.push_str(element.text.trim_matches(['\r', '\n']));
            head.push('\n');
        } else if is(element.name, &MESSAGE) && head.is_empty() {
            head.push_str(element.text.trim());
            head.push('\n');
        }
    }
    all.into_iter().map(|(head, frames)| head + &frames).collect()
}

/// The line that names an exception whose element has its name and message as attributes.
fn caption(element: &Element<'_>, outermost: bool) -> String {
    let Some(name) = element.attribute("name") else { return String::new() };
    let message = element.attribute("message").map(|message| format!(": {message}")).unwrap_or_default();
    let before = match element.name {
        _ if outermost => "",
        "SuppressedItem" | "Suppressed" => "\tSuppressed: ",
        _ => "Caused by: ",
    };
    format!("{before}{name}{message}\n")
}

/// The line of a frame, from an element that has its class and method as attributes or as elements.
fn frame(document: &Document<'_>, at: usize, element: &Element<'_>) -> Option<String> {
    // Its own parts stand right below it.
    let parts = || document.elements.iter().skip(at + 1).take(6).filter(|part| part.parent == Some(at));
    let part =
        |name: &str| element.attribute(name).or_else(|| Some(parts().find(|part| part.name == name)?.text.trim()));
    let (class, method) = (part("class")?, part("method")?);
    let file = part("file").map(str::to_owned).or_else(|| {
        // Only the name of the class says in which file it was.
        let outer = class.rsplit('.').next()?.split('$').next()?;
        Some(format!("{outer}.java"))
    })?;
    let place = part("line").filter(|line| !line.starts_with('-')).map(|line| format!("{file}:{line}")).unwrap_or(file);
    Some(format!("\tat {class}.{method}({place})\n"))
}

#[cfg(test)]
mod tests {
    use super::super::{Reader, Splitter};
    use std::sync::Arc;

    pub(super) fn records(text: &str) -> (String, Vec<String>) {
        let reader = Arc::new(Reader::learn(text.as_bytes()));
        let saved = Reader::restored(&reader.saved().expect("saved")).expect("restored");
        assert_eq!(saved.layouts(), reader.layouts());
        let mut splitter = Splitter::new(Arc::clone(&reader));
        let mut heads = Vec::new();
        for piece in text.as_bytes().chunks(11) {
            splitter.push(piece, &mut heads);
        }
        splitter.finish(&mut heads);
        let layouts: Vec<String> = reader.layouts().iter().map(ToString::to_string).collect();
        let shown = heads.iter().filter(|head| head.layout != super::super::HEADER).map(|head| {
            let bytes = head.span.of(text.as_bytes());
            let r = reader.record(*head, bytes);
            assert_eq!(reader.traced(head, bytes, &mut reader.tracing()).is_some(), r.trace.is_some());
            let at = r.head.stamp.map_or("-".to_owned(), |s| s.to_rfc3339());
            let or = |v: &Option<String>| v.clone().unwrap_or("-".to_owned());
            let trace = r.trace.as_ref().map(|t| format!("{}/{}", t.exception().unwrap_or("-"), t.frames()));
            let columns: Vec<String> = r.columns.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let (level, thread, logger, columns) = (or(&r.level), or(&r.thread), or(&r.logger), columns.join(","));
            format!("{at}|{level}|{thread}|{logger}|{columns}|{}|{}", r.message, trace.unwrap_or("-".to_owned()))
        });
        (layouts.join(" "), shown.collect())
    }

    const LOG4J: &str = "<log4j:event logger=\"a.B\" timestamp=\"1768299302480\" level=\"ERROR\" thread=\"w-1\">\n\
        <log4j:message><![CDATA[Call of CRS008 failed\n2026-01-13 10:15:02 ERROR is in it]]></log4j:message>\n\
        <log4j:NDC><![CDATA[order 7]]></log4j:NDC>\n\
        <log4j:throwable><![CDATA[java.lang.IllegalStateException: Abnormal termination of CRS008\n\
        \tat mvx.app.pgm.CRS008.READ(CRS008.java:1)\n]]></log4j:throwable>\n\
        <log4j:properties>\n<log4j:data name=\"user\" value=\"JDOE\"/>\n</log4j:properties>\n</log4j:event>\n\n";

    #[test]
    fn events_of_log4j_are_records() {
        let (layout, read) = records(&LOG4J.repeat(2));
        assert_eq!(layout, "xml:log4j:event/1");
        let record = "2026-01-13T10:15:02.480Z|ERROR|w-1|a.B|ndc=order 7,user=JDOE|Call of CRS008 failed\n\
            2026-01-13 10:15:02 ERROR is in it|java.lang.IllegalStateException/1";
        assert_eq!(read, [record, record]);
        assert!(!crate::dump::sniff(LOG4J.as_bytes()).is_dump());
        assert!(super::super::is_plainly(LOG4J.as_bytes()));
        let two = "<Events>\n<Event xmlns=\"http://logging.apache.org/log4j/2.0/events\" thread=\"main\" level=\"WARN\" loggerName=\"a.B\" endOfBatch=\"true\">\n\
            <Instant epochSecond=\"1768299302\" nanoOfSecond=\"480000000\"/>\n<Message>x &lt; y</Message>\n<ContextMap>\n<item key=\"user\" value=\"JDOE\"/>\n</ContextMap>\n\
            <Thrown commonElementCount=\"0\" message=\"gone\" name=\"java.io.IOException\">\n<Cause commonElementCount=\"1\" name=\"a.b.Inner\">\n<ExtendedStackTrace>\n\
            <ExtendedStackTraceItem class=\"a.b.C\" method=\"d\" file=\"C.java\" line=\"3\" exact=\"true\"/>\n</ExtendedStackTrace>\n</Cause>\n<ExtendedStackTrace>\n\
            <ExtendedStackTraceItem class=\"a.b.E\" method=\"f\" file=\"E.java\" line=\"4\" exact=\"true\"/>\n</ExtendedStackTrace>\n</Thrown>\n</Event>\n";
        let (layout, read) = records(two);
        assert_eq!(layout, "xml:Event/2");
        assert_eq!(
            read,
            ["2026-01-13T10:15:02.480000000Z|WARN|main|a.B|endOfBatch=true,user=JDOE|x < y|java.io.IOException/2"]
        );
    }

    #[test]
    fn records_of_java_util_logging_are_records() {
        let record = |second: u32, thrown: &str| {
            format!(
                "<record>\n  <date>2026-01-13T10:15:{second:02}</date>\n  <millis>17682957{second:02}480</millis>\n  <sequence>{second}</sequence>\n  <logger>a.B</logger>\n  \
                 <level>SEVERE</level>\n  <class>a.B</class>\n  <method>run</method>\n  <thread>1</thread>\n  <message>m</message>\n{thrown}</record>\n"
            )
        };
        let thrown = "  <exception>\n    <message>a.X: two\nlines\n2026-01-13 10:15:02 ERROR x</message>\n    <frame>\n      <class>a.C$D</class>\n      <method>d</method>\n      <line>13</line>\n    </frame>\n  </exception>\n";
        let text = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE log SYSTEM \"logger.dtd\">\n<log>\n{}{}</log>\n",
            record(2, thrown),
            record(3, "")
        );
        let (layout, read) = records(&text);
        assert_eq!(layout, "xml:record/6");
        assert_eq!(
            read,
            [
                "2026-01-13T10:15:02.480+01:00|SEVERE|1|a.B|millis=1768295702480,sequence=2,class=a.B,method=run|m|a.X/1",
                "2026-01-13T10:15:03.480+01:00|SEVERE|1|a.B|millis=1768295703480,sequence=3,class=a.B,method=run|m|-",
            ]
        );
    }

    #[test]
    fn other_xml_is_no_log() {
        for text in [
            "<record>\n<date>2026-01-13</date>\n<name>x</name>\n</record>\n".repeat(3),
            "<rows>\n<row time=\"2026-01-13T10:15:02Z\" value=\"1\"/>\n</rows>\n".to_owned(),
            "<dump>\n<created>2026-01-13T10:15:02Z</created>\n<level>3</level>\n<user>JDOE</user></dump>\n".to_owned(),
            "<".to_owned(),
            "<a\n".to_owned(),
        ] {
            assert!(!super::is_log(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn a_record_that_is_cut_anywhere_is_read_as_far_as_it_goes() {
        for end in 0..LOG4J.len() {
            let _read = records(&LOG4J[..end]);
            let _read = records(&format!("{LOG4J}{}", &LOG4J[end..]));
        }
    }
}
