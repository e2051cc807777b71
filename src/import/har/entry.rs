//! One entry of an archive as an exchange. Members are looked up one by one, so that a missing or misspelt one
//! costs only itself; custom members (`_name`) and comments become notes.

use serde_json::{Map, Value};

use super::body;
use crate::import::{extra, failure, when};
use crate::model::{Exchange, ExchangeId, Header, Headers, Outcome, Request, Response, SourceId, Timings};

/// Reads an entry, or says in words why it is none.
pub(super) fn exchange(entry: &Value, id: ExchangeId, source: SourceId, index: u32) -> Result<Exchange, String> {
    let request = entry.get("request").filter(|request| request.is_object());
    let Some(request) = request else {
        return Err("the entry has no request".to_owned());
    };
    let method = text(request, "method").unwrap_or_default();
    let url = text(request, "url").unwrap_or_default();
    // Of a call whose request a capture missed we write what there is.
    if method.is_empty() && url.is_empty() && entry.get("_mwscope").is_none() {
        return Err("the entry's request has neither method nor url".to_owned());
    }
    let mut notes = Vec::new();
    let headers = headers(request);
    let (sent, odd) = body::of_request(request, &headers);
    notes.extend(odd.map(|odd| ("request body".to_owned(), odd)));
    let url = if method == "CONNECT" { authority(url) } else { url };
    let sent = Request {
        method: method.to_owned(),
        target: Request::target_of(url, &headers),
        version: version(request),
        headers,
        body: sent,
        ..Request::default()
    };
    let mut exchange = Exchange::new(id, source, index, url.to_owned(), sent);
    exchange.started = entry.get("startedDateTime").and_then(when::of_json);
    exchange.timings = timings(entry);
    exchange.duration_ns = milliseconds(entry, "time").or_else(|| total(entry.get("timings")));
    exchange.server = server(entry, url);
    exchange.client = text(entry, "clientIPAddress").or_else(|| text(entry, "_clientIPAddress")).map(str::to_owned);
    add_response(&mut exchange, entry, &mut notes);
    // No header says it, so it isn't made one; it is what the browser took the body for.
    if entry.get("_mwscope").is_none() {
        let answered = exchange.response.as_ref().map(|response| (&response.headers, "response", "content"));
        let sent = Some((&exchange.request.headers, "request", "postData"));
        for (headers, side, part) in [sent, answered].into_iter().flatten() {
            let stated = entry.get(side).and_then(|side| side.get(part)).and_then(|part| text(part, "mimeType"));
            let stated = stated.filter(|kind| !kind.is_empty() && *kind != "x-unknown" && *kind != "?");
            if let Some(kind) = stated.filter(|_| headers.text("content-type").is_none()) {
                notes.push((format!("{side} {part}.mimeType"), kind.to_owned()));
            }
        }
    }
    add_notes(&mut notes, entry);
    exchange.notes = notes;
    if let Some(own) = entry.get("_mwscope") {
        extra::apply(&mut exchange, own);
        return Ok(exchange);
    }
    if exchange.started.is_none() && entry.get("startedDateTime").is_some_and(|value| !value.is_null()) {
        let stated = entry.get("startedDateTime").map(Value::to_string).unwrap_or_default();
        exchange.notes.push(("startedDateTime".to_owned(), format!("{stated} is no time that can be read")));
    }
    Ok(exchange)
}

fn add_response(exchange: &mut Exchange, entry: &Value, notes: &mut Vec<(String, String)>) {
    let Some(response) = entry.get("response").filter(|response| response.is_object()) else {
        exchange.outcome = failure::outcome(text(entry, "_error"), false);
        return;
    };
    let status = number(response, "status").and_then(|status| u16::try_from(status).ok()).unwrap_or_default();
    let error = ["_error", "_errorText"].iter().find_map(|name| text(response, name).or_else(|| text(entry, name)));
    let reason = text(response, "statusText").unwrap_or_default();
    if status == 0 {
        let broken = text(response, "_charlesStatus").or_else(|| text(entry, "_charlesStatus"));
        let broken = broken.filter(|word| *word != "COMPLETE").or((!reason.is_empty()).then_some(reason));
        exchange.outcome = failure::outcome(error.or(broken), false);
        return;
    }
    let headers = headers(response);
    let (body, odd) = body::of_response(response, &headers);
    notes.extend(odd.map(|odd| ("response body".to_owned(), odd)));
    exchange.outcome = match error {
        Some(_) => failure::outcome(error, true),
        None => Outcome::Complete,
    };
    exchange.response = Some(Response {
        status,
        reason: reason.to_owned(),
        version: version(response),
        headers,
        body,
        ..Response::default()
    });
}

/// Headers as `{name, value}`, as `[name, value]`, or as an object of names.
fn headers(message: &Value) -> Headers {
    let as_text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    };
    let pair = |item: &Value| match item {
        Value::Array(pair) => Some((as_text(pair.first()?), as_text(pair.get(1).unwrap_or(&Value::Null)))),
        item => Some((text(item, "name")?.to_owned(), as_text(item.get("value").unwrap_or(&Value::Null)))),
    };
    let pairs: Vec<_> = match message.get("headers") {
        Some(Value::Array(items)) => items.iter().filter_map(pair).collect(),
        Some(Value::Object(items)) => items.iter().map(|(name, value)| (name.clone(), as_text(value))).collect(),
        _ => Vec::new(),
    };
    // Line ends inside a value are how Chrome joins headers of one name.
    let lines = pairs.iter().flat_map(|(name, value)| {
        let mut lines: Vec<_> = value.split('\n').map(str::trim).filter(|line| !line.is_empty()).collect();
        if lines.is_empty() {
            lines.push("");
        }
        lines.into_iter().map(move |line| Header::new(name.clone(), line))
    });
    Headers(lines.collect())
}

fn authority(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split('/').next().unwrap_or(rest)
}

/// The version in one spelling: producers write `http/2.0`, `h2`, `h3`, `HTTP/2` and `unknown`.
fn version(message: &Value) -> String {
    let stated = text(message, "httpVersion").unwrap_or_default();
    match stated.to_ascii_lowercase().as_str() {
        "http/2.0" | "http/2" | "h2" | "h2c" => "HTTP/2".to_owned(),
        "http/3.0" | "http/3" | "h3" | "http/2+quic/46" => "HTTP/3".to_owned(),
        "http/1.1" => "HTTP/1.1".to_owned(),
        "http/1.0" => "HTTP/1.0".to_owned(),
        "unknown" => String::new(),
        _ => stated.to_owned(),
    }
}

fn server(entry: &Value, url: &str) -> Option<String> {
    let ip = text(entry, "serverIPAddress")?.trim_matches(['[', ']']);
    let stated = number(entry, "_serverPort").and_then(|port| u16::try_from(port).ok());
    let port = stated.or_else(|| port(url));
    let host = if ip.contains(':') { format!("[{ip}]") } else { ip.to_owned() };
    Some(port.map_or(host.clone(), |port| format!("{host}:{port}")))
}

fn port(url: &str) -> Option<u16> {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let host = rest.split(['/', '?', '#']).next()?.rsplit('@').next()?;
    let stated = host.rsplit_once(':').filter(|(_, port)| !port.ends_with(']')).and_then(|(_, port)| port.parse().ok());
    stated.or(match scheme {
        "http" | "ws" => Some(80),
        "https" | "wss" => Some(443),
        _ => None,
    })
}

/// `ssl` is part of `connect` by the standard; some producers leave it out. Then `ssl` is the larger one, or is needed
/// to come to the entry's time.
fn timings(entry: &Value) -> Timings {
    let Some(value) = entry.get("timings") else { return Timings::default() };
    let ns = |name| milliseconds(value, name);
    let (connect, tls) = (ns("connect"), ns("ssl"));
    let all = total(Some(value)).zip(tls).map(|(total, tls)| total.saturating_add(tls));
    let beside =
        milliseconds(entry, "time").zip(all).is_some_and(|(time, all)| time.abs_diff(all) < NEARLY_THE_SAME_NS);
    let within = tls.filter(|_| !beside);
    Timings {
        blocked: ns("blocked"),
        dns: ns("dns"),
        connect: connect.map(|connect| within.and_then(|tls| connect.checked_sub(tls)).unwrap_or(connect)),
        tls,
        send: ns("send"),
        wait: ns("wait"),
        receive: ns("receive"),
    }
}

/// What sums of times written in milliseconds differ by.
const NEARLY_THE_SAME_NS: u64 = 1_000;

fn total(timings: Option<&Value>) -> Option<u64> {
    let parts = ["blocked", "dns", "connect", "send", "wait", "receive"];
    let known: Vec<_> = parts.iter().filter_map(|name| milliseconds(timings?, name)).collect();
    (!known.is_empty()).then(|| known.iter().sum())
}

/// Custom members and comments of the entry and its parts, and those that say what no field holds.
fn add_notes(notes: &mut Vec<(String, String)>, entry: &Value) {
    let parts = [("", Some(entry)), ("request.", entry.get("request")), ("response.", entry.get("response"))];
    for (prefix, part) in parts {
        let Some(members) = part.and_then(Value::as_object) else { continue };
        add_custom(notes, prefix, members);
    }
    let parts = [
        ("request.postData.", "/request/postData"),
        ("response.content.", "/response/content"),
        ("timings.", "/timings"),
    ];
    for (prefix, pointer) in parts {
        let Some(members) = entry.pointer(pointer).and_then(Value::as_object) else { continue };
        add_custom(notes, prefix, members);
    }
}

fn add_custom(notes: &mut Vec<(String, String)>, prefix: &str, members: &Map<String, Value>) {
    for (name, value) in members {
        let custom = name.starts_with('_') && !matches!(name.as_str(), "_mwscope" | "_encoding");
        let stated = matches!(name.as_str(), "comment" | "connection" | "pageref");
        if custom || (stated && value.as_str().is_some_and(|text| !text.is_empty())) {
            notes.push((format!("{prefix}{name}"), note(value, custom)));
        }
    }
}

/// A text as it is, anything else as JSON; a text that could be taken for JSON keeps its quotes, so that it can go back.
fn note(value: &Value, custom: bool) -> String {
    match value.as_str() {
        Some(text) if !custom || serde_json::from_str::<serde::de::IgnoredAny>(text).is_err() => text.to_owned(),
        _ => value.to_string(),
    }
}

/// A member that is a text and not empty.
pub(super) fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name)?.as_str().filter(|text| !text.is_empty())
}

/// A member that is a number of zero or above, also where it was written as text; -1 means not known.
pub(super) fn number(value: &Value, name: &str) -> Option<u64> {
    let number = match value.get(name)? {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    (0.0..9.0e15).contains(&number).then_some(number as u64)
}

/// A member in milliseconds, as nanoseconds.
fn milliseconds(value: &Value, name: &str) -> Option<u64> {
    let ms = match value.get(name)? {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    (0.0..9.0e12).contains(&ms).then(|| (ms * 1e6).round() as u64)
}
