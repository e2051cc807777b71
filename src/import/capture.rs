//! Packet captures: conversations, and the exchanges in them, as any other recording gives. What the packets say is
//! found in `parsers::wire`; here the file is read, and bodies stay where they are in it.

mod bodies;
mod exchange;

use std::collections::HashMap;
use std::io;
use std::sync::Arc;

use bytes::Bytes;
use mwscope_parsers::wire::{Again, Capture, Pair, Seen, Side, TcpFacts, Within};
use mwscope_parsers::{Problem, Span};

pub(super) use bodies::{CaptureBodies, Everywhere};

use super::content::Content;
use super::{Gatherer, Progress, Recorded, Wanted};
use crate::logs::Store;
use crate::model::{Body, Exchange, ExchangeId, SourceId, SourceKind, Stream, StreamId, TlsFacts, facts};
use bodies::BodyWriter;

/// How much is read from the file at a time.
const BLOCK: usize = 1 << 20;
/// What is recognised in a body is recognised in its first bytes, at most so many.
const LOOKED_INTO: u64 = 4 << 20;

/// An exchange whose end hasn't been seen.
struct Open {
    /// When it began, and how many had begun before: its place among the others.
    place: (i64, u32),
    request: BodyWriter,
    response: BodyWriter,
}

/// What is read of one capture.
struct Reading {
    source: SourceId,
    /// The number of the capture among those of the investigation.
    capture: u32,
    file: Arc<Store>,
    wanted: Wanted,
    spool: Arc<bodies::Decoded>,
    open: HashMap<(u32, Within), Open>,
    begun: u32,
    /// The exchanges, with their places and the exchange that each travelled in.
    done: Vec<Done>,
    streams: Vec<Stream>,
    troubles: HashMap<u32, Vec<String>>,
    problems: Vec<Problem>,
    packets: u64,
    stream_count: usize,
}

struct Done {
    place: (i64, u32),
    within: (u32, Within),
    tunnel: Option<Within>,
    exchange: Exchange,
}

impl Gatherer<'_> {
    /// Reads a capture.
    pub(super) fn capture(&mut self, shown: &str, content: Content) {
        let bytes = content.len();
        let file = match content.into_store() {
            Ok(file) => Arc::new(file),
            Err(error) => return self.say(shown, 0, format!("it can't be read: {error}"), "look at its permissions"),
        };
        let capture = u32::try_from(self.captures.len()).unwrap_or(u32::MAX);
        let mut reading = Reading::new(self.next_source(), capture, file, self.options.wanted);
        let progress = &mut self.progress;
        let read = reading.read(&self.options.secrets, |done| progress(Progress::Reading { path: shown, done, bytes }));
        if let Err(error) = read {
            self.say(shown, 0, format!("it can't be read to its end: {error}"), "look at the disk, and try again");
        }
        self.captures.push(CaptureBodies { file: Arc::clone(&reading.file), decoded: Arc::clone(&reading.spool) });
        self.captured(shown, bytes, reading);
    }

    fn captured(&mut self, shown: &str, bytes: u64, reading: Reading) {
        let (first_exchange, first_stream) = (self.next_exchange(), self.gathered.streams.len());
        let (packets, conversations) = (reading.packets, reading.stream_count);
        let (recorded, mut streams) = reading.finish(first_exchange);
        self.note_problems(shown, &recorded.problems);
        if conversations == 0 && recorded.problems.is_empty() {
            let what = format!("the capture holds no TCP in its {packets} packets");
            self.say(shown, 0, what, "capture again where the call passes, with TCP among what is captured");
        }
        for (n, stream) in streams.iter_mut().enumerate() {
            stream.id = StreamId(u32::try_from(first_stream + n).unwrap_or(u32::MAX));
        }
        // What a capture is asked for are exchanges; one without any still has its conversations, or packets.
        let items = match (recorded.exchanges.len(), conversations) {
            (0, 0) if packets == 0 => return,
            (0, 0) => packets,
            (exchanges, streams) => exchanges.max(streams) as u64,
        };
        self.add_source(shown, SourceKind::Capture, items, bytes);
        self.gathered.exchanges.reserve_exact(recorded.exchanges.len());
        self.gathered.exchanges.extend(recorded.exchanges);
        self.gathered.streams.extend(streams);
    }
}

impl Reading {
    fn new(source: SourceId, capture: u32, file: Arc<Store>, wanted: Wanted) -> Self {
        Self {
            source,
            capture,
            file,
            wanted,
            spool: Arc::default(),
            open: HashMap::new(),
            begun: 0,
            done: Vec::new(),
            streams: Vec::new(),
            troubles: HashMap::new(),
            problems: Vec::new(),
            packets: 0,
            stream_count: 0,
        }
    }

    fn read(&mut self, secrets: &mwscope_parsers::wire::Secrets, mut progress: impl FnMut(u64)) -> io::Result<()> {
        let file = Arc::clone(&self.file);
        let mut capture = Capture::new(secrets.clone());
        let (mut block, mut start, mut wanted) = (Vec::new(), 0_u64, BLOCK);
        loop {
            let at = start + block.len() as u64;
            let more = file.read(Span::new(at, wanted.max(BLOCK) as u64))?;
            if more.is_empty() {
                break;
            }
            block.extend_from_slice(&more);
            let mut again = Recent { file: &file, start, block: &block };
            let (used, wants) = capture.push(&block, &mut again, &mut |seen| self.seen(seen));
            wanted = wants.saturating_sub(block.len() - used);
            block.drain(..used);
            start += used as u64;
            progress(start);
        }
        let mut again = Recent { file: &file, start, block: &block };
        capture.finish(block.len(), &mut again, &mut |seen| self.seen(seen));
        self.packets = capture.counts().packets;
        Ok(())
    }

    fn seen(&mut self, seen: Seen<'_>) {
        match seen {
            Seen::Begins { .. } | Seen::Body { .. } | Seen::Ends { .. } if self.wanted == Wanted::Streams => {}
            Seen::Begins { within, at, tcp } => {
                let place = (at, self.begun);
                self.begun += 1;
                let (request, response) = (BodyWriter::default(), BodyWriter::default());
                self.open.insert((tcp.number, within), Open { place, request, response });
            }
            Seen::Body { within, side, bytes, from, tcp } => {
                let Some(open) = self.open.get_mut(&(tcp.number, within)) else { return };
                let body = if side == Side::Client { &mut open.request } else { &mut open.response };
                body.take(bytes, from, &self.spool);
            }
            Seen::Ends { within, pair, around, tcp } => {
                let Some(open) = self.open.remove(&(tcp.number, within)) else { return };
                let exchange = self.exchange(&pair, &open.request, &open.response, around.secure, within, tcp);
                let within = (tcp.number, within);
                self.done.push(Done { place: open.place, within, tunnel: around.tunnel, exchange });
            }
            Seen::Closed { .. } if self.wanted == Wanted::Lines => self.stream_count += 1,
            Seen::Closed { tcp, protocols, facts } => {
                self.stream_count += 1;
                let troubles = self.troubles.remove(&tcp.number).unwrap_or_default();
                let id = StreamId(tcp.number);
                self.streams.push(Stream { id, source: self.source, tcp: tcp.clone(), protocols, facts, troubles });
            }
            Seen::Trouble { tcp, what } => {
                let troubles = self.troubles.entry(tcp.number).or_default();
                if troubles.len() < 16 && !troubles.contains(&what) {
                    troubles.push(what);
                }
            }
            Seen::Problem(problem) => self.problems.push(problem),
        }
    }

    fn exchange(
        &self,
        pair: &Pair,
        request: &BodyWriter,
        response: &BodyWriter,
        secure: bool,
        within: Within,
        tcp: &TcpFacts,
    ) -> Exchange {
        let asked = request.looked_into(LOOKED_INTO, &self.file, &self.spool);
        let answered = response.looked_into(LOOKED_INTO, &self.file, &self.spool);
        let bodies = [request.body(self.capture, &self.spool), response.body(self.capture, &self.spool)];
        let mut exchange = exchange::exchange(pair, bodies, secure, within, tcp, self.source);
        let decode = |body: &Body, bytes: Bytes| crate::model::coding::decode(body, &bytes).bytes;
        let asked = decode(&exchange.request.body, asked);
        let answered = exchange.response.as_ref().map(|response| decode(&response.body, answered)).unwrap_or_default();
        exchange.call = facts::call_with(&exchange, &asked, &answered);
        if self.wanted == Wanted::Lines {
            exchange::keep_line(&mut exchange);
        }
        exchange
    }

    /// Puts exchanges and conversations in order, with ids from `first` on.
    fn finish(mut self, first: ExchangeId) -> (Recorded, Vec<Stream>) {
        self.streams.sort_by_key(|stream| stream.tcp.number);
        self.done.sort_by_key(|done| done.place);
        let id = |index: usize| ExchangeId(first.0.saturating_add(u32::try_from(index).unwrap_or(u32::MAX)));
        let ids: HashMap<_, _> = self.done.iter().enumerate().map(|(index, done)| (done.within, id(index))).collect();
        let tls: HashMap<u32, TlsFacts> =
            self.streams.iter().filter_map(|stream| Some((stream.tcp.number, exchange::tls(stream)?))).collect();
        let mut recorded = Recorded { problems: self.problems, ..Recorded::default() };
        for (index, done) in self.done.into_iter().enumerate() {
            let Done { within, tunnel, mut exchange, .. } = done;
            exchange.id = id(index);
            exchange.index = u32::try_from(index).unwrap_or(u32::MAX);
            let tunnel = tunnel.and_then(|tunnel| ids.get(&(within.0, tunnel)));
            exchange.tunnel = tunnel.map(ToString::to_string);
            exchange.tls = tls.get(&within.0).filter(|_| exchange.url.starts_with("https:")).cloned();
            recorded.exchanges.push(exchange);
        }
        (recorded.finish(), self.streams)
    }
}

/// The file, and the part of it that is at hand.
struct Recent<'a> {
    file: &'a Store,
    start: u64,
    block: &'a [u8],
}

impl Again for Recent<'_> {
    fn read(&mut self, from: u64, len: usize, into: &mut Vec<u8>) -> bool {
        into.clear();
        let at_hand = from.checked_sub(self.start).and_then(|at| self.block.get(usize::try_from(at).ok()?..));
        if let Some(bytes) = at_hand.and_then(|bytes| bytes.get(..len)) {
            into.extend_from_slice(bytes);
            return true;
        }
        let Ok(bytes) = self.file.read(Span::new(from, len as u64)) else { return false };
        into.extend_from_slice(&bytes);
        bytes.len() == len
    }
}

#[cfg(test)]
mod tests;
