//! Without any exchange: a stack trace in the log is all there is.

use mwscope_parsers::trace::Trace;

use super::{Answer, Causes, Check, Draft, Failure, Rule, missing};
use crate::model::{Layer, Severity};
use crate::timeline::EpisodeKind;

pub(super) const RULE: Rule = Rule {
    name: "stack-trace",
    symptom: "A Java stack trace in the log, and no recording of a call",
    cause: "Something broke where the innermost cause points; whose call it was isn't known",
    remedy: "Whoever owns the package at the top of the innermost cause",
    source: "Java's own form of traces; package names in public M3 projects",
    confirm: "The same trace at the time at which the customer saw the failure",
    check: Check::Failure(check),
};

fn check(failure: &Failure<'_>) -> Answer {
    let is_trace = failure.exchange.is_none() && failure.is(EpisodeKind::Trace);
    if !is_trace || super::handled_trace::is_handled(failure) {
        return Answer::Clear;
    }
    let trace = failure.cause().and_then(|e| e.record.trace.as_ref());
    let (Some(trace), Some((root, top))) = (trace, thrown(failure)) else { return Answer::Clear };
    let owner = owner(trace).unwrap_or(top);
    let layer = layer(trace.m3_frame().is_some(), root, owner);
    let place = failure.place().unwrap_or_default();
    let known = super::known::explain(trace);
    let mut reasons = vec![format!("the innermost cause is {root}, thrown in {top}")];
    reasons.extend(known.as_ref().map(|advice| format!("a known exception: {}", advice.rule)));
    let cause = known.as_ref().map(|advice| format!(" {}", advice.cause)).unwrap_or_default();
    let whoever = || format!("Whoever owns {owner}; to tie it to a call, ask for the {}.", missing::RECORDING);
    Answer::found(Draft {
        layer,
        confidence: 0.6,
        severity: Severity::Error,
        title: format!("{root} in {owner}"),
        reasons,
        explanation: format!("{place} shows {root}, thrown in {top}.{cause}"),
        advice: known.map_or_else(whoever, |advice| advice.remedy),
        causes: Causes::RECORD,
    })
}

/// The innermost cause of a failure's trace, and the class that threw it.
pub(super) fn thrown<'a>(failure: &Failure<'a>) -> Option<(&'a str, &'a str)> {
    let trace = failure.cause()?.record.trace.as_ref()?;
    let root = trace.root().map_or("", |r| r.exception.as_str());
    let top = trace.inner_first().find_map(|t| t.frames.first()).map_or("", |f| f.class.as_str());
    Some((root, top))
}

/// The class on whose behalf Java's own classes threw: the innermost one in a trace that isn't Java's.
fn owner(trace: &Trace) -> Option<&str> {
    const OF_JAVA: [&str; 7] = ["java.", "javax.", "sun.", "com.sun.", "jdk.", "org.w3c.", "org.xml."];
    let classes = trace.inner_first().flat_map(|t| &t.frames).map(|frame| frame.class.as_str());
    classes.into_iter().find(|class| !OF_JAVA.iter().any(|own| class.starts_with(own)))
}

fn layer(in_m3: bool, root: &str, top: &str) -> Layer {
    if root.contains("SSLHandshake") || root.contains("certpath") || root.contains("ValidatorException") {
        return Layer::Tls;
    }
    if root.starts_with("java.net.") {
        return Layer::Network;
    }
    if in_m3 || top.starts_with("mvx.") {
        return Layer::M3Program;
    }
    let of_server = ["com.lawson.", "org.apache.cxf.", "com.intentia.", "com.infor."];
    if of_server.iter().any(|p| top.starts_with(p)) { Layer::MwsRuntime } else { Layer::Unknown }
}
