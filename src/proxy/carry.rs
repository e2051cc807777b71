//! Carries one exchange or tunnel between two open connections: reads, writes and waits as the relay wants, one task for
//! both directions. A side is not read while the other can't take what it already sent.

use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::io::{self, IoSlice};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use bytes::{Buf, Bytes, BytesMut};
use tokio::io::{AsyncReadExt, AsyncWrite};
use tokio::time::timeout;

use super::clock::{Clock, Rung};
use super::config::Limits;
use super::core::cause;
use super::core::hold::Message;
use super::core::relay::{Finish, Omission, Output, Relay};
use super::hold::{self, Catch};
use super::recording::Recording;
use super::stream::Stream;
use crate::model::Stage;

/// Bytes that may wait to be written before the other side is no longer read.
const WAITING: usize = 256 * 1024;
/// Bytes that a client may have sent ahead of the answer to its current request.
const AHEAD: usize = 64 * 1024;
/// How long a client that was answered before it sent the body may take to send it, or its next request. It knows what it
/// will do; one that keeps the connection for later finds it closed, as behind any idle time, instead of a server on it
/// that still waits for a body.
const UNSENT: Duration = Duration::from_secs(5);
/// Silence that a body on its way doesn't have: longer than TCP takes to send anew what was lost.
const SILENCE: Duration = Duration::from_millis(250);
/// One side: its connection and what was read from it and not used.
pub(super) struct End<'a> {
    pub(super) stream: &'a mut Stream,
    pub(super) buffer: &'a mut BytesMut,
    pub(super) reads: &'a mut Reads,
}

/// Room for the next read from a connection: as much as its reads fill.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reads(usize);

impl Reads {
    pub(super) const LEAST: usize = 4 * 1024;
    const MOST: usize = 128 * 1024;

    /// Makes room in a buffer that is nearly full.
    pub(super) fn make_room(self, buffer: &mut BytesMut) {
        if buffer.capacity() - buffer.len() < Self::LEAST / 4 {
            buffer.reserve(self.0);
        }
    }

    /// A read gave `read` bytes where there was room for `room`.
    fn learn(&mut self, read: usize, room: usize) {
        if read == room {
            self.0 = (self.0 * 4).min(Self::MOST);
        } else if read * 8 < self.0 {
            self.0 = (self.0 / 2).max(Self::LEAST);
        }
    }
}

impl Default for Reads {
    fn default() -> Self {
        Self(Self::LEAST)
    }
}

/// How carrying begins.
#[derive(Default)]
pub(super) struct Begin<'a> {
    /// What is sent to the server first.
    pub(super) first: Bytes,
    /// What holds the answer, where it may have to be held.
    pub(super) catch: Option<&'a Catch<'a>>,
}

/// What a connection needs for carrying one exchange after the other.
pub(super) struct Carrier {
    pub(super) clock: Clock,
    queues: Queues,
    out: Vec<Output>,
}

impl Carrier {
    /// Nothing has happened yet, and nothing need happen for `patience`.
    pub(super) fn new(patience: Duration) -> Self {
        Self { clock: Clock::new(patience), queues: Queues::default(), out: Vec::new() }
    }
}

/// Carries what comes until the exchange is over and everything is written.
pub(super) async fn carry(
    carrier: &mut Carrier,
    mut client: End<'_>,
    mut server: End<'_>,
    mut relay: Relay<'_>,
    recording: &mut Recording,
    limits: &Limits,
    Begin { first, catch }: Begin<'_>,
) -> Finish {
    let Carrier { clock, queues, out } = carrier;
    queues.begin();
    out.clear();
    queues.to_server.push(first);
    if !server.buffer.is_empty() {
        relay.server_bytes(server.buffer, out);
    }
    relay.client_bytes(client.buffer, out);
    queues.take(out, recording).await;
    clock.wind(patience(&relay, client.buffer, limits));
    clock.look_at(recording.show_at());
    // Bytes of a head and interim answers are no answer: behind them the limit still counts from the request's end.
    let mut answer_by = None;
    while !(relay.is_broken() || (relay.is_over() && queues.are_empty())) {
        let turn = poll_fn(|cx| poll_turn(cx, &relay, &mut client, &mut server, queues, clock)).await;
        let waited = patience(&relay, client.buffer, limits);
        let is_from_server = matches!(turn, Turn::Server(Ok(_)));
        match turn {
            Turn::Client(Ok(0)) => relay.client_ended(client.buffer, out),
            Turn::Client(Ok(_)) => relay.client_bytes(client.buffer, out),
            Turn::Client(Err(error)) | Turn::ToClient(Err(error)) => relay.client_broke(&cause::plain(&error)),
            Turn::Server(Ok(0)) => match queues.server_deaf.take() {
                Some(why) if relay.wants_server() => relay.server_broke(&why, true, out),
                _ => relay.server_ended(server.buffer, out),
            },
            Turn::Server(Ok(_)) => {
                relay.server_bytes(server.buffer, out);
                // Behind a switch of protocols the client may have spoken already.
                relay.client_bytes(client.buffer, out);
            }
            Turn::Server(Err(error)) => {
                let deaf = queues.server_deaf.take();
                let why = deaf.clone().unwrap_or_else(|| cause::plain(&error));
                relay.server_broke(&why, deaf.is_some(), out);
            }
            // It may have answered before it stopped listening, so it is still read.
            Turn::ToServer(Err(error)) => queues.server_is_deaf(cause::plain(&error)),
            Turn::ToClient(Ok(())) | Turn::ToServer(Ok(())) => {}
            Turn::Look => {
                // Nothing has happened: the limits count on.
                recording.show();
                clock.look_at(recording.show_at());
                continue;
            }
            Turn::Late if relay.is_gathering() => relay.give_up_holding(hold::SLOW, out),
            Turn::Late if relay.omission(client.buffer).is_some() => relay.client_is_silent(client.buffer, out),
            Turn::Late => relay.timed_out(&cause::words(waited), !queues.to_server.is_empty()),
        }
        queues.take(out, recording).await;
        if let (Some(whole), Some(catch)) = (queues.whole.take(), catch) {
            let end = (&mut *client.stream, &mut *client.buffer);
            match Box::pin(catch.answer(*whole, end, relay.client_left(), recording)).await {
                Ok(instead) => relay.let_go(instead.map(|ready| ready.bytes), out),
                Err(outcome) => relay.drop_held(outcome),
            }
            queues.take(out, recording).await;
        }
        let mut patience = patience(&relay, client.buffer, limits);
        if relay.is_waiting() && (is_from_server || answer_by.is_some()) {
            let by = *answer_by.get_or_insert_with(|| recording.sent_at().unwrap_or_else(Instant::now) + limits.answer);
            patience = patience.min(by.saturating_duration_since(Instant::now()));
            if patience.is_zero() {
                relay.timed_out(&cause::words(limits.answer), false);
            }
        }
        clock.wind(patience);
        clock.look_at(recording.show_at());
    }
    clock.look_no_more();
    hand_over(&mut client, &mut relay, queues).await;
    relay.finish()
}

/// Gives the client what is still meant for it, and finds out whether one that stopped sending still reads.
async fn hand_over(client: &mut End<'_>, relay: &mut Relay<'_>, queues: &mut Queues) {
    if relay.is_broken() {
        let write = poll_fn(|cx| queues.to_client.poll_write(cx, client.stream));
        let _best_effort = timeout(Duration::from_secs(1), write).await;
        return;
    }
    if !relay.client_left() {
        return;
    }
    for _ in 0..10 {
        tokio::time::sleep(Duration::from_millis(20)).await;
        // Behind its end a connection reads as ended whatever happens; that it was closed both ways only shows here.
        if let Some(error) = client.stream.take_error() {
            relay.client_broke(&cause::plain(&error));
            return;
        }
    }
}

fn patience(relay: &Relay<'_>, from_client: &[u8], limits: &Limits) -> Duration {
    match relay.omission(from_client) {
        Some(Omission::Next) => return limits.idle.min(UNSENT),
        Some(Omission::Silence) => return limits.head.min(SILENCE),
        Some(Omission::More) => return limits.head,
        None => {}
    }
    match relay.stage() {
        _ if relay.is_gathering() => limits.stall.min(hold::NEXT),
        Stage::Wait => limits.answer,
        Stage::Tunnel if relay.is_half_open() => limits.half_open,
        Stage::Tunnel => limits.tunnel,
        _ => limits.stall,
    }
}

enum Turn {
    Client(io::Result<usize>),
    Server(io::Result<usize>),
    ToClient(io::Result<()>),
    ToServer(io::Result<()>),
    Late,
    /// The exchange has taken long by now.
    Look,
}

fn poll_turn(
    cx: &mut Context<'_>,
    relay: &Relay<'_>,
    client: &mut End<'_>,
    server: &mut End<'_>,
    queues: &mut Queues,
    clock: &mut Clock,
) -> Poll<Turn> {
    if queues.to_client.wants()
        && let Poll::Ready(written) = queues.to_client.poll_write(cx, client.stream)
    {
        return Poll::Ready(Turn::ToClient(written));
    }
    if queues.to_server.wants()
        && let Poll::Ready(written) = queues.to_server.poll_write(cx, server.stream)
    {
        return Poll::Ready(Turn::ToServer(written));
    }
    if relay.wants_server()
        && queues.to_client.len < WAITING
        && let Poll::Ready(read) = poll_read(cx, server)
    {
        return Poll::Ready(Turn::Server(read));
    }
    // Behind a whole request the client is read all the same, to see it go away; what it sends ahead has a limit.
    let ahead = !relay.is_over() && !relay.client_left() && client.buffer.len() < AHEAD;
    let room = queues.to_server.len < WAITING;
    if ((relay.wants_client() && room) || (relay.is_waiting() && ahead))
        && let Poll::Ready(read) = poll_read(cx, client)
    {
        return Poll::Ready(Turn::Client(read));
    }
    clock.poll(cx).map(|rung| match rung {
        Rung::Late => Turn::Late,
        Rung::Look => Turn::Look,
    })
}

fn poll_read(cx: &mut Context<'_>, end: &mut End<'_>) -> Poll<io::Result<usize>> {
    end.reads.make_room(end.buffer);
    let room = end.buffer.capacity() - end.buffer.len();
    let read = ready!(pin!(end.stream.read_buf(end.buffer)).poll(cx));
    if let Ok(read) = read {
        end.reads.learn(read, room);
    }
    Poll::Ready(read)
}

#[derive(Default)]
struct Queues {
    to_client: Queue,
    to_server: Queue,
    server_deaf: Option<String>,
    /// An answer that may have to be held.
    whole: Option<Box<Message>>,
}

impl Queues {
    /// Nothing waits, and nothing has ended.
    fn begin(&mut self) {
        self.to_client.begin();
        self.to_server.begin();
        (self.server_deaf, self.whole) = (None, None);
    }

    async fn take(&mut self, out: &mut Vec<Output>, recording: &mut Recording) {
        for output in out.drain(..) {
            match output {
                Output::ToClient(bytes) => self.to_client.push(bytes),
                Output::ToServer(bytes) if self.server_deaf.is_none() => self.to_server.push(bytes),
                Output::ToServer(_) => {}
                Output::EndToClient => self.to_client.ending = true,
                Output::EndToServer => self.to_server.ending = true,
                Output::Fact(fact) => recording.fact(fact).await,
                Output::Whole(message) => self.whole = Some(message),
            }
        }
    }

    fn server_is_deaf(&mut self, why: String) {
        self.to_server = Queue::default();
        self.server_deaf = Some(why);
    }

    fn are_empty(&self) -> bool {
        !self.to_client.wants() && !self.to_server.wants()
    }
}

/// Bytes for one side, in the pieces in which they came.
#[derive(Default)]
struct Queue {
    pieces: VecDeque<Bytes>,
    len: usize,
    unflushed: bool,
    ending: bool,
    ended: bool,
}

impl Queue {
    fn begin(&mut self) {
        self.pieces.clear();
        *self = Self { pieces: std::mem::take(&mut self.pieces), ..Self::default() };
    }

    fn push(&mut self, bytes: Bytes) {
        if !bytes.is_empty() {
            self.len += bytes.len();
            self.pieces.push_back(bytes);
        }
    }

    fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    fn wants(&self) -> bool {
        !self.pieces.is_empty() || self.unflushed || (self.ending && !self.ended)
    }

    /// Ready once everything is written, flushed and, where that was asked for, ended.
    fn poll_write(&mut self, cx: &mut Context<'_>, stream: &mut Stream) -> Poll<io::Result<()>> {
        while !self.pieces.is_empty() {
            let written = ready!(self.poll_some(cx, stream))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.advance(written);
        }
        ready!(Pin::new(&mut *stream).poll_flush(cx))?;
        self.unflushed = false;
        if self.ending && !self.ended {
            ready!(Pin::new(&mut *stream).poll_shutdown(cx))?;
            self.ended = true;
        }
        Poll::Ready(Ok(()))
    }

    fn poll_some(&mut self, cx: &mut Context<'_>, stream: &mut Stream) -> Poll<io::Result<usize>> {
        if let ([one], _) | ([], [one]) = (self.pieces.as_slices().0, self.pieces.as_slices().1) {
            return Pin::new(stream).poll_write(cx, one);
        }
        let mut slices = [IoSlice::new(&[]); 16];
        let mut used = 0;
        for (slice, piece) in slices.iter_mut().zip(&self.pieces) {
            *slice = IoSlice::new(piece);
            used += 1;
        }
        Pin::new(stream).poll_write_vectored(cx, &slices[..used])
    }

    fn advance(&mut self, mut written: usize) {
        self.unflushed = true;
        self.len -= written;
        while let Some(piece) = self.pieces.front_mut() {
            if piece.len() > written {
                piece.advance(written);
                return;
            }
            written -= piece.len();
            self.pieces.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_for_reads_follows_what_they_fill() {
        let mut reads = Reads::default();
        let mut buffer = BytesMut::new();
        reads.make_room(&mut buffer);
        assert!(buffer.capacity() >= Reads::LEAST);
        // A long body fills every read, and gets the largest.
        for _ in 0..9 {
            reads.learn(reads.0, reads.0);
        }
        assert_eq!(reads.0, Reads::MOST);
        // TLS gives no more than a record at a time, which is no reason for less room; short answers are.
        reads.learn(16 * 1024, Reads::MOST);
        assert_eq!(reads.0, Reads::MOST);
        for _ in 0..9 {
            reads.learn(300, reads.0);
        }
        assert_eq!(reads.0, Reads::LEAST);
    }
}
