//! What stays the same of the dump or stack trace that a call left in what is followed meanwhile: by it `--minimise` tells
//! two failures apart whose answers are alike.

use std::time::{Duration, Instant};

use crate::engine::Beside;
use crate::model::{Exchange, Gathered};

/// A server writes its dump behind the answer, as a rule within this time.
const PATIENCE: Duration = Duration::from_millis(1500);
const LOOK: Duration = Duration::from_millis(50);

/// The followed paths, and how far they were read.
pub(super) struct Fingerprints {
    beside: Beside,
    /// Failures after which something was written, and those after which nothing was.
    written: usize,
    silent: usize,
}

/// How many dumps there are, and records of each log.
type Read = (usize, Vec<usize>);

impl Fingerprints {
    pub(super) fn new(beside: Beside) -> Self {
        Self { beside, written: 0, silent: 0 }
    }

    /// The fingerprint of what was written for a call that failed.
    pub(super) fn of(&mut self, exchange: &Exchange) -> Option<String> {
        let before = self.read();
        self.beside.look();
        if !exchange.failed() {
            return None;
        }
        let until = Instant::now() + PATIENCE;
        loop {
            if let Some(found) = found(self.beside.gathered(), &before) {
                self.written += 1;
                return Some(found);
            }
            // Where the failures leave nothing behind nothing is waited for.
            if Instant::now() >= until || (self.written == 0 && self.silent >= 3) {
                self.silent += 1;
                return None;
            }
            std::thread::sleep(LOOK);
            self.beside.look();
        }
    }

    fn read(&self) -> Read {
        let gathered = self.beside.gathered();
        (gathered.dumps.len(), gathered.logs.iter().map(|(_, records)| records.len()).collect())
    }
}

fn found(gathered: &Gathered, (dumps, records): &Read) -> Option<String> {
    if let Some(dump) = gathered.dumps.get(*dumps) {
        let dump = &dump.dump;
        let parts = [&dump.program, &dump.exception, &dump.failed_at];
        let parts: Vec<_> = parts.into_iter().flatten().map(String::as_str).collect();
        return Some(parts.join(" "));
    }
    for (n, (_, log)) in gathered.logs.iter().enumerate() {
        let from = records.get(n).copied().unwrap_or_default();
        let traces = (from..log.len()).filter_map(|n| log.read(n).ok()?.trace);
        if let Some(trace) = traces.into_iter().next() {
            let exception = trace.throwables.first().map_or("", |throwable| throwable.exception.as_str());
            return Some(format!("{exception} {}", trace.fingerprint()));
        }
    }
    None
}
