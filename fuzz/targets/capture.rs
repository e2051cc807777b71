//! Capture files, frames of any link type, and TCP conversations: the first byte says which of them the others are.
#![no_main]
use mwscope_parsers::wire::{Again, Capture, Secrets, Seen};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Some((&kind, rest)) = bytes.split_first() else { return };
    let file = match kind % 3 {
        0 => rest.to_vec(),
        1 => frames(rest),
        _ => segments(rest),
    };
    // However the file is cut for reading, the same comes out of it.
    assert_eq!(read(&file, file.len().max(1)), read(&file, 1 + usize::from(kind)));
});

/// What is counted of a capture that is read in pieces of `size` bytes: exchanges, their body bytes, conversations,
/// the bytes of these and those missing.
fn read(file: &[u8], size: usize) -> [u64; 6] {
    let mut counts = [0; 6];
    let mut seen = |seen: Seen<'_>| match seen {
        Seen::Begins { .. } => counts[0] += 1,
        Seen::Body { bytes, .. } => counts[1] += bytes.len() as u64,
        Seen::Ends { .. } => counts[2] += 1,
        Seen::Closed { tcp, .. } => {
            counts[3] += 1;
            counts[4] += tcp.bytes.client + tcp.bytes.server;
            counts[5] += tcp.gaps.client + tcp.gaps.server;
        }
        Seen::Trouble { .. } | Seen::Problem(_) => {}
    };
    let (mut capture, mut again) = (Capture::new(Secrets::default()), Whole(file));
    let (mut at, mut shown) = (0, 0);
    while shown < file.len() {
        shown = (shown + size).min(file.len());
        at += capture.push(&file[at..shown], &mut again, &mut seen).0;
        assert!(at <= shown);
    }
    capture.finish(file.len() - at, &mut again, &mut seen);
    assert_eq!(counts[0], counts[2], "each exchange that begins ends");
    counts
}

struct Whole<'a>(&'a [u8]);

impl Again for Whole<'_> {
    fn read(&mut self, from: u64, len: usize, into: &mut Vec<u8>) -> bool {
        into.clear();
        let from = usize::try_from(from).unwrap_or(usize::MAX);
        let Some(bytes) = from.checked_add(len).and_then(|to| self.0.get(from..to)) else { return false };
        into.extend_from_slice(bytes);
        true
    }
}

/// Link types that are taken apart.
const LINKS: [u32; 10] = [0, 1, 12, 101, 105, 108, 113, 127, 228, 276];

fn header(link: u32) -> Vec<u8> {
    [0xa1b2_c3d4_u32, 0x0004_0002, 0, 0, 65_535, link].map(u32::to_le_bytes).concat()
}

fn record(file: &mut Vec<u8>, at: u32, original: u32, bytes: &[u8]) {
    file.extend([at, at % 1_000_000, bytes.len() as u32, original].map(u32::to_le_bytes).concat());
    file.extend_from_slice(bytes);
}

/// A capture whose frames are the input's bytes: a length before each.
fn frames(bytes: &[u8]) -> Vec<u8> {
    let Some((&link, mut rest)) = bytes.split_first() else { return Vec::new() };
    let mut file = header(LINKS[usize::from(link) % LINKS.len()]);
    while let Some((&len, behind)) = rest.split_first() {
        let (frame, behind) = behind.split_at(behind.len().min(usize::from(len)));
        record(&mut file, u32::from(len), frame.len() as u32 + u32::from(len & 3), frame);
        rest = behind;
    }
    file
}

/// A capture of one pair of ends. Four bytes before each segment: whose, flags and how much was cut off; where it
/// begins and what it acknowledges, near where that side is; how long it is.
fn segments(mut bytes: &[u8]) -> Vec<u8> {
    let mut file = header(101);
    let mut next = [u32::MAX - 40, 7_u32];
    let mut at = 0;
    while let Some((&[control, place, ack, len], rest)) = bytes.split_first_chunk() {
        let (payload, rest) = rest.split_at(rest.len().min(usize::from(len)));
        bytes = rest;
        let own = usize::from(control & 1);
        let near = |next: u32, by: u8| next.wrapping_add(i32::from(by as i8) as u32);
        let seq = if place < 0xc0 { next[own] } else { near(next[own], place) };
        let ports = [[0x9c, 0x40], [0, 80_u8]];
        let mut tcp = [ports[own], ports[1 - own]].concat();
        tcp.extend(seq.to_be_bytes());
        tcp.extend(if ack < 0xc0 { next[1 - own] } else { near(next[1 - own], ack) }.to_be_bytes());
        tcp.extend([0x50, (control >> 1) & 0x17 | if control & 0x40 == 0 { 0x10 } else { 0 }, 1, 0, 0, 0, 0, 0]);
        let cut = if control & 0x80 == 0 { 0 } else { payload.len() / 2 };
        tcp.extend_from_slice(&payload[cut..]);
        let total = (20 + tcp.len() + cut) as u16;
        let mut packet = vec![0x45, 0];
        packet.extend(total.to_be_bytes());
        packet.extend([0, 0, 0, 0, 64, 6, 0, 0, 10, 0, 0, own as u8, 10, 0, 0, 1 - own as u8]);
        packet.extend(tcp);
        at += u32::from(control >> 5);
        record(&mut file, at, u32::from(total), &packet);
        let end = seq.wrapping_add(payload.len() as u32);
        if end.wrapping_sub(next[own]) < 1 << 20 {
            next[own] = end;
        }
    }
    file
}
