//! `mwscope note`: notes and marks on what stands in the evidence, as the screens write them.

use std::io::{self, BufWriter, Write};

use clap::Args as ClapArgs;
use serde_json::json;

use super::evidence::named::find;
use super::output::{Exit, Failure, Format};
use crate::engine::now;
use crate::import;
use crate::model::{About, Gathered, Investigation, Remark};
use crate::remarks::Said;
use crate::report::remarks::{line, value};
use crate::report::safe;
use crate::rules;
use crate::timeline;

/// Writes a note or a mark on something, or lists them
#[derive(Debug, ClapArgs)]
#[command(
    after_help = "They are kept in the case; those on loose files in your own folder, by the whole path of the file.

Examples:
  mwscope note ticket.mwscope
  mwscope note ticket.mwscope x28 'the customer did this by hand' --mark
  mwscope note merged.log merged.log:399 --mark
  mwscope note ticket.mwscope f1 --remove"
)]
pub(super) struct Args {
    /// A case, recording, log, folder or archive
    #[arg(value_name = "PATH")]
    path: String,
    /// x12, SOURCE#INDEX or the bare index for an exchange, d3 for a dump, s7 for a stream, f1 for a finding, SOURCE:LINE
    /// for a record
    #[arg(value_name = "ID")]
    id: Option<String>,
    /// The note; without one, and without another option, the one that is there is shown
    #[arg(value_name = "TEXT", requires = "id")]
    text: Option<String>,
    /// Mark it
    #[arg(long, requires = "id")]
    mark: bool,
    /// Take the mark off
    #[arg(long, requires = "id", conflicts_with = "mark")]
    unmark: bool,
    /// Take the note and the mark off
    #[arg(long, requires = "id", conflicts_with_all = ["text", "mark", "unmark"])]
    remove: bool,
    /// How the answer is written
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Writes one, or lists them.
///
/// # Errors
/// When the path gives nothing, nothing in it has that id, or the note can't be kept.
pub(super) fn run(args: &Args) -> Result<Exit, Failure> {
    let paths = std::slice::from_ref(&args.path);
    let gathered = super::gather(paths, &import::Options::default())?;
    let investigation = rules::investigate(&gathered, &timeline::Options::default());
    let mut remarks = super::evidence::remarks(paths);
    let about = args.id.as_deref().map(|id| about(args, id, &gathered, &investigation)).transpose()?;
    if let Some(about) = &about
        && (args.text.is_some() || args.mark || args.unmark || args.remove)
    {
        let mark = if args.remove || args.unmark { Some(false) } else { args.mark.then_some(true) };
        let note = if args.remove { Some(String::new()) } else { args.text.clone() };
        let said = Said { about: about.clone(), note, mark, at_utc_ns: now::wall_ns() };
        remarks
            .keep((&gathered, &investigation), &[said])
            .map_err(|why| Failure::path(&args.path, format!("the note isn't kept: {why}"), "nothing was changed"))?;
    }
    let mut all = remarks.on(&gathered, &investigation);
    if let Some(about) = about {
        all.retain(|remark| remark.about == about);
    }
    write(args, &all)?;
    Ok(Exit::Answered)
}

fn about(args: &Args, id: &str, gathered: &Gathered, investigation: &Investigation) -> Result<About, Failure> {
    if investigation.findings.iter().any(|finding| finding.id == id) {
        return Ok(About::Finding(id.to_owned()));
    }
    let found = find(gathered, id).map_err(|what| {
        let remedy = "mwscope list shows the ids of exchanges, mwscope investigate those of findings";
        Failure::path(&args.path, what, remedy)
    })?;
    found
        .event()
        .map(About::Event)
        .ok_or_else(|| Failure::path(&args.path, format!("{id} is a whole text"), format!("name a line of it: {id}:1")))
}

fn write(args: &Args, remarks: &[Remark]) -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    match args.format {
        Format::Text if remarks.is_empty() => writeln!(out, "there is no note and no mark")?,
        Format::Text => {
            for remark in remarks {
                writeln!(out, "{}", safe::line(&line(remark)))?;
            }
        }
        Format::Json => {
            let all: Vec<_> = remarks.iter().map(value).collect();
            writeln!(out, "{:#}", json!({"remarks": all}))?;
        }
        Format::Ndjson => {
            for remark in remarks {
                writeln!(out, "{}", value(remark))?;
            }
        }
    }
    out.flush()
}
