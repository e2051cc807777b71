//! What an exchange is in M3's terms, taken from its bytes: the same for a live recording and an import, because
//! it is the same function.

use std::borrow::Cow;

use bytes::Bytes;
use mwscope_parsers::m3::{self, Call, CallKind, Part, Seen};

use super::coding;
use super::exchange::{Body, Exchange, Kept};
use super::header::{Header, Headers};

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
    let headers = [&exchange.request.headers, answered.map_or(&empty, |response| &response.headers)];
    let mended = headers.map(mended);
    let part = |n: usize, body| Part { headers: texts(headers[n], &mended[n]), body };
    m3::recognise(&Seen {
        method: &exchange.request.method,
        url: &exchange.url,
        request: part(0, request),
        status: answered.map(|response| response.status),
        response: part(1, response),
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

/// The values that are no UTF-8, by their place: what isn't is replaced.
fn mended(headers: &Headers) -> Vec<(usize, Cow<'_, str>)> {
    let no_text = |(_, header): &(usize, &Header)| std::str::from_utf8(&header.value).is_err();
    headers.0.iter().enumerate().filter(no_text).map(|(at, header)| (at, header.text())).collect()
}

fn texts<'a>(headers: &'a Headers, mended: &'a [(usize, Cow<'a, str>)]) -> Vec<(&'a str, &'a str)> {
    let mended = |place: usize| mended.iter().find(|(at, _)| *at == place).map_or("", |(_, text)| text);
    let value = |(at, header): (usize, &'a Header)| std::str::from_utf8(&header.value).unwrap_or_else(|_| mended(at));
    headers.0.iter().enumerate().map(|(at, header)| (header.name.as_str(), value((at, header)))).collect()
}
