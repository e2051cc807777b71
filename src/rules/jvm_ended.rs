//! The Java VM itself died, and wrote why.

use super::evidence::{note, of_threads};
use super::failure::shortened;
use super::{Check, Rule, Whole};
use crate::model::{Finding, Layer, Severity, ThreadsId};

pub(super) const RULE: Rule = Rule {
    name: "jvm-ended",
    symptom: "A file hs_err_pidN.log: A fatal error has been detected by the Java Runtime Environment, with a signal or an internal error",
    cause: "The Java VM ended by a signal or an error of its own: all calls that the process served broke off with it, and no \
            program or service writes anything of that",
    remedy: "Grid administrator: send the file to the vendor of the Java VM or of the library in the problematic frame, and compare \
             the VM's version with its latest update",
    source: "Java Platform, Troubleshooting Guide: Fatal Error Log",
    confirm: "The process is gone or has a new id since that time; the logs of the node end there",
    check: Check::Whole(check),
};

fn check(whole: &Whole<'_>) -> Vec<Finding> {
    let dumps = whole.gathered.threads.iter().enumerate();
    let deaths = dumps.filter_map(|(n, (source, dump))| Some((ThreadsId(n), *source, dump, dump.death.as_ref()?)));
    let notes = deaths.map(|(id, source, dump, death)| {
        let thread = death.thread.as_ref().map(|thread| format!(" on thread {thread}")).unwrap_or_default();
        let frame = death.frame.as_ref().map(|frame| format!(" in {}", frame.trim())).unwrap_or_default();
        let title = format!("The Java VM ended by {}{frame}{thread}", shortened(death.cause.trim(), 120));
        let evidence = of_threads(whole, id, source, dump, title.clone());
        let mut finding = note(&RULE, Layer::MwsRuntime, title, vec![evidence]);
        finding.severity = Severity::Error;
        finding
    });
    notes.collect()
}
