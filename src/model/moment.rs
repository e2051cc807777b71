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
    /// Added to the source's instants to reach the reference's clock, in milliseconds.
    pub offset_ms: i64,
    /// The truth lies within this many milliseconds either side.
    pub uncertainty_ms: u64,
    /// What zone and offset rest on.
    pub basis: Basis,
}

impl Clock {
    /// The reference's own clock: exact by definition.
    pub const REFERENCE: Self = Self { zone_minutes: None, offset_ms: 0, uncertainty_ms: 0, basis: Basis::Zone };

    /// Where `stamp` lies on the reference's clock; `None` without a date, or without any zone to read it in.
    #[must_use]
    pub fn place(&self, stamp: &Stamp) -> Option<Moment> {
        if !stamp.has_date {
            return None;
        }
        let utc_ns = match (stamp.utc_ns(), self.zone_minutes) {
            (Some(ns), _) => ns,
            (None, Some(minutes)) => stamp.civil.ns.checked_sub(i64::from(minutes) * 60_000_000_000)?,
            (None, None) => return None,
        };
        let utc_ns = utc_ns.checked_add(self.offset_ms.checked_mul(1_000_000)?)?;
        let precision = 10_u64.pow(9 - u32::from(stamp.digits.min(9)));
        let uncertainty_ns = self.uncertainty_ms.saturating_mul(1_000_000).saturating_add(precision / 2);
        Some(Moment { utc_ns, uncertainty_ns, basis: self.basis })
    }
}

/// The stamp of an instant that this program measured itself, in UTC with nanoseconds cut to milliseconds.
#[must_use]
pub fn stamp_of_utc_ns(utc_ns: i64) -> Stamp {
    let ns = utc_ns.div_euclid(1_000_000) * 1_000_000;
    Stamp { civil: Civil { ns }, offset_s: Some(0), digits: 3, has_date: true }
}
