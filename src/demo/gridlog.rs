//! Log lines of the simulated Grid in a merged layout: stamp, host, application, level, thread, logger, text. The
//! real layout isn't public; this one is that of the sample case with a `Z` behind the stamp, and says that it is
//! made up in its first record.

use mwscope_parsers::Civil;

/// One record before it is stamped.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) level: &'static str,
    pub(super) application: &'static str,
    pub(super) thread: String,
    pub(super) logger: &'static str,
    /// May have several lines: embedded XML, a stack trace.
    pub(super) text: String,
}

/// The record that opens every log.
pub(super) fn opening() -> Line {
    Line {
        level: "NOTE",
        application: "Grid",
        thread: "main".to_owned(),
        logger: "mwscope.demo",
        text: "Synthetic log: written by mwscope's simulated MWS, not by Infor software".to_owned(),
    }
}

impl Line {
    /// The record as it stands in the file, line end included. `now_ns` counts from the Unix epoch, UTC.
    pub(super) fn render(&self, now_ns: i64) -> String {
        let Self { level, application, thread, logger, text } = self;
        let at = date_and_time(now_ns, ' ', ',');
        format!("{at}Z m3demo01 {application:<13} {level:<5} [{thread}] {logger} - {text}\n")
    }
}

/// `2026-01-13 10:15:02,480` with the separators asked for.
pub(super) fn date_and_time(now_ns: i64, before_time: char, before_fraction: char) -> String {
    let (year, month, day, hour, minute, second, ns) = Civil { ns: now_ns }.parts();
    let milli = ns / 1_000_000;
    format!("{year:04}-{month:02}-{day:02}{before_time}{hour:02}:{minute:02}:{second:02}{before_fraction}{milli:03}")
}
