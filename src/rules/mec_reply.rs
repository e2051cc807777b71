//! MEC's acknowledgement, which says nothing of the outcome.

use super::evidence::{note, of_exchange};
use super::{Check, Rule, Whole};
use crate::model::{BodyState, EvidenceRole, Exchange, Finding, Kept, Layer};

pub(super) const RULE: Rule = Rule {
    name: "mec-reply",
    symptom: "HTTP 200 with e-Collaborator HTTP Reply, The request was succesfully processed (sic)",
    cause: "MEC's HTTPIn channel acknowledges every message it takes, before and whatever becomes of it",
    remedy: "MEC administrator: look the message up in MEC; where the caller needs the outcome, use HTTPSyncIn with HTTPSyncOut",
    source: "m3ideas.org, HTTP channels in MEC, parts 1 to 3",
    confirm: "The message's state in MEC",
    check: Check::Whole(check),
};

const WORDS: &[u8] = b"request was succesfully processed";
const SHOWN: usize = 5;

fn check(whole: &Whole<'_>) -> Vec<Finding> {
    let replies: Vec<&Exchange> = whole.gathered.exchanges.iter().filter(|x| says_so(whole, x)).collect();
    if replies.is_empty() {
        return Vec::new();
    }
    let evidence = replies
        .iter()
        .take(SHOWN)
        .map(|x| of_exchange(whole.gathered, whole.clocks, x, EvidenceRole::Context))
        .collect();
    let title = format!("{} of MEC's replies say that a request was taken, not that it succeeded", replies.len());
    vec![note(&RULE, Layer::Configuration, title, evidence)]
}

fn says_so(whole: &Whole<'_>, exchange: &Exchange) -> bool {
    let Some(response) = exchange.response.as_ref().filter(|r| r.status == 200) else { return false };
    // What was taken was a message, and the page is small: what isn't so isn't it and needn't be loaded, which a recording
    // would do with each call again and again.
    if matches!(exchange.request.method.as_str(), "GET" | "HEAD" | "OPTIONS") {
        return false;
    }
    let small = response.body.len > 0 && response.body.len <= 8_192 && response.body.state == BodyState::Whole;
    if !small || matches!(response.body.kept, Kept::Nothing) || exchange.call.kind != crate::model::CallKind::Other {
        return false;
    }
    whole.gathered.bodies.load(&response.body).is_ok_and(|bytes| memchr::memmem::find(&bytes, WORDS).is_some())
}
