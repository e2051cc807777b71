//! The values the log reader gives: a compact head for every record, and all its parts on demand.

use std::ops::Range;

use super::Level;
use crate::trace::Trace;
use crate::{Span, Stamp};

/// What is kept of every record of a log, however large the log is.
///
/// The heads of a log cover it: each span starts where the one before it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The record's bytes in the (decompressed) source, line ends and following lines included.
    pub span: Span,
    /// The record's first physical line, counted from 1.
    pub line: u64,
    /// How many physical lines the record has, at least 1.
    pub lines: u32,
    /// When it was written, as far as the source says; `None` for lines before the first record head.
    pub stamp: Option<Stamp>,
    /// The source's own word for its level; `None` where the head has none.
    pub level: Option<Level>,
    /// How bad it is, on one scale for all vocabularies.
    pub severity: Severity,
    /// Which of the reader's layouts read it, an index into [`super::Reader::layouts`]; [`super::HEADER`] for the
    /// lines before the first record.
    pub layout: u16,
}

/// One record in full. Text is decoded; ranges are none of the caller's business.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// The head this was read from.
    pub head: Head,
    /// The stamp as written, empty where there is none.
    pub at_text: String,
    /// The source's own word in upper case (`SEVERE` stays `SEVERE`).
    pub level: Option<String>,
    /// The thread's name, without the brackets around it.
    pub thread: Option<String>,
    /// The logger's name.
    pub logger: Option<String>,
    /// Further columns (`node`, `application`, MDC keys ...), in the order in which they stand.
    pub columns: Vec<(String, String)>,
    /// The text after the head, without the stack trace, line breaks kept, final line end removed.
    pub message: String,
    /// The first stack trace of the record.
    pub trace: Option<Trace>,
    /// The whole record decoded, head, message and trace, final line end removed.
    pub text: String,
    /// Where the stack trace stands in [`Record::text`].
    pub trace_range: Option<Range<usize>>,
}

impl Record {
    /// A record whose whole text is its message.
    #[must_use]
    pub fn plain(head: Head, text: String) -> Self {
        Self {
            head,
            at_text: String::new(),
            level: None,
            thread: None,
            logger: None,
            columns: Vec::new(),
            message: text.clone(),
            trace: None,
            text,
            trace_range: None,
        }
    }
}

/// Levels of all vocabularies on one scale, for ordering and counting only: Grid levels are switches that are
/// set one by one, so a level says nothing about which others were on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// No level was written or it isn't known.
    #[default]
    Unknown,
    /// `TRACE`, `FINEST`, `FINER`, `ALL`.
    Trace,
    /// `DEBUG`, `FINE`.
    Debug,
    /// `INFO`, `CONFIG`.
    Info,
    /// The Grid's `NOTE`, syslog's `NOTICE`.
    Note,
    /// `WARN`, `WARNING`.
    Warn,
    /// `ERROR`, `SEVERE`.
    Error,
    /// `FATAL`, `CRITICAL`, `EMERG`.
    Fatal,
}

impl Severity {
    /// Whether it is written only where somebody turned it on to look for something.
    #[must_use]
    pub const fn is_fine(self) -> bool {
        matches!(self, Self::Trace | Self::Debug)
    }
}
