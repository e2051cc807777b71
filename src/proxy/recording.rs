//! The record of one exchange while it happens: facts with their times in, one `Exchange` for the recorder out, whatever
//! happens to the task that carries it.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use bytes::{Bytes, BytesMut};
use mwscope_parsers::http::Head;
use tokio::time::sleep_until;

use super::core::Trouble;
use super::core::hold::Half;
use super::core::relay::Fact;
use super::listen::Shared;
use super::process::Process;
use super::tap::{Key, Room, Tap, Tapped};
use crate::model::moment::stamp_of_utc_ns;
use crate::model::{
    Body, BodyState, Edit, Exchange, ExchangeId, Headers, Kept, Outcome, Part, Request, Response, SourceId, Stage,
    TlsFacts,
};

/// Interim answers and changes of one exchange that are kept; more are counted.
const INTERIM: usize = 64;
const EDITS: usize = 10_000;

/// Bytes of bodies that are kept at hand until an exchange ends. Longer ones are handed on as they come.
const AT_HAND: usize = 128 << 10;

/// An exchange that takes so long is shown before it ends, and again each time that it has taken twice as long.
const LONG: Duration = Duration::from_secs(1);

/// Who is at the client's end, and in which tunnel.
#[derive(Clone, Debug)]
pub(super) struct Caller {
    /// `ip:port`.
    pub client: String,
    /// The CONNECT in which its requests travel.
    pub tunnel: Option<Key>,
    /// The process, where it is on this computer.
    pub process: Option<Arc<Process>>,
}

/// One exchange being recorded. Dropped unfinished, it is recorded as open.
#[derive(Debug)]
pub(super) struct Recording {
    tap: Arc<Tap>,
    key: Key,
    tunnel: Option<Key>,
    process: Option<Arc<Process>>,
    exchange: Option<Box<Exchange>>,
    marks: Marks,
    request: Keeping,
    response: Keeping,
    /// Room for the bytes at hand.
    at_hand: Room,
    /// Whether its bodies are handed on as they come.
    handed_on: bool,
    /// Interim answers that were passed on and not kept.
    more_interim: u64,
    /// Whether the request wasn't read to its end.
    request_cut: bool,
    /// When it is shown next, where it hasn't ended by then.
    show_at: Instant,
    /// What of it is held at a breakpoint.
    holding: Option<Half>,
}

/// When things happened.
#[derive(Clone, Copy, Debug)]
struct Marks {
    began: Instant,
    send: Instant,
    sent: Option<Instant>,
    answered: Option<Instant>,
    /// How long the answer was held.
    held: Duration,
}

/// What reaching a server took and showed, for the exchange that it is done for. A connection may be made before there
/// is an exchange to record it on.
#[derive(Debug, Default)]
pub(super) struct Journey {
    /// Looking the name up, in nanoseconds.
    pub(super) dns: Option<u64>,
    /// Connecting, in nanoseconds.
    pub(super) connect: Option<u64>,
    /// The TLS handshake, in nanoseconds.
    pub(super) handshake: Option<u64>,
    /// The address that was reached.
    pub(super) address: Option<String>,
    /// What TLS agreed on.
    pub(super) tls: Option<TlsFacts>,
    /// Remarks, by name and text.
    pub(super) notes: Vec<(&'static str, String)>,
}

/// How much of a body is kept, and those bytes that the recorder hasn't yet.
#[derive(Debug, Default)]
struct Keeping {
    kept: u64,
    dropped: bool,
    at_hand: BytesMut,
}

impl Recording {
    /// Begins with a request head that was read, `waited` after its first byte came.
    #[must_use]
    pub(super) fn begin(tap: &Arc<Tap>, caller: &Caller, began: Instant, head: &Head, url: String) -> Self {
        let mut recording = Self::new(tap, caller, began, url, Request::of(head));
        for doubt in head.doubts() {
            recording.note("doubt", doubt.what.words());
        }
        recording
    }

    /// Begins with a request whose head came decoded, as HTTP/2 gives it.
    #[must_use]
    pub(super) fn begin_decoded(
        tap: &Arc<Tap>,
        caller: &Caller,
        began: Instant,
        request: Request,
        url: String,
    ) -> Self {
        Self::new(tap, caller, began, url, request)
    }

    /// Begins with a connection that never became a request, or one whose head couldn't be read: `bytes` are what came.
    #[must_use]
    pub(super) fn begin_without_head(tap: &Arc<Tap>, caller: &Caller, began: Instant, bytes: &[u8]) -> Self {
        let request = Request { head: Some(Bytes::copy_from_slice(bytes)), ..Request::default() };
        Self::new(tap, caller, began, String::new(), request)
    }

    fn new(tap: &Arc<Tap>, caller: &Caller, began: Instant, url: String, request: Request) -> Self {
        let key = tap.next_key();
        // The case numbers exchanges anew; within one run the key is their order.
        let number = u32::try_from(key.0).unwrap_or(u32::MAX);
        let mut exchange = Exchange::new(ExchangeId(number), SourceId(0), number, url, request);
        exchange.started = Some(stamp_of_utc_ns(utc_ns().saturating_sub(nanos(began, Instant::now()).cast_signed())));
        exchange.client = Some(caller.client.clone());
        Self {
            tap: Arc::clone(tap),
            key,
            tunnel: caller.tunnel,
            process: caller.process.clone(),
            exchange: Some(Box::new(exchange)),
            marks: Marks { began, send: began, sent: None, answered: None, held: Duration::ZERO },
            request: Keeping::default(),
            response: Keeping::default(),
            at_hand: tap.room_at_hand(),
            handed_on: false,
            more_interim: 0,
            request_cut: false,
            show_at: began + LONG,
            holding: None,
        }
    }

    /// Its key.
    #[must_use]
    pub(super) fn key(&self) -> Key {
        self.key
    }

    /// The address at which the server itself was reached; none where another proxy is on the way.
    pub(super) fn reached_at(&self, shared: &Shared) -> Option<&str> {
        self.exchange.as_ref().filter(|_| shared.config.upstream.is_none())?.server.as_deref()
    }

    /// A remark, by name and text.
    pub(super) fn note(&mut self, name: &str, text: impl Into<String>) {
        if let Some(exchange) = &mut self.exchange {
            exchange.notes.push((name.to_owned(), text.into()));
        }
    }

    /// A remark, where there is one.
    pub(super) fn note_some(&mut self, name: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.note(name, text);
        }
    }

    /// What was changed in the request.
    pub(super) fn edits(&mut self, edits: Vec<Edit>) {
        if let Some(exchange) = &mut self.exchange {
            exchange.edits.extend(edits);
        }
    }

    /// Which server it goes to over a connection that stood already, and what is known of TLS with it.
    pub(super) fn server(&mut self, address: Option<String>, tls: Option<TlsFacts>) {
        if let Some(exchange) = &mut self.exchange {
            exchange.server = address;
            exchange.tls = tls;
        }
    }

    /// What is known of TLS that passes unread.
    pub(super) fn tls(&mut self, tls: TlsFacts) {
        if let Some(exchange) = &mut self.exchange {
            exchange.tls = Some(tls);
        }
    }

    /// The final answer, as far as it came.
    pub(super) fn response(&self) -> Option<&Response> {
        self.exchange.as_ref()?.response.as_ref()
    }

    /// How a server was reached for this exchange, as far as one came.
    pub(super) fn journey(&mut self, journey: Journey) {
        let Some(exchange) = &mut self.exchange else { return };
        let timings = &mut exchange.timings;
        timings.dns = journey.dns.or(timings.dns);
        timings.connect = journey.connect.or(timings.connect);
        timings.tls = journey.handshake.or(timings.tls);
        exchange.server = journey.address.or(exchange.server.take());
        exchange.tls = journey.tls.or(exchange.tls.take());
        exchange.notes.extend(journey.notes.into_iter().map(|(name, text)| (name.to_owned(), text)));
    }

    /// The exchange as far as it is known, with what is at hand of the request's body.
    pub(super) fn so_far(&self) -> Option<Exchange> {
        let mut exchange = self.exchange.as_deref()?.clone();
        if !self.handed_on {
            exchange.request.body.kept = Kept::of(Bytes::copy_from_slice(&self.request.at_hand));
        }
        Some(exchange)
    }

    /// When it is to be shown next.
    pub(super) fn show_at(&self) -> Instant {
        self.show_at
    }

    /// Shows the recorder what is known by now, so that who watches a server that hangs sees it hang.
    pub(super) fn show(&mut self) {
        let now = Instant::now();
        self.show_at = now + now.saturating_duration_since(self.marks.began).max(LONG);
        let Some(mut exchange) = self.exchange.clone() else { return };
        let held = self.holding.map(|half| format!("the {} is held at a breakpoint", half.word()));
        exchange.notes.extend(held.map(|text| ("held".to_owned(), text)));
        let Marks { send, sent, answered, .. } = self.marks;
        exchange.timings.send = sent.map(|sent| nanos(send, sent));
        exchange.timings.wait = sent.zip(answered).map(|(sent, answered)| nanos(sent, answered));
        exchange.incomplete = true;
        exchange.process = self.process.as_ref().and_then(|process| process.name());
        let response = exchange.response.as_mut().map(|response| (&mut response.body, &self.response));
        for (body, keeping) in response.into_iter().chain([(&mut exchange.request.body, &self.request)]) {
            match self.handed_on {
                false => body.kept = Kept::of(Bytes::copy_from_slice(&keeping.at_hand)),
                true if body.len > 0 && body.state == BodyState::Whole => body.state = BodyState::Absent,
                true => {}
            }
        }
        self.tap.under_way(self.key, self.tunnel, exchange);
    }

    /// Waits for what doesn't change what is known of it, and shows it meanwhile where that takes long.
    pub(super) async fn shown_while<T>(&mut self, work: impl Future<Output = T>) -> T {
        let mut work = pin!(work);
        loop {
            tokio::select! {
                biased;
                done = &mut work => return done,
                () = sleep_until(self.show_at.into()) => self.show(),
            }
        }
    }

    /// A message of it is held from now on, maybe for long: that is shown at once.
    pub(super) fn holding(&mut self, half: Half) {
        self.holding = Some(half);
        self.show();
    }

    /// The user held it for so long; that is nobody else's time.
    pub(super) fn held(&mut self, half: Half, time: Duration, how: &str) {
        let ns = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        if let Some(exchange) = &mut self.exchange {
            exchange.timings.blocked = Some(exchange.timings.blocked.unwrap_or(0).saturating_add(ns));
            exchange.notes.push(("held".to_owned(), how.to_owned()));
        }
        if half == Half::Response {
            self.marks.held += time;
        }
        if self.holding.take().is_some() {
            // It was shown as held, and is no more.
            self.show_at = Instant::now();
        }
    }

    /// The request begins to be sent.
    pub(super) fn sending(&mut self) {
        self.marks.send = Instant::now();
    }

    /// The process that calls, where it is on this computer.
    pub(super) fn process(&self) -> Option<&Process> {
        self.process.as_deref()
    }

    /// Waits a moment until it is known which process calls, while it is there to be found.
    pub(super) async fn name_process(&self) {
        if let Some(process) = &self.process {
            process.known().await;
        }
    }

    /// Takes a fact; waits for the recorder where it is behind, but not long.
    pub(super) async fn fact(&mut self, fact: Fact) {
        match fact {
            Fact::RequestBody(bytes) => self.body(Part::RequestBody, bytes).await,
            Fact::ResponseBody(bytes) => self.body(Part::ResponseBody, bytes).await,
            fact => self.small_fact(fact),
        }
    }

    fn small_fact(&mut self, fact: Fact) {
        let Some(exchange) = &mut self.exchange else { return };
        match fact {
            Fact::RequestTrailers(trailers) => {
                self.trailers(Part::RequestBody, Headers::of(&trailers.bytes, &trailers.fields));
            }
            Fact::RequestEnd => self.sent(),
            Fact::RequestCut => self.request_cut = true,
            Fact::Interim(head) => {
                if exchange.interim.len() < INTERIM {
                    doubts(exchange, &head);
                }
                self.interim(Response::of(&head));
            }
            Fact::Response(head) => {
                doubts(exchange, &head);
                self.answered(Response::from(*head));
            }
            Fact::ResponseTrailers(trailers) => {
                self.trailers(Part::ResponseBody, Headers::of(&trailers.bytes, &trailers.fields));
            }
            Fact::Edit(edit) if exchange.edits.len() < EDITS => exchange.edits.push(edit),
            Fact::Edit(_) => {}
            Fact::Note(name, text) => exchange.notes.push((name.to_owned(), text)),
            Fact::ResponseEnd | Fact::RequestBody(_) | Fact::ResponseBody(_) => {}
        }
    }

    /// The request is complete.
    pub(super) fn sent(&mut self) {
        self.marks.sent = Some(Instant::now());
    }

    /// When the request was complete.
    pub(super) fn sent_at(&self) -> Option<Instant> {
        self.marks.sent
    }

    /// An interim answer came.
    pub(super) fn interim(&mut self, answer: Response) {
        match &mut self.exchange {
            Some(exchange) if exchange.interim.len() < INTERIM => exchange.interim.push(answer),
            _ => self.more_interim += 1,
        }
    }

    /// The head of the final answer came.
    pub(super) fn answered(&mut self, answer: Response) {
        let Some(exchange) = &mut self.exchange else { return };
        let now = Instant::now();
        self.marks.answered = Some(now);
        if self.show_at > self.marks.began + LONG {
            // It is shown already, without what is known now.
            self.show_at = now;
        }
        if self.handed_on {
            self.tap.tell(Tapped::Answered { key: self.key, response: Box::new(answer.clone()) });
        }
        exchange.response = Some(answer);
    }

    /// Trailers came behind a body.
    pub(super) fn trailers(&mut self, of: Part, trailers: Headers) {
        let Some(exchange) = &mut self.exchange else { return };
        match (of, &mut exchange.response) {
            (Part::RequestBody, _) => exchange.request.trailers = trailers,
            (_, Some(response)) => response.trailers = trailers,
            (_, None) => {}
        }
    }

    /// Payload of a body came; waits for the recorder where it is behind, but not long.
    pub(super) async fn body(&mut self, part: Part, bytes: Bytes) {
        let Some(exchange) = &mut self.exchange else { return };
        let (body, keeping) = match (part, &mut exchange.response) {
            (Part::RequestBody, _) => (&mut exchange.request.body, &mut self.request),
            (_, Some(response)) => (&mut response.body, &mut self.response),
            (_, None) => return,
        };
        body.len += bytes.len() as u64;
        if keeping.dropped {
            return;
        }
        let room = self.tap.keep_body().saturating_sub(keeping.kept);
        let cut = bytes.slice(..bytes.len().min(usize::try_from(room).unwrap_or(usize::MAX)));
        if cut.len() < bytes.len() {
            body.state = BodyState::Cut;
        }
        if cut.is_empty() {
            return;
        }
        keeping.kept += cut.len() as u64;
        if !self.handed_on {
            let few = self.request.at_hand.len() + self.response.at_hand.len() + cut.len() <= AT_HAND;
            if few && self.at_hand.grow(cut.len() as u64) {
                if self.keeping(part).at_hand.is_empty() {
                    // At once as much as the head says, so that what is there needn't be moved when more comes.
                    let expected = self.expected(part).max(cut.len());
                    self.keeping(part).at_hand.reserve(expected);
                }
                self.keeping(part).at_hand.extend_from_slice(&cut);
                return;
            }
            self.hand_on();
        }
        if !self.tap.body(self.key, part, cut).await {
            self.keeping(part).dropped = true;
            if let Some(body) = self.body_of(part) {
                body.state = BodyState::Dropped;
            }
        }
    }

    /// How long the head says that the body is, up to what is kept at hand.
    fn expected(&self, part: Part) -> usize {
        let Some(exchange) = &self.exchange else { return 0 };
        let headers = match part {
            Part::RequestBody => Some(&exchange.request.headers),
            _ => exchange.response.as_ref().map(|response| &response.headers),
        };
        let said = headers.and_then(|headers| headers.first("content-length"));
        said.and_then(|header| header.text().trim().parse().ok()).unwrap_or(0).min(AT_HAND)
    }

    fn keeping(&mut self, part: Part) -> &mut Keeping {
        if part == Part::RequestBody { &mut self.request } else { &mut self.response }
    }

    fn body_of(&mut self, part: Part) -> Option<&mut Body> {
        let exchange = self.exchange.as_mut()?;
        match part {
            Part::RequestBody => Some(&mut exchange.request.body),
            _ => exchange.response.as_mut().map(|response| &mut response.body),
        }
    }

    /// Gives the recorder what is at hand of the bodies, and from now on what comes.
    fn hand_on(&mut self) {
        let Some(exchange) = &self.exchange else { return };
        self.handed_on = true;
        self.tap.tell(Tapped::Started { key: self.key, exchange: exchange.clone() });
        if let Some(response) = &exchange.response {
            self.tap.tell(Tapped::Answered { key: self.key, response: Box::new(response.clone()) });
        }
        for part in [Part::RequestBody, Part::ResponseBody] {
            let bytes = std::mem::take(&mut self.keeping(part).at_hand).freeze();
            if !bytes.is_empty() {
                self.tap.body_at_once(self.key, part, bytes);
            }
        }
        self.at_hand = self.tap.room_at_hand();
    }

    /// Ends the recording with trouble.
    pub(super) fn failed(self, trouble: &Trouble) {
        self.finish(Outcome::Failed { stage: trouble.stage, cause: trouble.cause.clone() });
    }

    /// Ends the recording.
    pub(super) fn finish(mut self, outcome: Outcome) {
        self.end(outcome);
    }

    fn end(&mut self, outcome: Outcome) {
        let Some(mut exchange) = self.exchange.take() else { return };
        let now = Instant::now();
        let Marks { began, send, sent, answered, held } = self.marks;
        exchange.duration_ns = Some(nanos(began, now));
        let timings = &mut exchange.timings;
        if exchange.response.is_some() || sent.is_some() {
            timings.send = Some(nanos(send, sent.unwrap_or(now)));
        }
        timings.wait = sent.zip(answered).map(|(sent, answered)| nanos(sent, answered));
        timings.receive = answered.map(|answered| nanos(answered + held, now));
        if self.more_interim > 0 {
            let text = format!("{} more interim answers were passed on and are not kept", self.more_interim);
            exchange.notes.push(("interim".to_owned(), text));
        }
        // A message that nobody read to its end is missing bytes, whichever half it is.
        exchange.incomplete = self.request_cut
            || (!matches!(outcome, Outcome::Complete)
                && (exchange.response.is_some() || (sent.is_none() && is_cut(&exchange.request, &outcome))));
        exchange.outcome = outcome;
        exchange.process = self.process.as_ref().and_then(|process| process.name());
        if !self.handed_on {
            let at_hand = |keeping: &mut Keeping| Kept::of(std::mem::take(&mut keeping.at_hand).freeze());
            exchange.request.body.kept = at_hand(&mut self.request);
            if let Some(response) = &mut exchange.response {
                response.body.kept = at_hand(&mut self.response);
            }
        }
        self.tap.finished(self.key, self.tunnel, exchange);
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        self.note(Exchange::CUT_OFF, "the recording ended first; what came of it isn't known");
        self.end(Outcome::Open);
    }
}

/// Whether more was announced of a request than came.
fn is_cut(request: &Request, outcome: &Outcome) -> bool {
    let told = request.headers.text("content-length").and_then(|text| text.trim().parse::<u64>().ok());
    let chunked = request.headers.first("transfer-encoding").is_some();
    let in_head = matches!(outcome, Outcome::Aborted { stage: Stage::RequestHead, .. });
    // Where no head could be read, nobody knows how much more there was of it.
    let no_head = request.method.is_empty();
    in_head || no_head || chunked || told.is_some_and(|told| request.body.len < told)
}

fn doubts(exchange: &mut Exchange, head: &Head) {
    exchange.notes.extend(head.doubts().iter().map(|d| ("doubt".to_owned(), format!("answer: {}", d.what))));
}

pub(super) fn nanos(from: Instant, to: Instant) -> u64 {
    u64::try_from(to.saturating_duration_since(from).as_nanos()).unwrap_or(u64::MAX)
}

/// Now, in nanoseconds since 1970.
pub(super) fn utc_ns() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_nanos()).unwrap_or(i64::MAX)
}
