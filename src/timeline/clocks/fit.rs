//! One offset for many statements, steady where they agree on one, else with the drift that most of them agree on.

use crate::model::Drift;
use crate::timeline::overlap::{Stretch, Vote, heaviest, plateau, reach};

/// What one exchange says: between which bounds the offset lay at an instant of the source's own clock.
#[derive(Clone, Copy, Debug)]
pub(super) struct Statement {
    pub(super) own: i64,
    pub(super) vote: Vote,
    /// The lower bound if it was said as the answer began and not at any time since the request.
    pub(super) late: i64,
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

/// Statements by which a slope is looked for.
const SAMPLE: usize = 1_200;
/// Below this many statements a drift can't be told from chance.
const FEWEST: usize = 16;
/// Quartz is off by up to a hundred millionths.
const STEEPEST: f64 = 100e-6;
/// A slope on which this share of the best agreement agrees can't be ruled out.
const POSSIBLE: f64 = 0.995;
/// The same where many statements may be mistaken.
const POSSIBLE_OF_GUESSES: f64 = 0.97;
/// Among slopes some agree better by chance: a slope must explain this much more than none.
const PLAINLY: f64 = 1.15;
const SECOND: i64 = 1_000_000_000;
/// A clock is set right, or changes its pace, at most once in so long; nanoseconds.
const SHORTEST_BEND: i64 = 3_600 * SECOND;

/// The fit of all statements; `None` without any.
pub(super) fn fit(statements: &[Statement]) -> Option<Fit> {
    let steady = level(statements, &Drift::NONE)?;
    if statements.len() < FEWEST {
        return Some(steady.fit(Drift::NONE));
    }
    let slopes = Slopes::of(statements, POSSIBLE, &level);
    if slopes.best.agreed < 0.9 * total(statements) {
        let line = slopes.line(slopes.steepness);
        let mut best = (steady, Drift::NONE);
        // What bends more must explain plainly more.
        // In less than an hour no clock bends: what doesn't agree is of several machines.
        let long = slopes.last.saturating_sub(slopes.first) >= SHORTEST_BEND;
        let bent = || [bends(statements, &line), bends(statements, &Drift::NONE)].into_iter().flatten();
        let ways = [line].into_iter().chain(long.then(bent).into_iter().flatten());
        for drift in ways {
            if let Some(level) = level(statements, &drift)
                && level.agreed > best.0.agreed * 1.05
            {
                best = (level, drift);
            }
        }
        return Some(best.0.fit(best.1));
    }
    Some(slopes.fit())
}

/// The straight drift on which guesses, many of which may be mistaken, agree, and the weight of those that do; `None`
/// where they agree without any about as well. Within `share` (0 to 1) of the best agreement nothing is ruled out.
pub(super) fn slope(guesses: &[Statement], share: f64) -> Option<(Fit, f64)> {
    if guesses.len() < FEWEST {
        return None;
    }
    let level = |of: &[Statement], drift: &Drift| {
        let votes: Vec<Vote> = of.iter().map(|s| without(s, drift)).collect();
        let Stretch { lo, hi, weight } = plateau(&votes, share)?;
        Some(Level { offset: lo + (hi - lo) / 2, doubt: (hi - lo) / 2, agreed: weight })
    };
    let steady = level(guesses, &Drift::NONE)?;
    let slopes = Slopes::of(guesses, POSSIBLE_OF_GUESSES, &level);
    (slopes.best.agreed > steady.agreed * PLAINLY).then(|| (slopes.fit(), slopes.best.agreed))
}

fn total(statements: &[Statement]) -> f64 {
    statements.iter().map(|s| s.vote.weight).sum()
}

/// All straight drifts that the statements allow.
struct Slopes {
    first: i64,
    last: i64,
    best: Level,
    steepness: f64,
    /// Slope and level of each that can't be ruled out.
    possible: Vec<(f64, Level)>,
}

impl Slopes {
    /// `possible`: the share (0 to 1) of the best agreement with which a slope can't be ruled out.
    fn of(statements: &[Statement], possible: f64, level: &impl Fn(&[Statement], &Drift) -> Option<Level>) -> Self {
        let step = statements.len().div_ceil(SAMPLE).max(1);
        let sample: Vec<Statement> = statements.iter().step_by(step).copied().collect();
        let (first, last) = ends(statements);
        let mut tried: Vec<(f64, Level)> = Vec::new();
        let mut width = STEEPEST;
        let mut centre = 0.0;
        for _ in 0..3 {
            for n in -20..=20_i32 {
                let slope = centre + width * f64::from(n) / 20.0;
                tried.extend(level(&sample, &line(first, last, slope)).map(|level| (slope, level)));
            }
            let best = tried.iter().max_by(|a, b| a.1.agreed.total_cmp(&b.1.agreed));
            centre = best.map_or(0.0, |(slope, _)| *slope);
            width /= 8.0;
        }
        let most = tried.iter().map(|(_, level)| level.agreed).fold(0.0, f64::max);
        tried.retain(|(_, level)| level.agreed >= most * possible);
        // Of those that agree best the one in the middle.
        tried.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (steepness, best) = tried.get(tried.len() / 2).copied().unwrap_or_default();
        Self { first, last, best, steepness, possible: tried }
    }

    fn line(&self, slope: f64) -> Drift {
        line(self.first, self.last, slope)
    }

    /// What is added at an instant at least and at most, over all that is possible.
    fn between(&self, own: i64) -> (i64, i64) {
        let bounds = self.possible.iter().map(|(slope, level)| {
            let added = level.offset + self.line(*slope).at(own);
            (added - level.doubt, added + level.doubt)
        });
        bounds.fold((i64::MAX, i64::MIN), |(lo, hi), (a, b)| (lo.min(a), hi.max(b)))
    }

    /// The middle of what is possible; steady where that is possible too.
    fn fit(&self) -> Fit {
        // The outermost instants are extrapolated from all others and would speak for few.
        let part = (self.last - self.first) / 10;
        let places = [self.first + part, self.first + 5 * part, self.last - part].map(|own| (own, self.between(own)));
        let steady = self.possible.iter().find(|(slope, _)| slope.abs() < 1e-9);
        let (_, (lo, hi)) = places[1];
        let offset = steady.map_or(lo + (hi - lo) / 2, |(_, level)| level.offset);
        if steady.is_some() {
            let doubt = places.iter().map(|(_, (lo, hi))| (hi - offset).max(offset - lo)).max().unwrap_or(0);
            return Fit { offset, doubt, drift: Drift::NONE };
        }
        let added = places.map(|(_, (lo, hi))| lo + (hi - lo) / 2 - offset);
        // Straight on to both ends of what was seen, and as far beyond.
        let knots = [
            (self.first - part, added[0] - (added[1] - added[0]) / 2),
            (places[1].0, added[1]),
            (self.last + part, added[2] + (added[2] - added[1]) / 2),
        ];
        let doubt = places.iter().map(|(_, (lo, hi))| (hi - lo) / 2).max().unwrap_or(0);
        Fit { offset, doubt, drift: Drift::new(&knots) }
    }
}

#[derive(Clone, Copy, Default)]
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
                Statement { own, vote: Vote { lo, hi: lo + SECOND, weight: 1.0 }, late: lo }
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
