//! A body laid out for reading by what it is: XML, JSON, a form, parts, or bytes. What is laid out never differs from
//! what was sent in more than white space; what can't be laid out is shown as it came, and says so.

use std::ops::Range;

use mwscope_parsers::http::multipart::Piece;
use mwscope_parsers::http::{MediaType, form};
use mwscope_parsers::xml::{self, Laid};

use crate::model::{Headers, coding};
use crate::query::text_of;
use crate::report::{self, body::json};
use crate::tui::model::folds::FoldOf;
use crate::tui::model::page::{Shape, View};
use crate::tui::model::text::Text;
use crate::tui::pages::time::size;
use crate::tui::theme::Role;

use super::exchange::hex;
use super::picture;

/// Bytes of a body that are laid out; the rest is named, and `yb` or `mwscope show --body` has it whole.
const LAID_OUT: usize = 256 << 20;
/// Bytes of what is no text that are shown where text is asked for.
const GLANCE: usize = 4 << 10;
/// Bytes of a text whose fields are listed.
const FIELDS: usize = 16 << 20;
/// Parts of a body.
const MOST_PARTS: usize = 1000;

/// Lays out decoded bytes, whose headers say what they are.
pub(super) fn lay_out(out: &mut Text, bytes: &[u8], headers: &Headers, shape: Shape) {
    let kept = &bytes[..bytes.len().min(LAID_OUT)];
    let media = headers.text("content-type").and_then(|value| MediaType::parse(value.as_bytes()));
    let pieces = match shape.view {
        View::Pretty | View::Fields => report::body::pieces(kept, headers),
        View::Raw | View::Hex => Vec::new(),
    };
    if !pieces.is_empty() {
        parts(out, kept, &pieces, shape);
    } else if shape.view != View::Raw && coding::is_binary(kept) {
        glance(out, kept, shape);
    } else {
        text(out, &text_of(kept, headers), media.as_ref(), shape.view);
    }
    left_out(out, bytes.len() - kept.len());
}

/// Says how much of a body isn't shown.
pub(super) fn left_out(out: &mut Text, bytes: usize) {
    if bytes > 0 {
        out.add(&format!("({bytes} more bytes aren't laid out here; yb copies all of it)"), Role::Warn);
    }
}

/// The first bytes of what is no text.
fn glance(out: &mut Text, bytes: &[u8], shape: Shape) {
    if let Some(format) = picture::format(bytes) {
        let length = size(bytes.len() as u64);
        match picture::read(bytes, shape.cells()) {
            Ok((picture, (width, height))) => {
                out.add(&format!("({format} image, {width} x {height}, {length}; hex shows its bytes)"), Role::Dim);
                out.add_picture(picture);
                return;
            }
            Err(why) => {
                out.add(&format!("({format} image, {length}, that can't be drawn: {why})"), Role::Warn);
            }
        }
    }
    out.add(&format!("(no text: {}; hex shows all of it)", size(bytes.len() as u64)), Role::Dim);
    hex(out, &bytes[..bytes.len().min(GLANCE)], shape.row);
}

/// The parts of a package or form, each laid out by what it is.
fn parts(out: &mut Text, body: &[u8], pieces: &[Piece], shape: Shape) {
    for (n, piece) in pieces.iter().take(MOST_PARTS).enumerate() {
        let bytes = body.get(piece.body.clone()).unwrap_or_default();
        let name = piece.name().map_or(String::new(), |name| format!("  {name}"));
        let file = file_name(piece).map_or(String::new(), |file| format!("  file {file}"));
        if n > 0 {
            out.add("", Role::Plain);
        }
        let title = format!("part {} of {}{name}{file}  {}", n + 1, pieces.len(), size(bytes.len() as u64));
        let fold = out.fold(FoldOf::Lines);
        out.add(&title, Role::Title);
        for (name, value) in &piece.headers {
            out.add(&format!("{name}: {value}"), Role::Dim);
        }
        out.add("", Role::Plain);
        let headers = report::body::headers_of(piece);
        match piece.content(body) {
            Some(content) => lay_out(out, &content, &headers, shape),
            None => {
                out.add(&format!("({})", report::body::as_it_came(body, piece)), Role::Warn);
                out.add(&text_of(bytes, &headers), Role::Plain);
            }
        }
        out.end_fold(fold);
    }
    if pieces.len() > MOST_PARTS {
        out.add(&format!("({} more parts aren't laid out here)", pieces.len() - MOST_PARTS), Role::Warn);
    }
}

/// The name of a file that is handed up.
fn file_name(piece: &Piece) -> Option<String> {
    let disposition = MediaType::parse(format!("x/{}", piece.header("Content-Disposition")?).as_bytes())?;
    disposition.parameter("filename").map(str::to_owned)
}

fn is_form(media: Option<&MediaType>) -> bool {
    media.is_some_and(|media| media.essence == "application/x-www-form-urlencoded")
}

fn text(out: &mut Text, text: &str, media: Option<&MediaType>, view: View) {
    match view {
        View::Pretty => {
            let Pretty { text, note, folds } = pretty(text, is_form(media));
            if let Some(note) = note {
                out.add(&note, Role::Warn);
            }
            out.add_folding(&text, &folds, role);
        }
        View::Fields => fields(out, text, is_form(media)),
        View::Raw | View::Hex => {
            out.add_with(text, role);
        }
    }
}

/// Lines of a body that say what went wrong stand out.
fn role(line: &str) -> Role {
    const BAD: [&str; 5] = ["faultstring", "faultcode", ":Reason", "Unable to execute", "NOK"];
    if BAD.iter().any(|bad| line.contains(bad)) { Role::Fail } else { Role::Plain }
}

/// A text laid out for reading.
#[derive(Default)]
struct Pretty {
    text: String,
    /// Why it isn't laid out, where it is not.
    note: Option<String>,
    /// The lines of what can be folded, by their first ones.
    folds: Vec<Range<u32>>,
}

fn pretty(text: &str, form: bool) -> Pretty {
    let as_it_came = |why: String| Some(format!("(shown as it came: {why})"));
    let start = text.trim_start();
    if start.starts_with('<') {
        let Laid { text, problem, elements: folds } = xml::laid(text);
        return Pretty { text, note: problem.and_then(|problem| as_it_came(problem.what)), folds };
    }
    if start.starts_with(['{', '[']) {
        return match json(text) {
            Ok(text) => Pretty { folds: brackets(&text), text, note: None },
            Err(error) => Pretty { text: text.to_owned(), note: as_it_came(error.to_string()), folds: Vec::new() },
        };
    }
    if form || (text.contains('=') && !text.contains(char::is_whitespace)) {
        let line = |pair: form::Pair| format!("{} = {}", pair.name, pair.value);
        let text = form::fields(text).into_iter().map(line).collect::<Vec<_>>().join("\n");
        return Pretty { text, ..Pretty::default() };
    }
    Pretty { text: text.to_owned(), ..Pretty::default() }
}

/// The lines of the objects and arrays of JSON that is laid out: a bracket ends the line that opens one, and begins the
/// line that closes it.
fn brackets(json: &str) -> Vec<Range<u32>> {
    let mut found: Vec<Range<u32>> = Vec::new();
    let mut open = Vec::new();
    for (n, line) in (0_u32..).zip(json.split('\n')) {
        if line.trim_start().starts_with(['}', ']'])
            && let Some(range) = open.pop().and_then(|at: usize| found.get_mut(at))
        {
            *range = range.start..n + 1;
        }
        if line.ends_with(['{', '[']) {
            open.push(found.len());
            found.push(n..n + 1);
        }
    }
    found
}

fn fields(out: &mut Text, text: &str, form: bool) {
    let mut end = text.len().min(FIELDS);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    if end < text.len() {
        let shown = size(end as u64);
        out.add(&format!("(fields of the first {shown}; pretty and raw show the rest)"), Role::Warn);
    }
    let leaves = leaves(&text[..end], form);
    if leaves.is_empty() {
        out.add("(no fields found; v shows the text)", Role::Dim);
    }
    let width = leaves.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0).min(40);
    for (name, value) in leaves {
        out.add_with(&format!("{name:width$}  {}", value.replace('\n', " ")), role);
    }
}

/// The elements of XML, values of JSON, or fields of a form, that have text, with their paths.
fn leaves(text: &str, form: bool) -> Vec<(String, String)> {
    if form {
        return form::fields(text).into_iter().map(|pair| (pair.name, pair.value)).collect();
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Header;

    fn shown(bytes: &[u8], content_type: &str, view: View) -> String {
        let mut out = Text::default();
        lay_out(&mut out, bytes, &Headers(vec![Header::new("Content-Type", content_type)]), Shape { view, row: 16 });
        out.whole()
    }

    #[test]
    fn bodies_are_laid_out_by_what_they_are() {
        assert_eq!(pretty("<a><b>1</b></a>", false).text.trim_end(), "<a>\n  <b>1</b>\n</a>");
        assert_eq!(pretty("a=1&b=x%20y", false).text, "a = 1\nb = x y");
        assert!(pretty("{broken", false).note.is_some_and(|note| note.starts_with("(shown as it came")));
        assert_eq!(shown(b"a=%C3%A4+b", "application/x-www-form-urlencoded", View::Fields), "a  \u{e4} b\n");
        assert_eq!(shown(b"a=1&b", "application/x-www-form-urlencoded", View::Raw), "a=1&b\n");
    }

    #[test]
    fn json_is_laid_out_without_a_change_to_its_values() {
        let sent = r#"{"n":12345678901234567890123.50,"s":"a\\\"{,}:","e":[ ],"o":{ },"l":[1,[2]]}"#;
        let Pretty { text: laid, note, folds } = pretty(sent, false);
        assert_eq!(note, None);
        let expected = "{\n  \"n\": 12345678901234567890123.50,\n  \"s\": \"a\\\\\\\"{,}:\",\n  \"e\": [],\n  \"o\": {},\n  \"l\": [\n    1,\n    [\n      2\n    ]\n  ]\n}";
        assert_eq!(laid, expected);
        assert_eq!(folds, [0..12, 5..11, 7..10], "what is empty takes one line");
        assert_eq!(pretty(&laid, false).text, laid);
        // White space doesn't outgrow what is nested deeply.
        let deep = format!("{}{}", "[".repeat(5000), "]".repeat(5000));
        assert!(pretty(&deep, false).text.len() < 100 * deep.len());
    }

    #[test]
    fn parts_are_shown_one_by_one() {
        let body = b"--b\r\nContent-Type: application/xop+xml\r\nContent-ID: <root>\r\n\r\n<a><b>1</b></a>\r\n--b\r\n\
            Content-Type: image/png\r\nContent-ID: <pic>\r\n\r\n\x89PNG\0\x01\x02\r\n--b--\r\n";
        let package = "multipart/related; boundary=b; type=\"application/xop+xml\"";
        let text = shown(body, package, View::Pretty);
        for line in
            ["part 1 of 2  root  15 B", "Content-ID: <root>", "  <b>1</b>", "part 2 of 2  pic  7 B", "(no text: 7 B"]
        {
            assert!(text.contains(line), "{line}\n{text}");
        }
        assert!(shown(body, package, View::Fields).contains("a/b  1"));
        assert!(shown(body, package, View::Raw).starts_with("--b\n"), "raw is as it came");
        let form = b"--x\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a.csv\"\r\n\r\n1;2\r\n--x--\r\n";
        let text = shown(form, "multipart/form-data; boundary=x", View::Pretty);
        assert!(text.contains("part 1 of 1  f  file a.csv  3 B") && text.contains("1;2"), "{text}");
    }

    #[test]
    fn an_image_is_drawn_and_one_that_cannot_be_shows_its_bytes() {
        // One white point: https://www.w3.org/Graphics/GIF/spec-gif89a.txt
        let dot = b"GIF89a\x01\0\x01\0\x80\0\0\xff\xff\xff\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";
        let mut out = Text::default();
        lay_out(&mut out, dot, &Headers::default(), Shape { view: View::Pretty, row: 16 });
        assert_eq!(out.whole(), "(GIF image, 1 x 1, 35 B; hex shows its bytes)\n@\n");
        assert_eq!(out.picture(1).first().and_then(|cell| cell.upper), Some([255; 3]));
        assert!(out.wrapped(60).picture(1).len() == 1 && out.picture(0).is_empty());
        let damaged = shown(&dot[..20], "image/gif", View::Pretty);
        assert!(damaged.contains("that can't be drawn: ") && damaged.contains("47 49 46 38"), "{damaged}");
    }

    #[test]
    fn fields_have_their_paths() {
        let xml = "<e:Envelope><e:Body><Create><FACI>A01</FACI><x/></Create></e:Body></e:Envelope>";
        assert_eq!(leaves(xml, false), [("Create/FACI".to_owned(), "A01".to_owned())]);
        let json = "{\"a\":[{\"b\":1},\"c\"]}";
        assert_eq!(leaves(json, false), [("a[0]/b".into(), "1".into()), ("a[1]".into(), "c".into())]);
    }
}
