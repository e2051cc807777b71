//! What `x` and `X` write: what is on the page, and the marked events or all that are shown.

use std::sync::Arc;

use crate::export::FORMATS;
use crate::model::{EventRef, ExchangeId};
use crate::tui::effect::{Effect, Export, Exported};
use crate::tui::model::list::Shown;
use crate::tui::model::overlay::Overlay;
use crate::tui::model::page::{Page, Pane};
use crate::tui::model::pick::{Form, Pick, PickRow, Picked};
use crate::tui::model::replay::Replay;
use crate::tui::model::text::Text;
use crate::tui::model::{Model, Tab};
use crate::tui::pages;

/// Writes what is on the page.
pub(super) fn this(model: &mut Model) -> Vec<Effect> {
    let what = match (&model.page, model.tab) {
        (Some(Page::Exchange(page)), _) => {
            let id = page.id;
            return forms(model, &[id], true);
        }
        (Some(page), _) => {
            let name = page.event().id().unwrap_or_else(|| "record".to_owned());
            Exported::Page(format!("mwscope-{name}.txt"), Arc::clone(page.reading().whole()))
        }
        (None, Tab::Report) => Exported::Report(model.chosen.clone()),
        (None, Tab::Timeline | Tab::Logs) => return shown(model),
        (None, Tab::Findings) => match finding(model) {
            Some(what) => what,
            None => return nothing(model),
        },
        (None, Tab::Compare) => match &model.compare {
            Some(of) if !of.rows.is_empty() => {
                let name = format!("mwscope-{}-{}.md", of.left, of.right);
                Exported::Markdown(name, pages::comparison(&model.around, of))
            }
            _ => return nothing(model),
        },
        (None, Tab::Streams) => {
            let about = format!("{} conversations", model.streams.rows.len());
            Exported::Events { about, events: model.streams.rows.to_vec() }
        }
        (None, Tab::Summary) => {
            Exported::Page("mwscope-summary.txt".to_owned(), Arc::clone(model.summary.reading.whole()))
        }
        (None, Tab::Replay) => match model.replay.as_ref().map(Replay::text) {
            Some(text) => Exported::Page("mwscope-request.txt".to_owned(), Arc::new(Text::plain(&text))),
            None => return nothing(model),
        },
        (None, Tab::Held) => match model.held.here().map(|call| call.editor.text()) {
            Some(text) => Exported::Page("mwscope-held.txt".to_owned(), Arc::new(Text::plain(&text))),
            None => return nothing(model),
        },
        (None, Tab::Waterfall) => return shown(model),
        (None, Tab::Start) => return nothing(model),
        (None, Tab::Sources) => {
            Exported::Page("mwscope-sources.txt".to_owned(), Arc::new(pages::sources(&model.around)))
        }
    };
    write(model, what)
}

/// Writes the marked events, or all that are shown where none is marked.
pub(super) fn marked(model: &mut Model) -> Vec<Effect> {
    if model.around.marks.is_empty() {
        return shown(model);
    }
    let calls = in_order(model).into_iter().filter_map(|event| match event {
        EventRef::Exchange(id) => Some(id),
        _ => None,
    });
    let calls: Vec<ExchangeId> = calls.collect();
    forms(model, &calls, false)
}

/// The marked events as they stand on the time line.
fn in_order(model: &Model) -> Vec<EventRef> {
    let mut events: Vec<EventRef> = model.around.marks.iter().copied().collect();
    events.sort_by_key(|event| (model.position(*event), *event));
    events
}

/// Asks in which form calls are written: one of them, or those among the marked events.
fn forms(model: &mut Model, calls: &[ExchangeId], one: bool) -> Vec<Effect> {
    const FIRST: [&str; 3] = ["curl", "har", "raw"];
    let mut rows = Vec::new();
    let mut row = |name: &str, about: &str, form| {
        let (text, aside) = (format!("{name:<16} {about}"), String::new());
        rows.push(PickRow { text, aside, value: Picked::Export(form) });
    };
    match calls {
        [id] if one => row("markdown", "what was found on it, with the call, for a ticket", Form::Markdown(*id)),
        _ => row("text", "all that is marked, one below the other", Form::Marked),
    }
    if !calls.is_empty() {
        let mut all: Vec<_> = FORMATS.iter().collect();
        all.sort_by_key(|format| FIRST.iter().position(|name| *name == format.name).unwrap_or(FIRST.len()));
        for format in all {
            row(format.name, format.about, Form::Calls(calls.to_vec(), format.name));
        }
    }
    let what = match calls {
        [id] if one => format!("write {id} as"),
        calls => format!("write the {} marked events ({} calls) as", model.around.marks.len(), calls.len()),
    };
    let title = format!("{what}  (secrets are masked; Enter writes, type to narrow)");
    model.overlay = Some(Overlay::Pick(Pick::new(&title, "", rows)));
    Vec::new()
}

/// Writes in the form that was chosen.
pub(super) fn chosen(model: &mut Model, form: Form) -> Vec<Effect> {
    let what = match form {
        Form::Markdown(id) => Exported::Found(EventRef::Exchange(id)),
        Form::Calls(ids, name) => match crate::export::Format::named(name) {
            Some(format) => Exported::Calls(ids, format),
            None => return nothing(model),
        },
        Form::Marked => {
            let events = in_order(model);
            Exported::Events { about: format!("{} marked events", events.len()), events }
        }
    };
    write(model, what)
}

/// Writes the rows that are shown.
fn shown(model: &mut Model) -> Vec<Effect> {
    let list = model.list();
    let count = list.len(&model.lines);
    if count == 0 {
        return nothing(model);
    }
    let filter =
        list.filter.active().map_or_else(|| "no filter".to_owned(), |filter| format!("filter {}", filter.text()));
    let sure = match (&list.scan, list.stopped) {
        (None, None) => "",
        _ => "; the search for them wasn't over",
    };
    let about = format!("{count} events shown, {filter}{sure}");
    let shown: Shown = list.shown.clone();
    write(model, Exported::Rows { about, lines: Arc::clone(&model.lines), shown })
}

/// The finding under the cursor, or the failure that none explains.
fn finding(model: &Model) -> Option<Exported> {
    let investigation = model.investigation();
    let row = model.findings.row;
    if model.findings.pane == Pane::List || row < investigation.findings.len() {
        let name = match investigation.findings.get(row) {
            Some(finding) => finding.id.clone(),
            None => investigation.unexplained.get(row.checked_sub(investigation.findings.len())?)?.exchange.to_string(),
        };
        let text = pages::one_finding(&model.around, row);
        return Some(Exported::Markdown(format!("mwscope-{name}.md"), text));
    }
    model.subject().map(Exported::Found)
}

fn write(model: &mut Model, what: Exported) -> Vec<Effect> {
    model.say("writing ...");
    let (around, original) = (model.around.clone(), Arc::clone(&model.original));
    vec![Effect::Export(Box::new(Export { around, original, what }))]
}

fn nothing(model: &mut Model) -> Vec<Effect> {
    model.refuse("there is nothing to write here");
    Vec::new()
}
