//! NDJSON: one object a line, that of a listing with heads, bodies and everything else that is known. Nothing is dropped.

use std::io::{self, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::field::{Field, Kept};
use super::{Format, Out, Sink, Told};
use crate::model::{self, Body, BodyState, Exchange, Header, Headers, Response, Timings, coding};
use crate::report::exchange::{self as report, Secrets};

/// The format.
pub(super) const FORMAT: Format = Format {
    name: "ndjson",
    about: "one JSON object a line: that of mwscope list, with headers, bodies and all that is known",
    extension: "ndjson",
    binary: false,
    fields: FIELDS,
    begin: |out| Ok(Box::new(Lines(io::BufWriter::new(out)))),
};

const FIELDS: &[(Field, Kept)] = &[
    (Field::Started, Kept::Kept),
    (Field::Duration, Kept::Kept),
    (Field::Client, Kept::Kept),
    (Field::Server, Kept::Kept),
    (Field::Process, Kept::Kept),
    (Field::Method, Kept::Kept),
    (Field::Url, Kept::Kept),
    (Field::Target, Kept::Kept),
    (Field::Http, Kept::Kept),
    (Field::RequestHeaders, Kept::Kept),
    (Field::RequestBody, Kept::Changed("content coding taken off; base64 where it isn't text")),
    (Field::RequestTrailers, Kept::Kept),
    (Field::RequestHead, Kept::Changed("base64")),
    (Field::Status, Kept::Kept),
    (Field::Reason, Kept::Kept),
    (Field::ResponseHttp, Kept::Kept),
    (Field::ResponseHeaders, Kept::Kept),
    (Field::ResponseBody, Kept::Changed("content coding taken off; base64 where it isn't text")),
    (Field::ResponseTrailers, Kept::Kept),
    (Field::ResponseHead, Kept::Changed("base64")),
    (Field::Interim, Kept::Kept),
    (Field::Outcome, Kept::Kept),
    (Field::Complete, Kept::Kept),
    (Field::Timings, Kept::Changed("milliseconds")),
    (Field::Tls, Kept::Kept),
    (Field::Tunnel, Kept::Kept),
    (Field::Stream, Kept::Kept),
    (Field::Edits, Kept::Kept),
    (Field::Masks, Kept::Kept),
    (Field::Notes, Kept::Kept),
    (Field::Origin, Kept::Kept),
];

struct Lines(io::BufWriter<Box<dyn Out>>);

impl Sink for Lines {
    fn put(&mut self, exchange: &Exchange, source: &str, _: &mut Told) -> io::Result<()> {
        serde_json::to_writer(&mut self.0, &object(exchange, source)).map_err(io::Error::from)?;
        self.0.write_all(b"\n")
    }

    fn finish(mut self: Box<Self>, _: &mut Told) -> io::Result<()> {
        self.0.flush()
    }
}

/// All of an exchange. What had to be masked in it is masked already.
pub(super) fn object(exchange: &Exchange, source: &str) -> Value {
    let mut value = report::json(exchange, source, Secrets::Shown);
    let Value::Object(object) = &mut value else { return value };
    let request = &exchange.request;
    object.insert("request".into(), message(&request.headers, &request.body, &request.trailers, request.head.as_ref()));
    object.insert("response".into(), exchange.response.as_ref().map_or(Value::Null, response));
    object.insert("interim".into(), exchange.interim.iter().map(response).collect());
    object.insert("fields".into(), json!(exchange.call.fields));
    object.insert("fault_detail".into(), json!(exchange.call.fault_detail));
    object.insert("timings".into(), timings(&exchange.timings));
    object.insert("tls".into(), exchange.tls.as_ref().map_or(Value::Null, tls));
    object.insert("masks".into(), exchange.masks.iter().map(mask).collect());
    object.insert("notes".into(), json!(exchange.notes));
    let origin = exchange.origin.as_ref().map(|(source, index)| json!({"source": source, "index": index}));
    object.insert("origin".into(), json!(origin));
    value
}

fn response(response: &Response) -> Value {
    let mut value = message(&response.headers, &response.body, &response.trailers, response.head.as_ref());
    value["status"] = json!(response.status);
    value["reason"] = json!(response.reason);
    value["http"] = json!((!response.version.is_empty()).then_some(&response.version));
    value
}

fn message(headers: &Headers, body: &Body, trailers: &Headers, head: Option<&bytes::Bytes>) -> Value {
    let mut object = Map::new();
    object.insert("headers".into(), pairs(headers));
    let kept = match &body.kept {
        model::Kept::Here(bytes) => bytes.clone(),
        _ => bytes::Bytes::new(),
    };
    let decoded = coding::decode(body, &kept);
    let (text, base64) = match std::str::from_utf8(&decoded.bytes) {
        _ if decoded.bytes.is_empty() => (None, None),
        Ok(text) => (Some(text), None),
        Err(_) => (None, Some(STANDARD.encode(&decoded.bytes))),
    };
    object.insert("body".into(), json!(text));
    object.insert("body_base64".into(), json!(base64));
    object.insert("body_state".into(), json!(state(&body.state)));
    object.insert("body_trouble".into(), json!(decoded.trouble));
    object.insert("trailers".into(), pairs(trailers));
    object.insert("head_base64".into(), json!(head.map(|head| STANDARD.encode(head))));
    Value::Object(object)
}

/// Names and values in order; a value that is no text stands as `{"base64": ...}`.
pub(super) fn pairs(headers: &Headers) -> Value {
    let value = |header: &Header| match std::str::from_utf8(&header.value) {
        Ok(text) => json!(text),
        Err(_) => json!({"base64": STANDARD.encode(&header.value)}),
    };
    headers.0.iter().map(|header| json!([header.name.as_str(), value(header)])).collect()
}

/// The word for how much of a body is there.
pub(super) fn state(state: &BodyState) -> String {
    match state {
        BodyState::Whole => "whole".to_owned(),
        BodyState::Cut => "cut".to_owned(),
        BodyState::Dropped => "dropped".to_owned(),
        BodyState::Withheld(why) => format!("withheld: {why}"),
        BodyState::Absent => "absent".to_owned(),
    }
}

/// Milliseconds of each part, null where not known.
pub(super) fn timings(timings: &Timings) -> Value {
    let ms = |ns: Option<u64>| ns.map(|ns| ns as f64 / 1e6);
    let Timings { blocked, dns, connect, tls, send, wait, receive } = *timings;
    json!({
        "blocked": ms(blocked), "dns": ms(dns), "connect": ms(connect), "tls": ms(tls), "send": ms(send),
        "wait": ms(wait), "receive": ms(receive),
    })
}

pub(super) fn tls(tls: &model::TlsFacts) -> Value {
    json!({
        "version": tls.version, "cipher": tls.cipher, "sni": tls.sni, "alpn": tls.alpn,
        "certificates": tls.certificates, "leaf": tls.leaf,
    })
}

pub(super) fn mask(mask: &model::Mask) -> Value {
    let model::Mask { part, offset, len, rule, token } = mask;
    json!({"part": part.word(), "offset": offset, "len": len, "rule": rule, "token": token})
}
