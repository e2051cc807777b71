//! Frames: where in one the IP packet stands, whatever it was wrapped in. It knows nothing of IP itself.

mod wifi;

/// Where in a frame an IP packet starts; `None` where the frame carries none.
///
/// Link types: <https://www.tcpdump.org/linktypes.html>. An unknown one is told by [`is_known`].
pub(super) fn ip_packet(link: u16, frame: &[u8]) -> Option<usize> {
    let at = match link {
        ETHERNET => return by_ether_type(frame, 12),
        // The address family, in the byte order of whoever captured; the version in the packet says the same.
        NULL | LOOP => 4,
        RAW | RAW_BSD | RAW_OPENBSD | IPV4 | IPV6 => 0,
        SLL => return by_protocol(frame, 14, 16),
        SLL2 => return by_protocol(frame, 0, 20),
        PPP | PPP_SERIAL | PPP_ETHER => return ppp_link(link, frame),
        C_HDLC => return by_protocol(frame, 2, 4),
        // The header says its length, without the padding to a multiple of 4.
        PFLOG => usize::from(*frame.first()?).next_multiple_of(4),
        IEEE802_11 => return by_wifi(frame, 0),
        RADIOTAP | PPI => return by_wifi(frame, usize::from(u16::from_le_bytes(two(frame, 2)?))),
        PRISM => return by_wifi(frame, 144),
        AVS => {
            let len = frame.get(4..8)?.first_chunk().copied().map(u32::from_be_bytes)?;
            return by_wifi(frame, usize::try_from(len).ok()?);
        }
        _ => return None,
    };
    is_ip(frame, at)
}

const NULL: u16 = 0;
const ETHERNET: u16 = 1;
const PPP: u16 = 9;
const RAW_BSD: u16 = 12;
const RAW_OPENBSD: u16 = 14;
const PPP_SERIAL: u16 = 50;
const PPP_ETHER: u16 = 51;
const RAW: u16 = 101;
const C_HDLC: u16 = 104;
const IEEE802_11: u16 = 105;
const LOOP: u16 = 108;
const SLL: u16 = 113;
const PFLOG: u16 = 117;
const PRISM: u16 = 119;
const RADIOTAP: u16 = 127;
const AVS: u16 = 163;
const PPI: u16 = 192;
const IPV4: u16 = 228;
const IPV6: u16 = 229;
const SLL2: u16 = 276;

/// Whether frames of that link type are read.
pub(super) fn is_known(link: u16) -> bool {
    matches!(
        link,
        NULL | ETHERNET
            | PPP
            | RAW_BSD
            | RAW_OPENBSD
            | PPP_SERIAL
            | PPP_ETHER
            | RAW
            | C_HDLC
            | IEEE802_11
            | LOOP
            | SLL
            | PFLOG
            | PRISM
            | RADIOTAP
            | AVS
            | PPI
            | IPV4
            | IPV6
            | SLL2
    )
}

/// The IP packet in an Ethernet frame that starts at `at`, as in a tunnel.
pub(super) fn in_ethernet(frame: &[u8], at: usize) -> Option<usize> {
    by_ether_type(frame, at.checked_add(12)?)
}

/// The IP packet behind a protocol number of two bytes at `protocol`, the payload starting at `payload`.
pub(super) fn by_protocol(frame: &[u8], protocol: usize, payload: usize) -> Option<usize> {
    payload_of(frame, u16::from_be_bytes(two(frame, protocol)?), payload)
}

fn by_ether_type(frame: &[u8], at: usize) -> Option<usize> {
    by_protocol(frame, at, at + 2)
}

fn payload_of(frame: &[u8], protocol: u16, mut at: usize) -> Option<usize> {
    let mut protocol = protocol;
    // Each round takes a tag off, so that nested tags end with the frame.
    loop {
        match protocol {
            0x0800 | 0x86dd => return is_ip(frame, at),
            // 802.1Q, 802.1ad and the numbers that were used before it.
            0x8100 | 0x88a8 | 0x9100 | 0x9200 | 0x9300 => {
                protocol = u16::from_be_bytes(two(frame, at + 2)?);
                at += 4;
            }
            0x8847 | 0x8848 => return mpls(frame, at),
            // PPPoE: version and type, code, session, length, then PPP.
            0x8864 => return ppp(frame, at + 6),
            0x6558 => return in_ethernet(frame, at),
            // Below 1536 it is a length, and what follows is LLC.
            0..0x0600 => return llc(frame, at),
            _ => return None,
        }
    }
}

/// Labels up to the one that is marked as the last; what is behind them isn't named.
fn mpls(frame: &[u8], mut at: usize) -> Option<usize> {
    loop {
        let label = frame.get(at..at + 4)?;
        at += 4;
        if label[2] & 1 != 0 {
            break;
        }
    }
    is_ip(frame, at).or_else(|| {
        // Ethernet over MPLS, behind a control word (RFC 4385) or without one.
        let control = if frame.get(at)? >> 4 == 0 { 4 } else { 0 };
        in_ethernet(frame, at + control)
    })
}

fn ppp_link(link: u16, frame: &[u8]) -> Option<usize> {
    match link {
        PPP_ETHER => ppp(frame, 6),
        _ => ppp(frame, 0),
    }
}

/// PPP with or without HDLC-like framing; the protocol may be compressed to one byte.
fn ppp(frame: &[u8], at: usize) -> Option<usize> {
    let at = if two(frame, at)? == [0xff, 0x03] { at + 2 } else { at };
    match two(frame, at)? {
        [0x00, 0x21 | 0x57] => is_ip(frame, at + 2),
        [0x21 | 0x57, _] => is_ip(frame, at + 1),
        // MPLS, unicast and multicast.
        [0x02, 0x81 | 0x83] => mpls(frame, at + 2),
        _ => None,
    }
}

/// LLC with SNAP: DSAP, SSAP, control, organisation, then an EtherType.
fn llc(frame: &[u8], at: usize) -> Option<usize> {
    match frame.get(at..at + 8)? {
        [0xaa, 0xaa, 0x03, 0, 0, 0 | 0xf8, _, _] => by_ether_type(frame, at + 6),
        // The service access points of IP itself.
        [0x06, 0x06, 0x03, ..] => is_ip(frame, at + 3),
        _ => None,
    }
}

fn by_wifi(frame: &[u8], at: usize) -> Option<usize> {
    llc(frame, wifi::payload(frame, at)?)
}

/// `at`, where an IP packet of either version starts there.
fn is_ip(frame: &[u8], at: usize) -> Option<usize> {
    matches!(frame.get(at)? >> 4, 4 | 6).then_some(at)
}

fn two(frame: &[u8], at: usize) -> Option<[u8; 2]> {
    frame.get(at..at.checked_add(2)?)?.first_chunk().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADDRESSES: [u8; 12] = [2; 12];
    const IP: [u8; 2] = [0x45, 0];

    fn ethernet(parts: &[&[u8]]) -> (Vec<u8>, Option<usize>) {
        let mut frame = ADDRESSES.to_vec();
        parts.iter().for_each(|part| frame.extend_from_slice(part));
        let end = frame.len();
        frame.extend(IP);
        let found = ip_packet(ETHERNET, &frame);
        (frame, found.filter(|at| *at == end))
    }

    #[test]
    fn tags_and_labels_come_off_in_any_number() {
        let ip: &[u8] = &[0x08, 0x00];
        let vlan: &[u8] = &[0x81, 0x00, 0x00, 0x00];
        let outer: &[u8] = &[0x88, 0xa8, 0x0f, 0xff];
        for parts in [
            &[ip][..],
            &[vlan, ip],
            &[outer, vlan, ip],
            &[outer, vlan, vlan, ip],
            &[&[0x88, 0x47], &[0, 0, 0, 9], &[0, 0, 1, 9]],
            &[&[0x88, 0x47], &[0, 0, 1, 9], &[0, 0, 0, 0], &ADDRESSES, ip],
            &[&[0x88, 0x64], &[0x11, 0, 0, 1, 0, 22], &[0x00, 0x21]],
            &[vlan, &[0x88, 0x64], &[0x11, 0, 0, 1, 0, 22], &[0x21]],
            &[&[0, 40], &[0xaa, 0xaa, 3, 0, 0, 0], ip],
        ] {
            let (frame, found) = ethernet(parts);
            assert!(found.is_some(), "{frame:x?}");
        }
        assert_eq!(ethernet(&[&[0x08, 0x06]]).1, None);
    }

    #[test]
    fn other_links_are_read() {
        let with = |head: &[u8]| [head, &IP].concat();
        for (link, head) in [
            (NULL, vec![2, 0, 0, 0]),
            (LOOP, vec![0, 0, 0, 2]),
            (RAW, vec![]),
            (IPV4, vec![]),
            (SLL, [&[0; 14][..], &[8, 0]].concat()),
            (SLL2, [&[8, 0][..], &[0; 18]].concat()),
            (PPP, vec![0xff, 3, 0, 0x21]),
            (C_HDLC, vec![0x0f, 0, 8, 0]),
            (IEEE802_11, [&[0x08, 1][..], &[0; 22], &[0xaa, 0xaa, 3, 0, 0, 0, 8, 0]].concat()),
            (IEEE802_11, [&[0x88, 3][..], &[0; 30], &[0xaa, 0xaa, 3, 0, 0, 0, 8, 0]].concat()),
            (RADIOTAP, [&[0, 0, 8, 0, 0, 0, 0, 0, 0x08, 1][..], &[0; 22], &[0xaa, 0xaa, 3, 0, 0, 0, 8, 0]].concat()),
        ] {
            assert!(is_known(link));
            assert_eq!(ip_packet(link, &with(&head)), Some(head.len()), "link {link}");
        }
        assert_eq!(ip_packet(IEEE802_11, &[&[0x08, 0x41][..], &[0; 60]].concat()), None, "encrypted");
        assert!(!is_known(220));
    }

    #[test]
    fn frames_of_any_length_are_taken() {
        for link in 0..300 {
            for len in 0..64 {
                ip_packet(link, &vec![0xaa; len]);
                ip_packet(link, &vec![0; len]);
            }
        }
    }
}
