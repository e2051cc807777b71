//! `N_m.xml`: timers and flags of one session.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use mwscope_parsers::{Civil, Stamp};
use serde_json::{Value, json};

use crate::export::extra;
use crate::export::field::Field;
use crate::export::wire;
use crate::model::{Body, Exchange, Headers, Timings, coding};
use crate::replay::escape;

/// What stands in the flag `x-mwscope`, where an exchange has it and Fiddler no place for it.
const EXTRA: &[Field] = &[
    Field::Started,
    Field::Duration,
    Field::Client,
    Field::Server,
    Field::Url,
    Field::Target,
    Field::Outcome,
    Field::Complete,
    Field::Timings,
    Field::Tls,
    Field::Tunnel,
    Field::Stream,
    Field::Edits,
    Field::Masks,
    Field::Notes,
    Field::Origin,
];

/// The XML; `changed` says of request and response whether their headers are written otherwise than recorded.
pub(super) fn of(exchange: &Exchange, sid: u64, changed: (bool, bool)) -> String {
    let mut out = String::from("\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n");
    let https = exchange.url.starts_with("https:") || exchange.url.starts_with("wss:");
    let bits = u64::from(https) | if exchange.request.method == "CONNECT" { 0x2000 } else { 0 };
    let stated = exchange.notes.iter().find(|(name, _)| name == "BitFlags");
    let bits = bits | stated.and_then(|(_, hex)| u64::from_str_radix(hex, 16).ok()).unwrap_or(0);
    let _infallible =
        write!(out, "<Session SID=\"{sid}\" BitFlags=\"{bits:x}\">\r\n  <SessionTimers {} />\r\n", timers(exchange));
    out.push_str("  <PipeInfo />\r\n  <SessionFlags>\r\n");
    let mut flag = |name: &str, value: &str| {
        let _infallible =
            write!(out, "    <SessionFlag N=\"{}\" V=\"{}\" />\r\n", escape::xml(name), escape::xml(value));
    };
    let own: Vec<_> = exchange.notes.iter().filter(|(name, _)| is_flag(name)).collect();
    let has = |name: &str| own.iter().any(|(own, _)| own.eq_ignore_ascii_case(name));
    for (name, value) in &own {
        flag(name, value);
    }
    let mut added = Vec::new();
    let mut add = |name: &'static str, value: &str| {
        if !has(name) {
            flag(name, value);
            added.push(name);
        }
    };
    if let Some((ip, port)) = exchange.client.as_deref().and_then(place) {
        add("x-clientip", ip);
        add("x-clientport", port);
    }
    if let Some((ip, _)) = exchange.server.as_deref().and_then(place) {
        add("x-hostip", ip);
    }
    if let Some(process) = &exchange.process {
        add("x-processinfo", process);
    }
    if let Some((_, cause)) = exchange.outcome.broke_at() {
        add("ui-color", "red");
        add("ui-comments", cause);
    }
    let extra = extra(exchange, changed, &added);
    flag("x-mwscope", &extra.to_string());
    out.push_str("  </SessionFlags>\r\n</Session>\r\n");
    out
}

fn extra(exchange: &Exchange, changed: (bool, bool), added: &[&str]) -> Value {
    let mut more = EXTRA.to_vec();
    more.extend(changed.0.then_some(Field::RequestHeaders));
    more.extend(changed.1.then_some(Field::ResponseHeaders));
    let mut extra = extra::of(exchange, &more, |name| is_flag(name) || name == "BitFlags" || name == "framing");
    for (name, empty) in [("started", exchange.started.is_none()), ("duration_ns", exchange.duration_ns.is_none())] {
        if empty {
            extra.insert(name.into(), Value::Null);
        }
    }
    let versions = [Some(&exchange.request.version), exchange.response.as_ref().map(|response| &response.version)];
    for (name, version) in ["request_http", "response_http"].iter().zip(versions) {
        if let Some(version) = version.filter(|v| !matches!(v.as_str(), "HTTP/1.0" | "HTTP/1.1" | "HTTP/2")) {
            extra.insert((*name).into(), json!(version));
        }
    }
    if exchange.timings == Timings::default() {
        extra.insert("timings_ns".into(), json!({}));
    }
    // The reader finds a body cut where a session's end is missing; here it is known what it is.
    extra.entry("outcome").or_insert_with(|| json!({"word": exchange.outcome.word()}));
    extra.insert("complete".into(), (!exchange.incomplete).into());
    let response = exchange.response.as_ref().map(|r| ("response_body", &r.body, &r.headers));
    for (name, body, headers) in
        [("request_body", &exchange.request.body, &exchange.request.headers)].into_iter().chain(response)
    {
        extra.extend(extra::body(&as_written(body, headers), false).map(|value| (name.to_owned(), value)));
    }
    if let Some(response) = exchange.response.as_ref().filter(|response| wire::is_bodiless(exchange, response))
        && let (bytes, _) = wire::coded(&response.body, &response.headers)
        && !bytes.is_empty()
    {
        extra["response_body"]["base64"] = json!(STANDARD.encode(bytes));
    }
    if !added.is_empty() {
        extra.insert("added".into(), json!(added));
    }
    Value::Object(extra)
}

/// The body with the codings that are on where it is written.
fn as_written(body: &Body, headers: &Headers) -> Body {
    let codings = if body.codings.is_empty() { coding::codings(headers) } else { body.codings.clone() };
    Body { codings, ..body.clone() }
}

/// Flags of Fiddler, which came from a session archive.
fn is_flag(name: &str) -> bool {
    let starts = ["x-", "ui-", "https-", "log-", "api-"];
    name != "x-mwscope"
        && starts.iter().any(|start| {
            name.len() > start.len() && name.get(..start.len()).is_some_and(|s| s.eq_ignore_ascii_case(start))
        })
}

/// Address and port of `ip:port`.
fn place(place: &str) -> Option<(&str, &str)> {
    let (host, port) = place.rsplit_once(':')?;
    let ip = host.trim_matches(['[', ']']);
    ip.parse::<std::net::IpAddr>().ok().map(|_| (ip, port))
}

/// The timers in Fiddler's order; one that isn't known stands as the year 1.
fn timers(exchange: &Exchange) -> String {
    let t = exchange.timings;
    let ms = |ns: Option<u64>| ns.unwrap_or(0) / 1_000_000;
    let start = exchange.started;
    let after = |ns: Option<u64>| start.zip(ns).map_or_else(|| NEVER.to_owned(), |(start, ns)| time(start, ns));
    let asked = Some([t.blocked, t.dns, t.connect, t.tls].iter().flatten().sum::<u64>());
    let then = |at: Option<u64>, part: Option<u64>| Some(at? + part?);
    let got = then(asked, t.send);
    let answering = then(got, t.wait);
    let answered = then(answering, t.receive);
    let done = exchange.duration_ns.filter(|_| exchange.response.is_some());
    let rows = [
        ("ClientConnected", after(Some(0))),
        ("ClientBeginRequest", after(Some(0))),
        ("GotRequestHeaders", after(Some(0))),
        ("ClientDoneRequest", after(asked)),
        ("GatewayTime", "0".to_owned()),
        ("DNSTime", ms(t.dns).to_string()),
        ("TCPConnectTime", ms(t.connect).to_string()),
        ("HTTPSHandshakeTime", ms(t.tls).to_string()),
        ("ServerConnected", after(asked)),
        ("FiddlerBeginRequest", after(asked)),
        ("ServerGotRequest", after(got)),
        ("ServerBeginResponse", after(answering)),
        ("GotResponseHeaders", after(answering)),
        ("ServerDoneResponse", after(answered)),
        ("ClientBeginResponse", after(answering)),
        ("ClientDoneResponse", after(done)),
    ];
    rows.iter().map(|(name, value)| format!("{name}=\"{value}\"")).collect::<Vec<_>>().join(" ")
}

const NEVER: &str = "0001-01-01T00:00:00";

/// With seven digits, as .NET has them, and the zone of the recording.
fn time(start: Stamp, ns: u64) -> String {
    let civil = Civil { ns: start.civil.ns.saturating_add(i64::try_from(ns).unwrap_or(i64::MAX)) };
    Stamp { civil, digits: 7, ..start }.to_rfc3339()
}
