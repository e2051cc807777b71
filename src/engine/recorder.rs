//! Takes what the proxy tapped, has each call recognised and the exchange stored. Bodies go to the case as they come.
//!
//! A case that can't be written does not stop the traffic: the recording stops, says so once, and goes on when the
//! disk does.

use std::collections::HashMap;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use bytes::Bytes;

use crate::case::{BodyStream, EndedBody, NewSource, StoredSource, Streamed, Writer, facts_of_unknown, under_way};
use crate::model::{Body, BodyState, Exchange, ExchangeId, Kept, Part, Response, SourceId, facts};
use crate::proxy::{Key, Tapped};
use crate::redact::{self, Again, BodyFacts};

/// Bytes that are written at once.
const AT_ONCE: usize = 256 << 10;

/// Bytes at the start of a long exchange's request that stay at hand until it is answered: secrets in them may be said
/// again in the answer.
const ASKED: usize = 64 << 10;

/// Stores exchanges as they end, several at once where they come thick.
pub(super) struct Recorder {
    writer: Writer,
    source: SourceId,
    /// Id and index of the exchange with key 0; the others follow in the order in which they began.
    first: (ExchangeId, u32),
    /// Exchanges whose bodies come before they end.
    open: HashMap<Key, Open>,
    /// Under way and handed to the writer, to be shown.
    #[allow(clippy::vec_box, reason = "they come and leave in boxes, and are large")]
    shown: Vec<Box<Exchange>>,
    /// Ended and handed to the writer, not yet to the system.
    #[allow(clippy::vec_box, reason = "they come and leave in boxes, and are large")]
    unwritten: Vec<Box<Exchange>>,
    told: Vec<Recorded>,
    counts: Stored,
    losses: Arc<Losses>,
}

/// An exchange on its way.
struct Open {
    /// What came with its beginning, and the head of its answer.
    began: Box<Exchange>,
    request: Option<BodyStream>,
    /// The start of the request's body as it came.
    asked: Vec<u8>,
    /// What the head of the answer says of the body that follows.
    answer: Option<BodyFacts>,
    response: Option<BodyStream>,
}

/// What became of the exchanges that ended.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Stored {
    pub(super) stored: u64,
    pub(super) unstored: u64,
}

/// What others may know of a recording at any time.
#[derive(Debug, Default)]
pub(super) struct Losses {
    /// Exchanges that were stored; no loss, but what others count from.
    pub(super) stored: AtomicU64,
    /// Exchanges that could not be stored.
    pub(super) unstored: AtomicU64,
    /// Whether the last try to store one failed.
    pub(super) failing: AtomicBool,
}

/// What a tapped piece led to.
pub(super) enum Recorded {
    /// An exchange ended; it is stored unless that was said to fail.
    Exchange(Box<Exchange>),
    /// An exchange hasn't ended, and takes long.
    UnderWay(Box<Exchange>),
    /// Something to tell the user.
    Said(String),
}

impl Recorder {
    pub(super) fn new(writer: Writer, source: SourceId) -> Self {
        Self {
            first: writer.next_place(source),
            writer,
            source,
            open: HashMap::new(),
            shown: Vec::new(),
            unwritten: Vec::new(),
            told: Vec::new(),
            counts: Stored::default(),
            losses: Arc::default(),
        }
    }

    pub(super) fn losses(&self) -> Arc<Losses> {
        Arc::clone(&self.losses)
    }

    pub(super) fn counts(&self) -> Stored {
        self.counts
    }

    /// Takes the next piece. What it leads to is given by [`Recorder::written`].
    pub(super) fn take(&mut self, tapped: Tapped) {
        match tapped {
            Tapped::Said(text) => self.told.push(Recorded::Said(text)),
            Tapped::Started { key, exchange } => {
                let new = Open { began: exchange, request: None, asked: Vec::new(), answer: None, response: None };
                self.open.insert(key, new);
            }
            Tapped::Answered { key, response } => self.answer(key, response),
            // The room is given back when the bytes have been written.
            Tapped::Body { key, part, bytes, room: _room } => self.body(key, part, &bytes),
            Tapped::UnderWay { key, tunnel, mut exchange, room: _room } => {
                self.name(&mut exchange, key, tunnel);
                self.show(key, exchange);
            }
            Tapped::Finished { key, tunnel, mut exchange, room: _room } => {
                self.name(&mut exchange, key, tunnel);
                self.finish(key, exchange);
                if self.writer.waiting() >= AT_ONCE {
                    self.write();
                }
            }
        }
    }

    /// Writes what was taken, and gives what it led to.
    pub(super) fn written(&mut self) -> std::vec::Drain<'_, Recorded> {
        self.write();
        self.told.drain(..)
    }

    fn name(&self, exchange: &mut Exchange, key: Key, tunnel: Option<Key>) {
        (exchange.id, exchange.index) = self.place(key);
        exchange.source = self.source;
        exchange.tunnel = tunnel.map(|key| self.place(key).0.to_string());
    }

    fn place(&self, key: Key) -> (ExchangeId, u32) {
        let nth = u32::try_from(key.0).unwrap_or(u32::MAX);
        (ExchangeId(self.first.0.0.saturating_add(nth)), self.first.1.saturating_add(nth))
    }

    fn answer(&mut self, key: Key, response: Box<Response>) {
        if let Some(open) = self.open.get_mut(&key) {
            open.answer = Some(redact::facts_of_response(&open.began, &response));
            open.began.response = Some(*response);
        }
    }

    fn body(&mut self, key: Key, part: Part, bytes: &[u8]) {
        // The stream writes by itself, and must not take others with it where that fails.
        self.write();
        let Some(open) = self.open.get_mut(&key) else { return };
        let stream = if part == Part::RequestBody {
            if open.response.is_none() {
                open.asked.extend_from_slice(&bytes[..bytes.len().min(ASKED - open.asked.len())]);
            }
            let facts = || redact::facts_of_request(&open.began);
            open.request.get_or_insert_with(|| self.writer.begin_body(part, facts()))
        } else {
            open.response.get_or_insert_with(|| {
                let known = self.writer.known_before_answer(&open.began, open.request.as_ref(), &open.asked);
                open.asked = Vec::new();
                let facts = open.answer.take().unwrap_or_else(facts_of_unknown);
                self.writer.begin_body(part, BodyFacts { known, ..facts })
            })
        };
        self.writer.put_body(stream, bytes);
    }

    /// Puts a source beside the recording, or in the place of the one with that id.
    ///
    /// # Errors
    /// When the case can't be written.
    pub(super) fn keep_source(&mut self, there: Option<SourceId>, new: NewSource) -> io::Result<SourceId> {
        self.write();
        match there {
            Some(id) => self.writer.replace_source(id, new).map(|()| id),
            None => self.writer.add_source(new),
        }
    }

    /// The sources that the case has.
    pub(super) fn sources(&self) -> &[StoredSource] {
        self.writer.sources()
    }

    /// Everything written and the case closed.
    ///
    /// # Errors
    /// When the case can't be written.
    pub(super) fn close(mut self) -> io::Result<()> {
        self.write();
        self.writer.finish()
    }

    fn finish(&mut self, key: Key, mut exchange: Box<Exchange>) {
        let streams = self.open.remove(&key).map_or((None, None), |open| (open.request, open.response));
        let known = self.masked(streams, &mut exchange);
        let prepared = self.writer.prepare_answer(&mut exchange, &known);
        self.unwritten.push(exchange);
        match prepared {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::InvalidInput => {
                let alone = self.unwritten.split_off(self.unwritten.len() - 1);
                self.write();
                self.unwritten = alone;
                self.failed(&error);
            }
            Err(error) => self.failed(&error),
        }
    }

    /// Puts an exchange into the case that hasn't ended. Whatever fails with it is told of those that end.
    fn show(&mut self, key: Key, mut exchange: Box<Exchange>) {
        if let Some(Open { asked, .. }) = self.open.get(&key).filter(|open| !open.asked.is_empty()) {
            // Of a body that is handed on as it comes, its start says what is called.
            let body = &mut exchange.request.body;
            body.state = if asked.len() as u64 == body.len { BodyState::Whole } else { BodyState::Cut };
            body.kept = Kept::Here(Bytes::copy_from_slice(asked));
        }
        let sent = exchange.timings.send.is_some();
        let response = exchange.response.as_mut().map(|response| &mut response.body);
        let request = Some(&mut exchange.request.body).filter(|body| !sent || body.state == BodyState::Cut);
        response.into_iter().chain(request).for_each(leave_the_end_out);
        let known = self.masked((None, None), &mut exchange);
        if self.writer.prepare_under_way(&mut exchange, &known).is_ok() {
            under_way::say(&mut exchange, Some(true));
            self.shown.push(exchange);
        }
    }

    /// Masks an exchange all but the head of its answer, and puts its bodies into the case; `streams` are those of them that
    /// came before. Gives the secrets that are known then.
    fn masked(&mut self, streams: (Option<BodyStream>, Option<BodyStream>), exchange: &mut Exchange) -> Vec<String> {
        let request = streams.0.or_else(|| self.at_hand(Part::RequestBody, exchange, None));
        let mut request = request.map(BodyStream::end);
        let mut known = self.writer.mask_request(exchange);
        known.extend_from_slice(request.as_ref().map_or(&[], EndedBody::secrets));
        let again = self.again(&known, exchange, request.as_ref());
        if let (Some(request), Some(again)) = (&mut request, &again) {
            self.writer.mask_again(request, Part::RequestBody, again);
        }
        let response = streams.1.or_else(|| self.at_hand(Part::ResponseBody, exchange, again));
        let mut response = response.map(BodyStream::end);
        if let Some(response) = &mut response
            && !response.secrets().is_empty()
        {
            known.extend_from_slice(response.secrets());
            if let Some(again) = self.again(&known, exchange, request.as_ref()) {
                self.writer.mask_again(response, Part::ResponseBody, &again);
            }
        }
        let starts = [(Part::RequestBody, request), (Part::ResponseBody, response)].map(|(part, ended)| {
            ended.map_or_else(Bytes::new, |ended| settle(self.writer.keep_body(ended), part, exchange))
        });
        exchange.call = facts::call_with(exchange, &starts[0], &starts[1]);
        known
    }

    /// What finds the secrets that are known of an exchange where they are said again.
    fn again(&self, known: &[String], exchange: &Exchange, request: Option<&EndedBody>) -> Option<Arc<Again>> {
        if known.is_empty() {
            return None;
        }
        let user = facts::call_with(exchange, request.map_or(&[], EndedBody::start), &[]).user;
        Again::of(known, user.as_deref())
    }

    /// The stream of a body that came with its exchange; `known` finds what it may say again.
    fn at_hand(&mut self, part: Part, exchange: &mut Exchange, known: Option<Arc<Again>>) -> Option<BodyStream> {
        let body = match part {
            Part::RequestBody => &mut exchange.request.body,
            _ => &mut exchange.response.as_mut()?.body,
        };
        let Kept::Here(bytes) = std::mem::take(&mut body.kept) else { return None };
        let facts = match (part, &exchange.response) {
            (Part::RequestBody, _) => redact::facts_of_request(exchange),
            (_, Some(response)) => redact::facts_of_response(exchange, response),
            (_, None) => return None,
        };
        let mut stream = self.writer.begin_body(part, BodyFacts { known, ..facts });
        self.writer.put_body(&mut stream, &bytes);
        Some(stream)
    }

    fn write(&mut self) {
        if self.unwritten.is_empty() && self.shown.is_empty() {
            return;
        }
        if let Err(error) = self.writer.flush() {
            self.shown.clear();
            return self.failed(&error);
        }
        self.told.extend(self.shown.drain(..).map(Recorded::UnderWay));
        if self.unwritten.is_empty() {
            return;
        }
        self.counts.stored += self.unwritten.len() as u64;
        self.losses.stored.store(self.counts.stored, Ordering::Relaxed);
        if self.losses.failing.swap(false, Ordering::Relaxed) {
            let missed = self.counts.unstored;
            self.told.push(Recorded::Said(format!("recording goes on; {missed} exchanges were not stored")));
        }
        self.told.extend(self.unwritten.drain(..).map(Recorded::Exchange));
    }

    /// Nothing of what is unwritten is in the case.
    fn failed(&mut self, error: &io::Error) {
        self.counts.unstored += self.unwritten.len() as u64;
        self.losses.unstored.store(self.counts.unstored, Ordering::Relaxed);
        if !self.losses.failing.swap(true, Ordering::Relaxed) {
            self.told.push(Recorded::Said(format!(
                "NOT RECORDING: the case can't be written ({error}); traffic goes on, make room on the disk"
            )));
        }
        for mut exchange in self.unwritten.drain(..) {
            let response = exchange.response.as_mut().map(|response| &mut response.body);
            for body in response.into_iter().chain([&mut exchange.request.body]) {
                if body.kept != Kept::Nothing {
                    (body.kept, body.state) = (Kept::Nothing, BodyState::Dropped);
                }
            }
            self.told.push(Recorded::Exchange(exchange));
        }
    }
}

/// Leaves the end of a body out that isn't at its end: it may be half of a secret that is said again, which nobody knows
/// for one. A coded body has no such place.
fn leave_the_end_out(body: &mut Body) {
    const LONGEST: usize = 512;
    let Kept::Here(bytes) = &body.kept else { return };
    if !body.codings.is_empty() {
        (body.kept, body.state) = (Kept::Nothing, BodyState::Absent);
        return;
    }
    let from = bytes.len().saturating_sub(LONGEST);
    let end = memchr::memrchr2(b'\n', b'>', &bytes[from..]).map_or(from, |at| from + at + 1);
    if end < bytes.len() {
        (body.kept, body.state) = (Kept::of(bytes.slice(..end)), BodyState::Cut);
    }
}

/// Puts a body's place into the exchange; gives its start as it can be read.
fn settle(streamed: Streamed, part: Part, exchange: &mut Exchange) -> Bytes {
    let body = match part {
        Part::RequestBody => Some(&exchange.request.body),
        _ => exchange.response.as_ref().map(|response| &response.body),
    };
    let start = body.map_or_else(Bytes::new, |body| streamed.readable_start(&body.codings));
    let _known = streamed.settle(part, exchange);
    start
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_word_at_the_end_of_what_has_not_ended_is_left_out() {
        let long = "x".repeat(2000);
        for (text, left, state) in [
            ("data: one\n\n", 11, BodyState::Whole),
            ("<a>all</a>\n<b>hidd", 14, BodyState::Cut),
            ("wrong password: hidd", 0, BodyState::Cut),
            (&long, 1488, BodyState::Cut),
        ] {
            let mut body = Body::whole(Bytes::copy_from_slice(text.as_bytes()));
            leave_the_end_out(&mut body);
            let kept = if let Kept::Here(kept) = &body.kept { kept.len() } else { 0 };
            assert_eq!((kept, body.state), (left, state), "{text}");
        }
        let mut coded = Body { codings: vec!["gzip".to_owned()], ..Body::whole(Bytes::from_static(b"\x1f\x8b>")) };
        leave_the_end_out(&mut coded);
        assert_eq!((coded.kept, coded.state), (Kept::Nothing, BodyState::Absent));
    }
}
