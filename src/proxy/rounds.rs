//! Two recorders on one computer, each of which sends on to the other: a request would go round until neither has
//! connections left. Nothing in the request may say that it was here, so it is seen from the connections: the recorder that
//! calls is the one that is called, again and again.
//!
//! Once is no round: a recorder may stand before this one and, at another of its addresses, behind it.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::core::Trouble;
use super::process::{Process, Processes};
use crate::model::Stage;

/// So many such connections within so long are a round.
const MOST: usize = 32;
const WITHIN: Duration = Duration::from_secs(10);

/// Connections from a recorder on whose behalf that same one was called, by when they were made.
#[derive(Debug, Default)]
pub(super) struct Rounds(Mutex<VecDeque<Instant>>);

/// Where a connection is made from: on behalf of whom.
#[derive(Clone, Copy)]
pub(super) struct Behalf<'a> {
    pub(super) client: Option<&'a Process>,
    pub(super) processes: &'a Processes,
    pub(super) rounds: &'a Rounds,
}

impl Behalf<'_> {
    /// Looks who is at the other end of a connection that was made from `ours` to `server`.
    ///
    /// # Errors
    /// Where that is the recorder from which the request came, and came before.
    pub(super) async fn look(self, ours: Option<SocketAddr>, server: SocketAddr) -> Result<(), Trouble> {
        let (Some(client), Some(ours)) = (self.client, ours) else { return Ok(()) };
        client.known().await;
        if !client.is_another_recorder() {
            return Ok(());
        }
        let Some(called) = self.processes.of(server, ours) else { return Ok(()) };
        called.known().await;
        match (client.name(), called.name()) {
            (Some(calls), Some(called)) if calls == called => self.rounds.another(&calls, Instant::now()),
            _ => Ok(()),
        }
    }
}

impl Rounds {
    fn another(&self, who: &str, now: Instant) -> Result<(), Trouble> {
        let mut made = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        while made.front().is_some_and(|at| now.saturating_duration_since(*at) > WITHIN) {
            made.pop_front();
        }
        if made.len() >= MOST {
            let text = format!(
                "{who}, a recorder as this one, sends here what this one sends there: the request goes round between the \
                 two, and did so {MOST} times by now; have one of them send on to the server itself (--upstream-proxy, --reverse)"
            );
            return Err(Trouble::new(Stage::Dial, text).with_status(508));
        }
        made.push_back(now);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_round_is_what_comes_again_and_again_in_a_short_time() {
        let (rounds, began) = (Rounds::default(), Instant::now());
        let at = |seconds: u64| began + Duration::from_secs(seconds);
        // Now and then is none, however often.
        assert!((0..200).all(|n| rounds.another("mwscope:1", at(n)).is_ok()));
        assert!((0..MOST - 10).all(|_| rounds.another("mwscope:1", at(200)).is_ok()));
        let round = (0..MOST).find_map(|_| rounds.another("mwscope:1", at(201)).err()).expect("a round");
        assert!(round.cause.contains("mwscope:1") && round.cause.contains("goes round"), "{}", round.cause);
        assert!(rounds.another("mwscope:1", at(220)).is_ok(), "and it ends");
    }
}
