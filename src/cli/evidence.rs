//! Reading what the arguments name, the same way for every command: progress on a terminal, problems on standard
//! error, one line each.

pub(super) mod keys;
pub(super) mod known;
pub(super) mod named;
pub(super) mod reading;
mod told;

use std::collections::BTreeSet;
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::sync::{Mutex, OnceLock, PoisonError};

use super::output::{self, Failure};
use crate::case::Masking;
use crate::import::{self, Lines, Progress};
use crate::logs::Folder;
use crate::model::{Exchange, Gathered, Investigation, SourceProblem};
use crate::remarks::Remarks;
use crate::rules;
use crate::timeline;

/// Reads the paths and says what could not be read.
///
/// # Errors
/// When a path gives no item at all.
pub(crate) fn gather(paths: &[String], options: &import::Options) -> Result<Gathered, Failure> {
    read(options, |options, progress| import::gather(paths, options, progress), |gathered| gathered)
}

/// Reads the paths for a listing of what captures hold, and says what could not be read.
///
/// # Errors
/// When a path gives no item at all.
pub(super) fn listed(paths: &[String], options: &import::Options) -> Result<(Gathered, Vec<Lines>), Failure> {
    read(options, |options, progress| import::listed(paths, options, progress), |(gathered, _)| gathered)
}

fn read<T>(
    options: &import::Options,
    read: impl FnOnce(&import::Options, &mut dyn FnMut(Progress<'_>)) -> Result<T, SourceProblem>,
    gathered: impl FnOnce(&T) -> &Gathered,
) -> Result<T, Failure> {
    let terminal = io::stderr().is_terminal();
    let options = &import::Options {
        indexes: options.indexes.clone().or_else(indexes),
        passwords: passwords(),
        ..options.clone()
    };
    let found = read(options, &mut |progress| {
        if terminal {
            show(progress);
        }
    });
    if terminal {
        erase();
    }
    let found = found.map_err(|mut problem| {
        if let Some(near) = meant(&problem.path) {
            problem.remedy = format!("did you mean {near}?");
        }
        problem
    })?;
    for problem in &gathered(&found).problems {
        output::say(problem);
    }
    Ok(found)
}

/// What is concluded of what was read from these paths, with what the user remarked on it.
pub(crate) fn concluded(gathered: &Gathered, options: &timeline::Options, paths: &[String]) -> Investigation {
    let mut investigation = rules::investigate(gathered, options);
    investigation.remarks = remarks(paths).on(gathered, &investigation);
    investigation
}

/// The remarks that belong to these paths; says what could not be read of them, once in this run.
pub(crate) fn remarks(paths: &[String]) -> Remarks {
    static SAID: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    let remarks = Remarks::of(paths);
    for problem in remarks.problems() {
        if SAID.lock().unwrap_or_else(PoisonError::into_inner).insert(problem.to_string()) {
            output::say(problem);
        }
    }
    remarks
}

/// The file beside one that isn't there whose name is most like it.
fn meant(path: &str) -> Option<String> {
    let wanted = std::path::Path::new(path);
    if path == "-" || wanted.exists() {
        return None;
    }
    let (folder, name) = (wanted.parent()?, wanted.file_name()?.to_str()?);
    let beside = if folder.as_os_str().is_empty() { std::path::Path::new(".") } else { folder };
    let entries = beside.read_dir().ok()?.take(10_000).flatten();
    let names: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    let near = crate::query::nearest(name, names.iter().map(String::as_str))?;
    Some(folder.join(near).display().to_string())
}

static PASSWORDS: OnceLock<Vec<String>> = OnceLock::new();

/// Keeps the passwords of the command line for whatever is read in this run.
pub(super) fn remember_passwords(passwords: &[String]) {
    let _once = PASSWORDS.set(passwords.to_vec());
}

/// The passwords of the command line.
pub(super) fn passwords() -> Vec<String> {
    PASSWORDS.get().cloned().unwrap_or_default()
}

/// Where the indexes of large logs are kept.
fn indexes() -> Option<Folder> {
    Some(Folder::at(cache()?.join("logs")))
}

/// The folder that the settings name, or this user's for what can be made again.
pub(super) fn cache() -> Option<PathBuf> {
    match super::settings::in_force("cache") {
        Some(folder) => Some(PathBuf::from(folder)),
        None => Some(directories::ProjectDirs::from("", "", "mwscope")?.cache_dir().to_owned()),
    }
}

/// An exchange as it may be shown: secrets overwritten, in its bodies too where they are in memory (those in a case
/// were masked before). `Shown::Facts` leaves the bodies out, for listings.
///
/// # Errors
/// When the system gives no random bytes for the tokens of masks.
pub(crate) fn masked(exchange: &Exchange, shown: Shown) -> io::Result<Exchange> {
    let masking = Masking::of_this_run()?;
    if shown == Shown::Facts {
        return Ok(masking.facts(exchange));
    }
    let mut exchange = exchange.clone();
    masking.exchange(&mut exchange, u64::MAX, &[]);
    Ok(exchange)
}

/// What of an exchange is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    /// What a line of a listing says.
    Facts,
    /// Everything.
    Whole,
}

/// Below this many bytes a source is read before anyone has read its name.
const WORTH_SHOWING: u64 = 16 << 20;

fn show(progress: Progress<'_>) {
    let Progress::Reading { path, done, bytes } = progress;
    if bytes >= WORTH_SHOWING {
        let path = crate::report::safe::line(path);
        let percent = done.saturating_mul(100) / bytes;
        let _closed = write!(io::stderr(), "\r\x1b[2Kreading {path}: {percent} % of {} MiB", bytes >> 20);
    }
}

fn erase() {
    let _closed = write!(io::stderr(), "\r\x1b[2K");
}
