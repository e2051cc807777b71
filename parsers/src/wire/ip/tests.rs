//! Packets made by hand: cut, tunnelled, in fragments.

use super::*;

/// An IPv4 packet with this payload.
fn version_4(protocol: u8, id: u16, fragment: u16, payload: &[u8]) -> Vec<u8> {
    let total = 20 + payload.len() as u16;
    let mut packet = vec![0x45, 0];
    packet.extend(total.to_be_bytes());
    packet.extend(id.to_be_bytes());
    packet.extend(fragment.to_be_bytes());
    packet.extend([64, protocol, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2]);
    packet.extend_from_slice(payload);
    packet
}

fn version_6(next: u8, payload: &[u8]) -> Vec<u8> {
    let mut packet = vec![0x60, 0, 0, 0];
    packet.extend((payload.len() as u16).to_be_bytes());
    packet.extend([next, 64]);
    packet.extend([0x20; 16]);
    packet.extend([0x30; 16]);
    packet.extend_from_slice(payload);
    packet
}

/// What comes out of packets: bytes, whether they stand in the file, and how many were cut.
fn payloads(packets: &[&[u8]], more: u32) -> Vec<(Vec<u8>, bool, u32)> {
    let mut found = Vec::new();
    let mut state = Packets::default();
    for packet in packets {
        let original = packet.len() as u32 + more;
        let frame = Frame { at: 1, link: 101, bytes: packet, original, from: 1000 };
        state.frame(&frame, &mut |payload| {
            if let Some(from) = payload.bytes.from {
                let at = (from - 1000) as usize;
                assert_eq!(&packet[at..at + payload.bytes.bytes.len()], payload.bytes.bytes);
            }
            found.push((payload.bytes.bytes.to_vec(), payload.bytes.from.is_some(), payload.bytes.cut));
        });
    }
    found
}

#[test]
fn padding_is_left_off_and_what_was_cut_is_counted() {
    let mut packet = version_4(6, 1, 0, b"payload");
    packet.extend([0; 6]);
    assert_eq!(payloads(&[&packet], 0), [(b"payload".to_vec(), true, 0)]);
    let packet = version_4(6, 1, 0, b"payload");
    assert_eq!(payloads(&[&packet[..24]], 3), [(b"payl".to_vec(), true, 3)]);
    let mut offloaded = version_4(6, 1, 0, b"payload");
    offloaded[2..4].fill(0);
    assert_eq!(payloads(&[&offloaded], 0), [(b"payload".to_vec(), true, 0)]);
}

#[test]
fn extension_headers_and_tunnels_are_unwrapped() {
    let hop = [&[60, 0, 0, 0, 0, 0, 0, 0][..], &[6, 0, 0, 0, 0, 0, 0, 0], b"payload"].concat();
    assert_eq!(payloads(&[&version_6(0, &hop)], 0)[0].0, b"payload");
    let atomic = [&[6, 0, 0, 0, 0, 0, 0, 9][..], b"payload"].concat();
    assert_eq!(payloads(&[&version_6(44, &atomic)], 0), [(b"payload".to_vec(), true, 0)]);
    let inner = version_6(6, b"payload");
    assert_eq!(payloads(&[&version_4(41, 1, 0, &inner)], 0)[0].0, b"payload");
    let gre = [&[0x20, 0, 0x86, 0xdd, 0, 0, 0, 7][..], &inner].concat();
    assert_eq!(payloads(&[&version_4(47, 1, 0, &gre)], 0)[0].0, b"payload");
    let teredo = [&[0x0d, 0xd8, 0, 9, 0, 0, 0, 0][..], &[0; 8], &inner].concat();
    assert_eq!(payloads(&[&version_4(17, 1, 0, &teredo)], 0)[0].0, b"payload");
    let mut deep = version_4(6, 1, 0, b"payload");
    for _ in 0..100 {
        deep = version_4(4, 1, 0, &deep);
    }
    assert_eq!(payloads(&[&deep], 0), []);
}

#[test]
fn fragments_are_put_together_in_any_order_and_the_first_wins() {
    let (first, second, last) =
        (version_4(6, 7, 0x2000, b"01234567"), version_4(6, 7, 0x2001, b"89abcdef"), version_4(6, 7, 0x0002, b"ghi"));
    let whole = b"0123456789abcdefghi".to_vec();
    assert_eq!(payloads(&[&first, &second, &last], 0), [(whole.clone(), false, 0)]);
    assert_eq!(payloads(&[&last, &first, &second], 0), [(whole.clone(), false, 0)]);
    let evil = version_4(6, 7, 0x2000, b"XXXXXXXXYYYYYYYY");
    assert_eq!(payloads(&[&second, &evil, &last], 0)[0].0, b"XXXXXXXX89abcdefghi");
    let other = version_4(6, 8, 0x0002, b"ghi");
    assert_eq!(payloads(&[&first, &second, &other], 0), []);
}

#[test]
fn a_fragment_that_was_cut_leaves_the_rest_missing() {
    let (first, last) = (version_4(6, 7, 0x2000, b"01234567"), version_4(6, 7, 0x0001, b"89"));
    let cut = &first[..24];
    assert_eq!(payloads(&[cut, &last], 4), [(b"0123".to_vec(), false, 6)]);
}

#[test]
fn many_unfinished_packets_take_bounded_room() {
    let packets: Vec<_> = (0..5000).map(|id| version_4(6, id, 0x2000, b"01234567")).collect();
    let mut state = Packets::default();
    for packet in &packets {
        let frame = Frame { at: 1, link: 101, bytes: packet, original: packet.len() as u32, from: 0 };
        state.frame(&frame, &mut |_| panic!("nothing is whole"));
    }
    assert!(format!("{state:?}").matches("since").count() <= 1024);
}
