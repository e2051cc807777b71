//! An exchange's halves as text to read: pretty, fields, raw or hex; and two exchanges compared. Bodies are loaded
//! and decoded here, off the draw path.

use std::collections::HashMap;
use std::fmt::Write as _;

use crate::compare::{self, Content, Kind, Row, Volatile};
use crate::model::{Body, BodyState, Exchange, ExchangeId, Headers};
use crate::query::{Surroundings, decoded, text_of};
use crate::tui::model::folds::FoldOf;
use crate::tui::model::page::{CompareRow, RowKind, Shape, Side, View};
use crate::tui::model::text::Text;
use crate::tui::pages;
use crate::tui::theme::Role;

use super::{Answer, Cancel, body, mask};

/// Bytes of a body that are compared.
const COMPARED: usize = 4 << 20;
/// Bytes of a body that are written in hexadecimal digits: a line for each 16 of them.
const HEX: usize = 32 << 20;
/// What is larger than this takes a moment to be read, which is said meanwhile.
const LARGE: u64 = 1 << 20;

/// Bytes of an exchange's bodies.
fn bodies_len(around: &Surroundings, id: ExchangeId) -> [u64; 2] {
    let sizes = |x: &Exchange| [x.request.body.len, x.response.as_ref().map_or(0, |r| r.body.len)];
    around.gathered.exchange(id).map_or([0, 0], sizes)
}

/// Whether reading the bodies of an exchange takes longer than a picture waits.
pub(super) fn is_large(around: &Surroundings, id: ExchangeId) -> bool {
    bodies_len(around, id).iter().sum::<u64>() > LARGE || has_picture(around, id)
}

/// Whether an exchange says that it holds an image: few bytes can make many points.
fn has_picture(around: &Surroundings, id: ExchangeId) -> bool {
    let is_picture = |headers: &Headers| {
        let media = headers.text("content-type").unwrap_or_default().trim_start().to_ascii_lowercase();
        media.starts_with("image/") || media.starts_with("multipart/")
    };
    around.gathered.exchange(id).is_some_and(|x| {
        is_picture(&x.request.headers) || x.response.as_ref().is_some_and(|answer| is_picture(&answer.headers))
    })
}

/// Request and answer of an exchange with large bodies, while they are being read.
pub(super) fn meanwhile(around: &Surroundings, id: ExchangeId) -> (Text, Text) {
    let reading = |bytes| Text::plain(&format!("reading {} ... (Esc goes back)", pages::time::size(bytes)));
    bodies_len(around, id).map(reading).into()
}

/// Request and answer of an exchange as texts.
pub(super) fn halves(around: &Surroundings, id: ExchangeId, shape: Shape, cancel: &Cancel) -> (Text, Text) {
    let Some(x) = mask::whole(&around.gathered, id) else {
        return (Text::plain("this call isn't there any more"), Text::default());
    };
    let x = &x;
    let mut request = Text::default();
    let line = format!("{} {} {}", x.request.method, x.request.target, x.request.version);
    request.add(line.trim_end(), Role::Title);
    half(&mut request, around, x, Side::Request, shape);
    if cancel.cancelled() {
        return (request, Text::default());
    }
    let mut answer = Text::default();
    answered(&mut answer, around, x, shape);
    (request, answer)
}

/// Adds the answer of an exchange, or what became of it without one.
pub(super) fn answered(answer: &mut Text, around: &Surroundings, x: &Exchange, shape: Shape) {
    for interim in &x.interim {
        answer.add(&format!("{} {} (interim)", interim.status, interim.reason), Role::Dim);
    }
    match &x.response {
        Some(r) => {
            let role = if r.status >= 400 { Role::Fail } else { Role::Title };
            answer.add(format!("{} {} {}", r.version, r.status, r.reason).trim(), role);
            half(answer, around, x, Side::Answer, shape);
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

fn half(out: &mut Text, around: &Surroundings, x: &Exchange, side: Side, shape: Shape) {
    let Some((headers, body, head, trailers)) = part(x, side) else { return };
    match (shape.view, head) {
        (View::Hex, Some(head)) => hex(out, head, shape.row),
        // As on the wire: order, letter case and spaces of the source; its first line stands above already.
        (View::Raw, Some(head)) => {
            let text = String::from_utf8_lossy(head);
            let lines = text.split_once('\n').map_or("", |(_, rest)| rest);
            out.add(lines.trim_end_matches(['\r', '\n']), Role::Dim);
        }
        (View::Fields, _) => {
            if side == Side::Request {
                pages::call_fields(out, x);
            }
        }
        _ => {
            let fold = out.fold_below(FoldOf::Lines);
            for h in &headers.0 {
                out.add(&format!("{}: {}", h.name, h.text()), Role::Dim);
            }
            out.end_fold(fold);
        }
    }
    out.add("", Role::Plain);
    body_lines(out, around, headers, body, shape);
    for h in &trailers.0 {
        out.add(&format!("trailer  {}: {}", h.name, h.text()), Role::Dim);
    }
}

fn body_lines(out: &mut Text, around: &Surroundings, headers: &Headers, body: &Body, shape: Shape) {
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
    if shape.view == View::Hex {
        match around.gathered.bodies.load(body) {
            Ok(bytes) => {
                hex(out, &bytes[..bytes.len().min(HEX)], shape.row);
                body::left_out(out, bytes.len().saturating_sub(HEX));
            }
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
            if shape.view == View::Raw && !body.codings.is_empty() {
                let codings = body.codings.join(", ");
                out.add(
                    &format!("(sent as {codings}: hex shows the bytes as sent; decoded, and not laid out:)"),
                    Role::Warn,
                );
            }
            body::lay_out(out, &d.bytes, headers, shape);
        }
        Err(error) => {
            out.add(&format!("(can't be read: {error})"), Role::Fail);
        }
    }
}

/// Bytes, so many to a line.
pub(in crate::tui) fn hex(out: &mut Text, bytes: &[u8], row: usize) {
    for (n, chunk) in bytes.chunks(row.max(1)).enumerate() {
        let mut line = format!("{:08x}  ", n * row);
        for at in 0..row {
            let written = match chunk.get(at) {
                Some(byte) => write!(line, "{byte:02x} "),
                None => write!(line, "   "),
            };
            debug_assert!(written.is_ok(), "writing to a string can't fail");
            if at == 7 {
                line.push(' ');
            }
        }
        line.push(' ');
        line.extend(chunk.iter().map(|b| if (0x20..0x7f).contains(b) { char::from(*b) } else { '.' }));
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
    let bytes = decoded.bytes.slice(..decoded.bytes.len().min(COMPARED));
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
        hex(&mut text, b"GET /\x00\xff 12345678901", 16);
        assert_eq!(
            text.whole(),
            "00000000  47 45 54 20 2f 00 ff 20  31 32 33 34 35 36 37 38  GET /.. 12345678\n\
             00000010  39 30 31                                          901\n"
        );
    }
}
