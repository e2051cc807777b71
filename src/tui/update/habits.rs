//! What makes the screens one's own: the session that is gone on with, going forward again, themes, the mouse, pages of
//! help, the event that was told of.

use crate::model::{EventRef, ExchangeId};
use crate::tui::effect::{Effect, Which};
use crate::tui::model::further::Further;
use crate::tui::model::list::EventList;
use crate::tui::model::overlay::Overlay;
use crate::tui::model::text::{Reading, Text};
use crate::tui::model::{Model, Tab, TimeShown};
use crate::tui::pages;
use crate::tui::session::{ListPlace, Session, names};
use crate::tui::theme::Role;

use super::{jump, narrow, pick};

/// Where the user is, to be gone on with.
pub(in crate::tui) fn session(model: &Model) -> Session {
    let names = names(&model.around);
    let place = |event: EventRef| names.of_event(event);
    let list = |list: &EventList| ListPlace {
        cursor: list.cursor.and_then(place),
        filter: list.filter.filter.as_ref().map_or(String::new(), |filter| filter.text().to_owned()),
        off: list.filter.off,
    };
    let screen = match model.tab {
        Tab::Sources => 0,
        Tab::Findings => 2,
        Tab::Logs => 3,
        Tab::Report => 7,
        // What was compared or changed isn't there the next time.
        _ => 1,
    };
    Session {
        // Whoever keeps it knows them.
        paths: Vec::new(),
        screen,
        timeline: list(&model.timeline),
        logs: list(&model.logs),
        page: model.page.as_ref().and_then(|page| place(page.event())),
        times: match model.time_shown {
            TimeShown::Clock => 0,
            TimeShown::SinceStart => 1,
            TimeShown::AsWritten => 2,
        },
        no_preview: !model.preview,
        no_wrap: !model.wrap,
        left_out: model.left_out.clone(),
        further: model.further.iter().map(|column| column.name.clone()).collect(),
        folded: model.chains.folded.iter().filter_map(|event| place(*event)).collect(),
        together: model.chains.together,
        typed: model.typed.clone(),
        chosen: model.chosen.iter().filter_map(|event| place(*event)).collect(),
    }
}

/// Goes on where the user was the last time, as far as that is still there; a filter that hides something is told.
pub(super) fn restore(model: &mut Model, session: &Session) -> Vec<Effect> {
    let events = session.events(&model.around);
    let at = |place: &String| events.get(place.as_str()).copied();
    model.tab = match session.screen {
        0 => Tab::Sources,
        2 => Tab::Findings,
        3 => Tab::Logs,
        7 => Tab::Report,
        _ => Tab::Timeline,
    };
    model.time_shown = match session.times {
        1 => TimeShown::SinceStart,
        2 => TimeShown::AsWritten,
        _ => TimeShown::Clock,
    };
    (model.preview, model.wrap) = (!session.no_preview, !session.no_wrap);
    model.left_out.clone_from(&session.left_out);
    model.further = session.further.iter().map(|name| Further::new(name, &model.details)).collect();
    model.chains.folded = session.folded.iter().filter_map(at).collect();
    model.chains.together = session.together;
    model.typed.clone_from(&session.typed);
    model.chosen = session.chosen.iter().filter_map(at).collect();
    let mut effects = Vec::new();
    let mut told = Vec::new();
    let mut gone = None;
    for (which, kept) in [(Which::Timeline, &session.timeline), (Which::Logs, &session.logs)] {
        let cursor = kept.cursor.as_ref().and_then(at);
        let position = cursor.and_then(|event| model.position(event));
        let lines = std::sync::Arc::clone(&model.lines);
        let filter = model.filter(&kept.filter);
        let list = narrow::list_of(model, which);
        if let Some(row) = position.and_then(|at| list.row_of(at)) {
            list.go(&lines, row);
            list.top = list.row.saturating_sub(8);
            // A cold start is over: what is under the cursor was seen.
            list.fresh = false;
        }
        match filter {
            Ok(filter) if !filter.is_empty() => {
                told.push(format!("filter {}", filter.text()));
                list.filter.filter = Some(std::sync::Arc::new(filter));
                list.filter.off = kept.off;
            }
            Ok(_) => {}
            Err(why) => gone = Some(format!("going on where you were, without filter {}: {}", kept.filter, why.what)),
        }
        effects.extend(narrow::rescan(model, which));
    }
    if let Some(event) = session.page.as_ref().and_then(at) {
        model.leave_track();
        effects.extend(jump::page(model, event));
    }
    effects.extend(jump::enter(model));
    if let Some(gone) = gone {
        model.refuse(gone);
    } else if !told.is_empty() {
        model.say(format!("going on where you were, with {} (F takes it off)", told.join(" and ")));
    }
    effects
}

/// What the records that are shown have in common, and the others have not.
pub(super) fn differs(model: &mut Model) -> Vec<Effect> {
    let Some(filter) = model.logs.filter.active().cloned() else {
        model.refuse("say which records are meant, with f, gL or =t; the rest is what they are held against");
        return Vec::new();
    };
    model.say("reading all records ...");
    vec![Effect::Differs { around: model.around.clone(), filter }]
}

/// Goes on where the user was the last time.
pub(super) fn resume(model: &mut Model) -> Vec<Effect> {
    match model.last_time.take() {
        Some(session) => {
            model.leave_track();
            model.page = None;
            restore(model, &session)
        }
        None => {
            model.say("nothing is known of a last time; Backspace goes back");
            Vec::new()
        }
    }
}

/// Copies what was found on the event, with the evidence, as Markdown.
pub(super) fn copy_markdown(model: &mut Model) -> Vec<Effect> {
    match model.subject() {
        Some(event) => vec![Effect::Copy(pages::markdown(&model.around, &[event]))],
        None => Vec::new(),
    }
}

/// Goes forward again, after going back.
pub(super) fn forward(model: &mut Model) -> Vec<Effect> {
    let Some(place) = model.ahead.pop() else {
        model.say("nothing lies ahead; Backspace goes back");
        return Vec::new();
    };
    let here = model.place();
    model.trail.push(here);
    jump::stand(model, place);
    Vec::new()
}

/// The next theme.
pub(super) fn theme(model: &mut Model) -> Vec<Effect> {
    model.theme = model.theme.next();
    model.say(format!("theme {}; in the settings: theme = \"{}\"", model.theme.name(), model.theme.name()));
    Vec::new()
}

/// Takes the mouse, or leaves it to the terminal.
pub(super) fn mouse(model: &mut Model) -> Vec<Effect> {
    model.mouse = !model.mouse;
    let words = match model.mouse {
        true => "the mouse is mwscope's: click, again to open, wheel, drag over a time axis; F2 gives it back",
        false => "the mouse is the terminal's: it selects text; F2 takes it",
    };
    model.say(words);
    Vec::new()
}

/// Goes to the event that was told of last.
pub(super) fn last_notice(model: &mut Model) -> Vec<Effect> {
    let Some(event) = model.told else {
        model.say("nothing was told of yet");
        return Vec::new();
    };
    model.leave_track();
    pick::to_event(model, event)
}

/// Goes to the call that the event belongs to.
pub(super) fn call(model: &mut Model) -> Vec<Effect> {
    let Some(event) = model.subject() else { return Vec::new() };
    if let EventRef::Exchange(_) = event {
        model.say("this is a call; t shows what its thread logged");
        return Vec::new();
    }
    match model.call_of(event) {
        Some(id) => called(model, Some(id)),
        None => vec![Effect::CallOf { around: model.around.clone(), event }],
    }
}

/// The call was found, or there is none.
pub(super) fn called(model: &mut Model, call: Option<ExchangeId>) -> Vec<Effect> {
    match call {
        Some(id) => {
            model.leave_track();
            pick::to_event(model, EventRef::Exchange(id))
        }
        None => {
            model.refuse("no call was recorded that this thread was at work for at that time");
            Vec::new()
        }
    }
}

/// The filter language on one page; the line that is being typed waits below it.
pub(super) fn filter_help(model: &mut Model) -> Vec<Effect> {
    let mut text = Text::default();
    text.add(
        "The filter language: f shows only what matches, / jumps to it, --filter on the command line",
        Role::Title,
    );
    for line in PAGE {
        let title = line.ends_with(':') && !line.starts_with(' ');
        text.add(line, if title { Role::Title } else { Role::Plain });
    }
    text.add("", Role::Plain).add("Fields:", Role::Title);
    for (name, what) in crate::query::fields() {
        text.add(&format!("  {name:14} {what}"), Role::Plain);
    }
    model.overlay = Some(Overlay::Help(Reading::new(text)));
    Vec::new()
}

const PAGE: [&str; 36] = [
    "",
    "Terms:",
    "  user:jdoe            a field and a value; Tab completes both",
    "  price list           a bare word looks in what the row shows; a space is AND",
    "  \"no price list\"      words that stand together",
    "  any:timeout          looks in everything recorded: headers, decoded bodies, traces, fields of dumps",
    "",
    "Values:",
    "  op:Create            part of the text; for ids and codes the whole",
    "  op=Create            the whole          op!=Create   anything else",
    "  op:Cr*te             * is any text      op~^Cre.te$  or op:/^Cre.te$/   a regular expression",
    "  status:500,502       either             status:5xx   a class",
    "  dur>2s  size>10k     more than          time:10:41..10:43   from, to (either may be left out)",
    "",
    "Together:",
    "  a b    a AND b       both",
    "  a OR b   a | b       either; brackets as usual: (a OR b) c",
    "  -a   !a   NOT a      not",
    "  Case is ignored. A term about something that an event doesn't have is false.",
    "",
    "Often:",
    "  is:failed            calls that failed, error records, dumps, threads in trouble",
    "  is:marked  is:noted  what you marked, or wrote a note on; note:word looks in the notes",
    "  saved:mine           the filter that you saved under that name (gV, mwscope filters), also among other terms",
    "  with:x12             all that belongs to a call; near:x12,5s what was around it",
    "  kind:log level:>=warn logger:m3",
    "  el.Facility:A01      an element of the body, or a field of a dump",
    "  req.body:x resp.header.server:y    one half of a call",
    "  last:5m   time:-5m   the last five minutes of the evidence",
    "",
    "As mitmproxy writes it:",
    "  ~u ~m ~c ~b ~bq ~bs ~h ~hq ~hs ~t ~d ~src ~dst ~q ~s ~e ~marked ~note   with ! & | ( )",
    "",
    "What is read:",
    "  Lists are held in memory. Records, headers and bodies are read where a term asks for them, from the cursor's list on;",
    "  until the end is reached the row says \"so far\" and how much was searched. Esc stops it.",
];
