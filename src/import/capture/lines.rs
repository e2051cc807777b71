//! The exchanges of a capture for a listing: of each one what a line says, packed, so that millions have room. They are
//! unpacked one after the other, as often as somebody goes through them.

use std::collections::{HashMap, HashSet};

use mwscope_parsers::wire::Within;

use super::makers::Done;
use super::pack;
use crate::import::{Options, Progress, Wanted, finish, gather_all};
use crate::model::{Exchange, ExchangeId, Gathered, SourceId, SourceProblem, challenge};

/// How many bytes are packed together at most before the next block begins.
const BLOCK: usize = 64 << 10;

/// The exchanges of one capture, in the order in which they began.
#[derive(Debug)]
pub struct Lines {
    source: SourceId,
    first: ExchangeId,
    packed: Packed,
    /// Of the exchanges that travelled in others, by place: which one.
    tunnels: HashMap<usize, ExchangeId>,
}

impl Lines {
    /// Puts packed exchanges in order, with ids from `first` on.
    pub(super) fn new(source: SourceId, first: ExchangeId, mut packed: Packed) -> Self {
        packed.places.sort_unstable_by_key(|place| (place.at, place.begun));
        let mut lines = Self { source, first, packed, tunnels: HashMap::new() };
        if !lines.packed.inside.is_empty() {
            lines.find_tunnels();
        }
        lines
    }

    /// Few travel in others, and only those that these travel in are looked for.
    fn find_tunnels(&mut self) {
        let inside = std::mem::take(&mut self.packed.inside);
        let outer: HashSet<_> = inside.values().copied().collect();
        let named = self.packed.places.iter().enumerate().filter_map(|(at, place)| {
            let within = self.packed.within(place).filter(|within| outer.contains(within))?;
            Some((within, self.id(at)))
        });
        let named: HashMap<_, _> = named.collect();
        let found = self.packed.places.iter().enumerate().filter_map(|(at, place)| {
            let outer = inside.get(&place.begun)?;
            Some((at, *named.get(outer)?))
        });
        self.tunnels = found.collect();
    }

    fn id(&self, at: usize) -> ExchangeId {
        ExchangeId(self.first.0.saturating_add(u32::try_from(at).unwrap_or(u32::MAX)))
    }

    /// The capture.
    #[must_use]
    pub fn source(&self) -> SourceId {
        self.source
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.packed.places.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.packed.places.is_empty()
    }

    /// The id behind the last one's.
    pub(in crate::import) fn next(&self) -> ExchangeId {
        self.id(self.len())
    }

    /// The exchanges, with what a listing says of them and nothing else.
    pub fn iter(&self) -> impl Iterator<Item = Exchange> {
        self.part(0, self.len())
    }

    /// Of the exchanges that [`Self::iter`] gives, `count` from that place on.
    pub fn part(&self, from: usize, count: usize) -> impl Iterator<Item = Exchange> {
        // Whether one is a challenge is told by those behind it alone.
        let behind = self.packed.places.iter().enumerate().skip(from);
        let unpacked = behind.filter_map(|(at, place)| {
            let mut exchange = pack::unpack(self.packed.at(place)?.1, self.source)?;
            exchange.id = self.id(at);
            exchange.index = u32::try_from(at).unwrap_or(u32::MAX);
            exchange.tunnel = self.tunnels.get(&at).map(ToString::to_string);
            Some(exchange)
        });
        challenge::marked(unpacked).take(count)
    }
}

/// Reads what the paths lead to as [`crate::import::gather`] does, with what a listing says of the exchanges of captures beside it
/// rather than in it.
///
/// # Errors
/// As [`crate::import::gather`].
pub fn listed(
    paths: &[String],
    options: &Options,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<(Gathered, Vec<Lines>), SourceProblem> {
    let options = Options { wanted: Wanted::Lines, ..options.clone() };
    let mut gatherer = gather_all(paths, &options, progress, None, false)?;
    let lines = std::mem::take(&mut gatherer.lines);
    Ok((finish(gatherer), lines))
}

/// Packed exchanges, in no particular order.
#[derive(Debug, Default)]
pub(super) struct Packed {
    blocks: Vec<Box<[u8]>>,
    /// The block that is being filled.
    filling: Vec<u8>,
    places: Vec<Place>,
    /// By how many had begun before: the exchange that it travelled in.
    inside: HashMap<u32, (u32, Within)>,
}

/// Where an exchange stands.
#[derive(Clone, Copy, Debug)]
struct Place {
    /// When it began, and how many had begun before.
    at: i64,
    begun: u32,
    block: u32,
    offset: u32,
}

impl Packed {
    pub(super) fn add(&mut self, done: &Done) {
        if self.filling.len() >= BLOCK {
            self.close();
        }
        let (at, begun) = done.place;
        let block = u32::try_from(self.blocks.len()).unwrap_or(u32::MAX);
        let offset = u32::try_from(self.filling.len()).unwrap_or(u32::MAX);
        self.places.push(Place { at, begun, block, offset });
        if let Some(tunnel) = done.tunnel {
            self.inside.insert(begun, (done.within.0, tunnel));
        }
        let (conversation, Within { layer, number }) = done.within;
        self.filling.extend(conversation.to_le_bytes());
        self.filling.extend(layer.to_le_bytes());
        self.filling.extend(number.to_le_bytes());
        pack::pack(&done.exchange, &mut self.filling);
    }

    fn close(&mut self) {
        if !self.filling.is_empty() {
            self.blocks.push(self.filling.as_slice().into());
            self.filling.clear();
        }
    }

    /// Takes what another thread packed.
    pub(super) fn append(&mut self, mut other: Self) {
        self.close();
        other.close();
        let before = u32::try_from(self.blocks.len()).unwrap_or(u32::MAX);
        let places = other.places.into_iter();
        self.places.extend(places.map(|place| Place { block: place.block.saturating_add(before), ..place }));
        self.blocks.append(&mut other.blocks);
        self.inside.extend(other.inside);
    }

    /// The name of the exchange in the capture, and it itself with those behind it.
    fn at(&self, place: &Place) -> Option<([u8; 10], &[u8])> {
        let block = self.blocks.get(place.block as usize).map_or(&self.filling[..], |block| &block[..]);
        let (within, packed) = block.get(place.offset as usize..)?.split_first_chunk()?;
        Some((*within, packed))
    }

    fn within(&self, place: &Place) -> Option<(u32, Within)> {
        let [a, b, c, d, e, f, g, h, i, j] = self.at(place)?.0;
        let within = Within { layer: u16::from_le_bytes([e, f]), number: u32::from_le_bytes([g, h, i, j]) };
        Some((u32::from_le_bytes([a, b, c, d]), within))
    }
}
