//! Holding messages of HTTP/2: gathered into memory, held, and sent on in the same frames or others, as HTTP/2 may.

use std::future::poll_fn;

use bytes::{Bytes, BytesMut};
use h2::RecvStream;
use h2::server::SendResponse;
use http::{Request, response};
use mwscope_parsers::http::Head;
use tokio::sync::Mutex;
use tokio::time::timeout;

use super::body::{self, Broke, Progress};
use super::{Site, head, words};
use crate::model::{self, Body, Outcome, Part};
use crate::proxy::breaks::{Decided, Waiting};
use crate::proxy::core::Trouble;
use crate::proxy::core::hold::{Half, LARGE, LARGEST, Message, Ready};
use crate::proxy::core::relay::Look;
use crate::proxy::hold::{Catch, FULL, NEXT, SLOW, end};
use crate::proxy::recording::Recording;

/// Why an exchange doesn't go on.
pub(super) enum Over {
    /// The user dropped it, or its client has gone.
    Ended(Outcome),
    /// The client broke off while its body came.
    Client(h2::Error),
    /// The server did.
    Server(h2::Error),
    Trouble(Trouble),
}

/// Holds a request where the user wants it held. Gives what was taken of its body already, and is to be sent first.
///
/// # Errors
/// With why it doesn't go on.
pub(super) async fn request(
    site: &Site,
    request: &mut Request<()>,
    upload: &mut RecvStream,
    respond: &mut SendResponse<Bytes>,
    recording: &Mutex<Recording>,
) -> Result<Option<Bytes>, Over> {
    let breaks = &site.shared.config.breaks;
    let known = recording.lock().await.so_far();
    let (Some(wanted), Some(mut exchange)) = (breaks.wanted(Half::Request), known) else {
        return Ok(None);
    };
    let text = head::request_as_http1(request);
    let parsed = Head::request(text.clone(), 0, &site.shared.config.limits.http);
    exchange.request = model::Request { version: "HTTP/2".to_owned(), ..model::Request::of(&parsed) };
    if !wanted.asks_body && !(wanted.wants)(&exchange) {
        return Ok(None);
    }
    let Some(place) = breaks.place() else {
        recording.lock().await.note("not held", FULL);
        return Ok(None);
    };
    let (mut whole, progress) = (BytesMut::new(), Progress::new());
    let gather = body::gather(upload, Part::RequestBody, (&mut whole, LARGEST), recording, &progress);
    let passes = gathered(gather).await.map_err(Over::Client)?;
    let payload = whole.freeze();
    if let Some(why) = passes {
        recording.lock().await.note("not held", why);
        return Ok(Some(payload));
    }
    let codings = std::mem::take(&mut exchange.request.body.codings);
    exchange.request.body = Body { codings, ..Body::whole(payload.clone()) };
    if wanted.asks_body && !(wanted.wants)(&exchange) {
        return Ok(Some(payload));
    }
    let message = message(Half::Request, text.into(), payload.clone());
    let Some(mut waiting) = breaks.hold(exchange, message, place) else {
        recording.lock().await.note("not held", FULL);
        return Ok(Some(payload));
    };
    recording.lock().await.holding(Half::Request);
    let decided = watched(site, respond, &mut waiting).await;
    let ended = end(&waiting, decided, breaks, &mut *recording.lock().await);
    match ended.map_err(Over::Ended)? {
        None => Ok(Some(payload)),
        Some(ready) => {
            *request = head::edited_request(request, &ready.head).map_err(Over::Trouble)?;
            Ok(Some(ready.payload))
        }
    }
}

/// Holds an answer where the user wants it held. `held` is what was taken of its body already: all of it where it is whole.
///
/// # Errors
/// With why it doesn't go on.
pub(super) async fn answer(
    catch: &Catch<'_>,
    site: &Site,
    parts: &mut response::Parts,
    (held, whole): (Option<Bytes>, bool),
    download: &mut RecvStream,
    respond: &mut SendResponse<Bytes>,
    (recording, progress): (&Mutex<Recording>, &Progress),
) -> Result<Option<Bytes>, Over> {
    match catch.look(&head::as_http1(parts)) {
        Look::Gather => {}
        Look::Pass(why) => {
            recording.lock().await.note_some("not held", why);
            return Ok(held);
        }
    }
    let mut taken = held.map_or_else(BytesMut::new, BytesMut::from);
    let mut passes = (taken.len() > LARGEST).then_some(LARGE);
    if passes.is_none() && !whole {
        let gather = body::gather(download, Part::ResponseBody, (&mut taken, LARGEST), recording, progress);
        passes = gathered(gather).await.map_err(Over::Server)?;
    }
    let payload = taken.freeze();
    if passes.is_some() {
        recording.lock().await.note_some("not held", passes);
        return Ok(Some(payload));
    }
    let text = Bytes::copy_from_slice(head::as_http1(parts).bytes());
    let begun = catch.begin(message(Half::Response, text, payload.clone()), &mut *recording.lock().await);
    let Some(mut waiting) = begun else { return Ok(Some(payload)) };
    recording.lock().await.holding(Half::Response);
    progress.held(true);
    let decided = watched(site, respond, &mut waiting).await;
    progress.held(false);
    let ended = end(&waiting, decided, &site.shared.config.breaks, &mut *recording.lock().await);
    match ended.map_err(Over::Ended)? {
        None => Ok(Some(payload)),
        Some(ready) => {
            let Ready { head: edited, payload, .. } = *ready;
            head::edit_answer(parts, &edited);
            Ok(Some(payload))
        }
    }
}

/// Waits for a body that is gathered; why its message passes, where it isn't whole by then.
async fn gathered(gather: impl Future<Output = Result<bool, Broke>>) -> Result<Option<&'static str>, h2::Error> {
    match timeout(NEXT, gather).await {
        Ok(Ok(true)) => Ok(None),
        Ok(Ok(false)) => Ok(Some(LARGE)),
        Ok(Err(Broke::Giver(error) | Broke::Taker(error))) => Err(error),
        Err(_) => Ok(Some(SLOW)),
    }
}

fn message(half: Half, head: Bytes, payload: Bytes) -> Message {
    Message { half, head, wire: Bytes::new(), payload, trailers: Bytes::new(), to_head: false, http2: true }
}

/// Waits for the user's decision while the client stays.
///
/// # Errors
/// With what the client said when it went.
async fn watched(site: &Site, respond: &mut SendResponse<Bytes>, waiting: &mut Waiting) -> Result<Decided, String> {
    tokio::select! {
        biased;
        decided = waiting.decided() => return Ok(decided),
        reset = poll_fn(|cx| respond.poll_reset(cx)) => return Err(words(&reset.map_or_else(|error| error, Into::into))),
        () = site.shared.stopped() => {}
    }
    Ok(waiting.ended())
}
