//! Which process on this computer is at the other end of a client's connection, by name and number (`java:4711`).
//!
//! To find out takes a millisecond or more, so a thread of its own does, and a connection's first exchange waits for it a
//! moment, while the client is still there to be found. Nothing here needs the rights of an administrator: other users'
//! processes stay unnamed.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::sync::Notify;

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "linux")]
use linux as system;
#[cfg(windows)]
mod windows;
#[cfg(windows)]
use windows as system;

/// How long the first exchange of a connection waits for the name; as a rule it is there within a millisecond or two, and
/// a client among thousands of connections shouldn't notice.
const PATIENCE: Duration = Duration::from_millis(30);
/// Connections whose names are looked for at the same time; beyond, nobody waits.
const CROWD: usize = 16;

/// Finds processes, on a thread of its own.
#[derive(Debug)]
pub(super) struct Processes {
    ask: Option<Sender<Question>>,
    waiting: Arc<AtomicUsize>,
}

/// A process that was asked for.
#[derive(Debug)]
pub(super) struct Process {
    ends: Ends,
    found: OnceLock<Option<String>>,
    told: Notify,
    crowded: bool,
}

/// The two ends of a connection, as the client has them. Addresses of IPv4 are written as such.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Ends {
    client: SocketAddr,
    ours: SocketAddr,
}

impl Ends {
    fn new(client: SocketAddr, ours: SocketAddr) -> Self {
        let plain = |address: SocketAddr| SocketAddr::new(address.ip().to_canonical(), address.port());
        Self { client: plain(client), ours: plain(ours) }
    }
}

struct Question {
    ends: Ends,
    process: Arc<Process>,
}

impl Processes {
    /// Starts the thread. Without one there are no names.
    pub(super) fn start() -> Self {
        let (ask, asked) = channel();
        let waiting = Arc::new(AtomicUsize::new(0));
        let left = Arc::clone(&waiting);
        let thread = std::thread::Builder::new().name("processes".to_owned()).spawn(move || answer(&asked, &left));
        Self { ask: thread.is_ok().then_some(ask), waiting }
    }

    /// Asks for the process behind a connection; `None` where it is on another computer.
    pub(super) fn of(&self, client: SocketAddr, ours: SocketAddr) -> Option<Arc<Process>> {
        let ends = Ends::new(client, ours);
        if !(ends.client.ip().is_loopback() || ends.client.ip() == ends.ours.ip()) {
            return None;
        }
        let crowded = self.waiting.fetch_add(1, Ordering::Relaxed) >= CROWD;
        let process = Arc::new(Process { ends, found: OnceLock::new(), told: Notify::new(), crowded });
        self.ask.as_ref()?.send(Question { ends, process: Arc::clone(&process) }).ok()?;
        Some(process)
    }
}

impl Process {
    /// Whether the client's end of the connection is still in a process's hands; `None` where that can't be told.
    pub(super) async fn is_there(&self) -> Option<bool> {
        let ends = self.ends;
        let held = tokio::task::spawn_blocking(move || system::is_held(&ends)).await.ok().flatten();
        // A process that was seen with it, and no longer is, has let go of it.
        held.or_else(|| self.name().map(|_| false))
    }

    /// Its name, where it is known by now.
    pub(super) fn name(&self) -> Option<String> {
        self.found.get().cloned().flatten()
    }

    /// Whether it is another recorder, as far as is known by now: a process of the same program.
    pub(super) fn is_another_recorder(&self) -> bool {
        static OWN: OnceLock<Option<String>> = OnceLock::new();
        let own = OWN.get_or_init(|| named(std::process::id())).as_deref();
        let found = self.found.get().and_then(Option::as_deref);
        let program = |name: &'_ str| name.rfind(':').unwrap_or(name.len());
        found.zip(own).is_some_and(|(found, own)| found != own && found[..program(found)] == own[..program(own)])
    }

    /// Waits a moment until it is known.
    pub(super) async fn known(&self) {
        if self.crowded || self.found.get().is_some() {
            return;
        }
        let told = async {
            let mut told = std::pin::pin!(self.told.notified());
            told.as_mut().enable();
            if self.found.get().is_none() {
                told.await;
            }
        };
        let _named_or_late = tokio::time::timeout(PATIENCE, told).await;
    }
}

/// Answers what waits in one go: the tables are long where there are many connections, and are read once for all.
fn answer(asked: &Receiver<Question>, waiting: &AtomicUsize) {
    let mut finder = Finder::default();
    while let Ok(first) = asked.recv() {
        let questions: Vec<Question> = std::iter::once(first).chain(asked.try_iter()).collect();
        let ends: Vec<Ends> = questions.iter().map(|question| question.ends).collect();
        for (Question { process, .. }, name) in questions.iter().zip(finder.find(&ends)) {
            let _once = process.found.set(name);
            process.told.notify_waiters();
        }
        waiting.fetch_sub(questions.len(), Ordering::Relaxed);
    }
}

/// Finds processes; those found last are looked at first.
#[derive(Debug, Default)]
struct Finder {
    recent: Vec<u32>,
}

impl Finder {
    /// The process behind each of these connections, in their order.
    fn find(&mut self, ends: &[Ends]) -> Vec<Option<String>> {
        let owners = system::owners(ends, &self.recent);
        let mut names: HashMap<u32, Option<String>> = HashMap::new();
        let mut name = |id: u32| names.entry(id).or_insert_with(|| named(id)).clone();
        let found = ends.iter().map(|ends| owners.get(ends).copied().and_then(&mut name)).collect();
        for id in owners.into_values() {
            self.recent.retain(|known| *known != id);
            self.recent.insert(0, id);
        }
        self.recent.truncate(8);
        found
    }
}

/// A name is shown and written to files: nothing in it may be taken for more than a name.
fn named(id: u32) -> Option<String> {
    let name: String = system::name(id)?.chars().filter(|c| !c.is_control()).take(64).collect();
    Some(format!("{name}:{id}"))
}

/// Systems on which nothing is known of the owners of connections.
#[cfg(not(any(target_os = "linux", windows)))]
mod system {
    pub(super) fn owners(_ends: &[super::Ends], _recent: &[u32]) -> super::HashMap<super::Ends, u32> {
        super::HashMap::new()
    }

    pub(super) fn name(_id: u32) -> Option<String> {
        None
    }

    pub(super) fn is_held(_ends: &super::Ends) -> Option<bool> {
        None
    }
}

#[cfg(all(test, any(target_os = "linux", windows)))]
mod tests {
    use super::*;
    use std::net::{TcpListener, TcpStream};

    #[tokio::test]
    async fn a_client_that_only_sends_no_more_is_told_from_one_that_closed() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let ours = listener.local_addr().expect("it has an address");
        let client = TcpStream::connect(ours).expect("it listens");
        let (_kept_open, peer) = listener.accept().expect("it connected");
        let process = Processes::start().of(peer, ours).expect("it is on this computer");
        process.known().await;
        client.shutdown(std::net::Shutdown::Write).expect("it is open");
        assert_eq!(process.is_there().await, Some(true));
        drop(client);
        assert_eq!(process.is_there().await, Some(false));
    }

    #[test]
    fn the_process_behind_a_connection_is_found_over_both_families() {
        let nobody = Ends::new(([127, 0, 0, 1], 1).into(), ([127, 0, 0, 1], 2).into());
        for listen in ["127.0.0.1:0", "[::1]:0"] {
            let Ok(listener) = TcpListener::bind(listen) else { continue };
            let ours = listener.local_addr().expect("it has an address");
            let clients = [(); 3].map(|()| TcpStream::connect(ours).expect("it listens"));
            let mut ends: Vec<Ends> =
                clients.iter().map(|c| Ends::new(c.local_addr().expect("it has an address"), ours)).collect();
            ends.insert(1, nobody);
            let found = Finder::default().find(&ends);
            assert_eq!(found[1], None);
            for at in [0, 2, 3] {
                let name = found[at].as_deref().expect("the process is this one");
                assert!(name.starts_with("mwscope") && name.ends_with(&format!(":{}", std::process::id())), "{name}");
            }
        }
    }
}
