//! The conversations that pass a filter, in the order asked for.

use std::cmp::Reverse;

use crate::model::{EventRef, Exchange, Gathered, Stream};
use crate::query::{Filter, Surroundings};
use crate::tui::model::streams::{Order, is_tunnel};
use crate::tui::pages;

use super::{Cancel, passes};

/// The rows of the list, and how many there are without the filter.
pub(super) fn rows(
    around: &Surroundings,
    filter: Option<&Filter>,
    (order, reverse): (Order, bool),
    cancel: &Cancel,
) -> (Vec<EventRef>, usize) {
    let gathered = &around.gathered;
    let streams = gathered.streams.iter().map(|stream| EventRef::Stream(stream.id));
    let tunnels = gathered.exchanges.iter().filter(|x| is_tunnel(x)).map(|x| EventRef::Exchange(x.id));
    let all: Vec<EventRef> = streams.chain(tunnels).collect();
    let total = all.len();
    let shown = |event: &EventRef| !cancel.cancelled() && filter.is_none_or(|filter| passes(*event, filter, around));
    let mut rows: Vec<EventRef> = all.into_iter().filter(shown).collect();
    let at = |event: &EventRef| around.moment(*event).map(|moment| moment.utc_ns);
    rows.sort_by_cached_key(at);
    match order {
        Order::Time => {}
        Order::Took => rows.sort_by_cached_key(|event| Reverse(took(gathered, *event))),
        Order::Bytes => rows.sort_by_cached_key(|event| Reverse(bytes(gathered, *event))),
        Order::Trouble => rows.sort_by_cached_key(|event| Reverse(trouble(gathered, *event))),
        Order::Server => rows.sort_by_cached_key(|event| server(gathered, *event)),
        Order::Speaks => rows.sort_by_cached_key(|event| of(gathered, *event, |s| Some(speaks(s)), |_| None)),
    }
    if reverse {
        rows.reverse();
    }
    (rows, total)
}

/// What is known of either kind of row.
fn of<T>(
    gathered: &Gathered,
    event: EventRef,
    stream: impl FnOnce(&Stream) -> Option<T>,
    tunnel: impl FnOnce(&Exchange) -> Option<T>,
) -> Option<T> {
    match event {
        EventRef::Stream(id) => stream(gathered.stream(id)?),
        EventRef::Exchange(id) => tunnel(gathered.exchange(id)?),
        _ => None,
    }
}

fn took(gathered: &Gathered, event: EventRef) -> Option<u64> {
    of(gathered, event, |s| Some(s.duration_ns()), |x| x.duration_ns)
}

fn bytes(gathered: &Gathered, event: EventRef) -> Option<u64> {
    let carried = |x: &Exchange| pages::stream::carried(x).map(|(up, down)| up.saturating_add(down));
    of(gathered, event, |s| Some(s.tcp.bytes.client + s.tcp.bytes.server), carried)
}

/// Whether it broke, and how much was lost or sent again.
fn trouble(gathered: &Gathered, event: EventRef) -> Option<(bool, u64)> {
    let lost = |s: &Stream| {
        let tcp = &s.tcp;
        let counts = [&tcp.retransmissions, &tcp.zero_windows, &tcp.conflicts];
        let packets: u64 = counts.into_iter().map(|ends| u64::from(ends.client) + u64::from(ends.server)).sum();
        packets + tcp.gaps.client + tcp.gaps.server
    };
    of(gathered, event, |s| Some((s.failed(), lost(s))), |x| Some((x.failed(), 0)))
}

fn server(gathered: &Gathered, event: EventRef) -> Option<String> {
    of(gathered, event, |s| Some(s.tcp.ends.server.to_string()), |x| Some(x.url.clone()))
}

fn speaks(stream: &Stream) -> Vec<&'static str> {
    stream.protocols.iter().map(|protocol| protocol.word()).collect()
}
