//! Answering as a recorded server did, so that a client can be tested without it. Which recorded answer belongs to a
//! request is decided here, without sockets; `server` listens and carries it out. It knows nothing of where the
//! recording came from.

mod fault;
mod likeness;
mod record;
mod server;
#[cfg(test)]
mod tests;
mod written;

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

pub use fault::{Fault, Injection};
pub use record::Asked;
pub use server::{Options, Running, Told, start};

use crate::model::{Bodies, BodyState, Exchange, coding};
use likeness::Likeness;

/// Recorded exchanges, ready to be found by what is asked.
pub struct Mock {
    recorded: Vec<Recorded>,
    /// By what must be equal in any case: method, path, operation.
    kinds: HashMap<String, Kind>,
}

struct Recorded {
    exchange: Exchange,
    likeness: Likeness,
}

/// Requests of one method, path and operation.
#[derive(Default)]
struct Kind {
    members: Vec<usize>,
    groups: Vec<Group>,
    /// Groups by the digest of their values.
    by_digest: HashMap<u64, Vec<usize>>,
}

/// Requests that are equal, in the order in which they were recorded.
struct Group {
    members: Vec<usize>,
    answered: AtomicUsize,
}

/// How well a recorded request fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// The same operation, other values.
    Nearest,
    /// The same apart from what changes with every call: times, ids, credentials.
    Equal,
    /// The same target and body, byte for byte.
    Exact,
}

impl Fit {
    /// The word used in machine-readable output.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Nearest => "nearest",
            Self::Equal => "equal",
            Self::Exact => "exact",
        }
    }
}

/// The recorded exchange that answers a request.
#[derive(Clone, Copy, Debug)]
pub struct Found<'a> {
    /// It.
    pub exchange: &'a Exchange,
    /// How well its request fits.
    pub fit: Fit,
}

/// Why nothing answers, and what came nearest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Miss {
    /// Why, in words.
    pub why: String,
    /// The exchange that came nearest, as it is shown, and where it differs.
    pub nearest: Option<(String, Vec<String>)>,
}

/// At least this share of the values must agree for a request to be the nearest one.
const ALIKE: f64 = 0.3;
/// Recorded requests that are looked at for the nearest one.
const LOOKED_AT: usize = 2000;
/// Differences that a miss names.
const NAMED: usize = 5;

impl Mock {
    /// Takes the exchanges that have an answer, or failed on the way; says how many can't be answered from, and why.
    #[must_use]
    pub fn of(exchanges: impl IntoIterator<Item = Exchange>, bodies: &dyn Bodies) -> (Self, Vec<(String, usize)>) {
        let mut mock = Self { recorded: Vec::new(), kinds: HashMap::new() };
        let mut left_out: Vec<(String, usize)> = Vec::new();
        for exchange in exchanges {
            let kept = match unanswerable(&exchange) {
                Some(why) => Err(why.to_owned()),
                None => {
                    bodies.load(&exchange.request.body).map_err(|error| format!("its request can't be read: {error}"))
                }
            };
            match kept {
                Ok(kept) => {
                    let body = coding::decode(&exchange.request.body, &kept).bytes;
                    let likeness = Likeness::of(&exchange, &body);
                    mock.add(exchange, likeness);
                }
                Err(why) => match left_out.iter_mut().find(|(known, _)| *known == why) {
                    Some((_, count)) => *count += 1,
                    None => left_out.push((why, 1)),
                },
            }
        }
        (mock, left_out)
    }

    fn add(&mut self, exchange: Exchange, likeness: Likeness) {
        let at = self.recorded.len();
        let kind = self.kinds.entry(likeness.kind.clone()).or_default();
        kind.members.push(at);
        let alike = kind.by_digest.entry(likeness.digest).or_default();
        let equal = |group: &&usize| self.recorded[kind.groups[**group].members[0]].likeness.equals(&likeness);
        match alike.iter().find(equal) {
            Some(group) => kind.groups[*group].members.push(at),
            None => {
                alike.push(kind.groups.len());
                kind.groups.push(Group { members: vec![at], answered: AtomicUsize::new(0) });
            }
        }
        self.recorded.push(Recorded { exchange, likeness });
    }

    /// How many exchanges it answers from.
    #[must_use]
    pub fn len(&self) -> usize {
        self.recorded.len()
    }

    /// Whether there is nothing to answer from.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.recorded.is_empty()
    }

    /// Finds the answer to `asked`, whose decoded body is `body`. Equal requests are answered in the order in which
    /// they were recorded, the last of them again and again. `nearest` lets other values pass.
    ///
    /// # Errors
    /// Where nothing fits: why, and what came nearest.
    pub fn answer(&self, asked: &Exchange, body: &[u8], nearest: bool) -> Result<Found<'_>, Miss> {
        let likeness = Likeness::of(asked, body);
        let Some(kind) = self.of_kind(&likeness) else { return Err(self.unknown(asked)) };
        if let Some(found) = self.equal(kind, &likeness) {
            return Ok(found);
        }
        let alike = |at: &usize| (self.recorded[*at].likeness.alike(&likeness), *at);
        let near = kind.members.iter().take(LOOKED_AT).map(alike);
        let best = near.max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
        match best {
            Some((alike, at)) if nearest && alike >= ALIKE => {
                Ok(Found { exchange: &self.recorded[at].exchange, fit: Fit::Nearest })
            }
            best => {
                let nearest = best.map(|(_, at)| &self.recorded[at]);
                let nearest = nearest.map(|recorded| {
                    (recorded.exchange.id.to_string(), recorded.likeness.differences(&likeness, NAMED))
                });
                let why = "no recorded request has these values; --nearest answers with the one that comes nearest";
                Err(Miss { why: why.to_owned(), nearest })
            }
        }
    }

    /// Those of the same method, path and operation; a HEAD may be answered with the head of a GET.
    fn of_kind(&self, likeness: &Likeness) -> Option<&Kind> {
        self.kinds.get(&likeness.kind).or_else(|| self.kinds.get(&likeness.kind_of_get()?))
    }

    /// The next of those that are equal: first those that sign on alike, then any.
    fn equal(&self, kind: &Kind, likeness: &Likeness) -> Option<Found<'_>> {
        let groups = kind.by_digest.get(&likeness.digest)?;
        let first = |group: &&usize| &self.recorded[kind.groups[**group].members[0]].likeness;
        let like = groups.iter().find(|group| first(group).equals(likeness));
        let group = like.or_else(|| groups.iter().find(|group| first(group).has_the_values_of(likeness)))?;
        let group = &kind.groups[*group];
        let turn = group.answered.fetch_add(1, Ordering::Relaxed).min(group.members.len() - 1);
        let recorded = &self.recorded[group.members[turn]];
        let fit = if recorded.likeness.is_exactly(likeness) { Fit::Exact } else { Fit::Equal };
        Some(Found { exchange: &recorded.exchange, fit })
    }

    fn unknown(&self, asked: &Exchange) -> Miss {
        let same_path = self.recorded.iter().find(|recorded| recorded.exchange.path() == asked.path());
        let why = match same_path {
            Some(recorded) if recorded.exchange.request.method == asked.request.method => {
                "this operation was not recorded at this path".to_owned()
            }
            Some(recorded) => format!("this path was recorded with {} only", recorded.exchange.request.method),
            None => "nothing was recorded at this path".to_owned(),
        };
        Miss { why, nearest: same_path.map(|recorded| (recorded.exchange.id.to_string(), Vec::new())) }
    }
}

/// How long a recorded server took until its answer began; nothing where the source doesn't say.
#[must_use]
pub fn delay(exchange: &Exchange) -> Duration {
    let receive = exchange.timings.receive.unwrap_or_default();
    let waited = exchange.timings.wait.or_else(|| Some(exchange.duration_ns?.saturating_sub(receive)));
    Duration::from_nanos(waited.unwrap_or_default())
}

fn unanswerable(exchange: &Exchange) -> Option<&'static str> {
    if exchange.request.method.eq_ignore_ascii_case("CONNECT") {
        return Some("opened a tunnel");
    }
    match (&exchange.response, &exchange.outcome) {
        (None, crate::model::Outcome::Open) => Some("has no answer"),
        (None, _) => None,
        (Some(response), _) => match response.body.state {
            BodyState::Whole | BodyState::Cut => None,
            BodyState::Dropped | BodyState::Withheld(_) | BodyState::Absent => {
                Some("was recorded without its answer's body")
            }
        },
    }
}
