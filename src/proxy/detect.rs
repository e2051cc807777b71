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

/// Looks at the first bytes; one is enough to tell, except for HTTP/2.
pub(super) fn spoken(first: &[u8]) -> Spoken {
    match first {
        // RFC 8446, 5.1: handshake, then the legacy version 3.x.
        [0x16] | [0x16, 3, ..] => Spoken::Tls,
        [version @ (4 | 5), ..] => Spoken::Socks(*version),
        _ if first.starts_with(b"PRI * HTTP/2.0\r\n") => Spoken::Http2,
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
        assert_eq!(spoken(b"SSH-2.0-x"), Spoken::Other);
        assert_eq!(spoken(b"\0\0"), Spoken::Other);
    }
}
