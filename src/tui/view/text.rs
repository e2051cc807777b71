//! Long texts: the lines in view, the cursor's line, hits.

use ratatui::style::Style;

use crate::tui::model::Model;
use crate::tui::model::layout::ABOVE;
use crate::tui::model::page::Page;
use crate::tui::model::picture::Cell;
use crate::tui::model::text::Reading;
use crate::tui::pages;
use crate::tui::theme::{Palette, Role, Theme};
use crate::tui::widgets::{Canvas, visible, width};

/// Draws the part of a text that is in view; the cursor's line stands out where the text has the keys.
pub(super) fn reading(model: &Model, reading: &Reading, part: &mut Canvas<'_>, focus: bool) {
    let top = reading.place_of(reading.top);
    for y in 0..part.height() {
        let n = reading.row_at(top + usize::from(y));
        let Some((line, role)) = reading.text.line(n) else { break };
        let style = model.theme.of(role);
        let shifted: String =
            if reading.sideways > 0 { line.chars().skip(reading.sideways).collect() } else { line.to_owned() };
        let end = part.text(1, y, &shifted, style);
        picture(model, reading.text.picture(n), reading.sideways, &mut part.part(1, y, u16::MAX, 1));
        if let Some(find) = &reading.find {
            let clean = visible(&shifted);
            for hit in find.find_iter(&clean).filter(|hit| !hit.is_empty()).take(50) {
                let x = 1 + u16::try_from(width(&clean[..hit.start()])).unwrap_or(u16::MAX - 1);
                part.text(x, y, hit.as_str(), style.patch(model.theme.of(Role::Hit)));
            }
        }
        if let Some(fold) = reading.fold_at(n) {
            // Where the line leaves no room its end gives way.
            let words = format!(" {} ", fold.words());
            let cells = u16::try_from(width(&words)).unwrap_or(u16::MAX);
            let at = end.saturating_add(1).min(part.width().saturating_sub(cells));
            part.text(at, y, &words, model.theme.of(Role::Dim));
        }
        if focus && n == reading.row {
            part.text(0, y, ">", model.theme.of(Role::Title));
            part.tint(y, model.theme.of(Role::Select));
        }
    }
}

/// Draws the row of a picture over its letters, where the terminal has the colours for it.
fn picture(model: &Model, cells: &[Cell], sideways: usize, part: &mut Canvas<'_>) {
    if model.theme == Theme::None || model.palette == Palette::Named {
        return;
    }
    for (x, cell) in (0..part.width()).zip(cells.iter().skip(sideways)) {
        let colour = |of: Option<[u8; 3]>| of.and_then(|rgb| model.palette.colour(rgb));
        let (sign, above, below) = match (colour(cell.upper), colour(cell.lower)) {
            (None, None) => (" ", None, None),
            (Some(upper), lower) => ("▀", Some(upper), lower),
            (None, lower) => ("▄", lower, None),
        };
        let style = above.map_or(Style::new(), |colour| Style::new().fg(colour));
        part.text(x, 0, sign, below.map_or(style, |colour| style.bg(colour)));
    }
}

/// A record or a dump in full.
pub(super) fn page(model: &Model, page: &Page, screen: &mut Canvas<'_>) {
    let theme = model.theme;
    let title = pages::place(&model.around, page.event());
    let x = screen.text(1, 2, &title, theme.of(Role::Title));
    if let Page::Record(record) = page {
        super::exchange::views(model, record.view, &mut screen.part(x + 3, 2, u16::MAX, 1));
    }
    if let Page::Stream(stream) = page {
        super::streams::views(model, stream.view, &mut screen.part(x + 3, 2, u16::MAX, 1));
    }
    screen.rule(3, "", theme.of(Role::Dim));
    let height = screen.height().saturating_sub(ABOVE + 3);
    reading(model, page.reading(), &mut screen.rows(4, height), true);
}

/// The report.
pub(super) fn report(model: &Model, screen: &mut Canvas<'_>) {
    let theme = model.theme;
    let what = if model.chosen.is_empty() {
        "all verdicts; i on an event takes it as evidence".to_owned()
    } else {
        format!("{} pieces of evidence and the findings they belong to", model.chosen.len())
    };
    screen.text(1, 2, &format!("Report: {what}"), theme.of(Role::Title));
    screen.rule(3, "", theme.of(Role::Dim));
    let height = screen.height().saturating_sub(ABOVE + 3);
    reading(model, &model.report, &mut screen.rows(4, height), true);
}

/// The summary of all failures.
pub(super) fn summary(model: &Model, screen: &mut Canvas<'_>) {
    let theme = model.theme;
    screen.text(1, 2, "All failures together: causes, services, programs, users, times", theme.of(Role::Title));
    screen.rule(3, "", theme.of(Role::Dim));
    let height = screen.height().saturating_sub(ABOVE + 3);
    reading(model, &model.summary.reading, &mut screen.rows(4, height), true);
}
