//! Packet captures: conversations, and the exchanges in them, as any other recording gives. What the packets say is
//! found in `parsers::wire`; here the file is read, and bodies stay where they are in it.

mod bodies;
mod exchange;
mod lines;
mod makers;
mod pack;

use std::collections::{HashMap, HashSet};
use std::io;
use std::sync::Arc;

use mwscope_parsers::wire::{Again, Capture, Seen, Side, Window, Within};
use mwscope_parsers::{Problem, Span};

pub(super) use bodies::{CaptureBodies, Everywhere};
pub use lines::{Lines, listed};

use super::content::Content;
use super::{Gatherer, Progress, Recorded, Wanted};
use crate::logs::Store;
use crate::model::{ExchangeId, SourceId, SourceKind, Stream, StreamId, TlsFacts};
use bodies::BodyWriter;
use makers::{Done, Ended, Made, Maker, Makers, Spare};

/// An exchange whose end hasn't been seen.
struct Open {
    /// When it began, and how many had begun before: its place among the others.
    place: (i64, u32),
    request: BodyWriter,
    response: BodyWriter,
}

/// What is read of one capture.
struct Reading {
    makers: Makers,
    open: HashMap<(u32, Within), Open>,
    begun: u32,
    streams: Vec<Stream>,
    troubles: HashMap<u32, Vec<String>>,
    problems: Vec<Problem>,
    packets: u64,
    stream_count: usize,
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
        let maker = reading.makers.maker();
        self.captures.push(CaptureBodies {
            source: maker.source,
            file: Arc::clone(&maker.file),
            decoded: Arc::clone(&maker.spool),
        });
        self.captured(shown, bytes, reading);
    }

    fn captured(&mut self, shown: &str, bytes: u64, reading: Reading) {
        let (first_exchange, first_stream) = (self.next_exchange(), self.gathered.streams.len());
        let (packets, conversations) = (reading.packets, reading.stream_count);
        let (recorded, lines, mut streams) = reading.finish(first_exchange);
        self.note_problems(shown, &recorded.problems);
        if conversations == 0 && recorded.problems.is_empty() {
            let what = format!("the capture holds no TCP in its {packets} packets");
            self.say(shown, 0, what, "capture again where the call passes, with TCP among what is captured");
        }
        for (n, stream) in streams.iter_mut().enumerate() {
            stream.id = StreamId(u32::try_from(first_stream + n).unwrap_or(u32::MAX));
        }
        // What a capture is asked for are exchanges; one without any still has its conversations, or packets.
        let items = match (recorded.exchanges.len() + lines.len(), conversations) {
            (0, 0) if packets == 0 => return,
            (0, 0) => packets,
            (exchanges, streams) => exchanges.max(streams) as u64,
        };
        self.add_source(shown, SourceKind::Capture, items, bytes);
        if self.gathered.exchanges.is_empty() {
            self.gathered.exchanges = recorded.exchanges;
        } else {
            self.gathered.exchanges.extend(recorded.exchanges);
        }
        self.gathered.streams.extend(streams);
        if !lines.is_empty() {
            self.lines.push(lines);
        }
    }
}

impl Reading {
    fn new(source: SourceId, capture: u32, file: Arc<Store>, wanted: Wanted) -> Self {
        Self {
            makers: Makers::new(Maker {
                source,
                capture,
                file,
                wanted,
                spool: Arc::default(),
                spare: Spare::default(),
            }),
            open: HashMap::new(),
            begun: 0,
            streams: Vec::new(),
            troubles: HashMap::new(),
            problems: Vec::new(),
            packets: 0,
            stream_count: 0,
        }
    }

    fn read(&mut self, secrets: &mwscope_parsers::wire::Secrets, mut progress: impl FnMut(u64)) -> io::Result<()> {
        let file = Arc::clone(&self.makers.maker().file);
        let mut capture = Capture::new(secrets.clone());
        let mut window = Window::default();
        while window.fill(|at, into| file.fill(at, into))? {
            let mut again = Recent { file: &file, window: &window };
            let taken = capture.push(window.bytes(), &mut again, &mut |seen| self.seen(seen));
            window.took(taken);
            progress(window.start());
        }
        let mut again = Recent { file: &file, window: &window };
        capture.finish(window.bytes().len(), &mut again, &mut |seen| self.seen(seen));
        self.packets = capture.counts().packets;
        Ok(())
    }

    fn seen(&mut self, seen: Seen<'_>) {
        let wanted = self.makers.maker().wanted;
        match seen {
            Seen::Begins { .. } | Seen::Body { .. } | Seen::Ends { .. } if wanted == Wanted::Streams => {}
            Seen::Begins { within, at, tcp } => {
                let place = (at, self.begun);
                self.begun += 1;
                let [request, response] = self.makers.bodies();
                self.open.insert((tcp.number, within), Open { place, request, response });
            }
            Seen::Body { within, side, bytes, from, tcp } => {
                let Some(open) = self.open.get_mut(&(tcp.number, within)) else { return };
                let body = if side == Side::Client { &mut open.request } else { &mut open.response };
                body.take(bytes, from, &self.makers.maker().spool);
            }
            Seen::Ends { within, pair, around, tcp } => {
                let within = (tcp.number, within);
                let Some(Open { place, request, response }) = self.open.remove(&within) else { return };
                let (tunnel, secure, tcp) = (around.tunnel, around.secure, tcp.clone());
                self.makers.take(Ended { place, within, tunnel, pair, request, response, secure, tcp });
            }
            Seen::Closed { .. } if wanted == Wanted::Lines => self.stream_count += 1,
            Seen::Closed { tcp, protocols, facts } => {
                self.stream_count += 1;
                let troubles = self.troubles.remove(&tcp.number).unwrap_or_default();
                let id = StreamId(tcp.number);
                self.streams.push(Stream {
                    id,
                    source: self.makers.maker().source,
                    tcp: tcp.clone(),
                    protocols,
                    facts,
                    written: serde_json::Map::new(),
                    troubles,
                });
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

    /// Puts exchanges and conversations in order, with ids from `first` on.
    fn finish(mut self, first: ExchangeId) -> (Recorded, Lines, Vec<Stream>) {
        self.streams.sort_by_key(|stream| stream.tcp.number);
        let source = self.makers.maker().source;
        let Made { whole: mut all, lines } = self.makers.finish();
        let lines = Lines::new(source, first, lines);
        all.sort_unstable_by_key(|done| done.place);
        let id = |index: usize| ExchangeId(first.0.saturating_add(u32::try_from(index).unwrap_or(u32::MAX)));
        // Few travel in others, and only those are looked for.
        let outer: HashSet<_> = all.iter().filter_map(|done| Some((done.within.0, done.tunnel?))).collect();
        let ids = all.iter().enumerate().filter(|(_, done)| outer.contains(&done.within));
        let ids: HashMap<_, _> = ids.map(|(index, done)| (done.within, id(index))).collect();
        let tls: HashMap<u32, TlsFacts> =
            self.streams.iter().filter_map(|stream| Some((stream.tcp.number, exchange::tls(stream)?))).collect();
        let mut recorded = Recorded { problems: self.problems, ..Recorded::default() };
        recorded.exchanges.reserve_exact(all.len());
        for (index, done) in all.into_iter().enumerate() {
            let Done { within, tunnel, mut exchange, .. } = done;
            exchange.id = id(index);
            exchange.index = u32::try_from(index).unwrap_or(u32::MAX);
            let tunnel = tunnel.and_then(|tunnel| ids.get(&(within.0, tunnel)));
            exchange.tunnel = tunnel.map(ToString::to_string);
            exchange.tls = tls.get(&within.0).filter(|_| exchange.url.starts_with("https:")).cloned();
            recorded.exchanges.push(*exchange);
        }
        (recorded.finish(), lines, self.streams)
    }
}

/// The file, and the part of it that is at hand.
struct Recent<'a> {
    file: &'a Store,
    window: &'a Window,
}

impl Again for Recent<'_> {
    fn read(&mut self, from: u64, len: usize, into: &mut Vec<u8>) -> bool {
        into.clear();
        let at = from.checked_sub(self.window.start()).and_then(|at| usize::try_from(at).ok());
        let at_hand = at.and_then(|at| self.window.bytes().get(at..));
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
