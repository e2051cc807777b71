//! `mwscope list`: the exchanges of cases, recordings and archives, one a line.

use std::io::{self, BufWriter, Write};
use std::sync::Arc;

use clap::Args as ClapArgs;
use serde_json::{Value, json};

use super::evidence::{Shown, concluded};
use super::filters;
use super::output::{self, Exit, Failure, Format};
use crate::import;
use crate::model::{Exchange, Gathered, Outcome};
use crate::query::{Filter, Subject, Surroundings};
use crate::report::exchange::{self as report, Secrets};
use crate::timeline;

/// Lists exchanges, one a line
#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// Cases, recordings, folders, archives or their members (x.zip!/a.har), - for standard input
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<String>,
    /// Only what matches, in the filter language of the screens: "user:jdoe is:failed", "op:Create dur>2s", saved:NAME
    #[arg(long, value_name = "FILTER", allow_hyphen_values = true)]
    filter: Option<String>,
    /// How the answer is written
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Show passwords, tokens and cookies where the source has them
    #[arg(long)]
    show_secrets: bool,
}

/// Lists.
///
/// # Errors
/// When a path gives nothing, or none of them holds an exchange.
#[allow(clippy::needless_pass_by_value, reason = "all commands are run alike")]
pub(super) fn run(args: Args) -> Result<Exit, Failure> {
    let filter = args.filter.as_deref().map(|filter| filters::read(filter, &args.paths)).transpose()?;
    let mut gathered = super::gather(&args.paths, &import::Options::default())?;
    if gathered.exchanges.is_empty() {
        return Err(nothing(&args.paths, &gathered));
    }
    if let Some(filter) = filter.filter(|filter| !filter.is_empty()) {
        gathered = keep(gathered, &args.paths, &filter);
    }
    if !args.show_secrets {
        // Each one is given up as soon as it is masked: there may be a million.
        let masked = gathered.exchanges.into_iter().map(|exchange| super::evidence::masked(&exchange, Shown::Facts));
        gathered.exchanges = masked.collect::<Result<_, _>>().map_err(anyhow::Error::from)?;
    }
    if gathered.exchanges.is_empty() && args.format == Format::Text {
        output::say(&"no exchange matches the filter");
    }
    let mut out = BufWriter::new(io::stdout().lock());
    match args.format {
        Format::Text => text(&mut out, &gathered)?,
        Format::Ndjson => {
            for exchange in &gathered.exchanges {
                writeln!(out, "{}", value(exchange, &gathered, args.show_secrets))?;
            }
        }
        Format::Json => {
            let exchanges: Vec<_> =
                gathered.exchanges.iter().map(|exchange| value(exchange, &gathered, args.show_secrets)).collect();
            serde_json::to_writer_pretty(&mut out, &json!({"exchanges": exchanges})).map_err(io::Error::from)?;
            writeln!(out)?;
        }
    }
    out.flush()?;
    Ok(Exit::Answered)
}

fn value(exchange: &Exchange, gathered: &Gathered, show_secrets: bool) -> Value {
    let secrets = if show_secrets { Secrets::Shown } else { Secrets::Masked };
    report::json(exchange, gathered.path(exchange.source), secrets)
}

/// Leaves what matches. What a filter may ask about (findings, clocks, what was joined) is found out first.
pub(super) fn keep(gathered: Gathered, paths: &[String], filter: &Filter) -> Gathered {
    let investigation = concluded(&gathered, &timeline::Options::default(), paths);
    let around = Surroundings::new(Arc::new(gathered), Arc::new(investigation));
    let mut kept = around.gathered.as_ref().clone();
    kept.exchanges.retain(|exchange| filter.matches(&Subject::Exchange(exchange), &around));
    kept
}

fn nothing(paths: &[String], gathered: &Gathered) -> Failure {
    let kinds: Vec<_> = gathered.sources.iter().map(|source| source.kind.word()).collect();
    let what = match kinds.first() {
        Some(kind) if kinds.len() == 1 => format!("there are no exchanges in it, it is of kind {kind}"),
        _ => "there are no exchanges in it".to_owned(),
    };
    Failure::path(paths.join(" "), what, "name a case or an HTTP archive; mwscope log and mwscope dump read the others")
}

/// A table for each source, columns as wide as they need to be.
pub(super) fn text(out: &mut impl Write, gathered: &Gathered) -> io::Result<()> {
    let colour = output::colour();
    let mut first = true;
    for source in &gathered.sources {
        let own: Vec<_> = gathered.exchanges.iter().filter(|exchange| exchange.source == source.id).collect();
        if own.is_empty() {
            continue;
        }
        if !std::mem::take(&mut first) {
            writeln!(out)?;
        }
        let path = crate::report::safe::line(&source.path);
        let exchanges = if own.len() == 1 { "exchange" } else { "exchanges" };
        writeln!(out, "{path}: {} {exchanges}, {}", own.len(), ended(&own))?;
        let rows: Vec<_> = own.iter().map(|exchange| (report::cells(exchange), exchange.failed())).collect();
        table(out, &report::COLUMNS, &rows, colour)?;
    }
    Ok(())
}

/// How many failed, and how many the client gave up, which is no failure of the call.
fn ended(exchanges: &[&Exchange]) -> String {
    let failed = exchanges.iter().filter(|exchange| exchange.failed()).count();
    let aborted = |exchange: &&&Exchange| matches!(exchange.outcome, Outcome::Aborted { .. }) && !exchange.failed();
    let aborted = exchanges.iter().filter(aborted).count();
    let mut text = format!("{failed} failed");
    if failed > 0 {
        text.push_str(" (!)");
    }
    if aborted > 0 {
        text.push_str(&format!(", {aborted} aborted"));
    }
    text
}

/// Writes rows below the names of their columns, columns as wide as they need to be; failed ones in red.
pub(super) fn table(
    out: &mut impl Write,
    columns: &[&str],
    rows: &[(Vec<String>, bool)],
    colour: bool,
) -> io::Result<()> {
    let header: Vec<_> = columns.iter().map(|column| (*column).to_owned()).collect();
    let mut widths = vec![0; header.len()];
    for row in rows.iter().map(|(row, _)| row).chain([&header]) {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count().min(48));
        }
    }
    for (row, failed) in std::iter::once((&header, false)).chain(rows.iter().map(|(row, failed)| (row, *failed))) {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        let line = cells.collect::<Vec<_>>().join("  ");
        let line = line.trim_end();
        if failed && colour {
            writeln!(out, "\x1b[31m{line}\x1b[0m")?;
        } else {
            writeln!(out, "{line}")?;
        }
    }
    Ok(())
}
