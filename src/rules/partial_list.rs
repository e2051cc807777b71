//! A list that broke off: rows were delivered, then a NOK, all in one body.

use super::{Answer, Causes, Check, Draft, Failure, Rule, nok};
use crate::model::{Layer, Severity};

pub(super) const RULE: Rule = Rule {
    name: "partial-list",
    symptom: "MIRecord rows and an ErrorMessage in one body with HTTP 200",
    cause: "The transaction failed in the middle of a list; the rows before it are true but not all",
    remedy: "Owner of the calling program: treat the rows as incomplete, and handle the message. M3: mend what the message names",
    source: "infor-cloud/m3-h5-sdk, service.spec.ts (test responses from KB 2159861)",
    confirm: "Ask for the rows after the last one delivered; the same message comes at once",
    check: Check::Failure(check),
};

fn check(failure: &Failure<'_>) -> Answer {
    let Some(exchange) = failure.exchange else { return Answer::Clear };
    let Some(refused) = exchange.call.nok.as_ref().filter(|n| n.partial) else { return Answer::Clear };
    let rows = exchange.call.rows.map_or_else(|| "some rows".to_owned(), |n| format!("{n} rows"));
    let said = nok::said(refused);
    Answer::found(Draft {
        layer: Layer::M3Data,
        confidence: 0.95,
        severity: Severity::Error,
        title: format!("A list broke off after {rows}: {said}"),
        reasons: vec![format!("{rows} and a NOK stand in one body: {said}")],
        explanation: format!("{} delivered {rows} and then failed: {}.", failure.what(), said.trim_end_matches('.')),
        advice: "Owner of the calling program: don't take the rows for the whole list. M3 application owner: mend what the message names."
            .to_owned(),
        causes: Causes::ANSWER,
    })
}
