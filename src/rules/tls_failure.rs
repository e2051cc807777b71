//! The handshake failed, on either side of the recording.

use super::{Answer, Causes, Check, Draft, Failure, Rule};
use crate::model::{Layer, Severity, Stage};

pub(super) const RULE: Rule = Rule {
    name: "tls-failure",
    symptom: "The exchange ends at stage tls-client or tls-upstream",
    cause: "Versions, suites, names or certificates that the two sides don't share or trust",
    remedy: "As the cause says: trust the issuer, renew the certificate, call the name that it holds, or allow a common version",
    source: "what the two sides said in the handshake",
    confirm: "mwscope probe HOST:PORT tells what the server offers",
    check: Check::Failure(check),
};

fn check(failure: &Failure<'_>) -> Answer {
    let Some((stage, cause)) = failure.exchange.and_then(|x| x.outcome.broke_at()) else { return Answer::Clear };
    let side = match stage {
        Stage::TlsClient => "between client and recording",
        Stage::TlsUpstream => "between recording and server",
        _ => return Answer::Clear,
    };
    let (what, remedy) = cause.split_once(';').unwrap_or((cause, ""));
    Answer::found(Draft {
        layer: Layer::Tls,
        confidence: 0.97,
        severity: Severity::Error,
        title: format!("TLS failed {side}: {}", what.trim()),
        reasons: vec![format!("stage {}: {cause}", stage.word())],
        explanation: format!("{} never reached the service: TLS failed {side}, {}.", failure.what(), what.trim()),
        advice: advice(stage, remedy.trim()),
        causes: Causes::ANSWER,
    })
}

fn advice(stage: Stage, remedy: &str) -> String {
    if !remedy.is_empty() {
        return format!("Administrator of the calling host: {remedy}.");
    }
    if stage == Stage::TlsClient {
        return "Administrator of the calling host: let the client trust this recording's CA (mwscope ca export), or record in a tunnel.".to_owned();
    }
    "Administrator of the server: compare what it offers (mwscope probe) with what callers need.".to_owned()
}
