//! Lines that a collector put into an object each, `{"time": "...", "line": "Program: CRS008", "host": "m3be01"}`, texts
//! of many lines that one object holds, and records of pairs that hold a trace on one line, `level=error program=CRS008 stack_trace="a.b.C: x\n\tat ..."`. It must
//! not know what the lines say, but which names are known.

use std::borrow::Cow;
use std::collections::HashMap;

use super::super::synonyms::{Fact, Synonyms};
use super::super::{pairs, when};
use super::{blank, lines_of, rewritten, sample};
use crate::json::{self, Kind};

/// Bytes of a text that show whether its lines are objects.
const SAMPLE: usize = 32 << 10;

/// Lines that a text has at least.
const FEWEST: usize = 5;

/// Names that collectors give to the line itself.
const LINE: [&str; 9] = ["log", "message", "msg", "line", "text", "content", "body", "_raw", "@message"];

/// The text with the line that each object holds in its place, byte for byte as long; `None` where its lines are no such
/// objects.
pub(crate) fn lines(text: &str) -> Option<String> {
    if !text.trim_start().starts_with('{') {
        return None;
    }
    let seen = sample(text, SAMPLE);
    // What begins a sample is known to be whole lines, but for its last.
    let whole = if seen.len() < text.len() { seen.rfind('\n')? } else { seen.len() };
    let said: Vec<&str> = lines_of(&seen[..whole]).filter(|line| !line.trim().is_empty()).collect();
    let objects: Vec<Object<'_>> = said.iter().filter_map(|line| Object::of(line)).collect();
    if objects.len() < FEWEST || objects.len() * 10 < said.len() * 9 {
        return None;
    }
    let held = |name: &&str| objects.iter().all(|object| object.text(name).is_some());
    let name = LINE.into_iter().find(held)?;
    // The lines differ, what is beside them is the time and what is the same for all.
    let mut beside: HashMap<&str, &str> = HashMap::new();
    let mut timed = 0;
    for object in &objects {
        timed += usize::from(object.members.iter().any(|(_, value)| when::stated(value).is_some()));
        for (own, value) in object.members.iter().filter(|(own, value)| own != name && when::stated(value).is_none()) {
            let number = value.bytes().all(|byte| byte.is_ascii_digit());
            if states(own) || *beside.entry(own).or_insert(value) != &**value && !number {
                return None;
            }
        }
    }
    let same = objects.iter().all(|object| object.text(name) == objects[0].text(name));
    if timed < objects.len() || same {
        return None;
    }
    Some(lines_of(text).map(|line| inside(line, name)).collect())
}

/// Whether a name is that of a fact other than a time.
fn states(name: &str) -> bool {
    let facts = Synonyms::standard().meanings(None, name);
    facts.first().is_some_and(|(fact, _)| *fact != Fact::At) && !name.starts_with(['@', '_'])
}

/// Bytes of a document that may hold a dump as a text.
const LONGEST: usize = 16 << 20;

/// The text of many lines with names and values that a document of JSON holds, in its place, byte for byte as long; `None`
/// where it holds none, or states facts beside it.
pub(crate) fn text(text: &str) -> Option<String> {
    const LINES: usize = 6;
    const PAIRS: usize = 4;
    if text.len() > LONGEST || !text.trim_start().starts_with('{') {
        return None;
    }
    let start = text.len() - text.trim_start().len();
    let document = json::read(text.trim()).ok()?;
    let known = |line: &str| {
        let found = pairs::on_line(line, Synonyms::standard());
        found.iter().any(|pair| Synonyms::standard().knows(&line[pair.key.clone()]))
    };
    let is_dump =
        |text: &str| text.lines().nth(LINES - 1).is_some() && text.lines().filter(|l| known(l)).count() >= PAIRS;
    let (range, own) = document.values.iter().find_map(|value| match &value.kind {
        Kind::String(text) if is_dump(text) => Some((value.range.clone(), text)),
        _ => None,
    })?;
    let beside = document.values.iter().filter(|value| value.range != range && !matches!(value.kind, Kind::Object));
    if beside.filter_map(|value| value.name.as_ref()).filter(|name| states(&name.text)).count() > 1 {
        return None;
    }
    let (from, to) = (start + range.start, start + range.end);
    let fill = " ".repeat((to - from).checked_sub(own.len())?);
    Some(format!("{}{own}{fill}{}", blank(&text[..from]), blank(&text[to..])))
}

/// A line that is an object of JSON with nothing but words and numbers in it, or in objects within it.
struct Object<'a> {
    members: Vec<(Cow<'a, str>, Cow<'a, str>)>,
}

impl<'a> Object<'a> {
    fn of(line: &'a str) -> Option<Self> {
        let body = line.trim();
        if !body.starts_with('{') {
            return None;
        }
        let document = json::read(body).ok()?;
        let member = |value: json::Value<'a>| {
            let text = match value.kind {
                Kind::String(text) => text,
                Kind::Number(text) => Cow::Borrowed(text),
                Kind::Bool(_) | Kind::Null => Cow::Borrowed(""),
                Kind::Object | Kind::Array => return None,
            };
            Some((value.name?.text, text))
        };
        Some(Self { members: document.values.into_iter().skip(1).filter_map(member).collect() })
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.members.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, text)| &**text)
    }
}

/// The line that an object holds, with blanks for the rest of the object.
fn inside(line: &str, name: &str) -> String {
    let object = Object::of(line);
    // What holds no line stays as it is.
    let Some(own) = object.as_ref().and_then(|object| object.text(name)) else { return line.to_owned() };
    let own = own.trim_end_matches(['\n', '\r']);
    let body = line.trim_end_matches(['\n', '\r']);
    let fill = body.len().checked_sub(own.len()).map(|len| " ".repeat(len));
    // An escape is no shorter than what it stands for.
    fill.map_or_else(|| line.to_owned(), |fill| format!("{own}{fill}{}", &line[body.len()..]))
}

/// The text with each trace that is a value on one line on lines of its own, below the other pairs, byte for byte as
/// long; `None` where it has none.
pub(crate) fn traces(text: &str) -> Option<String> {
    // Nearly all texts have no such line end, and none of their lines need be looked at.
    memchr::memmem::find(text.as_bytes(), b"\\n")?;
    rewritten(text, text, 1, trace, |line, (name, open, close)| {
        let mut trace = String::with_capacity(close - open);
        for part in line[open..close].split_inclusive("\\n") {
            let (said, ends) = part.strip_suffix("\\n").map_or((part, ""), |said| (said, " \n"));
            let bare = said.replace("\\t", "\t").replace("\\\"", "\"");
            trace.push_str(&format!("{bare}{}{ends}", " ".repeat(said.len() - bare.len())));
        }
        format!("{}{}\n{trace} {}", &line[..name], blank(&line[name..open - 1]), &line[close + 1..])
    })
}

/// Where the name of such a value begins, and where the value does and ends.
fn trace(line: &str) -> Option<(usize, usize, usize)> {
    let at = ["\\n\\tat ", "\\n    at ", "\\n   at ", "\\n  at "].iter().find_map(|frame| line.find(frame))?;
    let open = line[..at].rfind("=\"")? + 2;
    let name = line[..open - 2].rfind(' ').map_or(0, |blank| blank + 1);
    let close = open + closing(&line[open..])?;
    let named = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    let is_name = line[name..open - 2].chars().all(named) && open - 2 > name;
    // Other pairs stand before it on the line.
    let pairs = line[..name].matches('=').count() >= 2;
    (is_name && pairs && at < close).then_some((name, open, close))
}

/// Where the quote stands that closes a value.
fn closing(value: &str) -> Option<usize> {
    let mut escaped = false;
    value.bytes().position(|byte| {
        let closes = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        closes
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bare(text: &str) -> String {
        text.lines().map(str::trim_end).collect::<Vec<_>>().join("|")
    }

    #[test]
    fn what_a_collector_wrote_around_lines_is_taken_off() {
        let object = |line: &str, second: u32| {
            format!("{{\"time\": \"2026-01-13T10:15:0{second}Z\", \"log\": \"{line}\\n\", \"host\": \"m3be01\"}}\n")
        };
        let lines_in = ["*** M3 dump ***", "", "User:\\tJ\\u00f6", "    at a.B.c(B.java:1)", "say \\\"hi\\\""];
        let text: String = lines_in.iter().zip(1..).map(|(line, second)| object(line, second)).collect();
        let plain = lines(&text).expect("objects");
        assert_eq!(plain.len(), text.len());
        assert_eq!(bare(&plain), "*** M3 dump ***||User:\tJö|    at a.B.c(B.java:1)|say \"hi\"");
        let state = "{\"time\": \"2026-01-13T10:15:09Z\", \"state\": \"closed\"}\n";
        let with_state = [text.repeat(200).as_str(), state].concat();
        assert!(lines(&with_state).is_some_and(|plain| plain.ends_with(state)), "what holds no line is kept");
        // What states facts beside the line stays, and so does what has no time.
        let facts = text.replace("host", "user");
        let untimed = text.replace("2026-01-13T10:15:0", "x");
        let others = text.replacen("m3be01", "m3be02", 1);
        let nested = text.replace("\"m3be01\"", "{\"name\": \"m3be01\"}, \"offset\": 17");
        assert_eq!(lines(&nested.replacen("17", "9", 1)).as_deref().map(bare), Some(bare(&plain)));
        for other in [&facts, &untimed, &others, "{\"log\": \"a\"}\n", "Program: CRS008\n", ""] {
            assert_eq!(lines(other), None, "{other}");
        }
    }

    #[test]
    fn a_dump_that_a_document_holds_as_a_text_stands_alone() {
        let dump = "M3 dump\\nProgram: CRS008\\nUser: J\\u00f6\\nCompany: 100\\nDivision: AAA\\n\\tat a.B.c(B.java:1)";
        let document = format!("{{\"@version\": \"1\", \"host\": {{\"name\": \"a\"}}, \"message\": \"{dump}\"}}\n");
        let plain = text(&document).expect("a text");
        assert_eq!(plain.len(), document.len());
        let expected = "M3 dump|Program: CRS008|User: Jö|Company: 100|Division: AAA|\tat a.B.c(B.java:1)";
        assert_eq!(bare(&plain).trim_start_matches(' '), expected);
        let stating = document.replace("@version", "program").replace("\"host\": {\"name\": \"a\"}", "\"user\": \"a\"");
        for other in [&stating, &document.replace(": ", " "), &document.replace("\\n", " "), "{}", ""] {
            assert_eq!(text(other), None, "{other}");
        }
    }

    #[test]
    fn a_trace_in_a_pair_stands_on_lines() {
        let text = "level=error program=CRS008 stack_trace=\"a.b.C: \\\"x\\\"\\n\\tat a.B.c(B.java:1)\\nCaused by: d.E\\n\\tat a.B.d(B.java:2)\" user=JDOE\n";
        let plain = traces(text).expect("a trace");
        assert_eq!(plain.len(), text.len());
        let expected = "level=error program=CRS008|a.b.C: \"x\"|\tat a.B.c(B.java:1)|Caused by: d.E|\tat a.B.d(B.java:2)   user=JDOE";
        assert_eq!(plain.lines().map(str::trim_end).collect::<Vec<_>>().join("|"), expected);
        for other in ["x stack=\"a\\n\\tat b.C.d(C.java:1)\"\n", "a=1 b=2 c=\"d\\n\\tat e", "a=1 b=2 c=\"d\"\n", ""] {
            assert_eq!(traces(other), None, "{other}");
        }
    }
}
