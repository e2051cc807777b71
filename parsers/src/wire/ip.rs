//! IP packets: what a frame carries for TCP, tunnels unwrapped and fragments put together. Checksums aren't looked
//! at, since captures on the sending machine hold packets whose checksums the network card had yet to fill in.
//!
//! RFC 791, 8200 (with extension headers), 2003 and 4213 (IP in IP), 2784 (GRE), 4380 (Teredo), 7348 (VXLAN).

mod fragments;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::file::Frame;
use super::link;
use fragments::Fragments;
pub(super) use fragments::Key;

/// How deep tunnels may stand inside each other.
const DEPTH: u8 = 8;

/// What an IP packet carries for the protocol above.
#[derive(Clone, Copy, Debug)]
pub(super) struct Payload<'a> {
    /// When it was captured.
    pub at: i64,
    pub from: IpAddr,
    pub to: IpAddr,
    pub bytes: Stretch<'a>,
}

/// Bytes, where they stand, and what should follow them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stretch<'a> {
    pub bytes: &'a [u8],
    /// Their offset in the capture file; `None` where they were put together from fragments.
    pub from: Option<u64>,
    /// How many bytes behind them were on the wire and not captured.
    pub cut: u32,
}

impl<'a> Stretch<'a> {
    /// What is behind the first `by` bytes; where not even those were captured, nothing, and less of it.
    pub(super) fn skip(self, by: usize) -> Self {
        let here = by.min(self.bytes.len());
        let beyond = u32::try_from(by - here).unwrap_or(u32::MAX);
        Self {
            bytes: &self.bytes[here..],
            from: self.from.map(|from| from + here as u64),
            cut: self.cut.saturating_sub(beyond),
        }
    }

    /// The first `len` bytes of what was on the wire.
    fn keep(self, len: usize) -> Self {
        let here = len.min(self.bytes.len());
        let cut = u32::try_from(len - here).unwrap_or(u32::MAX).min(self.cut);
        Self { bytes: &self.bytes[..here], cut, ..self }
    }
}

/// Takes frames apart. It holds the fragments that wait for others.
#[derive(Debug, Default)]
pub(super) struct Packets {
    fragments: Fragments,
    /// What the last frame was a fragment of, and whether that became whole with it.
    fragment: Option<(Key, bool)>,
}

impl Packets {
    /// Gives what `frame` carries for TCP to `tcp`.
    pub(super) fn frame(&mut self, frame: &Frame<'_>, tcp: &mut dyn FnMut(Payload<'_>)) {
        self.fragment = None;
        let Some(start) = link::ip_packet(frame.link, frame.bytes) else { return };
        let captured = u32::try_from(frame.bytes.len()).unwrap_or(u32::MAX);
        let cut = frame.original.saturating_sub(captured);
        let whole = Stretch { bytes: frame.bytes, from: Some(frame.from), cut };
        self.packet(whole.skip(start), frame.at, DEPTH, tcp);
    }

    /// What the last frame was a fragment of, where it was one, and whether that became whole with it.
    pub(super) fn fragment(&self) -> Option<(Key, bool)> {
        self.fragment
    }

    fn packet(&mut self, packet: Stretch<'_>, at: i64, depth: u8, tcp: &mut dyn FnMut(Payload<'_>)) {
        match packet.bytes.first().map(|first| first >> 4) {
            Some(4) => self.version_4(packet, at, depth, tcp),
            Some(6) => self.version_6(packet, at, depth, tcp),
            _ => None,
        };
    }

    fn version_4(&mut self, packet: Stretch<'_>, at: i64, depth: u8, tcp: &mut dyn FnMut(Payload<'_>)) -> Option<()> {
        let head: &[u8; 20] = packet.bytes.first_chunk()?;
        let header = usize::from(head[0] & 0x0f) * 4;
        let total = usize::from(u16::from_be_bytes([head[2], head[3]]));
        // Segmentation offload leaves the length to the network card: the packet is what was captured.
        let packet = if total == 0 { packet } else { packet.keep(total) };
        if header < 20 || (total != 0 && total < header) {
            return None;
        }
        let address = |at: usize| IpAddr::V4(Ipv4Addr::new(head[at], head[at + 1], head[at + 2], head[at + 3]));
        let (from, to) = (address(12), address(16));
        let payload = packet.skip(header);
        let flags = u16::from_be_bytes([head[6], head[7]]);
        let (more, offset) = (flags & 0x2000 != 0, usize::from(flags & 0x1fff) * 8);
        let id = u32::from(u16::from_be_bytes([head[4], head[5]]));
        let key = Key { from, to, id, protocol: head[9] };
        self.maybe_fragment(key, payload, offset, more, at, depth, tcp);
        Some(())
    }

    fn version_6(&mut self, packet: Stretch<'_>, at: i64, depth: u8, tcp: &mut dyn FnMut(Payload<'_>)) -> Option<()> {
        let head: &[u8; 40] = packet.bytes.first_chunk()?;
        let len = usize::from(u16::from_be_bytes([head[4], head[5]]));
        let address = |at: usize| -> Option<IpAddr> {
            let bytes: &[u8; 16] = head.get(at..)?.first_chunk()?;
            Some(IpAddr::V6(Ipv6Addr::from(*bytes)))
        };
        let (from, to) = (address(8)?, address(24)?);
        let mut protocol = head[6];
        // As in version 4; jumbograms state no length here either.
        let mut rest = if len == 0 { packet.skip(40) } else { packet.keep(40 + len).skip(40) };
        // Every extension header takes at least 8 bytes, so this ends with the packet.
        loop {
            let len = match protocol {
                // Hop-by-hop, routing, destination, mobility, HIP, shim6.
                0 | 43 | 60 | 135 | 139 | 140 => (usize::from(*rest.bytes.get(1)?) + 1) * 8,
                // Authentication header.
                51 => (usize::from(*rest.bytes.get(1)?) + 2) * 4,
                44 => {
                    let head: &[u8; 8] = rest.bytes.first_chunk()?;
                    let flags = u16::from_be_bytes([head[2], head[3]]);
                    let (more, offset) = (flags & 1 != 0, usize::from(flags & 0xfff8));
                    let id = u32::from_be_bytes([head[4], head[5], head[6], head[7]]);
                    let key = Key { from, to, id, protocol: head[0] };
                    self.maybe_fragment(key, rest.skip(8), offset, more, at, depth, tcp);
                    return Some(());
                }
                _ => break,
            };
            protocol = *rest.bytes.first()?;
            rest = rest.skip(len);
        }
        self.carried(protocol, Payload { at, from, to, bytes: rest }, depth, tcp);
        Some(())
    }

    #[allow(clippy::too_many_arguments, reason = "they are the fields of one fragment header")]
    fn maybe_fragment(
        &mut self,
        key: Key,
        payload: Stretch<'_>,
        offset: usize,
        more: bool,
        at: i64,
        depth: u8,
        tcp: &mut dyn FnMut(Payload<'_>),
    ) {
        let (from, to) = (key.from, key.to);
        if offset == 0 && !more {
            return self.carried(key.protocol, Payload { at, from, to, bytes: payload }, depth, tcp);
        }
        let protocol = key.protocol;
        let whole = self.fragments.add(key, payload, offset, more, at);
        self.fragment = Some((key, whole.is_some()));
        let Some((bytes, cut)) = whole else { return };
        let bytes = Stretch { bytes: &bytes, from: None, cut };
        self.carried(protocol, Payload { at, from, to, bytes }, depth, tcp);
    }

    /// Hands TCP on and looks into tunnels.
    fn carried(&mut self, protocol: u8, payload: Payload<'_>, depth: u8, tcp: &mut dyn FnMut(Payload<'_>)) {
        const TCP: u8 = 6;
        if protocol == TCP {
            return tcp(payload);
        }
        let Some(depth) = depth.checked_sub(1) else { return };
        let bytes = payload.bytes.bytes;
        let inner = match protocol {
            4 | 41 => Some(0),
            17 => in_udp(bytes),
            47 => in_gre(bytes),
            _ => None,
        };
        if let Some(inner) = inner {
            self.packet(payload.bytes.skip(inner), payload.at, depth, tcp);
        }
    }
}

/// Where the IP packet starts in a GRE packet.
fn in_gre(bytes: &[u8]) -> Option<usize> {
    let flags = *bytes.first()?;
    // Checksum or routing, key, sequence number: four bytes each where the flag is set.
    let fields = usize::from(flags & 0xc0 != 0) + usize::from(flags & 0x20 != 0) + usize::from(flags & 0x10 != 0);
    link::by_protocol(bytes, 2, 4 + 4 * fields)
}

/// Where the IP packet starts in a UDP datagram that is a tunnel by its port and its content.
fn in_udp(bytes: &[u8]) -> Option<usize> {
    const TEREDO: u16 = 3544;
    const VXLAN: u16 = 4789;
    let head: &[u8; 8] = bytes.first_chunk()?;
    let ports = [u16::from_be_bytes([head[0], head[1]]), u16::from_be_bytes([head[2], head[3]])];
    if ports[1] == VXLAN && bytes.get(8)? & 0x08 != 0 {
        return link::in_ethernet(bytes, 16);
    }
    if !ports.contains(&TEREDO) {
        return None;
    }
    let mut at = 8;
    if bytes.get(at..at + 2)? == [0, 1] {
        // Authentication: two lengths, what they count, a nonce and a confirmation byte.
        at += 13 + usize::from(*bytes.get(at + 2)?) + usize::from(*bytes.get(at + 3)?);
    }
    if bytes.get(at..at + 2)? == [0, 0] {
        at += 8;
    }
    (bytes.get(at)? >> 4 == 6).then_some(at)
}

#[cfg(test)]
mod tests;
