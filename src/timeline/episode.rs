//! Episodes of trouble in a log: records of one thread, close together, that speak of one failure.

use std::collections::HashMap;
use std::sync::Arc;

use mwscope_parsers::log::Severity;

use super::entries::Entries;
use super::journal::Entry;
use super::words;
use crate::model::SourceId;

const MS: i64 = 1_000_000;
/// A program's end and the fault that follows from it; between them the dump is written. Nanoseconds.
pub(super) const GAP_BEHIND_A_CRASH: i64 = 1_500 * MS;
/// Other records of one failure follow each other within this: a busy thread is on its next call soon.
const GAP: i64 = 400 * MS;
/// Behind the fault only a second logger says the same once more.
const GAP_BEHIND_THE_FAULT: i64 = 100 * MS;
/// Without thread names, only records right behind each other can be taken for one failure.
const GAP_WITHOUT_THREAD: i64 = 60 * MS;
/// And a reason that isn't a program's end comes right before its fault.
const REASON_WITHOUT_THREAD: i64 = 15 * MS;

/// What an episode is about, most telling first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EpisodeKind {
    /// A program ended abnormally.
    Abnormal,
    /// MWS could not execute an MPD.
    Mpd,
    /// A stack trace was written.
    Trace,
    /// An error was written.
    Error,
    /// A warning was written, or a record holds the fault that an exchange got.
    Warning,
}

/// Records of one thread that speak of one failure.
#[derive(Clone, Debug)]
pub struct Episode {
    /// The log.
    pub log: SourceId,
    /// What it is about.
    pub kind: EpisodeKind,
    /// Its records, as places in the log's list of entries, in the order of time.
    pub(super) entries: Vec<usize>,
    /// The number of the record that tells most.
    pub cause: usize,
    /// Numbers of all its records, in the order of time.
    pub records: Vec<usize>,
    /// When the telling record was written, nanoseconds on the reference's clock.
    pub at: i64,
    /// How coarse that is, nanoseconds: a log may cut its stamps to seconds, so that what it tells of came up to that
    /// much later.
    pub(super) precision: i64,
    /// When its last record was written, likewise.
    pub last_at: i64,
    /// Whether, beside a general fault, an error of the thread's own says why.
    pub gives_a_reason: bool,
    /// Whether its records only pass on, as the cause of something else, that a program ended.
    pub(super) passed_on: bool,
    /// The program that ended.
    pub program: Option<String>,
    /// The path of the dump that was written, as the record names it.
    pub dump_path: Option<String>,
    /// The user, where a record says it.
    pub user: Option<String>,
    /// The thread, as in [`Entry::thread`].
    pub thread: Option<u32>,
    /// Program events that tell of the same failure: their source and number.
    pub echoes: Vec<(SourceId, usize)>,
    /// The records' text in upper case.
    pub(super) upper: String,
}

/// What a single record speaks of; `None` where it is of no concern.
pub(super) fn kind_of(entry: &Entry) -> Option<EpisodeKind> {
    let text = entry.upper.as_str();
    if words::is_failed_event(text) {
        return Some(EpisodeKind::Abnormal);
    }
    if (says(entry, "ABNORMAL") && (text.contains("TERMINAT") || text.contains("ABNORMAL END")))
        || says(entry, "DUMP LOG CREATED")
        || says(entry, "DUMPLOG CREATED")
    {
        return Some(EpisodeKind::Abnormal);
    }
    if says_fault(entry) {
        return Some(EpisodeKind::Mpd);
    }
    if entry.record.trace.is_some() {
        return Some(EpisodeKind::Trace);
    }
    match entry.record.head.severity {
        Severity::Fatal | Severity::Error => Some(EpisodeKind::Error),
        Severity::Warn => Some(EpisodeKind::Warning),
        _ => None,
    }
}

/// Whether a record says this (in upper case) of something that happened, and doesn't only mention it: that there was
/// none, or in quotes where its level says that nothing is wrong.
fn says(entry: &Entry, phrase: &str) -> bool {
    if !entry.upper.contains(phrase) {
        return false;
    }
    let record = &entry.record;
    let text = if record.message.trim().is_empty() { &record.text } else { &record.message };
    let quiet = matches!(record.head.severity, Severity::Trace | Severity::Debug | Severity::Info);
    // What stands behind the message, in fields of its own, is no prose.
    let upper = text.to_ascii_uppercase();
    !upper.contains(phrase) || words::is_told(&upper, phrase, quiet)
}

/// Whether a record says that what a call asked for couldn't be executed.
fn says_fault(entry: &Entry) -> bool {
    words::CANNOT.iter().any(|phrase| says(entry, phrase))
}

/// Whether a record passes on that a program ended: its own words say something else, and the trace below them names the
/// end as their cause. Where it has no words but the trace, what that begins with are its own.
fn passes_on(entry: &Entry) -> bool {
    let record = &entry.record;
    let says_itself = || {
        let thrown = || record.trace.as_ref()?.throwables.first()?.message.as_deref();
        let own = if record.message.trim().is_empty() { thrown().unwrap_or_default() } else { &record.message };
        let own = own.lines().next().unwrap_or_default().to_ascii_uppercase();
        own.contains("ABNORMAL") || own.contains("DUMP")
    };
    record.trace.is_some() && entry.upper.contains("ABNORMAL") && !says_itself()
}

/// Gathers the episodes of one log from its entries, which are in the order of time. `of_concern` marks records
/// that matter although neither level nor words say so; `starts` marks records with which a new call begins.
pub(super) fn episodes(
    entries: &Entries,
    of_concern: &dyn Fn(&Entry) -> bool,
    starts: &dyn Fn(&Entry) -> bool,
) -> Vec<Episode> {
    let mut open: HashMap<Option<u32>, Episode> = HashMap::new();
    let mut done = Vec::new();
    for (place, entry) in entries.iter().enumerate() {
        let kind = entry.kind.or_else(|| of_concern(entry).then_some(EpisodeKind::Warning));
        let Some(kind) = kind else {
            if starts(entry) {
                done.extend(open.remove(&entry.thread));
            }
            continue;
        };
        if let Some(episode) = open.get_mut(&entry.thread) {
            if continues(episode, entries, entry, kind) {
                done.extend(episode.without_an_earlier_one(entries, entry));
                extend(episode, place, entry, kind);
                continue;
            }
            done.extend(open.remove(&entry.thread));
        }
        open.insert(entry.thread, begin(place, entry, kind));
    }
    done.extend(open.into_values());
    for episode in &mut done {
        name_the_reason(episode, entries);
    }
    done.sort_by_key(|e| (e.at, e.cause));
    done
}

fn continues(episode: &Episode, entries: &Entries, entry: &Entry, kind: EpisodeKind) -> bool {
    let last = episode.entries.last().and_then(|p| entries.get(*p)).map_or(i64::MIN, |e| e.at);
    let ended = episode.mpd_faults(entries) > 0;
    let crashed = episode.kind == EpisodeKind::Abnormal;
    let gap = match (entry.thread.is_some(), ended, crashed) {
        (true, true, _) => GAP_BEHIND_THE_FAULT,
        (true, false, true) => GAP_BEHIND_A_CRASH,
        (true, false, false) => GAP,
        (false, false, true) => GAP_WITHOUT_THREAD,
        (false, ..) if kind == EpisodeKind::Mpd => REASON_WITHOUT_THREAD,
        (false, ..) => return false,
    };
    if entry.at.saturating_sub(last) > gap {
        return false;
    }
    let program = words::program_in(&entry.upper);
    let other_program = matches!((&program, &episode.program), (Some(a), Some(b)) if a != b);
    match kind {
        EpisodeKind::Abnormal if crashed && passes_on(entry) => {
            let same = program.is_some() && program == episode.program;
            (same || entry.thread.is_some() && !other_program) && !episode.said_by_its_logger(entries, entry)
        }
        // What ended with a fault can't end again: the thread is on its next call.
        EpisodeKind::Abnormal if ended => false,
        EpisodeKind::Abnormal if crashed && episode.passed_on => {
            entry.thread.is_some() && entry.at - last < GAP_BEHIND_THE_FAULT && !other_program
        }
        EpisodeKind::Abnormal if crashed => {
            let path = words::dump_path_of(&entry.record);
            let says_more = !says_that_it_ended(&entry.upper) && episode.dump_path.is_none();
            // Said twice by two loggers, with the same dump if with any.
            let says_again = entry.thread.is_some()
                && entry.at - last < GAP_BEHIND_THE_FAULT
                && path == episode.dump_path
                && path.is_some();
            (says_more || says_again) && !other_program
        }
        EpisodeKind::Abnormal => entry.thread.is_some() && !other_program,
        // One logger says one fault once: the same again is the next call's.
        EpisodeKind::Mpd if episode.said_by_its_logger(entries, entry) => false,
        _ => entry.thread.is_some() || !other_program,
    }
}

/// Whether a record says that a program ended, and not only where its dump is.
fn says_that_it_ended(upper: &str) -> bool {
    upper.contains("ABNORMAL")
}

impl Episode {
    /// Its records' text in upper case.
    #[must_use]
    pub fn words(&self) -> &str {
        &self.upper
    }

    /// Whether one of its records is the same to the letter and of the same logger as this one.
    fn said_by_its_logger(&self, entries: &Entries, entry: &Entry) -> bool {
        let (of, own) = (self.entries.iter().filter_map(|p| entries.get(*p)), &entry.record);
        own.logger.is_some() && of.map(|e| &e.record).any(|e| e.logger == own.logger && e.message == own.message)
    }

    /// Takes off what another call left on this thread before: the logger that tells how a call ended (`fault`) told of an
    /// error before the program ended. Gives that as an episode of its own.
    fn without_an_earlier_one(&mut self, entries: &Entries, fault: &Entry) -> Option<Self> {
        let logger = fault.record.logger.as_ref().filter(|_| says_fault(fault))?;
        let entry = |place: &usize| entries.get(*place);
        let ended = |place: &usize| entry(place).and_then(|e| e.kind) == Some(EpisodeKind::Abnormal);
        let crash = self.entries.iter().position(ended)?;
        let told =
            |e: &Arc<Entry>| e.record.logger.as_ref() == Some(logger) && e.record.head.severity >= Severity::Error;
        let last = self.entries[..crash].iter().rposition(|place| entry(place).is_some_and(told))?;
        let (earlier, own) = self.entries.split_at(last + 1);
        let (earlier, own) = (Self::of(earlier, entries)?, Self::of(own, entries)?);
        *self = own;
        Some(earlier)
    }

    /// The episode of these records.
    fn of(places: &[usize], entries: &Entries) -> Option<Self> {
        let mut records = places.iter().filter_map(|place| {
            let entry = entries.get(*place)?;
            Some((*place, entry, entry.kind.unwrap_or(EpisodeKind::Warning)))
        });
        let (place, entry, kind) = records.next()?;
        let mut episode = begin(place, entry, kind);
        records.for_each(|(place, entry, kind)| extend(&mut episode, place, entry, kind));
        Some(episode)
    }

    fn mpd_faults(&self, entries: &Entries) -> usize {
        let of = self.entries.iter().filter_map(|p| entries.get(*p));
        let is_fault = |e: &&Arc<Entry>| e.kind == Some(EpisodeKind::Mpd) || (passes_on(e) && says_fault(e));
        of.filter(is_fault).count()
    }
}

/// *Unable to execute MPD* says nothing by itself; where the thread wrote an error of its own before, that one tells, or a
/// warning of what the definition asks for.
fn name_the_reason(episode: &mut Episode, entries: &Entries) {
    if episode.kind != EpisodeKind::Mpd {
        return;
    }
    let is_reason = |e: &&Arc<Entry>| match e.kind {
        Some(EpisodeKind::Trace | EpisodeKind::Error) => e.record.head.severity >= Severity::Error,
        Some(EpisodeKind::Warning) => e.upper.contains("PANEL") || e.upper.contains("FIELD"),
        _ => false,
    };
    if let Some(entry) = episode.entries.iter().filter_map(|p| entries.get(*p)).find(is_reason) {
        episode.cause = entry.n;
        episode.at = entry.at;
        episode.gives_a_reason = true;
    }
}

fn begin(place: usize, entry: &Entry, kind: EpisodeKind) -> Episode {
    Episode {
        log: entry.log,
        kind,
        entries: vec![place],
        cause: entry.n,
        records: vec![entry.n],
        at: entry.at,
        precision: entry.record.head.stamp.map_or(0, |stamp| 10_i64.pow(9 - u32::from(stamp.digits.min(9)))),
        last_at: entry.at,
        gives_a_reason: false,
        passed_on: kind == EpisodeKind::Abnormal && passes_on(entry),
        program: told_program(entry, kind),
        dump_path: words::dump_path_of(&entry.record),
        user: words::users_in(&entry.upper).into_iter().next(),
        thread: entry.thread,
        echoes: Vec::new(),
        upper: entry.upper.clone(),
    }
}

fn extend(episode: &mut Episode, place: usize, entry: &Entry, kind: EpisodeKind) {
    episode.entries.push(place);
    episode.records.push(entry.n);
    episode.last_at = entry.at;
    episode.upper.push('\n');
    episode.upper.push_str(&entry.upper);
    let says_itself = episode.passed_on && kind == EpisodeKind::Abnormal && !passes_on(entry);
    if kind < episode.kind || says_itself {
        episode.passed_on = kind == EpisodeKind::Abnormal && passes_on(entry);
        episode.kind = kind;
        episode.cause = entry.n;
        episode.at = entry.at;
        episode.program = told_program(entry, kind).or_else(|| episode.program.take());
    }
    episode.program = episode.program.take().or_else(|| told_program(entry, kind));
    episode.dump_path = episode.dump_path.take().or_else(|| words::dump_path_of(&entry.record));
    episode.user = episode.user.take().or_else(|| words::users_in(&entry.upper).into_iter().next());
}

/// The program a record speaks of. A warning names programs for many reasons, so only graver records are believed.
fn told_program(entry: &Entry, kind: EpisodeKind) -> Option<String> {
    if kind > EpisodeKind::Error {
        return None;
    }
    words::program_in(&entry.upper)
}
