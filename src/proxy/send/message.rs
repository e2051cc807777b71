//! A draft as the bytes that go out: fields that nobody changed as they were recorded, framing that fits the body, and
//! nothing that was meant for a proxy.

use bytes::Bytes;
use mwscope_parsers::http::{Head, Limits};

use crate::model::{Edit, Header, Headers, Stage};
use crate::proxy::config::UpstreamProxy;
use crate::proxy::core::{Endpoint, Trouble};
use crate::proxy::reach::basic;
use crate::replay::Draft;

/// Payload of one chunk.
const CHUNK: usize = 32 * 1024;

/// What is written of a request before its body.
pub(super) struct Message {
    /// The target in its request line.
    pub(super) target: String,
    /// Its fields.
    pub(super) headers: Headers,
    /// The head's bytes.
    pub(super) head: Bytes,
    /// Whether the body goes in chunks.
    pub(super) chunked: bool,
    /// Whether the server is asked before the body is sent.
    pub(super) expects: bool,
    /// Whether the connection may be kept behind it.
    pub(super) persists: bool,
    /// What was changed against the draft.
    pub(super) edits: Vec<Edit>,
}

impl Message {
    /// The message of `draft` to `to`; `upstream` is the proxy that it is given to as it is.
    pub(super) fn of(draft: &Draft, to: &Endpoint, upstream: Option<&UpstreamProxy>) -> Result<Self, Trouble> {
        check(draft)?;
        let mut edits = Vec::new();
        let mut headers = draft.headers.clone();
        headers.0.retain(|header| !header.name.starts_with(':'));
        let chunked = frame(draft, &mut headers, &mut edits);
        if headers.first("Host").is_none() {
            headers.0.insert(0, Header::new("Host", to.authority()));
            edits.push(Edit { what: "Host added".to_owned(), before: None, after: Some(to.authority()) });
        }
        let asterisk = draft.method == "OPTIONS" && draft.target().is_empty();
        let path = match draft.target() {
            "" if asterisk => "*".to_owned(),
            "" => "/".to_owned(),
            query if query.starts_with('?') => format!("/{query}"),
            path => path.to_owned(),
        };
        let target = match upstream {
            Some(_) if asterisk => to.to_string(),
            Some(_) => format!("{to}{path}"),
            None => path,
        };
        if let Some(credentials) = upstream.and_then(|proxy| proxy.credentials.as_deref()) {
            headers.0.push(Header::new("Proxy-Authorization", basic(credentials)));
        }
        let says = |name: &str, token: &str| {
            let mut members =
                headers.all(name).flat_map(|h| h.text().split(',').map(str::to_owned).collect::<Vec<_>>());
            members.any(|member| member.trim().eq_ignore_ascii_case(token))
        };
        let (expects, persists) = (says("Expect", "100-continue"), !says("Connection", "close"));
        let head = written(draft, &target, &headers);
        Ok(Self { target, headers, head, chunked, expects, persists, edits })
    }

    /// The body of `draft` in chunks, with its trailers. How the recorded one was divided isn't kept.
    pub(super) fn in_chunks(&self, draft: &Draft) -> Bytes {
        let mut out = Vec::with_capacity(draft.body.len() + 64);
        for piece in draft.body.chunks(CHUNK) {
            out.extend_from_slice(format!("{:x}\r\n", piece.len()).as_bytes());
            out.extend_from_slice(piece);
            out.extend_from_slice(b"\r\n");
        }
        out.extend_from_slice(b"0\r\n");
        for trailer in &draft.trailers.0 {
            line(&mut out, trailer);
        }
        out.extend_from_slice(b"\r\n");
        out.into()
    }
}

/// Makes the framing fit the body: chunks where it was recorded in chunks, else its length. True for chunks.
fn frame(draft: &Draft, headers: &mut Headers, edits: &mut Vec<Edit>) -> bool {
    let chunked = headers.all("Transfer-Encoding").any(|h| h.text().to_ascii_lowercase().contains("chunked"));
    let mut note = |what: &str, before: Option<String>, after: Option<String>| {
        edits.push(Edit { what: what.to_owned(), before, after });
    };
    if chunked {
        if headers.first("Content-Length").is_some() {
            headers.0.retain(|header| !header.name.eq_ignore_ascii_case("Content-Length"));
            note("Content-Length removed", None, None);
        }
        let chunks = draft.body.len().div_ceil(CHUNK);
        let chunks = if chunks == 1 { "1 chunk".to_owned() } else { format!("{chunks} chunks") };
        // How a recorded body was divided isn't kept.
        let after = format!("{chunks}, without extensions; trailers as NAME: VALUE");
        note("request body divided anew", None, Some(after));
        return true;
    }
    let len = draft.body.len().to_string();
    let lengths: Vec<String> = headers.all("Content-Length").map(|h| h.text().into_owned()).collect();
    match lengths.first() {
        None if draft.body.is_empty() => {}
        None => {
            headers.0.push(Header::new("Content-Length", &len));
            note("Content-Length added", None, Some(len));
        }
        Some(_) if lengths.iter().all(|there| *there == len) => {}
        Some(before) => {
            let before = before.clone();
            let mut first = true;
            headers.0.retain_mut(|header| {
                if !header.name.eq_ignore_ascii_case("Content-Length") {
                    return true;
                }
                header.value = Bytes::copy_from_slice(len.as_bytes());
                std::mem::take(&mut first)
            });
            note("Content-Length", Some(before), Some(len));
        }
    }
    false
}

/// What can't be written without becoming something else.
fn check(draft: &Draft) -> Result<(), Trouble> {
    let refuse = |what: String| Err(Trouble::new(Stage::RequestHead, what));
    let is_token = |text: &str| {
        !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
    };
    if !is_token(&draft.method) {
        return refuse(format!("{:?} is no method; write letters alone, as POST", draft.method));
    }
    if let Some(c) = draft.url.chars().find(|c| c.is_control() || *c == ' ') {
        return refuse(format!("the URL holds {c:?}; write it as %{:02X}", u32::from(c)));
    }
    for header in draft.headers.0.iter().chain(&draft.trailers.0).filter(|h| !h.name.starts_with(':')) {
        if !is_token(&header.name) {
            return refuse(format!("{:?} is no name of a header; use letters, digits and hyphens", header.name));
        }
        let folded = draft.head.is_some() && header.value.windows(2).any(|w| matches!(w, b"\n " | b"\n\t"));
        if header.value.iter().any(|b| matches!(b, b'\r' | b'\n' | 0)) && !folded {
            return refuse(format!("the value of {} holds a line break; write it in one line", header.name));
        }
    }
    Ok(())
}

fn written(draft: &Draft, target: &str, headers: &Headers) -> Bytes {
    let recorded = draft.head.as_ref().map(|bytes| Head::request(bytes.to_vec(), 0, &Limits::default()));
    let mut out = format!("{} {target} HTTP/1.1\r\n", draft.method).into_bytes();
    let mut next = 0;
    for header in &headers.0 {
        // The same field further on in the recorded head: its line goes out with its white space.
        let line_there = recorded.as_ref().and_then(|head| {
            let same = |field: &mwscope_parsers::http::Field| {
                head.slice(&field.name) == header.name.as_bytes() && head.slice(&field.value) == header.value
            };
            let at = next + head.fields().get(next..)?.iter().position(same)?;
            let bytes = head.slice(&head.fields()[at].line);
            let plain = bytes.ends_with(b"\r\n")
                && bytes[..bytes.len() - 2].iter().all(|b| !matches!(b, b'\r' | b'\n'))
                && !bytes[header.name.len()..].starts_with(b" ")
                && bytes.starts_with(header.name.as_bytes());
            plain.then(|| (at, bytes.to_vec()))
        });
        match line_there {
            Some((at, bytes)) => {
                next = at + 1;
                out.extend_from_slice(&bytes);
            }
            None => line(&mut out, header),
        }
    }
    out.extend_from_slice(b"\r\n");
    out.into()
}

/// A field as a client writes it; one that was folded becomes one line.
fn line(out: &mut Vec<u8>, header: &Header) {
    out.extend_from_slice(header.name.as_bytes());
    out.extend_from_slice(b": ");
    out.extend(header.value.iter().map(|b| if matches!(b, b'\r' | b'\n') { b' ' } else { *b }));
    out.extend_from_slice(b"\r\n");
}

#[cfg(test)]
mod tests;
