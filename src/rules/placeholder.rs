//! A template's question mark sent as data.

use super::evidence::{note, of_exchange};
use super::{Check, Rule, Whole};
use crate::model::{EvidenceRole, Exchange, Finding, Layer};

pub(super) const RULE: Rule = Rule {
    name: "placeholder",
    symptom: "<cred:company>?</cred:company>, <cred:division>?</cred:division> or a field whose value is a lone question mark",
    cause: "The request was made from SoapUI's template and the optional element was never filled in or removed; M3 may take the \
            user's default or a wrong value",
    remedy: "Owner of the calling program: set the element or leave it out",
    source: "three public MWS clients that send it",
    confirm: "The request's body as sent",
    check: Check::Whole(check),
};

/// One note tells it; its evidence shows the first few.
const SHOWN: usize = 5;

fn check(whole: &Whole<'_>) -> Vec<Finding> {
    let sent: Vec<&Exchange> = whole.gathered.exchanges.iter().filter(|x| !names(x).is_empty()).collect();
    let Some(first) = sent.first() else { return Vec::new() };
    let evidence =
        sent.iter().take(SHOWN).map(|x| of_exchange(whole.gathered, whole.clocks, x, EvidenceRole::Context)).collect();
    let calls = if sent.len() == 1 { "1 call sends".to_owned() } else { format!("{} calls send", sent.len()) };
    let title = format!("{calls} a placeholder as data: {} is ?", names(first).join(", "));
    vec![note(&RULE, Layer::Client, title, evidence)]
}

fn names(exchange: &Exchange) -> Vec<String> {
    let call = &exchange.call;
    let mut names = Vec::new();
    for (name, value) in [("company", &call.company), ("division", &call.division)] {
        if value.as_deref().map(str::trim) == Some("?") {
            names.push(name.to_owned());
        }
    }
    names.extend(call.fields.iter().filter(|(_, v)| v.trim() == "?").map(|(n, _)| n.clone()));
    names
}
