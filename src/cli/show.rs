//! `mwscope show`: one exchange, record, dump or kept text in full.

use std::io::{self, Write};

use clap::{Args as ClapArgs, ValueEnum};
use mwscope_parsers::Span;

use super::evidence::Shown;
use super::evidence::known::Known;
use super::evidence::named::{Thing, find};
use super::output::{self, Exit, Failure};
use crate::import;
use crate::model::{
    About, Body, BodyState, Exchange, Gathered, GatheredDump, Headers, Investigation, Kept, Remark, SourceId,
    SourceProblem, Stream, coding,
};
use crate::report::exchange::{self as report, Secrets};
use crate::report::mask::{masked, masked_bytes, masked_named};
use crate::report::{body, dump};
use crate::report::{safe, stream as stream_report};
use crate::rules;

/// Shows one exchange, record, dump or kept text in full
#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// A case, recording, log, folder or archive
    #[arg(value_name = "PATH")]
    path: String,
    /// x12, SOURCE#INDEX or the bare index for an exchange, d3 for a dump, s7 for a stream, SOURCE:LINE for a record,
    /// SOURCE for a text of no known kind
    #[arg(value_name = "ID")]
    id: String,
    /// The bytes as they were recorded, nothing laid out
    #[arg(long)]
    raw: bool,
    /// The body alone, content coding removed (with --raw as it is kept: as it was sent, but of a recording that masks
    /// secrets without its coding, which hides them)
    #[arg(long, value_enum, value_name = "WHICH")]
    body: Option<Which>,
    /// One part of a body of several, from 1 on, its transfer encoding removed too: an attachment, or the envelope
    #[arg(long, value_name = "N", requires = "body", value_parser = clap::value_parser!(u32).range(1..))]
    part: Option<u32>,
    /// Show passwords, tokens and cookies where the source has them
    #[arg(long)]
    show_secrets: bool,
    /// How the answer is written
    #[arg(long, value_enum, default_value_t, conflicts_with_all = ["raw", "body"])]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Which {
    Request,
    Response,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    #[default]
    Text,
    Json,
}

/// Shows.
///
/// # Errors
/// When the path gives nothing, or nothing in it has that id.
#[allow(clippy::needless_pass_by_value, reason = "all commands are run alike")]
pub(super) fn run(args: Args) -> Result<Exit, Failure> {
    let options = import::Options { texts: true, bytes: args.raw, ..import::Options::default() };
    let gathered = super::gather(std::slice::from_ref(&args.path), &options)?;
    let thing =
        find(&gathered, &args.id).map_err(|what| Failure::path(&args.path, what, "mwscope list shows the ids"))?;
    let mut out = Vec::new();
    let remarks = remarks(&args, &gathered, &thing);
    match thing {
        Thing::Exchange(exchange) if args.show_secrets => write_exchange(&mut out, &args, &gathered, exchange)?,
        Thing::Exchange(exchange) => {
            let mut exchange = gathered.loaded(exchange).map_err(|error| unreadable(&args, &error))?;
            decode_kept(&args, &gathered, &mut exchange)?;
            let exchange = super::evidence::masked(&exchange, Shown::Whole).map_err(anyhow::Error::from)?;
            write_exchange(&mut out, &args, &gathered, &exchange)?;
        }
        Thing::Record(source, n) => write_record(&mut out, &args, &gathered, source, n)?,
        Thing::Dump(dump) => write_dump(&mut out, &args, &gathered, dump)?,
        Thing::Stream(stream) => write_stream(&mut out, &args, &gathered, stream)?,
        Thing::Text(source) => write_text(&mut out, &args, &gathered, source)?,
    }
    // Bodies and raw bytes are what they are; programs ask `mwscope note`.
    if !args.raw && args.body.is_none() && args.format == Format::Text {
        for remark in remarks {
            writeln!(out, "\nnote  {}", safe::line(&crate::report::remarks::line(&remark)))?;
        }
    }
    let is_json = !args.raw && args.body.is_none() && args.format == Format::Json;
    let told = Known::of(&gathered, args.show_secrets)?.told(out, is_json);
    let mut out = io::stdout().lock();
    out.write_all(&told)?;
    out.flush()?;
    Ok(Exit::Answered)
}

/// What the user wrote on it.
fn remarks(args: &Args, gathered: &Gathered, thing: &Thing<'_>) -> Vec<Remark> {
    // Those on a text are on its lines.
    let Some(about) = thing.event().map(About::Event) else { return Vec::new() };
    let mut all = super::evidence::remarks(std::slice::from_ref(&args.path)).on(gathered, &Investigation::default());
    all.retain(|remark| remark.about == about);
    all
}

impl Args {
    fn secrets(&self) -> Secrets {
        if self.show_secrets { Secrets::Shown } else { Secrets::Masked }
    }

    /// Writes bytes of a source, secrets masked unless they are asked for.
    fn write(&self, out: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
        if self.show_secrets { out.write_all(bytes) } else { out.write_all(&masked_bytes(bytes)) }
    }
}

/// Takes bodies into memory whose codings are still on, since a case that was told to keep secrets has them as they came:
/// to be masked they must be decoded.
fn decode_kept(args: &Args, gathered: &Gathered, exchange: &mut Exchange) -> Result<(), Failure> {
    let response = exchange.response.as_mut().map(|response| &mut response.body);
    for body in response.into_iter().chain([&mut exchange.request.body]) {
        if !body.codings.is_empty() {
            body.kept = Kept::of(load(args, gathered, body)?);
        }
    }
    Ok(())
}

/// One part of a body of several; as it stands in it with `--raw`.
fn write_part(out: &mut impl Write, args: &Args, body: &[u8], headers: &Headers, n: u32) -> Result<(), Failure> {
    let pieces = body::pieces(body, headers);
    let Some(piece) = usize::try_from(n).ok().and_then(|n| pieces.get(n.checked_sub(1)?)) else {
        let what = match pieces.len() {
            0 => format!("the body of {} has no parts", args.id),
            count => format!("the body of {} has {count} parts, none of which is part {n}", args.id),
        };
        return Err(Failure::path(&args.path, what, "show it without --body: that lists its parts"));
    };
    let as_it_stands = || body.get(piece.body.clone()).unwrap_or_default().into();
    let content = if args.raw { as_it_stands() } else { piece.content(body).unwrap_or_else(as_it_stands) };
    Ok(args.write(out, &content)?)
}

fn write_exchange(out: &mut impl Write, args: &Args, gathered: &Gathered, exchange: &Exchange) -> Result<(), Failure> {
    let source = gathered.path(exchange.source);
    let bodies = gathered.bodies.as_ref();
    if let Some(which) = args.body {
        let (headers, body) = match (which, &exchange.response) {
            (Which::Request, _) => (&exchange.request.headers, &exchange.request.body),
            (Which::Response, Some(response)) => (&response.headers, &response.body),
            (Which::Response, None) => {
                let what = format!("{} has no response", args.id);
                return Err(Failure::path(&args.path, what, "show it without --body"));
            }
        };
        if let BodyState::Withheld(why) = &body.state {
            output::say(&SourceProblem {
                path: args.path.clone(),
                offset: 0,
                what: why.clone(),
                remedy: "of a recording with --keep-secrets, --show-secrets gives it as it came".to_owned(),
            });
        }
        let kept = load(args, gathered, body)?;
        let decoded = coding::decode(body, &kept);
        if let Some(trouble) = decoded.trouble.filter(|_| !args.raw) {
            output::say(&SourceProblem {
                path: args.path.clone(),
                offset: 0,
                what: trouble,
                remedy: "--raw gives the bytes as they are kept".to_owned(),
            });
        }
        if let Some(n) = args.part {
            return write_part(out, args, &decoded.bytes, headers, n);
        }
        return Ok(args.write(out, if args.raw { &kept } else { &decoded.bytes })?);
    }
    if args.raw {
        return write_raw(out, args, gathered, exchange);
    }
    match args.format {
        Format::Text => out.write_all(report::text(exchange, source, bodies, args.secrets()).as_bytes())?,
        Format::Json => write_json(out, &report::full_json(exchange, source, bodies, args.secrets()))?,
    }
    Ok(())
}

fn write_json(out: &mut impl Write, value: &serde_json::Value) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, value).map_err(io::Error::from)?;
    writeln!(out)
}

fn load(args: &Args, gathered: &Gathered, body: &Body) -> Result<bytes::Bytes, Failure> {
    gathered.bodies.load(body).map_err(|error| unreadable(args, &error))
}

fn unreadable(args: &Args, error: &io::Error) -> Failure {
    Failure::path(&args.path, format!("{} can't be read: {error}", args.id), "look whether the source is still there")
}

/// Request and response as HTTP/1 writes them; heads that the source doesn't hold as bytes are put together.
fn write_raw(out: &mut impl Write, args: &Args, gathered: &Gathered, exchange: &Exchange) -> Result<(), Failure> {
    let request = &exchange.request;
    let first = format!("{} {} {}", request.method, request.target, request.version);
    write_head(out, args, request.head.as_ref(), first.trim_end(), &request.headers)?;
    args.write(out, &load(args, gathered, &request.body)?)?;
    write_trailers(out, args, &request.trailers)?;
    let Some(response) = &exchange.response else { return Ok(()) };
    if request.body.len > 0 && request.trailers.0.is_empty() {
        out.write_all(b"\r\n")?;
    }
    let version = if response.version.is_empty() { "HTTP" } else { &response.version };
    let first = format!("{version} {} {}", response.status, response.reason);
    write_head(out, args, response.head.as_ref(), first.trim_end(), &response.headers)?;
    args.write(out, &load(args, gathered, &response.body)?)?;
    Ok(write_trailers(out, args, &response.trailers)?)
}

/// The fields behind a body, on lines of their own.
fn write_trailers(out: &mut impl Write, args: &Args, trailers: &Headers) -> io::Result<()> {
    if trailers.0.is_empty() {
        return Ok(());
    }
    let mut lines = b"\r\n".to_vec();
    write_fields(&mut lines, trailers);
    args.write(out, &lines)
}

fn write_fields(to: &mut Vec<u8>, fields: &Headers) {
    for field in &fields.0 {
        to.extend_from_slice(field.name.as_bytes());
        to.extend_from_slice(b": ");
        to.extend_from_slice(&field.value);
        to.extend_from_slice(b"\r\n");
    }
    to.extend_from_slice(b"\r\n");
}

fn write_head(
    out: &mut impl Write,
    args: &Args,
    head: Option<&bytes::Bytes>,
    first: &str,
    headers: &Headers,
) -> io::Result<()> {
    if let Some(head) = head {
        return args.write(out, head);
    }
    let mut head = format!("{first}\r\n").into_bytes();
    write_fields(&mut head, headers);
    args.write(out, &head)
}

fn write_record(
    out: &mut impl Write,
    args: &Args,
    gathered: &Gathered,
    source: SourceId,
    n: usize,
) -> Result<(), Failure> {
    let Some(records) = gathered.log(source) else { return Ok(()) };
    let record = records.read(n).map_err(|error| unreadable(args, &error))?;
    if args.raw {
        let bytes = records.bytes(record.head.span).map_err(|error| unreadable(args, &error))?;
        return Ok(args.write(out, &bytes)?);
    }
    let known = record.trace.as_ref().and_then(rules::explain);
    if args.format == Format::Json {
        let value = serde_json::json!({
            "source": gathered.path(source), "line": record.head.line, "lines": record.head.lines,
            "at": record.head.stamp.map(|stamp| stamp.to_rfc3339()), "level": record.level, "thread": record.thread,
            "logger": record.logger, "message": shown(args, &record.message), "text": shown(args, &record.text),
            "known": known.as_ref().map(crate::report::record::advice),
        });
        return Ok(write_json(out, &value)?);
    }
    writeln!(out, "{}:{}", safe::line(gathered.path(source)), record.head.line)?;
    writeln!(out, "{}", safe::lines(&shown(args, &record.text)))?;
    match known {
        Some(advice) => Ok(writeln!(out, "\ncause   {}\nremedy  {}", advice.cause, advice.remedy)?),
        None => Ok(()),
    }
}

/// A text of no known kind, row by row; raw from its first to its last row.
fn write_text(out: &mut impl Write, args: &Args, gathered: &Gathered, source: SourceId) -> Result<(), Failure> {
    let Some(records) = gathered.log(source) else { return Ok(()) };
    if args.raw {
        let ends = records.len().checked_sub(1).and_then(|last| records.head(last)).map_or(0, |head| head.span.end());
        let bytes = records.bytes(Span::new(0, ends)).map_err(|error| unreadable(args, &error))?;
        return Ok(args.write(out, &bytes)?);
    }
    let mut rows = Vec::new();
    for n in 0..records.len() {
        let row = records.read(n).map_err(|error| unreadable(args, &error))?;
        match args.format {
            Format::Text => writeln!(out, "{}", safe::lines(&shown(args, &row.text)))?,
            Format::Json => {
                let cell =
                    |name: &str, cell: &str| if args.show_secrets { cell.to_owned() } else { masked_named(name, cell) };
                let columns = row.columns.iter().map(|(name, value)| (name.clone(), cell(name, value).into()));
                rows.push(serde_json::json!({
                    "line": row.head.line, "at": row.head.stamp.map(|stamp| stamp.to_rfc3339()),
                    "text": shown(args, &row.text), "columns": columns.collect::<serde_json::Map<_, _>>(),
                }));
            }
        }
    }
    match args.format {
        Format::Text => Ok(()),
        Format::Json => Ok(write_json(out, &serde_json::json!({"source": gathered.path(source), "rows": rows}))?),
    }
}

fn shown(args: &Args, text: &str) -> String {
    if args.show_secrets { text.to_owned() } else { masked(text).into_owned() }
}

fn write_dump(out: &mut impl Write, args: &Args, gathered: &Gathered, found: &GatheredDump) -> Result<(), Failure> {
    if args.raw {
        let bytes = match gathered.log(found.source) {
            Some(records) => records.bytes(found.dump.span).map(|bytes| bytes.to_vec()),
            None => found.bytes().unwrap_or_else(|| Err(io::Error::other("its bytes were not kept"))),
        };
        return Ok(args.write(out, &bytes.map_err(|error| unreadable(args, &error))?)?);
    }
    let telling = dump::Telling { secrets: args.secrets(), explain: rules::explain };
    if args.format == Format::Json {
        return Ok(write_json(out, &dump::one(found, gathered, telling))?);
    }
    let calls = super::dump::calls_behind(gathered);
    Ok(out.write_all(dump::in_full(found, gathered, telling, calls.get(&found.id)).as_bytes())?)
}

fn write_stream(out: &mut impl Write, args: &Args, gathered: &Gathered, found: &Stream) -> Result<(), Failure> {
    let source = gathered.path(found.source);
    if args.format == Format::Json {
        return Ok(write_json(out, &stream_report::json(found, source, args.secrets()))?);
    }
    Ok(out.write_all(stream_report::text(found, source, args.secrets()).as_bytes())?)
}
