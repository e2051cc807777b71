//! Two recordings of one test run: which call of the one is which of the other, and what became of each. It must not
//! know how a recording is read or shown.

use std::collections::{BTreeMap, HashMap};

use mwscope_parsers::http::form;

use super::tree::hash_of;
use super::{Comparison, Side, Volatile, answers, learn, query, requests, volatile};
use crate::model::{Bodies, Exchange};
use crate::workers;

/// The exchanges of a recording, and where their bodies are read.
#[derive(Clone, Copy)]
pub struct Recording<'a> {
    /// Its exchanges.
    pub exchanges: &'a [Exchange],
    /// Where their bodies are.
    pub bodies: &'a dyn Bodies,
}

/// Which call belongs to which; numbers are places in the lists of exchanges.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Alignment {
    /// Calls that are on both sides, in the order of the left one.
    pub pairs: Vec<(usize, usize)>,
    /// Calls on the left only.
    pub left: Vec<usize>,
    /// Calls on the right only.
    pub right: Vec<usize>,
}

/// What became of a call that is on both sides.
#[derive(Clone, Debug)]
pub struct Pairing {
    /// Its place on the left.
    pub left: usize,
    /// Its place on the right.
    pub right: usize,
    /// What became of it.
    pub verdict: Verdict,
    /// Whether it took markedly longer on the right.
    pub slower: bool,
    /// What its answers differ in.
    pub answer: Comparison,
    /// What its requests differ in.
    pub request: Comparison,
}

/// What became of a call from the left recording to the right one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Verdict {
    /// It succeeded and fails now.
    NewFailure,
    /// It failed and succeeds now.
    Fixed,
    /// Its answer is another one.
    Changed,
    /// Its answer is the same, and took markedly longer.
    Slower,
    /// Nothing that counts.
    Same,
}

impl Verdict {
    /// All of them, the worst first.
    pub const ALL: [Self; 5] = [Self::NewFailure, Self::Fixed, Self::Changed, Self::Slower, Self::Same];

    /// The word used in machine-readable output.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::NewFailure => "new-failure",
            Self::Fixed => "fixed",
            Self::Changed => "changed",
            Self::Slower => "slower",
            Self::Same => "same",
        }
    }
}

/// A call is slower when it took so many times as long, and so many nanoseconds longer: below that it's noise.
const SLOWER_BY: u64 = 100_000_000;

/// Compares two recordings: the alignment, and what became of each pair, in its order. `factor` says how many times as
/// long a call takes that is called slower.
#[must_use]
pub fn recordings(
    left: Recording<'_>,
    right: Recording<'_>,
    volatile: &Volatile,
    factor: f64,
) -> (Alignment, Vec<Pairing>) {
    let alignment = align(left.exchanges, right.exchanges);
    let one = |n: usize| {
        let (l, r) = alignment.pairs[n];
        let sides = (
            Side { exchange: &left.exchanges[l], bodies: left.bodies },
            Side { exchange: &right.exchanges[r], bodies: right.bodies },
        );
        let answer = answers(sides.0, sides.1, volatile);
        let request = requests(sides.0, sides.1, volatile);
        let slower = is_slower(sides.0.exchange, sides.1.exchange, factor);
        let verdict = match (sides.0.exchange.failed(), sides.1.exchange.failed()) {
            (false, true) => Verdict::NewFailure,
            (true, false) => Verdict::Fixed,
            _ if !answer.same() => Verdict::Changed,
            _ if slower => Verdict::Slower,
            _ => Verdict::Same,
        };
        Pairing { left: l, right: r, verdict, slower, answer, request }
    };
    let pairings = workers::in_order(alignment.pairs.len(), one);
    (alignment, pairings)
}

/// Learns what changes from call to call from a second recording of the run that `first` recorded.
pub fn learn_from(volatile: &mut Volatile, first: Recording<'_>, second: Recording<'_>) {
    for (l, r) in align(first.exchanges, second.exchanges).pairs {
        let left = Side { exchange: &first.exchanges[l], bodies: first.bodies };
        learn(volatile, left, Side { exchange: &second.exchanges[r], bodies: second.bodies });
    }
}

fn is_slower(left: &Exchange, right: &Exchange, factor: f64) -> bool {
    let (Some(l), Some(r)) = (left.duration_ns, right.duration_ns) else { return false };
    r.saturating_sub(l) >= SLOWER_BY && r as f64 >= l as f64 * factor
}

/// Finds out which call belongs to which: those of one operation, by what they ask for, and where that decides nothing
/// in the order of time.
#[must_use]
pub fn align(left: &[Exchange], right: &[Exchange]) -> Alignment {
    let mut groups: BTreeMap<Vec<String>, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
    for at in in_time(left) {
        groups.entry(operation(&left[at])).or_default().0.push(at);
    }
    for at in in_time(right) {
        groups.entry(operation(&right[at])).or_default().1.push(at);
    }
    let mut alignment = Alignment::default();
    for (lefts, rights) in groups.into_values() {
        let mut group = Group::new(left, right, lefts, rights);
        group.equal();
        group.alike();
        alignment.pairs.append(&mut group.pairs);
        alignment.left.extend(group.lefts.iter().map(|call| call.at));
        alignment.right.extend(group.rights.iter().map(|call| call.at));
    }
    alignment.pairs.sort_unstable();
    alignment.left.sort_unstable();
    alignment.right.sort_unstable();
    alignment
}

/// The places of the exchanges in the order of time; without a time in the order in which they stand.
fn in_time(exchanges: &[Exchange]) -> Vec<usize> {
    let mut places: Vec<usize> = (0..exchanges.len()).collect();
    places.sort_by_key(|at| (exchanges[*at].started.map(|stamp| stamp.civil), exchanges[*at].index));
    places
}

/// What makes two calls calls of one operation.
fn operation(exchange: &Exchange) -> Vec<String> {
    let call = &exchange.call;
    let word = |word: &Option<String>| word.clone().unwrap_or_default();
    vec![
        exchange.request.method.to_ascii_uppercase(),
        exchange.path().to_owned(),
        word(&call.service),
        word(&call.operation),
        word(&call.program),
        exchange.challenge.to_string(),
    ]
}

struct Group {
    lefts: Vec<Call>,
    rights: Vec<Call>,
    pairs: Vec<(usize, usize)>,
}

struct Call {
    at: usize,
    /// A hash for each field with its value, in order.
    fields: Vec<u64>,
}

impl Group {
    fn new(left: &[Exchange], right: &[Exchange], lefts: Vec<usize>, rights: Vec<usize>) -> Self {
        let calls = |exchanges: &[Exchange], places: Vec<usize>| {
            places.into_iter().map(|at| Call { at, fields: fields(&exchanges[at]) }).collect()
        };
        Self { lefts: calls(left, lefts), rights: calls(right, rights), pairs: Vec::new() }
    }

    /// Calls that ask for the same, the first with the first.
    fn equal(&mut self) {
        let mut waiting: HashMap<&[u64], Vec<usize>> = HashMap::new();
        for (n, call) in self.rights.iter().enumerate().rev() {
            waiting.entry(&call.fields).or_default().push(n);
        }
        let mut found = Vec::new();
        for (l, call) in self.lefts.iter().enumerate() {
            if let Some(r) = waiting.get_mut(call.fields.as_slice()).and_then(Vec::pop) {
                found.push((l, r));
            }
        }
        self.take(&found);
    }

    /// Calls that have most in common of what others haven't: their key fields.
    fn alike(&mut self) {
        if let ([left], [right]) = (&self.lefts[..], &self.rights[..])
            && self.pairs.is_empty()
        {
            self.pairs.push((left.at, right.at));
            self.lefts.clear();
            self.rights.clear();
            return;
        }
        let mut owners: HashMap<u64, (f64, Vec<usize>)> = HashMap::new();
        for (calls, right) in [(&self.lefts, false), (&self.rights, true)] {
            for (n, call) in calls.iter().enumerate() {
                for field in &call.fields {
                    let owner = owners.entry(*field).or_default();
                    owner.0 += 1.0;
                    if right {
                        owner.1.push(n);
                    }
                }
            }
        }
        let all = (self.lefts.len() + self.rights.len()) as f64;
        let weight = |field: &u64| owners.get(field).map_or(0.0, |(count, _)| (1.0 + all / count).ln());
        let total = |call: &Call| call.fields.iter().map(weight).sum::<f64>();
        let mut scores = Vec::new();
        for (l, call) in self.lefts.iter().enumerate() {
            let mut shared: HashMap<usize, f64> = HashMap::new();
            // What many have says nothing.
            const COMMON: usize = 200;
            for field in &call.fields {
                let Some((_, rights)) = owners.get(field).filter(|(_, rights)| rights.len() <= COMMON) else {
                    continue;
                };
                for r in rights {
                    *shared.entry(*r).or_default() += weight(field);
                }
            }
            for (r, shared) in shared {
                let likeness = shared / f64::max(1e-9, total(call).min(total(&self.rights[r])));
                if likeness >= ALIKE {
                    scores.push((likeness, l, r));
                }
            }
        }
        scores.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
        let (mut lefts, mut rights) = (vec![false; self.lefts.len()], vec![false; self.rights.len()]);
        let mut found = Vec::new();
        for (_, l, r) in scores {
            if !lefts[l] && !rights[r] {
                (lefts[l], rights[r]) = (true, true);
                found.push((l, r));
            }
        }
        self.take(&found);
    }

    fn take(&mut self, found: &[(usize, usize)]) {
        self.pairs.extend(found.iter().map(|(l, r)| (self.lefts[*l].at, self.rights[*r].at)));
        let rest = |calls: &mut Vec<Call>, taken: Vec<usize>| {
            let mut n = 0;
            let taken: std::collections::HashSet<usize> = taken.into_iter().collect();
            calls.retain(|_| {
                n += 1;
                !taken.contains(&(n - 1))
            });
        };
        rest(&mut self.lefts, found.iter().map(|(l, _)| *l).collect());
        rest(&mut self.rights, found.iter().map(|(_, r)| *r).collect());
    }
}

/// How much of what tells calls apart two of them must have in common to be the same call.
const ALIKE: f64 = 0.4;

/// The fields that a call asks with, those left out that change by themselves.
fn fields(exchange: &Exchange) -> Vec<u64> {
    let last = |path: &str| path.rsplit(['/', '@']).next().unwrap_or(path).to_owned();
    let own = exchange.call.fields.iter().map(|(path, value)| (path.clone(), value.clone()));
    let query = form::fields(query(&exchange.url)).into_iter().map(|field| (field.name, field.value));
    let user = exchange.call.user.iter().map(|user| ("user".to_owned(), user.clone()));
    let all = own.chain(query).chain(user).filter(|(path, _)| !volatile::by_name(&last(path)));
    all.map(|(path, value)| hash_of(&(path, volatile::plain(value.trim())))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ExchangeId, Outcome, Request, Response, SourceId};

    fn call(index: u32, operation: &str, fields: &[(&str, &str)], status: u16, ms: u64) -> Exchange {
        let request = Request { method: "POST".to_owned(), ..Request::default() };
        let mut x = Exchange::new(ExchangeId(index), SourceId(0), index, "http://h/mws/F".to_owned(), request);
        x.call.operation = Some(operation.to_owned());
        x.call.fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        x.response = Some(Response { status, ..Response::default() });
        x.outcome = Outcome::Complete;
        x.duration_ns = Some(ms * 1_000_000);
        x
    }

    #[test]
    fn calls_are_matched_by_what_they_ask_for() {
        let create = |n: u32, key: &str, name: &str| {
            call(n, "Create", &[("CONO", "100"), ("FACI", key), ("NAME", name)], 200, 10)
        };
        let left = [
            create(0, "A01", "one"),
            create(1, "A02", "two"),
            create(2, "A03", "three"),
            call(3, "Get", &[], 200, 10),
            create(4, "A04", "four"),
        ];
        let right = [
            call(0, "Get", &[], 200, 10),
            call(1, "Get", &[], 200, 10),
            create(2, "A03", "three"),
            create(3, "A02", "another"),
            create(4, "A01", "one"),
            create(5, "B99", "nine"),
        ];
        let found = align(&left, &right);
        assert_eq!(found.pairs, [(0, 4), (1, 3), (2, 2), (3, 0)]);
        assert_eq!((found.left, found.right), (vec![4], vec![1, 5]));
    }

    #[test]
    fn what_became_of_a_call_is_told() {
        let run = |statuses: [u16; 4], ms: u64| {
            let n = [0, 1, 2, 3];
            n.map(|n| call(n, "Create", &[("FACI", &format!("A{n}"))], statuses[n as usize], ms))
        };
        let (left, right) = (run([200, 500, 200, 500], 10), run([500, 200, 200, 503], 200));
        let recording = |exchanges| Recording { exchanges, bodies: &crate::model::gathered::InMemory };
        let (_, pairs) = recordings(recording(&left), recording(&right), &Volatile::default(), 2.0);
        let verdicts: Vec<_> = pairs.iter().map(|pair| pair.verdict.word()).collect();
        assert_eq!(verdicts, ["new-failure", "fixed", "slower", "changed"]);
        assert!(pairs.iter().all(|pair| pair.slower));
    }
}
