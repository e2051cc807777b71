//! A job's log that stops after four hours: its configuration ended, not the job.

use super::evidence::note;
use super::{Check, Rule, Whole};
use crate::model::{EventRef, Evidence, EvidenceRole, Finding, Layer, Place};

pub(super) const RULE: Rule = Rule {
    name: "joblog-ended",
    symptom: "A file whose name begins with JOBLOG- that ends four hours after it began",
    cause: "A job's log configuration is active for 4 hours and then removed by M3; the job goes on unlogged",
    remedy: "Whoever needs the rest: switch the job's log on again in M3, shortly before the failure is repeated",
    source: "docs.infor.com, M3 foundation: log configuration of a job",
    confirm: "The job is still there on the Business Engine's pages",
    check: Check::Whole(check),
};

const HOUR: i64 = 3_600_000_000_000;
/// The configuration is removed on the minute, and the last record may be a little older.
const SLACK: i64 = HOUR / 6;

fn check(whole: &Whole<'_>) -> Vec<Finding> {
    whole
        .joined
        .spans
        .iter()
        .filter_map(|(source, from, to)| {
            let path = whole.gathered.path(*source);
            let name = path.rsplit(['/', '\\', '!']).next().unwrap_or(path);
            let ended = name.to_ascii_uppercase().starts_with("JOBLOG-") && ((to - from) - 4 * HOUR).abs() <= SLACK;
            if !ended {
                return None;
            }
            let records = whole.gathered.log(*source)?;
            let n = records.len().checked_sub(1)?;
            let head = records.head(n)?;
            let place = Place { source: path.to_owned(), line: Some(head.line), at: head.stamp, ..Place::default() };
            let event = EventRef::Record(*source, n);
            let evidence = Evidence { event, role: EvidenceRole::Context, score: 1.0, why: vec!["time"], place };
            let title =
                format!("{path} ends after four hours: its configuration ran out, which says nothing of the job");
            Some(note(&RULE, Layer::Configuration, title, vec![evidence]))
        })
        .collect()
}
