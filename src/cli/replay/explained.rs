//! Why calls failed, by the same rules as in an investigation, joined with what is followed meanwhile (`--follow`).

use std::path::PathBuf;

use serde_json::Value;

use super::Run;
use crate::case;
use crate::cli::log::layout;
use crate::cli::output::{self, Failure};
use crate::engine::Beside;
use crate::model::{Finding, FindingKind};
use crate::report;
use crate::timeline::{self, Zone};

/// A verdict, written down.
#[derive(Clone, Debug)]
pub(super) struct Told {
    pub(super) line: String,
    pub(super) value: Value,
}

/// Begins to follow.
///
/// # Errors
/// When layout or zone can't be read.
pub(super) fn beside(follow: &[PathBuf], layout: Option<&str>, zone: Option<&str>) -> Result<Beside, Failure> {
    let zone = zone.map(|text| {
        let unknown = || Failure::Usage(format!("--zone {text}: no time zone; write +01:00 or Europe/Stockholm"));
        Zone::parse(text).ok_or_else(unknown)
    });
    let timeline = timeline::Options { zone: zone.transpose()?, ..timeline::Options::default() };
    for path in follow.iter().filter(|path| !path.exists()) {
        output::say(&format!("{}: is not there yet; it is followed once it appears", path.display()));
    }
    let mut beside = Beside::new(case::REPLAY, follow.to_vec(), layout::pattern(layout)?, timeline);
    beside.problems().iter().for_each(output::say);
    Ok(beside)
}

/// The verdict on each run that failed.
pub(super) fn findings(beside: &mut Beside, runs: &[Run]) -> Vec<Option<Told>> {
    let ids: Vec<_> = runs.iter().map(|run| run.hops.iter().map(|hop| beside.exchange(hop)).last()).collect();
    if !runs.iter().any(|run| run.last().failed()) {
        return vec![None; runs.len()];
    }
    let investigation = beside.conclude();
    beside.problems().iter().for_each(output::say);
    let verdict = |id| {
        let of = |finding: &&Finding| finding.kind == FindingKind::Verdict && finding.exchange == id;
        let found = investigation.findings.iter().find(of)?;
        let line = report::verdict_line(found);
        let line = line.split_once(": ").map_or(line.clone(), |(_, rest)| rest.to_owned());
        Some(Told { line, value: report::finding(found, beside.gathered()) })
    };
    ids.into_iter().map(verdict).collect()
}
