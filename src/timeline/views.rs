//! Two recordings of one call: a proxy and a capture saw it both, and it is one failure.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};

use super::clocks::Clocks;
use super::overlap::{Vote, sane};
use super::words;
use crate::model::{Exchange, ExchangeId, Gathered, SourceId};

const MS: i64 = 1_000_000;
/// Between two places on the way a call is seen this much apart at most.
const APART: i64 = 300 * MS;
/// Of the calls that one source saw while the other recorded, this share must be seen by both: else they recorded
/// different callers, and what looks the same is a coincidence.
const SEEN_BY_BOTH: f64 = 0.5;

/// For each exchange that is another one's second view, the one that stands for both.
pub type Views = BTreeMap<ExchangeId, ExchangeId>;

/// Which exchanges are second views of others. Those of the reference, and then of earlier sources, stand for both.
#[must_use]
pub fn views(gathered: &Gathered, clocks: &Clocks) -> Views {
    let mut views = Views::new();
    let mut sources: Vec<SourceId> =
        gathered.exchanges.iter().map(|x| x.source).collect::<BTreeSet<_>>().into_iter().collect();
    sources.sort_by_key(|s| (clocks.reference != Some(*s), *s));
    for (n, second) in sources.iter().enumerate() {
        for first in &sources[..n] {
            for (a, b) in both(gathered, clocks, *first, *second) {
                let stands_for = views.get(&a).copied().unwrap_or(a);
                views.entry(b).or_insert(stands_for);
            }
        }
    }
    views
}

fn both(gathered: &Gathered, clocks: &Clocks, first: SourceId, second: SourceId) -> Vec<(ExchangeId, ExchangeId)> {
    let placed = |source: SourceId| placed(gathered, clocks, source);
    let (ours, theirs) = (placed(first), placed(second));
    let doubt = [first, second].iter().map(|s| clocks.clock(*s).uncertainty_ms.min(5_000) as i64 * MS).sum::<i64>();
    let mut by_key: HashMap<u64, Vec<(i64, ExchangeId)>> = HashMap::new();
    for (at, key, id) in &ours {
        by_key.entry(*key).or_default().push((*at, *id));
    }
    let mut pairs = Vec::new();
    let mut taken: BTreeSet<ExchangeId> = BTreeSet::new();
    for (at, key, id) in &theirs {
        let near = by_key
            .get(key)
            .into_iter()
            .flatten()
            .filter(|(other, id)| !taken.contains(id) && (other - at).abs() <= doubt + APART);
        if let Some((_, other)) = near.min_by_key(|(other, _)| (other - at).abs()) {
            taken.insert(*other);
            pairs.push((*other, *id));
        }
    }
    let span = |of: &[(i64, u64, ExchangeId)]| Some((of.first()?.0, of.last()?.0));
    let (Some((a, b)), Some((c, d))) = (span(&ours), span(&theirs)) else { return Vec::new() };
    let (from, to) = (a.max(c) - APART - doubt, b.min(d) + APART + doubt);
    let within = |of: &[(i64, u64, ExchangeId)]| of.iter().filter(|(at, ..)| (from..=to).contains(at)).count();
    let fewer = within(&ours).min(within(&theirs)).max(1);
    if pairs.len() as f64 >= fewer as f64 * SEEN_BY_BOTH { pairs } else { Vec::new() }
}

/// Start on the reference's clock, key and id of a source's exchanges, by time.
fn placed(gathered: &Gathered, clocks: &Clocks, source: SourceId) -> Vec<(i64, u64, ExchangeId)> {
    let clock = clocks.clock(source);
    let of = gathered.exchanges.iter().filter(|x| x.source == source);
    let mut placed: Vec<(i64, u64, ExchangeId)> =
        of.filter_map(|x| Some((sane(clock.place(x.started.as_ref()?)?.utc_ns), key(x), x.id))).collect();
    placed.sort_unstable();
    placed
}

/// What two views of one call have in common, wherever it was seen: the address may differ (a reverse proxy), and
/// secrets may be masked in one of them.
fn key(exchange: &Exchange) -> u64 {
    let mut hasher = DefaultHasher::new();
    let call = &exchange.call;
    exchange.request.method.hash(&mut hasher);
    exchange.path().hash(&mut hasher);
    exchange.status().hash(&mut hasher);
    call.operation.hash(&mut hasher);
    call.user.as_deref().map(words::bare_user).hash(&mut hasher);
    call.fields.hash(&mut hasher);
    call.fault.hash(&mut hasher);
    hasher.finish()
}

/// What the calls that both saw, and that are like no other in either, say of `first's clock - second's clock`.
pub(super) fn votes(gathered: &Gathered, first: SourceId, second: SourceId) -> Vec<Vote> {
    let unique = |source: SourceId| {
        let mut of: HashMap<u64, Option<(i64, i64)>> = HashMap::new();
        for exchange in gathered.exchanges.iter().filter(|x| x.source == source) {
            let span = exchange.started.and_then(|s| {
                let started = sane(s.utc_ns().unwrap_or(s.civil.ns));
                Some((started, i64::try_from(exchange.duration_ns?).ok()?))
            });
            of.entry(key(exchange)).and_modify(|seen| *seen = None).or_insert(span);
        }
        of
    };
    let (ours, theirs) = (unique(first), unique(second));
    let mut found: Vec<(i64, i64)> = Vec::new();
    for (key, a) in &ours {
        if let (Some((a, took)), Some(Some((b, other)))) = (a, theirs.get(key)) {
            found.push((a - b, took - other));
        }
    }
    found.sort_unstable();
    // Who stands nearer to the client sees the call begin earlier and end later, by what the way takes.
    let vote = |(apart, longer): (i64, i64)| {
        let (lo, hi) = if longer >= 0 { (apart, apart + longer) } else { (apart + longer, apart) };
        Vote { lo: lo - 5 * MS, hi: hi + 5 * MS, weight: 1.0 }
    };
    found.into_iter().map(vote).collect()
}
