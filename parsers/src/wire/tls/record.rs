//! The records of one direction: where they begin and end, also behind lost bytes (RFC 8446 section 5.1).
//!
//! Knows headers alone, nothing of what records carry.

use super::super::flow::Recognised;

/// Bytes of a header.
pub(super) const HEADER: usize = 5;

/// The longest fragment that is believed: 2^14 bytes of content and 2048 of protection (RFC 5246 section 6.2.3).
const LONGEST: usize = (1 << 14) + 2048;

/// Kinds of records.
pub(super) mod kind {
    pub(in super::super) const CHANGE_CIPHER_SPEC: u8 = 20;
    pub(in super::super) const ALERT: u8 = 21;
    pub(in super::super) const HANDSHAKE: u8 = 22;
    pub(in super::super) const APPLICATION_DATA: u8 = 23;
    pub(in super::super) const HEARTBEAT: u8 = 24;
}

/// A record's header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) kind: u8,
    pub(super) version: u16,
    /// Bytes of the fragment behind it.
    pub(super) length: usize,
}

impl Header {
    /// The header at the front of `bytes`; `Err` where there can't be one.
    pub(super) fn read(bytes: &[u8]) -> Option<Result<Self, ()>> {
        let bytes: [u8; HEADER] = bytes.get(..HEADER)?.try_into().ok()?;
        let header = Self {
            kind: bytes[0],
            version: u16::from_be_bytes([bytes[1], bytes[2]]),
            length: usize::from(u16::from_be_bytes([bytes[3], bytes[4]])),
        };
        let possible = (kind::CHANGE_CIPHER_SPEC..=kind::HEARTBEAT).contains(&header.kind)
            && bytes[1] == 3
            && bytes[2] <= 4
            && header.length <= LONGEST;
        Some(if possible { Ok(header) } else { Err(()) })
    }

    /// The bytes on the wire.
    pub(super) fn bytes(self) -> [u8; HEADER] {
        let [major, minor] = self.version.to_be_bytes();
        let [high, low] = u16::try_from(self.length).unwrap_or(u16::MAX).to_be_bytes();
        [self.kind, major, minor, high, low]
    }

    /// What MAC and AEAD of TLS 1.0 to 1.2 cover besides the content: number, kind, version, length of the content.
    pub(super) fn authenticated(self, sequence: u64, length: usize) -> [u8; 13] {
        let mut out = [0; 13];
        out[..8].copy_from_slice(&sequence.to_be_bytes());
        out[8..].copy_from_slice(&Self { length, ..self }.bytes());
        out
    }
}

/// What comes next in a direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Item {
    /// A record whose fragment stands at `start` in [`Records::buffer`].
    Record { header: Header, start: usize },
    /// One record was lost, of which everything but the content is known.
    LostOne(Header),
    /// Records were lost; how many isn't known, and this is the most there can have been.
    LostSome { at_most: u64, bytes: u64 },
    /// These are no records; nothing comes behind it.
    Broken,
}

/// Splits one direction into records. Keeps at most one record, or what it takes to find one again.
#[derive(Debug, Default)]
pub(super) struct Records {
    pub(super) buffer: Vec<u8>,
    /// How much of the buffer is done with.
    done: usize,
    state: State,
}

#[derive(Clone, Copy, Debug, Default)]
enum State {
    #[default]
    InStep,
    /// Inside a record of which bytes are missing; so many are still to come.
    Passing {
        header: Header,
        left: usize,
    },
    /// Looking for a header behind lost bytes.
    Searching {
        lost: u64,
    },
    Broken,
}

impl Records {
    pub(super) fn push(&mut self, bytes: &[u8]) {
        if matches!(self.state, State::Broken) {
            return;
        }
        if self.done > 0 {
            self.buffer.drain(..self.done);
            self.done = 0;
        }
        self.buffer.extend_from_slice(bytes);
    }

    /// Notes that so many bytes are missing behind what was pushed. Whole records must have been taken before.
    pub(super) fn gap(&mut self, length: u64) {
        match self.state {
            State::InStep => {
                let waiting = &self.buffer[self.done..];
                match Header::read(waiting) {
                    Some(Ok(header)) => self.pass(header, HEADER + header.length - waiting.len(), length),
                    _ => self.search(waiting.len() as u64 + length),
                }
            }
            State::Passing { header, left } => self.pass(header, left, length),
            State::Searching { lost } => self.search(lost + (self.buffer.len() - self.done) as u64 + length),
            State::Broken => {}
        }
    }

    fn pass(&mut self, header: Header, left: usize, missing: u64) {
        match u64::try_from(left).unwrap_or(u64::MAX).checked_sub(missing) {
            Some(left) => {
                self.clear();
                self.state = State::Passing { header, left: usize::try_from(left).unwrap_or_default() };
            }
            None => self.search((HEADER + header.length) as u64 + missing - left as u64),
        }
    }

    fn search(&mut self, lost: u64) {
        self.clear();
        self.state = State::Searching { lost };
    }

    fn clear(&mut self) {
        self.buffer.clear();
        self.done = 0;
    }

    /// The next item, if it is there whole.
    pub(super) fn next(&mut self) -> Option<Item> {
        match self.state {
            State::InStep => self.in_step(),
            State::Passing { header, left } => {
                let here = left.min(self.buffer.len() - self.done);
                self.done += here;
                self.state = State::Passing { header, left: left - here };
                (left == here).then(|| {
                    self.state = State::InStep;
                    Item::LostOne(header)
                })
            }
            State::Searching { lost } => self.searching(lost),
            State::Broken => None,
        }
    }

    fn in_step(&mut self) -> Option<Item> {
        match Header::read(&self.buffer[self.done..])? {
            Ok(header) => {
                let start = self.done + HEADER;
                let end = start + header.length;
                (self.buffer.len() >= end).then(|| {
                    self.done = end;
                    Item::Record { header, start }
                })
            }
            Err(()) => {
                self.clear();
                self.state = State::Broken;
                Some(Item::Broken)
            }
        }
    }

    /// A header is believed where another, of the same version, follows where it says.
    fn searching(&mut self, lost: u64) -> Option<Item> {
        let mut at = self.done;
        while let Some(first) = Header::read(&self.buffer[at..]) {
            let Ok(header) = first else {
                at += 1;
                continue;
            };
            let next = at + HEADER + header.length;
            if next > self.buffer.len() {
                break;
            }
            match Header::read(&self.buffer[next..]) {
                None => break,
                Some(Ok(second)) if header.length > 0 && second.version == header.version => {
                    let bytes = lost + (at - self.done) as u64;
                    self.done = at;
                    self.state = State::InStep;
                    // No record that carries anything protected is shorter than this.
                    return Some(Item::LostSome { at_most: bytes / (HEADER as u64 + 16) + 1, bytes });
                }
                Some(_) => at += 1,
            }
        }
        let passed = at - self.done;
        self.done = at;
        self.state = State::Searching { lost: lost + passed as u64 };
        None
    }
}

/// Whether bytes begin with a record that can be the first of a handshake.
pub(super) fn starts_like(bytes: &[u8], hello: u8) -> Recognised {
    let expected: [&[u8]; 6] = [&[kind::HANDSHAKE], &[3], &[0, 1, 2, 3], &[], &[], &[hello]];
    for (byte, allowed) in bytes.iter().zip(expected) {
        if !allowed.is_empty() && !allowed.contains(byte) {
            return Recognised::No;
        }
    }
    if bytes.len() < expected.len() {
        return Recognised::More;
    }
    match Header::read(bytes) {
        Some(Ok(header)) if header.length >= 4 => Recognised::Yes,
        _ => Recognised::No,
    }
}

/// Whether bytes are records from the middle of a connection: one whole, and another or nothing behind it.
pub(super) fn is_chain(bytes: &[u8]) -> Recognised {
    let Some(first) = Header::read(bytes) else { return Recognised::More };
    let Ok(header) = first else { return Recognised::No };
    if header.length == 0 || header.version < 0x0301 {
        return Recognised::No;
    }
    let Some(rest) = bytes.get(HEADER + header.length..) else { return Recognised::More };
    match Header::read(rest) {
        None if rest.is_empty() || rest[0] == header.kind => Recognised::Yes,
        Some(Ok(second)) if second.version == header.version => Recognised::Yes,
        _ => Recognised::No,
    }
}

#[cfg(test)]
mod tests;
