//! What a connection speaks, from its first bytes.

/// What the first bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spoken {
    /// A TLS record with a handshake in it.
    Tls,
    /// Something that may become an HTTP/1 request: it begins with a method, or with line ends before one.
    Http,
    /// HTTP/2 without TLS.
    Http2,
    /// SOCKS, with its version.
    Socks(u8),
    /// Something else.
    Other,
}

/// What a client of HTTP/2 begins with (RFC 9113, 3.4), as far as it is like an HTTP/1 request.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n";

/// Whether it takes more bytes to tell HTTP/2 from an HTTP/1 request.
pub(super) fn may_be_http2(first: &[u8]) -> bool {
    !first.is_empty() && first.len() < PREFACE.len() && PREFACE.starts_with(first)
}

/// Whether a server that spoke first did so as one of HTTP/2 may: with its settings (RFC 9113, 3.4 and 6.5).
pub(super) fn may_be_settings(first: &[u8]) -> bool {
    let of_six = first.get(..3).is_none_or(|len| (usize::from(len[1]) << 8 | usize::from(len[2])) % 6 == 0);
    let rest = first.get(3..first.len().clamp(3, 9)).unwrap_or_default();
    first.first().is_none_or(|high| *high == 0) && of_six && [4, 0, 0, 0, 0, 0].starts_with(rest)
}

/// Looks at the first bytes; one is enough to tell, except for HTTP/2, where [`may_be_http2`] says so.
pub(super) fn spoken(first: &[u8]) -> Spoken {
    match first {
        // RFC 8446, 5.1: handshake, then the legacy version 3.x.
        [0x16] | [0x16, 3, ..] => Spoken::Tls,
        [version @ (4 | 5), ..] => Spoken::Socks(*version),
        _ if first.starts_with(PREFACE) => Spoken::Http2,
        [b'\r' | b'\n' | b'A'..=b'Z' | b'a'..=b'z', ..] if !first.starts_with(b"SSH-") => Spoken::Http,
        _ => Spoken::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_bytes_tell_what_is_spoken() {
        assert_eq!(spoken(b"\x16\x03\x01\x02"), Spoken::Tls);
        assert_eq!(spoken(b"\x16"), Spoken::Tls);
        assert_eq!(spoken(b"\x05\x01\x00"), Spoken::Socks(5));
        assert_eq!(spoken(b"POST / HTTP/1.1"), Spoken::Http);
        assert_eq!(spoken(b"P"), Spoken::Http);
        assert_eq!(spoken(b"PRI * HTTP/2.0\r\n\r\nSM"), Spoken::Http2);
        assert!(may_be_http2(b"P") && may_be_http2(b"PRI * HTTP/2.0\r") && !may_be_http2(b"PRI * HTTP/2.0\r\n"));
        assert!(!may_be_http2(b"") && !may_be_http2(b"PO") && !may_be_http2(b"GET"));
        assert!(may_be_settings(b"\0\0\x06\x04\0\0\0\0\0\0\x03") && may_be_settings(b"\0\0\0\x04"));
        assert!(!may_be_settings(b"SSH-2.0") && !may_be_settings(b"220 ftp") && !may_be_settings(b"\0\0\x06\x04\x01"));
        assert!(!may_be_settings(b"\0\0\x05\x04\0"), "settings take six bytes each");
        assert_eq!(spoken(b"SSH-2.0-x"), Spoken::Other);
        assert_eq!(spoken(b"\0\0"), Spoken::Other);
    }
}
