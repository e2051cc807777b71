//! The request of a call as text to be changed, and sending what was made of it. What was masked is taken from where it
//! was read, or from the password that was typed; it is on no screen.

use std::sync::Arc;

use crate::compare::{self, Side as Compared, Volatile};
use crate::engine::replay::{self as engine, Through};
use crate::model::gathered::InMemory;
use crate::model::{Exchange, ExchangeId, Gathered, Part};
use crate::query::Surroundings;
use crate::replay::draft::{coded, text};
use crate::replay::{Credentials, Draft, missing};
use crate::tui::model::page::{Shape, View};
use crate::tui::model::replay::Run;
use crate::tui::model::text::Text;
use crate::tui::pages::{self, time};
use crate::tui::theme::Role;

use super::{exchange as show, mask};

/// What is sent, and how.
pub(in crate::tui) struct Job {
    pub(in crate::tui) around: Surroundings,
    /// What was read before secrets were overwritten.
    pub(in crate::tui) original: Arc<Gathered>,
    pub(in crate::tui) origin: ExchangeId,
    pub(in crate::tui) draft: Draft,
    /// The text as edited.
    pub(in crate::tui) text: String,
    pub(in crate::tui) password: Option<String>,
    pub(in crate::tui) through: Option<Through>,
}

/// Why nothing was sent.
pub(in crate::tui) enum Unsent {
    /// The password of this user is missing.
    Password(String),
    Because(String),
}

/// Bytes of a request that are edited on the screen.
const LONGEST: usize = 2 << 20;

/// What stands in the editor in the place of a body that is no text.
fn stand_in(len: usize) -> String {
    format!("({len} bytes that are no UTF-8 text; they are sent as they are)")
}

/// The request of a call: as it is sent, as text, and what it came to when it was recorded.
pub(super) fn draft(around: &Surroundings, id: ExchangeId) -> Result<(Draft, String, Run), String> {
    let gathered = &around.gathered;
    let x = mask::whole(gathered, id).ok_or("it isn't there any more")?;
    let draft = Draft::of(&x, gathered.bodies.as_ref()).map_err(|why| why.to_string())?;
    let text = editable(&draft)?;
    let run = run(around, &x, "(as recorded)".to_owned(), None);
    Ok((draft, text, Run { exchange: Some(id), ..run }))
}

fn editable(draft: &Draft) -> Result<String, String> {
    let plain = coded::plain(draft).map_err(|why| why.to_string())?;
    let bytes = text::written(draft).map_err(|why| why.to_string())?;
    if bytes.len() > LONGEST {
        let mib = bytes.len() >> 20;
        return Err(format!("its {mib} MiB are too long for this editor; mwscope replay --set or --edit changes it"));
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text),
        Err(error) => {
            let bytes = error.into_bytes();
            let head = &bytes[..bytes.len() - plain.len()];
            Ok(String::from_utf8_lossy(head).into_owned() + &stand_in(plain.len()))
        }
    }
}

/// Where the text isn't what its headers call it: its line, and why.
pub(in crate::tui) fn trouble(draft: &Draft, text: &str) -> Option<(usize, String)> {
    let head = text.find("\n\n")? + 2;
    let found = text::trouble_in(draft, text.get(head..)?.as_bytes())?;
    Some((found.line + text[..head].matches('\n').count(), found.what))
}

/// Sends what was made of the request.
pub(super) fn send(job: &Job) -> Result<(Vec<Exchange>, Run), Unsent> {
    let because = |why: String| Unsent::Because(why);
    let mut draft = job.draft.clone();
    let plain = coded::plain(&draft).map_err(|why| because(why.to_string()))?;
    let stand_in = stand_in(plain.len());
    let edited = match job.text.strip_suffix(&stand_in) {
        Some(head) => [head.as_bytes(), &plain].concat(),
        None => job.text.clone().into_bytes(),
    };
    text::take(&mut draft, &edited).map_err(because)?;
    from_the_original(job, &mut draft);
    if !draft.holes.is_empty() {
        let recorded = job.around.gathered.exchange(job.origin);
        let user = Credentials::recorded_user(&draft).or_else(|| recorded.and_then(|x| x.call.user.clone()));
        match (user, &job.password) {
            (Some(user), None) => return Err(Unsent::Password(user)),
            (user, Some(password)) => {
                let credentials = Credentials { user, password: Some(password.clone()), ..Credentials::default() };
                credentials.put(&mut draft).map_err(|why| because(why.to_string()))?;
            }
            (None, None) => {}
        }
    }
    let missing = missing(&draft);
    if !missing.is_empty() {
        let what = missing.join(", ");
        return Err(because(format!("secrets were masked when it was recorded; type them in their place: {what}")));
    }
    let sender = engine::sender(job.through.as_ref());
    let sent = sender.and_then(|sender| engine::send(&sender, &draft)).map_err(|error| because(error.to_string()))?;
    let origin = job.around.gathered.exchange(job.origin);
    let origin = origin.map(|x| (job.around.gathered.path(x.source).to_owned(), x.index));
    let sent = sent.into_iter().map(|x| mask::exchange(Exchange { origin: origin.clone(), ..x }));
    let sent = sent.collect::<std::io::Result<Vec<_>>>().map_err(|error| because(error.to_string()))?;
    let Some(last) = sent.last() else { return Err(because("nothing came of it".to_owned())) };
    let recorded = mask::whole(&job.around.gathered, job.origin);
    let changed = changes(recorded.as_ref(), last, &job.around);
    let run = run(&job.around, last, changed, recorded.as_ref());
    Ok((sent, run))
}

/// What is a filler in `draft` is taken from the request as it was read, where that has it.
fn from_the_original(job: &Job, draft: &mut Draft) {
    let Some(x) = job.original.exchange(job.origin) else { return };
    let Ok(x) = job.original.loaded(x) else { return };
    let Ok(original) = Draft::of(&x, job.original.bodies.as_ref()) else { return };
    let (Ok(theirs), Ok(before), Ok(mut plain)) =
        (coded::plain(&original), coded::plain(&job.draft), coded::plain(draft).map(|plain| plain.to_vec()))
    else {
        return;
    };
    let masked_there = |part: Part| original.holes.iter().any(|hole| hole.part == part);
    let mut filled = Vec::new();
    for (n, hole) in draft.holes.iter().enumerate() {
        match hole.part {
            Part::RequestHead => {
                let value = original.headers.first(&hole.name).filter(|_| !masked_there(Part::RequestHead));
                if let Some(value) = value
                    && let Some(header) = draft.headers.0.iter_mut().find(|h| h.name.eq_ignore_ascii_case(&hole.name))
                {
                    header.value = value.value.clone();
                    filled.push(n);
                }
            }
            Part::Target if draft.url == job.draft.url && !masked_there(Part::Target) => {
                draft.url.clone_from(&original.url);
                filled.push(n);
            }
            Part::RequestBody if theirs.len() == before.len() && !masked_there(Part::RequestBody) => {
                // The filler is as long as what it stands for, and stands as far from the start or from the end.
                let from_end = plain.len().saturating_sub(hole.range.end);
                let place = job.draft.holes.iter().find(|known| {
                    known.part == Part::RequestBody
                        && known.range.len() == hole.range.len()
                        && (known.range.start == hole.range.start || before.len() - known.range.end == from_end)
                });
                if let Some(secret) = place.and_then(|place| theirs.get(place.range.clone()))
                    && let Some(into) = plain.get_mut(hole.range.clone())
                {
                    into.copy_from_slice(secret);
                    filled.push(n);
                }
            }
            _ => {}
        }
    }
    let body: Vec<_> = filled.iter().filter(|n| draft.holes[**n].part == Part::RequestBody).collect();
    if !body.is_empty() {
        let Ok(coded) = coded::coded(draft, plain.into()) else { return };
        draft.body = coded;
    }
    let filled: Vec<_> = filled.into_iter().map(|n| draft.holes[n].clone()).collect();
    draft.drop_holes(|hole| filled.contains(hole));
}

/// What was changed in the request, in a few words.
fn changes(recorded: Option<&Exchange>, sent: &Exchange, around: &Surroundings) -> String {
    let Some(recorded) = recorded else { return String::new() };
    let bodies = around.gathered.bodies.as_ref();
    let left = Compared { exchange: recorded, bodies };
    let right = Compared { exchange: sent, bodies: &InMemory };
    let found = compare::requests(left, right, &Volatile::default());
    let all: Vec<_> = found.differences.iter().chain(&found.headers).collect();
    let Some(first) = all.first() else { return "nothing".to_owned() };
    let name = first.path.rsplit('/').next().unwrap_or(&first.path);
    let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
    let more = if all.len() > 1 { format!(" and {} more", all.len() - 1) } else { String::new() };
    format!("{name} {} → {}{more}", value(&first.left), value(&first.right))
}

/// A row for the list of runs, and the answer as text; held against the recorded one where there is one.
fn run(around: &Surroundings, x: &Exchange, changed: String, recorded: Option<&Exchange>) -> Run {
    let at = x.started.and_then(|stamp| stamp.utc_ns());
    let at = at.map_or_else(String::new, |ns| time::clock(ns, around.zone_minutes));
    let mut answer = Text::default();
    if let Some(recorded) = recorded {
        let left = Compared { exchange: recorded, bodies: around.gathered.bodies.as_ref() };
        let found = compare::answers(left, Compared { exchange: x, bodies: &InMemory }, &Volatile::default());
        match found.differences.len() + found.headers.len() {
            0 => answer.add("the same answer as recorded", Role::Dim),
            1 => answer.add("differs from the recorded answer in one place (c shows it)", Role::Info),
            n => answer.add(&format!("differs from the recorded answer in {n} places (c shows them)"), Role::Info),
        };
    }
    show::answered(&mut answer, around, x, Shape { view: View::Pretty, row: 8 });
    let at = at.split('.').next().unwrap_or_default().to_owned();
    let took = x.duration_ns.map_or_else(String::new, time::took);
    Run { at, changed, answer: pages::answer_words(x), took, failed: x.failed(), exchange: None, text: answer }
}
