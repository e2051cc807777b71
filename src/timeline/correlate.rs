//! Joins failing exchanges to what the logs and dumps say of them: candidates by time, evidence weighed by rarity,
//! one assignment over all that compete.

mod dump_facts;
mod elsewhere;
mod faults;
mod loose;
mod named;
mod pairs;
mod score;
mod subject;
mod threads;
mod windows;

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use super::clocks::Clocks;
use super::echo;
use super::entries::Entries;
use super::episode::{Episode, episodes};
use super::journal::{Entry, Journal};
use super::scan::Trouble;
use super::views::Views;
use crate::model::{Basis, DumpId, EventRef, ExchangeId, Gathered, SourceId, SourceKind};
use crate::workers;
use dump_facts::DumpFacts;
pub(super) use dump_facts::stamp_of;
use elsewhere::Told;
use pairs::{Pair, Scores};
use score::Score;
use subject::{Answer, Subject, Subjects};
pub(crate) use subject::{not_readable, not_serving, out_of_step, sounds_broken};
use threads::Chain;

/// Episodes in an exchange's time that are looked at; more would mean that the log holds nothing but trouble.
const MOST_CANDIDATES: usize = 600;

/// What a rival's probability against the one that was taken is where the two fit about equally well.
const AS_WELL: f64 = 0.4;

/// Of those that compete for one place so many are named.
const MOST_RIVALS: usize = 3;

/// A dump and why it belongs.
#[derive(Clone, Debug)]
pub struct JoinedDump {
    /// The dump.
    pub id: DumpId,
    /// How sure that is, 0 to 1.
    pub confidence: f64,
    /// How sure it is that this dump or one that competes with it belongs, 0 to 1.
    pub some: f64,
    /// Why, weightiest first.
    pub why: Vec<&'static str>,
}

/// What belongs to one failure.
#[derive(Clone, Debug, Default)]
pub struct Join {
    /// The failing exchange; `None` for trouble in the log that no exchange called for.
    pub exchange: Option<ExchangeId>,
    /// The episode behind it, an index into [`Joined::episodes`].
    pub episode: Option<usize>,
    /// How sure that is, 0 to 1.
    pub confidence: f64,
    /// Why, weightiest first.
    pub why: Vec<&'static str>,
    /// The dump.
    pub dump: Option<JoinedDump>,
    /// What competes for the same place, with its score from 0 to 1.
    pub rivals: Vec<(EventRef, f64)>,
    /// The thread's records around the call, in the order of time.
    pub thread: Vec<Arc<Entry>>,
    /// The user that the thread's records or the dump name.
    pub user: Option<String>,
    /// Whether a log covers the whole time of the exchange.
    pub covered: bool,
}

/// All joins.
#[derive(Clone, Debug, Default)]
pub struct Joined {
    /// One for each failing exchange, in their order; then those without an exchange, in the order of time.
    pub joins: Vec<Join>,
    /// Trouble found in the logs.
    pub episodes: Vec<Episode>,
    /// Dumps that belong to no failure found.
    pub loose_dumps: Vec<DumpId>,
    /// The first and last moment of each log that could be placed, nanoseconds on the reference's clock.
    pub spans: Vec<(SourceId, i64, i64)>,
}

/// Joins everything that failed to its evidence. A call that two sources saw is joined once.
#[must_use]
pub fn join(gathered: &Gathered, clocks: &Clocks, views: &Views, trouble: &Trouble) -> Joined {
    let subjects = Subjects::of(gathered, clocks, views);
    let mut journals: Vec<Journal> =
        gathered.logs.iter().map(|(source, records)| Journal::new(*source, records, &clocks.clock(*source))).collect();
    let spans: Vec<(SourceId, i64, i64)> =
        journals.iter().filter_map(|j| j.span().map(|(from, to)| (j.source, from, to))).collect();
    let logs: Vec<Entries> = journals.iter_mut().map(|j| windows::read(j, &subjects, clocks, trouble)).collect();
    let work = Work::new(gathered, clocks, &subjects, &logs);
    let mut holders = work.own_threads();
    work.programs_elsewhere(&mut holders);
    work.without_exchange(&mut holders);
    work.loose_dumps(&mut holders);
    work.doubt_crashes_of_anybody(&mut holders);
    work.dumps_alone(&mut holders);
    let joins: Vec<Join> = workers::in_order(holders.len(), |n| work.finished(&holders[n], &spans));
    let loose_dumps = work.unused_dumps(&joins);
    Joined { joins, episodes: work.episodes, loose_dumps, spans }
}

/// Everything that the assignments look at.
struct Work<'a> {
    clocks: &'a Clocks,
    subjects: &'a Subjects,
    logs: &'a [Entries],
    episodes: Vec<Episode>,
    chains: Vec<Chain>,
    /// For each episode, the log it stands in, an index into `logs`.
    homes: Vec<usize>,
    dumps: Vec<DumpFacts>,
    /// For each episode, the dump that its record names, an index into `dumps`.
    named: Vec<Option<usize>>,
    /// Crashes that another thread tells of, by episode.
    told: BTreeMap<usize, Told>,
    /// The episodes that tell of them.
    telling: HashSet<usize>,
}

/// A failure while its evidence is gathered: a failing exchange (by its row among the subjects), or trouble that no
/// exchange called for.
#[derive(Clone, Debug, Default)]
struct Holder {
    row: Option<usize>,
    episode: Option<usize>,
    /// The call's own thread, where the program broke on another.
    fault: Option<usize>,
    confidence: f64,
    why: Vec<&'static str>,
    /// Whether values or an id that no other call has tie the episode to the exchange.
    own: bool,
    rivals: Vec<(EventRef, f64)>,
    dump: Option<JoinedDump>,
}

impl<'a> Work<'a> {
    fn new(gathered: &'a Gathered, clocks: &'a Clocks, subjects: &'a Subjects, logs: &'a [Entries]) -> Self {
        let of_concern = |entry: &Entry| windows::holds_a_fault(entry, subjects);
        let starts = |entry: &Entry| threads::starts_a_call(entry, subjects);
        let mut found: Vec<(usize, Episode)> = Vec::new();
        for (log, entries) in logs.iter().enumerate() {
            found.extend(episodes(entries, &of_concern, &starts).into_iter().map(|e| (log, e)));
        }
        let is_events = |log| gathered.source(log).is_some_and(|source| source.kind == SourceKind::Events);
        echo::once(&mut found);
        echo::fold(&mut found, &is_events);
        echo::once_for_each_dump(&mut found);
        echo::pass_on(&mut found);
        found.sort_by_key(|(_, e)| (e.at, e.log, e.cause));
        let chain = |n: usize| Chain::since(&found[n].1, &logs[found[n].0], subjects, i64::MIN);
        let chains = workers::in_order(found.len(), chain);
        let homes = found.iter().map(|(log, _)| *log).collect();
        let episodes: Vec<Episode> = found.into_iter().map(|(_, e)| e).collect();
        // Their fields may have to be read again.
        let facts = |n: usize| DumpFacts::new(gathered, &gathered.dumps[n], clocks);
        let dumps: Vec<DumpFacts> = workers::in_order(gathered.dumps.len(), facts);
        let named = named::named_by(&episodes, &dumps);
        let (told, telling) = (BTreeMap::new(), HashSet::new());
        let mut work = Self { clocks, subjects, logs, episodes, chains, homes, dumps, named, told, telling };
        if !subjects.failing.is_empty() {
            work.told = work.told();
            work.telling = work.told.values().map(|told| told.fault).collect();
        }
        work
    }

    /// Episodes that may lie in the subject's time.
    fn candidates(&self, subject: &Subject) -> impl Iterator<Item = (usize, &Episode)> {
        let (from, to) = subject.span.map_or((i64::MIN, i64::MAX), |(started, ended)| {
            let late = if subject.answer == Answer::GaveUp { 130_000_000_000 } else { 8_000_000_000 };
            (started.saturating_sub(8_000_000_000), ended.saturating_add(late))
        });
        let first = self.episodes.partition_point(|e| e.at < from);
        self.episodes[first..]
            .iter()
            .enumerate()
            .take_while(move |(_, e)| e.at <= to)
            .take(MOST_CANDIDATES)
            .map(move |(n, e)| (first + n, e))
    }

    fn score(&self, subject: &Subject, column: usize) -> Option<Score> {
        // Where two threads tell of it, the call's says what was called.
        let told = self.told.get(&column);
        let episode = told.map_or(&self.episodes[column], |told| &told.whole);
        let dump = self.named[column].map(|d| &self.dumps[d]);
        let doubt = self.clocks.doubt(episode.log);
        // What a log writes in whole seconds came up to a second later.
        let doubt = doubt.saturating_add(episode.precision / 2);
        let chain = self.chain_for(subject, told.map_or(column, |told| told.fault), doubt);
        let ended = told.map_or(episode, |told| &self.episodes[told.fault]).last_at;
        score::of_episode(self.subjects, subject, episode, &chain, dump, (doubt, ended))
    }

    /// Whether the clock of an episode's log is a guess from few calls by which another episode of the kind, of the same
    /// program, could stand at its place.
    fn may_be_anothers(&self, episode: usize) -> bool {
        let own = &self.episodes[episode];
        let clock = self.clocks.clock(own.log);
        if clock.basis != Basis::SharedId || clock.uncertainty_ms <= super::clocks::MOST_DOUBT_MS {
            return false;
        }
        let doubt = clock.uncertainty_ms.saturating_mul(1_000_000);
        self.episodes.iter().enumerate().any(|(n, other)| {
            let users = own.user.as_ref().zip(other.user.as_ref());
            let alike = other.log == own.log && other.kind == own.kind && other.program == own.program;
            let alike = alike && users.is_none_or(|(own, other)| own == other);
            n != episode && alike && other.at.abs_diff(own.at) <= doubt
        })
    }

    /// What the thread says of this call: what it wrote before the call was sent belongs to another one.
    fn chain_for(&self, subject: &Subject, column: usize, doubt: i64) -> Cow<'_, Chain> {
        const SLACK: i64 = 30_000_000;
        let whole = &self.chains[column];
        // A record of whole seconds may have come at the end of the one that it names.
        let coarse = self.episodes[column].precision / 2;
        let doubt = doubt.saturating_add(coarse).saturating_add(subject.doubt).saturating_add(SLACK);
        match subject.span.map(|(started, _)| started.saturating_sub(doubt)) {
            Some(since) if whole.first < since => {
                let entries = &self.logs[self.homes[column]];
                Cow::Owned(Chain::since(&self.episodes[column], entries, self.subjects, since))
            }
            _ => Cow::Borrowed(whole),
        }
    }

    /// The failing exchanges with the episodes that fit them best.
    fn own_threads(&self) -> Vec<Holder> {
        let mut scores = Scores::new();
        for (row, subject) in self.subjects.failing.iter().enumerate() {
            for (column, _) in self.candidates(subject).filter(|(n, _)| !self.telling.contains(n)) {
                scores.put(row, column, self.score(subject, column));
            }
        }
        let mut holders: Vec<Holder> =
            (0..self.subjects.failing.len()).map(|row| Holder { row: Some(row), ..Holder::default() }).collect();
        for pair in scores.pairs() {
            self.give(&mut holders[pair.row], pair);
        }
        holders
    }

    fn give(&self, holder: &mut Holder, pair: Pair) {
        let name = |episode: &usize| EventRef::Record(self.episodes[*episode].log, self.episodes[*episode].cause);
        holder.episode = Some(pair.column);
        let told = self.told.get(&pair.column);
        holder.fault = told.map(|told| told.fault);
        holder.confidence = pair.sure * told.map_or(1.0, |told| told.sure);
        holder.own = pair.own;
        holder.why = pair.why;
        holder.rivals = pair.rivals.iter().map(|(other, score)| (name(other), *score)).collect();
        // Where another record fits about as well and nothing of the call's own decides, neither is likely.
        if !pair.own && pair.rivals.iter().any(|(_, score)| *score >= AS_WELL) {
            holder.confidence = holder.confidence.min(0.5);
        }
        // Where the log was placed by this very call, and could be by another of its records, it may be either's.
        if !pair.own && self.may_be_anothers(pair.column) {
            holder.confidence = holder.confidence.min(0.5);
        }
        holder.dump = self.named[pair.column].map(|d| {
            let confidence = holder.confidence * if holder.rivals.is_empty() { 1.0 } else { 0.97 };
            let why = vec![self.dumps[d].named_how(&self.episodes[pair.column])];
            JoinedDump { id: self.dumps[d].id, confidence, some: confidence, why }
        });
    }

    /// The user whose failure an episode is, by its dump, its thread or its records.
    fn user_of(&self, episode: usize) -> Option<&str> {
        let dump = self.named[episode].and_then(|d| self.dumps[d].user.as_deref());
        dump.or(self.chains[episode].user.as_deref()).or(self.episodes[episode].user.as_deref())
    }

    /// Episodes that no exchange took: each is a failure of its own, but for a call's thread that only says that the
    /// program which broke on another one couldn't be executed.
    fn without_exchange(&self, holders: &mut Vec<Holder>) {
        let taken: HashSet<usize> = holders.iter().flat_map(|h| [h.episode, h.fault]).flatten().collect();
        let free: Vec<usize> = (0..self.episodes.len()).filter(|n| !taken.contains(n)).collect();
        let faults = self.faults_of_crashes(&free);
        let told: HashSet<usize> = faults.values().copied().collect();
        for n in free.into_iter().filter(|n| !told.contains(n)) {
            let dump = self.named[n].map(|d| {
                let why = vec![self.dumps[d].named_how(&self.episodes[n])];
                JoinedDump { id: self.dumps[d].id, confidence: 0.99, some: 0.99, why }
            });
            let fault = faults.get(&n).copied();
            holders.push(Holder { episode: Some(n), fault, confidence: 0.95, dump, ..Holder::default() });
        }
    }

    fn finished(&self, holder: &Holder, spans: &[(SourceId, i64, i64)]) -> Join {
        let subject = holder.row.map(|row| &self.subjects.failing[row]);
        let span = subject.and_then(|s| s.span);
        let covered = |(from, to): (i64, i64)| spans.iter().any(|(_, first, last)| *first <= from && *last >= to);
        let mut thread: Vec<Arc<Entry>> = Vec::new();
        for episode in [holder.fault, holder.episode].into_iter().flatten() {
            for entry in self.thread_of(episode, span) {
                if !thread.iter().any(|e| e.log == entry.log && e.n == entry.n) {
                    thread.push(entry);
                }
            }
        }
        if let (None, Some(subject)) = (holder.episode, subject) {
            thread = threads::of_the_call(subject, self.logs, self.subjects, &|log| self.clocks.doubt(log));
        }
        thread.sort_by_key(|e| (e.at, e.log, e.n));
        Join {
            exchange: subject.map(|s| s.id),
            episode: holder.episode,
            confidence: holder.confidence,
            why: holder.why.clone(),
            dump: holder.dump.clone(),
            rivals: holder.rivals.clone(),
            thread,
            user: [holder.episode, holder.fault].into_iter().flatten().find_map(|n| self.chains[n].user.clone()),
            covered: subject.is_none() || span.is_some_and(covered),
        }
    }

    fn unused_dumps(&self, joins: &[Join]) -> Vec<DumpId> {
        let used: HashSet<DumpId> = joins.iter().filter_map(|j| j.dump.as_ref().map(|d| d.id)).collect();
        self.dumps.iter().map(|d| d.id).filter(|id| !used.contains(id)).collect()
    }

    fn thread_of(&self, episode: usize, span: Option<(i64, i64)>) -> Vec<Arc<Entry>> {
        threads::around(&self.episodes[episode], &self.logs[self.homes[episode]], span, self.subjects)
    }
}
