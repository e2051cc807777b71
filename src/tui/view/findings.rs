//! The findings on the left, the one under the cursor in full on the right.

use crate::model::{EventRef, Finding, FindingKind, Unexplained};
use crate::tui::model::Model;
use crate::tui::model::layout::{ABOVE, split};
use crate::tui::model::page::{Findings, Pane};
use crate::tui::pages::{self, time};
use crate::tui::theme::Role;
use crate::tui::widgets::Canvas;

/// Draws the findings screen.
pub(super) fn draw(model: &Model, screen: &mut Canvas<'_>) {
    let theme = model.theme;
    let dim = theme.of(Role::Dim);
    let left = split(screen.width());
    screen.put(1, 2, "what was found, what matters most first", dim, left.saturating_sub(1));
    screen.rule(3, "", dim);
    let height = screen.height().saturating_sub(ABOVE + 3);
    let investigation = model.investigation();
    if Findings::len(investigation) == 0 {
        empty(model, &mut screen.rows(4, height));
        return;
    }
    {
        let mut list = screen.part(0, 4, left, height);
        for at in 0..list.height() / 2 {
            let (n, y) = (model.findings.top + usize::from(at), at * 2);
            let first = investigation.findings.len();
            match (investigation.findings.get(n), n.checked_sub(first).and_then(|n| investigation.unexplained.get(n))) {
                (Some(f), _) => one(model, f, &mut list.rows(y, 2)),
                (None, Some(u)) => open(model, u, &mut list.rows(y, 2)),
                (None, None) => break,
            }
            if n == model.findings.row {
                list.text(0, y, ">", theme.of(Role::Title));
                let chosen = model.findings.pane == Pane::List;
                let style = theme.of(if chosen { Role::Select } else { Role::Title });
                list.tint(y, style);
                list.tint(y + 1, style);
            }
        }
    }
    screen.part(left, 4, 1, height).bar(0, dim);
    let focus = model.findings.pane == Pane::Detail;
    super::text::reading(model, &model.findings.detail, &mut screen.part(left + 1, 4, u16::MAX, height), focus);
}

fn one(model: &Model, f: &Finding, line: &mut Canvas<'_>) {
    let (sign, role) = if f.kind == FindingKind::Verdict { ("F", Role::Fail) } else { ("n", Role::Plain) };
    let style = model.theme.of(role);
    line.text(1, 0, sign, style);
    if let Some(remark) = model.investigation().remark_on(&f.id) {
        line.text(2, 0, if remark.marked { "*" } else { "n" }, model.theme.of(Role::Info));
    }
    let percent = f.confidence.clamp(0.0, 1.0) * 100.0;
    let x = line.text(3, 0, &format!("{:<4} {}  {percent:.0} %", f.id, f.layer.word()), style);
    let about = f.exchange.or_else(|| f.evidence.first().and_then(|e| model.call_of(e.event)));
    let call = about.and_then(|id| model.gathered().exchange(id));
    let words = match call {
        Some(x) => {
            let at = model.around.moment(EventRef::Exchange(x.id));
            let at = at.map_or(String::new(), |m| time::clock(m.utc_ns, model.around.zone_minutes));
            format!("{at} {} {}", x.call.user.as_deref().unwrap_or(""), x.id)
        }
        None => String::new(),
    };
    line.text(x + 2, 0, &words, model.theme.of(Role::Dim));
    line.text(5, 1, &f.title, style);
}

fn open(model: &Model, u: &Unexplained, line: &mut Canvas<'_>) {
    let style = model.theme.of(Role::Warn);
    line.text(1, 0, "?", style);
    let name = model.gathered().exchange(u.exchange).map(pages::name).unwrap_or_default();
    line.text(3, 0, &format!("not explained  {} {name}", u.exchange), style);
    line.text(5, 1, &u.reason, style);
}

fn empty(model: &Model, part: &mut Canvas<'_>) {
    let style = model.theme.of(Role::Plain);
    let counts = model.counts;
    let first = if counts.failed == 0 && counts.calls > 0 {
        format!("None of the {} calls failed, and nothing else stands out.", counts.calls)
    } else {
        "Nothing was found that explains a failure.".to_owned()
    };
    part.text(4, 1, &first, style);
    for (y, missing) in model.investigation().missing.iter().enumerate() {
        part.text(4, 3 + u16::try_from(y).unwrap_or(u16::MAX), &format!("would help: {missing}"), style);
    }
}
