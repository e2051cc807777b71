//! The record is there already: a run repeated, or a retry of a call that had succeeded unseen.

use super::evidence::place_of;
use super::failure::shortened;
use super::retry::gave_up;
use super::{Answer, Causes, Check, Draft, Failure, Rule};
use crate::model::{Exchange, Layer, Severity};

pub(super) const RULE: Rule = Rule {
    name: "already-exists",
    symptom: "A fault or NOK whose text says that something already exists",
    cause: "The record was written before: by an earlier run, or by a first attempt whose answer the client no longer waited for",
    remedy: "Owner of the calling program: look for the record before sending again, and treat this answer of a retry as success",
    source: "public MWS clients, which test the faultstring for already exists",
    confirm: "The earlier call in the recording, or the record's time of change in M3",
    check: Check::Failure(check),
};

fn check(failure: &Failure<'_>) -> Answer {
    let Some(exchange) = failure.exchange else { return Answer::Clear };
    let nok = exchange.call.nok.as_ref().and_then(|n| n.message.as_deref());
    let Some(said) = failure.fault().or(nok).filter(|t| t.to_ascii_lowercase().contains("already exist")) else {
        return Answer::Clear;
    };
    let said = shortened(said.trim(), 160);
    let earlier = earlier(failure, exchange);
    let first = earlier.map(|x| {
        let how = if gave_up(x) { "nobody waited for its answer" } else { "it succeeded" };
        format!("{} sent the same before ({}), and {how}", x.id, place_of(failure.gathered, x))
    });
    let mut reasons = vec![format!("M3's own words: {said}")];
    reasons.extend(first.clone());
    let again = first.map(|f| format!(" {f}.")).unwrap_or_default();
    Answer::found(Draft {
        layer: Layer::M3Data,
        confidence: if earlier.is_some() { 0.95 } else { 0.92 },
        severity: Severity::Error,
        title: format!("M3 refused: {said}"),
        reasons,
        explanation: format!("{} was refused by M3: {}.{again}", failure.what(), said.trim_end_matches('.')),
        advice: "Owner of the calling program: check whether an earlier attempt wrote the record; if so, this one needs nothing but to \
                 be taken for done."
            .to_owned(),
        causes: Causes::ANSWER_AND_RECORD,
    })
}

/// The last earlier call that sent the same.
fn earlier<'a>(failure: &Failure<'a>, exchange: &Exchange) -> Option<&'a Exchange> {
    let same = |x: &&Exchange| {
        x.call.operation == exchange.call.operation
            && x.url == exchange.url
            && x.call.fields == exchange.call.fields
            && (gave_up(x) || !x.failed())
            && !x.challenge
    };
    if exchange.call.fields.is_empty() {
        return None;
    }
    failure.gathered.exchanges.iter().filter(|x| x.id < exchange.id && x.source == exchange.source).rev().find(same)
}
