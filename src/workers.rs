//! Work that comes in independent pieces, done on all processors. It must not know what the work is for.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::thread;

/// Most processors that are put to work.
const MOST: usize = 8;

/// Processors that are put to work. Asking the system takes longer than many a small piece of work.
static WORKERS: LazyLock<usize> = LazyLock::new(|| thread::available_parallelism().map_or(1, usize::from).min(MOST));

/// From here on this thread, and those that it starts, leave the processor to others that want it: what is worked out beside
/// traffic may come a moment later, the traffic may not. Where a system can't do that for one thread, nothing changes.
pub(crate) fn give_way() {
    // On Linux this is the thread's own, whatever POSIX says of it (setpriority(2)). A limit that forbids it changes nothing.
    #[cfg(target_os = "linux")]
    let _as_before = rustix::process::nice(5);
}

/// What `work` gives for each of so many pieces, in their order; it is asked for the pieces by number, from 0, on all
/// processors.
pub(crate) fn in_order<T: Send>(pieces: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    if pieces <= 1 {
        return (0..pieces).map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let one_after_the_other = || {
        let mut done = Vec::new();
        loop {
            let n = next.fetch_add(1, Ordering::Relaxed);
            if n >= pieces {
                return done;
            }
            done.push((n, work(n)));
        }
    };
    let workers = pieces.min(*WORKERS);
    let mut done: Vec<(usize, T)> = thread::scope(|scope| {
        let others: Vec<_> = (1..workers).map(|_| scope.spawn(one_after_the_other)).collect();
        let mut all = one_after_the_other();
        for other in others {
            match other.join() {
                Ok(done) => all.extend(done),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        all
    });
    done.sort_unstable_by_key(|(n, _)| *n);
    done.into_iter().map(|(_, done)| done).collect()
}

/// Has `work` done on pieces as they come, on the other processors, while whoever has them goes on.
///
/// `feed` gets a [`Line`] to put the pieces on. What is made of them goes to `take` on the thread that feeds, in the
/// order of the pieces: some while it feeds, the rest before this returns.
pub(crate) fn in_line<In: Send, Out: Send, T>(
    work: impl Fn(In) -> Out + Sync,
    take: impl FnMut(Out),
    feed: impl FnOnce(&mut Line<'_, In, Out>) -> T,
) -> T {
    let workers = *WORKERS;
    // Nobody waits to hand back what is done, so that whoever waits to put a piece on the line goes on at last.
    let (send, pieces) = sync_channel::<(usize, In)>(2 * workers);
    let (back, receive) = channel();
    let (pieces, mut take) = (Mutex::new(pieces), take);
    thread::scope(|scope| {
        for _ in 0..workers {
            let (back, pieces, work) = (back.clone(), &pieces, &work);
            scope.spawn(move || {
                loop {
                    let next = pieces.lock().unwrap_or_else(PoisonError::into_inner).recv();
                    let Ok((n, piece)) = next else { return };
                    if back.send((n, work(piece))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(back);
        let mut line = Line { send: Some(send), receive, put: 0, next: 0, waiting: BTreeMap::new(), take: &mut take };
        let fed = feed(&mut line);
        line.finish();
        fed
    })
}

/// Where pieces of work are put that others do.
pub(crate) struct Line<'a, In, Out> {
    /// `None` when all is put.
    send: Option<SyncSender<(usize, In)>>,
    receive: Receiver<(usize, Out)>,
    /// How many pieces were put on it.
    put: usize,
    /// How many were taken, and what is done and waits for one before it.
    next: usize,
    waiting: BTreeMap<usize, Out>,
    take: &'a mut dyn FnMut(Out),
}

impl<In, Out> Line<'_, In, Out> {
    /// Puts a piece on the line, and takes what is done by now.
    pub(crate) fn put(&mut self, piece: In) {
        // Where nobody takes it any more, a worker has panicked, which is told when all is fed.
        if self.send.as_ref().is_some_and(|send| send.send((self.put, piece)).is_ok()) {
            self.put += 1;
        }
        while let Ok(done) = self.receive.try_recv() {
            self.add(done);
        }
    }

    /// Takes what is still to come.
    fn finish(mut self) {
        self.send = None;
        while let Ok(done) = self.receive.recv() {
            self.add(done);
        }
    }

    fn add(&mut self, (n, done): (usize, Out)) {
        self.waiting.insert(n, done);
        while let Some(done) = self.waiting.remove(&self.next) {
            (self.take)(done);
            self.next += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_done_stands_in_order() {
        assert_eq!(in_order(1_000, |n| n * 2), (0..1_000).map(|n| n * 2).collect::<Vec<_>>());
        assert!(in_order(0, |n| n).is_empty());
    }

    #[test]
    fn what_comes_in_a_line_is_taken_in_order() {
        let mut taken = Vec::new();
        let slow_at_times = |n: u64| {
            if n.is_multiple_of(7) {
                thread::sleep(std::time::Duration::from_micros(300));
            }
            n * 2
        };
        let fed = in_line(slow_at_times, |done| taken.push(done), |line| (0..1_000).map(|n| line.put(n)).count());
        assert_eq!(fed, 1_000);
        assert_eq!(taken, (0..1_000).map(|n| n * 2).collect::<Vec<_>>());
        in_line(slow_at_times, |_| panic!("nothing was put"), |_| ());
    }

    #[test]
    fn who_panics_in_a_line_is_heard() {
        let work = |n: usize| assert_ne!(n, 5, "told");
        let all = || in_line(work, |()| {}, |line| (0..1_000).for_each(|n| line.put(n)));
        assert!(std::panic::catch_unwind(all).is_err());
    }
}
