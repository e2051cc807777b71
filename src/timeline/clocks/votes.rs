//! Statements about a source's shift: records and dumps that name what an exchange was about were written while it
//! ran, give or take a little.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use mwscope_parsers::Stamp;

use super::date;
use super::fit::Statement;
use crate::model::{Basis, Clock, Exchange, Gathered, Outcome, Records, Source, SourceId};
use crate::timeline::overlap::{Vote, sane};
use crate::timeline::scan::Lexicon;
use crate::timeline::words;

const MS: i64 = 1_000_000;
/// Exchanges that are asked about; more would cost time and add little.
const SAMPLE: usize = 240;
/// Records that hold a word, beyond which it isn't looked up by itself.
const COMMON: usize = 3_000;
/// A server writes its last record a little after its last byte.
const LATE: i64 = 150 * MS;
const EARLY: i64 = 20 * MS;
/// A server goes on with a call that nobody waits for any more, for so long at most.
const GOES_ON: i64 = 600_000 * MS;
/// Most of what names a call is written when it begins or ends: this near to either.
const AT_AN_END: i64 = 400 * MS;
/// Another client's calls place a log where its clock is known this well.
const WELL_KNOWN_MS: u64 = 2_000;
/// Within such a stretch of time a record may fall by chance.
const ANYWHERE: f64 = 900e9;
/// An exchange of unknown length is taken to have lasted this long.
const UNKNOWN_LENGTH: i64 = 2_000 * MS;

/// A statement about the shift, and the stamp (as written, nanoseconds) by which it was made.
#[derive(Clone, Copy, Debug)]
pub(super) struct Said {
    pub(super) written: i64,
    pub(super) vote: Vote,
    /// Between which offsets the clock of the machine lies that answered the exchange, by the answer's `Date`.
    pub(super) answered: Option<(i64, i64)>,
    /// Which exchange it is, of those that are asked about.
    pub(super) call: usize,
    /// Whether that failed.
    pub(super) failed: bool,
    /// Whether it is a likelier part of what another statement says of the same record.
    pub(super) part: bool,
}

/// Calls with records, from which on these are taken to stand at the calls' ends.
const ENOUGH_FOR_PARTS: usize = 8;

/// What a log's records say of its shift.
pub(super) fn of_log(
    gathered: &Gathered,
    reference: SourceId,
    (records, trouble): (&dyn Records, &[usize]),
    (clocks, days): (&[Clock], i64),
) -> Vec<Said> {
    let clock = |source: SourceId| clocks.get(source.0 as usize).copied().unwrap_or(Clock::REFERENCE);
    let sample = sample(gathered, reference, &clock);
    let (lexicon_words, of_exchange) = numbered(&sample);
    let postings = Lexicon::new(&lexicon_words).holders(records, trouble);
    let of = Log { postings: &postings, trouble, records: records.len() };
    let best = sample.iter().zip(&of_exchange).map(|(exchange, numbers)| of.best_records(numbers, exchange.failed()));
    let best: Vec<Vec<(usize, f64)>> = best.collect();
    let stamps = stamps(records, best.iter().flatten().map(|(n, _)| *n));
    // Whether a record stands at the beginning of its call or at the end is only told by many.
    let parts = best.iter().filter(|best| !best.is_empty()).count() >= ENOUGH_FOR_PARTS;
    let mut votes = Vec::new();
    for (call, (exchange, best)) in sample.iter().zip(best).enumerate() {
        let Some(span) = span(exchange) else { continue };
        let own = exchange.source == reference;
        let failed = exchange.failed();
        let placed = clock(exchange.source);
        let ms = |ms: i64| ms.saturating_mul(MS);
        let (moved, doubt) = if own { (0, 0) } else { (ms(placed.offset_ms), ms(placed.uncertainty_ms as i64)) };
        let (started, ended) = (sane(span.0.saturating_add(moved)), sane(span.1.saturating_add(moved)));
        let answered = date::statement(exchange).map(|Statement { vote, .. }| (vote.lo, vote.hi)).filter(|_| own);
        for (n, weight) in best {
            let Some(stamp) = stamps.get(&n).map(|s| s.on_day(days)) else { continue };
            let written = sane(stamp.utc_ns().unwrap_or(stamp.civil.ns));
            // What is written in whole seconds was written up to a second later.
            let cut = 10_i64.pow(9 - u32::from(stamp.digits.min(9))) - 1;
            let between = |from: i64, to: i64, weight: f64| Vote {
                lo: written - to - LATE - doubt,
                hi: written + cut - from + EARLY + doubt,
                weight,
            };
            let whole = between(started, ended, weight);
            let weight = weight * telling(&whole);
            if ended - started <= AT_AN_END || (!parts && is_answered(exchange)) {
                votes.push(Said { written, vote: Vote { weight, ..whole }, answered, call, failed, part: false });
                continue;
            }
            votes.push(Said {
                written,
                vote: Vote { weight: weight / 2.0, ..whole },
                answered,
                call,
                failed,
                part: false,
            });
            let mut part = |from, to| {
                let vote = between(from, to, weight / 2.0);
                votes.push(Said { written, vote, answered, call, failed, part: true });
            };
            let (first, last) = (started + AT_AN_END, ended - AT_AN_END);
            if !is_answered(exchange) {
                part(started, first);
            } else if first >= last {
                part(started, ended);
            } else {
                part(started, first);
                part(last, ended);
            }
        }
    }
    votes
}

/// What a statement counts by the chance with which another record would have fallen as well (1 for calls that were
/// short): what was written within half a minute says less than what was written within half a second.
fn telling(vote: &Vote) -> f64 {
    let of = |width: f64| (ANYWHERE / width).max(1.0).ln();
    (of((vote.hi - vote.lo) as f64) / of(AT_AN_END as f64)).clamp(0.05, 1.0)
}

/// The stamps of these records. They are looked up in the order of the log, where those that stand together are known
/// together.
fn stamps(records: &dyn Records, numbers: impl Iterator<Item = usize>) -> HashMap<usize, Stamp> {
    let numbers: BTreeSet<usize> = numbers.collect();
    numbers.into_iter().filter_map(|n| Some((n, records.head(n)?.stamp?))).collect()
}

/// What the dumps of a source say of its shift.
pub(super) fn of_dumps(gathered: &Gathered, reference: SourceId, source: SourceId) -> Vec<Said> {
    let mut votes = Vec::new();
    for exchange in gathered.exchanges.iter().filter(|x| x.source == reference && x.failed()) {
        let Some((started, ended)) = span(exchange) else { continue };
        let user = exchange.call.user.as_deref().map(words::bare_user);
        for dump in gathered.dumps.iter().filter(|d| d.source == source) {
            let dump = &dump.dump;
            let program = dump.program.is_some() && dump.program == exchange.call.program;
            let same_user = user.is_some() && dump.user.as_deref().map(words::bare_user) == user;
            let weight = f64::from(u8::from(program)) + f64::from(u8::from(same_user)) * 1.5;
            let Some(stamp) = dump.at.filter(|s| s.has_date && weight > 0.0) else { continue };
            let written = sane(stamp.utc_ns().unwrap_or(stamp.civil.ns));
            // Dumps are often stamped in whole seconds.
            let precision = if stamp.digits == 0 { 1_000 * MS } else { LATE };
            let vote = Vote { lo: written - ended - precision, hi: written - started + precision, weight };
            let vote = Vote { weight: weight * telling(&vote), ..vote };
            votes.push(Said { written, vote, answered: None, call: 0, failed: true, part: false });
        }
    }
    votes
}

/// Whether the server itself ended the exchange: what a client or a gateway gave up on goes on at the server.
fn is_answered(exchange: &Exchange) -> bool {
    let by_gateway = matches!(exchange.status(), Some(408 | 502 | 504));
    !by_gateway && exchange.response.is_some() && matches!(exchange.outcome, Outcome::Complete)
}

/// When an exchange began at the earliest and was ended by its server at the latest, by its source's own stamps.
pub(super) fn span(exchange: &Exchange) -> Option<(i64, i64)> {
    let started = exchange.started.as_ref().and_then(|s| s.utc_ns().or(Some(s.civil.ns)))?;
    let length = exchange.duration_ns.and_then(|d| i64::try_from(d).ok()).unwrap_or(UNKNOWN_LENGTH);
    let length = if is_answered(exchange) { length } else { length.saturating_add(GOES_ON) };
    Some((sane(started), sane(started.checked_add(length)?)))
}

/// Failing exchanges first, since these matter; then others, evenly spread. Another client's calls tell as much, where
/// its clock is known; another view of the same calls doesn't.
fn sample<'a>(gathered: &'a Gathered, reference: SourceId, clock: &dyn Fn(SourceId) -> Clock) -> Vec<&'a Exchange> {
    let asked = |source: SourceId| {
        let replay = gathered.sources.get(source.0 as usize).is_some_and(Source::is_replay);
        let Clock { basis, uncertainty_ms, .. } = clock(source);
        source == reference || (basis == Basis::DateHeader && uncertainty_ms <= WELL_KNOWN_MS && !replay)
    };
    let (failing, fine): (Vec<&Exchange>, Vec<&Exchange>) =
        gathered.exchanges.iter().filter(|x| asked(x.source)).partition(|x| x.failed());
    let spread = |of: Vec<&'_ Exchange>, most: usize| -> Vec<usize> {
        let step = of.len().div_ceil(most.max(1)).max(1);
        (0..of.len()).step_by(step).collect()
    };
    let mut sample: Vec<&Exchange> = spread(failing.clone(), SAMPLE / 2).into_iter().map(|n| failing[n]).collect();
    let rest = SAMPLE - sample.len().min(SAMPLE);
    sample.extend(spread(fine.clone(), rest).into_iter().map(|n| fine[n]));
    sample
}

/// The words of all exchanges, each once, and which of them each exchange has.
fn numbered(sample: &[&Exchange]) -> (Vec<String>, Vec<Vec<u32>>) {
    let mut numbers: HashMap<String, u32> = HashMap::new();
    let mut all = Vec::new();
    let mut of_exchange = Vec::with_capacity(sample.len());
    for exchange in sample {
        let mut own: Vec<u32> = Vec::new();
        for word in words_of(exchange) {
            let number = *numbers.entry(word.clone()).or_insert_with(|| {
                all.push(word);
                all.len() as u32 - 1
            });
            if !own.contains(&number) {
                own.push(number);
            }
        }
        of_exchange.push(own);
    }
    (all, of_exchange)
}

/// Words by which a record may name the call, in upper case.
fn words_of(exchange: &Exchange) -> Vec<String> {
    let call = &exchange.call;
    let mut found: Vec<String> = Vec::new();
    found.extend([&call.service, &call.operation, &call.program].into_iter().flatten().map(|w| w.to_ascii_uppercase()));
    found.extend(call.user.as_deref().map(words::bare_user));
    found.extend(call.ids.iter().map(|id| id.to_ascii_uppercase()));
    found.extend(call.fields.iter().take(12).map(|(_, value)| value.trim().to_ascii_uppercase()));
    if let Some(fault) = call.fault.as_deref().and_then(|f| f.trim().lines().next()) {
        found.push(fault.chars().take(60).collect::<String>().trim().to_ascii_uppercase());
    }
    found.retain(|w| w.len() >= 3 && (w.len() >= 4 || w.bytes().any(|b| b.is_ascii_alphabetic())));
    found
}

/// What is known of a log by the words of the exchanges.
struct Log<'a> {
    /// For each word the records that hold it, rising.
    postings: &'a [Vec<usize>],
    /// The records that speak of trouble, rising.
    trouble: &'a [usize],
    /// How many records there are.
    records: usize,
}

impl Log<'_> {
    /// The records that fit an exchange best by the rarity of what they share, and their weights. The more records fit
    /// equally well, the less each of them says.
    ///
    /// That something went wrong is shared too: what tells of a program's end is no call's that went well, and of a
    /// failing one's rather than not.
    fn best_records(&self, numbers: &[u32], failed: bool) -> Vec<(usize, f64)> {
        let rarity = |df: usize| (1.0 + self.records as f64 / df as f64).ln();
        let mut weights: BTreeMap<usize, f64> = BTreeMap::new();
        let of = |number: &&u32| self.postings.get(**number as usize).filter(|p| !p.is_empty());
        let (rare, common): (Vec<_>, Vec<_>) = numbers.iter().filter_map(|n| of(&n)).partition(|p| p.len() <= COMMON);
        for posting in rare {
            for n in posting {
                *weights.entry(*n).or_default() += rarity(posting.len());
            }
        }
        let add = |posting: &[usize], weights: &mut BTreeMap<usize, f64>| {
            for (n, weight) in weights {
                if posting.binary_search(n).is_ok() {
                    *weight += rarity(posting.len());
                }
            }
        };
        common.into_iter().for_each(|posting| add(posting, &mut weights));
        if !failed {
            weights.retain(|n, _| self.trouble.binary_search(n).is_err());
        }
        // What shares the call's own words best stays, whatever else tells of trouble: an earlier call may have failed so.
        let mut best = best_of(&weights);
        if failed && !self.trouble.is_empty() {
            add(self.trouble, &mut weights);
            best.extend(best_of(&weights));
        }
        let mut kept: Vec<(usize, f64)> = weights.into_iter().filter(|(n, _)| best.contains(n)).collect();
        let share = (kept.len() as f64).max(1.0);
        for (_, weight) in &mut kept {
            *weight /= share;
        }
        kept
    }
}

/// The records of about the highest weight, where that says something.
fn best_of(weights: &BTreeMap<usize, f64>) -> BTreeSet<usize> {
    let best = weights.values().copied().fold(0.0, f64::max);
    weights.iter().filter(|(_, weight)| **weight >= best * 0.6 && **weight >= 1.2).map(|(n, _)| *n).collect()
}
