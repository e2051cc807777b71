//! What broke, and who mends it: one rule per kind of failure, asked in order, the most telling first.
//!
//! A rule is data about symptom, cause, remedy and how to confirm, plus a check that answers for one failure:
//! [`Answer::Found`], [`Answer::Clear`] (it isn't this) or [`Answer::Wait`] (it may be, but the evidence that would
//! tell isn't there). Every failing exchange has exactly one verdict or stands in `unexplained`. Another failure is
//! a file beside these and a line in [`RULES`].

mod abnormal_termination;
mod already_exists;
mod business_message;
mod company_refused;
mod crash_beside;
mod csrf_token;
mod damaged_text;
mod deadlock;
mod debug_left_on;
mod default_company;
mod definition_error;
mod expectation_refused;
mod failure;
mod gateway_time_out;
mod handled_trace;
mod http_error;
mod hundred_rows;
mod investigate;
mod joblog_ended;
mod jvm_ended;
mod known;
mod m3_unreachable;
mod malformed_request;
mod mec_reply;
mod mi_refused;
mod mpd_without_dump;
mod network_failure;
mod nok;
mod not_found;
mod not_serving;
mod partial_list;
mod placeholder;
mod profile_race;
mod retry;
mod runtime_exception;
mod stack_trace;
mod summary;
mod tls_failure;
mod unauthorised;
mod untrusted_certificate;
mod wrong_encoding;
mod wrong_input;
mod ws_security;

pub use failure::Failure;
use investigate::{evidence, heard, missing, mpd_in};
pub use investigate::{investigate, investigate_on};
pub use known::{KNOWN, Known, explain};
pub use summary::of as summarise;

use crate::model::{Finding, Gathered, Layer, Severity};
use crate::timeline::clocks::Clocks;
use crate::timeline::{Joined, Views};

/// All rules. Those about failures are asked in this order and the first that finds something gives the verdict.
pub const RULES: &[Rule] = &[
    untrusted_certificate::RULE,
    tls_failure::RULE,
    network_failure::RULE,
    abnormal_termination::RULE,
    csrf_token::RULE,
    ws_security::RULE,
    unauthorised::RULE,
    gateway_time_out::RULE,
    not_serving::RULE,
    partial_list::RULE,
    wrong_input::RULE,
    company_refused::RULE,
    already_exists::RULE,
    nok::RULE,
    wrong_encoding::RULE,
    expectation_refused::RULE,
    malformed_request::RULE,
    definition_error::RULE,
    mpd_without_dump::RULE,
    not_found::RULE,
    business_message::RULE,
    m3_unreachable::RULE,
    runtime_exception::RULE,
    http_error::RULE,
    stack_trace::RULE,
    mi_refused::RULE,
    crash_beside::RULE,
    retry::RULE,
    profile_race::RULE,
    placeholder::RULE,
    default_company::RULE,
    damaged_text::RULE,
    hundred_rows::RULE,
    mec_reply::RULE,
    handled_trace::RULE,
    joblog_ended::RULE,
    jvm_ended::RULE,
    deadlock::RULE,
    debug_left_on::RULE,
];

/// One kind of failure, or of something worth knowing.
#[derive(Debug)]
pub struct Rule {
    /// Its name in machine-readable output.
    pub name: &'static str,
    /// How it shows.
    pub symptom: &'static str,
    /// What is behind it.
    pub cause: &'static str,
    /// What mends it, and who does so.
    pub remedy: &'static str,
    /// Where this is known from.
    pub source: &'static str,
    /// How to make sure.
    pub confirm: &'static str,
    /// How it is found.
    pub check: Check,
}

/// How a rule looks.
#[derive(Clone, Copy)]
pub enum Check {
    /// At one failure; gives the verdict.
    Failure(fn(&Failure<'_>) -> Answer),
    /// At everything; gives notes.
    Whole(fn(&Whole<'_>) -> Vec<Finding>),
}

impl std::fmt::Debug for Check {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Failure(_) => "Failure",
            Self::Whole(_) => "Whole",
        })
    }
}

/// What a rule says of one failure.
#[derive(Clone, Debug)]
pub enum Answer {
    /// It isn't this.
    Clear,
    /// It is this.
    Found(Box<Draft>),
    /// It may be this, but what would tell isn't there.
    Wait {
        /// What was looked for and not found.
        reason: String,
        /// What would have shown it, and where it is to be had.
        missing: Vec<String>,
    },
}

impl Answer {
    fn found(draft: Draft) -> Self {
        Self::Found(Box::new(draft))
    }
}

/// What a rule concludes; the evidence is added from the joins.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The layer at fault.
    pub layer: Layer,
    /// 0 to 1, without the doubt of the joins.
    pub confidence: f64,
    /// How bad it is.
    pub severity: Severity,
    /// One line.
    pub title: String,
    /// The reasons for layer and confidence.
    pub reasons: Vec<String>,
    /// At most three sentences.
    pub explanation: String,
    /// The next step and who takes it.
    pub advice: String,
    /// What is the cause among the evidence.
    pub causes: Causes,
}

/// Which pieces of evidence broke, rather than stood around.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Causes {
    /// The answer itself says it.
    pub exchange: bool,
    /// The episode's telling record.
    pub record: bool,
    /// The dump.
    pub dump: bool,
}

impl Causes {
    const ANSWER: Self = Self { exchange: true, record: false, dump: false };
    const ANSWER_AND_RECORD: Self = Self { exchange: true, record: true, dump: false };
    const RECORD: Self = Self { exchange: false, record: true, dump: false };
}

/// Everything there is, for rules that look beyond one failure.
pub struct Whole<'a> {
    /// What was read.
    pub gathered: &'a Gathered,
    /// Where it stands in time.
    pub clocks: &'a Clocks,
    /// What belongs together.
    pub joined: &'a Joined,
    /// Second views of calls that two sources saw.
    pub views: &'a Views,
}

/// The rule of that name.
#[must_use]
pub fn rule(name: &str) -> Option<&'static Rule> {
    RULES.iter().find(|r| r.name == name)
}

#[cfg(test)]
mod tests;
