//! A stack trace at a level that says nothing is wrong: whoever wrote it went on. Worth knowing, not a failure.

use std::collections::BTreeMap;

use mwscope_parsers::log::Severity;

use super::evidence::{note, of_entry};
use super::stack_trace::thrown;
use super::{Check, Failure, Rule, Whole};
use crate::model::{EvidenceRole, Finding, Layer};
use crate::timeline::EpisodeKind;

pub(super) const RULE: Rule = Rule {
    name: "handled-trace",
    symptom: "A Java stack trace in a record at INFO, DEBUG or TRACE, and no error of its thread beside it",
    cause: "The program caught the exception and went on, by trying again for instance; the record alone doesn't say that anything failed",
    remedy: "Nobody, unless it comes often or where the customer saw a failure: then whoever owns the class at the top of the trace",
    source: "the record's own level, which says that nothing is wrong",
    confirm: "The thread goes on behind it: its call ends as usual",
    check: Check::Whole(check),
};

/// Records that are shown of one trace.
const MOST: usize = 5;

/// Whether the trace of a failure stands at a level that says nothing is wrong, and no graver record is beside it.
pub(super) fn is_handled(failure: &Failure<'_>) -> bool {
    let Some(episode) = failure.episode.filter(|e| e.kind == EpisodeKind::Trace) else { return false };
    let of_episode = failure.join.thread.iter().filter(|e| e.log == episode.log && episode.records.contains(&e.n));
    let mut severities = of_episode.map(|entry| entry.record.head.severity).peekable();
    severities.peek().is_some()
        && severities.all(|severity| matches!(severity, Severity::Trace | Severity::Debug | Severity::Info))
}

fn check(whole: &Whole<'_>) -> Vec<Finding> {
    if !whole.gathered.exchanges.is_empty() {
        return Vec::new();
    }
    let joins = whole.joined.joins.iter().filter(|join| join.exchange.is_none());
    let failures = joins.map(|join| Failure::new(whole.gathered, whole.clocks, whole.joined, join));
    let mut by_trace: BTreeMap<String, Vec<Failure<'_>>> = BTreeMap::new();
    for failure in failures.filter(is_handled) {
        let Some((root, top)) = thrown(&failure) else { continue };
        by_trace.entry(format!("{root} in {top}")).or_default().push(failure);
    }
    let of = |(trace, failures): (String, Vec<Failure<'_>>)| {
        let entries = failures.iter().filter_map(Failure::cause).take(MOST);
        let evidence = entries.map(|e| of_entry(whole.gathered, whole.clocks, e, EvidenceRole::Context)).collect();
        let level = failures.iter().find_map(|f| f.cause()?.record.level.clone()).unwrap_or_default();
        let times = if failures.len() > 1 { format!(", {} times", failures.len()) } else { String::new() };
        let mut finding =
            note(&RULE, Layer::Unknown, format!("{trace} was caught (written at {level}){times}"), evidence);
        finding.times = failures.len();
        finding
    };
    by_trace.into_iter().map(of).collect()
}
