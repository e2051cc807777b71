//! The server and the client between which `benches/peers/proxy.sh` puts proxies: as cheap as they can be, so that what
//! is measured is the proxy. `cargo bench --bench load -- COMMAND` runs it; without a command it says nothing and ends,
//! so that `cargo bench` alone goes past it.
//!
//! ```text
//! serve FOLDER                answers GET /N with N bytes, plain and over TLS; prints both ports, writes FOLDER/ca.pem
//! ask URL [OPTION...]         asks over kept connections and prints what came of it as one JSON object
//!     --proxy HOST:PORT       through a forward proxy, https through CONNECT
//!     --ca FILE               root for https, may be given twice
//!     --connections N         32
//!     --seconds N             5, or
//!     --requests N            so many in all
//!     --rate N                so many a second over all connections; latency counts from when each was due
//! idle URL --proxy HOST:PORT --connections N --seconds N --asked N
//!                             keeps N connections open, of which ASKED made a request first; says how long one more takes
//! ```

#![allow(clippy::print_stdout, reason = "what it prints is its answer")]

use std::collections::HashMap;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::{TlsAcceptor, TlsConnector};

type Failure = Box<dyn std::error::Error + Send + Sync>;

fn main() -> Result<(), Failure> {
    let mut said = std::env::args().skip(1).filter(|a| a != "--bench");
    let Some(command) = said.next() else { return Ok(()) };
    let mut options = Options::default();
    while let Some(name) = said.next() {
        match name.strip_prefix("--") {
            Some(option) => {
                let value = said.next().ok_or("an option without a value")?;
                options.named.entry(option.to_owned()).or_default().push(value);
            }
            None => options.first = name,
        }
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    match command.as_str() {
        "serve" => runtime.block_on(serve(Path::new(&options.first))),
        "ask" => runtime.block_on(ask(&options)),
        "idle" => runtime.block_on(idle(&options)),
        other => Err(format!("{other}: there are serve, ask and idle").into()),
    }
}

#[derive(Default)]
struct Options {
    first: String,
    named: HashMap<String, Vec<String>>,
}

impl Options {
    fn text(&self, name: &str) -> Option<&str> {
        self.named.get(name).and_then(|all| all.last()).map(String::as_str)
    }

    fn number(&self, name: &str) -> Result<Option<u64>, Failure> {
        Ok(self.text(name).map(str::parse).transpose()?)
    }
}

fn provider() -> Arc<rustls::crypto::CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

// ---- the server

async fn serve(folder: &Path) -> Result<(), Failure> {
    let (plain, tls) = (TcpListener::bind("127.0.0.1:0").await?, TcpListener::bind("127.0.0.1:0").await?);
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned(), "127.0.0.1".to_owned()])?;
    std::fs::write(folder.join("ca.pem"), made.cert.pem())?;
    let key = PrivateKeyDer::from_pem_slice(made.signing_key.serialize_pem().as_bytes())?;
    let config = ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)?;
    let acceptor = TlsAcceptor::from(Arc::new(config));
    println!("plain {} tls {}", plain.local_addr()?.port(), tls.local_addr()?.port());
    tokio::spawn(async move {
        while let Ok((stream, _)) = tls.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let _nodelay = stream.set_nodelay(true);
                if let Ok(stream) = acceptor.accept(stream).await {
                    let _left = answer(stream).await;
                }
            });
        }
    });
    while let Ok((stream, _)) = plain.accept().await {
        let _nodelay = stream.set_nodelay(true);
        tokio::spawn(answer(stream));
    }
    Ok(())
}

/// Answers each request head with as many bytes as its path says.
async fn answer(mut stream: impl AsyncRead + AsyncWrite + Unpin) -> io::Result<()> {
    const PIECE: usize = 64 << 10;
    let mut heard = Vec::with_capacity(4096);
    let mut said = Vec::new();
    loop {
        if stream.read_buf(&mut heard).await? == 0 {
            return Ok(());
        }
        while let Some(end) = heard.windows(4).position(|w| w == b"\r\n\r\n") {
            let digits = heard[..end].iter().skip_while(|b| **b != b'/').skip(1).take_while(|b| b.is_ascii_digit());
            let len = digits.fold(0_usize, |n, digit| n * 10 + usize::from(digit - b'0'));
            heard.drain(..end + 4);
            said.clear();
            said.extend_from_slice(
                format!("HTTP/1.1 200 OK\r\nContent-Type: text/xml; charset=utf-8\r\nContent-Length: {len}\r\n\r\n")
                    .as_bytes(),
            );
            text(&mut said, len.min(PIECE));
            stream.write_all(&said).await?;
            if len > PIECE {
                said.clear();
                text(&mut said, PIECE);
            }
            let mut left = len.saturating_sub(PIECE);
            while left > 0 {
                let n = left.min(PIECE);
                stream.write_all(&said[..n]).await?;
                left -= n;
            }
            stream.flush().await?;
        }
    }
}

/// Something like an answer of a web service, which compresses as such do.
fn text(to: &mut Vec<u8>, len: usize) {
    let end = to.len() + len;
    let mut n = 0_u32;
    while to.len() < end {
        n = n.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        to.extend_from_slice(format!("<row><ITNO>A{n:010}</ITNO><WHLO>{:03}</WHLO></row>\r\n", n % 900).as_bytes());
    }
    to.truncate(end);
}

// ---- the client

/// Where to, which way, trusting whom.
struct Way {
    https: bool,
    authority: String,
    host: String,
    dial: String,
    proxied: bool,
    request: Vec<u8>,
    connector: TlsConnector,
}

impl Way {
    fn of(options: &Options) -> Result<Self, Failure> {
        let url = options.first.as_str();
        let (scheme, rest) = url.split_once("://").ok_or("no URL")?;
        let (authority, path) = rest.split_once('/').ok_or("a URL without a path")?;
        let https = scheme == "https";
        let proxy = options.text("proxy");
        let target = if proxy.is_some() && !https { url.to_owned() } else { format!("/{path}") };
        let request = format!("GET {target} HTTP/1.1\r\nHost: {authority}\r\nAccept: text/xml\r\n\r\n").into_bytes();
        let mut roots = RootCertStore::empty();
        for file in options.named.get("ca").into_iter().flatten() {
            for certificate in CertificateDer::pem_file_iter(file)? {
                roots.add(certificate?)?;
            }
        }
        let config = ClientConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self {
            https,
            authority: authority.to_owned(),
            host: authority.rsplit_once(':').map_or(authority, |(host, _)| host).to_owned(),
            dial: proxy.unwrap_or(authority).to_owned(),
            proxied: proxy.is_some(),
            request,
            connector: TlsConnector::from(Arc::new(config)),
        })
    }

    async fn open(&self) -> Result<Box<dyn Io>, Failure> {
        let mut stream = TcpStream::connect(&self.dial).await?;
        stream.set_nodelay(true)?;
        if !self.https {
            return Ok(Box::new(stream));
        }
        if self.proxied {
            let ask = format!("CONNECT {0} HTTP/1.1\r\nHost: {0}\r\n\r\n", self.authority);
            stream.write_all(ask.as_bytes()).await?;
            let mut heard = Vec::new();
            while !heard.ends_with(b"\r\n\r\n") {
                let mut byte = [0];
                stream.read_exact(&mut byte).await?;
                heard.push(byte[0]);
            }
            if !heard.starts_with(b"HTTP/1.1 200") && !heard.starts_with(b"HTTP/1.0 200") {
                return Err(format!("CONNECT: {}", String::from_utf8_lossy(&heard)).into());
            }
        }
        let name = ServerName::try_from(self.host.clone())?;
        Ok(Box::new(self.connector.connect(name, stream).await?))
    }
}

trait Io: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Io for T {}

/// One request and its whole answer; the body's length.
async fn once(stream: &mut Box<dyn Io>, way: &Way, buffer: &mut Vec<u8>) -> Result<u64, Failure> {
    stream.write_all(&way.request).await?;
    stream.flush().await?;
    buffer.clear();
    let head = loop {
        if stream.read_buf(buffer).await? == 0 {
            return Err("closed before the answer's head ended".into());
        }
        if let Some(at) = buffer.windows(4).position(|w| w == b"\r\n\r\n") {
            break at + 4;
        }
    };
    let text = std::str::from_utf8(&buffer[..head])?;
    if !text.starts_with("HTTP/1.1 200") {
        return Err(format!("answered {text}").into());
    }
    let length = |line: &str| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    };
    let len = text.lines().find_map(length).ok_or("an answer without Content-Length")?;
    let mut left = (head + len).checked_sub(buffer.len()).ok_or("more than the answer")?;
    while left > 0 {
        buffer.clear();
        let n = stream.read_buf(buffer).await?;
        if n == 0 {
            return Err("closed inside the answer's body".into());
        }
        left = left.checked_sub(n).ok_or("more than the answer")?;
    }
    Ok(len as u64)
}

async fn ask(options: &Options) -> Result<(), Failure> {
    let way = Arc::new(Way::of(options)?);
    let connections = options.number("connections")?.unwrap_or(32);
    let most = options.number("requests")?.unwrap_or(u64::MAX);
    let seconds = options.number("seconds")?.unwrap_or(if most == u64::MAX { 5 } else { 36_000 });
    let every = options.number("rate")?.map(|rate| Duration::from_secs_f64(connections as f64 / rate as f64));
    let begun = Arc::new(AtomicU64::new(0));
    let mut streams = Vec::new();
    for _ in 0..connections {
        streams.push(way.open().await?);
    }
    let began = Instant::now();
    let until = began + Duration::from_secs(seconds);
    let tasks: Vec<_> = (streams.into_iter().zip(0_u32..))
        .map(|(mut stream, n)| {
            let (way, begun) = (Arc::clone(&way), Arc::clone(&begun));
            tokio::spawn(async move {
                let mut buffer = Vec::with_capacity(128 << 10);
                let (mut took, mut bytes) = (Vec::new(), 0);
                let mut due = began + every.map_or(Duration::ZERO, |every| every * n / connections as u32);
                while Instant::now() < until && begun.fetch_add(1, Ordering::Relaxed) < most {
                    match every {
                        Some(every) => {
                            tokio::time::sleep_until(due.into()).await;
                            bytes += once(&mut stream, &way, &mut buffer).await?;
                            took.push(due.elapsed());
                            due += every;
                        }
                        None => {
                            let sent = Instant::now();
                            bytes += once(&mut stream, &way, &mut buffer).await?;
                            took.push(sent.elapsed());
                        }
                    }
                }
                Ok::<_, Failure>((took, bytes))
            })
        })
        .collect();
    let (mut took, mut bytes, mut failed) = (Vec::new(), 0, None);
    for task in tasks {
        match task.await? {
            Ok((of_one, more)) => {
                took.extend(of_one);
                bytes += more;
            }
            Err(error) => failed = Some(error.to_string()),
        }
    }
    let passed = began.elapsed().as_secs_f64();
    took.sort_unstable();
    let at = |part: f64| took.get(((took.len() as f64 * part) as usize).min(took.len().saturating_sub(1)));
    let ms = |part| at(part).map_or(0.0, |t| t.as_secs_f64() * 1e3);
    println!(
        "{}",
        serde_json::json!({
            "exchanges": took.len(), "seconds": passed, "per_second": took.len() as f64 / passed, "bytes": bytes,
            "p50_ms": ms(0.5), "p99_ms": ms(0.99), "max_ms": ms(1.0), "failed": failed,
        })
    );
    Ok(())
}

async fn idle(options: &Options) -> Result<(), Failure> {
    let way = Way::of(options)?;
    let connections = options.number("connections")?.unwrap_or(10_000);
    let asked = options.number("asked")?.unwrap_or(0);
    let seconds = options.number("seconds")?.unwrap_or(60);
    let mut buffer = Vec::with_capacity(128 << 10);
    let mut open: Vec<Box<dyn Io>> = Vec::new();
    for n in 0..connections {
        let mut stream = if n < asked { way.open().await? } else { Box::new(TcpStream::connect(&way.dial).await?) };
        if n < asked {
            once(&mut stream, &way, &mut buffer).await?;
        }
        open.push(stream);
    }
    println!("open");
    tokio::time::sleep(Duration::from_secs(seconds)).await;
    let began = Instant::now();
    let mut stream = way.open().await?;
    once(&mut stream, &way, &mut buffer).await?;
    let took = began.elapsed().as_secs_f64() * 1e3;
    let mut closed = 0;
    for stream in &mut open {
        let read = tokio::time::timeout(Duration::ZERO, stream.read(&mut [0])).await;
        closed += u64::from(read.is_ok());
    }
    println!("{}", serde_json::json!({"open": open.len(), "closed": closed, "one_more_ms": took}));
    Ok(())
}
