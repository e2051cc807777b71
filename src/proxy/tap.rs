//! Where recorded exchanges leave the proxy. Traffic comes first: a recorder that can't keep up is waited for, but not
//! long; then bodies are left out of the recording, marked and counted, and forwarding goes on.
//!
//! Heads and outcomes always get through: only body bytes take room. What is recorded here is as it passed; secrets
//! are masked by whoever writes it down.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

use crate::model::{Exchange, Part, Response};

/// The number of an exchange within one run of the proxy, from 0, in the order in which they began.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key(pub u64);

/// What the recorder is told, in order for each exchange.
#[derive(Debug)]
pub enum Tapped {
    /// An exchange began: request line and headers are known. Its outcome is still open.
    Started {
        /// Which.
        key: Key,
        /// The CONNECT in which it travels.
        tunnel: Option<Key>,
        /// What is known by now.
        exchange: Box<Exchange>,
    },
    /// The head of the final response came; its body follows.
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
    /// An exchange ended. Everything about it is here except the bytes of its bodies, which came before.
    Finished {
        /// Which.
        key: Key,
        /// The CONNECT in which it travelled.
        tunnel: Option<Key>,
        /// All that is known.
        exchange: Box<Exchange>,
    },
    /// Something that the user should know and that belongs to no exchange.
    Said(String),
}

/// Room taken in the channel; given back when dropped.
#[derive(Debug)]
pub struct Room {
    _permit: Option<OwnedSemaphorePermit>,
}

/// How much may wait for the recorder, and for how long it is waited for.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// Body bytes that may wait for the recorder, over all exchanges.
    pub room: u32,
    /// How long forwarding waits for room.
    pub wait: Duration,
    /// Bytes kept of each body.
    pub keep_body: u64,
}

impl Default for Patience {
    /// 64 MiB wait for 2 s at most; 64 MiB of each body are kept.
    fn default() -> Self {
        Self { room: 64 << 20, wait: Duration::from_secs(2), keep_body: 64 << 20 }
    }
}

/// The proxy's end of the channel to the recorder.
#[derive(Debug)]
pub struct Tap {
    out: mpsc::UnboundedSender<Tapped>,
    room: Arc<Semaphore>,
    patience: Patience,
    behind: AtomicBool,
    next: AtomicU64,
    dropped: AtomicU64,
}

/// A tap, and the end at which the recorder takes.
#[must_use]
pub fn tap(patience: Patience) -> (Arc<Tap>, mpsc::UnboundedReceiver<Tapped>) {
    let (out, taken) = mpsc::unbounded_channel();
    let room = Arc::new(Semaphore::new(patience.room as usize));
    let (behind, next, dropped) = (AtomicBool::new(false), AtomicU64::new(0), AtomicU64::new(0));
    (Arc::new(Tap { out, room, patience, behind, next, dropped }), taken)
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

    /// Bytes kept of each body.
    #[must_use]
    pub fn keep_body(&self) -> u64 {
        self.patience.keep_body
    }

    /// Tells the recorder something that takes no room. A recorder that is gone hears nothing, and traffic goes on.
    pub fn tell(&self, tapped: Tapped) {
        let _gone = self.out.send(tapped);
    }

    /// Tells the recorder of body bytes. False where it could not keep up, and the body is to be left out from here.
    pub async fn body(&self, key: Key, part: Part, bytes: Bytes) -> bool {
        let wanted = u32::try_from(bytes.len()).unwrap_or(u32::MAX).min(self.patience.room);
        let permit = match Arc::clone(&self.room).try_acquire_many_owned(wanted) {
            Ok(permit) => Some(permit),
            // Once behind, nobody waits again until there is room: one slow disk must not cost 2 s an exchange.
            Err(_) if self.behind.load(Ordering::Relaxed) => None,
            Err(_) => {
                let room = Arc::clone(&self.room).acquire_many_owned(wanted);
                tokio::time::timeout(self.patience.wait, room).await.ok().and_then(Result::ok)
            }
        };
        self.behind.store(permit.is_none(), Ordering::Relaxed);
        let Some(permit) = permit else {
            self.dropped.fetch_add(1, Ordering::Relaxed);
            return false;
        };
        self.tell(Tapped::Body { key, part, bytes, room: Room { _permit: Some(permit) } });
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_recorder_that_is_stuck_is_waited_for_once() {
        let wait = Duration::from_millis(300);
        let (tap, mut taken) = tap(Patience { room: 10, wait, keep_body: 100 });
        let key = tap.next_key();
        let piece = || Bytes::from_static(b"12345678");
        assert!(tap.body(key, Part::RequestBody, piece()).await);
        let began = tokio::time::Instant::now();
        assert!(!tap.body(key, Part::RequestBody, piece()).await);
        assert!(began.elapsed() >= wait);
        let began = tokio::time::Instant::now();
        assert!(!tap.body(key, Part::ResponseBody, piece()).await);
        assert!(began.elapsed() < wait);
        assert_eq!(tap.bodies_dropped(), 2);
        drop(taken.try_recv().expect("the first bytes"));
        assert!(tap.body(key, Part::ResponseBody, piece()).await);
    }
}
