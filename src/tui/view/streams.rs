//! The list of TCP conversations and tunnels.

use crate::model::EventRef;
use crate::tui::model::Model;
use crate::tui::model::layout::{ABOVE, Layout, stream_rows};
use crate::tui::model::streams::StreamView;
use crate::tui::pages::stream::{self, Row};
use crate::tui::pages::time;
use crate::tui::theme::Role;
use crate::tui::widgets::{Canvas, width};

/// Where the columns stand; 0 cells is not there.
struct Columns {
    client: u16,
    server: u16,
    speaks: u16,
    bytes: u16,
    took: u16,
}

impl Columns {
    fn of(width: u16) -> Self {
        let (address, speaks, bytes) = match width {
            0..100 => (16, 8, 0),
            100..160 => (20, 10, 8),
            _ => (28, 22, 10),
        };
        Self { client: address, server: address, speaks, bytes, took: 6 }
    }
}

/// Draws heads and rows below the filter row.
pub(super) fn draw(model: &Model, screen: &mut Canvas<'_>) {
    let columns = Columns::of(screen.width());
    heads(model, &columns, &mut screen.rows(ABOVE, 1));
    let height = u16::try_from(stream_rows(model)).unwrap_or(u16::MAX);
    let below = Layout::of(model).preview;
    if below > 0 {
        super::list::preview(model, &mut screen.rows(ABOVE + 1 + height, below));
    }
    let mut list = screen.rows(ABOVE + 1, height);
    let streams = &model.streams;
    if streams.rows.is_empty() {
        empty(model, &mut list);
        return;
    }
    for y in 0..list.height() {
        let n = streams.top + usize::from(y);
        let Some(event) = streams.rows.get(n) else { break };
        one(model, *event, &columns, &mut list.rows(y, 1));
        if n == streams.row {
            list.text(0, y, ">", model.theme.of(Role::Title));
            list.tint(y, model.theme.of(Role::Select));
        }
    }
}

fn heads(model: &Model, columns: &Columns, line: &mut Canvas<'_>) {
    let row = Row {
        id: "id".to_owned(),
        client: "client".to_owned(),
        server: "server".to_owned(),
        speaks: "speaks".to_owned(),
        sent: "sent".to_owned(),
        answered: "answered".to_owned(),
        took: "took".to_owned(),
        remark: "what stands out".to_owned(),
    };
    cells(line, columns, "time", &row, model.theme.of(Role::Dim));
}

fn one(model: &Model, event: EventRef, columns: &Columns, line: &mut Canvas<'_>) {
    let (row, failed) = match event {
        EventRef::Stream(id) => match model.gathered().stream(id) {
            Some(found) => (stream::row(found), found.failed()),
            None => return,
        },
        EventRef::Exchange(id) => match model.gathered().exchange(id) {
            Some(x) => (stream::tunnel_row(x), x.failed()),
            None => return,
        },
        _ => return,
    };
    let style = model.theme.of(if failed { Role::Fail } else { Role::Plain });
    let mark = match (model.around.marks.contains(&event), failed) {
        (true, _) => "*",
        (false, true) => "F",
        (false, false) => " ",
    };
    line.text(1, 0, mark, style);
    let zone = model.around.zone_minutes;
    let at = match model.around.moment(event).map(|moment| moment.utc_ns) {
        Some(ns) => time::among(ns, model.density.middle_ns, zone, 12),
        None => String::new(),
    };
    cells(line, columns, &at, &row, style);
}

fn cells(line: &mut Canvas<'_>, columns: &Columns, at: &str, row: &Row, style: ratatui::style::Style) {
    let mut x = 3;
    let mut put = |line: &mut Canvas<'_>, cells: u16, text: &str| {
        if cells > 0 {
            line.put(x, 0, text, style, cells);
            x = x.saturating_add(cells).saturating_add(1);
        }
    };
    put(line, 12, at);
    put(line, 5, &row.id);
    put(line, columns.client, &row.client);
    put(line, columns.server, &row.server);
    put(line, columns.speaks, &row.speaks);
    for number in [&row.sent, &row.answered] {
        put(line, columns.bytes, &right(number, columns.bytes));
    }
    put(line, columns.took, &right(&row.took, columns.took));
    put(line, u16::MAX / 2, &row.remark);
}

/// The names of a conversation's views, the one in force in brackets.
pub(super) fn views(model: &Model, view: StreamView, part: &mut Canvas<'_>) {
    let mut x = 0;
    for one in StreamView::ALL {
        let name = if one == view { format!("[{}]", one.name()) } else { format!(" {} ", one.name()) };
        x = part.text(x, 0, &name, model.theme.of(if one == view { Role::Title } else { Role::Dim }));
    }
}

/// The text at the right end of so many cells.
fn right(text: &str, cells: u16) -> String {
    let room = usize::from(cells).saturating_sub(width(text));
    format!("{}{text}", " ".repeat(room))
}

/// Nothing is shown: what is true, why, and what helps.
fn empty(model: &Model, part: &mut Canvas<'_>) {
    let streams = &model.streams;
    let lines = if streams.waiting {
        ["Putting the conversations in order ...".to_owned(), String::new()]
    } else if let Some(filter) = streams.filter.active() {
        [
            format!("0 of {} match  {}", streams.total, filter.text()),
            "F shows all again, f changes the filter.".to_owned(),
        ]
    } else {
        [
            "No packet capture is loaded, and no tunnel was recorded.".to_owned(),
            "mwscope open CAPTURE.pcapng lists its TCP conversations here; a recording lists its tunnels.".to_owned(),
        ]
    };
    for (y, line) in lines.iter().enumerate() {
        part.text(4, 1 + u16::try_from(y).unwrap_or(u16::MAX), line, model.theme.of(Role::Plain));
    }
}
