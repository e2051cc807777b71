//! After every message: the cursor is brought into view, and what is in view but not read yet is asked for.

use std::sync::Arc;

use crate::model::EventRef;
use crate::tui::effect::Effect;
use crate::tui::model::details::{Details, RecordRef};
use crate::tui::model::layout::{Layout, joined_rows, split, stream_rows, text_rows};
use crate::tui::model::lines::Line;
use crate::tui::model::list::EventList;
use crate::tui::model::page::{Findings, Page, Side};
use crate::tui::model::text::{Text, ToBreak};
use crate::tui::model::{Model, Tab};
use crate::tui::pages;

use super::{streams, summary, waterfall};

/// Lines that a row of a list has beyond its first: those of an unfolded record or dump.
pub(in crate::tui) fn list_extra(list: &EventList, lines: &[Line], details: &Details, row: usize) -> usize {
    if list.unfolded.is_empty() {
        return 0;
    }
    let Some(EventRef::Record(source, n)) = list.line(lines, row).map(|l| l.event) else { return 0 };
    if !list.unfolded.contains(&EventRef::Record(source, n)) {
        return 0;
    }
    details.record((source, n)).map_or(0, |record| {
        let trace = record.trace.as_ref().map_or(0, |t| pages::trace_lines(t).len());
        record.message.lines().count().saturating_sub(1) + trace
    })
}

/// Brings the model in order after a change.
pub(super) fn settle(model: &mut Model, effects: &mut Vec<Effect>) {
    let layout = Layout::of(model);
    let height = usize::from(layout.list);
    let Model { timeline, logs, details, lines, tab, .. } = model;
    let list = if *tab == Tab::Logs { logs } else { timeline };
    list.keep_in_view(height, |list, row| list_extra(list, lines, details, row));
    if list.unfolded.is_empty() {
        // No row is left out above while there is room below the last.
        list.top = list.top.min(list.len(lines).saturating_sub(height));
    }
    effects.extend(streams::keep_up(model));
    effects.extend(waterfall::keep_up(model));
    summary::keep_up(model);
    fill_page(model);
    effects.extend(fit_texts(model));
    let wanted = in_view(model, height);
    let wanted = model.details.ask(wanted);
    if !wanted.is_empty() {
        effects.push(Effect::Read { around: model.around.clone(), wanted });
    }
}

/// The records that the screen shows something of.
fn in_view(model: &Model, height: usize) -> Vec<RecordRef> {
    // A page ahead is read too, so that scrolling finds it there.
    let mut wanted = Vec::new();
    let mut want = |event: EventRef| {
        if let EventRef::Record(source, n) = event {
            wanted.push((source, n));
        }
    };
    match &model.page {
        Some(page) => want(page.event()),
        None if matches!(model.tab, Tab::Timeline | Tab::Logs) => {
            let list = model.list();
            for row in list.top..list.top.saturating_add(height * 2) {
                match list.line(&model.lines, row) {
                    Some(line) => want(line.event),
                    None => break,
                }
            }
        }
        None => {}
    }
    if let Some(event) = model.subject() {
        want(event);
    }
    wanted
}

/// Fills a record's page when the record has been read.
fn fill_page(model: &mut Model) {
    let Some(Page::Record(page)) = &mut model.page else { return };
    if page.filled {
        return;
    }
    match model.details.get(page.at) {
        Some(Ok(record)) => {
            let text = pages::record(&model.around, page.at, record, page.view);
            page.reading.replace(text);
            page.filled = true;
        }
        Some(Err(why)) => {
            page.reading.replace(crate::tui::model::text::Text::plain(why));
            page.filled = true;
        }
        None => {}
    }
}

/// Breaks the lines of texts in view to the width they have.
fn fit_texts(model: &mut Model) -> Vec<Effect> {
    let width = model.size.0;
    let whole = model.wrap.then_some(usize::from(width.saturating_sub(2)).max(10));
    let half = model.wrap.then_some(usize::from(split(width).saturating_sub(3)).max(10));
    let mut large = Vec::new();
    match &mut model.page {
        Some(Page::Exchange(page)) => {
            large.extend(page.request.fit(half));
            large.extend(page.answer.fit(half));
            large.extend(page.joined.fit(None));
        }
        Some(page) => large.extend(page.reading_mut().fit(whole)),
        None => {}
    }
    large.extend(model.report.fit(whole));
    if let Some(replay) = &mut model.replay {
        large.extend(replay.answer.fit(half));
    }
    large.into_iter().map(Effect::Break).collect()
}

/// The lines of a large text are broken.
pub(super) fn broken(model: &mut Model, whole: &ToBreak, text: &Arc<Text>) {
    match &mut model.page {
        Some(Page::Exchange(page)) => {
            page.request.broken(whole, text);
            page.answer.broken(whole, text);
        }
        Some(page) => page.reading_mut().broken(whole, text),
        None => {}
    }
    model.report.broken(whole, text);
    if let Some(replay) = &mut model.replay {
        replay.answer.broken(whole, text);
    }
}

/// Tells the text on the findings screen anew: another finding is under the cursor, or its width changed.
pub(super) fn tell_finding(model: &mut Model) {
    let width = usize::from(model.size.0 - split(model.size.0)).saturating_sub(3);
    let investigation = &model.around.investigation;
    let count = Findings::len(investigation);
    model.findings.row = model.findings.row.min(count.saturating_sub(1));
    let row = model.findings.row;
    let text = match investigation.findings.get(row) {
        Some(f) => pages::finding(&model.around, f, width),
        None => match investigation.unexplained.get(row - investigation.findings.len().min(row)) {
            Some(u) => pages::unexplained(&model.around, u, width),
            None => crate::tui::model::text::Text::default(),
        },
    };
    model.findings.detail = crate::tui::model::text::Reading::new(text);
}

/// Asks for the density line anew: the events or the width changed.
pub(super) fn density(model: &mut Model) -> Vec<Effect> {
    tell_finding(model);
    let columns = model.size.0.saturating_sub(16);
    if columns == 0 || model.lines.is_empty() {
        return Vec::new();
    }
    vec![Effect::Density { lines: std::sync::Arc::clone(&model.lines), columns }]
}

/// Rows of the text or table in view, for paging.
pub(super) fn page_rows(model: &Model) -> usize {
    let joined = joined_rows(model);
    match (&model.page, model.tab) {
        (Some(Page::Exchange(page)), _) if page.side == Side::Joined => joined.saturating_sub(1),
        (Some(Page::Exchange(_)), _) => text_rows(model).saturating_sub(joined),
        (None, Tab::Timeline | Tab::Logs) => usize::from(Layout::of(model).list),
        (None, Tab::Streams) => stream_rows(model),
        _ => text_rows(model),
    }
}
