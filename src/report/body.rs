//! A body for reading: content coding off, charset applied, XML and JSON laid out. It changes white space between
//! tags and tokens only.

use bytes::Bytes;
use mwscope_parsers::xml;

use crate::model::{Body, BodyState, Headers, coding};

/// Levels that are indented: the white space of deeper ones would outgrow the text.
const DEEPEST: usize = 40;

/// A body as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The text, laid out where it is XML or JSON; `None` where it is no text or there is none.
    pub text: Option<String>,
    /// What is to be said about it: why it is missing, cut or not text; what is wrong with it.
    pub remarks: Vec<String>,
}

/// Makes a body readable; `kept` are its kept bytes.
#[must_use]
pub fn show(body: &Body, kept: &Bytes, headers: &Headers) -> Shown {
    let mut remarks: Vec<_> = state(body).into_iter().collect();
    let decoded = coding::decode(body, kept);
    remarks.extend(decoded.trouble);
    if decoded.bytes.is_empty() {
        return Shown { text: None, remarks };
    }
    let content_type = headers.text("content-type").unwrap_or_default().to_ascii_lowercase();
    if coding::is_binary(&decoded.bytes) {
        let kind = content_type.split(';').next().filter(|kind| !kind.is_empty()).unwrap_or("unknown kind");
        remarks.push(format!("{} bytes of {kind}", decoded.bytes.len()));
        return Shown { text: None, remarks };
    }
    let charset = content_type.split("charset=").nth(1).map(|rest| rest.trim_matches(['"', ' ', ';']));
    let text = xml::decode(&decoded.bytes, charset);
    remarks.extend(text.problems.iter().map(|problem| problem.what.clone()));
    let (page, problem) = lay_out(&text.text);
    remarks.extend(problem);
    Shown { text: Some(page), remarks }
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
        assert_eq!(
            text(b"{\"a\":[1.10, {}, []],\"b\":\"x , \\\" {\"}", "application/json"),
            "{\n  \"a\": [\n    1.10,\n    {},\n    []\n  ],\n  \"b\": \"x , \\\" {\"\n}"
        );
        assert_eq!(text(b"{not json", "application/json"), "{not json");
        assert_eq!(text(b"plain", ""), "plain");
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
