//! A draft as text that can be edited: what stands there is sent, nothing is laid out anew.

use bytes::Bytes;
use mwscope_parsers::http::MediaType;
use mwscope_parsers::xml;

use super::{Draft, Hole, Unsendable, coded};
use crate::model::{Header, Headers, Part};

/// `METHOD URL`, the headers, an empty line, and the body without content coding.
///
/// # Errors
/// When the coding of the body can't be taken off.
pub fn written(draft: &Draft) -> Result<Vec<u8>, Unsendable> {
    let plain = coded::plain(draft)?;
    let mut out = format!("{} {}\n", draft.method, draft.url).into_bytes();
    for header in &draft.headers.0 {
        out.extend_from_slice(header.name.as_bytes());
        out.extend_from_slice(b": ");
        out.extend_from_slice(&header.value);
        out.push(b'\n');
    }
    out.push(b'\n');
    out.extend_from_slice(&plain);
    Ok(out)
}

/// Makes of a draft what stands in `bytes`, which were [`written`] and then changed. What was masked and was not touched
/// still is.
///
/// # Errors
/// When they are no request: which line, and why.
pub fn take(draft: &mut Draft, bytes: &[u8]) -> Result<(), String> {
    let plain = &coded::plain(draft).map_err(|why| why.to_string())?;
    let mut at = 0;
    let mut line = || {
        let rest = bytes.get(at..)?;
        let end = rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len());
        at = (at + end + 1).min(bytes.len());
        let line = &rest[..end];
        Some(line.strip_suffix(b"\r").unwrap_or(line))
    };
    let first = String::from_utf8_lossy(line().unwrap_or_default()).into_owned();
    let (method, url) = first.trim().split_once(' ').ok_or("the first line is no METHOD URL")?;
    let (method, url) = (method.to_owned(), url.trim().to_owned());
    if !url.contains("://") {
        return Err(format!("{url:?} in the first line is no absolute URL"));
    }
    let mut headers = Headers::default();
    while let Some(line) = line().filter(|line| !line.is_empty()) {
        let colon = line.iter().position(|b| *b == b':').ok_or_else(|| {
            let line = String::from_utf8_lossy(line);
            format!("{line:?} is no header; an empty line stands before the body")
        })?;
        let name = String::from_utf8_lossy(&line[..colon]).trim().to_owned();
        headers.0.push(Header { name: name.into(), value: Bytes::copy_from_slice(line[colon + 1..].trim_ascii()) });
    }
    let mut body = bytes.get(at..).unwrap_or_default();
    // Editors put a line end behind the last line, also where there was none.
    if !plain.ends_with(b"\n") && body.ends_with(b"\n") {
        body = body.strip_suffix(b"\n").unwrap_or(body);
        body = body.strip_suffix(b"\r").filter(|_| !plain.contains(&b'\r')).unwrap_or(body);
    }
    if method != draft.method {
        let before = std::mem::replace(&mut draft.method, method.clone());
        draft.edited("method", Some(before), Some(method));
    }
    // The host in the URL is the one that is meant where it alone was changed.
    let recorded_host = draft.headers.text("Host");
    if headers.text("Host") == recorded_host {
        draft.set_url(&url);
        if let (Some(host), Some(at)) =
            (draft.headers.first("Host").cloned(), headers.0.iter().position(|h| h.name.eq_ignore_ascii_case("Host")))
        {
            headers.0[at].value = host.value;
        }
    } else {
        draft.set_url(&url);
    }
    if headers != draft.headers {
        let changed: Vec<String> =
            headers.0.iter().filter(|h| !draft.headers.0.contains(h)).map(|h| h.name.to_string()).collect();
        let gone: Vec<String> =
            draft.headers.0.iter().map(|h| h.name.to_string()).filter(|name| headers.first(name).is_none()).collect();
        draft.drop_holes(|hole| {
            let named = |names: &[String]| names.iter().any(|name| name.eq_ignore_ascii_case(&hole.name));
            hole.part == Part::RequestHead && (named(&changed) || named(&gone))
        });
        draft.headers = headers;
        let list = changed.iter().cloned().chain(gone.iter().map(|name| format!("{name} removed")));
        draft.edited(format!("headers edited: {}", list.collect::<Vec<_>>().join(", ")), None, None);
    }
    if body != &plain[..] {
        let before = draft.holes.clone();
        draft.replace_body(Bytes::copy_from_slice(body)).map_err(|why| why.to_string())?;
        still_masked(draft, plain, body, &before);
    }
    Ok(())
}

/// What was masked and still stands there as it was is still missing.
fn still_masked(draft: &mut Draft, plain: &[u8], body: &[u8], before: &[Hole]) {
    let common = plain.iter().zip(body).take_while(|(a, b)| a == b).count();
    for hole in before.iter().filter(|hole| hole.part == Part::RequestBody) {
        let from_end = plain.len() - hole.range.end.min(plain.len());
        let moved = (body.len().checked_sub(from_end + hole.range.len())).map(|start| start..start + hole.range.len());
        let range = if hole.range.end <= common { Some(hole.range.clone()) } else { moved };
        let filler = |range: &std::ops::Range<usize>| {
            body.get(range.clone())
                .is_some_and(|part| !part.is_empty() && part == plain.get(hole.range.clone()).unwrap_or_default())
        };
        if let Some(range) = range.filter(filler) {
            draft.holes.push(Hole { range, ..hole.clone() });
            if !draft.masked.contains(&Part::RequestBody) {
                draft.masked.push(Part::RequestBody);
            }
        }
    }
}

/// Where a body isn't what its headers call it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// The line of the body, from 0.
    pub line: usize,
    /// What is wrong, in words.
    pub what: String,
}

/// Where the body isn't well-formed XML or JSON, where it is called so.
#[must_use]
pub fn trouble(draft: &Draft) -> Option<Trouble> {
    let plain = coded::plain(draft).ok()?;
    trouble_in(draft, &plain)
}

/// As [`trouble`], for another body of the same kind.
#[must_use]
pub fn trouble_in(draft: &Draft, plain: &[u8]) -> Option<Trouble> {
    let kind = draft.headers.text("Content-Type").and_then(|value| MediaType::parse(value.as_bytes()))?;
    if plain.is_empty() {
        return None;
    }
    if kind.is_xml() {
        let text = xml::decode(plain, kind.parameter("charset"));
        let document = xml::read(&text.text);
        let problem = document.problems.first().or(text.problems.first())?;
        let at = usize::try_from(problem.offset).unwrap_or(usize::MAX).min(text.text.len());
        let line = memchr::memchr_iter(b'\n', &text.text.as_bytes()[..at]).count();
        return Some(Trouble {
            line,
            what: format!("the body is no well-formed XML: {} in line {}", problem.what, line + 1),
        });
    }
    if kind.is_json() {
        let error = serde_json::from_slice::<serde::de::IgnoredAny>(plain).err()?;
        return Some(Trouble { line: error.line().saturating_sub(1), what: format!("the body is no JSON: {error}") });
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> Draft {
        let headers =
            Headers(vec![Header::new("Host", "a"), Header::new("X", "1"), Header::new("Content-Type", "text/xml")]);
        let body = Bytes::from_static(b"<a>1</a>");
        Draft { method: "POST".into(), url: "http://a/x".into(), headers, body, ..Draft::default() }
    }

    #[test]
    fn what_the_editor_gives_back_is_taken_to_the_byte() {
        let mut draft = draft();
        let text = String::from_utf8(written(&draft).expect("no coding")).expect("text");
        let text = text.replace("http://a/x", "http://b:1/y").replace("X: 1", "X:  2").replace(">1<", ">é\r\n<") + "\n";
        take(&mut draft, text.as_bytes()).expect("a request");
        assert_eq!((draft.url.as_str(), draft.headers.text("Host").as_deref()), ("http://b:1/y", Some("b:1")));
        assert_eq!((draft.headers.text("x").as_deref(), &draft.body[..]), (Some("2"), "<a>é\r\n</a>".as_bytes()));
        assert!(take(&mut draft, b"nonsense").is_err());
        assert!(take(&mut draft, b"GET http://a/\nno header\n\n").is_err());
    }

    #[test]
    fn the_line_that_breaks_the_body_is_named() {
        let found = trouble_in(&draft(), b"<a>\n <b>\n </c>\n</a>").expect("no XML");
        assert!(found.line >= 1 && found.what.starts_with("the body is no well-formed XML"), "{found:?}");
        assert_eq!(trouble(&draft()), None);
    }
}
