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
        let mut rows = Exchanges::new();
        gathered.exchanges.iter().filter(|exchange| exchange.source == source.id).for_each(|own| rows.add(own));
        rows.write(out, &source.path, &mut first, colour)?;
    }
    Ok(())
}

/// What a table says of an exchange.
pub(super) struct Row {
    cells: Vec<String>,
    failed: bool,
    aborted: bool,
}

impl Row {
    pub(super) fn of(exchange: &Exchange) -> Self {
        let failed = exchange.failed();
        let aborted = !failed && matches!(exchange.outcome, Outcome::Aborted { .. });
        Self { cells: report::cells(exchange), failed, aborted }
    }
}

/// The exchanges of one source as a table.
pub(super) struct Exchanges {
    table: Table,
    failed: usize,
    aborted: usize,
}

impl Exchanges {
    pub(super) fn new() -> Self {
        Self { table: Table::new(&report::COLUMNS), failed: 0, aborted: 0 }
    }

    pub(super) fn add(&mut self, exchange: &Exchange) {
        self.add_row(&Row::of(exchange));
    }

    pub(super) fn add_row(&mut self, Row { cells, failed, aborted }: &Row) {
        self.failed += usize::from(*failed);
        self.aborted += usize::from(*aborted);
        self.table.add(cells, *failed);
    }

    /// Writes them, where there are any; an empty line stands between tables.
    pub(super) fn write(&self, out: &mut impl Write, path: &str, first: &mut bool, colour: bool) -> io::Result<()> {
        let count = self.table.rows.len();
        if count == 0 {
            return Ok(());
        }
        if !std::mem::take(first) {
            writeln!(out)?;
        }
        let path = crate::report::safe::line(path);
        let exchanges = if count == 1 { "exchange" } else { "exchanges" };
        writeln!(out, "{path}: {count} {exchanges}, {}", self.ended())?;
        self.table.write(out, colour)
    }

    /// How many failed, and how many the client gave up, which is no failure of the call.
    fn ended(&self) -> String {
        let mut text = format!("{} failed", self.failed);
        if self.failed > 0 {
            text.push_str(" (!)");
        }
        if self.aborted > 0 {
            text.push_str(&format!(", {} aborted", self.aborted));
        }
        text
    }
}

/// What stands between the cells of a row while it is kept; in what may be shown there is none.
const BETWEEN: char = '\x1f';

/// Rows below the names of their columns, columns as wide as they need to be; failed ones in red. There may be a million.
pub(super) struct Table {
    header: Box<str>,
    widths: Vec<usize>,
    rows: Vec<(Box<str>, bool)>,
}

impl Table {
    pub(super) fn new(columns: &[&str]) -> Self {
        let widths = columns.iter().map(|column| column.chars().count()).collect();
        Self { header: columns.join(BETWEEN.encode_utf8(&mut [0; 4])).into(), widths, rows: Vec::new() }
    }

    pub(super) fn add(&mut self, cells: &[String], failed: bool) {
        for (width, cell) in self.widths.iter_mut().zip(cells) {
            *width = (*width).max(cell.chars().count().min(48));
        }
        self.rows.push((cells.join(BETWEEN.encode_utf8(&mut [0; 4])).into(), failed));
    }

    pub(super) fn write(&self, out: &mut impl Write, colour: bool) -> io::Result<()> {
        for (row, failed) in
            std::iter::once((&self.header, false)).chain(self.rows.iter().map(|(row, failed)| (row, *failed)))
        {
            let cells = row.split(BETWEEN).zip(&self.widths).map(|(cell, width)| format!("{cell:<width$}"));
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
}
