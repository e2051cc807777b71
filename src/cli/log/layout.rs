//! What `--layout` was told: a pattern, or the name of one.

use std::path::PathBuf;

use mwscope_parsers::log::Reader;

use crate::cli::output::Failure;
use crate::logs::formats;
use crate::redact::config_dir;

/// The user's own layouts, a file each.
fn folder() -> Option<PathBuf> {
    config_dir().map(|dir| dir.join("layouts"))
}

/// The pattern that `told` stands for, one that can be read.
///
/// # Errors
/// When no layout has that name, or the pattern can't be understood.
pub(in crate::cli) fn pattern(told: Option<&str>) -> Result<Option<String>, Failure> {
    let Some(told) = told else { return Ok(None) };
    let usage = |what: String| Failure::Usage(format!("--layout: {what}"));
    let pattern = formats::pattern(told, folder().as_deref()).map_err(usage)?;
    Reader::told(&pattern, b"")
        .map_err(|error| usage(format!("{error}; write the pattern as the logging configuration has it")))?;
    Ok(Some(pattern))
}
