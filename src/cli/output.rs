//! How a command ends and how it speaks: exit status, error lines, formats, colour.

use std::fmt;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use clap::ValueEnum;

use crate::model::SourceProblem;

/// How a command ended, where it did its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Status 0.
    Answered,
    /// Status 1: asked to judge, and found something.
    Found,
    /// Status 130.
    Interrupted,
}

/// Why a command could not do its work: status 2, one line on standard error.
#[derive(Debug)]
pub enum Failure {
    /// A path that gives nothing: `mwscope: PATH: what; remedy`.
    Path {
        /// The path as named.
        path: String,
        /// What is wrong with it.
        what: String,
        /// What mends it.
        remedy: String,
    },
    /// Wrong usage that the argument reader can't see: what, and how it is called right.
    Usage(String),
    /// Writing the answer failed; a closed pipe is no failure.
    Output(io::Error),
    /// Anything else, with its chain of causes.
    Other(anyhow::Error),
}

impl Failure {
    /// A path that gives nothing.
    pub fn path(path: impl Into<String>, what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::Path { path: path.into(), what: what.into(), remedy: remedy.into() }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::Other(error)
    }
}

impl From<SourceProblem> for Failure {
    fn from(problem: SourceProblem) -> Self {
        Self::Path { path: problem.path, what: problem.what, remedy: problem.remedy }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path { path, what, remedy } => write!(f, "{path}: {what}; {remedy}"),
            Self::Usage(text) => f.write_str(text),
            Self::Output(error) => write!(f, "writing the answer: {error}"),
            Self::Other(error) => write!(f, "{error:#}"),
        }
    }
}

/// Formats of listing commands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// One JSON value.
    Json,
    /// One JSON value a line.
    Ndjson,
}

/// Whether standard output takes colour: a terminal, and `NO_COLOR` unset or empty (<https://no-color.org>).
#[must_use]
pub fn colour() -> bool {
    let fits = || io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty());
    colour_said().unwrap_or_else(fits)
}

/// Whether there is colour, where the user said so.
pub(super) fn colour_said() -> Option<bool> {
    match super::settings::in_force("colour") {
        Some("always") => Some(true),
        Some("never") => Some(false),
        _ => None,
    }
}

/// Says a problem on standard error, in one line that can't be taken for several.
pub fn say(text: &impl fmt::Display) {
    let line: String = text.to_string().chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    // A closed standard error must not end the command.
    let _closed = writeln!(io::stderr(), "mwscope: {line}");
}

/// Turns the end of a command into its exit status.
pub(super) fn finish(result: Result<Exit, Failure>) -> ExitCode {
    match result {
        Ok(Exit::Answered) => ExitCode::SUCCESS,
        Ok(Exit::Found) => ExitCode::from(1),
        Ok(Exit::Interrupted) => ExitCode::from(130),
        Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(failure) => {
            say(&failure);
            ExitCode::from(2)
        }
    }
}

/// Help and version go to standard output with status 0, wrong usage to standard error with status 2.
pub(super) fn usage(error: &clap::Error) -> ExitCode {
    let _closed = error.print();
    if error.use_stderr() { ExitCode::from(2) } else { ExitCode::SUCCESS }
}
