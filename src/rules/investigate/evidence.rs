//! A verdict's evidence from the joins: causes before context, each with what a report needs to show of it.

use std::collections::HashSet;

use mwscope_parsers::threads::ThreadDump;

use super::super::{Causes, Draft, Failure, Rule, Whole};
use super::heard;
use crate::model::{
    EventRef, Evidence, EvidenceRole, Exchange, Finding, FindingKind, Gathered, GatheredDump, Place, Record, SourceId,
    SourceKind, ThreadsId,
};
use crate::timeline::Entry;
use crate::timeline::clocks::Clocks;

/// The verdict of `rule` on `failure`; its number is given later.
pub(in crate::rules) fn verdict(rule: &Rule, failure: &Failure<'_>, draft: Draft) -> Finding {
    let mut finding = Finding {
        id: String::new(),
        kind: FindingKind::Verdict,
        rule: rule.name,
        severity: draft.severity,
        title: draft.title,
        layer: draft.layer,
        program: failure.program(),
        user: failure.user(),
        in_log: if failure.exchange.is_none() { heard::call(&failure.join.thread) } else { None },
        confidence: draft.confidence.clamp(0.0, 0.99),
        times: 1,
        exchange: failure.join.exchange,
        evidence: evidence(failure, draft.causes),
        reasons: draft.reasons,
        explanation: draft.explanation,
        advice: draft.advice,
        ambiguous_with: ambiguous(failure, draft.causes),
    };
    finding.evidence.sort_by_key(|e| (e.role == EvidenceRole::Context, order(&e.event)));
    finding
}

fn order(event: &EventRef) -> u8 {
    match event {
        EventRef::Record(..) => 0,
        EventRef::Dump(_) => 1,
        EventRef::Exchange(_) => 2,
        EventRef::Threads(_) => 3,
        EventRef::Stream(_) => 4,
    }
}

fn ambiguous(failure: &Failure<'_>, causes: Causes) -> Vec<(String, f64)> {
    if !causes.record && !causes.dump {
        return Vec::new();
    }
    let name = |event: EventRef| event.id().unwrap_or_else(|| failure.gathered.place(event));
    failure.join.rivals.iter().map(|(event, score)| (name(*event), *score)).collect()
}

fn evidence(failure: &Failure<'_>, causes: Causes) -> Vec<Evidence> {
    let mut all = Vec::new();
    let role = |is: bool| if is { EvidenceRole::Cause } else { EvidenceRole::Context };
    let mut shown: HashSet<usize> = HashSet::new();
    if let Some(entry) = failure.cause() {
        shown.insert(entry.n);
        let why = failure.join.why.clone();
        let score = failure.join.confidence;
        all.push(Evidence { score, why, ..of_entry(failure.gathered, failure.clocks, entry, role(causes.record)) });
    }
    for (n, (log, event)) in failure.episode.iter().flat_map(|e| &e.echoes).enumerate() {
        let Some(record) = failure.gathered.log(*log).and_then(|events| events.read(*event).ok()) else { continue };
        let is_event = failure.gathered.source(*log).is_some_and(|source| source.kind == SourceKind::Events);
        let cause = role(causes.record && n == 0 && is_event);
        let mut piece = of_record(failure.gathered, failure.clocks, (*log, *event), &record, cause);
        piece.why.extend(if is_event { &["program", "user", "time"][..] } else { &["dump path"] });
        all.push(piece);
    }
    if let Some((dump, joined)) = failure.dump() {
        let mut piece = of_dump(failure.gathered, failure.clocks, dump, role(causes.dump));
        piece.score = joined.confidence;
        piece.why.clone_from(&joined.why);
        all.push(piece);
    }
    if let Some(exchange) = failure.exchange {
        all.push(of_exchange(failure.gathered, failure.clocks, exchange, role(causes.exchange)));
    }
    let others = failure.join.thread.iter().filter(|e| {
        let cause = failure.cause();
        cause.is_none_or(|c| c.log != e.log || !shown.contains(&e.n))
    });
    for entry in others {
        let mut piece = of_entry(failure.gathered, failure.clocks, entry, EvidenceRole::Context);
        piece.score = failure.join.confidence.max(0.5);
        piece.why.push("thread");
        all.push(piece);
    }
    all
}

/// Adds how other sources saw the failing call: the same call, from another place on the way.
pub(in crate::rules) fn other_views(finding: &mut Finding, whole: &Whole<'_>) {
    let Some(id) = finding.exchange else { return };
    let seconds = whole.views.iter().filter(|(_, first)| **first == id).map(|(second, _)| second);
    for exchange in seconds.filter_map(|second| whole.gathered.exchange(*second)) {
        let mut piece = of_exchange(whole.gathered, whole.clocks, exchange, EvidenceRole::Context);
        piece.why.push("same call");
        finding.evidence.push(piece);
    }
}

/// `traffic.har#28`: where an exchange stands.
pub(in crate::rules) fn place_of(gathered: &Gathered, exchange: &Exchange) -> String {
    format!("{}#{}", gathered.path(exchange.source), exchange.index)
}

/// A record as evidence.
pub(in crate::rules) fn of_entry(gathered: &Gathered, clocks: &Clocks, entry: &Entry, role: EvidenceRole) -> Evidence {
    of_record(gathered, clocks, (entry.log, entry.n), &entry.record, role)
}

/// A record as evidence.
fn of_record(
    gathered: &Gathered,
    clocks: &Clocks,
    (log, n): (SourceId, usize),
    record: &Record,
    role: EvidenceRole,
) -> Evidence {
    let place = Place {
        source: gathered.path(log).to_owned(),
        line: Some(record.head.line),
        at: record.head.stamp,
        moment: record.head.stamp.as_ref().and_then(|s| clocks.clock(log).place(s)),
        text: record.text.clone(),
        exception: record.trace.as_ref().and_then(|t| t.throwables.first()).map(|t| t.exception.clone()),
        thread: record.thread.clone(),
        level: record.level.clone(),
        ..Place::default()
    };
    Evidence { event: EventRef::Record(log, n), role, score: 1.0, why: Vec::new(), place }
}

/// A dump as evidence.
pub(in crate::rules) fn of_dump(
    gathered: &Gathered,
    clocks: &Clocks,
    of: &GatheredDump,
    role: EvidenceRole,
) -> Evidence {
    let dump = &of.dump;
    let place = Place {
        source: gathered.path(of.source).to_owned(),
        line: Some(dump.line),
        at: dump.at,
        moment: dump.at.as_ref().and_then(|s| clocks.clock(of.source).place(s)),
        text: dump.summary.clone(),
        exception: dump.exception.clone(),
        failed_at: dump.failed_at.clone(),
        program: dump.program.clone(),
        panel: dump.panel.clone(),
        customer_code: Some(dump.customer_code),
        ..Place::default()
    };
    Evidence { event: EventRef::Dump(of.id), role, score: 1.0, why: Vec::new(), place }
}

/// An exchange as evidence.
pub(in crate::rules) fn of_exchange(
    gathered: &Gathered,
    clocks: &Clocks,
    exchange: &Exchange,
    role: EvidenceRole,
) -> Evidence {
    let answer = match (exchange.status(), exchange.outcome.broke_at()) {
        (Some(status), _) => status.to_string(),
        (None, Some((stage, cause))) => format!("{}: {cause}", stage.word()),
        (None, None) => "no answer".to_owned(),
    };
    let fault = exchange.call.fault.as_deref().map(|f| format!(" {f}")).unwrap_or_default();
    let place = Place {
        source: gathered.path(exchange.source).to_owned(),
        at: exchange.started,
        moment: exchange.started.as_ref().and_then(|s| clocks.clock(exchange.source).place(s)),
        text: format!("{} {} → {answer}{fault}", exchange.request.method, exchange.url),
        program: exchange.call.program.clone(),
        ..Place::default()
    };
    Evidence { event: EventRef::Exchange(exchange.id), role, score: 1.0, why: Vec::new(), place }
}

/// A thread dump as evidence; `text` is what it shows.
pub(in crate::rules) fn of_threads(
    whole: &Whole<'_>,
    id: ThreadsId,
    source: SourceId,
    dump: &ThreadDump,
    text: String,
) -> Evidence {
    let place = Place {
        source: whole.gathered.path(source).to_owned(),
        line: Some(dump.line),
        at: dump.at,
        moment: dump.at.as_ref().and_then(|s| whole.clocks.clock(source).place(s)),
        text,
        ..Place::default()
    };
    Evidence { event: EventRef::Threads(id), role: EvidenceRole::Context, score: 1.0, why: vec!["threads"], place }
}

/// A note of `rule` about something that did not fail.
pub(in crate::rules) fn note(
    rule: &Rule,
    layer: crate::model::Layer,
    title: String,
    evidence: Vec<Evidence>,
) -> Finding {
    Finding {
        id: String::new(),
        kind: FindingKind::Note,
        rule: rule.name,
        severity: crate::model::Severity::Note,
        title,
        layer,
        program: None,
        user: None,
        in_log: None,
        confidence: 0.9,
        times: 1,
        exchange: None,
        evidence,
        reasons: Vec::new(),
        explanation: rule.cause.to_owned(),
        advice: rule.remedy.to_owned(),
        ambiguous_with: Vec::new(),
    }
}
