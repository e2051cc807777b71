//! One direction of an HTTP/1 connection in a capture: the framer, and what it needs to find messages again behind
//! bytes that are missing.

use crate::http::{Ambiguity, Asked, End, Event, Framer, Limits};
use crate::wire::flow::Side;

/// How much of what can't be read as HTTP is kept to look for a start line in.
const LOOKED_AT: usize = 64 << 10;

/// One direction.
#[derive(Debug)]
pub(super) struct Direction {
    side: Side,
    pub framer: Framer,
    /// Bytes that the framer wants to see again.
    buffer: Vec<u8>,
    /// When the first of them was captured.
    buffered_at: i64,
    /// Whether the next bytes are looked through for the start of a message.
    pub lost: bool,
    /// Whether bytes are kept without being read, because what they are depends on the other side.
    pub paused: bool,
    /// Whether the response framer was told what the next response answers.
    pub told: bool,
    /// Whether the direction has ended.
    pub ended: bool,
}

/// A step: what the framer found in the bytes at hand.
pub(super) struct Step {
    pub used: usize,
    pub event: Event,
}

impl Direction {
    pub(super) fn new(side: Side) -> Self {
        let framer = match side {
            Side::Client => Framer::requests(Limits::default()),
            Side::Server => Framer::responses(Limits::default()),
        };
        Self { side, framer, buffer: Vec::new(), buffered_at: 0, lost: false, paused: false, told: false, ended: false }
    }

    /// Takes what is buffered, with when its first byte was captured.
    pub(super) fn take_buffer(&mut self) -> (Vec<u8>, i64) {
        (std::mem::take(&mut self.buffer), self.buffered_at)
    }

    /// Keeps `bytes` for the next time; they were captured at `at`, unless there are older ones.
    pub(super) fn keep(&mut self, bytes: &[u8], at: i64) {
        if self.buffer.is_empty() {
            self.buffered_at = at;
        }
        self.buffer.extend_from_slice(bytes);
    }

    pub(super) fn has_buffer(&self) -> bool {
        !self.buffer.is_empty()
    }

    /// How many bytes are buffered.
    pub(super) fn buffered(&self) -> usize {
        self.buffer.len()
    }

    /// Whether a message begins with the next byte.
    pub(super) fn at_start(&self) -> bool {
        self.framer.between_messages()
    }

    /// Passes bytes by, up to the next start line; how many.
    pub(super) fn search(&mut self, bytes: &[u8]) -> usize {
        match find_start(self.side, bytes) {
            Some(at) => {
                self.lost = false;
                self.framer.restart();
                at
            }
            None if self.side == Side::Server => bytes.len() - cut_start(bytes),
            // A start line may be cut in two; what is longer isn't one.
            None => {
                let line = memchr::memrchr(b'\n', bytes).map_or(0, |at| at + 1);
                let rest = &bytes[line..];
                let may_be = rest.len() < LOOKED_AT && may_start(self.side, rest);
                if may_be { line } else { bytes.len() }
            }
        }
    }

    /// The framer's next event over `bytes`.
    pub(super) fn step(&mut self, bytes: &[u8]) -> Option<Step> {
        let step = self.framer.step(bytes);
        step.event.map(|event| Step { used: step.used, event })
    }

    /// Reads the head that `bytes` begin with although its end is missing.
    pub(super) fn partial_head(&self, bytes: &[u8], asked: Asked) -> Option<Event> {
        let whole = match memchr::memrchr(b'\n', bytes) {
            Some(line) => [&bytes[..=line], b"\r\n"].concat(),
            None => cut_version(self.side, bytes)?,
        };
        let mut framer = match self.side {
            Side::Client => Framer::requests(Limits::default()),
            Side::Server => Framer::responses(Limits::default()),
        };
        framer.expect(asked);
        framer.step(&whole).event.filter(|event| matches!(event, Event::Head(..)))
    }
}

/// A request of whose first line all is there but the end of its version, as captures have it that keep only the first
/// bytes of each packet: what asks for what is known.
fn cut_version(side: Side, bytes: &[u8]) -> Option<Vec<u8>> {
    let (asked, version) = bytes.split_at(memchr::memrchr(b' ', bytes)? + 1);
    let two = asked.iter().filter(|byte| **byte == b' ').count() == 2;
    let begun = !version.is_empty() && b"HTTP/1.1".starts_with(version);
    (side == Side::Client && two && begun).then(|| [asked, b"HTTP/1.1\r\n\r\n"].concat())
}

/// Whether `bytes` may be the start of a message, as far as they go.
pub(super) fn may_start(side: Side, bytes: &[u8]) -> bool {
    let bytes = &bytes[bytes.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count()..];
    match side {
        Side::Server => {
            let start = b"HTTP/";
            let len = bytes.len().min(start.len());
            bytes[..len].eq_ignore_ascii_case(&start[..len])
        }
        Side::Client => {
            // Methods are tokens (RFC 9110, 5.6.2), in practice of letters, and end with a space.
            let is_token = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte);
            let token = bytes.iter().take(33).take_while(|byte| is_token(byte)).count();
            token <= 32 && bytes.get(token).is_none_or(|byte| token > 0 && *byte == b' ')
        }
    }
}

/// Where in `bytes` a whole start line begins: at their start, behind a line end, or, a response's, anywhere, since most
/// bodies don't end with a line.
pub(super) fn find_start(side: Side, bytes: &[u8]) -> Option<usize> {
    if side == Side::Server {
        return memchr::memmem::find_iter(bytes, b"HTTP/1.").find(|at| is_start_line(side, &bytes[*at..]));
    }
    let mut starts = std::iter::once(0).chain(memchr::memchr_iter(b'\n', bytes).map(|at| at + 1));
    starts.find(|at| is_start_line(side, &bytes[*at..]))
}

/// How many bytes at the end may be the start of a response's start line.
fn cut_start(bytes: &[u8]) -> usize {
    const START: &[u8] = b"HTTP/1.";
    let may_be = |len: &usize| {
        let end = &bytes[bytes.len() - len..];
        let known = end.len().min(START.len());
        end[..known] == START[..known] && end[known..].iter().all(|byte| byte.is_ascii_digit() || *byte == b' ')
    };
    (1..=bytes.len().min("HTTP/1.1 20".len())).rev().find(may_be).unwrap_or(0)
}

/// Whether `bytes` begin with a whole start line that can hardly be anything else.
pub(in crate::wire) fn is_start_line(side: Side, bytes: &[u8]) -> bool {
    match side {
        Side::Server => matches!(
            bytes,
            [b'H', b'T', b'T', b'P', b'/', b'1', b'.', b'0'..=b'9', b' ', b'1'..=b'9', b'0'..=b'9', b'0'..=b'9', ..]
        ),
        Side::Client => {
            let method = bytes.iter().take(24).take_while(|byte| byte.is_ascii_uppercase() || **byte == b'_').count();
            if method < 3 || bytes.get(method) != Some(&b' ') {
                return false;
            }
            let Some(end) = memchr::memchr(b'\n', bytes) else { return false };
            let line = bytes[..end].trim_ascii_end();
            line.len() >= 9 && line[line.len() - 9..].starts_with(b" HTTP/1.")
        }
    }
}

/// Whether an end says that the framing itself can't be read.
pub(super) fn is_unreadable(end: End) -> Option<Ambiguity> {
    match end {
        End::Broken(what) => Some(what),
        _ => None,
    }
}
