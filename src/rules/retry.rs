//! The same call sent again right after it failed.

use std::collections::HashMap;

use super::evidence::{note, of_exchange};
use super::{Check, Rule, Whole};
use crate::model::{EvidenceRole, Exchange, Finding, Layer, Outcome};

pub(super) const RULE: Rule = Rule {
    name: "retry",
    symptom: "A second identical call of the same user within seconds after a time-out or a broken connection",
    cause: "The client sends again on a time-out; the first attempt may have taken effect nevertheless",
    remedy: "Owner of the calling program: look up whether the first attempt had succeeded before sending again, above all for calls \
             that create or post something",
    source: "public MWS clients, which sleep a second after a ConnectError and send again",
    confirm: "Both attempts in the server's log; the second one's already exists",
    check: Check::Whole(check),
};

/// Clients wait a second or a few; whoever waits longer has decided anew.
const SOON_NS: i64 = 10_000_000_000;

fn check(whole: &Whole<'_>) -> Vec<Finding> {
    let mut last: HashMap<_, &Exchange> = HashMap::new();
    let mut found = Vec::new();
    for exchange in &whole.gathered.exchanges {
        if exchange.call.fields.is_empty() || exchange.challenge {
            continue;
        }
        let call = &exchange.call;
        let key = (exchange.request.method.as_str(), exchange.url.as_str(), call.user.as_deref(), &call.fields);
        if let Some(first) = last.insert(key, exchange)
            && gave_up(first)
            && soon_after(first, exchange)
        {
            let piece = |x| of_exchange(whole.gathered, whole.clocks, x, EvidenceRole::Context);
            let title = format!("{} sends again what {} had given up on", exchange.id, first.id);
            found.push(note(&RULE, Layer::Client, title, vec![piece(first), piece(exchange)]));
        }
    }
    found
}

/// Whether nobody waited for the call's answer any longer.
pub(super) fn gave_up(exchange: &Exchange) -> bool {
    matches!(exchange.outcome, Outcome::Failed { .. } | Outcome::Aborted { .. })
        || matches!(exchange.status(), Some(408 | 502 | 503 | 504))
}

fn soon_after(first: &Exchange, second: &Exchange) -> bool {
    let at = |x: &Exchange| x.started.as_ref().and_then(mwscope_parsers::Stamp::utc_ns);
    let (Some(started), Some(again)) = (at(first), at(second)) else { return false };
    let length = first.duration_ns.and_then(|d| i64::try_from(d).ok()).unwrap_or(0);
    let gap = again - started.saturating_add(length);
    (0..=SOON_NS).contains(&gap)
}
