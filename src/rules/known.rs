//! What is known of single Java exceptions: the cause behind one, and who mends it how. One exception a file.
//!
//! [`explain`] looks at a stack trace alone, so that a trace is explained wherever it stands: in a log, in a dump, in an
//! investigation. It must not know of exchanges, clocks or joins; the rules of failures beside this folder do.

mod address_in_use;
mod algorithm_negotiation;
mod certificate_algorithm;
mod certificate_name;
mod certificate_refused;
mod certificate_validity;
mod class_version;
mod connection_refused;
mod connection_reset;
mod disk_full;
mod jar_mismatch;
mod jdbc_connection;
mod jdbc_deadlock;
mod jdbc_driver;
mod jdbc_duplicate_key;
mod jdbc_other;
mod jdbc_time_out;
mod jzlib_missing;
mod no_route;
mod out_of_memory;
mod panel_class_missing;
mod pkix_path;
mod sftp_file;
mod ssh_host_key;
mod ssh_log_in;
mod ssh_private_key;
mod stack_overflow;
mod time_out;
mod tls_plaintext;
mod tls_protocol;
mod too_many_files;
mod truststore;
mod unknown_host;

use std::collections::HashSet;

use mwscope_parsers::m3::names::{self, Subsystem};
use mwscope_parsers::trace::{Ending, Role, Throwable, Trace};

use crate::model::Advice;

/// An exception of which more is known than its name.
#[derive(Debug)]
pub struct Known {
    /// Its name in machine-readable output.
    pub name: &'static str,
    /// How it shows.
    pub symptom: &'static str,
    /// Where the cause and the remedy are known from.
    pub source: &'static str,
    /// Cause and remedy, where a throwable of the trace is that exception. Each of them is asked, and a trace may have
    /// thousands: the trace as a whole is looked at only where one is.
    pub check: fn(&Throwable, &Trace) -> Option<Explanation>,
}

/// Why an exception came, and what mends it.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// One sentence.
    pub cause: String,
    /// What to do, and who does it.
    pub remedy: String,
}

impl Explanation {
    fn new(cause: impl Into<String>, remedy: impl Into<String>) -> Option<Self> {
        Some(Self { cause: cause.into(), remedy: remedy.into() })
    }
}

/// All of them, the more telling first.
pub const KNOWN: &[Known] = &[
    jzlib_missing::KNOWN,
    panel_class_missing::KNOWN,
    jdbc_driver::KNOWN,
    too_many_files::KNOWN,
    disk_full::KNOWN,
    class_version::KNOWN,
    jar_mismatch::KNOWN,
    stack_overflow::KNOWN,
    certificate_validity::KNOWN,
    certificate_algorithm::KNOWN,
    pkix_path::KNOWN,
    tls_plaintext::KNOWN,
    tls_protocol::KNOWN,
    certificate_name::KNOWN,
    truststore::KNOWN,
    certificate_refused::KNOWN,
    algorithm_negotiation::KNOWN,
    ssh_log_in::KNOWN,
    ssh_host_key::KNOWN,
    ssh_private_key::KNOWN,
    sftp_file::KNOWN,
    out_of_memory::KNOWN,
    jdbc_deadlock::KNOWN,
    jdbc_duplicate_key::KNOWN,
    jdbc_time_out::KNOWN,
    jdbc_connection::KNOWN,
    jdbc_other::KNOWN,
    unknown_host::KNOWN,
    no_route::KNOWN,
    address_in_use::KNOWN,
    connection_refused::KNOWN,
    connection_reset::KNOWN,
    time_out::KNOWN,
];

/// Cause and remedy of a trace, where its exceptions are known; the innermost cause is asked first.
#[must_use]
pub fn explain(trace: &Trace) -> Option<Advice> {
    KNOWN.iter().find_map(|known| {
        let found = trace.inner_first().find_map(|throwable| (known.check)(throwable, trace))?;
        Some(Advice { rule: known.name, cause: found.cause, remedy: found.remedy })
    })
}

/// The same of a text that names an exception without its trace, as a fault does: `java.lang.OutOfMemoryError: x`.
#[must_use]
pub(super) fn explain_named(text: &str) -> Option<Advice> {
    let line = text.trim().lines().next()?;
    let (class, message) = line.split_once(':').map_or((line, None), |(class, rest)| (class, Some(rest.trim())));
    let class = class.split_whitespace().last()?;
    let is_class = class.contains('.') && (class.ends_with("Error") || class.ends_with("Exception"));
    let throwable = Throwable {
        role: Role::Outer,
        depth: 0,
        exception: class.to_owned(),
        message: message.map(str::to_owned),
        frames: Vec::new(),
        further: 0,
        more: 0,
    };
    let trace = Trace { range: 0..line.len(), throwables: vec![throwable], ending: Ending::Whole };
    is_class.then(|| explain(&trace)).flatten()
}

/// The class without its package.
fn short(throwable: &Throwable) -> &str {
    throwable.exception.rsplit('.').next().unwrap_or_default()
}

fn message(throwable: &Throwable) -> &str {
    throwable.message.as_deref().unwrap_or_default()
}

/// Whether a throwable says one of these, whatever the case.
fn says(throwable: &Throwable, words: &[&str]) -> bool {
    let message = message(throwable).to_ascii_lowercase();
    words.iter().any(|word| message.contains(word))
}

/// Whether a throwable is of JDBC or of one of its drivers.
fn is_sql(throwable: &Throwable) -> bool {
    let class = &throwable.exception;
    class.starts_with("java.sql.")
        || names::subsystem(class) == Some(Subsystem::Jdbc)
        || short(throwable).starts_with("SQL")
}

/// A sentence's first word with a capital.
fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}

/// What called, in the words of an administrator: `MEC`, `MWS`; `the program` where the frames don't tell.
fn caller(trace: &Trace) -> &'static str {
    let known = [
        (Subsystem::EnterpriseCollaborator, "MEC"),
        (Subsystem::WebServices, "MWS"),
        (Subsystem::UiAdapter, "MNE"),
        (Subsystem::BusinessEngine, "M3 Business Engine"),
        (Subsystem::Grid, "the Grid"),
    ];
    let frames = trace.throwables.iter().flat_map(|throwable| &throwable.frames);
    let runs: HashSet<Subsystem> = frames.filter_map(|frame| names::subsystem(&frame.class)).collect();
    known.iter().find(|(subsystem, _)| runs.contains(subsystem)).map_or("the program", |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rule that explains a trace, and its text.
    fn explained(text: &str) -> Option<(&'static str, String)> {
        let trace = mwscope_parsers::trace::find(text).expect("a trace");
        explain(&trace).map(|advice| (advice.rule, format!("{} {}", advice.cause, advice.remedy)))
    }

    /// The rule names itself and explains `hit`, and something else or nothing explains each of `misses`.
    pub(super) fn holds(known: &Known, hit: &str, words: &[&str], misses: &[&str]) {
        let (rule, text) = explained(hit).unwrap_or_else(|| panic!("{}: nothing explains {hit}", known.name));
        assert_eq!(rule, known.name, "{hit}");
        words.iter().for_each(|word| assert!(text.contains(word), "{word} in {text}"));
        for miss in misses {
            let found = explained(miss).map(|(rule, _)| rule);
            assert_ne!(found, Some(known.name), "{miss}");
        }
    }

    #[test]
    fn every_rule_says_what_it_is_and_where_it_is_known_from() {
        for known in KNOWN {
            assert!(!known.symptom.is_empty() && !known.source.is_empty(), "{}", known.name);
            assert_eq!(KNOWN.iter().filter(|other| other.name == known.name).count(), 1, "{}", known.name);
        }
    }

    #[test]
    fn an_ordinary_exception_stays_unexplained() {
        assert_eq!(
            explained("java.lang.NullPointerException\n\tat mvx.app.pgm.CRS008.PEDSP(CRS008.java:1412)\n"),
            None
        );
        assert_eq!(
            explained("java.lang.IllegalStateException: connection refused by user\n\tat a.B.c(B.java:1)\n"),
            None
        );
    }

    #[test]
    fn a_suppressed_exception_explains_nothing() {
        let text = "java.lang.IllegalStateException: main problem\n\tat a.B.c(B.java:1)\n\tSuppressed: java.net.SocketException: Connection reset\n\t\tat a.B.close(B.java:2)\n\tCaused by: java.net.ConnectException: Connection refused\n\t\tat a.B.d(B.java:3)\n";
        assert_eq!(explained(text), None);
        let caused =
            format!("{text}Caused by: java.net.SocketTimeoutException: Read timed out\n\tat a.B.e(B.java:4)\n");
        assert_eq!(explained(&caused).map(|(rule, _)| rule), Some("time-out"));
    }

    #[test]
    fn the_innermost_known_exception_explains() {
        let text = "java.lang.RuntimeException: no message sent\n\tat com.intentia.ec.X.y(X.java:1)\nCaused by: java.net.ConnectException: Connection refused: connect\n\tat java.net.Socket.connect(Socket.java:1)\n";
        assert_eq!(explained(text).map(|(rule, _)| rule), Some("connection-refused"));
    }
}
