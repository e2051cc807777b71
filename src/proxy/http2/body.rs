//! Bodies of HTTP/2, carried as they come: a side is given room to send more once the other has taken what it sent.

use std::future::poll_fn;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::Poll;
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use h2::{Reason, RecvStream, SendStream};
use http::HeaderMap;
use tokio::sync::Mutex;

use super::head;
use crate::model::{Part, Stage};
use crate::proxy::config::Limits;
use crate::proxy::recording::Recording;

/// Why a body was not carried to its end.
#[derive(Debug)]
pub(super) enum Broke {
    /// Who sends it broke off.
    Giver(h2::Error),
    /// Who gets it wants no more.
    Taker(h2::Error),
}

/// How far an exchange has come, and when anything last came of it.
pub(super) struct Progress {
    began: Instant,
    /// Milliseconds after the beginning.
    last: AtomicU64,
    sent: AtomicBool,
    answered: AtomicBool,
    held: AtomicBool,
}

impl Progress {
    pub(super) fn new() -> Self {
        let [sent, answered, held] = Default::default();
        Self { began: Instant::now(), last: AtomicU64::new(0), sent, answered, held }
    }

    pub(super) fn moved(&self) {
        let now = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.last.store(now, Ordering::Relaxed);
    }

    pub(super) fn sent(&self) {
        self.sent.store(true, Ordering::Relaxed);
        self.moved();
    }

    pub(super) fn answered(&self) {
        self.answered.store(true, Ordering::Relaxed);
        self.moved();
    }

    /// The user holds it, or no more; that has a limit of its own.
    pub(super) fn held(&self, held: bool) {
        self.held.store(held, Ordering::Relaxed);
        self.moved();
    }

    /// What the exchange waits for.
    pub(super) fn stage(&self) -> Stage {
        match (self.sent.load(Ordering::Relaxed), self.answered.load(Ordering::Relaxed)) {
            (_, true) => Stage::ResponseBody,
            (true, false) => Stage::Wait,
            (false, false) => Stage::RequestBody,
        }
    }

    /// Ends when nothing has come for as long as the limits allow; gives how long that was. What takes long is shown
    /// meanwhile.
    pub(super) async fn overdue(&self, limits: &Limits, recording: &Mutex<Recording>) -> Duration {
        let mut show_at = recording.lock().await.show_at();
        loop {
            let limit = if self.stage() == Stage::Wait { limits.answer } else { limits.stall };
            let last = Duration::from_millis(self.last.load(Ordering::Relaxed));
            let left = limit.saturating_sub(self.began.elapsed().saturating_sub(last));
            let held = self.held.load(Ordering::Relaxed);
            if left.is_zero() && !held {
                return limit;
            }
            let until = Instant::now() + if held { limit } else { left };
            tokio::time::sleep_until(until.min(show_at).into()).await;
            if show_at < until {
                let mut recording = recording.lock().await;
                recording.show();
                show_at = recording.show_at();
            }
        }
    }
}

/// Carries a body with its trailers to its end, and records it.
///
/// # Errors
/// With the side that broke off.
pub(super) async fn pump(
    from: &mut RecvStream,
    to: &mut SendStream<Bytes>,
    part: Part,
    recording: &Mutex<Recording>,
    progress: &Progress,
) -> Result<(), Broke> {
    while let Some(bytes) = next(from, Some(to)).await? {
        progress.moved();
        recording.lock().await.body(part, bytes.clone()).await;
        let (len, last) = (bytes.len(), from.is_end_stream());
        send(to, bytes, last).await?;
        progress.moved();
        if last {
            return Ok(());
        }
        let _room_is_lost_only_with_the_stream = from.flow_control().release_capacity(len);
    }
    match trailers(from, part, recording).await? {
        Some(map) => to.send_trailers(map).map_err(Broke::Taker),
        None => to.send_data(Bytes::new(), true).map_err(Broke::Taker),
    }
}

/// Takes a body into memory and records it; false where it is larger than `most`, and there is more to come. What was
/// taken is in `whole` also where this is given up.
///
/// # Errors
/// When its sender broke off.
pub(super) async fn gather(
    from: &mut RecvStream,
    part: Part,
    (whole, most): (&mut BytesMut, usize),
    recording: &Mutex<Recording>,
    progress: &Progress,
) -> Result<bool, Broke> {
    while let Some(bytes) = next(from, None).await? {
        progress.moved();
        whole.extend_from_slice(&bytes);
        let _room_is_lost_only_with_the_stream = from.flow_control().release_capacity(bytes.len());
        recording.lock().await.body(part, bytes).await;
        if whole.len() > most {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Takes the rest of a request's body that goes to nobody, and records it.
pub(super) async fn drain(from: &mut RecvStream, recording: &Mutex<Recording>) {
    while let Ok(Some(bytes)) = next(from, None).await {
        let _room_is_lost_only_with_the_stream = from.flow_control().release_capacity(bytes.len());
        recording.lock().await.body(Part::RequestBody, bytes).await;
    }
}

/// The trailers behind a body, recorded.
///
/// # Errors
/// When their sender broke off.
pub(super) async fn trailers(
    from: &mut RecvStream,
    part: Part,
    recording: &Mutex<Recording>,
) -> Result<Option<HeaderMap>, Broke> {
    let map = poll_fn(|cx| from.poll_trailers(cx)).await.map_err(Broke::Giver)?;
    if let Some(map) = &map {
        recording.lock().await.trailers(part, head::headers(map));
    }
    Ok(map)
}

/// Sends bytes as far as there is room for them, and the rest when there is.
///
/// # Errors
/// When who gets them wants no more.
pub(super) async fn send(to: &mut SendStream<Bytes>, mut bytes: Bytes, last: bool) -> Result<(), Broke> {
    while !bytes.is_empty() {
        to.reserve_capacity(bytes.len());
        let room = match poll_fn(|cx| to.poll_capacity(cx)).await {
            Some(room) => room.map_err(Broke::Taker)?,
            None => return Err(Broke::Taker(Reason::STREAM_CLOSED.into())),
        };
        let piece = bytes.split_to(room.min(bytes.len()));
        let last = last && bytes.is_empty();
        if !piece.is_empty() {
            to.send_data(piece, last).map_err(Broke::Taker)?;
        }
        if last {
            return Ok(());
        }
    }
    if last { to.send_data(bytes, true).map_err(Broke::Taker) } else { Ok(()) }
}

/// The next bytes of a body; ends early where `to`, which will get them, wants no more.
async fn next(from: &mut RecvStream, mut to: Option<&mut SendStream<Bytes>>) -> Result<Option<Bytes>, Broke> {
    poll_fn(|cx| {
        if let Poll::Ready(piece) = from.poll_data(cx) {
            return Poll::Ready(piece.transpose().map_err(Broke::Giver));
        }
        match to.as_mut().map(|to| to.poll_reset(cx)) {
            Some(Poll::Ready(Ok(reason))) => Poll::Ready(Err(Broke::Taker(reason.into()))),
            Some(Poll::Ready(Err(error))) => Poll::Ready(Err(Broke::Taker(error))),
            Some(Poll::Pending) | None => Poll::Pending,
        }
    })
    .await
}
