//! A TCP conversation put together: handshake, segments with their acknowledgements, end; checksums are right.

use std::net::{IpAddr, SocketAddr};

/// Bytes of a segment at most, as on Ethernet.
const SEGMENT: usize = 1440;

const FIN: u8 = 1;
const SYN: u8 = 2;
const PSH: u8 = 8;
const ACK: u8 = 16;

/// Who sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// The client.
    Client,
    /// The server.
    Server,
}

/// An IP packet.
#[derive(Debug)]
pub(super) struct Packet {
    /// When, in nanoseconds since 1970.
    pub(super) at: i64,
    /// Its bytes.
    pub(super) bytes: Vec<u8>,
    /// What is to be said about it.
    pub(super) comment: Option<String>,
}

/// A conversation.
pub(super) struct Talk {
    client: SocketAddr,
    server: SocketAddr,
    began: i64,
    /// The next sequence numbers of client and server.
    next: [u32; 2],
    packets: Vec<Packet>,
    comment: Option<String>,
}

impl Talk {
    /// One that begins at `at`; `number` is another for each, so that ports used again are a new conversation.
    pub(super) fn new(client: SocketAddr, server: SocketAddr, at: i64, number: u32) -> Self {
        let first = number.wrapping_mul(0x1234_5677);
        Self { client, server, began: at, next: [first, !first], packets: Vec::new(), comment: None }
    }

    /// Says something at the next packet.
    pub(super) fn comment(&mut self, text: &str) {
        self.comment = Some(text.to_owned());
    }

    /// The handshake, done at `connected`.
    pub(super) fn open(&mut self, connected: i64) {
        self.packet(Side::Client, SYN, &[], self.began);
        self.next[0] = self.next[0].wrapping_add(1);
        self.packet(Side::Server, SYN | ACK, &[], connected);
        self.next[1] = self.next[1].wrapping_add(1);
        self.packet(Side::Client, ACK, &[], connected);
    }

    /// Bytes that one side sends between two instants, acknowledged by the other.
    pub(super) fn send(&mut self, side: Side, bytes: &[u8], (from, to): (i64, i64)) {
        let count = bytes.len().div_ceil(SEGMENT);
        for (n, piece) in bytes.chunks(SEGMENT).enumerate() {
            let at = from + (to - from) * n as i64 / (count.max(2) as i64 - 1);
            let last = n + 1 == count;
            self.packet(side, if last { PSH | ACK } else { ACK }, piece, at);
            let own = &mut self.next[side as usize];
            *own = own.wrapping_add(piece.len() as u32);
            if last {
                let other = if side == Side::Client { Side::Server } else { Side::Client };
                self.packet(other, ACK, &[], at);
            }
        }
    }

    /// Both sides end it.
    pub(super) fn close(&mut self, at: i64) {
        self.packet(Side::Server, FIN | ACK, &[], at);
        self.next[1] = self.next[1].wrapping_add(1);
        self.packet(Side::Client, FIN | ACK, &[], at);
        self.next[0] = self.next[0].wrapping_add(1);
        self.packet(Side::Server, ACK, &[], at);
    }

    /// The packets in order.
    pub(super) fn packets(&self) -> &[Packet] {
        &self.packets
    }

    fn packet(&mut self, side: Side, flags: u8, payload: &[u8], at: i64) {
        let (from, to) = if side == Side::Client { (self.client, self.server) } else { (self.server, self.client) };
        let (own, other) = if side == Side::Client { (0, 1) } else { (1, 0) };
        let acknowledged = if flags & ACK == 0 { 0 } else { self.next[other] };
        let segment = segment((from, to), (self.next[own], acknowledged), flags, payload);
        let bytes = match (from.ip(), to.ip()) {
            (IpAddr::V4(from), IpAddr::V4(to)) => ipv4(from.octets(), to.octets(), &segment),
            (IpAddr::V6(from), IpAddr::V6(to)) => ipv6(from.octets(), to.octets(), &segment),
            _ => return,
        };
        self.packets.push(Packet { at, bytes, comment: self.comment.take() });
    }
}

fn segment((from, to): (SocketAddr, SocketAddr), (own, other): (u32, u32), flags: u8, payload: &[u8]) -> Vec<u8> {
    // Segment size and window scale, in SYNs alone.
    let options: &[u8] = if flags & SYN == 0 { &[] } else { &[2, 4, 5, 0xA0, 1, 3, 3, 7] };
    let mut out = Vec::with_capacity(28 + payload.len());
    out.extend(from.port().to_be_bytes());
    out.extend(to.port().to_be_bytes());
    out.extend(own.to_be_bytes());
    out.extend(other.to_be_bytes());
    out.push(((20 + options.len()) / 4 * 16) as u8);
    out.push(flags);
    out.extend([0xFF, 0xFF, 0, 0, 0, 0]);
    out.extend_from_slice(options);
    out.extend_from_slice(payload);
    let mut pseudo = Vec::new();
    for address in [from.ip(), to.ip()] {
        match address {
            IpAddr::V4(address) => pseudo.extend(address.octets()),
            IpAddr::V6(address) => pseudo.extend(address.octets()),
        }
    }
    pseudo.extend((out.len() as u32).to_be_bytes());
    pseudo.extend([0, 0, 0, 6]);
    let sum = checksum(&[&pseudo, &out]);
    out[16..18].copy_from_slice(&sum.to_be_bytes());
    out
}

fn ipv4(from: [u8; 4], to: [u8; 4], payload: &[u8]) -> Vec<u8> {
    let len = (20 + payload.len()) as u16;
    let mut out = vec![0x45, 0];
    out.extend(len.to_be_bytes());
    out.extend([0, 0, 0x40, 0, 64, 6, 0, 0]);
    out.extend(from);
    out.extend(to);
    let sum = checksum(&[&out]);
    out[10..12].copy_from_slice(&sum.to_be_bytes());
    out.extend_from_slice(payload);
    out
}

fn ipv6(from: [u8; 16], to: [u8; 16], payload: &[u8]) -> Vec<u8> {
    let mut out = vec![0x60, 0, 0, 0];
    out.extend((payload.len() as u16).to_be_bytes());
    out.extend([6, 64]);
    out.extend(from);
    out.extend(to);
    out.extend_from_slice(payload);
    out
}

/// RFC 1071, over parts of which all but the last have an even length.
fn checksum(parts: &[&[u8]]) -> u16 {
    let pairs = parts.iter().flat_map(|part| part.chunks(2));
    let sum: u64 = pairs.map(|pair| u64::from(pair[0]) << 8 | u64::from(pair.get(1).copied().unwrap_or(0))).sum();
    let mut sum = sum;
    while sum > 0xFFFF {
        sum = (sum & 0xFFFF) + (sum >> 16);
    }
    !(sum as u16)
}
