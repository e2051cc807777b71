//! Listens, reads requests, and carries out what is answered, with the recorded delays and the faults that were asked for.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use mwscope_parsers::http::{BodyLength, Event, Framer, Head, Limits, Target, Version};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::record::{Asked, request};
use super::written::{Wanted, Written, has_body, own, written};
use super::{Fault, Injection, Miss, Mock, delay};
use crate::model::{Exchange, Gathered, Outcome, coding};
use crate::proxy::core::Endpoint;
use crate::proxy::{Authority, Stream, secured};
use crate::query::{Subject, Surroundings};

/// How a mock listens and answers.
pub struct Options {
    /// Where.
    pub listen: SocketAddr,
    /// Speaks TLS, with certificates of this authority.
    pub tls: Option<Arc<Authority>>,
    /// How much of the recorded delays is waited: 1 all of it, 0 none.
    pub pace: f64,
    /// Answers with the nearest request where none is equal.
    pub nearest: bool,
    /// Makes addresses in answers lead back here.
    pub rewrite: bool,
    /// Faults, the first one that matches and strikes.
    pub faults: Vec<Injection>,
    /// The recording.
    pub gathered: Arc<Gathered>,
    /// What the filters of faults may ask about.
    pub around: Surroundings,
    /// The time now, nanoseconds since the Unix epoch.
    pub now: fn() -> i64,
}

/// What a mock says while it runs: a request and what it got.
pub type Told = Box<Asked>;

/// A mock that answers until it is dropped.
pub struct Running {
    address: SocketAddr,
    accepting: JoinHandle<()>,
}

impl Running {
    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// Connections at a time; more wait.
const CONNECTIONS: usize = 1024;
/// The longest pause of a client within a request, or between two.
const PATIENCE: Duration = Duration::from_secs(120);
/// Bytes of a request body that are taken; longer ones are refused.
const LONGEST: usize = 256 << 20;
/// A client that hangs up first is waited for no longer than this after a fault without an answer.
const HANGING: Duration = Duration::from_secs(3600);

struct Site {
    mock: Mock,
    options: Options,
    tell: UnboundedSender<Told>,
}

/// Starts. What happens is told through `tell`.
///
/// # Errors
/// When the address can't be listened on.
pub async fn start(mock: Mock, options: Options, tell: UnboundedSender<Told>) -> io::Result<Running> {
    let listener = TcpListener::bind(options.listen).await?;
    let address = listener.local_addr()?;
    let site = Arc::new(Site { mock, options, tell });
    Ok(Running { address, accepting: tokio::spawn(accept(listener, site)) })
}

async fn accept(listener: TcpListener, site: Arc<Site>) {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        match listener.accept().await {
            Ok((stream, client)) => {
                let site = Arc::clone(&site);
                tokio::spawn(async move {
                    // A client that hangs up or breaks off is its own affair; what it asked for has been told.
                    let _ended = site.serve(stream, client).await;
                    drop(place);
                });
            }
            // Out of descriptors, say: those that end give theirs back.
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
}

/// A request that was read.
struct Read {
    head: Box<Head>,
    body: Bytes,
}

/// What comes of reading a request.
enum Next {
    Request(Read),
    /// The client is done.
    Closed,
    /// What came can't be read as a request, in words.
    Unreadable(&'static str),
}

impl Site {
    async fn serve(&self, stream: TcpStream, client: SocketAddr) -> io::Result<()> {
        stream.set_nodelay(true)?;
        let here = stream.local_addr()?;
        let mut stream = match &self.options.tls {
            Some(authority) => secured(authority, &here.ip().to_string(), stream).await?,
            None => Box::new(stream),
        };
        let mut buffer = BytesMut::new();
        let mut framer = Framer::requests(Limits::default());
        loop {
            match read(&mut stream, &mut buffer, &mut framer).await? {
                Next::Closed => return Ok(()),
                Next::Unreadable(why) => {
                    let text = format!("mwscope serve can't read this request: {why}\n");
                    let wanted = Wanted { version: Version::Http11, is_head: false, persists: false };
                    let answer = own(400, "Bad Request", &text, wanted);
                    return send(&mut stream, &answer, None).await;
                }
                Next::Request(read) => {
                    if !self.answer(&mut stream, read, client, here).await? {
                        return stream.shutdown().await;
                    }
                }
            }
        }
    }

    /// Answers one request; true where the connection goes on.
    async fn answer(&self, stream: &mut Stream, read: Read, client: SocketAddr, here: SocketAddr) -> io::Result<bool> {
        let began = Instant::now();
        let url = self.url(&read.head, here);
        let mut asked = Asked::new(request(&read.head, read.body, url, client, (self.options.now)()));
        let wanted = Wanted {
            version: read.head.version(),
            is_head: read.head.method() == b"HEAD",
            persists: read.head.persists(),
        };
        let fault = self.fault(&asked.exchange);
        if let Some(fault) = fault {
            asked.injected(fault);
        }
        let sent = self.carry_out(stream, &mut asked, wanted, fault, began).await;
        // The place in the program where it ended is of no use to the one who listens.
        let _nobody_listens = self.tell.send(Box::new(asked));
        sent
    }

    async fn carry_out(
        &self,
        stream: &mut Stream,
        asked: &mut Asked,
        wanted: Wanted,
        fault: Option<Fault>,
        began: Instant,
    ) -> io::Result<bool> {
        match fault {
            Some(Fault::Close) => return Ok(ended(asked, "the connection was closed on purpose", began)),
            Some(Fault::Reset) => {
                stream.break_off();
                return Ok(ended(asked, "the connection was reset on purpose", began));
            }
            Some(Fault::Garbage) => {
                stream.write_all(b"\x00\xffnot HTTP at all\r\n\r\n").await?;
                return Ok(ended(asked, "bytes that are no HTTP were sent on purpose", began));
            }
            Some(Fault::Hang) => {
                // Until the client gives up.
                let _gave_up = timeout(HANGING, stream.read_u8()).await;
                return Ok(ended(asked, "no answer was given on purpose", began));
            }
            Some(Fault::Delay(delay)) => tokio::time::sleep(delay).await,
            Some(Fault::Status(_) | Fault::Cut(_)) | None => {}
        }
        let Some(mut answer) = self.find(asked, wanted, began).await else {
            return Ok(ended(asked, "the recorded server did not answer either", began));
        };
        if let Some(Fault::Status(status)) = fault {
            let reason = http::StatusCode::from_u16(status).ok().and_then(|s| s.canonical_reason()).unwrap_or("");
            let head = format!("HTTP/1.1 {status} {reason}\r\nContent-Length: 0\r\n\r\n").into_bytes();
            answer = Written { head, body: Bytes::new(), chunked: false, last: !wanted.persists };
        }
        let cut = match fault {
            Some(Fault::Cut(bytes)) => Some(usize::try_from(bytes).unwrap_or(usize::MAX)),
            _ => None,
        };
        let sent = send(stream, &answer, cut).await;
        asked.answered(&answer.head, answer.body.clone(), nanos(began));
        match (&sent, cut) {
            (Err(error), _) => asked.failed(&format!("the client is gone: {error}"), nanos(began)),
            (Ok(()), Some(bytes)) => asked.failed(&format!("cut on purpose behind {bytes} bytes"), nanos(began)),
            (Ok(()), None) => {}
        }
        sent.map(|()| !answer.last && cut.is_none())
    }

    /// The answer, when it is due; none where the recorded server gave none.
    async fn find(&self, asked: &mut Asked, wanted: Wanted, began: Instant) -> Option<Written> {
        let body = &asked.exchange.request.body;
        let kept = match &body.kept {
            crate::model::Kept::Here(bytes) => bytes.clone(),
            _ => Bytes::new(),
        };
        let body = coding::decode(body, &kept).bytes;
        let found = match self.mock.answer(&asked.exchange, &body, self.options.nearest) {
            Ok(found) => found,
            Err(miss) => {
                let answer = missed(&miss, wanted);
                asked.missed(miss);
                return Some(answer);
            }
        };
        asked.found(&found, self.options.gathered.path(found.exchange.source));
        tokio::time::sleep(delay(found.exchange).mul_f64(self.options.pace).saturating_sub(began.elapsed())).await;
        let Some(response) = &found.exchange.response else {
            let why = match &found.exchange.outcome {
                Outcome::Failed { stage, cause } => format!("{}: {cause}", stage.word()),
                outcome => outcome.word().to_owned(),
            };
            asked.exchange.notes.push(("recorded outcome".to_owned(), why));
            return None;
        };
        match self.options.gathered.bodies.load(&response.body) {
            Ok(kept) => Some(written(found.exchange, response, &kept, wanted, self.names(found.exchange, asked))),
            Err(error) => {
                let why = format!("the recorded answer can't be read: {error}; look whether the source is still there");
                let miss = Miss { why, nearest: None };
                let answer = missed(&miss, wanted);
                asked.missed(miss);
                Some(answer)
            }
        }
    }

    /// The recorded server's name, and the one under which the client knows us.
    fn names(&self, recorded: &Exchange, asked: &Asked) -> Option<(Endpoint, Endpoint)> {
        self.options
            .rewrite
            .then(|| Some((Endpoint::of_url(&recorded.url).ok()?, Endpoint::of_url(&asked.exchange.url).ok()?)))
            .flatten()
    }

    /// The absolute URL that a client means.
    fn url(&self, head: &Head, here: SocketAddr) -> String {
        let scheme = if self.options.tls.is_some() { "https" } else { "http" };
        let target = String::from_utf8_lossy(head.target());
        match Target::of(head.method(), head.target()) {
            Target::Absolute { .. } => target.into_owned(),
            _ => match head.get("host") {
                Some(host) => format!("{scheme}://{}{target}", String::from_utf8_lossy(host)),
                None => format!("{scheme}://{here}{target}"),
            },
        }
    }

    fn fault(&self, exchange: &Exchange) -> Option<Fault> {
        let subject = Subject::Exchange(exchange);
        let matching = |injection: &&Injection| injection.filter.matches(&subject, &self.options.around);
        self.options.faults.iter().filter(matching).find(|injection| injection.strikes()).map(|found| found.fault)
    }
}

fn ended(asked: &mut Asked, why: &str, began: Instant) -> bool {
    asked.failed(why, nanos(began));
    false
}

fn missed(miss: &Miss, wanted: Wanted) -> Written {
    let mut text = format!("mwscope serve: {}\n", miss.why);
    if let Some((nearest, differences)) = &miss.nearest {
        text.push_str(&format!("nearest: {nearest}\n"));
        differences.iter().for_each(|difference| text.push_str(&format!("  {difference}\n")));
    }
    own(404, "Not Recorded", &text, wanted)
}

/// Reads one request. A client that waits for leave to send its body gets it.
async fn read(stream: &mut Stream, buffer: &mut BytesMut, framer: &mut Framer) -> io::Result<Next> {
    let mut head: Option<Box<Head>> = None;
    let mut body = BytesMut::new();
    loop {
        let step = framer.step(buffer);
        let bytes = buffer.split_to(step.used);
        match step.event {
            Some(Event::Head(read, length)) => {
                if length == BodyLength::Unknown {
                    return Ok(Next::Unreadable("its fields contradict each other on where its body ends"));
                }
                let waits = read.get("expect").is_some_and(|value| value.eq_ignore_ascii_case(b"100-continue"));
                if waits && has_body(length) && buffer.is_empty() {
                    stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await?;
                }
                head = Some(read);
            }
            Some(Event::Body(_)) => {
                if body.len() + bytes.len() > LONGEST {
                    return Ok(Next::Unreadable("its body is longer than 256 MiB"));
                }
                body.extend_from_slice(&bytes);
            }
            Some(Event::End(end)) => {
                use mwscope_parsers::http::End;
                return Ok(match (end, head) {
                    (End::Broken(_) | End::Cut { .. }, _) => Next::Unreadable("its framing is broken"),
                    (_, Some(head)) => Next::Request(Read { head, body: body.freeze() }),
                    (_, None) => Next::Closed,
                });
            }
            Some(Event::Opaque(_)) => return Ok(Next::Unreadable("it is no HTTP/1")),
            Some(Event::Framing(_) | Event::Trailers(_) | Event::Doubt(_)) => {}
            None if step.used > 0 => {}
            None => {
                let more = timeout(PATIENCE, stream.read_buf(buffer)).await;
                if more.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?? == 0 {
                    return Ok(Next::Closed);
                }
            }
        }
    }
}

/// Bytes of a chunk.
const CHUNK: usize = 16 << 10;

/// Sends an answer, or the first bytes of its body.
async fn send(stream: &mut Stream, answer: &Written, cut: Option<usize>) -> io::Result<()> {
    let body = &answer.body[..cut.unwrap_or(usize::MAX).min(answer.body.len())];
    let mut out = Vec::with_capacity(answer.head.len() + body.len().min(1 << 20) + 16);
    out.extend_from_slice(&answer.head);
    if answer.chunked {
        for chunk in body.chunks(CHUNK) {
            out.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
            out.extend_from_slice(chunk);
            out.extend_from_slice(b"\r\n");
        }
        if cut.is_none() {
            out.extend_from_slice(b"0\r\n\r\n");
        }
        stream.write_all(&out).await?;
    } else {
        stream.write_all(&out).await?;
        stream.write_all(body).await?;
    }
    stream.flush().await
}

fn nanos(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_nanos()).unwrap_or(u64::MAX)
}
