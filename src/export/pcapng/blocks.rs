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

/// The interface of packets that were put together.
pub(super) fn interface() -> Vec<u8> {
    let said = "exchanges as they were recorded, in packets that were put together";
    interface_of(RAW_IP, Some("mwscope"), said)
}

/// An interface of captured packets.
pub(super) fn captured_interface(link: u16) -> Vec<u8> {
    interface_of(link, None, "packets as they were captured")
}

/// An interface with times in nanoseconds.
fn interface_of(link: u16, name: Option<&str>, said: &str) -> Vec<u8> {
    let mut body = Vec::new();
    body.extend(link.to_le_bytes());
    body.extend([0, 0]);
    body.extend(0_u32.to_le_bytes());
    if let Some(name) = name {
        option(&mut body, 2, name.as_bytes());
    }
    option(&mut body, 3, said.as_bytes());
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

/// A packet as it was captured.
pub(super) fn captured(interface: u32, frame: &Frame<'_>) -> Vec<u8> {
    packet_of(interface, frame.at, frame.bytes, frame.original, None)
}

/// A packet that was put together.
pub(super) fn packet(packet: &Packet) -> Vec<u8> {
    let len = u32::try_from(packet.bytes.len()).unwrap_or(0);
    packet_of(0, packet.at, &packet.bytes, len, packet.comment.as_deref())
}

fn packet_of(interface: u32, at: i64, bytes: &[u8], original: u32, comment: Option<&str>) -> Vec<u8> {
    let mut body = Vec::with_capacity(bytes.len() + 64);
    let at = u64::try_from(at).unwrap_or(0);
    body.extend(interface.to_le_bytes());
    body.extend(((at >> 32) as u32).to_le_bytes());
    body.extend((at as u32).to_le_bytes());
    body.extend(u32::try_from(bytes.len()).unwrap_or(0).to_le_bytes());
    body.extend(original.to_le_bytes());
    padded(&mut body, bytes);
    if let Some(comment) = comment {
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
