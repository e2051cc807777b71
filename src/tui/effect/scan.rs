//! Searching a list: all rows that pass a filter, or the next one. It goes through the rows in short steps, says
//! how far it has come, and stops as soon as nobody waits for it any more.

use std::time::{Duration, Instant};

use crate::model::EventRef;
use crate::query::{Filter, Subject, Surroundings};
use crate::tui::model::lines::Line;
use crate::tui::model::list::{Base, Shown};

use super::{Answer, Cancel, Find, Which};

/// Rows between two looks at the clock.
const STEP: usize = 64;
/// How often partial results are handed over.
const EVERY: Duration = Duration::from_millis(100);

/// A search for all rows that pass.
pub(super) struct Job<'a> {
    pub(super) which: Which,
    pub(super) ticket: u64,
    pub(super) base: Base,
    pub(super) filter: &'a Filter,
    pub(super) around: &'a Surroundings,
    pub(super) lines: &'a [Line],
}

/// Finds all rows that pass, handing them over as they are found.
pub(super) fn scan(job: &Job<'_>, cancel: &Cancel, give: &mut dyn FnMut(Answer)) {
    let mut rows = Vec::new();
    let mut told = Instant::now();
    let total = job.lines.len();
    for (step, chunk) in job.lines.chunks(STEP).enumerate() {
        if cancel.cancelled() {
            return;
        }
        let start = step * STEP;
        for (at, line) in chunk.iter().enumerate() {
            if job.base.takes(line.event) && passes(line.event, job.filter, job.around) {
                rows.push(u32::try_from(start + at).unwrap_or(u32::MAX));
            }
        }
        if told.elapsed() >= EVERY {
            told = Instant::now();
            let rows = std::mem::take(&mut rows);
            let done = start + chunk.len();
            give(Answer::Scanned { which: job.which, ticket: job.ticket, rows, done, total, finished: false });
        }
    }
    give(Answer::Scanned { which: job.which, ticket: job.ticket, rows, done: total, total, finished: true });
}

/// Whether one event passes.
pub(in crate::tui) fn passes(event: EventRef, filter: &Filter, around: &Surroundings) -> bool {
    filter.is_empty() || Subject::of(event, &around.gathered).is_some_and(|subject| filter.matches(&subject, around))
}

/// Finds the next row that passes, going round the end once.
pub(super) fn find(job: &Find, cancel: &Cancel) -> Answer {
    let count = match &job.shown {
        Shown::All => job.lines.len(),
        Shown::Some(rows) => rows.len(),
    };
    let line = |row: usize| match &job.shown {
        Shown::All => job.lines.get(row),
        Shown::Some(rows) => rows.get(row).and_then(|at| job.lines.get(*at as usize)),
    };
    let mut found = Answer::Found { which: job.which, ticket: job.ticket, event: None, wrapped: false };
    for step in 1..=count {
        if step % STEP == 0 && cancel.cancelled() {
            break;
        }
        let row = if job.forward { (job.from + step) % count } else { (job.from + count - step) % count };
        let Some(line) = line(row).filter(|line| passes(line.event, &job.filter, &job.around)) else { continue };
        let wrapped = if job.forward { row <= job.from } else { row >= job.from };
        found = Answer::Found { which: job.which, ticket: job.ticket, event: Some(line.event), wrapped };
        break;
    }
    found
}
