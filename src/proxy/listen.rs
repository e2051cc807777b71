//! Taking clients' connections: who may come, how many at a time, and what they speak.

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use bytes::BytesMut;
use mwscope_parsers::http::Framer;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::timeout;

use super::carry::Reads;
use super::config::Config;
use super::core::fronts::Front;
use super::core::route::{Chained, Stand, Way};
use super::core::{Endpoint, Scheme, Trouble, cause};
use super::detect::{Spoken, may_be_http2, spoken};
use super::forward::{Client, Inside, serve};
use super::http2::{self, Site};
use super::process::Processes;
use super::reach::{self, Ask, Means, Ready};
use super::recording::{Caller, Recording};
use super::refusals::{Refusal, Refusals};
use super::rounds::{Behalf, Rounds};
use super::socks;
use super::stream::{Rewound, Stream};
use super::tap::{Tap, Tapped};
use super::tls::{self, Refused};
use crate::model::Stage;

/// What all connections of one proxy share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) config: Config,
    pub(super) tap: Arc<Tap>,
    processes: Processes,
    listening: OnceLock<Vec<SocketAddr>>,
    /// The servers that are stood in for.
    pub(super) fronts: Arc<[Front]>,
    refusals: Mutex<Refusals>,
    rounds: Rounds,
    serving: AtomicUsize,
    stopped: watch::Receiver<bool>,
}

/// An address on which the proxy listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listening {
    /// The address, with the port that was taken where 0 was asked for.
    pub address: SocketAddr,
    /// The server that is stood in for; `None` for the forward proxy.
    pub to: Option<Endpoint>,
}

/// A proxy that runs.
#[derive(Debug)]
pub struct Running {
    /// Where it listens.
    pub listening: Vec<Listening>,
    shared: Arc<Shared>,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

/// Binds all addresses and begins to serve.
///
/// # Errors
/// When an address can't be bound, or is open to others although nobody was allowed.
pub async fn start(config: Config, tap: Arc<Tap>) -> io::Result<Running> {
    let wanted: Vec<(SocketAddr, Option<Endpoint>)> = (config.listen.iter().map(|a| (*a, None)))
        .chain(config.reverse.iter().map(|r| (r.listen, Some(r.to.clone()))))
        .collect();
    let (mut listeners, mut listening) = (Vec::new(), Vec::new());
    for (address, to) in wanted {
        if !address.ip().is_loopback() && config.remote.is_empty() {
            let text = format!(
                "{address} can be reached from other computers; allow it with --allow-remote, or listen on 127.0.0.1"
            );
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, text));
        }
        if let Some(net) = config.remote.everybody().filter(|_| !address.ip().is_loopback())
            && (config.credentials.is_none() || to.is_some())
        {
            let text = format!(
                "{address} would serve {net}, which is an open relay; name the clients' own networks with \
                 --allow-remote, or have them give credentials (--proxy-auth)"
            );
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, text));
        }
        let listener = TcpListener::bind(address).await.map_err(|e| {
            io::Error::new(
                e.kind(),
                format!("{address} can't be listened on ({}); choose another port, 0 takes any", cause::plain(&e)),
            )
        })?;
        listening.push(Listening { address: listener.local_addr()?, to });
        listeners.push(listener);
    }
    let (stop, stopped) = watch::channel(false);
    let stand_in = config.stand_in.clone();
    let front = |l: &Listening| Some(Front { to: l.to.as_ref().or(stand_in.as_ref())?.clone(), listen: l.address });
    let fronts = listening.iter().filter_map(front).collect();
    let shared = Arc::new(Shared {
        config,
        fronts,
        tap,
        processes: Processes::start(),
        listening: OnceLock::from(listening.iter().map(|l| l.address).collect::<Vec<_>>()),
        refusals: Mutex::default(),
        rounds: Rounds::default(),
        serving: AtomicUsize::new(0),
        stopped: stopped.clone(),
    });
    let room = Arc::new(Semaphore::new(shared.config.limits.connections));
    let tasks = listeners
        .into_iter()
        .zip(&listening)
        .map(|(listener, l)| {
            tokio::spawn(take(Arc::clone(&shared), listener, l.clone(), Arc::clone(&room), stopped.clone()))
        })
        .collect();
    Ok(Running { listening, shared, stop, tasks })
}

impl Running {
    /// Takes no more connections, lets exchanges on their way end for a moment, and breaks off what is left; that is
    /// recorded as open.
    pub async fn stop(self) {
        let _nobody_listens = self.stop.send(true);
        let until = tokio::time::Instant::now() + self.shared.config.limits.grace;
        for task in self.tasks {
            // The accept loops end on their own once the grace is over.
            let _ended = tokio::time::timeout_at(until + Duration::from_secs(2), task).await;
        }
    }

    /// Exchanges that began since the start.
    #[must_use]
    pub fn begun(&self) -> u64 {
        self.shared.tap.begun()
    }
}

impl Shared {
    /// By what means servers are reached on behalf of a client.
    pub(super) fn means<'a>(&'a self, client: &'a Caller) -> Means<'a> {
        let Config { upstream, trust, limits, .. } = &self.config;
        let behalf = Behalf { client: client.process.as_deref(), processes: &self.processes, rounds: &self.rounds };
        Means { upstream: upstream.as_ref(), trust, limits, ours: self.listening(), behalf: Some(behalf) }
    }

    pub(super) fn listening(&self) -> &[SocketAddr] {
        self.listening.get().map_or(&[], Vec::as_slice)
    }

    /// Becomes ready when no more requests are to be taken.
    pub(super) async fn stopped(&self) {
        let mut stopped = self.stopped.clone();
        // An error means that the proxy is gone, which is a stop as well.
        let _stopped = stopped.wait_for(|stopped| *stopped).await;
    }

    /// Says so where a task ended by a fault of ours.
    pub(super) fn report_panic(&self, ended: Result<(), tokio::task::JoinError>) {
        if let Err(error) = ended.map_err(|e| e.to_string()) {
            let text = format!("a connection was given up after a fault in mwscope itself: {error}");
            self.tap.tell(Tapped::Said(text));
        }
    }

    /// Whether this client has refused our certificate for this server.
    pub(super) fn has_refused(&self, refusal: &Refusal) -> bool {
        let mut refusals = self.refusals.lock().unwrap_or_else(PoisonError::into_inner);
        refusals.has(refusal, Instant::now())
    }

    pub(super) fn remember_refusal(&self, refusal: Refusal) {
        let mut refusals = self.refusals.lock().unwrap_or_else(PoisonError::into_inner);
        refusals.remember(refusal, Instant::now());
    }
}

/// The accept loop of one address, and the end of all its connections.
async fn take(
    shared: Arc<Shared>,
    listener: TcpListener,
    here: Listening,
    room: Arc<Semaphore>,
    mut stopped: watch::Receiver<bool>,
) {
    let mut connections = JoinSet::new();
    loop {
        let Ok(place) = Arc::clone(&room).acquire_owned().await else { break };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            Some(ended) = connections.join_next() => {
                shared.report_panic(ended);
                continue;
            }
            _ = stopped.changed() => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                let (shared, here) = (Arc::clone(&shared), here.clone());
                connections.spawn(async move {
                    let _place = place;
                    let _serving = Serving::new(&shared);
                    welcome(Arc::clone(&shared), stream, peer, here).await;
                });
            }
            Err(error) => {
                // Out of handles: the connections that wait will be taken when others have ended.
                shared.tap.tell(Tapped::Said(format!("a connection could not be taken: {}", cause::plain(&error))));
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
    drop(listener);
    let until = tokio::time::Instant::now() + shared.config.limits.grace;
    while tokio::time::timeout_at(until, connections.join_next()).await.is_ok_and(|ended| ended.is_some()) {}
    connections.shutdown().await;
}

/// Counts connections that are being served.
struct Serving(Arc<Shared>);

impl Serving {
    fn new(shared: &Arc<Shared>) -> Self {
        shared.serving.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(shared))
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.0.serving.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Looks at who comes and what it speaks, and serves it accordingly.
async fn welcome(shared: Arc<Shared>, mut stream: TcpStream, peer: SocketAddr, here: Listening) {
    let began = Instant::now();
    let process = stream.local_addr().ok().and_then(|ours| shared.processes.of(peer, ours));
    let caller = Caller { client: peer.to_string(), tunnel: None, process };
    if !shared.config.remote.allow(peer.ip()) {
        let text = format!("{} may not use this proxy; allow its network with --allow-remote", peer.ip());
        let recording = Recording::begin_without_head(&shared.tap, &caller, began, &[]);
        return recording.failed(&Trouble::new(Stage::Accept, text));
    }
    let _not_fatal = stream.set_nodelay(true);
    let mut buffer = BytesMut::with_capacity(2048);
    let first = tokio::select! {
        first = timeout(shared.config.limits.idle, stream.read_buf(&mut buffer)) => first,
        () = shared.stopped() => return,
    };
    match first {
        Ok(Ok(n)) if n > 0 => {}
        // A connection that was opened ahead of need and never used is no exchange.
        _ => return,
    }
    preface(&mut stream, &mut buffer, shared.config.limits.head).await;
    // The name by which this computer was reached, for a client that names none.
    let reached = stream.local_addr().map_or(here.address, |a| a);
    let (framer, reads) = (Framer::requests(shared.config.limits.http), Reads::default());
    let mut inside = None;
    let (client, scheme) = match spoken(&buffer) {
        Spoken::Http => {
            (Client { stream: Box::new(stream), buffer, reads, framer, caller, address: peer.ip() }, Scheme::Http)
        }
        Spoken::Tls => {
            let io = Rewound::new(buffer.freeze(), stream);
            let host = reached.ip().to_canonical().to_string();
            let (stream, mut made, protocol) = match opened(&shared, &caller, &here, &host, io).await {
                Ok(opened) => opened,
                Err(Refused { trouble, .. }) => {
                    return Recording::begin_without_head(&shared.tap, &caller, began, &[]).failed(&trouble);
                }
            };
            if protocol == tls::HTTP2
                && let (Some(to), Some(made)) = (&here.to, made.take())
            {
                let here = Endpoint { scheme: Scheme::Https, host, port: reached.port() };
                return http2::serve(Site::new(shared, caller, to.clone(), Some(here), made), stream).await;
            }
            inside = made;
            (Client { stream, buffer: BytesMut::new(), reads, framer, caller, address: peer.ip() }, Scheme::Https)
        }
        Spoken::Http2 => {
            let host = reached.ip().to_canonical().to_string();
            let reached = Endpoint { scheme: Scheme::Http, host, port: reached.port() };
            // HTTP/2 doesn't tell requests to a proxy from those to a server, so a server that is stood in for is meant.
            let to = here.to.or_else(|| shared.config.stand_in.clone());
            let stream: Stream = Box::new(Rewound::new(buffer.freeze(), stream));
            let site = match to {
                Some(to) => Site::new(shared, caller, to.clone(), Some(reached), Inside::to(&to)),
                None => Site::anywhere(shared, caller),
            };
            return Box::pin(http2::serve(site, stream)).await;
        }
        // A server that is stood in for is no way to others.
        Spoken::Socks(version) if here.to.is_none() => {
            let client = Client { stream: Box::new(stream), buffer, reads, framer, caller, address: peer.ip() };
            return Box::pin(socks::serve(shared, client, version, began)).await;
        }
        other => {
            let recording = Recording::begin_without_head(&shared.tap, &caller, began, &buffer);
            return recording.failed(&not_spoken(other));
        }
    };
    let host = reached.ip().to_canonical().to_string();
    let reached = Endpoint { scheme, host, port: reached.port() };
    let guarded = shared.config.reverse_credentials.is_some();
    let way = match here.to {
        Some(to) => Way::Reverse(Stand { to, here: reached, guarded }),
        None => {
            let stands_for = shared.config.stand_in.clone().map(|to| Stand { to, here: reached, guarded });
            let ours = shared.config.credentials.is_some();
            let chained = shared.config.upstream.as_ref().map(|proxy| {
                let authorization = proxy.credentials.as_deref().map(reach::basic);
                Chained { authorization, ours }
            });
            Way::Proxy { chained, stands_for }
        }
    };
    serve(shared, client, way, inside).await;
}

/// Reads as much as tells HTTP/2 from HTTP/1.
pub(super) async fn preface(stream: &mut (impl AsyncRead + Unpin), buffer: &mut BytesMut, limit: Duration) {
    let read = async { while may_be_http2(buffer) && stream.read_buf(buffer).await.is_ok_and(|n| n > 0) {} };
    // What has come by then is looked at as it is.
    let _in_time = timeout(limit, read).await;
}

/// Opens TLS towards a client that reached us directly, as `host`. A client of a server that is stood in for speaks what
/// that server speaks.
async fn opened(
    shared: &Shared,
    caller: &Caller,
    here: &Listening,
    host: &str,
    io: Rewound<TcpStream>,
) -> Result<(Stream, Option<Inside>, &'static str), Refused> {
    let limit = shared.config.limits.handshake;
    let greeted = tls::greeted(host, limit, io).await?;
    let (mut inside, mut protocol) = (None, tls::HTTP1);
    let offers = |protocol| greeted.greeting.offers(protocol);
    match &here.to {
        Some(to) if to.scheme == Scheme::Https && offers(tls::HTTP2) => {
            let ask = Ask { server_name: &to.host, protocols: &greeted.greeting.recordable() };
            let ready = Ready::make(shared.means(caller), to, ask, None).await;
            protocol = ready.protocol(&greeted.greeting);
            inside = Some(Inside { wire: None, ready: Some(ready), server_name: to.host.clone() });
        }
        // A client that speaks nothing else, as those of gRPC, means a server that does without TLS too.
        Some(to) if offers(tls::HTTP2) && !offers(tls::HTTP1) => {
            protocol = tls::HTTP2;
            inside = Some(Inside::to(to));
        }
        _ => {}
    }
    let stream = greeted.accept(&shared.config.authority, host, protocol, limit).await?;
    Ok((stream, inside, protocol))
}

fn not_spoken(what: Spoken) -> Trouble {
    let text = match what {
        Spoken::Socks(version) => {
            format!("the client speaks SOCKS {version} to an address of --reverse; give it that of the forward proxy")
        }
        _ => "the client speaks neither HTTP nor TLS nor SOCKS; only those are understood here".to_owned(),
    };
    Trouble::new(Stage::Accept, text)
}
