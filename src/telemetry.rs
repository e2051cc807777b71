//! Time line and findings for systems that collect them from many sources: every call, record, dump and finding as one
//! item on corrected time, under ids that are the same each time. What an item looks like on the wire is the business
//! of [`otlp`], [`opensearch`] and [`clickhouse`]; who sends it is told nothing here.

pub mod clickhouse;
mod item;
pub mod opensearch;
pub mod otlp;
mod part;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::io;

pub use item::{Event, Facts, Item, Kind, Origin, Trace, Value};

use crate::model::{EventRef, Exchange, ExchangeId, FindingKind, SourceId};
use crate::query::{Filter, Subject, Surroundings};

/// What there is, item by item.
pub struct Telemetry<'a> {
    around: &'a Surroundings,
    filter: Option<&'a Filter>,
    /// What all of it belongs to, so that the ids of two cases differ.
    within: String,
    /// The calls that findings explain, by what they rest on.
    resting: HashMap<EventRef, ExchangeId>,
    /// When the threads of explained calls served them.
    served: HashMap<(SourceId, String), Vec<Served>>,
}

/// The time in which a thread served a call, nanoseconds on the reference's clock.
struct Served {
    from: i64,
    to: i64,
    call: ExchangeId,
}

/// How an exchange or a text is made fit to be handed on.
pub struct Masking<'a> {
    /// An exchange with its secrets overwritten; its bodies aren't looked at.
    pub exchange: &'a dyn Fn(&Exchange) -> io::Result<Exchange>,
    /// A text with its secrets overwritten.
    pub text: &'a dyn Fn(&str) -> String,
}

/// What was left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// Calls, records and dumps without a time that could be placed.
    pub timeless: u64,
    /// Records that can't be read any more.
    pub unreadable: u64,
}

impl<'a> Telemetry<'a> {
    /// Everything that matches, or all there is.
    #[must_use]
    pub fn new(around: &'a Surroundings, filter: Option<&'a Filter>) -> Self {
        let (mut resting, mut served) = (HashMap::new(), HashMap::<_, Vec<_>>::new());
        for finding in around.investigation.findings.iter().filter(|f| f.kind == FindingKind::Verdict) {
            let Some(call) = finding.exchange else { continue };
            resting.extend(finding.evidence.iter().map(|evidence| (evidence.event, call)));
            let Some(joined) = around.joined(call) else { continue };
            let Some((from, to)) = joined.span else { continue };
            for thread in &joined.threads {
                served.entry(thread.clone()).or_default().push(Served { from, to, call });
            }
        }
        Self { around, filter, within: String::new(), resting, served }
    }

    /// As the evidence of the case that is known by `id`: two cases have no id in common.
    #[must_use]
    pub fn of_case(self, id: &str) -> Self {
        Self { within: id.to_owned(), ..self }
    }

    /// Hands on one item after the other, always in the same order: calls, records by log, dumps, findings.
    ///
    /// # Errors
    /// When the system gives no random bytes for masks, or `take` fails.
    pub fn each(&self, masking: &Masking<'_>, take: &mut dyn FnMut(Item) -> io::Result<()>) -> io::Result<LeftOut> {
        let mut left_out = LeftOut::default();
        let gathered = &self.around.gathered;
        for exchange in gathered.exchanges.iter().filter(|x| self.wants(EventRef::Exchange(x.id))) {
            let masked = (masking.exchange)(exchange)?;
            match self.call(&masked, masking) {
                Some(item) => take(item)?,
                None => left_out.timeless += 1,
            }
        }
        for (source, records) in &gathered.logs {
            for n in 0..records.len() {
                let event = EventRef::Record(*source, n);
                if !self.wants(event) {
                    continue;
                }
                let Ok(record) = records.read(n) else {
                    left_out.unreadable += 1;
                    continue;
                };
                match self.record(*source, n, &record, masking) {
                    Some(item) => take(item)?,
                    None => left_out.timeless += 1,
                }
            }
        }
        for dump in gathered.dumps.iter().filter(|dump| self.wants(EventRef::Dump(dump.id))) {
            match self.dump(dump, masking) {
                Some(item) => take(item)?,
                None => left_out.timeless += 1,
            }
        }
        for finding in &self.around.investigation.findings {
            if let Some(about) = finding.about().filter(|about| self.wants(*about)) {
                match self.finding(finding, about, masking) {
                    Some(item) => take(item)?,
                    None => left_out.timeless += 1,
                }
            }
        }
        Ok(left_out)
    }

    fn wants(&self, event: EventRef) -> bool {
        let Some(filter) = self.filter else { return true };
        Subject::of(event, &self.around.gathered).is_some_and(|subject| filter.matches(&subject, self.around))
    }

    /// The call that an event belongs to, as far as findings say.
    fn call_of(&self, event: EventRef, thread: Option<&str>, at_ns: i64) -> Option<ExchangeId> {
        if let Some(call) = self.resting.get(&event) {
            return Some(*call);
        }
        let EventRef::Record(source, _) = event else { return None };
        let spans = self.served.get(&(source, thread?.to_owned()))?;
        spans.iter().find(|span| (span.from..=span.to).contains(&at_ns)).map(|span| span.call)
    }

    /// The trace of a call.
    fn trace_of(&self, call: ExchangeId) -> Option<Trace> {
        let exchange = self.around.gathered.exchange(call)?;
        Some(Trace::of(exchange, self.around.gathered.path(exchange.source), &self.within))
    }
}
