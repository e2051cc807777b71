//! What dissectors of MI sockets, SOCKS, WebSocket and unknown framed protocols know of a stream, as members of its
//! object.

use jiff::Timestamp;
use mwscope_parsers::wire::{framed, mi, socks, websocket};
use serde_json::{Value, json};

/// How many calls, frames or messages are written; all are counted.
const MOST: usize = 200;

/// Logon and transactions of an MI socket. No password is in it: none is kept.
pub(super) fn mi(facts: &mi::Facts, most: usize) -> Value {
    let logon = facts.logon.as_ref().map(|logon| {
        json!({
            "layout": logon.layout.word(), "user": logon.user, "program": logon.program, "company": logon.company,
            "application": logon.application, "address": logon.address, "at": time(logon.at),
            "password": logon.password.then_some("********"),
            "took_ms": logon.answered_at.map(|answered| milliseconds(answered - logon.at)),
        })
    });
    let calls = facts.calls.iter().take(MOST.min(most)).map(|call| {
        let (outcome, message) = match &call.outcome {
            mi::Outcome::Open => ("open", None),
            mi::Outcome::Ok => ("OK", None),
            mi::Outcome::Nok(said) => ("NOK", Some(said)),
        };
        json!({
            "transaction": call.transaction, "fields": call.fields, "at": time(call.at), "outcome": outcome,
            "message": message, "rows": call.rows,
            "first_answer_ms": call.answered_at.map(|answered| milliseconds(answered - call.sent_at)),
            "took_ms": call.done_at.map(|done| milliseconds(done - call.at)),
            "request_bytes": call.request_bytes, "response_bytes": call.response_bytes, "complete": !call.damaged,
        })
    });
    json!({
        "logon": logon, "greeting": facts.greeting, "call_count": facts.call_count, "nok_count": facts.nok_count,
        "closed": facts.closed, "gaps": facts.gaps, "calls": calls.collect::<Vec<_>>(),
    })
}

/// Where a SOCKS client wanted to get, and what the proxy said to it.
pub(super) fn socks(facts: &socks::Facts) -> Value {
    json!({
        "version": facts.version, "command": facts.command, "host": facts.host, "port": facts.port, "user": facts.user,
        "method": facts.method, "reply": facts.reply, "granted": facts.granted,
    })
}

/// The frames of a WebSocket.
pub(super) fn websocket(facts: &websocket::Facts, most: usize) -> Value {
    let frames = facts.frames.iter().take(MOST.min(most)).map(|frame| {
        let readable = frame.kind == websocket::Kind::Text && !frame.compressed;
        json!({
            "from": frame.from.word(), "at": time(frame.at), "kind": frame.kind.word(), "last": frame.last,
            "compressed": frame.compressed, "bytes": frame.length, "close_code": frame.close_code(),
            "text": readable.then(|| String::from_utf8_lossy(&frame.payload).into_owned()),
            "complete": !frame.damaged,
        })
    });
    json!({
        "client_frames": facts.count[0], "server_frames": facts.count[1],
        "client_bytes": facts.bytes[0], "server_bytes": facts.bytes[1],
        "stopped": facts.stopped, "frames": frames.collect::<Vec<_>>(),
    })
}

/// The messages of a protocol that isn't known.
pub(super) fn framed(facts: &framed::Facts, most: usize) -> Value {
    let messages = facts.messages.iter().take(MOST.min(most)).map(|message| {
        json!({
            "from": message.from.word(), "at": time(message.first), "took_ms": milliseconds(message.last - message.first),
            "bytes": message.length, "text": message.text, "complete": !message.damaged,
        })
    });
    json!({
        "format": facts.format, "client_messages": facts.count[0], "server_messages": facts.count[1],
        "client_bytes": facts.bytes[0], "server_bytes": facts.bytes[1], "messages": messages.collect::<Vec<_>>(),
    })
}

fn time(ns: i64) -> Option<String> {
    Timestamp::from_nanosecond(i128::from(ns)).ok().map(|time| time.to_string())
}

#[allow(clippy::cast_precision_loss, reason = "milliseconds for people and their programs")]
fn milliseconds(ns: i64) -> f64 {
    ns as f64 / 1e6
}
