//! An exchange's halves as text to read: pretty, fields, raw or hex; and two exchanges compared. Bodies are loaded
//! and decoded here, off the draw path.

use std::collections::HashMap;
use std::fmt::Write as _;

use mwscope_parsers::xml;

use crate::compare::{self, Content, Kind, Row, Volatile};
use crate::model::{Body, BodyState, Exchange, ExchangeId, Headers};
use crate::query::{Surroundings, decoded, text_of};
use crate::tui::model::page::{CompareRow, RowKind, Side, View};
use crate::tui::model::text::Text;
use crate::tui::pages;
use crate::tui::theme::Role;

use super::{Answer, mask};

/// Bytes of a body that are laid out; the rest is named, and `yb` or `mwscope show --body` has it whole.
const LAID_OUT: usize = 4 << 20;

/// Request and answer of an exchange as texts.
pub(super) fn halves(around: &Surroundings, id: ExchangeId, view: View) -> (Text, Text) {
    let Some(x) = mask::whole(&around.gathered, id) else {
        return (Text::plain("this call isn't there any more"), Text::default());
    };
    let x = &x;
    let mut request = Text::default();
    let line = format!("{} {} {}", x.request.method, x.request.target, x.request.version);
    request.add(line.trim_end(), Role::Title);
    half(&mut request, around, x, Side::Request, view);
    let mut answer = Text::default();
    answered(&mut answer, around, x, view);
    (request, answer)
}

/// Adds the answer of an exchange, or what became of it without one.
pub(super) fn answered(answer: &mut Text, around: &Surroundings, x: &Exchange, view: View) {
    for interim in &x.interim {
        answer.add(&format!("{} {} (interim)", interim.status, interim.reason), Role::Dim);
    }
    match &x.response {
        Some(r) => {
            let role = if r.status >= 400 { Role::Fail } else { Role::Title };
            answer.add(format!("{} {} {}", r.version, r.status, r.reason).trim(), role);
            half(answer, around, x, Side::Answer, view);
        }
        None => {
            answer.add("no answer", Role::Fail);
        }
    }
    pages::facts(answer, x);
}

fn part(x: &Exchange, side: Side) -> Option<(&Headers, &Body, Option<&[u8]>, &Headers)> {
    match side {
        Side::Request => Some((&x.request.headers, &x.request.body, x.request.head.as_deref(), &x.request.trailers)),
        Side::Joined => None,
        Side::Answer => x.response.as_ref().map(|r| (&r.headers, &r.body, r.head.as_deref(), &r.trailers)),
    }
}

fn half(out: &mut Text, around: &Surroundings, x: &Exchange, side: Side, view: View) {
    let Some((headers, body, head, trailers)) = part(x, side) else { return };
    match (view, head) {
        (View::Hex, Some(head)) => hex(out, head, 0),
        (View::Fields, _) => {
            if side == Side::Request {
                pages::call_fields(out, x);
            }
        }
        _ => {
            for h in &headers.0 {
                out.add(&format!("{}: {}", h.name, h.text()), Role::Dim);
            }
        }
    }
    out.add("", Role::Plain);
    body_lines(out, around, headers, body, view);
    for h in &trailers.0 {
        out.add(&format!("trailer  {}: {}", h.name, h.text()), Role::Dim);
    }
}

fn body_lines(out: &mut Text, around: &Surroundings, headers: &Headers, body: &Body, view: View) {
    match &body.state {
        BodyState::Whole if body.len == 0 => {
            out.add("(no body)", Role::Dim);
            return;
        }
        BodyState::Whole => {}
        BodyState::Cut => {
            out.add(&format!("(cut: only the first bytes of {} were kept)", body.len), Role::Warn);
        }
        BodyState::Dropped => {
            out.add("(not kept: the recording could not keep up, and traffic comes first)", Role::Warn);
        }
        BodyState::Withheld(why) => {
            out.add(&format!("(not kept: {why})"), Role::Warn);
        }
        BodyState::Absent => {
            out.add("(the source doesn't hold the body)", Role::Warn);
        }
    }
    if view == View::Hex {
        match around.gathered.bodies.load(body) {
            Ok(bytes) => hex(out, &bytes[..bytes.len().min(LAID_OUT)], 0),
            Err(error) => {
                out.add(&format!("(can't be read: {error})"), Role::Fail);
            }
        }
        return;
    }
    match decoded(around.gathered.bodies.as_ref(), body) {
        Ok(d) => {
            if let Some(trouble) = &d.trouble {
                out.add(&format!("({trouble})"), Role::Warn);
            }
            text_lines(out, &d.bytes, headers, view);
        }
        Err(error) => {
            out.add(&format!("(can't be read: {error})"), Role::Fail);
        }
    }
}

fn text_lines(out: &mut Text, bytes: &[u8], headers: &Headers, view: View) {
    let kept = &bytes[..bytes.len().min(LAID_OUT)];
    let text = text_of(kept, headers);
    match view {
        View::Pretty if bytes.len() == kept.len() => {
            let (pretty, note) = pretty(&text);
            if let Some(note) = note {
                out.add(&note, Role::Warn);
            }
            out.add_with(&pretty, body_role);
        }
        View::Fields => fields(out, &text),
        _ => {
            out.add_with(&text, body_role);
        }
    }
    if bytes.len() > kept.len() {
        let rest = bytes.len() - kept.len();
        out.add(&format!("({rest} more bytes aren't laid out here; yb copies all of it)"), Role::Warn);
    }
}

/// Lines of a body that say what went wrong stand out.
fn body_role(line: &str) -> Role {
    const BAD: [&str; 5] = ["faultstring", "faultcode", ":Reason", "Unable to execute", "NOK"];
    if BAD.iter().any(|bad| line.contains(bad)) { Role::Fail } else { Role::Plain }
}

/// The text laid out for reading, and why it isn't where it is not.
fn pretty(text: &str) -> (String, Option<String>) {
    let start = text.trim_start();
    if start.starts_with('<') {
        let (pretty, problem) = xml::pretty(text);
        return (pretty, problem.map(|p| format!("(shown as it came: {})", p.what)));
    }
    if start.starts_with(['{', '[']) {
        return match serde_json::from_str::<serde_json::Value>(text) {
            Ok(value) => (serde_json::to_string_pretty(&value).unwrap_or_else(|_| text.to_owned()), None),
            Err(error) => (text.to_owned(), Some(format!("(shown as it came: {error})"))),
        };
    }
    if text.contains('=') && !text.contains(char::is_whitespace) {
        return (text.split('&').collect::<Vec<_>>().join("\n"), None);
    }
    (text.to_owned(), None)
}

fn fields(out: &mut Text, text: &str) {
    let leaves = leaves(text);
    if leaves.is_empty() {
        out.add("(no fields found; v shows the text)", Role::Dim);
    }
    let width = leaves.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0).min(40);
    for (name, value) in leaves {
        out.add_with(&format!("{name:width$}  {}", value.replace('\n', " ")), body_role);
    }
}

/// The elements of XML, or values of JSON, that have text, with their paths.
fn leaves(text: &str) -> Vec<(String, String)> {
    if text.trim_start().starts_with(['{', '[']) {
        let mut out = Vec::new();
        if let Ok(value) = serde_json::from_str::<serde_json::Value>(text) {
            json_leaves("", &value, &mut out);
        }
        return out;
    }
    let document = xml::read(text);
    let path = |mut at: usize| {
        let mut names = Vec::new();
        while let Some(element) = document.elements.get(at) {
            if !matches!(element.name, "Envelope" | "Body") {
                names.push(element.name);
            }
            match element.parent {
                Some(parent) => at = parent,
                None => break,
            }
        }
        names.reverse();
        names.join("/")
    };
    let leaf = |(at, element): (usize, &xml::Element)| {
        let value = element.text.trim();
        (document.is_leaf(at) && !value.is_empty()).then(|| (path(at), value.to_owned()))
    };
    document.elements.iter().enumerate().filter_map(leaf).collect()
}

fn json_leaves(path: &str, value: &serde_json::Value, out: &mut Vec<(String, String)>) {
    // Depth is bounded: the reader refuses more than 128 levels.
    match value {
        serde_json::Value::Object(map) => {
            for (name, value) in map {
                let path = if path.is_empty() { name.clone() } else { format!("{path}/{name}") };
                json_leaves(&path, value, out);
            }
        }
        serde_json::Value::Array(items) => {
            for (n, value) in items.iter().enumerate() {
                json_leaves(&format!("{path}[{n}]"), value, out);
            }
        }
        serde_json::Value::String(text) => out.push((path.to_owned(), text.clone())),
        other => out.push((path.to_owned(), other.to_string())),
    }
}

/// Bytes sixteen to a line.
pub(in crate::tui) fn hex(out: &mut Text, bytes: &[u8], from: usize) {
    for (n, row) in bytes.chunks(16).enumerate() {
        let mut line = format!("{:08x}  ", from + n * 16);
        for at in 0..16 {
            let written = match row.get(at) {
                Some(byte) => write!(line, "{byte:02x} "),
                None => write!(line, "   "),
            };
            debug_assert!(written.is_ok(), "writing to a string can't fail");
            if at == 7 {
                line.push(' ');
            }
        }
        line.push(' ');
        line.extend(row.iter().map(|b| if (0x20..0x7f).contains(b) { char::from(*b) } else { '.' }));
        out.add(&line, Role::Plain);
    }
}

/// The decoded body of one half as text, for the clipboard.
pub(super) fn body_text(around: &Surroundings, id: ExchangeId, side: Side) -> Answer {
    let text = mask::whole(&around.gathered, id).and_then(|x| {
        let (headers, body, ..) = part(&x, side)?;
        let decoded = decoded(around.gathered.bodies.as_ref(), body).ok()?;
        (!decoded.bytes.is_empty()).then(|| text_of(&decoded.bytes, headers))
    });
    Answer::CopyText(text.unwrap_or_default())
}

/// Two calls element by element, matched by path.
pub(super) fn compare(around: &Surroundings, left: ExchangeId, right: ExchangeId) -> Vec<CompareRow> {
    let masked = |id| mask::whole(&around.gathered, id);
    let (Some(a), Some(b)) = (masked(left), masked(right)) else { return Vec::new() };
    let (a, b) = (&a, &b);
    let mut rows = Vec::new();
    section(&mut rows, "Call", pages::call_facts(a), pages::call_facts(b));
    bodies(&mut rows, "Request body", &content(around, a, Side::Request), &content(around, b, Side::Request));
    bodies(&mut rows, "Answer body", &content(around, a, Side::Answer), &content(around, b, Side::Answer));
    section(&mut rows, "Request headers", headers(a, Side::Request), headers(b, Side::Request));
    section(&mut rows, "Answer headers", headers(a, Side::Answer), headers(b, Side::Answer));
    rows
}

fn headers(x: &Exchange, side: Side) -> Vec<(String, String)> {
    let Some((headers, ..)) = part(x, side) else { return Vec::new() };
    headers.0.iter().map(|h| (h.name.to_ascii_lowercase(), h.text().into_owned())).collect()
}

/// The body of one half, as far as it is laid out.
fn content(around: &Surroundings, x: &Exchange, side: Side) -> Content {
    let Some((headers, body, ..)) = part(x, side) else { return Content::default() };
    let Ok(decoded) = decoded(around.gathered.bodies.as_ref(), body) else { return Content::default() };
    let bytes = decoded.bytes.slice(..decoded.bytes.len().min(LAID_OUT));
    Content { bytes, content_type: headers.text("content-type").unwrap_or_default() }
}

/// Adds the rows of two bodies, which are compared as what they mean: by element, member or line, whatever moved.
fn bodies(rows: &mut Vec<CompareRow>, title: &str, left: &Content, right: &Content) {
    if left.bytes.is_empty() && right.bytes.is_empty() {
        return;
    }
    rows.push(CompareRow { name: title.to_owned(), left: None, right: None, kind: RowKind::Head });
    for Row { path, kind, left, right } in compare::side_by_side(left, right, &Volatile::default()) {
        let name = path.strip_prefix("/Envelope/Body").unwrap_or(&path).trim_start_matches('/');
        let name = if name.is_empty() { path.clone() } else { name.to_owned() };
        let (name, left, right, kind) = match kind {
            None => (name, left, right, RowKind::Equal),
            Some(Kind::Changed) => (name, left, right, RowKind::Differs),
            Some(Kind::Removed) => (name, left, right, RowKind::OnlyLeft),
            Some(Kind::Added) => (name, left, right, RowKind::OnlyRight),
            Some(Kind::Moved) => (format!("{name} moved"), left, right, RowKind::Differs),
        };
        rows.push(CompareRow { name, left, right, kind });
    }
}

type Pairs = Vec<(String, String)>;

/// Adds the rows of one part: what both have in the left one's order, then what only the right has.
fn section(rows: &mut Vec<CompareRow>, title: &str, left: Pairs, right: Pairs) {
    if left.is_empty() && right.is_empty() {
        return;
    }
    rows.push(CompareRow { name: title.to_owned(), left: None, right: None, kind: RowKind::Head });
    let mut others: HashMap<(String, usize), String> = HashMap::new();
    let mut order = Vec::new();
    let mut seen: HashMap<String, usize> = HashMap::new();
    for (name, value) in right {
        let n = seen.entry(name.clone()).or_default();
        order.push((name.clone(), *n));
        others.insert((name, *n), value);
        *n += 1;
    }
    seen.clear();
    for (name, value) in left {
        let n = seen.entry(name.clone()).or_default();
        let other = others.remove(&(name.clone(), *n));
        *n += 1;
        let kind = match &other {
            None => RowKind::OnlyLeft,
            Some(other) if *other == value => RowKind::Equal,
            Some(_) => RowKind::Differs,
        };
        rows.push(CompareRow { name, left: Some(value), right: other, kind });
    }
    for key in order {
        if let Some(value) = others.remove(&key) {
            rows.push(CompareRow { name: key.0, left: None, right: Some(value), kind: RowKind::OnlyRight });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_laid_out_by_what_they_are() {
        assert_eq!(pretty("<a><b>1</b></a>").0.trim_end(), "<a>\n  <b>1</b>\n</a>");
        assert_eq!(pretty("{\"a\":[1]}").0, "{\n  \"a\": [\n    1\n  ]\n}");
        assert_eq!(pretty("a=1&b=2").0, "a=1\nb=2");
        assert!(pretty("{broken").1.is_some_and(|note| note.starts_with("(shown as it came")));
    }

    #[test]
    fn fields_have_their_paths() {
        let xml = "<e:Envelope><e:Body><Create><FACI>A01</FACI><x/></Create></e:Body></e:Envelope>";
        assert_eq!(leaves(xml), [("Create/FACI".to_owned(), "A01".to_owned())]);
        assert_eq!(leaves("{\"a\":[{\"b\":1},\"c\"]}"), [("a[0]/b".into(), "1".into()), ("a[1]".into(), "c".into())]);
    }

    #[test]
    fn elements_are_matched_by_path_and_number() {
        let pairs = |text: &str| -> Pairs {
            text.split(' ').filter_map(|p| p.split_once('=')).map(|(n, v)| (n.into(), v.into())).collect()
        };
        let mut rows = Vec::new();
        section(&mut rows, "Body", pairs("a=1 b=2 b=3 c=4"), pairs("a=1 b=5 d=6"));
        let kinds: Vec<_> = rows.iter().map(|r| (r.name.as_str(), r.kind)).collect();
        assert_eq!(
            kinds,
            [
                ("Body", RowKind::Head),
                ("a", RowKind::Equal),
                ("b", RowKind::Differs),
                ("b", RowKind::OnlyLeft),
                ("c", RowKind::OnlyLeft),
                ("d", RowKind::OnlyRight),
            ]
        );
    }

    #[test]
    fn hex_shows_every_byte() {
        let mut text = Text::default();
        hex(&mut text, b"GET /\x00\xff 12345678901", 0);
        assert_eq!(
            text.whole(),
            "00000000  47 45 54 20 2f 00 ff 20  31 32 33 34 35 36 37 38  GET /.. 12345678\n\
             00000010  39 30 31                                          901\n"
        );
    }
}
