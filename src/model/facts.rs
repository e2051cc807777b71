//! What an exchange is in M3's terms, taken from its bytes: the same for a live recording and an import, because
//! it is the same function.

use std::borrow::Cow;

use bytes::Bytes;
use mwscope_parsers::m3::{self, Call, CallKind, Part, Seen};

use super::coding;
use super::exchange::{Body, Exchange, Headers, Kept};

/// Recognises the call of an exchange whose bodies are in memory; a body that is elsewhere counts as empty.
#[must_use]
pub fn call_of(exchange: &Exchange) -> Call {
    let request = here(&exchange.request.body);
    let response = exchange.response.as_ref().map(|response| here(&response.body)).unwrap_or_default();
    call_with(exchange, &request, &response)
}

/// Recognises the call of an exchange whose bodies are handed in, content coding removed.
#[must_use]
pub fn call_with(exchange: &Exchange, request: &[u8], response: &[u8]) -> Call {
    call(exchange, request, response, false)
}

/// As [`call_with`], for a line of a listing: the fields of a SOAP call may be left out.
#[must_use]
pub fn call_for_a_line(exchange: &Exchange, request: &[u8], response: &[u8]) -> Call {
    call(exchange, request, response, true)
}

fn call(exchange: &Exchange, request: &[u8], response: &[u8], without_fields: bool) -> Call {
    let empty = Headers::default();
    let answered = exchange.response.as_ref();
    let request_headers = texts(&exchange.request.headers);
    let response_headers = texts(answered.map_or(&empty, |response| &response.headers));
    let part = |headers, body| Part { headers, body };
    m3::recognise(&Seen {
        method: &exchange.request.method,
        url: &exchange.url,
        request: part(borrowed(&request_headers), request),
        status: answered.map(|response| response.status),
        response: part(borrowed(&response_headers), response),
        without_fields,
    })
}

/// Whether it is a call to MWS that names no company, neither in its header nor in its fields.
#[must_use]
pub fn names_no_company(exchange: &Exchange) -> bool {
    let call = &exchange.call;
    let called = matches!(call.kind, CallKind::Api | CallKind::DisplayProgram) && exchange.path().contains("-ws/");
    let in_fields = || {
        call.fields.iter().any(|(name, _)| {
            let last = name.rsplit('/').next().unwrap_or(name).to_ascii_uppercase();
            last == "COMPANY" || last.ends_with("CONO")
        })
    };
    called && call.company.as_deref().is_none_or(|c| c.trim().is_empty()) && !in_fields()
}

/// A user's name without the domain that it was signed on with: of `CORP\\jdoe` and `jdoe@corp.com` it is `jdoe`.
#[must_use]
pub fn bare_user(user: &str) -> &str {
    let user = user.rsplit(['\\', '/']).next().unwrap_or(user);
    user.split('@').next().unwrap_or(user).trim()
}

fn here(body: &Body) -> Bytes {
    match &body.kept {
        Kept::Here(bytes) => coding::decode(body, bytes).bytes,
        Kept::Nothing | Kept::InCase { .. } | Kept::InCapture { .. } => Bytes::new(),
    }
}

fn texts(headers: &Headers) -> Vec<(&str, Cow<'_, str>)> {
    headers.0.iter().map(|header| (header.name.as_str(), header.text())).collect()
}

fn borrowed<'a>(texts: &'a [(&'a str, Cow<'a, str>)]) -> Vec<(&'a str, &'a str)> {
    texts.iter().map(|(name, value)| (*name, value.as_ref())).collect()
}
