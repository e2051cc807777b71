//! What two HTTP/1 readers could understand differently, as values with words; whether to refuse it is the caller's choice.

use crate::Span;
use std::fmt;

/// A place where a message departs from RFC 9112, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Doubt {
    /// What is wrong there.
    pub what: Ambiguity,
    /// Where, in the stream that is being framed.
    pub span: Span,
}

/// The ways in which a message can be read differently by two programs that both mean well.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Ambiguity {
    /// Both `Content-Length` and `Transfer-Encoding` (RFC 9112, 6.1). Read as chunked.
    LengthAndChunked,
    /// `Content-Length` with two different values (RFC 9112, 6.3).
    DifferentLengths,
    /// `Content-Length` more than once, always with the same value. Framing is not in doubt.
    RepeatedLength,
    /// `Content-Length` that is no plain decimal number, or too large to be counted.
    BadLength,
    /// `Transfer-Encoding` whose last coding isn't `chunked` (RFC 9112, 6.3).
    CodingNotChunked,
    /// `chunked` applied twice, or spelled so that some readers take it for `chunked` and others don't.
    CodingSpelling,
    /// `Transfer-Encoding` in an HTTP/1.0 message (RFC 9112, 6.1).
    CodingOnHttp10,
    /// `Content-Length` or `Transfer-Encoding` where no body is allowed: on CONNECT, 1xx, 204, or 2xx to CONNECT.
    BodyForbidden,
    /// A line of the head that ends in LF without CR.
    BareLfInHead,
    /// A CR that no LF follows, inside the head.
    BareCr,
    /// A chunk-size line, or the line end behind a chunk, that is LF without CR.
    BareLfInChunk,
    /// White space between a field's name and its colon (RFC 9112, 5.1).
    SpaceBeforeColon,
    /// A field that goes on in the next line (obs-fold; RFC 9112, 5.2).
    Folded,
    /// A line of the head that begins with white space before there is any field.
    SpaceBeforeFirstField,
    /// A field line without a colon.
    NoColon,
    /// A field name that is empty or has bytes other than token characters.
    BadFieldName,
    /// NUL or another control byte in a field's value or in the start line.
    ControlByte,
    /// A start line that is no request line or status line.
    BadStartLine,
    /// A version other than HTTP/1.0 and HTTP/1.1.
    BadVersion,
    /// Empty lines before the start line.
    EmptyLinesBefore,
    /// More bytes in the head than the limit.
    HeadTooLarge,
    /// More fields in the head, or in the trailers, than the limit.
    TooManyFields,
    /// HTTP/1.1 request without `Host`.
    HostMissing,
    /// More than one `Host`.
    HostRepeated,
    /// The target names another authority than `Host`.
    HostDiffers,
    /// A chunk size that is no hexadecimal number.
    BadChunkSize,
    /// A chunk size that doesn't fit into 60 bits.
    ChunkTooLarge,
    /// A chunk-size line, with its extensions, longer than the limit.
    ChunkLineTooLong,
    /// Something other than a line end behind a chunk's data.
    NoLineEndBehindChunk,
    /// A response that no request asked for, as far as the requests were seen.
    Unasked,
}

impl Ambiguity {
    /// What is wrong, in words, without a full stop.
    #[must_use]
    pub fn words(self) -> &'static str {
        use Ambiguity as A;
        match self {
            A::LengthAndChunked => "both Content-Length and Transfer-Encoding",
            A::DifferentLengths => "Content-Length with different values",
            A::RepeatedLength => "Content-Length repeated with the same value",
            A::BadLength => "Content-Length that is no number",
            A::CodingNotChunked => "Transfer-Encoding that doesn't end in chunked",
            A::CodingSpelling => "Transfer-Encoding spelled so that readers differ",
            A::CodingOnHttp10 => "Transfer-Encoding in an HTTP/1.0 message",
            A::BodyForbidden => "a body announced where none is allowed",
            A::BareLfInHead => "a line of the head ends in LF without CR",
            A::BareCr => "CR without LF inside the head",
            A::BareLfInChunk => "LF without CR in the chunk framing",
            A::SpaceBeforeColon => "white space between a field name and its colon",
            A::Folded => "a field that goes on in the next line",
            A::SpaceBeforeFirstField => "white space before the first field",
            A::NoColon => "a field line without a colon",
            A::BadFieldName => "a field name with forbidden bytes",
            A::ControlByte => "a control byte in the head",
            A::BadStartLine => "no HTTP start line",
            A::BadVersion => "an HTTP version other than 1.0 and 1.1",
            A::EmptyLinesBefore => "empty lines before the start line",
            A::HeadTooLarge => "a head larger than the limit",
            A::TooManyFields => "more fields than the limit",
            A::HostMissing => "no Host field",
            A::HostRepeated => "more than one Host field",
            A::HostDiffers => "the target names another host than the Host field",
            A::BadChunkSize => "a chunk size that is no hexadecimal number",
            A::ChunkTooLarge => "a chunk size too large to be counted",
            A::ChunkLineTooLong => "a chunk-size line longer than the limit",
            A::NoLineEndBehindChunk => "no line end behind a chunk",
            A::Unasked => "a response that no request asked for",
        }
    }
}

impl fmt::Display for Ambiguity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words())
    }
}
