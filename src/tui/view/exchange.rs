//! An exchange in full: request and answer side by side.

use crate::tui::model::Model;
use crate::tui::model::layout::{ABOVE, joined_rows, split};
use crate::tui::model::page::{ExchangePage, Side, View};
use crate::tui::pages::{self, time};
use crate::tui::theme::Role;
use crate::tui::widgets::Canvas;

/// Draws an exchange's page.
pub(super) fn draw(model: &Model, page: &ExchangePage, screen: &mut Canvas<'_>) {
    let theme = model.theme;
    let dim = theme.of(Role::Dim);
    let Some(x) = model.gathered().exchange(page.id) else { return };
    let role = if x.failed() { Role::Fail } else { Role::Title };
    let event = crate::model::EventRef::Exchange(page.id);
    let at = model.around.moment(event).map_or(String::new(), |m| time::clock(m.utc_ns, model.around.zone_minutes));
    let mut end = screen.text(1, 2, &format!("{}  {}  {at}", page.id, pages::name(x)), theme.of(role));
    if let Some(user) = &x.call.user {
        end = screen.text(end + 2, 2, user, theme.of(Role::Plain));
    }
    views(model, page.view, &mut screen.part(end + 3, 2, u16::MAX, 1));
    screen.rule(3, "", dim);
    let width = screen.width();
    let joined = u16::try_from(joined_rows(model)).unwrap_or(0);
    let height = screen.height().saturating_sub(ABOVE + 3 + joined);
    if joined > 0 {
        let focus = page.side == Side::Joined;
        let mut part = screen.rows(4 + height, joined);
        let title = if focus { "[what belongs to it]  (Enter opens)" } else { "what belongs to it  (Tab)" };
        part.rule(0, title, if focus { theme.of(Role::Title) } else { dim });
        super::text::reading(model, &page.joined, &mut part.rows(1, joined - 1), focus);
    }
    let left = split(width);
    let (asked, told) = (page.side == Side::Request, page.side == Side::Answer);
    super::text::reading(model, &page.request, &mut screen.part(0, 4, left, height), asked);
    screen.part(left, 4, 1, height).bar(0, dim);
    super::text::reading(model, &page.answer, &mut screen.part(left + 1, 4, u16::MAX, height), told);
    let (request, answer) = (if asked { "[REQUEST]" } else { " REQUEST " }, if told { "[ANSWER]" } else { " ANSWER " });
    screen.text(2, 3, request, theme.of(if asked { Role::Title } else { Role::Dim }));
    screen.text(
        left + 2,
        3,
        &format!("{answer} {}", pages::answer_words(x)),
        theme.of(if told { Role::Title } else { Role::Dim }),
    );
}

/// The names of the views, the one in force in brackets.
pub(super) fn views(model: &Model, view: View, part: &mut Canvas<'_>) {
    let mut x = 0;
    for one in View::ALL {
        let name = if one == view { format!("[{}]", one.name()) } else { format!(" {} ", one.name()) };
        x = part.text(x, 0, &name, model.theme.of(if one == view { Role::Title } else { Role::Dim }));
    }
}
