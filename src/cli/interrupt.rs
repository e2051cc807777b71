//! Ctrl-C for commands that answer once: nothing is half-written but what has no name yet, so they end at once, with the
//! status of the contract on every system. Commands that record end in their own order and don't use this.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// A file that hasn't got its name yet.
static UNFINISHED: Mutex<Option<PathBuf>> = Mutex::new(None);

/// An interrupt removes this file from now on.
pub(super) fn removes(path: &Path) {
    *UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner) = Some(path.to_owned());
}

/// From now on an interrupt ends the program with status 130.
///
/// Where no handler can be set the system's own way of ending stays.
pub(super) fn ends_the_program() {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_io().build() else { return };
    let _no_thread_no_handler = std::thread::Builder::new().name("interrupt".to_owned()).spawn(move || {
        if runtime.block_on(tokio::signal::ctrl_c()).is_ok() {
            if io::stderr().is_terminal() {
                // The line of progress that may stand there.
                let _closed = write!(io::stderr(), "\r\x1b[2K");
            }
            if let Some(path) = UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner).take() {
                let _left_behind = std::fs::remove_file(path);
            }
            std::process::exit(130);
        }
    });
}
