//! DEBUG and TRACE are on: good for this investigation, bad if left.

use super::evidence::note;
use super::{Check, Rule, Whole};
use crate::model::{Block, EventRef, Evidence, EvidenceRole, Finding, Layer, Place};

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
const FEWEST: u64 = 50;

fn check(whole: &Whole<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for (source, records) in &whole.gathered.logs {
        let all = records.len();
        let blocks: Vec<Block> = records.blocks().collect();
        let fine: u64 =
            blocks.iter().flat_map(|block| block.kinds.iter()).filter(|k| k.severity.is_fine()).map(|k| k.count).sum();
        if fine < FEWEST || (fine as f64) < all as f64 * SHARE {
            continue;
        }
        let with_fine = blocks.iter().rev().find(|block| block.kinds.iter().any(|k| k.severity.is_fine()));
        let newest = with_fine.and_then(|block| {
            let heads = records.heads(block).ok()?;
            let nth = heads.iter().rposition(|head| head.severity.is_fine())?;
            Some((block.first + nth, heads[nth]))
        });
        let Some((n, head)) = newest else { continue };
        let path = whole.gathered.path(*source);
        let place = Place { source: path.to_owned(), line: Some(head.line), at: head.stamp, ..Place::default() };
        let event = EventRef::Record(*source, n);
        let evidence = Evidence { event, role: EvidenceRole::Context, score: 1.0, why: vec!["level"], place };
        let title = format!("{path}: {fine} of {all} records are DEBUG or TRACE");
        found.push(note(&RULE, Layer::Configuration, title, vec![evidence]));
    }
    found
}
