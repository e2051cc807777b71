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
mod segment;

use std::collections::{HashMap, VecDeque};
use std::net::{IpAddr, SocketAddr};

use super::flow::{End, Piece, Side};
use conversation::Conversation;
pub use facts::{Ends, TcpFacts};
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
    by_ends: HashMap<Key, usize>,
    /// The last conversation on each pair of ends; those behind their end keep only facts.
    all: Vec<Conversation<H>>,
    free: Vec<usize>,
    lingering: VecDeque<(i64, usize, u32)>,
    /// Conversations so far; the next one's number.
    count: u32,
}

/// Both ends, the lower first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    addresses: [u128; 2],
    ports: [u16; 2],
}

impl Key {
    pub(super) fn of(a: SocketAddr, b: SocketAddr) -> Self {
        let plain = |end: SocketAddr| match end.ip() {
            IpAddr::V4(ip) => (u128::from(u32::from(ip)), end.port()),
            IpAddr::V6(ip) => (u128::from(ip), end.port()),
        };
        let (mut a, mut b) = (plain(a), plain(b));
        if b < a {
            std::mem::swap(&mut a, &mut b);
        }
        Self { addresses: [a.0, b.0], ports: [a.1, b.1] }
    }
}

impl<H> Conversations<H> {
    pub(super) fn new() -> Self {
        Self { by_ends: HashMap::new(), all: Vec::new(), free: Vec::new(), lingering: VecDeque::new(), count: 0 }
    }

    /// How many there were so far.
    pub(super) fn count(&self) -> u32 {
        self.count
    }

    /// Takes the next captured segment.
    pub(super) fn segment(&mut self, segment: &Segment<'_>, again: &mut dyn Again, handler: &mut dyn Handler<H>) {
        self.let_go(segment.at, again, handler);
        let key = Key::of(segment.from, segment.to);
        let index = match self.by_ends.get(&key) {
            Some(index) if !self.all[*index].is_new(segment) => *index,
            Some(index) => {
                let index = *index;
                self.all[index].finish(End::Cut, segment.at, again, handler);
                self.all[index] = self.open(segment, handler);
                index
            }
            None => {
                let fresh = self.open(segment, handler);
                let index = self.free.pop().unwrap_or(self.all.len());
                if index == self.all.len() {
                    self.all.push(fresh);
                } else {
                    self.all[index] = fresh;
                }
                self.by_ends.insert(key, index);
                index
            }
        };
        let conversation = &mut self.all[index];
        let was_over = conversation.is_over();
        conversation.segment(segment, again, handler);
        if conversation.is_over() && !was_over {
            self.lingering.push_back((segment.at, index, conversation.facts.number));
        }
    }

    /// The capture has ended.
    pub(super) fn finish(&mut self, again: &mut dyn Again, handler: &mut dyn Handler<H>) {
        let mut open: Vec<_> = self.all.iter_mut().filter(|conversation| conversation.is_open()).collect();
        open.sort_by_key(|conversation| conversation.facts.number);
        for conversation in open {
            let at = conversation.facts.last;
            conversation.finish(End::Cut, at, again, handler);
        }
    }

    fn open(&mut self, segment: &Segment<'_>, handler: &mut dyn Handler<H>) -> Conversation<H> {
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
            if let Some(conversation) = self.all.get_mut(index).filter(|found| found.facts.number == number) {
                conversation.finish(End::Cut, at, again, handler);
            }
        }
    }
}

#[cfg(test)]
mod tests;
