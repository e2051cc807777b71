//! Several machines behind one address: which clocks the `Date` headers of one server come from.
//!
//! It sees bounds on offsets and nothing of exchanges.

use super::fit::{Fit, Statement, fit};
use crate::timeline::overlap::{Stretch, Vote, heaviest, reach};

const MS: i64 = 1_000_000;
const SECOND: i64 = 1_000 * MS;
/// More machines than this behind an address are none, but a clock of which nothing is known.
const MOST: usize = 4;

/// A clock that was made out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Heard {
    pub(super) fit: Fit,
    /// How much higher a single machine's clock may lie where this is of several, nanoseconds.
    pub(super) loose: i64,
    /// Whether some of the answers can't be of the machine of the others.
    pub(super) several: bool,
    /// On how many answers it rests.
    pub(super) headers: usize,
}

/// The clock of each machine that answers behind one address, and on how many statements it rests.
pub(super) fn clocks(statements: Vec<Statement>) -> Vec<Heard> {
    let apart = plainly_apart(statements);
    if let [one] = apart.as_slice()
        && let Some(two) = two_near(one)
    {
        return two;
    }
    let whole = apart.len() == 1;
    let heard = |own: Vec<Statement>| {
        let votes: Vec<Vote> = own.iter().map(|s| s.vote).collect();
        let loose = if whole { reach_of(&votes, 0.5).min(SECOND / 4) } else { 0 };
        let (fit, several) = doubted(fit(&own)?, &own);
        let fit = if whole && !several { by_late_dates(closer(fit, &votes), &own) } else { fit };
        Some(Heard { fit, loose, several, headers: own.len() })
    };
    apart.into_iter().filter_map(heard).collect()
}

/// With the doubt that those add which narrowly miss what the others agree on: another machine whose clock is nearly
/// the same, or a drift that isn't quite straight.
///
/// And whether there are several that do.
fn doubted(fit: Fit, statements: &[Statement]) -> (Fit, bool) {
    const NARROWLY: i64 = 300 * MS;
    /// By more than recordings are imprecise, beyond the doubt there is anyway.
    const PLAINLY: i64 = 30 * MS;
    /// So small a share of them may be mistaken.
    const MISTAKEN: usize = 200;
    let missed_by = |s: &Statement| {
        let added = fit.offset.saturating_add(fit.drift.at(s.own));
        s.vote.lo.saturating_sub(added).max(added.saturating_sub(s.vote.hi))
    };
    let mut misses: Vec<i64> = statements.iter().map(missed_by).filter(|miss| (1..=NARROWLY).contains(miss)).collect();
    misses.sort_unstable_by_key(|miss| std::cmp::Reverse(*miss));
    let most = misses.get(statements.len() / MISTAKEN).copied().unwrap_or(0);
    let plainly = misses.iter().filter(|miss| **miss > PLAINLY).count();
    (Fit { doubt: fit.doubt.max(most), ..fit }, plainly > 2 + statements.len() / MISTAKEN)
}

/// The same where calls last so long that their beginnings bound the clock loosely: of so many answers some were
/// given right behind the turn of a second, so that the truth lies near the bounds that are the tightest.
fn closer(fit: Fit, votes: &[Vote]) -> Fit {
    /// A reach is exceeded in one of twenty cases; by this much more in hardly any.
    const SURELY: f64 = 1.4;
    let reach = (reach_of(votes, 1.0) as f64 * SURELY) as i64;
    if fit.drift != crate::model::Drift::NONE || reach >= fit.doubt.saturating_mul(2) {
        return fit;
    }
    let (lo, hi) = (fit.offset.saturating_sub(fit.doubt), fit.offset.saturating_add(fit.doubt));
    let (lo, hi) = (lo.max(hi.saturating_sub(reach)), hi.min(lo.saturating_add(reach)));
    // Both hold only where they meet, and no closer than either.
    if lo > hi { fit } else { Fit { offset: lo + (hi - lo) / 2, doubt: ((hi - lo) / 2).max(reach / 3), ..fit } }
}

/// The same where the server plainly writes its `Date` as the answer begins: all statements agree on one clock then,
/// however long the calls last. Had it written them earlier, the longer calls would contradict the shorter ones.
fn by_late_dates(fit: Fit, statements: &[Statement]) -> Fit {
    /// Of fewer statements some may agree by chance.
    const FEWEST: usize = 30;
    /// So much longer than the shorter calls the longer ones last, so that it shows; nanoseconds.
    const SPREAD: i64 = 300 * MS;
    /// So long before its first byte arrives the head of an answer may have been made; nanoseconds.
    const EARLY: i64 = 60 * MS;
    /// Where fewer agree, it is written at another time.
    const AGREEING: f64 = 0.98;
    if statements.len() < FEWEST {
        return fit;
    }
    let mut lasted: Vec<i64> = statements.iter().map(|s| s.late.saturating_sub(s.vote.lo)).collect();
    lasted.sort_unstable();
    let of_ten = |n: usize| lasted[lasted.len() * n / 10];
    if of_ten(9).saturating_sub(of_ten(1)) < SPREAD {
        return fit;
    }
    let vote = |s: &Statement| {
        let added = fit.drift.at(s.own);
        let (lo, hi) = (s.late.saturating_sub(EARLY + added), s.vote.hi.saturating_sub(added));
        Vote { lo, hi, ..s.vote }
    };
    let votes: Vec<Vote> = statements.iter().map(vote).collect();
    // Where the hypothesis holds there is room for all of what was granted.
    let agree = |top: &Stretch| top.weight >= AGREEING * votes.len() as f64 && top.hi - top.lo >= EARLY;
    let Some(Stretch { lo, hi, .. }) = heaviest(&votes).filter(agree) else { return fit };
    let middle = lo + (hi - lo) / 2;
    let doubt = (hi - lo) / 2 + reach(&votes, middle, 1.0).min(SECOND / 4);
    let within = middle.abs_diff(fit.offset) <= fit.doubt.unsigned_abs();
    if within && doubt < fit.doubt { Fit { offset: middle, doubt, ..fit } } else { fit }
}

/// The statements of each machine where their clocks are plainly apart; all in one where they aren't. A clock that
/// drifts or is set changes once or slowly, while machines take turns.
fn plainly_apart(mut statements: Vec<Statement>) -> Vec<Vec<Statement>> {
    /// Fewer answers may be those of a cache or a gateway.
    const FEWEST: usize = 16;
    /// Closer than this what a machine said isn't told apart one by one: a server may keep a `Date` for a while.
    const APART: i64 = 800 * MS;
    /// An answer that misses what a machine's others agree on by less is still that machine's.
    const SLACK: i64 = 200 * MS;
    let when = |s: &Statement| s.own.saturating_add(s.vote.lo);
    statements.sort_by_key(when);
    let mut all: Vec<Vec<Statement>> = Vec::new();
    let mut tops: Vec<Stretch> = Vec::new();
    let mut left: Vec<(usize, Statement)> = statements.iter().copied().enumerate().collect();
    while let Some(top) = heaviest(&left.iter().map(|(_, s)| s.vote).collect::<Vec<_>>()) {
        let (lo, hi) = (top.lo.saturating_sub(SLACK), top.hi.saturating_add(SLACK));
        let (own, others): (Vec<_>, Vec<_>) = left.iter().partition(|(_, s)| s.vote.hi >= lo && s.vote.lo <= hi);
        // In each quarter of the time it answers, now and then at least.
        let quarter = statements.len().div_ceil(4).max(1);
        let of_quarter = |n: usize| own.iter().filter(|(at, _)| at / quarter == n).count();
        let always = (0..4).all(|n| of_quarter(n) * 20 >= quarter);
        let apart = tops.iter().all(|other| (top.lo - other.hi).max(other.lo - top.hi) >= APART);
        if own.len() < FEWEST || !always || !apart {
            break;
        }
        left = others;
        tops.push(top);
        all.push(own.into_iter().map(|(_, statement)| statement).collect());
    }
    // What fits none of them is a few answers from elsewhere.
    let told_apart = all.len() > 1 && all.len() <= MOST && left.len() < statements.len() / 10;
    if told_apart { all } else { vec![statements] }
}

/// Two machines whose clocks are less than a second apart, so that most answers could be of either. What only one of
/// them can have said tells where each stands: the earlier clock lies just below the least upper bound, the later one
/// just above the greatest lower bound. `None` where one clock, drifting or not, explains what was said.
fn two_near(statements: &[Statement]) -> Option<Vec<Heard>> {
    /// So many answers at least that can't be of the other machine.
    const FEWEST: usize = 3;
    /// And this share of all.
    const SHARE: f64 = 0.02;
    /// Two clocks explain all answers but this share.
    const STRAY: f64 = 0.03;
    /// Statements among which the two are looked for.
    const SAMPLE: usize = 240;
    /// Machines closer than this are one clock, a little less well known.
    const ONE: i64 = 100 * MS;
    let of = |s: &Statement| s.vote;
    let votes: Vec<Vote> = statements.iter().map(of).collect();
    let all = votes.len();
    let one = heaviest(&votes)?;
    let missed = votes.iter().filter(|v| !holds(v, one.lo)).count();
    if missed < FEWEST {
        return None;
    }
    let step = all.div_ceil(SAMPLE).max(1);
    let sample: Vec<Vote> = votes.iter().step_by(step).copied().collect();
    let edges = sample.iter().flat_map(|v| [v.lo, v.hi]);
    let without = |votes: &[Vote], at: i64| -> Vec<Vote> { votes.iter().filter(|v| !holds(v, at)).copied().collect() };
    let explained = |at: i64| {
        let rest = without(&sample, at);
        let other = heaviest(&rest)?;
        Some((sample.len() - rest.len() + other.weight.round() as usize, at, other))
    };
    let (_, first, second) = edges.filter_map(explained).max_by_key(|(count, first, second)| {
        // Of several as good ones those that are the nearest.
        (*count, std::cmp::Reverse(gap(*first, second)))
    })?;
    let second = if second.lo > first { second.lo } else { second.hi };
    let (mut lower, mut upper) = (first.min(second), first.max(second));
    // To the ends of what only one of them can have said.
    for _ in 0..2 {
        lower = heaviest(&without(&votes, upper))?.hi.min(upper);
        upper = heaviest(&without(&votes, lower))?.lo.max(lower);
    }
    let only = |here: i64, there: i64| -> Vec<(usize, Vote)> {
        let own = votes.iter().copied().enumerate();
        own.filter(|(_, v)| holds(v, here) && !holds(v, there)).collect()
    };
    let (early, late) = (only(lower, upper), only(upper, lower));
    let stray = votes.iter().filter(|v| !holds(v, lower) && !holds(v, upper)).count();
    let few = |of: &[(usize, Vote)]| of.len() < FEWEST || (of.len() as f64) < SHARE * all as f64;
    if few(&early)
        || few(&late)
        || stray as f64 > STRAY * all as f64
        || stray * 4 > missed
        || !taking_turns(&early, &late)
    {
        return None;
    }
    let of_early = early.len() as f64 / (early.len() + late.len()) as f64;
    let below = reach_of(&votes, of_early);
    let above = reach_of(&votes, 1.0 - of_early);
    let certain = |of: &[(usize, Vote)]| {
        let bounds = of.iter().fold((i64::MIN, i64::MAX), |(lo, hi), (_, v)| (lo.max(v.lo), hi.min(v.hi)));
        (bounds.0, bounds.1.max(bounds.0))
    };
    let (early_from, early_to) = (certain(&early).0.max(lower - below), lower);
    let (late_from, late_to) = (upper, certain(&late).1.min(upper + above));
    let heard = |from: i64, to: i64, share: f64| {
        let doubt = (to - from) / 2;
        let drift = crate::model::Drift::NONE;
        let fit = Fit { offset: from + doubt, doubt, drift };
        Heard { fit, loose: 0, several: false, headers: (share * all as f64).round() as usize }
    };
    if upper - lower < ONE {
        return Some(vec![heard(early_from, late_to, 1.0)]);
    }
    Some(vec![heard(early_from, early_to, of_early), heard(late_from, late_to, 1.0 - of_early)])
}

fn holds(vote: &Vote, at: i64) -> bool {
    vote.lo <= at && vote.hi >= at
}

fn gap(at: i64, stretch: &Stretch) -> i64 {
    (stretch.lo - at).max(at - stretch.hi).max(0)
}

/// Whether neither of the two said all it said before the other.
fn taking_turns(early: &[(usize, Vote)], late: &[(usize, Vote)]) -> bool {
    const EVENLY: std::ops::RangeInclusive<f64> = 0.1..=0.9;
    let before: usize = early.iter().map(|(at, _)| late.partition_point(|(other, _)| other < at)).sum();
    EVENLY.contains(&(before as f64 / (early.len() * late.len()) as f64))
}

/// How far beyond the tightest of its bounds a clock may lie: a machine to which that share of the answers belongs
/// would have bounded it closer in 19 of 20 cases. Each `Date` is cut to a second, by an amount that is as likely as any
/// other; what an exchange lasted comes on top.
fn reach_of(votes: &[Vote], share: f64) -> i64 {
    const ENOUGH: f64 = 3.0;
    let mut lasted: Vec<i64> = votes.iter().map(|v| (v.hi - v.lo - SECOND).max(0)).collect();
    lasted.sort_unstable();
    // The chance that a bound lies within a reach grows from the exchange's length on, linearly.
    let mut sum = 0_i64;
    for (n, length) in lasted.iter().enumerate() {
        sum = sum.saturating_add(*length);
        let count = n as f64 + 1.0;
        let reach = (ENOUGH / share.max(0.01) * SECOND as f64 + sum as f64) / count;
        if lasted.get(n + 1).is_none_or(|next| reach <= *next as f64) {
            return reach as i64;
        }
    }
    SECOND
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARTS: i64 = 4;

    /// What `count` answers say, each cut by another part of a second, of the offset in force at each.
    fn said(count: i64, offset: impl Fn(i64) -> i64) -> Vec<Statement> {
        said_by(count, offset, |n| (40 + n % 9 * 23) * MS, PARTS)
    }

    /// The same of calls that last so long, the `Date` written behind so many of `parts` parts of them.
    fn said_by(count: i64, offset: impl Fn(i64) -> i64, lasted: impl Fn(i64) -> i64, part: i64) -> Vec<Statement> {
        (0..count)
            .map(|n| {
                let lasted = lasted(n);
                let lo = offset(n) - n * 617 % 1_000 * MS - lasted * part / PARTS;
                let vote = Vote { lo, hi: lo + SECOND + lasted, weight: 1.0 };
                Statement { own: n * 2 * SECOND, vote, late: lo + lasted }
            })
            .collect()
    }

    #[test]
    fn long_calls_bound_a_clock_closely_only_if_it_is_read_as_the_answer_begins() {
        for lasted in [|n: i64| (700 + n % 9 * 150) * MS, |n: i64| (900 + n * 7 % 11 * 60) * MS] {
            for part in 0..=PARTS {
                let found = clocks(said_by(60, |_| 3 * SECOND, lasted, part));
                let [Heard { fit, loose, .. }] = found.as_slice() else { panic!("one: {found:?}") };
                let (lo, hi) = (fit.offset - fit.doubt, fit.offset + fit.doubt + loose);
                assert!(lo <= 3 * SECOND && hi >= 3 * SECOND, "{part}: {fit:?}");
                assert_eq!(fit.doubt <= 125 * MS, part == PARTS, "{part}: {fit:?}");
            }
        }
    }

    #[test]
    fn two_machines_a_part_of_a_second_apart_have_a_clock_each() {
        for (apart, other_of) in [(300 * MS, 2), (500 * MS, 3), (700 * MS, 2)] {
            let truth = |n: i64| if n * 7 % 5 < other_of { 3 * SECOND } else { 3 * SECOND + apart };
            let mut clocks = clocks(said(120, truth));
            clocks.sort_by_key(|heard| heard.fit.offset);
            let [Heard { fit: one, .. }, Heard { fit: other, .. }] = clocks.as_slice() else {
                panic!("two at {apart}: {clocks:?}")
            };
            for (fit, truth) in [(one, 3 * SECOND), (other, 3 * SECOND + apart)] {
                assert!((fit.offset - truth).abs() <= fit.doubt && fit.doubt <= 125 * MS, "{apart}: {fit:?} {truth}");
            }
        }
    }

    #[test]
    fn one_clock_that_drifts_or_is_set_is_no_two() {
        assert_eq!(clocks(said(120, |_| SECOND)).len(), 1);
        assert_eq!(clocks(said(120, |n| n * 5 * MS)).len(), 1);
        assert_eq!(clocks(said(120, |n| if n < 60 { 0 } else { 400 * MS })).len(), 1);
    }

    #[test]
    fn machines_that_are_very_near_are_one_clock_that_holds_both() {
        let truth = |n: i64| if n % 2 == 0 { 0 } else { 80 * MS };
        let found = clocks(said(300, truth));
        let [Heard { fit, loose, .. }] = found.as_slice() else { panic!("one: {found:?}") };
        let (lo, hi) = (fit.offset - fit.doubt, fit.offset + fit.doubt + loose);
        assert!(lo <= 0 && hi >= 80 * MS && hi - lo <= 500 * MS, "{found:?}");
    }
}
