//! The waterfall: opening it at a call, moving in it, zooming, and asking for what it shows.

use std::sync::Arc;

use crate::model::{EventRef, ExchangeId};
use crate::tui::effect::Effect;
use crate::tui::model::layout::table_rows;
use crate::tui::model::waterfall::{Bars, Beneath};
use crate::tui::model::{Model, Tab};

/// Whether the waterfall has the keys.
pub(super) fn in_view(model: &Model) -> bool {
    model.page.is_none() && model.tab == Tab::Waterfall
}

/// Opens the waterfall at the call of the event under the cursor, else at its time; there it zooms in.
pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    if in_view(model) {
        model.waterfall.zoom(true);
        return Vec::new();
    }
    if model.counts.calls == 0 {
        model.refuse("there is no call to draw");
        return Vec::new();
    }
    let subject = model.subject();
    let call = subject.and_then(|event| model.call_of(event));
    let at = call.map(EventRef::Exchange).or(subject).and_then(|event| model.around.moment(event));
    model.leave_track();
    model.page = None;
    model.tab = Tab::Waterfall;
    model.waterfall.wanted = Some((call, at.map_or(i64::MIN, |moment| moment.utc_ns)));
    refresh(model)
}

fn refresh(model: &mut Model) -> Vec<Effect> {
    let ticket = model.next_ticket();
    let view = &mut model.waterfall;
    (view.ticket, view.waiting, view.made_of) = (ticket, true, Some(model.around.gathered.exchanges.len()));
    let (lines, shown) = (Arc::clone(&model.lines), model.timeline.shown.clone());
    vec![Effect::Waterfall { around: model.around.clone(), lines, shown, ticket }]
}

/// The bars are there.
pub(super) fn filled(model: &mut Model, ticket: u64, bars: Bars) {
    let rows = table_rows(model);
    let view = &mut model.waterfall;
    if view.ticket != ticket {
        return;
    }
    view.waiting = false;
    let before = view.bar().map(|bar| (Some(bar.id), bar.from_ns));
    view.bars = Arc::new(bars);
    match view.wanted.take() {
        Some((id, at_ns)) => {
            view.at = view.bars.find(id, at_ns);
            view.fit();
            view.land(rows);
        }
        None => {
            if let Some((id, at_ns)) = before {
                view.at = view.bars.find(id, at_ns);
            }
        }
    }
}

/// The records beneath a call are there.
pub(super) fn found(model: &mut Model, beneath: Beneath) {
    model.waterfall.looking = false;
    model.waterfall.beneath = beneath;
}

/// Asks for what is in view and not known yet, one thing after the other.
pub(super) fn keep_up(model: &mut Model) -> Vec<Effect> {
    if !in_view(model) {
        return Vec::new();
    }
    let rows = table_rows(model);
    model.waterfall.keep_in_view(rows);
    let view = &model.waterfall;
    let mut effects = Vec::new();
    let id: Option<ExchangeId> = view.bar().map(|bar| bar.id);
    if let Some(id) = id.filter(|id| !view.waiting && !view.looking && view.beneath.of != Some(*id)) {
        model.waterfall.looking = true;
        effects.push(Effect::Beneath { around: model.around.clone(), of: id });
    }
    let view = &model.waterfall;
    if !view.waiting && view.made_of != Some(model.gathered().exchanges.len()) {
        effects.extend(refresh(model));
    }
    effects
}

/// Goes to the next or previous call that failed.
pub(super) fn failure(model: &mut Model, forward: bool) -> Vec<Effect> {
    let view = &mut model.waterfall;
    let fails = |n: &usize| view.bars.get(*n).is_some_and(|bar| bar.failed);
    let found = if forward { (view.at + 1..view.bars.len()).find(fails) } else { (0..view.at).rev().find(fails) };
    match found {
        Some(n) => view.go(n),
        None => model.refuse(format!("no failed call {} this one", if forward { "after" } else { "before" })),
    }
    Vec::new()
}

/// Moves the cursor by so many calls.
pub(super) fn by(model: &mut Model, rows: i64) {
    let view = &mut model.waterfall;
    match rows {
        i64::MIN => view.go(0),
        i64::MAX => view.go(usize::MAX),
        rows => view.step(rows),
    }
}
