//! What tells the failing calls of one operation and cause from its succeeding calls.
//!
//! The calls are passed over twice: first for how often each fact is there and which value could be that of most calls
//! (a vote that holds one value for each fact), then to count those values exactly. So the memory grows with the number
//! of facts, not with the values. A difference is named where it holds in most calls of one group and in few of the
//! other, and where Fisher's exact test, multiplied by the number of facts looked at, leaves it to chance in less than
//! one of a hundred.

use std::collections::HashMap;

use super::Failed;
use super::calls::{Calls, OperationKey, succeeded};
use crate::model::{Cause, Comparison, Difference, Exchange, Fact, Holds};
use crate::rules::failure::operation_of;
use crate::workers;

/// Part of the calls of one group in which a difference must hold at least ...
const MOST: f64 = 0.8;
/// ... and of the other in which it may hold at most.
const FEW: f64 = 0.2;
/// How probable a difference may be by chance, over all facts.
const BY_CHANCE: f64 = 0.01;
/// Facts that are looked at; a request with more has lists in it.
const FACTS: usize = 2_000;
/// Differences that are named for each operation.
const NAMED: usize = 8;
/// Operations of a cause that are compared, the most frequent first.
const OPERATIONS: usize = 5;

/// A fact, borrowed from the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Key<'a> {
    Field(&'a str),
    Of(&'static str),
}

/// Stands for all fields together.
const ANY_FIELD: &str = "any field";

/// Calls of one cause within one operation.
struct Group<'a> {
    cause: usize,
    calls: Vec<&'a Exchange>,
}

/// Fills in what the calls of each cause have that succeeding calls of the operation haven't.
pub(super) fn compare<'a>(groups: &[Vec<Failed<'a>>], calls: &Calls<'a>, causes: &mut [Cause]) {
    let mut by_operation: HashMap<OperationKey<'a>, Vec<Group<'a>>> = HashMap::new();
    for (cause, group) in groups.iter().enumerate() {
        for exchange in group.iter().filter_map(|f| f.exchange) {
            let within = by_operation.entry(OperationKey::of(exchange)).or_default();
            match within.last_mut().filter(|g| g.cause == cause) {
                Some(group) => group.calls.push(exchange),
                None => within.push(Group { cause, calls: vec![exchange] }),
            }
        }
    }
    for (operation, groups) in by_operation {
        let groups: Vec<Group<'_>> = groups.into_iter().filter(|g| enough(&g.calls)).collect();
        let succeeding: Vec<&Exchange> =
            calls.of(operation).iter().map(|call| call.exchange).filter(|x| succeeded(x)).collect();
        if groups.is_empty() || succeeding.is_empty() {
            continue;
        }
        for (group, differences) in groups.iter().zip(differences(&groups, &succeeding)) {
            let (Some(cause), Some(first)) = (causes.get_mut(group.cause), group.calls.first()) else { continue };
            cause.compared.push(Comparison {
                operation: operation_of(first),
                failing: group.calls.len(),
                succeeding: succeeding.len(),
                differences,
            });
        }
    }
    for cause in causes {
        cause.compared.sort_by(|a, b| b.failing.cmp(&a.failing).then_with(|| a.operation.cmp(&b.operation)));
        cause.compared.truncate(OPERATIONS);
    }
}

/// One call shares every value of its own with itself, and two that are the same are one sent again.
fn enough(calls: &[&Exchange]) -> bool {
    match calls {
        [] | [_] => false,
        [a, b] => a.call.fields != b.call.fields,
        _ => true,
    }
}

/// A difference to be counted: in the calls that fail by now, in those that succeed soon.
struct Candidate<'a> {
    group: usize,
    key: Key<'a>,
    value: &'a str,
    failing: usize,
    succeeding: usize,
}

/// For each group, what its calls have that the succeeding ones haven't.
fn differences(groups: &[Group<'_>], succeeding: &[&Exchange]) -> Vec<Vec<Difference>> {
    let of_succeeding = Profile::of(succeeding);
    let of_groups: Vec<Profile<'_>> = groups.iter().map(|g| Profile::of(&g.calls)).collect();
    let mut candidates: Vec<Candidate<'_>> = Vec::new();
    for (group, (calls, profile)) in groups.iter().zip(&of_groups).enumerate() {
        for (key, seen) in profile.facts.iter().chain(&of_succeeding.facts) {
            let Some(value) = seen.value.filter(|v| !v.is_empty()) else { continue };
            if candidates.iter().rev().any(|c| (c.group, c.key, c.value) == (group, *key, value)) {
                continue;
            }
            let failing = calls.calls.iter().filter(|x| has(x, *key, value)).count();
            if telling(failing, calls.calls.len()) {
                candidates.push(Candidate { group, key: *key, value, failing, succeeding: 0 });
            }
        }
    }
    let counts = workers::in_order(candidates.len(), |n| {
        succeeding.iter().filter(|x| has(x, candidates[n].key, candidates[n].value)).count()
    });
    for (candidate, count) in candidates.iter_mut().zip(counts) {
        candidate.succeeding = count;
    }
    let group = |n: usize| {
        let of_values = candidates.iter().filter(|c| c.group == n).map(|c| {
            let holds = Holds::Is(c.value.to_owned());
            (c.key, Difference { fact: fact(c.key), holds, failing: c.failing, succeeding: c.succeeding })
        });
        let profile = &of_groups[n];
        let of_forms = profile.forms(&of_succeeding);
        let tested = profile.facts.len().max(of_succeeding.facts.len()) * 2;
        surest(of_values.chain(of_forms).collect(), (groups[n].calls.len(), succeeding.len()), tested)
    };
    (0..groups.len()).map(group).collect()
}

fn fact(key: Key<'_>) -> Fact {
    match key {
        Key::Field(path) => Fact::Field(path.to_owned()),
        Key::Of(name) => Fact::Of(name),
    }
}

/// Whether a part of the failing calls says anything.
fn telling(part: usize, all: usize) -> bool {
    let share = part as f64 / all as f64;
    share >= MOST || share <= FEW
}

/// The differences that aren't left to chance, the surest first, one for each fact.
fn surest(all: Vec<(Key<'_>, Difference)>, (failing, succeeding): (usize, usize), tested: usize) -> Vec<Difference> {
    let mut kept: Vec<(f64, Key<'_>, Difference)> = all
        .into_iter()
        .filter_map(|(key, found)| {
            let (a, b) = (found.failing as f64 / failing as f64, found.succeeding as f64 / succeeding as f64);
            let in_these = a >= MOST && b <= FEW;
            let in_rest = a <= FEW && b >= MOST;
            if !(in_these || in_rest) {
                return None;
            }
            let (these, rest) = (found.failing, found.succeeding);
            let ln = if in_these {
                ln_by_chance(these, failing, rest, succeeding)
            } else {
                ln_by_chance(failing - these, failing, succeeding - rest, succeeding)
            };
            (ln + (tested.max(1) as f64).ln() <= BY_CHANCE.ln()).then_some((ln, key, found))
        })
        .collect();
    // What the failing calls have says more than what they lack.
    let lacking = |found: &Difference| found.failing * 2 < failing;
    kept.sort_by(|(a, ka, x), (b, kb, y)| (lacking(x).cmp(&lacking(y))).then(a.total_cmp(b)).then(ka.cmp(kb)));
    let mut named: Vec<(Key<'_>, Difference)> = Vec::new();
    for (_, key, found) in kept {
        if named.len() < NAMED && named.iter().all(|(other, _)| *other != key) {
            named.push((key, found));
        }
    }
    named.into_iter().map(|(_, found)| found).collect()
}

/// The logarithm of the chance that of `a + b` calls with something, spread blindly over `n` failing and `m` succeeding
/// ones, `a` or more fall on the failing: Fisher's exact test, one-sided.
fn ln_by_chance(a: usize, n: usize, b: usize, m: usize) -> f64 {
    let choose = |of: usize, take: usize| ln_factorial(of) - ln_factorial(take) - ln_factorial(of - take);
    let with = a + b;
    let all = choose(n + m, with);
    let chance = |k: usize| (choose(n, k) + choose(m, with - k) - all).exp();
    let sum: f64 = (a..=n.min(with)).filter(|k| with - k <= m).map(chance).sum();
    sum.max(f64::MIN_POSITIVE).ln()
}

/// Stirling's series beyond what a product gives exactly enough.
fn ln_factorial(n: usize) -> f64 {
    if n < 32 {
        return (2..=n).map(|k| (k as f64).ln()).sum();
    }
    let x = n as f64;
    x.mul_add(x.ln(), -x) + 0.5 * (std::f64::consts::TAU * x).ln() + 1.0 / (12.0 * x) - 1.0 / (360.0 * x.powi(3))
}

/// What is seen of a fact in a group of calls.
#[derive(Clone, Copy, Debug, Default)]
struct Seen<'a> {
    present: usize,
    empty: usize,
    beyond_ascii: usize,
    /// The value that most calls have, if any value is that of most (Boyer and Moore's vote).
    value: Option<&'a str>,
    votes: usize,
}

struct Profile<'a> {
    calls: usize,
    facts: HashMap<Key<'a>, Seen<'a>>,
}

impl<'a> Profile<'a> {
    fn of(calls: &[&'a Exchange]) -> Self {
        let mut facts: HashMap<Key<'a>, Seen<'a>> = HashMap::new();
        for exchange in calls {
            each_fact(exchange, &mut |key, value| {
                if facts.len() >= FACTS && !facts.contains_key(&key) {
                    return;
                }
                let seen = facts.entry(key).or_default();
                seen.present += 1;
                seen.empty += usize::from(value.is_empty());
                seen.beyond_ascii += usize::from(!value.is_ascii());
                if seen.votes == 0 {
                    seen.value = Some(value);
                }
                if seen.value == Some(value) { seen.votes += 1 } else { seen.votes -= 1 }
            });
        }
        Self { calls: calls.len(), facts }
    }

    /// Differences in what form a value has, or whether there is one.
    fn forms(&self, succeeding: &Self) -> Vec<(Key<'a>, Difference)> {
        let others = succeeding.facts.keys().filter(|key| !self.facts.contains_key(key));
        let mut forms = Vec::new();
        for key in self.facts.keys().chain(others).copied() {
            let a = self.facts.get(&key).copied().unwrap_or_default();
            let b = succeeding.facts.get(&key).copied().unwrap_or_default();
            for (holds, failing, succeeding) in [
                (Holds::Absent, self.calls - a.present, succeeding.calls - b.present),
                (Holds::Empty, a.empty, b.empty),
                (Holds::BeyondAscii, a.beyond_ascii, b.beyond_ascii),
            ] {
                forms.push((key, Difference { fact: fact(key), holds, failing, succeeding }));
            }
        }
        forms
    }
}

/// The facts of a call, each once: of a field that is sent several times, its first value.
fn each_fact<'a>(exchange: &'a Exchange, with: &mut dyn FnMut(Key<'a>, &'a str)) {
    for (name, value) in facts(exchange) {
        if let Some(value) = value {
            with(Key::Of(name), value);
        }
    }
    let fields = &exchange.call.fields;
    for (n, (path, value)) in fields.iter().enumerate() {
        if fields[..n].iter().rev().take(64).all(|(earlier, _)| earlier != path) {
            with(Key::Field(path), value.trim());
        }
    }
    if let Some((_, value)) = fields.iter().find(|(_, value)| !value.is_ascii()) {
        with(Key::Of(ANY_FIELD), value);
    }
}

/// Whether the fact has that value in the call; of a field that is sent several times, any of them counts.
fn has(exchange: &Exchange, key: Key<'_>, value: &str) -> bool {
    match key {
        Key::Field(path) => exchange.call.fields.iter().any(|(p, v)| p == path && v.trim() == value),
        Key::Of(name) => facts(exchange).into_iter().any(|(n, v)| n == name && v == Some(value)),
    }
}

/// What is known of a call beside its fields.
fn facts(exchange: &Exchange) -> [(&'static str, Option<&str>); 9] {
    let call = &exchange.call;
    let header = |name| exchange.request.headers.first(name).and_then(|h| std::str::from_utf8(&h.value).ok());
    let before_colon = |text: &'_ str| text.rfind(':').unwrap_or(text.len());
    let client = exchange.client.as_deref().map(|c| &c[..before_colon(c)]);
    let process = exchange.process.as_deref().map(|p| &p[..before_colon(p)]);
    let host = exchange.url.split_once("://").map(|(_, rest)| rest.split(['/', '?']).next().unwrap_or(rest));
    [
        ("user", call.user.as_deref()),
        ("company", call.company.as_deref()),
        ("division", call.division.as_deref()),
        ("program", call.program.as_deref()),
        ("client", client),
        ("process", process),
        ("host", host),
        ("user agent", header("user-agent")),
        ("content type", header("content-type")),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chance_is_that_of_fishers_exact_test() {
        // Fisher's tea: 3 of 4 right, with 1 of the other 4, comes about by chance in 17 of 70.
        assert!((ln_by_chance(3, 4, 1, 4).exp() - 17.0 / 70.0).abs() < 1e-9);
        assert!((ln_by_chance(4, 4, 0, 4).exp() - 1.0 / 70.0).abs() < 1e-9);
        assert!((ln_by_chance(0, 4, 4, 4).exp() - 1.0).abs() < 1e-9);
        let exact: f64 = (2..=60).map(|k| f64::from(k).ln()).sum();
        assert!((ln_factorial(60) - exact).abs() < 1e-6);
    }
}
