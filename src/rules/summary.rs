//! Many failures seen together. Failures of one cause are found by rule, program, place and words; how often each
//! operation was called, and which of its calls succeeded, says whether a cause goes on and what its calls have that
//! the others haven't.
//!
//! What is held grows with the failures and the names in them, not with the values that were sent.

mod calls;
mod compare;
mod course;
mod words;

use std::collections::HashMap;

use super::failure::operation_of;
use crate::model::{
    Cause, Clock, Exchange, Finding, FindingKind, Gathered, Investigation, Layer, Stamp, Step, Summary, Tally,
    Unexplained,
};
use calls::{Calls, OperationKey};

/// Steps that people think in, in nanoseconds; the longest is taken again and again where even that is too short.
const STEPS: [i64; 14] = {
    const SECOND: i64 = 1_000_000_000;
    [
        SECOND,
        5 * SECOND,
        15 * SECOND,
        60 * SECOND,
        300 * SECOND,
        900 * SECOND,
        1_800 * SECOND,
        3_600 * SECOND,
        3 * 3_600 * SECOND,
        6 * 3_600 * SECOND,
        12 * 3_600 * SECOND,
        86_400 * SECOND,
        7 * 86_400 * SECOND,
        28 * 86_400 * SECOND,
    ]
};
/// Steps that can be taken in at a glance.
const MOST_STEPS: i64 = 24;
/// Names of a kind that are kept, the most frequent first.
const MOST_NAMES: usize = 50;

/// One failure as it is counted.
#[derive(Clone, Copy)]
struct Failed<'a> {
    finding: Option<&'a Finding>,
    open: Option<&'a Unexplained>,
    exchange: Option<&'a Exchange>,
    stamp: Option<Stamp>,
    /// On the reference's clock.
    at_ns: Option<i64>,
    times: usize,
}

/// The failures of an investigation, grouped.
#[must_use]
pub fn of(investigation: &Investigation, gathered: &Gathered) -> Summary {
    let clocks: Vec<Clock> = investigation.sources.iter().map(|(_, clock, ..)| *clock).collect();
    let failed = failed(investigation, gathered, &clocks);
    if failed.is_empty() {
        return Summary::default();
    }
    let calls = Calls::new(investigation, gathered, &clocks);
    let until = calls.last().or_else(|| last_of_sources(investigation));
    let mut groups = grouped(&failed);
    groups.sort_by_key(|group| (std::cmp::Reverse(times(group)), group.first().and_then(|f| f.at_ns)));
    let mut causes: Vec<Cause> =
        groups.iter().enumerate().map(|(n, group)| cause(n, group, &calls, until.map(|(ns, _)| ns))).collect();
    compare::compare(&groups, &calls, &mut causes);
    let (step_ns, steps) = steps(&failed, &calls, investigation.shown_zone().0);
    Summary {
        failures: times(&failed),
        causes,
        services: tallies(&failed, Failed::service, |x| x.call.service.as_deref(), &calls),
        programs: tallies(&failed, Failed::program, |x| x.call.program.as_deref(), &calls),
        users: tallies(&failed, Failed::user, |x| x.call.user.as_deref(), &calls),
        steps,
        step_ns,
        until: until.map(|(_, stamp)| stamp),
    }
}

fn times(of: &[Failed<'_>]) -> usize {
    of.iter().map(|f| f.times).sum()
}

/// All failures by time, those without one last.
fn failed<'a>(of: &'a Investigation, gathered: &'a Gathered, clocks: &[Clock]) -> Vec<Failed<'a>> {
    let placed = |x: &Exchange| x.started.and_then(|s| Some(clocks.get(x.source.0 as usize)?.place(&s)?.utc_ns));
    let verdicts = of.findings.iter().filter(|f| f.kind == FindingKind::Verdict).map(|finding| {
        let exchange = finding.exchange.and_then(|id| gathered.exchange(id));
        let place = finding.evidence.iter().map(|e| &e.place).find(|p| p.at.is_some());
        let stamp = exchange.and_then(|x| x.started).or_else(|| place?.at);
        let at_ns = exchange.and_then(placed).or_else(|| place?.moment.map(|m| m.utc_ns));
        Failed { finding: Some(finding), open: None, exchange, stamp, at_ns, times: finding.times.max(1) }
    });
    let unexplained = of.unexplained.iter().map(|open| {
        let exchange = gathered.exchange(open.exchange);
        let (stamp, at_ns) = (exchange.and_then(|x| x.started), exchange.and_then(placed));
        Failed { finding: None, open: Some(open), exchange, stamp, at_ns, times: 1 }
    });
    let mut all: Vec<Failed<'a>> = verdicts.chain(unexplained).collect();
    all.sort_by_key(|f| f.at_ns.unwrap_or(i64::MAX));
    all
}

impl<'a> Failed<'a> {
    fn program(&self) -> Option<&'a str> {
        let of_finding = self.finding.and_then(|f| f.program.as_deref());
        of_finding.or_else(|| self.exchange.and_then(|x| x.call.program.as_deref()))
    }

    fn user(&self) -> Option<&'a str> {
        let of_call = self.exchange.and_then(|x| x.call.user.as_deref());
        of_call.or_else(|| self.finding.and_then(|f| f.user.as_deref()))
    }

    fn service(&self) -> Option<&'a str> {
        let of_call = self.exchange.and_then(|x| x.call.service.as_deref());
        of_call.or_else(|| self.finding?.in_log.as_ref()?.service.as_deref())
    }

    fn operation(&self) -> Option<String> {
        let in_log = || self.finding?.in_log.as_ref();
        match (self.exchange, in_log()) {
            (Some(exchange), _) => Some(operation_of(exchange)),
            (None, Some(call)) => match (&call.service, &call.operation) {
                (Some(service), Some(operation)) => Some(format!("{service}.{operation}")),
                (one, other) => one.clone().or_else(|| other.clone()),
            },
            (None, None) => None,
        }
    }
}

/// The failures cause by cause, each group by time.
fn grouped<'a>(failed: &[Failed<'a>]) -> Vec<Vec<Failed<'a>>> {
    let mut groups: Vec<Vec<Failed<'a>>> = Vec::new();
    let mut by_key: HashMap<words::Key, usize> = HashMap::new();
    for one in failed {
        let at = *by_key.entry(words::key(one)).or_insert(groups.len());
        match groups.get_mut(at) {
            Some(group) => group.push(*one),
            None => groups.push(vec![*one]),
        }
    }
    groups
}

fn cause<'a>(n: usize, group: &[Failed<'a>], calls: &Calls<'a>, until: Option<i64>) -> Cause {
    let finding = group.iter().find_map(|f| f.finding);
    let course = course::of(group, calls, until);
    let operations: Vec<Option<String>> = group.iter().map(Failed::operation).collect();
    let mut operations = counted(operations.iter().map(Option::as_deref).zip(group.iter().map(|f| f.times)));
    for (name, key) in group.iter().filter_map(|f| f.exchange).map(|x| (operation_of(x), OperationKey::of(x))) {
        if let Some(tally) = operations.iter_mut().find(|t| t.calls == 0 && t.name.as_ref() == Some(&name)) {
            tally.calls = calls.of(key).len();
        }
    }
    Cause {
        id: format!("c{}", n + 1),
        rule: finding.map(|f| f.rule),
        title: words::title(group),
        layer: finding.map_or(Layer::Unknown, |f| f.layer),
        program: group.iter().find_map(|f| f.program().map(str::to_owned)),
        failures: times(group),
        findings: group.iter().filter_map(|f| f.finding.map(|f| f.id.clone())).collect(),
        unexplained: group.iter().filter_map(|f| f.open.map(|o| o.exchange)).collect(),
        first: group.iter().find_map(|f| f.stamp),
        last: last_stamp(group),
        course: course.course,
        succeeded_since: course.succeeded_since,
        operations,
        users: counted(group.iter().map(|f| (f.user(), f.times))),
        compared: Vec::new(),
    }
}

/// The latest time; a finding that stands for many has its last piece of evidence there.
fn last_stamp(group: &[Failed<'_>]) -> Option<Stamp> {
    let last = group.iter().rev().find(|f| f.stamp.is_some())?;
    let of_many = last.finding.filter(|f| f.times > 1).and_then(|f| f.evidence.last()?.place.at);
    of_many.or(last.stamp)
}

fn last_of_sources(of: &Investigation) -> Option<(i64, Stamp)> {
    let lasts =
        of.sources.iter().filter_map(|(_, clock, _, last)| Some((clock.place(last.as_ref()?)?.utc_ns, (*last)?)));
    lasts.max_by_key(|(ns, _)| *ns)
}

/// Failures by name, the most frequent first.
fn counted<'a>(of: impl Iterator<Item = (Option<&'a str>, usize)>) -> Vec<Tally> {
    let mut counts: HashMap<Option<&str>, usize> = HashMap::new();
    for (name, times) in of {
        *counts.entry(name).or_default() += times;
    }
    let mut all: Vec<Tally> = counts
        .into_iter()
        .map(|(name, failures)| Tally { name: name.map(str::to_owned), failures, calls: 0 })
        .collect();
    all.sort_by(|a, b| b.failures.cmp(&a.failures).then_with(|| a.name.cmp(&b.name)));
    all.truncate(MOST_NAMES);
    all
}

/// Failures by name beside all calls of that name.
fn tallies<'a>(
    failed: &[Failed<'a>],
    name_of: impl Fn(&Failed<'a>) -> Option<&'a str>,
    of_call: impl Fn(&'a Exchange) -> Option<&'a str>,
    calls: &Calls<'a>,
) -> Vec<Tally> {
    let mut all = counted(failed.iter().map(|f| (name_of(f), f.times)));
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for name in calls.all().filter_map(|call| of_call(call.exchange)) {
        *counts.entry(name).or_default() += 1;
    }
    for tally in &mut all {
        // A program that only a dump names isn't named by its calls.
        let calls = tally.name.as_deref().and_then(|name| counts.get(name)).copied().unwrap_or(0);
        tally.calls = if calls >= tally.failures { calls } else { 0 };
    }
    all
}

/// Failures and calls in equal steps of time.
fn steps(failed: &[Failed<'_>], calls: &Calls<'_>, zone_minutes: i32) -> (i64, Vec<Step>) {
    let of_calls = || calls.all().filter_map(|call| call.at_ns);
    let of_failed = || failed.iter().filter_map(|f| Some((f.at_ns?, f.times)));
    let all = || of_calls().chain(of_failed().map(|(ns, _)| ns));
    let (Some(first), Some(last)) = (all().min(), all().max()) else { return (0, Vec::new()) };
    let mut step = STEPS.into_iter().find(|step| (last - first) / step < MOST_STEPS).unwrap_or(STEPS[STEPS.len() - 1]);
    while (last - first) / step >= MOST_STEPS {
        step = step.saturating_mul(2);
    }
    // A step of days begins at midnight where the times are told.
    let east = i64::from(zone_minutes).saturating_mul(60_000_000_000);
    let begin = (first.saturating_add(east).div_euclid(step) * step).saturating_sub(east);
    let place = |ns: i64| usize::try_from((ns - begin) / step).unwrap_or(0);
    let mut steps: Vec<Step> = (0..=place(last))
        .map(|n| Step { from_ns: begin + step.saturating_mul(n as i64), failures: 0, calls: 0 })
        .collect();
    for ns in of_calls() {
        if let Some(step) = steps.get_mut(place(ns)) {
            step.calls += 1;
        }
    }
    for (ns, times) in of_failed() {
        if let Some(step) = steps.get_mut(place(ns)) {
            step.failures += times;
        }
    }
    (step, steps)
}

#[cfg(test)]
mod tests;
