//! The service as deployed doesn't know what was called.

use super::failure::shortened;
use super::{Answer, Causes, Check, Draft, Failure, Rule};
use crate::model::{Layer, Severity};

pub(super) const RULE: Rule = Rule {
    name: "definition-error",
    symptom: "A fault such as Message part ... was not recognized. (Does it exist in service WSDL?), No such operation, or one about \
              panels, mandatory or constant inputs",
    cause: "The client was made from another version of the service than is deployed, or the service was designed against another \
            version of the program",
    remedy: "Designer of the web service: deploy the version that the client knows, or have the client made anew from the current WSDL",
    source: "Apache CXF's words for it; docs.infor.com, MWS administration (design time and run time at different versions)",
    confirm: "Read SERVICE?wsdl from the server and look for the operation and its parts",
    check: Check::Failure(check),
};

const WORDS: [&str; 15] = [
    "MESSAGE PART",
    "NO SUCH OPERATION",
    "NO BINDING OPERATION",
    "OPERATION NOT FOUND",
    "UNKNOWN OPERATION",
    "EXIST IN SERVICE WSDL",
    "SERVICE NOT FOUND",
    "NO SUCH SERVICE",
    "SERVICE DEFINITION",
    "NOT DEPLOYED",
    "PANEL SEQUENCE",
    "UNEXPECTED PANEL",
    "EXPECTED PANEL",
    "MANDATORY INPUT",
    "METADATA",
];

fn check(failure: &Failure<'_>) -> Answer {
    let words = failure.fault_words();
    let in_fault = says_so(&words);
    let of_log =
        failure.exchange.is_some() && !failure.is(crate::timeline::EpisodeKind::Mpd) && failure.join.confidence >= 0.5;
    let in_log = of_log && says_so(failure.log_words());
    if !in_fault && !in_log || failure.exchange.is_none() {
        return Answer::Clear;
    }
    let text = if in_fault { failure.fault().map(|f| shortened(f, 160)) } else { failure.said() };
    let text = text.unwrap_or_else(|| "the definition doesn't fit".to_owned());
    let place = failure.place().filter(|_| in_log).map(|p| format!(" ({p})")).unwrap_or_default();
    Answer::found(Draft {
        layer: Layer::ServiceDefinition,
        confidence: if in_fault { 0.9 } else { 0.8 * failure.join.confidence },
        severity: Severity::Error,
        title: format!("The service's definition doesn't fit: {text}"),
        reasons: vec![format!("{} says: {text}{place}", if in_fault { "the fault" } else { "the log" })],
        explanation: format!("{} doesn't fit the service as deployed: {}{place}.", failure.what(), text.trim_end_matches('.')),
        advice: "Designer of the web service: compare what the client sends with the deployed WSDL and the program's panels; deploy or \
                 have the client made anew."
            .to_owned(),
        causes: Causes { exchange: in_fault, record: in_log || failure.episode.is_some(), dump: false },
    })
}

/// Whether words in upper case say that a definition doesn't fit.
pub(super) fn says_so(words: &str) -> bool {
    WORDS.iter().any(|w| words.contains(w))
}
