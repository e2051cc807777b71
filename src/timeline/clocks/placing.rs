//! Where a source may stand: a zone, and what remains of its offset.

use std::collections::BTreeSet;

use super::fit::{self, Statement};
use super::votes::Said;
use super::{MS, QUARTER, SECOND, ceil_ms, rounded_ms};
use crate::model::{Basis, Clock, Drift};
use crate::timeline::overlap::{Stretch, Vote, heaviest, plateau, reaching};

/// Of the weight of the statements that agree best, this share must agree with every shift that isn't ruled out.
const PLATEAU: f64 = 0.8;
/// Zones whose statements agree at least this well, against those of the best, are tried with a drift.
const WORTH_A_SLOPE: f64 = 0.4;
/// A placing with a slope of its own has had more chances to fit than one without.
const SLOPED: f64 = 0.9;
/// The zones that there are, from -12:00 to +14:00, in quarter hours.
const ZONES: (i32, i32) = (-48, 56);
/// A clock that nobody set may be wrong by so many hours beside its zone.
const HOURS_WRONG: i32 = 6;
/// In less time a clock doesn't drift by what would be noticed; nanoseconds.
const LONG: i64 = 3_600 * SECOND;

/// A clock to which a source may be bound: that of the server which answered, or what the user told.
#[derive(Clone, Copy, Debug)]
pub(super) struct Way {
    /// What is added to its time to reach the reference's, nanoseconds.
    pub(super) offset: i64,
    /// The truth lies within this, nanoseconds.
    pub(super) doubt: i64,
    pub(super) drift: Drift,
    /// A few records that were written late must not narrow what the server's own clock says below this.
    least: i64,
}

impl Way {
    pub(super) fn new(offset: i64, doubt: i64, drift: Drift) -> Self {
        Self { offset, doubt, drift, least: doubt * 3 / 5 }
    }

    /// Whether its machine can have answered the call of which the record tells.
    pub(super) fn answers(&self, said: &Said) -> bool {
        said.answered.is_none_or(|(lo, hi)| lo <= self.offset + self.doubt && hi >= self.offset - self.doubt)
    }

    /// The clock of another machine of the same site: near the server's, but not the same.
    pub(super) fn of_a_neighbour(self) -> Self {
        Self { doubt: self.doubt + 3 * SECOND, ..self }
    }
}

/// A possible placing: zone, remaining offset and doubt, and the weight of the statements that agree with it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Placing {
    zone_minutes: i32,
    offset: i64,
    doubt: i64,
    drift: Drift,
    pub(super) weight: f64,
}

impl Placing {
    pub(super) fn clock(&self, has_zone: bool, basis: Basis) -> Clock {
        // A clock may be hours wrong besides: what no zone explains is offset.
        let zone_minutes = if has_zone { 0 } else { self.zone_minutes.clamp(ZONES.0 * 15, ZONES.1 * 15) };
        let offset = self.offset - i64::from(self.zone_minutes - zone_minutes) * 60 * SECOND;
        let zone_minutes = (!has_zone).then_some(zone_minutes);
        let (offset_ms, uncertainty_ms) = (rounded_ms(offset), ceil_ms(self.doubt));
        Clock { zone_minutes, offset_ms, uncertainty_ms, basis, drift: self.drift, days: 0 }
    }

    /// The same, with what a clear placing by the records alone leaves of its doubt, where the two agree: behind one
    /// address several machines may answer, so that the server's own clock is known worse than each log's.
    pub(super) fn narrowed(self, by: Option<Self>) -> Self {
        let shift = |of: &Self| of.offset - i64::from(of.zone_minutes) * 60 * SECOND;
        match by.filter(|by| by.doubt < self.doubt && by.drift == self.drift) {
            Some(by) if (shift(&by) - shift(&self)).abs() <= self.doubt => Self { weight: self.weight, ..by },
            _ => self,
        }
    }

    /// Whether a record agrees with it.
    pub(super) fn has(&self, said: &Said) -> bool {
        let shift = i64::from(self.zone_minutes) * 60 * SECOND - self.offset;
        let added = self.drift_at(said);
        said.vote.lo + added <= shift && said.vote.hi + added >= shift
    }

    /// Whether a record agrees with it within its doubt.
    pub(super) fn may_have(&self, said: &Said) -> bool {
        let shift = i64::from(self.zone_minutes) * 60 * SECOND - self.offset;
        let added = self.drift_at(said);
        said.vote.lo + added <= shift + self.doubt && said.vote.hi + added >= shift - self.doubt
    }

    /// What its drift adds when that was written.
    pub(super) fn drift_at(&self, said: &Said) -> i64 {
        self.drift.at(said.written - i64::from(self.zone_minutes) * 60 * SECOND)
    }

    /// The same with another offset and doubt.
    pub(super) const fn moved(self, offset: i64, doubt: i64) -> Self {
        Self { offset, doubt, ..self }
    }

    /// The same where the clock may be that of several machines: it may lie higher by that much.
    pub(super) const fn raised(self, by: i64) -> Self {
        // A doubt that wide says less than that a single machine is likely.
        const WIDEST: i64 = SECOND / 4;
        let room = WIDEST - self.doubt;
        let half = if room <= 0 {
            0
        } else if by / 2 < room {
            by / 2
        } else {
            room
        };
        Self { offset: self.offset + half, doubt: self.doubt + half, ..self }
    }

    /// What is added in its zone to reach the reference's clock, nanoseconds.
    pub(super) const fn offset(&self) -> i64 {
        self.offset
    }

    pub(super) const fn zone_minutes(&self) -> i32 {
        self.zone_minutes
    }

    /// How far two of one zone are apart, nanoseconds.
    pub(super) const fn apart(&self, other: &Self) -> i64 {
        self.offset.saturating_sub(other.offset).saturating_abs()
    }

    /// The same, with the doubt of all these: which of them it is isn't known.
    pub(super) fn any_of(self, others: &[Self]) -> Self {
        let all = || others.iter().chain([&self]);
        let lo = all().map(|of| of.offset - of.doubt).min().unwrap_or(self.offset);
        let hi = all().map(|of| of.offset + of.doubt).max().unwrap_or(self.offset);
        Self { offset: lo + (hi - lo) / 2, doubt: (hi - lo) / 2, ..self }
    }

    /// Whether it stands where a clock does.
    pub(super) fn agrees_with(&self, clock: &Clock) -> bool {
        let shift = |zone: i64, offset: i64| offset - zone * 60 * SECOND;
        let theirs = shift(clock.zone_minutes.unwrap_or(0).into(), clock.offset_ms.saturating_mul(MS));
        let doubt = i64::try_from(clock.uncertainty_ms).unwrap_or(i64::MAX).saturating_mul(MS);
        let apart = shift(self.zone_minutes.into(), self.offset).saturating_sub(theirs).saturating_abs();
        apart <= self.doubt.min(doubt)
    }

    /// The same on the nearest of the clocks it may be bound to; as it is where it may be several.
    pub(super) fn as_the_nearest_of(self, ways: &[Way]) -> Self {
        let within = |way: &&Way| way.offset.abs_diff(self.offset) <= self.doubt.unsigned_abs();
        if ways.iter().filter(within).count() > 1 {
            return self;
        }
        let nearest = ways.iter().min_by_key(|way| way.offset.abs_diff(self.offset));
        nearest.map_or(self, |way| Self { offset: way.offset, doubt: way.doubt, ..self })
    }

    /// The same with all the doubt that statements leave which agree on hardly more than chance would: up to the
    /// farthest shift of this zone on which about as many agree, and beyond it where as many do.
    pub(super) fn widened(self, said: &[Said]) -> Self {
        /// Of fewer calls each other shift is as likely that hasn't much less.
        const FEW: usize = 3;
        /// A zone and minutes that are as usual as any others don't make up for more.
        const AS_MUCH: f64 = 0.95;
        let few = calls(said, &self) < FEW;
        let as_many = if few { 0.45 } else { 0.7 };
        let zone = i64::from(self.zone_minutes) * 60 * SECOND;
        let votes: Vec<Vote> = said.iter().map(|s| s.vote).collect();
        let shift = zone - self.offset;
        let apart = |enough: f64| {
            let ends = reaching(&votes, enough).into_iter().flat_map(|(lo, hi)| [lo, hi]);
            ends.map(|at| at.saturating_sub(shift).saturating_abs())
        };
        let here = apart(self.weight * as_many).filter(|apart| *apart <= QUARTER / 2).max().unwrap_or(0);
        let elsewhere = if few { apart(self.weight * AS_MUCH).max().unwrap_or(0) } else { 0 };
        Self { doubt: here.max(elsewhere).max(self.doubt), ..self }
    }
}

/// All placings by quarter hours (or in the zone that is known), on a server's clock where that is known.
pub(super) fn candidates(said: &[Said], zone: Option<i32>, way: Option<Way>) -> Vec<Placing> {
    let beyond = if way.is_none() { HOURS_WRONG * 4 } else { 0 };
    let all = || (ZONES.0 - beyond..=ZONES.1 + beyond).map(|quarter| quarter * 15).collect();
    let zones: Vec<i32> = zone.map_or_else(all, |zone| vec![zone]);
    zones.into_iter().filter_map(|zone| candidate(said, zone, way)).collect()
}

/// The likelier ones of these placings with the drift that the statements show by themselves, where they show one.
pub(super) fn sloped(said: &[Said], found: &[Placing]) -> Vec<Placing> {
    if lasted(said) < LONG {
        return Vec::new();
    }
    let best = found.iter().map(|placing| placing.weight).fold(0.0, f64::max);
    let worth = found.iter().filter(|placing| placing.weight >= best * WORTH_A_SLOPE);
    worth.filter_map(|placing| with_slope(said, placing.zone_minutes)).collect()
}

/// How many records agree with a placing.
pub(super) fn supporters(said: &[Said], placing: &Placing) -> usize {
    supporting(said, placing).len()
}

/// The records that agree with a placing, by what they were written at.
pub(super) fn supporting(said: &[Said], placing: &Placing) -> BTreeSet<i64> {
    said.iter().filter(|s| !s.part && placing.has(s)).map(|s| s.written).collect()
}

/// How many calls there are that some record names.
pub(super) fn named(said: &[Said]) -> usize {
    said.iter().map(|s| s.call).collect::<BTreeSet<usize>>().len()
}

/// How many calls have a record that agrees with a placing; one record speaks for one call.
pub(super) fn calls(said: &[Said], placing: &Placing) -> usize {
    let calls: BTreeSet<usize> = said.iter().filter(|s| !s.part && placing.has(s)).map(|s| s.call).collect();
    calls.len().min(supporters(said, placing))
}

/// The same of the calls that failed, and how many of these there are of which some record tells.
pub(super) fn failures(said: &[Said], placing: &Placing) -> (usize, usize) {
    let failed: Vec<Said> = said.iter().filter(|s| s.failed).copied().collect();
    (calls(&failed, placing), named(&failed))
}

/// The weight of the statements that agree best on a shift which plainly isn't this placing's.
pub(super) fn rival(said: &[Said], placing: &Placing) -> f64 {
    const APART: i64 = SECOND;
    let shift = i64::from(placing.zone_minutes) * 60 * SECOND - placing.offset;
    let (lo, hi) = (shift - placing.doubt - APART, shift + placing.doubt + APART);
    let elsewhere = said.iter().map(|s| {
        let added = placing.drift.at(s.written - i64::from(placing.zone_minutes) * 60 * SECOND);
        Vote { lo: s.vote.lo + added, hi: s.vote.hi + added, ..s.vote }
    });
    // What reaches beyond on one side counts there as far as it reaches.
    let parts = elsewhere.flat_map(|v| [Vote { hi: v.hi.min(lo), ..v }, Vote { lo: v.lo.max(hi), ..v }]);
    let votes: Vec<Vote> = parts.filter(|v| v.lo <= v.hi).collect();
    heaviest(&votes).map_or(0.0, |stretch| stretch.weight)
}

/// Over how much of its own time a source is spoken of.
fn lasted(said: &[Said]) -> i64 {
    let written = || said.iter().map(|s| s.written);
    written().max().unwrap_or(0).saturating_sub(written().min().unwrap_or(0))
}

/// A placing in that zone with the drift that the statements show by themselves, where they show one.
fn with_slope(said: &[Said], zone_minutes: i32) -> Option<Placing> {
    let zone = i64::from(zone_minutes) * 60 * SECOND;
    let near = said.iter().filter(|s| s.vote.hi >= zone - QUARTER / 2 && s.vote.lo <= zone + QUARTER / 2);
    let statements: Vec<Statement> = near
        .map(|s| Statement {
            own: s.written - zone,
            vote: Vote { lo: zone - s.vote.hi, hi: zone - s.vote.lo, ..s.vote },
            late: zone - s.vote.hi,
        })
        .collect();
    let (fit, weight) = fit::slope(&statements, PLATEAU)?;
    let weight = weight * likely(zone_minutes, fit.offset) * SLOPED;
    Some(Placing { zone_minutes, offset: fit.offset, doubt: fit.doubt + 20 * MS, drift: fit.drift, weight })
}

/// How far the farthest of all zones is from this one, milliseconds.
pub(super) fn any_zone_but_ms(zone_minutes: i32) -> u64 {
    let apart = |quarter: i32| u64::from((quarter * 15).abs_diff(zone_minutes));
    apart(ZONES.0).max(apart(ZONES.1)) * 60_000
}

/// How usual a zone is, and an offset beside it: people's zones are whole hours far more often than quarters, and
/// clocks are rarely minutes off.
fn likely(zone_minutes: i32, offset: i64) -> f64 {
    usual(zone_minutes) * (1.0 - 0.2 * (offset.abs() as f64 / (QUARTER / 2) as f64).min(1.0))
}

fn usual(zone_minutes: i32) -> f64 {
    let quarter = zone_minutes / 15;
    match zone_minutes.rem_euclid(60) {
        _ if quarter < ZONES.0 || quarter > ZONES.1 => 0.8,
        0 => 1.0,
        30 => 0.95,
        _ => 0.85,
    }
}

fn candidate(said: &[Said], zone_minutes: i32, way: Option<Way>) -> Option<Placing> {
    let zone = i64::from(zone_minutes) * 60 * SECOND;
    let (lo, hi) = match way {
        Some(way) => (zone - way.offset - way.doubt, zone - way.offset + way.doubt),
        None => (zone - QUARTER / 2, zone + QUARTER / 2),
    };
    let drift = way.map_or(Drift::NONE, |w| w.drift);
    let steady = |said: &Said| {
        let added = drift.at(said.written - zone);
        Vote { lo: said.vote.lo + added, hi: said.vote.hi + added, ..said.vote }
    };
    let inside: Vec<Vote> = said
        .iter()
        .map(steady)
        .filter(|v| v.hi >= lo && v.lo <= hi)
        .map(|v| Vote { lo: v.lo.max(lo), hi: v.hi.min(hi), ..v })
        .collect();
    let Stretch { lo, hi, weight } = plateau(&inside, PLATEAU)?;
    let middle = lo + (hi - lo) / 2;
    let weight = weight * if way.is_some() { usual(zone_minutes) } else { likely(zone_minutes, zone - middle) };
    let doubt = ((hi - lo) / 2 + 20 * MS).max(way.map_or(0, |w| w.least));
    Some(Placing { zone_minutes, offset: zone - middle, doubt, drift, weight })
}
