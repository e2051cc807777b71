//! What the screens ask to be done outside of them, as values, and the doing: reading records and bodies,
//! searching, writing. It runs off the draw path; answers come back as messages.

mod body;
mod clipboard;
mod density;
mod differs;
mod exchange;
mod export;
mod held;
mod keep;
mod mask;
mod paste;
mod paths;
mod picture;
mod replay;
mod scan;
mod streams;
mod waterfall;
mod write;

pub(super) use exchange::hex;
pub(super) use export::{Export, Exported, export, new_file};
pub(super) use held::LetGo;
pub(super) use paste::Pasted;
pub(super) use paths::is_there;
pub(super) use replay::{Job, Unsent, trouble};
pub(super) use scan::{Find, Rows, Searched, passes};

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use regex::Regex;

use crate::engine::breaks::{Breaks, HoldId};
use crate::model::{EventRef, Exchange, ExchangeId, Gathered, Investigation, Record, Remark};
use crate::query::{Filter, Surroundings};
use crate::remarks::saved::{SavedFilters, Scope};
use crate::remarks::{Remarks, Said};
use crate::replay::Draft;
use crate::rules;
use crate::timeline::{self, Trouble};

use super::model::details::RecordRef;
use super::model::lines::{self, Line};
use super::model::list::{Base, Shown};
use super::model::page::{CompareRow, Shape};
use super::model::replay::Run;
use super::model::streams::Order;
use super::model::text::{Text, ToBreak};
use super::model::waterfall::{Bars, Beneath};
use super::model::{Alike, Density};
use super::pages;
use super::update::Msg;

/// A list, as far as searches in it are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Which {
    Timeline,
    Logs,
}

/// Where a search for hits goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Among {
    Events(Which),
    /// The list of conversations.
    Streams,
}

/// Something to be done.
pub(super) enum Effect {
    /// Put everything in order and find out what belongs to the failed calls.
    Index { gathered: Arc<Gathered>, investigation: Arc<Investigation>, remarks: Arc<Mutex<Remarks>>, ticket: u64 },
    /// Read records that are in view.
    Read { around: Surroundings, wanted: Vec<RecordRef> },
    /// Find the rows that pass a filter.
    Scan {
        which: Which,
        ticket: u64,
        base: Base,
        filter: Arc<Filter>,
        hide: Arc<HashSet<EventRef>>,
        around: Surroundings,
        lines: Arc<Vec<Line>>,
    },
    /// Find the next row that passes.
    Find(Find),
    /// Count all rows that pass.
    CountHits(Searched),
    /// Find out what belongs to a call, for `t`.
    Join { around: Surroundings, call: ExchangeId },
    /// Lay out an exchange's two halves.
    Exchange { around: Surroundings, id: ExchangeId, shape: Shape, ticket: u64 },
    /// Compare two calls.
    Compare { around: Surroundings, left: ExchangeId, right: ExchangeId, ticket: u64 },
    /// Read the request of a call, to be changed and sent again.
    Draft { around: Surroundings, id: ExchangeId, ticket: u64 },
    /// Send what was made of it.
    Send { job: Box<Job>, ticket: u64 },
    /// Conclude anew from everything that is there. Where more keeps coming it rests after it, nine times as long as it
    /// took.
    Conclude { gathered: Arc<Gathered>, trouble: Arc<Trouble>, rest: bool },
    /// Spread the events over the columns of the density line.
    Density { lines: Arc<Vec<Line>>, columns: u16 },
    /// Write the report as text for the screen.
    Report { around: Surroundings, chosen: Vec<EventRef> },
    /// Hand text to the terminal's clipboard.
    Copy(String),
    /// Copy the decoded body of an exchange's half.
    CopyBody { around: Surroundings, id: ExchangeId, side: super::model::page::Side },
    /// Write something to a new file in the current folder.
    Export(Box<Export>),
    /// List the TCP conversations that pass a filter, in an order.
    Streams { around: Surroundings, filter: Option<Arc<Filter>>, order: (Order, bool), ticket: u64 },
    /// Put the calls that are shown in order as bars in time.
    Waterfall { around: Surroundings, lines: Arc<Vec<Line>>, shown: Shown, ticket: u64 },
    /// Find out what the threads of a call wrote while it ran.
    Beneath { around: Surroundings, of: ExchangeId },
    /// Break the lines of a large text.
    Break(ToBreak),
    /// Find the next line of a large text that matches.
    FindLine { text: Arc<Text>, regex: Regex, from: (usize, bool) },
    /// Count all lines of a large text that match.
    CountLines { text: Arc<Text>, regex: Regex, ticket: u64 },
    /// Copy a large text.
    CopyAll(Arc<Text>),
    /// Keep notes and marks.
    Keep { around: Surroundings, remarks: Arc<Mutex<Remarks>>, said: Vec<Said> },
    /// Find anew what the kept remarks are about.
    Remarks { around: Surroundings, remarks: Arc<Mutex<Remarks>> },
    /// Keep a filter under a name, or let the name go.
    KeepFilter { saved: SavedFilters, name: String, text: Option<String>, scope: Scope },
    /// Count the rows that pass a filter, while it is typed.
    Count { ticket: u64, base: Base, filter: Arc<Filter>, around: Surroundings, lines: Arc<Vec<Line>> },
    /// Find the call that a record, a dump or a thread dump belongs to.
    CallOf { around: Surroundings, event: EventRef },
    /// Find the records that have the same trace as an earlier one.
    Alike { around: Surroundings },
    /// Find out what the records that pass have in common, and the others have not.
    Differs { around: Surroundings, filter: Arc<Filter> },
    /// Read pasted text together with what is open.
    Paste { title: String, paths: Vec<String>, text: String },
    /// Find the paths that a text names; where it names none and a title is given, read it as pasted text.
    Paths { text: String, paste: Option<String>, follows: bool },
    /// Find what the path at the end of a text could go on with.
    CompletePath { text: String },
    /// Decide on what is held at breakpoints, or on what is to be.
    LetGo { breaks: Arc<Breaks>, what: LetGo },
    /// End the work of that kind.
    Stop(Slot),
}

/// Kinds of work of which only the newest matters: starting one ends the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Slot {
    Scan(Which),
    Find,
    Hits,
    Page,
    Compare,
    Streams,
    Count,
    Alike,
    Differs,
    CallOf,
}

impl Effect {
    /// The kind of work it is, where only the newest of that kind matters.
    pub(super) fn slot(&self) -> Option<Slot> {
        match self {
            Self::Scan { which, .. } => Some(Slot::Scan(*which)),
            Self::Find(_) | Self::FindLine { .. } => Some(Slot::Find),
            Self::CountHits(_) | Self::CountLines { .. } => Some(Slot::Hits),
            Self::Exchange { .. } => Some(Slot::Page),
            Self::Compare { .. } => Some(Slot::Compare),
            Self::Streams { .. } => Some(Slot::Streams),
            Self::Count { .. } => Some(Slot::Count),
            Self::Alike { .. } => Some(Slot::Alike),
            Self::Differs { .. } => Some(Slot::Differs),
            Self::CallOf { .. } => Some(Slot::CallOf),
            Self::Stop(slot) => Some(*slot),
            _ => None,
        }
    }

    /// Whether it is over in no time, so that the next picture can wait for it.
    pub(super) fn quick(&self) -> bool {
        match self {
            Self::Read { .. } | Self::CompletePath { .. } => true,
            Self::Exchange { around, id, .. } => !exchange::is_large(around, *id),
            Self::Compare { around, left, right, .. } => {
                ![left, right].iter().any(|id| exchange::is_large(around, **id))
            }
            _ => false,
        }
    }
}

impl Effect {
    /// Whether it writes down what the user said: one after the other in the order in which it was said, and none is
    /// left out when the screens are left.
    pub(super) fn keeps(&self) -> bool {
        matches!(self, Self::LetGo { .. } | Self::Keep { .. } | Self::Remarks { .. } | Self::KeepFilter { .. })
    }
}

/// Whoever concludes anew and again rests no longer than this.
const MOST_REST: Duration = Duration::from_secs(60);

/// A flag by which work that nobody waits for any more is told so.
#[derive(Clone, Default)]
pub(super) struct Cancel(Arc<AtomicBool>);

impl Cancel {
    pub(super) fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    pub(super) fn cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// What the ordering of events gave.
pub(super) struct Indexed {
    pub(super) around: Surroundings,
    pub(super) lines: Vec<Line>,
    /// The number of the question.
    pub(super) ticket: u64,
}

/// The answers of effects.
pub(super) enum Answer {
    Indexed(Box<Indexed>),
    Records(Vec<(RecordRef, Result<Arc<Record>, String>)>),
    Scanned {
        which: Which,
        ticket: u64,
        rows: Vec<u32>,
        done: usize,
        total: usize,
        finished: bool,
    },
    Found {
        among: Among,
        ticket: u64,
        event: Option<EventRef>,
        wrapped: bool,
    },
    /// Hits behind those that were told; `progress` is how many of how many rows are searched.
    Hits {
        among: Among,
        ticket: u64,
        found: Vec<EventRef>,
        progress: (usize, usize),
    },
    /// The same of the lines of a text.
    HitLines {
        ticket: u64,
        found: Vec<usize>,
        progress: (usize, usize),
    },
    Joined {
        call: ExchangeId,
    },
    Exchange {
        ticket: u64,
        request: Text,
        answer: Text,
    },
    Compared {
        ticket: u64,
        rows: Vec<CompareRow>,
    },
    Drafted {
        ticket: u64,
        read: Result<Box<(Draft, String, Run)>, String>,
    },
    Sent {
        ticket: u64,
        sent: Result<Box<(Vec<Exchange>, Run)>, Unsent>,
    },
    Concluded(Box<Investigation>),
    /// What concluded has rested.
    Rested,
    Density(Density),
    Report(Text),
    Copied(String),
    CopyText(String),
    Saved(Result<String, String>),
    Failed(String),
    Streams {
        ticket: u64,
        rows: Vec<EventRef>,
        total: usize,
    },
    Waterfall {
        ticket: u64,
        bars: Bars,
    },
    Beneath(Beneath),
    Broken {
        whole: ToBreak,
        text: Arc<Text>,
    },
    FoundLine {
        text: Arc<Text>,
        line: Option<usize>,
    },
    /// What the user wrote is on the disk.
    Kept,
    /// The remarks on what is there.
    Remarked(Vec<Remark>),
    Counted {
        ticket: u64,
        found: usize,
        done: usize,
        total: usize,
    },
    /// The call that was looked for.
    Called(Option<ExchangeId>),
    Alike(Alike),
    Differs(Text),
    Pasted(Result<Box<Pasted>, String>),
    /// The paths that a text names, or what isn't there.
    Paths {
        text: String,
        found: Result<Vec<String>, String>,
        follows: bool,
    },
    /// What was made of a held message can't be sent: it is still held.
    StillHeld(HoldId, String),
    /// What the path that begins at a byte of the text could go on with.
    PathCompleted {
        text: String,
        start: usize,
        with: Vec<String>,
    },
}

/// Does `effect` and hands each answer to `answer`.
pub(super) fn perform(effect: Effect, cancel: &Cancel, answer: &mut dyn FnMut(Msg)) {
    let mut give = |a: Answer| answer(Msg::Answer(a));
    match effect {
        Effect::Index { gathered, investigation, remarks, ticket } => match mask::facts(&gathered) {
            Ok(masked) => {
                let found = keep::remarks(&remarks).on(&masked, &investigation);
                let mut investigation = investigation;
                if !found.is_empty() {
                    Arc::make_mut(&mut investigation).remarks = found;
                }
                give(Answer::Indexed(Box::new(index(masked, investigation, ticket))));
            }
            Err(error) => give(Answer::Failed(format!("secrets can't be masked, so nothing is shown: {error}"))),
        },
        Effect::Read { around, wanted } => {
            give(Answer::Records(wanted.into_iter().map(|at| (at, read(&around.gathered, at))).collect()));
        }
        Effect::Scan { which, ticket, base, filter, hide, around, lines } => {
            let job = scan::Job { which, ticket, base, filter: &filter, hide: &hide, around: &around, lines: &lines };
            scan::scan(&job, cancel, &mut give);
        }
        Effect::Find(find) => give(scan::find(&find, cancel)),
        Effect::CountHits(searched) => scan::hits(&searched, cancel, &mut give),
        Effect::CountLines { text, regex, ticket } => scan::lines(&text, &regex, ticket, cancel, &mut give),
        Effect::Join { around, call } => {
            let _cached = around.joined(call);
            give(Answer::Joined { call });
        }
        Effect::Exchange { around, id, shape, ticket } => {
            if exchange::is_large(&around, id) {
                let (request, answer) = exchange::meanwhile(&around, id);
                give(Answer::Exchange { ticket, request, answer });
            }
            let (request, answer) = exchange::halves(&around, id, shape, cancel);
            give(Answer::Exchange { ticket, request, answer });
        }
        Effect::Compare { around, left, right, ticket } => {
            give(Answer::Compared { ticket, rows: exchange::compare(&around, left, right) });
        }
        Effect::Draft { around, id, ticket } => {
            give(Answer::Drafted { ticket, read: replay::draft(&around, id).map(Box::new) });
        }
        Effect::LetGo { breaks, what } => {
            if let Err((id, why)) = what.carry_out(&breaks) {
                give(Answer::StillHeld(id, why));
            }
        }
        Effect::Send { job, ticket } => give(Answer::Sent { ticket, sent: replay::send(&job).map(Box::new) }),
        Effect::Conclude { gathered, trouble, rest } => {
            let began = Instant::now();
            let investigation = rules::investigate_on(&gathered, &timeline::Options::default(), &trouble);
            drop(gathered);
            give(Answer::Concluded(Box::new(investigation)));
            if rest {
                std::thread::sleep((began.elapsed() * 9).min(MOST_REST));
                give(Answer::Rested);
            }
        }
        Effect::Density { lines, columns } => give(Answer::Density(density::of(&lines, columns))),
        Effect::Report { around, chosen } => give(Answer::Report(pages::report(&around, &chosen))),
        Effect::Copy(text) => give(Answer::Copied(clipboard::copy(&text, write::save))),
        Effect::CopyBody { around, id, side } => give(exchange::body_text(&around, id, side)),
        Effect::Streams { around, filter, order, ticket } => {
            let (rows, total) = streams::rows(&around, filter.as_deref(), order, cancel);
            give(Answer::Streams { ticket, rows, total });
        }
        Effect::Waterfall { around, lines, shown, ticket } => {
            give(Answer::Waterfall { ticket, bars: waterfall::bars(&around, &lines, &shown) });
        }
        Effect::Beneath { around, of } => give(Answer::Beneath(waterfall::beneath(&around, of, cancel))),
        Effect::Break(whole) => {
            let text = Arc::new(whole.text.wrapped(whole.cells));
            give(Answer::Broken { whole, text });
        }
        Effect::FindLine { text, regex, from } => {
            let line = text.find_while(&regex, from, || !cancel.cancelled());
            if !cancel.cancelled() {
                give(Answer::FoundLine { text, line });
            }
        }
        Effect::CopyAll(text) => give(Answer::CopyText(text.whole())),
        Effect::Export(what) => give(Answer::Saved(export(&what, &mut new_file))),
        Effect::Keep { around, remarks, said } => match keep::keep(&around, &remarks, said) {
            Ok(()) => give(Answer::Kept),
            Err(why) => {
                // What was written is gone on with by the key that began it.
                give(Answer::Failed(format!("not kept, it holds until you leave at most: {why}")));
                give(Answer::Remarked(keep::remarks(&remarks).on(&around.gathered, &around.investigation)));
            }
        },
        Effect::Remarks { around, remarks } => {
            give(Answer::Remarked(keep::remarks(&remarks).on(&around.gathered, &around.investigation)));
        }
        Effect::KeepFilter { saved, name, text, scope } => {
            if let Err(why) = saved.write(&name, text.as_deref(), scope) {
                give(Answer::Failed(format!("not kept: {why}")));
            }
        }
        Effect::Count { ticket, base, filter, around, lines } => {
            scan::count(ticket, base, (&filter, &around, &lines), cancel, &mut give);
        }
        Effect::CallOf { around, event } => {
            let call = keep::call_of(&around, event, cancel);
            if !cancel.cancelled() {
                give(Answer::Called(call));
            }
        }
        Effect::Alike { around } => {
            if let Some(alike) = scan::alike(&around, cancel) {
                give(Answer::Alike(alike));
            }
        }
        Effect::Differs { around, filter } => {
            if let Some(text) = differs::told(&around, &filter, cancel) {
                give(Answer::Differs(text));
            }
        }
        Effect::Paste { title, paths, text } => {
            give(Answer::Pasted(paste::read(&title, &paths, &text).map(Box::new)));
        }
        Effect::Paths { text, paste, follows } => match (paths::named(&text), paste) {
            (Err(paths::NotThere::NoPath), Some(title)) => {
                give(Answer::Pasted(paste::read(&title, &[], &text).map(Box::new)));
            }
            (found, _) => give(Answer::Paths { text, found: found.map_err(|why| why.to_string()), follows }),
        },
        Effect::CompletePath { text } => {
            let (start, with) = paths::complete(&text);
            give(Answer::PathCompleted { text, start, with });
        }
        // Taking the place of what ran has ended it.
        Effect::Stop(_) => {}
    }
}

/// Calls whose threads are looked up in advance, so that lists can show them.
const JOIN_AHEAD: usize = 200;

fn index(gathered: Arc<Gathered>, investigation: Arc<Investigation>, ticket: u64) -> Indexed {
    let around = Surroundings::new(gathered, investigation);
    for finding in around.investigation.findings.iter().take(JOIN_AHEAD) {
        if let Some(id) = finding.exchange {
            let _cached = around.joined(id);
        }
    }
    if let Some(stream) = around.gathered.streams.first() {
        let _cached = around.exchanges_in(stream);
    }
    let lines = lines::all(&around);
    Indexed { around, lines, ticket }
}

fn read(gathered: &Gathered, (source, n): RecordRef) -> Result<Arc<Record>, String> {
    let log = gathered.log(source).ok_or("its log isn't there any more")?;
    log.read(n).map(mask::record).map(Arc::new).map_err(|error| format!("{}: {error}", gathered.path(source)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_ends_none_of_another_kind() {
        let around = Surroundings::new(Arc::new(Gathered::new()), Arc::new(Investigation::default()));
        let alike = Effect::Alike { around: around.clone() };
        let differs = Effect::Differs { around: around.clone(), filter: Arc::default() };
        let call_of = Effect::CallOf { around, event: EventRef::Exchange(ExchangeId(0)) };
        let slots: HashSet<Slot> = [alike, differs, call_of].iter().filter_map(Effect::slot).collect();
        assert_eq!(slots.len(), 3);
    }
}
