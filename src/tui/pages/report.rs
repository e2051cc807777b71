//! The report on the screen: what was found, with the evidence the user chose, as Markdown that can be sent on.

use std::fmt::Write as _;

use crate::model::{EventRef, Finding, FindingKind};
use crate::query::Surroundings;
use crate::tui::model::page::Frames;
use crate::tui::model::text::Text;
use crate::tui::theme::Role;

use super::exchange::{answer_words, call_facts, name};
use super::record::trace_lines;
use super::time::{date_clock, zone};

/// The report as a text to read.
pub(in crate::tui) fn report(around: &Surroundings, chosen: &[EventRef]) -> Text {
    let mut text = Text::default();
    text.add_with(markdown(around, chosen).trim_end(), |line| match line {
        l if l.starts_with('#') => Role::Title,
        l if l.starts_with("**") => Role::Fail,
        l if l.starts_with('>') => Role::Warn,
        _ => Role::Plain,
    });
    text
}

/// The report as Markdown: the findings that the chosen evidence belongs to, or all verdicts where none is chosen.
pub(in crate::tui) fn markdown(around: &Surroundings, chosen: &[EventRef]) -> String {
    let mut out = String::from("# What happened\n\n");
    let investigation = &around.investigation;
    let wanted: Vec<&Finding> = investigation
        .findings
        .iter()
        .filter(|f| if chosen.is_empty() { f.kind == FindingKind::Verdict } else { rests_on(f, chosen) })
        .collect();
    if wanted.is_empty() {
        out.push_str("> No finding explains what was chosen.\n\n");
    }
    for f in wanted {
        finding(&mut out, around, f);
    }
    if !chosen.is_empty() {
        out.push_str("# Evidence\n\n");
        for event in chosen {
            evidence(&mut out, around, *event);
        }
    }
    let unexplained: Vec<_> = investigation
        .unexplained
        .iter()
        .filter(|u| chosen.is_empty() || chosen.contains(&EventRef::Exchange(u.exchange)))
        .collect();
    if !unexplained.is_empty() {
        out.push_str("# Not explained\n\n");
        for u in unexplained {
            let called = around.gathered.exchange(u.exchange).map_or_else(|| u.exchange.to_string(), name);
            line(&mut out, &format!("- {} {called}: {}", u.exchange, u.reason));
            for missing in &u.missing {
                line(&mut out, &format!("  - would show it: {missing}"));
            }
        }
        out.push('\n');
    }
    if !investigation.missing.is_empty() {
        out.push_str("# What else to ask for\n\n");
        for missing in &investigation.missing {
            line(&mut out, &format!("- {missing}"));
        }
        out.push('\n');
    }
    out.push_str("# Sources\n\n");
    for (source, clock, ..) in &investigation.sources {
        let doubt = clock.uncertainty_ms;
        let basis = clock.basis.word();
        line(&mut out, &format!("- {} ({}, {} items): offset {} ms, +-{doubt} ms by {basis}", source.path, source.kind.word(), source.items, clock.offset_ms));
    }
    line(&mut out, &format!("\nTimes are {}.", zone(around.zone_minutes)));
    out
}

fn rests_on(f: &Finding, chosen: &[EventRef]) -> bool {
    f.exchange.is_some_and(|x| chosen.contains(&EventRef::Exchange(x))) || f.evidence.iter().any(|e| chosen.contains(&e.event))
}

fn line(out: &mut String, text: &str) {
    out.push_str(text);
    out.push('\n');
}

fn finding(out: &mut String, around: &Surroundings, f: &Finding) {
    line(out, &format!("## {}\n", f.title));
    line(out, &format!("**Layer at fault: {}** (confidence {:.0} %, rule {})\n", f.layer.word(), f.confidence * 100.0, f.rule));
    line(out, &format!("{}\n", f.explanation));
    for reason in &f.reasons {
        line(out, &format!("- {reason}"));
    }
    if !f.reasons.is_empty() {
        out.push('\n');
    }
    if let Some(id) = f.exchange {
        line(out, &format!("- call {}", told(around, EventRef::Exchange(id))));
    }
    for e in &f.evidence {
        if Some(e.event) != f.exchange.map(EventRef::Exchange) {
            line(out, &format!("- {}, by {}", told(around, e.event), e.why.join(", ")));
        }
    }
    for (what, score) in &f.ambiguous_with {
        line(out, &format!("- could also be {what} ({:.0} %)", score * 100.0));
    }
    line(out, &format!("\nNext step: {}\n", f.advice));
}

/// An event in one line with its place and time.
fn told(around: &Surroundings, event: EventRef) -> String {
    let place = super::place(around, event);
    let at = around.moment(event).map_or(String::new(), |m| format!(" {}", date_clock(m.utc_ns, around.zone_minutes)));
    let what = match event {
        EventRef::Exchange(id) => {
            around.gathered.exchange(id).map(|x| format!("{} {}: {}", x.request.method, name(x), answer_words(x)))
        }
        EventRef::Record(source, n) => {
            let record = around.gathered.log(source).and_then(|log| log.read(n).ok());
            record.map(|r| super::first_line(&r))
        }
        EventRef::Dump(id) => around.gathered.dump(id).map(|d| d.dump.summary.clone()),
    };
    format!("`{place}`{at} {}", what.unwrap_or_default())
}

fn evidence(out: &mut String, around: &Surroundings, event: EventRef) {
    line(out, &format!("## {}\n", told(around, event)));
    let mut body = String::new();
    match event {
        EventRef::Exchange(id) => {
            if let Some(x) = around.gathered.exchange(id) {
                for (name, value) in call_facts(x) {
                    let written = writeln!(body, "{name:16} {value}");
                    debug_assert!(written.is_ok(), "writing to a string can't fail");
                }
            }
        }
        EventRef::Record(source, n) => {
            if let Some(record) = around.gathered.log(source).and_then(|log| log.read(n).ok()) {
                body.push_str(&record.text);
                body.push('\n');
            }
        }
        EventRef::Dump(id) => {
            if let Some(d) = around.gathered.dump(id) {
                body.push_str(&d.dump.summary);
                body.push('\n');
                if let Some(trace) = &d.dump.trace {
                    for (text, _) in trace_lines(trace, Frames::Folded) {
                        body.push_str(&text);
                        body.push('\n');
                    }
                }
            }
        }
    }
    line(out, &format!("```\n{}```\n", body.replace("```", "'''")));
}
