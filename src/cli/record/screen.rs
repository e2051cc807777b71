//! A recording under the screens: what happens goes to them, and leaving them ends it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Sender};
use std::thread;
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;

use super::{Interrupted, headless};
use crate::case::{Case, CaseBodies};
use crate::cli::output::{self, Exit, Failure};
use crate::engine::push::Gone;
use crate::engine::{self, Before, Counts, Session};
use crate::model::{Gathered, SourceProblem};
use crate::query::Filter;
use crate::rules;
use crate::timeline;
use crate::tui::{self, Ending, Feed, Loaded, Recording, Setup, Update};

/// How long the end may go unnoticed.
const GLANCE: Duration = Duration::from_millis(100);
/// How often the screens are told how the recording goes.
const BEAT: Duration = Duration::from_secs(1);

/// What the screens say of the recording all the time.
pub(in crate::cli) struct About {
    /// The authority's certificate.
    pub(in crate::cli) ca: PathBuf,
    /// Logs and folders that are followed.
    pub(in crate::cli) follow: Vec<PathBuf>,
    /// What the case held before.
    pub(in crate::cli) before: Option<Before>,
    /// What is held from the start: of requests, of answers.
    pub(in crate::cli) hold: [Option<Filter>; 2],
}

/// Keeps the screens open until the user leaves, then ends the recording and prints the counts.
///
/// # Errors
/// When the terminal can't be taken over, or the recording was ended from outside.
pub(in crate::cli) fn run(
    runtime: &Runtime,
    session: Session,
    mut about: About,
    interrupted: &Arc<Interrupted>,
) -> Result<Exit, Failure> {
    let title = session.case().display().to_string();
    let (send, updates) = mpsc::channel();
    // Handed on rather than kept: what a case holds is large, and the screens and the session have it already.
    let held = about.before.as_ref().map_or(0, |before| before.gathered.exchanges.len());
    let loaded = begin(session.case(), &title, about.before.take())?;
    let _open = send.send(Update::Loaded(Box::new(loaded)));
    let hold = std::mem::take(&mut about.hold).map(|filter| filter.map(Arc::new));
    let _open = send.send(Update::Breaks(Arc::clone(session.breaks()), hold));
    let left = Arc::new(AtomicBool::new(false));
    let pump = {
        let (left, interrupted, runtime) = (Arc::clone(&left), Arc::clone(interrupted), runtime.handle().clone());
        thread::Builder::new().name("mwscope-recording".to_owned()).spawn(move || {
            pump(&session, &about, held, &send, || left.load(Ordering::Relaxed) || interrupted.is_set());
            if interrupted.is_set() {
                let _gone = send.send(Update::Failed(ended_from_outside(&session)));
            }
            runtime.block_on(session.stop(&mut |update| drop(send.send(Update::Live(update)))))
        })?
    };
    let (keys, theme) = crate::cli::settings::screens();
    let paths = vec![title.clone()];
    let setup = Setup { title, colour: output::colour_said(), paths, resume: false, keys, theme };
    let ending = tui::run(Feed { updates }, setup);
    left.store(true, Ordering::Relaxed);
    let counts: Counts = pump.join().unwrap_or_default();
    headless::print_counts(&counts)?;
    match ending? {
        Ending::Left | Ending::Chosen(_) => Ok(Exit::Answered),
        Ending::Failed(problem) => Err(problem.into()),
    }
}

/// What the case held before and the recording, with the place where its bodies will be found.
fn begin(case: &Path, title: &str, before: Option<Before>) -> Result<Loaded, Failure> {
    let (mut gathered, concluded) = match before {
        Some(Before { gathered, investigation }) => (Arc::unwrap_or_clone(gathered), Some(investigation)),
        None => (Gathered { bodies: Arc::new(CaseBodies::new([&Case::open(case)?])), ..Gathered::new() }, None),
    };
    engine::recording_in(&mut gathered, crate::case::RECORDING);
    let investigation =
        concluded.unwrap_or_else(|| Arc::new(rules::investigate(&gathered, &timeline::Options::default())));
    Ok(Loaded { title: title.to_owned(), gathered: Arc::new(gathered), investigation })
}

/// Hands updates on until the end, and says once a second how it goes.
fn pump(session: &Session, about: &About, held: usize, send: &Sender<Update>, ended: impl Fn() -> bool) {
    let mut pushed: Vec<Gone> = Vec::new();
    let began = Instant::now();
    let (mut beat, mut before) = (Instant::now(), 0);
    let _open = send.send(Update::Recording(state(session, about, held, &pushed, began, 0)));
    while !ended() {
        if let Some(update) = session.next(GLANCE) {
            match update {
                engine::Update::Pushed(gone) => {
                    pushed.retain(|other| (&other.url, other.wire) != (&gone.url, gone.wire));
                    pushed.push(gone);
                }
                update => drop(send.send(Update::Live(update))),
            }
        }
        if beat.elapsed() >= BEAT {
            let calls = session.begun().saturating_sub(before);
            (beat, before) = (Instant::now(), session.begun());
            let per_second = u32::try_from(calls).unwrap_or(u32::MAX);
            let _open = send.send(Update::Recording(state(session, about, held, &pushed, began, per_second)));
        }
    }
}

fn state(session: &Session, about: &About, held: usize, pushed: &[Gone], began: Instant, per_second: u32) -> Recording {
    let listening = session.listening().iter().map(|l| match &l.to {
        None => l.address.to_string(),
        Some(to) => format!("{} for {to}", l.address),
    });
    Recording {
        running: true,
        listening: listening.collect(),
        following: about.follow.iter().map(|path| path.display().to_string()).collect(),
        certificate: Some(about.ca.display().to_string()),
        seconds: began.elapsed().as_secs(),
        now_ns: engine::now::utc_ns(),
        per_second,
        lost: session.lost(),
        pushed: pushed.to_vec(),
        held,
        skipped: 0,
    }
}

fn ended_from_outside(session: &Session) -> SourceProblem {
    SourceProblem {
        path: session.case().display().to_string(),
        offset: 0,
        what: "the recording was ended from outside".to_owned(),
        remedy: "what was recorded is in the case".to_owned(),
    }
}
