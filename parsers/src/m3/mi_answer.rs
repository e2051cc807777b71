//! The answers of M3 API transactions in JSON and XML, with M3's refusal (`NOK`) that may stand inside a
//! status 200, after rows or instead of them.

use serde_json::Value;

use super::call::Nok;
use super::form;
use crate::http::MediaType;
use crate::xml::{self, Document};

/// What an answer says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) nok: Option<Nok>,
    pub(super) rows: Option<u64>,
    pub(super) program: Option<String>,
    pub(super) transaction: Option<String>,
}

/// An answer in JSON, of either version of the REST service.
pub(super) fn json(value: &Value) -> Answer {
    let value = if let Value::Array(list) = value { list.first().unwrap_or(value) } else { value };
    if value.get("results").is_some() || value.get("errorMessage").is_some() || value.get("errorType").is_some() {
        return second_version(value);
    }
    first_version(value)
}

/// `{"@type":"ServerReturnedNOK", ...}`, or rows in `MIRecord` and perhaps an `ErrorMessage` behind them.
fn first_version(value: &Value) -> Answer {
    let rows = value.get("MIRecord").map(count);
    let error = value.get("ErrorMessage").or_else(|| value.get("@type").is_some().then_some(value));
    let nok = error.map(|error| Nok {
        code: text(error, "@code").or_else(|| text(error, "@type")),
        field: text(error, "@field"),
        message: text(error, "Message"),
        partial: rows.is_some_and(|rows| rows > 0),
    });
    Answer { nok, rows, program: text(value, "Program"), transaction: text(value, "Transaction") }
}

/// `{"results":[{"records":[...]} | {"errorMessage":...}], "wasTerminated":...}`; errors also at the top.
fn second_version(value: &Value) -> Answer {
    let results = value.get("results").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let rows: u64 = results.iter().filter_map(|result| result.get("records")).map(count).sum();
    let failed = results.iter().find(|result| is_error(result)).or_else(|| is_error(value).then_some(value));
    let terminated = value.get("terminationReason").filter(|_| value.get("wasTerminated") == Some(&Value::Bool(true)));
    let nok = failed.map(|error| refusal(error, rows > 0)).or_else(|| {
        let message = form::some(&compact(terminated?.as_str()?))?;
        let code = text(value, "terminationErrorType");
        Some(Nok { code, field: None, message: Some(message), partial: rows > 0 })
    });
    let transaction = results.first().and_then(|result| text(result, "transaction"));
    let rows = results.iter().any(|result| result.get("records").is_some()).then_some(rows);
    Answer { nok, rows, program: text(value, "program"), transaction }
}

fn is_error(value: &Value) -> bool {
    ["errorMessage", "errorType", "errorCode"].iter().any(|name| text(value, name).is_some())
}

fn refusal(error: &Value, partial: bool) -> Nok {
    Nok {
        code: text(error, "errorCode").or_else(|| text(error, "errorType")),
        field: text(error, "errorField"),
        message: text(error, "errorMessage"),
        partial,
    }
}

/// An answer in XML: `miResult`, `ErrorMessage`, or both, whatever stands around them.
pub(super) fn xml(body: &[u8], content_type: Option<&str>) -> Option<Answer> {
    let charset = content_type.and_then(MediaType::charset_of);
    let decoded = xml::decode(body, charset.as_deref());
    let document = xml::read(&decoded.text);
    document
        .elements
        .iter()
        .any(|e| matches!(e.name, "miResult" | "ErrorMessage" | "MIResult"))
        .then(|| elements(&document))
}

/// An answer in elements, also inside a SOAP message.
pub(super) fn elements(document: &Document) -> Answer {
    let rows = document.elements.iter().filter(|element| element.name == "MIRecord").count() as u64;
    let nok = document.elements.iter().position(|element| element.name == "ErrorMessage").map(|at| {
        let element = &document.elements[at];
        let value = |name: &str| {
            let child = document.child_text(at, &[name]).map(str::to_owned);
            element.attribute(name).map(str::to_owned).or(child).and_then(|text| form::some(&compact(&text)))
        };
        let own = form::some(&compact(&element.text));
        Nok {
            code: value("code").or_else(|| value("type")),
            field: value("field"),
            message: document.child_text(at, &["Message"]).map(compact).or(own),
            partial: rows > 0,
        }
    });
    let found = |name: &str| document.find_text(name).map(str::to_owned);
    let has_result = document.find("miResult").is_some();
    Answer { nok, rows: has_result.then_some(rows), program: found("Program"), transaction: found("Transaction") }
}

fn count(value: &Value) -> u64 {
    match value {
        Value::Array(rows) => rows.len() as u64,
        Value::Null => 0,
        _ => 1,
    }
}

/// A text or number of an object, with its padding removed; `None` where it is missing or empty.
pub(super) fn text(value: &Value, name: &str) -> Option<String> {
    match value.get(name)? {
        Value::String(text) => form::some(&compact(text)),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// White space folded: M3 pads message texts with blanks, also in their middle.
fn compact(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
