//! What was asked and answered, as an exchange like any other.

use std::net::SocketAddr;

use bytes::Bytes;
use mwscope_parsers::http::Head;

use super::{Found, Miss};
use crate::model::moment::stamp_of_utc_ns;
use crate::model::{Body, Edit, Exchange, ExchangeId, Kept, Outcome, Request, Response, SourceId, Stage, facts};

/// A request that came, and what it got.
#[derive(Clone, Debug)]
pub struct Asked {
    /// It, with the answer that went out. Which recorded exchange that was, or why there was none, stands in its notes.
    pub exchange: Exchange,
    /// The recorded exchange that answered, and how well it fits.
    pub answered_by: Option<(String, u32, String, super::Fit)>,
    /// Why none did.
    pub miss: Option<Miss>,
    /// The fault that was put in.
    pub fault: Option<super::Fault>,
}

/// The request of `head` and `body`, as an exchange without an answer.
pub(super) fn request(head: &Head, body: Bytes, url: String, client: SocketAddr, now_utc_ns: i64) -> Exchange {
    let mut request = Request::of(head);
    request.body = with(request.body, body);
    let mut exchange = Exchange::new(ExchangeId(0), SourceId(0), 0, url, request);
    exchange.started = Some(stamp_of_utc_ns(now_utc_ns));
    exchange.client = Some(client.to_string());
    exchange.call = facts::call_of(&exchange);
    exchange
}

/// A body that has come as a whole.
fn with(body: Body, bytes: Bytes) -> Body {
    Body { len: bytes.len() as u64, kept: Kept::of(bytes), ..body }
}

impl Asked {
    pub(super) fn new(exchange: Exchange) -> Self {
        Self { exchange, answered_by: None, miss: None, fault: None }
    }

    /// Notes who answers; `source` is the path of its source.
    pub(super) fn found(&mut self, found: &Found<'_>, source: &str) {
        let recorded = found.exchange;
        self.answered_by = Some((source.to_owned(), recorded.index, recorded.id.to_string(), found.fit));
        let note = format!("{source}#{} ({})", recorded.index, found.fit.word());
        self.exchange.notes.push(("answered as".to_owned(), note));
    }

    /// Notes that nobody does.
    pub(super) fn missed(&mut self, miss: Miss) {
        self.exchange.notes.push(("not recorded".to_owned(), miss.why.clone()));
        self.miss = Some(miss);
    }

    /// Takes the answer that went out, `took` nanoseconds after the request came.
    pub(super) fn answered(&mut self, head: &[u8], body: Bytes, took: u64) {
        let head = Head::response(head.to_vec(), 0, &mwscope_parsers::http::Limits::default());
        let mut response = Response::of(&head);
        response.body = with(response.body, body);
        self.exchange.response = Some(response);
        self.exchange.outcome = Outcome::Complete;
        self.exchange.duration_ns = Some(took);
        self.exchange.call = facts::call_of(&self.exchange);
    }

    /// Takes that no whole answer went out.
    pub(super) fn failed(&mut self, cause: &str, took: u64) {
        let stage = if self.exchange.response.is_some() { Stage::ResponseBody } else { Stage::Wait };
        self.exchange.outcome = Outcome::Failed { stage, cause: cause.to_owned() };
        self.exchange.duration_ns = Some(took);
    }

    /// Notes a fault that was put in.
    pub(super) fn injected(&mut self, fault: super::Fault) {
        self.fault = Some(fault);
        self.exchange.edits.push(Edit { what: format!("fault put in: {fault}"), before: None, after: None });
    }
}
