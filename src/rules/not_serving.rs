//! The server says that it takes no calls, or no more of them.

use super::failure::shortened;
use super::{Answer, Causes, Check, Draft, Failure, Rule};
use crate::model::{Layer, Severity};

pub(super) const RULE: Rule = Rule {
    name: "not-serving",
    symptom: "A fault such as Service Facility is stopped, The server is busy, or Maximum number of users reached",
    cause: "The service was stopped, the server has no thread or session left, or the licensed or configured number of users is in use",
    remedy: "Grid administrator: start the service, or see which calls and sessions hold the server; a limit of users is raised by \
             who administers M3's users and licences",
    source: "the fault's own words",
    confirm: "Other calls of that minute get the same answer, whatever their values",
    check: Check::Failure(check),
};

fn check(failure: &Failure<'_>) -> Answer {
    let Some(fault) = failure.fault() else { return Answer::Clear };
    let upper = fault.to_ascii_uppercase();
    if !crate::timeline::not_serving(&upper) {
        return Answer::Clear;
    }
    let limit = upper.contains("MAXIMUM NUMBER");
    let text = shortened(fault, 160);
    let advice = if limit {
        "M3 administrator: how many users or sessions are allowed, and who holds them? Then raise the limit, or have the caller end \
         its sessions."
    } else {
        "Grid administrator: is the service started, and what holds the server's threads? The values that were sent are no reason."
    };
    Answer::found(Draft {
        layer: if limit { Layer::Configuration } else { Layer::MwsRuntime },
        confidence: 0.85,
        severity: Severity::Error,
        title: format!("The server took no call: {text}"),
        reasons: vec![format!("the fault says: {text}")],
        explanation: format!("{} was not taken up by the server: {}.", failure.what(), text.trim_end_matches('.')),
        advice: advice.to_owned(),
        causes: Causes { exchange: true, record: failure.episode.is_some(), dump: false },
    })
}
