//! One TCP conversation: who is the client, what is given out when, and when it is over.

use super::direction::{Direction, NOTHING, Taken};
use super::past::Past;
use super::{Again, Handler, Segment, TcpFacts};
use crate::wire::flow::{End, Piece, Side};
use crate::wire::guess;

/// How many packets of a conversation may follow before acknowledged bytes count as not captured, and how long it
/// may take. Captures mix up the order of packets by no more than a few.
const PATIENCE: (i64, u64) = (1_000_000_000, 64);
/// How many packets may come before the client is taken to be who sent the first.
const UNDECIDED: u64 = 32;
/// A hole that is filled sooner was packets out of order, not one that was sent again, where no round trip is known.
const REORDERED_NS: u64 = 3_000_000;

#[derive(Debug)]
pub(super) struct Conversation<H> {
    pub facts: TcpFacts,
    /// Whether it is known which end is the client; until then `facts` take the first sender for it.
    decided: bool,
    /// A FIN or RST was seen: a SYN begins a new conversation.
    ending: bool,
    /// The numbers of the last bytes seen, to know packets that come late.
    newest: [u32; 2],
    /// Those of the first bytes, once it is closed.
    first: [Option<u32>; 2],
    /// What is needed until it is closed.
    open: Option<Box<Open<H>>>,
}

#[derive(Debug)]
struct Open<H> {
    kept: H,
    /// The client's and the server's.
    directions: [Direction; 2],
    ended: [bool; 2],
    packets: u64,
}

impl<H> Conversation<H> {
    pub(super) fn new(facts: TcpFacts, kept: H) -> Self {
        let open = Open { kept, directions: <[Direction; 2]>::default(), ended: [false; 2], packets: 0 };
        Self { facts, decided: false, ending: false, newest: [0; 2], first: [None; 2], open: Some(Box::new(open)) }
    }

    /// Whether both ends have said that it is over.
    pub(super) fn is_over(&self) -> bool {
        let Some(open) = &self.open else { return true };
        self.facts.reset.is_some() || open.directions.iter().all(Direction::is_at_fin)
    }

    /// Whether a segment on these ports belongs to a new conversation.
    pub(super) fn is_new(&self, segment: &Segment<'_>) -> bool {
        let side = self.side(segment);
        if !segment.syn {
            return false;
        }
        if self.first(side) == Some(segment.seq.wrapping_add(1)) {
            // The very SYN, sent again or captured late.
            return false;
        }
        if self.ending {
            return true;
        }
        // Two ends may open a conversation at once, as long as nothing was said.
        let reversed = segment.ack.is_none() && self.decided && side == Side::Server && self.has_bytes();
        let fits = self.open.as_ref().is_some_and(|open| open.directions[side as usize].fits_syn(segment.seq));
        !fits || reversed
    }

    /// The number of the first byte of a side, as far as it is known.
    fn first(&self, side: Side) -> Option<u32> {
        self.open.as_ref().and_then(|open| open.directions[side as usize].first())
    }

    fn has_bytes(&self) -> bool {
        self.facts.bytes.client + self.facts.bytes.server > 0
    }

    fn side(&self, segment: &Segment<'_>) -> Side {
        if segment.from == self.facts.ends.client { Side::Client } else { Side::Server }
    }

    pub(super) fn segment(&mut self, segment: &Segment<'_>, again: &mut dyn Again, handler: &mut dyn Handler<H>) {
        self.decide(segment);
        let side = self.side(segment);
        self.note(segment, side);
        let Some(open) = &mut self.open else { return };
        open.packets += 1;
        let (own, other) = (side as usize, side.other() as usize);
        if segment.syn {
            open.directions[own].syn(segment.seq);
        }
        let ack = match segment.ack {
            Some(ack) if !segment.rst => open.directions[other].ack(ack),
            _ => NOTHING,
        };
        if segment.rst {
            self.facts.reset.get_or_insert(side);
            self.ending = true;
            return self.settle(segment.at, again, handler);
        }
        if segment.len() > 0 || segment.fin {
            let direct = self.decided && !open.ended[own] && open.directions[other].has_given(ack);
            let had_hole = open.directions[own].first_held_at();
            let (taken, bytes) = open.directions[own].take(segment, ack, direct, again);
            if let Some(bytes) = bytes {
                open.directions[own].gave(bytes.len(), segment.data.from);
                let piece = Piece::Data { at: segment.at, bytes, from: segment.data.from };
                self.hand(side, piece, handler);
            }
            self.count(side, taken, segment.at, had_hole);
        } else if open.directions[own].take(segment, ack, false, again).0.probe {
            *self.facts.keep_alives.of_mut(side) += 1;
        }
        self.ending |= segment.fin;
        self.settle(segment.at, again, handler);
    }

    /// Finds out who the client is: who sent the SYN, else who received the SYN/ACK, else who sends a request,
    /// else who sent first.
    fn decide(&mut self, segment: &Segment<'_>) {
        if segment.syn {
            self.facts.midstream &= self.facts.bytes.client + self.facts.bytes.server > 0;
        }
        if self.decided {
            return;
        }
        let sender_is_client = match (segment.syn, segment.ack) {
            (true, None) => Some(true),
            (true, Some(_)) => Some(false),
            _ => guess::is_client(segment.data.bytes),
        };
        let is_first = self.side(segment) == Side::Client;
        match sender_is_client {
            Some(is_client) => {
                if is_client != is_first {
                    self.swap();
                }
                self.decided = true;
            }
            None => self.decided = self.open.as_ref().is_some_and(|open| open.packets >= UNDECIDED),
        }
    }

    fn swap(&mut self) {
        self.facts.swap();
        self.newest.swap(0, 1);
        if let Some(open) = &mut self.open {
            open.directions.swap(0, 1);
        }
    }

    fn note(&mut self, segment: &Segment<'_>, side: Side) {
        let facts = &mut self.facts;
        facts.last = facts.last.max(segment.at);
        *facts.packets.of_mut(side) += 1;
        self.newest[side as usize] = segment.end();
        match (segment.syn, segment.ack) {
            (true, None) => _ = facts.syn.get_or_insert(segment.at),
            (true, Some(_)) => _ = facts.syn_ack.get_or_insert(segment.at),
            (false, Some(_)) if side == Side::Client && !segment.rst && facts.syn_ack.is_some() => {
                facts.established.get_or_insert(segment.at);
            }
            _ => {}
        }
        if segment.window == 0 && segment.ack.is_some() && !segment.rst && !segment.syn {
            *facts.zero_windows.of_mut(side) += 1;
        }
    }

    fn count(&mut self, side: Side, taken: Taken, at: i64, hole_since: Option<i64>) {
        let facts = &mut self.facts;
        let patience = facts.handshake().unwrap_or(REORDERED_NS).max(REORDERED_NS);
        let waited = hole_since.map_or(0, |since| at.saturating_sub(since).unsigned_abs());
        let sent_again = taken.again || (taken.late && waited > patience);
        *facts.retransmissions.of_mut(side) += u32::from(sent_again);
        *facts.out_of_order.of_mut(side) += u32::from(taken.late && !sent_again);
        *facts.keep_alives.of_mut(side) += u32::from(taken.probe);
        *facts.conflicts.of_mut(side) += u32::from(taken.conflict);
    }

    fn hand(&mut self, side: Side, piece: Piece<'_>, handler: &mut dyn Handler<H>) {
        match piece {
            Piece::Data { bytes, .. } => *self.facts.bytes.of_mut(side) += bytes.len() as u64,
            Piece::Gap { length, .. } => *self.facts.gaps.of_mut(side) += length,
            Piece::End { .. } => {}
        }
        if let Some(open) = &mut self.open {
            handler.piece(&mut open.kept, &self.facts, side, piece);
        }
    }

    /// Gives out what can be given, and gives up what can't be expected any more.
    fn settle(&mut self, now: i64, again: &mut dyn Again, handler: &mut dyn Handler<H>) {
        if !self.decided {
            return;
        }
        while self.give(again, handler) || self.lose_patience(now, handler) {}
        for side in Side::BOTH {
            let Some(open) = &mut self.open else { return };
            if open.directions[side as usize].is_at_fin() && !open.ended[side as usize] {
                open.ended[side as usize] = true;
                self.hand(side, Piece::End { at: now, how: End::Fin }, handler);
            }
        }
    }

    /// Gives out what is next in order in either direction; whether there was something.
    fn give(&mut self, again: &mut dyn Again, handler: &mut dyn Handler<H>) -> bool {
        let mut gave = false;
        let Some(open) = &mut self.open else { return false };
        for side in Side::BOTH {
            let (own, other) = (side as usize, side.other() as usize);
            while open.directions[own].is_ready().is_some_and(|ack| open.directions[other].has_given(ack)) {
                gave = true;
                let Open { kept, directions, .. } = &mut **open;
                let facts = &mut self.facts;
                directions[own].give(again, &mut |piece| {
                    match piece {
                        Piece::Data { bytes, .. } => *facts.bytes.of_mut(side) += bytes.len() as u64,
                        Piece::Gap { length, .. } => *facts.gaps.of_mut(side) += length,
                        Piece::End { .. } => {}
                    }
                    handler.piece(kept, facts, side, piece);
                });
            }
        }
        gave
    }

    /// Gives up bytes that were acknowledged and aren't captured after a while.
    fn lose_patience(&mut self, now: i64, handler: &mut dyn Handler<H>) -> bool {
        let Some(open) = &mut self.open else { return false };
        for side in Side::BOTH {
            let direction = &mut open.directions[side as usize];
            // Where the other end can't be heard, nothing is ever acknowledged.
            let all = *self.facts.packets.of(side.other()) == 0 || direction.is_full();
            if direction.missing(all) == 0 {
                direction.hole = None;
                continue;
            }
            let (since, packets) = *direction.hole.get_or_insert((now, open.packets));
            let over = now.saturating_sub(since) > PATIENCE.0 || open.packets - packets >= PATIENCE.1;
            if over || direction.is_full() {
                let length = direction.give_up(all);
                self.hand(side, Piece::Gap { at: now, length }, handler);
                return true;
            }
        }
        false
    }

    /// Gives out all that is left and closes it.
    pub(super) fn finish(&mut self, how: End, at: i64, again: &mut dyn Again, handler: &mut dyn Handler<H>) {
        self.decided = true;
        loop {
            while self.give(again, handler) {}
            let Some(open) = &mut self.open else { return };
            // The hole in front of the oldest of the bytes that wait.
            let holes = Side::BOTH.into_iter().filter(|side| open.directions[*side as usize].missing(true) > 0);
            let hole = holes.min_by_key(|side| open.directions[*side as usize].first_held_at().unwrap_or(i64::MAX));
            let Some(side) = hole else { break };
            let length = open.directions[side as usize].give_up(true);
            self.hand(side, Piece::Gap { at, length }, handler);
        }
        for side in Side::BOTH {
            let Some(open) = &mut self.open else { return };
            if open.ended[side as usize] {
                continue;
            }
            let length = open.directions[side as usize].missing_at_end();
            let how = match self.facts.reset {
                _ if open.directions[side as usize].is_at_fin() => End::Fin,
                Some(who) => End::Reset(who),
                None => how,
            };
            if length > 0 {
                self.hand(side, Piece::Gap { at, length }, handler);
            }
            self.hand(side, Piece::End { at, how }, handler);
        }
        self.ending = true;
        if let Some(open) = self.open.take() {
            self.first = Side::BOTH.map(|side| open.directions[side as usize].first());
            handler.closed(open.kept, &self.facts);
        }
    }
}

impl<H> From<Conversation<H>> for Past {
    fn from(closed: Conversation<H>) -> Self {
        Self::new(&closed.facts, closed.first, closed.newest)
    }
}
