//! Exchanges written down: as the object that listings give to other programs, as one line, and in full.

mod listed;

use std::fmt::Write;
use std::io;

use bytes::Bytes;
use mwscope_parsers::Stamp;
use serde_json::{Map, Value, json};

use super::mask::{mask_value, masked, masked_header};
use super::{body, safe};
use crate::model::{Bodies, Body, CallKind, Exchange, Header, Headers, Nok, Timings, TlsFacts};
use listed::Listed;

/// Whether secrets are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Secrets {
    /// Overwritten by asterisks.
    #[default]
    Masked,
    /// As the source has them.
    Shown,
}

/// The object of `list` and `packets`; fields may be added, none renamed.
#[must_use]
pub fn json(exchange: &Exchange, source: &str, secrets: Secrets) -> Value {
    // It fails for maps whose keys are no texts and for numbers that aren't finite, of which there is none.
    serde_json::to_value(Listed::of(exchange, source, secrets)).unwrap_or_default()
}

/// Writes the object that [`json`] gives.
///
/// # Errors
/// Those of `out`.
pub fn write_json(out: impl io::Write, exchange: &Exchange, source: &str, secrets: Secrets) -> io::Result<()> {
    serde_json::to_writer(out, &Listed::of(exchange, source, secrets)).map_err(io::Error::from)
}

/// The object of `show --format json`: that of a listing, with headers, bodies as text and everything noted.
#[must_use]
pub fn full_json(exchange: &Exchange, source: &str, bodies: &dyn Bodies, secrets: Secrets) -> Value {
    let mut value = json(exchange, source, Secrets::Shown);
    let request = &exchange.request;
    let message = |headers: &Headers, body: &Body| half(headers, &shown(body, headers, bodies), secrets);
    let response = exchange.response.as_ref().map(|response| {
        let mut value = message(&response.headers, &response.body);
        value["status"] = json!(response.status);
        value["reason"] = json!(response.reason);
        value["http"] = json!(known(&response.version));
        value
    });
    let object: &mut Map<String, Value> = match &mut value {
        Value::Object(object) => object,
        _ => return value,
    };
    object.insert("request".into(), message(&request.headers, &request.body));
    object.insert("response".into(), json!(response));
    object.insert("fields".into(), json!(exchange.call.fields));
    object.insert("fault_detail".into(), json!(exchange.call.fault_detail));
    object.insert("notes".into(), json!(exchange.notes));
    if secrets == Secrets::Masked {
        mask_value(&mut value);
    }
    value
}

/// Headers and body of a message, or of a part of one.
fn half(headers: &Headers, shown: &body::Shown, secrets: Secrets) -> Value {
    let headers: Vec<_> =
        headers.0.iter().map(|header| json!([header.name.as_str(), header_value(header, secrets)])).collect();
    let mut value = json!({"headers": headers, "body": shown.text, "remarks": shown.remarks});
    if !shown.parts.is_empty() {
        let parts = shown.parts.iter().map(|part| {
            let mut value = half(&part.headers, &part.shown, secrets);
            value["name"] = json!(part.name);
            value["bytes"] = json!(part.len);
            value
        });
        value["parts"] = parts.collect();
    }
    value
}

fn header_value(header: &Header, secrets: Secrets) -> String {
    match secrets {
        Secrets::Masked => masked_header(&header.name, &header.text()),
        Secrets::Shown => header.text().into_owned(),
    }
}

/// What a listing says of an exchange in one line: cells from left to right.
#[must_use]
pub fn cells(exchange: &Exchange) -> Vec<String> {
    let call = &exchange.call;
    let name = match (&call.service, &call.operation) {
        (Some(service), Some(operation)) => format!("{service}.{operation}"),
        (None, Some(operation)) => operation.clone(),
        _ if exchange.path().is_empty() => exchange.url.clone(),
        _ => exchange.path().to_owned(),
    };
    let cells = [
        exchange.id.to_string(),
        exchange.started.map(clock).unwrap_or_default(),
        status(exchange),
        exchange.request.method.clone(),
        name,
        call.program.clone().unwrap_or_default(),
        call.user.clone().unwrap_or_default(),
        exchange.duration_ns.map(duration).unwrap_or_default(),
        remark(exchange),
    ];
    cells.into_iter().map(|cell| safe::line(&masked(&cell)).into_owned()).collect()
}

/// The names of [`cells`].
pub const COLUMNS: [&str; 9] = ["ID", "TIME", "STATUS", "METHOD", "CALL", "PROGRAM", "USER", "TOOK", ""];

/// An exchange in full: facts, request, response, bodies laid out.
#[must_use]
pub fn text(exchange: &Exchange, source: &str, bodies: &dyn Bodies, secrets: Secrets) -> String {
    let text = plain_text(exchange, source, bodies);
    match secrets {
        Secrets::Masked => masked(&text).into_owned(),
        Secrets::Shown => text,
    }
}

fn plain_text(exchange: &Exchange, source: &str, bodies: &dyn Bodies) -> String {
    let mut out = String::new();
    let mut line = |name: &str, value: Option<String>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            let _infallible = writeln!(out, "{name:<10} {}", safe::line(&value));
        }
    };
    let call = &exchange.call;
    line("exchange", Some(format!("{} ({source}#{})", exchange.id, exchange.index)));
    line("call", Some(cells(exchange)[4].clone()).filter(|_| call.operation.is_some()));
    line("protocol", Some(call.protocol.clone()));
    line("program", call.program.clone());
    line("user", call.user.clone());
    line("company", call.company.clone());
    line("division", call.division.clone());
    line("started", exchange.started.map(|stamp| stamp.to_rfc3339()));
    line("took", exchange.duration_ns.map(|ns| duration(ns) + &timings(exchange.timings)));
    line("client", exchange.client.clone());
    line("process", exchange.process.clone());
    line("server", exchange.server.clone());
    line("tls", exchange.tls.as_ref().map(tls_text));
    line("cert", exchange.tls.as_ref().and_then(certificate_text));
    line("outcome", Some(outcome(exchange)));
    line("fault", call.fault.clone());
    line("nok", call.nok.as_ref().map(nok_text));
    line("challenge", exchange.challenge.then(|| "the client's next attempt answers it; not a failure".to_owned()));
    line("tunnel", exchange.tunnel.clone());
    for edit in &exchange.edits {
        line("edited", Some(edit.in_words()));
    }
    for (name, value) in &exchange.notes {
        line("note", Some(format!("{name}: {value}")));
    }
    out.push('\n');
    out.push_str(&plain_request(exchange, bodies));
    if exchange.response.is_some() {
        out.push('\n');
        out.push_str(&plain_response(exchange, bodies));
    }
    out
}

/// The request alone: head, and body laid out.
#[must_use]
pub fn request_text(exchange: &Exchange, bodies: &dyn Bodies, secrets: Secrets) -> String {
    let text = plain_request(exchange, bodies);
    if secrets == Secrets::Masked { masked(&text).into_owned() } else { text }
}

/// The answer alone: head, and body laid out; nothing where there is none.
#[must_use]
pub fn response_text(exchange: &Exchange, bodies: &dyn Bodies, secrets: Secrets) -> String {
    let text = plain_response(exchange, bodies);
    if secrets == Secrets::Masked { masked(&text).into_owned() } else { text }
}

fn plain_request(exchange: &Exchange, bodies: &dyn Bodies) -> String {
    let request = &exchange.request;
    let first = format!("{} {} {}", request.method, request.target, request.version);
    message(first.trim_end(), &request.headers, &request.body, &request.trailers, bodies)
}

fn plain_response(exchange: &Exchange, bodies: &dyn Bodies) -> String {
    let Some(response) = &exchange.response else { return String::new() };
    let version = if response.version.is_empty() { "HTTP" } else { &response.version };
    let first = format!("{version} {} {}", response.status, response.reason);
    message(first.trim_end(), &response.headers, &response.body, &response.trailers, bodies)
}

fn message(first: &str, headers: &Headers, body: &Body, trailers: &Headers, bodies: &dyn Bodies) -> String {
    let mut out = format!("{}\n", safe::line(first));
    list(&mut out, headers);
    body_text(&mut out, &shown(body, headers, bodies));
    if !trailers.0.is_empty() {
        // Where they stand on the wire, so that nobody takes them for fields of the head.
        out.push_str("\n[trailers]\n");
        list(&mut out, trailers);
    }
    out
}

fn list(out: &mut String, headers: &Headers) {
    for header in &headers.0 {
        let _infallible = writeln!(out, "{}: {}", safe::line(&header.name), safe::line(&header.text()));
    }
}

/// What a body holds, part by part.
fn body_text(out: &mut String, shown: &body::Shown) {
    for remark in &shown.remarks {
        let _infallible = writeln!(out, "[{}]", safe::line(remark));
    }
    if let Some(text) = &shown.text {
        let _infallible = writeln!(out, "\n{}", safe::lines(text.trim_end()));
    }
    for (n, part) in shown.parts.iter().enumerate() {
        let name = part.name.as_deref().map_or(String::new(), |name| format!("  {name}"));
        let title = format!("part {} of {}{name}  {} bytes", n + 1, shown.parts.len(), part.len);
        let _infallible = writeln!(out, "\n{}", safe::line(&title));
        for header in &part.headers.0 {
            let _infallible = writeln!(out, "{}: {}", safe::line(&header.name), safe::line(&header.text()));
        }
        body_text(out, &part.shown);
    }
}

fn shown(body: &Body, headers: &Headers, bodies: &dyn Bodies) -> body::Shown {
    match bodies.load(body) {
        Ok(kept) => body::show(body, &kept, headers),
        Err(error) => {
            let mut shown = body::show(body, &Bytes::new(), headers);
            shown.remarks.push(format!("the body can't be read: {error}"));
            shown
        }
    }
}

fn status(exchange: &Exchange) -> String {
    let mark = if exchange.failed() { " !" } else { "" };
    match exchange.status() {
        Some(status) => format!("{status}{mark}"),
        None => format!("{}{mark}", exchange.outcome.word()),
    }
}

fn outcome(exchange: &Exchange) -> String {
    let word = exchange.outcome.word();
    match exchange.outcome.broke_at() {
        Some((stage, cause)) => format!("{word} at {}: {cause}", stage.word()),
        None if exchange.incomplete => format!("{word}, with bytes missing"),
        None => word.to_owned(),
    }
}

/// What TLS agreed on.
fn tls_text(tls: &TlsFacts) -> String {
    let said = |what: &str, value: &Option<String>| value.as_ref().map(|value| format!("{what}{value}"));
    let parts =
        [said("", &tls.version), said("", &tls.cipher), said("protocol ", &tls.alpn), said("server name ", &tls.sni)];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// Whom the server's certificate names, and its fingerprint.
fn certificate_text(tls: &TlsFacts) -> Option<String> {
    let print = tls.certificates.first()?;
    Some(format!("{}; SHA-256 {print}", tls.leaf.as_deref().unwrap_or("unreadable")))
}

/// Why it failed, in a few words.
fn remark(exchange: &Exchange) -> String {
    let call = &exchange.call;
    let broke = || exchange.outcome.broke_at().map(|(stage, cause)| format!("{}: {cause}", stage.word()));
    let text = call.fault.clone().or_else(|| call.nok.as_ref().map(nok_text)).or_else(broke);
    let text = text.or_else(|| exchange.challenge.then(|| "challenge, answered".to_owned()));
    // What passed a tunnel unread, as far as it could be seen from outside.
    let text = text.or_else(|| exchange.note("inside").map(str::to_owned));
    let open = || [Exchange::UNDER_WAY, Exchange::CUT_OFF].into_iter().find(|name| exchange.note(name).is_some());
    let text = text.or_else(|| open().map(str::to_owned));
    short(&text.unwrap_or_default())
}

fn nok_text(nok: &Nok) -> String {
    let parts = [nok.code.as_deref(), nok.message.as_deref()];
    let mut text = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
    if let Some(field) = &nok.field {
        let _infallible = write!(text, " (field {field})");
    }
    if nok.partial {
        text.push_str(", after some rows: the list is incomplete");
    }
    text
}

/// At most 100 characters of one line.
fn short(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    match line.char_indices().nth(100) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line.to_owned(),
    }
}

/// Time of day with milliseconds; the date stands in the full view.
pub(super) fn clock(stamp: Stamp) -> String {
    let (.., hour, minute, second, ns) = stamp.civil.parts();
    format!("{hour:02}:{minute:02}:{second:02}.{:03}", ns / 1_000_000)
}

pub(super) fn duration(ns: u64) -> String {
    let ms = ns as f64 / 1e6;
    match ms {
        ms if ms >= 10_000.0 => format!("{:.1} s", ms / 1000.0),
        ms if ms >= 1000.0 => format!("{:.2} s", ms / 1000.0),
        ms if ms >= 10.0 => format!("{ms:.0} ms"),
        ms => format!("{ms:.1} ms"),
    }
}

fn timings(timings: Timings) -> String {
    let Timings { blocked, dns, connect, tls, send, wait, receive } = timings;
    let parts = [
        ("blocked", blocked),
        ("dns", dns),
        ("connect", connect),
        ("tls", tls),
        ("send", send),
        ("wait", wait),
        ("receive", receive),
    ];
    let known: Vec<_> = parts
        .iter()
        .filter_map(|(name, ns)| Some(format!("{name} {}", duration((*ns).filter(|ns| *ns > 0)?))))
        .collect();
    if known.is_empty() { String::new() } else { format!(" ({})", known.join(", ")) }
}

/// Milliseconds as a number, whole where they are.
fn known(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

fn kind(kind: CallKind) -> &'static str {
    match kind {
        CallKind::Other => "other",
        CallKind::Api => "api",
        CallKind::DisplayProgram => "display-program",
        CallKind::Sql => "sql",
        CallKind::Definition => "definition",
        CallKind::SignOn => "sign-on",
    }
}
