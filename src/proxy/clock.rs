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
    look: Option<Instant>,
}

/// It is mostly looked after a second for the first time, so that a new one needn't be set anew for it.
const SOON: Duration = Duration::from_secs(1);

/// Why a clock rings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rung {
    /// Nothing has happened for too long.
    Late,
    /// It is time to look at what goes on.
    Look,
}

impl Clock {
    /// Runs out after `patience`.
    pub(super) fn new(patience: Duration) -> Self {
        let now = Instant::now();
        let due = now + patience;
        Self { timer: Box::pin(sleep_until(due.min(now + SOON))), due, look: None }
    }

    /// Runs out after `patience` from now on, and no longer when it would have.
    pub(super) fn wind(&mut self, patience: Duration) {
        self.due = Instant::now() + patience;
        if self.due < self.timer.deadline() {
            self.timer.as_mut().reset(self.due);
        }
    }

    /// Rings at that time as well, whatever happens until then.
    pub(super) fn look_at(&mut self, at: std::time::Instant) {
        let at = Instant::from_std(at);
        self.look = Some(at);
        if at < self.timer.deadline() {
            self.timer.as_mut().reset(at);
        }
    }

    /// There is nothing to look at any more.
    pub(super) fn look_no_more(&mut self) {
        self.look = None;
    }

    /// Ready once it rings.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Rung> {
        loop {
            // One that ran out before and was wound since may not be asked again before it is set.
            if self.timer.is_elapsed() {
                let now = Instant::now();
                if now >= self.due {
                    return Poll::Ready(Rung::Late);
                }
                if self.look.take_if(|look| now >= *look).is_some() {
                    return Poll::Ready(Rung::Look);
                }
                let next = self.look.map_or(self.due, |look| look.min(self.due));
                self.timer.as_mut().reset(next);
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

    #[tokio::test]
    async fn it_is_looked_in_the_meantime_and_that_winds_nothing() {
        let ms = Duration::from_millis;
        let mut clock = Clock::new(ms(60_000));
        let began = std::time::Instant::now();
        clock.wind(ms(80));
        clock.look_at(began + ms(30));
        assert_eq!(poll_fn(|cx| clock.poll(cx)).await, Rung::Look);
        assert!(began.elapsed() >= ms(30));
        assert_eq!(poll_fn(|cx| clock.poll(cx)).await, Rung::Late, "once");
        assert!(began.elapsed() >= ms(80) && began.elapsed() < ms(30_000));
        // What keeps happening puts the looking off for nobody, and behind its end nothing is left of it.
        clock.look_at(std::time::Instant::now() + ms(20));
        clock.wind(ms(60_000));
        assert_eq!(poll_fn(|cx| clock.poll(cx)).await, Rung::Look);
        clock.look_at(std::time::Instant::now() + ms(10));
        clock.look_no_more();
        clock.wind(ms(30));
        assert_eq!(poll_fn(|cx| clock.poll(cx)).await, Rung::Late);
    }
}
