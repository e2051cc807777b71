//! What is done with a message that two readers could understand differently: one table for requests, one for responses.
//!
//! A request that could smuggle another is refused or made unambiguous, following RFC 9112; a response is passed on
//! wherever a client without the proxy would have got it too, and ends the connection.

use mwscope_parsers::http::{Ambiguity, Doubt, Head};

use super::Trouble;
use super::patch::Patch;
use crate::model::Stage;

/// What is done with one doubt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Passed on as it came: both sides read it alike.
    Pass,
    /// Made unambiguous; the change is listed.
    Mend,
    /// Passed on as it came; both connections are closed behind the message, so that nothing can follow it.
    Last,
    /// Not passed on. The number is the status of our own answer.
    Refuse(u16),
}

/// The table for requests.
#[must_use]
pub fn on_request(what: Ambiguity) -> Verdict {
    use Ambiguity as A;
    match what {
        A::RepeatedLength | A::HostMissing => Verdict::Pass,
        // Host is replaced by the target's authority where the target has one (RFC 9112, 3.2.2).
        A::HostDiffers => Verdict::Pass,
        A::EmptyLinesBefore | A::BareLfInHead => Verdict::Mend,
        A::HeadTooLarge | A::TooManyFields => Verdict::Refuse(431),
        A::BadVersion => Verdict::Refuse(505),
        A::LengthAndChunked
        | A::DifferentLengths
        | A::BadLength
        | A::CodingNotChunked
        | A::CodingSpelling
        | A::CodingOnHttp10
        | A::BodyForbidden
        | A::BareCr
        | A::BareLfInChunk
        | A::SpaceBeforeColon
        | A::Folded
        | A::SpaceBeforeFirstField
        | A::NoColon
        | A::BadFieldName
        | A::ControlByte
        | A::BadStartLine
        | A::HostRepeated
        | A::BadChunkSize
        | A::ChunkTooLarge
        | A::ChunkLineTooLong
        | A::NoLineEndBehindChunk
        | A::Unasked => Verdict::Refuse(400),
    }
}

/// The table for responses.
#[must_use]
pub fn on_response(what: Ambiguity) -> Verdict {
    use Ambiguity as A;
    match what {
        A::RepeatedLength | A::HostMissing | A::HostDiffers | A::HostRepeated => Verdict::Pass,
        // RFC 9112: 6.3 (the length goes), 5.1 (the space goes), 5.2 (folds become spaces), 2.2 (bare CR becomes a space).
        A::LengthAndChunked | A::SpaceBeforeColon | A::Folded | A::BareCr | A::ControlByte => Verdict::Mend,
        A::EmptyLinesBefore => Verdict::Mend,
        A::BareLfInHead
        | A::BareLfInChunk
        | A::CodingNotChunked
        | A::CodingSpelling
        | A::CodingOnHttp10
        | A::BodyForbidden
        | A::SpaceBeforeFirstField
        | A::NoColon
        | A::BadFieldName => Verdict::Last,
        A::DifferentLengths
        | A::BadLength
        | A::BadStartLine
        | A::BadVersion
        | A::HeadTooLarge
        | A::TooManyFields
        | A::BadChunkSize
        | A::ChunkTooLarge
        | A::ChunkLineTooLong
        | A::NoLineEndBehindChunk
        | A::Unasked => Verdict::Refuse(502),
    }
}

/// The first doubt of a head that must be refused, as trouble.
///
/// # Errors
/// With the trouble, where there is such a doubt.
pub fn check(head: &Head, stage: Stage, table: fn(Ambiguity) -> Verdict) -> Result<(), Trouble> {
    let refused = head.doubts().iter().find_map(|doubt| match table(doubt.what) {
        Verdict::Refuse(status) => Some(refusal(stage, doubt.what, status)),
        Verdict::Pass | Verdict::Mend | Verdict::Last => None,
    });
    refused.map_or(Ok(()), Err)
}

/// The trouble of a refused message.
#[must_use]
pub fn refusal(stage: Stage, what: Ambiguity, status: u16) -> Trouble {
    let (who, remedy) = match stage {
        Stage::RequestHead | Stage::RequestBody => (
            "the request was refused",
            "the client, or something between it and this proxy, must send it unambiguously (RFC 9112)",
        ),
        _ => ("the answer was refused", "the server must send it unambiguously (RFC 9112)"),
    };
    Trouble { stage, cause: format!("{who}: {what}; {remedy}"), status, kind: None }
}

/// The trouble of bytes that can be read in two ways; `what` says in which.
#[must_use]
pub fn unclear(stage: Stage, what: &str) -> Trouble {
    let cause = format!("{what}; refused, since taking one for the other would send what nobody asked for");
    Trouble { stage, cause, status: 400, kind: None }
}

/// Makes a head unambiguous where the table says so.
pub fn mend(patch: &mut Patch<'_>, head: &Head, table: fn(Ambiguity) -> Verdict) {
    for doubt in head.doubts().iter().filter(|d| table(d.what) == Verdict::Mend) {
        mend_one(patch, head, doubt);
    }
}

fn mend_one(patch: &mut Patch<'_>, head: &Head, doubt: &Doubt) {
    let start = usize::try_from(doubt.span.offset.saturating_sub(head.span().offset)).unwrap_or(usize::MAX);
    let end = start.saturating_add(usize::try_from(doubt.span.len).unwrap_or(0)).min(head.bytes().len());
    let start = start.min(end);
    let bytes = &head.bytes()[start..end];
    match doubt.what {
        Ambiguity::EmptyLinesBefore => patch.mend(start..end, b"", "empty lines before the start line removed"),
        Ambiguity::BareLfInHead => patch.mend(start..end, b"\r\n", "line ends of the head: LF to CR LF"),
        Ambiguity::BareCr => patch.mend(start..end, b" ", "CR inside a line to a space"),
        Ambiguity::SpaceBeforeColon => patch.mend(start..end, b"", "white space before a colon removed"),
        Ambiguity::ControlByte => {
            for (i, _) in bytes.iter().enumerate().filter(|(_, b)| b.is_ascii_control() && **b != b'\t') {
                patch.mend(start + i..start + i + 1, b" ", "control byte to a space");
            }
        }
        Ambiguity::Folded => {
            // The doubt speaks of the continuation line; the line end before it is what folds.
            let before = &head.bytes()[..start];
            let end = if before.ends_with(b"\r\n") { 2 } else { usize::from(before.ends_with(b"\n")) };
            patch.mend(start - end..start, b"  ".get(..end).unwrap_or(b""), "folded field joined to one line");
        }
        Ambiguity::LengthAndChunked => {
            let lengths = head.fields().iter().filter(|f| head.slice(&f.name).eq_ignore_ascii_case(b"Content-Length"));
            lengths.for_each(|field| patch.remove(field));
        }
        _ => {}
    }
}

/// Whether nothing may follow a response with this head on either connection.
#[must_use]
pub fn is_last(head: &Head) -> bool {
    head.doubts().iter().any(|d| !matches!(on_response(d.what), Verdict::Pass))
}

#[cfg(test)]
mod tests {
    use mwscope_parsers::http::{Event, Framer, Limits};

    use super::*;

    fn response(bytes: &[u8]) -> Box<Head> {
        let mut framer = Framer::responses(Limits::default());
        framer.expect(mwscope_parsers::http::Asked::Other);
        match framer.step(bytes).event {
            Some(Event::Head(head, _)) => head,
            other => panic!("no head: {other:?}"),
        }
    }

    #[test]
    fn a_response_is_mended_as_rfc_9112_says() {
        let cases: &[(&[u8], &[u8])] = &[
            (b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", b"Transfer-Encoding: chunked\r\n"),
            (b"X: a\r\n b\r\n", b"X: a   b\r\n"),
            (b"X : a\r\n", b"X: a\r\n"),
            (b"X: a\rb\r\n", b"X: a b\r\n"),
            (b"X: a\0b\r\n", b"X: a b\r\n"),
            (b"x: Y\r\n", b"x: Y\r\n"),
        ];
        for (before, after) in cases {
            let head = response(&[b"HTTP/1.1 200 OK\r\n", *before, b"\r\n"].concat());
            let mut patch = Patch::new(&head);
            mend(&mut patch, &head, on_response);
            let (bytes, edits) = patch.finish();
            assert_eq!(bytes, [b"HTTP/1.1 200 OK\r\n", *after, b"\r\n"].concat(), "{}", text(before));
            assert_eq!(edits.is_empty(), before == after, "{edits:?}");
            assert_eq!(is_last(&head), before != after);
        }
    }

    fn text(bytes: &[u8]) -> String {
        String::from_utf8_lossy(bytes).into_owned()
    }
}
