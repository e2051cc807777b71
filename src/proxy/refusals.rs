//! Which clients refuse our certificate for which servers, so that their next attempt passes unread. Bounded: clients come
//! and go, and their programs are started anew under other numbers. It knows no clock.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use super::core::Endpoint;
use super::recording::Caller;

/// So many are remembered; then the one that wasn't asked for the longest goes.
const MOST: usize = 4096;

/// One that isn't asked for so long is forgotten: its client may have been given our certificate since, and is told again
/// where it hasn't.
const KEPT: Duration = Duration::from_secs(24 * 3600);

/// Who refuses our certificate, and for which server. A program has its own idea of whom it trusts, so that of one must
/// not decide for the others on its computer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Refusal {
    /// The process, by name and number; where it isn't known the client's address.
    pub(super) who: String,
    /// `host:port`.
    to: String,
}

impl Refusal {
    /// By that client, of our certificate for `to`.
    pub(super) fn by(caller: &Caller, address: IpAddr, to: &Endpoint) -> Self {
        let process = caller.process.as_ref().and_then(|process| process.name());
        let who = process.unwrap_or_else(|| address.to_canonical().to_string());
        Self { who, to: to.host_port().to_ascii_lowercase() }
    }
}

/// Those that are remembered, with when each was last asked for.
#[derive(Debug, Default)]
pub(super) struct Refusals(HashMap<Refusal, Instant>);

impl Refusals {
    /// Whether this client has refused our certificate for this server; it is remembered on, then.
    pub(super) fn has(&mut self, refusal: &Refusal, now: Instant) -> bool {
        let Some(asked) = self.0.get_mut(refusal) else { return false };
        if is_old(*asked, now) {
            self.0.remove(refusal);
            return false;
        }
        *asked = now;
        true
    }

    /// Remembers one.
    pub(super) fn remember(&mut self, refusal: Refusal, now: Instant) {
        if self.0.len() >= MOST && !self.0.contains_key(&refusal) {
            self.0.retain(|_, asked| !is_old(*asked, now));
        }
        if self.0.len() >= MOST
            && !self.0.contains_key(&refusal)
            && let Some(oldest) = self.0.iter().min_by_key(|(_, asked)| **asked).map(|(refusal, _)| refusal.clone())
        {
            self.0.remove(&oldest);
        }
        self.0.insert(refusal, now);
    }
}

fn is_old(asked: Instant, now: Instant) -> bool {
    now.saturating_duration_since(asked) > KEPT
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(n: usize) -> Refusal {
        Refusal { who: format!("java:{n}"), to: "m3.example:443".to_owned() }
    }

    #[test]
    fn the_one_that_is_asked_for_least_goes_first() {
        let (mut refusals, began) = (Refusals::default(), Instant::now());
        let at = |n: usize| began + Duration::from_secs(n as u64);
        (0..MOST).for_each(|n| refusals.remember(of(n), at(n)));
        assert!(refusals.has(&of(0), at(MOST)));
        refusals.remember(of(MOST), at(MOST + 1));
        refusals.remember(of(MOST), at(MOST + 2));
        assert_eq!(refusals.0.len(), MOST);
        assert!(refusals.has(&of(0), at(MOST + 3)) && refusals.has(&of(MOST), at(MOST + 3)));
        assert!(!refusals.has(&of(1), at(MOST + 3)), "the oldest made room");
        assert!(refusals.has(&of(2), at(MOST + 3)));
    }

    #[test]
    fn one_that_is_asked_for_stays_and_another_is_forgotten_after_a_day() {
        let (mut refusals, began) = (Refusals::default(), Instant::now());
        let at = |hours: u64| began + Duration::from_secs(hours * 3600);
        refusals.remember(of(0), at(0));
        refusals.remember(of(1), at(0));
        assert!(refusals.has(&of(0), at(20)) && refusals.has(&of(0), at(40)));
        assert!(!refusals.has(&of(1), at(40)));
        assert!(!refusals.has(&of(2), at(40)), "nobody refused that");
    }
}
