//! The frames of one direction (RFC 9113 section 4): headers, whole control frames, and data as it comes.
//!
//! Knows lengths and kinds; what a frame means for a stream is not known here.

use super::super::flow::Recognised;

/// What every client sends first (RFC 9113 section 3.4).
pub(super) const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Bytes of a frame's header.
const HEADER: usize = 9;

/// The longest control frame that is kept to be read whole. Data may be in longer ones.
const LONGEST: usize = 256 * 1024;

/// Kinds of frames.
pub(super) mod kind {
    pub(in super::super) const DATA: u8 = 0;
    pub(in super::super) const HEADERS: u8 = 1;
    pub(in super::super) const RST_STREAM: u8 = 3;
    pub(in super::super) const SETTINGS: u8 = 4;
    pub(in super::super) const PUSH_PROMISE: u8 = 5;
    pub(in super::super) const GOAWAY: u8 = 7;
    pub(in super::super) const CONTINUATION: u8 = 9;
    /// The greatest number in RFC 9113; extensions have greater ones.
    pub(in super::super) const LAST: u8 = CONTINUATION;
}

/// Flags of frames.
pub(super) mod flag {
    pub(in super::super) const END_STREAM: u8 = 1;
    pub(in super::super) const END_HEADERS: u8 = 4;
    pub(in super::super) const PADDED: u8 = 8;
    pub(in super::super) const PRIORITY: u8 = 32;
}

/// A frame's header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) length: usize,
    pub(super) kind: u8,
    pub(super) flags: u8,
    pub(super) stream: u32,
}

impl Header {
    pub(super) fn has(self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let b: [u8; HEADER] = bytes.get(..HEADER)?.try_into().ok()?;
        Some(Self {
            length: u32::from_be_bytes([0, b[0], b[1], b[2]]) as usize,
            kind: b[3],
            flags: b[4],
            stream: u32::from_be_bytes([b[5] & 0x7f, b[6], b[7], b[8]]),
        })
    }

    /// Whether a frame can have this header: the rules of RFC 9113 section 6 about lengths and streams.
    fn is_likely(self) -> bool {
        let on_stream = self.stream != 0;
        match self.kind {
            kind::DATA | kind::HEADERS | kind::CONTINUATION => on_stream && self.length <= 1 << 14,
            2 => on_stream && self.length == 5,
            kind::RST_STREAM => on_stream && self.length == 4,
            kind::SETTINGS => !on_stream && self.length.is_multiple_of(6) && self.length <= 600,
            kind::PUSH_PROMISE => on_stream && (4..=1 << 14).contains(&self.length),
            6 => !on_stream && self.length == 8,
            kind::GOAWAY => !on_stream && (8..=1 << 14).contains(&self.length),
            8 => self.length == 4,
            _ => false,
        }
    }
}

/// What comes next in a direction. Ranges are into [`Frames::buffer`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Item {
    /// The client's preface.
    Preface,
    /// A frame other than DATA, whole; its payload without padding.
    Frame(Header, std::ops::Range<usize>),
    /// Bytes of a DATA frame without padding; none where the frame has none.
    Data { header: Header, bytes: std::ops::Range<usize>, last: bool },
    /// So many bytes of a DATA frame were lost.
    DataLost { header: Header, lost: u64, last: bool },
    /// Frames were lost, and another one was found behind.
    Lost,
    /// A control frame is too long, or its padding; it was passed by.
    Passed(Header),
    /// These are no frames. Nothing comes behind it.
    Broken,
}

/// Splits one direction into frames.
#[derive(Debug)]
pub(super) struct Frames {
    pub(super) buffer: Vec<u8>,
    done: usize,
    state: State,
}

#[derive(Clone, Copy, Debug)]
enum State {
    /// Before anything was seen.
    Start {
        client: bool,
    },
    InStep,
    /// Inside a DATA frame: payload and padding still to come.
    Data {
        header: Header,
        payload: usize,
        padding: usize,
    },
    /// Inside a frame that isn't read.
    Passing {
        header: Header,
        left: usize,
    },
    Searching,
    Broken,
}

impl Frames {
    pub(super) fn new(client: bool) -> Self {
        Self { buffer: Vec::new(), done: 0, state: State::Start { client } }
    }

    /// Whether all that was pushed has been given out.
    pub(super) fn is_empty(&self) -> bool {
        self.done == self.buffer.len()
    }

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

    /// Notes that so many bytes are missing behind what was pushed; all items must have been taken before.
    pub(super) fn gap(&mut self, length: u64) -> Option<Item> {
        let (mut state, mut lost) = (self.state, None);
        if let State::Data { header, payload, padding } = &mut state {
            let all = (*payload + *padding) as u64;
            if length <= all {
                let of_payload = length.min(*payload as u64);
                *payload -= usize::try_from(of_payload).unwrap_or_default();
                *padding -= usize::try_from(length - of_payload).unwrap_or_default();
                let last = *payload == 0;
                lost = Some(Item::DataLost { header: *header, lost: of_payload, last });
                if last && *padding == 0 {
                    state = State::InStep;
                }
                self.state = state;
                return lost;
            }
            lost = Some(Item::DataLost { header: *header, lost: *payload as u64, last: true });
        }
        if !matches!(self.state, State::Broken) {
            self.buffer.clear();
            self.done = 0;
            self.state = State::Searching;
        }
        lost
    }

    /// The next item, if enough of it is there.
    pub(super) fn next(&mut self) -> Option<Item> {
        match self.state {
            State::Start { client } => self.start(client),
            State::InStep => self.in_step(),
            State::Data { header, payload, padding } => self.data(header, payload, padding),
            State::Passing { header, left } => {
                let here = left.min(self.buffer.len() - self.done);
                self.done += here;
                self.state = State::Passing { header, left: left - here };
                (left == here).then(|| {
                    self.state = State::InStep;
                    Item::Passed(header)
                })
            }
            State::Searching => self.searching(),
            State::Broken => None,
        }
    }

    fn start(&mut self, client: bool) -> Option<Item> {
        let waiting = &self.buffer[self.done..];
        if client {
            match Recognised::prefix(waiting, PREFACE) {
                Recognised::More => return None,
                Recognised::Yes => {
                    self.done += PREFACE.len();
                    self.state = State::InStep;
                    return Some(Item::Preface);
                }
                Recognised::No => {}
            }
        }
        // A server begins with SETTINGS. Anything else is the middle of a connection, perhaps of a frame.
        let header = Header::read(waiting)?;
        let begins = !client && header.kind == kind::SETTINGS && header.is_likely();
        self.state = if begins { State::InStep } else { State::Searching };
        self.next()
    }

    fn in_step(&mut self) -> Option<Item> {
        let waiting = &self.buffer[self.done..];
        let header = Header::read(waiting)?;
        if header.kind == kind::DATA {
            let padded = usize::from(header.has(flag::PADDED));
            let padding = if padded > 0 { usize::from(*waiting.get(HEADER)?) } else { 0 };
            self.done += HEADER + padded;
            let Some(payload) = header.length.checked_sub(padded + padding) else { return Some(self.broken()) };
            return self.data(header, payload, padding);
        }
        if header.length > LONGEST {
            self.done += HEADER;
            self.state = State::Passing { header, left: header.length };
            return self.next();
        }
        let start = self.done + HEADER;
        let end = start + header.length;
        if self.buffer.len() < end {
            return None;
        }
        self.done = end;
        let padded = header.has(flag::PADDED) && matches!(header.kind, kind::HEADERS | kind::PUSH_PROMISE);
        if !padded {
            return Some(Item::Frame(header, start..end));
        }
        let padding = self.buffer[start..end].first().map(|&n| usize::from(n));
        match padding.and_then(|padding| end.checked_sub(padding)).filter(|&end| end > start) {
            Some(end) => Some(Item::Frame(header, start + 1..end)),
            None => Some(Item::Passed(header)),
        }
    }

    fn data(&mut self, header: Header, payload: usize, padding: usize) -> Option<Item> {
        let here = payload.min(self.buffer.len() - self.done);
        let bytes = self.done..self.done + here;
        self.done += here;
        let payload = payload - here;
        if payload > 0 {
            self.state = State::Data { header, payload, padding };
            return (here > 0).then_some(Item::Data { header, bytes, last: false });
        }
        let passed = padding.min(self.buffer.len() - self.done);
        self.done += passed;
        if passed == padding {
            self.state = State::InStep;
            return Some(Item::Data { header, bytes, last: true });
        }
        self.state = State::Data { header, payload, padding: padding - passed };
        (here > 0).then_some(Item::Data { header, bytes, last: false })
    }

    /// A frame is believed where another likely one follows.
    fn searching(&mut self) -> Option<Item> {
        while let Some(first) = Header::read(&self.buffer[self.done..]) {
            if first.is_likely() {
                match Header::read(self.buffer.get(self.done + HEADER + first.length..).unwrap_or_default()) {
                    None => return None,
                    Some(second) if second.is_likely() => {
                        self.state = State::InStep;
                        return Some(Item::Lost);
                    }
                    Some(_) => {}
                }
            }
            self.done += 1;
        }
        None
    }

    fn broken(&mut self) -> Item {
        self.buffer = Vec::new();
        self.done = 0;
        self.state = State::Broken;
        Item::Broken
    }
}

/// Whether bytes are a chain of frames from the first byte on: at least two, or one and the beginning of another.
pub(super) fn is_chain(bytes: &[u8]) -> Recognised {
    let (mut at, mut frames) = (0, 0);
    while let Some(header) = bytes.get(at..).and_then(Header::read) {
        if !header.is_likely() || header.kind > kind::LAST {
            return Recognised::No;
        }
        frames += 1;
        at += HEADER + header.length;
    }
    if frames >= 2 { Recognised::Yes } else { Recognised::More }
}
