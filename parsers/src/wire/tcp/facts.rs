//! What is known of a TCP conversation beside its bytes: where time went and what went wrong on the way.

use std::net::SocketAddr;

use super::Segment;
use crate::wire::flow::Side;

/// One value for each end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ends<T> {
    /// The client's: of what it sent.
    pub client: T,
    /// The server's.
    pub server: T,
}

impl<T> Ends<T> {
    /// The value of that end.
    pub fn of(&self, side: Side) -> &T {
        match side {
            Side::Client => &self.client,
            Side::Server => &self.server,
        }
    }

    /// The value of that end.
    pub fn of_mut(&mut self, side: Side) -> &mut T {
        match side {
            Side::Client => &mut self.client,
            Side::Server => &mut self.server,
        }
    }

    pub(super) fn swap(&mut self) {
        std::mem::swap(&mut self.client, &mut self.server);
    }
}

/// What is known of a TCP conversation. Times are nanoseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TcpFacts {
    /// Its number in the capture, from 0, by its first packet.
    pub number: u32,
    /// Both ends.
    pub ends: Ends<SocketAddr>,
    /// When its first and its last packet were captured, since 1970 UTC.
    pub first: i64,
    /// See `first`.
    pub last: i64,
    /// Whether it had begun before the capture did.
    pub midstream: bool,
    /// Payload bytes that were captured, each once.
    pub bytes: Ends<u64>,
    /// Payload bytes that are known to be missing.
    pub gaps: Ends<u64>,
    /// Packets.
    pub packets: Ends<u32>,
    /// Packets with bytes that had been captured before, or that filled a hole after longer than a round trip.
    pub retransmissions: Ends<u32>,
    /// Packets that were captured behind later ones, without having been sent again.
    pub out_of_order: Ends<u32>,
    /// Bytes that were sent again and were different then.
    pub conflicts: Ends<u32>,
    /// How often the end said that it can take nothing more.
    pub zero_windows: Ends<u32>,
    /// Probes whether the other end is still there.
    pub keep_alives: Ends<u32>,
    /// When the SYN, the SYN/ACK and the ACK behind it were captured.
    pub syn: Option<i64>,
    /// See `syn`.
    pub syn_ack: Option<i64>,
    /// See `syn`.
    pub established: Option<i64>,
    /// Who reset it.
    pub reset: Option<Side>,
}

impl TcpFacts {
    pub(super) fn new(number: u32, first: &Segment<'_>) -> Self {
        let ends = Ends { client: first.from, server: first.to };
        Self { midstream: !first.syn, ..Self::between(number, ends, (first.at, first.at)) }
    }

    /// A conversation between these ends, from when to when, of which nothing else is known.
    #[must_use]
    pub fn between(number: u32, ends: Ends<SocketAddr>, (first, last): (i64, i64)) -> Self {
        Self {
            number,
            ends,
            first,
            last,
            midstream: false,
            bytes: Ends::default(),
            gaps: Ends::default(),
            packets: Ends::default(),
            retransmissions: Ends::default(),
            out_of_order: Ends::default(),
            conflicts: Ends::default(),
            zero_windows: Ends::default(),
            keep_alives: Ends::default(),
            syn: None,
            syn_ack: None,
            established: None,
            reset: None,
        }
    }

    /// From the SYN to the end of the handshake: one round trip between client and server.
    #[must_use]
    pub fn handshake(&self) -> Option<u64> {
        span(self.syn, self.established)
    }

    /// From the SYN to the SYN/ACK: the round trip from where was captured to the server, without work of the server.
    #[must_use]
    pub fn round_trip_to_server(&self) -> Option<u64> {
        span(self.syn, self.syn_ack)
    }

    pub(super) fn swap(&mut self) {
        self.ends.swap();
        self.bytes.swap();
        self.gaps.swap();
        self.packets.swap();
        self.retransmissions.swap();
        self.out_of_order.swap();
        self.conflicts.swap();
        self.zero_windows.swap();
        self.keep_alives.swap();
        self.reset = self.reset.map(Side::other);
    }
}

fn span(from: Option<i64>, to: Option<i64>) -> Option<u64> {
    u64::try_from(to?.checked_sub(from?)?).ok()
}
