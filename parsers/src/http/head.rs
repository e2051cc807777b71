//! One message head: its exact bytes, and where method, target, status and fields stand in them.
//!
//! A head is never built from parts here and never normalised; accessors give slices of the bytes that came.

mod read;

use super::doubt::Doubt;
use super::framing::BodyLength;
use crate::Span;
use std::ops::Range;

/// A request or response head with everything between its first byte and the empty line that ends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    bytes: Vec<u8>,
    at: u64,
    start: Start,
    fields: Vec<Field>,
    doubts: Vec<Doubt>,
}

/// The start line. Ranges are into [`Head::bytes`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Start {
    /// `METHOD TARGET HTTP/1.x`
    Request {
        /// Where the method stands.
        method: Range<usize>,
        /// Where the request target stands.
        target: Range<usize>,
        /// The version as understood.
        version: Version,
    },
    /// `HTTP/1.x STATUS REASON`
    Response {
        /// The version as understood.
        version: Version,
        /// The status code, 0 where the line has none.
        status: u16,
        /// Where the reason phrase stands; empty where there is none.
        reason: Range<usize>,
    },
}

/// The version in a start line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Version {
    /// `HTTP/1.0`
    Http10,
    /// `HTTP/1.1`
    Http11,
    /// Something else, or nothing.
    Other,
}

/// Where a field line, its name and its value stand in [`Head::bytes`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The whole line (several where it is folded) with its line end.
    pub line: Range<usize>,
    /// The name as written, without white space before the colon.
    pub name: Range<usize>,
    /// The value without surrounding white space. A folded value has its line breaks inside.
    pub value: Range<usize>,
}

/// How much a head may have. Heads beyond are [`super::Ambiguity::HeadTooLarge`] or `TooManyFields`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a head, or of a trailer section, with line ends.
    pub head_bytes: usize,
    /// Fields of a head, or of a trailer section.
    pub fields: usize,
    /// Bytes of a chunk-size line with its extensions.
    pub chunk_line: usize,
}

impl Default for Limits {
    /// 256 KiB and 1000 fields a head; Kerberos tickets in `Authorization` alone can take 64 KiB.
    fn default() -> Self {
        Self { head_bytes: 256 * 1024, fields: 1000, chunk_line: 16 * 1024 }
    }
}

impl Head {
    /// Reads a request head from `bytes`, which start at `at` in their stream and end behind the empty line.
    #[must_use]
    pub fn request(bytes: Vec<u8>, at: u64, limits: &Limits) -> Self {
        read::request(bytes, at, limits)
    }

    /// Reads a response head from `bytes`, which start at `at` in their stream and end behind the empty line.
    #[must_use]
    pub fn response(bytes: Vec<u8>, at: u64, limits: &Limits) -> Self {
        read::response(bytes, at, limits)
    }

    /// Decides the body's length and adds the doubts about it to the head's own.
    pub(super) fn decide(&mut self, body: impl FnOnce(&Self, &mut Vec<Doubt>) -> BodyLength) -> BodyLength {
        let mut doubts = Vec::new();
        let length = body(self, &mut doubts);
        self.doubts.append(&mut doubts);
        length
    }

    /// Reads a trailer section, which starts at `at` in its stream and ends behind its empty line.
    pub(super) fn trailer_fields(bytes: &[u8], at: u64, limits: &Limits) -> (Vec<Field>, Vec<Doubt>) {
        read::trailers(bytes, at, limits)
    }

    /// The exact bytes and the fields that point into them.
    #[must_use]
    pub fn into_parts(self) -> (Vec<u8>, Vec<Field>) {
        (self.bytes, self.fields)
    }

    /// The exact bytes, with empty lines before the start line and the empty line behind the fields.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Where the head stands in its stream.
    #[must_use]
    pub fn span(&self) -> Span {
        Span::new(self.at, self.bytes.len() as u64)
    }

    /// The start line.
    #[must_use]
    pub fn start(&self) -> &Start {
        &self.start
    }

    /// The fields in the order in which they came.
    #[must_use]
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// What two readers could understand differently in this head, in the order of the bytes.
    #[must_use]
    pub fn doubts(&self) -> &[Doubt] {
        &self.doubts
    }

    /// The bytes in a range that a field or the start line gives; empty where it doesn't fit.
    #[must_use]
    pub fn slice(&self, range: &Range<usize>) -> &[u8] {
        self.bytes.get(range.clone()).unwrap_or_default()
    }

    /// The method of a request as sent; empty for a response.
    #[must_use]
    pub fn method(&self) -> &[u8] {
        match &self.start {
            Start::Request { method, .. } => self.slice(method),
            Start::Response { .. } => &[],
        }
    }

    /// The target of a request as sent; empty for a response.
    #[must_use]
    pub fn target(&self) -> &[u8] {
        match &self.start {
            Start::Request { target, .. } => self.slice(target),
            Start::Response { .. } => &[],
        }
    }

    /// The status code of a response; 0 for a request or a line without one.
    #[must_use]
    pub fn status(&self) -> u16 {
        match &self.start {
            Start::Request { .. } => 0,
            Start::Response { status, .. } => *status,
        }
    }

    /// The reason phrase of a response; empty for a request.
    #[must_use]
    pub fn reason(&self) -> &[u8] {
        match &self.start {
            Start::Request { .. } => &[],
            Start::Response { reason, .. } => self.slice(reason),
        }
    }

    /// The version in the start line.
    #[must_use]
    pub fn version(&self) -> Version {
        match &self.start {
            Start::Request { version, .. } | Start::Response { version, .. } => *version,
        }
    }

    /// Names and values in order, with repeated names.
    pub fn pairs(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.fields.iter().map(|f| (self.slice(&f.name), self.slice(&f.value)))
    }

    /// The values of all fields called `name`, whatever their case.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a [u8]> {
        self.pairs().filter(move |(n, _)| n.eq_ignore_ascii_case(name.as_bytes())).map(|(_, v)| v)
    }

    /// The value of the first field called `name`, whatever its case.
    #[must_use]
    pub fn get<'a>(&'a self, name: &'a str) -> Option<&'a [u8]> {
        self.all(name).next()
    }

    /// The members of the comma-separated lists in all fields called `name`, trimmed, without empty ones.
    pub fn members<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a [u8]> {
        self.all(name).flat_map(|v| v.split(|b| *b == b',')).map(<[u8]>::trim_ascii).filter(|m| !m.is_empty())
    }

    /// Whether a list field called `name` has the member `token`, whatever the case.
    #[must_use]
    pub fn has_member(&self, name: &str, token: &str) -> bool {
        self.members(name).any(|m| m.eq_ignore_ascii_case(token.as_bytes()))
    }

    /// Whether the sender means to keep the connection open behind this message (RFC 9112, 9.3).
    #[must_use]
    pub fn persists(&self) -> bool {
        let says = |token| self.has_member("Connection", token) || self.has_member("Proxy-Connection", token);
        match self.version() {
            _ if says("close") => false,
            Version::Http11 => true,
            Version::Http10 => says("keep-alive"),
            Version::Other => false,
        }
    }
}
