//! `mwscope export --to otlp|opensearch`: time line and findings for a system that collects them, into a file or straight
//! to its receiver.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::Args as ClapArgs;

use super::super::evidence::known::Known;
use super::super::evidence::{Shown, concluded, masked};
use super::super::filters;
use super::super::output::{self, Exit, Failure};
use super::place::Place;
use super::receiver::{self, Names};
use crate::case::Case;
use crate::engine::push::{Pusher, Sent, Target, Wire, create_table as create};
use crate::engine::replay as engine;
use crate::export::{Counts, Format};
use crate::import;
use crate::model::Exchange;
use crate::query::Surroundings;
use crate::redact::mask_text;
use crate::report::mask;
use crate::telemetry::{Item, LeftOut, Masking, Origin, Telemetry, clickhouse, opensearch, otlp};

#[derive(Debug, ClapArgs)]
pub(super) struct Options {
    /// With --to otlp, otlp-grpc, opensearch or clickhouse: sends everything to this receiver (http://localhost:4318,
    /// https://search:9200); env is what the OTEL_EXPORTER_OTLP_ variables say
    #[arg(long, value_name = "URL")]
    push: Option<String>,
    /// With --push: a header that the receiver wants
    #[arg(long, value_name = "NAME: VALUE", requires = "push", hide_default_value = true)]
    header: Vec<String>,
    /// With --push: keeps how far it has come in this file, and goes on there
    #[arg(long, value_name = "FILE", requires = "push")]
    resume: Option<PathBuf>,
    /// With --push: seconds that a receiver is waited for that has no room or isn't there
    #[arg(long, value_name = "SECONDS", default_value_t = 300)]
    patience: u64,
    /// With --to otlp: the name under which the calls are found
    #[arg(long, value_name = "NAME", default_value = "mws")]
    service: String,
    /// With --to opensearch: the index
    #[arg(long, value_name = "NAME", default_value = "mwscope")]
    index: String,
    /// With --to clickhouse: the table, DATABASE.TABLE where it isn't in the default one
    #[arg(long, value_name = "NAME", default_value = "mwscope")]
    table: String,
    /// With --to clickhouse: print the statement that makes the table, or with --push have it made
    #[arg(long)]
    pub(super) create_table: bool,
}

/// Items in a line of a file.
const IN_A_LINE: usize = 500;

/// Hands on.
///
/// # Errors
/// When a path gives nothing, or the receiver takes nothing.
pub(super) fn run(args: &super::Args, format: &str) -> Result<Exit, Failure> {
    let options = &args.telemetry;
    if options.create_table {
        create_table(options, format)?;
        if options.push.is_none() || args.paths.is_empty() {
            return Ok(Exit::Answered);
        }
    }
    let filter = args.filter.as_deref().map(|filter| filters::read(filter, &args.paths)).transpose()?;
    let gathered =
        super::super::gather(&args.paths, &import::Options { secrets: args.keys.read()?, ..args.reading.of_logs()? })?;
    let investigation = concluded(&gathered, &args.reading.of_clocks(&gathered)?, &args.paths);
    let known = Known::of(&gathered, args.show_secrets)?;
    let around = Surroundings::new(Arc::new(gathered), Arc::new(investigation));
    let mut telemetry = Telemetry::new(&around, filter.as_ref());
    let case = case(&args.paths);
    if let Some((_, id)) = &case {
        telemetry = telemetry.of_case(id);
    }
    let show = args.show_secrets;
    let scrub = super::scrub(args)?;
    let scrubbed = |mut text: String| {
        scrub.text(&mut text, &mut Counts::default());
        text
    };
    let exchange = |x: &Exchange| -> io::Result<Exchange> {
        let mut x = if show { x.clone() } else { masked(x, Shown::Facts)? };
        x.url = scrubbed(x.url);
        let call = &mut x.call;
        for text in [&mut call.user, &mut call.service, &mut call.operation, &mut call.company, &mut call.division] {
            *text = text.take().map(scrubbed);
        }
        Ok(x)
    };
    let text = |text: &str| match show {
        true => scrubbed(text.to_owned()),
        false => scrubbed(known.text(mask::masked(text).into_owned())),
    };
    let masking = Masking { exchange: &exchange, text: &text };
    let names = Names { index: options.index.clone(), table: options.table.clone() };
    let wire =
        receiver::wire(format, &names).ok_or_else(|| Failure::Usage(format!("--to {format}: no such format")))?;
    let origin = Origin::new(&options.service, case.as_ref().map(|(name, _)| name.as_str()), None);
    let left_out = match &options.push {
        Some(url) => push(options, url, (wire, origin), &args.paths.join(" "), &telemetry, &masking)?,
        None if matches!(wire, Wire::OtlpGrpc) => {
            let what =
                "--to otlp-grpc: name the receiver by --push http://HOST:4317; --to otlp writes the same into a file";
            return Err(Failure::Usage(what.to_owned()));
        }
        None => {
            let text = Format::named("ndjson").ok_or_else(|| Failure::Usage("no format is text".to_owned()))?;
            let place = Place::new(args.output.as_deref(), args.force, text)?;
            let writing = place.open()?;
            let mut out = io::BufWriter::new(writing.out()?);
            let left_out = write(&mut out, &wire, &origin, &telemetry, &masking)?;
            out.flush()?;
            drop(out);
            if let Some(path) = writing.keep()? {
                writeln!(io::stdout(), "{}: {format}", crate::report::safe::line(&path))?;
            }
            left_out
        }
    };
    if left_out.timeless > 0 {
        output::say(&format!("left out, since they have no time: {} calls, records and dumps", left_out.timeless));
    }
    if left_out.unreadable > 0 {
        output::say(&format!("left out, since they can't be read any more: {} records", left_out.unreadable));
    }
    Ok(Exit::Answered)
}

/// The name and the id of a case that is exported by itself: so the ids are those under which it was pushed.
fn case(paths: &[String]) -> Option<(String, String)> {
    let [path] = paths else { return None };
    let case = Case::open(Path::new(path)).ok()?;
    Some((case.name(), case.id()?))
}

fn write(
    out: &mut impl Write,
    wire: &Wire,
    origin: &Origin,
    telemetry: &Telemetry<'_>,
    masking: &Masking<'_>,
) -> io::Result<LeftOut> {
    let mut batch: Option<(otlp::Signal, Vec<serde_json::Value>)> = None;
    let line = |out: &mut dyn Write, batch: Option<(otlp::Signal, Vec<serde_json::Value>)>| -> io::Result<()> {
        let Some((signal, items)) = batch else { return Ok(()) };
        writeln!(out, "{}", otlp::request(signal, origin, &items))
    };
    let left_out = telemetry.each(masking, &mut |item: Item| match wire {
        Wire::ClickHouse { .. } => out.write_all(clickhouse::row(&item, origin).as_bytes()),
        Wire::OpenSearch { index } => out.write_all(opensearch::lines(&item, index, origin).as_bytes()),
        Wire::Otlp | Wire::OtlpGrpc => {
            let (signal, value) = otlp::encoded(&item);
            match &mut batch {
                Some((of, items)) if *of == signal && items.len() < IN_A_LINE => items.push(value),
                _ => line(out, batch.replace((signal, vec![value])))?,
            }
            Ok(())
        }
    })?;
    line(out, batch)?;
    Ok(left_out)
}

/// The receiver with the headers that are for it.
fn target(options: &Options, url: &str, wire: Wire, origin: Origin) -> Result<Target, Failure> {
    let mut target = receiver::target("--push", wire, url, origin)?;
    for text in &options.header {
        let (word, header) = receiver::header("--header", text)?;
        target.headers.extend(word.is_none_or(|word| word == target.wire.word()).then_some(header));
    }
    Ok(target)
}

/// Prints the statement that makes the table, or has it made.
fn create_table(options: &Options, format: &str) -> Result<(), Failure> {
    if format != "clickhouse" {
        return Err(Failure::Usage("--create-table: only --to clickhouse has tables".to_owned()));
    }
    let Some(url) = &options.push else {
        writeln!(io::stdout(), "{};", clickhouse::create(&options.table))?;
        return Ok(());
    };
    let wire = Wire::ClickHouse { table: options.table.clone() };
    let target = target(options, url, wire, Origin::new(&options.service, None, None))?;
    let sender = engine::sender(None).map_err(anyhow::Error::from)?;
    create(&target, &sender)
        .map_err(|error| Failure::path(mask_text(url), error.to_string(), "mwscope probe tests the way to it"))
}

fn push(
    options: &Options,
    url: &str,
    (wire, origin): (Wire, Origin),
    of: &str,
    telemetry: &Telemetry<'_>,
    masking: &Masking<'_>,
) -> Result<LeftOut, Failure> {
    let target = target(options, url, wire, origin)?;
    let patience = Duration::from_secs(options.patience);
    let sender = engine::sender(None).map_err(anyhow::Error::from)?;
    let resume = options.resume.as_ref().map(|path| path.display().to_string()).unwrap_or_default();
    let say = Box::new(|text: &str| output::say(&text));
    let mut pusher = Pusher::new(target, sender, of, patience, options.resume.clone(), say)
        .map_err(|error| Failure::path(resume, error.to_string(), "delete it to begin anew"))?;
    let url = mask_text(url);
    let failed = |error: io::Error| Failure::path(&*url, error.to_string(), "mwscope probe tests the way to it");
    let left_out = telemetry.each(masking, &mut |item| pusher.put(item)).map_err(failed)?;
    let Sent { taken, skipped, refused, reasons } = pusher.finish().map_err(failed)?;
    let before = if skipped > 0 { format!(", {skipped} sent before") } else { String::new() };
    writeln!(io::stdout(), "{url}: {taken} items taken, {refused} refused{before}")?;
    for reason in reasons {
        output::say(&format!("{url} refused: {reason}"));
    }
    Ok(left_out)
}
