//! `mwscope demo`: a simulated MWS, a client that calls it through the recording proxy, and what mwscope makes of
//! it, all on loopback with nothing installed. A demonstration and a test bed; everything it shows is synthetic.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;

use super::output::{self, Exit, Failure};
use super::record::{Interrupted, screen, watch_for_interrupts};
use crate::demo::{self, CallError, Caller, Planned, Server};
use crate::engine::{self, Counts, Session, Update, now};
use crate::model::Exchange;
use crate::proxy::{self, Accepted, Authority, Trust};
use crate::report;
use crate::timeline;

/// Shows on a simulated MWS what mwscope does, with nothing installed
///
/// Starts a simulated MWS on this computer and records a client's calls to it while following its log and its
/// dumps. One of its services fails because its M3 program ends abnormally. Everything here is synthetic.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Print calls and verdicts instead of opening the screen, and end after the last call
    #[arg(long)]
    headless: bool,
    /// Calls that the client makes
    #[arg(long, value_name = "N", default_value_t = 20)]
    calls: usize,
    /// Decides all that would be chance: the same seed makes the same calls
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Keep case, log and dumps in this folder instead of deleting them at the end
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
    /// Only run the simulated MWS, for clients and proxies of your own, until Ctrl-C
    #[arg(long, conflicts_with_all = ["headless", "calls"])]
    serve: bool,
}

/// Runs the demonstration.
///
/// # Errors
/// When the folder can't be written, no loopback port is free, or a call got no answer.
pub(super) fn run(args: Args) -> Result<Exit, Failure> {
    let folder = Folder::new(args.keep)?;
    let runtime = Runtime::new().context("starting the tasks of the demonstration")?;
    let server = runtime.block_on(Server::start(demo::Options {
        folder: folder.path().to_owned(),
        seed: args.seed,
        now: Arc::new(now::utc_ns),
        slow: Duration::from_millis(1200),
    }));
    let server = server.context("starting the simulated MWS")?;
    if args.serve {
        return serve(&runtime, &server);
    }
    let screen = !args.headless && io::stdout().is_terminal() && io::stdin().is_terminal();
    // An authority of its own: nobody is to trust it, and nothing of it stays.
    let passing = TempDir::with_prefix("mwscope-demo-").context("making a temporary folder")?;
    let authority = Authority::open(passing.path()).context("making a certificate authority")?;
    let ca = authority.certificate_path();
    let session = runtime.block_on(Session::start(recording(&server, &folder, authority)?))?;
    let proxy = session.listening().first().map(|l| l.address).context("the proxy listens nowhere")?;
    let interrupted = Arc::new(Interrupted::default());
    runtime.spawn(watch_for_interrupts(Arc::clone(&interrupted)));
    let pause = Duration::from_millis(if screen { 400 } else { 100 });
    let plan = demo::plan(args.seed, args.calls);
    let calls = runtime.spawn(call_all(Caller { server: server.address(), proxy: Some(proxy) }, plan, pause));
    if screen {
        let about = screen::About { ca, follow: vec![server.log(), server.dumps()], before: None, hold: [None, None] };
        let ending = screen::run(&runtime, session, about, &interrupted)?;
        // Leaving ends the proxy under whatever call is being made.
        calls.abort();
        return Ok(ending);
    }
    headless(&runtime, &server, session, &calls, &interrupted)?;
    if let Folder::Kept(path) = &folder {
        writeln!(io::stdout(), "kept in {}", path.display())?;
    }
    if interrupted.is_set() {
        return Ok(Exit::Interrupted);
    }
    outcome(&runtime, calls).map(|()| Exit::Answered)
}

type Calls = JoinHandle<Result<(), CallError>>;

fn outcome(runtime: &Runtime, calls: Calls) -> Result<(), Failure> {
    let made = runtime.block_on(calls).context("the client of the demonstration broke")?;
    Ok(made.context("a call got no answer")?)
}

/// Waits for Ctrl-C while the simulated MWS runs.
fn serve(runtime: &Runtime, server: &Server) -> Result<Exit, Failure> {
    let out = &mut io::stdout();
    writeln!(out, "simulated MWS (synthetic) on http://{}/mws-ws/services", server.address())?;
    writeln!(out, "log {}\ndumps {}", server.log().display(), server.dumps().display())?;
    writeln!(out, "any user with the password {}; Ctrl-C ends it", demo::PASSWORD)?;
    out.flush()?;
    runtime.block_on(tokio::signal::ctrl_c()).context("waiting for Ctrl-C")?;
    Ok(Exit::Interrupted)
}

/// Prints what happens until the calls are made and nothing more comes of them.
fn headless(
    runtime: &Runtime,
    server: &Server,
    session: Session,
    calls: &Calls,
    interrupted: &Interrupted,
) -> Result<(), Failure> {
    let out = &mut io::stdout();
    writeln!(out, "simulated MWS (synthetic) on http://{}/mws-ws/services", server.address())?;
    for listening in session.listening() {
        writeln!(out, "listening on {}", listening.address)?;
    }
    writeln!(out, "case {}", session.case().display())?;
    let shown = watch(&session, calls, interrupted, out);
    let mut last = Ok(());
    let counts = runtime.block_on(session.stop(&mut |update| {
        if last.is_ok() {
            last = show(&update, out);
        }
    }));
    shown.and(last)?;
    let Counts { stored, failed, verdicts, .. } = counts;
    writeln!(out, "recorded {stored} exchanges, {failed} failed, {verdicts} verdicts")?;
    Ok(())
}

/// A recording of the calls that follows the server's log and dumps.
fn recording(server: &Server, folder: &Folder, authority: Authority) -> Result<engine::Options, Failure> {
    let trust = Trust::new(&[], Accepted::Hosts(Vec::new())).context("reading the trusted certificates")?;
    Ok(engine::Options {
        case: folder.path().join("demo.mwscope"),
        proxy: proxy::Config::new(Arc::new(authority), trust),
        follow: vec![server.log(), server.dumps()],
        layout: None,
        keep_secrets: false,
        body_limit: 1 << 20,
        tell_all: true,
        timeline: timeline::Options::default(),
        before: None,
        push: Vec::new(),
        hold: [None, None],
    })
}

async fn call_all(caller: Caller, plan: Vec<Planned>, pause: Duration) -> Result<(), CallError> {
    for planned in plan {
        caller.call(&planned).await?;
        tokio::time::sleep(pause).await;
    }
    Ok(())
}

/// Dumps are read and verdicts reached this long after the last news at most.
const SETTLED: Duration = Duration::from_millis(800);

fn watch(session: &Session, calls: &Calls, interrupted: &Interrupted, out: &mut impl Write) -> io::Result<()> {
    while !interrupted.is_set() {
        let made = calls.is_finished();
        match session.next(if made { SETTLED } else { Duration::from_millis(50) }) {
            Some(update) => show(&update, out)?,
            None if made => return Ok(()),
            None => {}
        }
    }
    Ok(())
}

fn show(update: &Update, out: &mut impl Write) -> io::Result<()> {
    match update {
        Update::Exchange(exchange) => writeln!(out, "call {}", call(exchange))?,
        Update::Finding(finding) => {
            writeln!(out, "{}\n    next: {}", report::verdict_line(finding), finding.advice)?;
        }
        Update::Note(text) => output::say(text),
        Update::Problem(problem) => output::say(problem),
        Update::Source(..)
        | Update::UnderWay(_)
        | Update::Grew { .. }
        | Update::Dump(_)
        | Update::Concluded(_)
        | Update::Pushed(_)
        | Update::Breaks(_) => {}
    }
    out.flush()
}

/// `x3  Facility.Create  MWSUSR  500  Unable to execute MPD!`
fn call(exchange: &Exchange) -> String {
    let called = &exchange.call;
    let name = [called.service.as_deref(), called.operation.as_deref()].into_iter().flatten().collect::<Vec<_>>();
    let status = exchange.status().map_or_else(|| exchange.outcome.word().to_owned(), |status| status.to_string());
    let refused = called.nok.as_ref().and_then(|nok| nok.message.as_deref());
    let said = called.fault.as_deref().or(refused).unwrap_or_default();
    let user = called.user.as_deref().unwrap_or("-");
    let line = format!("{:<4} {:<26} {user:<8} {status:<4} {said}", exchange.id.to_string(), name.join("."));
    line.trim_end().to_owned()
}

/// Where everything is written.
enum Folder {
    Kept(PathBuf),
    /// Deleted at the end.
    Passing(TempDir),
}

impl Folder {
    fn new(keep: Option<PathBuf>) -> Result<Self, Failure> {
        let Some(path) = keep else {
            let folder = TempDir::with_prefix("mwscope-demo-").context("making a temporary folder")?;
            return Ok(Self::Passing(folder));
        };
        let shown = path.display().to_string();
        std::fs::create_dir_all(&path)
            .map_err(|error| Failure::path(shown, format!("can't be made: {error}"), "name another folder"))?;
        Ok(Self::Kept(path))
    }

    fn path(&self) -> &Path {
        match self {
            Self::Kept(path) => path,
            Self::Passing(folder) => folder.path(),
        }
    }
}
