//! A finding in words: what happened, why it is believed, the evidence line by line, what speaks against it, and
//! the next step. Every line of evidence leads to its event.

use crate::model::{Evidence, EvidenceRole, Finding, FindingKind, Unexplained};
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
    if !f.reasons.is_empty() {
        out.add("", Role::Plain).add("Why", Role::Title);
        for reason in &f.reasons {
            prose(&mut out, "- ", reason, Role::Plain, width);
        }
    }
    out.add("", Role::Plain).add("Evidence  (Tab, then Enter opens)", Role::Title);
    if let Some(x) = f.exchange.and_then(|id| around.gathered.exchange(id)) {
        let event = crate::model::EventRef::Exchange(x.id);
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
    out.add("", Role::Plain).add("Next step", Role::Title);
    prose(&mut out, "", &f.advice, Role::Plain, width);
    out
}

fn prose(out: &mut Text, bullet: &str, text: &str, role: Role, width: usize) {
    for (n, line) in wrap(text, width.saturating_sub(bullet.len()).max(20)).into_iter().enumerate() {
        let lead = if n == 0 { bullet.to_owned() } else { " ".repeat(bullet.len()) };
        out.add(&format!("{lead}{line}"), role);
    }
}

fn evidence(out: &mut Text, around: &Surroundings, e: &Evidence) {
    if matches!(e.event, crate::model::EventRef::Exchange(_)) && e.role == EvidenceRole::Cause {
        return;
    }
    let at = around.moment(e.event).map_or(String::new(), |m| clock(m.utc_ns, around.zone_minutes));
    let role = if e.role == EvidenceRole::Cause { Role::Fail } else { Role::Plain };
    let kind = match e.event {
        crate::model::EventRef::Exchange(_) => "call",
        crate::model::EventRef::Record(..) => "log ",
        crate::model::EventRef::Dump(_) => "dump",
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
    out.add_link(
        &format!("call {}  (Enter opens)", u.exchange),
        Role::Info,
        crate::model::EventRef::Exchange(u.exchange),
    );
    out
}
