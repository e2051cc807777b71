//! Calls as bars in time, and what the threads of one of them wrote while it ran.

use crate::model::{EventRef, ExchangeId, Outcome};
use crate::query::{JoinedBy, Surroundings};
use crate::tui::model::lines::{self, Class, Line};
use crate::tui::model::list::Shown;
use crate::tui::model::waterfall::{Bar, Bars, Beneath, Mark};
use crate::tui::pages;

use super::{Cancel, mask};

/// Records beneath one call that are listed; `t` shows all.
const MOST: usize = 200;
/// Records that are read in looking for those of its threads.
const LOOK_AT: usize = 5_000;

/// The calls among the rows shown that have a time.
pub(super) fn bars(around: &Surroundings, lines: &[Line], shown: &Shown) -> Bars {
    let bar = |line: &Line| {
        let EventRef::Exchange(id) = line.event else { return None };
        let x = around.gathered.exchange(id).filter(|_| !line.doubtful)?;
        let to_ns = match (x.duration_ns, &x.outcome) {
            (Some(ns), _) => line.at_ns.saturating_add(i64::try_from(ns).unwrap_or(i64::MAX)),
            (None, Outcome::Open) => around.end_ns.unwrap_or(line.at_ns).max(line.at_ns),
            (None, _) => line.at_ns,
        };
        Some(Bar { from_ns: line.at_ns, to_ns, id, failed: line.class == Class::Failed })
    };
    Bars::new(shown.each(lines).filter_map(bar).collect())
}

/// What the call's threads wrote while it ran, in order of time.
pub(super) fn beneath(around: &Surroundings, of: ExchangeId, cancel: &Cancel) -> Beneath {
    let mut found = Beneath { of: Some(of), ..Beneath::default() };
    let Some(joined) = around.joined(of) else { return found };
    let mut events: Vec<EventRef> =
        joined.events.iter().copied().filter(|e| !matches!(e, EventRef::Exchange(_))).collect();
    let mut left = LOOK_AT;
    for (source, log) in &around.gathered.logs {
        let Some(span) = joined.span.filter(|_| joined.threads.iter().any(|(of, _)| of == source)) else { continue };
        for (n, moment) in around.records_between(*source, span).take(left) {
            if cancel.cancelled() {
                break;
            }
            left -= 1;
            let thread = log.read(n).ok().and_then(|record| record.thread);
            if joined.has(*source, thread.as_deref(), Some(moment.utc_ns), moment.uncertainty_ns) {
                events.push(EventRef::Record(*source, n));
            }
        }
    }
    let mut marks: Vec<Mark> = events.into_iter().filter_map(|event| mark(around, event)).collect();
    marks.sort_by_key(|mark| (mark.at_ns, mark.event));
    marks.dedup_by_key(|mark| mark.event);
    found.more = marks.len().saturating_sub(MOST);
    marks.truncate(MOST);
    found.marks = marks;
    let threads: Vec<&str> = joined.threads.iter().map(|(_, thread)| thread.as_str()).collect();
    found.how = match (threads.is_empty(), joined.by) {
        (true, JoinedBy::Time) if found.marks.is_empty() => "no record stands in the time of this call".to_owned(),
        (true, by) => format!("joined {}", by.words()),
        (false, by) => format!("thread {}, joined {}", threads.join(", "), by.words()),
    };
    found
}

fn mark(around: &Surroundings, event: EventRef) -> Option<Mark> {
    let moment = around.moment(event)?;
    let (class, text) = match event {
        EventRef::Record(source, n) => {
            let log = around.gathered.log(source)?;
            let class = lines::record_class(log.head(n)?.severity);
            let record = mask::record(log.read(n).ok()?);
            let level = record.level.as_deref().unwrap_or_default();
            (class, format!("{level:<5} {}", pages::first_line(&record)))
        }
        EventRef::Dump(id) => (Class::Dump, format!("{id}    {}", pages::in_a_line(&around.gathered, event)?)),
        EventRef::Threads(id) => (Class::Plain, format!("{id}    {}", pages::in_a_line(&around.gathered, event)?)),
        EventRef::Exchange(_) | EventRef::Stream(_) => return None,
    };
    let doubt_ns = i64::try_from(moment.uncertainty_ns).unwrap_or(i64::MAX);
    Some(Mark { event, at_ns: moment.utc_ns, doubt_ns, class, text })
}
