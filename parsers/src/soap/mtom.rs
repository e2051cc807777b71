//! The root part of a `multipart/related` package (MTOM, SOAP with attachments): where the envelope stands.
//! <https://www.w3.org/TR/soap12-mtom/>, <https://www.rfc-editor.org/rfc/rfc2387>

use std::ops::Range;

use memchr::memmem;

use crate::Problem;

/// The bytes that hold the envelope, and what its headers say.
pub(super) struct Root {
    pub(super) range: Range<usize>,
    pub(super) charset: Option<String>,
    pub(super) problems: Vec<Problem>,
}

/// The root part of a package, or all of a body that is none.
pub(super) fn root(body: &[u8], content_type: Option<&str>) -> Root {
    let content_type = content_type.unwrap_or_default();
    let charset = parameter(content_type, "charset");
    let whole = Root { range: 0..body.len(), charset, problems: Vec::new() };
    let kind = content_type.trim_start().as_bytes().get(..10);
    let boundary = if kind.is_some_and(|kind| kind.eq_ignore_ascii_case(b"multipart/")) {
        parameter(content_type, "boundary")
    } else {
        None
    };
    let Some(boundary) = boundary.or_else(|| unannounced_boundary(body)).filter(|name| !name.is_empty()) else {
        return whole;
    };
    let parts = parts(body, &boundary);
    let start = parameter(content_type, "start");
    let named = start.and_then(|id| parts.iter().find(|part| part.id.as_deref() == Some(id.as_str())));
    let Some(part) = named.or(parts.first()) else { return whole };
    let mut problems = Vec::new();
    if part.coded {
        let what = "the root part of the package is base64 or quoted-printable and is not decoded";
        problems.push(Problem::new(part.body.start as u64, what, "look at the part in the message as sent"));
    }
    Root { range: part.body.clone(), charset: part.charset.clone(), problems }
}

/// The boundary of a package whose header is lost: its first line, where part headers follow it.
fn unannounced_boundary(body: &[u8]) -> Option<String> {
    let body = body.trim_ascii_start();
    let line = body.strip_prefix(b"--")?.split(|b| *b == b'\n').next().filter(|line| line.len() <= 72)?;
    let headers = &body[..body.len().min(1000)];
    memmem::find(&headers.to_ascii_lowercase(), b"content-type:")?;
    std::str::from_utf8(line.trim_ascii()).ok().map(str::to_owned)
}

struct Part {
    id: Option<String>,
    charset: Option<String>,
    coded: bool,
    body: Range<usize>,
}

fn parts(body: &[u8], boundary: &str) -> Vec<Part> {
    let delimiter = format!("--{boundary}");
    let starts: Vec<_> = memmem::find_iter(body, delimiter.as_bytes()).take(1000).collect();
    let mut parts = Vec::new();
    for (index, start) in starts.iter().enumerate() {
        let from = start + delimiter.len();
        let to = starts.get(index + 1).copied().unwrap_or(body.len());
        if body[from..to].starts_with(b"--") {
            break;
        }
        parts.extend(part(body, from, to));
    }
    parts
}

fn part(body: &[u8], from: usize, to: usize) -> Option<Part> {
    let bytes = &body[from..to];
    let end =
        [b"\r\n\r\n".as_slice(), b"\n\n"].iter().filter_map(|gap| Some(memmem::find(bytes, gap)? + gap.len())).min()?;
    let headers = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let header = |name: &str| {
        let lines = headers.lines().filter_map(|line| line.split_once(':'));
        lines.filter(|(key, _)| key.trim().eq_ignore_ascii_case(name)).map(|(_, value)| value.trim().to_owned()).next()
    };
    let content_type = header("Content-Type").unwrap_or_default();
    let coding = header("Content-Transfer-Encoding").unwrap_or_default().to_ascii_lowercase();
    let tail = if bytes.ends_with(b"\r\n") { 2 } else { usize::from(bytes.ends_with(b"\n")) };
    Some(Part {
        id: header("Content-ID"),
        charset: parameter(&content_type, "charset"),
        coded: matches!(coding.as_str(), "base64" | "quoted-printable"),
        body: from + end..(to - tail).max(from + end),
    })
}

/// The value of a parameter of a media type, without quotes.
pub(super) fn parameter(content_type: &str, name: &str) -> Option<String> {
    let mut rest = content_type.split_once(';')?.1;
    loop {
        let (key, after) = rest.split_once('=')?;
        let key = key.rsplit(';').next().unwrap_or(key).trim();
        let after = after.trim_start();
        let (value, next) = match after.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
            None => after.split_once(';').unwrap_or((after, "")),
        };
        if key.eq_ignore_ascii_case(name) {
            return Some(value.trim().to_owned());
        }
        rest = next;
    }
}
