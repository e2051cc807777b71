//! The days that go by in a log whose records have times without a date: where the time falls back, a day has passed.
//! It must not know on which day the log began.

use crate::{Civil, Stamp};

const HOUR: i64 = 3_600_000_000_000;
const DAY: i64 = 24 * HOUR;

/// How far a record may stand behind one that was written later; whose time falls back further is of the next day. An
/// hour comes twice where summer time ends.
const OUT_OF_ORDER: i64 = 2 * HOUR;

/// Tells the day of each record from those before it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Days {
    /// The latest time so far, with its day.
    latest: Option<i64>,
}

impl Days {
    /// Goes on behind a record whose day is known.
    pub(super) fn behind(last: Option<Stamp>) -> Self {
        Self { latest: last.map(|stamp| stamp.civil.ns) }
    }

    /// A time of the first day as one of its own day.
    pub(super) fn place(&mut self, stamp: Stamp) -> Stamp {
        let first = stamp.civil.ns;
        let Some(latest) = self.latest else {
            self.latest = Some(first);
            return stamp;
        };
        let mut ns = first + (latest.div_euclid(DAY) - first.div_euclid(DAY)).max(0) * DAY;
        if ns < latest - OUT_OF_ORDER {
            ns += DAY;
        } else if ns > latest + DAY - OUT_OF_ORDER && ns - DAY >= first {
            // From before midnight, written behind it.
            ns -= DAY;
        }
        self.latest = Some(latest.max(ns));
        Stamp { civil: Civil { ns }, ..stamp }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hour: u32, minute: u32) -> Stamp {
        let civil = Civil::new(2026, 1, 13, hour, minute, 0, 0).expect("a time");
        Stamp { civil, offset_s: None, digits: 0, has_date: true }
    }

    fn days(times: &[(u32, u32)]) -> Vec<i64> {
        let mut days = Days::default();
        times.iter().map(|(h, m)| (days.place(at(*h, *m)).civil.ns - at(*h, *m).civil.ns) / DAY).collect()
    }

    #[test]
    fn a_day_has_passed_where_the_time_falls_back() {
        assert_eq!(days(&[(23, 59), (0, 0), (23, 58), (0, 1), (12, 0), (7, 0), (8, 0)]), [0, 1, 0, 1, 1, 2, 2]);
        // Small steps back, and the hour that comes twice, are of the same day.
        assert_eq!(days(&[(10, 0), (9, 59), (10, 1), (2, 59)]), [0, 0, 0, 1]);
        assert_eq!(days(&[(2, 59), (2, 0), (3, 0)]), [0, 0, 0]);
        // What comes first is of the first day, however late.
        assert_eq!(days(&[(0, 10), (23, 50), (23, 55), (0, 0), (0, 1), (23, 59), (0, 2)]), [0, 0, 0, 1, 1, 0, 1]);
    }

    #[test]
    fn it_goes_on_behind_what_was_read_before() {
        let mut first = Days::default();
        let seen: Vec<Stamp> = [(22, 0), (1, 0), (0, 30)].iter().map(|(h, m)| first.place(at(*h, *m))).collect();
        let mut next = Days::behind(seen.get(1).copied());
        assert_eq!(next.place(at(0, 30)), seen[2]);
        assert_eq!(next.place(at(22, 0)).civil.ns - at(22, 0).civil.ns, DAY);
    }
}
