//! MWS, the Grid or what lies under them broke, without a program's abnormal end.

use super::failure::shortened;
use super::{Answer, Causes, Check, Draft, Failure, Rule, missing};
use crate::model::{Layer, Severity};
use crate::timeline::EpisodeKind;

pub(super) const RULE: Rule = Rule {
    name: "runtime-exception",
    symptom: "A fault that sounds of something broken, or a stack trace of Grid or MWS classes on the call's thread",
    cause: "MWS could not reach M3, ran out of something, or broke itself",
    remedy: "Grid administrator: look at the exception on the call's thread; connections and time-outs point at M3 BE or the database",
    source: "Apache CXF and Grid class names",
    confirm: "The same exception stands in the log for other calls of that minute",
    check: Check::Failure(check),
};

fn check(failure: &Failure<'_>) -> Answer {
    // An MPD that couldn't be executed has rules of its own, which say what is missing where they can't tell.
    if failure.exchange.is_none() || super::mpd_in(&failure.fault_words()) {
        return Answer::Clear;
    }
    let fault = failure.fault().filter(|f| crate::timeline::sounds_broken(&f.to_ascii_uppercase()));
    let server_error = failure.status().is_some_and(|s| s >= 500);
    let traced = failure.episode.filter(|e| e.kind <= EpisodeKind::Error && server_error);
    if fault.is_none() && traced.is_none() {
        return Answer::Clear;
    }
    let trace = failure.cause().and_then(|e| e.record.trace.as_ref());
    let root = trace.and_then(|t| t.root().map(|r| r.exception.clone()));
    let of_m3 = trace.and_then(|t| t.m3_frame()).is_some() || failure.fault_words().contains("MVX.");
    let layer = if of_m3 { Layer::M3Program } else { Layer::MwsRuntime };
    let said = root.or_else(|| fault.map(|f| shortened(f, 140))).or_else(|| failure.said()).unwrap_or_default();
    let mut reasons = Vec::new();
    reasons.extend(fault.map(|f| format!("the fault says: {}", shortened(f, 160))));
    reasons.extend(failure.place().map(|p| format!("the call's thread wrote an error ({p})")));
    let place = failure.place().map(|p| format!(" ({p})")).unwrap_or_default();
    let known = trace.and_then(super::known::explain).or_else(|| fault.and_then(super::known::explain_named));
    let alone = if known.is_some() { 0.85 } else { 0.6 };
    reasons.extend(known.as_ref().map(|advice| format!("a known exception: {}", advice.rule)));
    let cause = known.as_ref().map(|advice| format!(" {}", advice.cause)).unwrap_or_default();
    Answer::found(Draft {
        layer,
        confidence: if traced.is_some() { 0.6 + 0.25 * failure.join.confidence } else { alone },
        severity: Severity::Error,
        title: format!("The server broke: {said}"),
        reasons,
        explanation: format!(
            "{} failed inside the server{place}: {}.{cause}",
            failure.what(),
            said.trim_end_matches('.')
        ),
        advice: if let Some(advice) = known {
            advice.remedy
        } else if traced.is_some() {
            "Grid administrator: follow the exception on the call's thread.".to_owned()
        } else {
            format!("Grid administrator: send the {}.", missing::LOG)
        },
        causes: Causes { exchange: traced.is_none(), record: true, dump: false },
    })
}
