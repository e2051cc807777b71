//! One HTTP request and its response as they were seen on the wire, of whatever version. Bodies are not in it: their
//! bytes were given out as they came.

use crate::http::Field;

use super::flow::Side;

/// One request and what answered it, as far as they were seen.
#[derive(Clone, Debug, Default)]
pub struct Pair {
    /// The request; `None` where only its response was seen.
    pub request: Option<Message>,
    /// Interim responses (1xx other than 101), in order.
    pub interim: Vec<Message>,
    /// The final response, as far as it came.
    pub response: Option<Message>,
    /// What should be known about it besides, in words (`three bytes of the chunk are missing`).
    pub notes: Vec<String>,
    /// Why there is no response, where there is none.
    pub unanswered: Option<Broken>,
    /// What follows belongs to the exchange: it is a tunnel (CONNECT) or another protocol (101).
    pub switched: bool,
}

/// One request or response.
#[derive(Clone, Debug, Default)]
pub struct Message {
    /// The method of a request; empty in a response.
    pub method: Vec<u8>,
    /// The request target as sent; for HTTP/2 the path, for its CONNECT the authority.
    pub target: Vec<u8>,
    /// `http` or `https`, where the message itself says so (`:scheme`).
    pub scheme: Option<Vec<u8>>,
    /// `:authority` of HTTP/2; HTTP/1 has it in `Host`.
    pub authority: Option<Vec<u8>>,
    /// The status of a response; 0 in a request.
    pub status: u16,
    /// The reason phrase, empty where none was sent.
    pub reason: Vec<u8>,
    /// The version as sent (`HTTP/1.1`, `HTTP/2`).
    pub version: String,
    /// The bytes that `fields` point into: the head as it was on the wire, or the decoded fields of HTTP/2.
    pub head: Vec<u8>,
    /// Whether `head` is what was on the wire.
    pub head_as_sent: bool,
    /// The header fields in order, without HTTP/2's pseudo-headers.
    pub fields: Vec<Field>,
    /// The bytes that `trailer_fields` point into.
    pub trailer: Vec<u8>,
    /// The trailer fields in order.
    pub trailer_fields: Vec<Field>,
    /// When its first byte was captured; nanoseconds since 1970 UTC.
    pub first: i64,
    /// When its last byte so far was captured.
    pub last: i64,
    /// Body bytes that were seen and given out.
    pub body: u64,
    /// Body bytes that are known to be missing.
    pub missing: u64,
    /// Why it isn't whole; `None` where it is.
    pub broken: Option<Broken>,
}

/// Why a message isn't whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Broken {
    /// Bytes are missing from the capture.
    Missing,
    /// The capture ended first.
    Open,
    /// That side closed the connection or the HTTP/2 stream before the end, in order.
    Closed(Side),
    /// That side reset the connection or the HTTP/2 stream.
    Reset(Side),
    /// The bytes can't be read as HTTP.
    Unreadable,
}
