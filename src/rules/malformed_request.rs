//! What the client sent isn't well-formed, or isn't what the service takes.

use super::failure::shortened;
use super::{Answer, Causes, Check, Draft, Failure, Rule};
use crate::model::{Layer, Severity};

pub(super) const RULE: Rule = Rule {
    name: "malformed-request",
    symptom: "A fault about reading XML (Error reading XMLStreamReader, ParseError, Unmarshalling Error), or HTTP 400, 405, 411, 413, 415",
    cause: "The client builds XML by joining text, so & and < or another encoding than it declares break the body; or it sends \
            another form than the service takes",
    remedy: "Owner of the calling program: escape values, write the body in the encoding it declares (UTF-8), send the content type \
             and fields of the WSDL",
    source: "public MWS clients, which build envelopes by concatenation; Apache CXF's words for it",
    confirm: "Run the body through an XML parser; it names line and column",
    check: Check::Failure(check),
};

fn check(failure: &Failure<'_>) -> Answer {
    let Some(exchange) = failure.exchange else { return Answer::Clear };
    let words = failure.fault_words();
    let said = crate::timeline::not_readable(&words);
    let code = exchange.call.fault_code.as_deref().unwrap_or("").to_ascii_uppercase();
    let blamed = (code.ends_with("CLIENT") || code.ends_with("SENDER")) && crate::timeline::sounds_broken(&words);
    let refused = matches!(exchange.status(), Some(400 | 405 | 406 | 411 | 413 | 414 | 415 | 422 | 431));
    let no_message = failure.fault().is_none_or(|f| crate::timeline::sounds_broken(&f.to_ascii_uppercase()));
    let found = said || blamed || (refused && no_message);
    if !found {
        return Answer::Clear;
    }
    let status = exchange.status().map_or_else(String::new, |s| format!("HTTP {s}"));
    let text = failure.fault().map_or_else(|| status.clone(), |f| shortened(f, 160));
    Answer::found(Draft {
        layer: Layer::Client,
        confidence: if said { 0.92 } else { 0.75 },
        severity: Severity::Error,
        title: format!("The request could not be read: {text}"),
        reasons: vec![format!("the server answers {text}")],
        explanation: format!("{} was not understood by the server: {}.", failure.what(), text.trim_end_matches('.')),
        advice: "Owner of the calling program: check that the body is well-formed, in the encoding it declares, and of the WSDL's form."
            .to_owned(),
        causes: Causes::ANSWER_AND_RECORD,
    })
}
