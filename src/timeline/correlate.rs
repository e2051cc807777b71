//! Joins failing exchanges to what the logs and dumps say of them: candidates by time, evidence weighed by rarity,
//! one assignment over all that compete.

mod dump_facts;
mod faults;
mod pairs;
mod score;
mod subject;
mod threads;
mod windows;

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::clocks::Clocks;
use super::echo;
use super::episode::{Episode, EpisodeKind, episodes};
use super::journal::{Entry, Journal};
use super::scan::Trouble;
use super::views::Views;
use crate::model::{DumpId, EventRef, ExchangeId, Gathered, SourceId, SourceKind};
use dump_facts::DumpFacts;
use pairs::{Pair, Scores, sure};
use score::Score;
use subject::{Answer, Subject, Subjects};
pub(crate) use subject::{not_serving, sounds_broken};
use threads::Chain;

/// Episodes in an exchange's time that are looked at; more would mean that the log holds nothing but trouble.
const MOST_CANDIDATES: usize = 600;

/// Of those that compete for one place so many are named.
const MOST_RIVALS: usize = 3;

/// A dump and why it belongs.
#[derive(Clone, Debug)]
pub struct JoinedDump {
    /// The dump.
    pub id: DumpId,
    /// How sure that is, 0 to 1.
    pub confidence: f64,
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
    pub thread: Vec<Entry>,
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
    let logs: Vec<Vec<Entry>> = journals.iter_mut().map(|j| windows::read(j, &subjects, clocks, trouble)).collect();
    let work = Work::new(gathered, clocks, &subjects, &logs);
    let mut holders = work.own_threads();
    work.programs_elsewhere(&mut holders);
    work.without_exchange(&mut holders);
    work.loose_dumps(&mut holders);
    work.doubt_crashes_of_anybody(&mut holders);
    work.dumps_alone(&mut holders);
    let joins: Vec<Join> = holders.into_iter().map(|holder| work.finished(holder, &spans)).collect();
    let loose_dumps = work.unused_dumps(&joins);
    Joined { joins, episodes: work.episodes, loose_dumps, spans }
}

/// Everything that the assignments look at.
struct Work<'a> {
    clocks: &'a Clocks,
    subjects: &'a Subjects,
    logs: &'a [Vec<Entry>],
    episodes: Vec<Episode>,
    chains: Vec<Chain>,
    /// For each episode, the log it stands in, an index into `logs`.
    homes: Vec<usize>,
    dumps: Vec<DumpFacts>,
    /// For each episode, the dump that its record names, an index into `dumps`.
    named: Vec<Option<usize>>,
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
    rivals: Vec<(EventRef, f64)>,
    dump: Option<JoinedDump>,
}

impl<'a> Work<'a> {
    fn new(gathered: &'a Gathered, clocks: &'a Clocks, subjects: &'a Subjects, logs: &'a [Vec<Entry>]) -> Self {
        let of_concern = |entry: &Entry| windows::holds_a_fault(entry, subjects);
        let starts = |entry: &Entry| threads::starts_a_call(entry, subjects);
        let mut found: Vec<(usize, Episode)> = Vec::new();
        for (log, entries) in logs.iter().enumerate() {
            found.extend(episodes(entries, &of_concern, &starts).into_iter().map(|e| (log, e)));
        }
        let is_events = |log| gathered.source(log).is_some_and(|source| source.kind == SourceKind::Events);
        echo::once(&mut found);
        echo::fold(&mut found, &is_events);
        found.sort_by_key(|(_, e)| (e.at, e.log, e.cause));
        let chains = found.iter().map(|(log, e)| Chain::since(e, &logs[*log], subjects, i64::MIN)).collect();
        let homes = found.iter().map(|(log, _)| *log).collect();
        let episodes: Vec<Episode> = found.into_iter().map(|(_, e)| e).collect();
        let dumps: Vec<DumpFacts> = gathered.dumps.iter().map(|d| DumpFacts::new(gathered, d, clocks)).collect();
        let named = dump_facts::named_by(&episodes, &dumps);
        Self { clocks, subjects, logs, episodes, chains, homes, dumps, named }
    }

    fn doubt_of(&self, source: SourceId) -> i64 {
        // Where not even the zone is known, a whole day would fit; then only what is near by assumption is tried.
        i64::try_from(self.clocks.clock(source).uncertainty_ms).unwrap_or(i64::MAX).min(5_000) * 1_000_000
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
        let episode = &self.episodes[column];
        let dump = self.named[column].map(|d| &self.dumps[d]);
        let doubt = self.doubt_of(episode.log);
        let chain = self.chain_for(subject, column, doubt);
        score::of_episode(self.subjects, subject, episode, &chain, dump, doubt)
    }

    /// What the thread says of this call: what it wrote before the call was sent belongs to another one.
    fn chain_for(&self, subject: &Subject, column: usize, doubt: i64) -> Cow<'_, Chain> {
        const SLACK: i64 = 30_000_000;
        let whole = &self.chains[column];
        let doubt = doubt.saturating_add(subject.doubt).saturating_add(SLACK);
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
            for (column, _) in self.candidates(subject) {
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
        holder.confidence = sure(pair.margin);
        holder.why = pair.why;
        holder.rivals = pair.rivals.iter().map(|(other, score)| (name(other), *score)).collect();
        holder.dump = self.named[pair.column].map(|d| {
            // Where two calls compete for the record that names it, neither may call it likely.
            let confidence = holder.confidence * if holder.rivals.is_empty() { 1.0 } else { 0.97 };
            JoinedDump { id: self.dumps[d].id, confidence, why: vec!["dump path"] }
        });
    }

    /// A program may break on a thread of its own while the call's thread says only that it couldn't go on.
    fn programs_elsewhere(&self, holders: &mut [Holder]) {
        let taken: HashSet<usize> = holders.iter().filter_map(|h| h.episode).collect();
        let abnormal = |n: usize| self.episodes[n].kind == EpisodeKind::Abnormal;
        let mut scores = Scores::new();
        for (row, holder) in holders.iter().enumerate() {
            let subject = &self.subjects.failing[row];
            let may = matches!(subject.answer, Answer::Crash | Answer::Broken | Answer::Plain);
            if !may || holder.episode.is_some_and(abnormal) {
                continue;
            }
            let own = holder.episode.map(|n| &self.episodes[n]);
            for (column, episode) in self.candidates(subject).filter(|(n, _)| abnormal(*n) && !taken.contains(n)) {
                if own.is_some_and(|own| self.is_of_another_call(own, column)) {
                    continue;
                }
                let Some(mut score) = self.score(subject, column) else { continue };
                score.link(own, episode);
                if subject.user.is_none() {
                    score.same_user(holder.episode.and_then(|n| self.user_of(n)), self.user_of(column));
                }
                scores.put(row, column, Some(score));
            }
        }
        for pair in scores.pairs() {
            let holder = &mut holders[pair.row];
            let own = holder.episode;
            self.give(holder, pair);
            holder.fault = own;
        }
    }

    /// The user whose failure an episode is, by its dump, its thread or its records.
    fn user_of(&self, episode: usize) -> Option<&str> {
        let dump = self.named[episode].and_then(|d| self.dumps[d].user.as_deref());
        dump.or(self.chains[episode].user.as_deref()).or(self.episodes[episode].user.as_deref())
    }

    /// A thread that gives a reason of its own needs no crash elsewhere, and a crash on another thread that was serving
    /// a call is that call's.
    fn is_of_another_call(&self, own: &Episode, crash: usize) -> bool {
        let chain = &self.chains[crash];
        let serving = chain.began.is_some() || !chain.services.is_empty();
        own.gives_a_reason || (serving && own.thread != self.episodes[crash].thread)
    }

    /// Episodes that no exchange took: each is a failure of its own, but for a call's thread that only says that the
    /// program which broke on another one couldn't be executed.
    fn without_exchange(&self, holders: &mut Vec<Holder>) {
        let taken: HashSet<usize> = holders.iter().flat_map(|h| [h.episode, h.fault]).flatten().collect();
        let free: Vec<usize> = (0..self.episodes.len()).filter(|n| !taken.contains(n)).collect();
        let faults = self.faults_of_crashes(&free);
        let told: HashSet<usize> = faults.values().copied().collect();
        for n in free.into_iter().filter(|n| !told.contains(n)) {
            let dump =
                self.named[n].map(|d| JoinedDump { id: self.dumps[d].id, confidence: 0.99, why: vec!["dump path"] });
            let fault = faults.get(&n).copied();
            holders.push(Holder { episode: Some(n), fault, confidence: 0.95, dump, ..Holder::default() });
        }
    }

    /// For crashes the episodes of calls that say, right behind, that an MPD couldn't be executed: of one program, the
    /// nearest to each other first.
    fn faults_of_crashes(&self, free: &[usize]) -> HashMap<usize, usize> {
        /// A dump is written in between.
        const BEHIND: i64 = 1_500_000_000;
        let mut pairs: Vec<(i64, usize, usize)> = Vec::new();
        let calls = free.iter().copied().filter(|n| {
            let episode = &self.episodes[*n];
            episode.kind == EpisodeKind::Mpd && !episode.gives_a_reason && self.chains[*n].program.is_some()
        });
        for call in calls {
            let (own, program) = (&self.episodes[call], &self.chains[call].program);
            let from = free.partition_point(|n| self.episodes[*n].at < own.at - BEHIND);
            let near = free[from..].iter().copied().take_while(|n| self.episodes[*n].at <= own.at);
            let crashes = near.filter(|n| {
                let crash = &self.episodes[*n];
                crash.kind == EpisodeKind::Abnormal
                    && crash.thread != own.thread
                    && crash.program == *program
                    && !self.is_of_another_call(own, *n)
                    && !matches!((self.user_of(*n), self.user_of(call)), (Some(a), Some(b)) if a != b)
            });
            pairs.extend(crashes.map(|crash| (own.at - self.episodes[crash].at, crash, call)));
        }
        pairs.sort_unstable();
        let mut faults: HashMap<usize, usize> = HashMap::new();
        for (_, crash, call) in pairs {
            if !faults.contains_key(&crash) && !faults.values().any(|known| *known == call) {
                faults.insert(crash, call);
            }
        }
        faults
    }

    /// Dumps that no record names, for failures that have none yet and may have caused one.
    fn loose_dumps(&self, holders: &mut [Holder]) {
        let named: HashSet<usize> = self.named.iter().flatten().copied().collect();
        let mut free: Vec<usize> = (0..self.dumps.len()).filter(|d| !named.contains(d)).collect();
        free.sort_by_key(|d| self.dumps[*d].at);
        let undated = free.partition_point(|d| self.dumps[*d].at.is_none());
        let mut scores = Scores::new();
        for (row, holder) in holders.iter().enumerate().filter(|(_, h)| h.dump.is_none()) {
            let Some((from, to)) = self.time_of(holder) else { continue };
            let first = free.partition_point(|d| self.dumps[*d].at.is_none_or(|at| at < from));
            let last = free.partition_point(|d| self.dumps[*d].at.is_none_or(|at| at <= to));
            for column in (0..undated).chain(first..last.max(first)) {
                scores.put(row, column, self.score_of_dump(holder, &self.dumps[free[column]]));
            }
        }
        for pair in scores.pairs() {
            let dump = &self.dumps[free[pair.column]];
            // Without a time and anything personal it is a dump of the program, of whichever call.
            let personal = pair.why.iter().any(|why| ["user", "fields", "id"].contains(why));
            let own = pair.why.iter().any(|why| ["fields", "id"].contains(why));
            let holder = &mut holders[pair.row];
            let doubtful = (dump.at.is_none() && !personal)
                || (!own && !pair.rivals.is_empty())
                || holder.episode.is_some_and(|n| self.is_of_another_time(dump, &self.episodes[n]));
            let confidence = sure(pair.margin).min(if doubtful { 0.5 } else { 0.95 });
            let rivals = pair.rivals.iter().filter(|_| !own).take(MOST_RIVALS);
            let rivals = rivals.map(|(other, score)| (EventRef::Dump(self.dumps[free[*other]].id), *score));
            holder.rivals.extend(rivals);
            holder.dump = Some(JoinedDump { id: dump.id, confidence, why: pair.why });
        }
    }

    /// Whether a dump was written before the record that tells of the end, or after it, by more than the two clocks may
    /// differ: it is then of another one.
    fn is_of_another_time(&self, dump: &DumpFacts, episode: &Episode) -> bool {
        const SLACK: i64 = 500_000_000;
        /// A log may write whole seconds.
        const COARSE: i64 = 1_000_000_000;
        let Some(at) = dump.at else { return false };
        let (one, other) = (self.clocks.clock(dump.source), self.clocks.clock(episode.log));
        let same = one.offset_ms == other.offset_ms && one.zone_minutes == other.zone_minutes;
        let doubt = if same { 0 } else { self.doubt_of(dump.source).saturating_add(self.doubt_of(episode.log)) };
        let slack = doubt.saturating_add(SLACK);
        at.saturating_add(dump.precision).saturating_add(slack) < episode.at
            || at > episode.at.saturating_add(COARSE).saturating_add(slack)
    }

    /// A crash may be somebody else's whose record names its dump, while the call's own record is missing. Unless thread,
    /// values or ids say that it is the call's, a dump that nobody claims and that fits as well, by program, user and
    /// time as far as it says them, stands beside it as likely.
    fn doubt_crashes_of_anybody(&self, holders: &mut [Holder]) {
        let claimed: HashSet<DumpId> = holders.iter().filter_map(|h| h.dump.as_ref().map(|d| d.id)).collect();
        let free: Vec<&DumpFacts> = self.dumps.iter().filter(|d| !claimed.contains(&d.id) && !d.terminal).collect();
        for holder in holders {
            let Some(subject) = holder.row.map(|row| &self.subjects.failing[row]) else { continue };
            let named = holder.episode.is_some_and(|n| self.named[n].is_some());
            let says = |what: &[&str]| holder.why.iter().any(|why| what.contains(why));
            if !named || says(&["thread", "fields", "id"]) {
                continue;
            }
            let by_user = says(&["user"]);
            let Some(joined) = &mut holder.dump else { continue };
            let fits = |dump: &&&DumpFacts| {
                let user = match (&subject.user, &dump.user) {
                    (Some(a), Some(b)) => a == b,
                    _ => !by_user,
                };
                user && dump.program.as_ref().is_some_and(|p| subject.programs.contains(p))
                    && dump.at.is_none_or(|at| self.may_be_of(subject, dump, at))
            };
            let rivals: Vec<DumpId> = free.iter().filter(fits).take(MOST_RIVALS).map(|d| d.id).collect();
            if !rivals.is_empty() {
                joined.confidence /= (rivals.len() + 1) as f64;
                holder.rivals.extend(rivals.iter().map(|id| (EventRef::Dump(*id), joined.confidence)));
            }
        }
    }

    /// Whether a dump that was written at that moment may be the call's.
    fn may_be_of(&self, subject: &Subject, dump: &DumpFacts, at: i64) -> bool {
        const SLACK: i64 = 500_000_000;
        let Some((started, ended)) = subject.span else { return true };
        let slack = SLACK + dump.precision + subject.doubt + self.doubt_of(dump.source);
        at >= started.saturating_sub(slack) && at <= ended.saturating_add(slack)
    }

    /// Between which moments a holder's dump may have been written.
    fn time_of(&self, holder: &Holder) -> Option<(i64, i64)> {
        const AROUND: i64 = 10_000_000_000;
        if let Some(episode) = holder.episode.map(|n| &self.episodes[n]) {
            return Some((episode.at - AROUND, episode.at + AROUND));
        }
        let (started, ended) = self.subjects.failing[holder.row?].span?;
        Some((started - AROUND, ended + AROUND))
    }

    fn score_of_dump(&self, holder: &Holder, dump: &DumpFacts) -> Option<Score> {
        let subject = holder.row.map(|row| &self.subjects.failing[row]);
        if let Some(n) = holder.episode {
            // Where the program broke on a thread of its own, the call's thread says for whom.
            let (episode, chain) = (&self.episodes[n], &self.chains[holder.fault.unwrap_or(n)]);
            return score::of_dump_for_episode(self.subjects, subject, episode, chain, dump);
        }
        score::of_dump(self.subjects, subject?, dump, self.doubt_of(dump.source))
    }

    /// Without any exchange, a dump that nothing else tells of is a failure too.
    fn dumps_alone(&self, holders: &mut Vec<Holder>) {
        if !self.subjects.is_empty() {
            return;
        }
        let used: HashSet<DumpId> = holders.iter().filter_map(|h| h.dump.as_ref().map(|d| d.id)).collect();
        for dump in self.dumps.iter().filter(|d| !used.contains(&d.id)) {
            let joined = JoinedDump { id: dump.id, confidence: 0.95, why: vec!["dump"] };
            holders.push(Holder { dump: Some(joined), confidence: 0.95, ..Holder::default() });
        }
    }

    fn finished(&self, holder: Holder, spans: &[(SourceId, i64, i64)]) -> Join {
        let subject = holder.row.map(|row| &self.subjects.failing[row]);
        let span = subject.and_then(|s| s.span);
        let covered = |(from, to): (i64, i64)| spans.iter().any(|(_, first, last)| *first <= from && *last >= to);
        let mut thread: Vec<Entry> = Vec::new();
        for episode in [holder.fault, holder.episode].into_iter().flatten() {
            for entry in self.thread_of(episode, span) {
                if !thread.iter().any(|e| e.log == entry.log && e.n == entry.n) {
                    thread.push(entry);
                }
            }
        }
        if let (None, Some(subject)) = (holder.episode, subject) {
            thread = threads::of_the_call(subject, self.logs, self.subjects, &|log| self.doubt_of(log));
        }
        thread.sort_by_key(|e| (e.at, e.log, e.n));
        Join {
            exchange: subject.map(|s| s.id),
            episode: holder.episode,
            confidence: holder.confidence,
            why: holder.why,
            dump: holder.dump,
            rivals: holder.rivals,
            thread,
            user: [holder.episode, holder.fault].into_iter().flatten().find_map(|n| self.chains[n].user.clone()),
            covered: subject.is_none() || span.is_some_and(covered),
        }
    }

    fn unused_dumps(&self, joins: &[Join]) -> Vec<DumpId> {
        let used: HashSet<DumpId> = joins.iter().filter_map(|j| j.dump.as_ref().map(|d| d.id)).collect();
        self.dumps.iter().map(|d| d.id).filter(|id| !used.contains(id)).collect()
    }

    fn thread_of(&self, episode: usize, span: Option<(i64, i64)>) -> Vec<Entry> {
        let episode = &self.episodes[episode];
        let entries = self.logs.iter().find(|l| l.first().is_some_and(|e| e.log == episode.log));
        entries.map(|entries| threads::around(episode, entries, span, self.subjects)).unwrap_or_default()
    }
}
