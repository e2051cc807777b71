//! Which records of a log are read in full: those near failing exchanges, and those near trouble.

use super::subject::{Answer, Subjects};
use crate::timeline::clocks::Clocks;
use crate::timeline::journal::{Entry, Journal};
use crate::timeline::scan;

const SECOND: i64 = 1_000_000_000;
/// Records that are read in full at most; beyond it only trouble itself is read.
const MOST: usize = 400_000;

/// The records worth reading, in the order of time.
pub(super) fn read(journal: &mut Journal, subjects: &Subjects, clocks: &Clocks) -> Vec<Entry> {
    let clock = clocks.clock(journal.source);
    let doubt = i64::try_from(clock.uncertainty_ms).unwrap_or(i64::MAX).min(5_000) * 1_000_000;
    let mut places: Vec<std::ops::Range<usize>> = Vec::new();
    for subject in &subjects.failing {
        let Some((started, ended)) = subject.span else { continue };
        let late = if subject.answer == Answer::GaveUp { 120 * SECOND } else { 2 * SECOND };
        places.push(journal.between(started - doubt - SECOND, ended + doubt + late));
    }
    for n in scan::suspicious(journal.records.as_ref()) {
        let Some(at) = journal.moment(n, &clock) else { continue };
        places.push(journal.between(at - 8 * SECOND, at + 2 * SECOND));
    }
    merge(&mut places);
    places.into_iter().flatten().take(MOST).filter_map(|place| journal.read(place)).collect()
}

fn merge(places: &mut Vec<std::ops::Range<usize>>) {
    places.sort_by_key(|r| r.start);
    let mut merged: Vec<std::ops::Range<usize>> = Vec::with_capacity(places.len());
    for range in places.drain(..) {
        match merged.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    *places = merged;
}

/// Whether a record holds the words of a fault that a failing exchange near by got.
pub(super) fn holds_a_fault(entry: &Entry, subjects: &Subjects) -> bool {
    subjects.faults.iter().any(|(fault, spans)| {
        let near = |(from, to): &(i64, i64)| entry.at >= from - 10 * SECOND && entry.at <= to + 10 * SECOND;
        entry.upper.contains(fault.as_str()) && spans.iter().any(near)
    })
}
