//! Narrowing a list: the filter row, `=` and `-`.

use std::sync::Arc;

use crate::model::EventRef;
use crate::query::{Filter, QueryError, record_user};
use crate::tui::effect::{Effect, Slot, Which};
use crate::tui::keymap::Facet;
use crate::tui::model::list::{Base, FilterBox, Scan, Shown};
use crate::tui::model::overlay::Purpose;
use crate::tui::model::{Model, Tab};

use super::{chains, keys, streams};

pub(super) fn which(model: &Model) -> Which {
    if model.tab == Tab::Logs { Which::Logs } else { Which::Timeline }
}

/// The list that a search is about.
pub(super) fn list_of(model: &mut Model, which: Which) -> &mut crate::tui::model::list::EventList {
    match which {
        Which::Timeline => &mut model.timeline,
        Which::Logs => &mut model.logs,
    }
}

/// Opens the filter for editing, with its old text.
pub(super) fn edit_filter(model: &mut Model) -> Vec<Effect> {
    let mut text = in_view(model).filter.as_ref().map_or(String::new(), |f| f.text().trim_end().to_owned());
    if !text.is_empty() {
        // What is typed behind it is a term of its own.
        text.push(' ');
    }
    keys::prompt(model, Purpose::Filter, &text);
    Vec::new()
}

/// The filter of the list in view.
pub(super) fn in_view(model: &Model) -> &FilterBox {
    if streams::in_view(model) { &model.streams.filter } else { &model.list().filter }
}

/// Takes a typed filter.
pub(super) fn set_filter(model: &mut Model, text: &str) -> Result<Vec<Effect>, QueryError> {
    if streams::in_view(model) {
        return streams::set_filter(model, text);
    }
    let filter = model.filter(text)?;
    let which = which(model);
    let list = list_of(model, which);
    list.filter.filter = Some(Arc::new(filter));
    list.filter.off = false;
    Ok(rescan(model, which))
}

/// Sets a filter that the program made itself.
pub(super) fn force(model: &mut Model, text: &str) -> Vec<Effect> {
    match set_filter(model, text) {
        Ok(effects) => effects,
        Err(error) => {
            model.refuse(format!("{text}: {error}"));
            Vec::new()
        }
    }
}

/// Takes the filter off, or puts it back; the row stays.
pub(super) fn on_off(model: &mut Model) -> Vec<Effect> {
    if streams::in_view(model) {
        return streams::on_off(model);
    }
    let which = which(model);
    let filter = &mut list_of(model, which).filter;
    if filter.filter.as_ref().is_none_or(|f| f.is_empty()) {
        model.refuse("there is no filter; f makes one");
        return Vec::new();
    }
    filter.off = !filter.off;
    rescan(model, which)
}

/// Finds out anew which rows a list shows.
pub(super) fn rescan(model: &mut Model, which: Which) -> Vec<Effect> {
    let ticket = model.next_ticket();
    let lines = Arc::clone(&model.lines);
    let around = model.around.clone();
    let hide = chains::hidden(model, which);
    let list = list_of(model, which);
    list.stopped = None;
    list.hits = None;
    let anchor = list.line(&lines, list.row).copied();
    let (base, filter) = (list.base, list.filter.active().cloned());
    if filter.is_none() && hide.is_empty() {
        list.scan = None;
        let rows = match base {
            Base::All => Shown::All,
            Base::Records | Base::Streams => {
                let takes = |(at, line): (usize, &crate::tui::model::lines::Line)| {
                    base.takes(line.event, &around.gathered).then(|| u32::try_from(at).unwrap_or(u32::MAX))
                };
                Shown::Some(Arc::new(lines.iter().enumerate().filter_map(takes).collect()))
            }
        };
        show(model, which, rows, anchor.map(|line| line.event));
        return Vec::new();
    }
    let filter = filter.unwrap_or_default();
    list.scan =
        Some(Scan { ticket, found: Vec::new(), done: 0, total: lines.len(), showing: false, anchor, put: None });
    vec![Effect::Scan { which, ticket, base, filter, hide, around, lines }]
}

/// Shows these rows, with the cursor on the event it was on, or the next one that is shown.
fn show(model: &mut Model, which: Which, rows: Shown, anchor: Option<EventRef>) {
    let position = anchor.and_then(|event| model.position(event));
    let lines = Arc::clone(&model.lines);
    let height = usize::from(crate::tui::model::layout::Layout::of(model).list);
    let list = list_of(model, which);
    let below = list.row.saturating_sub(list.top);
    list.shown = rows;
    let row = match position {
        Some(at) => list.row_at(at),
        None => 0,
    };
    list.go(&lines, row);
    // The cursor stays on the same line of the screen as far as it can.
    list.top = list.row.saturating_sub(below.min(height.saturating_sub(1)));
}

/// Rows that passed the filter came in.
pub(super) fn scanned(
    model: &mut Model,
    which: Which,
    ticket: u64,
    rows: &[u32],
    progress: (usize, usize),
    finished: bool,
) {
    let list = list_of(model, which);
    let Some(scan) = list.scan.as_mut().filter(|scan| scan.ticket == ticket) else { return };
    scan.found.extend_from_slice(rows);
    (scan.done, scan.total) = progress;
    let anchor = scan.anchor.map(|line| line.event);
    let moved = scan.showing && scan.put != list.cursor;
    if finished {
        let found = std::mem::take(&mut scan.found);
        let anchor = if moved { list.cursor } else { anchor };
        list.scan = None;
        show(model, which, Shown::Some(Arc::new(found)), anchor);
    } else if !scan.found.is_empty() {
        let first = !scan.showing;
        scan.showing = true;
        let found = scan.found.clone();
        let lines = Arc::clone(&model.lines);
        let list = list_of(model, which);
        list.shown = Shown::Some(Arc::new(found));
        if first {
            list.top = 0;
            list.go(&lines, 0);
            let put = list.cursor;
            if let Some(scan) = &mut list.scan {
                scan.put = put;
            }
        }
    }
}

/// Narrows the list to what shares a fact with the event under the cursor, or hides that.
pub(super) fn by_facet(model: &mut Model, facet: Facet, only: bool) -> Vec<Effect> {
    let Some(event) = model.subject() else { return Vec::new() };
    let Some(term) = term(model, event, facet) else {
        model.refuse("that isn't known of this event");
        return Vec::new();
    };
    if model.page.is_some() || !matches!(model.tab, Tab::Timeline | Tab::Logs | Tab::Streams) {
        model.leave_track();
        model.page = None;
        model.tab = if model.tab == Tab::Logs { Tab::Logs } else { Tab::Timeline };
    }
    let term = if only { term } else { format!("-{term}") };
    let filter = if streams::in_view(model) { &model.streams.filter } else { &model.list().filter };
    let before = filter.active().map_or(String::new(), |f| f.text().to_owned());
    let text = match before.as_str() {
        "" => term,
        before if before.split(' ').any(|t| t == term) => before.to_owned(),
        before if before.contains(" OR ") || before.contains(" | ") => format!("({before}) {term}"),
        before => format!("{before} {term}"),
    };
    force(model, &text)
}

/// Stops a search that runs; what was found by then stays. `None` where none runs.
pub(super) fn stop(model: &mut Model) -> Option<Vec<Effect>> {
    if model.page.is_some() || !matches!(model.tab, Tab::Timeline | Tab::Logs) {
        return None;
    }
    let which = which(model);
    let scan = list_of(model, which).scan.take()?;
    let percent = scan.done * 100 / scan.total.max(1);
    let found = scan.found.len();
    list_of(model, which).stopped = Some(percent);
    show(model, which, Shown::Some(Arc::new(scan.found)), scan.anchor.map(|line| line.event));
    model.refuse(format!("stopped: {found} rows of the {percent} % that were searched; F F searches all"));
    Some(vec![Effect::Stop(Slot::Scan(which))])
}

/// Steps through the levels: warnings and worse, errors, all.
pub(super) fn levels(model: &mut Model) -> Vec<Effect> {
    const STEPS: [&str; 2] = ["level:>=warn", "level:>=error"];
    let before = model.list().filter.active().map_or(String::new(), |filter| filter.text().to_owned());
    let step = STEPS.iter().position(|step| before.split(' ').any(|term| term == *step));
    let rest: Vec<&str> = before.split(' ').filter(|term| !STEPS.contains(term) && !term.is_empty()).collect();
    let next = match step {
        None => Some(STEPS[0]),
        Some(at) => STEPS.get(at + 1).copied(),
    };
    let text = rest.into_iter().chain(next).collect::<Vec<_>>().join(" ");
    force(model, &text)
}

/// Counts the rows that what is being typed would leave.
pub(super) fn count(model: &mut Model, filter: Filter) -> (u64, Vec<Effect>) {
    let ticket = model.next_ticket();
    let base = if streams::in_view(model) { Base::Streams } else { model.list().base };
    let (filter, around, lines) = (Arc::new(filter), model.around.clone(), Arc::clone(&model.lines));
    (ticket, vec![Effect::Count { ticket, base, filter, around, lines }])
}

/// A value as it can stand in a filter.
pub(super) use crate::query::quoted;

fn term(model: &Model, event: EventRef, facet: Facet) -> Option<String> {
    let (field, value) = match event {
        EventRef::Exchange(id) => exchange_fact(model, id, facet)?,
        EventRef::Record(source, n) => record_fact(model, (source, n), facet)?,
        EventRef::Threads(id) => {
            let (source, _) = model.gathered().thread_dump(id)?;
            match facet {
                Facet::Kind => ("kind:", "threads".to_owned()),
                Facet::File => ("file=", model.gathered().path(*source).to_owned()),
                _ => return None,
            }
        }
        EventRef::Stream(id) => stream_fact(model.gathered().stream(id)?, model.gathered(), facet)?,
        EventRef::Dump(id) => {
            let found = model.gathered().dump(id)?;
            match facet {
                Facet::User => ("user:", found.dump.user.clone()?),
                Facet::Program => ("program=", found.dump.program.clone()?),
                Facet::Kind => ("kind:", "dump".to_owned()),
                Facet::File => ("file=", model.gathered().path(found.source).to_owned()),
                _ => return None,
            }
        }
    };
    Some(format!("{field}{}", quoted(&value)))
}

fn stream_fact(
    stream: &crate::model::Stream,
    gathered: &crate::model::Gathered,
    facet: Facet,
) -> Option<(&'static str, String)> {
    let ends = &stream.tcp.ends;
    let logon = stream.facts.iter().find_map(|facts| facts.mi.as_ref()?.logon.as_ref());
    let told = |place| stream.told("mi", place)?.as_str().map(str::to_owned);
    Some(match facet {
        Facet::Host => ("server:", ends.server.ip().to_string()),
        Facet::Client => ("client:", ends.client.ip().to_string()),
        Facet::Kind => ("protocol:", stream.protocol().word().to_owned()),
        Facet::User => ("user:", logon.map(|logon| logon.user.clone()).or_else(|| told("/logon/user"))?),
        Facet::Program => ("program=", logon.map(|logon| logon.program.clone()).or_else(|| told("/logon/program"))?),
        Facet::File => ("file=", gathered.path(stream.source).to_owned()),
        _ => return None,
    })
}

fn exchange_fact(model: &Model, id: crate::model::ExchangeId, facet: Facet) -> Option<(&'static str, String)> {
    let x = model.gathered().exchange(id)?;
    Some(match facet {
        Facet::User => ("user:", x.call.user.clone()?),
        Facet::Operation => ("op=", x.call.operation.clone()?),
        Facet::Program => ("program=", x.call.program.clone()?),
        Facet::Status => ("status:", x.status()?.to_string()),
        Facet::Host => ("host=", crate::query::host(&x.url)?.to_owned()),
        Facet::Client => {
            // A client is one machine, whatever port it called from.
            let client = x.client.as_deref()?;
            ("client:", client.rsplit_once(':').map_or(client, |(ip, _)| ip).to_owned())
        }
        Facet::Kind => ("kind:", "call".to_owned()),
        Facet::File => ("file=", model.gathered().path(x.source).to_owned()),
        Facet::Thread => {
            let joined = model.around.joined_if_known(id)?;
            ("thread=", joined.threads.first()?.1.clone())
        }
        Facet::Logger => return None,
    })
}

fn record_fact(
    model: &Model,
    at: crate::tui::model::details::RecordRef,
    facet: Facet,
) -> Option<(&'static str, String)> {
    let record = model.details.record(at)?;
    Some(match facet {
        Facet::User => ("user:", record_user(record)?.to_owned()),
        Facet::Thread => ("thread=", record.thread.clone()?),
        Facet::Status => ("level:", record.level.as_ref()?.to_lowercase()),
        Facet::Logger => ("logger=", record.logger.clone()?),
        Facet::Kind => ("kind:", if model.gathered().is_text(at.0) { "text" } else { "log" }.to_owned()),
        Facet::File => ("file=", model.gathered().path(at.0).to_owned()),
        _ => return None,
    })
}
