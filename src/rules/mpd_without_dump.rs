//! MWS could not execute an MPD and no program ended: the definition doesn't fit the program.

use super::{Answer, Causes, Check, Draft, Failure, Rule, missing};
use crate::model::{Layer, Severity};
use crate::timeline::EpisodeKind;

pub(super) const RULE: Rule = Rule {
    name: "mpd-without-dump",
    symptom: "The fault Unable to execute MPD!, and neither an abnormal termination nor a dump for it",
    cause: "The web service's panel sequence, mandatory inputs or constants (WWOPT2, WWPSEQ) don't fit the program as it runs, \
            often after the program was changed or a user's panel settings differ",
    remedy: "Designer of the web service, in MWS Designer: walk through the program by hand with the same user, correct the panel \
             sequence, select all mandatory and constant inputs, deploy again",
    source: "docs.infor.com, MWS Designer user guide (mandatory and constant input fields; panel sequence determines the parameters)",
    confirm: "Run the program in M3 with the call's user and values: the panels come in another order, or one asks for a field that \
              the service doesn't set",
    check: Check::Failure(check),
};

fn check(failure: &Failure<'_>) -> Answer {
    let in_fault = super::mpd_in(&failure.fault_words());
    if !in_fault && !failure.is(EpisodeKind::Mpd) {
        return Answer::Clear;
    }
    if failure.exchange.is_some() && !in_fault && failure.fault().is_some() {
        return Answer::Clear;
    }
    // A transaction or a program that couldn't be executed has no definition.
    if !in_fault && !failure.episode.is_some_and(|e| super::mpd_in(e.words())) {
        return Answer::Clear;
    }
    if failure.episode.is_none() {
        return unknown(failure);
    }
    let reason = failure.said().filter(|said| !super::mpd_in(&said.to_ascii_uppercase()));
    let named = failure.episode.and_then(|e| e.dump_path.as_ref());
    let sure = match (&reason, named) {
        (Some(_), _) => 0.92,
        (None, None) => 0.8,
        (None, Some(_)) => 0.5,
    };
    let mut reasons = vec!["the log has no abnormal termination for it, and no dump was written".to_owned()];
    reasons.extend(reason.as_ref().map(|r| format!("the thread wrote before it: {r}")));
    let program = failure.program().map(|p| format!(" of {p}")).unwrap_or_default();
    let place = failure.place().map(|p| format!(" ({p})")).unwrap_or_default();
    let said = reason.map_or_else(|| "The log gives no further reason.".to_owned(), |r| format!("The log says: {r}."));
    Answer::found(Draft {
        layer: Layer::ServiceDefinition,
        confidence: sure * (0.7 + 0.3 * failure.join.confidence),
        severity: Severity::Error,
        title: format!("The service's definition doesn't fit the panels{program}"),
        reasons,
        explanation: format!("{} could not be executed by MWS{place}, and no program broke. {said}", failure.what()),
        advice: "Designer of the web service: compare panel sequence, mandatory and constant inputs with the program as it runs \
                 for this user, mend the service in MWS Designer and deploy it again."
            .to_owned(),
        causes: Causes::RECORD,
    })
}

/// Without the log, a broken program and a definition out of step look the same.
fn unknown(failure: &Failure<'_>) -> Answer {
    let reason = if failure.join.covered {
        "MWS could not execute the MPD; the log covers the time of the call but holds neither the fault nor an abnormal \
         termination that belongs to it, and no dump fits"
    } else if failure.has_log() {
        "MWS could not execute the MPD; the logs at hand don't cover the time of the call"
    } else {
        "MWS could not execute the MPD; without a log, a broken program and a definition out of step look the same"
    };
    let missing = vec![missing::LOG_AT_DEBUG.to_owned(), missing::DUMP.to_owned()];
    Answer::Wait { reason: reason.to_owned(), missing }
}
