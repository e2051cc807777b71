//! `mwscope open`: the screens over cases, logs, dumps and recordings. Reading goes on while the screens are open.

use std::io::{self, IsTerminal};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use clap::Args as ClapArgs;
use mwscope_parsers::wire::Secrets;
use tokio::runtime::Runtime;

use super::evidence::keys::KeyFiles;
use super::output::{self, Exit, Failure};
use super::record::{Interrupted, watch_for_interrupts};
use crate::engine::Following;
use crate::import::{self, Progress as Reading};
use crate::model::{Investigation, SourceProblem};
use crate::rules;
use crate::timeline;
use crate::tui::{self, Ending, Feed, Loaded, Progress, Setup, Update};

/// Opens the screens
#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// Cases, logs, dumplogs, HTTP archives, captures, folders, archives or their members (x.zip!/a.log)
    #[arg(value_name = "PATH", required = true)]
    pub(super) paths: Vec<String>,
    #[command(flatten)]
    pub(super) keys: KeyFiles,
}

/// How often it is looked whether somebody ended the program from outside.
const GLANCE: Duration = Duration::from_millis(100);

/// What is read this fast is there before the screens open, so that a wrong path is one line and not a flash; nobody
/// feels that he waited.
const AT_ONCE: Duration = Duration::from_millis(150);

/// Opens the screens and keeps them open until the user leaves.
///
/// # Errors
/// Where there is no terminal, or a path gives nothing.
pub(super) fn run(args: Args) -> Result<Exit, Failure> {
    if !io::stdout().is_terminal() || !io::stdin().is_terminal() {
        let what = "the screens need a terminal; without one use `mwscope investigate`".to_owned();
        return Err(Failure::Usage(what));
    }
    let title = args.paths.join(" ");
    let secrets = args.keys.read()?;
    let paths = args.paths.clone();
    let (keys, theme) = super::settings::screens();
    let (send, receive) = mpsc::channel();
    thread::Builder::new().name("mwscope-import".to_owned()).spawn(move || read(&args.paths, secrets, &send))?;
    let (feed, updates) = mpsc::channel();
    let ending = feed.clone();
    if let Some(problem) = wait_a_little(&receive, &feed) {
        return Err(problem.into());
    }
    thread::Builder::new().name("mwscope-import-on".to_owned()).spawn(move || {
        for update in receive {
            if feed.send(update).is_err() {
                return;
            }
        }
    })?;
    let _watching = Watching::leave_when_ended(ending)?;
    match tui::run(Feed { updates }, Setup { title, colour: output::colour_said(), paths, resume: true, keys, theme })?
    {
        Ending::Left | Ending::Chosen(_) => Ok(Exit::Answered),
        Ending::Failed(problem) => Err(problem.into()),
    }
}

/// Whether somebody ends the program from outside, for as long as it is held.
pub(super) struct Watching {
    interrupted: Arc<Interrupted>,
    _runtime: Runtime,
}

impl Watching {
    /// Has the screens left when somebody does.
    ///
    /// # Errors
    /// When no thread can be started.
    pub(super) fn leave_when_ended(screens: Sender<Update>) -> io::Result<Self> {
        let interrupted = Arc::new(Interrupted::default());
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        runtime.spawn(watch_for_interrupts(Arc::clone(&interrupted)));
        let watched = Arc::downgrade(&interrupted);
        thread::Builder::new().name("mwscope-end".to_owned()).spawn(move || {
            while let Some(interrupted) = watched.upgrade() {
                if interrupted.is_set() {
                    // The screens are gone where nobody takes it.
                    let _gone = screens.send(Update::Leave);
                    return;
                }
                drop(interrupted);
                thread::sleep(GLANCE);
            }
        })?;
        Ok(Self { interrupted, _runtime: runtime })
    }

    /// Whether somebody did.
    pub(super) fn ended(&self) -> bool {
        self.interrupted.is_set()
    }
}

/// Hands on what comes within a short time; a failure by then needs no screen.
fn wait_a_little(receive: &Receiver<Update>, feed: &Sender<Update>) -> Option<SourceProblem> {
    let until = Instant::now() + AT_ONCE;
    loop {
        match receive.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(Update::Failed(problem)) => return Some(problem),
            Ok(update) => {
                let last = matches!(update, Update::Loaded(_) | Update::Glimpse(_));
                // The other end is in this function's caller.
                let _open = feed.send(update);
                if last {
                    return None;
                }
            }
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return None,
        }
    }
}

/// Reads everything and concludes, telling how far it is.
fn read(paths: &[String], secrets: Secrets, send: &Sender<Update>) {
    let tell = |update| drop(send.send(update));
    let mut following = Following::before(paths);
    let options = import::Options { texts: true, secrets, ..import::Options::default() };
    if let Some(begun) = import::glimpse(paths, &options) {
        // Its clocks place it; what it would have for findings may be otherwise when all is read.
        let told = rules::investigate(&begun, &timeline::Options::default());
        let investigation = Arc::new(Investigation { findings: Vec::new(), unexplained: Vec::new(), ..told });
        let loaded = Loaded { title: paths.join(" "), gathered: Arc::new(begun), investigation };
        tell(Update::Glimpse(Box::new(loaded)));
    }
    let gathered = import::gather(paths, &options, &mut |progress| {
        let Reading::Reading { path, done, bytes } = progress;
        tell(Update::Progress(Progress { what: format!("reading {path}"), done, total: Some(bytes) }));
    });
    match gathered {
        Ok(gathered) => {
            tell(Update::Progress(Progress { what: "joining".to_owned(), done: 0, total: None }));
            let investigation = Arc::new(rules::investigate(&gathered, &timeline::Options::default()));
            following.was_read(&gathered);
            if following.may_go_on() {
                tell(Update::Following);
            }
            let loaded = Loaded { title: paths.join(" "), gathered: Arc::new(gathered), investigation };
            tell(Update::Loaded(Box::new(loaded)));
            if following.may_go_on() {
                following.run(|followed| send.send(Update::Followed(followed)).is_ok());
            }
        }
        Err(problem) => tell(Update::Failed(problem)),
    }
}
