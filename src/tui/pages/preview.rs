//! What is under the cursor, in a few lines below the list.

use crate::model::{EventRef, Exchange, Finding, FindingKind, GatheredDump, Record};
use crate::query::{JoinedBy, Surroundings};
use crate::tui::model::details::Details;
use crate::tui::model::streams::is_tunnel;
use crate::tui::theme::Role;

use super::exchange::answer_words;
use super::time::{size, took};

/// Lines with their roles; more than there is room for are cut by the caller.
pub(in crate::tui) fn preview(around: &Surroundings, details: &Details, event: EventRef) -> Vec<(String, Role)> {
    let note = around.notes.get(&event).map(|note| (format!("note   {}", note.replace('\n', " / ")), Role::Info));
    let mut lines = own(around, details, event);
    // Below the line that says what it is.
    let at = 1.min(lines.len());
    lines.splice(at..at, note);
    lines
}

fn own(around: &Surroundings, details: &Details, event: EventRef) -> Vec<(String, Role)> {
    match event {
        EventRef::Exchange(id) => around.gathered.exchange(id).map(|x| exchange(around, x)).unwrap_or_default(),
        EventRef::Dump(id) => around.gathered.dump(id).map(|d| dump(around, d)).unwrap_or_default(),
        EventRef::Threads(id) => super::threads::preview(around, id),
        EventRef::Stream(id) => {
            around.gathered.stream(id).map(|stream| super::stream::preview(around, stream)).unwrap_or_default()
        }
        EventRef::Record(source, n) => match details.get((source, n)) {
            Some(Ok(found)) => record(around, event, found),
            Some(Err(why)) => vec![(why.clone(), Role::Fail)],
            None => Vec::new(),
        },
    }
}

fn exchange(around: &Surroundings, x: &Exchange) -> Vec<(String, Role)> {
    let mut out = Vec::new();
    let user = x.call.user.as_deref().map_or(String::new(), |u| format!("   user {u}"));
    let program = x.call.program.as_deref().map_or(String::new(), |p| format!("   program {p}"));
    out.push((format!("{} {}{program}{user}", x.request.method, x.url), Role::Plain));
    let took = x.duration_ns.map_or(String::new(), |ns| format!(" after {}", took(ns)));
    let answer = format!("answer {}{took}, {}", answer_words(x), size(x.response.as_ref().map_or(0, |r| r.body.len)));
    out.push((answer, if x.failed() { Role::Fail } else { Role::Plain }));
    let refusal = x.call.nok.as_ref().and_then(|n| n.message.clone());
    if let Some(fault) = x.call.fault.clone().or(refusal) {
        out.push((format!("says   {}", fault.trim()), Role::Fail));
    }
    if let Some((_, cause)) = x.outcome.broke_at() {
        out.push((format!("broke  {cause}"), Role::Fail));
    }
    let carried = if is_tunnel(x) { super::stream::tunnel_row(x).remark } else { String::new() };
    if !carried.is_empty() {
        out.push((format!("tunnel {carried}"), Role::Plain));
    }
    let verdict = finding_of(around, EventRef::Exchange(x.id));
    if let Some(f) = verdict {
        out.push((
            format!("{}     {}  ({}, {:.0} %)", f.id, f.title, f.layer.word(), f.confidence * 100.0),
            Role::Title,
        ));
        out.push((format!("next   {}", f.advice), Role::Plain));
    } else if let Some(u) = around.investigation.unexplained.iter().find(|u| u.exchange == x.id) {
        out.push((format!("not explained: {}", u.reason), Role::Warn));
    }
    if !x.call.fields.is_empty() {
        let fields: Vec<String> = x.call.fields.iter().take(12).map(|(n, v)| format!("{n} {v}")).collect();
        out.push((format!("sent   {}", fields.join("   ")), Role::Dim));
    }
    if let Some(joined) = around.joined_if_known(x.id).filter(|j| !j.threads.is_empty()) {
        let threads: Vec<&str> = joined.threads.iter().map(|(_, t)| t.as_str()).collect();
        let how = if joined.by == JoinedBy::Finding { "" } else { joined.by.words() };
        out.push((format!("thread {} (t) {how}", threads.join(", ")), Role::Dim));
    }
    out
}

/// The verdict, else the note, that speaks of an event.
fn finding_of(around: &Surroundings, event: EventRef) -> Option<&Finding> {
    let verdict = around.findings_of(event).find(|f| f.kind == FindingKind::Verdict);
    verdict.or_else(|| around.findings_of(event).next())
}

fn record(around: &Surroundings, event: EventRef, record: &Record) -> Vec<(String, Role)> {
    let mut facts = vec![super::place(around, event)];
    facts.extend(record.level.clone());
    facts.extend(record.thread.as_ref().map(|t| format!("thread {t}")));
    facts.extend(record.logger.clone());
    let mut out = vec![(facts.join("   "), Role::Dim)];
    out.extend(finding_of(around, event).map(|f| (format!("{}  {}", f.id, f.title), Role::Title)));
    out.extend(record.message.lines().take(8).map(|line| (line.to_owned(), Role::Plain)));
    if let Some(trace) = &record.trace {
        out.extend(super::trace_lines(trace).into_iter().take(8));
    }
    out
}

fn dump(around: &Surroundings, found: &GatheredDump) -> Vec<(String, Role)> {
    let dump = &found.dump;
    let mut out = vec![(dump.summary.clone(), Role::Fail)];
    let mut facts = vec![super::place(around, EventRef::Dump(found.id))];
    let named = [("program", &dump.program), ("panel", &dump.panel), ("user", &dump.user), ("job", &dump.job)];
    facts.extend(named.into_iter().filter_map(|(n, v)| v.as_ref().map(|v| format!("{n} {v}"))));
    out.push((facts.join("   "), Role::Dim));
    out.extend(dump.failed_at.as_ref().map(|at| (format!("where  {at}"), Role::Plain)));
    if let Some(f) = finding_of(around, EventRef::Dump(found.id)) {
        out.push((format!("{}  {}", f.id, f.title), Role::Title));
    }
    if let Some(trace) = &dump.trace {
        out.extend(super::trace_lines(trace).into_iter().take(6));
    }
    out
}
