//! What comes in from outside while the screens are open, as plain values: the screens don't know whether it is
//! loaded from files or recorded at this moment.

use std::sync::Arc;
use std::sync::mpsc::Receiver;

use crate::engine;
use crate::engine::breaks::Breaks;
use crate::engine::push::Gone;
use crate::model::{Gathered, Investigation, SourceProblem};
use crate::query::Filter;

/// One thing that happened outside.
pub enum Update {
    /// No case is open: what can be done from here.
    Start(Start),
    /// How far loading has come.
    Progress(Progress),
    /// The beginning of what is being read, while nothing else is there to be seen.
    Glimpse(Box<Loaded>),
    /// Everything that is there, in place of what was shown before. Marks and the place in the lists are kept.
    Loaded(Box<Loaded>),
    /// Something came while recording or following.
    Live(engine::Update),
    /// The files that are read are followed from where reading ends.
    Following,
    /// They went on.
    Followed(engine::Followed),
    /// How the recording is going.
    Recording(Recording),
    /// What a recording holds at breakpoints can be decided on: with the filters for requests and for answers.
    Breaks(Arc<Breaks>, [Option<Arc<Filter>>; 2]),
    /// Somebody ended the program from outside: the screens close.
    Leave,
    /// Nothing can be shown; the screens close and hand this back.
    Failed(SourceProblem),
}

/// What the start page has to offer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Start {
    /// What was open before, newest first.
    pub recent: Vec<Recent>,
    /// Where a recording would listen.
    pub listen: String,
    /// Why what was chosen before could not be done.
    pub said: Option<String>,
}

/// What was open before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recent {
    /// The paths, as they are opened again.
    pub paths: Vec<String>,
    /// What they are and of when, in words.
    pub about: String,
}

/// What was chosen on the start page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    /// Record through a proxy.
    Record {
        /// Where it listens: an address or a port.
        listen: String,
        /// Logs and folders that are followed.
        follow: Vec<String>,
    },
    /// Open these paths.
    Open(Vec<String>),
    /// Run the demonstration.
    Demo,
}

/// How far loading has come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// What is being read.
    pub what: String,
    /// How much of it is done, in whatever unit `total` has.
    pub done: u64,
    /// How much there is, where that is known.
    pub total: Option<u64>,
}

/// Everything that was read and concluded.
#[derive(Clone)]
pub struct Loaded {
    /// What the header calls it: the case's name, or the paths.
    pub title: String,
    /// What was read.
    pub gathered: Arc<Gathered>,
    /// What was concluded.
    pub investigation: Arc<Investigation>,
}

/// How a recording is going.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recording {
    /// Whether it still runs.
    pub running: bool,
    /// Where the proxy listens (`127.0.0.1:8888`).
    pub listening: Vec<String>,
    /// What is followed besides: paths of logs and dump folders.
    pub following: Vec<String>,
    /// Where the certificate authority's certificate is, for clients that must trust it.
    pub certificate: Option<String>,
    /// Whole seconds since it started.
    pub seconds: u64,
    /// Now, in nanoseconds since 1970.
    pub now_ns: i64,
    /// Calls in the last second.
    pub per_second: u32,
    /// What was lost and why; empty where nothing was.
    pub lost: Vec<String>,
    /// How far receivers have come that get what is recorded.
    pub pushed: Vec<Gone>,
    /// Calls that the case held before.
    pub held: usize,
    /// Updates that were not sent to the screen, because it was too slow; the recording has them.
    pub skipped: u64,
}

/// Where updates come from. The screens stay open when the other end is gone.
pub struct Feed {
    /// The receiving end.
    pub updates: Receiver<Update>,
}

/// How the screens were left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The user left.
    Left,
    /// The user chose on the start page.
    Chosen(Choice),
    /// There was nothing to show.
    Failed(SourceProblem),
}
