//! Points in time that say how far they can be trusted, and the clocks that place a source's stamps.

use mwscope_parsers::{Civil, Stamp};

/// A point on the time line: on the reference's clock, and honest about its doubt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Nanoseconds since the Unix epoch on the reference's clock.
    pub utc_ns: i64,
    /// The truth lies within this many nanoseconds either side.
    pub uncertainty_ns: u64,
    /// What the placement rests on.
    pub basis: Basis,
}

/// What a clock's placement rests on, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Basis {
    /// The user said so.
    User,
    /// An id that stands in both sources.
    SharedId,
    /// HTTP `Date` headers, by interval intersection.
    DateHeader,
    /// An epoch field (`startTimeMillis`) beside a local time.
    EpochField,
    /// The zone written in the stamps themselves; machines are taken to agree.
    Zone,
    /// Nothing but the assumption that the source's clock and zone are the reference's.
    Assumed,
}

impl Basis {
    /// The word used in machine-readable output.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::SharedId => "shared-id",
            Self::DateHeader => "date-header",
            Self::EpochField => "epoch-field",
            Self::Zone => "zone",
            Self::Assumed => "assumed",
        }
    }
}

/// How a source's stamps are placed on the reference's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    /// The zone applied to stamps that carry none, in minutes east of UTC; `None` where none had to be applied
    /// or none could be found.
    pub zone_minutes: Option<i32>,
    /// Added to the source's instants to reach the reference's clock, in milliseconds; in the middle of the time
    /// seen where the clock drifts.
    pub offset_ms: i64,
    /// The truth lies within this many milliseconds either side.
    pub uncertainty_ms: u64,
    /// What zone and offset rest on.
    pub basis: Basis,
    /// How the offset changes with time.
    pub drift: Drift,
    /// Added to stamps that write no date, or none with a year: whole days, in nanoseconds. 0 where none could be found;
    /// such stamps are then in order, but on no day.
    pub days: i64,
}

/// How a clock's offset changes with time: straight between a few knots, steady before the first and after the last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Drift {
    knots: [(i64, i64); Drift::MOST],
    len: u8,
}

impl Drift {
    /// Knots that are kept at most.
    pub const MOST: usize = 8;
    /// A clock that keeps its distance.
    pub const NONE: Self = Self { knots: [(0, 0); Self::MOST], len: 0 };

    /// Knots by rising instant of the source's own clock, each with what is added there beside the offset; all in
    /// nanoseconds. Those beyond [`Drift::MOST`] are left out.
    #[must_use]
    pub fn new(of: &[(i64, i64)]) -> Self {
        let mut drift = Self::NONE;
        for (own, added) in of.iter().take(Self::MOST) {
            drift.knots[usize::from(drift.len)] = (*own, *added);
            drift.len += 1;
        }
        drift
    }

    /// The knots.
    #[must_use]
    pub fn knots(&self) -> &[(i64, i64)] {
        self.knots.get(..usize::from(self.len)).unwrap_or_default()
    }

    /// What is added beside the offset at an instant of the source's own clock; nanoseconds.
    #[must_use]
    pub fn at(&self, own: i64) -> i64 {
        let knots = self.knots();
        let after = knots.partition_point(|(at, _)| *at <= own);
        match (after.checked_sub(1).and_then(|n| knots.get(n)), knots.get(after)) {
            (Some(a), Some(b)) => {
                let share = (own - a.0) as f64 / (b.0 - a.0).max(1) as f64;
                a.1 + ((b.1 - a.1) as f64 * share) as i64
            }
            (Some((_, added)), None) | (None, Some((_, added))) => *added,
            (None, None) => 0,
        }
    }
}

impl Clock {
    /// The reference's own clock: exact by definition.
    pub const REFERENCE: Self =
        Self { zone_minutes: None, offset_ms: 0, uncertainty_ms: 0, basis: Basis::Zone, drift: Drift::NONE, days: 0 };

    /// Where `stamp` lies on the reference's clock; `None` without any zone to read it in.
    #[must_use]
    pub fn place(&self, stamp: &Stamp) -> Option<Moment> {
        let stamp = stamp.on_day(self.days);
        let utc_ns = match (stamp.utc_ns(), self.zone_minutes) {
            (Some(ns), _) => ns,
            (None, Some(minutes)) => stamp.civil.ns.checked_sub(i64::from(minutes) * 60_000_000_000)?,
            (None, None) => return None,
        };
        let added = self.offset_ms.checked_mul(1_000_000)?.checked_add(self.drift.at(utc_ns))?;
        let utc_ns = utc_ns.checked_add(added)?;
        let precision = 10_u64.pow(9 - u32::from(stamp.digits.min(9)));
        let uncertainty_ns = self.uncertainty_ms.saturating_mul(1_000_000).saturating_add(precision / 2);
        Some(Moment { utc_ns, uncertainty_ns, basis: self.basis })
    }
}

impl Clock {
    /// The source's own instant (UTC by its own clock) at an instant of the reference's clock; nanoseconds.
    #[must_use]
    pub fn own(&self, utc_ns: i64) -> i64 {
        let steady = utc_ns.saturating_sub(self.offset_ms.saturating_mul(1_000_000));
        steady.saturating_sub(self.drift.at(steady))
    }
}

/// The stamp of an instant that a capture holds, in nanoseconds since 1970; `None` for one without a time.
#[must_use]
pub fn stamp_of_capture_ns(utc_ns: i64) -> Option<Stamp> {
    // Captures have microseconds or nanoseconds; the last three digits say which.
    let digits = if utc_ns % 1000 == 0 { 6 } else { 9 };
    let stamp = Stamp { civil: Civil { ns: utc_ns }, offset_s: Some(0), digits, has_date: true };
    (utc_ns != mwscope_parsers::wire::file::NO_TIME).then_some(stamp)
}

/// The stamp of an instant that this program measured itself, in UTC with nanoseconds cut to milliseconds.
#[must_use]
pub fn stamp_of_utc_ns(utc_ns: i64) -> Stamp {
    let ns = utc_ns.div_euclid(1_000_000) * 1_000_000;
    Stamp { civil: Civil { ns }, offset_s: Some(0), digits: 3, has_date: true }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_drifts_is_followed_between_its_knots() {
        let drift = Drift::new(&[(0, -2_000_000_000), (10_000_000_000_000, 2_000_000_000)]);
        assert_eq!(drift.at(-5), -2_000_000_000);
        assert_eq!(drift.at(5_000_000_000_000), 0);
        assert_eq!(drift.at(i64::MAX), 2_000_000_000);
        let clock = Clock { drift, offset_ms: 3_000, ..Clock::REFERENCE };
        let stamp = stamp_of_utc_ns(7_500_000_000_000);
        let moment = clock.place(&stamp).expect("a moment");
        assert_eq!(moment.utc_ns, 7_500_000_000_000 + 4_000_000_000);
        assert!((clock.own(moment.utc_ns) - 7_500_000_000_000).abs() < 2_000_000);
    }
}
