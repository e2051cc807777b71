//! Statements about a source's shift: records and dumps that name what an exchange was about were written while it
//! ran, give or take a little.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use mwscope_parsers::Stamp;

use super::date;
use super::fit::Statement;
use crate::model::{Exchange, Gathered, Records, SourceId};
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
}

/// What a log's records say of its shift.
pub(super) fn of_log(
    gathered: &Gathered,
    reference: SourceId,
    (records, trouble): (&dyn Records, &[usize]),
    days: i64,
) -> Vec<Said> {
    let sample = sample(gathered, reference);
    let (lexicon_words, of_exchange) = numbered(&sample);
    let postings = Lexicon::new(&lexicon_words).holders(records, trouble);
    let best = of_exchange.iter().map(|numbers| best_records(numbers, &postings, records.len()));
    let best: Vec<Vec<(usize, f64)>> = best.collect();
    let stamps = stamps(records, best.iter().flatten().map(|(n, _)| *n));
    let mut votes = Vec::new();
    for (call, (exchange, best)) in sample.iter().zip(best).enumerate() {
        let Some((started, ended)) = span(exchange) else { continue };
        let answered = date::statement(exchange).map(|Statement { vote, .. }| (vote.lo, vote.hi));
        for (n, weight) in best {
            let Some(stamp) = stamps.get(&n).map(|s| s.on_day(days)) else { continue };
            let written = sane(stamp.utc_ns().unwrap_or(stamp.civil.ns));
            // What is written in whole seconds was written up to a second later.
            let cut = 10_i64.pow(9 - u32::from(stamp.digits.min(9))) - 1;
            let vote = Vote { lo: written - ended - LATE, hi: written + cut - started + EARLY, weight };
            votes.push(Said { written, vote, answered, call });
        }
    }
    votes
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
            votes.push(Said { written, vote, answered: None, call: 0 });
        }
    }
    votes
}

/// When an exchange began and ended, by its source's own stamps.
pub(super) fn span(exchange: &Exchange) -> Option<(i64, i64)> {
    let started = exchange.started.as_ref().and_then(|s| s.utc_ns().or(Some(s.civil.ns)))?;
    let length = exchange.duration_ns.and_then(|d| i64::try_from(d).ok()).unwrap_or(UNKNOWN_LENGTH);
    Some((sane(started), sane(started.checked_add(length)?)))
}

/// Failing exchanges first, since these matter; then others, evenly spread.
fn sample(gathered: &Gathered, reference: SourceId) -> Vec<&Exchange> {
    let (failing, fine): (Vec<&Exchange>, Vec<&Exchange>) =
        gathered.exchanges.iter().filter(|x| x.source == reference).partition(|x| x.failed());
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

/// The records that fit an exchange best by the rarity of the words they share, and their weights. The more
/// records fit equally well, the less each of them says.
fn best_records(numbers: &[u32], postings: &[Vec<usize>], records: usize) -> Vec<(usize, f64)> {
    let rarity = |df: usize| (1.0 + records as f64 / df as f64).ln();
    let mut weights: BTreeMap<usize, f64> = BTreeMap::new();
    let of = |number: &&u32| postings.get(**number as usize).filter(|p| !p.is_empty());
    let (rare, common): (Vec<_>, Vec<_>) = numbers.iter().filter_map(|n| of(&n)).partition(|p| p.len() <= COMMON);
    for posting in rare {
        for n in posting {
            *weights.entry(*n).or_default() += rarity(posting.len());
        }
    }
    for posting in common {
        for (n, weight) in &mut weights {
            if posting.binary_search(n).is_ok() {
                *weight += rarity(posting.len());
            }
        }
    }
    let best = weights.values().copied().fold(0.0, f64::max);
    let mut kept: Vec<(usize, f64)> = weights.into_iter().filter(|(_, w)| *w >= best * 0.6 && *w >= 1.2).collect();
    let share = (kept.len() as f64).max(1.0);
    for (_, weight) in &mut kept {
        *weight /= share;
    }
    kept
}
