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
    let (who, step) = if remedy.trim().is_empty() { without_remedy(*stage, who) } else { (who, remedy.trim()) };
    let went_on = super::gateway_time_out::went_on(failure).filter(|_| *stage >= Stage::Wait);
    let mut reasons = vec![format!("stage {}: {cause}", stage.word())];
    let mut explanation = format!("{} broke at stage {}: {}.", failure.what(), stage.word(), what.trim());
    if let Some((line, after)) = went_on {
        reasons.push(format!("the server's thread went on writing until {after:.1} s after the call began ({line})"));
        explanation.push_str(&format!(" The server was still at work {after:.1} s after the call began ({line})."));
    }
    Answer::found(Draft {
        layer,
        confidence: 0.93,
        severity: Severity::Error,
        title: format!("The call broke at {}: {}", stage.word(), what.trim()),
        reasons,
        explanation,
        advice: format!("{who}: {step}{}", if step.ends_with(['?', '.']) { "" } else { "." }),
        causes: Causes::ANSWER,
    })
}

/// Who takes which step where the recording has none to offer.
fn without_remedy(stage: Stage, who: &'static str) -> (&'static str, &'static str) {
    match stage {
        Stage::Resolve => (who, "check the name and the name servers of the calling host"),
        Stage::Dial => {
            (who, "is the listener up at that address and port, and does a firewall let the calling host through?")
        }
        Stage::Wait => (
            "Owner of the calling program",
            "see in the server's log how long it worked on the call, raise the caller's time limit above that, and check \
             whether the call took effect before it is sent again",
        ),
        _ => (who, "try it with mwscope probe from the same host, and look at the server's own log of that moment"),
    }
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
