//! Drawing the model. It changes nothing, reads nothing from outside, and looks only at what is in view.

mod compare;
mod exchange;
mod findings;
mod held;
mod list;
mod overlay;
pub(super) mod replay;
mod row;
mod sources;
mod start;
mod streams;
mod text;
mod waterfall;

use ratatui::Frame;
use ratatui::layout::{Position, Rect};

use crate::query::taken_as_word;

use super::keymap::{self, actions, names};
use super::model::layout::{self, ABOVE, BELOW, SMALLEST, TABS_AT};
use super::model::overlay::{Overlay, Prompt, Purpose};
use super::model::page::Page;
use super::model::text::Reading;
use super::model::{Model, Tab};
use super::pages::time;
use super::theme::Role;
use super::widgets::{Canvas, pad, width, wrap};

/// Draws the whole screen.
pub(super) fn view(model: &Model, frame: &mut Frame<'_>) {
    let area = frame.area();
    let mut cursor = None;
    {
        let mut screen = Canvas::new(frame.buffer_mut(), area);
        if area.width < SMALLEST.0 || area.height < SMALLEST.1 {
            too_small(model, &mut screen);
        } else {
            cursor = draw(model, &mut screen);
            cursor = overlay::draw(model, &mut screen).or(cursor);
        }
    }
    if let Some((x, y)) = cursor.filter(|(x, y)| Rect::contains(area, Position::new(*x, *y))) {
        frame.set_cursor_position(Position::new(x, y));
    }
}

fn too_small(model: &Model, screen: &mut Canvas<'_>) {
    let style = model.theme.of(Role::Plain);
    let (width, height) = SMALLEST;
    let text = format!("mwscope needs {width}x{height}; this is {}x{}. q leaves", screen.width(), screen.height());
    for (y, line) in super::widgets::wrap(&text, usize::from(screen.width())).iter().enumerate() {
        screen.text(0, u16::try_from(y).unwrap_or(u16::MAX), line, style);
    }
}

fn draw(model: &Model, screen: &mut Canvas<'_>) -> Option<(u16, u16)> {
    let mut cursor = None;
    if model.tab != Tab::Start {
        header(model, &mut screen.rows(0, 1));
        tabs(model, &mut screen.rows(TABS_AT, 1));
    }
    let height = screen.height().saturating_sub(ABOVE + BELOW);
    match &model.page {
        Some(Page::Exchange(page)) => exchange::draw(model, page, screen),
        Some(page) => text::page(model, page, screen),
        None => match model.tab {
            Tab::Start => start::draw(model, screen),
            Tab::Timeline | Tab::Logs => {
                filter_row(model, &mut screen.rows(2, 1));
                list::draw(model, &mut screen.rows(ABOVE, height));
            }
            Tab::Findings => findings::draw(model, screen),
            Tab::Sources => sources::draw(model, screen),
            Tab::Compare => compare::draw(model, screen),
            Tab::Replay => cursor = replay::draw(model, screen),
            Tab::Held => cursor = held::draw(model, screen),
            Tab::Report => text::report(model, screen),
            Tab::Waterfall => waterfall::draw(model, screen),
            Tab::Summary => text::summary(model, screen),
            Tab::Streams => {
                filter_row(model, &mut screen.rows(2, 1));
                streams::draw(model, screen);
            }
        },
    }
    let rows = screen.height();
    match told(model) {
        Some((text, role)) => say(model, &text, role, screen),
        None => status(model, &mut screen.rows(rows.saturating_sub(2), 1)),
    }
    footer(model, &mut screen.rows(rows.saturating_sub(1), 1));
    cursor
}

fn header(model: &Model, line: &mut Canvas<'_>) {
    let theme = model.theme;
    let dim = theme.of(Role::Dim);
    let room = (line.width() / 2).max(20);
    let mut x = line.put(1, 0, &model.title, theme.of(Role::Title), room);
    if let Some(recording) = &model.recording {
        x = line.text(x, 0, " │ ", dim);
        let (minutes, seconds) = (recording.seconds / 60, recording.seconds % 60);
        let listening = recording.listening.join(" ");
        let text = if recording.running {
            format!("REC {:02}:{:02}:{seconds:02} {listening} {}/s", minutes / 60, minutes % 60, recording.per_second)
        } else {
            "REC OFF".to_owned()
        };
        x = line.text(x, 0, &text, theme.of(if recording.running { Role::Info } else { Role::Dim }));
        if let Some(lost) = recording.lost.first() {
            x = line.text(x, 0, " │ ", dim);
            x = line.text(x, 0, &format!("LOST {lost}"), theme.of(Role::Warn));
        }
        let held = model.held.calls.len();
        if held > 0 || model.held.any() {
            x = line.text(x, 0, " │ ", dim);
            let (text, role) =
                if held > 0 { (format!("HELD {held} (gh)"), Role::Warn) } else { ("BREAK".to_owned(), Role::Info) };
            x = line.text(x, 0, &text, theme.of(role));
        }
        for gone in &recording.pushed {
            x = line.text(x, 0, " │ ", dim);
            let (text, role) = match &gone.trouble {
                Some(_) => (format!("{} WAITS, {} behind", gone.wire, gone.behind), Role::Warn),
                None if gone.refused > 0 => (format!("{} REFUSED {}", gone.wire, gone.refused), Role::Warn),
                None if gone.behind > 0 => (format!("{} {} behind", gone.wire, gone.behind), Role::Dim),
                None => (format!("{} {}", gone.wire, gone.taken), Role::Dim),
            };
            x = line.text(x, 0, &text, theme.of(role));
        }
        if recording.skipped > 0 {
            x = line.text(
                x,
                0,
                &format!("  {} updates not shown (all are recorded)", recording.skipped),
                theme.of(Role::Warn),
            );
        }
    }
    x = line.text(x, 0, " │ ", dim);
    if let Some(progress) = &model.loading {
        let total = progress.total.filter(|t| *t > 0);
        let percent = total.map_or(String::new(), |t| format!(" {} %", progress.done.saturating_mul(100) / t));
        let what = if progress.what.is_empty() { "loading" } else { &progress.what };
        line.text(x, 0, &format!("{what}{percent} ..."), theme.of(Role::Info));
        return;
    }
    let list = model.list();
    let (state, role) = match () {
        () if list.below > 0 => (format!("{} NEW BELOW (G)", list.below), Role::Warn),
        () if list.follow && model.goes_on() => ("FOLLOWING".to_owned(), Role::Dim),
        () if !model.around.zone_known => ("zone unknown".to_owned(), Role::Warn),
        () => (time::zone(model.around.zone_minutes), Role::Dim),
    };
    line.right(0, 0, &state, theme.of(role));
    let end = line.width().saturating_sub(u16::try_from(width(&state)).unwrap_or(0) + 1);
    counts(model, &mut line.part(x, 0, end.saturating_sub(x), 1));
}

fn counts(model: &Model, part: &mut Canvas<'_>) {
    let theme = model.theme;
    let plain = theme.of(Role::Plain);
    let counts = model.counts;
    let failed = theme.of(if counts.failed > 0 { Role::Fail } else { Role::Plain });
    let held = model.recording.as_ref().map_or(0, |recording| recording.held);
    let new = if held > 0 { format!(" ({} new)", counts.calls.saturating_sub(held)) } else { String::new() };
    let x = part.text(0, 0, &format!("calls {}{new}  ", counts.calls), plain);
    let x = part.text(x, 0, &format!("failed {}", counts.failed), failed);
    let findings = super::model::page::Findings::len(model.investigation());
    let rest = format!("  findings {findings}  logs {}  dumps {}", counts.records, counts.dumps);
    part.text(x, 0, &rest, plain);
}

fn tabs(model: &Model, line: &mut Canvas<'_>) {
    let theme = model.theme;
    // The waterfall is another look at the time line, the summary at the findings.
    let current = match model.tab {
        Tab::Waterfall => Tab::Timeline,
        Tab::Summary => Tab::Findings,
        tab => tab,
    };
    let tab = |line: &mut Canvas<'_>, x: u16, tab: Tab, name: &str| {
        let shown = if current == tab { format!("[{name}]") } else { format!(" {name} ") };
        let missing = match tab {
            Tab::Compare => model.compare.is_none(),
            Tab::Replay => model.replay.is_none(),
            _ => false,
        };
        let role = match current == tab {
            true => Role::Title,
            false if missing => Role::Dim,
            false => Role::Plain,
        };
        line.text(x, 0, &shown, theme.of(role));
    };
    for (which, _, name, x) in layout::tabs(line.width()) {
        tab(line, x, which, name);
    }
}

fn filter_row(model: &Model, line: &mut Canvas<'_>) {
    let theme = model.theme;
    let (filter, searching, state) = match model.tab {
        Tab::Streams => {
            let streams = &model.streams;
            let shown = streams.rows.len();
            let hidden = streams.total.saturating_sub(shown);
            let turned = if streams.reverse { ", turned round" } else { "" };
            let state = format!("{shown} shown, {hidden} hidden   order: {}{turned} ", streams.order.word());
            (&streams.filter, streams.waiting, state)
        }
        _ => {
            let list = model.list();
            let shown = list.len(&model.lines);
            let all = if model.tab == Tab::Logs { model.counts.records } else { model.lines.len() };
            let state = match &list.scan {
                _ if model.glimpse => format!("{shown} of the beginning so far "),
                Some(scan) => {
                    let percent = scan.done * 100 / scan.total.max(1);
                    format!("{} so far, {percent} % searched ", scan.found.len())
                }
                None => {
                    let folded = model.chains.together || !model.chains.folded.is_empty();
                    let folded = if model.tab == Tab::Timeline { folded } else { model.alike.is_some() };
                    let words = if folded { " (some folded)" } else { "" };
                    match list.stopped {
                        Some(percent) => format!("{shown} shown, stopped when {percent} % were searched{words} "),
                        None => format!("{shown} shown, {} hidden{words} ", all.saturating_sub(shown)),
                    }
                }
            };
            (&list.filter, list.scan.is_some(), state)
        }
    };
    let right = u16::try_from(width(&state)).unwrap_or(0);
    let room = line.width().saturating_sub(right + 2);
    let text = match &filter.filter {
        Some(of) if !of.is_empty() && filter.off => {
            format!(" filter: (off: {})  F puts it back", of.text())
        }
        Some(of) if !of.is_empty() => format!(" filter: {}", of.text()),
        _ => " filter: (none)".to_owned(),
    };
    let narrowed = filter.active().is_some();
    line.put(0, 0, &text, theme.of(if narrowed { Role::Info } else { Role::Dim }), room);
    line.right(0, 0, &state, theme.of(if searching { Role::Info } else { Role::Dim }));
}

/// What the user is told or asked: it is to be read to its end.
fn told(model: &Model) -> Option<(String, Role)> {
    if matches!(model.overlay, Some(Overlay::Prompt(_))) {
        return None;
    }
    let replay = || (model.page.is_none() && model.tab == Tab::Replay).then(|| replay::status(model));
    let held = || (model.page.is_none() && model.tab == Tab::Held).then(|| held::status(model));
    model.notice.as_ref().map(|notice| (notice.text.clone(), notice.role)).or_else(replay).or_else(held)
}

/// Says something in the row above the keys, and in those over it where it takes more.
fn say(model: &Model, text: &str, role: Role, screen: &mut Canvas<'_>) {
    const MOST: usize = 5;
    let lines = wrap(text, usize::from(screen.width().saturating_sub(2)));
    let kept = lines.len().min(MOST);
    let top = screen.height().saturating_sub(1).saturating_sub(u16::try_from(kept).unwrap_or(0));
    let cells = usize::from(screen.width());
    for (y, line) in (top..).zip(&lines[..kept]) {
        let more = if lines.len() > MOST && y + 2 == screen.height() { " …" } else { "" };
        screen.text(0, y, &pad(&format!(" {line}{more}"), cells), model.theme.of(role));
    }
}

fn status(model: &Model, line: &mut Canvas<'_>) {
    let theme = model.theme;
    if let Some(Overlay::Prompt(prompt)) = &model.overlay {
        prompt_help(model, prompt, line);
        return;
    }
    let list = model.list();
    let text = match (&model.page, model.tab) {
        (Some(page), _) => {
            let reading = page.reading();
            let folded = match reading.text.len() - reading.shown() {
                0 => String::new(),
                rows => format!("   {rows} folded away (l opens, L all)"),
            };
            format!("{}{folded}", at_line(model, reading))
        }
        (None, Tab::Timeline | Tab::Logs) => {
            let count = list.len(&model.lines);
            let marks = model.around.marks.len();
            let mut text =
                format!("row {} of {count}{}", (list.row + 1).min(count), hits(list.hits_told(model.counting)));
            if marks > 0 {
                text.push_str(&format!("   {marks} marked"));
            }
            if !model.chosen.is_empty() {
                text.push_str(&format!("   {} in the report", model.chosen.len()));
            }
            text
        }
        (None, Tab::Streams) => {
            let count = model.streams.rows.len();
            let told = hits(model.streams.hits_told(model.counting));
            format!("row {} of {count}   s another order{told}", (model.streams.row + 1).min(count))
        }
        (None, Tab::Waterfall) => waterfall::LEGEND.to_owned(),
        (None, Tab::Summary) => at_line(model, &model.summary.reading),
        (None, Tab::Findings) => {
            let i = model.investigation();
            format!("{} findings, {} failures not explained", i.findings.len(), i.unexplained.len())
        }
        (None, Tab::Sources) => {
            format!("{} sources, {} problems", model.gathered().sources.len(), model.problems().len())
        }
        (None, Tab::Start) => String::new(),
        (None, Tab::Compare) => compare::status(model),
        (None, Tab::Replay | Tab::Held) => String::new(),
        (None, Tab::Report) => {
            let told = hits(model.report.hits_told(model.counting));
            format!("{} pieces of evidence chosen (i takes more)   x writes the report{told}", model.chosen.len())
        }
    };
    let end = line.text(1, 0, &text, theme.of(Role::Dim));
    crumbs(model, end + 2, line);
}

/// Where the cursor is in a text, and what a search in it has found.
fn at_line(model: &Model, reading: &Reading) -> String {
    let count = reading.text.len();
    format!("line {} of {count}{}", (reading.row + 1).min(count), hits(reading.hits_told(model.counting)))
}

fn hits(told: Option<String>) -> String {
    told.map_or(String::new(), |told| format!("   {told}"))
}

/// Below a line that is typed: what is wrong with it, else what could be typed.
fn prompt_help(model: &Model, prompt: &Prompt, line: &mut Canvas<'_>) {
    let theme = model.theme;
    // While a word is being typed it is no error yet.
    let goes_on =
        !prompt.completion.with.is_empty() && prompt.error.as_ref().is_some_and(|(at, _)| at.end >= prompt.line.at);
    if let Some((_, why)) = prompt.error.as_ref().filter(|_| !goes_on) {
        line.text(1, 0, why, theme.of(Role::Warn));
        return;
    }
    if offered(model, prompt, line) {
        return;
    }
    if let Some(what) = spoken(model, prompt) {
        line.text(1, 0, &what, theme.of(Role::Warn));
        return;
    }
    let help = match prompt.purpose {
        Purpose::Filter => {
            "user:jdoe is:failed   op:Create dur>2s   status:5xx   with:x12   Tab completes, or finds instead   F1 all of it"
        }
        Purpose::Find => {
            "jumps to what matches, same language as the filter; in a text: words or /regexp/   n N next, previous   F1"
        }
        Purpose::Break(_) => {
            "path:/mws op:Create   * holds all, nothing holds none   Tab: requests or answers   Enter sets it"
        }
        Purpose::Time => "10:41   10:41:58.402   2026-01-13T10:41   -5m (before the end)",
        Purpose::Password => {
            "it was masked when the call was recorded; it is sent, and kept nowhere   Enter sends   Esc"
        }
        Purpose::FilterName(_) => {
            "Enter saves it; gv takes it again, Tab changes who has it: this case, or all that I open"
        }
        Purpose::Path => "a file, a folder, a case or a member of an archive (x.zip!/a.log)   Tab completes   Esc",
        Purpose::Listen => {
            "the address or port that the client is pointed at; only this computer unless record is told more"
        }
        Purpose::Follow => {
            "the server's log or folder of dumps, to be read as it grows; Enter without one records calls alone"
        }
    };
    line.text(1, 0, help, theme.of(Role::Dim));
}

/// A word of a filter that looks like an operator and is none.
fn spoken(model: &Model, prompt: &Prompt) -> Option<String> {
    let filters = match prompt.purpose {
        Purpose::Filter => true,
        Purpose::Find => model.page.is_none() && matches!(model.tab, Tab::Timeline | Tab::Logs | Tab::Streams),
        _ => false,
    };
    filters.then(|| taken_as_word(&prompt.line.text)).flatten()
}

/// What the part before the cursor could go on with, the one that stands there now set off.
fn offered(model: &Model, prompt: &Prompt, line: &mut Canvas<'_>) -> bool {
    let theme = model.theme;
    let with = &prompt.completion.with;
    if with.is_empty() {
        return false;
    }
    let now = prompt.completed.as_ref().map(|(at, _)| *at);
    let mut x = line.text(1, 0, "Tab: ", theme.of(Role::Dim));
    for (n, word) in with.iter().enumerate().skip(now.unwrap_or(0).saturating_sub(3)) {
        let role = if now == Some(n) { Role::Select } else { Role::Plain };
        x = line.text(x, 0, word, theme.of(role));
        x = line.text(x, 0, "  ", theme.of(Role::Plain));
    }
    true
}

/// Where the user came from, at the right end of the row of notices.
fn crumbs(model: &Model, from: u16, line: &mut Canvas<'_>) {
    const SHOWN: usize = 3;
    let name = |tab: Tab, page: Option<&Page>| match (page, tab) {
        (Some(Page::Exchange(page)), _) => page.id.to_string(),
        (Some(Page::Dump(page)), _) => page.id.to_string(),
        (Some(Page::Threads(page)), _) => page.id.to_string(),
        (Some(Page::Stream(page)), _) => page.id.to_string(),
        (Some(Page::Record(_)), _) => "record".to_owned(),
        (None, Tab::Timeline) => "time line".to_owned(),
        (None, tab) => format!("{tab:?}").to_lowercase(),
    };
    if model.trail.is_empty() {
        return;
    }
    let start = model.trail.len().saturating_sub(SHOWN);
    let mut parts: Vec<String> = model.trail[start..].iter().map(|p| name(p.tab, p.page.as_ref())).collect();
    if start > 0 {
        parts.insert(0, "...".to_owned());
    }
    parts.push(name(model.tab, model.page.as_ref()));
    line.right(from, 0, &format!("{} ", parts.join(" > ")), model.theme.of(Role::Dim));
}

fn footer(model: &Model, line: &mut Canvas<'_>) {
    let theme = model.theme;
    let (key, word) = (theme.of(Role::Title), theme.of(Role::Plain));
    if matches!(model.overlay, Some(Overlay::Note(_))) {
        let keys = [
            ("Enter", key),
            (" keep it   ", word),
            ("Ctrl-N", key),
            (" new line   ", word),
            ("Esc", key),
            (" leave it", word),
        ];
        line.pieces(1, 0, &keys);
        return;
    }
    if matches!(model.overlay, Some(Overlay::Prompt(_) | Overlay::Palette(_) | Overlay::Pick(_))) {
        line.pieces(1, 0, &[("Enter", key), (" take it   ", word), ("Esc", key), (" close", word)]);
        return;
    }
    let mut x = 1;
    if !model.pending.is_empty() {
        x = line.text(x, 0, &format!("{} ", names(&model.pending)), theme.of(Role::Info));
        for (rest, action) in keymap::continuations(&model.pending, model.on()) {
            let title = action.title.trim_start_matches("Only: same ").trim_start_matches("Not: hide this ");
            x = line.pieces(x, 0, &[(format!(" {rest}"), key), (format!(" {title} "), word)]);
        }
        return;
    }
    let on = model.on();
    let leaves = model.page.is_none();
    let last = |act| matches!(act, keymap::Act::Help | keymap::Act::Close);
    let reserved: usize = actions().iter().filter(|a| last(a.act)).map(|a| width(a.hint) + 4).sum();
    for action in actions().iter().filter(|a| a.on.has(on) && !a.hint.is_empty()) {
        if action.act == keymap::Act::Back && leaves && model.trail.is_empty() {
            continue;
        }
        let hint = if action.act == keymap::Act::Close && !leaves { "close" } else { action.hint };
        let Some(keys) = action.keys.first() else { continue };
        let shown = names(keys);
        let needed = width(&shown) + width(hint) + 3;
        // What doesn't fit is in the help; the way to it and the way out always fit.
        let reserved = if last(action.act) { 0 } else { reserved };
        if usize::from(line.width().saturating_sub(x)) < needed + reserved {
            continue;
        }
        x = line.pieces(x, 0, &[(shown.as_str(), key), (" ", word), (hint, word), ("  ", word)]);
    }
}
