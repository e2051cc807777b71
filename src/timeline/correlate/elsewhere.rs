//! Programs that broke on a thread of their own, while the thread of the call that ran them says only that it couldn't go
//! on.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use mwscope_parsers::log::Severity;

use super::pairs::Scores;
use super::score::{self, Score};
use super::subject::{Answer, out_of_step};
use super::{Holder, Work};
use crate::model::Basis;
use crate::timeline::episode::{Episode, EpisodeKind, GAP_BEHIND_A_CRASH};
use crate::timeline::journal::Entry;
use crate::timeline::words::says_it_could_not;

/// A crash and the fault of the call that ran the program, seen as one.
#[derive(Clone, Debug)]
pub(super) struct Told {
    /// The episode of the call's thread.
    pub(super) fault: usize,
    /// How sure it is that the two belong together, 0 to 1.
    pub(super) sure: f64,
    /// The crash, saying what the fault says too.
    pub(super) whole: Episode,
}

/// How faults begin that give no reason.
const GENERAL: &str = "UNABLE TO EXECUTE";

/// Less clear pairs are left to what the exchanges say.
const CLEAR: f64 = 0.7;

impl Work<'_> {
    /// Which crashes are plainly told of by a call's thread, by the order of records alone. A fault without its crash fits
    /// a call no better than somebody else's crash with its own, so the two are weighed together.
    pub(super) fn told(&self) -> BTreeMap<usize, Told> {
        let all: Vec<usize> = (0..self.episodes.len()).collect();
        let mut scores = Scores::new();
        for (call, crash) in self.behind(&all) {
            let mut score = self.explaining(call, crash);
            let known = self.user_of(crash).map(|user| self.subjects.users_of_calls.contains(user));
            score.caller(known.filter(|_| !self.subjects.users_of_calls.is_empty()));
            scores.put(call, crash, Some(score));
        }
        let clear = scores.pairs().into_iter().filter(|pair| pair.sure >= CLEAR);
        let seen_as_one = clear.map(|pair| {
            let (fault, crash) = (&self.episodes[pair.row], &self.episodes[pair.column]);
            let mut whole = crash.clone();
            whole.upper.push('\n');
            whole.upper.push_str(&fault.upper);
            whole.user = self.user_of(pair.column).or_else(|| self.user_of(pair.row)).map(str::to_owned);
            (pair.column, Told { fault: pair.row, sure: pair.sure, whole })
        });
        seen_as_one.collect()
    }

    /// A program may break on a thread of its own while the call's thread says only that it couldn't go on.
    pub(super) fn programs_elsewhere(&self, holders: &mut [Holder]) {
        let taken: HashSet<usize> = holders.iter().filter_map(|h| h.episode).collect();
        let abnormal = |n: usize| self.episodes[n].kind == EpisodeKind::Abnormal;
        let free: Vec<usize> = (0..self.episodes.len()).filter(|n| !taken.contains(n)).collect();
        let mut scores = Scores::new();
        for (row, holder) in holders.iter().enumerate() {
            let subject = &self.subjects.failing[row];
            let may = matches!(subject.answer, Answer::Crash | Answer::Broken | Answer::Plain);
            if !may || holder.episode.is_some_and(abnormal) {
                continue;
            }
            for (column, episode) in self.candidates(subject).filter(|(n, _)| abnormal(*n) && !taken.contains(n)) {
                // A crash that another thread tells of is that thread's call's.
                if holder.episode.is_some() && self.told.contains_key(&column) {
                    continue;
                }
                if holder.episode.is_some_and(|own| self.is_of_another_call(own, column)) {
                    continue;
                }
                let Some(mut score) = self.score(subject, column) else { continue };
                score.link(holder.episode.map(|n| &self.episodes[n]), episode);
                if subject.user.is_none() {
                    score.same_user(holder.episode.and_then(|n| self.user_of(n)), self.user_of(column));
                }
                scores.put(row, column, Some(score));
            }
        }
        // Calls that weren't recorded broke too, and their threads say so.
        for (n, (call, crash)) in self.behind(&free).into_iter().enumerate() {
            scores.put(holders.len() + n, crash, Some(self.explaining(call, crash)));
        }
        for pair in scores.pairs() {
            let Some(holder) = holders.get_mut(pair.row) else { continue };
            let (own, of_own, tied, crash) = (holder.episode, holder.confidence, pair.own, pair.column);
            self.give(holder, pair);
            holder.fault = own.or(holder.fault);
            if own.is_some_and(|own| self.came_before(own, crash).is_none()) {
                holder.confidence = holder.confidence.min(0.5);
                if let Some(dump) = &mut holder.dump {
                    dump.confidence = dump.confidence.min(0.5);
                }
            }
            // It is the call's because its thread says so: no surer than that the thread is the call's.
            if own.is_some() && !tied {
                holder.confidence *= of_own;
                if let Some(dump) = &mut holder.dump {
                    dump.confidence *= of_own;
                }
            }
        }
    }

    /// A thread that gives a reason of its own needs no crash elsewhere, a crash on another thread that was serving a
    /// call is that call's, and one that came before the thread took its call up is an earlier one's.
    fn is_of_another_call(&self, own: usize, crash: usize) -> bool {
        let chain = &self.chains[crash];
        let serving = chain.began.is_some() || !chain.services.is_empty();
        let (broken, call, crash) = (crash, &self.episodes[own], &self.episodes[crash]);
        self.gives_a_reason(own)
            || self.came_before(own, broken) == Some(true)
            || (serving && (call.log, call.thread) != (crash.log, crash.thread))
            || self.threw_its_own(own, broken)
    }

    /// Whether a crash came before the call's thread took the call up: a call's program doesn't break before the call. What is
    /// said of one machine's time needs no clock; `None` where two logs may keep the time of one machine, and it came
    /// before if they do.
    fn came_before(&self, own: usize, crash: usize) -> Option<bool> {
        let (call, crash) = (&self.episodes[own], &self.episodes[crash]);
        let Some(began) = self.chains[own].began else { return Some(false) };
        if call.log == crash.log {
            return Some(crash.at < began);
        }
        let (one, other) = (self.clocks.clock(call.log), self.clocks.clock(crash.log));
        let apart_ms = other.offset_ms.saturating_sub(one.offset_ms);
        // When it was written by the other log's clock; a log may cut its stamps.
        let written = crash.at.saturating_add(crash.precision).saturating_sub(apart_ms.saturating_mul(1_000_000));
        if written >= began || apart_ms.unsigned_abs() > one.uncertainty_ms.saturating_add(other.uncertainty_ms) {
            return Some(false);
        }
        let known = apart_ms == 0 && one.drift == other.drift && ![one.basis, other.basis].contains(&Basis::Assumed);
        known.then_some(true)
    }

    /// Whether a call's thread says itself why it couldn't go on: by an error of its own, or that the panels aren't those
    /// of the service.
    fn gives_a_reason(&self, call: usize) -> bool {
        let call = &self.episodes[call];
        call.gives_a_reason || out_of_step(&call.upper)
    }

    /// Whether the thread of a call threw an exception of its own making: one that neither wraps another's, nor tells of a
    /// connection that was lost when the program behind it broke, nor is the crash's.
    fn threw_its_own(&self, call: usize, crash: usize) -> bool {
        let entries = &self.logs[self.homes[call]];
        let mut of_call = self.episodes[call].entries.iter().filter_map(|place| entries.get(*place));
        let of_crash = &self.episodes[crash].upper;
        let of_dump = self.named[crash].and_then(|d| self.dumps[d].exception.as_deref());
        let is_own = |entry: &Arc<Entry>| {
            let Some(root) = entry.record.trace.as_ref().and_then(|trace| trace.root()) else { return false };
            // What MWS throws when it says no more than its general fault is no reason, by whatever class.
            let message = root.message.as_deref().unwrap_or_default().to_ascii_uppercase();
            let general =
                entry.upper.contains(GENERAL) && (!root.exception.starts_with("java") || message.contains(GENERAL));
            let class = root.exception.rsplit('.').next().unwrap_or_default().to_ascii_uppercase();
            entry.record.head.severity >= Severity::Error
                && !general
                && score::is_a_reason(&class)
                && of_dump != Some(class.as_str())
                && !of_crash.contains(&class)
                && !entry.upper.contains("MVX.")
        };
        of_call.any(is_own)
    }

    /// For crashes the episodes of calls that say, right behind, that an MPD couldn't be executed: of one program, the
    /// nearest to each other first.
    pub(super) fn faults_of_crashes(&self, free: &[usize]) -> HashMap<usize, usize> {
        let mut pairs = self.behind(free);
        // Without an exchange only the thread itself can say that it ran the program.
        pairs.retain(|(call, _)| self.chains[*call].program.is_some());
        pairs.sort_by_key(|(call, crash)| (self.episodes[*call].at - self.episodes[*crash].at, *crash, *call));
        let mut faults: HashMap<usize, usize> = HashMap::new();
        for (call, crash) in pairs {
            if !faults.contains_key(&crash) && !faults.values().any(|known| *known == call) {
                faults.insert(crash, call);
            }
        }
        faults
    }

    /// Of these episodes, calls that say that an MPD couldn't be executed, each with the crashes on other threads that may
    /// be why.
    fn behind(&self, free: &[usize]) -> Vec<(usize, usize)> {
        let says_fault = |episode: &Episode| says_it_could_not(&episode.upper);
        let calls = free.iter().copied().filter(|n| {
            let episode = &self.episodes[*n];
            episode.kind == EpisodeKind::Mpd && !self.gives_a_reason(*n)
        });
        let mut pairs = Vec::new();
        for call in calls {
            let own = &self.episodes[call];
            let from = free.partition_point(|n| self.episodes[*n].at < own.at - GAP_BEHIND_A_CRASH);
            let near = free[from..].iter().copied().take_while(|n| self.episodes[*n].at <= own.at);
            let crashes = near.filter(|n| {
                let crash = &self.episodes[*n];
                crash.kind == EpisodeKind::Abnormal
                    && crash.log == own.log
                    && crash.thread != own.thread
                    && !says_fault(crash)
                    && self.runs(call, crash.program.as_deref()) != Some(false)
                    && !self.is_of_another_call(call, *n)
                    && !matches!((self.user_of(*n), self.user_of(call)), (Some(a), Some(b)) if a != b)
            });
            pairs.extend(crashes.map(|crash| (call, crash)));
        }
        pairs
    }

    /// How well a crash explains the fault that a call's thread wrote behind it, whichever call that was.
    fn explaining(&self, call: usize, crash: usize) -> Score {
        let mut score = Score::default();
        let (own, broken) = (&self.episodes[call], &self.episodes[crash]);
        let users = [call, crash].map(|n| self.user_of(n));
        score.unrecorded(own, broken, self.runs(call, broken.program.as_deref()), users);
        score
    }

    /// Whether a call's thread, or the service that it names, runs that program; `None` where neither says what it runs.
    fn runs(&self, call: usize, program: Option<&str>) -> Option<bool> {
        let (chain, program) = (&self.chains[call], program?);
        if let Some(own) = &chain.program {
            return Some(own == program);
        }
        let of_services: Vec<&String> =
            chain.services.iter().filter_map(|service| self.subjects.programs_of.get(service)).flatten().collect();
        (!of_services.is_empty()).then(|| of_services.iter().any(|own| *own == program))
    }
}
