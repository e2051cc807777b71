//! M3 refuses the company: blank, 0, or one in which the user may not work.

use super::nok::said;
use super::{Answer, Causes, Check, Draft, Failure, Rule};
use crate::model::{Layer, Severity};

pub(super) const RULE: Rule = Rule {
    name: "company-refused",
    symptom: "NOK XAU0008, Not authorized for company 0 (or another), often inside HTTP 200",
    cause: "No company was sent, so that it is 0 or blank, or the user isn't allowed in the one that was sent",
    remedy: "Owner of the calling program: send CONO, or company in the credentials header. M3 administrator: allow the user in that \
             company and division",
    source: "answers of M3's API in public clients (ServerReturnedNOK, XAU0008)",
    confirm: "The company in the request, and the user's companies in M3",
    check: Check::Failure(check),
};

fn check(failure: &Failure<'_>) -> Answer {
    let Some(exchange) = failure.exchange else { return Answer::Clear };
    let Some(nok) = &exchange.call.nok else { return Answer::Clear };
    let code = nok.code.as_deref().unwrap_or("").trim().to_ascii_uppercase();
    let message = nok.message.as_deref().unwrap_or("").to_ascii_uppercase();
    if code != "XAU0008" && !message.contains("AUTHORIZED FOR COMPANY") && !message.contains("AUTHORISED FOR COMPANY") {
        return Answer::Clear;
    }
    let sent = exchange.call.company.as_deref().map(str::trim).filter(|c| !c.is_empty() && *c != "0");
    let how = match sent {
        Some("?") => "the template's placeholder ? was sent as the company".to_owned(),
        Some(company) => format!("company {company} was sent"),
        None => "no company was sent".to_owned(),
    };
    Answer::found(Draft {
        layer: Layer::M3Data,
        confidence: 0.95,
        severity: Severity::Error,
        title: format!("M3 refused the company: {}", said(nok)),
        reasons: vec![format!("the body says NOK: {}", said(nok)), how.clone()],
        explanation: format!("{} was refused by M3: {}; {how}.", failure.what(), said(nok).trim_end_matches('.')),
        advice: match sent {
            Some("?") => {
                "Owner of the calling program: replace the placeholder ? by the company, or leave the element out."
            }
            Some(_) => "M3 administrator: is the user allowed in that company and division?",
            None => "Owner of the calling program: send the company (CONO, or company in the credentials header).",
        }
        .to_owned(),
        causes: Causes::ANSWER_AND_RECORD,
    })
}
