//! How long nothing may happen on a connection.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

/// Runs out when nothing has happened for too long. Something happens with every read and write, so the timer itself is
/// left alone then: it finds out that it was wound again when it runs out. One goes with a connection, from one exchange
/// to the next, since to set a timer up takes a lock on all of them.
pub(super) struct Clock {
    timer: Pin<Box<Sleep>>,
    due: Instant,
}

impl Clock {
    /// Runs out after `patience`.
    pub(super) fn new(patience: Duration) -> Self {
        let due = Instant::now() + patience;
        Self { timer: Box::pin(sleep_until(due)), due }
    }

    /// Runs out after `patience` from now on, and no longer when it would have.
    pub(super) fn wind(&mut self, patience: Duration) {
        self.due = Instant::now() + patience;
        if self.due < self.timer.deadline() {
            self.timer.as_mut().reset(self.due);
        }
    }

    /// Ready once it has run out.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            // One that ran out before and was wound since may not be asked again before it is set.
            if self.timer.is_elapsed() {
                if Instant::now() >= self.due {
                    return Poll::Ready(());
                }
                self.timer.as_mut().reset(self.due);
            }
            ready!(self.timer.as_mut().poll(cx));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::poll_fn;

    #[tokio::test]
    async fn it_runs_out_when_it_was_last_wound_to() {
        let ms = Duration::from_millis;
        let began = Instant::now();
        let mut clock = Clock::new(ms(60_000));
        clock.wind(ms(20));
        poll_fn(|cx| clock.poll(cx)).await;
        assert!(began.elapsed() >= ms(20));
        // Behind its end it can be wound again, for longer and for less, and a timer that is set runs on meanwhile.
        clock.wind(ms(60));
        assert!(tokio::time::timeout(ms(5), poll_fn(|cx| clock.poll(cx))).await.is_err());
        let wound = Instant::now();
        clock.wind(ms(120));
        poll_fn(|cx| clock.poll(cx)).await;
        assert!(wound.elapsed() >= ms(120));
        let wound = Instant::now();
        clock.wind(ms(60_000));
        clock.wind(ms(10));
        poll_fn(|cx| clock.poll(cx)).await;
        assert!(wound.elapsed() >= ms(10) && began.elapsed() < ms(30_000));
    }
}
