//! Which of several machines behind one address a log is of.

use std::collections::{BTreeMap, BTreeSet};

use super::placing::{Placing, Way, candidates, supporting};
use super::votes::Said;
use super::{Estimate, SECOND};
use crate::model::{Clock, SourceId};
use crate::timeline::overlap::{Stretch, Vote, heaviest, plateau, reach};

/// So many more records than chance would have must speak for one machine and not for the other.
const FEW: f64 = 2.0;
/// Where more than this of what speaks for one machine speaks for the other, both may have written the log.
const MIXED: f64 = 0.35;
/// So many calls whose records stand in a log tell its machine's clock by their answers.
const OWN_ANSWERS: usize = 12;
/// This share of them isn't mistaken.
const MOST: f64 = 0.95;
/// Of the answers given by one machine at least this share agrees.
const AGREEING: f64 = 0.93;
/// Closer a clock isn't known by them, nanoseconds.
const LEAST: i64 = SECOND / 40;
/// Of what a log holds about a call this share must fit, for the call to be one of the log's machine.
const PLAINLY_OWN: f64 = 0.8;
/// Machines farther apart than this aren't taken together, nanoseconds: the likelier one says more than a doubt that wide.
const TOGETHER: i64 = SECOND / 4;

/// The placing on the clock of the machine that wrote the log. A record speaks for a machine only if that machine can
/// have given the answer to the call of which the record tells. Where several machines are as likely, the log keeps the
/// time of its `sibling`, another log of the same machine; without one it may be any of them.
pub(super) fn chosen(
    bound: Placing,
    ways: &[Way],
    (said, zone): (&[Said], Option<i32>),
    sibling: Option<Clock>,
) -> Placing {
    let of_way = |way: &Way| {
        let own: Vec<Said> = said.iter().filter(|s| way.answers(s)).copied().collect();
        let zone = zone.or(Some(bound.zone_minutes()));
        candidates(&own, zone, Some(*way)).pop().map(|placing| (supporting(&own, &placing), placing))
    };
    let mut found: Vec<(BTreeSet<i64>, Placing)> = ways.iter().filter_map(of_way).collect();
    found.sort_by(|a, b| b.1.weight.total_cmp(&a.1.weight));
    let Some((records, best)) = found.first().filter(|_| found.len() > 1) else { return bound };
    // Records that only one of the two can have written, against what chance would make of as many.
    let as_well = |(others, _): &&(BTreeSet<i64>, Placing)| {
        let (own, theirs) = (records.difference(others).count() as f64, others.difference(records).count() as f64);
        own - theirs < FEW + (own + theirs).sqrt() || theirs > MIXED * own
    };
    let near = |(_, other): &&(BTreeSet<i64>, Placing)| best.apart(other) <= TOGETHER;
    let rivals: Vec<Placing> = found[1..].iter().filter(as_well).filter(near).map(|(_, placing)| *placing).collect();
    let of_sibling =
        |clock: Clock| std::iter::once(best).chain(&rivals).copied().find(|placing| placing.agrees_with(&clock));
    match sibling.and_then(of_sibling) {
        Some(placing) => placing,
        None => best.any_of(&rivals),
    }
}

/// The placing by the answers to those calls whose records stand in the log: a server's clock made of all answers at its
/// address may be that of several machines. `None` where too few calls are plainly the log's.
///
/// Where some of them disagree all the same, the log may be of several machines, of which one's clock is higher by up to
/// `loose`.
pub(super) fn by_own_answers(bound: &Placing, said: &[Said], loose: i64) -> Option<Placing> {
    let mut of_call: BTreeMap<usize, (f64, f64, Vote)> = BTreeMap::new();
    for one in said.iter().filter(|one| !one.part) {
        let Some((lo, hi)) = one.answered else { continue };
        let added = bound.drift_at(one);
        let vote = Vote { lo: lo.saturating_sub(added), hi: hi.saturating_sub(added), weight: 1.0 };
        let call = of_call.entry(one.call).or_insert((0.0, 0.0, vote));
        call.0 += if bound.may_have(one) { one.vote.weight } else { 0.0 };
        call.1 += one.vote.weight;
    }
    let own = of_call.into_values().filter(|(fits, all, _)| *fits >= PLAINLY_OWN * all);
    let votes: Vec<Vote> = own.map(|(_, _, vote)| vote).collect();
    // A call that isn't this machine's after all must not narrow it.
    // Where several machines wrote it, their answers don't agree.
    let agree = |top: &Stretch| votes.len() >= OWN_ANSWERS && top.weight >= AGREEING * votes.len() as f64;
    let Stretch { lo, hi, weight } = plateau(&votes, MOST).filter(agree)?;
    let middle = lo + (hi - lo) / 2;
    let doubt = (hi - lo) / 2 + reach(&votes, middle, MOST).min(SECOND / 4);
    let own = bound.moved(middle, doubt.max(LEAST));
    Some(if votes.len() as f64 - weight < FEW { own } else { own.raised(loose) })
}

/// The placing by the answers to the few calls whose records stand in a log that is one of several machines', so that
/// the server's own clock may be the others'. Its doubt is all that they leave, up to `widest`. `None` where no call is
/// plainly the log's, or where they don't agree.
pub(super) fn by_few_answers(bound: &Placing, said: &[Said], widest: i64) -> Option<Placing> {
    let mut told_of: BTreeMap<i64, BTreeSet<usize>> = BTreeMap::new();
    let mut answers: BTreeMap<usize, Vote> = BTreeMap::new();
    for one in said.iter().filter(|one| !one.part && bound.may_have(one)) {
        told_of.entry(one.written).or_default().insert(one.call);
        if let Some((lo, hi)) = one.answered {
            let added = bound.drift_at(one);
            let vote = Vote { lo: lo.saturating_sub(added), hi: hi.saturating_sub(added), weight: 1.0 };
            answers.insert(one.call, vote);
        }
    }
    // A record that may be of two calls is neither's plainly.
    let own: BTreeSet<usize> = told_of.into_values().filter(|of| of.len() == 1).flatten().collect();
    let votes: Vec<Vote> = own.iter().filter_map(|call| answers.get(call).copied()).collect();
    let agree = |top: &Stretch| top.weight >= AGREEING * votes.len() as f64;
    let Stretch { lo, hi, .. } = heaviest(&votes).filter(agree)?;
    let doubt = (hi - lo) / 2 + LEAST;
    if doubt <= widest {
        return Some(bound.moved(lo + (hi - lo) / 2, doubt));
    }
    // Near what all machines said together, as far as that goes.
    let inside = (lo.saturating_add(widest), hi.saturating_sub(widest));
    Some(bound.moved(bound.offset().clamp(inside.0.min(inside.1), inside.1.max(inside.0)), widest))
}

impl Estimate<'_> {
    /// The longest log that is already placed and is of the same machine by its path: of those that are named alike but
    /// for a number (`mws-node1.log` and `mws-node2.log`), one with the same number.
    pub(super) fn of_same_machine(&self, source: SourceId, placed: &[(usize, SourceId)]) -> Option<SourceId> {
        let machine = self.machine_of(source);
        let same = |log: SourceId| !machine.is_empty() && machine == self.machine_of(log);
        placed.iter().filter(|(_, log)| same(*log)).max_by_key(|(records, _)| *records).map(|(_, log)| *log)
    }

    /// Whether a log is one of several machines', by its name.
    pub(super) fn is_one_of_several(&self, source: SourceId) -> bool {
        !self.machine_of(source).is_empty()
    }

    /// How much higher than the server's the clock of a log may lie, because its machine is one of several that answered:
    /// the names of the logs say so, or the answers.
    pub(super) fn loose(&self, source: SourceId) -> i64 {
        let whole = self.servers.first().filter(|server| server.several || self.is_one_of_several(source));
        whole.map_or(0, |server| server.loose)
    }

    /// The words of a log's path that another log has with another number.
    fn machine_of(&self, source: SourceId) -> BTreeSet<String> {
        let words = |source: SourceId| -> BTreeSet<String> {
            let path = self.gathered.path(source).to_ascii_uppercase();
            path.split(|c: char| !c.is_ascii_alphanumeric()).map(str::to_owned).collect()
        };
        /// More digits are a date's or a process's.
        const NUMBER: usize = 2;
        let stem = |word: &str| word.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned();
        let all: Vec<BTreeSet<String>> = self.gathered.logs.iter().map(|(log, _)| words(*log)).collect();
        let machine = |word: &str| {
            let stem = stem(word);
            stem.len() > 1 && stem.len() < word.len() && word.len() - stem.len() <= NUMBER
        };
        let numbered = |word: &String| {
            let own = stem(word);
            let another = |other: &String| other != word && stem(other) == own && *other != own;
            // Machines needn't be called alike: `mws1.log` and `app2.log`, where the other log has no word of this one.
            let apart = |words: &BTreeSet<String>| {
                !words.contains(word) && words.iter().any(|other| machine(other) && stem(other) != own)
            };
            let among = |words: &BTreeSet<String>| words.iter().any(another) || (machine(word) && apart(words));
            own.len() > 1 && own.len() < word.len() && all.iter().any(among)
        };
        words(source).into_iter().filter(numbered).collect()
    }
}
