//! An investigation as Markdown that can be pasted into a ticket.

use std::fmt::Write;

use super::story::{self, Line};
use crate::model::{EvidenceRole, Finding, FindingKind, Gathered, Investigation};

/// The investigation as Markdown.
#[must_use]
pub fn markdown(investigation: &Investigation, gathered: &Gathered) -> String {
    let mut out = String::from("# What failed, and why\n");
    let of_kind = |kind| investigation.findings.iter().filter(move |f| f.kind == kind);
    for finding in of_kind(FindingKind::Verdict) {
        verdict(&mut out, finding, gathered);
    }
    let open: Vec<String> = investigation
        .unexplained
        .iter()
        .map(|u| format!("{}: {}", escaped(&story::named(gathered, u.exchange)), escaped(&u.reason)))
        .collect();
    list(&mut out, "Not explained", &open);
    let notes: Vec<String> = of_kind(FindingKind::Note).map(|f| escaped(&f.title)).collect();
    list(&mut out, "Worth knowing", &notes);
    let missing: Vec<String> = investigation.missing.iter().map(|m| escaped(m)).collect();
    list(&mut out, "Ask for", &missing);
    let sources: Vec<String> = (0..investigation.sources.len())
        .filter_map(|n| story::clock_line(investigation, n))
        .map(|l| escaped(&l))
        .collect();
    list(&mut out, "Sources", &sources);
    out
}

fn verdict(out: &mut String, finding: &Finding, gathered: &Gathered) {
    let _infallible = writeln!(out, "\n## {}: {}\n", finding.id, escaped(&finding.title));
    let _infallible = writeln!(out, "{}\n", escaped(&finding.explanation));
    let _infallible = writeln!(out, "| | |\n|---|---|");
    for Line { label, text } in story::lines(finding, gathered) {
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
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '<' | '>' | '|' | '#' | '[' | ']') {
            out.push('\\');
        }
        out.push(if c == '\n' || c == '\r' { ' ' } else { c });
    }
    out
}
