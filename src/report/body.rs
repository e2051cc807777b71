//! A body for reading: content coding off, charset applied, XML and JSON laid out. It changes white space between
//! tags and tokens only.

use bytes::Bytes;
use mwscope_parsers::http::MediaType;
use mwscope_parsers::http::multipart::{self, Piece};
use mwscope_parsers::xml;

use crate::model::{Body, BodyState, Header, Headers, coding};

/// Levels that are indented: the white space of deeper ones would outgrow the text.
const DEEPEST: usize = 40;

/// A body as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The text, laid out where it is XML or JSON; `None` where it is no text or there is none.
    pub text: Option<String>,
    /// What is to be said about it: why it is missing, cut or not text; what is wrong with it.
    pub remarks: Vec<String>,
    /// The parts of a `multipart/*` body, which has no text of its own.
    pub parts: Vec<Part>,
}

/// One part of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// What it is called: the field of a form, or its `Content-ID`.
    pub name: Option<String>,
    /// Its headers.
    pub headers: Headers,
    /// Bytes that it takes in the message.
    pub len: usize,
    /// What it holds.
    pub shown: Shown,
}

/// Parts that are shown of a body.
const MOST_PARTS: usize = 1000;
/// Packages in packages that are opened.
const DEEPEST_PART: usize = 8;

/// Makes a body readable; `kept` are its kept bytes.
#[must_use]
pub fn show(body: &Body, kept: &Bytes, headers: &Headers) -> Shown {
    let mut remarks: Vec<_> = state(body).into_iter().collect();
    let decoded = coding::decode(body, kept);
    remarks.extend(decoded.trouble);
    let mut shown = readable(&decoded.bytes, headers, 0);
    shown.remarks.splice(0..0, remarks);
    shown
}

/// The parts of a `multipart/*` body, as its headers announce them; none of any other.
#[must_use]
pub fn pieces(bytes: &[u8], headers: &Headers) -> Vec<Piece> {
    media(headers).map(|media| pieces_of(bytes, &media)).unwrap_or_default()
}

fn pieces_of(bytes: &[u8], media: &MediaType) -> Vec<Piece> {
    let boundary = media.parameter("boundary").filter(|_| media.essence.starts_with("multipart/"));
    boundary.map(|boundary| multipart::pieces(bytes, boundary)).unwrap_or_default()
}

/// The headers of a part.
#[must_use]
pub fn headers_of(piece: &Piece) -> Headers {
    Headers(piece.headers.iter().map(|(name, value)| Header::new(name.clone(), value)).collect())
}

/// Why a part is shown as it came: its transfer encoding can't be taken off.
#[must_use]
pub fn as_it_came(body: &[u8], piece: &Piece) -> &'static str {
    let bytes = body.get(piece.body.clone()).unwrap_or_default();
    if bytes.iter().all(|byte| *byte == b'*' || byte.is_ascii_whitespace()) {
        return "masked as a whole: secrets aren't looked for in what is encoded so";
    }
    "shown as it came: it isn't written in the transfer encoding that it names"
}

fn media(headers: &Headers) -> Option<MediaType> {
    headers.text("content-type").and_then(|value| MediaType::parse(value.as_bytes()))
}

fn readable(bytes: &[u8], headers: &Headers, depth: usize) -> Shown {
    let mut shown = Shown { text: None, remarks: Vec::new(), parts: Vec::new() };
    if bytes.is_empty() {
        return shown;
    }
    let media = media(headers);
    let kind = media.as_ref().map_or("unknown kind", |media| media.essence.as_str());
    let opened = media.as_ref().filter(|_| depth < DEEPEST_PART);
    let pieces = opened.map(|media| pieces_of(bytes, media)).unwrap_or_default();
    if !pieces.is_empty() {
        shown.remarks.push(format!("{} bytes of {kind} in {} parts", bytes.len(), pieces.len()));
        shown.parts = pieces.iter().take(MOST_PARTS).map(|piece| part(bytes, piece, depth + 1)).collect();
        return shown;
    }
    if coding::is_binary(bytes) {
        shown.remarks.push(format!("{} bytes of {kind}", bytes.len()));
        return shown;
    }
    let text = xml::decode(bytes, media.as_ref().and_then(|media| media.parameter("charset")));
    shown.remarks.extend(text.problems.iter().map(|problem| problem.what.clone()));
    let (page, problem) = lay_out(&text.text);
    shown.remarks.extend(problem);
    shown.text = Some(page);
    shown
}

fn part(body: &[u8], piece: &Piece, depth: usize) -> Part {
    let headers = headers_of(piece);
    let shown = match piece.content(body) {
        Some(content) => readable(&content, &headers, depth),
        None => {
            let mut shown = readable(body.get(piece.body.clone()).unwrap_or_default(), &headers, depth);
            shown.remarks.push(as_it_came(body, piece).to_owned());
            shown
        }
    };
    Part { name: piece.name(), headers, len: piece.body.len(), shown }
}

fn state(body: &Body) -> Option<String> {
    match &body.state {
        BodyState::Whole => None,
        BodyState::Cut => Some(format!("only the beginning of {} bytes was kept", body.len)),
        BodyState::Dropped => Some(format!("{} bytes were not recorded: the recording could not keep up", body.len)),
        BodyState::Withheld(why) => Some(format!("{} bytes are withheld: {why}", body.len)),
        BodyState::Absent => Some(format!("{} bytes that the source doesn't hold", body.len)),
    }
}

/// The text laid out, and what is wrong with it where it is almost XML.
fn lay_out(text: &str) -> (String, Option<String>) {
    match text.trim_start().bytes().next() {
        Some(b'<') => {
            let (page, problem) = xml::pretty(text);
            (page, problem.map(|problem| format!("not well-formed: {} at byte {}", problem.what, problem.offset)))
        }
        Some(b'{' | b'[') => (json(text).unwrap_or_else(|_| text.to_owned()), None),
        _ => (text.to_owned(), None),
    }
}

/// JSON with a line for each member, two spaces a level; nothing but white space between its tokens changes, so that
/// numbers stay as they were sent.
///
/// # Errors
/// Where it is no JSON.
pub fn json(text: &str) -> Result<String, serde_json::Error> {
    serde_json::from_str::<serde::de::IgnoredAny>(text)?;
    let mut out = String::with_capacity(text.len() + text.len() / 4);
    let mut depth = 0_usize;
    let (mut quoted, mut escaped) = (false, false);
    let mut signs = text.chars().peekable();
    let new_line = |out: &mut String, depth: usize| {
        out.push('\n');
        out.extend(std::iter::repeat_n("  ", depth.min(DEEPEST)));
    };
    while let Some(c) = signs.next() {
        if quoted {
            out.push(c);
            quoted = escaped || c != '"';
            escaped = !escaped && c == '\\';
            continue;
        }
        match c {
            c if c.is_ascii_whitespace() => {}
            '"' => {
                quoted = true;
                out.push(c);
            }
            '{' | '[' => {
                out.push(c);
                while signs.peek().is_some_and(char::is_ascii_whitespace) {
                    signs.next();
                }
                if signs.peek().is_some_and(|next| matches!(next, '}' | ']')) {
                    out.extend(signs.next());
                } else {
                    depth += 1;
                    new_line(&mut out, depth);
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                new_line(&mut out, depth);
                out.push(c);
            }
            ',' => {
                out.push(c);
                new_line(&mut out, depth);
            }
            ':' => out.push_str(": "),
            c => out.push(c),
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Header;

    fn shown(bytes: &'static [u8], content_type: &str) -> Shown {
        let bytes = Bytes::from_static(bytes);
        show(&Body::whole(bytes.clone()), &bytes, &Headers(vec![Header::new("Content-Type", content_type)]))
    }

    #[test]
    fn xml_and_json_are_laid_out() {
        let text = |bytes, kind| shown(bytes, kind).text.unwrap_or_default();
        assert_eq!(text(b"<a><b>1</b></a>", "text/xml"), "<a>\n  <b>1</b>\n</a>");
        assert_eq!(text(b"<a>\xe9</a>", "text/xml; charset=\"ISO-8859-1\""), "<a>é</a>");
        let soap_12 = "application/soap+xml; charset=ISO-8859-1; action=\"urn:x\"";
        assert_eq!(text(b"<a>\xe9</a>", soap_12), "<a>é</a>");
        assert_eq!(
            text(b"{\"a\":[1.10, {}, []],\"b\":\"x , \\\" {\"}", "application/json"),
            "{\n  \"a\": [\n    1.10,\n    {},\n    []\n  ],\n  \"b\": \"x , \\\" {\"\n}"
        );
        assert_eq!(text(b"{not json", "application/json"), "{not json");
        assert_eq!(text(b"plain", ""), "plain");
    }

    #[test]
    fn the_parts_of_a_package_are_shown_one_by_one() {
        let package = b"--b\r\nContent-Type: application/xop+xml\r\nContent-ID: <root>\r\n\r\n<a><b/></a>\r\n\
            --b\r\nContent-ID: <pic>\r\nContent-Type: image/png\r\n\r\n\x89PNG\0\r\n\
            --b\r\nContent-Transfer-Encoding: base64\r\nContent-Type: text/plain\r\n\r\naGFsbG8=\r\n\
            --b\r\nContent-Transfer-Encoding: base64\r\n\r\n****\r\n--b--";
        let shown = shown(package, "multipart/related; boundary=\"b\"");
        assert_eq!(shown.remarks, ["264 bytes of multipart/related in 4 parts"]);
        let told: Vec<_> = shown.parts.iter().map(|p| (p.name.as_deref(), p.shown.text.as_deref(), p.len)).collect();
        let wanted = [
            (Some("root"), Some("<a>\n  <b/>\n</a>"), 11),
            (Some("pic"), None, 5),
            (None, Some("hallo"), 8),
            (None, Some("****"), 4),
        ];
        assert_eq!(told, wanted);
        assert_eq!(shown.parts[1].shown.remarks, ["5 bytes of image/png"]);
        assert!(shown.parts[3].shown.remarks[0].starts_with("masked as a whole"), "{:?}", shown.parts[3]);
    }

    #[test]
    fn what_cannot_be_shown_is_said() {
        assert_eq!(shown(b"\x00\x01\x02", "image/png").remarks, ["3 bytes of image/png"]);
        let broken = shown(b"<a>1 & 2</a>", "text/xml");
        assert_eq!(broken.text.as_deref(), Some("<a>1 & 2</a>"));
        assert!(broken.remarks[0].contains("not well-formed"));
        let absent = Body { len: 7, state: BodyState::Absent, ..Body::default() };
        assert_eq!(show(&absent, &Bytes::new(), &Headers::default()).remarks, ["7 bytes that the source doesn't hold"]);
    }
}
