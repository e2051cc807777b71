//! Holding messages of HTTP/1: the whole request is gathered without taking it from the client's buffer, so that one that
//! goes on unedited goes on byte for byte; while a message is held its client is watched, and nobody else waits.

use std::future::{Future, poll_fn};
use std::io;
use std::pin::pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Poll, ready};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use mwscope_parsers::http::{End, Event, Framer, Head};
use tokio::io::AsyncReadExt;
use tokio::time::{sleep, timeout};

use super::breaks::{Break, Breaks, Decided, Place, Waiting, Went};
use super::core::cause;
use super::core::hold::{Half, LARGE, LARGEST, Message, Ready};
use super::core::relay::{Fact, Look};
use super::forward::Client;
use super::listen::Shared;
use super::process::Process;
use super::recording::Recording;
use super::stream::Stream;
use crate::model::{Body, Exchange, Kept, Outcome, Request, Response, Stage};

/// Bytes that a client may send ahead of the answer while it waits.
const AHEAD: usize = 64 * 1024;
/// How long the next bytes of a body are waited for, before it is passed on as it comes.
pub(super) const NEXT: Duration = Duration::from_secs(10);
/// The same where the client waits for the server to ask for the body. Clients that do give up waiting after a second.
const ASKED: Duration = Duration::from_secs(3);

/// How often it is looked whether a client that sends no more is still there.
const LOOKS: Duration = Duration::from_secs(1);
const FIRST_LOOKS: Duration = Duration::from_millis(100);

/// Why a message passes although one like it is held.
pub(super) const SLOW: &str = "its body did not come in time; it passed as it came";
pub(super) const FULL: &str = "as many messages are held as there is room for; it passed";

/// Holds a request where the user wants it held. `sent` is its head as it will be sent on; its body is still to be taken from
/// the client. Gives what is sent in its place, whose body then was taken; none where it goes on as it is.
///
/// # Errors
/// With how the exchange ended, where it doesn't go on.
pub(super) async fn request(
    shared: &Shared,
    client: &mut Client,
    sent: &[u8],
    recording: &mut Recording,
) -> Result<Option<Box<Ready>>, Outcome> {
    let Some(wanted) = shared.config.breaks.wanted(Half::Request) else { return Ok(None) };
    let head = Head::request(sent.to_vec(), 0, &shared.config.limits.http);
    let Some(mut exchange) = recording.so_far() else { return Ok(None) };
    exchange.request = Request::of(&head);
    if !wanted.asks_body && !(wanted.wants)(&exchange) {
        return Ok(None);
    }
    let Some(place) = shared.config.breaks.place() else {
        recording.note("not held", FULL);
        return Ok(None);
    };
    let Gathered { wire, payload, trailers } = match gather(client, &head).await {
        Ok(gathered) => gathered,
        Err(why) => {
            recording.note("not held", why);
            return Ok(None);
        }
    };
    let codings = std::mem::take(&mut exchange.request.body.codings);
    exchange.request.body = Body { codings, ..Body::whole(payload.clone()) };
    if wanted.asks_body && !(wanted.wants)(&exchange) {
        return Ok(None);
    }
    let head = Bytes::copy_from_slice(sent);
    let message = Message { half: Half::Request, head, wire, payload, trailers, to_head: false, http2: false };
    let Some(mut waiting) = shared.config.breaks.hold(exchange, message, place) else {
        recording.note("not held", FULL);
        return Ok(None);
    };
    recording.holding(Half::Request);
    let end_of_client = (&mut client.stream, &mut client.buffer);
    let decided = watched(shared, end_of_client, false, recording.process(), &mut waiting).await;
    let instead = end(&waiting, decided, &shared.config.breaks, recording)?;
    if instead.is_some() {
        take(client, recording).await;
    }
    Ok(instead)
}

/// Records how it went with a message that was held. Gives what is sent in its place; none where it goes on as it is.
///
/// # Errors
/// With how the exchange ended, where it doesn't go on. `decided` says what was seen of a client that has gone.
pub(super) fn end(
    waiting: &Waiting,
    decided: Result<Decided, String>,
    breaks: &Breaks,
    recording: &mut Recording,
) -> Result<Option<Box<Ready>>, Outcome> {
    let half = waiting.message().half;
    recording.held(half, waiting.held(), &told(waiting, breaks));
    match decided {
        Ok(Decided::Go(_)) => Ok(None),
        Ok(Decided::Drop) => Err(dropped(half)),
        Ok(Decided::Edited(ready)) => {
            recording.edits(ready.edits.clone());
            Ok(Some(ready))
        }
        Err(why) => Err(left(half, &why)),
    }
}

/// A request's body that is at hand, and still the client's to send.
struct Gathered {
    wire: Bytes,
    payload: Bytes,
    trailers: Bytes,
}

/// Waits for the whole body of a request.
async fn gather(client: &mut Client, head: &Head) -> Result<Gathered, &'static str> {
    // The framing goes on from where the real one is, over bytes that stay where they are.
    let mut framer: Framer = client.framer.clone();
    let (mut at, mut payload, mut trailers) = (0, BytesMut::new(), Bytes::new());
    let patience = if head.has_member("Expect", "100-continue") { ASKED } else { NEXT };
    loop {
        let step = framer.step(client.buffer.get(at..).unwrap_or_default());
        let piece = client.buffer.get(at..at + step.used).unwrap_or_default();
        match step.event {
            Some(Event::Body(_)) => payload.extend_from_slice(piece),
            Some(Event::Trailers(found)) => trailers = found.bytes.into(),
            Some(Event::End(End::Broken(_))) => return Err("its framing can't be read; it is refused as without"),
            Some(Event::End(_)) => {
                let wire = Bytes::copy_from_slice(client.buffer.get(..at).unwrap_or_default());
                return Ok(Gathered { wire, payload: payload.freeze(), trailers });
            }
            Some(_) => {}
            None if client.buffer.len() > LARGEST => return Err(LARGE),
            None => match timeout(patience, client.stream.read_buf(&mut client.buffer)).await {
                Ok(Ok(n)) if n > 0 => {}
                Ok(_) => return Err("the client broke off inside it"),
                Err(_) => return Err(SLOW),
            },
        }
        if payload.len() > LARGEST {
            return Err(LARGE);
        }
        at += step.used;
    }
}

/// Takes the body from the client, which something else is sent for. It was all there before.
async fn take(client: &mut Client, recording: &mut Recording) {
    loop {
        let step = client.framer.step(&client.buffer);
        let bytes = client.buffer.split_to(step.used.min(client.buffer.len())).freeze();
        match step.event {
            Some(Event::Body(_)) => recording.fact(Fact::RequestBody(bytes)).await,
            Some(Event::Trailers(trailers)) => recording.fact(Fact::RequestTrailers(trailers)).await,
            Some(Event::End(_)) | None => return,
            Some(_) => {}
        }
    }
}

/// Waits for the user's decision while the client stays.
///
/// # Errors
/// With what was seen of the client when it went.
async fn watched(
    shared: &Shared,
    client: (&mut Stream, &mut BytesMut),
    sends_no_more: bool,
    process: Option<&Process>,
    waiting: &mut Waiting,
) -> Result<Decided, String> {
    tokio::select! {
        biased;
        decided = waiting.decided() => return Ok(decided),
        why = gone(client, sends_no_more, process) => return Err(why),
        () = shared.stopped() => {}
    }
    Ok(waiting.ended())
}

/// Ends when the client has gone. One that sends no more may still read: it has gone once its process has let go of the
/// connection, or its system says that it knows none.
async fn gone(
    (stream, buffer): (&mut Stream, &mut BytesMut),
    sends_no_more: bool,
    process: Option<&Process>,
) -> String {
    if !sends_no_more && let Err(error) = ends(stream, buffer).await {
        return cause::plain(&error);
    }
    stream.ask_whether_it_stands();
    // Twice, since a process hands a connection on to another while the table is read.
    let (mut missed, mut pause) = (0, FIRST_LOOKS);
    loop {
        sleep(pause).await;
        if let Some(error) = stream.take_error() {
            return cause::plain(&error);
        }
        let there = match process {
            Some(process) => process.is_there().await,
            None => None,
        };
        (missed, pause) = if there == Some(false) { (missed + 1, FIRST_LOOKS) } else { (0, LOOKS) };
        if missed == 2 {
            return "it closed its connection".to_owned();
        }
    }
}

/// Reads what a client sends ahead, until it sends no more.
async fn ends(stream: &mut Stream, buffer: &mut BytesMut) -> io::Result<()> {
    poll_fn(|cx| {
        while buffer.len() < AHEAD.max(LARGEST + AHEAD) {
            match ready!(pin!(stream.read_buf(&mut *buffer)).poll(cx)) {
                Ok(0) => return Poll::Ready(Ok(())),
                Ok(_) => {}
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
        // It has sent so much ahead that no more is read; its end shows when there is something to be sent to it.
        Poll::Pending
    })
    .await
}

/// How the answers to one client's request are held.
pub(super) struct Catch<'a> {
    shared: &'a Shared,
    wanted: Break,
    /// The exchange without its answer.
    asked: Exchange,
    /// Whether the request was HEAD.
    to_head: bool,
    /// Room, taken once there is something to gather.
    place: Mutex<Option<Place>>,
}

impl<'a> Catch<'a> {
    /// For the answer to a request by that method, where any is wanted.
    pub(super) fn of(shared: &'a Shared, method: &[u8], recording: &Recording) -> Option<Self> {
        let (wanted, to_head) = (shared.config.breaks.wanted(Half::Response)?, method == b"HEAD");
        Some(Self { shared, wanted, asked: recording.so_far()?, to_head, place: Mutex::default() })
    }

    /// What is done with an answer of which the head is known.
    pub(super) fn look(&self, head: &Head) -> Look {
        if head.get("Content-Type").is_some_and(|kind| kind.starts_with(b"text/event-stream")) {
            return Look::Pass(Some("it is a stream of events, which has no end; it passed"));
        }
        if !self.wanted.asks_body {
            let mut exchange = self.asked.clone();
            exchange.response = Some(Response::of(head));
            if !(self.wanted.wants)(&exchange) {
                return Look::Pass(None);
            }
        }
        let length = head.get("Content-Length").and_then(|value| std::str::from_utf8(value).ok()?.trim().parse().ok());
        if !self.to_head && length.is_some_and(|length: usize| length > LARGEST) {
            return Look::Pass(Some(LARGE));
        }
        let place = self.shared.config.breaks.place();
        let look = if place.is_some() { Look::Gather } else { Look::Pass(Some(FULL)) };
        *self.place.lock().unwrap_or_else(PoisonError::into_inner) = place;
        look
    }

    /// Holds a whole answer, where it is wanted. None where it goes on as it is.
    ///
    /// # Errors
    /// With how the exchange ended, where it doesn't go on.
    pub(super) async fn answer(
        &self,
        message: Message,
        client: (&mut Stream, &mut BytesMut),
        sends_no_more: bool,
        recording: &mut Recording,
    ) -> Result<Option<Box<Ready>>, Outcome> {
        let Some(mut waiting) = self.begin(message, recording) else { return Ok(None) };
        recording.holding(Half::Response);
        let decided = watched(self.shared, client, sends_no_more, recording.process(), &mut waiting).await;
        end(&waiting, decided, &self.shared.config.breaks, recording)
    }

    /// Begins to hold a whole answer, where it is wanted.
    pub(super) fn begin(&self, mut message: Message, recording: &mut Recording) -> Option<Waiting> {
        message.to_head = self.to_head;
        let place = self.place.lock().unwrap_or_else(PoisonError::into_inner).take()?;
        let mut exchange = recording.so_far()?;
        let head = Head::response(message.head.to_vec(), 0, &self.shared.config.limits.http);
        let mut response = Response::of(&head);
        response.body.len = message.payload.len() as u64;
        response.body.kept = Kept::of(message.payload.clone());
        exchange.response = Some(response);
        let wanted = !self.wanted.asks_body || (self.wanted.wants)(&exchange);
        if !wanted {
            return None;
        }
        let waiting = self.shared.config.breaks.hold(exchange, message, place);
        recording.note_some("not held", waiting.is_none().then_some(FULL));
        waiting
    }
}

/// How it went with a held message, in words.
fn told(waiting: &Waiting, breaks: &Breaks) -> String {
    let half = waiting.message().half.word();
    let held = format!("{:.1} s", waiting.held().as_secs_f64());
    let how = match waiting.how() {
        Went::AsItWas => "the user let it go as it was".to_owned(),
        Went::Edited => "the user edited it".to_owned(),
        Went::Dropped => "the user dropped it".to_owned(),
        Went::TimedOut => {
            format!(
                "nobody decided within {}, so it went on as it was (--break-timeout)",
                cause::words(breaks.patience())
            )
        }
        Went::Ended => "it went on as it was when the breakpoints ended".to_owned(),
        Went::ClientGone => "the client gave up meanwhile".to_owned(),
    };
    format!("the {half} was held at a breakpoint for {held}; {how}. This time is not the server's")
}

/// How an exchange ends whose message the user dropped.
fn dropped(half: Half) -> Outcome {
    let cause = format!("the user dropped the {} at a breakpoint; the client's connection was closed", half.word());
    Outcome::Aborted { stage: stage(half), cause }
}

/// How an exchange ends whose client went while its message was held.
fn left(half: Half, why: &str) -> Outcome {
    let cause = format!("the client went away while its {} was held at a breakpoint: {why}", half.word());
    Outcome::Aborted { stage: stage(half), cause }
}

fn stage(half: Half) -> Stage {
    match half {
        Half::Request => Stage::Send,
        Half::Response => Stage::ResponseBody,
    }
}
