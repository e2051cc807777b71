//! `mwscope packets`: what went over the wire, from captures: exchanges, or every TCP conversation.

use std::io::{self, BufWriter, Write};

use clap::Args as ClapArgs;
use serde_json::{Value, json};

use super::evidence::Shown;
use super::evidence::keys::KeyFiles;
use super::filters;
use super::list::{table, text};
use super::output::{self, Exit, Failure, Format};
use crate::import::{self, Wanted};
use crate::model::{Gathered, SourceKind};
use crate::report::exchange::{self as report, Secrets};
use crate::report::stream;

/// Lists the exchanges in packet captures, or their TCP conversations
#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// Captures (pcap, pcapng, packed or not), folders, archives or their members (x.zip!/a.pcap), - for standard input
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<String>,
    /// Every TCP conversation, one a line
    #[arg(long, conflicts_with = "filter")]
    streams: bool,
    #[command(flatten)]
    keys: KeyFiles,
    /// Only exchanges that match, in the filter language of the screens: "user:jdoe is:failed", "op:Create dur>2s", saved:NAME
    #[arg(long, value_name = "FILTER")]
    filter: Option<String>,
    /// How the answer is written
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Show passwords, tokens and cookies
    #[arg(long)]
    show_secrets: bool,
}

/// Lists.
///
/// # Errors
/// When a path gives nothing, or none of them is a capture.
#[allow(clippy::needless_pass_by_value, reason = "all commands are run alike")]
pub(super) fn run(args: Args) -> Result<Exit, Failure> {
    let filter = args.filter.as_deref().map(|filter| filters::read(filter, &args.paths)).transpose()?;
    let wanted = match &filter {
        _ if args.streams => Wanted::Streams,
        // A filter may ask about anything.
        Some(filter) if !filter.is_empty() => Wanted::All,
        _ => Wanted::Lines,
    };
    let options = import::Options { secrets: args.keys.read()?, wanted, ..import::Options::default() };
    let mut gathered = super::gather(&args.paths, &options)?;
    if !gathered.sources.iter().any(|source| source.kind == SourceKind::Capture) {
        let what = "there is no packet capture in it";
        return Err(Failure::path(args.paths.join(" "), what, "mwscope list shows the exchanges of other recordings"));
    }
    let mut out = BufWriter::new(io::stdout().lock());
    if args.streams {
        write_streams(&mut out, &args, &gathered)?;
    } else {
        only_captures(&mut gathered);
        if let Some(filter) = filter.filter(|filter| !filter.is_empty()) {
            gathered = super::list::keep(gathered, &args.paths, &filter);
        }
        if !args.show_secrets {
            for exchange in &mut gathered.exchanges {
                *exchange = super::evidence::masked(exchange, Shown::Facts).map_err(anyhow::Error::from)?;
            }
        }
        write_exchanges(&mut out, &args, &gathered)?;
    }
    out.flush()?;
    Ok(Exit::Answered)
}

fn only_captures(gathered: &mut Gathered) {
    let is_capture = |source: &crate::model::SourceId| {
        gathered.sources.get(source.0 as usize).is_some_and(|source| source.kind == SourceKind::Capture)
    };
    gathered.exchanges.retain(|exchange| is_capture(&exchange.source));
}

fn write_exchanges(out: &mut impl Write, args: &Args, gathered: &Gathered) -> io::Result<()> {
    let value = |exchange| {
        let secrets = if args.show_secrets { Secrets::Shown } else { Secrets::Masked };
        let exchange: &crate::model::Exchange = exchange;
        report::json(exchange, gathered.path(exchange.source), secrets)
    };
    let all = gathered.exchanges.iter().map(value);
    match args.format {
        Format::Text if gathered.exchanges.is_empty() => {
            output::say(&"there are no exchanges in it; --streams shows what it holds");
            Ok(())
        }
        Format::Text => text(out, gathered),
        Format::Ndjson => write_lines(out, all),
        Format::Json => write_value(out, &json!({"exchanges": all.collect::<Vec<_>>()})),
    }
}

fn write_streams(out: &mut impl Write, args: &Args, gathered: &Gathered) -> io::Result<()> {
    let secrets = if args.show_secrets { Secrets::Shown } else { Secrets::Masked };
    let all = gathered.streams.iter().map(|found| stream::json(found, gathered.path(found.source), secrets));
    match args.format {
        Format::Text => {
            let rows: Vec<_> =
                gathered.streams.iter().map(|found| (stream::cells(found), found.tcp.reset.is_some())).collect();
            table(out, &stream::COLUMNS, &rows, output::colour())
        }
        Format::Ndjson => write_lines(out, all),
        Format::Json => write_value(out, &json!({"streams": all.collect::<Vec<_>>()})),
    }
}

fn write_lines(out: &mut impl Write, values: impl Iterator<Item = Value>) -> io::Result<()> {
    for value in values {
        writeln!(out, "{value}")?;
    }
    Ok(())
}

fn write_value(out: &mut impl Write, value: &Value) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, value).map_err(io::Error::from)?;
    writeln!(out)
}
