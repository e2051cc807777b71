//! One exchange of a capture, made as any other recording's: URL, times, and how it ended.

use bytes::Bytes;
use mwscope_parsers::http::{Field, Target};
use mwscope_parsers::wire::{Broken, Message, Pair, Side, TcpFacts, Within};

use crate::model::moment::stamp_of_capture_ns;
use crate::model::{
    Body, BodyState, Exchange, ExchangeId, Header, Headers, Kept, Outcome, Request, Response, SourceId, Stage, Stream,
    Timings, TlsFacts, coding,
};

/// A body's length, its bytes, and whether only its first were kept.
pub(super) type Taken = (u64, Kept, bool);

/// The exchange that `pair` is, whose texts it takes; its id, index, tunnel and call are filled in later.
pub(super) fn exchange(
    pair: &mut Pair,
    [asked, answered]: [Taken; 2],
    secure: bool,
    within: Within,
    tcp: &TcpFacts,
    source: SourceId,
) -> Exchange {
    let (url, request) = pair.request.as_mut().map(|message| request(message, asked, secure, tcp)).unwrap_or_default();
    let mut exchange = Exchange::new(ExchangeId(0), source, 0, url, request);
    exchange.response = pair.response.as_mut().map(|message| response(message, answered));
    let nothing = || (0, Kept::Nothing, false);
    exchange.interim = pair.interim.iter_mut().map(|message| response(message, nothing())).collect();
    let pair = &*pair;
    let messages = || pair.request.iter().chain(&pair.interim).chain(&pair.response);
    let first = messages().map(|message| message.first).min().unwrap_or(tcp.first);
    let last = messages().map(|message| message.last).max().unwrap_or(first);
    exchange.started = stamp_of_capture_ns(first);
    exchange.duration_ns = u64::try_from(last.saturating_sub(first)).ok().filter(|_| exchange.started.is_some());
    exchange.client = Some(tcp.ends.client.to_string());
    exchange.server = Some(tcp.ends.server.to_string());
    exchange.stream = Some(tcp.number);
    exchange.outcome = outcome(pair, tcp);
    exchange.incomplete = pair.request.is_none()
        || pair.unanswered == Some(Broken::Missing)
        || messages().any(|message| message.missing > 0 || message.broken.is_some());
    exchange.timings = timings(pair, within, tcp);
    exchange.notes = notes(pair, tcp);
    exchange
}

fn request(message: &mut Message, body: Taken, secure: bool, tcp: &TcpFacts) -> (String, Request) {
    let (head, headers) = fields(&mut message.head, &message.fields);
    let target = Target::of(&message.method, &message.target);
    let is_url = matches!(target, Target::Absolute { .. } | Target::Authority(_));
    let is_all = matches!(target, Target::Asterisk);
    let request = Request {
        method: text(std::mem::take(&mut message.method)),
        target: text(std::mem::take(&mut message.target)),
        version: std::mem::take(&mut message.version),
        body: whole(message, &headers, body),
        headers,
        head: message.head_as_sent.then_some(head),
        trailers: fields(&mut message.trailer, &message.trailer_fields).1,
    };
    let behind_host = if is_all { "" } else { request.target.as_str() };
    (url(message, (!is_url).then_some(behind_host), &request, secure, tcp), request)
}

fn response(message: &mut Message, body: Taken) -> Response {
    let (head, headers) = fields(&mut message.head, &message.fields);
    Response {
        status: message.status,
        reason: text(std::mem::take(&mut message.reason)),
        version: std::mem::take(&mut message.version),
        body: whole(message, &headers, body),
        headers,
        head: message.head_as_sent.then_some(head),
        trailers: fields(&mut message.trailer, &message.trailer_fields).1,
    }
}

/// A head and its fields, whose values stand in its memory.
fn fields(head: &mut Vec<u8>, fields: &[Field]) -> (Bytes, Headers) {
    let head = Bytes::from(std::mem::take(head));
    let headers = Headers::within(&head, fields);
    (head, headers)
}

/// The length is that of the bytes that are there; how many are missing is said beside it.
fn whole(message: &Message, headers: &Headers, (len, kept, cut): Taken) -> Body {
    let state = if cut || message.missing > 0 { BodyState::Cut } else { BodyState::Whole };
    Body { len, state, kept, codings: coding::codings(headers) }
}

fn url(message: &Message, behind_host: Option<&str>, request: &Request, secure: bool, tcp: &TcpFacts) -> String {
    let Some(target) = behind_host else { return request.target.clone() };
    let stated = message.scheme.as_deref().map(String::from_utf8_lossy);
    let scheme = stated.unwrap_or(if secure { "https" } else { "http" }.into());
    let stated = message.authority.as_deref().map(String::from_utf8_lossy);
    let named = stated.or_else(|| request.headers.first("host").map(Header::text));
    let host = named.filter(|host| !host.is_empty()).unwrap_or_else(|| tcp.ends.server.to_string().into());
    [&scheme, "://", &host, target].concat()
}

fn outcome(pair: &Pair, tcp: &TcpFacts) -> Outcome {
    if let Some(broken) = pair.response.as_ref().and_then(|message| message.broken) {
        return broke(broken, Stage::ResponseBody, "inside the response", tcp);
    }
    if pair.response.is_some() {
        return Outcome::Complete;
    }
    let unfinished = pair.request.as_ref().and_then(|request| request.broken);
    match (pair.unanswered, unfinished) {
        (Some(broken), Some(_)) => broke(broken, Stage::RequestBody, "inside the request", tcp),
        (Some(broken), None) => broke(broken, Stage::Wait, "without an answer", tcp),
        (None, _) => Outcome::Open,
    }
}

fn broke(broken: Broken, stage: Stage, when: &str, tcp: &TcpFacts) -> Outcome {
    let (side, did) = match broken {
        // What the capture missed says nothing about the call.
        Broken::Missing if stage == Stage::ResponseBody => return Outcome::Complete,
        Broken::Missing | Broken::Open => return Outcome::Open,
        Broken::Unreadable => {
            let cause = format!("the bytes {when} can't be read as HTTP; look at the stream");
            return Outcome::Failed { stage, cause };
        }
        Broken::Closed(side) => (side, "closed"),
        Broken::Reset(side) => (side, "reset"),
    };
    let end = tcp.ends.of(side);
    let cause = format!("the {} ({end}) {did} the connection {when}", side.word());
    match side {
        Side::Client => Outcome::Aborted { stage, cause },
        Side::Server => Outcome::Failed { stage, cause },
    }
}

fn timings(pair: &Pair, within: Within, tcp: &TcpFacts) -> Timings {
    let span = |from: i64, to: i64| u64::try_from(to.saturating_sub(from)).ok();
    let mut timings = Timings::default();
    if within == (Within { layer: 0, number: 0 }) {
        timings.connect = tcp.handshake();
    }
    if let Some(request) = &pair.request {
        timings.send = span(request.first, request.last);
        let answered = pair.interim.first().or(pair.response.as_ref());
        timings.wait = answered.and_then(|response| span(request.last, response.first));
    }
    if let Some(response) = &pair.response {
        timings.receive = span(response.first, response.last);
    }
    timings
}

/// Below this a wait isn't worth taking apart; nanoseconds.
const SHORT_WAIT_NS: u64 = 50_000_000;

fn notes(pair: &Pair, tcp: &TcpFacts) -> Vec<(String, String)> {
    let mut notes: Vec<_> = pair.notes.iter().map(|note| ("framing".to_owned(), note.clone())).collect();
    let mut note = |name: &str, text: String| notes.push((name.to_owned(), text));
    for (message, name) in [(&pair.request, "request"), (&pair.response, "response")] {
        if let Some(message) = message.as_ref().filter(|message| message.missing > 0) {
            note("capture", format!("{} bytes of the {name}'s body aren't in the capture", message.missing));
        }
    }
    if pair.request.is_none() {
        note("capture", "the request isn't in the capture".to_owned());
    }
    if pair.unanswered == Some(Broken::Missing) {
        note("capture", "the response isn't in the capture".to_owned());
    }
    let waited = pair.request.as_ref().zip(pair.response.as_ref());
    let waited = waited.and_then(|(request, response)| u64::try_from(response.first - request.last).ok());
    if let (Some(waited), Some(way)) = (waited.filter(|waited| *waited >= SHORT_WAIT_NS), tcp.round_trip_to_server()) {
        let ms = |ns: u64| ns / 1_000_000;
        let server = waited.saturating_sub(way);
        note(
            "network",
            format!("of {} ms the server took {}, the way {}", ms(waited), ms(server), ms(waited.min(way))),
        );
    }
    for side in Side::BOTH {
        let (again, full) = (tcp.retransmissions.of(side), tcp.zero_windows.of(side));
        if *again > 0 {
            note("network", format!("the {} had sent {again} packets again by then", side.word()));
        }
        if *full > 0 {
            note("network", format!("the {} had said {full} times by then that it can take nothing more", side.word()));
        }
    }
    notes
}

/// What TLS says about the exchanges of a stream.
pub(super) fn tls(stream: &Stream) -> Option<TlsFacts> {
    let facts = stream.facts.iter().find_map(|facts| facts.tls.as_deref())?;
    let leaf = facts.certificates.first();
    Some(TlsFacts {
        version: facts.version().map(|version| version.to_string()),
        cipher: facts.suite().map(|suite| suite.to_string()),
        sni: facts.sni().map(str::to_owned),
        alpn: facts.alpn.clone(),
        certificates: facts.certificates.iter().map(|certificate| certificate.sha256.clone()).collect(),
        leaf: leaf.map(|leaf| format!("{}, issued by {}", leaf.subject, leaf.issuer)),
    })
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}
