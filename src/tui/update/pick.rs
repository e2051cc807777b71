//! Boxes with rows to choose from: what a key does in them, and what a choice does.

use std::sync::Arc;

use crossterm::event::KeyCode;

use crate::model::{About, EventRef, ExchangeId};
use crate::query::quoted;
use crate::remarks::saved::{Saved, Scope};
use crate::tui::effect::Effect;
use crate::tui::keymap::Key;
use crate::tui::model::further::{self, Further};
use crate::tui::model::overlay::{Overlay, Purpose};
use crate::tui::model::pick::{Column, Pick, PickRow, Picked};
use crate::tui::model::{Model, Tab};
use crate::tui::pages;

use super::{jump, keys, narrow, note, settle};

/// A key while a box is open.
pub(super) fn key(model: &mut Model, mut pick: Pick, key: Key) -> Vec<Effect> {
    let last = pick.matches().len().saturating_sub(1);
    match (key.code, key.typed()) {
        (KeyCode::Esc, _) => return Vec::new(),
        (KeyCode::Enter, _) => {
            let Some(value) = pick.chosen() else { return Vec::new() };
            return choose(model, pick, value);
        }
        (KeyCode::Delete, _) => {
            let Some(value) = pick.chosen() else {
                model.overlay = Some(Overlay::Pick(pick));
                return Vec::new();
            };
            return delete(model, pick, value);
        }
        (KeyCode::Down | KeyCode::Tab, _) => pick.row = (pick.row + 1).min(last),
        (KeyCode::Up | KeyCode::BackTab, _) => pick.row = pick.row.saturating_sub(1),
        (KeyCode::PageDown, _) => pick.row = (pick.row + 10).min(last),
        (KeyCode::PageUp, _) => pick.row = pick.row.saturating_sub(10),
        (KeyCode::Backspace, _) => {
            pick.typed.backspace();
            pick.row = 0;
        }
        (_, Some(c)) => {
            pick.typed.insert(c.encode_utf8(&mut [0; 4]));
            pick.row = 0;
        }
        _ => {}
    }
    model.overlay = Some(Overlay::Pick(pick));
    Vec::new()
}

fn choose(model: &mut Model, mut pick: Pick, value: Picked) -> Vec<Effect> {
    match value {
        Picked::Remark(about) => go(model, &about),
        Picked::Filter(saved) => narrow::force(model, &saved.text),
        Picked::Column(column) => {
            if !model.left_out.remove(&column) {
                model.left_out.insert(column);
            }
            // It stays open: several are chosen in a row.
            pick.replace(column_rows(model));
            model.overlay = Some(Overlay::Pick(pick));
            Vec::new()
        }
        Picked::Further(name) => {
            match model.further.iter().position(|column| column.name == name) {
                Some(at) => _ = model.further.remove(at),
                None => model.further.push(Further::new(&name, &model.details)),
            }
            pick.replace(column_rows(model));
            model.overlay = Some(Overlay::Pick(pick));
            Vec::new()
        }
        Picked::Export(form) => super::export::chosen(model, form),
        Picked::Partner(right) => {
            let left = model.subject().and_then(|event| model.call_of(event));
            let Some(left) = left else { return Vec::new() };
            model.leave_track();
            jump::side_by_side(model, left, right, "it was chosen".to_owned())
        }
    }
}

fn delete(model: &mut Model, mut pick: Pick, value: Picked) -> Vec<Effect> {
    let effects = match value {
        Picked::Remark(about) => {
            let effects = note::take_off(model, about);
            pick.replace(note::rows(model));
            effects
        }
        Picked::Filter(Saved { name, scope, .. }) => {
            model.saved.take(&name, None, scope);
            pick.replace(filter_rows(model));
            vec![Effect::KeepFilter { saved: model.saved.clone(), name, text: None, scope }]
        }
        Picked::Column(_) | Picked::Further(_) | Picked::Partner(_) | Picked::Export(_) => Vec::new(),
    };
    model.overlay = Some(Overlay::Pick(pick));
    effects
}

/// Goes to what a remark is about.
fn go(model: &mut Model, about: &About) -> Vec<Effect> {
    match about {
        About::Event(event) => {
            model.leave_track();
            to_event(model, *event)
        }
        About::Finding(id) => {
            let Some(row) = model.investigation().findings.iter().position(|f| f.id == *id) else { return Vec::new() };
            model.leave_track();
            (model.page, model.tab, model.findings.row) = (None, Tab::Findings, row);
            settle::tell_finding(model);
            Vec::new()
        }
        About::Gone => {
            model.refuse("what it is about isn't among what is open");
            Vec::new()
        }
    }
}

/// Puts the cursor of the time line on an event; where the filter hides it, it is shown in full.
pub(super) fn to_event(model: &mut Model, event: EventRef) -> Vec<Effect> {
    (model.page, model.tab) = (None, Tab::Timeline);
    match model.position(event).and_then(|at| model.timeline.row_of(at)) {
        Some(row) => {
            jump::land(model, row);
            Vec::new()
        }
        None => jump::page(model, event),
    }
}

/// The saved filters.
pub(super) fn filters(model: &mut Model) -> Vec<Effect> {
    let none = "no filter is saved yet: f makes one, gV saves it under a name";
    let title = "saved filters  (Enter takes one, Del deletes it, type to narrow)";
    model.overlay = Some(Overlay::Pick(Pick::new(title, none, filter_rows(model))));
    Vec::new()
}

fn filter_rows(model: &Model) -> Vec<PickRow> {
    let row = |saved: &Saved| PickRow {
        text: format!("{:<20} {}", saved.name, saved.text),
        aside: saved.scope.words().to_owned(),
        value: Picked::Filter(saved.clone()),
    };
    model.saved.all.iter().map(row).collect()
}

/// Asks for the name under which the filter is saved.
pub(super) fn name_filter(model: &mut Model) -> Vec<Effect> {
    if narrow::in_view(model).filter.as_ref().is_none_or(|filter| filter.is_empty()) {
        model.refuse("there is no filter to save; f makes one");
        return Vec::new();
    }
    let scope = if model.saved.has_case() { Scope::Case } else { Scope::User };
    keys::prompt(model, Purpose::FilterName(scope), "");
    Vec::new()
}

/// Saves the filter under a name.
pub(super) fn save_filter(model: &mut Model, name: &str, scope: Scope) -> Vec<Effect> {
    let name = name.trim().to_owned();
    let text = narrow::in_view(model).filter.as_ref().map(|filter| filter.text().to_owned());
    let (Some(text), false) = (text, name.is_empty()) else {
        model.refuse("without a name the filter isn't saved");
        return Vec::new();
    };
    let before = model.saved.clone();
    model.saved.take(&name, Some(&text), scope);
    if let Err(why) = model.filter(&format!("saved:{}", quoted(&name))) {
        model.saved = before;
        model.refuse(format!("not saved as {name}: {why}"));
        return Vec::new();
    }
    model.say(format!("saved as {name} {}; gv takes it again, and saved:{} in a filter", scope.words(), quoted(&name)));
    vec![Effect::KeepFilter { saved: model.saved.clone(), name, text: Some(text), scope }]
}

/// The columns of the lists.
pub(super) fn columns(model: &mut Model) -> Vec<Effect> {
    let title = "columns  (Enter shows it or leaves it out, Esc closes)";
    model.overlay = Some(Overlay::Pick(Pick::new(title, "", column_rows(model))));
    Vec::new()
}

fn column_rows(model: &Model) -> Vec<PickRow> {
    let sign = |shown: bool| if shown { "[x]" } else { "[ ]" };
    let row = |column: Column| {
        let sign = sign(!model.left_out.contains(&column));
        PickRow { text: format!("{sign} {}", column.name()), aside: String::new(), value: Picked::Column(column) }
    };
    let further = |name: String| {
        let sign = sign(model.further.iter().any(|column| column.name == name));
        // A name that was learned says little of what stands there.
        let example = further::example(&model.details, &name).map(|text| format!(": {text}")).unwrap_or_default();
        PickRow { text: format!("{sign} {name}"), aside: format!("of the logs{example}"), value: Picked::Further(name) }
    };
    let names = further::names(model.gathered(), &model.details, &model.further);
    Column::ALL.into_iter().map(row).chain(names.into_iter().map(further)).collect()
}

/// The calls that the one under the cursor can be compared with: of the same operation first, the nearest first.
pub(super) fn partners(model: &mut Model) -> Vec<Effect> {
    const MOST: usize = 500;
    let Some(left) = model.subject().and_then(|event| model.call_of(event)) else {
        model.refuse("only calls are compared: put the cursor on one");
        return Vec::new();
    };
    let gathered = Arc::clone(&model.around.gathered);
    let Some(x) = gathered.exchange(left) else { return Vec::new() };
    let name = pages::name(x);
    let at = |id: ExchangeId| model.around.moment(EventRef::Exchange(id)).map_or(0, |moment| moment.utc_ns);
    let here = at(left);
    let mut others: Vec<_> = gathered.exchanges.iter().filter(|y| y.id != left && !y.challenge).collect();
    others.sort_by_cached_key(|y| (pages::name(y) != name, at(y.id).abs_diff(here)));
    let row = |y: &&crate::model::Exchange| {
        let clock = pages::time::clock(at(y.id), model.around.zone_minutes);
        let sign = if y.failed() { "F" } else { " " };
        let user = y.call.user.as_deref().unwrap_or_default();
        let text = format!("{sign} {:<6} {clock} {:<10} {}", y.id.to_string(), user, pages::name(y));
        PickRow { text, aside: pages::answer_words(y), value: Picked::Partner(y.id) }
    };
    let rows: Vec<PickRow> = others.iter().take(MOST).map(row).collect();
    let title = format!("compare {left} {name} with  (Enter compares, type to narrow)");
    model.overlay = Some(Overlay::Pick(Pick::new(&title, "there is no other call", rows)));
    Vec::new()
}

#[cfg(test)]
mod tests {
    use crossterm::event::KeyModifiers;

    use super::*;
    use crate::tui::theme::Theme;

    #[test]
    fn of_two_filters_of_one_name_the_one_under_the_cursor_is_taken_and_deleted() {
        let mut model = Model::new(String::new(), Theme::None, (80, 24));
        model.saved.take("mine", Some("kind:dump"), Scope::Case);
        model.saved.take("mine", Some("is:failed"), Scope::User);
        let press = |model: &mut Model, code| match model.overlay.take() {
            Some(Overlay::Pick(pick)) => key(model, pick, Key { code, mods: KeyModifiers::NONE }),
            _ => panic!("the box is closed"),
        };
        filters(&mut model);
        press(&mut model, KeyCode::Down);
        press(&mut model, KeyCode::Enter);
        assert_eq!(narrow::in_view(&model).filter.as_ref().map(|filter| filter.text()), Some("is:failed"));
        filters(&mut model);
        press(&mut model, KeyCode::Down);
        let effects = press(&mut model, KeyCode::Delete);
        assert!(matches!(effects[..], [Effect::KeepFilter { scope: Scope::User, text: None, .. }]));
        let left: Vec<Scope> = model.saved.all.iter().map(|saved| saved.scope).collect();
        assert_eq!(left, [Scope::Case]);
    }
}
