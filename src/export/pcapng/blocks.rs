//! The blocks of a pcapng file, little endian. Nothing here knows what is in the packets.

use std::net::IpAddr;

use mwscope_parsers::wire::file::Frame;

use super::talk::Packet;

/// Raw IP, version 4 or 6 (<https://www.tcpdump.org/linktypes.html>): no addresses of network cards are made up.
const RAW_IP: u16 = 101;

/// Where the packets of a file come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Packets {
    /// All were put together.
    PutTogether,
    /// Some were captured.
    Captured,
}

/// The beginning of the file.
pub(super) fn section(packets: Packets) -> Vec<u8> {
    let mut body = Vec::new();
    body.extend(0x1A2B_3C4D_u32.to_le_bytes());
    body.extend([1, 0, 0, 0]);
    body.extend(u64::MAX.to_le_bytes());
    let said = match packets {
        Packets::PutTogether => "Put together by mwscope from recorded HTTP exchanges. No packet in it was captured.",
        Packets::Captured => {
            "Packets cut out of captures by mwscope, as they were captured; those of the first interface, where there \
             are any, are put together."
        }
    };
    option(&mut body, 1, said.as_bytes());
    option(&mut body, 4, concat!("mwscope ", env!("CARGO_PKG_VERSION")).as_bytes());
    end_of_options(&mut body);
    block(0x0A0D_0D0A, &body)
}

/// The one interface, with times in nanoseconds.
pub(super) fn interface() -> Vec<u8> {
    let mut body = Vec::new();
    body.extend(RAW_IP.to_le_bytes());
    body.extend([0, 0]);
    body.extend(0_u32.to_le_bytes());
    option(&mut body, 2, b"mwscope");
    option(&mut body, 3, b"exchanges as they were recorded, in packets that were put together");
    option(&mut body, 9, &[9]);
    end_of_options(&mut body);
    block(1, &body)
}

/// The name of an address.
pub(super) fn name(address: IpAddr, name: &str) -> Vec<u8> {
    let mut body = Vec::new();
    let mut record = match address {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets().to_vec(),
    };
    record.extend_from_slice(name.as_bytes());
    record.push(0);
    let kind: u16 = if address.is_ipv4() { 1 } else { 2 };
    body.extend(kind.to_le_bytes());
    body.extend(u16::try_from(record.len()).unwrap_or(u16::MAX).to_le_bytes());
    padded(&mut body, &record);
    body.extend([0; 4]);
    block(4, &body)
}

/// Keys of TLS in the format of a key log.
pub(super) fn secrets(key_log: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    body.extend(0x544C_534B_u32.to_le_bytes());
    body.extend(u32::try_from(key_log.len()).unwrap_or(0).to_le_bytes());
    padded(&mut body, key_log);
    block(10, &body)
}

/// An interface of captured packets, with times in nanoseconds.
pub(super) fn captured_interface(link: u16) -> Vec<u8> {
    let mut body = Vec::new();
    body.extend(link.to_le_bytes());
    body.extend([0, 0]);
    body.extend(0_u32.to_le_bytes());
    option(&mut body, 3, b"packets as they were captured");
    option(&mut body, 9, &[9]);
    end_of_options(&mut body);
    block(1, &body)
}

/// A packet as it was captured.
pub(super) fn captured(interface: u32, frame: &Frame<'_>) -> Vec<u8> {
    let mut body = Vec::with_capacity(frame.bytes.len() + 32);
    let at = u64::try_from(frame.at).unwrap_or(0);
    body.extend(interface.to_le_bytes());
    body.extend(((at >> 32) as u32).to_le_bytes());
    body.extend((at as u32).to_le_bytes());
    body.extend(u32::try_from(frame.bytes.len()).unwrap_or(0).to_le_bytes());
    body.extend(frame.original.to_le_bytes());
    padded(&mut body, frame.bytes);
    block(6, &body)
}

/// A packet.
pub(super) fn packet(packet: &Packet) -> Vec<u8> {
    let mut body = Vec::with_capacity(packet.bytes.len() + 64);
    let at = u64::try_from(packet.at).unwrap_or(0);
    body.extend(0_u32.to_le_bytes());
    body.extend(((at >> 32) as u32).to_le_bytes());
    body.extend((at as u32).to_le_bytes());
    let len = u32::try_from(packet.bytes.len()).unwrap_or(0).to_le_bytes();
    body.extend(len);
    body.extend(len);
    padded(&mut body, &packet.bytes);
    if let Some(comment) = &packet.comment {
        option(&mut body, 1, comment.as_bytes());
        end_of_options(&mut body);
    }
    block(6, &body)
}

fn block(kind: u32, body: &[u8]) -> Vec<u8> {
    let len = u32::try_from(body.len() + 12).unwrap_or(0).to_le_bytes();
    [&kind.to_le_bytes()[..], &len, body, &len].concat()
}

fn option(out: &mut Vec<u8>, code: u16, value: &[u8]) {
    let value = &value[..value.len().min(usize::from(u16::MAX))];
    out.extend(code.to_le_bytes());
    out.extend(u16::try_from(value.len()).unwrap_or(0).to_le_bytes());
    padded(out, value);
}

fn end_of_options(out: &mut Vec<u8>) {
    out.extend([0; 4]);
}

fn padded(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend_from_slice(bytes);
    out.extend(std::iter::repeat_n(0, bytes.len().wrapping_neg() % 4));
}
