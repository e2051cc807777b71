//! Reading what the arguments name, the same way for every command: progress on a terminal, problems on standard
//! error, one line each.

use std::io::{self, IsTerminal, Write};

use super::output::{self, Failure};
use crate::import::{self, Progress};
use crate::model::Gathered;

/// Reads the paths and says what could not be read.
///
/// # Errors
/// When a path gives no item at all.
pub(crate) fn gather(paths: &[String], options: &import::Options) -> Result<Gathered, Failure> {
    let terminal = io::stderr().is_terminal();
    let gathered = import::gather(paths, options, &mut |progress| {
        if terminal {
            show(progress);
        }
    });
    if terminal {
        erase();
    }
    let gathered = gathered?;
    for problem in &gathered.problems {
        output::say(problem);
    }
    Ok(gathered)
}

/// Below this many bytes a source is read before anyone has read its name.
const WORTH_SHOWING: u64 = 16 << 20;

fn show(progress: Progress<'_>) {
    let Progress::Reading { path, bytes } = progress;
    if bytes >= WORTH_SHOWING {
        let path = crate::report::safe::line(path);
        let _closed = write!(io::stderr(), "\r\x1b[2Kreading {path} ({} MiB)", bytes >> 20);
    }
}

fn erase() {
    let _closed = write!(io::stderr(), "\r\x1b[2K");
}
