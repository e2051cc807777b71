//! Logs whose own records don't place them: by the server's clock, by another log's, or by the best guess there is.

use mwscope_parsers::Stamp;

use super::{
    BESIDE_A_CALL, BESIDE_MS, Basis, Clock, Clocks, Drift, Estimate, MS, NO_ZONE_MS, SourceId, TAKEN_TO_AGREE_MS,
    ceil_ms, placing, rounded_ms,
};

/// Two guesses that are no farther apart are one, milliseconds.
const ONE_MS: i64 = 1_000;

/// A log that its own records don't place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unplaced {
    /// The first part of those that were rotated together.
    pub(super) together: SourceId,
    pub(super) source: SourceId,
    pub(super) stamp: Stamp,
    pub(super) days: i64,
    /// What the few calls say of which its records tell.
    pub(super) guess: Option<Clock>,
}

impl Unplaced {
    /// What is added to its stamps, milliseconds, by that clock.
    fn shift(clock: &Clock) -> i64 {
        clock.offset_ms - i64::from(clock.zone_minutes.unwrap_or(0)) * 60_000
    }

    /// Whether another log by itself says the same: that two do by chance, of all the shifts there are, is unlikely.
    fn is_confirmed(&self, all: &[Self]) -> bool {
        let others = all.iter().filter(|other| other.together != self.together).filter_map(|other| other.guess);
        let own = self.guess.as_ref().map(Self::shift);
        own.is_some_and(|own| others.into_iter().any(|other| (Self::shift(&other) - own).abs() <= ONE_MS))
    }
}

impl Estimate<'_> {
    /// Says what is likely of those that aren't placed.
    pub(super) fn rest(&self, clocks: &mut Clocks, placed: &[(usize, SourceId)], unplaced: &[Unplaced]) {
        for log in unplaced {
            let Unplaced { source, stamp, days, .. } = *log;
            let best = self.of_same_machine(source, placed).or_else(|| self.log_of_its_machine(source, placed));
            let best = best.map(|log| clocks.clock(log));
            let zone = best.and_then(|clock| clock.zone_minutes).or_else(|| self.assumed_zone(clocks));
            // Machines don't agree with each other either.
            let alone =
                best.is_none() || (self.is_one_of_several(source) && self.of_same_machine(source, placed).is_none());
            // In no zone at all do its records fit what the server says of itself: then that is a gateway's clock as like
            // as not, and the zone would be a mere assumption besides.
            let zoneless = best.is_none() && stamp.offset_s.is_none() && self.told_zone(source, &stamp).is_none();
            let likely =
                |guess: &Clock| alone && (self.servers.is_empty() || (zoneless && !self.is_beside_a_server(guess)));
            let confirmed = log.is_confirmed(unplaced);
            let guess = log.guess.filter(|guess| confirmed || likely(guess)).map(|guess| {
                // Against what the server says a few records leave as much doubt as there was without them.
                let any = if confirmed || self.servers.is_empty() {
                    0
                } else {
                    guess.zone_minutes.map_or(0, placing::any_zone_but_ms)
                };
                Clock { uncertainty_ms: guess.uncertainty_ms.max(any), ..guess }
            });
            let clock = guess.unwrap_or_else(|| self.without_votes(source, &stamp, zone, best));
            clocks.of[source.0 as usize] = Clock { days, ..clock };
        }
    }

    /// Whether a clock is a little off a server's: its records may be of somebody who crashes the same programs.
    fn is_beside_a_server(&self, clock: &Clock) -> bool {
        let offset = clock.offset_ms.saturating_mul(MS);
        self.servers.iter().any(|server| server.offset.abs_diff(offset) <= BESIDE_A_CALL.unsigned_abs())
    }

    /// The clock of a source whose records don't place it: the server's, else that of another log that is placed.
    pub(super) fn without_votes(
        &self,
        source: SourceId,
        stamp: &Stamp,
        assumed_zone: Option<i32>,
        beside: Option<Clock>,
    ) -> Clock {
        let server = self.servers.first().filter(|_| source != self.reference);
        let of_server = server.map(|s| {
            let loose = self.loose(source) / 2;
            (rounded_ms(s.offset + loose), ceil_ms(s.uncertainty + loose), s.drift)
        });
        // What the server says of itself counts, unless another log of its machine keeps another time.
        let several = server.is_some() && (self.servers.len() > 1 || self.is_one_of_several(source));
        let of_several = if several { ceil_ms(self.widest().max(self.all_servers())) } else { 0 };
        let of_server = of_server.map(|(offset, doubt, drift)| (offset, doubt.max(of_several), drift));
        let doubt = |log: &Clock| match of_server {
            Some(_) => log.uncertainty_ms.max(of_several),
            None => log.uncertainty_ms + BESIDE_MS,
        };
        let of_log = beside.map(|log| (log.offset_ms, doubt(&log), log.drift));
        let (offset_ms, doubt, drift) = of_log.or(of_server).unwrap_or((0, TAKEN_TO_AGREE_MS, Drift::NONE));
        let own_frame = source == self.reference;
        let doubt = if own_frame { 0 } else { doubt };
        if stamp.offset_s.is_some() {
            let basis = if server.is_some() { Basis::DateHeader } else { Basis::Zone };
            return Clock { offset_ms, uncertainty_ms: doubt, basis, drift, ..Clock::REFERENCE };
        }
        if let Some(zone) = self.told_zone(source, stamp) {
            let uncertainty_ms = doubt;
            return Clock { zone_minutes: Some(zone), offset_ms, uncertainty_ms, basis: Basis::User, drift, days: 0 };
        }
        // However well the rest is known: a zone that nothing shows may be any.
        let guessed = beside.is_none() && !self.gathered.exchanges.is_empty();
        let uncertainty_ms = match assumed_zone {
            _ if own_frame => 0,
            Some(zone) if guessed => doubt.saturating_add(placing::any_zone_but_ms(zone)),
            Some(_) => doubt,
            None => NO_ZONE_MS,
        };
        let zone_minutes = Some(assumed_zone.unwrap_or(0));
        Clock { zone_minutes, offset_ms, uncertainty_ms, basis: Basis::Assumed, drift, days: 0 }
    }

    /// A zone for stamps that nothing places: that of another log, else the zone in which the reference writes.
    pub(super) fn assumed_zone(&self, clocks: &Clocks) -> Option<i32> {
        let of_log = self.gathered.logs.iter().find_map(|(source, _)| clocks.clock(*source).zone_minutes);
        let written = || {
            let mut stamps = self.gathered.exchanges.iter().filter(|x| x.source == self.reference);
            stamps.find_map(|x| x.started?.offset_s).filter(|s| *s != 0).map(|s| s / 60)
        };
        let of_zoned_log = || {
            let mut stamps =
                self.gathered.logs.iter().filter_map(|(_, r)| r.head(r.len().checked_sub(1)?)?.stamp?.offset_s);
            stamps.next().map(|s| s / 60)
        };
        let no_exchange = self.gathered.exchanges.is_empty().then_some(0);
        of_log.or_else(written).or_else(of_zoned_log).or(no_exchange)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guess_is_confirmed_by_another_log_and_by_none_of_its_own_parts() {
        let log = |together: u32, zone: Option<i32>, offset_ms: i64| Unplaced {
            together: SourceId(together),
            source: SourceId(together),
            stamp: crate::model::moment::stamp_of_utc_ns(0),
            days: 0,
            guess: Some(Clock { zone_minutes: zone, offset_ms, ..Clock::REFERENCE }),
        };
        let one = log(1, Some(60), -11_000);
        assert!(one.is_confirmed(&[one, log(2, Some(60), -10_400)]));
        // The same in other words.
        assert!(one.is_confirmed(&[one, log(2, None, -3_611_000)]));
        assert!(!one.is_confirmed(&[one, log(2, Some(60), -9_500)]));
        assert!(!one.is_confirmed(&[one, log(2, Some(75), -11_000)]));
        assert!(!one.is_confirmed(&[one, log(1, Some(60), -11_000)]));
        assert!(!one.is_confirmed(&[one, Unplaced { guess: None, ..log(2, Some(60), -11_000) }]));
    }
}
