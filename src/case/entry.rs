//! One entry of a segment as bytes: a header of twenty bytes with two checksums, and the payload. It knows how an
//! entry is framed, found again behind damage, and nothing of what a payload means.
//!
//! ```text
//! 0   4  sync   D7 6D 77 1A
//! 4   2  kind   little-endian, see [`Kind`]
//! 6   2  zero   written 0, ignored when read
//! 8   4  len    bytes of payload, little-endian, at most [`MAX_PAYLOAD`]
//! 12  4  crc    CRC-32 (IEEE) of the payload
//! 16  4  crc    CRC-32 (IEEE) of the sixteen bytes before
//! 20     payload
//! ```

use std::io;

use super::segment::Segment;

/// Bytes before an entry's payload.
pub(crate) const HEADER_LEN: usize = 20;

/// No payload is longer; longer bodies are cut into several entries.
pub(crate) const MAX_PAYLOAD: usize = 16 << 20;

/// Bytes of a body that go into one entry.
pub(crate) const BODY_PART: usize = 1 << 20;

const SYNC: [u8; 4] = [0xD7, b'm', b'w', 0x1A];
const WINDOW: usize = 64 << 10;

/// What an entry holds. Kinds that this version doesn't know are kept and skipped with a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    /// An exchange without its bodies, as JSON; a later one of the same id replaces it.
    Exchange,
    /// A piece of a body.
    Body,
    /// Where the pieces of a longer body stand: segment (4), offset (8) and length (4) of each, little-endian.
    BodyList,
    /// A source, as JSON; a later one of the same id replaces it.
    Source,
    /// Something that could not be read or kept, as JSON.
    Problem,
    /// An exchange that hadn't ended when it was written down, as JSON; a later one of the same id, of either kind,
    /// replaces it.
    UnderWay,
    /// A kind of a newer version.
    Unknown(u16),
}

impl Kind {
    pub(crate) const fn number(self) -> u16 {
        match self {
            Self::Exchange => 1,
            Self::Body => 2,
            Self::BodyList => 3,
            Self::Source => 4,
            Self::Problem => 5,
            Self::UnderWay => 6,
            Self::Unknown(number) => number,
        }
    }

    pub(crate) const fn of(number: u16) -> Self {
        match number {
            1 => Self::Exchange,
            2 => Self::Body,
            3 => Self::BodyList,
            4 => Self::Source,
            5 => Self::Problem,
            6 => Self::UnderWay,
            number => Self::Unknown(number),
        }
    }

    /// Whether it is part of a body, which is only looked at when the body is asked for.
    pub(crate) const fn is_body(self) -> bool {
        matches!(self, Self::Body | Self::BodyList)
    }
}

/// Appends one entry to `out`.
pub(crate) fn put(out: &mut Vec<u8>, kind: Kind, payload: &[u8]) {
    debug_assert!(payload.len() <= MAX_PAYLOAD);
    let start = out.len();
    out.extend_from_slice(&SYNC);
    out.extend_from_slice(&kind.number().to_le_bytes());
    out.extend_from_slice(&[0, 0]);
    out.extend_from_slice(&(payload.len() as u32).to_le_bytes());
    out.extend_from_slice(&crc32fast::hash(payload).to_le_bytes());
    let check = crc32fast::hash(&out[start..]);
    out.extend_from_slice(&check.to_le_bytes());
    out.extend_from_slice(payload);
}

/// An entry's header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) kind: Kind,
    pub(crate) len: u32,
    crc: u32,
}

impl Header {
    /// Reads a header; `None` where the bytes aren't one.
    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        let bytes = bytes.get(..HEADER_LEN)?;
        let word = |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        if bytes[..4] != SYNC || word(16) != crc32fast::hash(&bytes[..16]) || word(8) as usize > MAX_PAYLOAD {
            return None;
        }
        Some(Self { kind: Kind::of(u16::from_le_bytes([bytes[4], bytes[5]])), len: word(8), crc: word(12) })
    }

    /// Whether `payload` is what was written.
    pub(crate) fn fits(&self, payload: &[u8]) -> bool {
        payload.len() == self.len as usize && crc32fast::hash(payload) == self.crc
    }

    /// Header and payload together.
    pub(crate) const fn whole_len(&self) -> u64 {
        HEADER_LEN as u64 + self.len as u64
    }
}

/// Reads the whole entry at `offset`.
///
/// # Errors
/// When the segment can't be read, or there is no whole entry at that place.
pub(crate) fn read(segment: &mut Segment, offset: u64) -> io::Result<(Kind, Vec<u8>)> {
    let mut head = [0; HEADER_LEN];
    let got = segment.read_at(offset, &mut head)?;
    let header = Header::parse(&head[..got]).ok_or_else(|| damaged(offset, "there is no entry"))?;
    let mut payload = vec![0; header.len as usize];
    let got = segment.read_at(offset + HEADER_LEN as u64, &mut payload)?;
    if got < payload.len() || !header.fits(&payload) {
        return Err(damaged(offset, "the entry does not have its checksum"));
    }
    Ok((header.kind, payload))
}

fn damaged(offset: u64, what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("{what} at byte {offset} of the segment"))
}

/// What stands at the place to which a scan has come.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// A whole entry; the payload is empty for bodies, which are not read.
    Entry { offset: u64, kind: Kind, payload: Vec<u8> },
    /// Bytes that are no entry, with entries behind them.
    Damage { from: u64, to: u64 },
    /// The end of what is whole: behind `at` stand `torn` bytes that are no entry, or not yet.
    End { at: u64, torn: u64 },
}

/// Goes through a segment entry by entry, past damage.
pub(crate) struct Scan<'a> {
    segment: &'a mut Segment,
    at: u64,
    len: u64,
    window: Vec<u8>,
    window_at: u64,
}

impl<'a> Scan<'a> {
    /// A scan from `at`, which is the start of an entry, to the end that the segment has now.
    ///
    /// # Errors
    /// When the segment's length can't be had.
    pub(crate) fn new(segment: &'a mut Segment, at: u64) -> io::Result<Self> {
        let len = segment.len()?;
        Ok(Self { segment, at, len, window: Vec::new(), window_at: 0 })
    }

    /// Where the scan stands: behind what the last step gave.
    pub(crate) const fn at(&self) -> u64 {
        self.at
    }

    /// The next entry, damage, or the end.
    ///
    /// # Errors
    /// When the segment can't be read.
    pub(crate) fn step(&mut self) -> io::Result<Step> {
        let left = self.len.saturating_sub(self.at);
        if left < HEADER_LEN as u64 {
            return Ok(Step::End { at: self.at, torn: left });
        }
        let from = self.at;
        match self.header_at(from)? {
            None => self.resync(from),
            Some(header) if header.whole_len() > left => Ok(Step::End { at: from, torn: left }),
            Some(header) => self.entry(from, header),
        }
    }

    fn entry(&mut self, offset: u64, header: Header) -> io::Result<Step> {
        let end = offset + header.whole_len();
        self.at = end;
        if header.kind.is_body() {
            return Ok(Step::Entry { offset, kind: header.kind, payload: Vec::new() });
        }
        let payload = self.bytes(offset + HEADER_LEN as u64, header.len as usize)?.to_vec();
        if header.fits(&payload) {
            return Ok(Step::Entry { offset, kind: header.kind, payload });
        }
        if end >= self.len {
            // The last entry of all: not damage, but a write that didn't end.
            self.at = offset;
            return Ok(Step::End { at: offset, torn: self.len - offset });
        }
        Ok(Step::Damage { from: offset, to: end })
    }

    /// Looks for the next header behind `from`; its own checksum makes it unlikely that payload is taken for one.
    fn resync(&mut self, from: u64) -> io::Result<Step> {
        let mut at = from + 1;
        while at + HEADER_LEN as u64 <= self.len {
            let len = usize::try_from((self.len - at).min(WINDOW as u64)).unwrap_or(WINDOW);
            let window = self.bytes(at, len)?;
            if window.len() < HEADER_LEN {
                break;
            }
            match memchr::memmem::find(window, &SYNC) {
                Some(found) if found + HEADER_LEN <= window.len() => {
                    let header = Header::parse(&window[found..]);
                    let found_at = at + found as u64;
                    if header.is_some_and(|h| found_at + h.whole_len() <= self.len) {
                        self.at = found_at;
                        return Ok(Step::Damage { from, to: found_at });
                    }
                    at = found_at + 1;
                }
                Some(found) => at += found as u64,
                None => at += (window.len() - SYNC.len() + 1) as u64,
            }
        }
        Ok(Step::End { at: from, torn: self.len - from })
    }

    fn header_at(&mut self, at: u64) -> io::Result<Option<Header>> {
        Ok(Header::parse(self.bytes(at, HEADER_LEN)?))
    }

    /// `len` bytes at `at`, fewer where the segment ends.
    fn bytes(&mut self, at: u64, len: usize) -> io::Result<&[u8]> {
        let held = at >= self.window_at && at + len as u64 <= self.window_at + self.window.len() as u64;
        if !held {
            let want = len.max(WINDOW);
            self.window.resize(want, 0);
            let got = self.segment.read_at(at, &mut self.window)?;
            self.window.truncate(got);
            self.window_at = at;
        }
        let start = (at - self.window_at) as usize;
        let end = (start + len).min(self.window.len());
        Ok(&self.window[start.min(end)..end])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(bytes: &[u8]) -> (tempfile::TempDir, Segment) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.seg");
        std::fs::write(&path, bytes).unwrap();
        let segment = Segment::raw(std::fs::File::open(path).unwrap());
        (dir, segment)
    }

    fn steps(bytes: &[u8]) -> Vec<Step> {
        let (_dir, mut segment) = segment(bytes);
        let mut scan = Scan::new(&mut segment, 0).unwrap();
        let mut steps = Vec::new();
        loop {
            let step = scan.step().unwrap();
            let end = matches!(step, Step::End { .. });
            steps.push(step);
            if end {
                return steps;
            }
        }
    }

    #[test]
    fn damage_costs_the_entry_it_hits_and_no_other() {
        let mut whole = Vec::new();
        put(&mut whole, Kind::Problem, b"first");
        let second = whole.len();
        put(&mut whole, Kind::Source, b"second");
        let third = whole.len();
        put(&mut whole, Kind::Unknown(999), b"third");
        for at in second..third {
            let mut bytes = whole.clone();
            bytes[at] ^= 0x55;
            let steps = steps(&bytes);
            assert_eq!(steps.len(), 4, "byte {at}: {steps:?}");
            assert_eq!(steps[0], Step::Entry { offset: 0, kind: Kind::Problem, payload: b"first".to_vec() });
            assert_eq!(steps[1], Step::Damage { from: second as u64, to: third as u64 });
            assert!(matches!(&steps[2], Step::Entry { kind: Kind::Unknown(999), payload, .. } if payload == b"third"));
        }
    }

    #[test]
    fn a_torn_tail_ends_the_scan_at_the_last_whole_entry() {
        let mut whole = Vec::new();
        put(&mut whole, Kind::Problem, b"first");
        let second = whole.len();
        put(&mut whole, Kind::Exchange, &[7; 300]);
        for cut in second..whole.len() {
            let steps = steps(&whole[..cut]);
            assert_eq!(steps.last(), Some(&Step::End { at: second as u64, torn: (cut - second) as u64 }));
            assert_eq!(steps.len(), 2);
        }
        let mut zeros = whole.clone();
        zeros.extend_from_slice(&[0; 200_000]);
        assert_eq!(steps(&zeros).last(), Some(&Step::End { at: whole.len() as u64, torn: 200_000 }));
    }
}
