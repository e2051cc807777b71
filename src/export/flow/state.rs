//! One exchange as the state of a flow.

use mwscope_parsers::hex;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::tnetstring::Item;
use crate::export::field::Field;
use crate::export::{Told, extra, wire};
use crate::model::{Body, BodyState, Exchange, Headers, Kept, Timings, coding};

/// What stands in the metadata under `mwscope`, where an exchange has it and mitmproxy no exact place for it.
const EXTRA: &[Field] = &[
    Field::Started,
    Field::Duration,
    Field::Client,
    Field::Server,
    Field::Process,
    Field::Url,
    Field::Target,
    Field::Interim,
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

/// The state; `seed` is what the ids are made from.
pub(super) fn of(exchange: &Exchange, seed: &str, told: &mut Told) -> Item {
    let times = Times::of(exchange);
    if exchange.started.and_then(|stamp| stamp.utc_ns()).is_none() {
        told.say(
            exchange,
            "its time has no zone or there is none; mitmproxy wants one, and it was written as if in UTC",
        );
    }
    let note = |name: &str| exchange.notes.iter().find(|(key, _)| key == name).map(|(_, text)| text.as_str());
    let error = exchange.outcome.broke_at().map_or(Item::Null, |(_, cause)| {
        Item::Dict(vec![("msg", Item::text(cause)), ("timestamp", Item::Float(times.ended))])
    });
    Item::Dict(vec![
        ("version", Item::Int(20)),
        ("type", Item::text("http")),
        ("id", Item::Text(uuid(seed))),
        ("error", error),
        ("client_conn", client(exchange, seed, &times)),
        ("server_conn", server(exchange, seed, &times)),
        ("intercepted", Item::Bool(false)),
        ("is_replay", Item::text_or_null(note("is_replay").filter(|text| matches!(*text, "request" | "response")))),
        ("marked", Item::text(note("marked").unwrap_or_default())),
        ("metadata", metadata(exchange)),
        ("comment", Item::text(note("comment").unwrap_or_default())),
        ("timestamp_created", Item::Float(times.began)),
        ("request", request(exchange, &times, told)),
        ("response", response(exchange, &times, told)),
        ("websocket", Item::Null),
        ("backup", Item::Null),
    ])
}

/// Notes that mitmproxy has a place for.
fn has_place(name: &str) -> bool {
    matches!(name, "comment" | "marked") || name.starts_with("metadata.")
}

fn metadata(exchange: &Exchange) -> Item {
    let own = exchange.notes.iter().filter_map(|(name, text)| Some((name.strip_prefix("metadata.")?, text)));
    let mut pairs: Vec<_> = own.map(|(name, text)| (name.to_owned(), Item::text(text))).collect();
    pairs.push(("mwscope".to_owned(), Item::Text(more(exchange).to_string())));
    Item::Named(pairs)
}

fn more(exchange: &Exchange) -> Value {
    let mut extra = extra::of(exchange, EXTRA, has_place);
    let pseudo = |headers: &Headers| headers.0.iter().any(|header| header.name.starts_with(':'));
    let mut fields = Vec::new();
    fields.extend(pseudo(&exchange.request.headers).then_some(Field::RequestHeaders));
    fields.extend(exchange.response.as_ref().is_some_and(|r| pseudo(&r.headers)).then_some(Field::ResponseHeaders));
    extra.extend(extra::of(exchange, &fields, |_| true));
    for (name, empty) in [
        ("started", exchange.started.is_none()),
        ("duration_ns", exchange.duration_ns.is_none()),
        ("server", exchange.server.is_none()),
    ] {
        if empty {
            extra.insert(name.into(), Value::Null);
        }
    }
    if exchange.timings == Timings::default() {
        extra.insert("timings_ns".into(), json!({}));
    }
    extra.entry("outcome").or_insert_with(|| json!({"word": exchange.outcome.word()}));
    let response = exchange.response.as_ref().map(|r| ("response_body", &r.body, &r.headers));
    for (name, body, headers) in
        [("request_body", &exchange.request.body, &exchange.request.headers)].into_iter().chain(response)
    {
        let codings = if body.codings.is_empty() { coding::codings(headers) } else { body.codings.clone() };
        let written = Body { codings, ..body.clone() };
        extra.extend(extra::body(&written, false).map(|value| (name.to_owned(), value)));
    }
    Value::Object(extra)
}

fn request(exchange: &Exchange, times: &Times, told: &mut Told) -> Item {
    let request = &exchange.request;
    let (scheme, authority, path) = parts(&exchange.url);
    let connect = request.method == "CONNECT";
    let authority = if connect { &request.target } else { authority };
    let (host, port) = place(authority, default_port(scheme));
    let version = http(&request.version);
    // In a request of HTTP/1 the authority stands in Host.
    let said = if connect || version.starts_with("HTTP/2") { authority } else { "" };
    Item::Dict(vec![
        ("http_version", Item::bytes_of(version)),
        ("headers", headers(&request.headers)),
        ("content", content(exchange, &request.body, &request.headers, "request", told)),
        ("trailers", trailers(&request.trailers)),
        ("timestamp_start", Item::Float(times.began)),
        ("timestamp_end", Item::Float(times.sent)),
        ("host", Item::text(host)),
        ("port", Item::Int(port.into())),
        ("method", Item::bytes_of(&request.method)),
        ("scheme", Item::bytes_of(if connect { "" } else { scheme })),
        ("authority", Item::bytes_of(said)),
        ("path", Item::bytes_of(if connect { "" } else { path })),
    ])
}

fn response(exchange: &Exchange, times: &Times, told: &mut Told) -> Item {
    let Some(response) = &exchange.response else { return Item::Null };
    Item::Dict(vec![
        ("http_version", Item::bytes_of(http(&response.version))),
        ("headers", headers(&response.headers)),
        ("content", content(exchange, &response.body, &response.headers, "response", told)),
        ("trailers", trailers(&response.trailers)),
        ("timestamp_start", Item::Float(times.answering)),
        ("timestamp_end", Item::Float(times.ended)),
        ("status_code", Item::Int(response.status.into())),
        ("reason", Item::bytes_of(&response.reason)),
    ])
}

fn http(version: &str) -> &str {
    match version {
        "HTTP/2" => "HTTP/2.0",
        other => other,
    }
}

fn headers(headers: &Headers) -> Item {
    let own = headers.0.iter().filter(|header| !header.name.starts_with(':'));
    Item::List(own.map(|h| Item::List(vec![Item::bytes_of(&h.name), Item::Bytes(h.value.to_vec())])).collect())
}

fn trailers(trailers: &Headers) -> Item {
    if trailers.0.is_empty() { Item::Null } else { headers(trailers) }
}

/// No content is one that isn't there, empty content an empty one.
fn content(exchange: &Exchange, body: &Body, headers: &Headers, which: &str, told: &mut Told) -> Item {
    if body.kept == Kept::Nothing && body.state != BodyState::Whole {
        return Item::Null;
    }
    let (bytes, trouble) = wire::coded(body, headers);
    if let Some(trouble) = trouble {
        told.say(exchange, &format!("{which}: {trouble}"));
    }
    Item::Bytes(bytes.to_vec())
}

fn client(exchange: &Exchange, seed: &str, times: &Times) -> Item {
    let peer = exchange.client.as_deref().map_or(("", 0), |client| place(client, 0));
    let mut conn = connection(exchange, &format!("{seed} client"));
    conn.extend([
        ("peername", address(peer)),
        ("sockname", address(("", 0))),
        ("mitmcert", Item::Null),
        ("proxy_mode", Item::text("regular")),
        ("timestamp_start", Item::Float(times.began)),
        ("timestamp_tls_setup", Item::Null),
    ]);
    Item::Dict(conn)
}

fn server(exchange: &Exchange, seed: &str, times: &Times) -> Item {
    let (scheme, authority, _) = parts(&exchange.url);
    let authority = if exchange.request.method == "CONNECT" { &exchange.request.target } else { authority };
    let named = place(authority, default_port(scheme));
    let peer = exchange.server.as_deref().map(|server| place(server, named.1));
    let peer = peer.filter(|(ip, _)| ip.parse::<std::net::IpAddr>().is_ok());
    let at = |at: Option<f64>| at.map_or(Item::Null, Item::Float);
    let mut conn = connection(exchange, &format!("{seed} server"));
    conn.extend([
        ("address", address(named)),
        ("peername", peer.map_or(Item::Null, address)),
        ("sockname", Item::Null),
        ("via", Item::Null),
        ("timestamp_start", at(times.dialled)),
        ("timestamp_tcp_setup", at(times.connected)),
        ("timestamp_tls_setup", at(times.secured)),
    ]);
    Item::Dict(conn)
}

/// What client and server have alike. Certificates are known by their fingerprints only.
fn connection(exchange: &Exchange, seed: &str) -> Vec<(&'static str, Item)> {
    let tls = exchange.tls.as_ref();
    let secure = exchange.url.starts_with("https:") || exchange.url.starts_with("wss:");
    let version = tls.and_then(|tls| tls.version.as_deref()).and_then(tls_version);
    let alpn = tls.and_then(|tls| tls.alpn.as_deref());
    vec![
        ("id", Item::Text(uuid(seed))),
        ("transport_protocol", Item::text("tcp")),
        ("error", Item::Null),
        ("tls", Item::Bool(secure)),
        ("tls_version", Item::text_or_null(version)),
        ("cipher", Item::text_or_null(tls.and_then(|tls| tls.cipher.as_deref()))),
        ("cipher_list", Item::List(Vec::new())),
        ("sni", Item::text_or_null(tls.and_then(|tls| tls.sni.as_deref()))),
        ("alpn", alpn.map_or(Item::Null, Item::bytes_of)),
        ("alpn_offers", Item::List(Vec::new())),
        ("certificate_list", Item::List(Vec::new())),
        ("timestamp_end", Item::Null),
    ]
}

/// The spelling that mitmproxy takes.
fn tls_version(version: &str) -> Option<&'static str> {
    let plain: String = version.chars().filter(|c| !matches!(c, ' ' | 'v')).collect();
    Some(match plain.as_str() {
        "SSL3" | "SSL3.0" => "SSLv3",
        "TLS1" | "TLS1.0" => "TLSv1",
        "TLS1.1" => "TLSv1.1",
        "TLS1.2" => "TLSv1.2",
        "TLS1.3" => "TLSv1.3",
        _ => return None,
    })
}

fn address((host, port): (&str, u16)) -> Item {
    Item::List(vec![Item::text(host), Item::Int(port.into())])
}

/// Scheme, authority and path of a URL.
fn parts(url: &str) -> (&str, &str, &str) {
    let (scheme, rest) = url.split_once("://").unwrap_or(("http", url));
    let rest = rest.split('#').next().unwrap_or(rest);
    let at = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(at);
    (scheme, authority.rsplit('@').next().unwrap_or(authority), if path.is_empty() { "/" } else { path })
}

fn default_port(scheme: &str) -> u16 {
    if matches!(scheme, "https" | "wss") { 443 } else { 80 }
}

/// Host and port of `host:port`, without the brackets of IPv6.
fn place(text: &str, default: u16) -> (&str, u16) {
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, port.parse().unwrap_or(default)),
        _ => (text, default),
    };
    (host.trim_matches(['[', ']']), port)
}

/// The instants of an exchange in seconds since 1970.
struct Times {
    began: f64,
    dialled: Option<f64>,
    connected: Option<f64>,
    secured: Option<f64>,
    sent: f64,
    answering: f64,
    ended: f64,
}

impl Times {
    fn of(exchange: &Exchange) -> Self {
        let t = exchange.timings;
        let start = exchange.started.map_or(0, |stamp| stamp.utc_ns().unwrap_or(stamp.civil.ns));
        let at = |ns: u64| start.saturating_add(i64::try_from(ns).unwrap_or(i64::MAX)) as f64 / 1e9;
        let known = |ns: Option<u64>| ns.unwrap_or(0);
        let before = known(t.blocked) + known(t.dns);
        let sent = known(t.send);
        let answering = sent + known(t.wait);
        Self {
            began: at(0),
            dialled: t.connect.map(|_| at(before)),
            connected: t.connect.map(|connect| at(before + connect)),
            secured: t.tls.map(|tls| at(before + known(t.connect) + tls)),
            sent: at(sent),
            answering: at(answering),
            ended: at((answering + known(t.receive)).max(known(exchange.duration_ns))),
        }
    }
}

/// An id in the form of a UUID, the same for the same exchange.
fn uuid(seed: &str) -> String {
    let hex = hex::text(&Sha256::digest(seed.as_bytes())[..16]);
    format!("{}-{}-4{}-8{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..])
}
