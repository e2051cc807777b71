//! The call broke on the way: name, connection, or bytes that didn't come.

use super::{Answer, Causes, Check, Draft, Failure, Rule};
use crate::model::{Layer, Severity, Stage};

pub(super) const RULE: Rule = Rule {
    name: "network-failure",
    symptom: "The exchange ends before a whole answer, at a stage of the network",
    cause: "The name isn't known, nobody listens, a firewall is in between, or the server closed or went silent",
    remedy: "As the stage says: name and address (resolve), listener and firewall (dial), the server's own log (wait and later)",
    source: "the recording's own stages",
    confirm: "mwscope probe URL from the same host",
    check: Check::Failure(check),
};

fn check(failure: &Failure<'_>) -> Answer {
    let Some(exchange) = failure.exchange else { return Answer::Clear };
    let crate::model::Outcome::Failed { stage, cause } = &exchange.outcome else { return Answer::Clear };
    let (layer, who) = who(*stage);
    if layer == Layer::Tls {
        return Answer::Clear;
    }
    let (what, remedy) = cause.split_once(';').unwrap_or((cause, ""));
    let step = if remedy.trim().is_empty() { "see what the stage says" } else { remedy.trim() };
    Answer::found(Draft {
        layer,
        confidence: 0.93,
        severity: Severity::Error,
        title: format!("The call broke at {}: {}", stage.word(), what.trim()),
        reasons: vec![format!("stage {}: {cause}", stage.word())],
        explanation: format!("{} broke at stage {}: {}.", failure.what(), stage.word(), what.trim()),
        advice: format!("{who}: {step}."),
        causes: Causes::ANSWER,
    })
}

fn who(stage: Stage) -> (Layer, &'static str) {
    match stage {
        Stage::ProxyAuth => (Layer::Authentication, "Owner of the calling program"),
        Stage::RequestHead | Stage::RequestBody | Stage::Accept => (Layer::Client, "Owner of the calling program"),
        Stage::TlsClient | Stage::TlsUpstream => (Layer::Tls, "Administrator of the calling host"),
        Stage::ResponseHead => (Layer::MwsRuntime, "Grid administrator"),
        _ => (Layer::Network, "Network administrator"),
    }
}
