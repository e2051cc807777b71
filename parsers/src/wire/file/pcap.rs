//! The records of a pcap file.

use pcap_parser::parse_pcap_header;

use super::{Frame, LONGEST, Next, too_long};

/// The length of the file's header.
pub(super) const HEADER: usize = 24;

/// What must be known of the file to read its records.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pcap {
    big_endian: bool,
    nanoseconds: bool,
    /// Record headers are 24 bytes long rather than 16.
    modified: bool,
    /// Captured and original length may be the other way round, as before version 2.3.
    swapped: Option<bool>,
    link: u16,
}

impl Pcap {
    pub(super) fn reads(head: &[u8]) -> bool {
        const MAGICS: [[u8; 4]; 6] = [
            [0xd4, 0xc3, 0xb2, 0xa1],
            [0xa1, 0xb2, 0xc3, 0xd4],
            [0x4d, 0x3c, 0xb2, 0xa1],
            [0xa1, 0xb2, 0x3c, 0x4d],
            [0x34, 0xcd, 0xb2, 0xa1],
            [0xa1, 0xb2, 0xcd, 0x34],
        ];
        MAGICS.iter().any(|magic| head.starts_with(magic))
    }

    /// Reads the file's header; `None` where it is none.
    pub(super) fn begin(input: &[u8]) -> Option<Self> {
        // The library doesn't know the modified kind in big-endian order, whose header is otherwise the same.
        let modified_big = input.starts_with(&[0xa1, 0xb2, 0xcd, 0x34]);
        let mut header = input.get(..HEADER)?.to_vec();
        if modified_big {
            header[2..4].copy_from_slice(&[0xc3, 0xd4]);
        }
        let (_, header) = parse_pcap_header(&header).ok()?;
        let swapped = match (header.version_major, header.version_minor) {
            (2, 3) | (543, 0) => None,
            (2, minor) => Some(minor < 3),
            _ => Some(false),
        };
        Some(Self {
            big_endian: header.is_bigendian(),
            nanoseconds: header.is_nanosecond_precision(),
            modified: modified_big || header.is_modified_format(),
            swapped,
            // The upper bits hold the length of a frame check sequence.
            link: u16::try_from(header.network.0 & 0xffff).unwrap_or(u16::MAX),
        })
    }

    pub(super) fn next<'a>(&mut self, input: &'a [u8], at: u64) -> (usize, Next<'a>) {
        // The library takes the lengths as they stand, which are the other way round in old files.
        let header = if self.modified { 24 } else { 16 };
        let Some((record, _)) = input.split_first_chunk::<16>().filter(|_| input.len() >= header) else {
            return (0, Next::More(header));
        };
        let word = |at: usize| {
            let bytes = [record[at], record[at + 1], record[at + 2], record[at + 3]];
            if self.big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) }
        };
        let (seconds, fraction, first, second) = (word(0), word(4), word(8), word(12));
        let swapped = self.swapped.unwrap_or(first > second);
        let (captured, original) = if swapped { (second, first) } else { (first, second) };
        let len = header + captured as usize;
        if u64::from(captured) > LONGEST {
            return (0, too_long(at, u64::from(captured)));
        }
        if input.len() < len {
            return (0, Next::More(len));
        }
        let unit = if self.nanoseconds { 1 } else { 1000 };
        let frame = Frame {
            at: i64::from(seconds) * 1_000_000_000 + i64::from(fraction) * unit,
            link: self.link,
            bytes: &input[header..len],
            original,
            from: at + header as u64,
        };
        (len, Next::Frame(frame))
    }
}
