//! `mwscope threads`: what Java thread dumps show, and what changed between them.

use std::io::{self, BufWriter, Write};

use clap::Args as ClapArgs;

use super::output::{Exit, Failure, Format};
use crate::import::{self, Told};
use crate::report::threads as report;

/// Says what thread dumps show: states, deadlocks, who holds up whom, what changed
#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  mwscope threads jstack.txt
  mwscope threads first.txt second.txt third.txt   what changed, what didn't move
  mwscope threads console.log                      dumps inside a log (kill -3)")]
pub(super) struct Args {
    /// Thread dumps, logs with thread dumps in them, folders, archives or their members, - for standard input
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<String>,
    /// How the answer is written
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Says what thread dumps show.
///
/// # Errors
/// When a path gives nothing, or none of them holds a thread dump.
#[allow(clippy::needless_pass_by_value, reason = "all commands are run alike")]
pub(super) fn run(args: Args) -> Result<Exit, Failure> {
    let options = import::Options { told: Told::Threads, ..import::Options::default() };
    let gathered = super::gather(&args.paths, &options)?;
    if gathered.threads.is_empty() {
        let remedy = "make one with jstack -l PID or jcmd PID Thread.print -l";
        return Err(Failure::path(args.paths.join(" "), "there is no Java thread dump in it", remedy));
    }
    let mut out = BufWriter::new(io::stdout().lock());
    match args.format {
        Format::Text => out.write_all(report::people(&gathered).as_bytes())?,
        Format::Ndjson => {
            for (n, (source, dump)) in gathered.threads.iter().enumerate() {
                writeln!(out, "{}", report::one(n, *source, dump, &gathered))?;
            }
        }
        Format::Json => {
            serde_json::to_writer_pretty(&mut out, &report::json(&gathered)).map_err(io::Error::from)?;
            writeln!(out)?;
        }
    }
    out.flush()?;
    Ok(Exit::Answered)
}
