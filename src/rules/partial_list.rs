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
    let rows = exchange
        .call
        .rows
        .map_or_else(|| "some rows".to_owned(), |n| if n == 1 { "1 row".to_owned() } else { format!("{n} rows") });
    let said = nok::said(refused);
    if exchange.call.fields.iter().any(|(path, _)| path.contains("[2]/")) {
        return bulk(failure, &rows, &said);
    }
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

/// A call of several transactions: what came back is of those that went well.
fn bulk(failure: &Failure<'_>, rows: &str, said: &str) -> Answer {
    Answer::found(Draft {
        layer: Layer::M3Data,
        confidence: 0.95,
        severity: Severity::Error,
        title: format!("One of several transactions in a call failed: {said}"),
        reasons: vec![format!("{rows} of other transactions and a NOK stand in one body: {said}")],
        explanation: format!(
            "{} was a call of several transactions; one failed: {}.",
            failure.what(),
            said.trim_end_matches('.')
        ),
        advice: "Owner of the calling program: handle each transaction's result by itself; those that went well stand. Correct \
                 the values of the other and send it again."
            .to_owned(),
        causes: Causes::ANSWER,
    })
}
