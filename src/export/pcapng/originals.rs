//! Exchanges that came out of packet captures, as the packets that were captured: those of their conversations, with the
//! times, link types and lengths that they had, and the secrets that open them. Nothing in them is masked.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use mwscope_parsers::wire::{Sieve, Sifted, Window};
use mwscope_parsers::{Span, hex};

use super::{Capture, FORMAT, blocks};
use crate::export::{Out, Sink, Told};
use crate::model::{Exchange, ExchangeId, Gathered, SourceId, SourceKind, Stream, StreamId};

/// Which exchanges are written as their original packets.
#[derive(Debug, Default)]
pub struct Originals {
    exchanges: BTreeSet<ExchangeId>,
    /// The conversations of each capture.
    streams: BTreeMap<SourceId, BTreeSet<StreamId>>,
    /// The key logs that the user gave.
    key_log: Vec<u8>,
}

impl Originals {
    /// The format that packets are written in.
    pub const FORMAT: &str = FORMAT.name;

    /// All exchanges whose packets are at hand.
    #[must_use]
    pub fn of(gathered: &Gathered, key_log: &[u8]) -> Self {
        let mut all = Self { key_log: key_log.to_vec(), ..Self::default() };
        let captures = gathered.sources.iter().filter(|source| source.kind == SourceKind::Capture);
        let at_hand = captures.filter(|source| gathered.bodies.captured(source.id, Span::new(0, 1)).is_ok());
        let at_hand: BTreeSet<SourceId> = at_hand.map(|source| source.id).collect();
        for exchange in gathered.exchanges.iter().filter(|exchange| at_hand.contains(&exchange.source)) {
            if let Some(stream) = gathered.stream_of(exchange) {
                all.exchanges.insert(exchange.id);
                all.streams.entry(exchange.source).or_default().insert(stream.id);
            }
        }
        all
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.exchanges.is_empty()
    }

    /// Whether the exchange is one of them.
    #[must_use]
    pub fn has(&self, exchange: &Exchange) -> bool {
        self.exchanges.contains(&exchange.id)
    }

    /// Writes their packets; what takes the exchanges of other sources stands behind them.
    ///
    /// # Errors
    /// When writing fails, or a capture can't be read any more.
    pub fn begin(&self, out: Box<dyn Out>, gathered: &Gathered, told: &mut Told) -> io::Result<Box<dyn Sink>> {
        let mut capture = Capture::begin_with(out, blocks::Packets::Captured)?;
        let mut interfaces = 1;
        for (source, streams) in &self.streams {
            let streams: Vec<&Stream> = streams.iter().filter_map(|id| gathered.stream(*id)).collect();
            let mut packets =
                Packets { secrets: Secrets::of(&streams), links: BTreeMap::new(), interfaces, opened: BTreeSet::new() };
            packets.key_log(&mut capture, &self.key_log)?;
            let mut sieve = Sieve::new(streams.iter().map(|stream| &stream.tcp));
            each(gathered, *source, &mut sieve, &mut |sifted| match sifted {
                Sifted::KeyLog(text) => packets.key_log(&mut capture, text),
                Sifted::Frame(frame) => {
                    let interface = packets.interface(&mut capture, frame.link)?;
                    capture.write(&blocks::captured(interface, &frame))
                }
            })?;
            interfaces = packets.interfaces;
            for exchange in gathered.exchanges.iter().filter(|x| x.source == *source && self.has(x)) {
                told.exchange(exchange, &[]);
                told.say(exchange, "written as captured: all packets of the conversation that it was in, in clear");
                let random = gathered.stream_of(exchange).and_then(|stream| randoms(stream).next());
                if exchange.url.starts_with("https:") && random.is_some_and(|random| !packets.opened.contains(&random))
                {
                    told.say(
                        exchange,
                        "the keys of its TLS are no lines of a key log, and have to be handed on beside it",
                    );
                }
            }
        }
        Ok(Box::new(capture))
    }
}

/// Shows a capture to the sieve, piece by piece.
fn each(
    gathered: &Gathered,
    source: SourceId,
    sieve: &mut Sieve,
    take: &mut dyn FnMut(Sifted<'_>) -> io::Result<()>,
) -> io::Result<()> {
    let mut window = Window::default();
    let read = |at, into: &mut [u8]| {
        let there = gathered.bodies.captured(source, Span::new(at, into.len() as u64))?;
        into[..there.len()].copy_from_slice(&there);
        Ok::<usize, io::Error>(there.len())
    };
    let mut failed = None;
    while window.fill(read)? {
        let taken = sieve.push(window.bytes(), &mut |sifted| {
            if failed.is_none() {
                failed = take(sifted).err();
            }
        });
        if let Some(error) = failed {
            return Err(error);
        }
        window.took(taken);
    }
    Ok(())
}

/// What a capture needs in the file.
struct Packets {
    secrets: Secrets,
    /// The interface of each link type.
    links: BTreeMap<u16, u32>,
    interfaces: u32,
    /// The connections whose keys were written.
    opened: BTreeSet<String>,
}

impl Packets {
    fn interface(&mut self, capture: &mut Capture, link: u16) -> io::Result<u32> {
        if let Some(interface) = self.links.get(&link) {
            return Ok(*interface);
        }
        capture.write(&blocks::captured_interface(link))?;
        let interface = self.interfaces;
        self.interfaces += 1;
        self.links.insert(link, interface);
        Ok(interface)
    }

    /// Writes the lines of a key log that open one of the conversations, and no others.
    fn key_log(&mut self, capture: &mut Capture, text: &[u8]) -> io::Result<()> {
        let lines = text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
        let mut own = Vec::new();
        for line in lines {
            if let Some(random) = self.secrets.opens(line) {
                self.opened.insert(random);
                own.extend_from_slice(line);
                own.push(b'\n');
            }
        }
        if own.is_empty() { Ok(()) } else { capture.write(&blocks::secrets(&own)) }
    }
}

/// By what key logs name connections.
struct Secrets {
    randoms: BTreeSet<String>,
}

impl Secrets {
    fn of(streams: &[&Stream]) -> Self {
        Self { randoms: streams.iter().flat_map(|stream| randoms(stream)).collect() }
    }

    /// The connection that the line opens, `LABEL RANDOM SECRET`.
    fn opens(&self, line: &[u8]) -> Option<String> {
        let random = std::str::from_utf8(line).ok()?.split_ascii_whitespace().nth(1)?.to_ascii_lowercase();
        self.randoms.contains(&random).then_some(random)
    }
}

fn randoms(stream: &Stream) -> impl Iterator<Item = String> {
    let hellos = stream.facts.iter().filter_map(|facts| facts.tls.as_ref()?.client_hello.as_ref());
    hellos.map(|hello| hex::text(&hello.random))
}
