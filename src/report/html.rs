//! An investigation as one HTML page that needs nothing else: no script, no network, light and dark, narrow screens,
//! and paper. `style` has its looks, `waterfall` draws where the time of a call went.

mod style;
mod waterfall;

use std::fmt::Write;

use super::mask::masked;
use super::remarks;
use super::story::{self, Line};
use super::summary::{self, Detail, Section};
use super::text::counts;
use super::times::Times;
use crate::model::{EventRef, EvidenceRole, Finding, FindingKind, Gathered, Investigation, Layer, Tally};
use style::STYLE;

/// The investigation as a page.
#[must_use]
pub fn html(investigation: &Investigation, gathered: &Gathered, detail: Detail) -> String {
    let mut out = String::new();
    let _infallible = write!(
        out,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>What failed, and why</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<header>\n\
         <h1>What failed, and why</h1>\n<p>{}</p>\n</header>\n",
        escaped(&counts(investigation, gathered))
    );
    let sections = summary::sections(investigation, detail);
    contents(&mut out, &sections, investigation);
    out.push_str("<main>\n");
    if summary::is_shown(investigation, detail) {
        summarised(&mut out, investigation);
    }
    for section in &sections {
        for finding in &section.full {
            verdict(&mut out, finding, investigation, gathered);
        }
        further(&mut out, section, investigation, gathered);
    }
    if detail != Detail::Summary {
        let (open, times) = (investigation.unexplained.iter(), Times::of(investigation));
        let open: Vec<String> =
            open.map(|u| format!("{}: {}", story::named(gathered, u.exchange, times), u.reason)).collect();
        list(&mut out, "Not explained", &open);
        let notes = investigation.findings.iter().filter(|f| f.kind == FindingKind::Note);
        list(&mut out, "Worth knowing", &notes.map(|f| f.title.clone()).collect::<Vec<_>>());
    }
    let remarks: Vec<String> = investigation.remarks.iter().map(remarks::line).collect();
    list(&mut out, "Notes and marks", &remarks);
    list(&mut out, "Ask for", &investigation.missing);
    let sources: Vec<String> =
        (0..investigation.sources.len()).filter_map(|n| story::clock_line(investigation, n)).collect();
    list(&mut out, "Sources and their clocks", &sources);
    out.push_str("</main>\n</body>\n</html>\n");
    out
}

/// Links to the verdicts that are written in full, where there are several.
fn contents(out: &mut String, sections: &[Section<'_>], investigation: &Investigation) {
    let full: Vec<&Finding> = sections.iter().flat_map(|s| s.full.iter().copied()).collect();
    if full.len() < 2 {
        return;
    }
    out.push_str("<nav aria-label=\"Failures\">\n<ol>\n");
    for finding in full {
        let times = match investigation.summary.causes.iter().find(|c| c.findings.first() == Some(&finding.id)) {
            Some(cause) if cause.failures > 1 => format!(" <small>{} times</small>", cause.failures),
            _ => String::new(),
        };
        let (id, title) = (escaped(&finding.id), escaped(&masked(&finding.title)));
        let _infallible = writeln!(out, "<li><a href=\"#{id}\">{title}</a>{times}</li>");
    }
    out.push_str("</ol>\n</nav>\n");
}

fn verdict(out: &mut String, finding: &Finding, investigation: &Investigation, gathered: &Gathered) {
    let id = escaped(&finding.id);
    let _infallible = writeln!(
        out,
        "<section id=\"{id}\" aria-labelledby=\"{id}-t\">\n<h2 id=\"{id}-t\"><span class=\"id\">{id}</span> {}</h2>",
        escaped(&masked(&finding.title))
    );
    let _infallible = writeln!(
        out,
        "<p class=\"tags\"><span class=\"tag {}\">{}</span> confidence {:.2}</p>\n<p>{}</p>",
        side(finding.layer),
        finding.layer.word(),
        finding.confidence,
        escaped(&masked(&finding.explanation))
    );
    let (chain, rest): (Vec<Line>, Vec<Line>) =
        story::lines(finding, investigation, gathered).into_iter().partition(|line| is_link(line.label));
    out.push_str("<h3>From the call to the cause</h3>\n<ol class=\"chain\">\n");
    for Line { label, text } in chain {
        let _infallible = writeln!(out, "<li><b>{label}</b> <span>{}</span></li>", escaped(&text));
    }
    out.push_str("</ol>\n<dl>\n");
    for Line { label, text } in rest {
        let _infallible = writeln!(out, "<dt>{label}</dt><dd>{}</dd>", escaped(&text));
    }
    out.push_str("</dl>\n");
    if let Some(exchange) = finding.exchange.and_then(|id| gathered.exchange(id)) {
        waterfall::draw(out, finding, exchange);
    }
    records(out, finding, Times::of(investigation));
    dumps(out, finding);
    out.push_str("</section>\n");
}

/// Whether a line is a link of the chain from the call to what broke.
fn is_link(label: &str) -> bool {
    matches!(label, "call" | "answer" | "record" | "dump" | "where")
}

/// Whose side a layer is on, by which it is coloured; the word beside says which it is.
fn side(layer: Layer) -> &'static str {
    match layer {
        Layer::M3Program | Layer::MwsRuntime => "server",
        Layer::ServiceDefinition | Layer::Configuration | Layer::Authentication => "setup",
        Layer::Client | Layer::M3Data => "caller",
        Layer::Network | Layer::Tls => "way",
        Layer::Unknown => "open",
    }
}

fn records(out: &mut String, finding: &Finding, times: Times) {
    let records = story::records(finding);
    if records.is_empty() {
        return;
    }
    out.push_str("<h3>Excerpt of the log</h3>\n<ol class=\"log\">\n");
    for (evidence, text) in records {
        let place = story::place_of(evidence);
        let (class, mark) = match evidence.role {
            EvidenceRole::Cause => (" class=\"cause\"", "<strong>cause</strong> "),
            EvidenceRole::Context => ("", ""),
        };
        let _infallible = writeln!(
            out,
            "<li{class}>{mark}<cite>{}</cite> <time>{}</time>{}</li>",
            escaped(&place),
            escaped(&story::time_of(evidence, times)),
            excerpt(&place, &text)
        );
    }
    out.push_str("</ol>\n");
}

/// What the dumps of a finding say.
fn dumps(out: &mut String, finding: &Finding) {
    let of_dumps = finding.evidence.iter().filter(|e| matches!(e.event, EventRef::Dump(_)));
    for evidence in of_dumps.filter(|e| !e.place.text.trim().is_empty()) {
        let place = story::place_of(evidence);
        let text = excerpt(&place, &masked(&evidence.place.text));
        let _infallible = writeln!(out, "<h3>Dump</h3>\n<p><cite>{}</cite></p>\n{text}", escaped(&place));
    }
}

/// Text as it stands in its source. It scrolls by itself where it is wide, so that the keyboard must reach it.
fn excerpt(place: &str, text: &str) -> String {
    let label = escaped(place);
    format!("<pre tabindex=\"0\" role=\"region\" aria-label=\"{label}\">{}</pre>", escaped(text))
}

/// Causes, services, programs, users and time of the failures.
fn summarised(out: &mut String, investigation: &Investigation) {
    let of = &investigation.summary;
    if of.causes.is_empty() {
        return;
    }
    let most = of.causes.iter().map(|c| c.failures).max().unwrap_or(1);
    out.push_str("<section aria-labelledby=\"causes\">\n<h2 id=\"causes\">Causes</h2>\n<ol class=\"causes\">\n");
    let times = Times::of(investigation);
    for cause in &of.causes {
        let title = escaped(&summary::title(cause));
        let title = match cause.findings.first() {
            Some(first) => format!("<a href=\"#{}\">{title}</a>", escaped(first)),
            None => title,
        };
        let _infallible = writeln!(
            out,
            "<li><p><b class=\"n\">{}</b> {title} <span class=\"tag {}\">{}</span></p>{}<p>{}</p>\n<dl><dt>calls</dt>\
             <dd>{}</dd><dt>users</dt><dd>{}</dd>",
            cause.failures,
            side(cause.layer),
            cause.layer.word(),
            meter(cause.failures, most),
            escaped(&summary::when(cause, times)),
            escaped(&summary::tallies(&cause.operations)),
            escaped(&summary::tallies(&cause.users))
        );
        for text in summary::differences(cause) {
            let _infallible = writeln!(out, "<dt>differs</dt><dd><strong>{}</strong></dd>", escaped(&text));
        }
        out.push_str("</dl></li>\n");
    }
    out.push_str("</ol>\n<div class=\"tables\">\n");
    for (heading, tallies) in [("Services", &of.services), ("Programs", &of.programs), ("Users", &of.users)] {
        table(out, heading, tallies);
    }
    out.push_str("</div>\n");
    steps(out, investigation);
    out.push_str("</section>\n");
}

/// Rows of a table of names; more are counted.
const ROWS: usize = 12;

fn table(out: &mut String, heading: &str, of: &[Tally]) {
    let most = of.iter().map(|t| t.failures).max().unwrap_or(1);
    let _infallible = writeln!(
        out,
        "<table><caption>{heading}</caption><thead><tr><th scope=\"col\">Name</th><th scope=\"col\">Failures</th></tr></thead><tbody>"
    );
    for tally in of.iter().take(ROWS) {
        let _infallible = writeln!(
            out,
            "<tr><th scope=\"row\">{}</th><td>{}{}</td></tr>",
            escaped(&masked(summary::named(tally))),
            summary::counts(tally),
            meter(tally.failures, most)
        );
    }
    if of.len() > ROWS {
        let _infallible = writeln!(out, "<tr><td colspan=\"2\">{} more</td></tr>", of.len() - ROWS);
    }
    out.push_str("</tbody></table>\n");
}

/// Failures by time, a row for each step.
fn steps(out: &mut String, investigation: &Investigation) {
    let of = &investigation.summary;
    let times = Times::of(investigation);
    let most = of.steps.iter().map(|s| s.failures).max().unwrap_or(0);
    if of.steps.len() < 2 || most == 0 {
        return;
    }
    let _infallible = writeln!(
        out,
        "<table class=\"steps\"><caption>By time ({})</caption><thead><tr><th scope=\"col\">From</th>\
         <th scope=\"col\">Failures</th></tr></thead><tbody>",
        summary::clock_name(investigation)
    );
    for step in &of.steps {
        let calls = if step.calls > 0 { format!(" of {}", step.calls) } else { String::new() };
        let _infallible = writeln!(
            out,
            "<tr><th scope=\"row\">{}</th><td><span class=\"says\">{}{calls}</span>{}</td></tr>",
            summary::step_name(step, of.step_ns, times),
            step.failures,
            meter(step.failures, most)
        );
    }
    out.push_str("</tbody></table>\n");
}

/// A bar that repeats a number for the eye.
fn meter(n: usize, most: usize) -> String {
    let share = n as f64 * 100.0 / most.max(1) as f64;
    format!("<span class=\"meter\" aria-hidden=\"true\"><i style=\"width:{share:.1}%\"></i></span>")
}

/// The further findings of a cause, folded up.
fn further(out: &mut String, of: &Section<'_>, investigation: &Investigation, gathered: &Gathered) {
    let (Some(cause), false) = (of.cause, of.brief.is_empty()) else { return };
    let title = escaped(&summary::title(cause));
    let _infallible =
        writeln!(out, "<details><summary>{} more of {}: {title}</summary>\n<ul>", of.brief.len(), cause.id);
    for finding in &of.brief {
        let text = escaped(&summary::brief(finding, gathered, investigation));
        let _infallible = writeln!(out, "<li>{text}</li>");
    }
    out.push_str("</ul>\n</details>\n");
}

fn list(out: &mut String, heading: &str, items: &[String]) {
    if items.is_empty() {
        return;
    }
    let _infallible = writeln!(out, "<section>\n<h2>{heading}</h2>\n<ul>");
    for item in items {
        let _infallible = writeln!(out, "<li>{}</li>", escaped(&masked(item)));
    }
    out.push_str("</ul>\n</section>\n");
}

/// Text that HTML takes as text; control characters, which no page may hold, are shown as such.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' => out.push(c),
            c if c.is_control() => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
