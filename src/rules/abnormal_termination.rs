//! A program ended abnormally: the failing call took M3 BE down the path that wrote a dump.

use super::failure::shortened;
use super::{Answer, Causes, Check, Draft, Failure, Rule, missing};
use crate::model::{Layer, Severity};
use crate::timeline::{EpisodeKind, JoinedDump};

pub(super) const RULE: Rule = Rule {
    name: "abnormal-termination",
    symptom: "The caller gets Unable to execute MPD! or another general fault; the log says Abnormal termination of \
              mvx.app.pgm... Dump log created: with a path",
    cause: "The M3 program broke while it worked on the call; MWS only passes on that it could not go on",
    remedy: "M3 developer or Infor support: read the dump at the operation it names, and compare the program's version with \
             the latest fix. Where the first M3 frame is customer code, its author",
    source: "m3ideas.org, Troubleshooting M3 Web Services (2017)",
    confirm: "Run the same step in the program by hand with the same values, company and user; it breaks there too",
    check: Check::Failure(check),
};

fn check(failure: &Failure<'_>) -> Answer {
    let crashed = failure.is(EpisodeKind::Abnormal);
    let dump_alone = failure.dump().is_some_and(|(_, j)| j.some >= 0.5) && !says_otherwise(failure);
    if !crashed && !dump_alone {
        return named_in_the_fault(failure);
    }
    let program = failure.program().unwrap_or_else(|| "an M3 program".to_owned());
    let of_dump = failure.dump().map(|(_, j)| j.confidence);
    // Title and advice speak of the dump: they are no surer than that it is the right one.
    let join = match of_dump {
        Some(of_dump) if crashed => failure.join.confidence.min(of_dump),
        None if crashed => failure.join.confidence,
        of_dump => of_dump.unwrap_or(0.0),
    };
    Answer::found(Draft {
        layer: Layer::M3Program,
        confidence: join * if crashed { 0.99 } else { 0.9 },
        severity: Severity::Error,
        title: title(failure, &program),
        reasons: reasons(failure, crashed),
        explanation: explanation(failure, &program),
        advice: advice(failure, &program),
        causes: Causes { exchange: false, record: crashed, dump: true },
    })
}

/// Whether the answer gives a reason of its own, or comes from who turned the call away or gave it up: that weighs more
/// than a dump which only program, user and time tie to the call.
fn says_otherwise(failure: &Failure<'_>) -> bool {
    let Some(exchange) = failure.exchange else { return false };
    let tied = failure.dump().is_some_and(|(_, j)| j.why.iter().any(|why| ["fields", "id"].contains(why)));
    let elsewhere = matches!(failure.status(), Some(401 | 403 | 407 | 408 | 502..=504));
    let words = failure.fault_words();
    let refused = failure.fault().is_some_and(super::business_message::is_a_message)
        || crate::timeline::not_readable(&words)
        || crate::timeline::out_of_step(&words)
        || exchange.call.nok.is_some()
        || words.contains("ALREADY EXIST")
        || super::definition_error::says_so(&words);
    !tied && (elsewhere || refused)
}

/// Whether the dump may as well be another crash's.
fn is_doubtful(joined: &JoinedDump) -> bool {
    joined.confidence <= 0.5
}

/// The fault itself may say it, where nothing else is at hand.
fn named_in_the_fault(failure: &Failure<'_>) -> Answer {
    let words = failure.fault_words();
    if !(words.contains("ABNORMAL TERMINATION") || words.contains("DUMP LOG CREATED") || words.contains("MVX.APP.PGM."))
    {
        return Answer::Clear;
    }
    let program = failure.program().unwrap_or_else(|| "an M3 program".to_owned());
    Answer::found(Draft {
        layer: Layer::M3Program,
        confidence: 0.85,
        severity: Severity::Error,
        title: format!("{program} ended abnormally"),
        reasons: vec!["the fault itself says so; no log record or dump of it is at hand".to_owned()],
        explanation: format!("{} failed because {program} ended abnormally, as its fault says.", failure.what()),
        advice: format!("Ask the M3 administrator for the {} and the {}.", missing::DUMP, missing::LOG),
        causes: Causes::ANSWER,
    })
}

fn title(failure: &Failure<'_>, program: &str) -> String {
    let dump = failure.dump().filter(|(_, joined)| !is_doubtful(joined)).map(|(d, _)| &d.dump);
    let exception =
        dump.and_then(|d| d.exception.as_deref()).map(|e| format!(" with {}", simple(e))).unwrap_or_default();
    let at = dump.and_then(|d| d.failed_at.as_deref()).map(|a| format!(" at {a}")).unwrap_or_default();
    format!("{program} ended abnormally{exception}{at}")
}

fn simple(class: &str) -> &str {
    class.rsplit('.').next().unwrap_or(class)
}

fn reasons(failure: &Failure<'_>, crashed: bool) -> Vec<String> {
    let mut reasons = Vec::new();
    if crashed {
        reasons.push("the log says that the program ended abnormally".to_owned());
        if failure.exchange.is_some() && !failure.join.why.is_empty() {
            reasons.push(format!("the record belongs to this call by {}", failure.join.why.join(", ")));
        }
    } else if failure.exchange.is_some() {
        reasons.push("a dump of the program was written while the call ran; no log record names it".to_owned());
    } else {
        reasons.push("a dump of the program was written; no log record names it".to_owned());
        return reasons;
    }
    match failure.dump() {
        Some((_, joined)) if joined.why.contains(&"dump path") => {
            reasons.push("the record names the dump by its path".to_owned());
        }
        Some((_, joined)) if is_doubtful(joined) => {
            reasons.push(format!("no record names the dump; only {} speak for it", joined.why.join(", ")));
        }
        Some((_, joined)) => reasons.push(format!("the dump belongs to it by {}", joined.why.join(", "))),
        None => {}
    }
    if !failure.join.rivals.is_empty() {
        reasons.push("other records or dumps fit nearly as well, and are named".to_owned());
    }
    reasons
}

fn explanation(failure: &Failure<'_>, program: &str) -> String {
    let mut text = match failure.operation() {
        Some(_) => format!("{} failed because {program} ended abnormally", failure.what()),
        None => match failure.user() {
            Some(user) => format!("{program} ended abnormally for {user}"),
            None => format!("{program} ended abnormally"),
        },
    };
    if let Some(place) = failure.place().filter(|_| failure.is(EpisodeKind::Abnormal)) {
        text.push_str(&format!(" ({place})"));
    }
    text.push('.');
    let Some((dump, joined)) = failure.dump() else {
        if let Some(path) = failure.episode.and_then(|e| e.dump_path.as_ref()) {
            text.push_str(&format!(" Its dump {path} is not among the files."));
        }
        return text;
    };
    let path = failure.gathered.path(dump.source);
    let exception = dump.dump.exception.as_deref().unwrap_or("no exception that could be read");
    let doubt = if is_doubtful(joined) { ", which may be another crash's," } else { "" };
    text.push_str(&format!(" The dump {path}{doubt} shows {}", shortened(exception, 120)));
    if let Some(at) = &dump.dump.failed_at {
        text.push_str(&format!(" at {at}"));
    }
    text.push_str(&format!(", in {} code.", if dump.dump.customer_code { "customer" } else { "standard" }));
    text
}

fn advice(failure: &Failure<'_>, program: &str) -> String {
    match failure.dump() {
        Some((_, joined)) if is_doubtful(joined) => format!(
            "M3 administrator: make sure whose the dump is, or find the right one ({}). Then the M3 developer takes over.",
            missing::DUMP
        ),
        Some((dump, _)) if dump.dump.customer_code => format!(
            "The author of the modification: look at {program} where the dump's first customer frame points, with the \
             values of this call. Send the dump and this report."
        ),
        Some((dump, _)) => {
            let version = dump.dump.version.as_deref().map(|v| format!(" (version {v})")).unwrap_or_default();
            format!(
                "M3 developer or Infor support: send the dump and this report; {program}{version} broke in standard code. \
                 Check first whether the same step works in the program itself with the same values."
            )
        }
        None => format!("Ask the M3 administrator for the dump: {}. Then the M3 developer takes over.", missing::DUMP),
    }
}
