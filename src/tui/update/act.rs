//! One arm for each action of the keymap.

use std::sync::Arc;

use crate::engine::breaks::Half;
use crate::engine::clients::{self, Place};
use crate::model::EventRef;
use crate::tui::effect::Effect;
use crate::tui::feed::Ending;
use crate::tui::keymap::{self, Act, On, ScreenKey, actions, names};
use crate::tui::model::overlay::{Overlay, Purpose};
use crate::tui::model::page::{Page, Pane, Shape, Side};
use crate::tui::model::replay::{Replay, ReplayPane};
use crate::tui::model::text::{Reading, Text};
use crate::tui::model::{Asked, Model, Tab, TimeShown};
use crate::tui::pages;
use crate::tui::theme::Role;

use super::{
    chains, export, find, habits, held, jump, keys, moves, narrow, note, pick, replay, settle, start, streams, summary,
    waterfall,
};

/// Does an action. `asked` is what waited for being asked for twice.
pub(super) fn act(model: &mut Model, act: Act, asked: Option<Asked>) -> Vec<Effect> {
    let rows = i64::try_from(settle::page_rows(model)).unwrap_or(i64::MAX);
    if model.tab == Tab::Start && !actions().iter().any(|a| a.act == act && (a.on.has(On::START) || a.act == Act::Back))
    {
        model.refuse("no case is open yet");
        return Vec::new();
    }
    match act {
        Act::StartRecord | Act::StartOpen | Act::StartDemo => start::choose(model, act),
        Act::Open if model.tab == Tab::Start && model.overlay.is_none() => start::open(model),
        Act::Down => moves::by(model, 1),
        Act::Up => moves::by(model, -1),
        Act::HalfDown => moves::by(model, rows / 2),
        Act::HalfUp => moves::by(model, -(rows / 2)),
        Act::PageDown => moves::by(model, rows),
        Act::PageUp => moves::by(model, -rows),
        Act::Top => moves::by(model, i64::MIN),
        Act::End => moves::by(model, i64::MAX),
        Act::Right => moves::sideways(model, true),
        Act::Left => moves::sideways(model, false),
        Act::Open if on_held(model) && model.overlay.is_none() => held::edit(model),
        Act::Open => jump::open(model),
        Act::Back => jump::back(model),
        Act::Close => close(model, asked),
        Act::Quit => quit(model, asked),
        Act::NextPane if on_held(model) => held::pane(model),
        Act::NextPane => pane(model),
        Act::NextFailure if streams::in_view(model) => streams::failure(model, true),
        Act::PreviousFailure if streams::in_view(model) => streams::failure(model, false),
        Act::NextFailure if waterfall::in_view(model) => waterfall::failure(model, true),
        Act::PreviousFailure if waterfall::in_view(model) => waterfall::failure(model, false),
        Act::NextFailure => jump::failure(model, true),
        Act::PreviousFailure => jump::failure(model, false),
        Act::NextWarning => jump::warning(model, true),
        Act::PreviousWarning => jump::warning(model, false),
        Act::NextMark if streams::in_view(model) => streams::mark(model, true),
        Act::PreviousMark if streams::in_view(model) => streams::mark(model, false),
        Act::NextMark => jump::mark(model, true),
        Act::PreviousMark => jump::mark(model, false),
        Act::Dump => jump::dump(model),
        Act::DumpsNear => jump::dumps(model),
        Act::Thread => jump::thread(model),
        Act::WholeThread => jump::whole_thread(model),
        Act::NextOfCall => jump::of_call(model, true),
        Act::PreviousOfCall => jump::of_call(model, false),
        Act::NextEvent => jump::neighbour(model, true),
        Act::PreviousEvent => jump::neighbour(model, false),
        Act::Held => held::open(model),
        Act::BreakRequests | Act::BreakAnswers if model.held.handle.is_none() => held::open(model),
        Act::BreakRequests => held::ask(model, Half::Request),
        Act::BreakAnswers => held::ask(model, Half::Response),
        Act::AsItCame => held::as_it_came(model),
        Act::LetAllGo => held::all(model),
        Act::DropHeld => held::drop_it(model),
        Act::Send if on_held(model) => held::let_go(model),
        Act::FilterOnOff if on_held(model) => held::on_off(model),
        Act::Filter => narrow::edit_filter(model),
        Act::FilterOnOff => narrow::on_off(model),
        Act::Find => find::edit(model),
        Act::FindNext => find::next(model, true),
        Act::FindPrevious => find::next(model, false),
        Act::Only(facet) => narrow::by_facet(model, facet, true),
        Act::Not(facet) => narrow::by_facet(model, facet, false),
        Act::Mark => note::mark(model),
        Act::MarkShown => note::mark_shown(model),
        Act::Compare => jump::compare(model),
        Act::Replay => replay::open(model),
        Act::Send => replay::ask(model),
        Act::Swap => jump::swap(model),
        Act::Evidence => evidence(model),
        Act::CopyRow => copy(model),
        Act::CopyBody => copy_body(model),
        Act::CopyPlace => copy_place(model),
        Act::Export => export::this(model),
        Act::ExportMarked => export::marked(model),
        Act::View => view(model, false),
        Act::ViewBack => view(model, true),
        Act::Side => side(model),
        Act::Preview => flip(model, |model| model.preview = !model.preview),
        Act::Wrap => flip(model, |model| model.wrap = !model.wrap),
        Act::Unfold => fold(model, true),
        Act::Fold => fold(model, false),
        Act::UnfoldAll => fold_all(model, true),
        Act::FoldAll => fold_all(model, false),
        Act::GoToTime => {
            keys::prompt(model, Purpose::Time, "");
            Vec::new()
        }
        Act::TimeShown => time_shown(model),
        Act::Screen(screen) => show(model, screen),
        Act::Menu | Act::Palette => {
            keys::palette(model, act);
            Vec::new()
        }
        Act::Clients => setting_up(model),
        Act::Help => help(model),
        Act::Stream => streams::of_event(model),
        Act::StreamCalls => streams::calls(model),
        Act::OnTimeline => streams::place(model),
        Act::Order => streams::order(model, false),
        Act::OrderReverse => streams::order(model, true),
        Act::Waterfall => waterfall::open(model),
        Act::ZoomOut => flip(model, |model| model.waterfall.zoom(false)),
        Act::Summary => summary::open(model),
        Act::Note => note::open(model),
        Act::Notes => note::list(model),
        Act::SavedFilters => pick::filters(model),
        Act::SaveFilter => pick::name_filter(model),
        Act::Forward => habits::forward(model),
        Act::FoldLike => chains::together(model),
        Act::Call => habits::call(model),
        Act::Columns => pick::columns(model),
        Act::Levels => narrow::levels(model),
        Act::Theme => habits::theme(model),
        Act::Partner => pick::partners(model),
        Act::FilterHelp => habits::filter_help(model),
        Act::Mouse => habits::mouse(model),
        Act::LastNotice => habits::last_notice(model),
        Act::Differs => habits::differs(model),
        Act::Resume => habits::resume(model),
        Act::CopyMarkdown => habits::copy_markdown(model),
    }
}

fn on_held(model: &Model) -> bool {
    model.tab == Tab::Held && model.page.is_none()
}

fn flip(model: &mut Model, change: impl FnOnce(&mut Model)) -> Vec<Effect> {
    change(model);
    Vec::new()
}

/// Closes the page in view; on a numbered screen it leaves.
fn close(model: &mut Model, asked: Option<Asked>) -> Vec<Effect> {
    if jump::close_overlay(model) {
        return Vec::new();
    }
    if model.page.is_some() {
        return jump::back(model);
    }
    quit(model, asked)
}

fn quit(model: &mut Model, asked: Option<Asked>) -> Vec<Effect> {
    let recording = model.recording.as_ref().is_some_and(|r| r.running);
    if recording && asked != Some(Asked::Leave) {
        model.asked = Some(Asked::Leave);
        let held = match model.held.calls.len() {
            0 => String::new(),
            1 => "; the call that is held goes on as it came".to_owned(),
            n => format!("; the {n} calls that are held go on as they came"),
        };
        let text = format!("leaving ends the recording; what was recorded is safe{held}. The same key again leaves");
        model.refuse(text);
        return Vec::new();
    }
    if model.replay.iter().chain(model.replays.values()).any(Replay::is_unsent) && asked != Some(Asked::Leave) {
        model.asked = Some(Asked::Leave);
        model.refuse("a request was changed and not sent (6 shows it). The same key again leaves");
        return Vec::new();
    }
    model.ending = Some(Ending::Left);
    Vec::new()
}

fn show(model: &mut Model, screen: ScreenKey) -> Vec<Effect> {
    (model.overlay, model.parked) = (None, None);
    let tab = match screen {
        ScreenKey::Sources => Tab::Sources,
        ScreenKey::Timeline => Tab::Timeline,
        ScreenKey::Findings => Tab::Findings,
        ScreenKey::Logs => Tab::Logs,
        ScreenKey::Report => Tab::Report,
        ScreenKey::Compare if model.compare.is_some() => Tab::Compare,
        ScreenKey::Compare => {
            model.refuse("nothing is compared yet: put the cursor on a call and press c");
            return Vec::new();
        }
        ScreenKey::Streams => Tab::Streams,
        ScreenKey::Replay if model.replay.is_some() => Tab::Replay,
        ScreenKey::Replay => {
            model.refuse("no replay is open: put the cursor on a call and press r");
            return Vec::new();
        }
    };
    model.page = None;
    model.tab = tab;
    jump::enter(model)
}

fn pane(model: &mut Model) -> Vec<Effect> {
    let joined = crate::tui::model::layout::joined_rows(model) > 0;
    if let Some(Page::Exchange(page)) = &mut model.page {
        page.side = match page.side {
            Side::Request => Side::Answer,
            Side::Answer if joined => Side::Joined,
            Side::Answer | Side::Joined => Side::Request,
        };
        return Vec::new();
    }
    if let Some(replay) = model.replay.as_mut().filter(|_| model.tab == Tab::Replay) {
        replay.pane = match replay.pane {
            ReplayPane::Edit => ReplayPane::Runs,
            ReplayPane::Runs => ReplayPane::Answer,
            ReplayPane::Answer => ReplayPane::Edit,
        };
        return Vec::new();
    }
    model.findings.pane = if model.findings.pane == Pane::List { Pane::Detail } else { Pane::List };
    Vec::new()
}

fn side(model: &mut Model) -> Vec<Effect> {
    if let Some(Page::Exchange(page)) = &mut model.page {
        page.side = if page.side == Side::Request { Side::Answer } else { Side::Request };
    }
    Vec::new()
}

fn view(model: &mut Model, back: bool) -> Vec<Effect> {
    let ticket = model.next_ticket();
    match &mut model.page {
        Some(Page::Exchange(page)) => {
            page.view = page.view.next(back);
            page.ticket = ticket;
            let shape = Shape::of(page.view, model.size.0);
            vec![Effect::Exchange { around: model.around.clone(), id: page.id, shape, ticket }]
        }
        Some(Page::Record(page)) => {
            page.view = page.view.next(back);
            page.filled = false;
            Vec::new()
        }
        Some(Page::Stream(_)) => {
            streams::view(model, back);
            Vec::new()
        }
        _ => Vec::new(),
    }
}

fn fold(model: &mut Model, open: bool) -> Vec<Effect> {
    let rows = settle::page_rows(model);
    if let Some(page) = &mut model.page {
        if open {
            page.reading_mut().unfold(rows);
        } else if !page.reading_mut().fold(rows) {
            model.say("there is nothing to fold here");
        }
        return Vec::new();
    }
    let Some(event) = model.list().cursor else { return Vec::new() };
    // A record closes before the chain that it is in.
    if !open && model.list_mut().0.unfolded.remove(&event) {
        return Vec::new();
    }
    if let Some(effects) = chains::fold(model, open) {
        return effects;
    }
    if open {
        model.list_mut().0.unfolded.insert(event);
    } else {
        model.say("there is nothing to fold here");
    }
    Vec::new()
}

fn fold_all(model: &mut Model, open: bool) -> Vec<Effect> {
    let rows = settle::page_rows(model);
    if let Some(page) = &mut model.page {
        if !page.reading_mut().fold_all(open, rows) {
            model.say("there is nothing to fold here");
        }
        return Vec::new();
    }
    let (list, lines) = model.list_mut();
    let lines = Arc::clone(lines);
    if open {
        // What is in view; a million records have no use unfolded.
        let events: Vec<EventRef> =
            (list.top..list.top + rows).filter_map(|row| list.line(&lines, row)).map(|line| line.event).collect();
        list.unfolded.extend(events);
    } else {
        list.unfolded.clear();
    }
    if model.tab == Tab::Timeline { chains::fold_all(model, open) } else { Vec::new() }
}

fn time_shown(model: &mut Model) -> Vec<Effect> {
    let (next, words) = match model.time_shown {
        TimeShown::Clock => (TimeShown::SinceStart, "times are shown since the first event"),
        TimeShown::SinceStart => (TimeShown::AsWritten, "times are shown as each source wrote them, uncorrected"),
        TimeShown::AsWritten => (TimeShown::Clock, "times are shown on the reference's clock"),
    };
    model.time_shown = next;
    model.say(words);
    Vec::new()
}

/// Takes the event into the report, or out of it.
fn evidence(model: &mut Model) -> Vec<Effect> {
    let Some(event) = model.subject() else { return Vec::new() };
    if let Some(at) = model.chosen.iter().position(|e| *e == event) {
        model.chosen.remove(at);
        model.say(format!("taken out of the report; {} in it (7 shows it)", model.chosen.len()));
    } else {
        model.chosen.push(event);
        model.say(format!("taken into the report; {} in it (7 shows it, x writes it)", model.chosen.len()));
    }
    vec![Effect::Report { around: model.around.clone(), chosen: model.chosen.clone() }]
}

fn copy(model: &mut Model) -> Vec<Effect> {
    if let Some(page) = model.page.as_ref().filter(|page| page.reading().whole().is_large()) {
        return vec![Effect::CopyAll(Arc::clone(page.reading().whole()))];
    }
    let text = match (&model.page, model.tab) {
        (Some(page), _) => page.reading().whole().whole(),
        (None, Tab::Findings) => model.findings.detail.whole().whole(),
        // What is copied goes into a ticket.
        (None, Tab::Report) => pages::markdown(&model.around, &model.chosen),
        (None, Tab::Compare) => model.compare.as_ref().map(compare_text).unwrap_or_default(),
        (None, Tab::Sources) => source_text(model),
        (None, Tab::Replay) => model.replay.as_ref().map(Replay::text).unwrap_or_default(),
        (None, Tab::Summary) => model.summary.reading.whole().whole(),
        (None, Tab::Held) => model.held.here().map(|call| call.editor.text()).unwrap_or_default(),
        (None, Tab::Start) => String::new(),
        (None, Tab::Timeline | Tab::Logs | Tab::Streams | Tab::Waterfall) => row_text(model),
    };
    if text.trim().is_empty() {
        model.refuse("there is nothing to copy here");
        return Vec::new();
    }
    vec![Effect::Copy(text)]
}

fn compare_text(compare: &crate::tui::model::page::Compare) -> String {
    let row = |row: &crate::tui::model::page::CompareRow| {
        let value = |v: &Option<String>| v.clone().unwrap_or_else(|| "-".to_owned());
        format!("{}\t{}\t{}\n", row.name, value(&row.left), value(&row.right))
    };
    compare.rows.iter().map(row).collect()
}

fn source_text(model: &Model) -> String {
    let row = model.investigation().sources.get(model.sources.row);
    row.map(|(source, ..)| source.path.clone())
        .or_else(|| model.gathered().sources.first().map(|s| s.path.clone()))
        .unwrap_or_default()
}

fn row_text(model: &Model) -> String {
    let Some(event) = model.subject() else { return String::new() };
    match event {
        EventRef::Record(source, n) => model.details.record((source, n)).map(|r| r.text.clone()).unwrap_or_default(),
        EventRef::Exchange(id) => model.gathered().exchange(id).map_or(String::new(), |x| {
            let facts: Vec<String> = pages::call_facts(x).into_iter().map(|(n, v)| format!("{n}\t{v}\n")).collect();
            format!("{}\n{}", pages::place(&model.around, event), facts.concat())
        }),
        other => pages::in_a_line(model.gathered(), other).unwrap_or_default(),
    }
}

fn copy_body(model: &mut Model) -> Vec<Effect> {
    let Some(Page::Exchange(page)) = &model.page else { return Vec::new() };
    vec![Effect::CopyBody { around: model.around.clone(), id: page.id, side: page.side }]
}

fn copy_place(model: &mut Model) -> Vec<Effect> {
    model.subject().map(|event| Effect::Copy(pages::place(&model.around, event))).into_iter().collect()
}

/// What to do on the client's side, for a recording that runs.
fn setting_up(model: &mut Model) -> Vec<Effect> {
    let recording = model.recording.as_ref().filter(|recording| recording.running);
    let place = recording.and_then(|recording| {
        let proxy = recording.listening.iter().find_map(|address| address.parse().ok())?;
        Some(Place::new(proxy, recording.certificate.clone().unwrap_or_default()))
    });
    let Some(place) = place else {
        model.refuse("no forward proxy is recording: mwscope record starts one");
        return Vec::new();
    };
    let mut text = Text::default();
    text.add(&format!("How a client reaches {}", place.proxy), Role::Title);
    for client in clients::clients(&place) {
        text.add("", Role::Plain).add(client.name, Role::Title);
        for step in &client.steps {
            text.add(&format!("  {step}"), Role::Plain);
        }
    }
    model.overlay = Some(Overlay::Help(Reading::new(text)));
    Vec::new()
}

/// What the keys do on this screen, then on all others.
fn help(model: &mut Model) -> Vec<Effect> {
    if matches!(model.overlay, Some(Overlay::Help(_))) {
        let _closed = jump::close_overlay(model);
        return Vec::new();
    }
    model.pending.clear();
    let here = model.on();
    let mut text = Text::default();
    text.add("What the keys do here", Role::Title);
    for group in GROUPS {
        text.add("", Role::Plain).add(&format!("{group:?}"), Role::Title);
        for action in actions().iter().filter(|a| a.group == group && a.on.has(here)) {
            let keys: Vec<String> = action.keys.iter().map(|k| names(k)).collect();
            text.add(&format!("  {:14} {}", keys.join(" "), action.title), Role::Plain);
        }
    }
    text.add("", Role::Plain).add("Only on other screens", Role::Title);
    for action in actions().iter().filter(|a| keymap::only_elsewhere(a, here)) {
        let keys: Vec<String> = action.keys.iter().map(|k| names(k)).collect();
        text.add(&format!("  {:14} {}", keys.join(" "), action.title), Role::Dim);
    }
    text.add("", Role::Plain).add("Fields of the filter (f) and of find (/)", Role::Title);
    for (name, what) in crate::query::fields() {
        text.add(&format!("  {name:14} {what}"), Role::Plain);
    }
    text.add("", Role::Plain);
    for line in FILTER_HELP {
        text.add(line, Role::Dim);
    }
    model.overlay = Some(Overlay::Help(Reading::new(text)));
    Vec::new()
}

const GROUPS: [crate::tui::keymap::Group; 5] = {
    use crate::tui::keymap::Group::{Do, Look, Move, Narrow, Screens};
    [Look, Move, Narrow, Do, Screens]
};

const FILTER_HELP: [&str; 4] = [
    "  A space is AND; OR, NOT and brackets as usual; - before a term is NOT. Case is ignored.",
    "  A plain value is part of the text, for ids and codes the whole; = is the whole, * any text, /.../ a regexp;",
    "  a,b either; a..b a range; > >= < <= for numbers, times and levels. A bare word looks in what the row shows.",
    "  user:jdoe is:failed    op:Create dur>2s    status:5xx    with:x12    kind:log level:>=warn    -user:batch",
];
