//! An investigation as one HTML page that needs nothing else: no script, no network, light and dark, narrow screens,
//! and paper.

use std::fmt::Write;

use super::mask::masked;
use super::story::{self, Line};
use crate::model::{EventRef, EvidenceRole, Exchange, Finding, FindingKind, Gathered, Investigation};

/// The investigation as a page.
#[must_use]
pub fn html(investigation: &Investigation, gathered: &Gathered) -> String {
    let mut out = String::new();
    let _infallible = write!(
        out,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>What failed, and why</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>What failed, and why</h1>\n"
    );
    let of_kind = |kind| investigation.findings.iter().filter(move |f| f.kind == kind);
    for finding in of_kind(FindingKind::Verdict) {
        verdict(&mut out, finding, gathered);
    }
    let open: Vec<String> = investigation
        .unexplained
        .iter()
        .map(|u| format!("{}: {}", story::named(gathered, u.exchange), u.reason))
        .collect();
    list(&mut out, "Not explained", &open);
    list(&mut out, "Worth knowing", &of_kind(FindingKind::Note).map(|f| f.title.clone()).collect::<Vec<_>>());
    list(&mut out, "Ask for", &investigation.missing);
    let sources: Vec<String> =
        (0..investigation.sources.len()).filter_map(|n| story::clock_line(investigation, n)).collect();
    list(&mut out, "Sources and their clocks", &sources);
    out.push_str("</main>\n</body>\n</html>\n");
    out
}

fn verdict(out: &mut String, finding: &Finding, gathered: &Gathered) {
    let _infallible = writeln!(out, "<section>\n<h2>{}: {}</h2>", escaped(&finding.id), escaped(&finding.title));
    let _infallible = writeln!(out, "<p>{}</p>\n<dl>", escaped(&finding.explanation));
    for Line { label, text } in story::lines(finding, gathered) {
        let _infallible = writeln!(out, "<dt>{label}</dt><dd>{}</dd>", escaped(&text));
    }
    out.push_str("</dl>\n");
    if let Some(exchange) = finding.exchange.and_then(|id| gathered.exchange(id)) {
        waterfall(out, exchange);
    }
    let records = story::records(finding);
    if !records.is_empty() {
        out.push_str("<h3>Evidence</h3>\n<ol>\n");
        for (evidence, text) in records {
            let place = story::place_of(evidence);
            let class = if evidence.role == EvidenceRole::Cause { " class=\"cause\"" } else { "" };
            let mark = if evidence.role == EvidenceRole::Cause { "<strong>cause</strong> " } else { "" };
            let _infallible = writeln!(
                out,
                "<li{class}>{mark}<cite>{place}</cite> <time>{}</time>{}</li>",
                escaped(&story::time_of(evidence)),
                excerpt(&place, &text),
                place = escaped(&place)
            );
        }
        out.push_str("</ol>\n");
    }
    dumps(out, finding);
    out.push_str("</section>\n");
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

/// Where the time of the exchange went, as one bar.
fn waterfall(out: &mut String, exchange: &Exchange) {
    let t = exchange.timings;
    let parts = [
        ("blocked", t.blocked),
        ("name", t.dns),
        ("connect", t.connect),
        ("tls", t.tls),
        ("send", t.send),
        ("wait", t.wait),
        ("receive", t.receive),
    ];
    let parts: Vec<(&str, u64)> =
        parts.iter().filter_map(|(n, ns)| Some((*n, (*ns)?))).filter(|(_, ns)| *ns > 0).collect();
    let total: u64 = parts.iter().map(|(_, ns)| ns).sum();
    if total == 0 {
        return;
    }
    out.push_str("<h3>Where the time went</h3>\n<div class=\"bar\" aria-hidden=\"true\">");
    for (name, ns) in &parts {
        let share = *ns as f64 * 100.0 / total as f64;
        let _infallible = write!(out, "<i class=\"{name}\" style=\"width:{share:.2}%\"></i>");
    }
    out.push_str("</div>\n<p>");
    let words: Vec<String> = parts.iter().map(|(name, ns)| format!("{name} {:.1} ms", *ns as f64 / 1e6)).collect();
    let _infallible = writeln!(out, "{}</p>", words.join(", "));
}

fn list(out: &mut String, heading: &str, items: &[String]) {
    if items.is_empty() {
        return;
    }
    let _infallible = writeln!(out, "<section>\n<h2>{heading}</h2>\n<ul>");
    for item in items {
        let _infallible = writeln!(out, "<li>{}</li>", escaped(item));
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

const STYLE: &str = "
:root{color-scheme:light dark;--ink:#1b1f24;--paper:#fff;--dim:#57606a;--line:#d0d7de;--cause:#b3261e;--block:#f6f8fa}
@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--paper:#0d1117;--dim:#9aa5b1;--line:#3a424c;--cause:#ff8a80;--block:#161b22}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
main{max-width:72rem;margin:0 auto;padding:1rem;overflow-wrap:anywhere}
h1{font-size:1.6rem}h2{font-size:1.25rem;margin-top:2rem;overflow-wrap:anywhere}h3{font-size:1rem}
dl{display:grid;grid-template-columns:6rem 1fr;gap:.25rem 1rem}
dt{color:var(--dim)}dd{margin:0;overflow-wrap:anywhere}
ol,ul{padding-left:1.5rem}li{overflow-wrap:anywhere}
pre{background:var(--block);border:1px solid var(--line);padding:.5rem;margin:.25rem 0 .75rem;overflow-x:auto;font-size:.85rem}
pre:focus-visible{outline:3px solid #0969da;outline-offset:2px}
cite{font-style:normal;font-weight:600}time{color:var(--dim)}
.cause pre{border-color:var(--cause);border-left-width:4px}.cause strong{color:var(--cause)}
.bar{display:flex;height:1rem;border:1px solid var(--line)}.bar i{display:block}
.blocked{background:#8c959f}.name{background:#1b7f79}.connect{background:#bf8700}.tls{background:#8250df}
.send{background:#0969da}.wait{background:#2da44e}.receive{background:#cf5a00}
@media(max-width:30rem){dl{grid-template-columns:1fr}dt{margin-top:.5rem}main{padding:.5rem}}
@media print{body{background:#fff;color:#000}pre{white-space:pre-wrap}section{break-inside:auto}}
";
