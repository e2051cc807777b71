//! A thread dump as values. It must not know in which notation it was printed.

use crate::trace::Frame;
use crate::{Span, Stamp};

/// One thread dump: what all threads of a VM did at one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ThreadDump {
    /// Its bytes in the source, up to the next dump or to its last line that was understood.
    pub span: Span,
    /// Its first line in the source, from 1: the time above `Full thread dump`, where one stands there.
    pub line: u64,
    /// When it was taken, as far as it says.
    pub at: Option<Stamp>,
    /// The VM as it names itself: `OpenJDK 64-Bit Server VM (17.0.15+6 mixed mode, sharing)`.
    pub jvm: Option<String>,
    /// The threads, in the order of the dump. Those of the VM itself are among them.
    pub threads: Vec<Thread>,
    /// The deadlocks that the VM found: the names of the threads in each.
    pub found_deadlocks: Vec<Vec<String>>,
    /// Who holds which lock, by address and name, as the VM says where it tells of deadlocks.
    pub found_owners: Vec<(String, String)>,
    /// Whether its notation says which threads are daemons.
    pub tells_daemons: bool,
    /// Why it was written, where it says so.
    pub occasion: Option<Occasion>,
    /// Why the VM died, where this is what it left behind.
    pub death: Option<Death>,
}

/// Why a dump was written: what somebody asked for, an error, or the VM's end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Occasion {
    /// The event with its details, as written.
    pub event: String,
    /// The thread that it happened in; `None` for one that isn't Java's, or where none is named.
    pub thread: Option<String>,
}

/// Why a VM died.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Death {
    /// The signal with its place, or what there wasn't enough memory for, as written.
    pub cause: String,
    /// The innermost frame (`V  [libjvm.so+0xed2f94]  Unsafe_PutLong+0x124`), where one is named.
    pub frame: Option<String>,
    /// The thread it died in; `None` for one that isn't Java's.
    pub thread: Option<String>,
}

/// One thread.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Thread {
    /// Its name, without the quotes around it.
    pub name: String,
    /// What it is to the VM.
    pub kind: Kind,
    /// Its number in Java (`#34`).
    pub id: Option<u64>,
    /// Its address in the VM (`0x00007fddcc017ea0`), which stays the same over a series.
    pub tid: Option<String>,
    /// Its number in the operating system as printed, hexadecimal or decimal.
    pub nid: Option<String>,
    /// Its priority in Java.
    pub priority: Option<u32>,
    /// CPU time that it has used, in microseconds.
    pub cpu_us: Option<u64>,
    /// What the end of its first line says: `waiting on condition`, `runnable`.
    pub status: String,
    /// Its state in Java; `None` for threads of the VM, which have none.
    pub state: Option<State>,
    /// What stands in brackets behind the state: `on object monitor`, `parking`.
    pub detail: Option<String>,
    /// Its stack, innermost call first.
    pub frames: Vec<Frame>,
    /// The locks named between its frames, in the order of printing.
    pub locks: Vec<Lock>,
    /// The locks of `java.util.concurrent` that it owns, where they are printed (`-l`).
    pub owned: Vec<Lock>,
    /// The number of the virtual thread that runs on it.
    pub carries: Option<u64>,
    /// Its first line in the source, from 1.
    pub line: u64,
}

/// What a thread is to the VM.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A thread that keeps the VM alive.
    #[default]
    User,
    /// A daemon thread.
    Daemon,
    /// A virtual thread.
    Virtual,
    /// One of the VM's own: garbage collector, compiler, `VM Thread`.
    Vm,
}

/// A thread's state in Java.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum State {
    /// Not started yet.
    New,
    /// Running, or in native code.
    Runnable,
    /// Waiting to enter a monitor.
    Blocked,
    /// Waiting without limit.
    Waiting,
    /// Waiting with a limit, or sleeping.
    TimedWaiting,
    /// Ended.
    Terminated,
}

impl State {
    /// The name of the constant in `java.lang.Thread.State`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::New => "NEW",
            Self::Runnable => "RUNNABLE",
            Self::Blocked => "BLOCKED",
            Self::Waiting => "WAITING",
            Self::TimedWaiting => "TIMED_WAITING",
            Self::Terminated => "TERMINATED",
        }
    }

    /// The state of that name.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        const ALL: [State; 6] =
            [State::New, State::Runnable, State::Blocked, State::Waiting, State::TimedWaiting, State::Terminated];
        ALL.into_iter().find(|s| s.word() == word)
    }
}

/// A lock that a thread holds or waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lock {
    /// What the thread does with it.
    pub kind: LockKind,
    /// Its address (`0x000000069ec19610`) or identity; `None` where the VM doesn't know it any more.
    pub object: Option<String>,
    /// Its class.
    pub class: String,
    /// How many frames were printed above it.
    pub depth: usize,
    /// Who owns it, where the line says so.
    pub owner: Option<String>,
}

/// What a thread does with a lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LockKind {
    /// It is inside.
    Locked,
    /// It waits to get in (`waiting to lock`).
    Entering,
    /// It is in `Object.wait` and left the monitor for as long.
    Waiting,
    /// It left for `Object.wait` and has to get in again; it waits for that where its state is [`State::Blocked`].
    Returning,
    /// It is parked on a lock or condition of `java.util.concurrent`.
    Parking,
}
