//! A client changes the user's profile before its calls: callers that share the user disturb each other.

use super::evidence::{note, of_exchange};
use super::{Check, Rule, Whole};
use crate::model::{EvidenceRole, Exchange, Finding, Layer};

pub(super) const RULE: Rule = Rule {
    name: "profile-race",
    symptom: "A call that changes a user's defaults (UpdateUserProfile, MNS150MI), and calls by other clients in the same name",
    cause: "Company and division of calls that name none follow the profile; whoever changes it changes the others' calls too",
    remedy: "Owner of the calling program: send company and division in the header of each call instead of changing the profile",
    source: "a public MWS client that changes the profile before each run",
    confirm: "Which company the other client's records were written in",
    check: Check::Whole(check),
};

fn check(whole: &Whole<'_>) -> Vec<Finding> {
    let all = &whole.gathered.exchanges;
    let mut found = Vec::new();
    for change in all.iter().filter(|x| changes_a_profile(x) && !x.failed()) {
        let of_others = |x: &&Exchange| {
            x.call.user.is_some() && x.call.user == change.call.user && x.client.is_some() && host(x) != host(change)
        };
        if let Some(other) = all.iter().find(of_others) {
            let piece = |x| of_exchange(whole.gathered, whole.clocks, x, EvidenceRole::Context);
            let user = change.call.user.as_deref().unwrap_or("a user");
            let title =
                format!("{} changes the profile of {user}, in whose name others call too ({})", change.id, other.id);
            found.push(note(&RULE, Layer::Client, title, vec![piece(change), piece(other)]));
            break;
        }
    }
    found
}

fn changes_a_profile(exchange: &Exchange) -> bool {
    let call = &exchange.call;
    let operation = call.operation.as_deref().unwrap_or("").to_ascii_lowercase();
    let program = call.program.as_deref().unwrap_or("").to_ascii_uppercase();
    operation.contains("updateuserprofile")
        || (program.starts_with("MNS150") && (operation.starts_with("chg") || operation.starts_with("upd")))
}

fn host(exchange: &Exchange) -> Option<&str> {
    exchange.client.as_deref().map(|c| c.rsplit_once(':').map_or(c, |(host, _)| host))
}
