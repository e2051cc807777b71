//! Records that name their parts themselves, in JSON or in pairs of key and value: what the names mean.
//!
//! Knows nothing of how names and values are told apart in a line.

use super::time::scan::{Grade, scan};
use super::{Level, Record};
use crate::Stamp;

/// Names that libraries give to the parts of a record, in lower case; the first that stands in a line is taken.
pub(super) const TIME: [&str; 11] = [
    "@timestamp",
    "timestamp",
    "time",
    "ts",
    "datetime",
    "date",
    "timemillis",
    "epochmillis",
    "asctime",
    "__realtime_timestamp",
    "@t",
];
pub(super) const LEVEL: [&str; 8] =
    ["level", "severity", "log.level", "levelname", "loglevel", "lvl", "log_level", "@l"];
pub(super) const LOGGER: [&str; 8] =
    ["logger", "loggername", "logger_name", "log.logger", "category", "name", "lg", "sourcecontext"];
pub(super) const THREAD: [&str; 6] =
    ["thread", "threadname", "thread_name", "process.thread.name", "log.thread", "thr"];
pub(super) const MESSAGE: [&str; 8] = ["message", "msg", "log", "text", "@message", "@m", "@mt", "short_message"];
pub(super) const TRACE: [&str; 11] = [
    "stack_trace",
    "stacktrace",
    "error.stack_trace",
    "exception",
    "throwable",
    "thrown.extendedstacktrace",
    "stack",
    "@x",
    "err.stack",
    "exc_info",
    "exception.stacktrace",
];

/// What of a line is needed to know that a record starts there.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Start {
    pub(super) stamp: Option<Stamp>,
    pub(super) level: Option<Level>,
}

/// Whether the key is one of the names. GELF has an underscore before keys that aren't its own
/// ([specification](https://go2docs.graylog.org/current/getting_in_log_data/gelf.html)).
pub(super) fn is(key: &str, names: &[&str]) -> bool {
    let key = key.strip_prefix('_').filter(|key| !key.starts_with('_')).unwrap_or(key);
    names.iter().any(|name| key.eq_ignore_ascii_case(name))
}

/// Puts a value that is no message where its key says; a stack trace that it holds goes to `traced`.
pub(super) fn field(key: &str, value: String, record: &mut Record, traced: &mut Option<String>) {
    if is(key, &TIME) && record.at_text.is_empty() {
        record.at_text = value;
    } else if value.is_empty() || value == "null" {
        // Nothing to say.
    } else if is(key, &LEVEL) && record.level.is_none() {
        record.level = Some(numbered(value.as_bytes()).map_or_else(|| value.to_uppercase(), str::to_owned));
    } else if let Some(word) = priority(key, value.as_bytes()).filter(|_| record.level.is_none()) {
        record.level = Some(word.to_owned());
    } else if is(key, &LOGGER) && record.logger.is_none() {
        record.logger = Some(value);
    } else if is(key, &THREAD) && record.thread.is_none() {
        record.thread = Some(value);
    } else if is(key, &TRACE) && traced.is_none() && value.contains("at ") {
        *traced = Some(value);
    } else {
        record.columns.push((key.to_owned(), value));
    }
}

/// The level that a value says, as a word or as a number of bunyan and pino.
pub(super) fn level(value: &[u8]) -> Option<Level> {
    let text = unquoted(value);
    match numbered(text) {
        Some(word) => Level::of(word.as_bytes()),
        None => super::level::at_start(text).map(|(level, _)| level),
    }
}

/// The levels that bunyan and pino write as numbers
/// ([documentation](https://github.com/trentm/node-bunyan#levels)).
fn numbered(text: &[u8]) -> Option<&'static str> {
    Some(match text {
        b"10" => "TRACE",
        b"20" => "DEBUG",
        b"30" => "INFO",
        b"40" => "WARN",
        b"50" => "ERROR",
        b"60" => "FATAL",
        _ => return None,
    })
}

/// The level that systemd's journal writes as syslog's number in `PRIORITY`
/// ([documentation](https://www.freedesktop.org/software/systemd/man/latest/systemd.journal-fields.html)), by syslog's
/// word for it ([RFC 5424](https://www.rfc-editor.org/rfc/rfc5424#section-6.2.1)).
pub(super) fn priority(key: &str, value: &[u8]) -> Option<&'static str> {
    of_syslog(value).filter(|_| key == "PRIORITY")
}

/// Syslog's word for its number of a level.
pub(super) fn of_syslog(value: &[u8]) -> Option<&'static str> {
    const WORDS: [&str; 8] = ["EMERG", "ALERT", "CRIT", "ERR", "WARNING", "NOTICE", "INFO", "DEBUG"];
    let [digit @ b'0'..=b'7'] = unquoted(value) else { return None };
    WORDS.get(usize::from(digit - b'0')).copied()
}

/// The time that a value says, in quotes or without.
pub(super) fn stamp(value: &[u8]) -> Option<Stamp> {
    let text = unquoted(value);
    let found = scan(text).filter(|found| found.grade >= Grade::NoYear || text.len() == found.len)?;
    found.format.read(text).map(|(stamp, _)| stamp)
}

/// A string without its quotes, its escapes as they are; other values as they stand.
pub(super) fn unquoted(value: &[u8]) -> &[u8] {
    value.strip_prefix(b"\"").map_or(value, |value| value.strip_suffix(b"\"").unwrap_or(value))
}
