//! What the user says of clocks, which wins over everything found.

use super::{Clocks, MS, SECOND, ceil_ms, rounded_ms};
use crate::model::{Basis, Clock, Drift, SourceId, Stamp};
use crate::timeline::{Options, Same};

/// What the user says of clocks.
pub(super) struct Told<'a> {
    options: &'a Options,
    reference: SourceId,
}

impl<'a> Told<'a> {
    pub(super) fn new(options: &'a Options, reference: SourceId) -> Self {
        Self { options, reference }
    }

    /// What is added to that source's stamps, milliseconds.
    pub(super) fn offset(&self, source: SourceId) -> Option<i64> {
        self.options.clocks.iter().rev().find(|(of, _)| *of == source).map(|(_, ms)| *ms)
    }

    /// The whole clock of a source one entry of which is known to be an instant of the reference's.
    pub(super) fn whole(&self, source: SourceId) -> Option<Clock> {
        self.options.same.iter().rev().find_map(|same| {
            let (own, other) = sides(same, source).filter(|(_, other)| other.0 == self.reference)?;
            // A reference without a zone keeps its own local time.
            let at = Clock::REFERENCE.place(&other.1).map_or(other.1.civil.ns, |m| m.utc_ns);
            self.clock_of(source, &own, at)
        })
    }

    /// Two entries, neither of them the reference's: the second is placed by where the first stands.
    pub(super) fn chained(&self, clocks: &mut Clocks) {
        for Same { one, other } in &self.options.same {
            if one.0 == self.reference || other.0 == self.reference {
                continue;
            }
            let Some(moment) = clocks.clock(one.0).place(&one.1) else { continue };
            if let (Some(clock), Some(place)) =
                (self.clock_of(other.0, &other.1, moment.utc_ns), clocks.of.get_mut(other.0.0 as usize))
            {
                *place = clock;
            }
        }
    }

    /// Writes what was told over what was found.
    pub(super) fn apply(&self, clocks: &mut Clocks) {
        self.chained(clocks);
        for n in 0..clocks.of.len() {
            let source = SourceId(n as u32);
            if let Some(whole) = self.whole(source) {
                clocks.of[n] = whole;
            }
            if let Some(offset_ms) = self.offset(source) {
                let found = clocks.of[n];
                clocks.of[n] = Clock { offset_ms, uncertainty_ms: 0, basis: Basis::User, drift: Drift::NONE, ..found };
            }
        }
    }

    /// The clock that puts `stamp` at that instant: whole quarter hours are a zone, the rest an offset.
    fn clock_of(&self, source: SourceId, stamp: &Stamp, at: i64) -> Option<Clock> {
        if !stamp.has_date {
            return None;
        }
        let precision = 10_i64.pow(9 - u32::from(stamp.digits.min(9)));
        let uncertainty_ms = ceil_ms(precision / 2);
        if let Some(own) = stamp.utc_ns() {
            let offset_ms = rounded_ms(at.checked_sub(own)?);
            return Some(Clock { offset_ms, uncertainty_ms, basis: Basis::User, ..Clock::REFERENCE });
        }
        let ahead = stamp.civil.ns.checked_sub(at)?;
        let quarter = 900 * SECOND;
        let nearest = || i32::try_from((ahead as f64 / quarter as f64).round() as i64 * 15).ok();
        let zone = self.options.zone_at(source, stamp.civil).or_else(nearest)?;
        let offset_ms = rounded_ms(i64::from(zone) * 60_000 * MS - ahead);
        Some(Clock { zone_minutes: Some(zone), offset_ms, uncertainty_ms, basis: Basis::User, ..Clock::REFERENCE })
    }
}

/// The stamp of `source`'s entry, and the other entry.
fn sides(same: &Same, source: SourceId) -> Option<(Stamp, (SourceId, Stamp))> {
    if same.one.0 == source {
        Some((same.one.1, same.other))
    } else if same.other.0 == source {
        Some((same.other.1, same.one))
    } else {
        None
    }
}
