//! Which events belong to one call: what its findings rest on, and what its threads logged while it ran. Where no
//! finding names a thread it is looked for in the records of that time, and the answer says on what it rests.

use std::collections::HashSet;

use crate::model::facts::bare_user;
use crate::model::{EventRef, Exchange, Outcome, Record, SourceId};

use super::surroundings::Surroundings;

/// Records read at most when looking for a call's thread.
const LOOK_AT: usize = 5_000;
/// How far behind its start a call is taken to reach where its end isn't known, in nanoseconds.
const UNKNOWN_END: i64 = 1_000_000_000;

/// What belongs to one call.
#[derive(Clone, Debug)]
pub struct Joined {
    /// On what the join rests.
    pub by: JoinedBy,
    /// The threads that served it.
    pub threads: Vec<(SourceId, String)>,
    /// The events that belong to it whatever their thread.
    pub events: HashSet<EventRef>,
    /// From when to when it ran, nanoseconds on the reference's clock.
    pub span: Option<(i64, i64)>,
}

/// On what a join rests, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JoinedBy {
    /// Its finding's evidence.
    Finding,
    /// An id that stands in the call and in the record.
    Id,
    /// The user, program or operation stands in the record.
    Mention,
    /// Nothing but the time.
    Time,
}

impl JoinedBy {
    /// In words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Finding => "by its finding",
            Self::Id => "by an id in both",
            Self::Mention => "by user, program or operation named in the record",
            Self::Time => "by time only: a guess",
        }
    }
}

impl Joined {
    /// Whether a record of that thread and moment belongs to the call.
    #[must_use]
    pub fn has(&self, source: SourceId, thread: Option<&str>, utc_ns: Option<i64>, doubt_ns: u64) -> bool {
        let (Some(thread), Some(at), Some(span)) = (thread, utc_ns, self.span) else { return false };
        touches((at, at), doubt_ns, span) && self.threads.iter().any(|(s, t)| *s == source && t == thread)
    }
}

/// Whether what lies between two instants may lie within the span, with this doubt of each.
pub(super) fn touches((first, last): (i64, i64), doubt_ns: u64, (from, to): (i64, i64)) -> bool {
    let doubt = i64::try_from(doubt_ns).unwrap_or(i64::MAX);
    last >= from.saturating_sub(doubt) && first <= to.saturating_add(doubt)
}

/// What belongs to `exchange`.
pub(super) fn join(exchange: &Exchange, around: &Surroundings) -> Joined {
    let own = EventRef::Exchange(exchange.id);
    let mut joined = Joined { by: JoinedBy::Finding, threads: Vec::new(), events: HashSet::new(), span: None };
    joined.events.insert(own);
    let findings = around.investigation.findings.iter().filter(|f| f.exchange == Some(exchange.id));
    joined.events.extend(findings.flat_map(|f| f.evidence.iter().map(|e| e.event)));
    joined.span = span(exchange, around);
    for event in &joined.events {
        if let EventRef::Record(source, n) = event {
            let record = around.gathered.log(*source).and_then(|log| log.read(*n).ok());
            if let Some(thread) = record.and_then(|r| r.thread) {
                add(&mut joined.threads, *source, thread);
            }
        }
    }
    if joined.threads.is_empty() && joined.events.len() == 1 {
        look_around(exchange, around, &mut joined);
    }
    joined
}

fn add(threads: &mut Vec<(SourceId, String)>, source: SourceId, thread: String) {
    if !threads.iter().any(|(s, t)| *s == source && *t == thread) {
        threads.push((source, thread));
    }
}

fn span(exchange: &Exchange, around: &Surroundings) -> Option<(i64, i64)> {
    let start = around.clock(exchange.source).place(exchange.started.as_ref()?)?;
    let doubt = i64::try_from(start.uncertainty_ns).unwrap_or(i64::MAX);
    let end = match (exchange.duration_ns, &exchange.outcome) {
        (Some(ns), _) => start.utc_ns.saturating_add(i64::try_from(ns).unwrap_or(i64::MAX)),
        (None, Outcome::Open) => around.end_ns.unwrap_or(start.utc_ns).max(start.utc_ns),
        (None, _) => start.utc_ns.saturating_add(UNKNOWN_END),
    };
    Some((start.utc_ns.saturating_sub(doubt), end.saturating_add(doubt)))
}

/// Looks for the call's threads in the records of its time.
fn look_around(exchange: &Exchange, around: &Surroundings, joined: &mut Joined) {
    joined.by = JoinedBy::Time;
    let Some(span) = joined.span else { return };
    let mut at_the_time = Vec::new();
    for (source, _) in &around.gathered.logs {
        at_the_time.extend(around.records_between(*source, span).map(|(n, _)| (*source, n)));
    }
    let (mut by_id, mut by_mention) = (Vec::new(), Vec::new());
    for &(source, n) in at_the_time.iter().take(LOOK_AT) {
        let Some(record) = around.gathered.log(source).and_then(|log| log.read(n).ok()) else { continue };
        let Some(thread) = record.thread.clone() else { continue };
        if exchange.call.ids.iter().any(|id| record.text.contains(id.as_str())) {
            add(&mut by_id, source, thread);
        } else if mentions(&record, exchange) {
            add(&mut by_mention, source, thread);
        }
    }
    (joined.by, joined.threads) = if !by_id.is_empty() {
        (JoinedBy::Id, by_id)
    } else if !by_mention.is_empty() {
        (JoinedBy::Mention, by_mention)
    } else {
        joined.events.extend(at_the_time.into_iter().map(|(source, n)| EventRef::Record(source, n)));
        return;
    };
}

/// Whether a record names the call's user and one of program, service and operation.
fn mentions(record: &Record, exchange: &Exchange) -> bool {
    let call = &exchange.call;
    let names = |what: &Option<String>| what.as_ref().is_some_and(|w| w.len() > 2 && record.text.contains(w.as_str()));
    let user = call.user.as_deref().map(bare_user);
    let by_user = user.is_some_and(|u| u.len() > 2 && record.text.contains(u));
    let about = names(&call.program) || (names(&call.service) && names(&call.operation));
    by_user && about
}
