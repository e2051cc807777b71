//! What a key does: to the line being typed, to what lies over the screen, or by the table of actions.

use crossterm::event::{KeyCode, KeyModifiers};

use crate::engine::breaks::Half;
use crate::query::{Filter, taken_as_word};
use crate::remarks::saved::Scope;
use crate::tui::effect::{Effect, Slot};
use crate::tui::feed::Ending;
use crate::tui::keymap::{self, Act, Key, Meaning, names};
use crate::tui::model::overlay::{Count, Overlay, Palette, Prompt, Purpose};
use crate::tui::model::{Asked, Model, Notice, Tab};
use crate::tui::theme::Role;

use super::{act, complete, find, held, jump, narrow, replay, start};

/// One key.
pub(super) fn key(model: &mut Model, key: Key) -> Vec<Effect> {
    model.notice = None;
    if key == (Key { code: KeyCode::Char('c'), mods: KeyModifiers::CONTROL }) {
        return interrupt(model);
    }
    match model.overlay.take() {
        Some(Overlay::Prompt(prompt)) => typed(model, prompt, key),
        Some(Overlay::Palette(palette)) => chosen(model, palette, key),
        Some(Overlay::Help(reading)) => {
            model.overlay = Some(Overlay::Help(reading));
            by_table(model, key)
        }
        Some(Overlay::Pick(pick)) => super::pick::key(model, pick, key),
        Some(Overlay::Note(note)) => super::note::key(model, note, key),
        None if model.tab == Tab::Replay && model.page.is_none() => match replay::key(model, key) {
            Some(effects) => effects,
            None => by_table(model, key),
        },
        None if model.tab == Tab::Held && model.page.is_none() => match held::key(model, key) {
            Some(effects) => effects,
            None => by_table(model, key),
        },
        None => by_table(model, key),
    }
}

/// Ctrl-C closes what is open; twice it leaves.
fn interrupt(model: &mut Model) -> Vec<Effect> {
    (model.overlay, model.parked) = (None, None);
    model.pending.clear();
    if model.asked == Some(Asked::Interrupt) {
        model.ending = Some(Ending::Left);
    } else {
        model.asked = Some(Asked::Interrupt);
        model.say("Ctrl-C again leaves");
    }
    Vec::new()
}

fn by_table(model: &mut Model, key: Key) -> Vec<Effect> {
    if !model.pending.is_empty() && key.code == KeyCode::Esc {
        model.pending.clear();
        return Vec::new();
    }
    model.pending.push(key);
    match keymap::meaning(&model.pending, model.on()) {
        Meaning::Act(act) => {
            model.pending.clear();
            let asked = model.asked.take();
            act::act(model, act, asked)
        }
        Meaning::Prefix => Vec::new(),
        Meaning::None => {
            let keys = std::mem::take(&mut model.pending);
            if let Some(effects) = start::types(model, &keys) {
                return effects;
            }
            unknown(model, &keys);
            Vec::new()
        }
    }
}

/// A key that does nothing says what would work.
fn unknown(model: &mut Model, keys: &[Key]) {
    let text = match keys {
        [first, .., _] => {
            let prefix = std::slice::from_ref(first);
            let known: Vec<String> = keymap::continuations(prefix, model.on())
                .into_iter()
                .take(8)
                .map(|(rest, action)| format!("{rest} {}", action.title.to_lowercase()))
                .collect();
            format!("{} is nothing here; behind {first} may follow: {}", names(keys), known.join(", "))
        }
        _ => format!("{} does nothing here; ? shows what the keys do", names(keys)),
    };
    model.refuse(text);
}

/// A key while the palette or the menu is open.
fn chosen(model: &mut Model, mut palette: Palette, key: Key) -> Vec<Effect> {
    let matches = palette.matches();
    let last = matches.len().saturating_sub(1);
    match (key.code, key.typed()) {
        (KeyCode::Esc, _) => return Vec::new(),
        (KeyCode::Enter, _) => {
            return match matches.get(palette.row) {
                Some((action, true)) => act::act(model, action.act, None),
                Some((action, false)) => {
                    model.refuse(format!("not here: {}", action.title));
                    Vec::new()
                }
                None => Vec::new(),
            };
        }
        (KeyCode::Down | KeyCode::Tab, _) => palette.row = (palette.row + 1).min(last),
        (KeyCode::Up | KeyCode::BackTab, _) => palette.row = palette.row.saturating_sub(1),
        _ if palette.menu => return by_table(model, key),
        (KeyCode::Backspace, _) => {
            palette.typed.backspace();
            palette.row = 0;
        }
        (_, Some(c)) => {
            palette.typed.insert(c.encode_utf8(&mut [0; 4]));
            palette.row = 0;
        }
        _ => {}
    }
    model.overlay = Some(Overlay::Palette(palette));
    Vec::new()
}

/// A key while a line is typed.
fn typed(model: &mut Model, mut prompt: Prompt, key: Key) -> Vec<Effect> {
    let ctrl = key.mods.contains(KeyModifiers::CONTROL);
    match (key.code, key.typed()) {
        (KeyCode::Esc, _) => return vec![Effect::Stop(Slot::Count)],
        (KeyCode::Enter, _) => return accept(model, prompt),
        (KeyCode::F(1), _) => {
            model.parked = Some(prompt);
            return super::habits::filter_help(model);
        }
        (KeyCode::Tab | KeyCode::BackTab, _) if complete::next(&mut prompt, key.code == KeyCode::BackTab) => {
            return changed(model, prompt);
        }
        (KeyCode::Up | KeyCode::Down, _) => {
            complete::history(&mut prompt, &model.typed, key.code == KeyCode::Up);
            complete::offer(model, &mut prompt);
            return changed(model, prompt);
        }
        (KeyCode::Tab, _) => {
            prompt.purpose = match prompt.purpose {
                Purpose::Filter => Purpose::Find,
                Purpose::Find => Purpose::Filter,
                Purpose::Time => Purpose::Time,
                Purpose::Break(Half::Request) => return held::ask(model, Half::Response),
                Purpose::Break(Half::Response) => return held::ask(model, Half::Request),
                purpose @ (Purpose::Password | Purpose::Path | Purpose::Listen | Purpose::Follow) => purpose,
                Purpose::FilterName(Scope::User) if model.saved.has_case() => Purpose::FilterName(Scope::Case),
                Purpose::FilterName(_) => Purpose::FilterName(Scope::User),
            };
        }
        (KeyCode::Backspace, _) => prompt.line.backspace(),
        (KeyCode::Delete, _) => prompt.line.delete(),
        (KeyCode::Left, _) => prompt.line.left(),
        (KeyCode::Right, _) => prompt.line.right(),
        (KeyCode::Home, _) => prompt.line.at = 0,
        (KeyCode::End, _) => prompt.line.at = prompt.line.text.len(),
        (KeyCode::Char('w'), _) if ctrl => prompt.line.word_back(),
        (KeyCode::Char('u'), _) if ctrl => prompt.line = crate::tui::model::overlay::Typing::default(),
        (KeyCode::Char('a'), _) if ctrl => prompt.line.at = 0,
        (KeyCode::Char('e'), _) if ctrl => prompt.line.at = prompt.line.text.len(),
        (_, Some(c)) => prompt.line.insert(c.encode_utf8(&mut [0; 4])),
        _ => {}
    }
    edited(model, prompt)
}

/// The line is another by the user's hand: what could follow is found out anew.
fn edited(model: &mut Model, mut prompt: Prompt) -> Vec<Effect> {
    prompt.completed = None;
    complete::offer(model, &mut prompt);
    let mut effects = changed(model, prompt);
    effects.extend(start::offer(model));
    effects
}

/// The line changed: whether it can be understood, and how many rows it would leave.
fn changed(model: &mut Model, mut prompt: Prompt) -> Vec<Effect> {
    let understood = check(model, &mut prompt);
    let mut effects = Vec::new();
    let asked = understood.filter(|_| prompt.purpose == Purpose::Filter && !prompt.line.text.trim().is_empty());
    if let Some(filter) = asked {
        let (ticket, asked) = narrow::count(model, filter);
        prompt.count = Some(Count { ticket, found: 0, done: 0, total: model.lines.len() });
        effects = asked;
    } else if prompt.count.take().is_some() {
        effects.push(Effect::Stop(Slot::Count));
    }
    model.overlay = Some(Overlay::Prompt(prompt));
    effects
}

/// Says while typing whether the text can be understood; gives the filter that it is.
fn check(model: &Model, prompt: &mut Prompt) -> Option<Filter> {
    prompt.error = None;
    match prompt.purpose {
        Purpose::Time | Purpose::Password | Purpose::FilterName(_) => None,
        Purpose::Path | Purpose::Listen | Purpose::Follow => None,
        Purpose::Break(half) => {
            let understood = held::understood(model, half, &prompt.line.text);
            prompt.error = understood.err().map(|error| (error.at.clone(), error.to_string()));
            None
        }
        Purpose::Filter | Purpose::Find => model
            .filter(&prompt.line.text)
            .map_err(|error| prompt.error = Some((error.at.clone(), error.to_string())))
            .ok(),
    }
}

fn accept(model: &mut Model, mut prompt: Prompt) -> Vec<Effect> {
    let text = prompt.line.text.clone();
    let result = match prompt.purpose {
        Purpose::Filter => narrow::set_filter(model, &text),
        Purpose::Find => find::start(model, &text),
        Purpose::Time => jump::to_time(model, &text),
        Purpose::Break(half) => held::set(model, half, &text),
        Purpose::Password => Ok(replay::password(model, &text)),
        Purpose::FilterName(scope) => Ok(super::pick::save_filter(model, &text, scope)),
        Purpose::Path | Purpose::Listen | Purpose::Follow => start::accept(model, prompt.purpose, &text),
    };
    match result {
        Ok(mut effects) => {
            let spoken = (prompt.purpose == Purpose::Filter).then(|| taken_as_word(&text)).flatten();
            if let Some(what) = spoken.filter(|_| model.notice.is_none()) {
                model.notice = Some(Notice { text: what, role: Role::Warn });
            }
            if matches!(prompt.purpose, Purpose::Filter | Purpose::Find) {
                complete::remember(&mut model.typed, &text);
                effects.push(Effect::Stop(Slot::Count));
            }
            effects
        }
        Err(error) => {
            // The text stays, with the error below it, until it is right or given up.
            prompt.error = Some((error.at.clone(), error.to_string()));
            model.overlay = Some(Overlay::Prompt(prompt));
            Vec::new()
        }
    }
}

/// Bytes that a line being typed takes: it is read anew with each key.
const LONGEST_LINE: usize = 4 << 10;
/// Bytes that are pasted into a note at once.
const LONGEST_NOTE: usize = 32 << 10;

/// Pasted text goes into the line being typed.
pub(super) fn paste(model: &mut Model, text: &str) -> Vec<Effect> {
    if model.overlay.is_none() && (replay::paste(model, text) || held::paste(model, text)) {
        return Vec::new();
    }
    if let Some(Overlay::Prompt(mut prompt)) = model.overlay.take_if(|over| matches!(over, Overlay::Prompt(_))) {
        if prompt.line.text.len() + text.len() > LONGEST_LINE {
            let what = format!("{} characters are more than a line takes; they aren't put in", text.chars().count());
            prompt.error = Some((0..0, what));
            model.overlay = Some(Overlay::Prompt(prompt));
            return Vec::new();
        }
        prompt.line.insert(text);
        return edited(model, prompt);
    }
    match &mut model.overlay {
        Some(Overlay::Note(_)) if text.len() > LONGEST_NOTE => {
            model.refuse(format!("{} bytes are too much for a note; it takes {LONGEST_NOTE}", text.len()));
        }
        Some(Overlay::Note(note)) => {
            note.editor.insert_str(text.replace("\r\n", "\n").replace('\r', "\n"));
        }
        Some(Overlay::Pick(pick)) => {
            pick.typed.insert(text);
            pick.row = 0;
        }
        Some(Overlay::Palette(palette)) if !palette.menu => {
            palette.typed.insert(text);
            palette.row = 0;
        }
        _ => return evidence(model, text),
    }
    Vec::new()
}

/// Text pasted onto a screen is evidence; a word of it is something to find.
fn evidence(model: &mut Model, text: &str) -> Vec<Effect> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let is_word = !text.trim().contains('\n') && text.trim().chars().count() <= WORD;
    if text.trim().is_empty() {
        return Vec::new();
    }
    if model.tab == Tab::Start {
        model.overlay = None;
        return start::paste(model, text);
    }
    if is_word {
        model.overlay = None;
        prompt(model, Purpose::Find, text.trim());
    } else if model.recording.is_some() {
        model.refuse(
            "while recording pasted text can't become a source; import it into the case afterwards (mwscope import)",
        );
    } else {
        model.say("reading what was pasted ...");
        return vec![Effect::Paste { title: model.title.clone(), paths: model.paths.clone(), text }];
    }
    Vec::new()
}

/// Signs of what is rather looked for than read.
const WORD: usize = 60;

/// Opens a line to type in.
pub(super) fn prompt(model: &mut Model, purpose: Purpose, text: &str) {
    model.overlay = Some(Overlay::Prompt(Prompt::new(purpose, text)));
}

/// Opens the palette, or the menu of the event under the cursor.
pub(super) fn palette(model: &mut Model, act: Act) {
    let on = model.on();
    model.overlay = Some(Overlay::Palette(Palette::new(on, act == Act::Menu)));
}
