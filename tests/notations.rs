//! Dumps in notations that nobody wrote a reader for: made at random, with the truth known, and judged fact by fact.
//!
//! All of them are synthetic; no real dumplog is public. What is asked is what the contract asks: no value that is
//! wrong, and nearly every value that is stated. `MWSCOPE_NOTATIONS=20000 cargo test notations -- --nocapture` prints
//! precision and recall of each fact over as many dumps, `MWSCOPE_NOTATION=SEED` one dump and what is wrong with it.

mod disguise;
mod story;
mod write;

use std::collections::BTreeMap;

use mwscope_parsers::dump::{self, Dump, Synonyms};

use super::incidents::rng::Rng;
use story::{Story, Told};

/// Dumps of an ordinary run.
const DUMPS: u64 = 1_500;

#[derive(Default)]
struct Tally {
    stated: u32,
    right: u32,
    wrong: u32,
}

/// A dump of that seed: what it tells, and its bytes.
fn made(seed: u64) -> (Told, Vec<u8>, &'static str) {
    let mut rng = Rng(seed.wrapping_mul(0x9e37_79b9) ^ 0x5bd1);
    let story = Story::new(&mut rng);
    let (told, text) = write::dump(&story, &mut rng);
    disguise::disguise(told, &text, &mut rng)
}

/// The facts as read, by the contract's names.
fn read(bytes: &[u8]) -> (BTreeMap<&'static str, String>, usize) {
    let read = dump::read(bytes, Synonyms::standard());
    let mut dumps = read.dumps;
    let count = dumps.len();
    let Dump {
        at,
        program,
        panel,
        user,
        job,
        company,
        division,
        environment,
        version,
        exception,
        exception_message,
        ..
    } = dumps[0].clone();
    let first = dumps.remove(0);
    let stack = (!first.call_stack.is_empty()).then(|| first.call_stack.join(">"));
    let facts = [
        ("at", at.map(|at| at.to_rfc3339())),
        ("program", program),
        ("panel", panel),
        ("user", user),
        ("job", job),
        ("company", company),
        ("division", division),
        ("environment", environment),
        ("version", version),
        ("exception", exception),
        ("exception_message", exception_message),
        ("where", first.failed_at.clone()),
        ("call_stack", stack),
        ("java_stack", first.trace.as_ref().map(|trace| trace.frames().to_string()).filter(|n| n != "0")),
        ("customer_code", first.customer_code.then(|| "true".to_owned())),
    ];
    (facts.into_iter().filter_map(|(name, value)| Some((name, value?))).collect(), count)
}

/// What is wrong with the reading of a dump, and counts by fact.
fn judge(told: &Told, bytes: &[u8], tally: &mut BTreeMap<&'static str, Tally>) -> Vec<String> {
    let (found, count) = read(bytes);
    let mut wrong = Vec::new();
    if count != 1 {
        wrong.push(format!("{count} dumps"));
    }
    for name in story::NAMES {
        let tally = tally.entry(name).or_default();
        let stated = told.facts.get(name);
        tally.stated += u32::from(stated.is_some());
        match (found.get(name), stated) {
            (Some(value), Some(stated)) if value == stated => tally.right += 1,
            (Some(value), _) if told.also.get(name).is_some_and(|also| also.contains(value)) => {
                tally.right += u32::from(stated.is_some());
            }
            (Some(value), _) => {
                tally.wrong += 1;
                wrong.push(format!("{name}: {value:?}, not {stated:?}"));
            }
            (None, _) => {}
        }
    }
    wrong
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn unseen_notations_are_read_and_nothing_is_made_up() {
    if let Some(seed) = number("MWSCOPE_NOTATION") {
        let (told, bytes, encoding) = made(seed);
        let wrong = judge(&told, &bytes, &mut BTreeMap::new());
        let (found, _) = read(&bytes);
        let lost: Vec<_> = told.facts.iter().filter(|(name, _)| !found.contains_key(*name)).collect();
        println!("{}\n{encoding}\nlost {lost:#?}\nwrong {wrong:#?}", String::from_utf8_lossy(&bytes));
        return;
    }
    let mut tally = BTreeMap::new();
    let mut examples = Vec::new();
    for seed in 0..number("MWSCOPE_NOTATIONS").unwrap_or(DUMPS) {
        let (told, bytes, _) = made(seed);
        let wrong = judge(&told, &bytes, &mut tally);
        if !wrong.is_empty() {
            examples.push(format!("{seed}: {}", wrong.join("; ")));
        }
    }
    let sum = |of: fn(&Tally) -> u32| tally.values().map(of).sum::<u32>();
    for (name, tally) in &tally {
        let (stated, right, wrong) = (tally.stated, tally.right, tally.wrong);
        let share = 100.0 * f64::from(right) / f64::from(stated.max(1));
        println!("{name:<18} {stated:>7} stated  {right:>7} right ({share:.2} %)  {wrong:>5} wrong");
    }
    let recall = f64::from(sum(|t| t.right)) / f64::from(sum(|t| t.stated));
    println!("{:.3} % of what is stated is right, {} values are wrong", 100.0 * recall, sum(|t| t.wrong));
    let shown = examples.len().min(40);
    assert!(examples.is_empty(), "wrong values in {} dumps:\n{}", examples.len(), examples[..shown].join("\n"));
    assert!(recall >= 0.97, "only {recall:.4} of what is stated was read");
}
