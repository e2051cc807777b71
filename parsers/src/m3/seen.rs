//! What the protocols look at: one request and its answer, with the parts that several of them need read once.

use std::cell::OnceCell;

use serde_json::Value;

use super::target::Target;
use crate::soap::{self, Envelope};

/// One exchange as it was seen.
#[derive(Clone, Debug, Default)]
pub struct Seen<'a> {
    /// The request's method.
    pub method: &'a str,
    /// The absolute URL or the request target.
    pub url: &'a str,
    /// The request's headers and body.
    pub request: Part<'a>,
    /// The final status, where there was an answer.
    pub status: Option<u16>,
    /// The answer's headers and body.
    pub response: Part<'a>,
    /// Whether the fields of a SOAP call aren't wanted, as for a line of a listing; it is recognised sooner then.
    pub without_fields: bool,
}

/// Headers and body of a message; transfer and content coding are removed from the body.
#[derive(Clone, Debug, Default)]
pub struct Part<'a> {
    /// Name and value of each header, in order.
    pub headers: Vec<(&'a str, &'a str)>,
    /// The body, empty where there is none or it isn't kept.
    pub body: &'a [u8],
}

impl<'a> Part<'a> {
    /// The first value of a header, letter case aside.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&'a str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| *value)
    }

    /// Whether the body is announced as a media type that contains `word`.
    pub(super) fn is_type(&self, word: &str) -> bool {
        self.header("content-type").is_some_and(|value| value.to_ascii_lowercase().contains(word))
    }

    fn first_byte(&self) -> Option<u8> {
        self.body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(self.body).trim_ascii_start().first().copied()
    }
}

/// An exchange with its parts read on demand.
pub(super) struct Context<'a> {
    pub(super) seen: &'a Seen<'a>,
    pub(super) target: Target,
    request: OnceCell<Option<Envelope>>,
    response: OnceCell<Option<Envelope>>,
    json: OnceCell<Option<Value>>,
}

impl<'a> Context<'a> {
    pub(super) fn new(seen: &'a Seen<'a>) -> Self {
        let target = Target::read(seen.url);
        Self { seen, target, request: OnceCell::new(), response: OnceCell::new(), json: OnceCell::new() }
    }

    /// The SOAP message of the request.
    pub(super) fn request(&self) -> Option<&Envelope> {
        let (body, content_type) = (self.seen.request.body, self.seen.request.header("content-type"));
        let read = || match self.seen.without_fields {
            true => soap::outline_or(body, content_type, &super::TELLING),
            false => soap::read(body, content_type),
        };
        self.request.get_or_init(read).as_ref()
    }

    /// The SOAP message of the answer, without its fields, of which nothing is taken over.
    pub(super) fn response(&self) -> Option<&Envelope> {
        let read = || soap::outline(self.seen.response.body, self.seen.response.header("content-type"));
        self.response.get_or_init(read).as_ref()
    }

    /// The answer as JSON.
    pub(super) fn json(&self) -> Option<&Value> {
        self.json.get_or_init(|| json(&self.seen.response)).as_ref()
    }

    /// Request and trace ids of the headers that servers and gateways write to their logs.
    pub(super) fn header_ids(&self) -> impl Iterator<Item = String> {
        const NAMES: [&str; 5] =
            ["x-request-id", "x-correlation-id", "x-b3-traceid", "x-amzn-trace-id", "x-infor-requestid"];
        let headers = self.seen.request.headers.iter().chain(&self.seen.response.headers);
        let ids = headers.filter_map(|(name, value)| {
            if name.eq_ignore_ascii_case("traceparent") {
                return value.split('-').nth(1);
            }
            NAMES.iter().any(|known| name.eq_ignore_ascii_case(known)).then_some(*value)
        });
        let mut ids: Vec<_> = ids.map(str::trim).filter(|id| !id.is_empty()).map(str::to_owned).collect();
        ids.sort();
        ids.dedup();
        ids.into_iter()
    }
}

/// A body as JSON, where it is some.
pub(super) fn json(part: &Part<'_>) -> Option<Value> {
    if !matches!(part.first_byte(), Some(b'{' | b'[')) {
        return None;
    }
    serde_json::from_slice(part.body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(part.body)).ok()
}
