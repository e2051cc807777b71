//! A finding in words: what happened, why it is believed, the evidence line by line, what speaks against it, and
//! the next step. Every line of evidence leads to its event.

use crate::model::{EventRef, Evidence, EvidenceRole, ExchangeId, Finding, FindingKind, Unexplained};
use crate::query::Surroundings;
use crate::tui::model::text::Text;
use crate::tui::theme::Role;
use crate::tui::widgets::wrap;

use super::time::clock;
use super::{name, place};

/// A finding in full, its prose broken at `width` cells.
pub(in crate::tui) fn finding(around: &Surroundings, f: &Finding, width: usize) -> Text {
    let mut out = Text::default();
    let kind = if f.kind == FindingKind::Verdict { "verdict" } else { "note" };
    prose(&mut out, "", &f.title, Role::Title, width);
    let percent = (f.confidence.clamp(0.0, 1.0) * 100.0).round();
    out.add(&format!("{kind} {}  layer {}  confidence {percent} %  rule {}", f.id, f.layer.word(), f.rule), Role::Dim);
    out.add("", Role::Plain);
    prose(&mut out, "", &f.explanation, Role::Plain, width);
    out.add("", Role::Plain).add("Next step", Role::Title);
    prose(&mut out, "", &f.advice, Role::Plain, width);
    let about = crate::model::About::Finding(f.id.clone());
    if let Some(remark) = around.investigation.remarks.iter().find(|r| r.about == about && !r.note.is_empty()) {
        out.add("", Role::Plain).add("Your note", Role::Title);
        prose(&mut out, "", &remark.note, Role::Info, width);
    }
    if !f.reasons.is_empty() {
        out.add("", Role::Plain).add("Why", Role::Title);
        for reason in &f.reasons {
            prose(&mut out, "- ", reason, Role::Plain, width);
        }
    }
    out.add("", Role::Plain).add("Evidence  (Tab, then Enter opens)", Role::Title);
    if let Some(x) = f.exchange.and_then(|id| around.gathered.exchange(id)) {
        let event = EventRef::Exchange(x.id);
        let at = around.moment(event).map_or(String::new(), |m| clock(m.utc_ns, around.zone_minutes));
        out.add_link(&format!("call {} {at}  {}", x.id, name(x)), Role::Fail, event);
    }
    for e in &f.evidence {
        evidence(&mut out, around, e);
    }
    if !f.ambiguous_with.is_empty() {
        out.add("", Role::Plain).add("Could also be", Role::Title);
        for (what, score) in &f.ambiguous_with {
            out.add(&format!("- {what}  ({:.0} %)", score * 100.0), Role::Warn);
        }
    }
    out
}

/// What belongs to a call: its findings with their evidence line by line, each leading to its event.
pub(in crate::tui) fn joined(around: &Surroundings, id: ExchangeId) -> Text {
    let mut out = Text::default();
    let event = EventRef::Exchange(id);
    let mut first = true;
    super::note(&mut out, around, event);
    for f in around.findings_of(event) {
        let role = if f.kind == FindingKind::Verdict { Role::Fail } else { Role::Plain };
        let percent = (f.confidence.clamp(0.0, 1.0) * 100.0).round();
        out.add(&format!("{}  {}  ({}, {percent} %)", f.id, f.title, f.layer.word()), role);
        if std::mem::take(&mut first) && f.kind == FindingKind::Verdict {
            out.add(&format!("next: {}", f.advice), Role::Plain);
        }
        for e in f.evidence.iter().filter(|e| e.event != event) {
            joined_line(&mut out, around, e);
        }
    }
    for u in around.investigation.unexplained.iter().filter(|u| u.exchange == id) {
        out.add(&format!("not explained: {}", u.reason), Role::Warn);
    }
    if out.len() == 0 {
        out.add("no finding speaks of this call; t looks for what its thread logged", Role::Dim);
    }
    out
}

fn joined_line(out: &mut Text, around: &Surroundings, e: &Evidence) {
    let at = around.moment(e.event).map_or(String::new(), |m| clock(m.utc_ns, around.zone_minutes));
    let role = if e.role == EvidenceRole::Cause { Role::Fail } else { Role::Plain };
    let text = match e.event {
        EventRef::Dump(id) => around.gathered.dump(id).map(|d| format!("{id}  {}", d.dump.summary)),
        EventRef::Exchange(other) => around.gathered.exchange(other).map(|x| format!("{other}  {}", name(x))),
        EventRef::Record(..) | EventRef::Threads(_) | EventRef::Stream(_) => None,
    };
    let text = text.unwrap_or_else(|| e.place.text.clone());
    let line = text.lines().find(|l| !l.trim().is_empty()).unwrap_or("").trim();
    out.add_link(&format!("  {at}  {line}"), role, e.event);
}

fn prose(out: &mut Text, bullet: &str, text: &str, role: Role, width: usize) {
    for (n, line) in wrap(text, width.saturating_sub(bullet.len()).max(20)).into_iter().enumerate() {
        let lead = if n == 0 { bullet.to_owned() } else { " ".repeat(bullet.len()) };
        out.add(&format!("{lead}{line}"), role);
    }
}

fn evidence(out: &mut Text, around: &Surroundings, e: &Evidence) {
    if matches!(e.event, EventRef::Exchange(_)) && e.role == EvidenceRole::Cause {
        return;
    }
    let at = around.moment(e.event).map_or(String::new(), |m| clock(m.utc_ns, around.zone_minutes));
    let role = if e.role == EvidenceRole::Cause { Role::Fail } else { Role::Plain };
    let kind = match e.event {
        EventRef::Exchange(_) => "call",
        EventRef::Record(..) => "log ",
        EventRef::Dump(_) => "dump",
        EventRef::Threads(_) => "thrd",
        EventRef::Stream(_) => "tcp ",
    };
    let sure = (e.score.clamp(0.0, 1.0) * 100.0).round();
    let head = format!("{kind} {at} {}  {sure} % by {}", place(around, e.event), e.why.join(", "));
    out.add_link(&head, role, e.event);
    let broke: Vec<&str> = [e.place.exception.as_deref(), e.place.failed_at.as_deref()].into_iter().flatten().collect();
    if !broke.is_empty() {
        out.add(&format!("     {}", broke.join("  at  ")), role);
    }
    if let Some(line) = e.place.text.lines().find(|l| !l.trim().is_empty()) {
        out.add(&format!("     {}", line.trim()), Role::Dim);
    }
}

/// A failing call that no rule explains.
pub(in crate::tui) fn unexplained(around: &Surroundings, u: &Unexplained, width: usize) -> Text {
    let mut out = Text::default();
    let called = around.gathered.exchange(u.exchange).map_or_else(|| u.exchange.to_string(), name);
    out.add(&format!("{called}: failed, and no rule explains it"), Role::Title).add("", Role::Plain);
    prose(&mut out, "", &u.reason, Role::Plain, width);
    if !u.missing.is_empty() {
        out.add("", Role::Plain).add("What would show it", Role::Title);
        for what in &u.missing {
            prose(&mut out, "- ", what, Role::Plain, width);
        }
    }
    out.add("", Role::Plain);
    out.add_link(&format!("call {}  (Enter opens)", u.exchange), Role::Info, EventRef::Exchange(u.exchange));
    out
}
