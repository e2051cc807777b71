//! Generated incidents with a known truth: many sites, each with its own layout, zone, skew, load and gaps, and what
//! the investigation must find in them. `MWSCOPE_INCIDENTS=500 cargo test --test all incidents -- --nocapture`
//! tries more and prints the score; `MWSCOPE_INCIDENT=17` prints one with all its misses.

mod judge;
pub(crate) mod rng;
mod site;
mod voice;
mod wire;

use judge::Score;
use mwscope::rules;
use mwscope::timeline::Options;
use site::Site;

const FIRST_SEED: u64 = 1;

#[test]
fn the_truth_is_found_in_generated_incidents() {
    let number = |name: &str| std::env::var(name).ok().and_then(|n| n.parse::<u64>().ok());
    let (from, to, tell) = match number("MWSCOPE_INCIDENT") {
        Some(seed) => (seed, seed + 1, true),
        None => (FIRST_SEED, FIRST_SEED + number("MWSCOPE_INCIDENTS").unwrap_or(40), false),
    };
    let mut score = Score::default();
    for seed in from..to {
        let site = Site::new(seed);
        let gathered = site.gathered();
        let investigation = rules::investigate(&gathered, &Options::default());
        judge::judge(&site, &gathered, &investigation, &mut score);
        if tell {
            site.describe();
            println!("{}", mwscope::report::text(&investigation, &gathered, mwscope::report::Style::Plain));
            site.keep();
        }
    }
    score.print();
    assert!(score.layers.share() >= 0.97, "the layer is right too rarely");
    assert!(score.causes.share() >= 0.98, "the cause is found too rarely");
    assert!(score.dumps.share() >= 0.98, "the dump is found too rarely");
    assert_eq!(score.wrong_dumps, 0, "a wrong dump with confidence above one half");
    assert!(score.clocks.share() >= 0.95, "a clock's truth lies outside its doubt too often");
}
