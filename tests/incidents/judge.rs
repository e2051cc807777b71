//! Holds an investigation against the truth and keeps the score.

use mwscope::model::{
    EventRef, Evidence, EvidenceRole, Finding, FindingKind, Gathered, Investigation, Layer, SourceKind,
};

use super::site::{Fate, Site};

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

#[derive(Debug, Default)]
pub(super) struct Score {
    pub(super) layers: Rate,
    pub(super) causes: Rate,
    pub(super) dumps: Rate,
    pub(super) clocks: Rate,
    pub(super) wrong_dumps: usize,
    /// Layers right by tenth of confidence.
    calibration: [Rate; 10],
    /// Doubt of clocks, milliseconds.
    doubts: Vec<u64>,
    pub(super) misses: Vec<String>,
}

impl Score {
    pub(super) fn print(&self) {
        for miss in self.misses.iter().take(60) {
            println!("  {miss}");
        }
        for (name, rate) in
            [("layer", self.layers), ("cause", self.causes), ("dump", self.dumps), ("clock", self.clocks)]
        {
            println!("{name:<6} {:>5} of {:>5}  {:.2} %", rate.hits, rate.tries, rate.share() * 100.0);
        }
        println!("wrong dumps with confidence above one half: {}", self.wrong_dumps);
        let mut doubts = self.doubts.clone();
        doubts.sort_unstable();
        println!("doubt of clocks, median and most: {:?} {:?} ms", doubts.get(doubts.len() / 2), doubts.last());
        for (n, rate) in self.calibration.iter().enumerate().filter(|(_, r)| r.tries > 0) {
            println!("confidence 0.{n}..: {:.2} right of {}", rate.share(), rate.tries);
        }
    }
}

pub(super) fn judge(site: &Site, gathered: &Gathered, investigation: &Investigation, score: &mut Score) {
    clock(site, investigation, score);
    if site.with_http {
        calls(site, gathered, investigation, score);
    } else {
        crashes(site, investigation, score);
    }
}

fn clock(site: &Site, investigation: &Investigation, score: &mut Score) {
    if !site.with_http {
        return;
    }
    for (_, clock, ..) in investigation.sources.iter().filter(|(s, ..)| s.kind == SourceKind::Log) {
        let truth = -site.ahead_ms - if site.voice.layout.has_zone() { 0 } else { site.zone_minutes * 60_000 };
        let told = clock.offset_ms - i64::from(clock.zone_minutes.unwrap_or(0)) * 60_000;
        let right = (told - truth).unsigned_abs() <= clock.uncertainty_ms;
        score.clocks.count(right);
        score.doubts.push(clock.uncertainty_ms);
        if !right {
            score.misses.push(format!(
                "seed {}: clock {told} ± {} ms, truth {truth} ({:?})",
                site.seed, clock.uncertainty_ms, clock.basis
            ));
        }
    }
}

fn layer_of(fate: Fate) -> Layer {
    match fate {
        Fate::Crash => Layer::M3Program,
        Fate::Definition => Layer::ServiceDefinition,
        Fate::Business | Fate::Nok | Fate::Fine => Layer::M3Data,
        Fate::Unauthorised => Layer::Authentication,
        Fate::GatewayTimeOut => Layer::Network,
        Fate::Malformed => Layer::Client,
    }
}

fn cause(finding: &Finding, record: bool) -> Option<&Evidence> {
    finding.evidence.iter().find(|e| {
        e.role == EvidenceRole::Cause
            && match e.event {
                EventRef::Record(..) => record,
                EventRef::Dump(_) => !record,
                EventRef::Exchange(_) => false,
            }
    })
}

fn calls(site: &Site, gathered: &Gathered, investigation: &Investigation, score: &mut Score) {
    let verdicts: Vec<&Finding> = investigation.findings.iter().filter(|f| f.kind == FindingKind::Verdict).collect();
    for finding in &verdicts {
        let known = finding.exchange.is_some_and(|id| site.truths.contains_key(&(id.0 as usize)));
        assert!(known, "seed {}: a verdict for a call that didn't fail: {}", site.seed, finding.title);
    }
    for (number, truth) in &site.truths {
        let Some(exchange) = gathered.exchanges.iter().find(|x| x.id.0 as usize == *number) else { continue };
        if exchange.challenge {
            continue;
        }
        let finding = verdicts.iter().find(|f| f.exchange == Some(exchange.id));
        let open = investigation.unexplained.iter().filter(|u| u.exchange == exchange.id).count();
        assert_eq!(usize::from(finding.is_some()) + open, 1, "seed {}: x{number} is judged exactly once", site.seed);
        // Where the log lost the record, and no dump was shipped, there is nothing to find.
        let findable = truth.fate != Fate::Crash && truth.fate != Fate::Definition
            || truth.cause.is_some()
            || truth.dump.is_some();
        let layer = finding.map(|f| f.layer);
        if findable {
            let right = layer == Some(layer_of(truth.fate));
            score.layers.count(right);
            if let Some(finding) = finding {
                let tenth = ((finding.confidence * 10.0) as usize).min(9);
                score.calibration[tenth].count(right);
            }
            if !right {
                score.misses.push(format!("seed {}: x{number} {:?} is called {layer:?}", site.seed, truth.fate));
            }
        }
        if let Some(line) = truth.cause {
            let found = finding.and_then(|f| cause(f, true)).and_then(|e| e.place.line);
            score.causes.count(found == Some(line));
            if found != Some(line) {
                score
                    .misses
                    .push(format!("seed {}: x{number} {:?} cause {found:?}, truth {line}", site.seed, truth.fate));
            }
        }
        let found = finding.and_then(|f| cause(f, false));
        dump(site, &format!("x{number} {:?}", truth.fate), truth.dump.as_deref(), found, score);
    }
}

fn dump(site: &Site, what: &str, truth: Option<&str>, found: Option<&Evidence>, score: &mut Score) {
    let name = found.and_then(|e| e.place.source.strip_prefix("dumps/"));
    if let Some(truth) = truth {
        score.dumps.count(name == Some(truth));
        if name != Some(truth) {
            score.misses.push(format!("seed {}: {what} dump {name:?}, truth {truth}", site.seed));
        }
    }
    if found.is_some_and(|e| e.score > 0.5) && name != truth {
        score.wrong_dumps += 1;
        score.misses.push(format!(
            "seed {}: {what} WRONG dump {name:?} at {:.2}, truth {truth:?}",
            site.seed,
            found.map_or(0.0, |e| e.score)
        ));
    }
}

/// Without HTTP, every crash whose record was written is a verdict, with its dump.
fn crashes(site: &Site, investigation: &Investigation, score: &mut Score) {
    let causes: Vec<(&Finding, u64)> = investigation
        .findings
        .iter()
        .filter(|f| f.rule == "abnormal-termination")
        .filter_map(|f| Some((f, cause(f, true)?.place.line?)))
        .collect();
    for (n, shipped) in site.crashes.iter().enumerate() {
        let Some(line) = site.crash_line(n) else { continue };
        let finding = causes.iter().find(|(_, l)| *l == line).map(|(f, _)| *f);
        score.causes.count(finding.is_some());
        if finding.is_none() {
            score.misses.push(format!("seed {}: crash {n} at line {line} has no verdict", site.seed));
        }
        dump(site, &format!("crash {n}"), shipped.as_deref(), finding.and_then(|f| cause(f, false)), score);
    }
}
