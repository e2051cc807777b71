//! A proxy on a free port, servers that say what a test tells them to, clients that are bare sockets.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use super::assemble::{Assembled, Assembler};
use mwscope::model::{Exchange, Kept, Outcome, Stage};
use mwscope::proxy::{Accepted, Authority, Breaks, Config, Key, Limits, Patience, Running, Trust, start, tap};
use rustls::pki_types::CertificateDer;
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{ClientConfig, ClientConnection, RootCertStore, ServerConfig, ServerConnection, StreamOwned};
use tokio::runtime::Runtime;

/// Nothing on one machine takes longer; what does is a failure.
const PATIENCE: Duration = Duration::from_secs(10);

/// A running proxy and what it records.
pub(super) struct Lab {
    pub(super) runtime: Runtime,
    pub(super) running: Option<Running>,
    pub(super) address: SocketAddr,
    pub(super) authority: Arc<Authority>,
    pub(super) breaks: Arc<Breaks>,
    recorded: Receiver<Told>,
    _folder: tempfile::TempDir,
}

/// What the recorder was told.
#[derive(Debug)]
pub(super) enum Told {
    Finished(Key, Option<Key>, Box<Exchange>),
    Said(String),
}

impl Lab {
    pub(super) fn new() -> Self {
        Self::with(|_| {})
    }

    /// A forward proxy with a configuration that `change` has changed.
    pub(super) fn with(change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let authority = Arc::new(Authority::open(folder.path()).unwrap());
        let trust = Trust::new(&[], Accepted::Hosts(Vec::new())).unwrap();
        let mut config = Config::new(Arc::clone(&authority), trust);
        config.limits = Limits { grace: Duration::from_millis(200), ..Limits::default() };
        change(&mut config);
        let breaks = Arc::clone(&config.breaks);
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let (tap, mut taken) = tap(Patience::default());
        let running = runtime.block_on(start(config, tap)).unwrap();
        let (tell, recorded) = mpsc::channel();
        runtime.spawn(async move {
            let mut assembler = Assembler::default();
            while let Some(tapped) = taken.recv().await {
                let told = match assembler.take(tapped) {
                    Some(Assembled::Finished { key, tunnel, exchange }) => Told::Finished(key, tunnel, exchange),
                    Some(Assembled::Said(text)) => Told::Said(text),
                    None => continue,
                };
                let _test_over = tell.send(told);
            }
        });
        let address = running.listening[0].address;
        Self { runtime, running: Some(running), address, authority, breaks, recorded, _folder: folder }
    }

    /// The next exchange that ends.
    pub(super) fn exchange(&self) -> Exchange {
        self.finished().2
    }

    /// The next exchange that ends, with its key and that of the tunnel it travelled in.
    pub(super) fn finished(&self) -> (Key, Option<Key>, Exchange) {
        match self.recorded.recv_timeout(PATIENCE).expect("an exchange should have been recorded") {
            Told::Finished(key, tunnel, exchange) => (key, tunnel, *exchange),
            Told::Said(text) => panic!("the proxy said {text}"),
        }
    }

    /// Fails if anything else was recorded.
    pub(super) fn nothing_more(&self) {
        if let Ok(told) = self.recorded.try_recv() {
            panic!("{told:?}");
        }
    }

    /// A client's connection to the proxy.
    pub(super) fn client(&self) -> Client {
        Client::to(self.address)
    }

    /// Sends `bytes` on a connection of its own and reads all that comes until the proxy closes.
    pub(super) fn talk(&self, bytes: impl AsRef<[u8]>) -> String {
        let mut client = self.client();
        client.send(bytes);
        client.rest()
    }

    pub(super) fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            self.runtime.block_on(running.stop());
        }
    }
}

/// A bare socket of a client or, in a server's script, of a server.
pub(super) struct Client {
    /// The socket itself, below any TLS.
    pub(super) stream: TcpStream,
    io: Box<dyn Io>,
}

trait Io: Read + Write + Send {}

impl<T: Read + Write + Send> Io for T {}

impl Client {
    pub(super) fn to(address: SocketAddr) -> Self {
        Self::over(TcpStream::connect(address).unwrap())
    }

    pub(super) fn over(stream: TcpStream) -> Self {
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_nodelay(true).unwrap();
        Self { io: Box::new(stream.try_clone().unwrap()), stream }
    }

    /// The same connection with TLS as a client of `name` that trusts `root`; the error is rustls's.
    pub(super) fn secured(self, name: &str, root: &CertificateDer<'static>) -> Result<Self, std::io::Error> {
        let mut roots = RootCertStore::empty();
        roots.add(root.clone()).unwrap();
        let config = ClientConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let connection = ClientConnection::new(Arc::new(config), name.to_owned().try_into().unwrap()).unwrap();
        let mut tls = StreamOwned::new(connection, self.stream.try_clone().unwrap());
        while tls.conn.is_handshaking() {
            tls.conn.complete_io(&mut tls.sock)?;
        }
        Ok(Self { io: Box::new(tls), stream: self.stream })
    }

    /// The same connection with TLS as a server that shows `key`.
    pub(super) fn serving(self, key: &Arc<CertifiedKey>) -> Result<Self, std::io::Error> {
        let config = ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(SingleCertAndKey::from(Arc::clone(key))));
        self.serving_by(config)
    }

    /// The same connection with TLS as a server of its own kind.
    pub(super) fn serving_by(self, config: ServerConfig) -> Result<Self, std::io::Error> {
        let connection = ServerConnection::new(Arc::new(config)).unwrap();
        let mut tls = StreamOwned::new(connection, self.stream.try_clone().unwrap());
        while tls.conn.is_handshaking() {
            tls.conn.complete_io(&mut tls.sock)?;
        }
        Ok(Self { io: Box::new(tls), stream: self.stream })
    }

    pub(super) fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.io.write_all(bytes.as_ref()).unwrap();
        self.io.flush().unwrap();
    }

    /// Reads until what was read ends with `end`.
    pub(super) fn until(&mut self, end: impl AsRef<[u8]>) -> String {
        let mut got = Vec::new();
        while !got.ends_with(end.as_ref()) {
            let mut byte = [0];
            match self.io.read(&mut byte) {
                Ok(1) => got.push(byte[0]),
                other => panic!("{other:?} behind {:?}", text(&got)),
            }
        }
        text(&got)
    }

    /// One head with its empty line.
    pub(super) fn head(&mut self) -> String {
        self.until("\r\n\r\n")
    }

    /// One head with its empty line; nothing where the connection ends before one.
    pub(super) fn head_or_end(&mut self) -> String {
        let mut got = Vec::new();
        let mut byte = [0];
        while !got.ends_with(b"\r\n\r\n") {
            match self.io.read(&mut byte) {
                Ok(1) => got.push(byte[0]),
                _ => return String::new(),
            }
        }
        text(&got)
    }

    pub(super) fn exactly(&mut self, len: usize) -> String {
        let mut got = vec![0; len];
        self.io.read_exact(&mut got).unwrap();
        text(&got)
    }

    /// Everything up to the end. A reset counts as an end here.
    pub(super) fn rest(&mut self) -> String {
        let mut got = Vec::new();
        let mut piece = [0; 4096];
        loop {
            match self.io.read(&mut piece) {
                Ok(0) => break,
                Ok(n) => got.extend_from_slice(&piece[..n]),
                Err(e) if matches!(e.kind(), ErrorKind::ConnectionReset | ErrorKind::UnexpectedEof) => break,
                Err(e) => panic!("{e} behind {:?}", text(&got)),
            }
        }
        text(&got)
    }

    pub(super) fn no_more(&mut self) {
        self.stream.shutdown(Shutdown::Write).unwrap();
    }

    pub(super) fn reset(self) {
        tokio_linger(&self.stream);
    }
}

/// Makes dropping the socket a reset.
fn tokio_linger(stream: &TcpStream) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let copy = stream.try_clone().unwrap();
    copy.set_nonblocking(true).unwrap();
    let _guard = runtime.enter();
    tokio::net::TcpStream::from_std(copy).unwrap().set_zero_linger().unwrap();
}

/// A server whose connections are served by a script, one thread each.
pub(super) struct Server {
    pub(super) address: SocketAddr,
    results: Receiver<String>,
}

impl Server {
    /// Each connection is given to `script`; what it returns is what [`Server::saw`] gives.
    pub(super) fn new(script: impl Fn(Client) -> String + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (tell, results) = mpsc::channel();
        let script = Arc::new(script);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (script, tell, stream) = (Arc::clone(&script), tell.clone(), stream.unwrap());
                std::thread::spawn(move || {
                    let _test_over = tell.send(script(Client::over(stream)));
                });
            }
        });
        Self { address, results }
    }

    /// A server that reads one head and answers it with `answer`, then closes.
    pub(super) fn answering(answer: impl AsRef<[u8]> + Send + Sync + 'static) -> Self {
        Self::new(move |mut client| {
            let head = client.head();
            client.send(&answer);
            head
        })
    }

    /// What a script returned: as a rule what it read.
    pub(super) fn saw(&self) -> String {
        self.results.recv_timeout(PATIENCE).expect("the server should have been asked")
    }

    pub(super) fn was_asked(&self) -> bool {
        self.results.recv_timeout(Duration::from_millis(50)).is_ok()
    }
}

pub(super) fn provider() -> Arc<rustls::crypto::CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

pub(super) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

pub(super) fn body(body: &mwscope::model::Body) -> String {
    match &body.kept {
        Kept::Here(bytes) => text(bytes),
        Kept::Nothing => String::new(),
        Kept::InCase { .. } | Kept::InCapture { .. } => panic!("no case here"),
    }
}

/// Stage and cause of a failure.
pub(super) fn failure(exchange: &Exchange) -> (Stage, String) {
    match &exchange.outcome {
        Outcome::Failed { stage, cause } => (*stage, cause.clone()),
        other => panic!("{other:?} is no failure"),
    }
}
