//! Which of the calls that succeed verdicts look at. Where nothing fails no verdict can be new, so of calls that come by
//! the thousand a second, as in a test under load, a part is enough to tell later what was otherwise when one failed. The
//! case has them all.

use std::time::{Duration, Instant};

use crate::model::{Exchange, Outcome};

/// So many of a second are looked at in any case; people and batches make fewer.
const A_SECOND: u32 = 2_000;

/// After a failure all are, for so long: what follows may be its next attempt, or the answer to a challenge.
const AFTERMATH: Duration = Duration::from_secs(15);

/// What takes so long is looked at in any case. It may also have been told of before it ended.
const LONG_NS: u64 = 900_000_000;

/// How many more calls that succeed are looked at.
#[derive(Debug)]
pub(super) struct Calm {
    left: u32,
    /// When as many as of a second were left.
    filled: Instant,
    failed: Option<Instant>,
}

impl Calm {
    /// Nothing has come.
    pub(super) fn new(now: Instant) -> Self {
        Self { left: A_SECOND, filled: now, failed: None }
    }

    /// Whether an exchange is looked at that ended about now.
    pub(super) fn looks_at(&mut self, exchange: &Exchange, now: Instant) -> bool {
        if exchange.failed() || exchange.challenge || !matches!(exchange.outcome, Outcome::Complete) {
            self.failed = Some(now);
        }
        if self.failed.is_some_and(|failed| now.saturating_duration_since(failed) < AFTERMATH)
            || exchange.duration_ns.is_none_or(|took| took >= LONG_NS)
        {
            return true;
        }
        if now.saturating_duration_since(self.filled) >= Duration::from_secs(1) {
            (self.left, self.filled) = (A_SECOND, now);
        }
        let looks = self.left > 0;
        self.left = self.left.saturating_sub(1);
        looks
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ExchangeId, Request, SourceId, Stage};

    fn ended(outcome: Outcome, took_ms: u64) -> Exchange {
        let mut x = Exchange::new(ExchangeId(0), SourceId(0), 0, String::new(), Request::default());
        (x.outcome, x.duration_ns) = (outcome, Some(took_ms * 1_000_000));
        x
    }

    /// How many of so many quick ones that succeed are looked at in a second of the recording.
    fn looked_at(calm: &mut Calm, began: Instant, second: u64, many: u32) -> u32 {
        let (quick, now) = (ended(Outcome::Complete, 20), began + Duration::from_secs(second));
        (0..many).map(|_| u32::from(calm.looks_at(&quick, now))).sum()
    }

    #[test]
    fn what_people_call_is_looked_at_and_of_a_flood_a_part() {
        let began = Instant::now();
        let mut calm = Calm::new(began);
        for second in 0..9 {
            assert_eq!(looked_at(&mut calm, began, second, 1_500), 1_500);
        }
        for second in 9..20 {
            assert_eq!(looked_at(&mut calm, began, second, 40_000), A_SECOND);
        }
        assert_eq!(looked_at(&mut calm, began, 19, 10), 0, "the second isn't over");
        assert!(calm.looks_at(&ended(Outcome::Complete, 1_200), began + Duration::from_secs(19)), "it was slow");
        assert_eq!(looked_at(&mut calm, began, 19, 10), 0, "which is no failure");
    }

    #[test]
    fn behind_a_failure_everything_is_looked_at() {
        let began = Instant::now();
        let cause = || "late".to_owned();
        let refused = |status| {
            let mut x = ended(Outcome::Complete, 5);
            x.response = Some(crate::model::Response { status, ..Default::default() });
            x
        };
        for failed in [
            ended(Outcome::Failed { stage: Stage::Wait, cause: cause() }, 5),
            ended(Outcome::Aborted { stage: Stage::Wait, cause: cause() }, 5),
            ended(Outcome::Open, 5),
            refused(401),
        ] {
            let mut calm = Calm::new(began);
            assert_eq!(looked_at(&mut calm, began, 0, 40_000), A_SECOND);
            assert!(calm.looks_at(&failed, began));
            for second in 0..15 {
                assert_eq!(looked_at(&mut calm, began, second, 40_000), 40_000, "{second}");
            }
            assert_eq!(looked_at(&mut calm, began, 15, 40_000), A_SECOND);
        }
    }
}
