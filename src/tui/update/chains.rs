//! Folding: failing chains into their first row, like failures into the first of them, records with the same trace.

use std::collections::HashSet;
use std::sync::Arc;

use crate::model::EventRef;
use crate::tui::effect::{Effect, Which};
use crate::tui::model::chains::Chains;
use crate::tui::model::{Alike, Model, Tab};

use super::narrow;

/// The chains of new conclusions.
pub(super) fn found(model: &mut Model) {
    model.chains = Chains::of(&model.around, &model.chains);
}

/// The events of a list that don't stand in rows of their own.
pub(super) fn hidden(model: &Model, which: Which) -> Arc<HashSet<EventRef>> {
    match which {
        Which::Timeline => Arc::new(model.chains.hidden()),
        Which::Logs => model.alike.as_ref().map(|alike| Arc::clone(&alike.hidden)).unwrap_or_default(),
    }
}

/// Folds or unfolds the chain of the event under the cursor; `None` where it is in none, or is so already.
pub(super) fn fold(model: &mut Model, open: bool) -> Option<Vec<Effect>> {
    if model.tab != Tab::Timeline || model.page.is_some() {
        return None;
    }
    let head = model.chains.chain(model.timeline.cursor?)?.head;
    let changed = if open { model.chains.folded.remove(&head) } else { model.chains.folded.insert(head) };
    if !changed {
        return None;
    }
    if !open {
        // The cursor goes with what it was on.
        let row = model.position(head).and_then(|at| model.timeline.row_of(at));
        if let Some(row) = row {
            let lines = Arc::clone(&model.lines);
            model.timeline.go(&lines, row);
        }
    }
    Some(narrow::rescan(model, Which::Timeline))
}

/// Folds or unfolds all chains of the time line.
pub(super) fn fold_all(model: &mut Model, open: bool) -> Vec<Effect> {
    let before = model.chains.folded.len();
    if open {
        model.chains.folded.clear();
    } else {
        let heads: Vec<EventRef> = model.chains.all().iter().map(|chain| chain.head).collect();
        model.chains.folded.extend(heads);
    }
    if model.chains.folded.len() == before {
        return Vec::new();
    }
    if !open && let Some(chain) = model.timeline.cursor.and_then(|event| model.chains.chain(event)) {
        let head = chain.head;
        if let Some(row) = model.position(head).and_then(|at| model.timeline.row_of(at)) {
            let lines = Arc::clone(&model.lines);
            model.timeline.go(&lines, row);
        }
    }
    narrow::rescan(model, Which::Timeline)
}

/// Like failures of the time line in one row, or each in its own; in the logs records with the same trace.
pub(super) fn together(model: &mut Model) -> Vec<Effect> {
    if model.tab == Tab::Logs {
        if model.alike.take().is_some() {
            model.say("every record has a row of its own");
            return narrow::rescan(model, Which::Logs);
        }
        model.say("looking for records with the same trace ...");
        return vec![Effect::Alike { around: model.around.clone() }];
    }
    if !model.chains.has_like() {
        model.refuse("no two failures have the same cause");
        return Vec::new();
    }
    model.chains.together = !model.chains.together;
    let words = if model.chains.together {
        "like failures stand in one row; gx takes them apart"
    } else {
        "every failure has a row of its own"
    };
    model.say(words);
    narrow::rescan(model, Which::Timeline)
}

/// Records with the same trace were found.
pub(super) fn alike(model: &mut Model, alike: Alike) -> Vec<Effect> {
    let (hidden, groups) = (alike.hidden.len(), alike.times.len());
    if hidden == 0 {
        model.refuse("no two records have the same trace");
        return Vec::new();
    }
    model.say(format!("{hidden} records stand in the rows of {groups} with the same trace; gx takes them apart"));
    model.alike = Some(alike);
    narrow::rescan(model, Which::Logs)
}
