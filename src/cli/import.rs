//! `mwscope import`: puts evidence into a case.

use std::io::{self, Write};
use std::path::Path;

use clap::Args as ClapArgs;
use serde_json::{Value, json};

use super::output::{self, Exit, Failure, Format};
use crate::case::{self, Case};
use crate::engine::now;
use crate::import::{Imported, Loaded, Options, curl, soapui};
use crate::model::Source;
use crate::report::safe;

/// Puts evidence into a case: recordings, logs, dumplogs, folders, archives
#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Secrets are masked on the way into the case. Files up to 16 MiB are copied, larger ones stay where they are.

Examples:
  mwscope import ticket.mwscope traffic.har merged.log dumps
  mwscope import ticket.mwscope from-customer.zip
  mwscope import ticket.mwscope copied-from-the-browser.txt project-soapui-project.xml"
)]
pub(super) struct Args {
    /// The case; it is begun where there is none
    #[arg(value_name = "CASE", required_unless_present = "fields")]
    case: Option<String>,
    /// What is to be put into it, - for standard input
    #[arg(value_name = "PATH", required_unless_present = "fields")]
    paths: Vec<String>,
    /// How the answer is written
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// The layout of the logs as a pattern of log4j, logback or others, or by name, where it isn't to be learned
    #[arg(long, value_name = "PATTERN")]
    layout: Option<String>,
    /// Keep passwords, tokens and cookies in the case
    #[arg(long)]
    keep_secrets: bool,
    /// Show what of a format that only holds requests is read, and import nothing
    #[arg(long, value_name = "FORMAT", value_parser = ["curl", "soapui"], conflicts_with_all = ["case", "paths"])]
    fields: Option<String>,
}

/// Imports.
///
/// # Errors
/// When a path gives nothing, or the case can't be written.
pub(super) fn run(args: &Args) -> Result<Exit, Failure> {
    if let Some(format) = &args.fields {
        return Ok(tell_fields(if format == "curl" { curl::READS } else { soapui::READS })?);
    }
    let case_path = args.case.as_deref().unwrap_or_default();
    let layout = super::log::layout::pattern(args.layout.as_deref())?;
    let options = Options { layout, passwords: super::evidence::passwords(), texts: true, ..Options::default() };
    let loaded = Loaded::read(&args.paths, &options, &mut |_| {})?;
    let case = Case::open_or_create(Path::new(case_path))?;
    let mut writing = case::Options::new(now::wall_ns());
    writing.keep_secrets = args.keep_secrets;
    let mut writer = case.write(writing)?;
    let put = loaded.put(&mut writer).and_then(|imported| writer.finish().map(|()| imported));
    let imported = put.map_err(|error| {
        Failure::path(case_path, format!("the case can't be written: {error}"), "look at the disk and its permissions")
    })?;
    for problem in &imported.problems {
        output::say(problem);
    }
    let mut out = io::stdout().lock();
    match args.format {
        Format::Text => text(&mut out, case_path, &imported)?,
        Format::Json => {
            let sources: Vec<_> = imported.sources.iter().map(value).collect();
            let known = &imported.known;
            writeln!(out, "{:#}", json!({"case": case_path, "sources": sources, "known": known}))?;
        }
        Format::Ndjson => {
            for source in &imported.sources {
                writeln!(out, "{}", value(source))?;
            }
        }
    }
    Ok(Exit::Answered)
}

fn tell_fields(fields: &[(&str, &str)]) -> io::Result<Exit> {
    let mut out = io::stdout().lock();
    let width = fields.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    for (name, becomes) in fields {
        writeln!(out, "{name:<width$}  {becomes}")?;
    }
    Ok(Exit::Answered)
}

fn text(out: &mut impl Write, case: &str, imported: &Imported) -> io::Result<()> {
    for source in &imported.sources {
        let items = if source.items == 1 { "item" } else { "items" };
        writeln!(out, "{}: {}, {} {items}", safe::line(&source.path), source.kind.word(), source.items)?;
    }
    for path in &imported.known {
        writeln!(out, "{}: the case has it already", safe::line(path))?;
    }
    writeln!(out, "{} sources added to {}", imported.sources.len(), safe::line(case))
}

fn value(source: &Source) -> Value {
    json!({
        "path": source.path, "kind": source.kind.word(), "items": source.items, "bytes": source.bytes,
        "layout": source.layout,
    })
}
