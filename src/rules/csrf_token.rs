//! A CSRF token that the gateway in front of M3 doesn't take.

use super::{Answer, Causes, Check, Draft, Failure, Rule};
use crate::model::{Layer, Severity};

pub(super) const RULE: Rule = Rule {
    name: "csrf-token",
    symptom: "A call with the header fnd-csrf-token through ION API that is refused (HTTP 400, 401 or 403)",
    cause: "The token belongs to a direct session with M3's API; a call that is routed through ION API is refused with it",
    remedy: "Owner of the calling program: leave the header out where the call goes through ION API; its Bearer token is enough",
    source: "infor-cloud/m3-h5-sdk, mi/runtime.ts",
    confirm: "Send the same call without the header: it is taken",
    check: Check::Failure(check),
};

fn check(failure: &Failure<'_>) -> Answer {
    let Some(exchange) = failure.exchange else { return Answer::Clear };
    let Some(status @ (400 | 401 | 403)) = exchange.status() else { return Answer::Clear };
    let url = exchange.url.to_ascii_lowercase();
    let routed = url.contains("ionapi") || exchange.path().to_ascii_lowercase().contains("/m3/m3api-rest");
    if exchange.request.headers.first("fnd-csrf-token").is_none() || !routed {
        return Answer::Clear;
    }
    Answer::found(Draft {
        layer: Layer::Client,
        confidence: 0.8,
        severity: Severity::Error,
        title: format!("A CSRF token was sent through ION API, which refuses it: HTTP {status}"),
        reasons: vec![format!("fnd-csrf-token was sent to {}, and the answer is HTTP {status}", exchange.path())],
        explanation: format!(
            "{} got HTTP {status}: it carries fnd-csrf-token, which is refused on the way through ION API.",
            failure.what()
        ),
        advice: "Owner of the calling program: leave the header fnd-csrf-token out of calls that go through ION API."
            .to_owned(),
        causes: Causes::ANSWER,
    })
}
