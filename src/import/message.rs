//! Messages that a recording holds as the bytes of HTTP/1: heads and bodies by the same framing that the proxy
//! uses, and where that fails the bytes behind the head as they are.

use mwscope_parsers::http::{Asked, End, Event, Feed, Framer, Head, Limits, Version};

use crate::model::{Body, Headers, Request, Response};

/// Messages of one direction, in order.
#[derive(Debug)]
pub(super) struct Messages<T> {
    /// The messages.
    pub(super) all: Vec<T>,
    /// What is odd about them, in words.
    pub(super) odd: Vec<String>,
    /// Whether the last one ends before its end.
    pub(super) cut: bool,
}

/// The requests in `bytes`.
pub(super) fn requests(bytes: &[u8]) -> Messages<Request> {
    let raw = read(bytes, Framer::requests(Limits::default()));
    raw.map(|Raw { head, payload, trailers }| {
        let request = Request::of(&head);
        let body = Body { codings: request.body.codings, ..Body::whole(payload.into()) };
        Request { version: version(&head), body, trailers, ..request }
    })
}

/// The responses in `bytes`, interim ones included, to a request with this method.
pub(super) fn responses(bytes: &[u8], method: &str) -> Messages<Response> {
    let mut framer = Framer::responses(Limits::default());
    framer.expect(Asked::by(method.as_bytes()));
    let raw = read(bytes, framer);
    raw.map(|Raw { head, payload, trailers }| {
        let response = Response::of(&head);
        let body = Body { codings: response.body.codings, ..Body::whole(payload.into()) };
        Response { version: version(&head), body, trailers, ..response }
    })
}

struct Raw {
    head: Head,
    payload: Vec<u8>,
    trailers: Headers,
}

impl Messages<Raw> {
    fn map<T>(self, make: impl Fn(Raw) -> T) -> Messages<T> {
        Messages { all: self.all.into_iter().map(make).collect(), odd: self.odd, cut: self.cut }
    }
}

fn read(bytes: &[u8], framer: Framer) -> Messages<Raw> {
    let mut messages = Messages { all: Vec::new(), odd: Vec::new(), cut: false };
    let mut framed = true;
    let mut feed = Feed::new(framer);
    let mut take = |event: Event, own: &[u8]| match event {
        Event::Head(head, _) => {
            messages.all.push(Raw { head: *head, payload: Vec::new(), trailers: Headers::default() });
        }
        Event::Body(_) => messages.payload(own),
        Event::Trailers(trailers) => messages.set_trailers(Headers::of(&trailers.bytes, &trailers.fields)),
        Event::Doubt(doubt) => messages.odd.push(doubt.what.words().to_owned()),
        Event::End(End::Cut { .. }) => messages.cut = true,
        Event::End(End::Broken(_)) => framed = false,
        // Behind a switch of protocols this is another protocol; behind broken framing it is the body as it is.
        Event::Opaque(_) => messages.payload(own),
        Event::Framing(_) | Event::End(_) => {}
    };
    feed.push(bytes, &mut take);
    feed.finish(&mut take);
    if !framed {
        messages.odd.push("the body isn't framed as its head says; it is kept as it stands there".to_owned());
    }
    messages
}

impl Messages<Raw> {
    fn payload(&mut self, bytes: &[u8]) {
        if let Some(message) = self.all.last_mut() {
            message.payload.extend_from_slice(bytes);
        }
    }

    fn set_trailers(&mut self, trailers: Headers) {
        if let Some(message) = self.all.last_mut() {
            message.trailers = trailers;
        }
    }
}

/// The version as written: HTTP/2 stands in start lines that a recorder put together.
fn version(head: &Head) -> String {
    match head.version() {
        Version::Http10 => "HTTP/1.0".to_owned(),
        Version::Http11 => "HTTP/1.1".to_owned(),
        Version::Other => {
            let line = head.bytes().split(|byte| matches!(byte, b'\r' | b'\n')).next().unwrap_or_default();
            let words = line.split(|byte| *byte == b' ').map(text);
            words.rev().find(|word| word.starts_with("HTTP/")).unwrap_or_default().replace("/2.0", "/2")
        }
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
