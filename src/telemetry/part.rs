//! Parts of the evidence, for who hands it on while it grows: a call with all that belongs to it, a dump, a finding that
//! is about no call.

use std::io;

use super::{Item, Masking, Telemetry};
use crate::model::{DumpId, EventRef, ExchangeId, Finding, SourceId};

impl Telemetry<'_> {
    /// A call, what was concluded of it, and the records that this rests on or that its threads wrote while it ran.
    ///
    /// # Errors
    /// When the system gives no random bytes for masks.
    pub fn of_call(&self, id: ExchangeId, masking: &Masking<'_>) -> io::Result<Vec<Item>> {
        let Some(exchange) = self.around.gathered.exchange(id) else { return Ok(Vec::new()) };
        let mut items: Vec<Item> = self.call(&(masking.exchange)(exchange)?, masking).into_iter().collect();
        let findings: Vec<&Finding> =
            self.around.investigation.findings.iter().filter(|finding| finding.exchange == Some(id)).collect();
        items.extend(findings.iter().filter_map(|f| self.finding(f, EventRef::Exchange(id), masking)));
        let mut records: Vec<_> = findings.iter().flat_map(|finding| records(finding)).collect();
        records.extend(self.served_by_its_threads(id));
        records.sort_unstable();
        records.dedup();
        items.extend(records.into_iter().filter_map(|(source, n)| self.nth(source, n, masking)));
        Ok(items)
    }

    /// A dump.
    #[must_use]
    pub fn of_dump(&self, id: DumpId, masking: &Masking<'_>) -> Option<Item> {
        self.dump(self.around.gathered.dump(id)?, masking)
    }

    /// A finding that is about no call, and the records that it rests on.
    #[must_use]
    pub fn of_finding(&self, finding: &Finding, masking: &Masking<'_>) -> Vec<Item> {
        let Some(first) = finding.evidence.first() else { return Vec::new() };
        let mut items: Vec<Item> = self.finding(finding, first.event, masking).into_iter().collect();
        items.extend(records(finding).filter_map(|(source, n)| self.nth(source, n, masking)));
        items
    }

    fn nth(&self, source: SourceId, n: usize, masking: &Masking<'_>) -> Option<Item> {
        let record = self.around.gathered.log(source)?.read(n).ok()?;
        self.record(source, n, &record, masking)
    }

    /// The records of a call's threads in its time.
    fn served_by_its_threads(&self, id: ExchangeId) -> Vec<(SourceId, usize)> {
        let mut found = Vec::new();
        for ((source, thread), calls) in &self.served {
            let Some(records) = self.around.gathered.log(*source) else { continue };
            for span in calls.iter().filter(|span| span.call == id) {
                for (n, moment) in self.around.records_between(*source, (span.from, span.to)) {
                    let within = (span.from..=span.to).contains(&moment.utc_ns);
                    let same = |n| records.read(n).is_ok_and(|record| record.thread.as_ref() == Some(thread));
                    if within && same(n) {
                        found.push((*source, n));
                    }
                }
            }
        }
        found
    }
}

fn records(finding: &Finding) -> impl Iterator<Item = (SourceId, usize)> {
    finding.evidence.iter().filter_map(|evidence| match evidence.event {
        EventRef::Record(source, n) => Some((source, n)),
        EventRef::Exchange(_) | EventRef::Dump(_) | EventRef::Threads(_) | EventRef::Stream(_) => None,
    })
}
