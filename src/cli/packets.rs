//! `mwscope packets`: what went over the wire, from captures: exchanges, or every TCP conversation.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::io::{self, BufWriter, Write};

use clap::Args as ClapArgs;
use mwscope_parsers::wire::Protocol;
use serde_json::{Value, json};

use super::evidence::keys::KeyFiles;
use super::filters;
use super::list::{Exchanges, Row, Table};
use super::output::{self, Exit, Failure, Format};
use crate::case::Masking;
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
    /// A port on which BCI is spoken: framed conversations with it are called bci
    #[arg(long, value_name = "PORT", requires = "streams")]
    bci: Vec<u16>,
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
        name_bci(&mut gathered, &args.bci);
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

/// Calls framed conversations with these ports BCI, which nothing in them tells.
fn name_bci(gathered: &mut Gathered, ports: &[u16]) {
    let spoken = gathered.streams.iter_mut().filter(|stream| ports.contains(&stream.tcp.ends.server.port()));
    for protocol in spoken.flat_map(|stream| &mut stream.protocols) {
        if *protocol == Protocol::Framed {
            *protocol = Protocol::Bci;
        }
    }
}

/// How many exchanges one processor writes down at a time.
const BY_ONE: usize = 64;

/// What is listed: exchanges that were kept, or lines of a listing.
struct Found {
    gathered: Gathered,
    lines: Vec<Lines>,
    secrets: Secrets,
}

/// Some exchanges that follow each other.
enum Piece<'a> {
    Kept(Vec<&'a Exchange>),
    /// So many from that place on.
    Lines(&'a Lines, usize, usize),
}

impl Found {
    fn write(&self, out: &mut impl Write, format: Format) -> io::Result<()> {
        match format {
            Format::Text => self.write_text(out),
            Format::Ndjson => {
                let line = |exchange: &Exchange, lines: &mut Vec<u8>| {
                    report::write_json(&mut *lines, exchange, self.gathered.path(exchange.source), self.secrets)?;
                    lines.push(b'\n');
                    Ok(())
                };
                self.each(|_| true, line, |lines| out.write_all(&lines))
            }
            Format::Json => self.write_json(out),
        }
    }

    fn write_text(&self, out: &mut impl Write) -> io::Result<()> {
        let (mut first, colour) = (true, output::colour());
        for source in &self.gathered.sources {
            let mut rows = Exchanges::new();
            let row = |exchange: &Exchange, rows: &mut Vec<Row>| {
                rows.push(Row::of(exchange));
                Ok(())
            };
            self.each(
                |of| of == source.id,
                row,
                |piece| {
                    piece.iter().for_each(|row| rows.add_row(row));
                    Ok(())
                },
            )?;
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
        let mut is_first = true;
        let value = |exchange: &Exchange, values: &mut String| {
            let value = format!("{:#}", self.value(exchange)).replace('\n', "\n    ");
            values.extend([",\n    ", &value]);
            Ok(())
        };
        self.each(
            |_| true,
            value,
            |values| {
                let between = usize::from(std::mem::take(&mut is_first));
                out.write_all(&values.as_bytes()[between..])
            },
        )?;
        writeln!(out, "{}]\n}}", if is_first { "" } else { "\n  " })
    }

    fn value(&self, exchange: &Exchange) -> Value {
        report::json(exchange, self.gathered.path(exchange.source), self.secrets)
    }

    /// The exchanges of the sources that `wanted` says, in pieces, none of them empty.
    fn pieces(&self, wanted: impl Fn(SourceId) -> bool + Copy) -> impl Iterator<Item = Piece<'_>> {
        let mut kept = self.gathered.exchanges.iter().filter(move |exchange| wanted(exchange.source));
        let kept = std::iter::from_fn(move || {
            let some: Vec<_> = kept.by_ref().take(BY_ONE).collect();
            (!some.is_empty()).then_some(Piece::Kept(some))
        });
        let lines = self.lines.iter().filter(move |lines| wanted(lines.source()));
        kept.chain(lines.flat_map(|lines| {
            let starts = (0..lines.len()).step_by(BY_ONE);
            starts.map(move |from| Piece::Lines(lines, from, BY_ONE))
        }))
    }

    /// Has each exchange written down without its secrets, unless they are shown, and what was written taken in order.
    fn each<T: Send + Default>(
        &self,
        wanted: impl Fn(SourceId) -> bool + Copy,
        write: impl Fn(&Exchange, &mut T) -> io::Result<()> + Sync,
        mut take: impl FnMut(T) -> io::Result<()>,
    ) -> io::Result<()> {
        let masking = match self.secrets {
            Secrets::Shown => None,
            Secrets::Masked => Some(Masking::of_this_run()?),
        };
        let written = |piece: Piece<'_>| {
            let mut written = T::default();
            piece.each(|exchange| match &masking {
                Some(masking) => write(&masking.line_of(exchange.into_owned()), &mut written),
                None => write(&exchange, &mut written),
            })?;
            Ok(written)
        };
        // Who reads the lines may have gone, and then nobody needs more.
        let failed = OnceCell::new();
        let take = |done: io::Result<T>| {
            if failed.get().is_none()
                && let Err(error) = done.and_then(&mut take)
            {
                let _first = failed.set(error);
            }
        };
        let all = self.pieces(wanted).take_while(|_| failed.get().is_none());
        workers::in_line(written, take, |line| all.for_each(|piece| line.put(piece)));
        failed.into_inner().map_or(Ok(()), Err)
    }
}

impl Piece<'_> {
    fn each(&self, mut take: impl FnMut(Cow<'_, Exchange>) -> io::Result<()>) -> io::Result<()> {
        match self {
            Self::Kept(some) => some.iter().try_for_each(|exchange| take(Cow::Borrowed(exchange))),
            Self::Lines(lines, from, count) => {
                lines.part(*from, *count).try_for_each(|exchange| take(Cow::Owned(exchange)))
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
