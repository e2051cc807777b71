//! One recording: proxy, case, followed paths and verdicts, from start to end. Commands are method calls, what
//! happens comes out as [`Update`]s; both fronts use nothing else.
//!
//! Three threads beside the proxy's runtime: the recorder takes exchanges from the proxy and writes them, the watch
//! polls followed paths, and the live thread joins both and investigates. Only the recorder may slow the proxy down,
//! and that within the proxy's own limits.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use mwscope_parsers::dump::{self, Synonyms};

use super::breaks::{self, Breaks, Half};
use super::live::Live;
use super::now;
use super::push::recorded::Followed;
use super::push::recording::{Pushing, Start};
use super::push::{Gone, Target};
use super::recorder::{Losses, Recorded, Recorder, Stored};
use super::sources::Sources;
use super::watch::{Noticed, Watch};
use crate::case::{self, Case, CaseBodies, NewSource};
use crate::model::{
    Exchange, Finding, Gathered, GatheredDump, Investigation, Records, Source, SourceId, SourceProblem,
};
use crate::proxy::{self, Patience};
use crate::query::Filter;
use crate::timeline;
use crate::workers::give_way;

/// How often followed paths are looked at.
const POLL: Duration = Duration::from_millis(100);
/// Verdicts wait until nothing has come for so long ...
const QUIET: Duration = Duration::from_millis(200);
/// ... but not longer than this, or than so many times what they took the last time: over much evidence they take
/// longer, and must leave the processor to the traffic.
const PATIENCE: Duration = Duration::from_millis(600);
const SHARE: u32 = 10;
/// As long as calls succeed and nothing is noticed, no verdict can be new; then what is known is gone through so rarely.
const LEISURE: Duration = Duration::from_secs(5);
/// What comes within this time is written at once: a thread that is woken for each exchange costs more than writing it.
const GATHER: Duration = Duration::from_millis(2);
/// How long the end of a thread may go unnoticed.
const GLANCE: Duration = Duration::from_millis(50);
/// Pieces that are taken before what they led to is told.
const ROUND: usize = 512;

/// What is to be recorded, and where to.
pub struct Options {
    /// The case's folder; one that is there is continued.
    pub case: PathBuf,
    /// The proxy's configuration.
    pub proxy: proxy::Config,
    /// Logs and folders that are followed.
    pub follow: Vec<PathBuf>,
    /// A told layout for followed logs.
    pub layout: Option<String>,
    /// Leaves secrets in what is stored.
    pub keep_secrets: bool,
    /// Bytes kept of each body.
    pub body_limit: u64,
    /// Tells of exchanges that succeeded, too. A front that shows failures alone needn't be told.
    pub tell_all: bool,
    /// How verdicts are reached.
    pub timeline: timeline::Options,
    /// What the case holds that is continued, and what is concluded of it, where verdicts are to be reached over all of it;
    /// else over what comes alone.
    pub before: Option<Before>,
    /// Receivers that get what is recorded while it is.
    pub push: Vec<Target>,
    /// What is held from the start: of requests, of answers. Whoever is told everything decides on it.
    pub hold: [Option<Filter>; 2],
}

/// What a case holds that is continued.
#[derive(Clone)]
pub struct Before {
    /// What was read from it. A recording in it goes on; else new exchanges come from a source behind its own.
    pub gathered: Arc<Gathered>,
    /// What was concluded, so that only news is told.
    pub investigation: Arc<Investigation>,
}

/// What happens during a recording, in order.
pub enum Update {
    /// A new source, with its records where it is a log. A log that was rotated away is a source of its own.
    Source(Source, Option<Arc<dyn Records>>),
    /// An exchange ended, and is stored unless a note said that nothing can be.
    Exchange(Box<Exchange>),
    /// An exchange takes long, and hasn't ended: what is known of it by now. Told where everything is.
    UnderWay(Box<Exchange>),
    /// A log has more records, or its last one grew.
    Grew {
        /// The log.
        source: SourceId,
        /// The first record that is new or has grown.
        from: usize,
    },
    /// A dump was written.
    Dump(GatheredDump),
    /// A verdict is new or says more than it did.
    Finding(Box<Finding>),
    /// What is concluded by now, and on which clocks; comes after the single updates that led to it.
    Concluded(Box<Investigation>),
    /// A message is held at a breakpoint, or no more.
    Breaks(breaks::News),
    /// How far a receiver has come that gets what is recorded.
    Pushed(Gone),
    /// Something the user should know.
    Note(String),
    /// Something that can't be read; the rest is.
    Problem(SourceProblem),
}

/// How a recording ended.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    /// Exchanges that began.
    pub begun: u64,
    /// Exchanges stored.
    pub stored: u64,
    /// Exchanges that could not be stored.
    pub unstored: u64,
    /// Bodies left out because the recorder could not keep up.
    pub bodies_dropped: u64,
    /// Exchanges that failed.
    pub failed: usize,
    /// Verdicts reached.
    pub verdicts: usize,
    /// How far each receiver came that got what was recorded.
    pub pushed: Vec<Gone>,
}

/// A recording that runs.
pub struct Session {
    running: Option<proxy::Running>,
    tap: Arc<proxy::Tap>,
    stop: Arc<AtomicBool>,
    updates: Receiver<Update>,
    threads: Threads,
    losses: Arc<Losses>,
    pushing: Pushing,
    breaks: Arc<Breaks>,
    case: PathBuf,
}

struct Threads {
    recorder: JoinHandle<Stored>,
    watch: JoinHandle<()>,
    live: JoinHandle<(usize, usize)>,
}

// What the live thread is told.
enum Told {
    /// Exchanges that ended since the last round.
    #[allow(clippy::vec_box, reason = "they come and leave in boxes, and are large")]
    Exchanges(Vec<Box<Exchange>>),
    UnderWay(Box<Exchange>),
    Noticed(Noticed),
    Said(String),
}

impl Session {
    /// Starts recording: takes the case, starts the proxy on this runtime, follows the paths.
    ///
    /// # Errors
    /// When the case can't be written, or an address can't be listened on.
    pub async fn start(options: Options) -> Result<Self, SourceProblem> {
        let case = Case::open_or_create(&options.case)?;
        let mut writing = case::Options::new(now::utc_ns());
        writing.keep_secrets = options.keep_secrets;
        writing.body_limit = options.body_limit;
        let mut writer = case.write(writing)?;
        let sources = writer.sources().to_vec();
        let source = writer.add_source(NewSource::recording()).map_err(|e| unwritable(&options.case, &e))?;
        let (begun, followed) = (writer.place(), Followed::default());
        let bodies = Arc::new(CaseBodies::new([&case]));

        let (tap, tapped) = proxy::tap(Patience { keep_body: options.body_limit, ..Patience::default() });
        let trust = options.proxy.trust.clone();
        let breaks = Breaks::new(Arc::clone(&options.proxy.breaks), options.keep_secrets).map_err(|e| unheard(&e))?;

        let stop = Arc::new(AtomicBool::new(false));
        let (tell, told) = mpsc::channel();
        let (update, updates) = mpsc::channel();
        if options.tell_all {
            let update = update.clone();
            // Nobody listens any more: then the breakpoints have ended, or will at once.
            breaks.listen(move |news| drop(update.send(Update::Breaks(news))));
            let [requests, answers] = &options.hold;
            breaks.set(Half::Request, requests.as_ref());
            breaks.set(Half::Response, answers.as_ref());
        }
        let running = proxy::start(options.proxy, Arc::clone(&tap)).await.map_err(|e| unheard(&e))?;
        let recorder = Recorder::new(writer, source);
        let losses = recorder.losses();
        let pushing = Pushing::start(&Start {
            targets: options.push,
            trust,
            case,
            recording: source,
            begun,
            sources,
            followed: Arc::clone(&followed),
            losses: Arc::clone(&losses),
            layout: options.layout.clone(),
            timeline: options.timeline.clone(),
            tell: update.clone(),
        });
        let pushing = pushing.map_err(|e| unpushed(&e))?;
        let recorder = Arc::new(Mutex::new(Some(recorder)));
        let threads = Threads {
            recorder: spawn("recorder", record(Arc::clone(&recorder), tapped, tell.clone())),
            watch: spawn("watch", watch(Watch::new(options.follow, options.layout), Arc::clone(&stop), tell)),
            live: spawn(
                "verdicts",
                live(
                    match options.before {
                        Some(before) => Live::on(before, case::RECORDING, options.timeline),
                        None => Live::new(case::RECORDING, bodies, options.timeline),
                    },
                    Sources::new(followed),
                    options.tell_all,
                    told,
                    update,
                    recorder,
                ),
            ),
        };
        let breaks = Arc::new(breaks);
        Ok(Self { running: Some(running), tap, stop, updates, threads, losses, pushing, breaks, case: options.case })
    }

    /// Where clients reach the proxy: each address, with the server that is stood in for where it is a reverse one.
    #[must_use]
    pub fn listening(&self) -> &[proxy::Listening] {
        self.running.as_ref().map_or(&[], |running| &running.listening)
    }

    /// What is held on its way, and what is to be.
    #[must_use]
    pub fn breaks(&self) -> &Arc<Breaks> {
        &self.breaks
    }

    /// The case's folder.
    #[must_use]
    pub fn case(&self) -> &std::path::Path {
        &self.case
    }

    /// Exchanges that began.
    #[must_use]
    pub fn begun(&self) -> u64 {
        self.tap.begun()
    }

    /// What is missing from the recording by now, and whether nothing can be written at present; a line each.
    #[must_use]
    pub fn lost(&self) -> Vec<String> {
        let mut lost = Vec::new();
        if self.losses.failing.load(Ordering::Relaxed) {
            lost.push("NOT RECORDING: the case can't be written; make room on the disk".to_owned());
        }
        let unstored = self.losses.unstored.load(Ordering::Relaxed) + self.tap.lost();
        for (n, what) in [(unstored, "exchanges not stored"), (self.tap.bodies_dropped(), "bodies left out")] {
            if n > 0 {
                lost.push(format!("{n} {what}"));
            }
        }
        lost
    }

    /// The next update, waiting for it up to `patience`; `None` where none came.
    #[must_use]
    pub fn next(&self, patience: Duration) -> Option<Update> {
        self.updates.recv_timeout(patience).ok()
    }

    /// Ends the recording: no new connections, what is under way gets a moment, everything is written. The updates
    /// that this leads to go to `last`.
    pub async fn stop(mut self, last: &mut dyn FnMut(Update)) -> Counts {
        let mut counts = Counts::default();
        self.breaks.end();
        if let Some(running) = self.running.take() {
            running.stop().await;
        }
        // A head that was under way becomes an exchange at the end.
        counts.begun = self.tap.begun();
        counts.bodies_dropped = self.tap.bodies_dropped();
        let lost = self.tap.lost();
        drop(self.tap);
        self.stop.store(true, Ordering::Relaxed);
        // The live thread ends when recorder and watch have told their last, and then those that push may.
        loop {
            match self.updates.recv_timeout(GLANCE) {
                Ok(update) => last(update),
                Err(RecvTimeoutError::Timeout) if self.threads.live.is_finished() => self.pushing.end(),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        let stored = outcome(self.threads.recorder, last);
        (counts.stored, counts.unstored) = (stored.stored, stored.unstored + lost);
        outcome(self.threads.watch, last);
        (counts.failed, counts.verdicts) = outcome(self.threads.live, last);
        counts.pushed = self.pushing.threads.into_iter().map(|thread| outcome(thread, last)).collect();
        counts
    }
}

fn spawn<T: Send + 'static>(name: &str, work: impl FnOnce() -> T + Send + 'static) -> JoinHandle<T> {
    std::thread::Builder::new().name(name.to_owned()).spawn(work).expect("invariant: the system can start a thread")
}

/// What a thread ended with; one that broke off has nothing to count, and that is said.
fn outcome<T: Default>(thread: JoinHandle<T>, last: &mut dyn FnMut(Update)) -> T {
    let name = thread.thread().name().unwrap_or("a thread").to_owned();
    thread.join().unwrap_or_else(|_panic| {
        last(Update::Note(format!("{name} broke off before the end: what it counts is missing; please report this")));
        T::default()
    })
}

type SharedRecorder = Arc<Mutex<Option<Recorder>>>;

fn record(
    recorder: SharedRecorder,
    mut tapped: tokio::sync::mpsc::UnboundedReceiver<proxy::Tapped>,
    tell: Sender<Told>,
) -> impl FnOnce() -> Stored {
    move || {
        let mut news = Vec::new();
        while let Some(first) = tapped.blocking_recv() {
            if tapped.is_empty() {
                std::thread::sleep(GATHER);
            }
            let mut shared = recorder.lock().unwrap_or_else(PoisonError::into_inner);
            let Some(recorder) = shared.as_mut() else { break };
            recorder.take(first);
            for piece in std::iter::from_fn(|| tapped.try_recv().ok()).take(ROUND) {
                recorder.take(piece);
            }
            news.extend(recorder.written());
            drop(shared);
            // All exchanges of a round at once: to wake the other thread for each costs more than to store it.
            let mut exchanges = Vec::with_capacity(news.len());
            for recorded in news.drain(..) {
                match recorded {
                    Recorded::Exchange(exchange) => exchanges.push(exchange),
                    Recorded::UnderWay(exchange) => drop(tell.send(Told::UnderWay(exchange))),
                    // Nobody listens any more: recording goes on all the same.
                    Recorded::Said(text) => drop(tell.send(Told::Said(text))),
                }
            }
            if !exchanges.is_empty() {
                let _gone = tell.send(Told::Exchanges(exchanges));
            }
        }
        recorder.lock().unwrap_or_else(PoisonError::into_inner).as_ref().map_or_else(Stored::default, Recorder::counts)
    }
}

fn watch(mut watch: Watch, stop: Arc<AtomicBool>, tell: Sender<Told>) -> impl FnOnce() {
    move || {
        give_way();
        loop {
            // One more look after the stop, so that what was written before it is seen.
            let last = stop.load(Ordering::Relaxed);
            for noticed in watch.poll(now::utc_ns()) {
                if tell.send(Told::Noticed(noticed)).is_err() {
                    return;
                }
            }
            if last {
                return;
            }
            std::thread::sleep(POLL);
        }
    }
}

fn live(
    mut live: Live,
    mut sources: Sources,
    tell_all: bool,
    told: Receiver<Told>,
    update: Sender<Update>,
    recorder: SharedRecorder,
) -> impl FnOnce() -> (usize, usize) {
    move || {
        give_way();
        let mut verdicts = 0;
        let mut changed: Option<Instant> = None;
        let mut urgent = false;
        let mut patience = PATIENCE;
        loop {
            let told = told.recv_timeout(QUIET);
            let ended = matches!(told, Err(RecvTimeoutError::Disconnected));
            if let Ok(told) = told {
                changed.get_or_insert_with(Instant::now);
                if let Told::Noticed(noticed) = &told
                    && let Some(problem) = keep(&mut sources, &recorder, noticed)
                {
                    let _gone = update.send(Update::Problem(problem));
                }
                urgent |= match &told {
                    Told::Exchanges(exchanges) => exchanges.iter().any(|exchange| exchange.failed()),
                    Told::UnderWay(_) => false,
                    Told::Said(_) | Told::Noticed(_) => true,
                };
                take(&mut live, told, tell_all, &update);
                let patience = if urgent { patience } else { patience.max(LEISURE) };
                if changed.is_some_and(|since| since.elapsed() < patience) {
                    continue;
                }
            }
            if changed.take().is_some() {
                let began = Instant::now();
                verdicts += conclude(&mut live, &update);
                urgent = false;
                patience = PATIENCE.max(began.elapsed() * SHARE);
            }
            if ended {
                break;
            }
        }
        let failed = live.failed();
        for problem in hand_in(&recorder, sources) {
            let _gone = update.send(Update::Problem(problem));
        }
        (failed, verdicts)
    }
}

/// Takes one piece of news into the evidence and passes it on.
fn take(live: &mut Live, told: Told, tell_all: bool, update: &Sender<Update>) {
    let updates = match told {
        Told::Exchanges(exchanges) => {
            for mut exchange in exchanges {
                exchange.source = live.recording();
                if tell_all || exchange.failed() {
                    live.exchange((*exchange).clone());
                    let _gone = update.send(Update::Exchange(exchange));
                } else {
                    live.exchange(*exchange);
                }
            }
            return;
        }
        Told::UnderWay(mut exchange) => {
            exchange.source = live.recording();
            live.under_way((*exchange).clone());
            if !tell_all {
                return;
            }
            vec![Update::UnderWay(exchange)]
        }
        Told::Said(text) => vec![Update::Note(text)],
        Told::Noticed(Noticed::Log { path, log }) => vec![live.log(&path, log)],
        Told::Noticed(Noticed::Rotated { path, log, lost }) => {
            let how = if lost { "was cut; what came between the last look and the cut is lost" } else { "was rotated" };
            vec![Update::Note(format!("{} {how}", path.display())), live.log(&path, log)]
        }
        // A recording reads nothing before it follows.
        Told::Noticed(Noticed::GoesOn { .. } | Noticed::Unread { .. }) => return,
        Told::Noticed(Noticed::Threads { path, .. }) => {
            let path = path.display();
            vec![Update::Note(format!("{path} is a thread dump; mwscope import adds it to the case afterwards"))]
        }
        Told::Noticed(Noticed::Records { path, from }) => {
            live.records(&path).map(|source| Update::Grew { source, from }).into_iter().collect()
        }
        Told::Noticed(Noticed::Dump { path, bytes }) => {
            live.dumps(&path, bytes.len() as u64, dump::read(&bytes, Synonyms::standard()).dumps)
        }
        Told::Noticed(Noticed::Problem(problem)) => {
            live.problem(problem.clone());
            vec![Update::Problem(problem)]
        }
    };
    for one in updates {
        let _gone = update.send(one);
    }
}

fn conclude(live: &mut Live, update: &Sender<Update>) -> usize {
    let (investigation, news) = live.investigate();
    let verdicts = news.len();
    for finding in news {
        let _gone = update.send(Update::Finding(Box::new(finding)));
    }
    let _gone = update.send(Update::Concluded(Box::new(investigation)));
    verdicts
}

/// Puts a followed file into the case as it is noticed. Gives what could not be kept.
fn keep(sources: &mut Sources, recorder: &SharedRecorder, noticed: &Noticed) -> Option<SourceProblem> {
    let mut recorder = recorder.lock().unwrap_or_else(PoisonError::into_inner);
    match noticed {
        Noticed::Log { path, log } | Noticed::Rotated { path, log, .. } => {
            sources.log(recorder.as_mut()?, path, Arc::clone(log))
        }
        Noticed::Dump { path, bytes } => sources.dump(recorder.as_mut()?, path, bytes),
        Noticed::Records { .. }
        | Noticed::GoesOn { .. }
        | Noticed::Threads { .. }
        | Noticed::Unread { .. }
        | Noticed::Problem(_) => None,
    }
}

/// Puts what was followed into the case as it is at the end, and closes it. Gives what could not be kept.
fn hand_in(recorder: &SharedRecorder, sources: Sources) -> Vec<SourceProblem> {
    let Some(mut recorder) = recorder.lock().unwrap_or_else(PoisonError::into_inner).take() else { return Vec::new() };
    let mut problems = sources.end(&mut recorder);
    problems.extend(recorder.close().err().map(|error| SourceProblem {
        path: "case".to_owned(),
        offset: 0,
        what: format!("can't be closed: {error}"),
        remedy: "what was stored before is in it; check the disk".to_owned(),
    }));
    problems
}

fn unpushed(error: &std::io::Error) -> SourceProblem {
    SourceProblem {
        path: "push".to_owned(),
        offset: 0,
        what: error.to_string(),
        remedy: "the recording did not start; it does without --push".to_owned(),
    }
}

fn unheard(error: &std::io::Error) -> SourceProblem {
    SourceProblem {
        path: crate::case::RECORDING.to_owned(),
        offset: 0,
        what: error.to_string(),
        remedy: "the recording did not start".to_owned(),
    }
}

fn unwritable(path: &std::path::Path, error: &std::io::Error) -> SourceProblem {
    SourceProblem {
        path: path.display().to_string(),
        offset: 0,
        what: format!("the case can't be written: {error}"),
        remedy: "check the disk and the rights".to_owned(),
    }
}
