//! What the records of a thread say of the call it served, for incidents of which no recording exists.

use std::sync::LazyLock;

use mwscope_parsers::m3::mpd;
use regex::Regex;

use crate::model::CallInLog;
use crate::rules::failure::shortened;
use crate::timeline::Entry;

/// Service, operation, company and fault, as far as the records name them. Nothing is guessed: a word counts only in
/// the places where a service or an operation is named as such.
pub(in crate::rules) fn call(thread: &[Entry]) -> Option<CallInLog> {
    let mut call = CallInLog::default();
    for entry in thread {
        let text = entry.record.text.as_str();
        let plain = text.split('<').next().unwrap_or(text);
        call.service = call.service.take().or_else(|| found(&SERVICE, plain));
        call.operation = call.operation.take().or_else(|| found(&OPERATION, plain));
        if let Some(block) = mpd::find(text).into_iter().next() {
            call.service = call.service.take().or(block.service);
            call.operation = call.operation.take().or(block.operation);
            call.program = call.program.take().or_else(|| block.programs.into_iter().next());
        }
        call.fault = call.fault.take().or_else(|| found(&FAULT, text).map(|f| shortened(f.trim(), 200)));
    }
    // `Facility.Create` names the operation, once the service is known.
    if let (Some(service), None) = (&call.service, &call.operation) {
        call.operation = thread.iter().find_map(|e| after_service(&e.record.text, service));
    }
    (call != CallInLog::default()).then_some(call)
}

static SERVICE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?:/services/|/(?:mws|lws)-ws/[\w-]+/|/ips/service/|\b[Ss]ervice[ =:]+[\x22']?)([A-Za-z][\w-]+)").ok()
});
static OPERATION: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\b[Oo]peration[ =:]+[\x22']?([A-Za-z]\w+)").ok());
static FAULT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:\bfault(?:string)?\s*[:=]\s*([^\r\n<]+)|(unable to execute mp?d[dp]?!?))").ok()
});

fn found(pattern: &LazyLock<Option<Regex>>, text: &str) -> Option<String> {
    let captures = pattern.as_ref()?.captures(text)?;
    captures.iter().skip(1).flatten().next().map(|m| m.as_str().to_owned())
}

fn after_service(text: &str, service: &str) -> Option<String> {
    let rest = text.split_once(service)?.1.strip_prefix('.')?;
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    (end > 0).then(|| rest[..end].to_owned())
}
