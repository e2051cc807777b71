//! The findings on the left, the one under the cursor in full on the right.

use crate::model::{Finding, FindingKind, Unexplained};
use crate::tui::model::layout::{ABOVE, split};
use crate::tui::model::page::{Findings, Pane};
use crate::tui::model::Model;
use crate::tui::pages;
use crate::tui::theme::Role;
use crate::tui::widgets::Canvas;

/// Draws the findings screen.
pub(super) fn draw(model: &Model, screen: &mut Canvas<'_>) {
    let theme = model.theme;
    let dim = theme.of(Role::Dim);
    let left = split(screen.width());
    screen.put(1, 2, "  layer            sure  finding", dim, left.saturating_sub(1));
    screen.rule(3, "", dim);
    let height = screen.height().saturating_sub(ABOVE + 3);
    let investigation = model.investigation();
    if Findings::len(investigation) == 0 {
        empty(model, &mut screen.rows(4, height));
        return;
    }
    {
        let mut list = screen.part(0, 4, left, height);
        for y in 0..list.height() {
            let n = model.findings.top + usize::from(y);
            let first = investigation.findings.len();
            match (investigation.findings.get(n), n.checked_sub(first).and_then(|n| investigation.unexplained.get(n))) {
                (Some(f), _) => one(model, f, &mut list.rows(y, 1)),
                (None, Some(u)) => open(model, u, &mut list.rows(y, 1)),
                (None, None) => break,
            }
            if n == model.findings.row {
                list.text(0, y, ">", theme.of(Role::Title));
                let chosen = model.findings.pane == Pane::List;
                list.tint(y, theme.of(if chosen { Role::Select } else { Role::Title }));
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
    line.put(3, 0, f.layer.word(), style, 16);
    line.put(20, 0, &format!("{:>3.0} %", f.confidence.clamp(0.0, 1.0) * 100.0), style, 5);
    let x = line.text(26, 0, &format!("{} ", f.id), style);
    line.text(x, 0, &f.title, style);
}

fn open(model: &Model, u: &Unexplained, line: &mut Canvas<'_>) {
    let style = model.theme.of(Role::Warn);
    line.text(1, 0, "?", style);
    line.put(3, 0, "not explained", style, 16);
    let name = model.gathered().exchange(u.exchange).map(pages::name).unwrap_or_default();
    line.text(26, 0, &format!("{} {name}", u.exchange), style);
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
