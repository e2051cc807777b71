//! An investigation for people at a terminal.

use std::fmt::Write;

use super::safe;
use super::story::{self, Line};
use super::summary::{self, Detail, Section};
use super::times::Times;
use crate::model::{EventRef, Evidence, EvidenceRole, Finding, FindingKind, Gathered, Investigation};

/// Whether the text is coloured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Style {
    /// Plain text.
    #[default]
    Plain,
    /// With ANSI colours; they only repeat what the words say.
    Colour,
}

/// The investigation as text: of many failures a summary first; verdicts with their evidence, what stays open, notes,
/// what to ask for, the sources.
#[must_use]
pub fn text(investigation: &Investigation, gathered: &Gathered, style: Style, detail: Detail) -> String {
    let mut out = String::new();
    let _infallible = writeln!(out, "{}\n", counts(investigation, gathered));
    if summary::is_shown(investigation, detail) {
        summarised(&mut out, investigation, style);
    }
    for section in summary::sections(investigation, detail) {
        for finding in &section.full {
            verdict(&mut out, finding, investigation, gathered, style);
        }
        further(&mut out, &section, investigation, gathered, style);
    }
    if detail != Detail::Summary {
        unexplained(&mut out, investigation, gathered, style);
        notes(&mut out, investigation, gathered, style);
        remarks(&mut out, investigation, style);
    }
    list(&mut out, "Ask for", investigation.missing.iter().map(String::as_str), style);
    let clocks: Vec<String> =
        (0..investigation.sources.len()).filter_map(|n| story::clock_line(investigation, n)).collect();
    list(&mut out, "Sources", clocks.iter().map(String::as_str), style);
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

/// Causes, services, programs, users and time of the failures.
fn summarised(out: &mut String, investigation: &Investigation, style: Style) {
    let of = &investigation.summary;
    if of.causes.is_empty() {
        return;
    }
    let _infallible = writeln!(out, "{}", bold("Causes", style));
    let times = Times::of(investigation);
    for cause in &of.causes {
        let _infallible =
            writeln!(out, "  {:<4} {:>6}  {}", cause.id, cause.failures, bold(&summary::title(cause), style));
        let mut say = |label: &str, text: &str| {
            let _infallible = writeln!(out, "               {label:<8} {}", clean(text));
        };
        say("layer", cause.layer.word());
        say("seen", &summary::when(cause, times));
        say("calls", &summary::tallies(&cause.operations));
        say("users", &summary::tallies(&cause.users));
        for text in summary::differences(cause) {
            say("differs", &text);
        }
    }
    out.push('\n');
    for (heading, tallies) in [("Services", &of.services), ("Programs", &of.programs), ("Users", &of.users)] {
        let _infallible = writeln!(out, "{}\n  {}\n", bold(heading, style), clean(&summary::tallies(tallies)));
    }
    steps(out, investigation, style);
}

/// Failures by time, a line for each step.
fn steps(out: &mut String, investigation: &Investigation, style: Style) {
    const BAR: usize = 40;
    let of = &investigation.summary;
    let times = Times::of(investigation);
    let most = of.steps.iter().map(|s| s.failures).max().unwrap_or(0);
    if of.steps.len() < 2 || most == 0 {
        return;
    }
    let _infallible = writeln!(out, "{}", bold(&format!("By time ({})", summary::clock_name(investigation)), style));
    for step in &of.steps {
        let bar = "#".repeat((step.failures * BAR).div_ceil(most));
        let calls = if step.calls > 0 { format!(" of {}", step.calls) } else { String::new() };
        let name = summary::step_name(step, of.step_ns, times);
        let row = format!("  {name}  {:>6}{calls:<10}  {bar}", step.failures);
        let _infallible = writeln!(out, "{}", row.trim_end());
    }
    out.push('\n');
}

/// The further findings of a cause, a line each.
fn further(out: &mut String, of: &Section<'_>, investigation: &Investigation, gathered: &Gathered, style: Style) {
    let (Some(cause), false) = (of.cause, of.brief.is_empty()) else { return };
    let more = if of.full.is_empty() { String::new() } else { format!("{} more of ", of.brief.len()) };
    let heading = format!("{more}{}  {}", cause.id, summary::title(cause));
    let _infallible = writeln!(out, "{}", bold(&heading, style));
    for finding in &of.brief {
        let _infallible = writeln!(out, "  {}", clean(&summary::brief(finding, gathered, investigation)));
    }
    out.push('\n');
}

fn unexplained(out: &mut String, investigation: &Investigation, gathered: &Gathered, style: Style) {
    if investigation.unexplained.is_empty() {
        return;
    }
    let _infallible = writeln!(out, "{}", bold("Not explained", style));
    let times = Times::of(investigation);
    let mut said = "";
    for open in &investigation.unexplained {
        let _infallible = writeln!(out, "  {}", story::named(gathered, open.exchange, times));
        // The same reason isn't said again for each of a row of calls.
        if open.reason != said {
            let _infallible = writeln!(out, "      {}", open.reason);
            said = &open.reason;
        }
    }
    out.push('\n');
}

fn notes(out: &mut String, investigation: &Investigation, gathered: &Gathered, style: Style) {
    let notes: Vec<&Finding> = investigation.findings.iter().filter(|f| f.kind == FindingKind::Note).collect();
    if notes.is_empty() {
        return;
    }
    let _infallible = writeln!(out, "{}", bold("Worth knowing", style));
    for finding in notes {
        let places = finding.evidence.iter().take(3).map(|e| {
            let place = story::short_place(e, investigation);
            match e.event {
                EventRef::Exchange(id) => {
                    gathered.exchange(id).map_or(place.clone(), |x| format!("{place}#{}", x.index))
                }
                _ => place,
            }
        });
        let places: Vec<String> = places.collect();
        let _infallible = writeln!(out, "  {}  {}  ({})", finding.id, finding.title, places.join(", "));
    }
    out.push('\n');
}

/// What the user wrote on the evidence.
fn remarks(out: &mut String, investigation: &Investigation, style: Style) {
    if investigation.remarks.is_empty() {
        return;
    }
    let _infallible = writeln!(out, "{}", bold("Notes and marks", style));
    for remark in &investigation.remarks {
        let _infallible = writeln!(out, "  {}", super::safe::line(&super::remarks::line(remark)));
    }
    out.push('\n');
}

/// A verdict in one line, as it is said while recording goes on.
#[must_use]
pub fn verdict_line(finding: &Finding) -> String {
    let causes = finding.evidence.iter().filter(|e| e.role == EvidenceRole::Cause);
    let places: Vec<String> = causes.map(story::place_of).collect();
    let named = finding.exchange.map_or_else(String::new, |id| format!(" {id}"));
    let confidence = (finding.confidence * 100.0).round();
    let line = format!(
        "verdict{named}: {} ({}, {confidence:.0} %) {}",
        finding.title,
        finding.layer.word(),
        places.join(", ")
    );
    super::safe::line(super::mask::masked(line.trim_end()).as_ref()).into_owned()
}

/// How much was read, and how much of it failed.
pub(super) fn counts(investigation: &Investigation, gathered: &Gathered) -> String {
    let verdicts = investigation.findings.iter().filter(|f| f.kind == FindingKind::Verdict).count();
    let failing = gathered.exchanges.iter().filter(|x| x.failed() && !investigation.views.contains_key(&x.id)).count();
    let records: u64 = gathered.logs.iter().map(|(_, r)| r.len() as u64).sum();
    let read = [
        counted(gathered.exchanges.len(), "exchange"),
        counted(records as usize, "record"),
        counted(gathered.dumps.len(), "dump"),
    ]
    .join(", ");
    let left_out = match investigation.left_out {
        0 => String::new(),
        n => format!(", {n} not asked for"),
    };
    if gathered.exchanges.is_empty() {
        let found = counted(verdicts, "failure");
        return format!("{read}: {found} found in logs and dumps{left_out}, no recording of the calls");
    }
    if failing == 0 {
        return format!("{read}: no call failed");
    }
    let open = investigation.unexplained.len();
    format!("{read}: {} failed, {verdicts} explained, {open} not{left_out}", counted(failing, "call"))
}

/// `1 dump`, `2 dumps`.
pub(super) fn counted(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}

fn verdict(out: &mut String, finding: &Finding, investigation: &Investigation, gathered: &Gathered, style: Style) {
    let _infallible = writeln!(out, "{}  {}", finding.id, bold(&finding.title, style));
    for Line { label, text } in story::lines(finding, investigation, gathered) {
        let _infallible = writeln!(out, "  {label:<7} {text}");
    }
    let records = story::records(finding);
    if !records.is_empty() {
        let _infallible = writeln!(out, "  evidence");
        for (evidence, text) in records {
            let place = story::short_place(evidence, investigation);
            record(out, evidence, &place, &text, style);
        }
    }
    out.push('\n');
}

fn record(out: &mut String, evidence: &Evidence, place: &str, text: &str, style: Style) {
    let mark = if evidence.role == EvidenceRole::Cause { '>' } else { ' ' };
    let mut lines = text.lines();
    let first = format!("  {mark} {place}  {}", clean(lines.next().unwrap_or("")));
    let _infallible = match (evidence.role, style) {
        (EvidenceRole::Cause, Style::Colour) => writeln!(out, "\u{1b}[31m{first}\u{1b}[0m"),
        _ => writeln!(out, "{first}"),
    };
    for line in lines {
        let _infallible = writeln!(out, "        {}", clean(line));
    }
}

/// Control bytes of the evidence must not reach the terminal.
fn clean(line: &str) -> String {
    safe::line(&line.replace('\t', "    ")).into_owned()
}

fn list<'a>(out: &mut String, heading: &str, items: impl Iterator<Item = &'a str>, style: Style) {
    let mut items = items.peekable();
    if items.peek().is_none() {
        return;
    }
    let _infallible = writeln!(out, "{}", bold(heading, style));
    for item in items {
        let _infallible = writeln!(out, "  {item}");
    }
    out.push('\n');
}

fn bold(text: &str, style: Style) -> String {
    let text = clean(text);
    match style {
        Style::Plain => text,
        Style::Colour => format!("\u{1b}[1m{text}\u{1b}[0m"),
    }
}
