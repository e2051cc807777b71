//! What a thread was doing: the records before an episode, and those of a call that left no trouble behind.

use std::sync::Arc;

use super::subject::{Subject, Subjects};
use crate::model::SourceId;
use crate::timeline::entries::Entries;
use crate::timeline::episode::{Episode, EpisodeKind};
use crate::timeline::journal::Entry;
use crate::timeline::words::{has_word, program_in, says_it_could_not, users_in};

const SECOND: i64 = 1_000_000_000;
/// Records of a thread that are looked at or shown.
const MOST: usize = 40;
/// A thread that writes nothing for this long has nothing to do.
const IDLE: i64 = 1_500_000_000;
/// Calls take seconds, rarely minutes.
const LONGEST_CALL: i64 = 180 * SECOND;

/// What the thread's records say before (and in) an episode.
#[derive(Clone, Debug, Default)]
pub(super) struct Chain {
    /// When the earliest record before the episode was written.
    pub(super) first: i64,
    /// Those records, latest first.
    said: Vec<Arc<Entry>>,
    /// The services named last.
    pub(super) services: Vec<String>,
    /// When the call began, by the thread's own records.
    pub(super) began: Option<i64>,
    /// Whether records speak of operations at all.
    pub(super) operations: bool,
    /// The user named last.
    pub(super) user: Option<String>,
    /// The program named last.
    pub(super) program: Option<String>,
    /// Whether the call's field values stand there (an `<MPD>`), so that missing ones speak against a join.
    pub(super) has_values: bool,
}

impl Chain {
    /// Whether a word stands in the thread's name or text.
    pub(super) fn names(&self, word: &str) -> bool {
        self.texts().any(|text| has_word(text, word))
    }

    /// The records' texts, in upper case.
    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        self.said.iter().map(|entry| entry.upper.as_str())
    }

    /// Whether a word stands outside XML, where services and operations are named.
    pub(super) fn names_plainly(&self, word: &str) -> bool {
        self.said.iter().any(|entry| has_word(entry.plain(), word))
    }

    /// What the episode's thread says up to the episode's end, but nothing that was written before `since`.
    pub(super) fn since(episode: &Episode, entries: &Entries, subjects: &Subjects, since: i64) -> Self {
        let mut chain = Self { first: i64::MAX, ..Self::default() };
        let in_episode = episode.entries.iter().rev().filter_map(|p| entries.get(*p));
        for entry in in_episode {
            chain.take(entry, subjects);
        }
        for entry in earlier(episode, entries, subjects) {
            if entry.at < since {
                break;
            }
            chain.take(entry, subjects);
            if starts_a_call(entry, subjects) {
                chain.began = Some(entry.at);
            }
            chain.first = entry.at;
        }
        chain
    }

    /// Adds an earlier record: what later ones said stands.
    fn take(&mut self, entry: &Arc<Entry>, subjects: &Subjects) {
        let plain = entry.plain();
        self.take_services(entry, plain, subjects);
        if self.user.is_none() {
            self.user = users_in(&entry.upper)
                .into_iter()
                .next()
                .or_else(|| subjects.users.iter().find(|u| has_word(&entry.upper, u)).cloned());
        }
        if self.program.is_none() {
            self.program = program_in(&entry.upper);
        }
        self.has_values |= entry.upper.contains("<MPD") || entry.upper.contains("<MDP");
        self.operations |= plain.contains("OPERATION");
        self.said.push(Arc::clone(entry));
    }

    /// A call of the API is named by its program, and so is what a web service runs: only where no service is named, and
    /// outside of what tells how a program fared, is a program's name that of what was called.
    fn take_services(&mut self, entry: &Entry, plain: &str, subjects: &Subjects) {
        let is_program = |service: &String| subjects.programs.contains(service);
        if self.services.iter().any(|service| !is_program(service)) {
            return;
        }
        let mut named: Vec<String> = subjects.services.iter().filter(|s| has_word(plain, s)).cloned().collect();
        if named.iter().any(|service| !is_program(service)) {
            named.retain(|service| !is_program(service));
            self.services = named;
        } else if self.services.is_empty() && !is_trouble(entry) {
            self.services = named;
        }
    }
}

/// The records of the episode's thread before it, latest first, back to the start of the call.
fn earlier<'a>(episode: &Episode, entries: &'a Entries, subjects: &Subjects) -> Vec<&'a Arc<Entry>> {
    let mut found: Vec<&Arc<Entry>> = Vec::new();
    let (Some(thread), Some(first)) = (episode.thread, episode.entries.first()) else { return found };
    let Some(begin) = entries.get(*first).map(|e| e.at) else { return found };
    let mut started: Option<i64> = None;
    let mut later = begin;
    let before = entries.before(*first, thread).take_while(|e| begin - e.at <= LONGEST_CALL);
    let of_thread: Vec<&Arc<Entry>> = before.take(2 * MOST).collect();
    for (place, entry) in of_thread.iter().copied().enumerate() {
        let starts = starts_a_call(entry, subjects);
        // A call starts with several records in a row; whatever lies before them is another call's.
        let before_start = started.is_some_and(|at| at - entry.at > SECOND / 20 || is_trouble(entry));
        // A thread that was silent for long was idle, unless the call itself took so long.
        let idle = later - entry.at > IDLE && !starts;
        let ended = ends_a_call(entry, subjects)
            || ends_what_it_began(entry, &of_thread[place + 1..], subjects)
            || entry.kind.is_some_and(|kind| kind <= EpisodeKind::Mpd);
        let other = before_start || idle || ended;
        if other || found.len() >= MOST {
            break;
        }
        if starts {
            started = Some(entry.at);
        }
        later = entry.at;
        found.push(entry);
    }
    found
}

/// Whether a record is one with which a thread takes up a call.
pub(super) fn starts_a_call(entry: &Entry, subjects: &Subjects) -> bool {
    let text = entry.upper.as_str();
    if is_trouble(entry) || speaks_of_an_end(entry) {
        return false;
    }
    if sends_to_a_program(entry) || text.contains("/SERVICES/") || text.contains("-WS/") {
        return true;
    }
    names_a_service(entry, subjects)
}

fn is_trouble(entry: &Entry) -> bool {
    entry.kind.is_some()
}

/// Whether a record closes a whole call, and not a step of one.
fn ends_a_call(entry: &Entry, subjects: &Subjects) -> bool {
    let closes = says_it_could_not(&entry.upper) || speaks_of_an_end(entry);
    closes && (names_a_service(entry, subjects) || entry.upper.contains("/SERVICES/"))
}

/// Whether a record that names no service closes a call all the same: the last thing that its logger said on this thread
/// before (`earlier`, latest first) was that a call begins.
fn ends_what_it_began(entry: &Entry, earlier: &[&Arc<Entry>], subjects: &Subjects) -> bool {
    if entry.record.logger.is_none() || is_trouble(entry) || !speaks_of_an_end(entry) {
        return false;
    }
    let before = earlier.iter().find(|e| e.record.logger == entry.record.logger);
    before.is_some_and(|begun| !sends_to_a_program(begun) && starts_a_call(begun, subjects))
}

/// Whether a record shows what a program is sent: an answer to that is a step of the call.
fn sends_to_a_program(entry: &Entry) -> bool {
    entry.upper.contains("<MPD") || entry.upper.contains("<MDP")
}

fn names_a_service(entry: &Entry, subjects: &Subjects) -> bool {
    subjects.services.iter().any(|s| has_word(entry.plain(), s))
}

fn speaks_of_an_end(entry: &Entry) -> bool {
    const ENDS: [&str; 10] =
        [" ENDED", " END ", "COMPLETED", "FINISHED", " RETURNED", " DONE", " FAULT", " MS", "RESPONSE", "STATUS"];
    // An arrow back: `<-- Facility.Create OK`.
    let back = || entry.record.message.trim_start().starts_with("<-");
    ENDS.iter().any(|w| entry.upper.contains(w)) || back()
}

/// The thread's records around an episode, for showing: from the start of its call to the episode's end.
pub(super) fn around(
    episode: &Episode,
    entries: &Entries,
    span: Option<(i64, i64)>,
    subjects: &Subjects,
) -> Vec<Arc<Entry>> {
    let mut shown: Vec<Arc<Entry>> = earlier(episode, entries, subjects).into_iter().rev().cloned().collect();
    let (Some(first), Some(last)) = (episode.entries.first(), episode.entries.last()) else { return shown };
    let until = span.map_or(i64::MAX, |(_, ended)| ended + SECOND);
    // Where no thread is named, only the episode's own records are known to be of its call.
    let Some(thread) = episode.thread else {
        shown.extend(episode.entries.iter().filter_map(|place| entries.get(*place)).take(2 * MOST).cloned());
        return shown;
    };
    for (place, entry) in entries.from(*first, thread) {
        let is_later = place > *last;
        let is_too_late = entry.at > until || entry.at > episode.at + SECOND / 2;
        if is_later && (is_too_late || starts_a_call(entry, subjects)) {
            break;
        }
        shown.push(Arc::clone(entry));
        if shown.len() >= 2 * MOST {
            break;
        }
    }
    shown
}

/// The records of the thread that served a call which left no episode of its own: from the record that names most of
/// what the call was about, closest to its start, to the end of that call.
pub(super) fn of_the_call(
    subject: &Subject,
    logs: &[Entries],
    subjects: &Subjects,
    doubt: &dyn Fn(SourceId) -> i64,
) -> Vec<Arc<Entry>> {
    let Some((started, ended)) = subject.span else { return Vec::new() };
    let mut best: Option<(f64, usize, usize)> = None;
    for (log, entries) in logs.iter().enumerate() {
        let doubt = entries.first().map_or(0, |e| doubt(e.log)) + subject.doubt;
        let from = entries.partition_point(|e| e.at < started - doubt);
        let within = entries.iter().enumerate().skip(from).take_while(|(_, e)| e.at <= ended + doubt);
        for (place, entry) in within.filter(|(_, e)| e.thread.is_some()) {
            let named = names(entry, subject, subjects);
            let distance = (entry.at - started).abs() as f64 / (0.3 * SECOND as f64 + doubt as f64);
            let score = named + 2.0 * (-distance).exp();
            if named >= 2.0 && best.is_none_or(|(b, ..)| score > b) {
                best = Some((score, log, place));
            }
        }
    }
    best.map(|(_, log, place)| call_around(&logs[log], place, started, subjects)).unwrap_or_default()
}

/// The records of one call on the thread of the entry at `place`.
fn call_around(entries: &Entries, place: usize, started: i64, subjects: &Subjects) -> Vec<Arc<Entry>> {
    let centre = &entries[place];
    let Some(thread) = centre.thread else { return Vec::new() };
    let near = |e: &&Arc<Entry>| centre.at - e.at < SECOND / 20 && e.at > started - SECOND && !ends_a_call(e, subjects);
    let before = entries.before(place, thread).take_while(near);
    let mut shown: Vec<Arc<Entry>> = before.take(MOST).cloned().collect();
    shown.reverse();
    for (_, entry) in entries.from(place, thread) {
        if entry.at > centre.at + SECOND / 20 && starts_a_call(entry, subjects) {
            break;
        }
        shown.push(Arc::clone(entry));
        if ends_a_call(entry, subjects) || shown.len() >= MOST {
            break;
        }
    }
    shown
}

/// How much of what the call was about a record names.
fn names(entry: &Entry, subject: &Subject, subjects: &Subjects) -> f64 {
    let plain = entry.plain();
    let mut score = 0.0;
    let words = [&subject.service, &subject.operation].into_iter().flatten().filter(|w| has_word(plain, w));
    score += words.map(|w| 0.5 + subjects.rarity(w) * 0.5).sum::<f64>();
    if let Some(user) = &subject.user {
        match users_in(&entry.upper).first() {
            Some(named) if named != user => return 0.0,
            _ if has_word(&entry.upper, user) => score += 0.7 + subjects.rarity(user) * 0.5,
            _ => {}
        }
    }
    let values = subject.values.iter().filter(|v| has_word(&entry.upper, v));
    score + values.take(4).map(|v| subjects.rarity(v) * 0.5).sum::<f64>()
}
