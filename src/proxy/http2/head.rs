//! Heads of HTTP/2: as they are recorded, as they are sent on, and what is changed between.

use bytes::Bytes;
use http::header::{ACCEPT_ENCODING, CONTENT_LENGTH, HOST};
use http::{HeaderMap, HeaderName, HeaderValue, Uri, Version, request, response};
use mwscope_parsers::http::{Head, HostPort, Limits as HttpLimits};

use crate::model::coding::codings;
use crate::model::{Body, Edit, Header, Headers, Request, Response, Stage};
use crate::proxy::config::Limits;
use crate::proxy::core::patch::Patch;
use crate::proxy::core::wsdl::{self, Remark, Rewrite};
use crate::proxy::core::{Endpoint, Scheme, Trouble};

/// A request's head as it is recorded.
pub(super) fn request(parts: &request::Parts) -> Request {
    let headers = headers(&parts.headers);
    Request {
        method: parts.method.as_str().to_owned(),
        target: parts.uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string),
        version: "HTTP/2".to_owned(),
        body: Body { codings: codings(&headers), ..Body::default() },
        headers,
        head: None,
        trailers: Headers::default(),
    }
}

/// A response's head as it is recorded.
pub(super) fn response(parts: &response::Parts) -> Response {
    let headers = headers(&parts.headers);
    Response {
        status: parts.status.as_u16(),
        reason: String::new(),
        version: "HTTP/2".to_owned(),
        body: Body { codings: codings(&headers), ..Body::default() },
        headers,
        head: None,
        trailers: Headers::default(),
    }
}

/// Fields as they are recorded.
pub(super) fn headers(map: &HeaderMap) -> Headers {
    Headers(map.iter().map(|(name, value)| Header::new(name.as_str(), value.as_bytes())).collect())
}

/// Refuses a request that two readers could understand differently, or that is too large.
///
/// # Errors
/// With what is wrong.
pub(super) fn check(parts: &request::Parts, limits: &Limits) -> Result<(), Trouble> {
    let refuse = |status, text: String| Err(Trouble::new(Stage::RequestHead, text).with_status(status));
    if parts.method == http::Method::CONNECT {
        let text = "CONNECT inside HTTP/2, which is not passed on; the client must use HTTP/1.1 for it";
        return refuse(501, text.to_owned());
    }
    if parts.headers.len() > limits.http.fields {
        return refuse(431, format!("more fields than the limit of {}; see --limit fields", limits.http.fields));
    }
    let differs = |host: &HeaderValue| {
        parts.uri.authority().is_some_and(|a| !a.as_str().as_bytes().eq_ignore_ascii_case(host.as_bytes()))
    };
    // RFC 9113, 8.3.1.
    if parts.headers.get_all(HOST).iter().count() > 1 || parts.headers.get(HOST).is_some_and(differs) {
        return refuse(400, ":authority and Host name different hosts; the client must name one".to_owned());
    }
    Ok(())
}

/// The server that a request to a proxy names.
///
/// # Errors
/// Where it names none, or one that is spoken to by TLS, which no proxy can be asked for so.
pub(super) fn named(parts: &request::Parts) -> Result<Endpoint, Trouble> {
    let refuse = |text: String| Trouble::new(Stage::RequestHead, text).with_status(400);
    if parts.uri.scheme_str().is_some_and(|scheme| !scheme.eq_ignore_ascii_case("http")) {
        let scheme = parts.uri.scheme_str().unwrap_or_default();
        return Err(refuse(format!(
            "a request for {scheme} by HTTP/2 without TLS; the client must use CONNECT for it"
        )));
    }
    let named = parts.uri.authority().map(http::uri::Authority::as_str);
    let named = named.or_else(|| parts.headers.get(HOST)?.to_str().ok());
    let Some(HostPort { host, port }) = named.and_then(|text| HostPort::of(text.as_bytes())) else {
        return Err(refuse(
            "the request names no server (:authority); set this address as the client's proxy".to_owned(),
        ));
    };
    Ok(Endpoint { scheme: Scheme::Http, host: host.to_owned(), port: port.unwrap_or(80) })
}

/// Takes away what a client says to its proxy, not to the server.
pub(super) fn without_proxy_fields(parts: &mut request::Parts) -> Vec<Edit> {
    let names: Vec<HeaderName> = parts.headers.keys().filter(|n| n.as_str().starts_with("proxy-")).cloned().collect();
    let removed = |name: &HeaderName| Edit { what: format!("{name} removed"), before: None, after: None };
    names.iter().for_each(|name| drop(parts.headers.remove(name)));
    names.iter().map(removed).collect()
}

/// Where the client takes us to be, in reverse mode: what it named, else where its connection arrived.
pub(super) fn seen_as(parts: &request::Parts, here: &Endpoint) -> Endpoint {
    let named = parts.uri.authority().map(http::uri::Authority::as_str);
    let named = named.or_else(|| parts.headers.get(HOST)?.to_str().ok());
    named.and_then(|text| HostPort::of(text.as_bytes())).map_or_else(
        || here.clone(),
        |HostPort { host, port }| Endpoint {
            scheme: here.scheme,
            host: host.to_owned(),
            port: port.unwrap_or(here.scheme.default_port()),
        },
    )
}

/// The request as it is sent to `to`, and what was changed. In reverse mode it names the upstream.
pub(super) fn sent_on(
    mut parts: request::Parts,
    to: &Endpoint,
    rewrite: Option<&Rewrite>,
    reverse: bool,
) -> Result<(http::Request<()>, Vec<Edit>), Trouble> {
    let mut edits = Vec::new();
    let before = parts.uri.authority().map(ToString::to_string);
    let host = parts.headers.get(HOST).and_then(|host| host.to_str().ok()).map(str::to_owned);
    let after = if reverse { to.authority() } else { before.clone().or(host).unwrap_or_else(|| to.authority()) };
    if before.as_ref() != Some(&after) {
        let what = if before.is_some() { ":authority: the upstream's" } else { ":authority added" };
        edits.push(Edit { what: what.to_owned(), before, after: Some(after.clone()) });
    }
    if reverse && let Some(host) = parts.headers.get_mut(HOST) {
        *host = HeaderValue::from_str(&after).map_err(|_| unsendable(&after))?;
    }
    let mut uri = std::mem::take(&mut parts.uri).into_parts();
    uri.authority = Some(after.parse().map_err(|_| unsendable(&after))?);
    let scheme = if to.scheme == Scheme::Https { http::uri::Scheme::HTTPS } else { http::uri::Scheme::HTTP };
    if let Some(before) = uri.scheme.filter(|before| *before != scheme) {
        let (before, after) = (Some(before.to_string()), Some(scheme.to_string()));
        edits.push(Edit { what: ":scheme: the upstream's".to_owned(), before, after });
    }
    uri.scheme = Some(scheme);
    parts.uri = Uri::from_parts(uri).map_err(|_| unsendable(&after))?;
    parts.version = Version::HTTP_2;
    if rewrite.is_some_and(Rewrite::is_description) && parts.headers.remove(ACCEPT_ENCODING).is_some() {
        edits.push(Edit { what: "accept-encoding removed".to_owned(), before: None, after: None });
    }
    Ok((http::Request::from_parts(parts, ()), edits))
}

fn unsendable(authority: &str) -> Trouble {
    let text = format!("{authority:?} can't stand in an HTTP/2 request; the client must name a host");
    Trouble::new(Stage::RequestHead, text).with_status(400)
}

/// The head as HTTP/1 would write it, so that what is rewritten there is rewritten here by the same rules.
pub(super) fn as_http1(parts: &response::Parts) -> Head {
    let head = written(format!("HTTP/1.1 {} \r\n", parts.status.as_u16()), &parts.headers, |_| true);
    Head::response(head, 0, &HttpLimits::default())
}

/// A request's head as HTTP/1 would write it; its authority stands as `host`.
pub(super) fn request_as_http1(request: &http::Request<()>) -> Vec<u8> {
    let uri = request.uri();
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let host = uri.authority().map(|authority| format!("host: {authority}\r\n")).unwrap_or_default();
    let other = |name: &HeaderName| host.is_empty() || name != HOST;
    written(format!("{} {path} HTTP/1.1\r\n{host}", request.method()), request.headers(), other)
}

fn written(first: String, headers: &HeaderMap, wanted: impl Fn(&HeaderName) -> bool) -> Vec<u8> {
    let mut bytes = first.into_bytes();
    for (name, value) in headers.iter().filter(|(name, _)| wanted(name)) {
        bytes.extend_from_slice(name.as_str().as_bytes());
        bytes.extend_from_slice(b": ");
        bytes.extend_from_slice(value.as_bytes());
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"\r\n");
    bytes
}

/// The fields of a head that HTTP/1 would write so.
fn fields(head: &Head) -> HeaderMap {
    let field = |(name, value): (&[u8], &[u8])| {
        Some((HeaderName::from_bytes(name).ok()?, HeaderValue::from_bytes(value).ok()?))
    };
    let mut headers = HeaderMap::with_capacity(head.fields().len());
    for (name, value) in head.pairs().filter_map(field) {
        headers.append(name, value);
    }
    headers
}

/// The request that the user made of `request`; `host` stands for its authority.
///
/// # Errors
/// With what can't stand in a request of HTTP/2.
pub(super) fn edited_request(request: &http::Request<()>, head: &Head) -> Result<http::Request<()>, Trouble> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let mut headers = fields(head);
    let host = headers.remove(HOST).and_then(|host| host.to_str().ok().map(str::to_owned));
    if let (Some(host), true) = (&host, request.headers().contains_key(HOST)) {
        headers.insert(HOST, HeaderValue::from_str(host).map_err(|_| unsendable(host))?);
    }
    let mut uri = request.uri().clone().into_parts();
    if let Some(host) = host {
        uri.authority = Some(host.parse().map_err(|_| unsendable(&host))?);
    }
    let target = text(head.target());
    uri.path_and_query = Some(target.parse().map_err(|_| unsendable(&target))?);
    let mut edited = http::Request::new(());
    *edited.method_mut() = http::Method::from_bytes(head.method()).map_err(|_| unsendable(&text(head.method())))?;
    *edited.uri_mut() = Uri::from_parts(uri).map_err(|_| unsendable(&target))?;
    *edited.version_mut() = Version::HTTP_2;
    *edited.headers_mut() = headers;
    Ok(edited)
}

/// Makes of an answer's head what the user made of it.
pub(super) fn edit_answer(parts: &mut response::Parts, head: &Head) {
    parts.status = http::StatusCode::from_u16(head.status()).unwrap_or(parts.status);
    parts.headers = fields(head);
}

/// Rewrites the fields that would lead the client past us, and says what still does.
pub(super) fn rewritten(parts: &mut response::Parts, rewrite: &Rewrite) -> (Vec<Edit>, Vec<Remark>) {
    let head = as_http1(parts);
    let mut patch = Patch::new(&head);
    let remarks = rewrite.head(&mut patch, &head);
    let (bytes, edits) = patch.finish();
    if edits.is_empty() {
        return (edits, remarks);
    }
    let head = Head::response(bytes, 0, &HttpLimits::default());
    parts.headers = fields(&head);
    (edits, remarks)
}

/// Tells the length of a body that was rewritten, on which no content coding is any more.
pub(super) fn for_plain(parts: &mut response::Parts, len: usize) -> Vec<Edit> {
    let text = |value: HeaderValue| value.to_str().ok().map(str::to_owned);
    let length =
        parts.headers.insert(CONTENT_LENGTH, HeaderValue::from(len)).filter(|before| *before != len.to_string());
    let length = length.map(|before| Edit {
        what: "content-length: that of the rewritten body".to_owned(),
        before: text(before),
        after: Some(len.to_string()),
    });
    let untrue: Vec<HeaderName> =
        parts.headers.keys().filter(|name| wsdl::of_the_bytes(name.as_str().as_bytes())).cloned().collect();
    let gone = untrue.into_iter().map(|name| {
        let before = parts.headers.remove(&name).and_then(text);
        Edit { what: format!("{name} removed"), before, after: None }
    });
    length.into_iter().chain(gone).collect()
}

/// An answer of our own that says what went wrong, and its body.
pub(super) fn trouble(trouble: &Trouble) -> (http::Response<()>, Bytes) {
    let (error, body) = crate::proxy::core::answer::words(trouble);
    let mut response = http::Response::new(());
    *response.status_mut() = http::StatusCode::from_u16(trouble.status).unwrap_or(http::StatusCode::BAD_GATEWAY);
    *response.version_mut() = Version::HTTP_2;
    let headers = response.headers_mut();
    headers.extend(HeaderValue::from_str(&error).ok().map(|v| (HeaderName::from_static("mwscope-error"), v)));
    let asks = match trouble.status {
        401 => Some(http::header::WWW_AUTHENTICATE),
        407 => Some(http::header::PROXY_AUTHENTICATE),
        _ => None,
    };
    headers.extend(asks.map(|name| (name, HeaderValue::from_static("Basic realm=\"mwscope\""))));
    headers.insert(http::header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
    (response, body.into())
}
