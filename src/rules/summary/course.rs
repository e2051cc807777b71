//! Whether a cause goes on at the end of what was recorded, judged by what it did before.

use std::collections::HashSet;

use super::calls::{Calls, OperationKey, Placed, succeeded};
use super::{Failed, times};
use crate::model::Course;

/// That it would not have been seen again by chance: below this it has ended.
const UNLIKELY: f64 = 0.05;

/// How a cause stands at the end.
pub(super) struct Stand {
    pub(super) course: Course,
    /// Calls of the same operations that succeeded since.
    pub(super) succeeded_since: usize,
}

pub(super) fn of<'a>(group: &[Failed<'a>], calls: &Calls<'a>, until: Option<i64>) -> Stand {
    let unknown = Stand { course: Course::Unknown, succeeded_since: 0 };
    let mut placed = group.iter().filter_map(|f| f.at_ns);
    let Some(first) = placed.next() else { return unknown };
    let last = placed.next_back().unwrap_or(first);
    let operations: HashSet<OperationKey<'a>> = group.iter().filter_map(|f| f.exchange).map(OperationKey::of).collect();
    let of_operations = || operations.iter().flat_map(|key| calls.of(*key));
    let since = |call: &&Placed<'_>| call.at_ns.is_some_and(|ns| ns > last);
    let succeeded_since = of_operations().filter(since).filter(|call| succeeded(call.exchange)).count();
    let failures = times(group);
    let course = if succeeded_since > 0 {
        // How often it came among the calls of its time; one failure is measured against all calls before it.
        let from = if failures > 1 { first } else { i64::MIN };
        let among = of_operations().filter(|c| c.at_ns.is_some_and(|ns| (from..=last).contains(&ns))).count();
        let share = failures as f64 / (among.max(failures) + 1) as f64;
        let by_chance = (1.0 - share).powf(succeeded_since as f64);
        match (by_chance < UNLIKELY, failures) {
            (true, _) => Course::Ended,
            (false, 1) => Course::Unknown,
            (false, _) => Course::Ongoing,
        }
    } else {
        by_time(failures, (first, last), until, operations.is_empty())
    };
    Stand { course, succeeded_since }
}

/// Failures from which it can be told how often they come, where no calls are counted.
const ENOUGH: usize = 5;

/// Without a call that succeeded since, only the time that went by tells.
fn by_time(failures: usize, (first, last): (i64, i64), until: Option<i64>, no_calls: bool) -> Course {
    let (Some(until), true) = (until, failures > 1) else { return Course::Unknown };
    let apart = ((last - first) as f64 / (failures - 1) as f64).max(1.0);
    let by_chance = (-((until - last).max(0) as f64) / apart).exp();
    match by_chance < UNLIKELY {
        false => Course::Ongoing,
        true if no_calls && failures >= ENOUGH => Course::Ended,
        // Nobody called the operation since, which says nothing of whether it would fail.
        true => Course::Unknown,
    }
}
