//! `--minimise`: the request made smaller as long as what comes of it stays the same, each step shown, with a journal
//! from which a run that was ended goes on.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use clap::Args as ClapArgs;
use serde_json::{Value, json};

use super::fingerprint::Fingerprints;
use super::{Call, consent, told};
use crate::cli::output::{self, Exit, Failure, Format};
use crate::engine::Beside;
use crate::model::gathered::InMemory;
use crate::model::{Exchange, ExchangeId, Outcome, SourceId, Stage};
use crate::proxy::{Client, Follow, Sender};
use crate::replay::minimise::{self, Journal, Minimised, Step, Verdict};
use crate::replay::{Draft, Peer, code};
use crate::report::safe;

#[derive(Debug, ClapArgs)]
pub(super) struct Minimise {
    /// Leaves out of the request whatever its outcome doesn't need, and shows the least request with the same failure (or
    /// success): sends it many times, which may create records
    #[arg(long, visible_alias = "minimize", conflicts_with_all = ["data", "times", "save"])]
    minimise: bool,
    /// Most requests that are sent for --minimise
    #[arg(long, value_name = "N", default_value_t = 200, requires = "minimise", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    max_sends: u32,
    /// Where --minimise notes what it knows, so that it goes on there when it was ended (default: in the user's cache
    /// folder until it is done)
    #[arg(long, value_name = "FILE", requires = "minimise")]
    journal: Option<PathBuf>,
    /// --minimise begins anew, although a run was ended
    #[arg(long, requires = "minimise")]
    afresh: bool,
    /// --minimise tries credentials too, which may lock a user out
    #[arg(long, requires = "minimise")]
    with_credentials: bool,
}

impl Minimise {
    pub(super) fn wanted(&self) -> bool {
        self.minimise
    }
}

/// What it is run with.
pub(super) struct Setting<'a> {
    pub(super) sender: Arc<Sender>,
    pub(super) follow: Follow,
    /// Requests a second at most.
    pub(super) rate: Option<f64>,
    /// The environment, where it is a protected one.
    pub(super) protected: Option<&'a str>,
    pub(super) yes: Option<Option<String>>,
    pub(super) format: Format,
    pub(super) show_secrets: bool,
}

/// Minimises the one call that is named.
///
/// # Errors
/// When several are named, the environment is a protected one, nobody said yes, or the journal can't be used.
pub(super) fn run(
    options: &Minimise,
    calls: &[Call],
    setting: &Setting<'_>,
    followed: Option<Beside>,
) -> Result<Exit, Failure> {
    let [call] = calls else {
        return Err(Failure::Usage(format!("--minimise takes one call, not {}", calls.len())));
    };
    if let Some(name) = setting.protected {
        return Err(Failure::Usage(format!(
            "{name} is protected: --minimise is refused there, since it sends a request up to {} times; choose another environment",
            options.max_sends
        )));
    }
    consent::given(
        &consent::Said { yes: setting.yes.clone() },
        std::slice::from_ref(&call.draft),
        u64::from(options.max_sends),
        None,
    )?;
    if !call.draft.is_safe() {
        output::say(&format!(
            "each send may create or change records: up to {} requests to {}",
            options.max_sends,
            call.draft.authority()
        ));
    }
    let notes = Notes::open(options, &call.draft)?;
    let ended = Arc::new(AtomicBool::new(false));
    let mut fingerprints = followed.map(Fingerprints::new);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(anyhow::Error::from)?;
    let format = setting.format;
    let done = runtime.block_on(async {
        let client = Client::without_cookies(Arc::clone(&setting.sender), setting.follow);
        let pace = setting.rate.filter(|rate| *rate > 0.0).map(|rate| Duration::from_secs_f64(1.0 / rate));
        let mut peer = Patient { client, pace, last: None, ended: Arc::clone(&ended) };
        let mut of = fingerprints.as_mut().map(|prints| move |exchange: &Exchange| prints.of(exchange));
        let dump = of.as_mut().map(|of| of as &mut (dyn FnMut(&Exchange) -> Option<String> + Send));
        let is_ended = || ended.load(Ordering::Relaxed);
        let how = minimise::Options {
            max_sends: options.max_sends as usize,
            credentials: options.with_credentials,
            journal: notes.journal,
            dump,
            ended: &is_ended,
        };
        minimise::minimise(&call.draft, &mut peer, how, &mut |step| tell(step, format)).await
    });
    let done = done.map_err(|why| Failure::Usage(why.to_string()))?;
    let interrupted = ended.load(Ordering::Relaxed);
    write(&done, call, setting)?;
    if done.complete || !done.steady {
        notes.own.iter().for_each(|path| {
            // Left behind it would be read once more, which does no harm.
            let _left = std::fs::remove_file(path);
        });
    } else {
        output::say(&format!(
            "it isn't at its end: the same command goes on where it was{}",
            if interrupted { "" } else { "; --max-sends allows more" }
        ));
    }
    Ok(if interrupted { Exit::Interrupted } else { Exit::Answered })
}

/// Where it is noted what is known.
struct Notes {
    journal: Journal,
    /// The file, where nobody named it, so that it goes when it isn't needed any more.
    own: Option<PathBuf>,
}

impl Notes {
    fn open(options: &Minimise, draft: &Draft) -> Result<Self, Failure> {
        let Some(path) = options.journal.clone().or_else(|| in_cache(draft)) else {
            let journal = Journal::of("", draft, None).map_err(Failure::Usage)?;
            return Ok(Self { journal, own: None });
        };
        let own = options.journal.is_none().then(|| path.clone());
        let unusable =
            |what: String| Failure::path(path.display().to_string(), what, "name another file with --journal");
        let (file, text) =
            open(&path, options.afresh).map_err(|error| unusable(format!("the journal can't be kept: {error}")))?;
        let journal = Journal::of(&text, draft, Some(Box::new(file))).map_err(unusable)?;
        let known = text.lines().count().saturating_sub(1);
        if known > 0 {
            output::say(&format!("goes on where it was ended, {known} answers are known (--afresh begins anew)"));
        }
        Ok(Self { journal, own })
    }
}

/// Opens the journal to go on with it, and reads what is there.
fn open(path: &Path, afresh: bool) -> io::Result<(File, String)> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)?;
    }
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    if file.try_lock().is_err() {
        return Err(io::Error::other("another process writes it"));
    }
    if afresh {
        file.set_len(0)?;
    }
    let mut text = String::new();
    file.read_to_string(&mut text)?;
    Ok((file, text))
}

/// A file in the user's folder for what can be made again, named for the request.
fn in_cache(draft: &Draft) -> Option<PathBuf> {
    let folder = crate::cli::evidence::cache()?;
    Some(folder.join("minimise").join(format!("{}.ndjson", minimise::hash(draft))))
}

/// A client that keeps to a pace, and ends waiting when it is interrupted.
struct Patient {
    client: Client,
    pace: Option<Duration>,
    last: Option<Instant>,
    ended: Arc<AtomicBool>,
}

impl Peer for Patient {
    async fn send(&mut self, draft: &Draft) -> Exchange {
        if let (Some(pace), Some(last)) = (self.pace, self.last) {
            tokio::time::sleep(pace.saturating_sub(last.elapsed())).await;
        }
        self.last = Some(Instant::now());
        tokio::select! {
            exchange = self.client.send(draft) => exchange,
            _ = tokio::signal::ctrl_c() => {
                self.ended.store(true, Ordering::Relaxed);
                let request = crate::model::Request::default();
                let mut exchange = Exchange::new(ExchangeId(0), SourceId(0), 0, draft.url.clone(), request);
                exchange.outcome = Outcome::Aborted { stage: Stage::Wait, cause: "interrupted".to_owned() };
                exchange
            }
        }
    }
}

/// Shows a step: a line of JSON on standard output where those are wanted, else a line on standard error.
fn tell(step: &Step, format: Format) {
    // Nobody may be listening any more; the search is worth going on with for its journal.
    let _closed = if format == Format::Ndjson {
        let value = json!({
            "event": "step", "sends": step.sends, "tried": step.tried, "verdict": step.verdict.word(),
            "parts": step.parts, "bytes": step.bytes, "best": step.best,
        });
        writeln!(io::stdout().lock(), "{value}")
    } else {
        let sign = match step.verdict {
            Verdict::Same => "same",
            Verdict::Different => "other",
            Verdict::Unknown => "no answer",
        };
        let tried = safe::line(&step.tried);
        writeln!(
            io::stderr(),
            "{:>4}  {sign:<9}  {:>5} parts {:>8} bytes  best {:>5}  {tried}",
            step.sends,
            step.parts,
            step.bytes,
            step.best
        )
    };
}

fn write(done: &Minimised, call: &Call, setting: &Setting<'_>) -> Result<(), Failure> {
    let exchange = told::shown(&setting.sender.unsent(&done.draft), setting.show_secrets)?;
    let curl = Draft::of(&exchange, &InMemory).ok().map(|draft| code::curl(&draft));
    let mut out = io::stdout().lock();
    match setting.format {
        Format::Text => text(&mut out, done, &exchange, curl.as_deref(), setting.show_secrets)?,
        Format::Json => {
            let value = json!({"schema": "mwscope.replay/1", "runs": [], "minimise": value(done, call, &exchange, curl.as_deref())});
            writeln!(out, "{value:#}")?;
        }
        Format::Ndjson => {
            let value = json!({"event": "minimise", "minimise": value(done, call, &exchange, curl.as_deref())});
            writeln!(out, "{value}")?;
        }
    }
    Ok(out.flush()?)
}

fn value(done: &Minimised, call: &Call, exchange: &Exchange, curl: Option<&str>) -> Value {
    let signature = &done.signature;
    json!({
        "origin": {"source": call.origin.0, "index": call.origin.1},
        "steady": done.steady,
        "differed": done.differed,
        "complete": done.complete,
        "verified": done.verified,
        "sends": done.sends,
        "cached": done.cached,
        "signature": {
            "status": signature.status(), "failed": signature.is_failure(), "fault": signature.fault(),
            "exception": signature.exception(), "dump": signature.dump(),
        },
        "needed": done.needed,
        "values": done.values,
        "untried": done.untried,
        "parts": {"before": done.parts.0, "after": done.parts.1},
        "request": told::request(exchange),
        "code": {"curl": curl},
    })
}

fn text(
    out: &mut impl Write,
    done: &Minimised,
    exchange: &Exchange,
    curl: Option<&str>,
    show_secrets: bool,
) -> io::Result<()> {
    let signature = &done.signature;
    let status = signature.status().map_or_else(|| "no answer".to_owned(), |status| status.to_string());
    let fault = signature.fault().map(|fault| format!(": {fault}")).unwrap_or_default();
    if let Some(why) = &done.differed {
        writeln!(out, "the server isn't steady, so nothing was left out: {}", safe::line(why))?;
        return Ok(());
    }
    let ended = match (done.complete, done.verified) {
        (true, true) => "nothing more can be left out",
        (true, false) => "nothing more can be left out, but sent once more the least request gave another outcome",
        (false, _) => "not at its end",
    };
    writeln!(out, "outcome  {}", safe::line(&format!("{status}{fault}")))?;
    writeln!(
        out,
        "parts    {} of {}; {} requests sent, {} known before; {ended}",
        done.parts.1, done.parts.0, done.sends, done.cached
    )?;
    // Before its end most of what is left only wasn't tried yet.
    let listed = if done.complete { done.needed.len() } else { 20 };
    if let Some(dump) = signature.dump() {
        writeln!(out, "dump     {}", safe::line(dump))?;
    }
    for path in done.needed.iter().take(listed) {
        let value = if done.values.contains(path) { "  with its value" } else { "" };
        writeln!(out, "needed   {}{value}", safe::line(path))?;
    }
    let more = done.needed.len().saturating_sub(listed);
    if more > 0 {
        writeln!(out, "needed   {more} others, or not tried yet")?;
    }
    if done.needed.is_empty() {
        writeln!(out, "needed   nothing: any request to this address gives that outcome")?;
    }
    if !done.untried.is_empty() {
        let paths = done.untried.join(", ");
        writeln!(out, "untried  {} (credentials)", safe::line(&paths))?;
    }
    writeln!(out, "\n{}", told::request_text(exchange, show_secrets).trim_end())?;
    if let Some(curl) = curl {
        writeln!(out, "\n{}", safe::lines(curl.trim_end()))?;
    }
    Ok(())
}
