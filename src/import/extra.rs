//! What this program wrote beside a format's own fields when it exported (`export/extra.rs`), read back. Each member is
//! taken by itself; one that is no such thing is passed over.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::when;
use crate::model::{
    Body, BodyState, Edit, Exchange, Header, Headers, Kept, Mask, Outcome, Part, Response, Stage, Timings, TlsFacts,
};

/// Fills in what stands there.
pub(super) fn apply(exchange: &mut Exchange, extra: &Value) {
    let text = |name: &str| extra.get(name).and_then(Value::as_str).map(str::to_owned);
    if let Some(value) = extra.get("started") {
        exchange.started = value.as_str().and_then(when::iso);
    }
    if let Some(value) = extra.get("duration_ns") {
        exchange.duration_ns = value.as_u64();
    }
    let places = [
        ("client", &mut exchange.client),
        ("server", &mut exchange.server),
        ("process", &mut exchange.process),
        ("tunnel", &mut exchange.tunnel),
    ];
    for (name, place) in places {
        if let Some(value) = extra.get(name) {
            *place = value.as_str().map(str::to_owned);
        }
    }
    if let Some(url) = text("url") {
        exchange.url = url;
    }
    if let Some(target) = text("target") {
        exchange.request.target = target;
    }
    if let Some(version) = text("request_http") {
        exchange.request.version = version;
    }
    if let Some(stream) = extra.get("stream").and_then(Value::as_u64) {
        exchange.stream = u32::try_from(stream).ok();
    }
    if let Some(fields) = extra.get("request_headers") {
        exchange.request.headers = headers(fields);
    }
    if let Some(trailers) = extra.get("request_trailers") {
        exchange.request.trailers = headers(trailers);
    }
    if let Some(state) = extra.get("request_body") {
        body(&mut exchange.request.body, state);
    }
    if let Some(response) = &mut exchange.response {
        if let Some(version) = text("response_http") {
            response.version = version;
        }
        if let Some(reason) = text("reason") {
            response.reason = reason;
        }
        if let Some(fields) = extra.get("response_headers") {
            response.headers = headers(fields);
        }
        if let Some(trailers) = extra.get("response_trailers") {
            response.trailers = headers(trailers);
        }
        if let Some(state) = extra.get("response_body") {
            body(&mut response.body, state);
        }
    }
    if let Some(all) = extra.get("interim").and_then(Value::as_array) {
        exchange.interim = all.iter().filter_map(interim).collect();
    }
    if let Some(outcome) = extra.get("outcome").and_then(outcome) {
        exchange.outcome = outcome;
    }
    if let Some(complete) = extra.get("complete").and_then(Value::as_bool) {
        exchange.incomplete = !complete;
    }
    if let Some(told) = extra.get("timings_ns") {
        exchange.timings = timings(told);
    }
    if let Some(told) = extra.get("tls").filter(|told| told.is_object()) {
        exchange.tls = Some(tls(told));
    }
    lists(exchange, extra);
}

fn lists(exchange: &mut Exchange, extra: &Value) {
    let list = |name: &str| extra.get(name).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    exchange.edits.extend(list("edits").iter().filter_map(|edit| {
        let text = |name: &str| edit.get(name).and_then(Value::as_str).map(str::to_owned);
        Some(Edit { what: text("what")?, before: text("before"), after: text("after") })
    }));
    exchange.masks.extend(list("masks").iter().filter_map(mask));
    let added = list("added");
    exchange.notes.retain(|(name, _)| !added.iter().any(|added| added.as_str() == Some(name)));
    for note in list("notes") {
        let part = |at: usize| note.get(at).and_then(Value::as_str).map(str::to_owned);
        // What a reader finds by itself is not noted twice.
        if let Some(note) = part(0).zip(part(1)).filter(|note| !exchange.notes.contains(note)) {
            exchange.notes.push(note);
        }
    }
    let origin = extra.get("origin").and_then(|origin| {
        let index = u32::try_from(origin.get("index")?.as_u64()?).ok()?;
        Some((origin.get("source")?.as_str()?.to_owned(), index))
    });
    exchange.origin = origin.or(exchange.origin.take());
}

fn headers(value: &Value) -> Headers {
    let pairs = value.as_array().map_or(&[][..], Vec::as_slice);
    let header = |pair: &Value| {
        let name = pair.get(0)?.as_str()?;
        match pair.get(1)? {
            Value::String(text) => Some(Header::new(name, text)),
            coded => Some(Header::new(name, STANDARD.decode(coded.get("base64")?.as_str()?).ok()?)),
        }
    };
    Headers(pairs.iter().filter_map(header).collect())
}

fn body(body: &mut Body, told: &Value) {
    let bytes = told.get("base64").and_then(Value::as_str).and_then(|text| STANDARD.decode(text).ok());
    if let Some(bytes) = bytes {
        body.kept = Kept::of(bytes.into());
    }
    if let Some(len) = told.get("len").and_then(Value::as_u64) {
        body.len = len;
    }
    if let Some(codings) = told.get("codings").and_then(Value::as_array) {
        body.codings = codings.iter().filter_map(|coding| coding.as_str().map(str::to_owned)).collect();
    }
    let why = || told.get("why").and_then(Value::as_str).unwrap_or_default().to_owned();
    body.state = match told.get("state").and_then(Value::as_str) {
        Some("whole") => BodyState::Whole,
        Some("cut") => BodyState::Cut,
        Some("dropped") => BodyState::Dropped,
        Some("withheld") => BodyState::Withheld(why()),
        Some("absent") => BodyState::Absent,
        _ => return,
    };
}

fn interim(value: &Value) -> Option<Response> {
    let text = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let bytes = value.get("body_base64").and_then(Value::as_str).and_then(|text| STANDARD.decode(text).ok());
    Some(Response {
        status: u16::try_from(value.get("status")?.as_u64()?).ok()?,
        reason: text("reason"),
        version: text("http"),
        headers: headers(value.get("headers")?),
        body: bytes.map_or_else(Body::default, |bytes| Body {
            kept: Kept::of(bytes.clone().into()),
            ..Body::whole(bytes.into())
        }),
        ..Response::default()
    })
}

fn outcome(value: &Value) -> Option<Outcome> {
    let text = |name: &str| value.get(name).and_then(Value::as_str);
    let broke = || Some((Stage::from_word(text("stage")?)?, text("cause")?.to_owned()));
    Some(match text("word")? {
        "complete" => Outcome::Complete,
        "open" => Outcome::Open,
        "failed" => broke().map(|(stage, cause)| Outcome::Failed { stage, cause })?,
        "aborted" => broke().map(|(stage, cause)| Outcome::Aborted { stage, cause })?,
        _ => return None,
    })
}

fn timings(value: &Value) -> Timings {
    let ns = |name: &str| value.get(name).and_then(Value::as_u64);
    Timings {
        blocked: ns("blocked"),
        dns: ns("dns"),
        connect: ns("connect"),
        tls: ns("tls"),
        send: ns("send"),
        wait: ns("wait"),
        receive: ns("receive"),
    }
}

fn tls(value: &Value) -> TlsFacts {
    let text = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
    let prints = value.get("certificates").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    TlsFacts {
        version: text("version"),
        cipher: text("cipher"),
        sni: text("sni"),
        alpn: text("alpn"),
        certificates: prints.iter().filter_map(|print| print.as_str().map(str::to_owned)).collect(),
        leaf: text("leaf"),
    }
}

fn mask(value: &Value) -> Option<Mask> {
    let text = |name: &str| value.get(name).and_then(Value::as_str);
    let parts = [Part::Target, Part::RequestHead, Part::RequestBody, Part::ResponseHead, Part::ResponseBody];
    Some(Mask {
        part: parts.into_iter().find(|part| Some(part.word()) == text("part"))?,
        offset: value.get("offset")?.as_u64()?,
        len: value.get("len")?.as_u64()?,
        rule: text("rule")?.to_owned(),
        token: text("token")?.to_owned(),
    })
}
