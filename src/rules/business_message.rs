//! The program refused with a message of its own, which MWS passes on as a fault.

use super::failure::shortened;
use super::{Answer, Causes, Check, Draft, Failure, Rule};
use crate::model::{Layer, Severity};

pub(super) const RULE: Rule = Rule {
    name: "business-message",
    symptom: "A SOAP fault whose text is a message of the M3 program (Facility B09 is blocked)",
    cause: "The program works and refuses the values; its own message text arrives in the faultstring",
    remedy: "Owner of the calling program: correct the values",
    source: "public MWS clients, which test the faultstring for such words",
    confirm: "Enter the same values in the program by hand: the same message appears",
    check: Check::Failure(check),
};

fn check(failure: &Failure<'_>) -> Answer {
    let Some(fault) = failure.fault() else { return Answer::Clear };
    let code = message_code(&failure.fault_words());
    if code.is_none() && !is_a_message(fault) {
        return Answer::Clear;
    }
    let text = shortened(fault, 160);
    let mut reasons = vec![format!("the fault is a message of the program's own: {text}")];
    reasons.extend(code.map(|c| format!("it carries the M3 message id {c}")));
    reasons.extend(failure.place().map(|p| format!("the log says the same ({p})")));
    Answer::found(Draft {
        layer: Layer::M3Data,
        confidence: if failure.episode.is_some() { 0.9 } else { 0.85 },
        severity: Severity::Error,
        title: format!("M3 refused: {text}"),
        reasons,
        explanation: format!("{} was refused by the program: {}.", failure.what(), text.trim_end_matches('.')),
        advice: "Owner of the calling program: correct the values that the message names and send again.".to_owned(),
        causes: Causes::ANSWER_AND_RECORD,
    })
}

/// Whether a fault's text is a message of the program's own: it says something, and not that something broke.
pub(super) fn is_a_message(fault: &str) -> bool {
    !crate::timeline::sounds_broken(&fault.to_ascii_uppercase()) && !says_nothing(fault)
}

/// Words that stand in a fault when its writer had nothing to say.
fn says_nothing(fault: &str) -> bool {
    let upper = fault.to_ascii_uppercase();
    let plain: String = upper.chars().filter(|c| c.is_ascii_alphanumeric() || *c == ' ').collect();
    matches!(plain.trim(), "FAULT" | "ERROR" | "FAULT OCCURRED WHILE PROCESSING" | "SERVER" | "UNKNOWN ERROR" | "NULL")
        || plain.trim().len() < 4
}

/// An M3 message id: two or three letters and a number, seven characters in all (`XIM0002`, `WFA0103`).
fn message_code(words: &str) -> Option<String> {
    words
        .split(|c: char| !c.is_ascii_alphanumeric())
        .find(|w| {
            w.len() == 7 && w[..2].bytes().all(|b| b.is_ascii_uppercase()) && w[3..].bytes().all(|b| b.is_ascii_digit())
        })
        .map(str::to_owned)
}
