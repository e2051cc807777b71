//! The simulated MWS on a loopback port: takes requests with hyper, has `world` decide, and carries the steps out
//! on log and dump folder. It decides nothing itself.

use std::convert::Infallible;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use super::gridlog::{self, Line};
use super::services::{SERVICES, Service, service};
use super::world::{self, Reply, Step, Turn};
use super::{Dice, Now, PASSWORD, asked, wsdl};

/// How the simulated MWS is set up.
#[derive(Clone)]
pub struct Options {
    /// Where it writes: `logs/grid-merged.log` and `dumps/` below this folder.
    pub folder: PathBuf,
    /// Decides all that would be chance.
    pub seed: u64,
    /// Its clock, which stamps log, dumps and `Date`.
    pub now: Now,
    /// How long a slow operation takes.
    pub slow: Duration,
}

/// Why the simulated MWS could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// No loopback port.
    #[error("can't listen on loopback")]
    Listen(#[source] io::Error),
    /// Its folders or its log can't be made.
    #[error("can't write {path}")]
    Folder {
        /// What can't be made.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
}

/// A simulated MWS that runs until it is stopped or dropped.
pub struct Server {
    address: SocketAddr,
    folder: PathBuf,
    accepting: JoinHandle<()>,
}

impl Server {
    /// Starts on a free loopback port.
    ///
    /// # Errors
    /// When there is no port, or the folders can't be written.
    pub async fn start(options: Options) -> Result<Self, StartError> {
        let folder = options.folder.clone();
        let site = Arc::new(Site::open(options)?);
        site.write(&gridlog::opening()).map_err(|source| StartError::Folder { path: log_path(&folder), source })?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(StartError::Listen)?;
        let address = listener.local_addr().map_err(StartError::Listen)?;
        let accepting = tokio::spawn(accept(listener, address, site));
        Ok(Self { address, folder, accepting })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The URL of a service.
    #[must_use]
    pub fn url(&self, service: &str) -> String {
        service_url(self.address, service)
    }

    /// Its log.
    #[must_use]
    pub fn log(&self) -> PathBuf {
        log_path(&self.folder)
    }

    /// The folder of its dumps.
    #[must_use]
    pub fn dumps(&self) -> PathBuf {
        dump_folder(&self.folder)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// Largest request body that is read.
const BODY_LIMIT: usize = 16 << 20;
/// Worker threads that the simulated MWS pretends to have.
const THREADS: u64 = 8;

/// What all connections share.
struct Site {
    options: Options,
    log: Mutex<File>,
    chance: Mutex<Chance>,
}

struct Chance {
    dice: Dice,
    calls: u64,
    dumps: u64,
}

impl Site {
    fn open(options: Options) -> Result<Self, StartError> {
        let log = log_path(&options.folder);
        let dumps = dump_folder(&options.folder);
        for folder in [log.parent(), Some(dumps.as_path())].into_iter().flatten() {
            fs::create_dir_all(folder).map_err(|source| StartError::Folder { path: folder.to_owned(), source })?;
        }
        let file = OpenOptions::new().create(true).append(true).open(&log);
        let file = file.map_err(|source| StartError::Folder { path: log, source })?;
        let chance = Mutex::new(Chance { dice: Dice::new(options.seed), calls: 0, dumps: 0 });
        Ok(Self { options, log: Mutex::new(file), chance })
    }

    /// Stamps and appends under one lock, so that stamps never run backwards in the file.
    fn write(&self, line: &Line) -> io::Result<()> {
        let mut log = lock(&self.log);
        let text = line.render((self.options.now)());
        log.write_all(text.as_bytes())
    }

    fn chance(&self) -> MutexGuard<'_, Chance> {
        lock(&self.chance)
    }

    /// Carries steps out in order. Boxed because what happens meanwhile is carried out by the same function.
    fn run(self: Arc<Self>, steps: Vec<Step>) -> Pin<Box<dyn Future<Output = io::Result<()>> + Send>> {
        Box::pin(async move { self.carry_out(steps).await })
    }

    async fn carry_out(self: Arc<Self>, steps: Vec<Step>) -> io::Result<()> {
        for step in steps {
            match step {
                Step::Log(line) => self.write(&line)?,
                Step::Wait(time) => tokio::time::sleep(time).await,
                Step::Crash { crash, mut line } => {
                    let now = (self.options.now)();
                    let path = dump_folder(&self.options.folder).join(crash.file_name(now, self.dump_number()));
                    fs::write(&path, crash.render(now))?;
                    let named = format!("Dump log created: {}", path.display());
                    line.text = format!("Abnormal termination of mvx.app.pgm.{}. {named}", crash.program);
                    self.write(&line)?;
                }
                Step::Meanwhile(steps) => {
                    // Where it can't write, neither can the call that started it, which says so.
                    tokio::spawn(Arc::clone(&self).run(steps));
                }
            }
        }
        Ok(())
    }
}

async fn accept(listener: TcpListener, address: SocketAddr, site: Arc<Site>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            taken = listener.accept() => match taken {
                Ok((stream, _)) => { connections.spawn(converse(stream, address, Arc::clone(&site))); }
                // Out of file handles or a connection that died while it waited: the next may do better.
                Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn converse(stream: TcpStream, address: SocketAddr, site: Arc<Site>) {
    let service = service_fn(move |request| {
        let site = Arc::clone(&site);
        async move { Ok::<_, Infallible>(respond(request, address, site).await) }
    });
    // A client that goes away or speaks no HTTP is no concern of a simulation.
    let _ended = hyper::server::conn::http1::Builder::new()
        .title_case_headers(true)
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

async fn respond(request: Request<Incoming>, address: SocketAddr, site: Arc<Site>) -> Response<Full<Bytes>> {
    let now = Arc::clone(&site.options.now);
    let mut response = match answer(request, address, site).await {
        Ok(response) => response,
        Err(error) => {
            text(StatusCode::INTERNAL_SERVER_ERROR, format!("the simulated MWS can't write its log or dump: {error}\n"))
        }
    };
    let headers = response.headers_mut();
    headers.insert(header::SERVER, HeaderValue::from_static("mwscope-demo (simulated MWS)"));
    if let Ok(date) = HeaderValue::from_str(&http_date(now())) {
        headers.insert(header::DATE, date);
    }
    response
}

async fn answer(request: Request<Incoming>, address: SocketAddr, site: Arc<Site>) -> io::Result<Response<Full<Bytes>>> {
    let (head, body) = request.into_parts();
    let path = head.uri.path().to_owned();
    if path == "/mws-ws/services" || path == "/mws-ws/services/" {
        return Ok(text(StatusCode::OK, index(address)));
    }
    let rest = path.starts_with("/m3api-rest/execute/CRS610MI/GetBasicData");
    let named = path.strip_prefix("/mws-ws/services/").and_then(service);
    if !rest && named.is_none() {
        return Ok(text(
            StatusCode::NOT_FOUND,
            format!("no service at {path}; the simulated MWS lists its services at /mws-ws/services\n"),
        ));
    }
    if let (&Method::GET, Some(service)) = (&head.method, named) {
        let definition = wsdl::wsdl(service, &address_for(&head.headers, address, service));
        return Ok(reply(Reply { status: StatusCode::OK, content_type: "text/xml;charset=UTF-8", body: definition }));
    }
    let Some(user) = user(&head.headers) else {
        let called = format!("No valid credentials for {path}");
        let line = site.line("WARN", "grid.router.SessionProvider", called);
        site.write(&line)?;
        return Ok(unauthorized());
    };
    let Ok(body) = Limited::new(body, BODY_LIMIT).collect().await else {
        return Ok(text(
            StatusCode::PAYLOAD_TOO_LARGE,
            "the request body is cut off or longer than 16 MiB\n".to_owned(),
        ));
    };
    match named {
        None => {
            let line = site.line("INFO", "m3api.rest", format!("CRS610MI GetBasicData user={user} NOK XIM0002"));
            site.write(&line)?;
            Ok(reply(world::nok()))
        }
        Some(_) if head.method != Method::POST => {
            Ok(text(StatusCode::METHOD_NOT_ALLOWED, "SOAP is sent with POST\n".to_owned()))
        }
        Some(service) => call(service, &user, &body.to_bytes(), site).await,
    }
}

async fn call(
    service: &'static Service,
    user: &str,
    body: &[u8],
    site: Arc<Site>,
) -> io::Result<Response<Full<Bytes>>> {
    let asked = match asked::read(body) {
        Ok(asked) => asked,
        Err(why) => {
            let line = site.line("WARN", "mws.request", format!("request to {} can't be read: {why}", service.name));
            site.write(&line)?;
            return Ok(reply(world::fault("soap:Client", &format!("Error reading XMLStreamReader: {why}"))));
        }
    };
    let thread = site.thread();
    let turn = Turn { service, asked: &asked, user, thread, slow: site.options.slow };
    let (steps, answer) = turn.play(&mut site.chance().dice);
    site.run(steps).await?;
    Ok(reply(answer))
}

impl Site {
    /// The name of the next worker thread.
    fn thread(&self) -> String {
        let mut chance = self.chance();
        chance.calls += 1;
        format!("mws-worker-{}", chance.calls % THREADS + 1)
    }

    fn dump_number(&self) -> u64 {
        let mut chance = self.chance();
        chance.dumps += 1;
        chance.dumps
    }

    fn line(&self, level: &'static str, logger: &'static str, text: String) -> Line {
        Line { level, application: world::MWS, thread: self.thread(), logger, text }
    }
}

fn user(headers: &HeaderMap) -> Option<String> {
    let (user, password) = asked::credentials(headers.get(header::AUTHORIZATION))?;
    (password == PASSWORD && !user.is_empty()).then_some(user)
}

/// The address that a definition names: where the client believes the server to be.
fn address_for(headers: &HeaderMap, address: SocketAddr, service: &Service) -> String {
    match headers.get(header::HOST).and_then(|h| h.to_str().ok()) {
        Some(host) => format!("http://{}/mws-ws/services/{}", quick_xml::escape::escape(host), service.name),
        None => service_url(address, service.name),
    }
}

fn service_url(address: SocketAddr, service: &str) -> String {
    format!("http://{address}/mws-ws/services/{service}")
}

fn index(address: SocketAddr) -> String {
    let mut list = "Simulated MWS (synthetic, part of mwscope). Services:\n".to_owned();
    for service in SERVICES {
        list.push_str(&format!("{}?wsdl\n", service_url(address, service.name)));
    }
    list
}

fn reply(reply: Reply) -> Response<Full<Bytes>> {
    respond_with(reply.status, reply.content_type, reply.body)
}

fn text(status: StatusCode, body: String) -> Response<Full<Bytes>> {
    respond_with(status, "text/plain;charset=UTF-8", body)
}

fn respond_with(status: StatusCode, content_type: &'static str, body: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

fn unauthorized() -> Response<Full<Bytes>> {
    let mut response = text(StatusCode::UNAUTHORIZED, "credentials are needed\n".to_owned());
    let realm = HeaderValue::from_static("Basic realm=\"Simulated MWS\"");
    response.headers_mut().insert(header::WWW_AUTHENTICATE, realm);
    response
}

fn log_path(folder: &Path) -> PathBuf {
    folder.join("logs").join("grid-merged.log")
}

fn dump_folder(folder: &Path) -> PathBuf {
    folder.join("dumps")
}

/// `Tue, 13 Jan 2026 10:15:02 GMT`, <https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7>.
fn http_date(now_ns: i64) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (year, month, day, hour, minute, second, _) = mwscope_parsers::Civil { ns: now_ns }.parts();
    let weekday = DAYS[now_ns.div_euclid(86_400_000_000_000).rem_euclid(7) as usize];
    let month = MONTHS[(month as usize - 1) % 12];
    format!("{weekday}, {day:02} {month} {year:04} {hour:02}:{minute:02}:{second:02} GMT")
}

/// A panic elsewhere leaves log and chance usable.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
