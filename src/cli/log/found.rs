//! The records of one log that are asked for, found block by block: blocks that can't hold one are passed over by
//! what the index says of them, the others are looked at on all processors and given in order.

use std::collections::BTreeMap;
use std::io;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

use super::{Query, Source};
use crate::model::{Block, Head, Hit, Record, Records};

/// Most processors that are put to work.
const WORKERS: usize = 8;
/// So many blocks are handed on together: less often than each, somebody has to be woken for them.
const TOGETHER: usize = 4;

/// A record that is asked for.
#[derive(Debug)]
pub(super) struct Match {
    /// Its number.
    pub(super) n: usize,
    pub(super) head: Head,
    /// The fingerprint of its stack trace, as far as the index knows it.
    pub(super) trace: Option<u64>,
    /// The record itself, where it had to be read.
    pub(super) record: Option<Box<Record>>,
}

impl Match {
    /// The record itself.
    pub(super) fn read(self, records: &dyn Records) -> io::Result<Record> {
        self.record.map_or_else(|| records.read(self.n), |record| Ok(*record))
    }
}

/// What a block has of what is asked for.
pub(super) type Found = (Block, Vec<Match>);

/// Calls `take` with the blocks that have records of what is asked for, in order, until it breaks off.
///
/// # Errors
/// When the log can't be read any more, or `take` fails.
pub(super) fn each(
    source: &Source<'_>,
    query: &Query,
    take: &mut dyn FnMut(Found) -> io::Result<ControlFlow<()>>,
) -> io::Result<()> {
    let workers = thread::available_parallelism().map_or(1, usize::from).min(WORKERS);
    if workers == 1 || query.heads_decide() {
        return one_by_one(source, query, take);
    }
    let (next, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    thread::scope(|scope| {
        let (send, receive) = sync_channel(2 * workers);
        for _ in 0..workers {
            let (send, next, stop) = (send.clone(), &next, &stop);
            scope.spawn(move || work(source, query, next, stop, &send));
        }
        drop(send);
        let (mut waiting, mut wanted) = (BTreeMap::new(), 0);
        let mut done = Ok(ControlFlow::Continue(()));
        'all: for (n, found) in &receive {
            waiting.insert(n, found);
            while let Some(found) = waiting.remove(&wanted) {
                wanted += 1;
                for found in found {
                    done = found.and_then(&mut *take);
                    if !matches!(done, Ok(ControlFlow::Continue(()))) {
                        break 'all;
                    }
                }
            }
        }
        stop.store(true, Ordering::Relaxed);
        // A worker that waits to hand something on is let go.
        drop(receive);
        done.map(|_| ())
    })
}

fn one_by_one(
    source: &Source<'_>,
    query: &Query,
    take: &mut dyn FnMut(Found) -> io::Result<ControlFlow<()>>,
) -> io::Result<()> {
    let mut bytes = Vec::new();
    for block in source.records.blocks() {
        if let Some(found) = in_block(source, query, block, &mut bytes)?
            && take(found)?.is_break()
        {
            break;
        }
    }
    Ok(())
}

type Sent = (usize, Vec<io::Result<Found>>);

fn work(source: &Source<'_>, query: &Query, next: &AtomicUsize, stop: &AtomicBool, send: &SyncSender<Sent>) {
    let mut bytes = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        let n = next.fetch_add(1, Ordering::Relaxed);
        let mut blocks = (n * TOGETHER..(n + 1) * TOGETHER).map_while(|n| source.records.block(n)).peekable();
        if blocks.peek().is_none() {
            return;
        }
        let found = blocks.filter_map(|block| in_block(source, query, block, &mut bytes).transpose()).collect();
        if send.send((n, found)).is_err() {
            return;
        }
    }
}

/// What a block has of what is asked for; `None` where that is nothing. `bytes` is room for those of the block.
pub(super) fn in_block(
    source: &Source<'_>,
    query: &Query,
    block: Block,
    bytes: &mut Vec<u8>,
) -> io::Result<Option<Found>> {
    let records = source.records.as_ref();
    if !query.may_be_in(&block) {
        return Ok(None);
    }
    let known = block.traces.clone();
    let one = |hit: Hit| {
        let Hit { nth, head, trace } = hit;
        let trace = trace.and_then(|at| known.as_ref()?.get(at).copied());
        let fits = query.may_match(&head) && (known.is_none() || query.trace_fits(trace.is_some()));
        fits.then(|| Match { n: block.first + nth, head, trace, record: None })
    };
    // Where text and head settle it, the text comes first: most records haven't what is asked for.
    let hits = match (query.whole(), records.reader()) {
        (Some(whole), Some(reader)) if query.text_decides() => {
            let start = records.bytes_into(block.span(), bytes)?;
            whole.hits(records, &reader, (&block, &bytes[start..]))?
        }
        _ => None,
    };
    let text_decided = hits.is_some();
    let mut found: Vec<Match> = match hits {
        Some(hits) => hits.into_iter().filter_map(one).collect(),
        None => all(records, &block)?.filter_map(one).collect(),
    };
    // What only the record itself can tell.
    if !(query.heads_decide() || text_decided) || (query.with_trace() && known.is_none()) {
        read(source, query, &mut found)?;
    }
    Ok((!found.is_empty()).then_some((block, found)))
}

/// All records of a block.
fn all(records: &dyn Records, block: &Block) -> io::Result<impl Iterator<Item = Hit>> {
    let heads = records.heads(block)?;
    let reader = records.reader();
    let may_have_trace = |head: &Head| reader.as_ref().is_none_or(|reader| reader.may_have_trace(head));
    let traces = match &block.traces {
        Some(traces) if !traces.is_empty() && heads.iter().any(may_have_trace) => records.traces(block)?,
        _ => Vec::new(),
    };
    Ok(heads.into_iter().enumerate().map(move |(nth, head)| {
        let trace = traces.get(nth).copied().flatten();
        Hit { nth, head, trace }
    }))
}

fn read(source: &Source<'_>, query: &Query, found: &mut Vec<Match>) -> io::Result<()> {
    let mut kept = Vec::with_capacity(found.len());
    for one in found.drain(..) {
        let record = match one.record {
            Some(record) => record,
            None => Box::new(source.records.read(one.n)?),
        };
        if query.matches(source.id, one.n, &record) {
            kept.push(Match { record: Some(record), ..one });
        }
    }
    *found = kept;
    Ok(())
}
