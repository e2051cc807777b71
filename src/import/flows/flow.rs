//! One flow as an exchange. Bodies keep their content coding and have lost their transfer coding.

use bytes::Bytes;
use mwscope_parsers::hex;
use sha2::{Digest, Sha256};

use super::tnetstring::Item;
use crate::import::{extra, failure, when};
use crate::model::{
    Body, BodyState, Exchange, ExchangeId, Header, Headers, Outcome, Request, Response, SourceId, Timings, TlsFacts,
    coding,
};

/// The entry of the metadata in which this program keeps what mitmproxy has no place for.
const OWN: &[u8] = b"mwscope";

/// Reads a flow, or says in words why it is no exchange.
pub(super) fn exchange(flow: &Item<'_>, id: ExchangeId, source: SourceId, index: u32) -> Result<Exchange, String> {
    let asked = flow.get("request").ok_or("the flow has no request")?;
    let request = request(asked);
    let mut exchange = Exchange::new(id, source, index, url(asked, &request), request);
    exchange.started = asked.number("timestamp_start").and_then(when::epoch_s);
    exchange.response = flow.get("response").map(response);
    let (client, server) = (flow.get("client_conn"), flow.get("server_conn"));
    exchange.client = client.and_then(|conn| place(conn, &["peername", "address"]));
    exchange.server = server.and_then(|conn| place(conn, &["peername", "ip_address", "peer_address", "address"]));
    exchange.tls = server.and_then(tls);
    exchange.timings = timings(asked, flow.get("response"), server);
    exchange.outcome = outcome(flow, exchange.response.is_some());
    let ended = flow.get("response").and_then(|response| response.number("timestamp_end"));
    let ended = ended.or_else(|| flow.get("error").and_then(|error| error.number("timestamp")));
    exchange.duration_ns = nanoseconds(asked.number("timestamp_start"), ended);
    add_notes(&mut exchange, flow);
    let own = flow.get("metadata").and_then(|metadata| metadata.text("mwscope"));
    if let Some(own) = own.and_then(|text| serde_json::from_str(text).ok()) {
        extra::apply(&mut exchange, &own);
    }
    Ok(exchange)
}

fn request(item: &Item<'_>) -> Request {
    let headers = headers(item, "headers");
    let method = lossy(item, "method");
    let path = lossy(item, "path");
    let target = match method.as_str() {
        "CONNECT" => authority(item),
        _ if path.is_empty() => "/".to_owned(),
        _ => path,
    };
    let body = body(item, &headers);
    Request { method, target, version: version(item), headers, head: None, body, trailers: trailers(item) }
}

fn response(item: &Item<'_>) -> Response {
    let headers = headers(item, "headers");
    let status = item.number("status_code").or_else(|| item.number("code")).unwrap_or_default();
    let reason = item.bytes("reason").or_else(|| item.bytes("msg")).unwrap_or_default();
    let body = body(item, &headers);
    Response {
        status: if (0.0..65536.0).contains(&status) { status as u16 } else { 0 },
        reason: String::from_utf8_lossy(reason).into_owned(),
        version: version(item),
        headers,
        head: None,
        body,
        trailers: trailers(item),
    }
}

fn lossy(item: &Item<'_>, key: &str) -> String {
    String::from_utf8_lossy(item.bytes(key).unwrap_or_default()).into_owned()
}

fn headers(item: &Item<'_>, key: &str) -> Headers {
    let pairs = item.list(key).iter().filter_map(|pair| {
        let Item::List(pair) = pair else { return None };
        let name = String::from_utf8_lossy(pair.first()?.as_bytes()?).into_owned();
        Some(Header::new(name, pair.get(1)?.as_bytes()?))
    });
    Headers(pairs.collect())
}

fn trailers(item: &Item<'_>) -> Headers {
    headers(item, "trailers")
}

/// `HTTP/1.1`, in old files the pair of numbers.
fn version(item: &Item<'_>) -> String {
    let stated = item.text("http_version").unwrap_or_default();
    match stated {
        "" => match item.list("httpversion") {
            [major, minor] => format!("HTTP/{}.{}", major.as_number().unwrap_or(1.0), minor.as_number().unwrap_or(1.0)),
            _ => String::new(),
        },
        "HTTP/2.0" => "HTTP/2".to_owned(),
        other => other.to_owned(),
    }
}

/// No content is a body that was streamed past mitmproxy or dropped; empty content is an empty body.
fn body(item: &Item<'_>, headers: &Headers) -> Body {
    match item.bytes("content").or_else(|| item.bytes("body")) {
        Some(bytes) => Body { codings: coding::codings(headers), ..Body::whole(Bytes::copy_from_slice(bytes)) },
        None => {
            let len = headers.text("content-length").and_then(|text| text.trim().parse().ok()).unwrap_or_default();
            let state = if len == 0 { BodyState::Whole } else { BodyState::Absent };
            Body { len, state, ..Body::default() }
        }
    }
}

fn authority(item: &Item<'_>) -> String {
    let stated = lossy(item, "authority");
    if !stated.is_empty() {
        return stated;
    }
    format!("{}:{}", lossy(item, "host"), item.number("port").unwrap_or_default())
}

/// The address with the name that the client used: a transparent proxy knows only the server's number.
fn url(item: &Item<'_>, request: &Request) -> String {
    if request.method == "CONNECT" || request.target.contains("://") {
        return request.target.clone();
    }
    let scheme = match lossy(item, "scheme") {
        scheme if scheme.is_empty() => "http".to_owned(),
        scheme => scheme,
    };
    let default = if scheme == "https" { 443.0 } else { 80.0 };
    let named = request.headers.text(":authority").or_else(|| request.headers.text("host"));
    let named = named.or_else(|| Some(lossy(item, "authority")).filter(|name| !name.is_empty()));
    let host = named.unwrap_or_else(|| match item.number("port") {
        Some(port) if port != default => format!("{}:{port}", lossy(item, "host")),
        _ => lossy(item, "host"),
    });
    let path = if request.target == "*" { "" } else { &request.target };
    format!("{scheme}://{host}{path}")
}

/// `[host, port]`, in old files `{"address": [host, port], ...}`; the first of the keys that has one.
fn place(conn: &Item<'_>, keys: &[&str]) -> Option<String> {
    let stated = keys.iter().find_map(|key| conn.get(key))?;
    let pair = match stated {
        Item::List(pair) => pair.as_slice(),
        _ => stated.list("address"),
    };
    let host = String::from_utf8_lossy(pair.first()?.as_bytes()?).into_owned();
    let host = Some(host.trim_start_matches("::ffff:")).filter(|host| !host.is_empty())?;
    let port = pair.get(1).and_then(Item::as_number).unwrap_or_default();
    Some(if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") })
}

fn tls(conn: &Item<'_>) -> Option<TlsFacts> {
    let word = |key: &str| conn.bytes(key).map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    let facts = TlsFacts {
        version: word("tls_version"),
        cipher: word("cipher").or_else(|| word("cipher_name")),
        sni: word("sni"),
        alpn: word("alpn").or_else(|| word("alpn_proto_negotiated")),
        certificates: certificates(conn),
        leaf: None,
    };
    (facts.version.is_some() || facts.cipher.is_some() || !facts.certificates.is_empty()).then_some(facts)
}

fn certificates(conn: &Item<'_>) -> Vec<String> {
    let list = match conn.list("certificate_list") {
        [] => conn.list("server_certs"),
        list => list,
    };
    let alone = conn.get("cert").filter(|_| list.is_empty());
    list.iter().chain(alone).filter_map(|pem| fingerprint(pem.as_bytes()?)).collect()
}

/// SHA-256 of the certificate in a PEM text.
fn fingerprint(pem: &[u8]) -> Option<String> {
    use base64::Engine;
    let text = std::str::from_utf8(pem).ok()?;
    let inner = text.split("-----BEGIN CERTIFICATE-----").nth(1)?.split("-----END").next()?;
    let base64: String = inner.split_ascii_whitespace().collect();
    let der = base64::engine::general_purpose::STANDARD.decode(base64).ok()?;
    Some(hex::text(&Sha256::digest(&der)))
}

fn timings(request: &Item<'_>, response: Option<&Item<'_>>, server: Option<&Item<'_>>) -> Timings {
    let end = |name: &str| response.and_then(|response| response.number(name));
    let conn = |names: [&str; 2]| server.and_then(|conn| names.iter().find_map(|name| conn.number(name)));
    let (dialled, connected) = (conn(["timestamp_start"; 2]), conn(["timestamp_tcp_setup"; 2]));
    let secured = conn(["timestamp_tls_setup", "timestamp_ssl_setup"]);
    // A connection that was there before took none of this exchange's time.
    let began = request.number("timestamp_start");
    let fresh = dialled.zip(began).is_some_and(|(dialled, began)| dialled >= began);
    Timings {
        connect: nanoseconds(dialled, connected).filter(|_| fresh),
        tls: nanoseconds(connected, secured).filter(|_| fresh),
        send: nanoseconds(began, request.number("timestamp_end")),
        wait: nanoseconds(request.number("timestamp_end"), end("timestamp_start")),
        receive: nanoseconds(end("timestamp_start"), end("timestamp_end")),
        ..Timings::default()
    }
}

fn nanoseconds(from: Option<f64>, to: Option<f64>) -> Option<u64> {
    let seconds = to? - from?;
    (0.0..1e9).contains(&seconds).then(|| (seconds * 1e9).round() as u64)
}

fn outcome(flow: &Item<'_>, answered: bool) -> Outcome {
    let Some(error) = flow.get("error") else {
        return if answered { Outcome::Complete } else { Outcome::Open };
    };
    let words = error.bytes("msg").map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    failure::outcome(words.as_deref(), answered)
}

fn add_notes(exchange: &mut Exchange, flow: &Item<'_>) {
    let word = |key: &str| flow.bytes(key).map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    for key in ["comment", "marked"] {
        exchange.notes.extend(word(key).filter(|text| !text.is_empty()).map(|text| (key.to_owned(), text)));
    }
    if flow.get("is_replay").is_some_and(|replay| *replay != Item::Bool(false)) {
        exchange.notes.push(("is_replay".to_owned(), word("is_replay").unwrap_or_else(|| "yes".to_owned())));
    }
    if let Some(Item::Dict(metadata)) = flow.get("metadata") {
        for (key, value) in metadata {
            if let Some(value) = value.as_bytes() {
                let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
                if *key == OWN {
                    continue;
                }
                exchange.notes.push((format!("metadata.{}", text(key)), text(value)));
            }
        }
    }
    if let Some(socket) = flow.get("websocket") {
        let what = format!("{} messages, which are not read", socket.list("messages").len());
        exchange.notes.push(("websocket".to_owned(), what));
    }
}
