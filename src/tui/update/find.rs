//! Find: to the next hit in a list or a text, and how many there are. The jump and the count are two pieces of work beside
//! the screens: the jump is over with the first hit, the count goes on behind it until something else is counted.

use std::sync::Arc;

use crate::model::EventRef;
use crate::query::{Filter, QueryError};
use crate::tui::effect::{Among, Effect, Find, Rows, Searched, Slot, Which};
use crate::tui::model::hits::Hits;
use crate::tui::model::list::CountedIn;
use crate::tui::model::overlay::{Overlay, Purpose};
use crate::tui::model::text::{Reading, Text};
use crate::tui::model::{Model, Tab};

use super::narrow::{in_view, list_of, which};
use super::{jump, keys, settle, streams};

/// Opens find.
pub(super) fn edit(model: &mut Model) -> Vec<Effect> {
    let in_list = model.page.is_none() && matches!(model.tab, Tab::Timeline | Tab::Logs);
    let text = match (in_list, &model.list().find, &model.streams.find) {
        (true, Some(filter), _) => filter.text().to_owned(),
        (false, _, Some(filter)) if streams::in_view(model) => filter.text().to_owned(),
        _ => String::new(),
    };
    keys::prompt(model, Purpose::Find, &text);
    Vec::new()
}

/// Whether a list of events has the keys.
fn in_list(model: &Model) -> bool {
    model.page.is_none() && model.overlay.is_none() && matches!(model.tab, Tab::Timeline | Tab::Logs)
}

/// The text in view.
fn reading(model: &mut Model) -> &mut Reading {
    match (&mut model.overlay, &mut model.page) {
        (Some(Overlay::Help(reading)), _) => reading,
        (_, Some(page)) => page.reading_mut(),
        _ if model.tab == Tab::Summary => &mut model.summary.reading,
        _ => &mut model.report,
    }
}

/// Takes what is to be found: in a list an event that matches, in a text a line.
pub(super) fn start(model: &mut Model, text: &str) -> Result<Vec<Effect>, QueryError> {
    if in_list(model) {
        let filter = model.filter(text)?;
        let (list, _) = model.list_mut();
        list.find = (!filter.is_empty()).then(|| Arc::new(filter));
        list.hits = None;
        return Ok(next(model, true));
    }
    if streams::in_view(model) && model.overlay.is_none() {
        return streams::start_find(model, text);
    }
    let regex = crate::query::text_regex(text)?;
    let reading = reading(model);
    (reading.find, reading.hits) = (Some(regex), None);
    Ok(next(model, true))
}

/// Goes to the next or previous hit.
pub(super) fn next(model: &mut Model, forward: bool) -> Vec<Effect> {
    if in_list(model) {
        return next_event(model, forward);
    }
    if streams::in_view(model) && model.overlay.is_none() {
        return streams::find_next(model, forward);
    }
    if model.page.is_none() && model.overlay.is_none() && model.tab == Tab::Compare {
        return next_difference(model, forward);
    }
    next_line(model, forward)
}

pub(super) const NOTHING_ASKED: &str = "nothing to find yet; / says what";

fn next_event(model: &mut Model, forward: bool) -> Vec<Effect> {
    let Some(filter) = model.list().find.clone() else {
        model.refuse(NOTHING_ASKED);
        return Vec::new();
    };
    let (cursor, row) = (model.list().cursor, model.list().row);
    next_hit(model, Among::Events(which(model)), &filter, (cursor, row), forward)
}

/// Goes to the next or previous hit in a list: at once where all are counted, else by a search beside the screens.
pub(super) fn next_hit(
    model: &mut Model,
    among: Among,
    filter: &Arc<Filter>,
    (cursor, from): (Option<EventRef>, usize),
    forward: bool,
) -> Vec<Effect> {
    let count = count(model, among, filter);
    let known = cursor.and_then(|cursor| hits_of(model, among).as_ref()?.next(cursor, forward));
    if let Some((event, wrapped)) = known {
        arrive(model, among, event, wrapped);
        return Vec::new();
    }
    let find = Find { among: searched(model, among, filter), from, forward };
    if let Some(hits) = hits_of(model, among) {
        hits.asked = find.among.ticket;
    }
    std::iter::once(Effect::Find(find)).chain(count).collect()
}

/// The hits of a list.
fn hits_of(model: &mut Model, among: Among) -> &mut Option<Hits<EventRef, CountedIn>> {
    match among {
        Among::Events(which) => &mut list_of(model, which).hits,
        Among::Streams => &mut model.streams.hits,
    }
}

/// Asks for the count of the hits, where it isn't known and isn't under way.
fn count(model: &mut Model, among: Among, filter: &Arc<Filter>) -> Option<Effect> {
    let rows = match among {
        Among::Events(_) => (model.lines.len(), model.list().len(&model.lines)),
        Among::Streams => (model.streams.total, model.streams.rows.len()),
    };
    let now = CountedIn { rows, investigation: Arc::downgrade(&model.around.investigation) };
    let counting = model.counting;
    let counted = hits_of(model, among).as_ref().filter(|hits| hits.of.same(&now));
    if counted.is_some_and(|hits| hits.complete() || counting == Some(hits.ticket)) {
        return None;
    }
    let searched = searched(model, among, filter);
    model.counting = Some(searched.ticket);
    *hits_of(model, among) = Some(Hits::new(searched.ticket, now, rows.1));
    Some(Effect::CountHits(searched))
}

fn searched(model: &mut Model, among: Among, filter: &Arc<Filter>) -> Searched {
    let rows = match among {
        Among::Events(_) => Rows::Lines(Arc::clone(&model.lines), model.list().shown.clone()),
        Among::Streams => Rows::Events(Arc::clone(&model.streams.rows)),
    };
    let ticket = model.next_ticket();
    Searched { among, ticket, filter: Arc::clone(filter), around: model.around.clone(), rows }
}

/// Puts the cursor on a hit.
pub(super) fn arrive(model: &mut Model, among: Among, event: EventRef, wrapped: bool) {
    match among {
        Among::Events(_) => jump::found(model, event),
        Among::Streams => streams::go_to(model, event),
    }
    if let Some(hits) = hits_of(model, among) {
        hits.land(event, wrapped);
    }
}

fn next_line(model: &mut Model, forward: bool) -> Vec<Effect> {
    let height = settle::page_rows(model);
    let counting = model.counting;
    let text = reading(model);
    let Some(regex) = text.find.clone() else {
        model.refuse(NOTHING_ASKED);
        return Vec::new();
    };
    match text.find_next(forward, height) {
        Some(true) => return Vec::new(),
        Some(false) => {
            model.refuse("not found in this text");
            return Vec::new();
        }
        None => {}
    }
    let under_way = text.counted().is_some_and(|hits| counting == Some(hits.ticket));
    let (searched, from) = (Arc::clone(&text.text), (text.row, forward));
    let mut effects = vec![Effect::FindLine { text: Arc::clone(&searched), regex: regex.clone(), from }];
    if !under_way {
        let ticket = model.next_ticket();
        model.counting = Some(ticket);
        reading(model).hits = Some(Box::new(Hits::new(ticket, Arc::downgrade(&searched), searched.len())));
        effects.push(Effect::CountLines { text: searched, regex, ticket });
    }
    effects
}

/// An event was looked for.
pub(super) fn found(model: &mut Model, which: Which, ticket: u64, event: Option<EventRef>, wrapped: bool) {
    // Only the last question counts, and only while its list is in view.
    let list_in_view = model.page.is_none() && (which == Which::Logs) == (model.tab == Tab::Logs);
    if ticket != model.ticket || !list_in_view {
        return;
    }
    let counted = model.list().hits.as_ref().is_some_and(|hits| hits.asked == ticket);
    match event {
        Some(event) if counted => arrive(model, Among::Events(which), event, wrapped),
        Some(event) => {
            jump::found(model, event);
            if wrapped {
                model.say("went on from the other end");
            }
        }
        None if in_view(model).active().is_some() => {
            model.refuse("nothing shown matches; F takes the filter off");
        }
        None => model.refuse("nothing matches"),
    }
}

/// A line of a large text was looked for.
pub(super) fn found_line(model: &mut Model, text: &Arc<Text>, line: Option<usize>) {
    let height = settle::page_rows(model);
    match reading(model).found_in(text, line, height) {
        Some(true) => {}
        Some(false) => model.refuse("not found in this text"),
        None => model.refuse("the text changed while it was searched; n searches on"),
    }
}

/// More hits of a list were counted.
pub(super) fn counted(model: &mut Model, among: Among, ticket: u64, found: &[EventRef], progress: (usize, usize)) {
    if model.counting != Some(ticket) {
        return;
    }
    if let Some(hits) = hits_of(model, among).as_mut().filter(|hits| hits.ticket == ticket) {
        hits.add(found, progress);
        ended(model, progress);
    }
}

/// More lines of a text that match were counted. Where another text is in view the count ends: `n` in that one begins
/// it anew.
pub(super) fn counted_lines(model: &mut Model, ticket: u64, found: &[usize], progress: (usize, usize)) -> Vec<Effect> {
    if model.counting != Some(ticket) {
        return Vec::new();
    }
    match reading(model).hits.as_mut().filter(|hits| hits.ticket == ticket) {
        Some(hits) => hits.add(found, progress),
        None => {
            model.counting = None;
            return vec![Effect::Stop(Slot::Hits)];
        }
    }
    ended(model, progress);
    Vec::new()
}

fn ended(model: &mut Model, (done, total): (usize, usize)) {
    if done >= total {
        model.counting = None;
    }
}

/// Stops a count that runs for what is in view; what was counted by then stays. `None` where none runs.
pub(super) fn stop(model: &mut Model) -> Option<Vec<Effect>> {
    let counting = model.counting?;
    let ticket = match () {
        () if in_list(model) => model.list().hits.as_ref().map(|hits| hits.ticket),
        () if streams::in_view(model) && model.overlay.is_none() => model.streams.hits.as_ref().map(|hits| hits.ticket),
        () => reading(model).counted().map(|hits| hits.ticket),
    };
    if ticket != Some(counting) {
        return None;
    }
    model.counting = None;
    // The next hit isn't waited for any more either.
    let _later = model.next_ticket();
    model.say("stopped; n searches on and counts anew");
    Some(vec![Effect::Stop(Slot::Hits), Effect::Stop(Slot::Find)])
}

fn next_difference(model: &mut Model, forward: bool) -> Vec<Effect> {
    use crate::tui::model::page::RowKind;
    let height = crate::tui::model::layout::table_rows(model);
    let Some(compare) = &mut model.compare else { return Vec::new() };
    let differs =
        |row: &usize| compare.rows.get(*row).is_some_and(|r| !matches!(r.kind, RowKind::Equal | RowKind::Head));
    let count = compare.rows.len();
    let next = if forward { (compare.row + 1..count).find(differs) } else { (0..compare.row).rev().find(differs) };
    match next {
        Some(row) => {
            compare.row = row;
            if row < compare.top || row >= compare.top + height {
                compare.top = row.saturating_sub(height / 3);
            }
        }
        None => model.refuse("no further difference this way"),
    }
    Vec::new()
}

/// Goes to the next event that matches, without keeping what was searched for.
pub(super) fn once(model: &mut Model, text: &str, forward: bool) -> Vec<Effect> {
    match model.filter(text) {
        Ok(filter) => by(model, &Arc::new(filter), forward),
        Err(error) => {
            model.refuse(error.to_string());
            Vec::new()
        }
    }
}

fn by(model: &mut Model, filter: &Arc<Filter>, forward: bool) -> Vec<Effect> {
    let from = model.list().row;
    vec![from_row(model, filter, from, forward)]
}

/// The search for the next event that matches, from a row on.
pub(super) fn from_row(model: &mut Model, filter: &Arc<Filter>, from: usize, forward: bool) -> Effect {
    let among = Among::Events(which(model));
    Effect::Find(Find { among: searched(model, among, filter), from, forward })
}

#[cfg(test)]
mod tests {
    use crate::model::ExchangeId;
    use crate::tui::model::lines::{Class, Line};
    use crate::tui::model::text;
    use crate::tui::theme::Theme;

    use super::*;

    fn event(n: u32) -> EventRef {
        EventRef::Exchange(ExchangeId(n))
    }

    fn model() -> Model {
        let mut model = Model::new(String::new(), Theme::None, (120, 36));
        let line = |n| Line { at_ns: i64::from(n), event: event(n), class: Class::Plain, doubtful: false };
        model.lines = Arc::new((0..100).map(line).collect());
        let lines = Arc::clone(&model.lines);
        model.timeline.go(&lines, 0);
        model
    }

    fn tickets(effects: &[Effect]) -> (u64, u64) {
        match effects {
            [Effect::Find(find), Effect::CountHits(among)] => (find.among.ticket, among.ticket),
            _ => panic!("a jump and a count"),
        }
    }

    #[test]
    fn the_jump_waits_for_no_count_and_the_count_outlives_the_next_jump() {
        let mut model = model();
        let (jump, count) = tickets(&start(&mut model, "anything").expect("a filter"));
        assert_eq!(model.timeline.hits_told(model.counting).as_deref(), Some("0 so far, 0 % searched   Esc stops"));
        found(&mut model, Which::Timeline, jump, Some(event(40)), false);
        assert_eq!(model.timeline.cursor, Some(event(40)));
        counted(&mut model, Among::Events(Which::Timeline), count, &[event(40)], (43, 100));
        let told = model.timeline.hits_told(model.counting);
        assert_eq!(told.as_deref(), Some("hit 1 of 1 so far, 43 % searched   Esc stops"));
        let again = next(&mut model, true);
        assert!(matches!(again.as_slice(), [Effect::Find(_)]), "the count goes on");
        let jump = model.ticket;
        found(&mut model, Which::Timeline, jump, Some(event(60)), false);
        counted(&mut model, Among::Events(Which::Timeline), count, &[event(60), event(90)], (100, 100));
        assert_eq!(model.timeline.hits_told(model.counting).as_deref(), Some("hit 2 of 3"));
        assert!(next(&mut model, true).is_empty(), "what is counted is not searched again");
        assert_eq!(model.timeline.cursor, Some(event(90)));
        assert!(next(&mut model, true).is_empty());
        let told = model.timeline.hits_told(model.counting);
        assert_eq!(told.as_deref(), Some("hit 1 of 3, went on from the other end"));
        // Another row more, and the count says nothing of it.
        let line = Line { at_ns: 1000, event: event(1000), class: Class::Plain, doubtful: false };
        Arc::make_mut(&mut model.lines).push(line);
        assert!(matches!(next(&mut model, true).as_slice(), [Effect::Find(_), Effect::CountHits(_)]));
    }

    #[test]
    fn esc_ends_both_and_what_comes_late_changes_nothing() {
        let mut model = model();
        let (jump, count) = tickets(&start(&mut model, "anything").expect("a filter"));
        counted(&mut model, Among::Events(Which::Timeline), count, &[event(40)], (43, 100));
        let ended = jump::back(&mut model);
        assert!(matches!(ended.as_slice(), [Effect::Stop(Slot::Hits), Effect::Stop(Slot::Find)]));
        found(&mut model, Which::Timeline, jump, Some(event(40)), false);
        counted(&mut model, Among::Events(Which::Timeline), count, &[event(60)], (100, 100));
        assert_eq!(model.timeline.cursor, Some(event(0)));
        assert_eq!(model.timeline.hits_told(model.counting).as_deref(), Some("1 hit in the 43 % searched"));
        assert_eq!(stop(&mut model).map(|effects| effects.len()), None);
        assert_eq!(next(&mut model, true).len(), 2, "n counts anew");
    }

    #[test]
    fn a_large_text_is_counted_beside_the_screens_as_long_as_it_is_in_view() {
        let mut model = model();
        model.tab = Tab::Report;
        let long: String = (0..40_000).map(|n| format!("line {n}\n")).collect();
        model.report = text::Reading::new(Text::plain(&long));
        let effects = start(&mut model, "/line 3..$/").expect("an expression");
        let [Effect::FindLine { text, .. }, Effect::CountLines { ticket, .. }] = effects.as_slice() else {
            panic!("a jump and a count");
        };
        found_line(&mut model, text, Some(301));
        assert!(counted_lines(&mut model, *ticket, &[300, 301], (17_200, 40_000)).is_empty());
        let told = model.report.hits_told(model.counting);
        assert_eq!(told.as_deref(), Some("hit 2 of 2 so far, 43 % searched   Esc stops"));
        model.report.replace(Text::plain("another"));
        assert_eq!(model.report.hits_told(model.counting), None, "another text has other hits");
        model.tab = Tab::Summary;
        let ended = counted_lines(&mut model, *ticket, &[302], (40_000, 40_000));
        assert!(matches!(ended.as_slice(), [Effect::Stop(Slot::Hits)]));
        assert_eq!(model.counting, None);
    }
}
