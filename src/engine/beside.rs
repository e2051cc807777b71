//! Paths that are followed beside calls that somebody makes himself: what is written while they run is joined with them
//! on the same time line, by the same rules as in a recording.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use mwscope_parsers::dump::{self, Synonyms};

use super::live::Live;
use super::now;
use super::watch::{Noticed, Watch};
use crate::model::gathered::InMemory;
use crate::model::{
    EventRef, EvidenceRole, Exchange, ExchangeId, Finding, FindingKind, Gathered, Investigation, SourceProblem,
};
use crate::timeline;

/// How often followed paths are looked at.
const POLL: Duration = Duration::from_millis(100);
/// A log is written behind the answer, as a rule within this time.
const PATIENCE: Duration = Duration::from_secs(3);

/// A dump is read once it has stopped growing: it comes this much later than the record that names it, at most.
const FOR_DUMPS: Duration = Duration::from_millis(1200);

/// Followed paths, and the calls made beside them.
pub struct Beside {
    watch: Watch,
    live: Live,
    follows: bool,
    next: u32,
    problems: Vec<SourceProblem>,
}

impl Beside {
    /// Follows `paths` from now on; what is written behind this belongs to the calls. `name` is that of their source.
    #[must_use]
    pub fn new(name: &str, paths: Vec<PathBuf>, layout: Option<String>, timeline: timeline::Options) -> Self {
        let follows = !paths.is_empty();
        let live = Live::new(name, Arc::new(InMemory), timeline);
        let mut beside = Self { watch: Watch::new(paths, layout), live, follows, next: 0, problems: Vec::new() };
        // What stood there before can't come of a call that is still to be made.
        for noticed in beside.watch.poll(now::utc_ns()) {
            match noticed {
                Noticed::Log { path, log } => {
                    let end = log.spooled().end();
                    drop(beside.live.log_since(&path, log, end));
                }
                Noticed::Problem(problem) => beside.problem(problem),
                _ => {}
            }
        }
        beside.watch.pass_over_dumps();
        beside
    }

    fn problem(&mut self, problem: SourceProblem) {
        self.live.problem(problem.clone());
        self.problems.push(problem);
    }

    /// A call was made. Gives the id by which it is known here.
    pub fn exchange(&mut self, exchange: &Exchange) -> ExchangeId {
        let id = ExchangeId(self.next);
        let mut exchange = exchange.clone();
        (exchange.id, exchange.index) = (id, self.next);
        self.next += 1;
        self.live.exchange(exchange);
        id
    }

    /// Looks for what was written since the last time.
    pub fn look(&mut self) {
        for noticed in self.watch.poll(now::utc_ns()) {
            match noticed {
                Noticed::Log { path, log } | Noticed::Rotated { path, log, .. } => drop(self.live.log(&path, log)),
                Noticed::Records { path, .. } => drop(self.live.records(&path)),
                Noticed::Dump { path, bytes } => {
                    let dumps = dump::read(&bytes, Synonyms::standard()).dumps;
                    drop(self.live.dumps(&path, bytes.len() as u64, dumps));
                }
                Noticed::Problem(problem) => self.problem(problem),
                // Nothing was read before.
                Noticed::GoesOn { .. } => {}
                // What threads do at that moment explains no call.
                Noticed::Threads { .. } | Noticed::Unread { .. } => {}
            }
        }
    }

    /// What is concluded of the calls. Where paths are followed, records of those that failed are waited for a moment.
    pub fn conclude(&mut self) -> Investigation {
        let mut until = Instant::now() + PATIENCE;
        let mut all_explained = false;
        loop {
            self.look();
            let (investigation, _) = self.live.investigate();
            let failed = self.live.gathered().exchanges.iter().filter(|exchange| exchange.failed()).count();
            let caused = |finding: &Finding, by: fn(&EventRef) -> bool| {
                let cause = finding.evidence.iter().any(|e| e.role == EvidenceRole::Cause && by(&e.event));
                // What is as good as a guess may be a failure of before, and what explains this one is still to come.
                finding.kind == FindingKind::Verdict && finding.exchange.is_some() && cause && finding.confidence > 0.5
            };
            let count = |by| investigation.findings.iter().filter(|finding| caused(finding, by)).count();
            let explained = count(|event| !matches!(event, EventRef::Exchange(_))) >= failed;
            let whole = count(|event| matches!(event, EventRef::Dump(_))) >= failed;
            if explained && !all_explained {
                all_explained = true;
                until = until.min(Instant::now() + FOR_DUMPS);
            }
            if !self.follows || whole || Instant::now() >= until {
                return investigation;
            }
            std::thread::sleep(POLL);
        }
    }

    /// The calls and everything that was followed.
    #[must_use]
    pub fn gathered(&self) -> &Gathered {
        self.live.gathered()
    }

    /// What could not be read, since this was last asked.
    pub fn problems(&mut self) -> Vec<SourceProblem> {
        std::mem::take(&mut self.problems)
    }
}

#[cfg(test)]
mod tests {
    use std::fs::OpenOptions;
    use std::io::Write as _;

    use super::*;

    #[test]
    fn what_was_being_written_when_following_began_belongs_to_no_call() {
        let folder = tempfile::tempdir().expect("a folder");
        let (log, dump) = (folder.path().join("mws.log"), folder.path().join("CRS008.dump"));
        let record = |at: &str, text: &str| format!("2026-01-13 10:15:{at} ERROR [w-1] a.b.C - {text}\n");
        let texts = ["one", "two", "three"].map(|text| record("00,000", text));
        std::fs::write(&log, texts.concat()).expect("written");
        let written = "Program: CRS008\nUser: MWSUSR\njava.lang.NullPointerException\n\tat mvx.app.pgm.CRS008.PECHK(CRS008.java:7)\n";
        std::fs::write(&dump, written).expect("written");
        let paths = vec![folder.path().to_owned()];
        let mut beside = Beside::new("calls", paths, None, timeline::Options::default());
        for _ in 0..2 {
            beside.look();
        }
        let told = |beside: &Beside| -> Vec<String> {
            let (_, records) = &beside.gathered().logs[0];
            (0..records.len()).filter_map(|n| records.read(n).ok()).map(|record| record.message).collect()
        };
        assert_eq!((told(&beside), beside.gathered().dumps.len()), (Vec::new(), 0));
        let mut more = OpenOptions::new().append(true).open(&log).expect("there");
        more.write_all((record("01,000", "four") + &record("01,100", "five")).as_bytes()).expect("written");
        std::fs::write(folder.path().join("CRS008-2.dump"), written).expect("written");
        for _ in 0..3 {
            beside.look();
        }
        assert_eq!((told(&beside), beside.gathered().dumps.len()), (vec!["four".to_owned()], 1));
        // The last one closes after a while in which nothing comes.
        std::thread::sleep(Duration::from_millis(350));
        beside.look();
        assert_eq!(told(&beside), ["four", "five"]);
    }
}
