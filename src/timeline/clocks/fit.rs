//! One offset for many statements, steady where they agree on one, else with the drift that most of them agree on.

use crate::model::Drift;
use crate::timeline::overlap::{Stretch, Vote, heaviest, reach};

/// What one exchange says: between which bounds the offset lay at an instant of the source's own clock.
#[derive(Clone, Copy, Debug)]
pub(super) struct Statement {
    pub(super) own: i64,
    pub(super) vote: Vote,
}

/// The offset that fits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Fit {
    /// Nanoseconds, in the middle of the time seen.
    pub(super) offset: i64,
    /// The truth lies within this; nanoseconds.
    pub(super) doubt: i64,
    /// How it changes.
    pub(super) drift: Drift,
}

/// Of the statements, this share agrees with a clock that keeps its distance: caches of `Date` and stray answers aside.
const AGREE: f64 = 0.97;
/// Statements by which a slope is looked for.
const SAMPLE: usize = 1_200;
/// Below this many statements a drift can't be told from chance.
const FEWEST: usize = 16;
/// Quartz is off by up to a hundred millionths; virtual machines without a time service by twice that.
const STEEPEST: f64 = 300e-6;
const SECOND: i64 = 1_000_000_000;

/// The fit of all statements; `None` without any.
pub(super) fn fit(statements: &[Statement]) -> Option<Fit> {
    let steady = level(statements, &Drift::NONE)?;
    if statements.len() < FEWEST || steady.agreed >= AGREE * total(statements) {
        return Some(steady.fit(Drift::NONE));
    }
    let line = steepest(statements);
    let bent = [bends(statements, &line), bends(statements, &Drift::NONE)];
    let mut best = (steady, Drift::NONE);
    // What bends more must explain plainly more.
    for drift in [Some(line)].into_iter().chain(bent).flatten() {
        if let Some(level) = level(statements, &drift)
            && level.agreed > best.0.agreed * 1.05
        {
            best = (level, drift);
        }
    }
    Some(best.0.fit(best.1))
}

fn total(statements: &[Statement]) -> f64 {
    statements.iter().map(|s| s.vote.weight).sum()
}

struct Level {
    offset: i64,
    doubt: i64,
    agreed: f64,
}

impl Level {
    fn fit(self, drift: Drift) -> Fit {
        Fit { offset: self.offset, doubt: self.doubt, drift }
    }
}

/// The offset on which most agree once the drift is taken out.
fn level(statements: &[Statement], drift: &Drift) -> Option<Level> {
    let votes: Vec<Vote> = statements.iter().map(|s| without(s, drift)).collect();
    let Stretch { lo, hi, weight } = heaviest(&votes)?;
    let offset = lo + (hi - lo) / 2;
    // Statements outside: a drift that wasn't caught, answers of several machines, a `Date` from a cache.
    let doubt = (hi - lo) / 2 + reach(&votes, offset, 0.9).min(60 * SECOND);
    Some(Level { offset, doubt, agreed: weight })
}

fn without(statement: &Statement, drift: &Drift) -> Vote {
    let taken = drift.at(statement.own);
    let Vote { lo, hi, weight } = statement.vote;
    Vote { lo: lo.saturating_sub(taken), hi: hi.saturating_sub(taken), weight }
}

/// The straight drift on which most agree: a coarse look over all slopes, then finer ones around the best.
fn steepest(statements: &[Statement]) -> Drift {
    let step = statements.len().div_ceil(SAMPLE).max(1);
    let sample: Vec<Statement> = statements.iter().step_by(step).copied().collect();
    let (first, last) = ends(statements);
    let mut best = (0.0_f64, 0.0_f64);
    let mut width = STEEPEST;
    for _ in 0..4 {
        let centre = best.1;
        for n in -20..=20_i32 {
            let slope = centre + width * f64::from(n) / 20.0;
            if let Some(level) = level(&sample, &line(first, last, slope))
                && level.agreed > best.0 + 1e-9
            {
                best = (level.agreed, slope);
            }
        }
        width /= 10.0;
    }
    line(first, last, best.1)
}

fn ends(statements: &[Statement]) -> (i64, i64) {
    let instants = || statements.iter().map(|s| s.own);
    (instants().min().unwrap_or(0), instants().max().unwrap_or(0))
}

/// A straight drift that is nothing in the middle.
fn line(first: i64, last: i64, slope: f64) -> Drift {
    let half = ((last - first) as f64 * slope / 2.0) as i64;
    Drift::new(&[(first, -half), (last, half)])
}

/// A drift that bends: the offset of each stretch of time beside the straight line.
fn bends(statements: &[Statement], line: &Drift) -> Option<Drift> {
    let (first, last) = ends(statements);
    let parts = Drift::MOST as i64;
    let length = ((last - first) / parts).max(1);
    let all = level(statements, line)?;
    let mut knots = Vec::new();
    for part in 0..parts {
        let (from, to) = (first + part * length, first + (part + 1) * length);
        let of_part: Vec<Statement> =
            statements.iter().filter(|s| s.own >= from && (s.own < to || part == parts - 1)).copied().collect();
        if of_part.len() >= FEWEST / 2
            && let Some(own) = level(&of_part, line)
        {
            let centre = from + length / 2;
            knots.push((centre, line.at(centre) + own.offset - all.offset));
        }
    }
    (knots.len() >= 2).then(|| Drift::new(&knots))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Statements a minute apart about an offset, each between 0.3 s below and 0.7 s above, shifted about.
    fn about(offset: impl Fn(i64) -> i64, count: i64) -> Vec<Statement> {
        (0..count)
            .map(|n| {
                let own = n * 60 * SECOND;
                let jitter = (n * 7_919 % 1_000) * SECOND / 1_000;
                let lo = offset(own) - jitter;
                Statement { own, vote: Vote { lo, hi: lo + SECOND, weight: 1.0 } }
            })
            .collect()
    }

    #[test]
    fn a_steady_clock_stays_steady() {
        let fit = fit(&about(|_| 3 * SECOND, 300)).expect("a fit");
        assert_eq!(fit.drift, Drift::NONE);
        assert!((fit.offset - 3 * SECOND).abs() <= fit.doubt && fit.doubt < SECOND / 10, "{fit:?}");
    }

    #[test]
    fn a_drift_over_a_day_is_followed() {
        let truth = |own: i64| own / 20_000;
        let fit = fit(&about(truth, 1_440)).expect("a fit");
        for own in [0, 40_000 * SECOND, 86_000 * SECOND] {
            let at = fit.offset + fit.drift.at(own);
            assert!((at - truth(own)).abs() <= fit.doubt + SECOND / 20, "{own}: {at} {fit:?}");
        }
        assert!(fit.doubt < SECOND / 4, "{fit:?}");
    }

    #[test]
    fn a_clock_that_was_set_right_half_way_is_bent() {
        let truth = |own: i64| if own < 43_200 * SECOND { own / 20_000 } else { 0 };
        let fit = fit(&about(truth, 1_440)).expect("a fit");
        for own in [8_000 * SECOND, 30_000 * SECOND, 60_000 * SECOND, 80_000 * SECOND] {
            let at = fit.offset + fit.drift.at(own);
            assert!((at - truth(own)).abs() <= fit.doubt + SECOND / 10, "{own}: {at} {fit:?}");
        }
    }
}
