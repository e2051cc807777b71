//! Two calls side by side, matched by path; signs carry the difference.

use crate::model::ExchangeId;
use crate::tui::model::Model;
use crate::tui::model::layout::{ABOVE, split};
use crate::tui::model::page::{CompareRow, RowKind};
use crate::tui::pages::{self, time};
use crate::tui::theme::Role;
use crate::tui::widgets::Canvas;

/// Draws the comparison.
pub(super) fn draw(model: &Model, screen: &mut Canvas<'_>) {
    let Some(compare) = &model.compare else { return };
    let theme = model.theme;
    let dim = theme.of(Role::Dim);
    let left = split(screen.width());
    screen.put(0, 2, &title(model, "A", compare.left), theme.of(Role::SideA), left);
    screen.put(left, 2, &format!("│{}", title(model, "B", compare.right)), theme.of(Role::SideB), left + 1);
    screen.rule(3, &format!("B: {}", compare.why), dim);
    let height = screen.height().saturating_sub(ABOVE + 3);
    let mut part = screen.rows(4, height);
    if compare.rows.is_empty() {
        part.text(4, 1, "comparing ...", theme.of(Role::Plain));
    }
    for y in 0..part.height() {
        let n = compare.top + usize::from(y);
        let Some(row) = compare.rows.get(n) else { break };
        one(model, row, &mut part.rows(y, 1), left);
        if n == compare.row {
            part.text(0, y, ">", theme.of(Role::Title));
            part.tint(y, theme.of(Role::Select));
        }
    }
}

fn title(model: &Model, side: &str, id: ExchangeId) -> String {
    let Some(x) = model.gathered().exchange(id) else { return side.to_owned() };
    let event = crate::model::EventRef::Exchange(id);
    let at = model.around.moment(event).map_or(String::new(), |m| time::clock(m.utc_ns, model.around.zone_minutes));
    let user = x.call.user.as_deref().unwrap_or("");
    format!(" {side}  {id}  {at}  {user}  {}  {}", pages::name(x), pages::answer_words(x))
}

fn one(model: &Model, row: &CompareRow, line: &mut Canvas<'_>, half: u16) {
    let theme = model.theme;
    if row.kind == RowKind::Head {
        line.text(1, 0, &row.name, theme.of(Role::Title));
        return;
    }
    let (left, right) = match row.kind {
        RowKind::Differs => ("~", "~"),
        RowKind::OnlyLeft => ("-", " "),
        RowKind::OnlyRight => (" ", "+"),
        RowKind::Equal | RowKind::Head => (" ", " "),
    };
    let equal = row.kind == RowKind::Equal;
    side(line, 0, half, left, &row.name, row.left.as_deref(), theme.of(if equal { Role::Dim } else { Role::SideA }));
    line.text(half, 0, "│", theme.of(Role::Dim));
    let room = line.width().saturating_sub(half + 1);
    side(
        line,
        half + 1,
        room,
        right,
        &row.name,
        row.right.as_deref(),
        theme.of(if equal { Role::Dim } else { Role::SideB }),
    );
}

fn side(
    line: &mut Canvas<'_>,
    x: u16,
    room: u16,
    sign: &str,
    name: &str,
    value: Option<&str>,
    style: ratatui::style::Style,
) {
    let Some(value) = value else { return };
    let label = (room / 3).clamp(8, 28);
    line.put(x + 1, 0, sign, style, 1);
    // The end of a path says which element it is.
    let name = if name.chars().count() > usize::from(label) { name.rsplit('/').next().unwrap_or(name) } else { name };
    line.put(x + 3, 0, name, style, label);
    line.put(x + 4 + label, 0, value, style, room.saturating_sub(label + 4));
}

/// How many differences there are.
pub(super) fn status(model: &Model) -> String {
    let Some(compare) = &model.compare else { return String::new() };
    let count = |kind: RowKind| compare.rows.iter().filter(|r| r.kind == kind).count();
    format!(
        "{} differ, {} only in A, {} only in B, {} equal   n N next, previous difference",
        count(RowKind::Differs),
        count(RowKind::OnlyLeft),
        count(RowKind::OnlyRight),
        count(RowKind::Equal)
    )
}
