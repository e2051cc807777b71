//! Work that comes in independent pieces, done on all processors. It must not know what the work is for.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Most processors that are put to work.
const MOST: usize = 8;

/// What `work` gives for each of so many pieces, in their order; it is asked for the pieces by number, from 0, on all
/// processors.
pub(crate) fn in_order<T: Send>(pieces: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
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
    let workers = thread::available_parallelism().map_or(1, usize::from).min(MOST).min(pieces);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_done_stands_in_order() {
        assert_eq!(in_order(1_000, |n| n * 2), (0..1_000).map(|n| n * 2).collect::<Vec<_>>());
        assert!(in_order(0, |n| n).is_empty());
    }
}
