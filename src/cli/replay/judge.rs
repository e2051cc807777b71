//! Whether an answer is the one that was recorded.

use super::{Call, Run};
use crate::compare::{self, Comparison, Side, Volatile};
use crate::model::Gathered;
use crate::model::gathered::InMemory;

/// Compares each run with the exchange that it repeats; nothing where that has no answer.
pub(super) fn judged(
    calls: &[Call],
    runs: &[Run],
    gathered: &Gathered,
    volatile: &Volatile,
) -> Vec<Option<Comparison>> {
    runs.iter().map(|run| judge(&calls[run.call], run, gathered, volatile)).collect()
}

fn judge(call: &Call, run: &Run, gathered: &Gathered, volatile: &Volatile) -> Option<Comparison> {
    let recorded = &call.recorded;
    // Where a redirect was recorded, the redirect is what is compared.
    let redirect = matches!(recorded.response.as_ref()?.status, 301 | 302 | 303 | 307 | 308);
    let new = if redirect { run.hops.first() } else { run.hops.last() }?;
    let left = Side { exchange: recorded, bodies: gathered.bodies.as_ref() };
    Some(compare::answers(left, Side { exchange: new, bodies: &InMemory }, volatile))
}
