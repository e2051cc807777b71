//! DEBUG and TRACE are on: good for this investigation, bad if left.

use super::evidence::note;
use super::{Check, Rule, Whole};
use crate::model::{EventRef, Evidence, EvidenceRole, Finding, Layer, Place, Severity};

pub(super) const RULE: Rule = Rule {
    name: "debug-left-on",
    symptom: "A log of which a good part is DEBUG or TRACE",
    cause: "The Grid's log levels are switches that stay on until somebody turns them off; DEBUG and TRACE fill disks and slow calls",
    remedy: "Grid administrator: turn DEBUG and TRACE off again in Grid Management (Logging > Log Levels) once the failure is caught",
    source: "docs.infor.com, ION Grid administration, Log Levels",
    confirm: "The levels of the newest records",
    check: Check::Whole(check),
};

/// A few such records are somebody's trial; a tenth of a log is a switch left on.
const SHARE: f64 = 0.1;
const FEWEST: usize = 50;

fn check(whole: &Whole<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for (source, records) in &whole.gathered.logs {
        let (mut fine, mut last) = (0_usize, None);
        let all = records.len();
        for n in 0..all {
            let Some(head) = records.head(n) else { break };
            if matches!(head.severity, Severity::Trace | Severity::Debug) {
                fine += 1;
                last = Some((n, head));
            }
        }
        let Some((n, head)) = last.filter(|_| fine >= FEWEST && fine as f64 >= all as f64 * SHARE) else { continue };
        let path = whole.gathered.path(*source);
        let place = Place { source: path.to_owned(), line: Some(head.line), at: head.stamp, ..Place::default() };
        let event = EventRef::Record(*source, n);
        let evidence = Evidence { event, role: EvidenceRole::Context, score: 1.0, why: vec!["level"], place };
        let title = format!("{path}: {fine} of {all} records are DEBUG or TRACE");
        found.push(note(&RULE, Layer::Configuration, title, vec![evidence]));
    }
    found
}
