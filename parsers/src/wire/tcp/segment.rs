//! The header of a TCP segment (RFC 9293, 3.1).

use std::net::SocketAddr;

use crate::wire::ip::{Payload, Stretch};

/// One TCP segment.
#[derive(Clone, Copy, Debug)]
pub(in crate::wire) struct Segment<'a> {
    /// When it was captured.
    pub at: i64,
    pub from: SocketAddr,
    pub to: SocketAddr,
    /// The number of its first byte; the SYN counts as one.
    pub seq: u32,
    /// What it acknowledges.
    pub ack: Option<u32>,
    pub syn: bool,
    pub fin: bool,
    pub rst: bool,
    /// The window as it stands in the header, before scaling; 0 is 0 in any scale.
    pub window: u16,
    pub data: Stretch<'a>,
}

impl<'a> Segment<'a> {
    /// Reads a segment; `None` where the header's fixed part wasn't captured or makes no sense.
    pub(in crate::wire) fn read(payload: &Payload<'a>) -> Option<Self> {
        let head: &[u8; 20] = payload.bytes.bytes.first_chunk()?;
        let two = |at: usize| u16::from_be_bytes([head[at], head[at + 1]]);
        let four = |at: usize| u32::from_be_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
        let len = usize::from(head[12] >> 4) * 4;
        let on_wire = payload.bytes.bytes.len() + payload.bytes.cut as usize;
        if len < 20 || len > on_wire {
            return None;
        }
        let flags = head[13];
        Some(Self {
            at: payload.at,
            from: SocketAddr::new(payload.from, two(0)),
            to: SocketAddr::new(payload.to, two(2)),
            seq: four(4),
            ack: (flags & 0x10 != 0).then(|| four(8)),
            syn: flags & 0x02 != 0,
            fin: flags & 0x01 != 0,
            rst: flags & 0x04 != 0,
            window: two(14),
            data: payload.bytes.skip(len),
        })
    }

    /// The number behind its last byte.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "sequence numbers wrap")]
    pub(in crate::wire) fn end(&self) -> u32 {
        self.seq.wrapping_add(self.len() as u32)
    }

    /// Payload bytes on the wire, captured or not.
    pub(in crate::wire) fn len(&self) -> i64 {
        self.data.bytes.len() as i64 + i64::from(self.data.cut)
    }
}
