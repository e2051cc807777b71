//! Which records of a log are read in full: those near failing exchanges, and those near trouble.

use mwscope_parsers::log::{Head, Severity};

use super::subject::{Answer, Subjects};
use crate::timeline::clocks::Clocks;
use crate::timeline::entries::Entries;
use crate::timeline::journal::{Entry, Journal};
use crate::timeline::scan::Trouble;
use crate::timeline::spans::Spans;

const SECOND: i64 = 1_000_000_000;
/// Records that are read in full: beyond it, less is read around each failure.
const MOST: usize = 60_000;
/// By how much what is looked at around a failure is divided, until there is no more than [`MOST`] to read.
const NARROWER: [i64; 5] = [1, 4, 16, 64, 256];

/// The records worth reading, in the order of time.
pub(super) fn read(journal: &mut Journal, subjects: &Subjects, clocks: &Clocks, trouble: &Trouble) -> Entries {
    let doubt = clocks.doubt(journal.source);
    let trouble = trouble.of(journal.source, journal.records.as_ref());
    let moments: Vec<i64> = trouble.iter().filter_map(|n| journal.moment(*n)).collect();
    let stretches = |narrower: i64| -> Spans {
        let failing = subjects.failing.iter().filter_map(|subject| {
            let (started, ended) = subject.span?;
            let late = if subject.answer == Answer::GaveUp { 120 * SECOND } else { 2 * SECOND };
            Some((started - (doubt + SECOND) / narrower, ended + (doubt + late) / narrower))
        });
        let crashed = moments.iter().map(|at| (at - 8 * SECOND / narrower, at + 2 * SECOND / narrower));
        failing.chain(crashed).collect()
    };
    // Failures at every moment: what is no trouble by itself is passed over.
    let telling = |n: usize, head: &Head| head.severity >= Severity::Warn || trouble.binary_search(&n).is_ok();
    let found = journal.within(&NARROWER.map(stretches), MOST, &telling);
    journal.read(&found)
}

/// Whether a record holds the words of a fault that a failing exchange near by got.
pub(super) fn holds_a_fault(entry: &Entry, subjects: &Subjects) -> bool {
    subjects.faults.near(entry.at).any(|fault| entry.upper.contains(fault))
}
