//! Threads that wait for each other for ever, in a thread dump.

use super::evidence::{note, of_threads};
use super::{Check, Rule, Whole};
use crate::model::{Finding, Layer, ThreadsId};

pub(super) const RULE: Rule = Rule {
    name: "deadlock",
    symptom: "A thread dump in which threads wait for locks that the next of them holds, in a circle",
    cause: "Each of the threads holds what another one needs: none of them goes on, nor does any call they serve, until the \
            process is restarted",
    remedy: "Grid administrator: restart the node; whoever owns the classes on the threads mends the order in which they lock",
    source: "Java Platform, Troubleshooting Guide: Detect Deadlocks",
    confirm: "mwscope threads FILE shows the locks and who holds them; a second dump a minute later shows the same threads there",
    check: Check::Whole(check),
};

/// So many threads of a circle are named.
const NAMED: usize = 6;

fn check(whole: &Whole<'_>) -> Vec<Finding> {
    let dumps = whole.gathered.threads.iter().enumerate();
    let dumps = dumps.map(|(n, (source, dump))| (ThreadsId(n), *source, dump, dump.deadlocks()));
    let locked = dumps.filter(|(.., circles)| !circles.is_empty());
    let notes = locked.map(|(id, source, dump, circles)| {
        let circles: Vec<String> = circles.iter().map(|circle| named(circle)).collect();
        let title = format!("Deadlock: {} wait for each other", circles.join("; "));
        let evidence = of_threads(whole, id, source, dump, title.clone());
        note(&RULE, Layer::Unknown, title, vec![evidence])
    });
    notes.collect()
}

fn named(circle: &[String]) -> String {
    let more = circle.len().saturating_sub(NAMED);
    let names = circle.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    if more == 0 { names } else { format!("{names} and {more} more") }
}
