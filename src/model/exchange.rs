//! One HTTP request and what became of it: the same value for a live recording, an import and a replay.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use mwscope_parsers::http::{Field, Head, Version, behind_scheme};
use mwscope_parsers::m3::Call;
use mwscope_parsers::{Span, Stamp};

use super::coding;
use super::header::Headers;
use super::source::SourceId;

/// An exchange within one case or investigation; shown as `x12`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ExchangeId(pub u32);

impl fmt::Display for ExchangeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "x{}", self.0)
    }
}

/// One HTTP request and what became of it.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// Its id.
    pub id: ExchangeId,
    /// Where it comes from.
    pub source: SourceId,
    /// Its number in that source, from 0, in the order in which the exchanges stand there.
    pub index: u32,
    /// When the request's first byte was seen, on the source's own clock.
    pub started: Option<Stamp>,
    /// From the first byte of the request to the last of the answer, or to the failure; nanoseconds.
    pub duration_ns: Option<u64>,
    /// Who called (`ip:port`), where known.
    pub client: Option<String>,
    /// Who answered (`ip:port`), where known.
    pub server: Option<String>,
    /// The process on this machine that called, where known (`java.exe:4711`).
    pub process: Option<String>,
    /// The absolute URL; for CONNECT the authority.
    pub url: String,
    /// The request, as far as it came.
    pub request: Request,
    /// The final response, as far as it came; never an answer that a proxy of ours made up.
    pub response: Option<Response>,
    /// Interim (1xx) answers other than 101, in order.
    pub interim: Vec<Response>,
    /// How it ended.
    pub outcome: Outcome,
    /// Whether packets or bytes are missing from what should be here.
    pub incomplete: bool,
    /// A 401 or 407 that the same client's next attempt answered: part of signing on, not a failure.
    pub challenge: bool,
    /// Where the time went.
    pub timings: Timings,
    /// TLS between client and server, or between us and the server.
    pub tls: Option<TlsFacts>,
    /// The CONNECT exchange or tunnel this travelled in, as it is shown (`x3`).
    pub tunnel: Option<String>,
    /// The TCP conversation in a capture.
    pub stream: Option<u32>,
    /// What the proxy changed on the way, each one listed.
    pub edits: Vec<Edit>,
    /// What was masked before it was stored.
    pub masks: Vec<Mask>,
    /// Further remarks of the source (custom HAR fields, proxy notes), name and text.
    pub notes: Vec<(String, String)>,
    /// What was sent again, where this is a replay: source path and index.
    pub origin: Option<(String, u32)>,
    /// What it is in M3's terms.
    pub call: Call,
}

impl Exchange {
    /// An exchange of which only the request line is known; everything else is filled in by the source.
    #[must_use]
    pub fn new(id: ExchangeId, source: SourceId, index: u32, url: String, request: Request) -> Self {
        Self {
            id,
            source,
            index,
            started: None,
            duration_ns: None,
            client: None,
            server: None,
            process: None,
            url,
            request,
            response: None,
            interim: Vec::new(),
            outcome: Outcome::Open,
            incomplete: false,
            challenge: false,
            timings: Timings::default(),
            tls: None,
            tunnel: None,
            stream: None,
            edits: Vec::new(),
            masks: Vec::new(),
            notes: Vec::new(),
            origin: None,
            call: Call::default(),
        }
    }

    /// The final status, where there was an answer that has one.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.response.as_ref().map(|r| r.status).filter(|status| *status > 0)
    }

    /// Whether the call failed: a fault, a status of 400 or above, a NOK in the body, or a failure on the way.
    /// An answered challenge and a 404 on `/m3api-rest/csrf` (an old server without that page) did not fail.
    #[must_use]
    pub fn failed(&self) -> bool {
        if self.challenge || (self.status() == Some(404) && self.path().ends_with("/m3api-rest/csrf")) {
            return false;
        }
        matches!(self.outcome, Outcome::Failed { .. })
            || self.call.fault.is_some()
            || self.call.nok.is_some()
            || self.status().is_some_and(|s| s >= 400)
    }

    /// As `duration_ns`, without the time before the request could begin and that in which the user held it at a
    /// breakpoint: what client, network and server took.
    #[must_use]
    pub fn busy_ns(&self) -> Option<u64> {
        Some(self.duration_ns?.saturating_sub(self.timings.blocked.unwrap_or(0)))
    }

    /// The path of the URL, without query.
    #[must_use]
    pub fn path(&self) -> &str {
        let rest = behind_scheme(&self.url).map_or(self.url.as_str(), |(_, rest)| rest);
        let path = rest.find('/').map_or("", |at| &rest[at..]);
        let end = path.bytes().position(|b| matches!(b, b'?' | b'#')).unwrap_or(path.len());
        &path[..end]
    }
}

/// The request as it was sent.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The method as sent.
    pub method: String,
    /// The request target as sent: origin, absolute, authority or asterisk form.
    pub target: String,
    /// The version as sent (`HTTP/1.1`, `HTTP/2`).
    pub version: String,
    /// Headers in the order, case and number in which they were sent.
    pub headers: Headers,
    /// The head's bytes as on the wire, where the source has them.
    pub head: Option<Bytes>,
    /// The body.
    pub body: Body,
    /// Trailers.
    pub trailers: Headers,
}

impl Request {
    /// What a head on the wire says; the body is still to come.
    #[must_use]
    pub fn of(head: &Head) -> Self {
        let (version, headers, bytes, body) = of(head);
        let (method, target) = (text(head.method()), text(head.target()));
        Self { method, target, version, headers, head: Some(bytes), body, trailers: Headers::default() }
    }

    /// The target in origin form that a URL stands for, where a source says nothing else: `:path` of HTTP/2, and the
    /// text as it is where it is no URL of a web server, as CONNECT's authority.
    #[must_use]
    pub fn target_of(url: &str, headers: &Headers) -> String {
        if let Some(path) = headers.text(":path") {
            return path;
        }
        let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
        if !matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https" | "ws" | "wss") {
            return url.to_owned();
        }
        let rest = rest.split('#').next().unwrap_or(rest);
        match rest.find(['/', '?']) {
            None => "/".to_owned(),
            Some(at) if rest[at..].starts_with('?') => format!("/{}", &rest[at..]),
            Some(at) => rest[at..].to_owned(),
        }
    }
}

/// The response as it came.
#[derive(Clone, Debug, Default)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// The reason phrase, empty where none was sent.
    pub reason: String,
    /// The version as sent.
    pub version: String,
    /// Headers in the order, case and number in which they were sent.
    pub headers: Headers,
    /// The head's bytes as on the wire, where the source has them.
    pub head: Option<Bytes>,
    /// The body.
    pub body: Body,
    /// Trailers.
    pub trailers: Headers,
}

impl Response {
    /// What a head on the wire says; the body is still to come.
    #[must_use]
    pub fn of(head: &Head) -> Self {
        let (version, headers, bytes, body) = of(head);
        let (status, reason) = (head.status(), text(head.reason()));
        Self { status, reason, version, headers, head: Some(bytes), body, trailers: Headers::default() }
    }
}

impl From<Head> for Response {
    /// As [`Response::of`], of a head that isn't needed any more.
    fn from(head: Head) -> Self {
        let (status, reason, version) = (head.status(), text(head.reason()), version(&head));
        let (bytes, fields) = head.into_parts();
        let (headers, bytes, body) = message(bytes.into(), &fields);
        Self { status, reason, version, headers, head: Some(bytes), body, trailers: Headers::default() }
    }
}

/// Version, headers and bytes of a head, and a body of which only the content codings are known.
fn of(head: &Head) -> (String, Headers, Bytes, Body) {
    let (headers, bytes, body) = message(Bytes::copy_from_slice(head.bytes()), head.fields());
    (version(head), headers, bytes, body)
}

fn message(bytes: Bytes, fields: &[Field]) -> (Headers, Bytes, Body) {
    let headers = Headers::within(&bytes, fields);
    let body = Body { codings: coding::codings(&headers), ..Body::default() };
    (headers, bytes, body)
}

fn version(head: &Head) -> String {
    let version = match head.version() {
        Version::Http10 => "HTTP/1.0",
        Version::Http11 => "HTTP/1.1",
        Version::Other => "",
    };
    version.to_owned()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A body: transfer coding removed, content coding still on.
#[derive(Clone, Debug, Default)]
pub struct Body {
    /// The true size after transfer decoding and before content decoding, however much was kept.
    pub len: u64,
    /// What was kept.
    pub state: BodyState,
    /// Where the kept bytes are.
    pub kept: Kept,
    /// The content codings that are still on the kept bytes, outermost last (`gzip`). Empty where the source
    /// holds decoded text, whatever the headers say.
    pub codings: Vec<String>,
}

impl Body {
    /// A whole body that is at hand, without content coding.
    #[must_use]
    pub fn whole(bytes: Bytes) -> Self {
        let len = bytes.len() as u64;
        Self { len, state: BodyState::Whole, kept: Kept::Here(bytes), codings: Vec::new() }
    }
}

/// How much of a body was kept, and why not all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum BodyState {
    /// All of it (which may be nothing).
    #[default]
    Whole,
    /// The first bytes, up to the limit for kept bodies.
    Cut,
    /// Nothing: the recording could not keep up and traffic comes first.
    Dropped,
    /// Nothing, to keep secrets off the disk; the text says why.
    Withheld(String),
    /// The source doesn't hold it (a HAR without content, a capture with a gap).
    Absent,
}

/// Where kept bytes are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Kept {
    /// Nowhere.
    #[default]
    Nothing,
    /// In memory.
    Here(Bytes),
    /// In a case's segment: segment number, offset of the entry, and part number within it.
    InCase {
        /// The segment's number.
        segment: u32,
        /// The entry's offset in the segment's uncompressed bytes.
        offset: u64,
        /// Bytes kept.
        len: u64,
    },
    /// Where a capture has them.
    InCapture {
        /// Which of the captures of the investigation.
        capture: u32,
        /// Its parts, in order.
        parts: Arc<[CapturePart]>,
    },
}

/// A part of a body that stands in a capture, or in what was decrypted or put together of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CapturePart {
    /// Whether it stands in the capture file itself.
    pub in_file: bool,
    /// Where.
    pub span: Span,
}

impl Kept {
    /// Bytes in memory, or nothing where there are none.
    #[must_use]
    pub fn of(bytes: Bytes) -> Self {
        if bytes.is_empty() { Self::Nothing } else { Self::Here(bytes) }
    }
}

/// How an exchange ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Outcome {
    /// Request and response are whole.
    Complete,
    /// It broke on the way.
    Failed {
        /// Where.
        stage: Stage,
        /// Why, in words, with the remedy behind a semicolon where there is one.
        cause: String,
    },
    /// The client went away before the end.
    Aborted {
        /// Where.
        stage: Stage,
        /// What was seen.
        cause: String,
    },
    /// It hadn't ended when the recording or capture did, or hasn't yet.
    #[default]
    Open,
}

impl Outcome {
    /// The word used in machine-readable output.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Failed { .. } => "failed",
            Self::Aborted { .. } => "aborted",
            Self::Open => "open",
        }
    }

    /// Where and why it broke, where it did.
    #[must_use]
    pub fn broke_at(&self) -> Option<(Stage, &str)> {
        match self {
            Self::Failed { stage, cause } | Self::Aborted { stage, cause } => Some((*stage, cause)),
            Self::Complete | Self::Open => None,
        }
    }
}

macro_rules! stages {
    ($($(#[$doc:meta])* $name:ident = $word:literal),+ $(,)?) => {
        /// A stage of an exchange at which it can break; the order is that of a call.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Stage { $($(#[$doc])* $name),+ }

        impl Stage {
            /// All stages, in the order of a call.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The word used in machine-readable output.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$name => $word),+ }
            }
        }
    };
}

stages! {
    /// Taking the client's connection.
    Accept = "accept",
    /// The client's credentials for the proxy.
    ProxyAuth = "proxy-auth",
    /// Reading the request head.
    RequestHead = "request-head",
    /// Reading the request body.
    RequestBody = "request-body",
    /// Looking the server's name up.
    Resolve = "resolve",
    /// Connecting to it.
    Dial = "dial",
    /// Getting through the upstream proxy.
    UpstreamProxy = "upstream-proxy",
    /// TLS with the client.
    TlsClient = "tls-client",
    /// TLS with the server.
    TlsUpstream = "tls-upstream",
    /// Sending the request on.
    Send = "send",
    /// Waiting for the answer's first byte.
    Wait = "wait",
    /// Reading the response head.
    ResponseHead = "response-head",
    /// Reading the response body.
    ResponseBody = "response-body",
    /// Carrying bytes of a tunnel.
    Tunnel = "tunnel",
}

impl Stage {
    /// The stage of that word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|s| s.word() == word)
    }
}

/// Where the time of an exchange went; nanoseconds, `None` where not known or not done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timings {
    /// Waiting for a free connection, and held by the user at breakpoints.
    pub blocked: Option<u64>,
    /// Name look-up.
    pub dns: Option<u64>,
    /// TCP connect, without TLS.
    pub connect: Option<u64>,
    /// TLS handshake.
    pub tls: Option<u64>,
    /// Sending the request.
    pub send: Option<u64>,
    /// From the request's last byte to the answer's first.
    pub wait: Option<u64>,
    /// Receiving the answer.
    pub receive: Option<u64>,
}

/// What is known of TLS on the way to the server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TlsFacts {
    /// `TLS 1.2`.
    pub version: Option<String>,
    /// Suite by its IANA name.
    pub cipher: Option<String>,
    /// Server name sent.
    pub sni: Option<String>,
    /// Protocol agreed by ALPN.
    pub alpn: Option<String>,
    /// SHA-256 fingerprints of the server's certificates, leaf first, hex.
    pub certificates: Vec<String>,
    /// Subject and issuer of the leaf, in words.
    pub leaf: Option<String>,
}

/// One change that the proxy made on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What was changed, in words (`request target: absolute to origin form`).
    pub what: String,
    /// Before, as text.
    pub before: Option<String>,
    /// After, as text.
    pub after: Option<String>,
}

impl Edit {
    /// What was changed; with the texts where a user changed them, since nothing else tells what was sent.
    #[must_use]
    pub fn in_words(&self) -> String {
        if !self.what.ends_with(" by the user") {
            return self.what.clone();
        }
        match (&self.before, &self.after) {
            (Some(before), Some(after)) => format!("{}: {before:?} to {after:?}", self.what),
            (Some(text), None) | (None, Some(text)) => format!("{}: {text:?}", self.what),
            (None, None) => self.what.clone(),
        }
    }
}

/// Which part of an exchange a mask or a place speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// The request line's target and the URL made of it.
    Target,
    /// The request head.
    RequestHead,
    /// The request body.
    RequestBody,
    /// The response head.
    ResponseHead,
    /// The response body.
    ResponseBody,
}

impl Part {
    /// The word used in machine-readable output.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Target => "target",
            Self::RequestHead => "request-head",
            Self::RequestBody => "request-body",
            Self::ResponseHead => "response-head",
            Self::ResponseBody => "response-body",
        }
    }
}

/// A secret that was overwritten by a filler of the same length before the bytes were stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mask {
    /// Where.
    pub part: Part,
    /// Bytes before it in that part.
    pub offset: u64,
    /// Its length in bytes.
    pub len: u64,
    /// The rule that found it (`basic-password`).
    pub rule: String,
    /// Ten hex digits by which equal secrets are seen to be equal; nothing can be learned from them.
    pub token: String,
}
