//! WebSocket (RFC 6455), as it goes on behind a 101: frames of both sides, with the client's mask taken off.
//!
//! Messages that are compressed (RFC 7692) are listed as such, not decompressed.

use super::flow::{self, Dissector, Found, Piece, Protocol, Recognised, Side};

/// How many frames are kept with their details; those beyond are counted.
const MOST_FRAMES: usize = 1000;

/// How much of a frame's payload is kept, in bytes.
const KEPT: usize = 256;

/// Whether a stream behind an upgrade begins with these frames: the client's are masked, the server's aren't.
#[must_use]
pub fn recognises(client: &[u8], server: &[u8]) -> Recognised {
    let looks = |bytes: &[u8], masked: bool| match Head::read(bytes) {
        _ if bytes.is_empty() => Recognised::More,
        None => Recognised::More,
        Some(Ok((head, _))) if head.mask.is_some() == masked => Recognised::Yes,
        Some(_) => Recognised::No,
    };
    match (looks(client, true), looks(server, false)) {
        (Recognised::No, _) | (_, Recognised::No) => Recognised::No,
        (one, other) => one.or(other),
    }
}

/// What went to and fro.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// The frames in the order of time, at most the first 1000.
    pub frames: Vec<Frame>,
    /// How many there were, of client and server.
    pub count: [u64; 2],
    /// Bytes of their payloads.
    pub bytes: [u64; 2],
    /// Why frames couldn't be read any more.
    pub stopped: Option<String>,
}

/// One frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Who sent it.
    pub from: Side,
    /// When its first byte came, in nanoseconds since 1970.
    pub at: i64,
    /// What it is.
    pub kind: Kind,
    /// The last frame of its message.
    pub last: bool,
    /// Its payload is compressed.
    pub compressed: bool,
    /// Bytes of its payload.
    pub length: u64,
    /// The first of them, without the mask.
    pub payload: Vec<u8>,
    /// Bytes of it are missing.
    pub damaged: bool,
}

impl Frame {
    /// The code that a close frame gives (RFC 6455 section 7.4).
    #[must_use]
    pub fn close_code(&self) -> Option<u16> {
        (self.kind == Kind::Close).then(|| self.payload.first_chunk().map(|code| u16::from_be_bytes(*code)))?
    }
}

/// What a frame is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Goes on with the message before.
    Continuation,
    /// Text in UTF-8.
    Text,
    /// Bytes.
    Binary,
    /// The sender closes.
    Close,
    /// Asks for a sign of life.
    Ping,
    /// Gives it.
    Pong,
}

impl Kind {
    /// Its name.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Continuation => "continuation",
            Self::Text => "text",
            Self::Binary => "binary",
            Self::Close => "close",
            Self::Ping => "ping",
            Self::Pong => "pong",
        }
    }

    const fn from_wire(number: u8) -> Option<Self> {
        Some(match number {
            0 => Self::Continuation,
            1 => Self::Text,
            2 => Self::Binary,
            8 => Self::Close,
            9 => Self::Ping,
            10 => Self::Pong,
            _ => return None,
        })
    }
}

/// A frame's header.
#[derive(Clone, Copy, Debug)]
struct Head {
    kind: Kind,
    last: bool,
    compressed: bool,
    mask: Option<[u8; 4]>,
    length: u64,
}

impl Head {
    /// The header at the front and its length; `Err` where there can't be one.
    fn read(bytes: &[u8]) -> Option<Result<(Self, usize), ()>> {
        let &[first, second, ..] = bytes else { return None };
        let kind = Kind::from_wire(first & 0x0f);
        let control = first & 0x08 != 0;
        let Some(kind) = kind.filter(|_| first & 0x30 == 0) else { return Some(Err(())) };
        let (length, mut at) = match second & 0x7f {
            126 => (u64::from(u16::from_be_bytes(*bytes.get(2..)?.first_chunk()?)), 4),
            127 => (u64::from_be_bytes(*bytes.get(2..)?.first_chunk()?), 10),
            small => (u64::from(small), 2),
        };
        if (control && (length > 125 || first & 0x80 == 0)) || length > u64::MAX / 2 {
            return Some(Err(()));
        }
        let mask = if second & 0x80 != 0 {
            let mask = *bytes.get(at..)?.first_chunk()?;
            at += 4;
            Some(mask)
        } else {
            None
        };
        let (last, compressed) = (first & 0x80 != 0, first & 0x40 != 0);
        Some(Ok((Self { kind, last, compressed, mask, length }, at)))
    }
}

/// Reads one WebSocket.
#[derive(Debug, Default)]
pub struct WebSocket {
    facts: Facts,
    client: Direction,
    server: Direction,
}

#[derive(Debug, Default)]
struct Direction {
    /// The bytes of a header that isn't there whole.
    waiting: Vec<u8>,
    waiting_since: i64,
    current: Option<Current>,
    stopped: bool,
}

#[derive(Debug)]
struct Current {
    frame: Frame,
    mask: Option<[u8; 4]>,
    left: u64,
}

impl WebSocket {
    /// A dissector for what follows an upgrade.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn data(&mut self, side: Side, at: i64, mut bytes: &[u8]) {
        let direction = match side {
            Side::Client => &mut self.client,
            Side::Server => &mut self.server,
        };
        while !(direction.stopped || bytes.is_empty() && direction.current.is_none()) {
            if let Some(current) = &mut direction.current {
                let here = bytes.len().min(usize::try_from(current.left).unwrap_or(usize::MAX));
                let (part, rest) = bytes.split_at(here);
                let done = current.frame.length - current.left;
                for (n, byte) in part.iter().enumerate().take(KEPT.saturating_sub(current.frame.payload.len())) {
                    let place = (done + n as u64) % 4;
                    current.frame.payload.push(byte ^ current.mask.map_or(0, |mask| mask[place as usize]));
                }
                current.left -= here as u64;
                bytes = rest;
                if current.left > 0 {
                    return;
                }
                if let Some(current) = direction.current.take() {
                    self.facts.add(current.frame);
                }
                continue;
            }
            if direction.waiting.is_empty() {
                direction.waiting_since = at;
            }
            let before = direction.waiting.len();
            direction.waiting.extend_from_slice(&bytes[..bytes.len().min(14)]);
            match Head::read(&direction.waiting) {
                // Two bytes, eight of length and four of mask: all that is there was taken.
                None => return,
                Some(Ok((head, used))) => {
                    bytes = &bytes[used - before..];
                    direction.waiting.clear();
                    let Head { kind, last, compressed, mask, length } = head;
                    let at = direction.waiting_since;
                    let (payload, damaged) = (Vec::new(), false);
                    let frame = Frame { from: side, at, kind, last, compressed, length, payload, damaged };
                    direction.current = Some(Current { frame, mask, left: length });
                }
                Some(Err(())) => {
                    direction.stopped = true;
                    self.facts.stop(format!("what the {} sends aren't WebSocket frames", side.word()));
                }
            }
        }
    }

    fn gap(&mut self, side: Side, length: u64) {
        let direction = match side {
            Side::Client => &mut self.client,
            Side::Server => &mut self.server,
        };
        match direction.current.take() {
            Some(mut current) if length <= current.left => {
                current.frame.damaged = true;
                current.left -= length;
                if current.left > 0 {
                    direction.current = Some(current);
                } else {
                    self.facts.add(current.frame);
                }
            }
            current => {
                direction.stopped = true;
                if let Some(mut current) = current {
                    current.frame.damaged = true;
                    self.facts.add(current.frame);
                }
                self.facts.stop(format!("{length} bytes of the {} are missing between frames", side.word()));
            }
        }
    }
}

impl Facts {
    fn add(&mut self, frame: Frame) {
        self.count[frame.from as usize] += 1;
        self.bytes[frame.from as usize] += frame.length;
        if self.frames.len() < MOST_FRAMES {
            self.frames.push(frame);
        }
    }

    fn stop(&mut self, why: String) {
        self.stopped.get_or_insert(why);
    }
}

impl Dissector for WebSocket {
    /// Finds nothing but facts.
    fn piece(&mut self, side: Side, piece: Piece<'_>, _found: &mut dyn FnMut(Found<'_>)) {
        match piece {
            Piece::Data { at, bytes, .. } => self.data(side, at, bytes),
            Piece::Gap { length, .. } => self.gap(side, length),
            Piece::End { .. } => {}
        }
    }

    fn protocol(&self) -> Protocol {
        Protocol::WebSocket
    }

    fn facts(&self) -> flow::Facts {
        flow::Facts { websocket: Some(Box::new(self.facts.clone())), ..flow::Facts::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(parts: &[(Side, &[u8])]) -> Facts {
        let mut socket = WebSocket::new();
        for (side, bytes) in parts {
            let piece = Piece::Data { at: 1, bytes, from: None };
            socket.piece(*side, piece, &mut |found| panic!("{found:?}"));
        }
        *Dissector::facts(&socket).websocket.unwrap()
    }

    /// RFC 6455 section 5.7: "Hello" masked, "Hel" and "lo" in two frames with a ping between.
    const MASKED: &[u8] = b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58";
    const PARTS: &[u8] = b"\x01\x03Hel\x89\x00\x80\x02lo\x88\x02\x03\xe8";

    #[test]
    fn the_frames_of_the_standard_are_read_however_they_are_split() {
        for cut in 0..PARTS.len() {
            let facts = read(&[
                (Side::Client, &MASKED[..cut.min(MASKED.len())]),
                (Side::Client, &MASKED[cut.min(MASKED.len())..]),
                (Side::Server, &PARTS[..cut]),
                (Side::Server, &PARTS[cut..]),
            ]);
            assert_eq!(facts.stopped, None);
            let payloads: Vec<&[u8]> = facts.frames.iter().map(|frame| &frame.payload[..]).collect();
            assert_eq!(payloads, [&b"Hello"[..], b"Hel", b"", b"lo", b"\x03\xe8"], "cut at {cut}");
            let kinds: Vec<&str> = facts.frames.iter().map(|frame| frame.kind.word()).collect();
            assert_eq!(kinds, ["text", "text", "ping", "continuation", "close"]);
            assert_eq!(facts.frames[4].close_code(), Some(1000));
            assert_eq!((facts.count, facts.bytes), ([1, 4], [5, 7]));
        }
    }

    #[test]
    fn long_frames_are_counted_and_their_beginning_kept() {
        let long = [&b"\x82\x7f\0\0\0\0\0\x01\0\0"[..], &[7; 65536], b"\x8a\x00"].concat();
        let facts = read(&[(Side::Server, &long)]);
        assert_eq!((facts.frames[0].length, facts.frames[0].payload.len()), (65536, KEPT));
        assert_eq!(facts.frames[1].kind, Kind::Pong);
    }

    #[test]
    fn a_gap_inside_a_frame_costs_that_frame_alone() {
        let mut socket = WebSocket::new();
        let mut nothing = |found: Found<'_>| panic!("{found:?}");
        socket.piece(Side::Server, Piece::Data { at: 1, bytes: b"\x81\x05He", from: None }, &mut nothing);
        socket.piece(Side::Server, Piece::Gap { at: 1, length: 3 }, &mut nothing);
        socket.piece(Side::Server, Piece::Data { at: 2, bytes: b"\x81\x01x", from: None }, &mut nothing);
        let frames = Dissector::facts(&socket).websocket.unwrap().frames;
        assert_eq!((frames[0].damaged, frames[1].damaged, &frames[1].payload[..]), (true, false, &b"x"[..]));
    }

    #[test]
    fn who_masks_is_the_client() {
        assert_eq!(recognises(MASKED, PARTS), Recognised::Yes);
        assert_eq!(recognises(b"", PARTS), Recognised::Yes);
        assert_eq!(recognises(PARTS, b""), Recognised::No);
        assert_eq!(recognises(b"GET / HTTP/1.1", b""), Recognised::No);
        assert_eq!(recognises(b"\x81", b""), Recognised::More);
    }
}
