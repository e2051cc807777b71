//! `mwscope investigate`: what failed, which layer broke, the evidence, and who mends it.

mod elsewhere;
mod filter;

use std::io::{self, BufWriter, Write};

use clap::{Args as ClapArgs, ValueEnum};

use super::evidence::concluded;
use super::evidence::keys::KeyFiles;
use super::evidence::known::Known;
use super::evidence::reading::Reading;
use super::filters;
use super::output::{self, Exit, Failure};
use crate::import;
use crate::model::{FindingKind, Gathered, Investigation};
use crate::report;
use crate::rules::{self, Rule};
use crate::timeline::{AskedTime, Only, Options, Zone};

/// Says what failed, which layer broke, and who mends it
#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  mwscope investigate ticket.zip
  mwscope investigate merged.log dumps --at \"13.01. 10:15\" --within 5m --user MWSUSR
  mwscope investigate case.mwscope --check && echo nothing failed
  mwscope investigate case.mwscope --filter \"op:Create -user:batch\"
  mwscope investigate case.mwscope --same merged.log:4711 x12
  mwscope investigate case.mwscope --summary
  mwscope investigate --explain abnormal-termination")]
pub(super) struct Args {
    /// Cases, recordings, logs, dumplogs, folders, archives or their members (x.zip!/a.log), - for standard input
    #[arg(value_name = "PATH", required_unless_present_any = ["rules", "explain"])]
    paths: Vec<String>,
    /// Only failures near this time: 10:15, "13.01. 10:15" (the server's local time), or RFC 3339
    #[arg(long, value_name = "TIME", value_parser = time)]
    at: Option<AskedTime>,
    /// How near: 30s, 5m, 1h
    #[arg(long, value_name = "SPAN", value_parser = within, default_value = "5m")]
    within: i64,
    /// Only this user's failures
    #[arg(long)]
    user: Option<String>,
    /// Only failures of this program
    #[arg(long, value_name = "PGM")]
    program: Option<String>,
    /// Only findings about what matches, in the filter language of the screens: "user:jdoe op:Create", saved:NAME
    #[arg(long, value_name = "FILTER")]
    filter: Option<String>,
    /// Only the summary: failures by cause, service, program, user and time, and what differs
    #[arg(long, conflicts_with = "all")]
    summary: bool,
    /// Every failure in full, however many there are
    #[arg(long)]
    all: bool,
    /// End with status 1 where something failed
    #[arg(long)]
    check: bool,
    /// How the answer is written
    #[arg(long, value_enum, default_value_t)]
    format: Output,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    keys: KeyFiles,
    /// List the rules
    #[arg(long)]
    rules: bool,
    /// Say all about one rule
    #[arg(long, value_name = "RULE")]
    explain: Option<String>,
}

/// The forms of an investigation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Output {
    /// For people.
    #[default]
    Text,
    /// One JSON value.
    Json,
    /// Markdown for a ticket.
    Md,
    /// One HTML page that needs nothing else.
    Html,
    /// One JSON value a line.
    Ndjson,
}

/// Investigates.
///
/// # Errors
/// When a path gives nothing, or there is no such rule.
pub(super) fn run(args: &Args) -> Result<Exit, Failure> {
    let mut out = BufWriter::new(io::stdout().lock());
    if args.rules {
        for rule in rules::RULES {
            writeln!(out, "{:<24} {}", rule.name, rule.symptom)?;
        }
        writeln!(out, "\nKnown exceptions, explained wherever their trace stands:")?;
        for known in rules::KNOWN {
            writeln!(out, "{:<24} {}", known.name, known.symptom)?;
        }
        out.flush()?;
        return Ok(Exit::Answered);
    }
    if let Some(name) = &args.explain {
        explain(&mut out, name)?;
        out.flush()?;
        return Ok(Exit::Answered);
    }
    let filter = args.filter.as_deref().map(|filter| filters::read(filter, &args.paths)).transpose()?;
    let read = import::Options { secrets: args.keys.read()?, ..args.reading.of_logs()? };
    let mut gathered = super::gather(&args.paths, &read)?;
    let mut investigation = concluded(&gathered, &options(args, &gathered)?, &args.paths);
    if let Some(said) = args.at.as_ref().and_then(|at| elsewhere::said(at, &investigation)) {
        output::say(&said);
    }
    if let Some(filter) = filter {
        investigation = filter::keep(&gathered, investigation, &filter);
    }
    let mut written = Vec::new();
    write(&mut written, args, &investigation, &gathered)?;
    let is_json = matches!(args.format, Output::Json | Output::Ndjson);
    out.write_all(&Known::of(&gathered, false)?.told(written, is_json))?;
    out.flush()?;
    let failed =
        !investigation.unexplained.is_empty() || investigation.findings.iter().any(|f| f.kind == FindingKind::Verdict);
    // All memory goes with the program, at once: to give back what many exchanges hold piece by piece takes longer than
    // some of what was asked of them.
    std::mem::forget(std::mem::take(&mut gathered.exchanges));
    Ok(if args.check && failed { Exit::Found } else { Exit::Answered })
}

fn options(args: &Args, gathered: &Gathered) -> Result<Options, Failure> {
    let (user, program) = (args.user.clone(), args.program.clone());
    let only = Only { at: args.at, within_ns: args.within, user, program };
    Ok(Options { only, ..args.reading.of_clocks(gathered)? })
}

fn write(out: &mut impl Write, args: &Args, investigation: &Investigation, gathered: &Gathered) -> io::Result<()> {
    let detail = match (args.summary, args.all) {
        (true, _) => report::Detail::Summary,
        (_, true) => report::Detail::All,
        _ => report::Detail::First,
    };
    match args.format {
        Output::Text => {
            let style = if output::colour() { report::Style::Colour } else { report::Style::Plain };
            out.write_all(report::text(investigation, gathered, style, detail).as_bytes())
        }
        Output::Md => out.write_all(report::markdown(investigation, gathered, detail).as_bytes()),
        Output::Html => out.write_all(report::html(investigation, gathered, detail).as_bytes()),
        Output::Json => {
            serde_json::to_writer_pretty(&mut *out, &report::json(investigation, gathered)).map_err(io::Error::from)?;
            writeln!(out)
        }
        Output::Ndjson => report::ndjson(investigation, gathered).iter().try_for_each(|value| writeln!(out, "{value}")),
    }
}

fn explain(out: &mut impl Write, name: &str) -> Result<(), Failure> {
    if let Some(known) = rules::KNOWN.iter().find(|known| known.name == name) {
        writeln!(out, "{name}\n  {:<11} {}\n  {:<11} {}", "symptom", known.symptom, "known from", known.source)?;
        return Ok(writeln!(out, "  cause and remedy depend on the trace: mwscope log --top traces")?);
    }
    let Some(Rule { name, symptom, cause, remedy, source, confirm, .. }) = rules::rule(name) else {
        return Err(Failure::Usage(format!("there is no rule {name}; mwscope investigate --rules lists them")));
    };
    writeln!(out, "{name}")?;
    for (label, text) in
        [("symptom", symptom), ("cause", cause), ("remedy", remedy), ("confirm", confirm), ("known from", source)]
    {
        writeln!(out, "  {label:<11} {text}")?;
    }
    Ok(())
}

pub(super) fn time(text: &str) -> Result<AskedTime, String> {
    AskedTime::parse(text)
}

pub(super) fn zone(text: &str) -> Result<Zone, String> {
    Zone::parse(text).ok_or_else(|| "write +01:00, Z or a name such as Europe/Stockholm".to_owned())
}

/// Nanoseconds from `90s`, `5m`, `1h`, `250ms`; a number alone is seconds.
pub(super) fn span(text: &str) -> Result<i64, String> {
    let wrong = || "write 30s, 5m, 1h or 250ms".to_owned();
    let text = text.trim();
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '+' | '-'));
    let number: f64 = text[..text.len() - unit.len()].parse().map_err(|_not_a_number| wrong())?;
    let seconds = match unit.trim() {
        "ms" => 0.001,
        "" | "s" => 1.0,
        "m" | "min" => 60.0,
        "h" => 3_600.0,
        "d" => 86_400.0,
        _ => return Err(wrong()),
    };
    let ns = number * seconds * 1e9;
    if ns.is_finite() && ns.abs() < 9e18 { Ok(ns as i64) } else { Err(wrong()) }
}

/// How near something is: more than nothing, in a unit that is said.
pub(super) fn within(text: &str) -> Result<i64, String> {
    let ns = span(text)?;
    let unit = text.trim().ends_with(|c: char| c.is_ascii_alphabetic());
    if ns > 0 && unit { Ok(ns) } else { Err("write 30s, 5m, 1h or 250ms, more than nothing".to_owned()) }
}

/// A source and the milliseconds that are added to its times.
pub(super) fn clock(text: &str) -> Result<(String, i64), String> {
    let (source, offset) = text.rsplit_once('=').ok_or_else(|| "write SOURCE=+3.7s".to_owned())?;
    Ok((source.to_owned(), span(offset)? / 1_000_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_and_spans_are_read() {
        assert_eq!(clock("merged.log=+3.7s"), Ok(("merged.log".to_owned(), 3_700)));
        assert_eq!(clock("a=b.log=-250ms"), Ok(("a=b.log".to_owned(), -250)));
        assert_eq!(span("5m"), Ok(300_000_000_000));
        assert!(span("soon").is_err());
        assert!(clock("merged.log").is_err());
    }
}
