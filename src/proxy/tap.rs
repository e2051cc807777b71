//! Where recorded exchanges leave the proxy. Traffic comes first: a recorder that can't keep up is waited for, but not
//! long; then bodies are left out of the recording, marked and counted, and forwarding goes on.
//!
//! Everything that waits for the recorder takes room, and there is so little of it that what waits is written within a
//! fraction of a second. What is recorded here is as it passed; secrets are masked by whoever writes it down.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::{Notify, mpsc};

use crate::model::{Body, Exchange, Kept, Part, Response};

/// Heads and facts of an exchange take about so much memory beside its bodies.
const EXCHANGE: u64 = 4096;

/// Bytes of bodies that exchanges on their way may keep until they end, all together.
const AT_HAND: u64 = 64 << 20;

/// Exchanges are lost, and counted, once so many times the room is taken: the recorder has been stuck for long.
const STUCK: u64 = 16;

/// The number of an exchange within one run of the proxy, from 0, in the order in which they began.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key(pub u64);

/// What the recorder is told, in order for each exchange.
#[derive(Debug)]
pub enum Tapped {
    /// A body of an exchange on its way is handed on piece by piece, because it is long: request line and headers are
    /// known, and the outcome is open. Of exchanges with short bodies the recorder hears when they end.
    Started {
        /// Which.
        key: Key,
        /// What is known by now.
        exchange: Box<Exchange>,
    },
    /// The head of the final response to an exchange that was started came; its body follows.
    Answered {
        /// Which.
        key: Key,
        /// The response without its body.
        response: Box<Response>,
    },
    /// Payload bytes of a body, in order, up to the limit for kept bodies.
    Body {
        /// Which exchange.
        key: Key,
        /// `RequestBody` or `ResponseBody`.
        part: Part,
        /// The bytes.
        bytes: Bytes,
        /// The room they take until they are dropped.
        room: Room,
    },
    /// An exchange takes long. What is known of it by now is here, but not the bodies that are handed on; its end will
    /// take the place of this.
    UnderWay {
        /// Which.
        key: Key,
        /// The CONNECT in which it travels.
        tunnel: Option<Key>,
        /// All that is known.
        exchange: Box<Exchange>,
        /// The room that it takes until it is dropped.
        room: Room,
    },
    /// An exchange ended. Everything about it is here; bodies that were handed on before are not in it, others are.
    Finished {
        /// Which.
        key: Key,
        /// The CONNECT in which it travelled.
        tunnel: Option<Key>,
        /// All that is known.
        exchange: Box<Exchange>,
        /// The room that it takes until it is dropped.
        room: Room,
    },
    /// Something that the user should know and that belongs to no exchange.
    Said(String),
}

/// Room taken; given back when dropped.
#[derive(Debug)]
pub struct Room {
    load: Arc<Load>,
    weight: u64,
}

impl Room {
    fn of(load: &Arc<Load>, weight: u64) -> Self {
        load.taken.fetch_add(weight, Ordering::Relaxed);
        Self { load: Arc::clone(load), weight }
    }

    /// Takes more, where there is as much.
    pub(super) fn grow(&mut self, weight: u64) -> bool {
        let before = self.load.taken.fetch_add(weight, Ordering::Relaxed);
        self.weight += weight;
        before + weight <= self.load.room
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        let before = self.load.taken.fetch_sub(self.weight, Ordering::Relaxed);
        if before >= self.load.room && before - self.weight < self.load.room {
            self.load.eased.notify_waiters();
        }
    }
}

/// What is taken of a room, over all exchanges.
#[derive(Debug)]
struct Load {
    taken: AtomicU64,
    room: u64,
    eased: Notify,
}

impl Load {
    fn new(room: u64) -> Arc<Self> {
        Arc::new(Self { taken: AtomicU64::new(0), room, eased: Notify::new() })
    }
}

/// How much may wait for the recorder, and for how long it is waited for.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// Bytes that may wait for the recorder, over all exchanges.
    pub room: u64,
    /// How long forwarding waits for room.
    pub wait: Duration,
    /// Bytes kept of each body.
    pub keep_body: u64,
}

impl Default for Patience {
    /// 8 MiB, which a recorder writes in a fraction of a second, wait for 2 s at most; 64 MiB of each body are kept.
    fn default() -> Self {
        Self { room: 8 << 20, wait: Duration::from_secs(2), keep_body: 64 << 20 }
    }
}

/// The proxy's end of the channel to the recorder.
#[derive(Debug)]
pub struct Tap {
    out: mpsc::UnboundedSender<Tapped>,
    /// What waits for the recorder.
    load: Arc<Load>,
    /// What exchanges on their way keep of their bodies until they end.
    at_hand: Arc<Load>,
    patience: Patience,
    behind: AtomicBool,
    next: AtomicU64,
    dropped: AtomicU64,
    lost: AtomicU64,
}

/// A tap, and the end at which the recorder takes.
#[must_use]
pub fn tap(patience: Patience) -> (Arc<Tap>, mpsc::UnboundedReceiver<Tapped>) {
    let (out, taken) = mpsc::unbounded_channel();
    let (load, at_hand) = (Load::new(patience.room), Load::new(AT_HAND));
    let (behind, [next, dropped, lost]) = (AtomicBool::new(false), Default::default());
    (Arc::new(Tap { out, load, at_hand, patience, behind, next, dropped, lost }), taken)
}

impl Tap {
    /// The key of the next exchange.
    #[must_use]
    pub fn next_key(&self) -> Key {
        Key(self.next.fetch_add(1, Ordering::Relaxed))
    }

    /// How many exchanges began.
    #[must_use]
    pub fn begun(&self) -> u64 {
        self.next.load(Ordering::Relaxed)
    }

    /// How many bodies were left out because the recorder could not keep up.
    #[must_use]
    pub fn bodies_dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    /// How many exchanges were left out altogether, because the recorder was stuck.
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }

    /// Bytes kept of each body.
    #[must_use]
    pub fn keep_body(&self) -> u64 {
        self.patience.keep_body
    }

    /// Room for what an exchange keeps of its bodies until it ends.
    pub(super) fn room_at_hand(&self) -> Room {
        Room::of(&self.at_hand, 0)
    }

    /// Tells the recorder something that takes no room. A recorder that is gone hears nothing, and traffic goes on.
    pub fn tell(&self, tapped: Tapped) {
        let _gone = self.out.send(tapped);
    }

    /// Tells the recorder that an exchange ended. It takes its room at once: what it waits for, [`Tap::ready`] did.
    pub fn finished(&self, key: Key, tunnel: Option<Key>, exchange: Box<Exchange>) {
        if self.load.taken.load(Ordering::Relaxed) < self.patience.room.saturating_mul(STUCK) {
            let room = self.room_of(&exchange);
            return self.tell(Tapped::Finished { key, tunnel, exchange, room });
        }
        if self.lost.fetch_add(1, Ordering::Relaxed) == 0 {
            let text = "NOT RECORDING: the case can't be written fast enough; exchanges are left out and counted; find \
                        out what keeps the disk";
            self.tell(Tapped::Said(text.to_owned()));
        }
    }

    /// Tells the recorder of an exchange that takes long; not where it is behind, since that can wait.
    pub(super) fn under_way(&self, key: Key, tunnel: Option<Key>, exchange: Box<Exchange>) {
        if self.has_room() {
            let room = self.room_of(&exchange);
            self.tell(Tapped::UnderWay { key, tunnel, exchange, room });
        }
    }

    fn room_of(&self, exchange: &Exchange) -> Room {
        let here = |body: &Body| if let Kept::Here(bytes) = &body.kept { bytes.len() as u64 } else { 0 };
        let bodies = here(&exchange.request.body) + exchange.response.as_ref().map_or(0, |r| here(&r.body));
        Room::of(&self.load, EXCHANGE + bodies)
    }

    /// Tells the recorder of body bytes. False where it could not keep up, and the body is to be left out from here.
    pub async fn body(&self, key: Key, part: Part, bytes: Bytes) -> bool {
        if !self.ready().await {
            self.dropped.fetch_add(1, Ordering::Relaxed);
            return false;
        }
        self.body_at_once(key, part, bytes);
        true
    }

    /// As [`Tap::body`], for what was waited for before.
    pub(super) fn body_at_once(&self, key: Key, part: Part, bytes: Bytes) {
        let room = Room::of(&self.load, bytes.len() as u64);
        self.tell(Tapped::Body { key, part, bytes, room });
    }

    fn has_room(&self) -> bool {
        self.load.taken.load(Ordering::Relaxed) < self.load.room
    }

    /// Waits until there is room, but not long. False where there is none: what is large is to be left out.
    pub async fn ready(&self) -> bool {
        if self.has_room() {
            // Read first: a store by every exchange would have the processors fight for the line.
            if self.behind.load(Ordering::Relaxed) {
                self.behind.store(false, Ordering::Relaxed);
            }
            return true;
        }
        // Once behind, nobody waits again until there is room: one slow disk must not cost 2 s an exchange.
        if self.behind.load(Ordering::Relaxed) {
            return false;
        }
        let eased = async {
            loop {
                let mut eased = std::pin::pin!(self.load.eased.notified());
                eased.as_mut().enable();
                if self.has_room() {
                    return;
                }
                eased.await;
            }
        };
        let in_time = tokio::time::timeout(self.patience.wait, eased).await.is_ok();
        self.behind.store(!in_time, Ordering::Relaxed);
        in_time
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stuck(room: u64) -> (Arc<Tap>, mpsc::UnboundedReceiver<Tapped>) {
        tap(Patience { room, wait: Duration::from_millis(300), keep_body: 100 })
    }

    #[tokio::test]
    async fn a_recorder_that_is_stuck_is_waited_for_once() {
        let (tap, mut taken) = stuck(8);
        let key = tap.next_key();
        let piece = || Bytes::from_static(b"12345678");
        assert!(tap.body(key, Part::RequestBody, piece()).await);
        let began = tokio::time::Instant::now();
        assert!(!tap.body(key, Part::RequestBody, piece()).await);
        assert!(began.elapsed() >= Duration::from_millis(300));
        let began = tokio::time::Instant::now();
        assert!(!tap.body(key, Part::ResponseBody, piece()).await);
        assert!(began.elapsed() < Duration::from_millis(300));
        assert_eq!(tap.bodies_dropped(), 2);
        drop(taken.try_recv().expect("the first bytes"));
        assert!(tap.body(key, Part::ResponseBody, piece()).await);
    }

    #[tokio::test]
    async fn who_waits_goes_on_as_soon_as_there_is_room() {
        let (tap, mut taken) = stuck(8);
        let key = tap.next_key();
        assert!(tap.body(key, Part::RequestBody, Bytes::from_static(b"12345678")).await);
        let waiting = tokio::spawn({
            let tap = Arc::clone(&tap);
            async move { tap.ready().await }
        });
        tokio::time::sleep(Duration::from_millis(20)).await;
        drop(taken.try_recv().expect("the first bytes"));
        assert!(waiting.await.expect("it ends"));
    }

    #[tokio::test]
    async fn a_recorder_that_stays_stuck_costs_exchanges_not_memory_and_says_so() {
        let (tap, mut taken) = stuck(EXCHANGE);
        for _ in 0..STUCK + 5 {
            let key = tap.next_key();
            let request = crate::model::Request::default();
            let id = crate::model::ExchangeId(0);
            let exchange = Exchange::new(id, crate::model::SourceId(0), 0, String::new(), request);
            tap.finished(key, None, Box::new(exchange));
        }
        assert_eq!(tap.lost(), 5);
        let mut said = 0;
        while let Ok(tapped) = taken.try_recv() {
            said += usize::from(matches!(tapped, Tapped::Said(_)));
        }
        assert_eq!(said, 1);
    }
}
