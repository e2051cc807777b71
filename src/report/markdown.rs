//! An investigation as Markdown that can be pasted into a ticket.

use std::fmt::Write;

use super::remarks;
use super::story::{self, Line};
use super::summary::{self, Detail, Section};
use super::times::Times;
use crate::model::{EvidenceRole, Finding, FindingKind, Gathered, Investigation};

/// The investigation as Markdown.
#[must_use]
pub fn markdown(investigation: &Investigation, gathered: &Gathered, detail: Detail) -> String {
    let mut out = String::from("# What failed, and why\n");
    let of_kind = |kind| investigation.findings.iter().filter(move |f| f.kind == kind);
    if summary::is_shown(investigation, detail) {
        summarised(&mut out, investigation);
    }
    for section in summary::sections(investigation, detail) {
        for finding in &section.full {
            verdict(&mut out, finding, investigation, gathered);
        }
        further(&mut out, &section, investigation, gathered);
    }
    let times = Times::of(investigation);
    let open: Vec<String> = investigation
        .unexplained
        .iter()
        .map(|u| format!("{}: {}", escaped(&story::named(gathered, u.exchange, times)), escaped(&u.reason)))
        .collect();
    list(&mut out, "Not explained", &open);
    let notes: Vec<String> = of_kind(FindingKind::Note).map(|f| escaped(&f.title)).collect();
    list(&mut out, "Worth knowing", &notes);
    let remarks: Vec<String> = investigation.remarks.iter().map(|r| escaped(&remarks::line(r))).collect();
    list(&mut out, "Notes and marks", &remarks);
    let missing: Vec<String> = investigation.missing.iter().map(|m| escaped(m)).collect();
    list(&mut out, "Ask for", &missing);
    let sources: Vec<String> = super::clock_lines(investigation).iter().map(|line| escaped(line)).collect();
    list(&mut out, "Sources", &sources);
    out
}

/// Causes, services, programs, users and time of the failures.
fn summarised(out: &mut String, investigation: &Investigation) {
    let of = &investigation.summary;
    if of.causes.is_empty() {
        return;
    }
    let _infallible =
        writeln!(out, "\n## Causes\n\n| | failures | what | seen | calls | users |\n|---|---|---|---|---|---|");
    let times = Times::of(investigation);
    for cause in &of.causes {
        let cells = [
            summary::title(cause),
            summary::when(cause, times),
            summary::tallies(&cause.operations),
            summary::tallies(&cause.users),
        ];
        let cells: Vec<String> = cells.iter().map(|cell| escaped(cell)).collect();
        let _infallible = writeln!(out, "| {} | {} | {} |", cause.id, cause.failures, cells.join(" | "));
    }
    let differs: Vec<String> = of
        .causes
        .iter()
        .flat_map(|cause| {
            summary::differences(cause).into_iter().map(|text| format!("{}: {}", cause.id, escaped(&text)))
        })
        .collect();
    list(out, "What differs", &differs);
    let by = [("Service", &of.services), ("Program", &of.programs), ("User", &of.users)];
    let by: Vec<String> = by.iter().map(|(name, of)| format!("{name}: {}", escaped(&summary::tallies(of)))).collect();
    list(out, "Where", &by);
    if of.steps.len() > 1 {
        let clock = summary::clock_name(investigation);
        let _infallible = writeln!(out, "\n## When\n\n| from ({clock}) | failures | calls |\n|---|---|---|");
        for step in &of.steps {
            let name = summary::step_name(step, of.step_ns, times);
            let _infallible = writeln!(out, "| {name} | {} | {} |", step.failures, step.calls);
        }
    }
}

/// Lines on further findings that a ticket can take.
const FURTHER: usize = 20;

/// The further findings of a cause, a line each.
fn further(out: &mut String, of: &Section<'_>, investigation: &Investigation, gathered: &Gathered) {
    let (Some(cause), false) = (of.cause, of.brief.is_empty()) else { return };
    let mut lines: Vec<String> =
        of.brief.iter().take(FURTHER).map(|f| escaped(&summary::brief(f, gathered, investigation))).collect();
    if of.brief.len() > FURTHER {
        lines.push(format!("and {} more", of.brief.len() - FURTHER));
    }
    list(out, &format!("More of {}: {}", cause.id, escaped(&summary::title(cause))), &lines);
}

fn verdict(out: &mut String, finding: &Finding, investigation: &Investigation, gathered: &Gathered) {
    let _infallible = writeln!(out, "\n## {}: {}\n", finding.id, escaped(&finding.title));
    let _infallible = writeln!(out, "{}\n", escaped(&finding.explanation));
    let _infallible = writeln!(out, "| | |\n|---|---|");
    for Line { label, text } in story::lines(finding, investigation, gathered) {
        let _infallible = writeln!(out, "| {label} | {} |", escaped(&text));
    }
    let records = story::records(finding);
    if records.is_empty() {
        return;
    }
    let text: Vec<String> = records
        .iter()
        .map(|(e, text)| {
            let mark = if e.role == EvidenceRole::Cause { "> " } else { "  " };
            format!("{mark}{}  {text}", story::place_of(e))
        })
        .collect();
    let text = text.join("\n");
    let fence = fence_for(&text);
    let _infallible = writeln!(out, "\n{fence}text\n{text}\n{fence}");
}

/// A fence that nothing inside can close.
fn fence_for(text: &str) -> String {
    let longest = text.lines().map(|l| l.trim_start().bytes().take_while(|b| *b == b'`').count()).max().unwrap_or(0);
    "`".repeat(longest.max(2) + 1)
}

fn list(out: &mut String, heading: &str, items: &[String]) {
    if items.is_empty() {
        return;
    }
    let _infallible = writeln!(out, "\n## {heading}\n");
    for item in items {
        let _infallible = writeln!(out, "- {item}");
    }
}

/// Text that Markdown takes as text.
#[must_use]
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '<' | '>' | '|' | '#' | '[' | ']') {
            out.push('\\');
        }
        out.push(if c == '\n' || c == '\r' { ' ' } else { c });
    }
    out
}
