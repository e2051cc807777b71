//! How often the verdict is right: generated incidents with a known truth, scored. `cargo bench --bench incidents`
//! prints two tables, for the layouts and words that the joins were tuned with and for those held out.
//!
//! `MWSCOPE_INCIDENTS=FROM..TO` chooses other seeds; `MWSCOPE_INCIDENT=17` prints one with all its misses and keeps its
//! files (`MWSCOPE_HELD_OUT=1` for one of those held out).

#![allow(clippy::print_stdout, clippy::expect_used, reason = "a program that prints, and ends where it can't go on")]

#[path = "../tests/incidents/dumps.rs"]
mod dumps;
#[path = "../tests/incidents/judge.rs"]
mod judge;
#[path = "../tests/incidents/layout.rs"]
mod layout;
#[path = "../tests/incidents/rng.rs"]
mod rng;
#[path = "../tests/incidents/site.rs"]
mod site;
#[path = "../tests/incidents/voice.rs"]
mod voice;
#[path = "../tests/incidents/wire.rs"]
mod wire;

use judge::Score;
use mwscope::report::{self, Style};

fn main() {
    let value = |name: &str| std::env::var(name).ok();
    let folder = std::env::temp_dir().join(format!("mwscope-incidents-{}", std::process::id()));
    if let Some(seed) = value("MWSCOPE_INCIDENT").and_then(|n| n.parse().ok()) {
        let mut score = Score::default();
        let held_out = value("MWSCOPE_HELD_OUT").is_some();
        let (site, gathered, investigation) = judge::play(seed, held_out, &folder, &mut score);
        println!("{}\n{}", site.describe(), report::text(&investigation, &gathered, Style::Plain, report::Detail::All));
        println!("{}\nkept in {}", score.table(usize::MAX), folder.display());
        return;
    }
    let seeds = value("MWSCOPE_INCIDENTS");
    let seeds = seeds.as_deref().and_then(|s| s.split_once(".."));
    let seeds = seeds.and_then(|(from, to)| Some((from.parse().ok()?, to.parse().ok()?))).unwrap_or((1_000, 1_200));
    for (held_out, name) in [(false, "layouts and words used in tuning"), (true, "layouts held out, all words")] {
        let mut score = Score::default();
        for seed in seeds.0..seeds.1 {
            judge::play(seed, held_out, &folder, &mut score);
        }
        println!(
            "{} incidents, {name}\n{}",
            seeds.1 - seeds.0,
            score.table(if value("MWSCOPE_MISSES").is_some() { 400 } else { 0 })
        );
    }
    std::fs::remove_dir_all(&folder).expect("the folder");
}
