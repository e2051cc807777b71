//! Generated incidents with a known truth: many sites, each with its own layout, words, zone, skew, load and gaps, and
//! what the investigation must find in them. The bench of the same name tries many more and prints the table.

mod dumps;
mod judge;
mod layout;
pub(crate) mod rng;
mod site;
mod voice;
mod wire;

use judge::Score;

/// Few, so that the tests stay quick; `cargo bench --bench incidents` tries hundreds.
const SITES: u64 = 24;

#[test]
fn the_truth_is_found_in_generated_incidents() {
    let folder = std::env::temp_dir().join(format!("mwscope-incidents-{}", std::process::id()));
    let mut score = Score::default();
    for seed in 1..=SITES {
        let (site, ..) = judge::play(seed, seed % 3 == 0, &folder, &mut score);
        println!("{}", site.describe());
    }
    std::fs::remove_dir_all(&folder).expect("the folder");
    println!("{}", score.table(60));
    assert!(score.layers.share() >= 0.97, "the layer is right too rarely");
    assert!(score.causes.share() >= 0.98, "the cause is found too rarely");
    assert!(score.dumps.share() >= 0.98, "the dump is found too rarely");
    assert!(score.clocks.share() >= 0.95, "a clock's truth lies outside its doubt too often");
    assert!(score.sharp.share() >= 0.95, "clocks are too doubtful");
    assert_eq!(score.wrong_dumps, 0, "a wrong dump with confidence above one half");
    assert_eq!(score.wrong_verdicts, 0, "a verdict for what did not fail");
}
