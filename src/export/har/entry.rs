//! One exchange as an entry.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use mwscope_parsers::Stamp;
use serde_json::{Map, Value, json};

use super::parts;
use crate::export::field::Field;
use crate::export::{Told, extra};
use crate::model::{Body, BodyState, Exchange, Headers, Kept, Request, Response, Timings, coding};

/// What stands in `_mwscope` where an exchange has it and HAR no place for it.
const EXTRA: &[Field] = &[
    Field::Client,
    Field::Process,
    Field::RequestTrailers,
    Field::ResponseTrailers,
    Field::Interim,
    Field::Outcome,
    Field::Complete,
    Field::Tls,
    Field::Tunnel,
    Field::Stream,
    Field::Edits,
    Field::Masks,
    Field::Notes,
    Field::Origin,
];

/// The entry.
pub(super) fn of(exchange: &Exchange, told: &mut Told) -> Value {
    let mut more: Vec<Field> = EXTRA.to_vec();
    let mut entry = Map::new();
    let started = exchange.started.and_then(with_zone);
    if exchange.started.map(|stamp| stamp.to_rfc3339()) != started {
        more.push(Field::Started);
        told.say(exchange, "its time has no zone or there is none; HAR wants one, and it was written as if in UTC");
    }
    entry.insert("startedDateTime".into(), json!(started.as_deref().unwrap_or("1970-01-01T00:00:00Z")));
    let (timings, total, exact) = timings(exchange);
    if !exact {
        more.extend([Field::Timings, Field::Duration]);
    }
    entry.insert("time".into(), number(total));
    entry.insert("request".into(), request(exchange));
    entry.insert("response".into(), exchange.response.as_ref().map_or_else(no_response, response));
    entry.insert("cache".into(), json!({}));
    entry.insert("timings".into(), timings);
    if let Some((address, same)) = address(exchange) {
        entry.insert("serverIPAddress".into(), json!(address));
        more.extend((!same).then_some(Field::Server));
    } else {
        more.push(Field::Server);
    }
    if Request::target_of(&exchange.url, &exchange.request.headers) != exchange.request.target {
        more.push(Field::Target);
    }
    let mut entry = Value::Object(entry);
    let elsewhere = parts::put_notes(&mut entry, &exchange.notes);
    let mut extra = extra::of(exchange, &more, |name| elsewhere.contains(&name));
    add_error(&mut entry, exchange, &mut extra);
    bodies(exchange, &mut extra, told);
    if started.is_none() && exchange.started.is_none() {
        extra.insert("started".into(), Value::Null);
    }
    if exchange.duration_ns.is_none() {
        extra.insert("duration_ns".into(), Value::Null);
    }
    if !exact && exchange.timings == Timings::default() {
        extra.insert("timings_ns".into(), json!({}));
    }
    if !extra.is_empty() {
        entry["_mwscope"] = Value::Object(extra);
    }
    entry
}

/// A time that says its zone.
fn with_zone(stamp: Stamp) -> Option<String> {
    let offset_s = stamp.offset_s.or(Some(0));
    stamp.has_date.then(|| Stamp { offset_s, ..stamp }.to_rfc3339())
}

/// What browsers and Fiddler read a failure from; the reader leaves it out again.
fn add_error(entry: &mut Value, exchange: &Exchange, extra: &mut Map<String, Value>) {
    let Some((_, cause)) = exchange.outcome.broke_at() else { return };
    let stated =
        ["_error", "_errorText", "response._error"].iter().any(|name| exchange.notes.iter().any(|(n, _)| n == name));
    if !stated {
        entry["response"]["_error"] = json!(cause);
        extra.insert("added".into(), json!(["response._error"]));
    }
}

/// What a reader can't know of the bodies.
fn bodies(exchange: &Exchange, extra: &mut Map<String, Value>, told: &mut Told) {
    let response = exchange.response.as_ref().map(|r| ("response_body", &r.body, &r.headers));
    for (name, body, headers) in
        [("request_body", &exchange.request.body, &exchange.request.headers)].into_iter().chain(response)
    {
        let decoded = decoded(body);
        if let Some(trouble) = &decoded.trouble {
            told.say(exchange, &format!("{trouble}; the body is written as it came, in base64"));
        }
        let coded = !coding::codings(headers).is_empty();
        // Without a coding the reader takes the size of what is there.
        let plain =
            body.codings.is_empty() && (!coded || body.len > 0) && (coded || body.len == decoded.bytes.len() as u64);
        // Codings that came off here are off for the reader as well.
        let off =
            Body { codings: if decoded.trouble.is_some() { body.codings.clone() } else { Vec::new() }, ..body.clone() };
        let plain = plain || (decoded.trouble.is_none() && coded && body.len > 0);
        if let Some(value) = extra::body(&off, plain) {
            extra.insert(name.into(), value);
        }
    }
}

fn decoded(body: &Body) -> coding::Decoded {
    match &body.kept {
        Kept::Here(bytes) => coding::decode(body, bytes),
        _ => coding::Decoded { bytes: Bytes::new(), trouble: None },
    }
}

fn request(exchange: &Exchange) -> Value {
    let request = &exchange.request;
    let mut value = json!({
        "method": request.method,
        // The reader takes the authority of CONNECT from it; a fragment is nothing that was sent.
        "url": exchange.url,
        "httpVersion": version(&request.version),
        "cookies": parts::sent_cookies(&request.headers),
        "headers": parts::headers(&request.headers),
        "queryString": parts::query(&exchange.url),
        "headersSize": request.head.as_ref().map_or(-1, |head| head.len() as i64),
        "bodySize": request.body.len,
    });
    if let Some(data) = post_data(&request.body, &request.headers) {
        value["postData"] = data;
    }
    value
}

/// `encoding` of a request's body is no part of HAR 1.2, which has no place for bodies that are no text.
fn post_data(body: &Body, headers: &Headers) -> Option<Value> {
    let decoded = decoded(body);
    if decoded.bytes.is_empty() {
        return None;
    }
    let mime = headers.text("content-type").unwrap_or_default();
    let mut value = json!({"mimeType": mime});
    match text(&decoded) {
        Some(text) => {
            if mime.to_ascii_lowercase().starts_with("application/x-www-form-urlencoded") {
                value["params"] = parts::pairs(text);
            }
            value["text"] = json!(text);
        }
        None => {
            value["text"] = json!(STANDARD.encode(&decoded.bytes));
            value["_encoding"] = json!("base64");
        }
    }
    Some(value)
}

/// The body where it is text: a picture can be UTF-8 by chance.
fn text(decoded: &coding::Decoded) -> Option<&str> {
    let odd = |byte: &u8| matches!(byte, 0..=8 | 14..=26 | 28..=31 | 127);
    let text = std::str::from_utf8(&decoded.bytes).ok().filter(|_| decoded.trouble.is_none())?;
    (!decoded.bytes.iter().any(odd)).then_some(text)
}

fn response(response: &Response) -> Value {
    let decoded = decoded(&response.body);
    let size = match response.body.state {
        BodyState::Whole | BodyState::Cut => decoded.bytes.len() as u64,
        _ => response.body.len,
    };
    let mime = response.headers.text("content-type").unwrap_or_default();
    let mut content = json!({"size": size, "mimeType": mime});
    if !coding::codings(&response.headers).is_empty() {
        content["compression"] = json!(size as i64 - response.body.len as i64);
    }
    if !decoded.bytes.is_empty() {
        match text(&decoded) {
            Some(text) => content["text"] = json!(text),
            None => {
                content["text"] = json!(STANDARD.encode(&decoded.bytes));
                content["encoding"] = json!("base64");
            }
        }
    }
    json!({
        "status": response.status,
        "statusText": response.reason,
        "httpVersion": version(&response.version),
        "cookies": parts::set_cookies(&response.headers),
        "headers": parts::headers(&response.headers),
        "content": content,
        "redirectURL": response.headers.text("location").unwrap_or_default(),
        "headersSize": response.head.as_ref().map_or(-1, |head| head.len() as i64),
        "bodySize": response.body.len,
    })
}

/// As browsers write it where there was no answer.
fn no_response() -> Value {
    json!({
        "status": 0, "statusText": "", "httpVersion": "unknown", "cookies": [], "headers": [],
        "content": {"size": 0, "mimeType": "x-unknown"}, "redirectURL": "", "headersSize": -1, "bodySize": -1,
    })
}

fn version(version: &str) -> &str {
    if version.is_empty() { "unknown" } else { version }
}

/// The server's address without its port, and whether the port is the one that the URL says.
fn address(exchange: &Exchange) -> Option<(String, bool)> {
    let server = exchange.server.as_ref()?;
    let (host, port) = match server.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) && !host.ends_with(':') => {
            (host, port.parse().ok())
        }
        _ => (server.as_str(), None),
    };
    let ip = host.trim_matches(['[', ']']);
    ip.parse::<std::net::IpAddr>().ok()?;
    let same = port.is_some() && port == parts::port(&exchange.url);
    Some((ip.to_owned(), same))
}

/// The timings, their sum, and whether the exact values can be read from them. The sum is the time of the entry, as HAR
/// wants it: what no part accounts for stands as blocked where nothing else does.
fn timings(exchange: &Exchange) -> (Value, u64, bool) {
    let t = exchange.timings;
    let connect = match (t.connect, t.tls) {
        (None, None) => None,
        (connect, tls) => Some(connect.unwrap_or(0) + tls.unwrap_or(0)),
    };
    let sum: u64 = [t.blocked, t.dns, connect, t.send, t.wait, t.receive].iter().flatten().sum();
    let rest = exchange.duration_ns.and_then(|total| total.checked_sub(sum)).filter(|rest| *rest > 0);
    let blocked = t.blocked.or(rest);
    let total = sum + rest.filter(|_| t.blocked.is_none()).unwrap_or(0);
    let part = |ns: Option<u64>| ns.map_or(json!(-1), number);
    let needed = |ns: Option<u64>| number(ns.unwrap_or(0));
    let value = json!({
        "blocked": part(blocked), "dns": part(t.dns), "connect": part(connect), "send": needed(t.send),
        "wait": needed(t.wait), "receive": needed(t.receive), "ssl": part(t.tls),
    });
    let known = t.send.is_some() && t.wait.is_some() && t.receive.is_some() && blocked == t.blocked;
    let parted = t.tls.is_none() || t.connect.is_some_and(|connect| connect > 0);
    (value, total, known && parted && exchange.duration_ns == Some(total))
}

/// Milliseconds, whole where they are.
fn number(ns: u64) -> Value {
    if ns.is_multiple_of(1_000_000) { json!(ns / 1_000_000) } else { json!(ns as f64 / 1e6) }
}
