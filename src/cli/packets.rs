//! `mwscope packets`: what went over the wire, from captures: exchanges, or every TCP conversation.

use std::io::{self, BufWriter, Write};

use clap::Args as ClapArgs;
use serde_json::{Value, json};

use super::evidence::Shown;
use super::evidence::keys::KeyFiles;
use super::filters;
use super::list::{Exchanges, Table};
use super::output::{self, Exit, Failure, Format};
use crate::import::{self, Lines, Wanted};
use crate::model::{Exchange, Gathered, SourceId, SourceKind};
use crate::report::exchange::{self as report, Secrets};
use crate::report::stream;
use crate::workers;

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
    let filter = filter.filter(|filter| !filter.is_empty());
    // A filter may ask about anything.
    let wanted = if args.streams { Wanted::Streams } else { Wanted::All };
    let options = import::Options { secrets: args.keys.read()?, wanted, ..import::Options::default() };
    let (mut gathered, lines) = if args.streams || filter.is_some() {
        (super::gather(&args.paths, &options)?, Vec::new())
    } else {
        super::evidence::listed(&args.paths, &options)?
    };
    if !gathered.sources.iter().any(|source| source.kind == SourceKind::Capture) {
        let what = "there is no packet capture in it";
        return Err(Failure::path(args.paths.join(" "), what, "mwscope list shows the exchanges of other recordings"));
    }
    let mut out = BufWriter::new(io::stdout().lock());
    if args.streams {
        write_streams(&mut out, &args, &gathered)?;
    } else {
        only_captures(&mut gathered);
        if let Some(filter) = &filter {
            gathered = super::list::keep(gathered, &args.paths, filter);
        }
        let found = Found { gathered, lines, secrets: args.secrets() };
        found.write(&mut out, args.format)?;
    }
    out.flush()?;
    Ok(Exit::Answered)
}

impl Args {
    fn secrets(&self) -> Secrets {
        if self.show_secrets { Secrets::Shown } else { Secrets::Masked }
    }
}

fn only_captures(gathered: &mut Gathered) {
    let is_capture = |source: &crate::model::SourceId| {
        gathered.sources.get(source.0 as usize).is_some_and(|source| source.kind == SourceKind::Capture)
    };
    gathered.exchanges.retain(|exchange| is_capture(&exchange.source));
}

/// How many exchanges are written down at a time, on all processors, and how many by one of them.
const TOGETHER: usize = 512;
const BY_ONE: usize = 32;

/// What is listed: exchanges that were kept, or lines of a listing.
struct Found {
    gathered: Gathered,
    lines: Vec<Lines>,
    secrets: Secrets,
}

impl Found {
    fn write(&self, out: &mut impl Write, format: Format) -> io::Result<()> {
        match format {
            Format::Text => self.write_text(out),
            Format::Ndjson => {
                let line = |exchange: &Exchange| format!("{}\n", self.value(exchange));
                self.each(self.all(), line, |line| out.write_all(line.as_bytes()))
            }
            Format::Json => self.write_json(out),
        }
    }

    fn write_text(&self, out: &mut impl Write) -> io::Result<()> {
        let (mut first, colour) = (true, output::colour());
        for source in &self.gathered.sources {
            let mut rows = Exchanges::new();
            let row = |exchange: &Exchange| exchange.clone();
            self.each(self.of(source.id), row, |exchange| {
                rows.add(&exchange);
                Ok(())
            })?;
            rows.write(out, &source.path, &mut first, colour)?;
        }
        if first {
            output::say(&"there are no exchanges in it; --streams shows what it holds");
        }
        Ok(())
    }

    /// Laid out as the values of other commands are, without having them all in memory.
    fn write_json(&self, out: &mut impl Write) -> io::Result<()> {
        write!(out, "{{\n  \"exchanges\": [")?;
        let mut between = "";
        let value = |exchange: &Exchange| format!("{:#}", self.value(exchange)).replace('\n', "\n    ");
        self.each(self.all(), value, |value| {
            write!(out, "{between}\n    {value}")?;
            between = ",";
            Ok(())
        })?;
        writeln!(out, "{}]\n}}", if between.is_empty() { "" } else { "\n  " })
    }

    fn value(&self, exchange: &Exchange) -> Value {
        report::json(exchange, self.gathered.path(exchange.source), self.secrets)
    }

    fn of(&self, source: SourceId) -> impl Iterator<Item = Exchange> {
        let kept = self.gathered.exchanges.iter().filter(move |exchange| exchange.source == source).cloned();
        kept.chain(self.lines.iter().filter(move |lines| lines.source() == source).flat_map(Lines::iter))
    }

    fn all(&self) -> impl Iterator<Item = Exchange> {
        self.gathered.exchanges.iter().cloned().chain(self.lines.iter().flat_map(Lines::iter))
    }

    /// Has each exchange written down without its secrets, unless they are shown, and taken in order.
    fn each<T: Send>(
        &self,
        exchanges: impl Iterator<Item = Exchange>,
        write: impl Fn(&Exchange) -> T + Sync,
        mut take: impl FnMut(T) -> io::Result<()>,
    ) -> io::Result<()> {
        let write = |exchange: &Exchange| match self.secrets {
            Secrets::Shown => Ok(write(exchange)),
            Secrets::Masked => super::evidence::masked(exchange, Shown::Facts).map(|exchange| write(&exchange)),
        };
        let mut exchanges = exchanges.fuse();
        loop {
            let together: Vec<Exchange> = exchanges.by_ref().take(TOGETHER).collect();
            let pieces: Vec<_> = together.chunks(BY_ONE).collect();
            for done in workers::in_order(pieces.len(), |n| pieces[n].iter().map(write).collect::<io::Result<Vec<T>>>())
            {
                done?.into_iter().try_for_each(&mut take)?;
            }
            if together.len() < TOGETHER {
                return Ok(());
            }
        }
    }
}

fn write_streams(out: &mut impl Write, args: &Args, gathered: &Gathered) -> io::Result<()> {
    let all = gathered.streams.iter().map(|found| stream::json(found, gathered.path(found.source), args.secrets()));
    match args.format {
        Format::Text => {
            let mut table = Table::new(&stream::COLUMNS);
            gathered.streams.iter().for_each(|found| table.add(&stream::cells(found), found.tcp.reset.is_some()));
            table.write(out, output::colour())
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
