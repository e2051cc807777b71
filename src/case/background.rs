//! What is done behind a writer's back, on a thread of its own: sealing segments, and bringing the index up to date.
//! The way of an exchange never waits for it.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::Duration;

use super::index::{Index, Pace, Progress};
use crate::workers::give_way;

/// The index waits this long for more entries before it takes a batch in.
const PATIENCE: Duration = Duration::from_millis(100);
/// Where entries come while it does, it rests so long before the next batch, so that a recording keeps the processor.
const REST: Duration = Duration::from_secs(3);

/// At the end it takes in so many batches more; whoever opens the case next does the rest.
const LAST_BATCHES: usize = 25;

/// The thread behind a writer.
pub(crate) struct Background {
    orders: Option<Sender<Order>>,
    asked: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

enum Order {
    /// A segment is full.
    Seal(u32),
    /// There are new entries.
    Index,
}

impl Background {
    /// Starts the thread for the case in `dir`.
    pub(crate) fn start(dir: &Path) -> Self {
        let (orders, taken) = mpsc::channel();
        let dir = dir.to_owned();
        let asked = Arc::new(AtomicBool::new(false));
        let heard = Arc::clone(&asked);
        let thread = std::thread::Builder::new().name("case".into()).spawn(move || {
            give_way();
            run(&dir, &taken, &heard);
        });
        // Without a thread nothing is sealed and indexed now; the next writer does it.
        Self { orders: Some(orders), asked, thread: thread.ok() }
    }

    /// Has segment `number` sealed.
    pub(crate) fn seal(&self, number: u32) {
        self.order(Order::Seal(number));
    }

    /// Says that there are new entries.
    pub(crate) fn wake(&self) {
        if !self.asked.swap(true, Ordering::Relaxed) {
            self.order(Order::Index);
        }
    }

    /// Waits until everything that was ordered is done, or put off to the next time.
    pub(crate) fn stop(&mut self) {
        self.orders = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }

    fn order(&self, order: Order) {
        if let Some(orders) = &self.orders {
            let _ = orders.send(order);
        }
    }
}

fn run(dir: &Path, orders: &Receiver<Order>, asked: &AtomicBool) {
    let mut index = None;
    // How long the index still rests, where there is something for it to do.
    let mut rest: Option<Duration> = None;
    let mut pace = PATIENCE;
    loop {
        let order = match rest {
            None => orders.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some(rest) => orders.recv_timeout(rest),
        };
        match order {
            // A segment that can't be sealed (a full disk) stays as it is, and the next writer tries again.
            Ok(Order::Seal(number)) => drop(super::segment::seal(dir, number)),
            Ok(Order::Index) => rest = rest.or(Some(pace)),
            Err(RecvTimeoutError::Timeout) => {
                asked.store(false, Ordering::Relaxed);
                let more = one_batch(dir, &mut index) == Progress::More;
                // Entries that came meanwhile have asked again.
                pace = if asked.load(Ordering::Relaxed) { REST } else { PATIENCE };
                rest = more.then_some(pace);
            }
            Err(RecvTimeoutError::Disconnected) => {
                let _done = (0..LAST_BATCHES).find(|_| one_batch(dir, &mut index) == Progress::Done);
                return;
            }
        }
    }
}

/// Takes one batch in. An index that can't be written is left alone until there are new entries.
fn one_batch(dir: &Path, index: &mut Option<Index>) -> Progress {
    let open = match index.take() {
        Some(open) => Some(open),
        None => Index::open(dir).ok().flatten(),
    };
    match open.map(|open| open.catch_up(Pace::OneBatch)) {
        Some(Ok((open, progress))) => {
            *index = Some(open);
            progress
        }
        Some(Err(_)) | None => Progress::Done,
    }
}
