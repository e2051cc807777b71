//! `mwscope serve`: answers as a recorded server did, for clients that are tested without it.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use clap::Args as ClapArgs;
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::evidence::concluded;
use super::filters;
use super::output::{self, Exit, Failure};
use super::record::{Interrupted, Lines, watch_for_interrupts};
use crate::case::{self, Case, NewSource, Writer};
use crate::engine::now;
use crate::import;
use crate::mock::{self, Asked, Injection, Mock};
use crate::model::Investigation;
use crate::proxy::parse_listen;
use crate::query::{Filter, Surroundings};
use crate::report::exchange::{self as report, Secrets};
use crate::timeline;

/// Answers as a recorded server did, so that a client can be tested without it
///
/// A request gets the answer of the recorded one that is equal to it: same method, path, operation and values; host,
/// credentials, points in time and ids don't count. Equal requests are answered in the order of the recording. Addresses in
/// answers (Location, WSDL) lead back here. What was not recorded is answered with 404 and said.
#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// Cases, recordings, captures, folders or archives
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<String>,
    /// Where to listen (port 0 takes any free one)
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: String,
    /// Only answer from what matches, in the filter language: "op:Create -is:failed", saved:NAME
    #[arg(long, value_name = "FILTER", allow_hyphen_values = true)]
    filter: Option<String>,
    /// Speak TLS, with a certificate of the authority that mwscope ca shows
    #[arg(long)]
    tls: bool,
    /// How long to wait before answering: recorded, none, or a factor such as 0.5
    #[arg(long, value_name = "HOW", default_value = "recorded")]
    delays: String,
    /// Answer with the nearest request of the same operation where none is equal
    #[arg(long)]
    nearest: bool,
    /// A fault to put in, [FILTER =>] WHAT [@ RATE]; WHAT is delay TIME, status CODE, cut BYTES, close, reset, garbage or
    /// hang: "op:Create => status 503 @ 10%"
    #[arg(long, value_name = "FAULT", allow_hyphen_values = true)]
    fault: Vec<String>,
    /// Leave the recorded server's addresses in answers as they are
    #[arg(long)]
    no_rewrite: bool,
    /// Record what is asked and answered into this case, misses included
    #[arg(long, value_name = "CASE")]
    record: Option<PathBuf>,
    /// How what happens is printed: text, or ndjson with an object for each event
    #[arg(long, value_enum, default_value_t)]
    format: Lines,
}

/// Serves until Ctrl-C.
///
/// # Errors
/// When a path gives nothing to answer from, or the address can't be listened on.
#[allow(clippy::needless_pass_by_value, reason = "all commands are run alike")]
pub(super) fn run(args: Args) -> Result<Exit, Failure> {
    let listen = parse_listen(&args.listen).map_err(|what| Failure::Usage(format!("--listen: {what}")))?;
    let pace = pace(&args.delays)?;
    let faults =
        args.fault.iter().map(|text| filters::with_saved(&args.paths, |saved| Injection::with_saved(text, saved)));
    let faults = faults.collect::<Result<Vec<_>, _>>().map_err(|what| Failure::Usage(format!("--fault: {what}")))?;
    let filter = args.filter.as_deref().map(|filter| filters::read(filter, &args.paths)).transpose()?;
    let gathered = super::gather(&args.paths, &import::Options::default())?;
    // Findings only matter to a filter that asks for them, and what is served must be there soon.
    let asked = filter.is_some() || faults.iter().any(|fault| !fault.filter.is_empty());
    let investigation = match asked {
        true => concluded(&gathered, &timeline::Options::default(), &args.paths),
        false => Investigation::default(),
    };
    let around = Surroundings::new(Arc::new(gathered), Arc::new(investigation));
    let gathered = Arc::clone(&around.gathered);
    let mock = recorded(&around, filter.as_ref());
    if mock.is_empty() {
        let what = "there is no recorded answer in it";
        return Err(Failure::path(
            args.paths.join(" "),
            what,
            "name a case, HTTP archive or capture; or mend --filter",
        ));
    }
    let log = args.record.as_deref().map(Log::open).transpose()?;
    let tls = args.tls.then(super::ca::open).transpose()?.map(Arc::new);
    let runtime = Runtime::new().context("starting the tasks of the mock")?;
    let (tell, told) = unbounded_channel();
    let scheme = if args.tls { "https" } else { "http" };
    let known = mock.len();
    let rewrite = !args.no_rewrite;
    let options =
        mock::Options { listen, tls, pace, nearest: args.nearest, rewrite, faults, gathered, around, now: now::utc_ns };
    let running = runtime.block_on(mock::start(mock, options, tell));
    let running = running.map_err(|error| {
        Failure::path(&args.listen, format!("can't be listened on: {error}"), "name another address, or port 0")
    })?;
    let interrupted = Arc::new(Interrupted::default());
    runtime.spawn(watch_for_interrupts(Arc::clone(&interrupted)));
    let mut printer = Printer { format: args.format, log, counts: Counts::default() };
    printer.begin(scheme, running.address(), known)?;
    let printed = printer.follow(&runtime, told, &interrupted);
    drop(running);
    let ended = printer.end();
    printed.and(ended).map(|()| Exit::Answered)
}

fn recorded(around: &Surroundings, filter: Option<&Filter>) -> Mock {
    use crate::query::Subject;
    let gathered = &around.gathered;
    let wanted = gathered
        .exchanges
        .iter()
        .filter(|exchange| filter.is_none_or(|filter| filter.matches(&Subject::Exchange(exchange), around)));
    let (mock, left_out) = Mock::of(wanted.cloned(), gathered.bodies.as_ref());
    for (why, count) in left_out {
        let exchanges = if count == 1 { "exchange" } else { "exchanges" };
        output::say(&format!("{count} {exchanges} can't be answered from: {why}"));
    }
    mock
}

fn pace(text: &str) -> Result<f64, Failure> {
    let wrong = || Failure::Usage(format!("--delays {text}: write recorded, none, or a factor such as 0.5"));
    match text {
        "recorded" => Ok(1.0),
        "none" => Ok(0.0),
        factor => factor.parse().ok().filter(|f: &f64| (0.0..=100.0).contains(f)).ok_or_else(wrong),
    }
}

/// The case that everything is recorded into.
struct Log {
    writer: Writer,
    source: crate::model::SourceId,
    next: u32,
}

impl Log {
    fn open(path: &Path) -> Result<Self, Failure> {
        let mut writer = Case::open_or_create(path)?.write(case::Options::new(now::utc_ns()))?;
        let source = writer.add_source(NewSource::recording())?;
        let (_, next) = writer.next_place(source);
        Ok(Self { writer, source, next })
    }

    fn add(&mut self, asked: &Asked) -> io::Result<()> {
        let mut exchange = asked.exchange.clone();
        (exchange.source, exchange.index) = (self.source, self.next);
        self.writer.append(exchange)?;
        self.next += 1;
        Ok(())
    }
}

#[derive(Default)]
struct Counts {
    answered: u64,
    missed: u64,
    faults: u64,
}

struct Printer {
    format: Lines,
    log: Option<Log>,
    counts: Counts,
}

impl Printer {
    fn begin(&self, scheme: &str, address: SocketAddr, known: usize) -> io::Result<()> {
        let mut out = io::stdout().lock();
        match self.format {
            Lines::Text => {
                writeln!(out, "listening on {address}\nanswers from {known} exchanges on {scheme}://{address}/")?;
            }
            Lines::Ndjson => {
                let address = address.to_string();
                writeln!(out, "{}", json!({"event": "listening", "address": address, "exchanges": known}))?;
            }
        }
        out.flush()
    }

    fn follow(
        &mut self,
        runtime: &Runtime,
        mut told: UnboundedReceiver<mock::Told>,
        interrupted: &Interrupted,
    ) -> Result<(), Failure> {
        const GLANCE: std::time::Duration = std::time::Duration::from_millis(100);
        while !interrupted.is_set() {
            let next = runtime.block_on(async { tokio::time::timeout(GLANCE, told.recv()).await });
            match next {
                Ok(Some(asked)) => self.say(&asked)?,
                Ok(None) => return Ok(()),
                Err(_) => {}
            }
        }
        // What was told before the interrupt belongs into the recording.
        while let Ok(asked) = told.try_recv() {
            self.say(&asked)?;
        }
        Ok(())
    }

    fn say(&mut self, asked: &Asked) -> Result<(), Failure> {
        let counted = if asked.miss.is_some() { &mut self.counts.missed } else { &mut self.counts.answered };
        *counted += 1;
        self.counts.faults += u64::from(asked.fault.is_some());
        if let Some(log) = &mut self.log
            && let Err(error) = log.add(asked)
        {
            output::say(&format!("this request is not recorded: {error}; look whether the disk is full"));
        }
        let shown = super::evidence::masked(&asked.exchange, super::evidence::Shown::Facts)?;
        let mut out = io::stdout().lock();
        match self.format {
            Lines::Text => writeln!(out, "{}", line(asked, &shown))?,
            Lines::Ndjson => writeln!(out, "{}", event(asked, &shown))?,
        }
        Ok(out.flush()?)
    }

    fn end(&mut self) -> Result<(), Failure> {
        if let Some(log) = self.log.take() {
            log.writer.finish()?;
        }
        let Counts { answered, missed, faults } = self.counts;
        let mut out = io::stdout().lock();
        match self.format {
            Lines::Text => {
                writeln!(out, "answered {answered}, not recorded {missed}, faults put in {faults}")?;
            }
            Lines::Ndjson => {
                writeln!(
                    out,
                    "{}",
                    json!({"event": "ended", "answered": answered, "missed": missed, "faults": faults})
                )?;
            }
        }
        Ok(out.flush()?)
    }
}

/// `POST http://…/Facility  Facility.Create  x28 equal  500  1350 ms`
fn line(asked: &Asked, shown: &crate::model::Exchange) -> String {
    let call = &shown.call;
    let name: Vec<_> = [call.service.as_deref(), call.operation.as_deref()].into_iter().flatten().collect();
    let target = crate::report::safe::line(&shown.request.target);
    let mut line = format!("{} {target}  {}", shown.request.method, name.join("."));
    match (&asked.answered_by, &asked.miss) {
        (_, Some(miss)) => {
            line.push_str(&format!("  NOT RECORDED: {}", miss.why.split(';').next().unwrap_or_default()));
            if let Some((nearest, differences)) = &miss.nearest {
                line.push_str(&format!(
                    " (nearest {nearest}{}{})",
                    if differences.is_empty() { "" } else { ": " },
                    differences.join("; ")
                ));
            }
        }
        (Some((_, _, id, fit)), None) => line.push_str(&format!("  as {id} ({})", fit.word())),
        (None, None) => {}
    }
    line.push_str(&shown.status().map_or_else(|| "  no answer".to_owned(), |status| format!("  {status}")));
    if let Some(took) = shown.duration_ns {
        line.push_str(&format!("  {} ms", took / 1_000_000));
    }
    if let Some(fault) = asked.fault {
        line.push_str(&format!("  fault put in: {fault}"));
    }
    crate::report::safe::line(&line).into_owned()
}

fn event(asked: &Asked, shown: &crate::model::Exchange) -> Value {
    let recorded = asked.answered_by.as_ref();
    json!({
        "event": if asked.miss.is_some() { "miss" } else { "answered" },
        "match": recorded.map(|(.., fit)| fit.word()),
        "recorded": recorded.map(|(source, index, id, _)| json!({"source": source, "index": index, "id": id})),
        "why": asked.miss.as_ref().map(|miss| miss.why.clone()),
        "nearest": asked.miss.as_ref().and_then(|miss| miss.nearest.as_ref())
            .map(|(id, differences)| json!({"id": id, "differences": differences})),
        "fault": asked.fault.map(|fault| fault.to_string()),
        "exchange": report::json(shown, "serve", Secrets::Masked),
    })
}
