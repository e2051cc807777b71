//! Dumps that no record names: whose they are by program, user, time and values.

use std::collections::HashSet;

use super::dump_facts::DumpFacts;
use super::pairs::Scores;
use super::score::{self, Score};
use super::subject::Subject;
use super::{Holder, JoinedDump, MOST_RIVALS, Work};
use crate::model::{DumpId, EventRef};
use crate::timeline::episode::Episode;

/// A dump that is less sure than this leaves room for another one.
const DOUBTED: f64 = 0.9;

impl Work<'_> {
    /// Dumps that no record names, for failures that have none yet and may have caused one.
    pub(super) fn loose_dumps(&self, holders: &mut [Holder]) {
        let named: HashSet<usize> = self.named.iter().flatten().copied().collect();
        let mut free: Vec<usize> = (0..self.dumps.len()).filter(|d| !named.contains(d)).collect();
        free.sort_by_key(|d| self.dumps[*d].at);
        let undated = free.partition_point(|d| self.dumps[*d].at.is_none());
        let mut scores = Scores::new();
        for (row, holder) in holders.iter().enumerate() {
            // A call whose record, and with it the dump that it names, may be another one's competes as one without.
            let lacking = match &holder.dump {
                None => 0.0,
                Some(dump) if holder.row.is_some() && dump.confidence < DOUBTED => {
                    ((1.0 - dump.confidence) / dump.confidence.max(0.01)).ln()
                }
                Some(_) => continue,
            };
            let alone = Holder { row: holder.row, ..Holder::default() };
            let of = if holder.dump.is_some() { &alone } else { holder };
            let Some((from, to)) = self.time_of(of) else { continue };
            let first = free.partition_point(|d| self.dumps[*d].at.is_none_or(|at| at < from));
            let last = free.partition_point(|d| self.dumps[*d].at.is_none_or(|at| at <= to));
            for column in (0..undated).chain(first..last.max(first)) {
                let score = self.score_of_dump(of, &self.dumps[free[column]]);
                scores.put(row, column, score.map(|score| score.less(lacking)));
            }
        }
        for pair in scores.pairs() {
            if holders[pair.row].dump.is_some() {
                continue;
            }
            let dump = &self.dumps[free[pair.column]];
            let own = pair.own;
            let holder = &mut holders[pair.row];
            // Without a time it is a dump of the program and user, of whichever call and day.
            let doubtful = (!own && (dump.at.is_none() || !pair.rivals.is_empty()))
                || holder.episode.is_some_and(|n| self.is_of_another_time(dump, &self.episodes[n]));
            let confidence = pair.sure.min(if doubtful { 0.5 } else { 0.95 });
            let rivals = pair.rivals.iter().filter(|_| !own).take(MOST_RIVALS);
            let rivals = rivals.map(|(other, score)| (EventRef::Dump(self.dumps[free[*other]].id), *score));
            holder.rivals.extend(rivals);
            // What hangs on a record that may be another call's is no surer than that it is this one's.
            let confidence =
                if pair.own || holder.episode.is_none() { confidence } else { confidence * holder.confidence };
            holder.dump = Some(JoinedDump { id: dump.id, confidence, some: pair.some, why: pair.why });
        }
    }

    /// Whether a dump was written before the record that tells of the end, or after it, by more than the two clocks may
    /// differ: it is then of another one.
    fn is_of_another_time(&self, dump: &DumpFacts, episode: &Episode) -> bool {
        const SLACK: i64 = 500_000_000;
        /// A log may write whole seconds.
        const COARSE: i64 = 1_000_000_000;
        let Some(at) = dump.at else { return false };
        let slack = self.apart(dump, episode).saturating_add(SLACK);
        at.saturating_add(dump.precision).saturating_add(slack) < episode.at
            || at > episode.at.saturating_add(COARSE).saturating_add(slack)
    }

    /// By how much the clock of a dump may differ from that of a log, nanoseconds.
    fn apart(&self, dump: &DumpFacts, episode: &Episode) -> i64 {
        let (one, other) = (self.clocks.clock(dump.source), self.clocks.clock(episode.log));
        // One machine's time: only a zone lies between a dump's stamps and those of a log that writes it.
        if one.offset_ms == other.offset_ms && one.drift == other.drift {
            return 0;
        }
        self.clocks.doubt(dump.source).saturating_add(self.clocks.doubt(episode.log))
    }

    /// A crash may be somebody else's whose record names its dump, while the call's own record is missing. Unless thread,
    /// values or ids say that it is the call's, a dump that nobody claims and that fits as well, by program, user and
    /// time as far as it says them, stands beside it as likely.
    pub(super) fn doubt_crashes_of_anybody(&self, holders: &mut [Holder]) {
        let likely = holders.iter().filter_map(|h| h.dump.as_ref()).filter(|dump| dump.confidence > 0.5);
        let claimed: HashSet<DumpId> = likely.map(|dump| dump.id).collect();
        let free: Vec<&DumpFacts> = self.dumps.iter().filter(|d| !claimed.contains(&d.id) && !d.terminal).collect();
        for holder in holders {
            let Some(subject) = holder.row.map(|row| &self.subjects.failing[row]) else { continue };
            let named = holder.episode.is_some_and(|n| self.named[n].is_some());
            let says = |what: &str| holder.why.contains(&what);
            let tied = match holder.fault {
                None => holder.own || says("thread"),
                // The thread is the call's, but the crash is on another one: its dump would have to say so.
                Some(_) => holder.dump.as_ref().is_some_and(|joined| self.holds_values_of(subject, joined.id)),
            };
            if !named || tied {
                continue;
            }
            let by_user = says("user");
            let Some(joined) = &mut holder.dump else { continue };
            let fits = |dump: &&&DumpFacts| {
                let user = match (&subject.user, &dump.user) {
                    (Some(a), Some(b)) => a == b,
                    _ => !by_user,
                };
                user && dump.program.as_ref().is_some_and(|p| subject.programs.contains(p))
                    && dump.at.is_none_or(|at| self.may_be_of(subject, dump, at))
            };
            let others = free.iter().filter(|dump| dump.id != joined.id);
            let rivals: Vec<DumpId> = others.filter(fits).take(MOST_RIVALS).map(|d| d.id).collect();
            if !rivals.is_empty() {
                joined.confidence /= (rivals.len() + 1) as f64;
                holder.rivals.extend(rivals.iter().map(|id| (EventRef::Dump(*id), joined.confidence)));
            }
        }
    }

    /// Whether a dump holds values or an id that only this call sent.
    fn holds_values_of(&self, subject: &Subject, dump: DumpId) -> bool {
        let dump = self.dumps.iter().find(|d| d.id == dump);
        dump.is_some_and(|dump| score::ties(self.subjects, subject, dump))
    }

    /// Whether a dump that was written at that moment may be the call's.
    fn may_be_of(&self, subject: &Subject, dump: &DumpFacts, at: i64) -> bool {
        const SLACK: i64 = 500_000_000;
        let Some((started, ended)) = subject.span else { return true };
        let slack = SLACK + dump.precision + subject.doubt + self.clocks.doubt(dump.source);
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
            return score::of_dump_for_episode(
                self.subjects,
                subject,
                episode,
                chain,
                (dump, self.apart(dump, episode)),
            );
        }
        score::of_dump(self.subjects, subject?, dump, self.clocks.doubt(dump.source))
    }

    /// Without any exchange, a dump that nothing else tells of is a failure too.
    pub(super) fn dumps_alone(&self, holders: &mut Vec<Holder>) {
        if !self.subjects.is_empty() {
            return;
        }
        let used: HashSet<DumpId> = holders.iter().filter_map(|h| h.dump.as_ref().map(|d| d.id)).collect();
        for dump in self.dumps.iter().filter(|d| !used.contains(&d.id)) {
            let joined = JoinedDump { id: dump.id, confidence: 0.95, some: 0.95, why: vec!["dump"] };
            holders.push(Holder { dump: Some(joined), confidence: 0.95, ..Holder::default() });
        }
    }
}
