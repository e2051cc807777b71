//! What happened, as labelled lines in a fixed order; every output for people shows these.

use std::fmt::Write;

use mwscope_parsers::m3::mpd;
use mwscope_parsers::xml;

use super::mask::masked;
use super::summary;
use super::text::counted;
use super::times::Times;
use crate::model::{
    EventRef, Evidence, EvidenceRole, Exchange, Finding, FindingKind, Gathered, Investigation, Moment, shortest_end,
};

/// One line of a story.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) label: &'static str,
    pub(super) text: String,
}

fn line(label: &'static str, text: impl AsRef<str>) -> Line {
    // A line is a line, whatever the evidence holds.
    let text = masked(text.as_ref()).chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    Line { label, text }
}

/// What a finding says, in the order in which an engineer asks: what was called, what came back, which record, which
/// dump, where it broke, whose fault, what next.
/// What tells its calls from others stands at the first finding of a cause.
pub(super) fn lines(finding: &Finding, investigation: &Investigation, gathered: &Gathered) -> Vec<Line> {
    let exchange = finding.exchange.and_then(|id| gathered.exchange(id));
    let times = Times::of(investigation);
    let mut lines = Vec::new();
    match exchange {
        Some(exchange) => {
            lines.push(line("call", call(exchange, finding, times)));
            lines.push(line("answer", answer(exchange)));
        }
        None if finding.kind == FindingKind::Verdict => {
            lines.push(line("call", no_call(finding, times)));
            if let Some(fault) = finding.in_log.as_ref().and_then(|c| c.fault.as_ref()) {
                lines.push(line("answer", format!("not recorded; the log says  {fault}")));
            }
        }
        None => {}
    }
    let cause = |record: bool| {
        let mut causes = finding.evidence.iter().filter(|e| e.role == EvidenceRole::Cause);
        causes.find(|e| matches!(e.event, EventRef::Record(..)) == record && !matches!(e.event, EventRef::Exchange(_)))
    };
    if let Some(record) = cause(true) {
        let first = record.place.text.lines().next().unwrap_or("");
        lines.push(line("record", format!("{}  {first}", place_of(record))));
    }
    if let Some(dump) = cause(false) {
        let exception = dump.place.exception.as_deref().unwrap_or("no exception that could be read");
        let doubt = if dump.score < 0.9 { format!("  (confidence {:.2})", dump.score) } else { String::new() };
        lines.push(line("dump", format!("{}  {exception}{doubt}", dump.place.source)));
        lines.push(line("where", where_it_broke(dump)));
    }
    if finding.kind == FindingKind::Verdict {
        let reasons = finding.reasons.join("; ");
        lines.push(line("layer", format!("{}, confidence {:.2}: {reasons}", finding.layer.word(), finding.confidence)));
    } else {
        lines.push(line("why", &finding.explanation));
    }
    for (other, score) in &finding.ambiguous_with {
        lines.push(line("or", format!("{other} fits too ({score:.2})")));
    }
    let mut causes = investigation.summary.causes.iter();
    if let Some(cause) = causes.find(|c| c.findings.first() == Some(&finding.id)) {
        lines.extend(summary::differences(cause).into_iter().map(|text| Line { label: "differs", text }));
    }
    lines.push(line("next", &finding.advice));
    lines
}

/// `Facility Create`, or method and path.
pub(super) fn operation(exchange: &Exchange) -> String {
    match (&exchange.call.service, &exchange.call.operation) {
        (Some(service), Some(operation)) => format!("{service} {operation}"),
        (Some(service), None) => service.clone(),
        _ => format!("{} {}", exchange.request.method, exchange.path()),
    }
}

fn call(exchange: &Exchange, finding: &Finding, times: Times) -> String {
    let call = &exchange.call;
    let mut text = operation(exchange);
    if let Some(program) = &call.program {
        let _infallible = write!(text, "  program {program}");
    }
    if let Some(user) = &call.user {
        let _infallible = write!(text, "  user {user}");
    }
    let moment =
        finding.evidence.iter().find(|e| matches!(e.event, EventRef::Exchange(_))).and_then(|e| e.place.moment);
    match (exchange.started, moment) {
        (Some(stamp), Some(moment)) => {
            let _infallible = write!(text, "  {}{}", times.stamp(&stamp), doubt(&moment));
        }
        (Some(stamp), None) => text.push_str(&format!("  {}", times.stamp(&stamp))),
        (None, _) => {}
    }
    let _infallible = write!(text, "  {}", exchange.id);
    text
}

fn no_call(finding: &Finding, times: Times) -> String {
    let named = finding.in_log.as_ref().map(|c| (c.service.as_deref(), c.operation.as_deref()));
    let mut text = match named {
        Some((Some(service), Some(operation))) => format!("{service} {operation}"),
        Some((Some(one), None) | (None, Some(one))) => one.to_owned(),
        _ => "no web service call is named".to_owned(),
    };
    if let Some(program) = &finding.program {
        let _infallible = write!(text, "  program {program}");
    }
    if let Some(user) = &finding.user {
        let _infallible = write!(text, "  user {user}");
    }
    let at = finding.evidence.iter().find_map(|e| e.place.at);
    if let Some(at) = at {
        let zone = if at.offset_s.is_none() { " (server's local time)" } else { "" };
        let _infallible = write!(text, "  {}{zone}", times.stamp(&at));
    }
    let in_log = finding.evidence.iter().any(|e| matches!(e.event, EventRef::Record(..)));
    text.push_str(if in_log { "  from the log, not recorded" } else { "  from the dump alone" });
    text
}

fn answer(exchange: &Exchange) -> String {
    let mut text = match (exchange.status(), exchange.outcome.broke_at()) {
        (_, Some((stage, cause))) => format!("broke at {}: {cause}", stage.word()),
        (Some(status), None) => format!("HTTP {status}"),
        (None, None) => "no answer".to_owned(),
    };
    if let Some(fault) = &exchange.call.fault {
        let _infallible = write!(text, "  {}", fault.trim());
    }
    if let Some(nok) = &exchange.call.nok {
        let parts = [&nok.code, &nok.message, &nok.field];
        let parts: Vec<&str> = parts.into_iter().flatten().map(|p| p.trim()).filter(|p| !p.is_empty()).collect();
        let _infallible = write!(text, "  NOK {}", parts.join(" "));
    }
    text
}

fn where_it_broke(dump: &Evidence) -> String {
    let place = &dump.place;
    let mut text = place.failed_at.clone().unwrap_or_else(|| "no operation that could be read".to_owned());
    if let Some(program) = &place.program {
        let _infallible = write!(text, " in {program}");
    }
    if let Some(panel) = &place.panel {
        let _infallible = write!(text, ", panel {panel}");
    }
    match place.customer_code {
        Some(true) => text.push_str(", customer code"),
        Some(false) => text.push_str(", standard code"),
        None => {}
    }
    text
}

/// `merged.log:399`, or the source alone.
pub(super) fn place_of(evidence: &Evidence) -> String {
    match evidence.place.line {
        Some(line) => format!("{}:{line}", evidence.place.source),
        None => evidence.place.source.clone(),
    }
}

/// ` ±120 ms` where the doubt is worth saying.
fn doubt(moment: &Moment) -> String {
    let ms = moment.uncertainty_ns / 1_000_000;
    if ms >= 5 { format!(" ±{ms} ms") } else { String::new() }
}

/// The shortest end of the source's path that no other source shares, and the line.
pub(super) fn short_place(evidence: &Evidence, investigation: &Investigation) -> String {
    let path = evidence.place.source.as_str();
    let others = || investigation.sources.iter().map(|(s, ..)| s.path.as_str()).filter(|p| *p != path);
    let name = shortest_end(path, &others());
    match evidence.place.line {
        Some(line) => format!("{name}:{line}"),
        None => name.to_owned(),
    }
}

/// The time of a piece of evidence on the reference's clock, or as written where it has no place.
pub(super) fn time_of(evidence: &Evidence, times: Times) -> String {
    match (evidence.place.moment, evidence.place.at) {
        (Some(moment), _) => format!("{}{}", times.instant(moment.utc_ns), doubt(&moment)),
        (None, Some(at)) => times.stamp(&at),
        (None, None) => String::new(),
    }
}

/// The records of a finding in the order in which they were written, each with its text: `<MPD>` laid out, traces cut.
pub(super) fn records(finding: &Finding) -> Vec<(&Evidence, String)> {
    let mut records: Vec<&Evidence> =
        finding.evidence.iter().filter(|e| matches!(e.event, EventRef::Record(..))).collect();
    records.sort_by_key(|e| (e.place.moment.map(|m| m.utc_ns), e.place.line));
    records.into_iter().map(|e| (e, shown(&e.place.text))).collect()
}

/// Lines of one record that are shown; a trace goes on for hundreds.
const MOST_LINES: usize = 24;

/// A record's text as it is shown, masked.
fn shown(text: &str) -> String {
    let mut out = String::new();
    let mut last = 0;
    for found in mpd::find(text) {
        let Some(block) = text.get(found.range.clone()) else { continue };
        let before = text.get(last..found.range.start).unwrap_or("");
        out.push_str(before);
        if !before.is_empty() && !before.ends_with('\n') {
            out.push('\n');
        }
        out.push_str(xml::pretty(block).0.trim_end());
        last = found.range.end;
    }
    out.push_str(text.get(last..).unwrap_or(""));
    let lines: Vec<&str> = out.lines().collect();
    let mut cut = lines.iter().take(MOST_LINES).copied().collect::<Vec<_>>().join("\n");
    if lines.len() > MOST_LINES {
        let _infallible = write!(cut, "\n... {} more lines", lines.len() - MOST_LINES);
    }
    masked(&cut).into_owned()
}

/// One line on a source and its clock.
pub(super) fn clock_line(investigation: &Investigation, n: usize) -> Option<String> {
    let (source, clock, first, last) = investigation.sources.get(n)?;
    let mut text = format!("{}  {}, {}", source.path, source.kind.word(), counted(source.items as usize, "item"));
    if let (Some(first), Some(last)) = (first, last) {
        let _infallible = write!(text, ", {} to {}", first.to_rfc3339(), last.to_rfc3339());
    }
    let local = investigation.in_local_time();
    if investigation.reference == Some(source.id) {
        text.push_str(if local { "; its clock is the reference, local time" } else { "; its clock is the reference" });
    } else if first.is_some() {
        let zone = clock.zone_minutes.filter(|_| !local).map(zone).unwrap_or_default();
        let seconds = clock.offset_ms as f64 / 1000.0;
        let spread = clock.uncertainty_ms as f64 / 1000.0;
        let _infallible = write!(text, "; {zone}{seconds:+.3} s ±{spread:.3} s by {}", clock.basis.word());
        if let [(_, first), .., (_, last)] = clock.drift.knots() {
            let _infallible = write!(text, ", drifting by {:+.3} s", (last - first) as f64 / 1e9);
        }
    }
    Some(text)
}

fn zone(minutes: i32) -> String {
    let sign = if minutes < 0 { '-' } else { '+' };
    format!("zone {sign}{:02}:{:02}, ", minutes.abs() / 60, minutes.abs() % 60)
}

/// What an unexplained exchange was, in a few words.
pub(super) fn named(gathered: &Gathered, id: crate::model::ExchangeId, times: Times) -> String {
    let Some(exchange) = gathered.exchange(id) else { return id.to_string() };
    let at = exchange.started.map(|s| format!("  {}", times.stamp(&s))).unwrap_or_default();
    let what = operation(exchange);
    let user = exchange.call.user.as_deref().map(|u| format!("  user {u}")).unwrap_or_default();
    masked(&format!("{id}  {what}{user}{at}  {}", answer(exchange))).into_owned()
}
