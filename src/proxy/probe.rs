//! The tests that one does before blaming the application: resolve, connect, TLS, HTTP or the greeting of SSH, by the
//! same means and in the same words as a recorded call.

mod described;
mod offers;
mod plain;
mod ssh;

use std::pin::pin;
use std::time::{Duration, Instant};

use bytes::BytesMut;
use mwscope_parsers::http::{Asked, End, Event, Framer, Head, HostPort, Target};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::{sleep, timeout};

use super::config::Limits;
use super::core::{Endpoint, Scheme, Trouble, cause, signing, wsdl};
use super::dial::dial;
use super::overheard;
use super::stream::Stream;
use super::tls::{HTTP1, Trust};
use crate::model::Stage;
use offers::Offers;

/// A server that speaks first does so within this time.
const GREETING: Duration = Duration::from_millis(700);
/// How long a server is waited for that says nothing to a greeting of TLS, before it is asked without ...
const SILENCE: Duration = Duration::from_secs(1);
/// ... and before it is given up.
const HANDSHAKE: Duration = Duration::from_secs(5);
/// How long an answer is waited for.
const ANSWER: Duration = Duration::from_secs(60);
/// Bytes of what a server says first that are looked at.
const BANNER: usize = 16 * 1024;
/// Bytes of an answer that are looked at.
const LOOK: usize = wsdl::LARGEST;

/// An answer to the probe.
struct Answer {
    head: Box<Head>,
    body: Vec<u8>,
    /// Why it isn't whole, where it isn't.
    cut: Option<String>,
}

/// What is probed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    host: String,
    port: u16,
    scheme: Option<Scheme>,
    path: String,
}

/// One test and what it gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Which part of a call was tested.
    pub stage: Stage,
    /// What is well, or what is wrong and what mends it.
    pub found: Result<String, String>,
    /// How long it took.
    pub took: Duration,
}

impl Subject {
    /// Reads `URL` or `HOST:PORT`.
    ///
    /// # Errors
    /// With what is wrong and how it is written right.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text:?} is neither an http(s) URL nor HOST:PORT");
        if let Target::Absolute { scheme, authority, path } = Target::of(b"GET", text.as_bytes()) {
            let scheme = Scheme::named(scheme).ok_or_else(wrong)?;
            let parts = HostPort::of(authority).ok_or_else(wrong)?;
            let path = if path.starts_with(b"/") { path.to_vec() } else { [b"/", path].concat() };
            let (host, port) = (parts.host.to_owned(), parts.port.unwrap_or(scheme.default_port()));
            let path = String::from_utf8_lossy(&path).into_owned();
            return Ok(Self { host, port, scheme: Some(scheme), path });
        }
        let parts = HostPort::of(text.as_bytes()).ok_or_else(wrong)?;
        let port = parts.port.ok_or_else(wrong)?;
        Ok(Self { host: parts.host.to_owned(), port, scheme: None, path: "/".to_owned() })
    }

    fn endpoint(&self, scheme: Scheme) -> Endpoint {
        Endpoint { scheme, host: self.host.clone(), port: self.port }
    }
}

/// Does one test after the other until one fails. `now_utc` is what the server's clock is held against, in seconds
/// since 1970.
pub async fn probe(subject: &Subject, trust: &Trust, limits: &Limits, now_utc: i64) -> Vec<Step> {
    let mut steps = Vec::new();
    // What went wrong stands in the last step.
    let _failed = go(subject, trust, limits, now_utc, &mut steps).await;
    steps
}

async fn go(subject: &Subject, trust: &Trust, limits: &Limits, now_utc: i64, steps: &mut Vec<Step>) -> Result<(), ()> {
    let (mut stream, first) = connect(subject, limits, steps).await?;
    if !first.is_empty() {
        return speaks_first(stream, first, steps).await;
    }
    let mut scheme = subject.scheme.unwrap_or(Scheme::Https);
    if scheme == Scheme::Https {
        let began = Instant::now();
        let to = subject.endpoint(scheme);
        match greeted(subject, &to, trust, limits, stream).await {
            Greeted::Secured(secured) => {
                note(steps, Stage::TlsUpstream, began, Ok(handshake(&secured, now_utc)))?;
                stream = secured.stream;
                // A server may serve one connection at a time, so this one is done with before others are opened.
                let began = Instant::now();
                let asked = asked(subject, scheme, stream, now_utc).await;
                let took = began.elapsed();
                offered(&to, limits, steps, false).await;
                let (stage, found) = asked;
                let well = found.is_ok();
                steps.push(Step { stage, found, took });
                return if well { Ok(()) } else { Err(()) };
            }
            // Nothing was said of TLS, so that its absence is no failure.
            greeted if subject.scheme.is_none() && greeted.may_be_plain() => {
                note(steps, Stage::TlsUpstream, began, Ok("no TLS on this port".to_owned()))?;
                scheme = Scheme::Http;
                stream = connect(subject, limits, &mut Vec::new()).await?.0;
            }
            Greeted::Plain(status) => {
                let plain = subject.endpoint(Scheme::Http);
                let text = format!(
                    "{} speaks plain HTTP on this port (it answers with status {status}) and no TLS; call it by http:// \
                     (mwscope probe {})",
                    to.host_port(),
                    plain.url(&subject.path)
                );
                return note(steps, Stage::TlsUpstream, began, Err(text));
            }
            Greeted::Silent(text) => return note(steps, Stage::TlsUpstream, began, Err(text)),
            Greeted::Trouble(trouble) => {
                // What is offered may be what is wrong, so it is said before what went wrong.
                let took = began.elapsed();
                offered(&to, limits, steps, true).await;
                steps.push(Step { stage: trouble.stage, found: Err(trouble.cause), took });
                return Err(());
            }
        }
    }
    let began = Instant::now();
    let (stage, mut found) = asked(subject, scheme, stream, now_utc).await;
    let took = began.elapsed();
    let to = subject.endpoint(Scheme::Http);
    // A server of TLS often just closes where it is spoken to without.
    let closed = |text: &str| !text.starts_with("HTTP ") && !text.contains("TLS") && took < ANSWER;
    if let Err(text) = &found
        && closed(text)
        && offers::is_tls(&to, limits.connect).await
    {
        let https = Endpoint { scheme: Scheme::Https, ..to };
        let heard = text.split_once("; ").map_or(text.as_str(), |(what, _)| what);
        found = Err(format!(
            "{heard}: the server speaks TLS on this port; call it by https:// (mwscope probe {})",
            https.url(&subject.path)
        ));
    }
    let well = found.is_ok();
    steps.push(Step { stage, found, took });
    if well { Ok(()) } else { Err(()) }
}

/// What came of a greeting of TLS.
enum Greeted {
    Secured(Box<super::tls::Secured>),
    /// The server answers without TLS, with this status.
    Plain(u16),
    /// Nothing came, with TLS or without; in words.
    Silent(String),
    Trouble(Trouble),
}

impl Greeted {
    /// Whether no TLS may be spoken on this port.
    fn may_be_plain(&self) -> bool {
        match self {
            Self::Secured(_) => false,
            Self::Plain(_) | Self::Silent(_) => true,
            Self::Trouble(trouble) => trouble.cause.contains("may speak"),
        }
    }
}

/// Greets the server in TLS; one that says nothing is asked without TLS as well, meanwhile.
async fn greeted(subject: &Subject, to: &Endpoint, trust: &Trust, limits: &Limits, stream: Stream) -> Greeted {
    let limit = limits.handshake.min(HANDSHAKE);
    let connect = timeout(limit, trust.connect(to, &subject.host, &[HTTP1], stream));
    let plain = subject.endpoint(Scheme::Http);
    let mut plainly = pin!(async {
        sleep(SILENCE.min(limit)).await;
        plain::answers(&plain, limits.connect).await
    });
    let mut connect = pin!(connect);
    let mut asked = false;
    let secured = loop {
        tokio::select! {
            biased;
            secured = &mut connect => break secured,
            said = &mut plainly, if !asked => match said {
                Some(status) => return Greeted::Plain(status),
                None => asked = true,
            },
        }
    };
    match secured {
        Ok(Ok(secured)) => Greeted::Secured(Box::new(secured)),
        Ok(Err(trouble)) => match Greeted::Trouble(trouble) {
            trouble if trouble.may_be_plain() && !asked => {
                plain::answers(&plain, limits.connect).await.map_or(trouble, Greeted::Plain)
            }
            trouble => trouble,
        },
        Err(_) => Greeted::Silent(format!(
            "{} did not go on with the TLS handshake within {}, and doesn't answer to HTTP without TLS either; find out \
             what listens on this port",
            to.host_port(),
            cause::words(limit)
        )),
    }
}

/// Asks over a connection that stands, and closes it.
async fn asked(subject: &Subject, scheme: Scheme, mut stream: Stream, now_utc: i64) -> (Stage, Result<String, String>) {
    match timeout(ANSWER, ask(subject, scheme, &mut stream)).await {
        Ok(Ok(answer)) => (Stage::Wait, answer.in_words(&subject.path, now_utc)),
        Ok(Err((stage, text))) => (stage, Err(text)),
        Err(_) => {
            let waited = cause::words(ANSWER);
            let text =
                format!("no answer within {waited}; find out what the server does meanwhile (thread dump, its log)");
            (Stage::Wait, Err(text))
        }
    }
}

/// Which versions of TLS the server takes.
async fn offered(to: &Endpoint, limits: &Limits, steps: &mut Vec<Step>, failed: bool) {
    let began = Instant::now();
    let found = Offers::of(to, limits.connect).await.found(failed);
    // Behind a handshake that went well it only says that others didn't.
    let found = if failed { found } else { Ok(found.unwrap_or_else(|text| text)) };
    steps.push(Step { stage: Stage::TlsUpstream, found, took: began.elapsed() });
}

/// A server that speaks first: what it says, and of SSH everything that is said in clear.
async fn speaks_first(mut stream: Stream, mut first: BytesMut, steps: &mut Vec<Step>) -> Result<(), ()> {
    let began = Instant::now();
    // RFC 4253, 4.2: lines of another kind may stand before the version, as banners do.
    let ssh_at = |first: &[u8]| match first.starts_with(b"SSH-") {
        true => Some(0),
        false => memchr::memmem::find(first, b"\nSSH-").map(|at| at + 1),
    };
    let more = async {
        while ssh_at(&first).is_none() && first.len() < BANNER && first.iter().all(u8::is_ascii) {
            if !matches!(stream.read_buf(&mut first).await, Ok(n) if n > 0) {
                break;
            }
        }
    };
    let _silence_is_an_end = timeout(GREETING, more).await;
    let lines = |bytes: &[u8]| -> String {
        let text = String::from_utf8_lossy(bytes);
        let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        lines.join(" / ").chars().take(200).map(|c| if c.is_control() { '.' } else { c }).collect()
    };
    let Some(at) = ssh_at(&first) else {
        let line = first[..].split(|b| matches!(b, b'\r' | b'\n')).next().unwrap_or_default();
        return note(steps, Stage::Tunnel, began, Ok(format!("the server speaks first: {}", lines(line))));
    };
    if at > 0 {
        let banner = first.split_to(at);
        note(steps, Stage::Tunnel, began, Ok(format!("the server says before its version: {}", lines(&banner))))?;
    }
    let first = &first[..];
    let greeted = timeout(Duration::from_secs(10), ssh::greet(&mut stream, first)).await;
    let Ok((facts, went)) = greeted else {
        let text = "the server greets as SSH, but did not go on within 10 s; its own log must say why";
        return note(steps, Stage::Tunnel, began, Err(text.to_owned()));
    };
    note(steps, Stage::Tunnel, began, Ok(overheard::ssh_in_words(&facts)))?;
    if let Some(offer) = &facts.server.offer {
        let list = |names: &[String]| names.join(", ");
        let text = format!(
            "offers key exchange {}; host key {}; cipher {}; MAC {}",
            list(&offer.kex),
            list(&offer.host_key),
            list(&offer.cipher_server),
            list(&offer.mac_server)
        );
        note(steps, Stage::Tunnel, began, Ok(text))?;
    }
    match went {
        Err(error) if facts.host_key.is_none() => {
            let text = format!(
                "the connection broke before the host key: {}; the server's log must say why",
                cause::plain(&error)
            );
            note(steps, Stage::Tunnel, began, Err(text))
        }
        _ => Ok(()),
    }
}

fn note(steps: &mut Vec<Step>, stage: Stage, began: Instant, found: Result<String, String>) -> Result<(), ()> {
    let well = found.is_ok();
    steps.push(Step { stage, found, took: began.elapsed() });
    if well { Ok(()) } else { Err(()) }
}

/// Looks the name up and connects; waits a moment for a server that speaks first.
async fn connect(subject: &Subject, limits: &Limits, steps: &mut Vec<Step>) -> Result<(Stream, BytesMut), ()> {
    let began = Instant::now();
    let to = subject.endpoint(subject.scheme.unwrap_or(Scheme::Http));
    let dialled = match dial(&to, limits.connect, &[]).await {
        Ok(dialled) => dialled,
        Err(trouble) => {
            note(steps, trouble.stage, began, Err(trouble.cause))?;
            return Err(());
        }
    };
    if let Some(dns) = dialled.dns {
        let found = Ok(format!("{} is {}", subject.host, dialled.address.ip()));
        steps.push(Step { stage: Stage::Resolve, found, took: Duration::from_nanos(dns) });
    }
    let found = Ok(format!("{} takes connections", dialled.address));
    steps.push(Step { stage: Stage::Dial, found, took: Duration::from_nanos(dialled.connect) });
    let mut stream: Stream = Box::new(dialled.stream);
    if subject.scheme.is_some() {
        return Ok((stream, BytesMut::new()));
    }
    let mut first = BytesMut::new();
    let _silence_is_an_answer = timeout(GREETING, stream.read_buf(&mut first)).await;
    Ok((stream, first))
}

fn handshake(secured: &super::tls::Secured, now_utc: i64) -> String {
    let facts = &secured.facts;
    let known = |text: &Option<String>| text.clone().unwrap_or_else(|| "unknown".to_owned());
    let mut text = format!("{} with {}; {}", known(&facts.version), known(&facts.cipher), known(&facts.leaf));
    if let Some(print) = facts.certificates.first() {
        text.push_str(&format!("; SHA-256 {print}"));
    }
    if let Some(at) = secured.expires.filter(|at| at - now_utc < 30 * 86_400) {
        text.push_str(&format!("; the certificate expires on {}: have it renewed", cause::day(at)));
    }
    if secured.chain.len() > 1 {
        text.push_str(&format!("; chain {}", secured.chain.join(" <- ")));
    }
    if let Some(said) = &secured.client_certificate {
        text.push_str(&format!("; {said}"));
    }
    if let Some(although) = &secured.accepted_although {
        text.push_str(&format!("; accepted although {although}"));
    }
    text
}

/// Asks for the path, and reads the head and what may be a service description.
async fn ask(subject: &Subject, scheme: Scheme, stream: &mut Stream) -> Result<Answer, (Stage, String)> {
    let request = format!(
        "GET {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: mwscope-probe\r\nAccept: */*\r\nConnection: close\r\n\r\n",
        subject.path,
        subject.endpoint(scheme).authority()
    );
    let broke = |stage, what: &std::io::Error| {
        (stage, format!("the server's connection broke: {}; its own log must say why it closed", cause::plain(what)))
    };
    stream.write_all(request.as_bytes()).await.map_err(|e| broke(Stage::Send, &e))?;
    stream.flush().await.map_err(|e| broke(Stage::Send, &e))?;
    let mut framer = Framer::responses(mwscope_parsers::http::Limits::default());
    framer.expect(Asked::Other);
    let (mut buffer, mut head, mut body) = (BytesMut::new(), None, Vec::new());
    let cut = loop {
        let step = framer.step(&buffer);
        let taken = buffer.split_to(step.used.min(buffer.len()));
        match step.event {
            Some(Event::Head(found, _)) if found.status() >= 200 || found.status() == 101 => head = Some(found),
            Some(Event::Body(_)) => body.extend_from_slice(&taken),
            Some(Event::End(End::Broken(what))) => match head.is_some() {
                true => break Some(format!("its framing can't be read ({what})")),
                false => {
                    return Err((
                        Stage::ResponseHead,
                        format!("the head of the answer can't be read ({what}); look at what answers on this port"),
                    ));
                }
            },
            Some(Event::End(_)) if head.is_some() => break None,
            Some(_) => {}
            None if body.len() > LOOK => break Some("the rest of it was not looked at".to_owned()),
            None if head.is_none() && cause::no_http::is_certain(&buffer) => {
                return Err((Stage::ResponseHead, cause::no_http::words(&buffer)));
            }
            None => match stream.read_buf(&mut buffer).await {
                Ok(0) => match framer.finish(buffer.len()) {
                    Some(Event::End(End::Cut { missing: Some(n) })) => {
                        break Some(format!("{} of it are missing", cause::bytes_in_words(n)));
                    }
                    Some(Event::End(End::Cut { missing: None })) => break Some("its end is missing".to_owned()),
                    _ => break None,
                },
                Ok(_) => {}
                Err(error) if head.is_none() => return Err(broke(Stage::Wait, &error)),
                Err(error) => break Some(format!("the connection broke inside it ({})", cause::plain(&error))),
            },
        }
    };
    match head {
        Some(head) => Ok(Answer { head, body, cut }),
        None if buffer.is_empty() => {
            let nothing = "the server closed the connection without an answer; its own log must say why";
            Err((Stage::Wait, nothing.to_owned()))
        }
        None => {
            let trouble = cause::ended_without_answer(&buffer);
            Err((trouble.stage, trouble.cause))
        }
    }
}

impl Answer {
    /// Status, authentication, clock and description, in words; an error where a description was asked for and the
    /// server gave something else for one. `now_utc` is what its clock is held against.
    fn in_words(&self, path: &str, now_utc: i64) -> Result<String, String> {
        let description = described::is_asked_for(path);
        let Self { head, body, cut } = self;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let mut parts = vec![format!("HTTP {} {}", head.status(), text(head.reason())).trim_end().to_owned()];
        if let Some(server) = head.get("Server") {
            parts.push(format!("server {}", text(server)));
        }
        let schemes = signing::schemes(head.all("WWW-Authenticate"));
        if !schemes.is_empty() {
            parts.push(format!("authentication by {}", schemes.join(", ")));
        }
        let proxies = signing::schemes(head.all("Proxy-Authenticate"));
        if !proxies.is_empty() {
            parts.push(format!("authentication to a proxy by {}", proxies.join(", ")));
        }
        if let Some(location) = head.get("Location") {
            parts.push(format!("leads to {}", text(location)));
        }
        if let Some(date) = head.get("Date").and_then(|d| jiff::fmt::rfc2822::parse(&text(d)).ok()) {
            let ahead = date.timestamp().as_second() - now_utc;
            parts.push(match ahead {
                -1..=1 => "its clock agrees with ours".to_owned(),
                2.. => format!("its clock is {ahead} s ahead of ours"),
                _ => format!("its clock is {} s behind ours", -ahead),
            });
        }
        let mut well = true;
        if description && head.status() == 200 {
            let read = described::read(head, body, cut.as_deref(), path);
            well = read.is_ok();
            parts.push(read.unwrap_or_else(|text| text));
        } else if description {
            // That the server wants a sign-on is well: a probe has none to give.
            well = head.status() == 401;
            parts.push(described::instead(head, body));
        } else if let Some(cut) = cut {
            parts.push(format!("the answer is not whole: {cut}"));
        }
        let said = parts.join("; ");
        if well { Ok(said) } else { Err(said) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_a_url_or_a_port() {
        let read = |text| Subject::parse(text).map(|s| (s.host, s.port, s.scheme, s.path));
        let https = Some(Scheme::Https);
        assert_eq!(read("https://m3/mws?wsdl"), Ok(("m3".into(), 443, https, "/mws?wsdl".into())));
        assert_eq!(read("http://m3:20107"), Ok(("m3".into(), 20107, Some(Scheme::Http), "/".into())));
        assert_eq!(read("sftp.example:22"), Ok(("sftp.example".into(), 22, None, "/".into())));
        for bad in ["m3", "ftp://m3", "http://", "m3:x"] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_answer_is_told_in_words() {
        let bytes = b"HTTP/1.1 401 Unauthorized\r\nDate: Tue, 13 Jan 2026 10:00:05 GMT\r\n\
            WWW-Authenticate: Negotiate\r\nWWW-Authenticate: Basic realm=\"x\"\r\n\r\n";
        let head = Head::response(bytes.to_vec(), 0, &mwscope_parsers::http::Limits::default());
        let answer = Answer { head: Box::new(head), body: Vec::new(), cut: None };
        let said = "HTTP 401 Unauthorized; authentication by Negotiate, Basic; its clock is 5 s ahead of ours";
        assert_eq!(answer.in_words("/", 1_768_298_400).as_deref(), Ok(said));
        let instead = answer.in_words("/a?wsdl", 1_768_298_400).expect("it wants a sign-on");
        assert!(instead.starts_with(said) && instead.contains("no service description"), "{instead}");
    }
}
