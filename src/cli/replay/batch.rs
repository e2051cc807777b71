//! `--data`: the calls as a template, run for each row, several at a time, with a journal that survives whatever ends it.

mod journal;
mod results;

use std::collections::{HashMap, VecDeque};
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use clap::Args as ClapArgs;
use mwscope_parsers::hex;
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;

use super::flow::{Flow, Stopped, Went};
use super::{Call, Run, explained, kept};
use crate::cli::output::{self, Exit, Failure, Format};
use crate::engine::Beside;
use crate::proxy::{Client, Follow, Sender};
use crate::replay::{Data, Draft};

use journal::{Journal, Key, Unusable};
use results::{Counts, Outcome, RowResult};

/// Rows at the same time, where nothing is said; a server that isn't this computer gets fewer, and not too fast.
const AT_ONCE: usize = 4;
const AT_ONCE_REMOTE: usize = 2;
const RATE_REMOTE: f64 = 20.0;
/// Calls that failed and are explained by what is followed.
const FOLLOWED: usize = 100;
/// Failures that are told one by one.
const TOLD: usize = 10;

#[derive(Debug, ClapArgs)]
pub(super) struct Options {
    /// Rows to send the calls for, each {{column}} filled: CSV, TSV, JSON or a JSON object a line
    #[arg(long, value_name = "FILE")]
    pub(super) data: Option<PathBuf>,
    /// What divides the columns of --data, where it isn't found out right
    #[arg(long, value_name = "CHARACTER", requires = "data")]
    delimiter: Option<char>,
    /// Takes a value from an answer for the calls behind, as {{NAME}}: //ELEMENT, header:NAME, cookie:NAME, json:/POINTER,
    /// regex:PATTERN
    #[arg(long, value_name = "NAME=[ID:]PATH", allow_hyphen_values = true)]
    pub(super) take: Vec<String>,
    /// What an answer must be to be well: status=200, '//Return=0', header:NAME~PATTERN (default: the call didn't fail)
    #[arg(long, value_name = "[ID:]PATH=VALUE", allow_hyphen_values = true)]
    pub(super) expect: Vec<String>,
    /// File for what came of each row (default: beside the data)
    #[arg(long, value_name = "FILE", requires = "data")]
    results: Option<PathBuf>,
    /// Goes on with a batch that was broken off, and with nothing else
    #[arg(long, requires = "data")]
    resume: bool,
    /// Begins anew, although a batch was broken off
    #[arg(long, requires = "data", conflicts_with = "resume")]
    restart: bool,
    /// Sends those rows again whose answer was not received
    #[arg(long, requires = "data")]
    retry_unknown: bool,
    /// Sends those rows again that failed
    #[arg(long, requires = "data")]
    retry_failed: bool,
    /// Rows at the same time
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    concurrency: Option<u16>,
    /// Rows a second at most; 0 for as many as there are
    #[arg(long, value_name = "N")]
    rate: Option<f64>,
}

/// What a batch is run with.
pub(super) struct Setting<'a> {
    pub(super) options: &'a Options,
    pub(super) data: Data,
    pub(super) flow: Flow,
    pub(super) sender: Arc<Sender>,
    pub(super) follow: Follow,
    pub(super) kept: Option<kept::Case>,
    pub(super) format: Format,
    pub(super) show_secrets: bool,
    /// What the environment allows.
    pub(super) limits: (Option<f64>, Option<usize>),
    pub(super) check: bool,
    /// What is followed meanwhile.
    pub(super) beside: Option<Beside>,
}

/// What the tasks share.
struct Shared {
    flow: Flow,
    data: Data,
    journal: Journal,
    queue: Mutex<VecDeque<usize>>,
    stop: AtomicBool,
    sender: Arc<Sender>,
    follow: Follow,
    pace: Pace,
    keep: bool,
}

/// Lets rows go at most so fast.
struct Pace {
    between: Duration,
    next: Mutex<Instant>,
}

impl Pace {
    fn new(rate: Option<f64>) -> Self {
        let between =
            rate.filter(|rate| *rate > 0.0).map_or(Duration::ZERO, |rate| Duration::from_secs_f64(1.0 / rate));
        Self { between, next: Mutex::new(Instant::now()) }
    }

    async fn wait(&self) {
        if self.between.is_zero() {
            return;
        }
        let at = {
            let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
            let at = (*next).max(Instant::now());
            *next = at + self.between;
            at
        };
        tokio::time::sleep_until(at.into()).await;
    }
}

impl Options {
    /// Reads the data.
    ///
    /// # Errors
    /// When it can't be read or is no table.
    pub(super) fn read(&self) -> Result<Option<Data>, Failure> {
        let Some(path) = &self.data else { return Ok(None) };
        let shown = path.display().to_string();
        let bytes = std::fs::read(path)
            .map_err(|error| Failure::path(&shown, format!("can't be read: {error}"), "name the file with the rows"))?;
        let data = Data::read(&bytes, self.delimiter).map_err(|what| {
            Failure::path(&shown, what, "mend it, or name what divides its columns with --delimiter")
        })?;
        for (line, why) in &data.rejected {
            output::say(&format!("{shown}:{line}: {why}; the row is not sent"));
        }
        if data.rows.is_empty() {
            return Err(Failure::path(shown, "there is no row in it that can be sent", "add rows below the header"));
        }
        Ok(Some(data))
    }
}

/// Runs the batch.
///
/// # Errors
/// When its journal or results can't be written, or belong to another batch.
pub(super) fn run(calls: &[Call], mut setting: Setting<'_>) -> Result<Exit, Failure> {
    let options = setting.options;
    let path = options.data.clone().unwrap_or_default();
    let results_at = options.results.clone().unwrap_or_else(|| results::beside(&path));
    if results::is_anothers(&results_at) {
        let shown = results_at.display().to_string();
        return Err(Failure::path(shown, "is there already, and holds no results", "name another with --results"));
    }
    let journal_at = PathBuf::from(format!("{}.journal", results_at.display()));
    if options.restart {
        match std::fs::remove_file(&journal_at) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(unwritable(&journal_at, &error)),
            _ => {}
        }
    }
    if options.resume && !journal_at.exists() {
        let shown = journal_at.display().to_string();
        return Err(Failure::path(shown, "there is no batch to go on with", "leave --resume away to begin"));
    }
    let key = key(&path, calls, &setting)?;
    let line = |row: usize| setting.data.rows.get(row).map_or(0, |row| row.line);
    let (journal, before) = Journal::open(&journal_at, &key, &line).map_err(|why| unusable(&journal_at, why))?;
    let again = |result: &RowResult| match result.outcome {
        Outcome::NotSent => true,
        Outcome::Unknown => options.retry_unknown,
        Outcome::Failed => options.retry_failed,
        Outcome::Ok | Outcome::Rejected => false,
    };
    let queue: VecDeque<usize> =
        (0..setting.data.rows.len()).filter(|row| before.get(row).is_none_or(&again)).collect();
    let mut done: HashMap<usize, RowResult> = before.into_iter().filter(|(_, result)| !again(result)).collect();
    if !done.is_empty() {
        let unknown = done.values().filter(|result| result.is_unknown()).count();
        let mut text = format!(
            "going on with a batch that was broken off: {} of {} rows are done",
            done.len() - unknown,
            key.rows
        );
        if unknown > 0 {
            text.push_str(&format!(", {unknown} were sent without an answer; --retry-unknown sends those again"));
        }
        output::say(&text);
    }
    let (rate, at_once) = limits(&setting, calls);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(anyhow::Error::from)?;
    let shared = Arc::new(Shared {
        flow: setting.flow,
        journal,
        queue: Mutex::new(queue),
        stop: AtomicBool::new(false),
        sender: setting.sender,
        follow: setting.follow,
        pace: Pace::new(rate),
        keep: setting.kept.is_some() || setting.beside.is_some(),
        data: std::mem::take(&mut setting.data),
    });
    let format = setting.format;
    let kept = &mut setting.kept;
    let (mut broken, mut failed) = (None, Vec::new());
    let interrupted = runtime.block_on(async {
        let (tell, mut told) = mpsc::channel(1024);
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..at_once {
            tasks.spawn(work(Arc::clone(&shared), tell.clone()));
        }
        drop(tell);
        let mut progress = Progress::new(shared.data.rows.len(), done.values());
        let mut interrupted = false;
        let mut beat = tokio::time::interval(Duration::from_millis(200));
        loop {
            tokio::select! {
                news = told.recv() => match news {
                    None => break,
                    Some(Err(error)) => {
                        shared.stop.store(true, Ordering::Relaxed);
                        broken = Some(error);
                    }
                    Some(Ok((row, result, runs))) => {
                        if let Some(kept) = kept.as_mut() && let Err(failure) = kept.add(&runs) {
                            shared.stop.store(true, Ordering::Relaxed);
                            output::say(&failure);
                        }
                        if setting.beside.is_some() {
                            failed.extend(runs.into_iter().filter(|run| run.last().failed()).take(FOLLOWED.saturating_sub(failed.len())));
                        }
                        progress.add(&result);
                        tell_row(&result, format, &mut progress);
                        done.insert(row, result);
                    }
                },
                _ = beat.tick() => progress.show(),
                _ = tokio::signal::ctrl_c() => {
                    if interrupted {
                        std::process::exit(130);
                    }
                    interrupted = true;
                    shared.stop.store(true, Ordering::Relaxed);
                    progress.erase();
                    output::say(&"ending: rows on their way are waited for; once more ends at once");
                }
            }
        }
        progress.erase();
        tasks.join_all().await;
        interrupted
    });
    let Ok(shared) = Arc::try_unwrap(shared).map_err(|_still_used| ()) else {
        return Err(Failure::Other(anyhow::anyhow!("a row is still on its way")));
    };
    let mut ended = Ended { done, shared, results_at, journal_at, key, interrupted };
    if let Some(error) = broken {
        ended.write(setting.show_secrets)?;
        return Err(unwritable(&ended.journal_at, &error));
    }
    if let Some(kept) = setting.kept {
        kept.finish()?;
    }
    if let Some(mut beside) = setting.beside {
        for (told, run) in explained::findings(&mut beside, &failed).iter().zip(&failed) {
            if let Some(told) = told {
                output::say(&format!("{}: {}", run.last().url, told.line));
            }
        }
    }
    ended.tell(setting.format, setting.show_secrets, setting.check)
}

/// A batch that has ended in whatever way.
struct Ended {
    done: HashMap<usize, RowResult>,
    shared: Shared,
    results_at: PathBuf,
    journal_at: PathBuf,
    key: Key,
    interrupted: bool,
}

impl Ended {
    fn write(&mut self, show_secrets: bool) -> Result<Counts, Failure> {
        let data = &self.shared.data;
        let mut all: Vec<RowResult> = self.done.values().cloned().collect();
        all.extend(data.rejected.iter().map(|(line, why)| RowResult::rejected(*line, why)));
        all.sort_by_key(|result| result.line);
        let mut counts = Counts { rows: self.key.rows + data.rejected.len(), ..Counts::default() };
        all.iter().for_each(|result| counts.add(result));
        counts.pending = self.key.rows.saturating_sub(self.done.len());
        let flow = &self.shared.flow;
        let named: Vec<String> = flow.takes.iter().take(flow.named).map(|take| take.name.clone()).collect();
        results::write(&self.results_at, data, &named, &all, show_secrets)
            .map_err(|error| unwritable(&self.results_at, &error))?;
        Ok(counts)
    }

    fn tell(mut self, format: Format, show_secrets: bool, check: bool) -> Result<Exit, Failure> {
        let counts = self.write(show_secrets)?;
        let results = self.results_at.display().to_string();
        let mut out = io::stdout().lock();
        match format {
            Format::Json => {
                let mut batch = counts.value();
                batch["results"] = results.clone().into();
                let value = serde_json::json!({"schema": "mwscope.replay/1", "runs": [], "batch": batch});
                writeln!(out, "{value:#}")?;
            }
            Format::Ndjson => {
                let mut batch = counts.value();
                batch["results"] = results.clone().into();
                writeln!(out, "{}", serde_json::json!({"batch": batch}))?;
            }
            Format::Text => {
                writeln!(out, "{}", counts.in_words())?;
                writeln!(out, "results {results}")?;
            }
        }
        out.flush()?;
        // What is still to be done needs the journal.
        if counts.unknown == 0 && counts.pending == 0 && counts.not_sent == 0 {
            self.shared.journal.finished().map_err(|error| unwritable(&self.journal_at, &error))?;
        } else if format == Format::Text {
            output::say(&"the same command goes on with what is left");
        }
        Ok(match self.interrupted {
            true => Exit::Interrupted,
            false if check && counts.ok < counts.rows => Exit::Found,
            false => Exit::Answered,
        })
    }
}

type News = Result<(usize, RowResult, Vec<Run>), io::Error>;

async fn work(shared: Arc<Shared>, tell: mpsc::Sender<News>) {
    loop {
        if shared.stop.load(Ordering::Relaxed) {
            return;
        }
        let row = shared.queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        let Some(row) = row else { return };
        shared.pace.wait().await;
        if shared.stop.load(Ordering::Relaxed) {
            return;
        }
        let news = one(&shared, row).await;
        let failed = news.is_err();
        if tell.send(news).await.is_err() || failed {
            return;
        }
    }
}

async fn one(shared: &Shared, row: usize) -> News {
    let values = &shared.data.rows[row];
    let began = Instant::now();
    let noted = AtomicBool::new(false);
    let broken = Mutex::new(None);
    let ready = || {
        if noted.swap(true, Ordering::Relaxed) {
            return Ok(());
        }
        shared.journal.sending(row).inspect_err(|error| {
            *broken.lock().unwrap_or_else(PoisonError::into_inner) =
                Some(io::Error::new(error.kind(), error.to_string()));
        })
    };
    let value = |name: &str| shared.data.value(values, name).map(str::to_owned);
    // A client of its own for each row: sessions of one are not those of another.
    let mut client = Client::new(Arc::clone(&shared.sender), shared.follow);
    let went = shared.flow.run(&mut client, &value, &ready, true).await;
    if let Some(error) = broken.into_inner().unwrap_or_else(PoisonError::into_inner) {
        return Err(error);
    }
    let result = result(values.line, &went, began.elapsed(), shared);
    shared.journal.done(row, &result)?;
    Ok((row, result, if shared.keep { went.runs } else { Vec::new() }))
}

fn result(line: u64, went: &Went, took: Duration, shared: &Shared) -> RowResult {
    let (outcome, call, message) = match &went.stopped {
        None => (Outcome::Ok, None, String::new()),
        Some((id, Stopped::Failed(why))) => (Outcome::Failed, Some(id.clone()), why.clone()),
        Some((id, Stopped::Unknown(why))) => (Outcome::Unknown, Some(id.clone()), why.clone()),
        // Nothing of the row was sent only where its first call wasn't.
        Some((id, Stopped::NotSent(why)))
            if went.runs.len() > 1 || (went.runs.len() == 1 && *id != shared.flow.ids[0]) =>
        {
            (Outcome::Failed, Some(id.clone()), why.clone())
        }
        // A value that can't stand where it is put will not do so the next time.
        Some((id, Stopped::NotSent(why))) if went.runs.is_empty() => (Outcome::Rejected, Some(id.clone()), why.clone()),
        Some((id, Stopped::NotSent(why))) => (Outcome::NotSent, Some(id.clone()), why.clone()),
    };
    let named = shared.flow.takes.iter().take(shared.flow.named);
    let taken = named.filter_map(|take| Some((take.name.clone(), went.taken.get(&take.name)?.clone())));
    RowResult {
        line,
        outcome,
        status: went.runs.last().and_then(|run| run.last().status()),
        duration_ms: Some(took.as_secs_f64() * 1000.0),
        call,
        message,
        taken: taken.collect(),
    }
}

/// What a journal must belong to, to be gone on with: the same rows and the same calls. Credentials may be others.
fn key(path: &std::path::Path, calls: &[Call], setting: &Setting<'_>) -> Result<Key, Failure> {
    let bytes = std::fs::read(path).map_err(anyhow::Error::from)?;
    let mut data = Sha256::new();
    data.update(&bytes);
    let mut hash = Sha256::new();
    for call in calls {
        let Draft { method, url, headers, body, .. } = &call.draft;
        hash.update(format!("{}\0{method}\0{url}\0", call.id));
        for header in
            headers.0.iter().filter(|h| !["authorization", "cookie"].contains(&h.name.to_ascii_lowercase().as_str()))
        {
            hash.update(format!("{}\0", header.name));
            hash.update(&header.value);
        }
        hash.update(body.len().to_le_bytes());
        hash.update(body);
    }
    Ok(Key { data: hex::text(&data.finalize()), calls: hex::text(&hash.finalize()), rows: setting.data.rows.len() })
}

/// Rows a second and at the same time: what was said, within what the environment allows; else kind to a server that
/// isn't this computer.
fn limits(setting: &Setting<'_>, calls: &[Call]) -> (Option<f64>, usize) {
    let here = calls.iter().all(|call| {
        let host = call.draft.authority().rsplit('@').next().unwrap_or_default().to_ascii_lowercase();
        host.starts_with("127.") || host.starts_with("[::1]") || host.split(':').next() == Some("localhost")
    });
    let options = setting.options;
    let said_at_once = options.concurrency.map(usize::from);
    // Who says how many at a time has thought about it.
    let rate = options.rate.or((!here && said_at_once.is_none()).then_some(RATE_REMOTE)).filter(|rate| *rate > 0.0);
    let at_once = said_at_once.unwrap_or(if here { AT_ONCE } else { AT_ONCE_REMOTE });
    let (most_rate, most_at_once) = setting.limits;
    let rate = match (rate, most_rate) {
        (Some(rate), Some(most)) => Some(rate.min(most)),
        (rate, most) => rate.or(most),
    };
    (rate, most_at_once.map_or(at_once, |most| at_once.min(most)))
}

fn tell_row(result: &RowResult, format: Format, progress: &mut Progress) {
    if format == Format::Ndjson {
        // A closed pipe is found out when the counts are written.
        let _closed = writeln!(io::stdout(), "{}", result.value());
        return;
    }
    if result.outcome == Outcome::Ok {
        return;
    }
    progress.told += 1;
    if progress.told <= TOLD {
        progress.erase();
        let value = result.value();
        let word = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
        output::say(&format!("line {}: {}: {}", result.line, word("outcome"), word("message")));
    } else if progress.told == TOLD + 1 {
        output::say(&"further rows that failed are in the results");
    }
}

/// The line of progress on a terminal.
struct Progress {
    rows: usize,
    done: usize,
    counts: Counts,
    began: Instant,
    here: usize,
    told: usize,
    terminal: bool,
}

impl Progress {
    fn new<'a>(rows: usize, before: impl Iterator<Item = &'a RowResult>) -> Self {
        let mut counts = Counts::default();
        let done = before.map(|result| counts.add(result)).count();
        Self { rows, done, counts, began: Instant::now(), here: 0, told: 0, terminal: io::stderr().is_terminal() }
    }

    fn add(&mut self, result: &RowResult) {
        self.counts.add(result);
        self.done += 1;
        self.here += 1;
    }

    fn show(&self) {
        let passed = self.began.elapsed();
        if !self.terminal || passed < Duration::from_secs(1) {
            return;
        }
        let speed = self.here as f64 / passed.as_secs_f64();
        let left = (self.rows.saturating_sub(self.done)) as f64 / speed.max(0.001);
        let width = 24;
        let full = width * self.done / self.rows.max(1);
        let bar: String = (0..width).map(|n| if n < full { '#' } else { '.' }).collect();
        let Counts { ok, failed, unknown, .. } = self.counts;
        let text = format!(
            "[{bar}] {}/{} rows, {ok} ok, {failed} failed, {unknown} unknown, {speed:.0}/s, {:.0} s left",
            self.done, self.rows, left
        );
        let _closed = write!(io::stderr(), "\r\x1b[2K{text}");
    }

    fn erase(&self) {
        if self.terminal {
            let _closed = write!(io::stderr(), "\r\x1b[2K");
        }
    }
}

fn unusable(path: &std::path::Path, why: Unusable) -> Failure {
    let shown = path.display().to_string();
    match why {
        Unusable::Other => Failure::path(
            shown,
            "it is the journal of another batch that was broken off: other rows, or other calls",
            "go on with that one first, or begin anew with --restart",
        ),
        Unusable::Busy => Failure::path(shown, "another mwscope runs this batch", "wait for it"),
        Unusable::Io(error) => unwritable(path, &error),
    }
}

fn unwritable(path: &std::path::Path, error: &io::Error) -> Failure {
    Failure::path(path.display().to_string(), format!("can't be written: {error}"), "check the disk and the rights")
}
