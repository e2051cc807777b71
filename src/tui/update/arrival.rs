//! New events take their places in the time line and in the lists that show them; what the user looks at stays where it
//! is.

use std::sync::Arc;

use crate::tui::effect::{Effect, Which, passes};
use crate::tui::model::Model;
use crate::tui::model::lines::{self, Line};
use crate::tui::model::list::EventList;

use super::{chains, live, narrow, settle};

/// So many new events at once are filtered off the draw path.
const MANY: usize = 64;

/// Puts new lines into the time line and into the lists that show them.
pub(super) fn put_in(model: &mut Model, new: &[Line]) -> Vec<Effect> {
    if new.is_empty() {
        return Vec::new();
    }
    let mut effects = Vec::new();
    for line in new.iter().filter(|line| !line.doubtful) {
        live::advance(&mut model.around, line.at_ns);
    }
    let many = new.len() > MANY;
    let folded = [Which::Timeline, Which::Logs].map(|which| chains::hidden(model, which));
    let Model { lines, timeline, logs, around, .. } = model;
    let all = Arc::make_mut(lines);
    let places = lines::insert(all, new);
    for (list, folded) in [&mut *timeline, &mut *logs].into_iter().zip(&folded) {
        let filter = list.filter.active().cloned();
        let shows = |place: &&usize| {
            all.get(**place).is_some_and(|line| {
                list.base.takes(line.event, &around.gathered)
                    && !folded.contains(&line.event)
                    && filter.as_ref().is_none_or(|f| !many && passes(line.event, f, around))
            })
        };
        let passing: Vec<usize> = places.iter().filter(shows).copied().collect();
        list.put_in(&places, &passing);
        reveal(list, all, &passing);
    }
    model.counts = live::count(&model.around, &model.lines);
    if many {
        for which in [Which::Timeline, Which::Logs] {
            if narrow::list_of(model, which).filter.active().is_some() {
                effects.extend(narrow::rescan(model, which));
            }
        }
    }
    // The density line looks at every event, so it follows in steps of a hundredth.
    if model.lines.len() - model.density.events.min(model.lines.len()) > model.density.events / 100 {
        effects.extend(settle::density(model));
    }
    effects
}

/// A list that follows goes to its end; of another it is counted how many came below.
fn reveal(list: &mut EventList, lines: &[Line], passing: &[usize]) {
    let count = list.len(lines);
    if list.follow || list.cursor.is_none() {
        list.go(lines, if list.follow { count.saturating_sub(1) } else { 0 });
        return;
    }
    let here = list.position(list.row.min(count.saturating_sub(1))).unwrap_or(0);
    list.below += passing.iter().filter(|place| **place > here).count();
}
