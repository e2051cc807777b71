//! HTTP/1 in a capture: requests and responses by the framing that the proxy uses, and which belongs to which.
//!
//! Responses come in the order of their requests. Where bytes are missing, the pairing holds on to what is sure: a
//! request that was sent behind the gap isn't answered by a response before it, and a client that waits for each
//! response before it asks again has only one request open. So one lost response never shifts all those behind it.

mod adrift;
mod missing;
mod open;
mod side;

use std::collections::VecDeque;

use crate::http::{Asked, End as MessageEnd, Event, Framer, Head, Limits, Trailers};

use super::flow::{Dissector, End, Found, Piece, Protocol, Recognised, Side};
use super::pair::{Broken, Message};
use adrift::Adrift;
use open::{Open, message};
pub(super) use side::is_start_line;
use side::{Direction, is_unreadable, may_start};

/// How much a client may send behind a CONNECT before its answer is seen.
const PAUSED: usize = 1 << 20;

/// Whether a conversation whose ends began with these bytes speaks HTTP/1.
#[must_use]
pub fn recognises(client: &[u8], server: &[u8]) -> Recognised {
    let by_side = |side, bytes: &[u8]| {
        if bytes.is_empty() {
            Recognised::More
        } else if is_start_line(side, bytes.trim_ascii_start()) {
            Recognised::Yes
        } else if may_start(side, bytes) && memchr::memchr(b'\n', bytes).is_none() && bytes.len() < 64 << 10 {
            Recognised::More
        } else {
            Recognised::No
        }
    };
    match (by_side(Side::Client, client), by_side(Side::Server, server)) {
        (Recognised::Yes, _) | (_, Recognised::Yes) => Recognised::Yes,
        (Recognised::No, _) => Recognised::No,
        _ => Recognised::More,
    }
}

/// The dissector of HTTP/1.
#[derive(Debug)]
pub struct Http1 {
    client: Direction,
    server: Direction,
    /// Exchanges that aren't finished, in the order of their requests.
    open: VecDeque<Open>,
    count: u32,
    /// Whether both directions carry another protocol from here on.
    switched: bool,
    /// Whether bytes of the server's are missing that may have been the start of a response.
    lost_answers: bool,
    /// Which side ended first, and how.
    first_end: Option<(Side, End)>,
    /// What is held of the server's while it isn't known whose responses are missing.
    adrift: Option<Adrift>,
    /// Whether requests and responses can't be paired for the time being.
    unpaired: bool,
    /// Whether a final response has begun since the last request, and whether the client asks on then while others of
    /// its requests are still open.
    responded: bool,
    slides: bool,
}

impl Default for Http1 {
    fn default() -> Self {
        Self::new()
    }
}

impl Dissector for Http1 {
    fn piece(&mut self, side: Side, piece: Piece<'_>, found: &mut dyn FnMut(Found<'_>)) {
        match piece {
            _ if self.switched => found(Found::Inner { side, piece }),
            Piece::Data { at, bytes, from } => self.data(side, at, bytes, from, found),
            Piece::Gap { at, length } => {
                if self.misses_more(side, found) {
                    return;
                }
                self.gap(side, at, length, found);
                if side == Side::Server {
                    self.come_adrift();
                }
            }
            Piece::End { at, how } => self.end(side, at, how, found),
        }
    }

    fn protocol(&self) -> Protocol {
        Protocol::Http1
    }
}

impl Http1 {
    /// A dissector at the start of a conversation, or anywhere in it.
    #[must_use]
    pub fn new() -> Self {
        Self {
            client: Direction::new(Side::Client),
            server: Direction::new(Side::Server),
            open: VecDeque::new(),
            count: 0,
            switched: false,
            lost_answers: false,
            first_end: None,
            adrift: None,
            unpaired: false,
            responded: false,
            slides: false,
        }
    }

    fn direction(&mut self, side: Side) -> &mut Direction {
        match side {
            Side::Client => &mut self.client,
            Side::Server => &mut self.server,
        }
    }

    fn data(&mut self, side: Side, at: i64, bytes: &[u8], from: Option<u64>, found: &mut dyn FnMut(Found<'_>)) {
        let direction = self.direction(side);
        if direction.ended || (side == Side::Server && self.hold(at, bytes, from, found)) {
            return;
        }
        let direction = self.direction(side);
        if direction.paused {
            direction.keep(bytes, at);
            if direction.buffered() > PAUSED {
                direction.paused = false;
                self.read(side, at, &[], None, found);
            }
            return;
        }
        self.read(side, at, bytes, from, found);
    }

    /// Reads what is buffered and `bytes` behind it, as far as they go.
    fn read(&mut self, side: Side, at: i64, bytes: &[u8], from: Option<u64>, found: &mut dyn FnMut(Found<'_>)) {
        let direction = self.direction(side);
        let (buffer, mut first_at) = if direction.has_buffer() { direction.take_buffer() } else { (Vec::new(), at) };
        let old = buffer.len();
        let joined;
        let input: &[u8] = if old == 0 {
            bytes
        } else {
            joined = [&buffer[..], bytes].concat();
            &joined
        };
        // Where in the file the input's byte `n` stands, where it came with this piece.
        let place = |n: usize| n.checked_sub(old).and_then(|n| from.map(|from| from + n as u64));
        let mut used = 0;
        loop {
            let rest = &input[used..];
            if used >= old {
                first_at = at;
            }
            if self.switched {
                self.inner(side, at, rest, place(used), found);
                return;
            }
            let direction = self.direction(side);
            if direction.paused {
                break;
            }
            if direction.at_start() && !direction.lost && !rest.is_empty() && !may_start(side, rest) {
                if side == Side::Server && self.client.paused {
                    // The answer to a CONNECT is missing, and this is no other one: the tunnel is open.
                    self.switch(at, found);
                    continue;
                }
                self.lose(side, found);
            }
            let direction = self.direction(side);
            if direction.lost {
                used += direction.search(rest);
                if self.direction(side).lost {
                    break;
                }
                continue;
            }
            if side == Side::Server && !rest.is_empty() {
                self.tell();
            }
            let Some(step) = self.direction(side).step(rest) else { break };
            let taken = &rest[..step.used];
            self.event(side, first_at, at, step.event, taken, place(used), found);
            used += step.used;
        }
        let direction = self.direction(side);
        if used < input.len() {
            direction.keep(&input[used..], first_at);
        }
    }

    #[allow(clippy::too_many_arguments, reason = "an event, when it was captured and where its bytes stand")]
    fn event(
        &mut self,
        side: Side,
        first: i64,
        at: i64,
        event: Event,
        bytes: &[u8],
        from: Option<u64>,
        found: &mut dyn FnMut(Found<'_>),
    ) {
        match event {
            Event::Head(head, _) => self.head(side, first, at, *head, found),
            Event::Body(_) => {
                let Some((number, message)) = self.current(side) else { return };
                message.body += bytes.len() as u64;
                message.last = message.last.max(at);
                found(Found::Body { number, side, bytes, from });
            }
            Event::Framing(_) => {
                if let Some((_, message)) = self.current(side) {
                    message.last = message.last.max(at);
                }
            }
            Event::Trailers(trailers) => self.trailers(side, at, *trailers),
            Event::Doubt(doubt) => {
                if let Some(open) = self.current_open(side) {
                    open.note(doubt.what.words());
                }
            }
            Event::End(end) => self.message_end(side, at, end, found),
            Event::Opaque(_) => {}
        }
    }

    fn head(&mut self, side: Side, first: i64, at: i64, head: Head, found: &mut dyn FnMut(Found<'_>)) {
        match side {
            Side::Client => self.request(first, at, head, found),
            Side::Server => self.response(first, at, head, found),
        }
    }

    fn request(&mut self, first: i64, at: i64, head: Head, found: &mut dyn FnMut(Found<'_>)) {
        self.asks_again(found);
        self.pairs_again(found);
        let waits = !self.unpaired && self.open.iter().any(|open| open.pair.response.is_none());
        self.slides |= std::mem::take(&mut self.responded) && waits;
        let number = self.count;
        self.count += 1;
        let asked = Asked::by(head.method());
        let mut open = Open::new(number, asked);
        open.announced = true;
        head.doubts().iter().for_each(|doubt| open.note(doubt.what.words()));
        open.pair.request = Some(message(head, first, at));
        self.open.push_back(open);
        found(Found::Begins { number, at: first });
    }

    fn response(&mut self, first: i64, at: i64, head: Head, found: &mut dyn FnMut(Found<'_>)) {
        let interim = (100..200).contains(&head.status()) && head.status() != 101;
        let index = match self.answered(head.status()) {
            Some(index) => index,
            None => {
                let mut open = Open::new(self.count, Asked::Other);
                self.count += 1;
                open.request_done = true;
                self.open.push_front(open);
                0
            }
        };
        let Some(open) = self.open.get_mut(index) else { return };
        if !open.announced {
            open.announced = true;
            found(Found::Begins { number: open.number, at: first });
        }
        head.doubts().iter().for_each(|doubt| open.note(doubt.what.words()));
        if self.unpaired {
            open.note(adrift::UNTOLD);
        }
        let message = message(head, first, at);
        if interim {
            open.pair.interim.push(message);
        } else {
            open.pair.response = Some(message);
            self.server.told = false;
            self.lost_answers = false;
            self.responded = true;
            // What stands before it can't be answered any more.
            for _ in 0..index {
                self.close_front(None, found);
            }
        }
    }

    fn trailers(&mut self, side: Side, at: i64, trailers: Trailers) {
        let Some((_, message)) = self.current(side) else { return };
        message.last = message.last.max(at);
        message.trailer = trailers.bytes;
        message.trailer_fields = trailers.fields;
    }

    fn message_end(&mut self, side: Side, at: i64, end: MessageEnd, found: &mut dyn FnMut(Found<'_>)) {
        // There is none behind an interim response.
        let Some(open) = self.current_open(side) else { return };
        let unreadable = is_unreadable(end);
        let message = match side {
            Side::Client => open.pair.request.as_mut(),
            Side::Server => open.pair.response.as_mut(),
        };
        let Some(message) = message else { return };
        if unreadable.is_some() {
            message.broken.get_or_insert(Broken::Unreadable);
        } else if message.missing > 0 {
            message.broken = Some(Broken::Missing);
        }
        message.last = message.last.max(at);
        match side {
            Side::Client => {
                open.request_done = true;
                let connects = open.asked == Asked::Connect && !open.response_done;
                self.client.paused |= connects;
                self.close_done(found);
            }
            Side::Server => {
                open.response_done = true;
                open.pair.switched = end == MessageEnd::Switched;
                let connected = open.asked == Asked::Connect;
                let switched = open.pair.switched;
                if switched {
                    self.switch(at, found);
                } else {
                    if connected {
                        self.resume(at, found);
                    }
                    self.close_done(found);
                }
            }
        }
        if unreadable.is_some() {
            self.lose(side, found);
        }
    }

    /// The connection speaks another protocol from here on: the exchange is over, and so are those before it.
    fn switch(&mut self, at: i64, found: &mut dyn FnMut(Found<'_>)) {
        let index = self.open.iter().position(|open| open.pair.switched || open.asked == Asked::Connect).unwrap_or(0);
        if let Some(open) = self.open.get_mut(index) {
            open.pair.switched = true;
        }
        for _ in 0..=index {
            self.close_front(None, found);
        }
        // What was asked behind it is never answered, since nothing here speaks HTTP any more.
        while !self.open.is_empty() {
            self.close_front(Some(Broken::Missing), found);
        }
        self.switched = true;
        let (held, held_at) = self.client.take_buffer();
        if !held.is_empty() {
            self.inner(Side::Client, held_at.max(at), &held, None, found);
        }
        if self.client.ended {
            found(Found::Inner { side: Side::Client, piece: Piece::End { at, how: End::Fin } });
        }
    }

    /// A CONNECT was refused: what the client sent behind it are requests.
    fn resume(&mut self, at: i64, found: &mut dyn FnMut(Found<'_>)) {
        if std::mem::take(&mut self.client.paused) {
            self.read(Side::Client, at, &[], None, found);
        }
    }

    fn inner(&self, side: Side, at: i64, bytes: &[u8], from: Option<u64>, found: &mut dyn FnMut(Found<'_>)) {
        if !bytes.is_empty() {
            found(Found::Inner { side, piece: Piece::Data { at, bytes, from } });
        }
    }

    /// The exchange whose message is under way on that side.
    fn current_open(&mut self, side: Side) -> Option<&mut Open> {
        match side {
            Side::Client => self.open.back_mut().filter(|open| !open.request_done),
            Side::Server => self.open.iter_mut().find(|open| open.pair.response.is_some() && !open.response_done),
        }
    }

    fn current(&mut self, side: Side) -> Option<(u32, &mut Message)> {
        let open = self.current_open(side)?;
        let message = match side {
            Side::Client => open.pair.request.as_mut(),
            Side::Server => open.pair.response.as_mut(),
        };
        message.map(|message| (open.number, message))
    }

    fn end(&mut self, side: Side, at: i64, how: End, found: &mut dyn FnMut(Found<'_>)) {
        let direction = self.direction(side);
        if direction.ended {
            return;
        }
        if side == Side::Server {
            self.ends_adrift(how, found);
        }
        self.direction(side).ended = true;
        self.first_end.get_or_insert((side, how));
        let direction = self.direction(side);
        let pending = direction.buffered();
        let (buffer, first) = direction.take_buffer();
        let in_head = direction.at_start() && !direction.lost && !direction.paused && pending > 0;
        let last = if direction.lost || direction.paused { None } else { direction.framer.finish(pending) };
        if in_head {
            let asked = self.answered(200).and_then(|at| self.open.get(at)).map_or(Asked::Other, |open| open.asked);
            if let Some(Event::Head(head, _)) = self.direction(side).partial_head(&buffer, asked) {
                self.head(side, first, at, *head, found);
            }
        }
        match last {
            Some(Event::End(end @ (MessageEnd::Counted | MessageEnd::Empty))) => {
                self.message_end(side, at, end, found);
            }
            // Until the connection closes means that it is closed in order.
            Some(Event::End(MessageEnd::Closed)) if how == End::Fin => {
                self.message_end(side, at, MessageEnd::Closed, found);
            }
            Some(_) => {
                let broken = Broken::by(side, how);
                if let Some((_, message)) = self.current(side) {
                    message.broken.get_or_insert(broken);
                }
            }
            None => {}
        }
        if side == Side::Client {
            if let Some(open) = self.current_open(side) {
                open.request_done = true;
            }
        } else if let Some(open) = self.current_open(side) {
            open.response_done = true;
        }
        self.close_done(found);
        if self.client.ended && self.server.ended {
            let broken = self.first_end.map_or(Broken::Open, |(side, how)| Broken::by(side, how));
            while !self.open.is_empty() {
                self.close_front(Some(broken), found);
            }
        }
    }

    /// Gives out the exchanges at the front that are over.
    fn close_done(&mut self, found: &mut dyn FnMut(Found<'_>)) {
        while self.open.front().is_some_and(|open| open.request_done && open.response_done) {
            self.close_front(None, found);
        }
    }

    /// Gives out the exchange at the front; `broken` says why no response came.
    fn close_front(&mut self, broken: Option<Broken>, found: &mut dyn FnMut(Found<'_>)) {
        let Some(mut open) = self.open.pop_front() else { return };
        if !open.announced {
            return;
        }
        if !open.request_done
            && let Some(message) = &mut open.pair.request
        {
            // A server may answer before it has the whole request; the client then doesn't send the rest.
            message.broken.get_or_insert(broken.unwrap_or(Broken::Open));
        }
        if open.pair.response.is_none() {
            if self.unpaired {
                open.may_be_lost = true;
                open.note(adrift::UNTOLD);
            }
            let lost = open.may_be_lost || broken.is_none();
            open.pair.unanswered = Some(if lost { Broken::Missing } else { broken.unwrap_or(Broken::Open) });
        }
        found(Found::Ends { number: open.number, pair: Box::new(open.pair) });
    }
}

#[cfg(test)]
mod tests;
