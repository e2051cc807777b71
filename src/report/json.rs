//! An investigation for programs: schema `mwscope.investigation/1`.

use serde_json::{Value, json};

use super::mask::masked;
use crate::model::moment::stamp_of_utc_ns;
use crate::model::{
    Cause, Clock, Difference, EventRef, Evidence, ExchangeId, Fact, Finding, Gathered, Holds, Investigation, Severity,
    Source, SourceKind, SourceProblem, Stamp, Step, Summary, Tally, Unexplained,
};

/// The whole investigation as one value.
#[must_use]
pub fn investigation(of: &Investigation, gathered: &Gathered) -> Value {
    // A reference without a zone keeps its own local time: no zone was applied to anything.
    let local = of.in_local_time();
    json!({
        "schema": "mwscope.investigation/1",
        "reference": of.reference.map(|id| gathered.path(id)),
        "sources": of.sources.iter().map(|s| source(local, s)).collect::<Vec<_>>(),
        "findings": of.findings.iter().map(|f| finding(f, gathered)).collect::<Vec<_>>(),
        "unexplained": of.unexplained.iter().map(|u| unexplained(u, gathered)).collect::<Vec<_>>(),
        "summary": summary(&of.summary),
        "remarks": of.remarks.iter().map(super::remarks::value).collect::<Vec<_>>(),
        "missing": of.missing,
        "problems": of.problems.iter().map(problem).collect::<Vec<_>>(),
    })
}

/// Findings, what stays open, problems and the summary, one value each.
#[must_use]
pub fn ndjson(of: &Investigation, gathered: &Gathered) -> Vec<Value> {
    let findings = of.findings.iter().map(|f| tagged("finding", finding(f, gathered)));
    let open = of.unexplained.iter().map(|u| tagged("unexplained", unexplained(u, gathered)));
    let problems = of.problems.iter().map(|p| tagged("problem", problem(p)));
    let summary = (of.summary.failures > 0).then(|| tagged("summary", summary(&of.summary)));
    let remarks = of.remarks.iter().map(|r| tagged("remark", super::remarks::value(r)));
    findings.chain(open).chain(problems).chain(remarks).chain(summary).collect()
}

fn tagged(event: &str, value: Value) -> Value {
    let mut tagged = serde_json::Map::new();
    tagged.insert("event".to_owned(), json!(event));
    if let Value::Object(fields) = value {
        tagged.extend(fields);
    }
    Value::Object(tagged)
}

fn source(local: bool, of: &(Source, Clock, Option<Stamp>, Option<Stamp>)) -> Value {
    let (source, clock, first, last) = of;
    json!({
        "path": source.path,
        "kind": source.kind.word(),
        "items": source.items,
        "first": first.map(|s| s.to_rfc3339()),
        "last": last.map(|s| s.to_rfc3339()),
        "layout": source.layout,
        "clock": {
            "zone_minutes": clock.zone_minutes.filter(|_| !local),
            "offset_ms": clock.offset_ms,
            "uncertainty_ms": clock.uncertainty_ms,
            "basis": clock.basis.word(),
            "drift": clock.drift.knots().iter().map(|(own, added)| json!({
                "at": stamp_of_utc_ns(*own).to_rfc3339(), "offset_ms": clock.offset_ms + added / 1_000_000,
            })).collect::<Vec<_>>(),
        },
    })
}

/// One finding, as it stands in an investigation.
#[must_use]
pub fn finding(of: &Finding, gathered: &Gathered) -> Value {
    json!({
        "id": of.id,
        "kind": of.kind.word(),
        "rule": of.rule,
        "severity": severity(of.severity),
        "title": masked(&of.title),
        "layer": of.layer.word(),
        "program": of.program,
        "user": of.user,
        "in_log": of.in_log.as_ref().map(|c| json!({
            "service": c.service, "operation": c.operation, "program": c.program, "fault": c.fault.as_deref().map(masked),
        })),
        "confidence": rounded(of.confidence),
        "exchange": of.exchange.map(|id| exchange(id, gathered)),
        "evidence": of.evidence.iter().map(|e| evidence(e, gathered)).collect::<Vec<_>>(),
        "reasons": of.reasons.iter().map(|r| masked(r)).collect::<Vec<_>>(),
        "explanation": masked(&of.explanation),
        "advice": of.advice,
        "ambiguous_with": of.ambiguous_with.iter()
            .map(|(event, score)| json!({"event": event, "score": rounded(*score)})).collect::<Vec<_>>(),
    })
}

fn severity(of: Severity) -> &'static str {
    match of {
        Severity::Fatal | Severity::Error => "error",
        Severity::Warn => "warn",
        _ => "note",
    }
}

fn rounded(score: f64) -> f64 {
    (score * 1000.0).round() / 1000.0
}

fn exchange(id: ExchangeId, gathered: &Gathered) -> Value {
    let Some(x) = gathered.exchange(id) else { return json!({"id": id.to_string()}) };
    json!({
        "id": id.to_string(),
        "source": gathered.path(x.source),
        "index": x.index,
        "started": x.started.map(|s| s.to_rfc3339()),
        "method": x.request.method,
        "url": masked(&x.url),
        "service": x.call.service,
        "operation": x.call.operation,
        "program": x.call.program,
        "user": x.call.user,
        "status": x.status(),
        "fault": x.call.fault.as_deref().map(masked),
    })
}

fn evidence(of: &Evidence, gathered: &Gathered) -> Value {
    let place = &of.place;
    let mut value = json!({
        "kind": kind(of, gathered),
        "role": of.role.word(),
        "source": place.source,
    });
    let Some(fields) = value.as_object_mut() else { return value };
    let mut put = |name: &str, of: Value| {
        fields.insert(name.to_owned(), of);
    };
    if let Some(id) = of.event.id() {
        put("id", json!(id));
    }
    match of.event {
        EventRef::Exchange(id) => {
            put("index", json!(gathered.exchange(id).map(|x| x.index)));
        }
        EventRef::Record(..) => {
            put("line", json!(place.line));
            put("level", json!(place.level));
            put("thread", json!(place.thread));
        }
        EventRef::Threads(_) => put("line", json!(place.line)),
        EventRef::Stream(_) => {}
        EventRef::Dump(_) => {
            put("line", json!(place.line));
            put("exception", json!(place.exception));
            put("where", json!(place.failed_at));
            put("program", json!(place.program));
            put("panel", json!(place.panel));
            put("customer_code", json!(place.customer_code));
        }
    }
    put("at", json!(place.at.filter(|s| s.has_date).map(|s| s.to_rfc3339())));
    put("text", json!(masked(&place.text)));
    put("score", json!(rounded(of.score)));
    put("why", json!(of.why));
    value
}

fn kind(of: &Evidence, gathered: &Gathered) -> &'static str {
    match of.event {
        EventRef::Exchange(_) => "exchange",
        EventRef::Dump(_) => "dump",
        EventRef::Threads(_) => "threads",
        EventRef::Stream(_) => "stream",
        EventRef::Record(source, _) => match gathered.source(source).map(|s| s.kind) {
            Some(SourceKind::Threads) => "threads",
            Some(SourceKind::Events) => "event",
            _ => "log",
        },
    }
}

fn summary(of: &Summary) -> Value {
    let step = |s: &Step| {
        json!({
            "from": stamp_of_utc_ns(s.from_ns).to_rfc3339(), "failures": s.failures, "calls": s.calls,
        })
    };
    json!({
        "failures": of.failures,
        "until": of.until.map(|s| s.to_rfc3339()),
        "causes": of.causes.iter().map(cause).collect::<Vec<_>>(),
        "by_service": tallies(&of.services),
        "by_program": tallies(&of.programs),
        "by_user": tallies(&of.users),
        "by_time": {"step_seconds": of.step_ns / 1_000_000_000, "steps": of.steps.iter().map(step).collect::<Vec<_>>()},
    })
}

fn tallies(of: &[Tally]) -> Vec<Value> {
    // Without a recording nobody knows how many calls there were.
    let calls = |tally: &Tally| (tally.calls > 0).then_some(tally.calls);
    of.iter().map(|t| json!({"name": t.name, "failures": t.failures, "calls": calls(t)})).collect()
}

fn cause(of: &Cause) -> Value {
    json!({
        "id": of.id,
        "rule": of.rule,
        "title": masked(&of.title),
        "layer": of.layer.word(),
        "program": of.program,
        "failures": of.failures,
        "findings": of.findings,
        "unexplained": of.unexplained.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "first": of.first.map(|s| s.to_rfc3339()),
        "last": of.last.map(|s| s.to_rfc3339()),
        "still_happening": of.course.ongoing(),
        "succeeded_since": of.succeeded_since,
        "by_operation": tallies(&of.operations),
        "by_user": tallies(&of.users),
        "compared": of.compared.iter().map(|c| json!({
            "operation": c.operation,
            "failing": c.failing,
            "succeeding": c.succeeding,
            "differences": c.differences.iter().map(difference).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
    })
}

fn difference(of: &Difference) -> Value {
    let (holds, value) = match &of.holds {
        Holds::Is(value) => ("is", Some(masked(value))),
        Holds::Absent => ("absent", None),
        Holds::Empty => ("empty", None),
        Holds::BeyondAscii => ("beyond-ascii", None),
    };
    let kind = match of.fact {
        Fact::Field(_) => "field",
        Fact::Of(_) => "call",
    };
    json!({
        "of": kind, "name": of.fact.name(), "holds": holds, "value": value,
        "failing": of.failing, "succeeding": of.succeeding,
    })
}

fn unexplained(of: &Unexplained, gathered: &Gathered) -> Value {
    json!({"exchange": exchange(of.exchange, gathered), "reason": of.reason, "missing": of.missing})
}

/// One problem, as it stands in an investigation.
#[must_use]
pub fn problem(of: &SourceProblem) -> Value {
    json!({"path": of.path, "offset": of.offset, "what": of.what, "remedy": of.remedy})
}
