//! `mwscope completions`: what a shell needs to complete commands and options.

use std::io::{self, Write};

use clap::Args as ClapArgs;
use clap_complete::Shell;

use super::output::{Exit, Failure};

/// Writes the completions of a shell
#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

/// Writes.
///
/// # Errors
/// When standard output can't be written.
pub(super) fn run(args: &Args) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut super::command(), "mwscope", &mut script);
    io::stdout().lock().write_all(&script)?;
    Ok(Exit::Answered)
}
