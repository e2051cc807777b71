//! Changing a recorded request and sending it: `r` opens it, typing goes into the text, `Ctrl-R` sends.

use std::sync::Arc;

use crossterm::event::{KeyCode, KeyModifiers};
use ratatui_textarea::{Input, Key as TextKey};

use crate::engine::replay::Through;
use crate::model::{Exchange, ExchangeId};
use crate::replay::Draft;
use crate::tui::effect::{Effect, Job, Unsent, trouble};
use crate::tui::keymap::Key;
use crate::tui::model::overlay::Purpose;
use crate::tui::model::page::Page;
use crate::tui::model::replay::{Replay, ReplayPane, Run, Sending};
use crate::tui::model::text::Reading;
use crate::tui::model::{Model, Tab};
use crate::tui::pages;
use crate::tui::view::replay::editor_size;

use super::{editor, jump, keys, live};

/// Opens the replay of the call under the cursor, or goes on with the one that is open.
pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    if model.tab == Tab::Replay && model.page.is_none() {
        if let Some(replay) = &mut model.replay {
            replay.pane = ReplayPane::Edit;
        }
        return Vec::new();
    }
    let Some(id) = model.subject().and_then(|event| model.call_of(event)) else {
        model.refuse("r sends a call again: put the cursor on one");
        return Vec::new();
    };
    let Some(x) = model.gathered().exchange(id) else { return Vec::new() };
    let name = pages::name(x);
    let look_for = under_cursor(model);
    model.leave_track();
    if let Some(before) = model.replay.take() {
        model.replays.insert(before.origin, before);
    }
    model.page = None;
    model.tab = Tab::Replay;
    let before = match model.replays.remove(&id) {
        Some(mut before) if before.is_unsent() => {
            // What was changed and not sent yet is gone on with.
            before.pane = ReplayPane::Edit;
            model.replay = Some(before);
            model.say("gone on with what was changed before; Ctrl-Z takes it back");
            return Vec::new();
        }
        before => before,
    };
    let ticket = model.next_ticket();
    let mut replay = Replay::new(id, name, look_for, ticket);
    // What was sent of the same call before stays in view.
    if let Some(before) = before {
        (replay.runs, replay.row, replay.answer) = (before.runs, before.row, before.answer);
    }
    model.replay = Some(replay);
    vec![Effect::Draft { around: model.around.clone(), id, ticket }]
}

/// The line of the request under the cursor, where one is shown.
fn under_cursor(model: &Model) -> Option<String> {
    match &model.page {
        Some(Page::Exchange(page)) => page.request.text.line(page.request.row).map(|(line, _)| line.to_owned()),
        _ => None,
    }
}

/// The request was read, or can't be sent.
pub(super) fn read(model: &mut Model, ticket: u64, read: Result<Box<(Draft, String, Run)>, String>) -> Vec<Effect> {
    let Some(replay) = model.replay.as_mut().filter(|replay| replay.ticket == ticket) else { return Vec::new() };
    match read {
        Ok(read) => {
            let (draft, text, recorded) = *read;
            replay.fill(draft, &text);
            if replay.runs.is_empty() {
                replay.answer = Reading::new(recorded.text.clone());
                replay.runs.push(recorded);
            }
            check(replay);
            settle(model);
        }
        Err(why) => {
            model.replay = None;
            model.refuse(format!("can't be sent again: {why}"));
            return jump::back(model);
        }
    }
    Vec::new()
}

/// A key on the replay; `None` where it isn't typed into the text and the table of actions decides.
pub(super) fn key(model: &mut Model, key: Key) -> Option<Vec<Effect>> {
    let replay = model.replay.as_mut()?;
    if replay.state == Sending::Asking {
        match key.code {
            KeyCode::Enter => return Some(send(model)),
            KeyCode::Esc => replay.state = Sending::Idle,
            _ => {}
        }
        return Some(Vec::new());
    }
    let ctrl = key.mods.contains(KeyModifiers::CONTROL);
    if (ctrl && key.code == KeyCode::Char('r')) || key.code == KeyCode::F(5) {
        return Some(ask(model));
    }
    if replay.pane != ReplayPane::Edit || replay.state == Sending::Reading {
        return None;
    }
    if matches!(key.code, KeyCode::Esc | KeyCode::Tab) {
        replay.pane = ReplayPane::Runs;
        return Some(Vec::new());
    }
    let reached = editor::key(&mut replay.editor, editor_size(model.size), key)?;
    check(replay);
    if !reached {
        model.refuse(OUT_OF_REACH);
    }
    settle(model);
    Some(Vec::new())
}

/// Pasted text goes into the text.
pub(super) fn paste(model: &mut Model, text: &str) -> bool {
    let Some(replay) = model.replay.as_mut().filter(|_| model.tab == Tab::Replay && model.page.is_none()) else {
        return false;
    };
    if replay.pane != ReplayPane::Edit || replay.state != Sending::Idle {
        return false;
    }
    editor::paste(&mut replay.editor, text);
    check(replay);
    settle(model);
    true
}

fn move_rows(size: (u16, u16), replay: &mut Replay, by: i64) -> bool {
    editor::move_rows(&mut replay.editor, by, editor_size(size).1)
}

/// Puts the cursor where a click on the text was: on a row of it and a cell behind its gutter.
pub(super) fn point(model: &mut Model, row: usize, cell: usize) {
    let (height, columns) = editor_size(model.size);
    let Some(replay) = model.replay.as_mut().filter(|replay| replay.state != Sending::Reading) else { return };
    replay.pane = ReplayPane::Edit;
    replay.editor.area.cancel_selection();
    if !replay.editor.go(replay.editor.top + row, cell, columns) {
        model.refuse(OUT_OF_REACH);
    } else {
        replay.editor.keep_in_view(height, columns);
    }
}

/// Moves the cursor of the text by so many rows, and the view with it.
pub(super) fn turn(size: (u16, u16), replay: &mut Replay, rows: i64) {
    move_rows(size, replay, rows);
    let (height, columns) = editor_size(size);
    replay.editor.keep_in_view(height, columns);
}

pub(super) const OUT_OF_REACH: &str =
    "this row lies behind 65,535 characters that are all the same: Left and Right go on from here";

pub(super) fn input(key: Key) -> Input {
    let code = match key.code {
        KeyCode::Char(c) => TextKey::Char(c),
        KeyCode::Backspace => TextKey::Backspace,
        KeyCode::Enter => TextKey::Enter,
        KeyCode::Left => TextKey::Left,
        KeyCode::Right => TextKey::Right,
        KeyCode::Up => TextKey::Up,
        KeyCode::Down => TextKey::Down,
        KeyCode::Delete => TextKey::Delete,
        KeyCode::Home => TextKey::Home,
        KeyCode::End => TextKey::End,
        KeyCode::PageUp => TextKey::PageUp,
        KeyCode::PageDown => TextKey::PageDown,
        _ => TextKey::Null,
    };
    let has = |held| key.mods.contains(held);
    Input { key: code, ctrl: has(KeyModifiers::CONTROL), alt: has(KeyModifiers::ALT), shift: has(KeyModifiers::SHIFT) }
}

/// Marks where the text isn't well-formed.
fn check(replay: &mut Replay) {
    let Some(draft) = &replay.draft else { return };
    replay.editor.trouble = trouble(draft, &replay.text());
}

fn settle(model: &mut Model) {
    let (rows, columns) = editor_size(model.size);
    if let Some(replay) = &mut model.replay {
        replay.editor.keep_in_view(rows, columns);
    }
}

/// Asks before anything is sent that may change data; sends at once what only reads.
pub(super) fn ask(model: &mut Model) -> Vec<Effect> {
    let Some(replay) = &mut model.replay else { return Vec::new() };
    match replay.state {
        Sending::Reading | Sending::UnderWay | Sending::Asking => Vec::new(),
        Sending::Idle => {
            let method = replay.editor.area.lines().first().and_then(|line| line.split(' ').next()).unwrap_or_default();
            if matches!(method, "GET" | "HEAD" | "OPTIONS") {
                return send(model);
            }
            replay.state = Sending::Asking;
            Vec::new()
        }
    }
}

fn send(model: &mut Model) -> Vec<Effect> {
    let ticket = model.next_ticket();
    let Some(replay) = &mut model.replay else { return Vec::new() };
    let Some(draft) = replay.draft.clone() else { return Vec::new() };
    replay.state = Sending::UnderWay;
    replay.ticket = ticket;
    replay.sent = Some(replay.text());
    let (text, origin, password) = (replay.text(), replay.origin, replay.password.clone());
    let (around, original) = (model.around.clone(), Arc::clone(&model.original));
    let through = through(model);
    let job = Job { around, original, origin, draft, text, password, through };
    vec![Effect::Send { job: Box::new(job), ticket }]
}

/// The forward proxy of a recording that runs.
fn through(model: &Model) -> Option<Through> {
    let recording = model.recording.as_ref().filter(|recording| recording.running)?;
    let proxy = recording.listening.iter().find_map(|address| address.parse().ok())?;
    Some(Through { proxy, certificate: recording.certificate.as_ref().map(Into::into) })
}

/// The password that was missing was typed.
pub(super) fn password(model: &mut Model, typed: &str) -> Vec<Effect> {
    if let Some(replay) = &mut model.replay {
        replay.password = Some(typed.to_owned());
    }
    send(model)
}

/// What came of a send.
pub(super) fn sent(model: &mut Model, ticket: u64, sent: Result<Box<(Vec<Exchange>, Run)>, Unsent>) -> Vec<Effect> {
    let Some(replay) = model.replay.as_mut().filter(|replay| replay.ticket == ticket) else { return Vec::new() };
    replay.state = Sending::Idle;
    let (exchanges, mut run) = match sent {
        Ok(sent) => *sent,
        Err(Unsent::Password(user)) => {
            model.say(format!("the password of {user} was masked when it was recorded"));
            keys::prompt(model, Purpose::Password, "");
            return Vec::new();
        }
        Err(Unsent::Because(why)) => {
            model.refuse(format!("not sent: {why}"));
            return Vec::new();
        }
    };
    // A recording that runs has it from its own proxy.
    let mut effects = Vec::new();
    if !model.recording.as_ref().is_some_and(|recording| recording.running) {
        run.exchange = live::replayed(model, exchanges, &mut effects);
    }
    if let Some(replay) = &mut model.replay {
        replay.answer = Reading::new(run.text.clone());
        replay.runs.push(run);
        replay.row = replay.runs.len() - 1;
        replay.pane = ReplayPane::Runs;
    }
    effects
}

/// Goes to the run `by` further down.
pub(super) fn move_run(replay: &mut Replay, by: i64) {
    let last = replay.runs.len().saturating_sub(1);
    let at = i64::try_from(replay.row).unwrap_or(0).saturating_add(by).max(0);
    replay.row = usize::try_from(at).unwrap_or(0).min(last);
    if let Some(run) = replay.runs.get(replay.row) {
        replay.answer = Reading::new(run.text.clone());
    }
}

/// The call that was recorded, and the run that is compared with it.
pub(super) fn pair(replay: &Replay) -> Option<(ExchangeId, ExchangeId)> {
    replay
        .runs
        .get(replay.row)
        .and_then(|run| run.exchange)
        .filter(|id| *id != replay.origin)
        .map(|id| (replay.origin, id))
}
