//! Joins failing exchanges to what the logs and dumps say of them: candidates by time, evidence weighed by rarity,
//! one assignment over all that compete.

mod dump_facts;
mod score;
mod subject;
mod threads;
mod windows;

use std::collections::BTreeMap;

use super::assign;
use super::clocks::Clocks;
use super::episode::{Episode, episodes};
use super::journal::{Entry, Journal};
use crate::model::{DumpId, EventRef, ExchangeId, Gathered, SourceId};
use dump_facts::DumpFacts;
use score::{NOTHING, Score};
pub(crate) use subject::sounds_broken;
use subject::{Answer, Subject, Subjects};
use threads::Chain;

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

/// Joins everything that failed to its evidence.
#[must_use]
pub fn join(gathered: &Gathered, clocks: &Clocks) -> Joined {
    let subjects = Subjects::of(gathered, clocks);
    let mut journals: Vec<Journal> =
        gathered.logs.iter().map(|(source, records)| Journal::new(*source, records, &clocks.clock(*source))).collect();
    let spans: Vec<(SourceId, i64, i64)> =
        journals.iter().filter_map(|j| j.span().map(|(from, to)| (j.source, from, to))).collect();
    let logs: Vec<Vec<Entry>> = journals.iter_mut().map(|j| windows::read(j, &subjects, clocks)).collect();
    let mut work = Work::new(gathered, clocks, &subjects, &logs);
    let mut joins = work.assign();
    work.loose_dumps(&mut joins);
    for (join, subject) in joins.iter_mut().zip(&subjects.failing) {
        join.covered = covered(&spans, subject);
    }
    work.without_exchange(&mut joins);
    let loose_dumps = work.unused_dumps(&joins);
    Joined { joins, episodes: work.episodes, loose_dumps, spans }
}

fn covered(spans: &[(SourceId, i64, i64)], subject: &Subject) -> bool {
    let Some((started, ended)) = subject.span else { return false };
    spans.iter().any(|(_, from, to)| *from <= started && *to >= ended)
}

/// Everything that the assignment looks at.
struct Work<'a> {
    clocks: &'a Clocks,
    subjects: &'a Subjects,
    logs: &'a [Vec<Entry>],
    episodes: Vec<Episode>,
    chains: Vec<Chain>,
    dumps: Vec<DumpFacts>,
    /// For each episode, the dump that its record names, an index into `dumps`.
    named: Vec<Option<usize>>,
}

impl<'a> Work<'a> {
    fn new(gathered: &'a Gathered, clocks: &'a Clocks, subjects: &'a Subjects, logs: &'a [Vec<Entry>]) -> Self {
        let of_concern = |entry: &Entry| windows::holds_a_fault(entry, subjects);
        let starts = |entry: &Entry| threads::starts_a_call(entry, subjects);
        let mut found: Vec<(usize, Episode)> = Vec::new();
        for (log, entries) in logs.iter().enumerate() {
            found.extend(episodes(entries, &of_concern, &starts).into_iter().map(|e| (log, e)));
        }
        found.sort_by_key(|(_, e)| (e.at, e.log, e.cause));
        let chains = found.iter().map(|(log, e)| Chain::before(e, &logs[*log], subjects)).collect();
        let episodes: Vec<Episode> = found.into_iter().map(|(_, e)| e).collect();
        let dumps: Vec<DumpFacts> = gathered.dumps.iter().map(|d| DumpFacts::new(gathered, d, clocks)).collect();
        let named = dump_facts::named_by(&episodes, &dumps);
        Self { clocks, subjects, logs, episodes, chains, dumps, named }
    }

    fn doubt_of(&self, source: SourceId) -> i64 {
        // Where not even the zone is known, a whole day would fit; then only what is near by assumption is tried.
        i64::try_from(self.clocks.clock(source).uncertainty_ms).unwrap_or(i64::MAX).min(5_000) * 1_000_000
    }

    /// The scores of all failing exchanges against all episodes; 0 where nothing speaks for a pair.
    fn scores(&self) -> BTreeMap<(usize, usize), Score> {
        let mut scores = BTreeMap::new();
        for (row, subject) in self.subjects.failing.iter().enumerate() {
            for (column, episode) in self.candidates(subject) {
                let dump = self.named[column].map(|d| &self.dumps[d]);
                let doubt = self.doubt_of(episode.log);
                let found = score::of_episode(self.subjects, subject, episode, &self.chains[column], dump, doubt);
                if let Some(score) = found.filter(|s| s.total > NOTHING) {
                    scores.insert((row, column), score);
                }
            }
        }
        scores
    }

    /// Episodes that may lie in the subject's time.
    fn candidates(&self, subject: &Subject) -> impl Iterator<Item = (usize, &Episode)> {
        let (from, to) = subject.span.map_or((i64::MIN, i64::MAX), |(started, ended)| {
            let late = if subject.answer == Answer::GaveUp { 130_000_000_000 } else { 8_000_000_000 };
            (started.saturating_sub(8_000_000_000), ended.saturating_add(late))
        });
        let first = self.episodes.partition_point(|e| e.at < from);
        self.episodes[first..].iter().enumerate().take_while(move |(_, e)| e.at <= to).map(move |(n, e)| (first + n, e))
    }

    fn assign(&mut self) -> Vec<Join> {
        let scores = self.scores();
        let mut joins: Vec<Join> =
            self.subjects.failing.iter().map(|s| Join { exchange: Some(s.id), ..Join::default() }).collect();
        for (rows, columns) in assign::components(scores.keys().copied()) {
            let weight = |row: &usize, column: &usize| scores.get(&(*row, *column)).map_or(0.0, |s| s.total - NOTHING);
            let weights: Vec<Vec<f64>> = rows.iter().map(|r| columns.iter().map(|c| weight(r, c)).collect()).collect();
            let taken = assign::heaviest_matching(&weights);
            for (n, row) in rows.iter().enumerate() {
                let Some(column) = taken[n] else { continue };
                let margin = assign::margin(&weights, &taken, n);
                let join = &mut joins[*row];
                join.episode = Some(columns[column]);
                join.confidence = sure(margin);
                join.why = scores.get(&(*row, columns[column])).map(Score::reasons).unwrap_or_default();
                join.rivals = self.rivals(&weights, &columns, n, column);
                join.dump = self.named_dump(columns[column], join.confidence);
            }
        }
        for (row, join) in joins.iter_mut().enumerate() {
            join.thread = match join.episode {
                Some(episode) => self.thread_of(episode, self.subjects.failing[row].span),
                None => threads::of_the_call(&self.subjects.failing[row], self.logs, self.subjects, &|log| {
                    self.doubt_of(log)
                }),
            };
        }
        joins
    }

    /// Other episodes that come close for this exchange.
    fn rivals(&self, weights: &[Vec<f64>], columns: &[usize], row: usize, column: usize) -> Vec<(EventRef, f64)> {
        let own = weights[row][column];
        let mut rivals: Vec<(EventRef, f64)> = Vec::new();
        for (other, weight) in weights[row].iter().enumerate() {
            // One who is plainly another's is no rival.
            let others_own =
                weights.iter().enumerate().filter(|(r, _)| *r != row).map(|(_, w)| w[other]).fold(0.0, f64::max);
            if other != column && *weight > 0.0 && *weight > own - 2.5 && others_own < *weight + 2.5 {
                let episode = &self.episodes[columns[other]];
                rivals.push((EventRef::Record(episode.log, episode.cause), sure(weight - own)));
            }
        }
        rivals.sort_by(|a, b| b.1.total_cmp(&a.1));
        rivals.truncate(5);
        rivals
    }

    fn named_dump(&self, episode: usize, confidence: f64) -> Option<JoinedDump> {
        let dump = &self.dumps[self.named[episode]?];
        Some(JoinedDump { id: dump.id, confidence: confidence.min(0.99), why: vec!["dump path"] })
    }

    /// Dumps that no record names, for exchanges that have none yet and may have caused one.
    fn loose_dumps(&mut self, joins: &mut [Join]) {
        let free: Vec<usize> = (0..self.dumps.len()).filter(|d| !self.named.contains(&Some(*d))).collect();
        let mut scores: BTreeMap<(usize, usize), Score> = BTreeMap::new();
        for (row, join) in joins.iter().enumerate() {
            let subject = &self.subjects.failing[row];
            let named_elsewhere = join.episode.and_then(|e| self.episodes[e].dump_path.as_ref());
            if join.dump.is_some() {
                continue;
            }
            for (column, dump) in free.iter().map(|d| &self.dumps[*d]).enumerate() {
                let doubt = self.doubt_of(dump.source);
                let Some(mut score) = score::of_dump(self.subjects, subject, dump, doubt) else { continue };
                if let Some(episode) = join.episode.map(|e| &self.episodes[e]) {
                    let near = dump.at.is_some_and(|at| (at - episode.at).abs() <= 3_000_000_000 + dump.precision);
                    score.total += if near { 0.5 } else { -3.0 };
                }
                // The record named a dump by another name: this one may have been renamed, but that is a guess.
                if named_elsewhere.is_some() {
                    score.total -= 1.0;
                }
                if score.total > NOTHING {
                    scores.insert((row, column), score);
                }
            }
        }
        for (rows, columns) in assign::components(scores.keys().copied()) {
            let weight = |row: &usize, column: &usize| scores.get(&(*row, *column)).map_or(0.0, |s| s.total - NOTHING);
            let weights: Vec<Vec<f64>> = rows.iter().map(|r| columns.iter().map(|c| weight(r, c)).collect()).collect();
            let taken = assign::heaviest_matching(&weights);
            for (n, row) in rows.iter().enumerate() {
                let Some(column) = taken[n] else { continue };
                let confidence = sure(assign::margin(&weights, &taken, n)).min(0.95);
                let why = scores.get(&(*row, columns[column])).map(Score::reasons).unwrap_or_default();
                let id = self.dumps[free[columns[column]]].id;
                joins[*row].dump = Some(JoinedDump { id, confidence, why });
            }
        }
    }

    /// Episodes and dumps that no exchange took: each grave one is a failure of its own.
    fn without_exchange(&mut self, joins: &mut Vec<Join>) {
        let taken: std::collections::HashSet<usize> = joins.iter().filter_map(|j| j.episode).collect();
        let used: std::collections::HashSet<DumpId> =
            joins.iter().filter_map(|j| j.dump.as_ref().map(|d| d.id)).collect();
        let mut free: Vec<usize> = (0..self.dumps.len())
            .filter(|d| !self.named.contains(&Some(*d)) && !used.contains(&self.dumps[*d].id))
            .collect();
        for n in 0..self.episodes.len() {
            if taken.contains(&n) {
                continue;
            }
            let mut join = Join { episode: Some(n), confidence: 0.95, covered: true, ..Join::default() };
            join.dump = self.named_dump(n, 0.99).or_else(|| self.nearest_dump(n, &mut free));
            join.thread = self.thread_of(n, None);
            join.user.clone_from(&self.chains[n].user);
            joins.push(join);
        }
        if !self.subjects.is_empty() {
            return;
        }
        for dump in free.into_iter().map(|d| &self.dumps[d]) {
            let joined = JoinedDump { id: dump.id, confidence: 0.95, why: vec!["dump"] };
            joins.push(Join { dump: Some(joined), confidence: 0.95, ..Join::default() });
        }
    }

    /// A dump of the episode's program, written at its time, where exactly one fits.
    fn nearest_dump(&self, episode: usize, free: &mut Vec<usize>) -> Option<JoinedDump> {
        let chain = &self.chains[episode];
        let episode = &self.episodes[episode];
        if episode.kind > super::EpisodeKind::Mpd {
            return None;
        }
        let program = episode.program.as_ref().or(chain.program.as_ref())?;
        let user = chain.user.as_ref().or(episode.user.as_ref());
        let fits = |d: &&usize| {
            let dump = &self.dumps[**d];
            let near = dump.at.is_some_and(|at| (at - episode.at).abs() <= 2_500_000_000 + dump.precision);
            let same_user = dump.user.is_none() || user.is_none() || dump.user.as_ref() == user;
            near && same_user && (dump.program.as_ref() == Some(program) || dump.stack.contains(program))
        };
        let fitting: Vec<usize> = free.iter().filter(fits).copied().collect();
        let [dump] = fitting.as_slice() else { return None };
        free.retain(|d| d != dump);
        let dump = &self.dumps[*dump];
        let mut why = vec!["program", "time"];
        if user.is_some() && dump.user.as_ref() == user {
            why.insert(1, "user");
        }
        let confidence = if why.len() == 3 { 0.9 } else { 0.7 };
        Some(JoinedDump { id: dump.id, confidence, why })
    }

    fn unused_dumps(&self, joins: &[Join]) -> Vec<DumpId> {
        let used: std::collections::HashSet<DumpId> =
            joins.iter().filter_map(|j| j.dump.as_ref().map(|d| d.id)).collect();
        self.dumps.iter().map(|d| d.id).filter(|id| !used.contains(id)).collect()
    }

    fn thread_of(&self, episode: usize, span: Option<(i64, i64)>) -> Vec<Entry> {
        let episode = &self.episodes[episode];
        let entries = self.logs.iter().find(|l| l.first().is_some_and(|e| e.log == episode.log));
        entries.map(|entries| threads::around(episode, entries, span, self.subjects)).unwrap_or_default()
    }
}

/// The probability that belongs to log odds.
fn sure(margin: f64) -> f64 {
    (1.0 / (1.0 + (-margin).exp())).clamp(0.0, 0.99)
}
