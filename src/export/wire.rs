//! Messages as HTTP/1 writes them, for formats that hold the bytes of the wire: the head as it was recorded where nothing
//! has to be changed in it, the content coding put on again where the headers name one, the body framed as they say.

use std::io::Write;

use bytes::Bytes;

use super::Told;
use crate::model::{Body, BodyState, Exchange, Header, Headers, Kept, Response, coding};

/// A message.
#[derive(Debug, Default)]
pub(super) struct Message {
    /// Start line and headers, with the empty line.
    pub(super) head: Vec<u8>,
    /// The body, framed.
    pub(super) body: Vec<u8>,
    /// Whether the headers are others than those that were recorded.
    pub(super) changed: bool,
}

impl Message {
    /// All of it.
    pub(super) fn bytes(&self) -> Vec<u8> {
        [&self.head[..], &self.body].concat()
    }
}

/// How a start line is to be written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Form<'a> {
    /// The request's target, where it isn't the one that was sent.
    pub(super) target: Option<&'a str>,
    /// Whether the version has to be one of HTTP/1, and the message whole: what is left of a body stands as all of it.
    pub(super) http1: bool,
    /// Whether a response says its length where it would last until the connection ends.
    pub(super) lengths: bool,
}

/// The request.
pub(super) fn request(exchange: &Exchange, form: Form<'_>, told: &mut Told) -> Message {
    let request = &exchange.request;
    let target = form.target.unwrap_or(&request.target);
    let target = if target.is_empty() { "/" } else { target };
    let method = if request.method.is_empty() { "GET" } else { &request.method };
    let start = format!("{method} {target} {}", version(&request.version, form.http1));
    let as_recorded = target == request.target && !form.http1;
    let part = Part {
        start,
        head: request.head.as_ref().filter(|_| as_recorded || !is_http2(&request.version) && target == request.target),
        headers: &request.headers,
        trailers: &request.trailers,
        body: &request.body,
        length_needed: true,
        bodiless: false,
        whole: form.http1 || request.body.state == BodyState::Whole,
    };
    part.write("request", exchange, told)
}

/// A response of the exchange.
pub(super) fn response(exchange: &Exchange, response: &Response, form: Form<'_>, told: &mut Told) -> Message {
    let version = version(&response.version, form.http1);
    let start = format!("{version} {:03} {}", response.status, response.reason);
    let bodiless = is_bodiless(exchange, response);
    let part = Part {
        start,
        head: response.head.as_ref().filter(|_| !form.http1 || !is_http2(&response.version)),
        headers: &response.headers,
        trailers: &response.trailers,
        body: &response.body,
        length_needed: form.lengths,
        bodiless,
        whole: form.http1 || response.body.state == BodyState::Whole,
    };
    part.write("response", exchange, told)
}

/// Whether no body can stand behind the response's head; a browser puts the one of its cache behind a 304.
pub(super) fn is_bodiless(exchange: &Exchange, response: &Response) -> bool {
    exchange.request.method == "HEAD" || matches!(response.status, 100 | 102..=199 | 204 | 304)
}

fn is_http2(version: &str) -> bool {
    !matches!(version, "HTTP/1.0" | "HTTP/1.1" | "")
}

fn version(version: &str, http1: bool) -> &str {
    if version.is_empty() || (http1 && is_http2(version)) { "HTTP/1.1" } else { version }
}

/// The bytes of a body with the codings that its headers name, and what is wrong where that can't be.
pub(super) fn coded(body: &Body, headers: &Headers) -> (Bytes, Option<String>) {
    let Kept::Here(bytes) = &body.kept else { return (Bytes::new(), None) };
    let mut bytes = bytes.clone();
    if !body.codings.is_empty() || bytes.is_empty() {
        return (bytes, None);
    }
    for coding in coding::codings(headers) {
        match put_on(&coding, &bytes) {
            Ok(Some(coded)) => bytes = coded.into(),
            Ok(None) => {
                return (
                    bytes,
                    Some(format!("the coding {coding} can't be put on the body again; it is written decoded")),
                );
            }
            Err(error) => return (bytes, Some(format!("the coding {coding} can't be put on the body again: {error}"))),
        }
    }
    (bytes, None)
}

fn put_on(coding: &str, bytes: &[u8]) -> std::io::Result<Option<Vec<u8>>> {
    let level = flate2::Compression::default();
    Ok(Some(match coding {
        "gzip" | "x-gzip" => {
            let mut to = flate2::write::GzEncoder::new(Vec::new(), level);
            to.write_all(bytes)?;
            to.finish()?
        }
        "deflate" => {
            let mut to = flate2::write::ZlibEncoder::new(Vec::new(), level);
            to.write_all(bytes)?;
            to.finish()?
        }
        "br" => {
            let mut out = Vec::new();
            brotli::CompressorWriter::new(&mut out, 4096, 5, 22).write_all(bytes)?;
            out
        }
        "zstd" => zstd::encode_all(bytes, 3)?,
        _ => return Ok(None),
    }))
}

struct Part<'a> {
    start: String,
    head: Option<&'a Bytes>,
    headers: &'a Headers,
    trailers: &'a Headers,
    body: &'a Body,
    /// A request without a length has no body.
    length_needed: bool,
    /// The length of such a response speaks of another body.
    bodiless: bool,
    /// Whether what is at hand of the body stands for all of it.
    whole: bool,
}

impl Part<'_> {
    fn write(&self, which: &str, exchange: &Exchange, told: &mut Told) -> Message {
        let (bytes, trouble) = coded(self.body, self.headers);
        if let Some(trouble) = trouble {
            told.say(exchange, &format!("{which}: {trouble}"));
        }
        let bytes = if self.bodiless && !bytes.is_empty() {
            told.say(exchange, "the body of a response that has none on the wire (304, or to HEAD) is left out");
            Bytes::new()
        } else {
            bytes
        };
        let (headers, changed) = self.framed(bytes.len(), which, exchange, told);
        let mut message = Message { changed, ..Message::default() };
        match self.head.filter(|_| !changed) {
            Some(head) => message.head = head.to_vec(),
            None => {
                message.head.extend_from_slice(self.start.trim_end_matches(' ').as_bytes());
                message.head.extend_from_slice(b"\r\n");
                fields(&mut message.head, &headers);
                message.head.extend_from_slice(b"\r\n");
            }
        }
        message.body = if self.chunked() { self.chunks(&bytes) } else { bytes.to_vec() };
        message
    }

    /// The headers with which the body can be found, and whether they are others than before.
    fn framed(&self, len: usize, which: &str, exchange: &Exchange, told: &mut Told) -> (Headers, bool) {
        let mut headers = self.headers.clone();
        let before = headers.0.len();
        let authority = headers.text(":authority").filter(|_| headers.first("host").is_none());
        headers.0.retain(|header| !header.name.starts_with(':'));
        let mut changed = headers.0.len() != before;
        if let Some(authority) = authority {
            headers.0.insert(0, Header::new("Host", authority));
        }
        if changed {
            told.say(exchange, "the pseudo headers of HTTP/2 are written as a start line and Host");
        }
        if self.bodiless || self.chunked() || !self.whole {
            return (headers, changed);
        }
        let stated: Vec<_> =
            headers.all("content-length").map(|header| header.text().trim().parse::<usize>().ok()).collect();
        if stated.iter().any(|stated| *stated != Some(len)) {
            told.say(
                exchange,
                &format!("the Content-Length of the {which} is written anew: its body has another length here"),
            );
            let mut first = true;
            headers.0.retain_mut(|header| {
                if !header.name.eq_ignore_ascii_case("content-length") {
                    return true;
                }
                header.value = len.to_string().into();
                std::mem::take(&mut first)
            });
            changed = true;
        } else if stated.is_empty() && self.length_needed && (len > 0 || which == "response") {
            headers.0.push(Header::new("Content-Length", len.to_string()));
            told.say(exchange, &format!("the {which} has got a Content-Length"));
            changed = true;
        }
        (headers, changed)
    }

    fn chunked(&self) -> bool {
        let last = self.headers.all("transfer-encoding").last().map(|header| header.text().to_ascii_lowercase());
        !self.bodiless && last.is_some_and(|codings| codings.trim_end().ends_with("chunked"))
    }

    /// In one chunk, since nobody knows any more how it came; one that isn't whole has no end.
    fn chunks(&self, bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(bytes.len() + 32);
        if !bytes.is_empty() {
            out.extend_from_slice(format!("{:x}\r\n", bytes.len()).as_bytes());
            out.extend_from_slice(bytes);
            out.extend_from_slice(b"\r\n");
        }
        if self.whole {
            out.extend_from_slice(b"0\r\n");
            fields(&mut out, self.trailers);
            out.extend_from_slice(b"\r\n");
        }
        out
    }
}

/// Header lines. What would end a line is written as a space: a header of another format may hold anything.
fn fields(out: &mut Vec<u8>, headers: &Headers) {
    let clean = |byte: &u8| if matches!(byte, b'\r' | b'\n' | 0) { b' ' } else { *byte };
    for header in &headers.0 {
        out.extend(header.name.as_bytes().iter().map(clean));
        out.extend_from_slice(b": ");
        out.extend(header.value.iter().map(clean));
        out.extend_from_slice(b"\r\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ExchangeId, Request, SourceId};

    fn exchange(headers: &[(&str, &str)], body: &'static [u8], codings: &[&str]) -> Exchange {
        let headers = Headers(headers.iter().map(|(name, value)| Header::new(*name, value)).collect());
        let codings = codings.iter().map(|coding| (*coding).to_owned()).collect();
        let request = Request {
            method: "POST".into(),
            target: "/a".into(),
            version: "HTTP/1.1".into(),
            headers,
            body: Body { codings, ..Body::whole(Bytes::from_static(body)) },
            ..Request::default()
        };
        Exchange::new(ExchangeId(0), SourceId(0), 0, "http://h/a".into(), request)
    }

    fn written(exchange: &Exchange) -> (String, Vec<String>) {
        let mut told = Told::default();
        let message = request(exchange, Form { target: None, http1: true, lengths: false }, &mut told);
        (String::from_utf8_lossy(&message.bytes()).into_owned(), told.lines().collect())
    }

    #[test]
    fn bodies_are_framed_as_the_headers_say() {
        let (plain, told) = written(&exchange(&[("Host", "h"), ("Content-Length", "3")], b"abc", &[]));
        assert_eq!((plain.as_str(), told.len()), ("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc", 0));
        let (wrong, told) = written(&exchange(&[("Content-Length", "9")], b"abc", &[]));
        assert!(wrong.contains("Content-Length: 3\r\n") && told.len() == 1, "{wrong}");
        let (none, _) = written(&exchange(&[(":authority", "h:1"), (":path", "/a")], b"abc", &[]));
        assert_eq!(none, "POST /a HTTP/1.1\r\nHost: h:1\r\nContent-Length: 3\r\n\r\nabc");
        let (chunked, _) = written(&exchange(&[("Transfer-Encoding", "chunked")], b"abc", &[]));
        assert!(chunked.ends_with("\r\n\r\n3\r\nabc\r\n0\r\n\r\n"), "{chunked}");
    }

    #[test]
    fn codings_are_put_on_again() {
        for coding in ["gzip", "deflate", "br", "zstd", "gzip, br"] {
            let exchange = exchange(&[("Content-Encoding", coding)], b"a body, a body, a body", &[]);
            let (bytes, trouble) = coded(&exchange.request.body, &exchange.request.headers);
            let codings = coding::codings(&exchange.request.headers);
            assert_eq!(
                coding::decode_as(&codings, &bytes, 1000).bytes,
                &b"a body, a body, a body"[..],
                "{coding} {trouble:?}"
            );
        }
        let own = exchange(&[("Content-Encoding", "gzip")], b"still on", &["gzip"]);
        assert_eq!(coded(&own.request.body, &own.request.headers).0, &b"still on"[..]);
        let unknown = exchange(&[("Content-Encoding", "aes128gcm")], b"x", &[]);
        assert!(coded(&unknown.request.body, &unknown.request.headers).1.is_some());
    }

    #[test]
    fn a_value_ends_no_line() {
        let (text, _) = written(&exchange(&[("X", "a\r\nY: b")], b"", &[]));
        assert!(!text.contains("\nY:"), "{text}");
    }
}
