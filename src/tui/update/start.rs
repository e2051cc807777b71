//! The start page: a choice is asked what it needs and handed out of the screens; what is pasted is opened.

use crossterm::event::KeyCode;

use crate::engine::parse_listen;
use crate::query::QueryError;
use crate::tui::effect::Effect;
use crate::tui::feed::{Choice, Ending, Start};
use crate::tui::keymap::{Act, Key};
use crate::tui::model::overlay::{Overlay, Prompt, Purpose};
use crate::tui::model::start::{CHOICES, Spot, StartPage};
use crate::tui::model::{Model, Tab};

use super::{act, keys, moves};

/// What the header says of text that was pasted where nothing was open.
const PASTED: &str = "pasted text";

/// Nothing is open: what can be done from here.
pub(super) fn begin(model: &mut Model, start: Start) -> Vec<Effect> {
    let Start { recent, listen, said } = start;
    model.start = StartPage { recent, listen, row: 0 };
    (model.tab, model.loading) = (Tab::Start, None);
    if let Some(why) = said {
        model.refuse(why);
    }
    Vec::new()
}

/// Moves the cursor by rows.
pub(super) fn by(model: &mut Model, rows: i64) {
    let count = model.start.spots(model.size.1).len();
    model.start.row = moves::moved(model.start.row, rows, count);
}

/// Does what is under the cursor.
pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    let spot = model.start.spots(model.size.1).get(model.start.row).map(|(_, spot)| *spot);
    match spot {
        Some(Spot::Choice(n)) => act::act(model, CHOICES[n].0, None),
        Some(Spot::Recent(n)) => match model.start.recent.get(n) {
            Some(recent) => chosen(model, Choice::Open(recent.paths.clone())),
            None => Vec::new(),
        },
        None => Vec::new(),
    }
}

/// A click on a row does what stands there.
pub(super) fn click(model: &mut Model, y: u16) -> Vec<Effect> {
    match model.start.spots(model.size.1).iter().position(|(at, _)| *at == y) {
        Some(row) => {
            model.start.row = row;
            open(model)
        }
        None => Vec::new(),
    }
}

/// Asks for what a choice needs, or makes it.
pub(super) fn choose(model: &mut Model, act: Act) -> Vec<Effect> {
    match act {
        Act::StartRecord => {
            let listen = model.start.listen.clone();
            keys::prompt(model, Purpose::Listen, &listen);
            Vec::new()
        }
        Act::StartOpen => {
            keys::prompt(model, Purpose::Path, "");
            offer(model)
        }
        _ => chosen(model, Choice::Demo),
    }
}

/// A key that does nothing here begins a path; whether it does.
pub(super) fn types(model: &mut Model, keys: &[Key]) -> Option<Vec<Effect>> {
    let [Key { code: KeyCode::Char(_), .. }] = keys else { return None };
    let typed = keys[0].typed().filter(|_| model.tab == Tab::Start && model.overlay.is_none())?;
    keys::prompt(model, Purpose::Path, typed.encode_utf8(&mut [0; 4]));
    Some(offer(model))
}

/// Takes the line that was typed.
pub(super) fn accept(model: &mut Model, purpose: Purpose, text: &str) -> Result<Vec<Effect>, QueryError> {
    let text = text.trim();
    let wrong =
        |what: &str, remedy: &str| QueryError { at: 0..text.len(), what: what.to_owned(), remedy: remedy.to_owned() };
    match purpose {
        Purpose::Listen => {
            parse_listen(text).map_err(|what| wrong(&what, "a port is enough, as 8888"))?;
            model.start.listen = text.to_owned();
            keys::prompt(model, Purpose::Follow, "");
            Ok(offer(model))
        }
        Purpose::Follow if text.is_empty() => {
            let listen = model.start.listen.clone();
            Ok(chosen(model, Choice::Record { listen, follow: Vec::new() }))
        }
        _ if text.is_empty() => Err(wrong("there is no path yet", "type one, or drop a file here; Tab completes")),
        _ => Ok(vec![Effect::Paths { text: text.to_owned(), paste: None, follows: purpose == Purpose::Follow }]),
    }
}

/// Pasted text: paths are opened, anything else becomes a source.
pub(super) fn paste(model: &mut Model, text: String) -> Vec<Effect> {
    model.say("reading what was pasted ...");
    vec![Effect::Paths { text, paste: Some(PASTED.to_owned()), follows: false }]
}

/// The paths that were looked for: what is there, or what isn't.
pub(super) fn looked(model: &mut Model, text: &str, found: Result<Vec<String>, String>, follows: bool) -> Vec<Effect> {
    if model.tab != Tab::Start {
        return Vec::new();
    }
    match found {
        Ok(follow) if follows => {
            let listen = model.start.listen.clone();
            chosen(model, Choice::Record { listen, follow })
        }
        // It may appear later; the recording says what it makes of it.
        Err(_) if follows => {
            let (listen, follow) = (model.start.listen.clone(), vec![text.to_owned()]);
            chosen(model, Choice::Record { listen, follow })
        }
        Ok(paths) => chosen(model, Choice::Open(paths)),
        Err(why) => {
            // The text stays, with the error below it, until it is right or given up.
            let mut prompt = Prompt::new(Purpose::Path, text);
            prompt.error = Some((0..prompt.line.text.len(), why));
            model.notice = None;
            model.overlay = Some(Overlay::Prompt(prompt));
            Vec::new()
        }
    }
}

/// Asks what the path that is typed could go on with.
pub(super) fn offer(model: &Model) -> Vec<Effect> {
    match &model.overlay {
        Some(Overlay::Prompt(Prompt { purpose: Purpose::Path | Purpose::Follow, line, .. })) => {
            vec![Effect::CompletePath { text: line.text[..line.at].to_owned() }]
        }
        _ => Vec::new(),
    }
}

/// What a path could go on with, where it still stands there.
pub(super) fn offered(model: &mut Model, text: &str, start: usize, with: Vec<String>) {
    if let Some(Overlay::Prompt(prompt)) = &mut model.overlay
        && matches!(prompt.purpose, Purpose::Path | Purpose::Follow)
        && prompt.line.text[..prompt.line.at] == *text
        && prompt.completed.is_none()
    {
        (prompt.completion.start, prompt.completion.with) = (start, with);
    }
}

fn chosen(model: &mut Model, choice: Choice) -> Vec<Effect> {
    model.ending = Some(Ending::Chosen(choice));
    Vec::new()
}
