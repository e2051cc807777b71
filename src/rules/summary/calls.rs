//! All recorded calls by operation, each in its place in time: what failures are counted against.

use std::collections::HashMap;

use crate::model::{Clock, Exchange, Gathered, Investigation, Outcome, Stamp};

/// An operation as its calls name it; a call that names none is known by method and path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum OperationKey<'a> {
    Named(Option<&'a str>, Option<&'a str>),
    Path(&'a str, &'a str),
}

impl<'a> OperationKey<'a> {
    pub(super) fn of(exchange: &'a Exchange) -> Self {
        match (&exchange.call.service, &exchange.call.operation) {
            (None, None) => Self::Path(&exchange.request.method, exchange.path()),
            (service, operation) => Self::Named(service.as_deref(), operation.as_deref()),
        }
    }
}

/// A call and when it began on the reference's clock.
#[derive(Clone, Copy)]
pub(super) struct Placed<'a> {
    pub(super) exchange: &'a Exchange,
    pub(super) at_ns: Option<i64>,
}

/// Whether a call was answered as it should be. One that was cut off, or whose end is missing, neither failed nor
/// succeeded.
pub(super) fn succeeded(exchange: &Exchange) -> bool {
    !exchange.failed()
        && !exchange.challenge
        && exchange.outcome == Outcome::Complete
        && exchange.status().is_some_and(|status| status < 400)
}

pub(super) struct Calls<'a> {
    by_operation: HashMap<OperationKey<'a>, Vec<Placed<'a>>>,
}

impl<'a> Calls<'a> {
    /// Every call once: what a second source saw of it is left out.
    pub(super) fn new(of: &Investigation, gathered: &'a Gathered, clocks: &[Clock]) -> Self {
        let mut by_operation: HashMap<OperationKey<'a>, Vec<Placed<'a>>> = HashMap::new();
        for exchange in gathered.exchanges.iter().filter(|x| !x.challenge && !of.views.contains_key(&x.id)) {
            let clock = clocks.get(exchange.source.0 as usize);
            let at_ns = exchange.started.and_then(|stamp| Some(clock?.place(&stamp)?.utc_ns));
            by_operation.entry(OperationKey::of(exchange)).or_default().push(Placed { exchange, at_ns });
        }
        Self { by_operation }
    }

    /// The calls of an operation, in the order of their sources.
    pub(super) fn of(&self, key: OperationKey<'a>) -> &[Placed<'a>] {
        self.by_operation.get(&key).map_or(&[], Vec::as_slice)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Placed<'a>> {
        self.by_operation.values().flatten()
    }

    /// When the last of all calls began.
    pub(super) fn last(&self) -> Option<(i64, Stamp)> {
        self.all().filter_map(|call| Some((call.at_ns?, call.exchange.started?))).max_by_key(|(ns, _)| *ns)
    }
}
