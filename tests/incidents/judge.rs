//! Holds an investigation against the truth and keeps the score.

use std::path::Path;

use mwscope::model::{
    EventRef, Evidence, EvidenceRole, Finding, FindingKind, Gathered, Investigation, Layer, SourceKind,
};

use super::site::{Fate, START, Site, Truth};

/// Hits among tries.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Rate {
    pub(super) hits: usize,
    pub(super) tries: usize,
}

impl Rate {
    fn count(&mut self, hit: bool) {
        self.tries += 1;
        self.hits += usize::from(hit);
    }

    pub(super) fn share(&self) -> f64 {
        if self.tries == 0 { 1.0 } else { self.hits as f64 / self.tries as f64 }
    }
}

/// What is counted, with the share that is wanted.
#[derive(Debug, Default)]
pub(super) struct Score {
    pub(super) layers: Rate,
    pub(super) causes: Rate,
    pub(super) dumps: Rate,
    pub(super) clocks: Rate,
    /// Clocks found by 50 or more `Date` headers whose doubt is 250 ms at most.
    pub(super) sharp: Rate,
    pub(super) wrong_dumps: usize,
    /// Verdicts for calls that did not fail, and failing calls that are judged twice or not at all.
    pub(super) wrong_verdicts: usize,
    /// Layer, cause and dump all right, by tenth of confidence.
    calibration: [Rate; 10],
    /// Sum of the confidences of each tenth.
    claimed: [f64; 10],
    errors: Vec<u64>,
    pub(super) misses: Vec<String>,
}

impl Score {
    /// The table, and at most that many misses.
    pub(super) fn table(&self, misses: usize) -> String {
        let mut out = String::new();
        for miss in self.misses.iter().take(misses) {
            out.push_str(&format!("  {miss}\n"));
        }
        for (name, rate, wanted) in [
            ("layer", self.layers, 97),
            ("cause record", self.causes, 98),
            ("dump", self.dumps, 98),
            ("clock within its doubt", self.clocks, 95),
            ("doubt at most 250 ms", self.sharp, 100),
        ] {
            let share = rate.share() * 100.0;
            out.push_str(&format!(
                "{name:<24} {:>6} of {:>6}  {share:>6.2} %  (wanted {wanted} %)\n",
                rate.hits, rate.tries
            ));
        }
        out.push_str(&format!("wrong dump above one half {:>5}  (wanted 0)\n", self.wrong_dumps));
        out.push_str(&format!("verdict without a failure {:>5}  (wanted 0)\n", self.wrong_verdicts));
        let mut errors = self.errors.clone();
        errors.sort_unstable();
        let at = |share: f64| errors.get((errors.len() as f64 * share) as usize).copied().unwrap_or(0);
        out.push_str(&format!(
            "clock error, ms: median {}, 95 % {}, most {}\n",
            at(0.5),
            at(0.95),
            errors.last().unwrap_or(&0)
        ));
        for (n, rate) in self.calibration.iter().enumerate().filter(|(_, r)| r.tries > 0) {
            let claimed = self.claimed[n] / rate.tries as f64;
            out.push_str(&format!("confidence {claimed:.2}: {:.3} right of {}\n", rate.share(), rate.tries));
        }
        out
    }

    fn miss(&mut self, site: &Site, text: impl std::fmt::Display) {
        self.misses.push(format!("seed {}: {text}", site.seed));
    }
}

pub(super) fn judge(site: &Site, gathered: &Gathered, investigation: &Investigation, score: &mut Score) {
    clocks(site, gathered, investigation, score);
    if site.with_http {
        calls(site, gathered, investigation, score);
    } else {
        crashes(site, investigation, score);
    }
}

fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn clocks(site: &Site, gathered: &Gathered, investigation: &Investigation, score: &mut Score) {
    if !site.with_http {
        return;
    }
    let dated =
        gathered.exchanges.iter().filter(|x| x.response.as_ref().is_some_and(|r| r.headers.first("date").is_some()));
    let many = dated.count() >= 50;
    for (source, clock, first, last) in investigation.sources.iter().filter(|(s, ..)| s.kind == SourceKind::Log) {
        let node = site.logs().iter().position(|l| *l == name(&source.path)).unwrap_or(0);
        let (Some(first), Some(last)) = (first, last) else { continue };
        let zone = if site.layout.has_zone() { 0 } else { site.zone_minutes * 60_000 };
        // At the start, in the middle and at the end of what the log holds.
        for part in [0, 1, 2] {
            let written = first.civil.ns + (last.civil.ns - first.civil.ns) / 2 * part;
            let own = if first.offset_s.is_some() {
                first.utc_ns().unwrap_or(0) + (written - first.civil.ns)
            } else {
                written
            };
            let told_zone =
                if first.offset_s.is_some() { 0 } else { i64::from(clock.zone_minutes.unwrap_or(0)) * 60_000 };
            let told =
                own / 1_000_000 - told_zone + clock.offset_ms + clock.drift.at(own - told_zone * 1_000_000) / 1_000_000;
            // The instant at which the node's clock showed this.
            let shown = own / 1_000_000 - zone;
            let at = shown - site.ahead_ms[node];
            let truth = at - (at - START) * site.drift_ms_per_hour / 3_600_000;
            let off = (told - truth).unsigned_abs();
            let right = off <= clock.uncertainty_ms + 1;
            score.clocks.count(right);
            score.errors.push(off);
            if !right && part == 1 {
                score.miss(
                    site,
                    format!(
                        "clock of {} off by {off} ms, doubt {} ({:?})",
                        source.path, clock.uncertainty_ms, clock.basis
                    ),
                );
            }
        }
        if many && node == 0 {
            score.sharp.count(clock.uncertainty_ms <= 250);
            if clock.uncertainty_ms > 250 {
                score
                    .miss(site, format!("doubt of {} is {} ms ({:?})", source.path, clock.uncertainty_ms, clock.basis));
            }
        }
    }
}

fn layer_of(fate: Fate) -> Layer {
    match fate {
        Fate::Crash => Layer::M3Program,
        Fate::Definition => Layer::ServiceDefinition,
        Fate::Business | Fate::Nok | Fate::ApiFault | Fate::Fine => Layer::M3Data,
        Fate::Unauthorised => Layer::Authentication,
        Fate::GatewayTimeOut | Fate::NotReached => Layer::Network,
        Fate::Malformed => Layer::Client,
        Fate::Runtime => Layer::MwsRuntime,
    }
}

fn cause(finding: &Finding, record: bool) -> Option<&Evidence> {
    finding.evidence.iter().find(|e| {
        e.role == EvidenceRole::Cause
            && match e.event {
                EventRef::Record(..) => record,
                EventRef::Dump(_) => !record,
                EventRef::Exchange(_) | EventRef::Threads(_) | EventRef::Stream(_) => false,
            }
    })
}

fn calls(site: &Site, gathered: &Gathered, investigation: &Investigation, score: &mut Score) {
    let verdicts: Vec<&Finding> = investigation.findings.iter().filter(|f| f.kind == FindingKind::Verdict).collect();
    for finding in &verdicts {
        let call = finding.exchange.and_then(|id| gathered.exchange(id)).and_then(|x| site.call_at(x.index));
        if call.is_none_or(|call| !site.truths.contains_key(&call)) {
            score.wrong_verdicts += 1;
            score.miss(site, format!("a verdict for what didn't fail: {}", finding.title));
        }
    }
    for exchange in &gathered.exchanges {
        let Some((number, truth)) = site.call_at(exchange.index).and_then(|n| Some((n, site.truths.get(&n)?))) else {
            continue;
        };
        if exchange.challenge {
            continue;
        }
        let what = format!("call {number} {} {:?}", exchange.id, truth.fate);
        let finding = verdicts.iter().find(|f| f.exchange == Some(exchange.id)).copied();
        let open = investigation.unexplained.iter().filter(|u| u.exchange == exchange.id).count();
        if usize::from(finding.is_some()) + open != 1 {
            score.wrong_verdicts += 1;
            score.miss(site, format!("{what} isn't judged exactly once"));
        }
        one(site, &what, truth, finding, score);
    }
}

fn one(site: &Site, what: &str, truth: &Truth, finding: Option<&Finding>, score: &mut Score) {
    // Where the log lost the record, and no dump was shipped, there is nothing to find.
    let findable =
        !matches!(truth.fate, Fate::Crash | Fate::Definition) || truth.cause.is_some() || truth.dump.is_some();
    let layer = finding.map(|f| f.layer);
    let mut right = layer == Some(layer_of(truth.fate));
    if findable {
        score.layers.count(right);
    }
    if findable && !right {
        score.miss(site, format!("{what} is called {layer:?} {:.2}", finding.map_or(0.0, |f| f.confidence)));
    }
    if let Some(wanted) = truth.cause {
        let found = finding.and_then(|f| cause(f, true)).and_then(|e| place(site, e));
        score.causes.count(found == Some(wanted));
        right &= found == Some(wanted);
        if found != Some(wanted) {
            score.miss(
                site,
                format!("{what} cause {found:?}, truth {wanted:?} {:.2}", finding.map_or(0.0, |f| f.confidence)),
            );
        }
    }
    right &= dump(site, what, truth.dump.as_deref(), finding.and_then(|f| cause(f, false)), score);
    if let Some(finding) = finding {
        let tenth = ((finding.confidence * 10.0) as usize).min(9);
        score.calibration[tenth].count(right);
        score.claimed[tenth] += finding.confidence;
    }
}

fn place(site: &Site, evidence: &Evidence) -> Option<(usize, u64)> {
    let file = site.logs().iter().position(|l| *l == name(&evidence.place.source))?;
    Some((file, evidence.place.line?))
}

fn dump(site: &Site, what: &str, truth: Option<&str>, found: Option<&Evidence>, score: &mut Score) -> bool {
    let named = found.map(|e| name(&e.place.source));
    if let Some(truth) = truth {
        score.dumps.count(named == Some(truth));
        if named != Some(truth) {
            score.miss(site, format!("{what} dump {named:?}, truth {truth}"));
        }
    }
    if found.is_some_and(|e| e.score > 0.5) && named != truth {
        score.wrong_dumps += 1;
        score.miss(
            site,
            format!("{what} WRONG dump {named:?} at {:.2}, truth {truth:?}", found.map_or(0.0, |e| e.score)),
        );
    }
    named == truth
}

/// Without HTTP, every crash whose record was written is a verdict, with its dump.
fn crashes(site: &Site, investigation: &Investigation, score: &mut Score) {
    let causes: Vec<(&Finding, Option<(usize, u64)>)> = investigation
        .findings
        .iter()
        .filter(|f| f.rule == "abnormal-termination")
        .map(|f| (f, cause(f, true).and_then(|e| place(site, e))))
        .collect();
    for (n, crash) in site.crashes.iter().enumerate() {
        let Some(wanted) = crash.record else { continue };
        let finding = causes.iter().find(|(_, place)| *place == Some(wanted)).map(|(f, _)| *f);
        score.causes.count(finding.is_some());
        score.layers.count(finding.is_some());
        let what = format!("crash {n} at {wanted:?}");
        if finding.is_none() {
            score.miss(site, format!("{what} has no verdict"));
        }
        let found = finding.and_then(|f| cause(f, false));
        let right = dump(site, &what, crash.dump.as_deref(), found, score) && finding.is_some();
        if let Some(finding) = finding {
            let tenth = ((finding.confidence * 10.0) as usize).min(9);
            score.calibration[tenth].count(right);
            score.claimed[tenth] += finding.confidence;
        }
    }
}

/// Plays one site into a folder, investigates it, and counts.
pub(super) fn play(seed: u64, held_out: bool, folder: &Path, score: &mut Score) -> (Site, Gathered, Investigation) {
    let mut site = Site::new(seed, held_out);
    let _absent = std::fs::remove_dir_all(folder);
    site.write(folder);
    let paths = [folder.display().to_string()];
    let gathered = mwscope::import::gather(&paths, &mwscope::import::Options::default(), &mut |_| ()).expect("items");
    let investigation = mwscope::rules::investigate(&gathered, &mwscope::timeline::Options::default());
    judge(&site, &gathered, &investigation, score);
    (site, gathered, investigation)
}
