//! The list of conversations: narrowing, order, moving, and the ways between it and the time line.

use std::sync::Arc;

use crate::model::EventRef;
use crate::query::QueryError;
use crate::tui::effect::{Among, Effect};
use crate::tui::model::layout::stream_rows;
use crate::tui::model::page::Page;
use crate::tui::model::streams::{StreamPage, StreamView, is_tunnel};
use crate::tui::model::text::Reading;
use crate::tui::model::{Model, Tab};
use crate::tui::pages;

use super::find::{self, NOTHING_ASKED};
use super::{jump, narrow};

/// Whether the list of conversations has the keys.
pub(super) fn in_view(model: &Model) -> bool {
    model.page.is_none() && model.tab == Tab::Streams
}

/// Asks for the rows anew.
pub(super) fn refresh(model: &mut Model) -> Vec<Effect> {
    let ticket = model.next_ticket();
    let made_of = made_of(model);
    let streams = &mut model.streams;
    (streams.ticket, streams.waiting, streams.made_of) = (ticket, true, Some(made_of));
    let filter = streams.filter.active().cloned();
    let order = (streams.order, streams.reverse);
    vec![Effect::Streams { around: model.around.clone(), filter, order, ticket }]
}

/// Asks for the rows where the list is in view and there are streams or exchanges that it was not made of.
pub(super) fn keep_up(model: &mut Model) -> Vec<Effect> {
    if in_view(model) && !model.streams.waiting && model.streams.made_of != Some(made_of(model)) {
        return refresh(model);
    }
    Vec::new()
}

fn made_of(model: &Model) -> (usize, usize) {
    (model.gathered().streams.len(), model.gathered().exchanges.len())
}

/// The rows are there.
pub(super) fn filled(model: &mut Model, ticket: u64, rows: Vec<EventRef>, total: usize) {
    let height = stream_rows(model);
    let streams = &mut model.streams;
    if streams.ticket == ticket {
        streams.waiting = false;
        streams.total = total;
        streams.put(rows, height);
    }
}

/// Takes a typed filter.
pub(super) fn set_filter(model: &mut Model, text: &str) -> Result<Vec<Effect>, QueryError> {
    let filter = model.filter(text)?;
    model.streams.filter.filter = Some(Arc::new(filter));
    model.streams.filter.off = false;
    Ok(refresh(model))
}

/// Takes the filter off, or puts it back.
pub(super) fn on_off(model: &mut Model) -> Vec<Effect> {
    let filter = &mut model.streams.filter;
    if filter.filter.as_ref().is_none_or(|f| f.is_empty()) {
        model.refuse("there is no filter; f makes one");
        return Vec::new();
    }
    filter.off = !filter.off;
    refresh(model)
}

/// The next order, or the same turned round.
pub(super) fn order(model: &mut Model, reverse: bool) -> Vec<Effect> {
    let streams = &mut model.streams;
    if reverse {
        streams.reverse = !streams.reverse;
    } else {
        streams.order = streams.order.next();
        streams.reverse = false;
    }
    let words = format!("in order of {}{}", streams.order.word(), if streams.reverse { ", turned round" } else { "" });
    model.say(words);
    refresh(model)
}

/// Goes to the next or previous row that `stops`.
fn next(model: &mut Model, forward: bool, what: &str, stops: impl Fn(&Model, EventRef) -> bool) {
    let (row, count) = (model.streams.row, model.streams.rows.len());
    let stops = |n: &usize| model.streams.rows.get(*n).is_some_and(|event| stops(model, *event));
    let found = if forward { (row + 1..count).find(stops) } else { (0..row.min(count)).rev().find(stops) };
    let height = stream_rows(model);
    match found {
        Some(row) => model.streams.go(row, height),
        None => model.refuse(format!("no {what} {} this row", if forward { "below" } else { "above" })),
    }
}

/// Goes to the next or previous conversation that broke.
pub(super) fn failure(model: &mut Model, forward: bool) -> Vec<Effect> {
    next(model, forward, "conversation that broke", |model, event| match event {
        EventRef::Stream(id) => model.gathered().stream(id).is_some_and(crate::model::Stream::failed),
        EventRef::Exchange(id) => model.gathered().exchange(id).is_some_and(crate::model::Exchange::failed),
        _ => false,
    });
    Vec::new()
}

/// Goes to the next or previous mark.
pub(super) fn mark(model: &mut Model, forward: bool) -> Vec<Effect> {
    next(model, forward, "mark (m sets one)", |model, event| model.around.marks.contains(&event));
    Vec::new()
}

/// Takes what is to be found.
pub(super) fn start_find(model: &mut Model, text: &str) -> Result<Vec<Effect>, QueryError> {
    let filter = model.filter(text)?;
    model.streams.find = (!filter.is_empty()).then(|| Arc::new(filter));
    model.streams.hits = None;
    Ok(find_next(model, true))
}

/// Goes to the next or previous hit.
pub(super) fn find_next(model: &mut Model, forward: bool) -> Vec<Effect> {
    let Some(filter) = model.streams.find.clone() else {
        model.refuse(NOTHING_ASKED);
        return Vec::new();
    };
    let from = (model.streams.cursor, model.streams.row);
    find::next_hit(model, Among::Streams, &filter, from, forward)
}

/// Puts the cursor on the row of an event, where it is shown.
pub(super) fn go_to(model: &mut Model, event: EventRef) {
    let height = stream_rows(model);
    let streams = &mut model.streams;
    if let Some(row) = streams.rows.iter().position(|row| *row == event) {
        streams.go(row, height);
    }
}

/// The next hit was looked for.
pub(super) fn found(model: &mut Model, ticket: u64, event: Option<EventRef>, wrapped: bool) {
    // Only the last question counts, and only while the list is in view.
    if !in_view(model) || model.streams.hits.as_ref().is_none_or(|hits| hits.asked != ticket) {
        return;
    }
    match event {
        Some(event) => find::arrive(model, Among::Streams, event, wrapped),
        None if model.streams.filter.active().is_some() => {
            model.refuse("nothing shown matches; F takes the filter off");
        }
        None => model.refuse("nothing matches"),
    }
}

/// Shows the conversation that an event travelled in.
pub(super) fn of_event(model: &mut Model) -> Vec<Effect> {
    let Some(event) = model.subject() else { return Vec::new() };
    if matches!(event, EventRef::Stream(_)) && model.page.is_some() {
        return Vec::new();
    }
    let x = model.call_of(event).and_then(|id| model.gathered().exchange(id));
    let stream = match event {
        EventRef::Stream(_) => Some(event),
        _ => x.and_then(|x| model.gathered().stream_of(x)).map(|stream| EventRef::Stream(stream.id)),
    };
    let tunnel = || {
        let tunnel = x?.tunnel.as_deref()?.strip_prefix('x')?.parse().ok()?;
        model.gathered().exchange(crate::model::ExchangeId(tunnel)).map(|x| EventRef::Exchange(x.id))
    };
    match stream.or_else(tunnel) {
        Some(event) => {
            model.leave_track();
            jump::page(model, event)
        }
        None => {
            model.refuse("no capture tells of its TCP conversation; 4 lists those that are known");
            Vec::new()
        }
    }
}

/// Shows the calls of a conversation on the time line.
pub(super) fn calls(model: &mut Model) -> Vec<Effect> {
    let filter = match model.subject() {
        Some(EventRef::Stream(id)) => format!("stream:{id}"),
        Some(EventRef::Exchange(id)) => {
            let x = model.gathered().exchange(id);
            match x.and_then(|x| model.gathered().stream_of(x)) {
                Some(stream) => format!("stream:{}", stream.id),
                None if x.is_some_and(is_tunnel) => return inside(model, id),
                None => String::new(),
            }
        }
        _ => String::new(),
    };
    if filter.is_empty() {
        model.refuse("no capture tells of its TCP conversation; 4 lists those that are known");
        return Vec::new();
    }
    on_time_line(model, &filter)
}

/// The calls inside a tunnel have its id, not that of a stream.
fn inside(model: &mut Model, id: crate::model::ExchangeId) -> Vec<Effect> {
    let shown = id.to_string();
    let calls = model.gathered().exchanges.iter().filter(|x| x.tunnel.as_deref() == Some(&shown));
    let ids: Vec<String> = calls.map(|x| x.id.to_string()).chain([shown.clone()]).collect();
    if ids.len() == 1 {
        model.refuse("nothing that went through it was read as calls");
        return Vec::new();
    }
    on_time_line(model, &format!("id:{}", ids.join(",")))
}

fn on_time_line(model: &mut Model, filter: &str) -> Vec<Effect> {
    model.leave_track();
    model.page = None;
    model.tab = Tab::Timeline;
    narrow::force(model, filter)
}

/// Shows an event where it stands on the time line.
pub(super) fn place(model: &mut Model) -> Vec<Effect> {
    let Some(event) = model.subject() else { return Vec::new() };
    let Some(at) = model.position(event) else {
        model.refuse("it has no place on the time line");
        return Vec::new();
    };
    model.leave_track();
    model.page = None;
    model.tab = Tab::Timeline;
    if model.timeline.row_of(at).is_none() {
        model.timeline.filter.off = true;
        model.timeline.cursor = Some(event);
        let effects = narrow::rescan(model, crate::tui::effect::Which::Timeline);
        model.say("the filter hid it and was taken off; F puts it back");
        jump::found(model, event);
        return effects;
    }
    jump::found(model, event);
    Vec::new()
}

/// Shows one conversation in full.
pub(super) fn page(model: &mut Model, id: crate::model::StreamId) {
    let view = match &model.page {
        Some(Page::Stream(before)) => before.view,
        _ => StreamView::default(),
    };
    if let Some(stream) = model.gathered().stream(id) {
        let reading = Reading::new(pages::stream::page(&model.around, stream, view));
        model.page = Some(Page::Stream(StreamPage { id, view, reading }));
    }
}

/// Shows the next view of the conversation in the page.
pub(super) fn view(model: &mut Model, back: bool) {
    if let Some(Page::Stream(page)) = &mut model.page
        && let Some(stream) = model.around.gathered.stream(page.id)
    {
        page.view = page.view.next(back);
        page.reading = Reading::new(pages::stream::page(&model.around, stream, page.view));
    }
}
