//! Which of two times a record is of whose hour came twice, the clock having been put back: where the records of a log are
//! in order but for one step back within that hour, what stands before the step is of the first time and what stands
//! behind it of the second.
//!
//! Looks at no records but those of blocks that reach over such an hour, and claims nothing where the order doesn't tell.

use std::collections::BTreeMap;

use mwscope_parsers::Civil;

use super::{Shift, Zone};
use crate::model::Records;

/// Records of threads that write at once stand this much out of order, and it is no clock that was put back. Nanoseconds.
const JITTER: i64 = 60_000_000_000;

/// The hours of a log that came twice, and where in it their second time begins.
#[derive(Clone, Debug, Default)]
pub struct Passes {
    /// By year and month, in which no clock is put back more than once: the number of the first record of the second time.
    turns: BTreeMap<(i64, u32), usize>,
}

/// One of the two times at which a clock shows the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pass {
    /// Before the clock was put back.
    First,
    /// After it.
    Second,
}

impl Passes {
    /// What the order of a log tells, whose times are those of a zone. Where its index can't be read, nothing.
    #[must_use]
    pub fn of(records: &dyn Records, zone: &Zone) -> Self {
        let mut order = Order::default();
        let (mut at, mut next) = (0, 0);
        while let Some(block) = records.block(at) {
            at += 1;
            let times = block.ends().filter(|stamp| stamp.has_date).map(|stamp| stamp.civil.ns);
            let reach = times.fold(None, |reach: Option<(i64, i64)>, ns| {
                Some(reach.map_or((ns, ns), |(first, last)| (first.min(ns), last.max(ns))))
            });
            let Some((first, last)) = reach else { continue };
            if !zone.is_put_back(Civil { ns: first }, Civil { ns: last }) {
                continue;
            }
            let Ok(heads) = records.heads(&block) else { return Self::default() };
            if block.first != next {
                order.latest = None;
            }
            next = block.first + block.count;
            for (n, head) in (block.first..).zip(heads) {
                if let Some(stamp) = head.stamp.filter(|stamp| stamp.has_date) {
                    order.take(n, stamp.civil, zone);
                }
            }
        }
        order.passes()
    }

    /// Which time the n-th record is of, whose hour came twice; `None` where the order doesn't tell.
    #[must_use]
    pub fn of_record(&self, n: usize, civil: Civil) -> Option<Pass> {
        let turn = self.turns.get(&month(civil))?;
        Some(if n < *turn { Pass::First } else { Pass::Second })
    }
}

/// What was seen of the order so far.
#[derive(Default)]
struct Order {
    /// The latest time since the last step back.
    latest: Option<Civil>,
    turns: BTreeMap<(i64, u32), usize>,
    /// Records stand out of order by more than a clock explains that was put back once.
    disordered: bool,
}

impl Order {
    fn take(&mut self, n: usize, civil: Civil, zone: &Zone) {
        let back = self.latest.filter(|latest| latest.ns.saturating_sub(civil.ns) > JITTER);
        let Some(from) = back else {
            self.latest = Some(self.latest.map_or(civil, |latest| if latest.ns < civil.ns { civil } else { latest }));
            return;
        };
        let twice = |civil| zone.shift_at(civil) == Some(Shift::Fold);
        let within = twice(from) && twice(civil) && month(from) == month(civil);
        self.disordered |= !within || self.turns.insert(month(civil), n).is_some();
        self.latest = Some(civil);
    }

    fn passes(self) -> Passes {
        if self.disordered { Passes::default() } else { Passes { turns: self.turns } }
    }
}

fn month(civil: Civil) -> (i64, u32) {
    let (year, month, ..) = civil.parts();
    (i64::from(year), month)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Which times the records of an hour that came twice are of, by their times on the day that it did.
    fn told(times: &[(u32, u32)]) -> Vec<Option<Pass>> {
        let zone = Zone::parse("Europe/Stockholm").expect("a zone");
        let at = |(hour, minute)| Civil::new(2026, 10, 25, hour, minute, 0, 0).expect("a date");
        let mut order = Order::default();
        times.iter().enumerate().for_each(|(n, time)| order.take(n, at(*time), &zone));
        let passes = order.passes();
        times.iter().enumerate().map(|(n, time)| passes.of_record(n, at(*time))).collect()
    }

    #[test]
    fn one_step_back_within_the_hour_tells_its_times_apart() {
        let (first, second) = (Some(Pass::First), Some(Pass::Second));
        assert_eq!(told(&[(2, 30), (2, 59), (2, 1), (2, 40)]), [first, first, second, second]);
        // A thread that wrote late is no clock that was put back.
        assert_eq!(told(&[(2, 30), (2, 29), (2, 40)]), [None; 3]);
    }

    #[test]
    fn what_the_order_does_not_tell_is_not_claimed() {
        assert_eq!(told(&[(1, 59), (2, 30), (2, 40), (3, 10)]), [None; 4]);
        // Newest first, and logs that were put together.
        assert_eq!(told(&[(3, 10), (2, 40), (2, 10), (1, 50)]), [None; 4]);
        assert_eq!(told(&[(2, 10), (2, 50), (2, 20), (2, 55), (2, 30)]), [None; 5]);
        assert_eq!(told(&[(2, 50), (2, 20), (3, 30), (3, 10)]), [None; 4]);
    }

    #[test]
    fn a_zone_says_between_which_times_its_clock_is_put_back() {
        let zone = Zone::parse("Europe/Stockholm").expect("a zone");
        let day = |month, day| Civil::new(2026, month, day, 12, 0, 0, 0).expect("a date");
        assert!(zone.is_put_back(day(10, 20), day(10, 30)) && zone.is_put_back(day(1, 1), day(12, 31)));
        assert!(!zone.is_put_back(day(3, 20), day(10, 20)) && !zone.is_put_back(day(11, 1), day(12, 1)));
        assert!(!Zone::Fixed(60).is_put_back(day(1, 1), day(12, 31)));
        let summer = Civil::new(2026, 10, 25, 2, 30, 0, 0).expect("a date");
        assert_eq!((zone.minutes_at(summer), zone.minutes_in(summer, Pass::Second)), (120, 60));
    }
}
