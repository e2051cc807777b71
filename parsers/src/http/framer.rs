//! The framing of one direction of an HTTP/1 connection: bytes in as they come, events out, every byte in exactly one event.
//!
//! The framer buffers nothing: it says how many bytes it took from the front of what it was shown, and wants the
//! rest again with more behind it. Any split of the input gives the same events (payload may come in other pieces).

use super::chunk::{self, Piece, Stage};
use super::doubt::{Ambiguity, Doubt};
use super::framing::{BodyLength, request_body, response_body};
use super::head::{Field, Head, Limits};
use crate::Span;
use std::collections::VecDeque;

/// Reads one direction of an HTTP/1 connection.
#[derive(Clone, Debug)]
pub struct Framer {
    side: Side,
    limits: Limits,
    at: u64,
    state: State,
    /// Events that were found with one that had to come first, and the bytes each takes.
    waiting: VecDeque<(usize, Event)>,
}

/// What the next bytes are. Spans count from the first byte the framer was ever shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A complete head, and how its body will end. Its doubts include those about the body's length.
    Head(Box<Head>, BodyLength),
    /// Payload bytes of the body, after transfer decoding and before content decoding.
    Body(Span),
    /// Bytes of the chunked coding that are no payload: size lines, line ends, the last chunk, an empty trailer section.
    Framing(Span),
    /// A trailer section with at least one field, and the empty line behind it.
    Trailers(Box<Trailers>),
    /// Something in the framing that readers could understand differently. It precedes the bytes it speaks of.
    Doubt(Doubt),
    /// The end of a message.
    End(End),
    /// Bytes that belong to no message: behind a switch of protocols, or behind framing that can't be read.
    Opaque(Span),
}

/// The fields behind a chunked body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trailers {
    /// The exact bytes, with the empty line at their end.
    pub bytes: Vec<u8>,
    /// Where they stand in the stream.
    pub span: Span,
    /// The fields, with ranges into `bytes`.
    pub fields: Vec<Field>,
}

/// How a message ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum End {
    /// It has no body.
    Empty,
    /// All bytes that `Content-Length` announced have come.
    Counted,
    /// The last chunk and the trailers have come.
    Chunked,
    /// The connection was closed, as the message foresaw.
    Closed,
    /// The connection speaks another protocol from here on.
    Switched,
    /// The connection was closed before the message was complete; the payload bytes missing, where that is known.
    Cut {
        /// Bytes of a counted body, or of the current chunk, that did not come.
        missing: Option<u64>,
    },
    /// The framing can't be read; where the message ends is unknown.
    Broken(Ambiguity),
}

/// What a response framer must know about a request, in the order in which the requests were sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Asked {
    /// HEAD: the response has no body.
    Head,
    /// CONNECT: a 2xx response switches to a tunnel.
    Connect,
    /// Any other method.
    #[default]
    Other,
}

impl Asked {
    /// What the response framer must know about a request with this method.
    #[must_use]
    pub fn by(method: &[u8]) -> Self {
        match method {
            b"HEAD" => Self::Head,
            b"CONNECT" => Self::Connect,
            _ => Self::Other,
        }
    }
}

/// How many bytes a step took from the front of the input, and what they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Bytes taken; they must not be shown again.
    pub used: usize,
    /// What happened; `None` means that more bytes are needed.
    pub event: Option<Event>,
}

#[derive(Clone, Debug)]
enum Side {
    Requests,
    Responses { asked: VecDeque<Asked> },
}

#[derive(Clone, Debug)]
enum State {
    Head(Scan),
    Counted { left: u64 },
    Chunked(Stage),
    Trailers(Scan),
    UntilClose,
    Ending(End),
    Opaque,
}

/// How far the search for an empty line has come, so that a head that drips in is not searched again and again.
#[derive(Clone, Copy, Debug, Default)]
struct Scan {
    line: usize,
    scanned: usize,
    begun: bool,
}

impl Framer {
    /// A framer for the client's direction.
    #[must_use]
    pub fn requests(limits: Limits) -> Self {
        Self::new(Side::Requests, limits)
    }

    /// A framer for the server's direction. Tell it of each request with [`Framer::expect`].
    #[must_use]
    pub fn responses(limits: Limits) -> Self {
        Self::new(Side::Responses { asked: VecDeque::new() }, limits)
    }

    fn new(side: Side, limits: Limits) -> Self {
        Self { side, limits, at: 0, state: State::Head(Scan::default()), waiting: VecDeque::new() }
    }

    /// Says that a request was sent, whose response will come behind those of the requests before it.
    pub fn expect(&mut self, request: Asked) {
        if let Side::Responses { asked } = &mut self.side {
            asked.push_back(request);
        }
    }

    /// The position in the stream of the next byte to be taken.
    #[must_use]
    pub fn at(&self) -> u64 {
        self.at
    }

    /// Whether the next byte belongs to a new message.
    #[must_use]
    pub fn between_messages(&self) -> bool {
        matches!(self.state, State::Head(_)) && self.waiting.is_empty()
    }

    /// Takes everything from here on as another protocol, as after a 101 or in a tunnel.
    pub fn switch(&mut self) {
        self.state = State::Opaque;
    }

    /// Takes what comes next as the start of a message again, for a reader that found one behind unreadable bytes.
    pub fn restart(&mut self) {
        self.state = State::Head(Scan::default());
    }

    /// Takes the next event from the front of `input`: what was not taken before, and all that came since.
    ///
    /// Call it until it gives no event and takes nothing.
    pub fn step(&mut self, input: &[u8]) -> Step {
        if let Some((used, event)) = self.waiting.pop_front() {
            self.at += used as u64;
            return Step { used, event: Some(event) };
        }
        match self.state {
            State::Head(scan) => self.head(scan, input),
            State::Counted { left: 0 } => self.end(End::Counted),
            State::Counted { left } => {
                let here = usize::try_from(left).unwrap_or(usize::MAX).min(input.len());
                self.state = State::Counted { left: left - here as u64 };
                self.span(here, Event::Body)
            }
            State::Chunked(stage) => self.chunk(stage, input),
            State::Trailers(scan) => self.trailers(scan, input),
            State::UntilClose => self.span(input.len(), Event::Body),
            State::Ending(end) => self.end(end),
            State::Opaque => self.span(input.len(), Event::Opaque),
        }
    }

    /// Says that the connection has ended with `pending` bytes shown and not taken. `None` between messages.
    pub fn finish(&mut self, pending: usize) -> Option<Event> {
        let end = match self.state {
            State::Head(_) if pending == 0 => return None,
            State::Head(_) | State::Trailers(_) => End::Cut { missing: None },
            State::Opaque => return None,
            State::UntilClose => End::Closed,
            State::Counted { left: 0 } => End::Counted,
            State::Counted { left } | State::Chunked(Stage::Data { left }) => End::Cut { missing: Some(left) },
            State::Chunked(_) => End::Cut { missing: None },
            State::Ending(end) => end,
        };
        self.state = State::Opaque;
        Some(Event::End(end))
    }

    /// Says that `len` bytes of the stream are missing here. True where that leaves the framing intact; else what
    /// follows is opaque until [`Framer::restart`].
    pub fn gap(&mut self, len: u64) -> bool {
        self.at = self.at.saturating_add(len);
        match &mut self.state {
            State::Counted { left } | State::Chunked(Stage::Data { left }) if *left > len => *left -= len,
            State::Counted { left } if *left == len => *left = 0,
            State::Chunked(stage @ Stage::Data { .. }) if *stage == (Stage::Data { left: len }) => {
                *stage = Stage::DataEnd;
            }
            State::UntilClose | State::Opaque => {}
            _ => {
                self.state = State::Opaque;
                return false;
            }
        }
        true
    }

    fn head(&mut self, mut scan: Scan, input: &[u8]) -> Step {
        let Some(len) = scan.find_empty_line(input, false) else {
            self.state = State::Head(scan);
            if input.len() > self.limits.head_bytes {
                return self.broken(Ambiguity::HeadTooLarge, input.len());
            }
            return Step { used: 0, event: None };
        };
        let bytes = input.get(..len).unwrap_or_default().to_vec();
        let (head, body) = match &mut self.side {
            Side::Requests => {
                let mut head = Head::request(bytes, self.at, &self.limits);
                let body = head.decide(request_body);
                (head, body)
            }
            Side::Responses { asked } => {
                let mut head = Head::response(bytes, self.at, &self.limits);
                let interim = (100..200).contains(&head.status()) && head.status() != 101;
                let request = if interim { asked.front().copied() } else { asked.pop_front() };
                let body = head.decide(|head, doubts| {
                    if request.is_none() {
                        doubts.push(Doubt { what: Ambiguity::Unasked, span: head.span() });
                    }
                    response_body(head, request.unwrap_or_default(), doubts)
                });
                (head, body)
            }
        };
        self.state = match body {
            BodyLength::None => State::Ending(End::Empty),
            BodyLength::Counted(left) => State::Counted { left },
            BodyLength::Chunked => State::Chunked(Stage::Size { scanned: 0 }),
            BodyLength::UntilClose => State::UntilClose,
            BodyLength::Switched => State::Ending(End::Switched),
            BodyLength::Unknown => State::Ending(End::Broken(unknown_because(&head))),
        };
        self.at += len as u64;
        Step { used: len, event: Some(Event::Head(Box::new(head), body)) }
    }

    fn chunk(&mut self, stage: Stage, input: &[u8]) -> Step {
        match chunk::next(stage, input, &self.limits) {
            Piece::More(stage) => {
                self.state = State::Chunked(stage);
                Step { used: 0, event: None }
            }
            Piece::Payload(n, stage) => {
                self.state = State::Chunked(stage);
                self.span(n, Event::Body)
            }
            Piece::Framing(n, doubt, stage) => {
                self.state = match stage {
                    Stage::Trailers => State::Trailers(Scan { begun: true, ..Scan::default() }),
                    stage => State::Chunked(stage),
                };
                let span = Span::new(self.at, n as u64);
                let Some(what) = doubt else { return self.span(n, Event::Framing) };
                self.waiting.push_back((n, Event::Framing(span)));
                Step { used: 0, event: Some(Event::Doubt(Doubt { what, span })) }
            }
            Piece::Broken(what) => self.broken(what, input.len()),
        }
    }

    fn trailers(&mut self, mut scan: Scan, input: &[u8]) -> Step {
        let Some(len) = scan.find_empty_line(input, true) else {
            self.state = State::Trailers(scan);
            if input.len() > self.limits.head_bytes {
                return self.broken(Ambiguity::HeadTooLarge, input.len());
            }
            return Step { used: 0, event: None };
        };
        self.state = State::Ending(End::Chunked);
        let bytes = input.get(..len).unwrap_or_default();
        let (fields, mut doubts) = Head::trailer_fields(bytes, self.at, &self.limits);
        // Here a line end is framing: a reader that wants CR LF looks for the end of the message further on.
        doubts.retain(|doubt| doubt.what != Ambiguity::BareLfInHead);
        let bare = memchr::memchr_iter(b'\n', bytes).filter(|i| i.checked_sub(1).is_none_or(|i| bytes[i] != b'\r'));
        let bare = bare.map(|i| Doubt { what: Ambiguity::BareLfInChunk, span: Span::new(self.at + i as u64, 1) });
        doubts.extend(bare);
        let span = Span::new(self.at, len as u64);
        let section = if fields.is_empty() {
            Event::Framing(span)
        } else {
            Event::Trailers(Box::new(Trailers { bytes: bytes.to_vec(), span, fields }))
        };
        self.waiting.extend(doubts.into_iter().map(|doubt| (0, Event::Doubt(doubt))));
        self.waiting.push_back((len, section));
        self.step(input)
    }

    fn span(&mut self, len: usize, event: fn(Span) -> Event) -> Step {
        if len == 0 {
            return Step { used: 0, event: None };
        }
        let span = Span::new(self.at, len as u64);
        self.at += len as u64;
        Step { used: len, event: Some(event(span)) }
    }

    fn end(&mut self, end: End) -> Step {
        self.state = match end {
            End::Empty | End::Counted | End::Chunked => State::Head(Scan::default()),
            End::Closed | End::Switched | End::Cut { .. } | End::Broken(_) => State::Opaque,
        };
        Step { used: 0, event: Some(Event::End(end)) }
    }

    fn broken(&mut self, what: Ambiguity, seen: usize) -> Step {
        self.state = State::Ending(End::Broken(what));
        let span = Span::new(self.at, seen as u64);
        Step { used: 0, event: Some(Event::Doubt(Doubt { what, span })) }
    }
}

/// The doubt in a head that makes its body's length unknown.
fn unknown_because(head: &Head) -> Ambiguity {
    let framing = |what: &Ambiguity| {
        use Ambiguity as A;
        matches!(what, A::DifferentLengths | A::BadLength | A::CodingNotChunked | A::CodingSpelling)
    };
    head.doubts().iter().map(|d| d.what).find(framing).unwrap_or(Ambiguity::BadLength)
}

impl Scan {
    /// The length of the head or trailer section at the front of `input`, with its empty line.
    fn find_empty_line(&mut self, input: &[u8], trailers: bool) -> Option<usize> {
        while let Some(i) = input.get(self.scanned..).and_then(|rest| memchr::memchr(b'\n', rest)) {
            let end = self.scanned + i;
            let line = input.get(self.line..end).unwrap_or_default();
            let empty = matches!(line, [] | [b'\r']);
            self.line = end + 1;
            self.scanned = end + 1;
            if empty && (self.begun || trailers) {
                return Some(end + 1);
            }
            self.begun |= !empty;
        }
        self.scanned = input.len();
        None
    }
}

/// A [`Framer`] with the buffer it wants, for readers that have no buffer of their own.
#[derive(Clone, Debug)]
pub struct Feed {
    framer: Framer,
    buffer: Vec<u8>,
}

impl Feed {
    /// Feeds `framer`.
    #[must_use]
    pub fn new(framer: Framer) -> Self {
        Self { framer, buffer: Vec::new() }
    }

    /// The framer, to tell it of requests and gaps.
    pub fn framer(&mut self) -> &mut Framer {
        &mut self.framer
    }

    /// Takes `bytes` and gives each event with the bytes it speaks of (none for doubts and ends).
    pub fn push(&mut self, bytes: &[u8], mut each: impl FnMut(Event, &[u8])) {
        self.buffer.extend_from_slice(bytes);
        let mut at = 0;
        loop {
            let rest = self.buffer.get(at..).unwrap_or_default();
            let Step { used, event } = self.framer.step(rest);
            let Some(event) = event else { break };
            each(event, rest.get(..used).unwrap_or_default());
            at += used;
        }
        self.buffer.drain(..at.min(self.buffer.len()));
    }

    /// Says that the stream has ended, and gives the bytes that were still waiting for more.
    pub fn finish(&mut self, mut each: impl FnMut(Event, &[u8])) {
        if let Some(event) = self.framer.finish(self.buffer.len()) {
            each(event, &[]);
        }
        if !self.buffer.is_empty() {
            let span = Span::new(self.framer.at, self.buffer.len() as u64);
            self.framer.at = span.end();
            each(Event::Opaque(span), &self.buffer);
            self.buffer.clear();
        }
    }
}

#[cfg(test)]
mod tests;
