//! A program ended abnormally for somebody else while calls were recorded: not their failure, but worth knowing.

use super::evidence::{note, of_dump, of_entry};
use super::{Check, Failure, Rule, Whole};
use crate::model::{EvidenceRole, Finding, Layer};
use crate::timeline::EpisodeKind;

pub(super) const RULE: Rule = Rule {
    name: "crash-beside",
    symptom: "An abnormal termination in the log that belongs to no recorded call",
    cause: "A user at a terminal, a batch job or a client that isn't recorded ran into it; no recorded call failed by it",
    remedy: "M3 developer: if it is the same program and operation as a failing call's, it is the same fault, and easier to repeat \
             at a terminal",
    source: "the joins: user, thread or time rule the recorded calls out",
    confirm: "The record's thread and the dump's user",
    check: Check::Whole(check),
};

/// Listing every one of a storm of crashes would hide the verdicts.
const MOST: usize = 20;

fn check(whole: &Whole<'_>) -> Vec<Finding> {
    if whole.gathered.exchanges.is_empty() {
        return Vec::new();
    }
    let joins = whole.joined.joins.iter().filter(|j| j.exchange.is_none());
    let failures = joins.map(|join| Failure::new(whole.gathered, whole.clocks, whole.joined, join));
    failures.filter(|f| f.is(EpisodeKind::Abnormal)).take(MOST).filter_map(|f| of(&f)).collect()
}

fn of(failure: &Failure<'_>) -> Option<Finding> {
    let entry = failure.cause()?;
    let mut evidence = vec![of_entry(failure.gathered, failure.clocks, entry, EvidenceRole::Context)];
    if let Some((dump, joined)) = failure.dump() {
        let mut piece = of_dump(failure.gathered, failure.clocks, dump, EvidenceRole::Context);
        piece.score = joined.confidence;
        piece.why.clone_from(&joined.why);
        evidence.push(piece);
    }
    let program = failure.program();
    let name = program.as_deref().unwrap_or("a program");
    let user = failure.user().map(|u| format!(" for {u}")).unwrap_or_default();
    let mut finding =
        note(&RULE, Layer::M3Program, format!("{name} also ended abnormally{user}, in no recorded call"), evidence);
    finding.program = program;
    Some(finding)
}
