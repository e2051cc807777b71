//! A gateway answered in the server's place: it gave up waiting, or found nobody.

use super::{Answer, Causes, Check, Draft, Failure, Rule};
use crate::model::{Layer, Severity};

pub(super) const RULE: Rule = Rule {
    name: "gateway-time-out",
    symptom: "HTTP 502, 503, 504 or 408 that the M3 server didn't write",
    cause: "The server took longer than the gateway waits (504), the gateway could not talk to it (502), or nothing serves that \
            address at the moment (503)",
    remedy: "504: make the call smaller or faster, or have the gateway's owner raise its limit above the server's real duration. \
             502, 503: Grid administrator, is the MWS application started and its router reachable?",
    source: "RFC 9110, 15.6.3 to 15.6.5",
    confirm: "Compare the duration of the call with what the server's own log says of it, and call the server past the gateway",
    check: Check::Failure(check),
};

fn check(failure: &Failure<'_>) -> Answer {
    let Some(status @ (408 | 502 | 503 | 504)) = failure.status() else { return Answer::Clear };
    let Some(exchange) = failure.exchange else { return Answer::Clear };
    // A fault of the server's own says that it did answer.
    if crate::timeline::not_serving(&failure.fault_words()) {
        return Answer::Clear;
    }
    let seconds = exchange.busy_ns().map(|ns| ns as f64 / 1e9);
    let went_on = went_on(failure);
    let waited = seconds.map(|s| format!(" after {s:.1} s")).unwrap_or_default();
    let operation = failure.what();
    let mut reasons = vec![format!("HTTP {status}{waited} is a gateway's answer, not one of MWS")];
    if let Some((line, after)) = &went_on {
        reasons.push(format!("the server's thread went on writing until {after:.1} s after the call began ({line})"));
    }
    let (layer, advice) = match status {
        503 => (
            Layer::MwsRuntime,
            "Grid administrator: is the MWS application started on a node, and does the router know it? Look at the Grid's own log of \
             that minute.",
        ),
        502 => {
            (Layer::Network, "Owner of the gateway: why could it not reach the M3 server? Then the Grid administrator.")
        }
        _ => (
            Layer::Network,
            "Owner of the gateway: raise its limit above the server's real duration, or the caller's owner asks for less at once. \
             Check whether the call took effect before it is sent again.",
        ),
    };
    let went = went_on
        .map(|(line, after)| format!(" The server was still at work {after:.1} s after the call began ({line})."))
        .unwrap_or_default();
    Answer::found(Draft {
        layer,
        confidence: if status == 504 || status == 408 { 0.93 } else { 0.85 },
        severity: Severity::Error,
        title: match status {
            408 | 504 => format!("A gateway gave up{waited} with HTTP {status}"),
            502 => format!("A gateway couldn't talk to the server: HTTP {status}{waited}"),
            _ => format!("Nothing served the address: HTTP {status}{waited}"),
        },
        reasons,
        explanation: format!("{operation} got HTTP {status}{waited} from a gateway on the way.{went}"),
        advice: advice.to_owned(),
        causes: Causes::ANSWER,
    })
}

/// The last record of the call's thread, where it was written after the answer: place, and seconds after the start.
pub(super) fn went_on(failure: &Failure<'_>) -> Option<(String, f64)> {
    let exchange = failure.exchange?;
    // A record that may as well be another call's says nothing of this one's thread.
    if failure.episode.is_some() && failure.join.confidence <= 0.5 {
        return None;
    }
    let clock = failure.clocks.clock(exchange.source);
    let started = clock.place(exchange.started.as_ref()?)?.utc_ns;
    let ended = started.checked_add(i64::try_from(exchange.duration_ns?).ok()?)?;
    let last = failure.join.thread.iter().max_by_key(|e| e.at).filter(|e| e.at > ended)?;
    let place = format!("{}:{}", failure.gathered.path(last.log), last.record.head.line);
    Some((place, (last.at - started) as f64 / 1e9))
}
