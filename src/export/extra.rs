//! What a format has no place for, as one object beside what it has: `_mwscope` in an HTTP archive, a flag or an entry of
//! metadata elsewhere. `import/extra.rs` reads it back; other programs pass over it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::field::Field;
use super::ndjson;
use crate::model::{Body, BodyState, Exchange, Kept, Outcome, Response};

/// The members for those of `fields` that the exchange has. Notes are those that `elsewhere` says no to.
pub(super) fn of(exchange: &Exchange, fields: &[Field], elsewhere: impl Fn(&str) -> bool) -> Map<String, Value> {
    let mut object = Map::new();
    let mut put = |name: &str, value: Value| object.insert(name.to_owned(), value);
    for field in fields.iter().filter(|field| field.is_in(exchange)) {
        match field {
            Field::Started => put("started", json!(exchange.started.map(|stamp| stamp.to_rfc3339()))),
            Field::Duration => put("duration_ns", json!(exchange.duration_ns)),
            Field::Client => put("client", json!(exchange.client)),
            Field::Server => put("server", json!(exchange.server)),
            Field::Process => put("process", json!(exchange.process)),
            Field::Url => put("url", json!(exchange.url)),
            Field::Target => put("target", json!(exchange.request.target)),
            Field::Http => put("request_http", json!(exchange.request.version)),
            Field::ResponseHttp => put("response_http", json!(exchange.response.as_ref().map(|r| &r.version))),
            Field::RequestHeaders => put("request_headers", ndjson::pairs(&exchange.request.headers)),
            Field::ResponseHeaders => {
                put("response_headers", exchange.response.as_ref().map_or(Value::Null, |r| ndjson::pairs(&r.headers)))
            }
            Field::Reason => put("reason", json!(exchange.response.as_ref().map(|r| &r.reason))),
            Field::RequestTrailers => put("request_trailers", ndjson::pairs(&exchange.request.trailers)),
            Field::ResponseTrailers => {
                put("response_trailers", exchange.response.as_ref().map_or(Value::Null, |r| ndjson::pairs(&r.trailers)))
            }
            Field::Interim => put("interim", exchange.interim.iter().map(interim).collect()),
            Field::Outcome => put("outcome", outcome(&exchange.outcome)),
            Field::Complete => put("complete", json!(false)),
            Field::Timings => put("timings_ns", timings(exchange)),
            Field::Tls => put("tls", exchange.tls.as_ref().map_or(Value::Null, ndjson::tls)),
            Field::Tunnel => put("tunnel", json!(exchange.tunnel)),
            Field::Stream => put("stream", json!(exchange.stream)),
            Field::Edits => {
                let edit = |e: &crate::model::Edit| json!({"what": e.what, "before": e.before, "after": e.after});
                put("edits", exchange.edits.iter().map(edit).collect())
            }
            Field::Masks => put("masks", exchange.masks.iter().map(ndjson::mask).collect()),
            Field::Notes => {
                let notes: Vec<_> = exchange.notes.iter().filter(|(name, _)| !elsewhere(name)).collect();
                if notes.is_empty() {
                    continue;
                }
                put("notes", json!(notes))
            }
            Field::Origin => {
                put("origin", json!(exchange.origin.as_ref().map(|(path, n)| json!({"source": path, "index": n}))))
            }
            Field::Method
            | Field::RequestBody
            | Field::RequestHead
            | Field::Status
            | Field::ResponseBody
            | Field::ResponseHead => continue,
        };
    }
    object
}

/// What is to be said of a body beside its bytes: its true size, why not all is there, codings that are still on.
/// Nothing where `plain` says that a reader finds it so by itself.
pub(super) fn body(body: &Body, plain: bool) -> Option<Value> {
    if plain && body.state == BodyState::Whole {
        return None;
    }
    let (state, why) = match &body.state {
        BodyState::Withheld(why) => ("withheld".to_owned(), Some(why)),
        state => (ndjson::state(state), None),
    };
    Some(json!({"len": body.len, "state": state, "why": why, "codings": body.codings}))
}

fn outcome(outcome: &Outcome) -> Value {
    match outcome.broke_at() {
        Some((stage, cause)) => json!({"word": outcome.word(), "stage": stage.word(), "cause": cause}),
        None => json!({"word": outcome.word()}),
    }
}

fn timings(exchange: &Exchange) -> Value {
    let t = exchange.timings;
    json!({
        "blocked": t.blocked, "dns": t.dns, "connect": t.connect, "tls": t.tls, "send": t.send, "wait": t.wait,
        "receive": t.receive,
    })
}

/// Interim answers have no body to speak of.
fn interim(response: &Response) -> Value {
    let body = match &response.body.kept {
        Kept::Here(bytes) => Some(STANDARD.encode(bytes)),
        _ => None,
    };
    json!({
        "status": response.status, "reason": response.reason, "http": response.version,
        "headers": ndjson::pairs(&response.headers), "body_base64": body,
    })
}
