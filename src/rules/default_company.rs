//! Calls that name no company run in whatever company the user's defaults say.

use super::evidence::{note, of_exchange};
use super::{Check, Rule, Whole};
use crate::model::{EvidenceRole, Exchange, Finding, Layer, facts};

pub(super) const RULE: Rule = Rule {
    name: "default-company",
    symptom: "Calls to MWS without company in the credentials header",
    cause: "Company and division are then the user's defaults: data lands elsewhere when somebody changes them, or when two callers \
            share one user",
    remedy: "Owner of the calling program: send company and division in the header (cred:lws) of every call",
    source: "public MWS clients; one changes the user's profile before each run for want of it",
    confirm: "The user's default company in M3, and the company of the records written",
    check: Check::Whole(check),
};

const SHOWN: usize = 3;

fn check(whole: &Whole<'_>) -> Vec<Finding> {
    let sent: Vec<&Exchange> = whole.gathered.exchanges.iter().filter(|x| facts::names_no_company(x)).collect();
    if sent.is_empty() {
        return Vec::new();
    }
    let evidence =
        sent.iter().take(SHOWN).map(|x| of_exchange(whole.gathered, whole.clocks, x, EvidenceRole::Context)).collect();
    let title = format!("{} calls to MWS name no company: the user's default decides", sent.len());
    vec![note(&RULE, Layer::Client, title, evidence)]
}
