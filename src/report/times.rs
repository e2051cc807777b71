//! How times are told in what people read: all in one zone, so that a call, its records and its dump can be held
//! against each other. Machine-readable output keeps each time as its source wrote it.

use crate::model::moment::stamp_of_utc_ns;
use crate::model::{Investigation, Stamp};
use mwscope_parsers::Civil;

/// The zone that times are told in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Times {
    /// Minutes east of UTC.
    In(i32),
    /// Nothing says which zone it is: the clock of the place, written without one.
    Local,
}

impl Times {
    /// The zone of an investigation's first log, so that times stand there as they are told; else the reference's.
    pub(crate) fn of(investigation: &Investigation) -> Self {
        match investigation.shown_zone() {
            _ if investigation.in_local_time() => Self::Local,
            (minutes, true) => Self::In(minutes),
            // What fixes an instant is told in UTC then.
            (_, false) => Self::In(0),
        }
    }

    /// A stamp with the precision that its source has; one that has no zone stays as it is written, and one that has no
    /// date is a time of day.
    pub(crate) fn stamp(self, stamp: &Stamp) -> String {
        if !stamp.has_date {
            return of_day(stamp);
        }
        match (self, stamp.offset_s) {
            (Self::In(minutes), Some(offset_s)) => moved(*stamp, offset_s, minutes).to_rfc3339(),
            _ => stamp.to_rfc3339(),
        }
    }

    /// An instant on the reference's clock, in nanoseconds since 1970, to the millisecond.
    pub(crate) fn instant(self, utc_ns: i64) -> String {
        let stamp = stamp_of_utc_ns(utc_ns);
        match self {
            Self::In(minutes) => moved(stamp, 0, minutes).to_rfc3339(),
            Self::Local => Stamp { offset_s: None, ..stamp }.to_rfc3339(),
        }
    }

    /// `UTC`, `UTC+01:00`.
    pub(crate) fn zone(self) -> String {
        match self {
            Self::Local => "local time".to_owned(),
            Self::In(0) => "UTC".to_owned(),
            Self::In(minutes) => {
                let sign = if minutes < 0 { '-' } else { '+' };
                format!("UTC{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
            }
        }
    }
}

/// The time of day of a stamp, as its source wrote it.
pub(crate) fn of_day(stamp: &Stamp) -> String {
    let text = stamp.to_rfc3339();
    text.split_once('T').map_or_else(|| text.clone(), |(_, time)| time.to_owned())
}

/// The same instant as it is written `minutes` east of UTC.
fn moved(stamp: Stamp, offset_s: i32, minutes: i32) -> Stamp {
    let to_s = minutes.saturating_mul(60);
    let shift_ns = i64::from(to_s.saturating_sub(offset_s)).saturating_mul(1_000_000_000);
    Stamp { civil: Civil { ns: stamp.civil.ns.saturating_add(shift_ns) }, offset_s: Some(to_s), ..stamp }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_told_in_one_zone_and_a_time_without_one_as_written() {
        let civil = Civil::new(2026, 1, 13, 9, 15, 2, 418_000_000).expect("a time");
        let utc = Stamp { civil, offset_s: Some(0), digits: 3, has_date: true };
        assert_eq!(Times::In(60).stamp(&utc), "2026-01-13T10:15:02.418+01:00");
        assert_eq!(Times::In(-570).instant(civil.ns), "2026-01-12T23:45:02.418-09:30");
        let bare = Stamp { offset_s: None, ..utc };
        assert_eq!(Times::In(60).stamp(&bare), "2026-01-13T09:15:02.418");
        assert_eq!(Times::In(60).stamp(&Stamp { has_date: false, ..utc }), "09:15:02.418Z");
        assert_eq!(Times::Local.instant(civil.ns), "2026-01-13T09:15:02.418");
        assert_eq!([Times::In(0).zone(), Times::In(-570).zone()], ["UTC", "UTC-09:30"]);
    }
}
