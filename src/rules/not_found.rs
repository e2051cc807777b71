//! Nothing is served at that address.

use super::{Answer, Causes, Check, Draft, Failure, Rule};
use crate::model::{Layer, Severity};

pub(super) const RULE: Rule = Rule {
    name: "not-found",
    symptom: "HTTP 404 or 410",
    cause: "Another service context, a service that isn't deployed there, or an address of another system",
    remedy: "Owner of the calling program: take the address from the list of services of that Grid. Grid administrator: is the service \
             deployed in that context?",
    source: "RFC 9110, 15.5.5; service contexts: MWS security policy settings",
    confirm: "Open the address with ?wsdl, and the list of services beside it",
    check: Check::Failure(check),
};

fn check(failure: &Failure<'_>) -> Answer {
    let Some(status @ (404 | 410)) = failure.status() else { return Answer::Clear };
    let Some(exchange) = failure.exchange else { return Answer::Clear };
    let path = exchange.path();
    Answer::found(Draft {
        layer: Layer::Configuration,
        confidence: 0.75,
        severity: Severity::Error,
        title: format!("Nothing is served at {path}: HTTP {status}"),
        reasons: vec![format!("HTTP {status} for {path}")],
        explanation: format!("{} got HTTP {status}: nothing is served at {path}.", failure.what()),
        advice: "Owner of the calling program: compare the address with the services that this Grid lists. Grid administrator: is the \
                 service deployed in that context?"
            .to_owned(),
        causes: Causes::ANSWER,
    })
}
