//! What is held at breakpoints: let go as it is or edited, dropped; and what is to be held.

use std::sync::Arc;

use crossterm::event::{KeyCode, KeyModifiers};

use crate::engine::breaks::{self, Breaks, Half, HoldId, News, Went};
use crate::query::QueryError;
use crate::tui::effect::{Effect, LetGo};
use crate::tui::keymap::Key;
use crate::tui::model::held::{HeldPane, Waiting};
use crate::tui::model::layout::held_text;
use crate::tui::model::overlay::Purpose;
use crate::tui::model::{Model, Notice, Tab};
use crate::tui::pages;
use crate::tui::theme::Role;

use super::{editor, keys, replay};

/// The breakpoints of the recording that runs, with the filters that were told at the start.
pub(super) fn begin(model: &mut Model, handle: Arc<Breaks>, filters: [Option<Arc<crate::query::Filter>>; 2]) {
    model.held.handle = Some(handle);
    for (wanted, filter) in model.held.filters.iter_mut().zip(filters) {
        wanted.filter = filter;
    }
}

/// Something was held, or isn't any more.
pub(super) fn came(model: &mut Model, news: News) {
    let watched = model.tab == Tab::Held && model.page.is_none();
    match news {
        News::Held(held) => {
            let text = format!("HELD {} {}  (gh shows it)", held.half.word(), pages::name(&held.exchange));
            model.held.calls.push(Waiting::new(held));
            if !watched {
                model.notice = Some(Notice { text, role: Role::Warn });
            }
        }
        News::Gone(id, how) => {
            let edited = model.held.pane == HeldPane::Edit;
            let here = model.held.gone(id);
            let why = match how {
                Went::TimedOut => "went on as it was: nobody decided in time (--break-timeout)",
                Went::ClientGone => "is gone: its client gave up",
                Went::AsItWas | Went::Edited | Went::Dropped | Went::Ended => return,
            };
            let lost = if here && edited { "; what was edited was not sent" } else { "" };
            model.refuse(format!("a held call {why}{lost}"));
        }
    }
}

/// Shows what is held.
pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    if model.held.handle.is_none() {
        model.refuse("nothing is recorded, so nothing can be held: mwscope record starts a recording");
        return Vec::new();
    }
    if model.tab != Tab::Held || model.page.is_some() {
        model.leave_track();
    }
    (model.page, model.tab) = (None, Tab::Held);
    Vec::new()
}

/// A key on the page; none where the table of actions decides.
pub(super) fn key(model: &mut Model, key: Key) -> Option<Vec<Effect>> {
    if model.held.pane != HeldPane::Edit {
        return None;
    }
    let ctrl = key.mods.contains(KeyModifiers::CONTROL);
    if (ctrl && key.code == KeyCode::Char('r')) || key.code == KeyCode::F(5) {
        return Some(let_go(model));
    }
    if matches!(key.code, KeyCode::Esc | KeyCode::Tab) {
        model.held.pane = HeldPane::List;
        return Some(Vec::new());
    }
    let size = held_text(model);
    let reached = editor::key(&mut model.held.here_mut()?.editor, size, key)?;
    if !reached {
        model.refuse(replay::OUT_OF_REACH);
    }
    Some(Vec::new())
}

/// Pasted text goes into the text that is edited.
pub(super) fn paste(model: &mut Model, text: &str) -> bool {
    let edits = model.tab == Tab::Held && model.page.is_none() && model.held.pane == HeldPane::Edit;
    let size = held_text(model);
    let Some(call) = model.held.here_mut().filter(|_| edits) else { return false };
    editor::paste(&mut call.editor, text);
    call.editor.keep_in_view(size.0, size.1);
    true
}

/// Moves the cursor of the text by so many rows, and the view with it.
pub(super) fn turn(model: &mut Model, rows: i64) {
    let (height, columns) = held_text(model);
    if let Some(call) = model.held.here_mut() {
        // The wheel goes as far as it goes.
        let _reached = editor::move_rows(&mut call.editor, rows, columns);
        call.editor.keep_in_view(height, columns);
    }
}

/// Has the text under the cursor edited.
pub(super) fn edit(model: &mut Model) -> Vec<Effect> {
    match model.held.here().map(|call| call.held.text.as_ref().map(|_| ()).map_err(Clone::clone)) {
        Some(Ok(())) => model.held.pane = HeldPane::Edit,
        Some(Err(why)) => model.refuse(format!("it can't be edited: {why}")),
        None => model.refuse("nothing is held"),
    }
    Vec::new()
}

pub(super) fn pane(model: &mut Model) -> Vec<Effect> {
    match model.held.pane {
        HeldPane::List => edit(model),
        HeldPane::Edit => {
            model.held.pane = HeldPane::List;
            Vec::new()
        }
    }
}

/// Lets the one under the cursor go, as it was edited.
pub(super) fn let_go(model: &mut Model) -> Vec<Effect> {
    does(model, |call| match call.editor.is_changed() && call.held.text.is_ok() {
        true => LetGo::Edited(Arc::clone(&call.held), call.editor.text()),
        false => LetGo::AsItCame(call.held.id),
    })
}

/// Lets the one under the cursor go as it came, whatever was typed.
pub(super) fn as_it_came(model: &mut Model) -> Vec<Effect> {
    does(model, |call| LetGo::AsItCame(call.held.id))
}

/// Drops the one under the cursor, when asked twice.
pub(super) fn drop_it(model: &mut Model) -> Vec<Effect> {
    let Some(id) = model.held.here().map(|call| call.held.id) else {
        return does(model, |call| LetGo::Drop(call.held.id));
    };
    if model.held.dropping.take() == Some(id) {
        return does(model, |call| LetGo::Drop(call.held.id));
    }
    model.held.dropping = Some(id);
    let what = model.held.here().map(what).unwrap_or_default();
    model.refuse(format!("drop {what}? Its client's connection is closed. The same key again drops it"));
    Vec::new()
}

fn what(call: &Waiting) -> String {
    format!("the {} {}", call.held.half.word(), pages::name(&call.held.exchange))
}

/// Lets everything go as it came.
pub(super) fn all(model: &mut Model) -> Vec<Effect> {
    let count = model.held.calls.len();
    let Some(breaks) = model.held.handle.clone().filter(|_| count > 0) else {
        model.refuse("nothing is held");
        return Vec::new();
    };
    model.say(format!("{count} let go as they came"));
    vec![Effect::LetGo { breaks, what: LetGo::All }]
}

fn does(model: &mut Model, what: impl FnOnce(&Waiting) -> LetGo) -> Vec<Effect> {
    let Some((breaks, call)) = model.held.handle.clone().zip(model.held.here()) else {
        model.refuse("nothing is held");
        return Vec::new();
    };
    vec![Effect::LetGo { breaks, what: what(call) }]
}

/// What was edited is no message: it is still held, and can be put right.
pub(super) fn refused(model: &mut Model, id: HoldId, why: &str) {
    if model.held.here().is_some_and(|call| call.held.id == id) {
        model.held.pane = HeldPane::Edit;
    }
    model.refuse(format!("still held: {why}"));
}

/// Opens the filter of what is to be held.
pub(super) fn ask(model: &mut Model, half: Half) -> Vec<Effect> {
    let text = model.held.of(half).filter.as_ref().map_or(String::new(), |filter| filter.text().to_owned());
    keys::prompt(model, Purpose::Break(half), &text);
    Vec::new()
}

/// Takes a typed filter; an empty one holds nothing.
pub(super) fn set(model: &mut Model, half: Half, text: &str) -> Result<Vec<Effect>, QueryError> {
    let filter = understood(model, half, text)?;
    let wanted = model.held.of(half);
    (wanted.filter, wanted.off) = (filter.map(Arc::new), false);
    let name = half.word();
    let said = match wanted.filter.is_some() {
        true => format!("each {name} that matches is held from now on; * as filter holds all, an empty one none"),
        false => format!("no {name} is held any more"),
    };
    model.say(said);
    Ok(apply(model))
}

/// The filter that a text is, where it can say what is to be held.
pub(super) fn understood(model: &Model, half: Half, text: &str) -> Result<Option<crate::query::Filter>, QueryError> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let filter = model.filter(breaks::as_filter(text))?;
    let unknown = |what: String| QueryError { at: 0..text.len(), what, remedy: String::new() };
    breaks::check(half, &filter).map_err(unknown)?;
    Ok(Some(filter))
}

/// Takes the breakpoints off, or puts them back.
pub(super) fn on_off(model: &mut Model) -> Vec<Effect> {
    if model.held.filters.iter().all(|wanted| wanted.filter.is_none()) {
        model.refuse("no breakpoint is set: f sets one");
        return Vec::new();
    }
    let off = model.held.any();
    model.held.filters.iter_mut().for_each(|wanted| wanted.off = off);
    let count = model.held.calls.len();
    match (off, count) {
        (true, 0) => model.say("nothing is held any more; F puts the breakpoints back"),
        (true, n) => model.say(format!("nothing new is held; {n} still wait (R lets them go)")),
        (false, _) => model.say("the breakpoints are back"),
    }
    apply(model)
}

fn apply(model: &Model) -> Vec<Effect> {
    let Some(breaks) = model.held.handle.clone() else { return Vec::new() };
    let [request, response] = [0, 1].map(|n| model.held.filters[n].active().cloned());
    vec![Effect::LetGo { breaks, what: LetGo::Hold([request, response]) }]
}
