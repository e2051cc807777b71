//! Going to an event: the next failure, a dump, what a thread logged, the other call; opening one, and back.

use std::sync::Arc;

use crate::model::{EventRef, EvidenceRole, Exchange, ExchangeId, Gathered};
use crate::query::QueryError;
use crate::tui::effect::{Effect, Which};
use crate::tui::model::layout::Layout;
use crate::tui::model::lines::{Class, Line};
use crate::tui::model::overlay::Overlay;
use crate::tui::model::page::{Compare, DumpPage, ExchangePage, Page, Pane, RecordPage, Shape, ThreadsPage, View};
use crate::tui::model::text::{Reading, Text};
use crate::tui::model::{Model, Place, Tab};
use crate::tui::pages;

use super::{find, narrow, replay, settle, streams, summary};

/// Puts the cursor of the list in view on a row, a third below the top where it wasn't in view.
pub(super) fn land(model: &mut Model, row: usize) {
    let height = usize::from(Layout::of(model).list);
    let (list, lines) = model.list_mut();
    let lines = Arc::clone(lines);
    list.follow = false;
    list.fresh = false;
    list.go(&lines, row);
    list.land(height);
}

/// The next row in a direction whose line `stops`; no further than the ends.
fn next_row(model: &Model, forward: bool, stops: impl Fn(&Line) -> bool) -> Option<usize> {
    let list = model.list();
    let count = list.len(&model.lines);
    let stops = |row: &usize| list.line(&model.lines, *row).is_some_and(&stops);
    if forward { (list.row + 1..count).find(stops) } else { (0..list.row.min(count)).rev().find(stops) }
}

/// The row the cursor is on counts where nothing was moved yet: from a cold start the first failure may be there.
fn here(model: &Model, stops: impl Fn(&Line) -> bool) -> bool {
    let list = model.list();
    list.line(&model.lines, list.row).is_some_and(stops)
}

/// Goes to the next or previous failure: a failed call, or what broke where no call is known; where there is
/// neither, an error record or a dump.
pub(super) fn failure(model: &mut Model, forward: bool) -> Vec<Effect> {
    let anchors = model.anchors();
    // Mostly every failure is a call, and nothing has to be looked up.
    let main = |line: &Line| line.class == Class::Failed || (!anchors.is_empty() && anchors.contains(&line.event));
    let other = |line: &Line| matches!(line.class, Class::Error | Class::Dump);
    let start = model.list().row;
    let found =
        if model.list().fresh && forward && here(model, main) { Some(start) } else { next_row(model, forward, main) };
    let any = found.is_some() || here(model, main) || next_row(model, !forward, main).is_some();
    let found = if any { found } else { next_row(model, forward, other) };
    let Some(row) = found else {
        let way = if forward { "below" } else { "above" };
        model.refuse(format!("no failure {way} this row"));
        return Vec::new();
    };
    let detail = matches!(model.page, Some(Page::Exchange(_)));
    land(model, row);
    if detail { reopen(model) } else { Vec::new() }
}

/// Goes to the next or previous record with a warning or worse; in a text to what stands out there.
pub(super) fn warning(model: &mut Model, forward: bool) -> Vec<Effect> {
    let height = settle::page_rows(model);
    if let Some(page) = &mut model.page {
        if !page.reading_mut().fault(forward, height) {
            model.refuse(format!("no fault or warning {} this line", if forward { "below" } else { "above" }));
        }
        return Vec::new();
    }
    go(model, forward, "warning or error", |line| matches!(line.class, Class::Warning | Class::Error))
}

/// Goes to the next or previous mark.
pub(super) fn mark(model: &mut Model, forward: bool) -> Vec<Effect> {
    // Marks are few beside the events, so it is they that are looked through.
    let list = model.list();
    let row = |event: &EventRef| model.position(*event).and_then(|at| list.row_of(at));
    let rows = model.around.marks.iter().filter_map(row);
    let found =
        if forward { rows.filter(|row| *row > list.row).min() } else { rows.filter(|row| *row < list.row).max() };
    land_or(model, found, "mark (m sets one)", forward)
}

fn go(model: &mut Model, forward: bool, what: &str, stops: impl Fn(&Line) -> bool) -> Vec<Effect> {
    let found = next_row(model, forward, stops);
    land_or(model, found, what, forward)
}

fn land_or(model: &mut Model, found: Option<usize>, what: &str, forward: bool) -> Vec<Effect> {
    match found {
        Some(row) => land(model, row),
        None => model.refuse(format!("no {what} {} this row", if forward { "below" } else { "above" })),
    }
    Vec::new()
}

/// From inside a page: the next or previous event of the list behind it.
pub(super) fn neighbour(model: &mut Model, forward: bool) -> Vec<Effect> {
    let row = model.list().row;
    let next = if forward { Some(row + 1) } else { row.checked_sub(1) };
    match next.filter(|row| *row < model.list().len(&model.lines)) {
        Some(row) => {
            land(model, row);
            reopen(model)
        }
        None => {
            model.refuse("the list ends here");
            Vec::new()
        }
    }
}

/// Shows the event under the list's cursor in the page, in place of the one before.
fn reopen(model: &mut Model) -> Vec<Effect> {
    match model.list().cursor {
        Some(event) => page(model, event),
        None => Vec::new(),
    }
}

/// Opens what is under the cursor.
pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    if model.page.is_none() && model.tab == Tab::Sources {
        return open_source(model);
    }
    if summary::in_view(model) {
        return summary::follow(model);
    }
    if let Some(shown) = &model.page {
        let reading = shown.reading();
        let Some(event) = reading.text.link(reading.row) else {
            let other = if matches!(shown, Page::Exchange(_)) { "; Tab goes to what belongs to the call" } else { "" };
            model.refuse(format!("this line leads nowhere{other}"));
            return Vec::new();
        };
        model.leave_track();
        return page(model, event);
    }
    if model.tab == Tab::Findings && model.findings.pane == Pane::List {
        model.findings.pane = Pane::Detail;
        let detail = &mut model.findings.detail;
        detail.row = (0..detail.text.len()).find(|n| detail.text.link(*n).is_some()).unwrap_or(0);
        let row = detail.row;
        let height = settle::page_rows(model);
        model.findings.detail.go(row, height);
        return Vec::new();
    }
    let Some(event) = model.subject() else { return Vec::new() };
    if model.tab == Tab::Findings && model.findings.detail.text.link(model.findings.detail.row).is_none() {
        model.refuse("this line leads nowhere; j and k go to a line of evidence");
        return Vec::new();
    }
    model.leave_track();
    page(model, event)
}

/// A source: its events on the time line.
fn open_source(model: &mut Model) -> Vec<Effect> {
    let Some(path) = model.gathered().sources.get(model.sources.row).map(|s| s.path.clone()) else {
        return Vec::new();
    };
    model.leave_track();
    model.tab = Tab::Timeline;
    narrow::force(model, &format!("file={}", narrow::quoted(&path)))
}

/// Shows one event in full.
pub(super) fn page(model: &mut Model, event: EventRef) -> Vec<Effect> {
    Arc::make_mut(&mut model.around.seen).insert(event);
    match event {
        EventRef::Exchange(id) => {
            let ticket = model.next_ticket();
            let joined = pages::joined(&model.around, id);
            let mut page = ExchangePage::new(id, joined, ticket);
            if let Some(Page::Exchange(before)) = &model.page {
                (page.view, page.side) = (before.view, before.side);
            }
            let view = page.view;
            model.page = Some(Page::Exchange(Box::new(page)));
            let shape = Shape::of(view, model.size.0);
            vec![Effect::Exchange { around: model.around.clone(), id, shape, ticket }]
        }
        EventRef::Record(source, n) => {
            let reading = Reading::new(Text::plain("reading ..."));
            let page = RecordPage { at: (source, n), view: View::Pretty, reading, filled: false };
            model.page = Some(Page::Record(page));
            Vec::new()
        }
        EventRef::Threads(id) => {
            let reading = Reading::new(pages::threads::page(&model.around, id));
            model.page = Some(Page::Threads(ThreadsPage { id, reading }));
            Vec::new()
        }
        EventRef::Stream(id) => {
            streams::page(model, id);
            Vec::new()
        }
        EventRef::Dump(id) => {
            if let Some(found) = model.gathered().dump(id) {
                let reading = Reading::new(pages::dump(&model.around, found));
                model.page = Some(Page::Dump(DumpPage { id, reading }));
            }
            Vec::new()
        }
    }
}

/// Closes what lies over the screen; whether anything did. The line that was being typed before the help was asked for
/// is gone on with.
pub(super) fn close_overlay(model: &mut Model) -> bool {
    let open = model.overlay.take().is_some();
    if open {
        model.overlay = model.parked.take().map(Overlay::Prompt);
    }
    open
}

/// Goes back: closes what is open, else to where the user was before.
pub(super) fn back(model: &mut Model) -> Vec<Effect> {
    if close_overlay(model) {
        return Vec::new();
    }
    if let Some(effects) = narrow::stop(model).or_else(|| find::stop(model)) {
        return effects;
    }
    if model.tab == Tab::Findings && model.page.is_none() && model.findings.pane == Pane::Detail {
        model.findings.pane = Pane::List;
        return Vec::new();
    }
    let Some(place) = model.trail.pop() else {
        if model.page.take().is_none() {
            model.say("nothing lies further back; q leaves");
        }
        return Vec::new();
    };
    let here = model.place();
    model.ahead.push(here);
    stand(model, place);
    Vec::new()
}

/// Puts the user where he was.
pub(super) fn stand(model: &mut Model, place: Place) {
    model.tab = place.tab;
    model.page = place.page;
    for (tab, event) in [(Tab::Timeline, place.timeline), (Tab::Logs, place.logs)] {
        let position = event.and_then(|event| model.position(event));
        let Model { timeline, logs, lines, .. } = model;
        let list = if tab == Tab::Logs { logs } else { timeline };
        if let Some(row) = position.and_then(|at| list.row_of(at)) {
            list.go(lines, row);
        }
    }
}

/// A numbered screen was chosen.
pub(super) fn enter(model: &mut Model) -> Vec<Effect> {
    match model.tab {
        Tab::Logs if model.logs.cursor.is_none() => narrow::rescan(model, Which::Logs),
        Tab::Report => vec![Effect::Report { around: model.around.clone(), chosen: model.chosen.clone() }],
        Tab::Findings => {
            settle::tell_finding(model);
            Vec::new()
        }
        _ => Vec::new(),
    }
}

/// Shows the dump of the event: the cause first, then any that its findings name.
pub(super) fn dump(model: &mut Model) -> Vec<Effect> {
    let Some(event) = model.subject() else { return Vec::new() };
    let call = model.call_of(event).map(EventRef::Exchange);
    let evidence = || {
        let own = model.around.findings_of(event);
        let of_call = call.into_iter().flat_map(|call| model.around.findings_of(call));
        own.chain(of_call).flat_map(|f| &f.evidence)
    };
    let dumps = || evidence().filter(|e| matches!(e.event, EventRef::Dump(_)));
    let found = dumps().find(|e| e.role == EvidenceRole::Cause).or_else(|| dumps().next()).map(|e| e.event);
    match (event, found) {
        (EventRef::Dump(_), _) => open(model),
        (_, Some(dump)) => {
            model.leave_track();
            page(model, dump)
        }
        (_, None) => {
            let count = model.counts.dumps;
            model.refuse(format!("no finding links a dump to this; there are {count} in all (D shows them)"));
            Vec::new()
        }
    }
}

/// Shows all dumps in the list, with the cursor on the nearest.
pub(super) fn dumps(model: &mut Model) -> Vec<Effect> {
    if model.counts.dumps == 0 {
        model.refuse("there is no dump; ask for the dumplogs of that time");
        return Vec::new();
    }
    model.leave_track();
    model.page = None;
    model.tab = Tab::Timeline;
    narrow::force(model, "kind:dump")
}

/// Shows what the call's threads logged while it ran; for a record without a call, what its thread logged.
pub(super) fn thread(model: &mut Model) -> Vec<Effect> {
    let Some(event) = model.subject() else { return Vec::new() };
    match model.call_of(event) {
        Some(call) => vec![Effect::Join { around: model.around.clone(), call }],
        None => whole_thread(model),
    }
}

/// What belongs to a call is known: the logs show it.
pub(super) fn joined(model: &mut Model, call: ExchangeId) -> Vec<Effect> {
    let Some(joined) = model.around.joined_if_known(call) else { return Vec::new() };
    let records = joined.events.iter().any(|e| matches!(e, EventRef::Record(..)));
    if joined.threads.is_empty() && !records {
        let why = if model.gathered().logs.is_empty() {
            "no log is loaded; ask for the merged log of that time"
        } else {
            "no log record stands in the time of this call; 0 shows the clocks"
        };
        model.refuse(why);
        return Vec::new();
    }
    model.leave_track();
    model.page = None;
    model.tab = Tab::Logs;
    let effects = narrow::force(model, &format!("with:{call}"));
    let threads: Vec<&str> = joined.threads.iter().map(|(_, t)| t.as_str()).collect();
    model.say(format!("thread {} of {call}, joined {}", threads.join(", "), joined.by.words()));
    effects
}

/// Shows everything the thread logged.
pub(super) fn whole_thread(model: &mut Model) -> Vec<Effect> {
    let Some(event) = model.subject() else { return Vec::new() };
    let own = match event {
        EventRef::Record(source, n) => model.details.record((source, n)).and_then(|r| r.thread.clone()),
        _ => None,
    };
    let of_call = || {
        let joined = model.around.joined_if_known(model.call_of(event)?)?;
        joined.threads.first().map(|(_, thread)| thread.clone())
    };
    let Some(thread) = own.or_else(of_call) else {
        model.refuse("its thread isn't known; t looks for it");
        return Vec::new();
    };
    model.leave_track();
    model.page = None;
    model.tab = Tab::Logs;
    narrow::force(model, &format!("thread={}", narrow::quoted(&thread)))
}

/// Goes to the next or previous event of the same call.
pub(super) fn of_call(model: &mut Model, forward: bool) -> Vec<Effect> {
    let call = model.subject().and_then(|event| model.call_of(event));
    let Some(call) = call else {
        model.refuse("no finding says to which call this belongs");
        return Vec::new();
    };
    find::once(model, &format!("with:{call}"), forward)
}

/// Goes to a time.
pub(super) fn to_time(model: &mut Model, text: &str) -> Result<Vec<Effect>, QueryError> {
    let lead = "time:>=";
    let parsed = crate::query::Filter::parse(&format!("{lead}{}", text.trim()));
    let filter = parsed.map_err(|mut error| {
        error.at = error.at.start.saturating_sub(lead.len())..error.at.end.saturating_sub(lead.len());
        error
    })?;
    // Searching from the last row on begins at the first.
    let from = model.list().len(&model.lines).saturating_sub(1);
    Ok(vec![find::from_row(model, &Arc::new(filter), from, true)])
}

/// Puts the cursor of a list on an event that was searched for.
pub(super) fn found(model: &mut Model, event: EventRef) {
    let row = model.position(event).and_then(|at| model.list().row_of(at));
    if let Some(row) = row {
        land(model, row);
    }
}

/// Compares the call with the marked one, else with the one that says most: same operation, other outcome, nearest.
pub(super) fn compare(model: &mut Model) -> Vec<Effect> {
    if model.tab == Tab::Replay
        && model.page.is_none()
        && let Some((left, right)) = model.replay.as_ref().and_then(replay::pair)
    {
        model.leave_track();
        return side_by_side(model, left, right, "it was sent again".to_owned());
    }
    let call = model.subject().and_then(|event| model.call_of(event));
    let Some(left) = call else {
        model.refuse("only calls are compared: put the cursor on one");
        return Vec::new();
    };
    let marked = model.around.marks.iter().find_map(|event| match event {
        EventRef::Exchange(id) if *id != left => Some(*id),
        _ => None,
    });
    let partner = match marked {
        Some(id) => Some((id, "it is marked".to_owned())),
        None => suggest(model.gathered(), left),
    };
    let Some((right, why)) = partner else {
        let name = model.gathered().exchange(left).map(pages::name).unwrap_or_default();
        model.refuse(format!("no other call of {name} to compare with; mark one with m, then c"));
        return Vec::new();
    };
    model.leave_track();
    side_by_side(model, left, right, why)
}

pub(super) fn side_by_side(model: &mut Model, left: ExchangeId, right: ExchangeId, why: String) -> Vec<Effect> {
    let ticket = model.next_ticket();
    model.compare = Some(Compare { left, right, why, rows: Arc::default(), row: 0, top: 0, ticket });
    model.page = None;
    model.tab = Tab::Compare;
    vec![Effect::Compare { around: model.around.clone(), left, right, ticket }]
}

/// Swaps the two sides.
pub(super) fn swap(model: &mut Model) -> Vec<Effect> {
    let Some(compare) = model.compare.take() else { return Vec::new() };
    side_by_side(model, compare.right, compare.left, compare.why)
}

/// Whether two calls are spoken of by the same name.
fn same_name(x: &Exchange, y: &Exchange) -> bool {
    let (a, b) = (&x.call, &y.call);
    a.service == b.service
        && a.operation == b.operation
        && ((a.service.is_some() && a.operation.is_some()) || pages::name(x) == pages::name(y))
}

/// The call to compare with: of the same operation, with the other outcome, nearest in time; else any other of it.
pub(in crate::tui) fn suggest(gathered: &Gathered, of: ExchangeId) -> Option<(ExchangeId, String)> {
    let x = gathered.exchange(of)?;
    let same = |y: &&Exchange| y.id != x.id && y.request.method == x.request.method && same_name(x, y) && !y.challenge;
    let at = |y: &Exchange| y.started.map_or(0, |s| s.utc_ns().unwrap_or(s.civil.ns));
    let near = |y: &&Exchange| {
        let same_user = y.call.user == x.call.user;
        (at(y).abs_diff(at(x)), !same_user)
    };
    let other = gathered.exchanges.iter().filter(same).filter(|y| y.failed() != x.failed()).min_by_key(near);
    let how = if x.failed() { "succeeded" } else { "failed" };
    if let Some(y) = other {
        return Some((y.id, format!("same operation, nearest in time that {how}")));
    }
    let any = gathered.exchanges.iter().filter(same).min_by_key(near)?;
    Some((any.id, format!("same operation, nearest in time; none {how}")))
}
