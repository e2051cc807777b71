//! The sources, on which clock each is read and how far that is trusted, and what could not be read.

use crate::tui::model::Model;
use crate::tui::model::layout::{ABOVE, problem_rows};
use crate::tui::pages::{fitted_name, time};
use crate::tui::theme::Role;
use crate::tui::widgets::Canvas;

/// Draws the sources screen.
pub(super) fn draw(model: &Model, screen: &mut Canvas<'_>) {
    let theme = model.theme;
    let dim = theme.of(Role::Dim);
    let path = screen.width().saturating_sub(68).max(16);
    head(screen, path, model);
    screen.rule(3, "", dim);
    let height = screen.height().saturating_sub(ABOVE + 3);
    let problems = model.problems();
    let below = problem_rows(model);
    let mut list = screen.rows(4, height.saturating_sub(below));
    let sources = &model.gathered().sources;
    if sources.is_empty() {
        list.text(4, 1, "No source yet.", theme.of(Role::Plain));
    }
    for y in 0..list.height() {
        let n = model.sources.top + usize::from(y);
        let Some(source) = sources.get(n) else { break };
        one(model, source, &mut list.rows(y, 1), path);
        if n == model.sources.row {
            list.text(0, y, ">", theme.of(Role::Title));
            list.tint(y, theme.of(Role::Select));
        }
    }
    if below > 0 {
        let mut part = screen.rows(4 + height - below, below);
        part.rule(0, &format!("{} {}", problems.len(), if problems.len() == 1 { "problem" } else { "problems" }), dim);
        for (y, problem) in problems.iter().enumerate() {
            part.text(1, 1 + u16::try_from(y).unwrap_or(u16::MAX), &problem.to_string(), theme.of(Role::Warn));
        }
    }
}

fn head(screen: &mut Canvas<'_>, path: u16, model: &Model) {
    let style = model.theme.of(Role::Dim);
    screen.put(2, 2, "source", style, path);
    let x = 3 + path;
    for (at, name) in [(0, "kind"), (9, "items"), (19, "zone"), (29, "offset"), (42, "doubt"), (53, "clock by")] {
        screen.text(x + at, 2, name, style);
    }
}

fn one(model: &Model, source: &crate::model::Source, line: &mut Canvas<'_>, path: u16) {
    let theme = model.theme;
    let plain = theme.of(Role::Plain);
    line.put(2, 0, &fitted_name(model.gathered(), source.id, usize::from(path)), plain, path);
    let x = 3 + path;
    line.put(x, 0, source.kind.word(), plain, 8);
    line.put(x + 9, 0, &source.items.to_string(), plain, 9);
    if model.investigation().reference == Some(source.id) {
        line.text(x + 19, 0, "the reference", theme.of(Role::Info));
        return;
    }
    let clock = model.around.clock(source.id);
    let zone = clock.zone_minutes.map_or("written".to_owned(), time::zone);
    line.put(x + 19, 0, &zone, plain, 9);
    line.put(x + 29, 0, &format!("{:+} ms", clock.offset_ms), plain, 12);
    let doubtful = clock.basis == crate::model::Basis::Assumed || clock.uncertainty_ms > 1000;
    let style = theme.of(if doubtful { Role::Warn } else { Role::Plain });
    line.put(x + 42, 0, &format!("+-{} ms", clock.uncertainty_ms), style, 10);
    line.text(x + 53, 0, clock.basis.word(), style);
}
