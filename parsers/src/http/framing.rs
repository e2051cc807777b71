//! Where a message's body ends, decided from its head alone (RFC 9112, 6.3), with every doubt named.

use super::doubt::{Ambiguity, Doubt};
use super::framer::Asked;
use super::head::{Head, Version};

/// How the end of a body is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BodyLength {
    /// There is no body, whatever the fields say.
    None,
    /// As many bytes as `Content-Length` says.
    Counted(u64),
    /// Chunks up to the last one, then the trailers.
    Chunked,
    /// Everything up to the end of the connection.
    UntilClose,
    /// The connection speaks another protocol from here on: 101, or 2xx to CONNECT.
    Switched,
    /// The fields contradict each other so that nobody can tell.
    Unknown,
}

/// The body of a request with this head. Doubts are added to `doubts`.
pub fn request_body(head: &Head, doubts: &mut Vec<Doubt>) -> BodyLength {
    let announced = announced(head, doubts);
    if head.method() == b"CONNECT" {
        // RFC 9110, 9.3.6: a CONNECT has no content; with any announced, its bytes could be the tunnel's or the body's.
        if !matches!(announced, Announced::Nothing | Announced::Length(0)) {
            note(head, doubts, Ambiguity::BodyForbidden);
        }
        return BodyLength::None;
    }
    match announced {
        Announced::Nothing => BodyLength::None,
        Announced::Length(n) => BodyLength::Counted(n),
        Announced::Chunked => BodyLength::Chunked,
        Announced::OtherCoding | Announced::Contradiction => BodyLength::Unknown,
    }
}

/// The body of a response with this head to a request of which `asked` is known. Doubts are added to `doubts`.
pub fn response_body(head: &Head, asked: Asked, doubts: &mut Vec<Doubt>) -> BodyLength {
    let status = head.status();
    let announced = announced(head, doubts);
    if status == 101 || (asked == Asked::Connect && (200..300).contains(&status)) {
        if !matches!(announced, Announced::Nothing | Announced::Length(0)) {
            note(head, doubts, Ambiguity::BodyForbidden);
        }
        return BodyLength::Switched;
    }
    if (100..200).contains(&status) || status == 204 {
        if !matches!(announced, Announced::Nothing | Announced::Length(0)) {
            note(head, doubts, Ambiguity::BodyForbidden);
        }
        return BodyLength::None;
    }
    // To HEAD, and with 304, the fields tell what a GET would have had.
    if asked == Asked::Head || status == 304 {
        return BodyLength::None;
    }
    match announced {
        Announced::Nothing | Announced::OtherCoding => BodyLength::UntilClose,
        Announced::Length(n) => BodyLength::Counted(n),
        Announced::Chunked => BodyLength::Chunked,
        Announced::Contradiction => BodyLength::Unknown,
    }
}

/// What `Content-Length` and `Transfer-Encoding` say together.
enum Announced {
    Nothing,
    Length(u64),
    Chunked,
    OtherCoding,
    Contradiction,
}

fn announced(head: &Head, doubts: &mut Vec<Doubt>) -> Announced {
    let coding = coding(head, doubts);
    let length = length(head, doubts);
    match (coding, length) {
        (None, Ok(None)) => Announced::Nothing,
        (None, Ok(Some(n))) => Announced::Length(n),
        (None, Err(())) => Announced::Contradiction,
        (Some(coding), Ok(None)) => coding,
        (Some(coding), _) => {
            note(head, doubts, Ambiguity::LengthAndChunked);
            coding
        }
    }
}

fn length(head: &Head, doubts: &mut Vec<Doubt>) -> Result<Option<u64>, ()> {
    let mut found: Option<u64> = None;
    let mut count = 0;
    for value in head.all("Content-Length").flat_map(|v| v.split(|b| *b == b',')).map(<[u8]>::trim_ascii) {
        count += 1;
        let digits = !value.is_empty() && value.iter().all(u8::is_ascii_digit);
        let Some(n) = digits.then(|| std::str::from_utf8(value).ok()?.parse::<u64>().ok()).flatten() else {
            note(head, doubts, Ambiguity::BadLength);
            return Err(());
        };
        if found.is_some_and(|before| before != n) {
            note(head, doubts, Ambiguity::DifferentLengths);
            return Err(());
        }
        found = Some(n);
    }
    if count > 1 {
        note(head, doubts, Ambiguity::RepeatedLength);
    }
    Ok(found)
}

fn coding(head: &Head, doubts: &mut Vec<Doubt>) -> Option<Announced> {
    head.get("Transfer-Encoding")?;
    if head.version() != Version::Http11 {
        note(head, doubts, Ambiguity::CodingOnHttp10);
    }
    let codings: Vec<&[u8]> = head.members("Transfer-Encoding").collect();
    let chunked = |c: &&[u8]| c.eq_ignore_ascii_case(b"chunked");
    match codings.split_last() {
        Some((last, before)) if chunked(last) => {
            if before.iter().any(chunked) {
                note(head, doubts, Ambiguity::CodingSpelling);
            }
            Some(Announced::Chunked)
        }
        Some((last, _)) if last.to_ascii_lowercase().starts_with(b"chunked") => {
            note(head, doubts, Ambiguity::CodingSpelling);
            Some(Announced::Contradiction)
        }
        _ => {
            note(head, doubts, Ambiguity::CodingNotChunked);
            Some(Announced::OtherCoding)
        }
    }
}

fn note(head: &Head, doubts: &mut Vec<Doubt>, what: Ambiguity) {
    doubts.push(Doubt { what, span: head.span() });
}
