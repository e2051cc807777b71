//! Takes what the proxy tapped, has each call recognised and the exchange stored. Bodies go to the case as they come.
//!
//! A case that can't be written does not stop the traffic: the recording stops, says so once, and goes on when the
//! disk does.

use std::collections::HashMap;
use std::io;

use bytes::Bytes;

use crate::case::{BodyStream, NewSource, Streamed, Writer, facts_of_unknown, readable};
use crate::model::{Exchange, ExchangeId, Part, Response, SourceId, facts};
use crate::proxy::{Key, Tapped};
use crate::redact;

/// Stores exchanges as they end.
pub(super) struct Recorder {
    writer: Writer,
    source: SourceId,
    open: HashMap<Key, Open>,
    // What stands for each CONNECT, which as a rule ends before what travels in it.
    tunnels: HashMap<Key, ExchangeId>,
    counts: Stored,
    failing: bool,
}

/// An exchange on its way.
struct Open {
    /// Its id and index, set aside when it began.
    place: (ExchangeId, u32),
    /// What came with its beginning, for its path.
    began: Box<Exchange>,
    request: Option<BodyStream>,
    response: Option<BodyStream>,
}

/// What became of the exchanges that ended.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Stored {
    pub(super) stored: u64,
    pub(super) unstored: u64,
}

/// What a tapped piece led to.
pub(super) enum Recorded {
    /// An exchange ended; it is stored unless that was said to fail.
    Exchange(Box<Exchange>),
    /// Something to tell the user.
    Said(String),
}

impl Recorder {
    pub(super) fn new(writer: Writer, source: SourceId) -> Self {
        Self {
            writer,
            source,
            open: HashMap::new(),
            tunnels: HashMap::new(),
            counts: Stored::default(),
            failing: false,
        }
    }

    pub(super) fn counts(&self) -> Stored {
        self.counts
    }

    /// Takes the next piece.
    pub(super) fn take(&mut self, tapped: Tapped) -> Vec<Recorded> {
        match tapped {
            Tapped::Said(text) => return vec![Recorded::Said(text)],
            Tapped::Started { key, exchange, .. } => self.begin(key, exchange),
            Tapped::Answered { key, response } => self.answer(key, &response),
            // The room is given back when the bytes have been written.
            Tapped::Body { key, part, bytes, room: _room } => self.body(key, part, &bytes),
            Tapped::Finished { key, tunnel, mut exchange } => {
                let open = self.open.remove(&key);
                let place = open.as_ref().map(|open| open.place);
                (exchange.id, exchange.index) = place.unwrap_or_else(|| self.writer.reserve(self.source));
                exchange.source = self.source;
                exchange.tunnel = tunnel.and_then(|key| self.tunnels.get(&key)).map(ToString::to_string);
                let (request, response) = open.map_or((None, None), |open| (open.request, open.response));
                return self.finish(exchange, request, response);
            }
        }
        Vec::new()
    }

    fn begin(&mut self, key: Key, began: Box<Exchange>) {
        let place = self.writer.reserve(self.source);
        if began.request.method == "CONNECT" {
            self.tunnels.insert(key, place.0);
        }
        self.open.insert(key, Open { place, began, request: None, response: None });
    }

    fn answer(&mut self, key: Key, response: &Response) {
        if let Some(open) = self.open.get_mut(&key) {
            let facts = redact::facts_of_response(&open.began, response);
            open.response = Some(self.writer.begin_body(Part::ResponseBody, facts));
        }
    }

    fn body(&mut self, key: Key, part: Part, bytes: &[u8]) {
        let Some(open) = self.open.get_mut(&key) else { return };
        let (stream, facts) = match part {
            Part::RequestBody => (&mut open.request, redact::facts_of_request(&open.began)),
            _ => (&mut open.response, facts_of_unknown()),
        };
        let stream = stream.get_or_insert_with(|| self.writer.begin_body(part, facts));
        self.writer.put_body(stream, bytes);
    }

    /// Puts a source beside the recording.
    ///
    /// # Errors
    /// When the case can't be written.
    pub(super) fn add_source(&mut self, new: NewSource) -> io::Result<SourceId> {
        self.writer.add_source(new)
    }

    /// Everything written and the case closed.
    ///
    /// # Errors
    /// When the case can't be written.
    pub(super) fn close(self) -> io::Result<()> {
        self.writer.finish()
    }

    fn finish(
        &mut self,
        mut exchange: Box<Exchange>,
        request: Option<BodyStream>,
        response: Option<BodyStream>,
    ) -> Vec<Recorded> {
        let request = request.map(|stream| self.writer.end_body(stream));
        let response = response.map(|stream| self.writer.end_body(stream));
        let mut secrets = Vec::new();
        let starts = [(Part::RequestBody, request), (Part::ResponseBody, response)].map(|(part, streamed)| {
            let Some(streamed) = streamed else { return Default::default() };
            settle(streamed, part, &mut exchange, &mut secrets)
        });
        exchange.call = facts::call_with(&exchange, &starts[0], &starts[1]);
        let mut recorded = Vec::new();
        match self.writer.store_streamed(&mut exchange, &secrets) {
            Ok(()) => {
                self.counts.stored += 1;
                if std::mem::take(&mut self.failing) {
                    let missed = self.counts.unstored;
                    recorded.push(Recorded::Said(format!("recording goes on; {missed} exchanges were not stored")));
                }
            }
            Err(error) => {
                self.counts.unstored += 1;
                if !std::mem::replace(&mut self.failing, true) {
                    recorded.push(Recorded::Said(format!(
                        "NOT RECORDING: the case can't be written ({error}); traffic goes on, make room on the disk"
                    )));
                }
            }
        }
        recorded.push(Recorded::Exchange(exchange));
        recorded
    }
}

/// Puts a body's place into the exchange; gives its start as it can be read.
fn settle(streamed: Streamed, part: Part, exchange: &mut Exchange, secrets: &mut Vec<String>) -> Bytes {
    let start = streamed.start.clone();
    secrets.extend(streamed.settle(part, exchange));
    let body = match part {
        Part::RequestBody => Some(&exchange.request.body),
        _ => exchange.response.as_ref().map(|response| &response.body),
    };
    body.map_or_else(Bytes::new, |body| readable(&start, &body.codings))
}
