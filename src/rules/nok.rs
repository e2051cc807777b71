//! M3 refused the data and said so in the body, often under HTTP 200.

use super::failure::shortened;
use super::{Answer, Causes, Check, Draft, Failure, Rule};
use crate::model::{Layer, Nok, Severity};

pub(super) const RULE: Rule = Rule {
    name: "nok",
    symptom: "ServerReturnedNOK, ErrorMessage or NOK in the body, usually with HTTP 200",
    cause: "The M3 program refused the values",
    remedy: "Owner of the calling program: correct the field that the message names",
    source: "infor-cloud/m3-h5-sdk, service.spec.ts (answers with HTTP 200); KB 2159861",
    confirm: "Call the transaction with the same values in MITest or the API repository (MRS001)",
    check: Check::Failure(check),
};

fn check(failure: &Failure<'_>) -> Answer {
    let Some(exchange) = failure.exchange else { return Answer::Clear };
    let Some(nok) = &exchange.call.nok else { return Answer::Clear };
    let said = said(nok);
    let status = exchange.status().map(|s| format!(" under HTTP {s}")).unwrap_or_default();
    Answer::found(Draft {
        layer: Layer::M3Data,
        confidence: 0.95,
        severity: Severity::Error,
        title: format!("M3 refused: {}", shortened(&said, 120)),
        reasons: vec![format!("the body says NOK{status}: {said}")],
        explanation: format!("{} was refused by M3{status}: {}.", failure.what(), said.trim_end_matches('.')),
        advice: advice(nok),
        causes: Causes::ANSWER,
    })
}

/// `XIM0002 Customer number is invalid (field CUNO)`.
pub(super) fn said(nok: &Nok) -> String {
    let mut text = nok.code.as_deref().unwrap_or("").trim().to_owned();
    if let Some(message) = nok.message.as_deref().map(str::trim).filter(|m| !m.is_empty()) {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&shortened(message, 200));
    }
    if let Some(field) = nok.field.as_deref().map(str::trim).filter(|f| !f.is_empty()) {
        text.push_str(&format!(" (field {field})"));
    }
    if text.is_empty() { "NOK without a message".to_owned() } else { text }
}

fn advice(nok: &Nok) -> String {
    let field = nok.field.as_deref().map(str::trim).filter(|f| !f.is_empty());
    let field = field.map(|f| format!(" in field {f}")).unwrap_or_default();
    format!("Owner of the calling program: correct the value{field} and send again; the program itself works.")
}
