//! One exchange between two connections, as a state machine: bytes and ends of both sides go in, bytes to send and facts
//! to record come out. It opens nothing, waits for nothing and reads no clock.
//!
//! What arrives is what leaves. Interim answers, `Expect: 100-continue`, trailers and upgrades need no decision here:
//! they are bytes of one side for the other.

mod held;
mod holding;
mod omitted;

use bytes::{Bytes, BytesMut};
use mwscope_parsers::http::{Ambiguity, BodyLength, Doubt, End, Event, Framer, Head, Limits, Trailers};

use super::policy::{self, Verdict};
use super::wsdl::Rewrite;
use super::{Trouble, cause, hold::Message, patch::Patch};
use crate::model::{Edit, Outcome, Stage};
use held::Held;
use holding::Holding;
pub use holding::{Look, Looks};
use omitted::Announced;
pub use omitted::Omission;

/// One exchange on its way.
#[derive(Debug)]
pub struct Relay<'a> {
    client: &'a mut Framer,
    server: &'a mut Framer,
    request: Upload,
    response: Download,
    rewrite: Option<Rewrite>,
    held: Option<Held>,
    holding: Option<Holding<'a>>,
    keeps: Keeps,
    /// The body that may still be left out, because the client asked whether to send it.
    asks: Option<Announced>,
    was_silent: bool,
    omitted: bool,
    client_left: bool,
    sent_to_client: bool,
    until_close: bool,
    heard: bool,
    carried: Carried,
    broken: Option<Broken>,
}

/// What is to be done, in order.
#[derive(Debug)]
pub enum Output {
    /// Bytes for the server.
    ToServer(Bytes),
    /// Bytes for the client.
    ToClient(Bytes),
    /// The client sends no more: tell the server.
    EndToServer,
    /// The server sends no more: tell the client.
    EndToClient,
    /// Something to record.
    Fact(Fact),
    /// A whole answer that may have to be held: nothing of it goes to the client before it is let go.
    Whole(Box<Message>),
}

/// What is known of an exchange beside its request head.
#[derive(Debug)]
pub enum Fact {
    /// Payload of the request.
    RequestBody(Bytes),
    /// The request's trailers.
    RequestTrailers(Box<Trailers>),
    /// The request is complete.
    RequestEnd,
    /// The rest of the request goes nowhere, and wasn't seen.
    RequestCut,
    /// An interim answer.
    Interim(Box<Head>),
    /// The answer's head.
    Response(Box<Head>),
    /// Payload of the answer.
    ResponseBody(Bytes),
    /// The answer's trailers.
    ResponseTrailers(Box<Trailers>),
    /// The answer is complete.
    ResponseEnd,
    /// Something that was changed on the way.
    Edit(Edit),
    /// A remark, by name and text.
    Note(&'static str, String),
}

/// How an exchange ended, and what becomes of the connections.
#[derive(Debug)]
pub struct Finish {
    /// How it ended.
    pub outcome: Outcome,
    /// Whether another request may follow on the client's connection.
    pub keep_client: bool,
    /// Whether another request may follow on the server's connection.
    pub keep_server: bool,
    /// What we must tell the client ourselves, where it has had nothing of an answer.
    pub answer: Option<Trouble>,
    /// Whether the client could take what it has of a broken answer for all there is, unless its connection is reset.
    pub looks_whole: bool,
    /// Whether anything came from the server.
    pub heard: bool,
    /// Payload bytes carried in a tunnel or behind an upgrade: from the client, from the server.
    pub carried: Carried,
}

/// Bytes of a protocol that isn't HTTP, carried both ways.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Carried {
    /// From the client.
    pub up: u64,
    /// From the server.
    pub down: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Upload {
    Coming,
    Done,
    Switched { ended: bool },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Download {
    Waiting,
    Coming,
    Done,
    Switched { ended: bool },
}

/// What the two heads say about the connections.
#[derive(Clone, Copy, Debug)]
struct Keeps {
    request: bool,
    response: bool,
}

#[derive(Debug)]
enum Broken {
    Trouble(Trouble),
    /// The client went away.
    Left(Stage, String),
}

impl<'a> Relay<'a> {
    /// An exchange whose request head was taken from `client` and is on its way; its body is still to come.
    #[must_use]
    pub fn new(client: &'a mut Framer, server: &'a mut Framer, request: &Head, rewrite: Option<Rewrite>) -> Self {
        Self {
            client,
            server,
            request: Upload::Coming,
            response: Download::Waiting,
            rewrite,
            held: None,
            holding: None,
            keeps: Keeps { request: request.persists(), response: true },
            asks: Announced::by(request),
            was_silent: false,
            omitted: false,
            client_left: false,
            sent_to_client: false,
            until_close: false,
            heard: false,
            carried: Carried::default(),
            broken: None,
        }
    }

    /// The request was sent otherwise: nothing of it is to be taken from the client any more.
    pub fn request_is_sent(&mut self) {
        self.request = Upload::Done;
    }

    /// A tunnel: neither side's bytes are looked at.
    #[must_use]
    pub fn tunnel(client: &'a mut Framer, server: &'a mut Framer) -> Self {
        client.switch();
        server.switch();
        Self {
            client,
            server,
            request: Upload::Switched { ended: false },
            response: Download::Switched { ended: false },
            rewrite: None,
            held: None,
            holding: None,
            keeps: Keeps { request: false, response: false },
            asks: None,
            was_silent: false,
            omitted: false,
            client_left: false,
            sent_to_client: true,
            until_close: false,
            heard: false,
            carried: Carried::default(),
            broken: None,
        }
    }

    /// Takes what the client sent. Bytes of the next request stay in `buffer`.
    pub fn client_bytes(&mut self, buffer: &mut BytesMut, out: &mut Vec<Output>) {
        if self.may_omit() && !self.is_body(buffer, false, out) {
            return;
        }
        while self.broken.is_none() && self.request != Upload::Done {
            let step = self.client.step(buffer);
            let bytes = buffer.split_to(step.used.min(buffer.len())).freeze();
            let Some(event) = step.event else { break };
            if !bytes.is_empty() {
                self.asks = None;
            }
            match event {
                Event::Body(_) => {
                    out.push(Output::ToServer(bytes.clone()));
                    out.push(Output::Fact(Fact::RequestBody(bytes)));
                }
                Event::Framing(_) => out.push(Output::ToServer(bytes)),
                Event::Trailers(trailers) => {
                    out.push(Output::ToServer(bytes));
                    out.push(Output::Fact(Fact::RequestTrailers(trailers)));
                }
                Event::Opaque(_) => {
                    self.carried.up += bytes.len() as u64;
                    out.push(Output::ToServer(bytes));
                }
                Event::Doubt(doubt) => self.doubt_in_request(doubt),
                Event::End(End::Broken(what)) => {
                    self.fail(policy::refusal(Stage::RequestBody, what, 400));
                }
                Event::End(_) => {
                    self.request = Upload::Done;
                    out.push(Output::Fact(Fact::RequestEnd));
                }
                // The framer gives a head only between messages, where this loop doesn't ask.
                Event::Head(..) => break,
            }
        }
    }

    /// The client sends no more, with `pending` of its bytes not taken.
    pub fn client_ended(&mut self, pending: &[u8], out: &mut Vec<Output>) {
        match self.request {
            Upload::Coming if self.may_omit() => self.ended_without_body(!pending.is_empty(), out),
            Upload::Coming => {
                let cause = "the client closed its connection inside the request body";
                self.broken = Some(Broken::Left(Stage::RequestBody, cause.to_owned()));
            }
            Upload::Switched { .. } => {
                self.request = Upload::Switched { ended: true };
                out.push(Output::EndToServer);
            }
            // It may have closed its sending side alone: the answer is still sent, and shows whether anybody reads it.
            Upload::Done => self.client_left = true,
        }
    }

    /// The client's connection broke while reading from or writing to it.
    pub fn client_broke(&mut self, why: &str) {
        let (stage, cause) = match self.stage() {
            _ if self.client_left => {
                let text =
                    "the client closed its connection before the answer came; it gave up, as by a time-out of its own";
                (Stage::Wait, text.to_owned())
            }
            _ if self.is_over() => return,
            stage => (stage, format!("the client's connection broke: {why}")),
        };
        self.broken.get_or_insert(Broken::Left(stage, cause));
    }

    /// Takes what the server sent. Bytes behind the answer stay in `buffer`.
    pub fn server_bytes(&mut self, buffer: &mut BytesMut, out: &mut Vec<Output>) {
        self.heard |= !buffer.is_empty();
        while self.broken.is_none() && self.response != Download::Done {
            let step = self.server.step(buffer);
            let bytes = buffer.split_to(step.used.min(buffer.len())).freeze();
            let Some(event) = step.event else {
                if self.response == Download::Waiting && cause::no_http::is_certain(buffer) {
                    self.no_http(buffer, cause::no_http::trouble(buffer), out);
                }
                break;
            };
            if let (Event::End(End::Broken(what)), Download::Waiting) = (&event, self.response) {
                self.no_http(buffer, policy::refusal(Stage::ResponseHead, *what, 502), out);
                break;
            }
            self.server_event(event, bytes, out);
        }
        // Bytes behind an answer that no request asks for: the connection can't be trusted any more.
        if self.response == Download::Done && !buffer.is_empty() {
            if self.keeps.response {
                let text = format!(
                    "{} behind the answer that no request asked for; not passed on",
                    cause::bytes_in_words(buffer.len() as u64)
                );
                out.push(Output::Fact(Fact::Note("unasked", text)));
            }
            self.keeps.response = false;
            self.stop_upload(out);
        }
    }

    /// What came for an answer's head is none, or not all of one; it is kept as it came.
    fn no_http(&mut self, came: &[u8], trouble: Trouble, out: &mut Vec<Output>) {
        if !came.is_empty() {
            let came = came.get(..cause::no_http::LOOK).unwrap_or(came);
            let head = Head::response(came.to_vec(), self.server.at(), &Limits::default());
            out.push(Output::Fact(Fact::Response(Box::new(head))));
        }
        self.fail(trouble);
    }

    /// The server sends no more, with `pending` of its bytes not taken.
    pub fn server_ended(&mut self, pending: &[u8], out: &mut Vec<Output>) {
        match self.response {
            Download::Waiting => self.no_http(pending, cause::ended_without_answer(pending), out),
            Download::Coming => match self.server.finish(pending.len()) {
                Some(Event::End(end @ End::Cut { .. })) => self.cut(end, out),
                _ => self.response_done(out),
            },
            Download::Switched { .. } => {
                self.response = Download::Switched { ended: true };
                out.push(Output::EndToClient);
            }
            Download::Done => self.stop_upload(out),
        }
        self.keeps.response = false;
    }

    /// The server's connection broke while reading from it, or (`sending`) while writing to it.
    pub fn server_broke(&mut self, why: &str, sending: bool, out: &mut Vec<Output>) {
        self.keeps.response = false;
        match self.response {
            Download::Done => self.stop_upload(out),
            Download::Switched { ended: true } => {}
            _ => {
                let stage = match self.stage() {
                    Stage::RequestBody | Stage::Wait if sending => Stage::Send,
                    // While the request still comes, the server's side can only break in sending.
                    Stage::RequestBody => Stage::Send,
                    stage => stage,
                };
                self.release(out);
                self.fail(cause::broke(stage, why));
            }
        }
    }

    /// Nothing has come for too long; `unsent` says that bytes for the server are still waiting to be taken.
    pub fn timed_out(&mut self, waited: &str, unsent: bool) {
        let stage = match self.stage() {
            Stage::RequestBody | Stage::Wait if unsent => Stage::Send,
            stage => stage,
        };
        if stage == Stage::Wait && self.client_left {
            let text = format!(
                "the client closed its connection before the answer came, and none came within {waited}; it gave up, as by \
                 a time-out of its own"
            );
            self.broken.get_or_insert(Broken::Left(stage, text));
            return;
        }
        self.fail(cause::late(stage, waited));
    }

    /// Whether bytes from the client can be used: more of the request, or of a tunnel.
    #[must_use]
    pub fn wants_client(&self) -> bool {
        matches!(self.request, Upload::Coming | Upload::Switched { ended: false }) && self.broken.is_none()
    }

    /// Whether bytes from the server can be used.
    #[must_use]
    pub fn wants_server(&self) -> bool {
        let open = match self.response {
            Download::Waiting | Download::Coming => true,
            // Behind an early answer the server's end says that it takes no more of the request.
            Download::Done => self.request == Upload::Coming,
            Download::Switched { ended } => !ended,
        };
        open && self.broken.is_none()
    }

    /// Whether the client closed its sending side after a whole request.
    #[must_use]
    pub fn client_left(&self) -> bool {
        self.client_left
    }

    /// Whether the request is complete and nothing of the final answer has come.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        self.request == Upload::Done && self.response == Download::Waiting
    }

    /// Whether everything has come that will, or something broke. What was put out must still be sent.
    #[must_use]
    pub fn is_over(&self) -> bool {
        let sent = matches!(self.request, Upload::Done | Upload::Switched { ended: true });
        let got = matches!(self.response, Download::Done | Download::Switched { ended: true });
        self.broken.is_some() || (sent && got && !self.is_held())
    }

    /// Whether a tunnel has ended on one side and goes on to the other.
    #[must_use]
    pub fn is_half_open(&self) -> bool {
        let sides = (self.request, self.response);
        matches!(sides, (Upload::Switched { ended: up }, Download::Switched { ended: down }) if up != down)
    }

    /// Whether the exchange was broken off, so that what is still to be sent no longer matters.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        self.broken.is_some()
    }

    /// What the exchange waits for.
    #[must_use]
    pub fn stage(&self) -> Stage {
        match (self.request, self.response) {
            (Upload::Switched { .. }, _) | (_, Download::Switched { .. }) => Stage::Tunnel,
            (_, Download::Coming | Download::Done) => Stage::ResponseBody,
            (Upload::Coming, Download::Waiting) => Stage::RequestBody,
            (Upload::Done, Download::Waiting) => Stage::Wait,
        }
    }

    /// How it ended. To be called once nothing is left to do.
    #[must_use]
    pub fn finish(self) -> Finish {
        let keep = self.broken.is_none() && self.keeps.request && self.keeps.response && !self.client_left;
        let looks_whole = self.broken.is_some() && self.sent_to_client && self.until_close;
        let (outcome, answer) = match self.broken {
            None => (Outcome::Complete, None),
            Some(Broken::Trouble(trouble)) => {
                let outcome = Outcome::Failed { stage: trouble.stage, cause: trouble.cause.clone() };
                (outcome, (!self.sent_to_client).then_some(trouble))
            }
            Some(Broken::Left(stage, cause)) => (Outcome::Aborted { stage, cause }, None),
        };
        let (heard, carried) = (self.heard, self.carried);
        // A server that may still wait for the body would take the next request for it.
        let keep_server = keep && !self.omitted;
        Finish { outcome, keep_client: keep, keep_server, answer, looks_whole, heard, carried }
    }

    fn server_event(&mut self, event: Event, bytes: Bytes, out: &mut Vec<Output>) {
        match event {
            Event::Head(head, body) => self.response_head(head, body, bytes, out),
            Event::Body(_) => {
                match &mut self.held {
                    Some(held) => held.payload(&bytes),
                    None => out.push(Output::ToClient(bytes.clone())),
                }
                out.push(Output::Fact(Fact::ResponseBody(bytes)));
                if self.held.as_mut().is_some_and(Held::is_no_description) && !self.is_gathering() {
                    self.release(out);
                }
                self.release_if_large(out);
            }
            Event::Framing(_) => match &mut self.held {
                Some(held) => held.framing(&bytes),
                None => out.push(Output::ToClient(bytes)),
            },
            Event::Trailers(trailers) => {
                match &mut self.held {
                    Some(held) => held.trailers(&bytes),
                    None => out.push(Output::ToClient(bytes)),
                }
                out.push(Output::Fact(Fact::ResponseTrailers(trailers)));
            }
            Event::Opaque(_) => {
                self.carried.down += bytes.len() as u64;
                out.push(Output::ToClient(bytes));
            }
            Event::Doubt(doubt) => match policy::on_response(doubt.what) {
                // The words and the stage come with the end of the message.
                Verdict::Refuse(_) => {}
                _ => self.keeps.response = false,
            },
            Event::End(End::Switched) => {
                self.request = Upload::Switched { ended: false };
                self.response = Download::Switched { ended: false };
                self.client.switch();
                out.push(Output::Fact(Fact::ResponseEnd));
            }
            Event::End(End::Broken(what)) => {
                let trouble = policy::refusal(Stage::ResponseBody, what, 502);
                self.release(out);
                self.fail(trouble);
            }
            Event::End(end @ End::Cut { .. }) => self.cut(end, out),
            // An interim answer ends without a body, and the final one is still to come.
            Event::End(_) if self.response == Download::Waiting => {}
            Event::End(_) => self.response_done(out),
        }
    }

    fn response_head(&mut self, head: Box<Head>, body: BodyLength, came: Bytes, out: &mut Vec<Output>) {
        if let Err(trouble) = policy::check(&head, Stage::ResponseHead, policy::on_response) {
            let is_none = head.doubts().iter().any(|doubt| doubt.what == Ambiguity::BadStartLine);
            self.fail(if is_none { cause::no_http::trouble(head.bytes()) } else { trouble });
            out.push(Output::Fact(Fact::Response(head)));
            return;
        }
        let mut patch = Patch::new(&head);
        policy::mend(&mut patch, &head, policy::on_response);
        let remarks = self.rewrite.as_ref().map(|rewrite| rewrite.head(&mut patch, &head)).unwrap_or_default();
        let (bytes, edits) = patch.finish_of(came);
        if policy::is_last(&head) {
            self.keeps.response = false;
        }
        let interim = (100..200).contains(&head.status()) && body != BodyLength::Switched;
        // Told to go on, or that it was done, a client owes the body.
        if head.status() == 100 || (200..300).contains(&head.status()) {
            self.asks = None;
        }
        if !interim {
            self.response = Download::Coming;
            self.until_close = body == BodyLength::UntilClose;
            self.keeps.response &= head.persists() && body != BodyLength::UntilClose;
            let rewrites = self.rewrite.as_ref().is_some_and(|rewrite| rewrite.wants_body(&head, body));
            let looks = self.rewrite.as_ref().is_some_and(|rewrite| rewrite.may_describe(&head, body));
            if self.may_hold(&head, body, out) || rewrites || looks {
                let held = Held::new(&head, bytes.to_vec(), rewrites);
                self.held = Some(if looks { held.looking() } else { held });
            }
        }
        if self.held.is_none() {
            self.sent_to_client |= !interim;
            out.push(Output::ToClient(bytes));
        }
        out.push(Output::Fact(if interim { Fact::Interim(head) } else { Fact::Response(head) }));
        out.extend(edits.into_iter().map(|edit| Output::Fact(Fact::Edit(edit))));
        out.extend(remarks.into_iter().map(|(name, text)| Output::Fact(Fact::Note(name, text))));
    }

    fn response_done(&mut self, out: &mut Vec<Output>) {
        let whole = self.held.take().map(|held| held.rewritten(self.rewrite.as_ref()));
        self.response = Download::Done;
        out.push(Output::Fact(Fact::ResponseEnd));
        if let Some((message, facts)) = whole {
            out.extend(facts.into_iter().map(Output::Fact));
            self.whole(message, out);
        }
        if self.request == Upload::Coming {
            let text = "the server answered before the request was complete".to_owned();
            out.push(Output::Fact(Fact::Note("early answer", text)));
        }
    }

    fn doubt_in_request(&mut self, doubt: Doubt) {
        if let Verdict::Refuse(status) = policy::on_request(doubt.what) {
            self.fail(policy::refusal(Stage::RequestBody, doubt.what, status));
        }
    }

    fn cut(&mut self, end: End, out: &mut Vec<Output>) {
        self.release(out);
        let missing = if let End::Cut { missing } = end { missing } else { None };
        self.fail(cause::cut(missing));
    }

    fn fail(&mut self, trouble: Trouble) {
        self.broken.get_or_insert(Broken::Trouble(trouble));
    }

    /// The answer is complete and the server takes no more: the rest of the request has nobody to go to.
    fn stop_upload(&mut self, out: &mut Vec<Output>) {
        if self.request == Upload::Coming {
            self.request = Upload::Done;
            self.keeps.request = false;
            // One that was asked about and not begun is no missing one.
            if self.asks.is_none() {
                out.push(Output::Fact(Fact::RequestCut));
            }
        }
    }
}

#[cfg(test)]
mod tests;
