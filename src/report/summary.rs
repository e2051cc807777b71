//! Many failures in words: which causes, where and when, whether they go on, and what tells failing calls from others.
//! Every output for people says it in these words, and divides the findings as is said here.

use std::collections::HashMap;
use std::fmt::Write;

use super::mask::masked;
use super::story;
use super::times::Times;
use crate::model::{
    Cause, Comparison, Course, Difference, EventRef, EvidenceRole, Fact, Finding, FindingKind, Gathered, Holds,
    Investigation, Step, Tally,
};

/// How much of many failures is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Detail {
    /// A few failures in full; of many a summary, the first of each cause in full, and a line on each further one.
    #[default]
    First,
    /// Every failure in full, below the summary where they are many.
    All,
    /// The summary alone, however many they are.
    Summary,
}

/// Failures that are written in full and read one by one; more are grouped.
const HANDFUL: usize = 10;
/// Causes whose first failure is written in full.
const IN_FULL: usize = 50;
/// Names in one line.
const NAMES: usize = 6;

/// Whether the summary is written.
pub(super) fn is_shown(of: &Investigation, detail: Detail) -> bool {
    detail == Detail::Summary || of.summary.failures > HANDFUL
}

/// A cause with those of its findings that are written in full and those that get a line.
pub(super) struct Section<'a> {
    pub(super) cause: Option<&'a Cause>,
    pub(super) full: Vec<&'a Finding>,
    pub(super) brief: Vec<&'a Finding>,
}

/// The verdicts as they are written: one section with all of them in full, or one for each cause.
pub(super) fn sections(of: &Investigation, detail: Detail) -> Vec<Section<'_>> {
    let verdicts = || of.findings.iter().filter(|f| f.kind == FindingKind::Verdict);
    if detail == Detail::Summary {
        return Vec::new();
    }
    if detail == Detail::All || of.summary.failures <= HANDFUL {
        return vec![Section { cause: None, full: verdicts().collect(), brief: Vec::new() }];
    }
    let by_id: HashMap<&str, &Finding> = verdicts().map(|f| (f.id.as_str(), f)).collect();
    let sections = of.summary.causes.iter().enumerate().map(|(n, cause)| {
        let mut findings = cause.findings.iter().filter_map(|id| by_id.get(id.as_str()).copied());
        let full: Vec<&Finding> = findings.by_ref().take(usize::from(n < IN_FULL)).collect();
        Section { cause: Some(cause), full, brief: findings.collect() }
    });
    sections.filter(|s| !s.full.is_empty() || !s.brief.is_empty()).collect()
}

/// A finding in one line: when, which call, for whom, and where the log and the dump have it.
pub(super) fn brief(finding: &Finding, gathered: &Gathered, of: &Investigation) -> String {
    let exchange = finding.exchange.and_then(|id| gathered.exchange(id));
    let mut words: Vec<String> = vec![finding.id.clone()];
    let at = exchange.and_then(|x| x.started).or_else(|| finding.evidence.iter().find_map(|e| e.place.at));
    words.extend(at.map(|at| Times::of(of).stamp(&at)));
    match exchange {
        Some(exchange) => words.extend([exchange.id.to_string(), story::operation(exchange)]),
        None => words.extend(finding.program.clone()),
    }
    words.extend(finding.user.clone());
    let causes = finding.evidence.iter().filter(|e| e.role == EvidenceRole::Cause);
    words.extend(causes.filter(|e| Some(e.event) != finding.exchange.map(EventRef::Exchange)).map(|e| {
        let score = if e.score < 0.9 { format!(" ({:.2})", e.score) } else { String::new() };
        format!("{}{score}", story::short_place(e, of))
    }));
    plain(&words.join("  "))
}

/// When a cause was seen, and whether it goes on.
pub(crate) fn when(cause: &Cause, times: Times) -> String {
    let at = match (cause.first, cause.last) {
        (Some(first), Some(last)) if first != last => format!("{} to {}", times.stamp(&first), times.stamp(&last)),
        (Some(one), _) | (None, Some(one)) => times.stamp(&one),
        (None, None) => "at a time that isn't known".to_owned(),
    };
    let since = match (cause.succeeded_since, cause.operations.iter().any(|o| o.calls > 0)) {
        (_, false) => String::new(),
        (0, true) => "; no call of it succeeded since".to_owned(),
        (1, true) => "; 1 call of it succeeded since".to_owned(),
        (n, true) => format!("; {n} calls of it succeeded since"),
    };
    let course = match cause.course {
        Course::Ongoing => ", still happening",
        Course::Ended => ", not since",
        Course::Unknown => "",
    };
    format!("{at}{course}{since}")
}

/// `Facility.Create 14 of 244, Item.Create 3 of 12`.
pub(crate) fn tallies(of: &[Tally]) -> String {
    let mut text = String::new();
    for (n, tally) in of.iter().take(NAMES).enumerate() {
        let comma = if n > 0 { ", " } else { "" };
        let _infallible = write!(text, "{comma}{} {}", named(tally), counts(tally));
    }
    if of.len() > NAMES {
        let _infallible = write!(text, ", {} more", of.len() - NAMES);
    }
    plain(&text)
}

pub(crate) fn named(tally: &Tally) -> &str {
    tally.name.as_deref().filter(|name| !name.is_empty()).unwrap_or("(none named)")
}

/// `14 of 244`, or `14` where no calls were recorded.
pub(crate) fn counts(tally: &Tally) -> String {
    match tally.calls {
        0 => tally.failures.to_string(),
        calls => format!("{} of {calls}", tally.failures),
    }
}

/// What tells the failing calls of a cause from those that succeed, a line each.
pub(super) fn differences(cause: &Cause) -> Vec<String> {
    cause.compared.iter().flat_map(|of| of.differences.iter().map(|found| difference(of, found))).collect()
}

/// `all 14 failing calls of Facility.Create have Facility=C01, none of 230 succeeding ones`.
pub(crate) fn difference(of: &Comparison, found: &Difference) -> String {
    let name = found.fact.name();
    let (singular, plural) = match (&found.fact, &found.holds) {
        (_, Holds::Is(value)) => {
            (format!("has {name}={}", shortened(value)), format!("have {name}={}", shortened(value)))
        }
        (Fact::Field(_), Holds::Absent) => (format!("sends no {name}"), format!("send no {name}")),
        (Fact::Of(_), Holds::Absent) => (format!("names no {name}"), format!("name no {name}")),
        (_, Holds::Empty) => (format!("has {name} empty"), format!("have {name} empty")),
        (_, Holds::BeyondAscii) => {
            (format!("has letters beyond ASCII in {name}"), format!("have letters beyond ASCII in {name}"))
        }
    };
    let of_failing = match found.failing {
        0 => format!("none of {} failing calls of {} {singular}", of.failing, of.operation),
        n if n == of.failing => format!("all {n} failing calls of {} {plural}", of.operation),
        n => format!("{n} of {} failing calls of {} {plural}", of.failing, of.operation),
    };
    let of_succeeding = match found.succeeding {
        0 => format!("none of {} succeeding ones", of.succeeding),
        n if n == of.succeeding => format!("all {n} succeeding ones"),
        n => format!("{n} of {} succeeding ones", of.succeeding),
    };
    let but = if found.failing == 0 { ", but " } else { ", " };
    plain(&format!("{of_failing}{but}{of_succeeding}"))
}

fn shortened(value: &str) -> String {
    const MOST: usize = 60;
    let value = if value.contains(' ') || value.is_empty() { format!("\"{value}\"") } else { value.to_owned() };
    match value.char_indices().nth(MOST) {
        Some((at, _)) => format!("{}…", &value[..at]),
        None => value,
    }
}

/// When a step begins, as it is written: the day where steps are days, else day and time.
pub(crate) fn step_name(step: &Step, step_ns: i64, times: Times) -> String {
    let text = times.instant(step.from_ns);
    let kept = match step_ns {
        ns if ns >= 86_400_000_000_000 => 10,
        ns if ns >= 60_000_000_000 => 16,
        _ => 19,
    };
    text.get(..kept).unwrap_or(&text).replace('T', " ")
}

/// Whose clock the steps of time are on.
pub(crate) fn clock_name(of: &Investigation) -> String {
    if of.in_local_time() {
        return "server's local time".to_owned();
    }
    format!("{} by the reference's clock", Times::of(of).zone())
}

/// Masked, and in one line.
fn plain(text: &str) -> String {
    masked(text).chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// Title of a cause, masked and in one line.
pub(crate) fn title(cause: &Cause) -> String {
    plain(&cause.title)
}
