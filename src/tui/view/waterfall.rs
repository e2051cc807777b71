//! Calls as bars on a time axis, with what the threads of the one under the cursor wrote beneath it.

use ratatui::style::Style;

use crate::model::{EventRef, Exchange, Outcome};
use crate::tui::model::Model;
use crate::tui::model::layout::{ABOVE, waterfall_label};
use crate::tui::model::lines::Class;
use crate::tui::model::waterfall::{Axis, Bar, Mark, Row};
use crate::tui::pages::{self, time};
use crate::tui::theme::Role;
use crate::tui::widgets::Canvas;

use super::row;

/// What the signs of a bar mean, for the line at the bottom.
pub(super) const LEGEND: &str = ". blocked  d name look-up  c connect  t TLS  s send  - wait  r receive  = call  x failed  | record  ~ clock in doubt";

/// Draws the waterfall.
pub(super) fn draw(model: &Model, screen: &mut Canvas<'_>) {
    let theme = model.theme;
    let view = &model.waterfall;
    let label = waterfall_label(screen.width());
    let axis = Axis::of(view.span, screen.width().saturating_sub(label + 1));
    let height = screen.height().saturating_sub(ABOVE + 3);
    let Some(bar) = view.bar().copied() else {
        let text = if view.waiting { "Putting the calls in order ..." } else { "None of the calls shown has a time." };
        screen.text(4, 5, text, theme.of(Role::Plain));
        return;
    };
    head(model, &axis, &mut screen.rows(2, 1));
    ticks(model, &axis, bar.from_ns, label, &mut screen.rows(3, 1));
    let mut body = screen.rows(ABOVE + 1, height);
    let rows = view.rows(usize::from(height));
    for (y, row) in (0..height).zip(rows) {
        match row {
            Row::Bar(n) => {
                let Some(bar) = view.bars.get(n) else { continue };
                one(model, &axis, bar, label, &mut body.rows(y, 1));
                if n == view.at {
                    body.text(0, y, ">", theme.of(Role::Title));
                    body.tint(y, theme.of(Role::Select));
                }
            }
            Row::Mark(n) => {
                if let Some(mark) = view.beneath.marks.get(n) {
                    written(model, &axis, mark, label, &mut body.rows(y, 1));
                }
            }
            Row::Looking => _ = body.text(5, y, "looking for what its threads logged ...", theme.of(Role::Dim)),
            Row::How { hidden } => {
                let more = if hidden > 0 { format!("{hidden} more, t shows all; ") } else { String::new() };
                body.text(5, y, &format!("{more}{}", view.beneath.how), theme.of(Role::Dim));
            }
        }
    }
}

/// Which part of time is in view, and how many calls.
fn head(model: &Model, axis: &Axis, line: &mut Canvas<'_>) {
    let view = &model.waterfall;
    let zone = model.around.zone_minutes;
    let (from, to) = view.span;
    let shown = time::took(to.abs_diff(from));
    let text = format!(
        " waterfall  {} to {}  ({shown}, {} a column)",
        time::clock(from, zone),
        time::clock(to, zone),
        time::took(axis.cell().unsigned_abs())
    );
    let x = line.text(0, 0, &text, model.theme.of(Role::Title));
    match model.timeline.filter.active() {
        Some(filter) => _ = line.text(x + 2, 0, &format!("filter: {}", filter.text()), model.theme.of(Role::Info)),
        None => {
            line.right(x + 2, 0, "z Z zoom   h l earlier, later   Esc time line ", model.theme.of(Role::Dim));
        }
    }
}

/// The axis: times since the start of the call under the cursor.
fn ticks(model: &Model, axis: &Axis, zero: i64, label: u16, line: &mut Canvas<'_>) {
    let style = model.theme.of(Role::Dim);
    line.rule(0, "", style);
    line.put(1, 0, " calls by their start ", style, label);
    let step = nice(axis.cell().saturating_mul(14));
    let first = axis.from.saturating_sub(zero).div_euclid(step);
    for n in first..first.saturating_add(64) {
        let at = zero.saturating_add(n.saturating_mul(step));
        let column = axis.column(at);
        if column >= axis.columns {
            break;
        }
        let Some(x) = u16::try_from(column).ok().and_then(|column| label.checked_add(column)) else { continue };
        let ns = n.saturating_mul(step);
        let sign = if ns < 0 { "-" } else { "+" };
        let text = if ns == 0 { "┴0".to_owned() } else { format!("┴{sign}{}", exact(ns.unsigned_abs())) };
        line.text(x, 0, &text, style);
    }
}

/// The smallest of 1, 2, 5 times a power of ten that is no less.
fn nice(ns: i64) -> i64 {
    let mut power = 1_i64;
    loop {
        for factor in [1, 2, 5] {
            let step = power.saturating_mul(factor);
            if step >= ns || step == i64::MAX {
                return step;
            }
        }
        power = power.saturating_mul(10);
    }
}

/// A length of time in the largest unit in which it is whole.
fn exact(ns: u64) -> String {
    let units = [(1_000_000_000, "s"), (1_000_000, "ms"), (1_000, "us")];
    let unit = units.into_iter().find(|(unit, _)| ns.is_multiple_of(*unit));
    unit.map_or_else(|| format!("{ns}ns"), |(unit, name)| format!("{}{name}", ns / unit))
}

fn one(model: &Model, axis: &Axis, bar: &Bar, label: u16, line: &mut Canvas<'_>) {
    let Some(x) = model.gathered().exchange(bar.id) else { return };
    let event = EventRef::Exchange(bar.id);
    let class = if bar.failed { Class::Failed } else { Class::Plain };
    let style = row::style(model, class);
    let mark = if model.around.marks.contains(&event) { "*" } else { class.letter() };
    line.text(1, 0, mark, style);
    let at = time::clock(bar.from_ns, model.around.zone_minutes);
    let took = x.duration_ns.map(time::took).unwrap_or_default();
    // Where there is little room the name says more than how long it took, which the bar shows.
    let took = if label < 44 { String::new() } else { format!(" {took:>6}") };
    let text = format!("{at}{took} {}  {}", pages::name(x), pages::answer_words(x));
    line.put(3, 0, &text, style, label.saturating_sub(4));
    let doubt = model.around.moment(event).map_or(0, |m| i64::try_from(m.uncertainty_ns).unwrap_or(i64::MAX));
    let mut cells = line.part(label, 0, u16::MAX, 1);
    doubtful(model, axis, bar.from_ns, doubt, &mut cells);
    let phases = phases(x, bar);
    let end = axis.column(bar.to_ns);
    let columns = axis.range(bar.from_ns, bar.to_ns);
    for column in columns.clone() {
        let short = axis.column(bar.from_ns) == end;
        let middle = axis.middle(column).clamp(bar.from_ns, bar.to_ns);
        let phase = phases.iter().find(|(until, _)| middle < *until).map_or("=", |(_, sign)| sign);
        let sign = match () {
            () if column == end && bar.failed => "x",
            () if column == end && x.outcome == Outcome::Open => "?",
            () if short => "=",
            () => phase,
        };
        put(&mut cells, column, sign, style);
    }
}

/// The phases of a call as ends in time with their signs.
fn phases(x: &Exchange, bar: &Bar) -> Vec<(i64, &'static str)> {
    let t = &x.timings;
    let of = [
        (t.blocked, "."),
        (t.dns, "d"),
        (t.connect, "c"),
        (t.tls, "t"),
        (t.send, "s"),
        (t.wait, "-"),
        (t.receive, "r"),
    ];
    let mut at = bar.from_ns;
    let known = of.into_iter().filter_map(|(ns, sign)| Some((ns?, sign)));
    let phases = known.map(|(ns, sign)| {
        at = at.saturating_add(i64::try_from(ns).unwrap_or(i64::MAX));
        (at, sign)
    });
    phases.collect()
}

/// Signs either side of an instant for how far it may be wrong, where that is wider than a column.
fn doubtful(model: &Model, axis: &Axis, at: i64, doubt: i64, cells: &mut Canvas<'_>) {
    if doubt <= axis.cell() {
        return;
    }
    for column in axis.range(at.saturating_sub(doubt), at.saturating_add(doubt)) {
        put(cells, column, "~", model.theme.of(Role::Warn));
    }
}

fn put(cells: &mut Canvas<'_>, column: i128, sign: &str, style: Style) {
    if let Ok(x) = u16::try_from(column) {
        cells.text(x, 0, sign, style);
    }
}

/// One record: what it says, and where it stands.
fn written(model: &Model, axis: &Axis, mark: &Mark, label: u16, line: &mut Canvas<'_>) {
    let style = row::style(model, mark.class);
    let at = time::clock(mark.at_ns, model.around.zone_minutes);
    line.text(4, 0, mark.class.letter(), style);
    line.put(6, 0, &format!("{at} {}", mark.text), style, label.saturating_sub(7));
    let mut cells = line.part(label, 0, u16::MAX, 1);
    doubtful(model, axis, mark.at_ns, mark.doubt_ns, &mut cells);
    let column = axis.column(mark.at_ns);
    match column {
        column if axis.has(column) => put(&mut cells, column, "|", style),
        column if column < 0 => put(&mut cells, 0, "<", style),
        _ => put(&mut cells, axis.columns - 1, ">", style),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_stand_at_round_times() {
        assert_eq!([nice(1), nice(3), nice(14_000_000), nice(51)], [1, 5, 20_000_000, 100]);
        assert_eq!([exact(20_000_000), exact(3_000_000_000), exact(1_500)], ["20ms", "3s", "1500ns"]);
    }
}
