//! The call doesn't fit the API: a transaction that isn't there, a mandatory field left out, a value too long.

use super::nok::said;
use super::{Answer, Causes, Check, Draft, Failure, Rule};
use crate::model::{Layer, Severity};

pub(super) const RULE: Rule = Rule {
    name: "wrong-input",
    symptom: "errorType TransactionNotFound, MandatoryInputFieldNotFound or InputFieldTooLong",
    cause: "The client was written against another version of the API, or leaves out or overfills a field",
    remedy: "Owner of the calling program: compare transaction, mandatory fields and lengths with the API's metadata (MRS001)",
    source: "infor-cloud/m3-h5-sdk (error types of M3 API REST v2)",
    confirm: "The API's metadata: m3api-rest/v2/metadata/PROGRAM, or MRS001 in M3",
    check: Check::Failure(check),
};

const TYPES: [(&str, &str); 3] = [
    ("TRANSACTIONNOTFOUND", "the transaction isn't there"),
    ("MANDATORYINPUTFIELDNOTFOUND", "a mandatory field is missing"),
    ("INPUTFIELDTOOLONG", "a value is longer than its field"),
];

fn check(failure: &Failure<'_>) -> Answer {
    let Some(exchange) = failure.exchange else { return Answer::Clear };
    let nok = exchange.call.nok.as_ref();
    let told =
        nok.map(|n| [&n.code, &n.message].into_iter().flatten().map(|t| t.to_ascii_uppercase()).collect::<String>());
    let words = told.unwrap_or_default() + &failure.fault_words();
    let Some((_, what)) = TYPES.iter().find(|(kind, _)| words.contains(kind)) else { return Answer::Clear };
    let said = nok.map(said).or_else(|| failure.fault().map(str::to_owned)).unwrap_or_default();
    Answer::found(Draft {
        layer: Layer::Client,
        confidence: 0.95,
        severity: Severity::Error,
        title: format!("The call doesn't fit the API, {what}: {said}"),
        reasons: vec![format!("the answer says {said}")],
        explanation: format!("{} doesn't fit the API: {what}.", failure.what()),
        advice: "Owner of the calling program: compare transaction, mandatory fields and lengths with the API's metadata (MRS001)."
            .to_owned(),
        causes: Causes::ANSWER,
    })
}
