//! The breakpoints of a proxy: what the user wants held, what is held, and what he decides on it. Without one an exchange
//! costs a look at one number.
//!
//! Nothing waits for ever, and no more is kept than there is room for: what would be too much, too large or too late
//! passes, and that is said. A call that waits keeps only its own task.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use mwscope_parsers::http::Limits;
use tokio::sync::oneshot;

use super::core::hold::{self, Edited, Half, Message, Ready};
use crate::model::Exchange;

/// Messages that are held, or gathered to see whether they are to be, at the same time.
const MOST: usize = 256;
/// Bytes of all messages that are held. Who shows them has them a few times over.
const ROOM: usize = 32 << 20;

/// What a message is held by.
#[derive(Clone)]
pub struct Break {
    /// Whether the body must be there before it can be told.
    pub asks_body: bool,
    /// Whether the exchange, as far as it is known, is wanted.
    pub wants: Arc<dyn Fn(&Exchange) -> bool + Send + Sync>,
}

/// A message that is held, within one run of the proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HoldId(pub u64);

/// What happens to held messages.
pub enum Happened {
    /// One is held.
    Held {
        /// Which.
        id: HoldId,
        /// The exchange as far as it is known, with the message as it would be sent on.
        exchange: Box<Exchange>,
        /// The message.
        message: Arc<Message>,
    },
    /// One isn't any more.
    Gone {
        /// Which.
        id: HoldId,
        /// Why.
        how: Went,
    },
}

/// How a message came to be no longer held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Went {
    /// The user let it go as it was.
    AsItWas,
    /// The user edited it.
    Edited,
    /// The user dropped it.
    Dropped,
    /// It had waited for as long as it may.
    TimedOut,
    /// The recording ends, or nobody is left who could decide.
    Ended,
    /// The client gave up.
    ClientGone,
}

/// What the user decides on a held message.
pub enum Verdict {
    /// It goes on as it is.
    Go,
    /// This goes on in its place.
    Edit(Edited),
    /// It goes nowhere, and the client's connection is closed.
    Drop,
}

/// What becomes of a held message.
pub(super) enum Decided {
    Go(Went),
    Edited(Box<Ready>),
    Drop,
}

/// Breakpoints, shared by the proxy and whoever decides.
pub struct Breaks {
    /// A bit for each half that may be held.
    armed: AtomicU8,
    state: Mutex<State>,
    tell: Mutex<Option<Tell>>,
    /// How long a message may be held.
    patience: Duration,
    taken: AtomicUsize,
    bytes: AtomicUsize,
    limits: Limits,
}

type Tell = Arc<dyn Fn(Happened) + Send + Sync>;

#[derive(Default)]
struct State {
    wanted: [Option<Break>; 2],
    held: BTreeMap<HoldId, Held>,
    next: u64,
}

struct Held {
    message: Arc<Message>,
    decide: oneshot::Sender<Decided>,
}

impl Breaks {
    /// None yet; a message will be held for `patience` at most.
    #[must_use]
    pub fn new(patience: Duration) -> Self {
        Self {
            armed: AtomicU8::new(0),
            state: Mutex::default(),
            tell: Mutex::default(),
            patience,
            taken: AtomicUsize::new(0),
            bytes: AtomicUsize::new(0),
            limits: Limits::default(),
        }
    }

    /// How long a message is held at most.
    #[must_use]
    pub fn patience(&self) -> Duration {
        self.patience
    }

    /// Has what happens told from now on.
    pub fn listen(&self, tell: impl Fn(Happened) + Send + Sync + 'static) {
        *self.tell.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(tell));
    }

    /// Holds what `wanted` wants from now on, in the place of what was wanted before. What is held already stays.
    pub fn set(&self, half: Half, wanted: Option<Break>) {
        let mut state = self.state();
        state.wanted[index(half)] = wanted;
        let armed = [Half::Request, Half::Response].into_iter().filter(|half| state.wanted[index(*half)].is_some());
        self.armed.store(armed.map(bit).sum(), Ordering::Release);
    }

    /// Decides on a held message. Where it is gone already nothing happens.
    ///
    /// # Errors
    /// When what was made of it is no message: it is still held.
    pub fn decide(&self, id: HoldId, verdict: Verdict) -> Result<(), String> {
        let Some(message) = self.state().held.get(&id).map(|held| Arc::clone(&held.message)) else { return Ok(()) };
        let decided = match verdict {
            Verdict::Go => Decided::Go(Went::AsItWas),
            Verdict::Drop => Decided::Drop,
            Verdict::Edit(edited) => Decided::Edited(Box::new(hold::ready(&message, edited, &self.limits)?)),
        };
        if let Some(held) = self.state().held.remove(&id) {
            // A client that has gone meanwhile needs no decision.
            let _gone = held.decide.send(decided);
        }
        Ok(())
    }

    /// Lets everything go as it is.
    pub fn let_all_go(&self) {
        self.all(Went::AsItWas);
    }

    /// Holds nothing any more, lets everything go, and tells nobody from now on.
    pub fn end(&self) {
        self.set(Half::Request, None);
        self.set(Half::Response, None);
        self.all(Went::Ended);
        *self.tell.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn all(&self, how: Went) {
        for held in std::mem::take(&mut self.state().held).into_values() {
            let _gone = held.decide.send(Decided::Go(how));
        }
    }

    /// Which halves may be held. All that an exchange pays where none is.
    pub(super) fn armed(&self) -> Armed {
        Armed(self.armed.load(Ordering::Relaxed))
    }

    /// What is wanted of that half.
    pub(super) fn wanted(&self, half: Half) -> Option<Break> {
        self.state().wanted[index(half)].clone()
    }

    /// Room for one more message; none where there is none.
    pub(super) fn place(self: &Arc<Self>) -> Option<Place> {
        let taken = self.taken.fetch_add(1, Ordering::Relaxed);
        // Given back when dropped, also where it is one too many.
        let place = Place { breaks: Arc::clone(self), bytes: 0 };
        (taken < MOST).then_some(place)
    }

    /// Holds a message; none where there is no room for it.
    pub(super) fn hold(self: &Arc<Self>, exchange: Exchange, message: Message, mut place: Place) -> Option<Waiting> {
        if !place.grow(message.head.len() + message.wire.len() + message.payload.len()) {
            return None;
        }
        let (decide, decided) = oneshot::channel();
        let message = Arc::new(message);
        let mut state = self.state();
        let id = HoldId(state.next);
        state.next += 1;
        state.held.insert(id, Held { message: Arc::clone(&message), decide });
        drop(state);
        // Who hears of it may decide, or look at the clock, before this goes on.
        let (since, until) = (Instant::now(), tokio::time::Instant::now() + self.patience);
        self.happened(Happened::Held { id, exchange: Box::new(exchange), message: Arc::clone(&message) });
        let (breaks, how) = (Arc::clone(self), Went::ClientGone);
        Some(Waiting { breaks, id, decided, since, until, how, message, _place: place })
    }

    fn happened(&self, happened: Happened) {
        let tell = self.tell.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match tell {
            Some(tell) => tell(happened),
            // Nobody would ever decide.
            None => self.end(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Breaks {
    fn default() -> Self {
        Self::new(Duration::from_secs(600))
    }
}

impl fmt::Debug for Breaks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Breaks").field("armed", &self.armed).field("patience", &self.patience).finish_non_exhaustive()
    }
}

fn index(half: Half) -> usize {
    usize::from(half == Half::Response)
}

fn bit(half: Half) -> u8 {
    1 << index(half)
}

/// Which halves may be held.
#[derive(Clone, Copy)]
pub(super) struct Armed(u8);

impl Armed {
    pub(super) fn has(self, half: Half) -> bool {
        self.0 & bit(half) != 0
    }
}

/// Room for a message that is held or gathered.
pub(super) struct Place {
    breaks: Arc<Breaks>,
    bytes: usize,
}

impl Place {
    /// Takes room for so many bytes; whether there is as much.
    fn grow(&mut self, bytes: usize) -> bool {
        self.bytes += bytes;
        self.breaks.bytes.fetch_add(bytes, Ordering::Relaxed) + bytes <= ROOM
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.breaks.taken.fetch_sub(1, Ordering::Relaxed);
        self.breaks.bytes.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

/// A message while it is held. Dropped undecided, its client has gone.
pub(super) struct Waiting {
    breaks: Arc<Breaks>,
    id: HoldId,
    decided: oneshot::Receiver<Decided>,
    since: Instant,
    until: tokio::time::Instant,
    how: Went,
    message: Arc<Message>,
    _place: Place,
}

impl Waiting {
    /// Waits for a decision; where none comes in time it goes on as it is.
    pub(super) async fn decided(&mut self) -> Decided {
        let decided = match tokio::time::timeout_at(self.until, &mut self.decided).await {
            Ok(Ok(decided)) => decided,
            Ok(Err(_)) => Decided::Go(Went::Ended),
            Err(_) => Decided::Go(Went::TimedOut),
        };
        self.how = match &decided {
            Decided::Go(how) => *how,
            Decided::Edited(_) => Went::Edited,
            Decided::Drop => Went::Dropped,
        };
        decided
    }

    /// Lets it go because the proxy ends.
    pub(super) fn ended(&mut self) -> Decided {
        self.how = Went::Ended;
        Decided::Go(Went::Ended)
    }

    /// For how long it has been held.
    pub(super) fn held(&self) -> Duration {
        self.since.elapsed()
    }

    /// How it went.
    pub(super) fn how(&self) -> Went {
        self.how
    }

    /// The message.
    pub(super) fn message(&self) -> &Message {
        &self.message
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.breaks.state().held.remove(&self.id);
        self.breaks.happened(Happened::Gone { id: self.id, how: self.how });
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::model::{ExchangeId, Request, SourceId};

    fn held(breaks: &Arc<Breaks>, len: usize) -> Option<Waiting> {
        let exchange = Exchange::new(ExchangeId(0), SourceId(0), 0, String::new(), Request::default());
        let (head, payload) = (Bytes::new(), Bytes::from(vec![0; len]));
        let (wire, trailers) = (Bytes::new(), Bytes::new());
        let message = Message { half: Half::Request, head, wire, payload, trailers, to_head: false, http2: false };
        breaks.hold(exchange, message, breaks.place()?)
    }

    #[tokio::test]
    async fn no_more_is_held_than_there_is_room_for_and_room_is_given_back() {
        let breaks = Arc::new(Breaks::new(Duration::from_secs(60)));
        breaks.listen(|_| ());
        let many: Vec<_> = (0..MOST).map(|_| held(&breaks, 10).expect("room")).collect();
        assert!(held(&breaks, 10).is_none(), "as many as there may be");
        drop(many);
        let large: Vec<_> = (0..ROOM / hold::LARGEST).map(|_| held(&breaks, hold::LARGEST).expect("room")).collect();
        assert!(held(&breaks, 10).is_none(), "as many bytes as there may be");
        drop(large);
        assert!(held(&breaks, 10).is_some());
        assert_eq!((breaks.taken.load(Ordering::Relaxed), breaks.bytes.load(Ordering::Relaxed)), (0, 0));
    }

    #[tokio::test]
    async fn without_somebody_who_could_decide_nothing_stays_held() {
        let breaks = Arc::new(Breaks::new(Duration::from_secs(60)));
        breaks.set(Half::Request, Some(Break { asks_body: false, wants: Arc::new(|_| true) }));
        assert!(breaks.armed().has(Half::Request) && !breaks.armed().has(Half::Response));
        let mut waiting = held(&breaks, 10).expect("room");
        assert!(matches!(waiting.decided().await, Decided::Go(Went::Ended)));
        assert!(!breaks.armed().has(Half::Request), "and nothing more is");
    }
}
