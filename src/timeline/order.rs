//! The merged time line: every event of every source in one order, by corrected time.

use super::clocks::Clocks;
use crate::model::{EventRef, Gathered, Moment, ThreadsId};

/// An event and where it stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Placed {
    /// When it happened, on the reference's clock; `None` where its source doesn't say.
    pub moment: Option<Moment>,
    /// The event.
    pub event: EventRef,
}

/// All events by corrected time. The order is stable: equal times keep the order of sources and, within a source,
/// that of its bytes. Within one source nothing is moved against its own order: a record that is stamped earlier
/// than the one before it stays behind it, and one without a time stands where its predecessor stands.
#[must_use]
pub fn merge(gathered: &Gathered, clocks: &Clocks) -> Vec<Placed> {
    let mut keyed: Vec<(i64, Placed)> = Vec::with_capacity(gathered.exchanges.len() + gathered.dumps.len());
    for source in &gathered.sources {
        let clock = clocks.clock(source.id);
        let mut last = i64::MIN;
        let mut push = |moment: Option<Moment>, event: EventRef, in_order: bool| {
            let at = moment.map_or(last, |m| m.utc_ns);
            let at = if in_order { at.max(last) } else { at };
            last = last.max(at);
            keyed.push((at, Placed { moment, event }));
        };
        for exchange in gathered.exchanges.iter().filter(|x| x.source == source.id) {
            let moment = exchange.started.as_ref().and_then(|s| clock.place(s));
            push(moment, EventRef::Exchange(exchange.id), false);
        }
        for dump in gathered.dumps.iter().filter(|d| d.source == source.id) {
            let moment = dump.dump.at.as_ref().and_then(|s| clock.place(s));
            push(moment, EventRef::Dump(dump.id), false);
        }
        for (n, (_, threads)) in gathered.threads.iter().enumerate().filter(|(_, (of, _))| *of == source.id) {
            let moment = threads.at.as_ref().and_then(|s| clock.place(s));
            push(moment, EventRef::Threads(ThreadsId(n)), false);
        }
        for stream in gathered.streams.iter().filter(|stream| stream.source == source.id) {
            let moment = stream.started().as_ref().and_then(|s| clock.place(s));
            push(moment, EventRef::Stream(stream.id), false);
        }
        let Some(records) = gathered.log(source.id) else { continue };
        for n in 0..records.len() {
            let moment = records.head(n).and_then(|h| h.stamp).and_then(|s| clock.place(&s));
            push(moment, EventRef::Record(source.id, n), true);
        }
    }
    keyed.sort_by_key(|(at, _)| *at);
    keyed.into_iter().map(|(_, placed)| placed).collect()
}
