//! What must be known of a conversation that is closed: whether a segment on its ends belongs to it all the same, or
//! begins another.

use std::net::SocketAddr;

use super::{Segment, TcpFacts};

/// A conversation that is closed.
#[derive(Debug)]
pub(super) struct Past {
    client_is_lower: bool,
    /// The numbers of the client's and the server's first bytes, as far as they are known.
    first: [Option<u32>; 2],
    /// The numbers of the last bytes seen, to know packets that come late.
    newest: [u32; 2],
}

impl Past {
    pub(super) fn new(facts: &TcpFacts, first: [Option<u32>; 2], newest: [u32; 2]) -> Self {
        Self { client_is_lower: is_lower(facts.ends.client, facts.ends.server), first, newest }
    }

    fn side(&self, segment: &Segment<'_>) -> usize {
        usize::from(is_lower(segment.from, segment.to) != self.client_is_lower)
    }

    /// Whether a segment on its ends belongs to a new conversation.
    pub(super) fn is_new(&self, segment: &Segment<'_>) -> bool {
        let side = self.side(segment);
        let newest = self.newest[side];
        if !segment.syn {
            // Long after the end, with numbers from elsewhere: a conversation whose handshake wasn't captured.
            let far = (1 << 24..u32::MAX - (1 << 24)).contains(&segment.seq.wrapping_sub(newest));
            return far && segment.len() > 0;
        }
        if self.first[side] == Some(segment.seq.wrapping_add(1)) {
            // The very SYN, sent again or captured late.
            return false;
        }
        // A SYN/ACK may come again behind the end.
        segment.ack.is_none() || newest.wrapping_sub(segment.seq) >= 1 << 30
    }

    /// Takes note of a segment that came late.
    pub(super) fn note(&mut self, segment: &Segment<'_>) {
        self.newest[self.side(segment)] = segment.end();
    }
}

fn is_lower(end: SocketAddr, other: SocketAddr) -> bool {
    (end.ip(), end.port()) < (other.ip(), other.port())
}
