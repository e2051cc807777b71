//! `mwscope man`: the manual, a page for each command.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Args as ClapArgs, Command};
use clap_mangen::Man;

use super::output::{Exit, Failure};

/// Writes the manual pages
#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// The command whose page is written; without it that of the program
    #[arg(value_name = "COMMAND", conflicts_with = "out")]
    command: Option<String>,
    /// Write all pages into this folder
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Writes.
///
/// # Errors
/// When there is no such command, or a page can't be written.
pub(super) fn run(args: &Args) -> Result<Exit, Failure> {
    let mut all = super::command();
    all.build();
    if let Some(folder) = &args.out {
        let unwritable = |error: io::Error| {
            Failure::path(
                folder.display().to_string(),
                format!("it can't be written: {error}"),
                "name a folder of yours",
            )
        };
        fs::create_dir_all(folder).map_err(unwritable)?;
        let mut written = Vec::new();
        pages(&all, folder, &mut written).map_err(unwritable)?;
        let mut out = io::stdout().lock();
        for path in written {
            writeln!(out, "{}", path.display())?;
        }
        return Ok(Exit::Answered);
    }
    let page = match &args.command {
        None => &all,
        Some(name) => all.find_subcommand(name).ok_or_else(|| super::no_command(name))?,
    };
    let mut text = Vec::new();
    Man::new(page.clone()).render(&mut text)?;
    io::stdout().lock().write_all(&text)?;
    Ok(Exit::Answered)
}

/// The pages of a command and of those below it, `mwscope-ca-show.1`.
fn pages(command: &Command, folder: &Path, written: &mut Vec<PathBuf>) -> io::Result<()> {
    let name = command.get_display_name().unwrap_or(command.get_name()).to_owned();
    let path = folder.join(format!("{name}.1"));
    let mut text = Vec::new();
    Man::new(command.clone()).render(&mut text)?;
    fs::write(&path, text)?;
    written.push(path);
    for inner in command.get_subcommands().filter(|inner| inner.get_name() != "help") {
        pages(inner, folder, written)?;
    }
    Ok(())
}
