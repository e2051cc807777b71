//! Notes and marks: written here, kept by an effect, shown at once.

use std::collections::HashMap;

use crossterm::event::{KeyCode, KeyModifiers};

use crate::model::{About, EventRef, Remark};
use crate::remarks::Said;
use crate::tui::effect::Effect;
use crate::tui::keymap::Key;
use crate::tui::model::note::NoteEditor;
use crate::tui::model::overlay::Overlay;
use crate::tui::model::page::{Page, Pane};
use crate::tui::model::pick::{Pick, PickRow, Picked};
use crate::tui::model::{Model, Tab};
use crate::tui::pages;

use super::replay::input;
use super::settle;

/// What a note or a mark would be about: the finding in the list of findings, else the event in view.
pub(super) fn about(model: &Model) -> Option<About> {
    if model.page.is_none() && model.tab == Tab::Findings && model.findings.pane == Pane::List {
        let finding = model.investigation().findings.get(model.findings.row);
        if let Some(finding) = finding {
            return Some(About::Finding(finding.id.clone()));
        }
    }
    model.subject().map(About::Event)
}

fn remark<'a>(model: &'a Model, about: &About) -> Option<&'a Remark> {
    model.investigation().remarks.iter().find(|remark| remark.about == *about)
}

/// Opens the note on what is under the cursor.
pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    let Some(about) = about(model) else { return Vec::new() };
    let kept = remark(model, &about).map(|remark| remark.note.clone()).unwrap_or_default();
    let given_up = model.draft.as_ref().filter(|(of, _)| *of == about).map(|(_, text)| text.clone());
    let text = given_up.as_ref().unwrap_or(&kept);
    let editor = NoteEditor::new(about.clone(), short(model, &about), text);
    model.overlay = Some(Overlay::Note(Box::new(editor)));
    Vec::new()
}

/// A key while a note is written.
pub(super) fn key(model: &mut Model, mut note: Box<NoteEditor>, key: Key) -> Vec<Effect> {
    let ctrl = key.mods.contains(KeyModifiers::CONTROL);
    match key.code {
        KeyCode::Enter => {
            let text = note.text().trim().to_owned();
            let words = if text.is_empty() { "there is no note on this any more" } else { "noted (A lists all notes)" };
            model.say(words);
            model.draft = Some((note.about.clone(), text.clone()));
            return say(model, vec![Said { about: note.about, note: Some(text), mark: None, at_utc_ns: 0 }]);
        }
        KeyCode::Esc => {
            let kept = remark(model, &note.about).map_or("", |remark| remark.note.as_str());
            if note.text() != kept {
                model.say("the note wasn't kept; a on the same goes on with it");
                model.draft = Some((note.about.clone(), note.text()));
            }
            return Vec::new();
        }
        KeyCode::Char('n') if ctrl => note.editor.insert_newline(),
        KeyCode::Char('z') if ctrl => drop(note.editor.undo()),
        KeyCode::Char('y') if ctrl => drop(note.editor.redo()),
        KeyCode::Tab | KeyCode::BackTab => {}
        _ => drop(note.editor.input(input(key))),
    }
    model.overlay = Some(Overlay::Note(note));
    Vec::new()
}

/// Marks what is under the cursor, or takes the mark off.
pub(super) fn mark(model: &mut Model) -> Vec<Effect> {
    let Some(about) = about(model) else { return Vec::new() };
    let marked = remark(model, &about).is_some_and(|remark| remark.marked);
    say(model, vec![Said { about, note: None, mark: Some(!marked), at_utc_ns: 0 }])
}

/// Marks all rows that are shown; where all are marked, none.
pub(super) fn mark_shown(model: &mut Model) -> Vec<Effect> {
    const MOST: usize = 100_000;
    let list = model.list();
    let count = list.len(&model.lines);
    if count > MOST {
        model.refuse(format!("{count} rows are shown; narrow them with f to at most {MOST} first"));
        return Vec::new();
    }
    let shown: Vec<EventRef> = (0..count).filter_map(|row| list.line(&model.lines, row)).map(|l| l.event).collect();
    let all = shown.iter().all(|event| model.around.marks.contains(event));
    let said = |event| Said { about: About::Event(event), note: None, mark: Some(!all), at_utc_ns: 0 };
    let changed = shown.into_iter().filter(|event| model.around.marks.contains(event) == all);
    let effects = changed.map(said).collect();
    let effects = say(model, effects);
    let count = model.around.marks.len();
    model.say(format!("{count} marked"));
    effects
}

/// Shows it at once, and has it kept.
pub(super) fn say(model: &mut Model, said: Vec<Said>) -> Vec<Effect> {
    if said.is_empty() {
        return Vec::new();
    }
    let mut remarks = model.investigation().remarks.clone();
    let mut known: HashMap<About, usize> = remarks.iter().enumerate().map(|(n, r)| (r.about.clone(), n)).collect();
    for one in &said {
        let n = *known.entry(one.about.clone()).or_insert_with(|| {
            let (place, what) = (place(model, &one.about), what(model, &one.about));
            let about = one.about.clone();
            remarks.push(Remark { about, place, what, note: String::new(), marked: false, at_utc_ns: 0 });
            remarks.len() - 1
        });
        if let Some(note) = &one.note {
            remarks[n].note.clone_from(note);
        }
        remarks[n].marked = one.mark.unwrap_or(remarks[n].marked);
    }
    remarks.retain(|remark| remark.marked || !remark.note.is_empty());
    model.around.set_remarks(remarks);
    refresh(model);
    vec![Effect::Keep { around: model.around.clone(), remarks: model.remarks.clone(), said }]
}

/// Shows the remarks anew where they are part of a text that is open.
pub(super) fn refresh(model: &mut Model) {
    settle::tell_finding(model);
    let Model { page, around, .. } = model;
    match page {
        Some(Page::Exchange(page)) => page.joined.replace(pages::joined(around, page.id)),
        Some(Page::Record(page)) => page.filled = false,
        Some(Page::Dump(page)) => {
            if let Some(found) = around.gathered.dump(page.id) {
                page.reading.replace(pages::dump(around, found));
            }
        }
        Some(Page::Threads(page)) => page.reading.replace(pages::threads::page(around, page.id)),
        Some(Page::Stream(_)) | None => {}
    }
}

/// The end of a place that tells it from others, for where there is little room.
fn short(model: &Model, about: &About) -> String {
    match about {
        About::Event(event) => pages::short_place(model.gathered(), *event),
        _ => place(model, about),
    }
}

fn place(model: &Model, about: &About) -> String {
    match about {
        About::Event(event) => pages::place(&model.around, *event),
        About::Finding(id) => id.clone(),
        About::Gone => String::new(),
    }
}

/// What stands there in a line, as far as it is known without reading.
fn what(model: &Model, about: &About) -> String {
    match about {
        About::Event(EventRef::Exchange(id)) => model
            .gathered()
            .exchange(*id)
            .map(|x| format!("{} {}", x.request.method, pages::name(x)))
            .unwrap_or_default(),
        About::Event(EventRef::Record(source, n)) => {
            model.details.record((*source, *n)).map(|record| pages::first_line(record)).unwrap_or_default()
        }
        About::Event(EventRef::Dump(id)) => {
            model.gathered().dump(*id).map(|found| found.dump.summary.clone()).unwrap_or_default()
        }
        About::Finding(id) => {
            model.investigation().findings.iter().find(|f| f.id == *id).map(|f| f.title.clone()).unwrap_or_default()
        }
        About::Event(EventRef::Threads(_) | EventRef::Stream(_)) | About::Gone => String::new(),
    }
}

/// The list of all notes and marks.
pub(super) fn list(model: &mut Model) -> Vec<Effect> {
    let none = "nothing is noted or marked yet: a writes a note on what is under the cursor, m marks it";
    let pick = Pick::new("notes and marks  (Enter goes there, Del takes it off, type to narrow)", none, rows(model));
    model.overlay = Some(Overlay::Pick(pick));
    Vec::new()
}

pub(super) fn rows(model: &Model) -> Vec<PickRow> {
    let row = |remark: &Remark| {
        let sign = if remark.marked { "*" } else { " " };
        let id = match &remark.about {
            About::Event(event) => event.id().unwrap_or_else(|| "log".to_owned()),
            About::Finding(id) => id.clone(),
            About::Gone => "gone".to_owned(),
        };
        let first = remark.note.lines().next().unwrap_or_default();
        let text = if first.is_empty() { format!("({})", remark.what) } else { format!("{first}  ({})", remark.what) };
        PickRow {
            text: format!("{sign} {id:<5} {text}"),
            aside: match &remark.about {
                About::Gone => remark.place.clone(),
                about => short(model, about),
            },
            value: Picked::Remark(remark.about.clone()),
        }
    };
    model.investigation().remarks.iter().map(row).collect()
}

/// Takes note and mark off something.
pub(super) fn take_off(model: &mut Model, about: About) -> Vec<Effect> {
    if about == About::Gone {
        model.refuse("what it is about isn't open; mwscope note takes it off where it is");
        return Vec::new();
    }
    say(model, vec![Said { about, note: Some(String::new()), mark: Some(false), at_utc_ns: 0 }])
}
