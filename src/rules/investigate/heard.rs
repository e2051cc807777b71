//! What the records of a thread say of the call it served, for incidents of which no recording exists.

use std::sync::{Arc, LazyLock};

use mwscope_parsers::dump;
use mwscope_parsers::log::Severity;
use mwscope_parsers::m3::{mpd, names};
use regex::Regex;

use crate::model::CallInLog;
use crate::rules::failure::shortened;
use crate::timeline::Entry;

/// Service, operation, program and fault, as far as the records name them. Nothing is guessed: a word counts only in
/// the places where a service or an operation is named as such, and in the records of this call.
pub(in crate::rules) fn call(thread: &[Arc<Entry>]) -> Option<CallInLog> {
    let mut call = CallInLog::default();
    for entry in of_last_call(thread).iter().rev() {
        let text = entry.record.text.as_str();
        if call.service.is_none() && call.operation.is_none() {
            named(text, &mut call);
        }
        let plain = text.split('<').next().unwrap_or(text);
        call.service = call.service.take().or_else(|| found(&SERVICE, plain));
        // A dump within the record names the operation of the program that failed: `READ_DSP`.
        let of_call = |operation: &String| !dump::is_operation(operation);
        call.operation = call.operation.take().or_else(|| found(&OPERATION, plain).filter(of_call));
        if let Some(block) = mpd::find(text).into_iter().next() {
            call.service = call.service.take().or(block.service);
            call.operation = call.operation.take().or(block.operation);
            call.program = call.program.take().or_else(|| block.programs.into_iter().next());
        }
    }
    let fault = |entry: &Arc<Entry>| found(&FAULT, &entry.record.text).map(|f| shortened(f.trim(), 200));
    call.fault = thread.iter().find_map(fault);
    // `Facility.Create` names the operation, once the service is known.
    if let (Some(service), None) = (&call.service, &call.operation) {
        call.operation = thread.iter().find_map(|e| after_service(&e.record.text, service));
    }
    (call != CallInLog::default()).then_some(call)
}

/// The records of the call that failed: up to the last trouble, and nothing of a call that ended before on this thread.
fn of_last_call(thread: &[Arc<Entry>]) -> &[Arc<Entry>] {
    let is_grave = |entry: &Arc<Entry>| entry.record.head.severity >= Severity::Warn;
    let to = thread.iter().rposition(is_grave).map_or(thread.len(), |last| last + 1);
    let first_grave = thread[..to].iter().position(is_grave).unwrap_or(to);
    let ended = |entry: &Arc<Entry>| !is_grave(entry) && ENDED.as_ref().is_some_and(|p| p.is_match(&entry.record.text));
    let from = thread[..first_grave].iter().rposition(ended).map_or(0, |last| last + 1);
    &thread[from..to]
}

/// Service and operation, or program and transaction, where a record names the two together: `{http://HOST/Service}Operation`,
/// `Operation@Service <USER>`, and `Service/Operation` or `Service.Operation` behind a word for a call or before one for
/// its user.
fn named(text: &str, call: &mut CallInLog) {
    let pair = [&QUALIFIED, &CALLED, &OF_USER].into_iter().find_map(|pattern| {
        let captures = pattern.as_ref()?.captures(text)?;
        Some([captures[1].to_owned(), captures[2].to_owned()])
    });
    let turned = || {
        let captures = AT_SERVICE.as_ref()?.captures(text)?;
        Some([captures[2].to_owned(), captures[1].to_owned()])
    };
    let Some([service, operation]) = pair.or_else(turned) else { return };
    call.operation = Some(operation);
    let named = if names::is_program(&service) { &mut call.program } else { &mut call.service };
    *named = Some(service);
}

static QUALIFIED: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\{https?://[^}\s]*/([A-Za-z][\w-]+)\}([A-Za-z]\w+)").ok());
static CALLED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?:->|<-|\b(?i:begins?|began|starts?|started|calls?|calling|called|invoked?|invoking|incoming|received|requests?|fault|failed)):? +([A-Za-z][\w-]+)[/.#]([A-Z]\w+)(?:[\s,;:()\[\]<]|$)",
    )
    .ok()
});
static OF_USER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?:^|[\s\[(])([A-Za-z][\w-]+)[/.#]([A-Z]\w+) *[,;(]? *(?:user|usr|as|by|for)\b").ok()
});
static AT_SERVICE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\b([A-Za-z]\w+)@([A-Za-z][\w-]+) +<\w+>").ok());
static ENDED: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)\b(?:ended|ends?|completed|finished|done|took)\b|\d ?ms\b|\bms[=:]").ok());
static SERVICE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?:/services/|/(?:mws|lws)-ws/[\w-]+/|/ips/service/|\b(?:[Ss]ervice|svc)[ =:]+[\x22']?)([A-Za-z][\w-]+)",
    )
    .ok()
});
static OPERATION: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\b(?:[Oo]peration[ =:]+|(?:op|opr|oper)[=:] *)[\x22']?([A-Za-z]\w+)").ok());
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
