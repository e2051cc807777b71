//! HTTP/2 (RFC 9113), in clear or inside TLS: the frames of both directions put together to requests and responses.
//!
//! Each stream gives the same [`Pair`] as HTTP/1 does. Where the beginning of the connection wasn't seen, or frames were
//! lost, fields that refer to what was missed are left out and the message is said not to be whole.

mod frame;
mod hpack;
mod message;
mod words;

use super::flow::{Dissector, End, Found, Piece, Protocol, Recognised, Side};
use super::pair::{Broken, Message, Pair};
use frame::{Frames, Header, Item, flag, kind};
use hpack::Decoder;
use std::collections::{BTreeMap, BTreeSet};

/// Whether a conversation that begins with these bytes is HTTP/2: the client's preface, or frames from the middle.
#[must_use]
pub fn recognises(client: &[u8], server: &[u8]) -> Recognised {
    match (client.is_empty(), Recognised::prefix(client, frame::PREFACE)) {
        (false, Recognised::Yes) => Recognised::Yes,
        (false, Recognised::More) => Recognised::More,
        (false, Recognised::No) => frame::is_chain(client),
        (true, _) if server.is_empty() => Recognised::More,
        (true, _) => frame::is_chain(server),
    }
}

/// The most bytes of a block of fields, over all its frames.
const LONGEST_BLOCK: usize = 256 * 1024;

/// The most streams that may be open; beyond, the oldest are given out as they are.
const MOST_STREAMS: usize = 10_000;

/// Reads one HTTP/2 connection.
#[derive(Debug)]
pub struct Http2 {
    client: Direction,
    server: Direction,
    streams: BTreeMap<u32, Stream>,
    /// The number of the next exchange.
    next: u32,
    /// The exchange of an upgrade has not been announced yet.
    upgrading: bool,
    /// Streams that have ended, so that late frames open no new exchange; the newest of them.
    ended: BTreeSet<u32>,
}

/// What is known of one direction.
#[derive(Debug)]
struct Direction {
    frames: Frames,
    fields: Decoder,
    /// A block of fields whose last frame hasn't come.
    block: Option<Block>,
    /// When the first byte came that no item was made of yet.
    began: i64,
    /// Beginning or middle of the connection was missed.
    missed: bool,
    end: Option<End>,
}

/// A block of fields: HEADERS or PUSH_PROMISE and what continues it.
#[derive(Debug)]
struct Block {
    header: Header,
    /// The stream that a PUSH_PROMISE announces.
    promised: Option<u32>,
    bytes: Vec<u8>,
    at: i64,
}

/// One exchange.
#[derive(Debug, Default)]
struct Stream {
    number: u32,
    pair: Pair,
    /// The side has sent its last frame.
    done: [bool; 2],
}

impl Default for Http2 {
    fn default() -> Self {
        Self::new()
    }
}

impl Http2 {
    /// A dissector for a connection that begins now, or is met in the middle.
    #[must_use]
    pub fn new() -> Self {
        let direction = |client| Direction {
            frames: Frames::new(client),
            fields: Decoder::default(),
            block: None,
            began: 0,
            missed: false,
            end: None,
        };
        Self {
            client: direction(true),
            server: direction(false),
            streams: BTreeMap::new(),
            next: 0,
            upgrading: false,
            ended: BTreeSet::new(),
        }
    }

    /// A dissector for a connection that was upgraded from HTTP/1.1: its first stream answers that request.
    #[must_use]
    pub fn after_upgrade(request: Message) -> Self {
        let mut this = Self::new();
        let pair = Pair { request: Some(request), ..Pair::default() };
        this.streams.insert(1, Stream { number: 0, pair, done: [true, false] });
        this.next = 1;
        this.upgrading = true;
        this
    }

    fn direction(&mut self, side: Side) -> &mut Direction {
        match side {
            Side::Client => &mut self.client,
            Side::Server => &mut self.server,
        }
    }

    fn items(&mut self, side: Side, at: i64, found: &mut dyn FnMut(Found<'_>)) {
        while let Some(item) = self.direction(side).frames.next() {
            let began = std::mem::replace(&mut self.direction(side).began, at);
            match item {
                Item::Preface | Item::Passed(_) => {}
                Item::Frame(header, payload) => {
                    let buffer = std::mem::take(&mut self.direction(side).frames.buffer);
                    self.frame(side, began, at, header, &buffer[payload], found);
                    self.direction(side).frames.buffer = buffer;
                }
                Item::Data { header, bytes, last } => {
                    let buffer = std::mem::take(&mut self.direction(side).frames.buffer);
                    self.data(side, at, header, &buffer[bytes], found);
                    self.direction(side).frames.buffer = buffer;
                    if last && header.has(flag::END_STREAM) {
                        self.end_message(side, header.stream, found);
                    }
                }
                Item::DataLost { header, lost, last } => self.data_lost(side, at, header, lost, last, found),
                Item::Lost => self.missed(side, at, found),
                Item::Broken => {
                    found(Found::Trouble { at, what: format!("the {}'s frames can't be read", side.word()) });
                }
            }
        }
    }

    /// Frames were missed: names and values that were sent in them are unknown from here on.
    fn missed(&mut self, side: Side, at: i64, found: &mut dyn FnMut(Found<'_>)) {
        let direction = self.direction(side);
        direction.missed = true;
        direction.block = None;
        direction.fields.missed();
        let what = format!("frames of the {} weren't captured; fields that refer to them are unknown", side.word());
        found(Found::Trouble { at, what });
        // Any message of this side that is under way may lack some of its frames.
        for stream in self.streams.values_mut().filter(|stream| !stream.done[side as usize]) {
            if let Some(message) = stream.message(side) {
                message.broken.get_or_insert(Broken::Missing);
            }
        }
    }

    fn frame(
        &mut self,
        side: Side,
        began: i64,
        at: i64,
        header: Header,
        payload: &[u8],
        found: &mut dyn FnMut(Found<'_>),
    ) {
        match header.kind {
            kind::HEADERS => {
                let skip = if header.has(flag::PRIORITY) { 5 } else { 0 };
                let bytes = payload.get(skip..).unwrap_or_default().to_vec();
                self.block(side, at, Block { header, promised: None, bytes, at: began }, found);
            }
            kind::PUSH_PROMISE => {
                let Some((promised, bytes)) = payload.split_first_chunk::<4>() else { return };
                let promised = Some(u32::from_be_bytes(*promised) & 0x7fff_ffff);
                self.block(side, at, Block { header, promised, bytes: bytes.to_vec(), at: began }, found);
            }
            kind::CONTINUATION => {
                let Some(mut block) = self.direction(side).block.take() else { return };
                block.bytes.extend_from_slice(payload);
                block.header.flags |= header.flags & flag::END_HEADERS;
                self.block(side, at, block, found);
            }
            kind::RST_STREAM => {
                let code = payload.first_chunk().map_or(0, |code| u32::from_be_bytes(*code));
                self.reset(side, header.stream, code, found);
            }
            kind::GOAWAY => self.go_away(side, at, payload, found),
            _ => {}
        }
    }

    /// A block of fields, as far as it came.
    fn block(&mut self, side: Side, at: i64, block: Block, found: &mut dyn FnMut(Found<'_>)) {
        if block.bytes.len() > LONGEST_BLOCK {
            self.missed(side, at, found);
            return;
        }
        let direction = self.direction(side);
        if !block.header.has(flag::END_HEADERS) {
            direction.block = Some(block);
            return;
        }
        let (missed, decoded) = (direction.missed, direction.fields.decode(&block.bytes));
        let Ok(fields) = decoded else {
            self.missed(side, at, found);
            let what =
                format!("header fields of the {} on stream {} can't be decoded", side.word(), block.header.stream);
            found(Found::Trouble { at, what });
            return;
        };
        let head = message::Head::new(fields, missed);
        // What the server promises is a request that the client doesn't send.
        let (stream, of) = match block.promised {
            Some(promised) => (promised, Side::Client),
            None => (block.header.stream, side),
        };
        let Some(stream_now) = self.stream(stream, block.at, found) else { return };
        if block.promised.is_some() {
            stream_now.pair.notes.push("pushed by the server, without the client having asked".to_owned());
            stream_now.done[Side::Client as usize] = true;
        }
        message::take(&mut stream_now.pair, of, &head, block.at, at);
        if block.promised.is_none() && block.header.has(flag::END_STREAM) {
            self.end_message(side, stream, found);
        }
    }

    /// The stream's exchange, begun if it is new; `None` where the stream has ended.
    fn stream(&mut self, id: u32, at: i64, found: &mut dyn FnMut(Found<'_>)) -> Option<&mut Stream> {
        if id == 0 || self.ended.contains(&id) {
            return None;
        }
        if !self.streams.contains_key(&id) {
            if self.streams.len() >= MOST_STREAMS
                && let Some((&oldest, _)) = self.streams.first_key_value()
            {
                self.finish(oldest, found);
            }
            let number = self.next;
            self.next += 1;
            found(Found::Begins { number, at });
            self.streams.insert(id, Stream { number, ..Stream::default() });
        }
        self.streams.get_mut(&id)
    }

    fn data(&mut self, side: Side, at: i64, header: Header, bytes: &[u8], found: &mut dyn FnMut(Found<'_>)) {
        let missed = self.direction(side).missed;
        let Some(stream) = self.stream(header.stream, at, found) else { return };
        let number = stream.number;
        let message = stream.message_or_unknown(side, at, missed);
        message.last = at;
        message.body += bytes.len() as u64;
        if !bytes.is_empty() {
            found(Found::Body { number, side, bytes, from: None });
        }
    }

    fn data_lost(
        &mut self,
        side: Side,
        at: i64,
        header: Header,
        lost: u64,
        last: bool,
        found: &mut dyn FnMut(Found<'_>),
    ) {
        let Some(stream) = self.stream(header.stream, at, found) else { return };
        let message = stream.message_or_unknown(side, at, true);
        message.missing += lost;
        message.broken.get_or_insert(Broken::Missing);
        if last && header.has(flag::END_STREAM) {
            self.end_message(side, header.stream, found);
        }
    }

    /// A side has sent the last of its message.
    fn end_message(&mut self, side: Side, id: u32, found: &mut dyn FnMut(Found<'_>)) {
        let Some(stream) = self.streams.get_mut(&id) else { return };
        stream.done[side as usize] = true;
        // A response may be there whole before its request is; the exchange ends with the later of both. A request
        // that wasn't seen at all won't come any more.
        let unseen = side == Side::Server && stream.pair.request.is_none();
        if stream.done == [true; 2] || unseen {
            self.finish(id, found);
        }
    }

    fn reset(&mut self, side: Side, id: u32, code: u32, found: &mut dyn FnMut(Found<'_>)) {
        let Some(stream) = self.streams.get_mut(&id) else { return };
        let note = format!("the {} reset the stream: {}", side.word(), words::error(code));
        stream.pair.notes.push(note);
        stream.break_off(Broken::Reset(side));
        self.finish(id, found);
    }

    /// GOAWAY: streams above the last one named were not looked at by that side.
    fn go_away(&mut self, side: Side, at: i64, payload: &[u8], found: &mut dyn FnMut(Found<'_>)) {
        let Some((last, rest)) = payload.split_first_chunk::<4>() else { return };
        let Some((code, debug)) = rest.split_first_chunk::<4>() else { return };
        let (last, code) = (u32::from_be_bytes(*last) & 0x7fff_ffff, u32::from_be_bytes(*code));
        if code != 0 {
            let said = String::from_utf8_lossy(&debug[..debug.len().min(200)]).into_owned();
            let said = if said.is_empty() { said } else { format!(" ({said})") };
            let what = format!("the {} ends the connection: {}{said}", side.word(), words::error(code));
            found(Found::Trouble { at, what });
        }
        let opened_by = |id: u32| if id.is_multiple_of(2) { Side::Server } else { Side::Client };
        let refused: Vec<u32> = self.streams.keys().copied().filter(|&id| id > last && opened_by(id) != side).collect();
        for id in refused {
            if let Some(stream) = self.streams.get_mut(&id) {
                stream
                    .pair
                    .notes
                    .push(format!("not processed: the {} was closing the connection (GOAWAY)", side.word()));
                stream.break_off(Broken::Reset(side));
            }
            self.finish(id, found);
        }
    }

    fn finish(&mut self, id: u32, found: &mut dyn FnMut(Found<'_>)) {
        let Some(stream) = self.streams.remove(&id) else { return };
        self.ended.insert(id);
        if self.ended.len() > MOST_STREAMS {
            self.ended.pop_first();
        }
        found(Found::Ends { number: stream.number, pair: Box::new(stream.pair) });
    }

    /// Both directions have ended: whatever is open is given out as it is.
    fn finish_all(&mut self, found: &mut dyn FnMut(Found<'_>)) {
        let ends = [(Side::Client, self.client.end), (Side::Server, self.server.end)];
        while let Some((&id, _)) = self.streams.first_key_value() {
            if let Some(stream) = self.streams.get_mut(&id) {
                for (side, end) in ends {
                    let broken = match end {
                        Some(End::Fin) => Broken::Closed(side),
                        Some(End::Reset(by)) => Broken::Reset(by),
                        Some(End::Cut) | None => Broken::Open,
                    };
                    stream.break_off_side(side, broken);
                }
            }
            self.finish(id, found);
        }
    }
}

impl Dissector for Http2 {
    fn piece(&mut self, side: Side, piece: Piece<'_>, found: &mut dyn FnMut(Found<'_>)) {
        if std::mem::take(&mut self.upgrading) {
            found(Found::Begins { number: 0, at: piece.at() });
        }
        match piece {
            Piece::Data { at, bytes, .. } => {
                let direction = self.direction(side);
                if direction.frames.is_empty() {
                    direction.began = at;
                }
                direction.frames.push(bytes);
                self.items(side, at, found);
            }
            Piece::Gap { at, length } => {
                if let Some(Item::DataLost { header, lost, last }) = self.direction(side).frames.gap(length) {
                    self.data_lost(side, at, header, lost, last, found);
                }
            }
            Piece::End { how, .. } => self.direction(side).end = Some(how),
        }
        // Also what begins behind both ends: bytes that came late, or were held until it was known what they are.
        if self.client.end.is_some() && self.server.end.is_some() {
            self.finish_all(found);
        }
    }

    fn protocol(&self) -> Protocol {
        Protocol::Http2
    }
}

impl Stream {
    fn message(&mut self, side: Side) -> Option<&mut Message> {
        match side {
            Side::Client => self.pair.request.as_mut(),
            Side::Server => self.pair.response.as_mut(),
        }
    }

    /// The side's message, or one whose head wasn't seen.
    fn message_or_unknown(&mut self, side: Side, at: i64, missed: bool) -> &mut Message {
        let message = match side {
            Side::Client => &mut self.pair.request,
            Side::Server => &mut self.pair.response,
        };
        message.get_or_insert_with(|| Message {
            version: message::VERSION.to_owned(),
            first: at,
            last: at,
            broken: Some(if missed { Broken::Missing } else { Broken::Unreadable }),
            ..Message::default()
        })
    }

    /// Ends what isn't whole of both messages.
    fn break_off(&mut self, why: Broken) {
        for side in Side::BOTH {
            self.break_off_side(side, why);
        }
    }

    fn break_off_side(&mut self, side: Side, why: Broken) {
        if !self.done[side as usize]
            && let Some(message) = self.message(side)
        {
            message.broken.get_or_insert(why);
        }
    }
}

#[cfg(test)]
mod tests;
