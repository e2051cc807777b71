//! A recorded answer as it goes out: status line and headers as they were, framing that fits the client, addresses that
//! lead back here.

use bytes::Bytes;
use mwscope_parsers::http::{BodyLength, Head, Limits, Version};

use crate::model::{Exchange, Headers, Response, coding};
use crate::proxy::core::Endpoint;
use crate::proxy::core::patch::Patch;
use crate::proxy::core::wsdl::Rewrite;

/// An answer, ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Written {
    pub(super) head: Vec<u8>,
    pub(super) body: Bytes,
    /// Whether the body goes out in chunks.
    pub(super) chunked: bool,
    /// Whether the connection ends behind it.
    pub(super) last: bool,
}

/// What the client's request says about how it wants to be answered.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted {
    pub(super) version: Version,
    pub(super) is_head: bool,
    /// Whether the client takes further answers on this connection.
    pub(super) persists: bool,
}

/// Fields that speak of the connection on which they were recorded.
const OF_THE_CONNECTION: [&str; 9] = [
    "Connection",
    "Keep-Alive",
    "Proxy-Connection",
    "Proxy-Authenticate",
    "Transfer-Encoding",
    "Content-Length",
    "Trailer",
    "Upgrade",
    "Alt-Svc",
];

/// Writes the answer of `exchange`, whose kept body is `kept`. Between the names in `here` and those in the recording it
/// translates, where there are two.
pub(super) fn written(
    exchange: &Exchange,
    response: &Response,
    kept: &Bytes,
    wanted: Wanted,
    here: Option<(Endpoint, Endpoint)>,
) -> Written {
    let rewrite = here.map(|(theirs, here)| {
        let target = exchange.request.target.as_bytes();
        Rewrite::new(theirs, here, target).whoever_serves(target)
    });
    let mut body = kept.clone();
    let named = coding::codings(&response.headers);
    let mut decoded = named != response.body.codings;
    if let Some(rewrite) = rewrite.as_ref().filter(|rewrite| rewrite.is_description() && response.status == 200) {
        let plain = coding::decode(&response.body, kept);
        if plain.trouble.is_none() {
            let rewritten = rewrite.body(&plain.bytes);
            if !rewritten.edits.is_empty() {
                (body, decoded) = (Bytes::from(rewritten.body), !named.is_empty());
            }
        }
    }
    let has_body = !(wanted.is_head || response.status < 200 || matches!(response.status, 204 | 304));
    let was_chunked = response.headers.all("transfer-encoding").any(|header| header.text().contains("chunked"));
    let chunked = has_body && was_chunked && wanted.version == Version::Http11;
    let mut head = format!("HTTP/1.1 {} {}\r\n", response.status, reason(response)).into_bytes();
    for header in &response.headers.0 {
        let connection = OF_THE_CONNECTION.iter().any(|name| header.name.eq_ignore_ascii_case(name));
        let coding = decoded && header.name.eq_ignore_ascii_case("Content-Encoding");
        if connection || coding || header.name.starts_with(':') {
            continue;
        }
        field(&mut head, &header.name, &header.value);
    }
    if chunked {
        field(&mut head, "Transfer-Encoding", b"chunked");
    } else if has_body {
        field(&mut head, "Content-Length", body.len().to_string().as_bytes());
    } else if wanted.is_head
        && let Some(length) = length_of(&response.headers)
    {
        field(&mut head, "Content-Length", &length);
    }
    let signs_on_by_connection = response.headers.all("www-authenticate").any(|header| {
        let scheme = header.text().to_ascii_lowercase();
        scheme.starts_with("ntlm") || scheme.starts_with("negotiate")
    });
    let closed = response.headers.all("connection").any(|header| header.text().eq_ignore_ascii_case("close"));
    let last = !wanted.persists || (closed && !signs_on_by_connection);
    if last {
        field(&mut head, "Connection", b"close");
    } else if wanted.version == Version::Http10 {
        field(&mut head, "Connection", b"keep-alive");
    }
    head.extend_from_slice(b"\r\n");
    if let Some(rewrite) = rewrite {
        let parsed = Head::response(head.clone(), 0, &Limits::default());
        let mut patch = Patch::new(&parsed);
        let _elsewhere = rewrite.head(&mut patch, &parsed);
        head = patch.finish().0;
    }
    Written { head, body: if has_body { body } else { Bytes::new() }, chunked, last }
}

/// An answer of our own.
pub(super) fn own(status: u16, reason: &str, text: &str, wanted: Wanted) -> Written {
    let mut head = format!("HTTP/1.1 {status} {reason}\r\n").into_bytes();
    field(&mut head, "Content-Type", b"text/plain; charset=utf-8");
    field(&mut head, "Content-Length", text.len().to_string().as_bytes());
    field(&mut head, "X-Mwscope-Mock", b"miss");
    if !wanted.persists {
        field(&mut head, "Connection", b"close");
    }
    head.extend_from_slice(b"\r\n");
    let body = if wanted.is_head { Bytes::new() } else { Bytes::copy_from_slice(text.as_bytes()) };
    Written { head, body, chunked: false, last: !wanted.persists }
}

/// Whether a body of that length has to be read before an answer is due.
pub(super) fn has_body(length: BodyLength) -> bool {
    !matches!(length, BodyLength::None | BodyLength::Counted(0) | BodyLength::Switched)
}

fn reason(response: &Response) -> &str {
    if response.reason.is_empty() {
        return http::StatusCode::from_u16(response.status).ok().and_then(|s| s.canonical_reason()).unwrap_or("");
    }
    &response.reason
}

fn length_of(headers: &Headers) -> Option<Vec<u8>> {
    Some(headers.first("content-length")?.value.to_vec())
}

fn field(head: &mut Vec<u8>, name: &str, value: &[u8]) {
    head.extend_from_slice(name.as_bytes());
    head.extend_from_slice(b": ");
    head.extend_from_slice(value);
    head.extend_from_slice(b"\r\n");
}
