//! Searching a list: all rows that pass a filter, or the next one. It goes through the rows in short steps, says
//! how far it has come, and stops as soon as nobody waits for it any more.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::model::EventRef;
use crate::query::{Filter, Subject, Surroundings};
use crate::tui::model::Alike;
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
    /// What stands in the row of something else.
    pub(super) hide: &'a HashSet<EventRef>,
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
            if job.base.takes(line.event, &job.around.gathered)
                && !job.hide.contains(&line.event)
                && passes(line.event, job.filter, job.around)
            {
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

/// Counts the rows that pass.
pub(super) fn count(
    ticket: u64,
    base: Base,
    (filter, around, lines): (&Filter, &Surroundings, &[Line]),
    cancel: &Cancel,
    give: &mut dyn FnMut(Answer),
) {
    let mut told = Instant::now();
    let (mut found, total) = (0, lines.len());
    for (step, chunk) in lines.chunks(STEP).enumerate() {
        if cancel.cancelled() {
            return;
        }
        let takes = |event| base.takes(event, &around.gathered) && passes(event, filter, around);
        found += chunk.iter().filter(|line| takes(line.event)).count();
        if told.elapsed() >= EVERY {
            told = Instant::now();
            give(Answer::Counted { ticket, found, done: step * STEP + chunk.len(), total });
        }
    }
    give(Answer::Counted { ticket, found, done: total, total });
}

/// Finds the records whose trace an earlier one of their log has; `None` where nobody waits for it any more.
pub(super) fn alike(around: &Surroundings, cancel: &Cancel) -> Option<Alike> {
    let mut first: HashMap<u64, EventRef> = HashMap::new();
    let mut hidden = HashSet::new();
    let mut times: HashMap<EventRef, usize> = HashMap::new();
    for (source, log) in &around.gathered.logs {
        for block in log.blocks() {
            if cancel.cancelled() {
                return None;
            }
            // Where traces weren't looked for when the log was indexed, records that have more lines are read.
            let known = block.traces.as_ref().and_then(|prints| Some((prints, log.traces(&block).ok()?)));
            for n in block.first..block.first + block.count {
                let print = match &known {
                    Some((prints, of)) => {
                        of.get(n - block.first).copied().flatten().and_then(|at| prints.get(at).copied())
                    }
                    None => log
                        .head(n)
                        .filter(|head| head.lines > 1)
                        .and_then(|_| log.read(n).ok())
                        .and_then(|record| record.trace.map(|trace| trace.fingerprint_bits())),
                };
                let Some(print) = print else { continue };
                let event = EventRef::Record(*source, n);
                let one = *first.entry(print).or_insert(event);
                *times.entry(one).or_default() += 1;
                if one != event {
                    hidden.insert(event);
                }
            }
        }
    }
    times.retain(|_, count| *count > 1);
    Some(Alike { hidden: Arc::new(hidden), times })
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
