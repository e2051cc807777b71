//! MWS can't reach what lies behind it: M3 BE, a database, another host.

use super::{Answer, Causes, Check, Draft, Failure, Rule};
use crate::model::{Exchange, Layer, Severity};

pub(super) const RULE: Rule = Rule {
    name: "m3-unreachable",
    symptom: "A fault or a record on the call's thread: ConnectException, Connection refused, UnknownHostException, No route to host",
    cause: "What MWS calls is down, or listens elsewhere: service configurations hold the host's address and don't follow when it changes",
    remedy: "Grid administrator: is that host and port up? Where its address changed, edit each service's configuration",
    source: "docs.infor.com, MWS administration (services fail after the application server's address changed)",
    confirm: "mwscope probe HOST:PORT from the MWS host",
    check: Check::Failure(check),
};

const WORDS: [&str; 5] =
    ["CONNECTEXCEPTION", "CONNECTION REFUSED", "UNKNOWNHOSTEXCEPTION", "NO ROUTE TO HOST", "NOROUTETOHOST"];

fn check(failure: &Failure<'_>) -> Answer {
    let Some(exchange) = failure.exchange.filter(|x| x.status().is_some_and(|s| s >= 500)) else {
        return Answer::Clear;
    };
    let in_fault = says_so(&failure.fault_words());
    let crashed = failure.is(crate::timeline::EpisodeKind::Abnormal);
    let in_log = failure.join.confidence >= 0.5 && !crashed && says_so(failure.log_words());
    if !in_fault && !in_log {
        return Answer::Clear;
    }
    let said = if in_fault { failure.fault().map(str::to_owned) } else { failure.said() };
    let said = super::failure::shortened(said.as_deref().unwrap_or("the connection was refused").trim(), 140);
    let place = failure.place().filter(|_| in_log).map(|p| format!(" ({p})")).unwrap_or_default();
    let all = failure.gathered.exchanges.iter().filter(|x| is_mws(x));
    let all_fail = all.clone().count() > 2 && all.clone().all(|x| x.failed() || x.challenge);
    let mut reasons = vec![format!("the server says that it couldn't connect{place}: {said}")];
    if all_fail {
        reasons.push("every recorded call to MWS fails, which points at an address that changed".to_owned());
    }
    Answer::found(Draft {
        layer: Layer::MwsRuntime,
        confidence: if in_fault { 0.92 } else { 0.9 * failure.join.confidence },
        severity: Severity::Error,
        title: format!("The server couldn't reach what lies behind it: {said}"),
        reasons,
        explanation: format!(
            "{} failed because MWS couldn't connect{place}: {}.",
            failure.what(),
            said.trim_end_matches('.')
        ),
        advice: format!(
            "Grid administrator: is what {} needs up and listening at that address? Where a host's address changed, edit each service's \
             configuration.",
            exchange.call.service.as_deref().unwrap_or("the service")
        ),
        causes: Causes { exchange: in_fault, record: failure.episode.is_some(), dump: false },
    })
}

fn says_so(words: &str) -> bool {
    WORDS.iter().any(|w| words.contains(w))
}

fn is_mws(exchange: &Exchange) -> bool {
    exchange.path().contains("-ws/")
}
