//! TCP conversations: segments in as they were captured, pieces of both directions out in the order in which the ends
//! can have seen them. Frames that were lost on the wire and came again, came twice, out of order or never, are sorted
//! out here (RFC 9293).
//!
//! A side's bytes wait until what it had acknowledged of the other side was given out: whoever reads the pieces sees
//! a request before its response even where the capture has them the other way round. Bytes that wait are kept as
//! places in the file, so that memory doesn't grow with them.

mod conversation;
mod direction;
mod facts;
mod past;
mod segment;

use std::collections::{HashMap, VecDeque};
use std::hash::{Hash, Hasher};
use std::net::{IpAddr, SocketAddr};

use super::flow::{End, Piece, Side};
use conversation::Conversation;
pub use facts::{Ends, TcpFacts};
use past::Past;
pub(super) use segment::Segment;

/// How many conversations may stay open behind their end, for packets that come late.
const LINGERING: usize = 256;
/// How long they stay open; nanoseconds.
const LINGER_NS: i64 = 2_000_000_000;

/// Bytes of the capture file that are wanted a second time.
pub trait Again {
    /// Reads `len` bytes at offset `from` of the capture file into `into`, replacing what is there; false where they
    /// can't be read any more.
    fn read(&mut self, from: u64, len: usize, into: &mut Vec<u8>) -> bool;
}

/// Who takes the pieces of conversations. `H` is what it keeps for each of them while it is open.
pub(super) trait Handler<H> {
    /// What to keep for a new conversation.
    fn opened(&mut self, facts: &TcpFacts) -> H;
    /// The next piece.
    fn piece(&mut self, kept: &mut H, facts: &TcpFacts, side: Side, piece: Piece<'_>);
    /// Nothing more comes; both ends have ended.
    fn closed(&mut self, kept: H, facts: &TcpFacts);
}

/// All conversations of a capture.
#[derive(Debug)]
pub(super) struct Conversations<H> {
    /// The last conversation on each pair of ends.
    by_ends: HashMap<Key, Last>,
    /// The ends of the last segment, and its conversation's place: segments come in trains.
    recent: Option<([SocketAddr; 2], usize)>,
    /// Those that are open, and places that are free.
    open: Vec<Option<Conversation<H>>>,
    free: Vec<usize>,
    lingering: VecDeque<(i64, usize, u32)>,
    /// Conversations so far; the next one's number.
    count: u32,
}

/// The last conversation on a pair of ends.
#[derive(Debug)]
enum Last {
    /// Its place among those that are open.
    Open(usize),
    /// It is closed. There may be millions of these.
    Past(Past),
}

/// Both ends, the lower first: address and port of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Key([u8; 36]);

impl Hash for Key {
    fn hash<S: Hasher>(&self, state: &mut S) {
        state.write(&self.0);
    }
}

impl Key {
    pub(super) fn of(a: SocketAddr, b: SocketAddr) -> Self {
        let plain = |end: SocketAddr| match end.ip() {
            IpAddr::V4(ip) => (u128::from(ip.to_bits()), end.port()),
            IpAddr::V6(ip) => (ip.to_bits(), end.port()),
        };
        let (a, b) = (plain(a), plain(b));
        let mut both = [0; 36];
        for ((ip, port), bytes) in [a.min(b), a.max(b)].into_iter().zip(both.chunks_exact_mut(18)) {
            bytes[..16].copy_from_slice(&ip.to_be_bytes());
            bytes[16..].copy_from_slice(&port.to_be_bytes());
        }
        Self(both)
    }
}

impl<H> Conversations<H> {
    pub(super) fn new() -> Self {
        Self {
            by_ends: HashMap::new(),
            recent: None,
            open: Vec::new(),
            free: Vec::new(),
            lingering: VecDeque::new(),
            count: 0,
        }
    }

    /// How many there were so far.
    pub(super) fn count(&self) -> u32 {
        self.count
    }

    /// Takes the next captured segment.
    pub(super) fn segment(&mut self, segment: &Segment<'_>, again: &mut dyn Again, handler: &mut dyn Handler<H>) {
        self.let_go(segment.at, again, handler);
        let ends = [segment.from, segment.to];
        let key = || Key::of(segment.from, segment.to);
        let open = match self.recent {
            Some((known, index)) if known == ends || known == [segment.to, segment.from] => Some(index),
            _ => match self.by_ends.get_mut(&key()) {
                Some(Last::Past(past)) if !past.is_new(segment) => return past.note(segment),
                Some(Last::Open(index)) => Some(*index),
                Some(Last::Past(_)) | None => None,
            },
        };
        let index = match open {
            Some(index) => {
                if let Some(old) = self.open[index].as_mut().filter(|old| old.is_new(segment)) {
                    old.finish(End::Cut, segment.at, again, handler);
                    self.open[index] = Some(self.begin(segment, handler));
                }
                index
            }
            None => {
                let fresh = Some(self.begin(segment, handler));
                let index = self.free.pop().unwrap_or(self.open.len());
                if index == self.open.len() {
                    self.open.push(fresh);
                } else {
                    self.open[index] = fresh;
                }
                self.by_ends.insert(key(), Last::Open(index));
                index
            }
        };
        self.recent = Some((ends, index));
        let Some(conversation) = &mut self.open[index] else { return };
        let was_over = conversation.is_over();
        conversation.segment(segment, again, handler);
        if conversation.is_over() && !was_over {
            self.lingering.push_back((segment.at, index, conversation.facts.number));
        }
    }

    /// The capture has ended.
    pub(super) fn finish(&mut self, again: &mut dyn Again, handler: &mut dyn Handler<H>) {
        let mut open: Vec<_> = self.open.iter_mut().flatten().collect();
        open.sort_by_key(|conversation| conversation.facts.number);
        for conversation in open {
            let at = conversation.facts.last;
            conversation.finish(End::Cut, at, again, handler);
        }
    }

    fn begin(&mut self, segment: &Segment<'_>, handler: &mut dyn Handler<H>) -> Conversation<H> {
        let facts = TcpFacts::new(self.count, segment);
        self.count = self.count.saturating_add(1);
        let kept = handler.opened(&facts);
        Conversation::new(facts, kept)
    }

    /// Closes conversations that are long enough behind their end.
    fn let_go(&mut self, now: i64, again: &mut dyn Again, handler: &mut dyn Handler<H>) {
        while let Some((at, index, number)) = self.lingering.front().copied() {
            if self.lingering.len() <= LINGERING && now.saturating_sub(at) < LINGER_NS {
                return;
            }
            self.lingering.pop_front();
            let Some(place) = self.open.get_mut(index) else { continue };
            if let Some(mut conversation) = place.take_if(|found| found.facts.number == number) {
                conversation.finish(End::Cut, at, again, handler);
                let ends = conversation.facts.ends;
                self.by_ends.insert(Key::of(ends.client, ends.server), Last::Past(conversation.into()));
                self.recent = self.recent.filter(|(_, recent)| *recent != index);
                self.free.push(index);
            }
        }
    }
}

#[cfg(test)]
mod tests;
