//! What a content is, by its first bytes; never by its name.

use std::borrow::Cow;

use mwscope_parsers::log;

use super::content::Content;
use super::unpack::Packing;
use super::{curl, har, http, soapui};
use crate::model::SourceKind;

/// How much of a content is looked at.
pub(super) const HEAD: u64 = 128 << 10;

/// What a content is. Text is told apart further by the readers of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Empty,
    Packed(Packing),
    /// A zip archive, perhaps a Fiddler archive.
    Zip,
    /// A tar archive.
    Tar,
    Har,
    /// A mitmproxy flow file.
    Flows,
    /// A packet capture.
    Capture,
    /// Something known that is not read: what it is, and what to do.
    Foreign(&'static str, &'static str),
    /// Text of some kind.
    Text,
    /// Bytes that are no text and nothing known.
    Binary,
}

const SIGNATURES: [(&[u8], Kind); 22] = [
    (b"PK\x03\x04", Kind::Zip),
    (b"PK\x05\x06", Kind::Zip),
    (b"\xd4\xc3\xb2\xa1", Kind::Capture),
    (b"\xa1\xb2\xc3\xd4", Kind::Capture),
    (b"\x4d\x3c\xb2\xa1", Kind::Capture),
    (b"\xa1\xb2\x3c\x4d", Kind::Capture),
    (b"\x34\xcd\xb2\xa1", Kind::Capture),
    (b"\xa1\xb2\xcd\x34", Kind::Capture),
    (b"\x0a\x0d\x0d\x0a", Kind::Capture),
    (b"snoop\0\0\0", Kind::Foreign("a snoop capture", "turn it into pcapng, with editcap for instance")),
    (b"RTSS", Kind::Foreign("a Network Monitor capture", "turn it into pcapng, with editcap for instance")),
    (b"GMBU", Kind::Foreign("a Network Monitor capture", "turn it into pcapng, with editcap for instance")),
    (b"7z\xbc\xaf\x27\x1c", Kind::Foreign("a 7-Zip archive", "unpack it and name the files")),
    (b"Rar!\x1a\x07", Kind::Foreign("a RAR archive", "unpack it and name the files")),
    (b"SQLite format 3\0", Kind::Foreign("an SQLite database", "name the case's folder where it belongs to one")),
    (b"ElfFile\0", Kind::Foreign("a Windows event log", "export it as text or CSV")),
    (b"JAVA PROFILE", Kind::Foreign("a Java heap dump", "ask for thread dumps and logs of the same time")),
    (b"FLR\0", Kind::Foreign("a Java flight recording", "ask for thread dumps and logs of the same time")),
    (b"%PDF-", Kind::Foreign("a PDF document", "ask for the log or recording itself")),
    (b"\x89PNG\r\n", Kind::Foreign("a picture", "ask for the log or recording itself, not for a screenshot")),
    (b"\xff\xd8\xff", Kind::Foreign("a picture", "ask for the log or recording itself, not for a screenshot")),
    (b"\xd0\xcf\x11\xe0", Kind::Foreign("a Microsoft Office document or mail", "save what is in it as text")),
];

/// Says what a content with this head is; `whole` is whether the head is all of it.
pub(super) fn kind(head: &[u8], whole: bool) -> Kind {
    if head.is_empty() {
        return Kind::Empty;
    }
    if let Some((_, kind)) = SIGNATURES.iter().find(|(signature, _)| head.starts_with(signature)) {
        return *kind;
    }
    if let Some(packing) = Packing::of(head) {
        return Kind::Packed(packing);
    }
    if head.get(257..262) == Some(b"ustar") {
        return Kind::Tar;
    }
    if is_flow(head) {
        return Kind::Flows;
    }
    if har::looks_like(head) {
        return Kind::Har;
    }
    let text = !is_binary(head, whole) || mwscope_parsers::dump::is_ebcdic_text(head);
    if text { Kind::Text } else { Kind::Binary }
}

/// What requests that somebody wrote down a text holds, if it does.
pub(super) fn written_down(head: &[u8], whole: bool) -> Option<SourceKind> {
    let soapui = soapui::looks_like(head).then_some(SourceKind::SoapUi);
    soapui
        .or_else(|| curl::looks_like(head, whole).then_some(SourceKind::Curl))
        .or_else(|| http::looks_like(head).then_some(SourceKind::Http))
}

/// A tnetstring of a dictionary whose first key is a text: `1234:9:websocket;0:~`.
fn is_flow(head: &[u8]) -> bool {
    let number = |bytes: &[u8]| {
        let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
        ((1..=12).contains(&digits) && bytes.get(digits) == Some(&b':')).then_some(digits + 1)
    };
    let Some(outer) = number(head) else { return false };
    let Some(inner) = number(&head[outer..]) else { return false };
    let digits = &head[outer..outer + inner - 1];
    let len: usize = std::str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok()).unwrap_or(usize::MAX);
    let Some(key) = len.checked_add(outer + inner).and_then(|end| head.get(outer + inner..end)) else { return false };
    let end = head.get(outer + inner + len);
    matches!(end, Some(b',' | b';'))
        && !key.is_empty()
        && key.iter().all(|byte| byte.is_ascii_lowercase() || *byte == b'_')
}

/// Text has no NUL bytes outside UTF-16 and few control characters.
fn is_binary(head: &[u8], whole: bool) -> bool {
    if mwscope_parsers::dump::is_utf16_text(head) || log::Encoding::detect(head) == log::Encoding::Mixed {
        return false;
    }
    // A file that was cut while a program wrote to it, or whose machine crashed, has NULs where a line should begin.
    let without_gaps = without_gaps(head);
    let head = without_gaps.as_ref();
    let control = head.iter().filter(|byte| matches!(byte, 0..=8 | 14..=26 | 28..=31 | 127)).count();
    let nul = memchr::memchr_iter(0, head).count();
    let small = whole && head.len() < 64;
    control * 20 > head.len() || (nul > 0 && (small || nul * 50 > head.len()))
}

/// The first bytes of a text that begins with more NULs than are looked at, where `head` is nothing else.
pub(super) fn text_behind_nuls(content: &Content, head: &[u8]) -> Option<bytes::Bytes> {
    if head.iter().any(|byte| *byte != 0) {
        return None;
    }
    let behind = content.head_behind_nuls(HEAD).ok().filter(|behind| !behind.is_empty())?;
    (kind(&behind, false) == Kind::Text).then_some(behind)
}

/// Fewer NULs in a row are none of those that nobody wrote.
const GAP: usize = 64;

/// What is left of a content without runs of NULs that begin where a line does; all of it where nothing else would be left.
fn without_gaps(head: &[u8]) -> Cow<'_, [u8]> {
    let mut kept: Vec<u8> = Vec::new();
    let (mut from, mut at) = (0, 0);
    while let Some(next) = memchr::memchr(0, &head[at..]) {
        let start = at + next;
        let len = head[start..].iter().take_while(|byte| **byte == 0).count();
        if len >= GAP && (start == 0 || matches!(head[start - 1], b'\n' | b'\r')) {
            kept.extend_from_slice(&head[from..start]);
            from = start + len;
        }
        at = start + len;
    }
    if from == 0 || from == head.len() && kept.is_empty() {
        return Cow::Borrowed(head);
    }
    kept.extend_from_slice(&head[from..]);
    Cow::Owned(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contents_are_known_by_their_bytes() {
        assert_eq!(kind(b"", true), Kind::Empty);
        assert_eq!(kind(b" {\"log\":{", true), Kind::Har);
        assert_eq!(kind(b"\xef\xbb\xbf{\n \"x\": [1,2],\"log\" :\n{\"version\"", true), Kind::Har);
        assert_eq!(kind(b"{\"log\":\"a line\",\"stream\":\"stdout\"}\n", true), Kind::Text);
        assert_eq!(kind(b"{\"level\":\"INFO\"}\n", true), Kind::Text);
        let nested = b"{\"@timestamp\":\"2026-01-13T10:00:00Z\",\"log\":{\"level\":\"INFO\",\"logger\":\"a.B\"},\"message\":\"x\"}\n";
        assert_eq!(kind(&nested.repeat(2), true), Kind::Text);
        assert_eq!(kind(&nested[..60], true), Kind::Text);
        assert_eq!(kind(b"{\"log\":{\"creator\":{\"name\":\"x\"},\"other\":1", true), Kind::Har);
        assert_eq!(kind(b"8235:9:websocket;0:~8:response;", false), Kind::Flows);
        assert_eq!(kind(b"1997:2:id;36:abc", false), Kind::Flows);
        assert_eq!(kind(b"12:34:56 INFO started", false), Kind::Text);
        assert_eq!(kind(b"\x0a\x0d\x0d\x0a....", false), Kind::Capture);
        assert_eq!(kind(b"2026-01-13 INFO \x1b[31mred\x1b[0m caf\xe9\n", true), Kind::Text);
        let bytes: Vec<u8> = (0..=255).collect();
        assert_eq!(kind(&bytes.repeat(64), true), Kind::Binary);
        let cut = [&[0; 5000][..], b"2026-01-13 INFO behind the cut\n"].concat();
        assert_eq!(kind(&cut, true), Kind::Text);
        assert_eq!(kind(&[0; 5000], true), Kind::Binary);
        let line = b"2026-01-13 INFO a line\n".as_slice();
        assert_eq!(kind(&[line, &[0; 300], line, &[0; 900]].concat(), true), Kind::Text);
        assert_eq!(kind(&[b"name".as_slice(), &[0; 96], b"0000644"].concat(), true), Kind::Binary);
        assert_eq!(kind(b"MZ\x90\0\x03\0\0\0", true), Kind::Binary);
        let lines = "2026-01-13 INFO a line of a log\n".repeat(4);
        let appended: Vec<u8> = lines.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(kind(&[lines.as_bytes(), &appended].concat(), true), Kind::Text);
        let wide: Vec<u8> = "2026-01-13 INFO".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(kind(&wide, true), Kind::Text);
    }
}
