//! An error status and nothing else that tells.

use super::{Answer, Causes, Check, Draft, Failure, Rule, missing};
use crate::model::{Layer, Severity};

pub(super) const RULE: Rule = Rule {
    name: "http-error",
    symptom: "HTTP 4xx or 5xx without a fault, a message or anything in the log",
    cause: "4xx: the request as sent; 5xx: the server, which alone knows",
    remedy: "4xx: owner of the calling program. 5xx: Grid administrator, with the log of that second",
    source: "RFC 9110, 15.5 and 15.6",
    confirm: "Send the request again and look at the server's log of that second",
    check: Check::Failure(check),
};

fn check(failure: &Failure<'_>) -> Answer {
    let Some(exchange) = failure.exchange else { return Answer::Clear };
    match exchange.status() {
        Some(status) if (400..500).contains(&status) => Answer::found(Draft {
            layer: Layer::Client,
            confidence: 0.5,
            severity: Severity::Error,
            title: format!("The server refused the request: HTTP {status}"),
            reasons: vec![format!("HTTP {status} says that the request is at fault; nothing else tells more")],
            explanation: format!("{} got HTTP {status} without a message.", failure.what()),
            advice: "Owner of the calling program: compare the request with one that succeeds.".to_owned(),
            causes: Causes::ANSWER,
        }),
        status => Answer::Wait {
            reason: format!(
                "{} and no record that belongs to it{}",
                status.map_or_else(|| "no answer".to_owned(), |s| format!("HTTP {s}")),
                if failure.join.covered { ", although the log covers that time" } else { "" }
            ),
            missing: vec![missing::LOG_AT_DEBUG.to_owned()],
        },
    }
}
