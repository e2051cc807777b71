//! The lists of events: density line, column heads, the rows in view, the preview of the one under the cursor.

use ratatui::style::Style;

use crate::model::{EventRef, ExchangeId};
use crate::tui::model::layout::{DENSITY_AT, Layout};
use crate::tui::model::lines::{Class, Line};
use crate::tui::model::{Model, Tab};
use crate::tui::pages::{self, time};
use crate::tui::theme::Role;
use crate::tui::widgets::{Canvas, visible, width, wrap};

use super::row::{self, Columns, SIGNS};

/// Draws the part below the filter row.
pub(super) fn draw(model: &Model, body: &mut Canvas<'_>) {
    let layout = Layout::of(model);
    let mut y = 0;
    if layout.density > 0 {
        density(model, &mut body.rows(y, layout.density));
        y += layout.density;
    }
    row::heads(model, &mut body.rows(y, 1));
    if layout.heads > 1 {
        body.rule(y + 1, "", model.theme.of(Role::Dim));
    }
    y += layout.heads;
    rows(model, &mut body.rows(y, layout.list));
    y += layout.list;
    if layout.preview > 0 {
        preview(model, &mut body.rows(y, layout.preview));
    }
}

fn density(model: &Model, part: &mut Canvas<'_>) {
    let theme = model.theme;
    let density = &model.density;
    if density.columns.is_empty() {
        return;
    }
    let zone = model.around.zone_minutes;
    let [(from, left), (to, right)] = time::range(density.from_ns, density.to_ns, zone);
    part.rule(0, &format!("density {from} - {to}, x = failed, e = error"), theme.of(Role::Dim));
    let last = part.height().saturating_sub(1);
    part.text(1, last, &left, theme.of(Role::Dim));
    // Where there is room, bars stand on the line of signs.
    let bars = last.saturating_sub(1);
    let most = density.columns.iter().map(|(count, _)| *count).max().unwrap_or(1).max(1);
    let here = cursor_column(model);
    for (n, (count, worst)) in density.columns.iter().enumerate() {
        let sign = match worst {
            Some(Class::Failed) => "x",
            Some(Class::Error | Class::Dump) => "e",
            _ if *count == 0 || bars > 0 => " ",
            _ if *count * 8 < most => ".",
            _ if *count * 2 < most => ":",
            _ => "|",
        };
        let mut style = worst.map_or(Style::default(), |class| row::style(model, class));
        let x = DENSITY_AT.saturating_add(u16::try_from(n).unwrap_or(u16::MAX));
        for (y, block) in (1..=bars).zip(blocks(*count, most, bars)) {
            part.text(x, y, block, style);
        }
        if here == Some(n) {
            style = style.patch(theme.of(Role::Select));
        }
        part.text(x, last, sign, style);
    }
    part.right(0, last, &format!("{right} "), theme.of(Role::Dim));
}

/// The cells of a bar so many rows high for `most`, from the top down; whatever is there is seen.
fn blocks(count: u32, most: u32, rows: u16) -> impl Iterator<Item = &'static str> {
    const EIGHTHS: [&str; 9] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
    let eighths = (u64::from(count) * u64::from(rows) * 8).div_ceil(u64::from(most.max(1)));
    (0..rows).rev().map(move |below| {
        let left = eighths.saturating_sub(u64::from(below) * 8).min(8);
        usize::try_from(left).ok().and_then(|at| EIGHTHS.get(at)).copied().unwrap_or(" ")
    })
}

/// The column of the density line in which the cursor's event lies.
fn cursor_column(model: &Model) -> Option<usize> {
    let line = model.timeline.line(&model.lines, model.timeline.row)?;
    let density = &model.density;
    let span = i128::from(density.to_ns) - i128::from(density.from_ns) + 1;
    let columns = i128::try_from(density.columns.len()).ok()?;
    usize::try_from((i128::from(line.at_ns) - i128::from(density.from_ns)) * columns / span).ok()
}

fn rows(model: &Model, part: &mut Canvas<'_>) {
    let list = model.list();
    let count = list.len(&model.lines);
    if count == 0 {
        empty(model, part);
        return;
    }
    let columns = Columns::of(model);
    let call = model.subject().and_then(|event| model.call_of(event));
    let mut y = 0;
    let mut at = list.top;
    while y < part.height() {
        let Some(line) = list.line(&model.lines, at) else { break };
        one_row(model, &mut part.rows(y, 1), line, &columns, call);
        if at == list.row {
            part.tint(y, model.theme.of(Role::Select));
        }
        y += 1;
        y = unfolded(model, part, line, y);
        at += 1;
    }
    scrollbar(model, part, count);
}

fn one_row(model: &Model, part: &mut Canvas<'_>, line: &Line, columns: &Columns, call: Option<ExchangeId>) {
    let list = model.list();
    let theme = model.theme;
    let style = row::style(model, line.class);
    let cursor = list.cursor == Some(line.event);
    let marked = model.around.marks.contains(&line.event);
    part.text(0, 0, if cursor { ">" } else { " " }, theme.of(Role::Title));
    part.text(1, 0, if marked { "*" } else { line.class.letter() }, style);
    if marked && line.class != Class::Plain {
        part.text(2, 0, line.class.letter(), style);
    } else if belongs(model, line.event, call) {
        part.text(2, 0, "|", theme.of(Role::Info));
    }
    let link = match model.tab {
        Tab::Timeline => model.chains.link(line.event, line.at_ns, list.cursor),
        _ => None,
    };
    if let Some(link) = link {
        part.text(SIGNS - 1, 0, link.sign(), theme.of(Role::Dim));
    }
    let cells = row::cells(model, line);
    let mut x = SIGNS;
    let mut put = |part: &mut Canvas<'_>, cells: u16, text: &str, style: Style| {
        if cells > 0 {
            part.put(x, 0, text, style, cells);
            x = x.saturating_add(cells).saturating_add(2);
        }
    };
    let plain = theme.of(Role::Plain);
    put(part, columns.time, &row::time_text(model, line, columns.time), plain);
    part.text(SIGNS + columns.time, 0, row::doubt(model, line), theme.of(Role::Warn));
    put(part, columns.kind, cells.kind, plain);
    put(part, columns.took, &format!("{:>6}", cells.took), plain);
    put(part, columns.user, &cells.user, plain);
    put(part, columns.thread, &cells.thread, plain);
    for (n, room) in columns.further.iter().enumerate() {
        put(part, *room, cells.further.get(n).map_or("", String::as_str), plain);
    }
    let start = x;
    let end = part.width().saturating_sub(if columns.links > 0 { columns.links + 1 } else { 1 });
    what(model, &mut part.part(start, 0, end.saturating_sub(start), 1), line, &cells, columns);
    if columns.links > 0 {
        part.put(end + 1, 0, &cells.links, theme.of(Role::Info), columns.links);
    }
}

/// The wide column: method and name with the answer at its end, or level, logger and message.
fn what(model: &Model, part: &mut Canvas<'_>, line: &Line, cells: &row::Cells, columns: &Columns) {
    let style = row::style(model, line.class);
    let plain = model.theme.of(Role::Plain);
    let sideways = model.list().sideways;
    let shifted: String = cells.text.chars().skip(sideways).collect();
    if matches!(line.event, EventRef::Exchange(_)) {
        let answer = columns.answer.min(part.width() / 3);
        let room = part.width().saturating_sub(answer + 1);
        let x = part.put(0, 0, &format!("{:<4} ", cells.lead), plain, room);
        highlighted(model, part, x, &shifted, style, room.saturating_sub(x));
        part.put(room + 1, 0, &cells.answer, style, answer);
        return;
    }
    let mut x = 0;
    let lead = if model.tab == Tab::Logs { columns.level } else { 5 };
    part.put(x, 0, &cells.lead, style, lead);
    if lead > 0 {
        x += lead + if model.tab == Tab::Logs { 2 } else { 1 };
    }
    if columns.logger > 0 && !cells.logger.is_empty() {
        // The end of a logger's name says most; beside calls there is room for no more than its class.
        let name = match model.tab {
            Tab::Timeline => cells.logger.rsplit('.').next().unwrap_or(&cells.logger),
            _ => &cells.logger,
        };
        let shown = tail(name, usize::from(columns.logger));
        part.put(x, 0, &shown, model.theme.of(Role::Dim), columns.logger);
    }
    if columns.logger > 0 && (model.tab == Tab::Logs || !cells.logger.is_empty()) {
        x += columns.logger + if model.tab == Tab::Logs { 2 } else { 1 };
    }
    let room = part.width().saturating_sub(x);
    highlighted(model, part, x, &shifted, if line.class == Class::Plain { plain } else { style }, room);
}

/// The last cells of a text that is too long.
fn tail(text: &str, cells: usize) -> String {
    let clean = visible(text);
    if width(&clean) <= cells {
        return clean.into_owned();
    }
    let mut kept: Vec<char> = Vec::new();
    let mut used = 1;
    for c in clean.chars().rev() {
        used += width(c.encode_utf8(&mut [0; 4]));
        if used > cells {
            break;
        }
        kept.push(c);
    }
    kept.push('…');
    kept.iter().rev().collect()
}

/// Writes text with what was searched for standing out.
fn highlighted(model: &Model, part: &mut Canvas<'_>, x: u16, text: &str, style: Style, room: u16) {
    let end = x.saturating_add(room);
    part.put(x, 0, text, style, room);
    let Some(find) = &model.list().find else { return };
    let clean = visible(text);
    let lower = clean.to_lowercase();
    for word in find.words().iter().filter(|w| !w.is_empty()) {
        let word = word.to_lowercase();
        // Where lower case has other lengths the places would be wrong, so nothing is marked.
        if lower.len() != clean.len() {
            return;
        }
        for (at, _) in lower.match_indices(&word) {
            let (Some(before), Some(hit)) = (clean.get(..at), clean.get(at..at + word.len())) else { continue };
            let from = x.saturating_add(u16::try_from(width(before)).unwrap_or(u16::MAX));
            if from < end {
                part.put(from, 0, hit, style.patch(model.theme.of(Role::Hit)), end - from);
            }
        }
    }
}

/// Whether an event belongs to the call under the cursor, as far as is known without reading.
fn belongs(model: &Model, event: EventRef, call: Option<ExchangeId>) -> bool {
    let Some(call) = call else { return false };
    let Some(joined) = model.around.joined_if_known(call) else { return false };
    if joined.events.contains(&event) {
        return joined.events.len() > 1;
    }
    let EventRef::Record(source, n) = event else { return false };
    let thread = model.details.record((source, n)).and_then(|r| r.thread.clone());
    let moment = model.around.moment(event);
    moment.is_some_and(|m| joined.has(source, thread.as_deref(), Some(m.utc_ns), m.uncertainty_ns))
}

/// The lines of a record that is unfolded; gives the row behind them.
fn unfolded(model: &Model, part: &mut Canvas<'_>, line: &Line, mut y: u16) -> u16 {
    let EventRef::Record(source, n) = line.event else { return y };
    if !model.list().unfolded.contains(&line.event) {
        return y;
    }
    let Some(record) = model.details.record((source, n)) else { return y };
    let theme = model.theme;
    let message = record.message.lines().skip(1).map(|l| (l.to_owned(), Role::Plain));
    let trace = record.trace.as_ref().map(pages::trace_lines).unwrap_or_default();
    for (text, role) in message.chain(trace) {
        let shifted: String = text.chars().skip(model.list().sideways).collect();
        part.text(SIGNS + 14, y, &shifted, theme.of(role));
        y = y.saturating_add(1);
    }
    y
}

/// A mark at the right edge for where the view stands in a long list.
fn scrollbar(model: &Model, part: &mut Canvas<'_>, count: usize) {
    let height = usize::from(part.height());
    if count <= height || height == 0 {
        return;
    }
    let list = model.list();
    let y = list.top.min(count - height) * (height - 1) / (count - height).max(1);
    let x = part.width().saturating_sub(1);
    part.text(x, u16::try_from(y).unwrap_or(0), "▐", model.theme.of(Role::Dim));
}

/// Nothing is shown: what is true, why, and the key that helps.
fn empty(model: &Model, part: &mut Canvas<'_>) {
    let theme = model.theme;
    let list = model.list();
    let lines: Vec<String> = if model.loading.is_some() {
        vec!["Reading the evidence; the first events appear as soon as they are in order.".to_owned()]
    } else if list.scan.is_some() {
        vec!["0 so far; searching goes on.".to_owned()]
    } else if let Some(filter) = list.filter.active() {
        let all = if model.tab == Tab::Logs { model.counts.records } else { model.lines.len() };
        match list.stopped {
            Some(percent) => vec![
                format!("0 of the {percent} % match that were searched  {}", filter.text()),
                "F F searches all, f changes the filter.".to_owned(),
            ],
            None => vec![
                format!("0 of {all} match  {}", filter.text()),
                "F shows all again, f changes the filter.".to_owned(),
            ],
        }
    } else if let Some(recording) = &model.recording {
        waiting(recording)
    } else if model.tab == Tab::Logs {
        vec!["There is no log in this case. Ask for the merged log of that time from Grid Management.".to_owned()]
    } else {
        vec!["There is no event in this case. 0 shows its sources and what could not be read.".to_owned()]
    };
    for (y, line) in lines.iter().enumerate() {
        part.text(4, 1 + u16::try_from(y).unwrap_or(u16::MAX), line, theme.of(Role::Plain));
    }
}

fn waiting(recording: &crate::tui::feed::Recording) -> Vec<String> {
    let mut lines = vec![format!("Listening on {}. No call yet.", recording.listening.join(", "))];
    if let Some(address) = recording.listening.first() {
        lines.push(format!("Point the client at this proxy; to try it: curl -x http://{address} http://HOST/"));
    }
    if let Some(path) = &recording.certificate {
        lines.push(format!("For https the client must trust the certificate in {path}"));
    }
    if !recording.following.is_empty() {
        lines.push(format!("Following {}", recording.following.join(", ")));
    }
    lines
}

/// The event under the cursor in a few lines.
pub(super) fn preview(model: &Model, part: &mut Canvas<'_>) {
    let theme = model.theme;
    let Some(event) = model.subject() else {
        part.rule(0, "", theme.of(Role::Dim));
        return;
    };
    let name = event.id().unwrap_or_else(|| "record".to_owned());
    part.rule(0, &format!("preview {name}  (p hides)"), theme.of(Role::Dim));
    let mut y = 1;
    let cells = usize::from(part.width().saturating_sub(2));
    for (text, role) in pages::preview(&model.around, &model.details, event) {
        // What a long line goes on to say may be what matters, but the next one counts too.
        for (n, line) in wrap(&text, cells.saturating_sub(7)).into_iter().take(2).enumerate() {
            let x = if n == 0 { 1 } else { 8 };
            part.text(x, y, &line, theme.of(role));
            y = y.saturating_add(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_as_high_as_there_is_much_and_the_least_is_seen() {
        let bar = |count| blocks(count, 1600, 2).collect::<Vec<_>>();
        assert_eq!(bar(0), [" ", " "]);
        assert_eq!(bar(1), [" ", "▁"]);
        assert_eq!(bar(800), [" ", "█"]);
        assert_eq!(bar(801), ["▁", "█"]);
        assert_eq!(bar(1600), ["█", "█"]);
        assert_eq!(blocks(3, 0, 0).count(), 0);
    }
}
