//! The summary of all failures: opening it, telling it anew, and going from a line to its events.

use std::sync::Arc;

use crate::tui::effect::Effect;
use crate::tui::model::summary::Told;
use crate::tui::model::text::Reading;
use crate::tui::model::{Model, Tab};
use crate::tui::pages;

use super::narrow;

/// Whether the summary has the keys.
pub(super) fn in_view(model: &Model) -> bool {
    model.page.is_none() && model.tab == Tab::Summary
}

/// Opens the summary.
pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    if !in_view(model) {
        model.overlay = None;
        model.leave_track();
        model.page = None;
        model.tab = Tab::Summary;
    }
    Vec::new()
}

/// Tells it anew where the width or the conclusions are others.
pub(super) fn keep_up(model: &mut Model) {
    let told = Some((model.size.0, Arc::as_ptr(&model.around.investigation) as usize));
    if !in_view(model) || model.summary.told == told {
        return;
    }
    let Told { text, leads } = pages::summary(&model.around, usize::from(model.size.0));
    let summary = &mut model.summary;
    if summary.told.is_none() {
        summary.reading = Reading::new(text);
    } else {
        summary.reading.replace(text);
    }
    summary.leads = leads;
    summary.told = told;
}

/// Shows the events of the line under the cursor on the time line.
pub(super) fn follow(model: &mut Model) -> Vec<Effect> {
    let Some(filter) = model.summary.lead().map(str::to_owned) else {
        model.refuse("this line leads nowhere; j and k go to a cause, a name or a time");
        return Vec::new();
    };
    model.leave_track();
    model.tab = Tab::Timeline;
    narrow::force(model, &filter)
}
