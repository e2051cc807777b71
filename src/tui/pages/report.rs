//! The report on the screen: what was found, with the evidence the user chose, as Markdown that can be sent on.

use std::fmt::Write as _;

use crate::model::{EventRef, Finding, Summary};
use crate::query::Surroundings;
use crate::report::{self, Detail};
use crate::tui::model::text::Text;

use super::exchange::{answer_words, call_facts, name};
use super::exported::times;
use super::record::trace_lines;
use super::time::date_clock;

/// The report as a text to read.
pub(in crate::tui) fn report(around: &Surroundings, chosen: &[EventRef]) -> Text {
    super::markdown::read(&markdown(around, chosen))
}

/// The report as Markdown: the findings that the chosen evidence belongs to, or all where none is chosen.
pub(in crate::tui) fn markdown(around: &Surroundings, chosen: &[EventRef]) -> String {
    let gathered = &around.gathered;
    if chosen.is_empty() {
        return report::markdown(&around.investigation, gathered, Detail::First);
    }
    let mut wanted = around.investigation.as_ref().clone();
    wanted.findings.retain(|f| rests_on(f, chosen));
    wanted.summary = Summary::default();
    wanted.unexplained.retain(|u| chosen.contains(&EventRef::Exchange(u.exchange)));
    let mut out = report::markdown(&wanted, gathered, Detail::All);
    if wanted.findings.is_empty() {
        out.push_str("\n> No finding explains what was chosen.\n");
    }
    out.push_str("\n# Evidence\n");
    for event in chosen {
        evidence(&mut out, around, *event);
    }
    line(&mut out, &format!("\n({})", times(around)));
    out
}

fn rests_on(f: &Finding, chosen: &[EventRef]) -> bool {
    f.exchange.is_some_and(|x| chosen.contains(&EventRef::Exchange(x)))
        || f.evidence.iter().any(|e| chosen.contains(&e.event))
}

fn line(out: &mut String, text: &str) {
    out.push_str(text);
    out.push('\n');
}

/// An event in one line with its place and time.
fn told(around: &Surroundings, event: EventRef) -> String {
    let place = super::place(around, event);
    let at = around.moment(event).map_or(String::new(), |m| format!(" {}", date_clock(m.utc_ns, around.zone_minutes)));
    let what = match event {
        EventRef::Exchange(id) => {
            around.gathered.exchange(id).map(|x| format!("{} {}: {}", x.request.method, name(x), answer_words(x)))
        }
        other => super::in_a_line(&around.gathered, other),
    };
    format!("`{place}`{at} {}", what.unwrap_or_default())
}

fn evidence(out: &mut String, around: &Surroundings, event: EventRef) {
    line(out, &format!("\n## {}\n", told(around, event)));
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
                body.push_str(&report::masked(&record.text));
                body.push('\n');
            }
        }
        EventRef::Threads(id) => {
            if let Some((_, dump)) = around.gathered.thread_dump(id) {
                body.push_str(&report::threads::shown(dump));
            }
        }
        EventRef::Stream(id) => {
            if let Some(stream) = around.gathered.stream(id) {
                let path = around.gathered.path(stream.source);
                body.push_str(&report::stream::text(stream, path, report::exchange::Secrets::Masked));
            }
        }
        EventRef::Dump(id) => {
            if let Some(d) = around.gathered.dump(id) {
                body.push_str(&d.dump.summary);
                body.push('\n');
                if let Some(trace) = &d.dump.trace {
                    for (text, _) in trace_lines(trace) {
                        body.push_str(&text);
                        body.push('\n');
                    }
                }
            }
        }
    }
    line(out, &format!("```\n{}```\n", body.replace("```", "'''")));
}
