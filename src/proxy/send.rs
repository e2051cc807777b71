//! Sending a draft: what a client does that speaks HTTP/1.1, over the same connections, in the same words and with the
//! same record as a call that passes the proxy. Here is one request and its answer; [`client`] is a client that keeps
//! cookies and follows redirects.
//!
//! It knows nothing of cases and of what is done with the answer.

mod answer;
mod client;
mod cookies;
mod http2;
mod message;
mod pool;

use std::io;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use mwscope_parsers::http::Asked;
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::sync::Notify;
use tokio::time::timeout;

use super::config::{Limits, UpstreamProxy};
use super::core::{Endpoint, Scheme, Trouble, cause};
use super::reach::{Ask, Means, Plain, Server, reach};
use super::recording::{Journey, nanos, utc_ns};
use super::tls::{HTTP1, Trust};
use crate::model::moment::stamp_of_utc_ns;
use crate::model::{Body, Exchange, ExchangeId, Headers, Kept, Outcome, Request, SourceId, Stage, coding, facts};
use crate::replay::Draft;

pub use client::{Client, Follow};
pub use http2::{Answered, Http2};

use message::Message;
use pool::Pool;

/// How long a server may take to say that it wants the body, before it gets it anyway (as curl does).
const EXPECT: Duration = Duration::from_secs(1);
/// How long a server that takes no more may still have something to say.
const LAST_WORDS: Duration = Duration::from_secs(2);
/// Bytes that are handed to the system at once.
const PIECE: usize = 64 * 1024;

/// By what means drafts are sent.
#[derive(Debug)]
pub struct Terms {
    /// What servers' certificates are checked against.
    pub trust: Trust,
    /// The proxy through which servers are reached.
    pub upstream: Option<UpstreamProxy>,
    /// Times and sizes.
    pub limits: Limits,
    /// Bytes that are kept of an answer's body.
    pub keep_body: u64,
}

impl Terms {
    /// Directly, with the limits that hold when nothing is chosen, and 64 MiB of each answer kept.
    #[must_use]
    pub fn new(trust: Trust) -> Self {
        Self { trust, upstream: None, limits: Limits::default(), keep_body: 64 << 20 }
    }
}

/// Sends drafts; its connections are kept open and shared by everyone who sends through it.
#[derive(Debug)]
pub struct Sender {
    terms: Terms,
    pool: Pool,
    sent: AtomicU32,
}

/// Asked before the first byte of a request leaves.
pub type Ready<'a> = &'a (dyn Fn() -> io::Result<()> + Send + Sync);

/// When things happened.
#[derive(Clone, Copy)]
struct Marks {
    began: Instant,
    send: Instant,
    sent: Option<Instant>,
    answered: Option<Instant>,
}

impl Sender {
    /// Sends by these means.
    #[must_use]
    pub fn new(terms: Terms) -> Self {
        Self { terms, pool: Pool::default(), sent: AtomicU32::new(0) }
    }

    /// Sends a draft and gives what became of it, as a recording would have it. Nothing is followed or remembered.
    pub async fn send(&self, draft: &Draft) -> Exchange {
        self.send_once(draft, &|| Ok(())).await
    }

    /// As [`Sender::send`]; `ready` is asked when the connection stands and the first byte is about to leave. Where it
    /// fails nothing is sent.
    pub async fn send_once(&self, draft: &Draft, ready: Ready<'_>) -> Exchange {
        let number = self.sent.fetch_add(1, Ordering::Relaxed);
        let mut marks = Marks { began: Instant::now(), send: Instant::now(), sent: None, answered: None };
        let started = utc_ns();
        let mut exchange =
            Exchange::new(ExchangeId(number), SourceId(0), number, draft.url.clone(), Request::default());
        exchange.started = Some(stamp_of_utc_ns(started));
        exchange.edits.clone_from(&draft.edits);
        let outcome = match self.prepare(draft, &mut exchange) {
            Ok((to, message)) => self.carry(draft, &to, &message, &mut exchange, &mut marks, ready).await,
            Err(trouble) => Err(trouble),
        };
        exchange.outcome = match outcome {
            Ok(()) => Outcome::Complete,
            Err(trouble) => Outcome::Failed { stage: trouble.stage, cause: trouble.cause },
        };
        finish(&mut exchange, &marks);
        exchange
    }

    /// A draft as the exchange that it would be, with everything in place that would be sent.
    #[must_use]
    pub fn unsent(&self, draft: &Draft) -> Exchange {
        let mut exchange = Exchange::new(ExchangeId(0), SourceId(0), 0, draft.url.clone(), Request::default());
        exchange.edits.clone_from(&draft.edits);
        if let Err(trouble) = self.prepare(draft, &mut exchange) {
            exchange.outcome = Outcome::Failed { stage: trouble.stage, cause: trouble.cause };
        }
        exchange.call = facts::call_of(&exchange);
        exchange
    }

    /// Where it goes, and the message as it will be written.
    fn prepare(&self, draft: &Draft, exchange: &mut Exchange) -> Result<(Endpoint, Message), Trouble> {
        let to = endpoint(&draft.url)?;
        let upstream = self.terms.upstream.as_ref().filter(|_| to.scheme == Scheme::Http);
        let message = Message::of(draft, &to, upstream)?;
        exchange.edits.extend(message.edits.iter().cloned());
        exchange.request = Request {
            method: draft.method.clone(),
            target: message.target.clone(),
            version: "HTTP/1.1".to_owned(),
            headers: message.headers.clone(),
            head: Some(message.head.clone()),
            body: Body {
                len: draft.body.len() as u64,
                kept: Kept::of(draft.body.clone()),
                codings: coding::codings(&draft.headers),
                ..Body::default()
            },
            trailers: if message.chunked { draft.trailers.clone() } else { Headers::default() },
        };
        Ok((to, message))
    }

    #[allow(clippy::too_many_arguments, reason = "one request on its way")]
    /// Sends the message, over a kept connection where there is one that is good for it.
    async fn carry(
        &self,
        draft: &Draft,
        to: &Endpoint,
        message: &Message,
        exchange: &mut Exchange,
        marks: &mut Marks,
        ready: Ready<'_>,
    ) -> Result<(), Trouble> {
        while let Some(mut server) = self.pool.take(to, draft.is_idempotent()).await {
            exchange.server = Some(server.address.clone());
            exchange.tls = server.tls.clone();
            let went = self.over(&mut server, draft, message, exchange, marks, ready).await;
            let untouched = exchange.response.is_none() && exchange.interim.is_empty();
            match went {
                Ok(keep) => return self.put_back(server, keep),
                Err(trouble) if untouched && draft.is_idempotent() && is_end(trouble.stage) => {
                    let text = "the server had closed it; sent again over a new one";
                    exchange.notes.push(("kept connection".to_owned(), text.to_owned()));
                    (marks.sent, marks.answered) = (None, None);
                }
                Err(trouble) => {
                    if untouched && is_end(trouble.stage) {
                        let text = "it broke before an answer; the server may have done what was asked, so it was not \
                                    sent again";
                        exchange.notes.push(("kept connection".to_owned(), text.to_owned()));
                    }
                    return Err(trouble);
                }
            }
        }
        let mut journey = Journey::default();
        let reached = self.reach(to, &mut journey).await;
        note(exchange, journey);
        let mut server = reached?;
        let keep = self.over(&mut server, draft, message, exchange, marks, ready).await?;
        self.put_back(server, keep)
    }

    async fn reach(&self, to: &Endpoint, journey: &mut Journey) -> Result<Server, Trouble> {
        let Terms { trust, upstream, limits, .. } = &self.terms;
        let means = Means { upstream: upstream.as_ref(), trust, limits, ours: &[], behalf: None };
        let ask = Ask { server_name: &to.host, protocols: &[HTTP1] };
        reach(means, to, ask, Plain::ToUpstreamProxy, journey).await
    }

    fn put_back(&self, server: Server, keep: bool) -> Result<(), Trouble> {
        if keep {
            self.pool.keep(server);
        }
        Ok(())
    }

    #[allow(clippy::too_many_arguments, reason = "one request on its way")]
    /// Writes the message and reads its answer; whether the connection may be used again.
    async fn over(
        &self,
        server: &mut Server,
        draft: &Draft,
        message: &Message,
        exchange: &mut Exchange,
        marks: &mut Marks,
        ready: Ready<'_>,
    ) -> Result<bool, Trouble> {
        let limits = &self.terms.limits;
        server.framer.expect(Asked::by(draft.method.as_bytes()));
        server.fresh = false;
        marks.send = Instant::now();
        let (read, mut write) = tokio::io::split(&mut server.stream);
        let (go, sent) = (Go::default(), OnceLock::new());
        let (written, answered) = {
            let mut reading = answer::Reading {
                from: read,
                buffer: &mut server.buffer,
                framer: &mut server.framer,
                limits,
                keep_body: self.terms.keep_body,
                exchange,
                marks,
                sent: &sent,
                go: &go,
            };
            let writing = async {
                // Nothing may come between this and the first byte.
                ready().map_err(|error| Trouble::new(Stage::RequestHead, format!("not sent: {error}")))?;
                let written = write_message(&mut write, message, draft, &go, limits).await;
                if written.is_ok() && !go.is_answered() {
                    let _first = sent.set(Instant::now());
                }
                written
            };
            let read = reading.answer();
            tokio::pin!(writing, read);
            // Whole requests are written at once, as a rule; a server may answer before it has taken all of a large one.
            tokio::select! {
                biased;
                answered = &mut read => (None, answered),
                written = &mut writing => match written {
                    Ok(()) => (Some(Ok(())), read.await),
                    Err(trouble) if trouble.stage == Stage::RequestHead => return Err(trouble),
                    // It may have answered before it stopped listening.
                    Err(trouble) => match timeout(LAST_WORDS, &mut read).await {
                        Ok(Ok(keep)) => (Some(Err(trouble)), Ok(keep)),
                        _ => return Err(trouble),
                    },
                },
            }
        };
        let keep = answered?;
        let whole = matches!(written, Some(Ok(()))) && sent.get().is_some();
        if !whole {
            let text = if message.expects && written.is_some() {
                "the server answered instead of asking for the body, which was not sent"
            } else {
                "the server answered before the request was complete"
            };
            exchange.notes.push(("early answer".to_owned(), text.to_owned()));
        }
        Ok(keep && whole && message.persists && server.buffer.is_empty())
    }
}

/// Whether the body may go, for a request that asks first (`Expect: 100-continue`).
#[derive(Default)]
struct Go {
    /// Something was said: that it may go, or the answer itself.
    said: Notify,
    /// The answer began before the request was complete.
    answered: AtomicBool,
}

impl Go {
    fn is_answered(&self) -> bool {
        self.answered.load(Ordering::Relaxed)
    }
}

async fn write_message(
    to: &mut (impl AsyncWrite + Unpin),
    message: &Message,
    draft: &Draft,
    go: &Go,
    limits: &Limits,
) -> Result<(), Trouble> {
    let body = if message.chunked { message.in_chunks(draft) } else { draft.body.clone() };
    if message.expects && !body.is_empty() {
        put(to, &message.head, limits).await?;
        flush(to, limits).await?;
        // Silence is taken for yes: old servers know no 100.
        let _said = timeout(EXPECT, go.said.notified()).await;
        if go.is_answered() {
            return Ok(());
        }
        put(to, &body, limits).await?;
    } else if body.len() <= PIECE {
        // One write, so that a small request travels in one packet.
        let all: Bytes =
            if body.is_empty() { message.head.clone() } else { [&message.head[..], &body].concat().into() };
        put(to, &all, limits).await?;
    } else {
        put(to, &message.head, limits).await?;
        put(to, &body, limits).await?;
    }
    flush(to, limits).await
}

async fn put(to: &mut (impl AsyncWrite + Unpin), bytes: &[u8], limits: &Limits) -> Result<(), Trouble> {
    for piece in bytes.chunks(PIECE) {
        match timeout(limits.stall, to.write_all(piece)).await {
            Ok(written) => written.map_err(|e| broke(&e))?,
            Err(_) => return Err(cause::late(Stage::Send, &cause::words(limits.stall))),
        }
    }
    Ok(())
}

async fn flush(to: &mut (impl AsyncWrite + Unpin), limits: &Limits) -> Result<(), Trouble> {
    match timeout(limits.stall, to.flush()).await {
        Ok(flushed) => flushed.map_err(|e| broke(&e)),
        Err(_) => Err(cause::late(Stage::Send, &cause::words(limits.stall))),
    }
}

fn broke(error: &io::Error) -> Trouble {
    cause::broke(Stage::Send, &cause::plain(error))
}

/// Whether a failure at this stage of a kept connection can be its end, which the server had decided on before.
fn is_end(stage: Stage) -> bool {
    matches!(stage, Stage::Send | Stage::Wait)
}

fn endpoint(url: &str) -> Result<Endpoint, Trouble> {
    let wrong = |what| Trouble::new(Stage::RequestHead, format!("{url:?} {what}; write http(s)://HOST[:PORT]/PATH"));
    Endpoint::of_url(url).map_err(wrong)
}

fn note(exchange: &mut Exchange, journey: Journey) {
    let timings = &mut exchange.timings;
    (timings.dns, timings.connect, timings.tls) = (journey.dns, journey.connect, journey.handshake);
    exchange.server = journey.address;
    exchange.tls = journey.tls;
    exchange.notes.extend(journey.notes.into_iter().map(|(name, text)| (name.to_owned(), text)));
}

/// What is known at the end: times, and what the call is in M3's terms.
fn finish(exchange: &mut Exchange, marks: &Marks) {
    let now = Instant::now();
    exchange.duration_ns = Some(nanos(marks.began, now));
    let timings = &mut exchange.timings;
    if exchange.response.is_some() || marks.sent.is_some() {
        timings.send = Some(nanos(marks.send, marks.sent.unwrap_or(now)));
    }
    timings.wait = marks.sent.zip(marks.answered).map(|(sent, answered)| nanos(sent, answered));
    timings.receive = marks.answered.map(|answered| nanos(answered, now));
    exchange.incomplete = !matches!(exchange.outcome, Outcome::Complete) && exchange.response.is_some();
    exchange.call = facts::call_of(exchange);
}

#[cfg(test)]
mod tests;
