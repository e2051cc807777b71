//! What the user wrote, kept; and the call that an event belongs to.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::engine::now;
use crate::model::{EventRef, ExchangeId};
use crate::query::Surroundings;
use crate::remarks::{Remarks, Said};

use super::Cancel;

/// The remarks, also where another thread that had them panicked: each is whole or not there.
pub(super) fn remarks(remarks: &Mutex<Remarks>) -> MutexGuard<'_, Remarks> {
    remarks.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Keeps notes and marks.
///
/// # Errors
/// When they can't be kept, in words.
pub(super) fn keep(around: &Surroundings, kept: &Mutex<Remarks>, mut said: Vec<Said>) -> Result<(), String> {
    let now = now::wall_ns();
    said.iter_mut().for_each(|one| one.at_utc_ns = now);
    remarks(kept).keep((&around.gathered, &around.investigation), &said)
}

/// Calls begun this long before an event are looked at: a call takes seconds, a batch minutes.
const LONGEST_NS: i64 = 600_000_000_000;
/// So many calls are looked at, those that began last first.
const LOOKED_AT: usize = 200;

/// The call that an event belongs to: its time is within the call's, on a thread of the call.
pub(super) fn call_of(around: &Surroundings, event: EventRef, cancel: &Cancel) -> Option<ExchangeId> {
    let moment = around.moment(event)?;
    let doubt = i64::try_from(moment.uncertainty_ns).unwrap_or(i64::MAX);
    let mut near: Vec<(i64, ExchangeId)> = around
        .gathered
        .exchanges
        .iter()
        .filter_map(|x| {
            let began = around.moment(EventRef::Exchange(x.id))?.utc_ns;
            let ended = began.saturating_add(i64::try_from(x.duration_ns.unwrap_or(0)).unwrap_or(i64::MAX));
            let earliest = moment.utc_ns.saturating_sub(LONGEST_NS);
            let within = began >= earliest
                && began <= moment.utc_ns.saturating_add(doubt)
                && ended >= moment.utc_ns.saturating_sub(doubt);
            within.then_some((began, x.id))
        })
        .collect();
    near.sort_unstable_by_key(|(began, _)| std::cmp::Reverse(*began));
    let thread = match event {
        EventRef::Record(source, n) => around.gathered.log(source).and_then(|log| log.read(n).ok())?.thread,
        _ => None,
    };
    let belongs = |id: ExchangeId| {
        let Some(joined) = around.joined(id) else { return false };
        joined.events.contains(&event)
            || matches!(event, EventRef::Record(source, _)
                if joined.has(source, thread.as_deref(), Some(moment.utc_ns), moment.uncertainty_ns))
    };
    near.into_iter().take(LOOKED_AT).take_while(|_| !cancel.cancelled()).map(|(_, id)| id).find(|id| belongs(*id))
}
