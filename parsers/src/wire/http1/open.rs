//! An exchange that isn't finished, and messages made of heads.

use crate::http::{Asked, Head, Start, Version};
use crate::wire::flow::{End, Side};
use crate::wire::pair::{Broken, Message, Pair};

/// An exchange that isn't finished.
#[derive(Debug)]
pub(super) struct Open {
    pub number: u32,
    pub pair: Pair,
    pub asked: Asked,
    pub request_done: bool,
    pub response_done: bool,
    /// Its response, or the start of it, may have been among bytes that are missing.
    pub may_be_lost: bool,
    pub announced: bool,
}

impl Open {
    pub(super) fn new(number: u32, asked: Asked) -> Self {
        Self {
            number,
            pair: Pair::default(),
            asked,
            request_done: false,
            response_done: false,
            may_be_lost: false,
            announced: false,
        }
    }

    /// Adds a remark; the same one, as about each of a thousand chunks, stands there once.
    pub(super) fn note(&mut self, words: &str) {
        if self.pair.notes.len() < 16 && !self.pair.notes.iter().any(|note| note == words) {
            self.pair.notes.push(words.to_owned());
        }
    }
}

impl Broken {
    /// Why a message isn't whole whose side ended like that.
    pub(super) fn by(side: Side, how: End) -> Self {
        match how {
            End::Fin => Self::Closed(side),
            End::Reset(who) => Self::Reset(who),
            End::Cut => Self::Open,
        }
    }
}

/// A message of which only the head is known.
pub(super) fn message(head: Head, first: i64, last: i64) -> Message {
    let version = match head.version() {
        Version::Http10 => "HTTP/1.0",
        Version::Http11 => "HTTP/1.1",
        Version::Other => "",
    };
    let mut message = Message {
        version: version.to_owned(),
        head_as_sent: true,
        first,
        last,
        status: head.status(),
        ..Message::default()
    };
    match head.start() {
        Start::Request { .. } => {
            message.method = head.method().to_vec();
            message.target = head.target().to_vec();
        }
        Start::Response { .. } => message.reason = head.reason().to_vec(),
    }
    (message.head, message.fields) = head.into_parts();
    message
}
