//! Capture files of every kind, whole, cut and damaged.

use super::*;

fn pcap(magic: [u8; 4], big: bool, records: &[(u32, u32, &[u8], u32)]) -> Vec<u8> {
    let word = |n: u32| if big { n.to_be_bytes() } else { n.to_le_bytes() };
    let half = |n: u16| if big { n.to_be_bytes() } else { n.to_le_bytes() };
    let mut file = magic.to_vec();
    file.extend([half(2), half(4)].concat());
    file.extend([word(0), word(0), word(65_535), word(1)].concat());
    for (seconds, fraction, bytes, original) in records {
        file.extend([word(*seconds), word(*fraction), word(bytes.len() as u32), word(*original)].concat());
        if matches!(magic, [0x34, ..] | [0xa1, 0xb2, 0xcd, _]) {
            file.extend([0; 8]);
        }
        file.extend_from_slice(bytes);
    }
    file
}

fn block(kind: u32, body: &[u8]) -> Vec<u8> {
    let len = 12 + body.len() as u32;
    [&kind.to_le_bytes()[..], &len.to_le_bytes(), body, &len.to_le_bytes()].concat()
}

fn section() -> Vec<u8> {
    block(0x0a0d_0d0a, &[&0x1a2b_3c4d_u32.to_le_bytes()[..], &[1, 0, 0, 0], &[0xff; 8]].concat())
}

fn interface(link: u16, resolution: u8) -> Vec<u8> {
    let options = [9, 0, 1, 0, resolution, 0, 0, 0, 0, 0, 0, 0];
    block(1, &[&link.to_le_bytes()[..], &[0; 2], &[0; 4], &options].concat())
}

fn packet(interface: u32, time: u64, bytes: &[u8]) -> Vec<u8> {
    let words = [interface, (time >> 32) as u32, time as u32, bytes.len() as u32, bytes.len() as u32];
    let mut body: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    body.extend_from_slice(bytes);
    body.resize(body.len().next_multiple_of(4), 0);
    block(6, &body)
}

type Shown = (i64, u16, Vec<u8>, u64);

/// Everything in `file`, shown in pieces of `step` bytes: time, link type, bytes, offset; and the problems.
fn read(file: &[u8], step: usize) -> (Vec<Shown>, Vec<Problem>) {
    let (mut frames, mut problems) = (Vec::new(), Vec::new());
    let mut reader = Reader::new();
    let (mut start, mut end) = (0, 0);
    loop {
        let (used, next) = reader.next(&file[start..end]);
        match next {
            Next::Frame(frame) => frames.push((frame.at, frame.link, frame.bytes.to_vec(), frame.from)),
            Next::Bad(problem) => problems.push(problem),
            Next::Damage(problem) => {
                problems.push(problem);
                return (frames, problems);
            }
            Next::More(_) if end == file.len() => {
                problems.extend(reader.finish(end - start));
                return (frames, problems);
            }
            Next::More(_) => end = (end + step).min(file.len()),
            Next::KeyLog(text) => frames.push((0, 0, text.to_vec(), 0)),
            Next::Other => {}
        }
        start += used;
    }
}

#[test]
fn both_byte_orders_and_resolutions_of_pcap_are_read() {
    let records: [(u32, u32, &[u8], u32); 2] = [(1, 2, b"abc", 3), (u32::MAX, 999_999, b"de", 100)];
    for (magic, big, unit) in [
        ([0xd4, 0xc3, 0xb2, 0xa1], false, 1000),
        ([0xa1, 0xb2, 0xc3, 0xd4], true, 1000),
        ([0x4d, 0x3c, 0xb2, 0xa1], false, 1),
        ([0xa1, 0xb2, 0x3c, 0x4d], true, 1),
        ([0x34, 0xcd, 0xb2, 0xa1], false, 1000),
        ([0xa1, 0xb2, 0xcd, 0x34], true, 1000),
    ] {
        let file = pcap(magic, big, &records);
        for step in [1, 7, 10_000] {
            let (frames, problems) = read(&file, step);
            assert_eq!(problems, [], "{magic:x?}");
            assert_eq!(frames.len(), 2, "{magic:x?}");
            assert_eq!((frames[0].0, frames[0].1, &frames[0].2[..]), (1_000_000_000 + 2 * unit, 1, &b"abc"[..]));
            assert_eq!(frames[1].0, i64::from(u32::MAX) * 1_000_000_000 + 999_999 * unit);
            assert_eq!(&file[frames[1].3 as usize..][..2], b"de");
        }
    }
}

#[test]
fn a_pcap_that_is_cut_or_damaged_is_read_up_to_there() {
    let file = pcap([0xd4, 0xc3, 0xb2, 0xa1], false, &[(1, 0, b"abc", 3), (2, 0, b"def", 3)]);
    let (frames, problems) = read(&file[..file.len() - 1], 100);
    assert_eq!((frames.len(), problems.len(), problems[0].offset), (1, 1, 43));
    let mut damaged = file.clone();
    damaged[43 + 11] = 0x7f;
    let (frames, problems) = read(&damaged, 100);
    assert_eq!((frames.len(), problems[0].offset), (1, 43));
    assert_eq!(read(&file[..10], 100).1.len(), 1);
}

#[test]
fn each_interface_has_its_link_type_and_clock() {
    let file = [
        section(),
        interface(1, 6),
        interface(113, 9),
        packet(0, 1_000_001, b"abcde"),
        packet(1, 5_000_000_000, b"f"),
        block(0x0bad, b"unknown."),
        // After 2106, in units of 2^-10 seconds.
        section(),
        interface(101, 0x8a),
        packet(0, 5_000_000_000 << 10, b"late"),
        block(3, &[&4_u32.to_le_bytes()[..], b"bare"].concat()),
        block(10, &[&0x544c_534b_u32.to_le_bytes()[..], &6_u32.to_le_bytes(), b"CLIENT\0\0"].concat()),
    ]
    .concat();
    for step in [1, 10_000] {
        let (frames, problems) = read(&file, step);
        assert_eq!(problems, []);
        let seen: Vec<_> = frames.iter().map(|(at, link, bytes, _)| (*at, *link, &bytes[..])).collect();
        assert_eq!(
            seen,
            [
                (1_000_001_000, 1, &b"abcde"[..]),
                (5_000_000_000, 113, b"f"),
                (5_000_000_000_000_000_000, 101, b"late"),
                (NO_TIME, 101, b"bare"),
                (0, 0, b"CLIENT"),
            ]
        );
        assert_eq!(&file[frames[2].3 as usize..][..4], b"late");
    }
}

#[test]
fn a_bad_block_is_passed_by_and_a_bad_length_ends_the_reading() {
    let file = [section(), interface(1, 6), packet(7, 0, b"x"), packet(0, 0, b"y")].concat();
    let (frames, problems) = read(&file, 10_000);
    assert_eq!((frames.len(), problems.len()), (1, 1));
    let mut file = [section(), interface(1, 6), packet(0, 0, b"y"), packet(0, 0, b"z")].concat();
    let at = file.len() - packet(0, 0, b"z").len();
    file[at + 4] = 13;
    let (frames, problems) = read(&file, 10_000);
    assert_eq!((frames.len(), problems[0].offset), (1, at as u64));
}

#[test]
fn the_seconds_to_be_added_stand_in_the_sections_byte_order() {
    let block = |kind: u32, body: &[u8]| {
        let len = 12 + body.len() as u32;
        [&kind.to_be_bytes()[..], &len.to_be_bytes(), body, &len.to_be_bytes()].concat()
    };
    let options = [&[0, 14, 0, 8][..], &1000_i64.to_be_bytes(), &[0; 4]].concat();
    let words = [0, 0, 2_000_000, 4, 4_u32].map(u32::to_be_bytes).concat();
    let file = [
        block(0x0a0d_0d0a, &[&[0x1a, 0x2b, 0x3c, 0x4d, 0, 1, 0, 0][..], &[0xff; 8]].concat()),
        block(1, &[&[0, 1, 0, 0, 0, 0, 0, 0][..], &options].concat()),
        block(6, &[&words[..], b"abcd"].concat()),
    ]
    .concat();
    let (frames, problems) = read(&file, 10_000);
    assert_eq!(problems, []);
    assert_eq!((frames[0].0, &frames[0].2[..]), (1_002_000_000_000, &b"abcd"[..]));
}
