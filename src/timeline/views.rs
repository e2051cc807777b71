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
                // A client that gave up says so; a capture only saw it go.
                let failed = |id| gathered.exchange(id).is_some_and(Exchange::failed);
                let (a, b) = if failed(b) && !failed(a) && !views.contains_key(&a) { (b, a) } else { (a, b) };
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
    let doubt = clocks.doubt(first) + clocks.doubt(second);
    let mut by_key: HashMap<u64, Vec<&Seen<'_>>> = HashMap::new();
    for seen in &ours {
        by_key.entry(seen.key).or_default().push(seen);
    }
    let mut pairs = Vec::new();
    let mut taken: BTreeSet<ExchangeId> = BTreeSet::new();
    for seen in &theirs {
        let near = by_key.get(&seen.key).into_iter().flatten().filter(|other| {
            !taken.contains(&other.exchange.id)
                && (other.at - seen.at).abs() <= doubt + APART
                && one_answer(other.exchange, seen.exchange)
        });
        if let Some(other) = near.min_by_key(|other| (other.at - seen.at).abs()) {
            taken.insert(other.exchange.id);
            pairs.push((other.exchange.id, seen.exchange.id));
        }
    }
    let span = |of: &[Seen<'_>]| Some((of.first()?.at, of.last()?.at));
    let (Some((a, b)), Some((c, d))) = (span(&ours), span(&theirs)) else { return Vec::new() };
    let (from, to) = (a.max(c) - APART - doubt, b.min(d) + APART + doubt);
    let within = |of: &[Seen<'_>]| of.iter().filter(|seen| (from..=to).contains(&seen.at)).count();
    let fewer = within(&ours).min(within(&theirs)).max(1);
    if pairs.len() as f64 >= fewer as f64 * SEEN_BY_BOTH { pairs } else { Vec::new() }
}

/// An exchange as its source saw it.
struct Seen<'a> {
    /// When it began on the reference's clock, nanoseconds since the Unix epoch.
    at: i64,
    key: u64,
    exchange: &'a Exchange,
}

/// A source's exchanges, by time.
fn placed<'a>(gathered: &'a Gathered, clocks: &Clocks, source: SourceId) -> Vec<Seen<'a>> {
    let clock = clocks.clock(source);
    let of = gathered.exchanges.iter().filter(|x| x.source == source);
    let seen = |exchange: &'a Exchange| {
        let at = sane(clock.place(exchange.started.as_ref()?)?.utc_ns);
        Some(Seen { at, key: key(exchange), exchange })
    };
    let mut placed: Vec<Seen<'_>> = of.filter_map(seen).collect();
    placed.sort_by_key(|seen| (seen.at, seen.key, seen.exchange.id));
    placed
}

/// Whether the two may be one answer: the server stamped it once, wherever it was seen. What a client does over again,
/// the next day or a minute later, is the same call in all but this.
fn one_answer(a: &Exchange, b: &Exchange) -> bool {
    let date = |x: &Exchange| x.response.as_ref().and_then(|r| r.headers.text("date"));
    date(a).zip(date(b)).is_none_or(|(a, b)| a == b)
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
        let mut of: HashMap<u64, Option<&Exchange>> = HashMap::new();
        for exchange in gathered.exchanges.iter().filter(|x| x.source == source) {
            of.entry(key(exchange)).and_modify(|seen| *seen = None).or_insert(Some(exchange));
        }
        of
    };
    let span = |exchange: &Exchange| {
        let started = exchange.started?;
        Some((sane(started.utc_ns().unwrap_or(started.civil.ns)), i64::try_from(exchange.duration_ns?).ok()?))
    };
    let (ours, theirs) = (unique(first), unique(second));
    let mut found: Vec<(i64, i64)> = Vec::new();
    for (key, ours) in &ours {
        let (Some(ours), Some(Some(theirs))) = (ours, theirs.get(key)) else { continue };
        if let (Some((a, took)), Some((b, other)), true) = (span(ours), span(theirs), one_answer(ours, theirs)) {
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
