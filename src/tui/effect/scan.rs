//! Searching a list or a text: all rows that pass a filter, or the next one. It goes through the rows in short steps,
//! says how far it has come, and stops as soon as nobody waits for it any more.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use regex::Regex;

use crate::model::EventRef;
use crate::query::{Filter, Subject, Surroundings};
use crate::tui::model::Alike;
use crate::tui::model::lines::Line;
use crate::tui::model::list::{Base, Shown};
use crate::tui::model::text::Text;

use super::{Among, Answer, Cancel, Which};

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

/// Rows of a list that are searched.
pub(in crate::tui) struct Searched {
    pub(in crate::tui) among: Among,
    pub(in crate::tui) ticket: u64,
    pub(in crate::tui) filter: Arc<Filter>,
    pub(in crate::tui) around: Surroundings,
    pub(in crate::tui) rows: Rows,
}

/// What stands in the rows of a list.
pub(in crate::tui) enum Rows {
    /// Events of the time line.
    Lines(Arc<Vec<Line>>, Shown),
    /// What the list holds itself.
    Events(Arc<Vec<EventRef>>),
}

impl Searched {
    fn len(&self) -> usize {
        match &self.rows {
            Rows::Lines(lines, shown) => shown.len(lines),
            Rows::Events(events) => events.len(),
        }
    }

    /// The event of a row, where it passes.
    fn hit(&self, row: usize) -> Option<EventRef> {
        let event = match &self.rows {
            Rows::Lines(lines, shown) => shown.line(lines, row).map(|line| line.event),
            Rows::Events(events) => events.get(row).copied(),
        };
        event.filter(|event| passes(*event, &self.filter, &self.around))
    }
}

/// A search for the next row that passes.
pub(in crate::tui) struct Find {
    pub(in crate::tui) among: Searched,
    pub(in crate::tui) from: usize,
    pub(in crate::tui) forward: bool,
}

/// Finds the next row that passes, going round the end once.
pub(super) fn find(job: &Find, cancel: &Cancel) -> Answer {
    let among = &job.among;
    let count = among.len();
    let mut found = Answer::Found { among: among.among, ticket: among.ticket, event: None, wrapped: false };
    for step in 1..=count {
        if step % STEP == 0 && cancel.cancelled() {
            break;
        }
        let row = if job.forward { (job.from + step) % count } else { (job.from + count - step) % count };
        let Some(event) = among.hit(row) else { continue };
        let wrapped = if job.forward { row <= job.from } else { row >= job.from };
        found = Answer::Found { among: among.among, ticket: among.ticket, event: Some(event), wrapped };
        break;
    }
    found
}

/// Finds all rows that pass, from the first on, handing over as they are found those of them that weren't.
pub(super) fn hits(among: &Searched, cancel: &Cancel, give: &mut dyn FnMut(Answer)) {
    let (list, ticket) = (among.among, among.ticket);
    let give = |found, progress| give(Answer::Hits { among: list, ticket, found, progress });
    each(among.len(), STEP, |row| among.hit(row), cancel, give);
}

/// The same for the lines of a text that match.
pub(super) fn lines(text: &Text, regex: &Regex, ticket: u64, cancel: &Cancel, give: &mut dyn FnMut(Answer)) {
    let hit = |n| text.matches(regex, n).then_some(n);
    let give = |found, progress| give(Answer::HitLines { ticket, found, progress });
    // A line is looked at in less than a microsecond, a record may have to be read.
    each(text.len(), STEP * STEP, hit, cancel, give);
}

/// Hands over what `hit` gives for each row, and how many of how many are done, as long as somebody waits for it.
fn each<T>(
    total: usize,
    step: usize,
    hit: impl Fn(usize) -> Option<T>,
    cancel: &Cancel,
    mut give: impl FnMut(Vec<T>, (usize, usize)),
) {
    let mut told = Instant::now();
    let mut found = Vec::new();
    for start in (0..total).step_by(step) {
        if cancel.cancelled() {
            return;
        }
        if told.elapsed() >= EVERY {
            told = Instant::now();
            give(std::mem::take(&mut found), (start, total));
        }
        found.extend((start..total.min(start + step)).filter_map(&hit));
    }
    if !cancel.cancelled() {
        give(found, (total, total));
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::thread;

    use super::*;

    #[test]
    fn a_long_search_tells_what_it_has_and_ends_when_nobody_waits() {
        let cancel = Cancel::default();
        let told = RefCell::new(Vec::new());
        let slow = |row: usize| {
            thread::sleep(EVERY / 2);
            row.is_multiple_of(2).then_some(row)
        };
        each(6, 1, slow, &cancel, |found, progress| told.borrow_mut().push((found, progress)));
        let told = told.into_inner();
        assert!(told.len() > 1, "{told:?}");
        assert_eq!(told.iter().flat_map(|(found, _)| found.clone()).collect::<Vec<_>>(), [0, 2, 4]);
        assert_eq!(told.last().map(|(_, progress)| *progress), Some((6, 6)));
        let seen = RefCell::new(0);
        let stops = |row: usize| {
            *seen.borrow_mut() += 1;
            if row == 2 {
                cancel.cancel();
            }
            Some(row)
        };
        each(6, 1, stops, &cancel, |found, _| panic!("nobody waits for {found:?}"));
        assert_eq!(*seen.borrow(), 3);
    }
}
