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

/// What the first line of a client is that begins as one of HTTP may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FirstLine {
    /// It takes more bytes to tell.
    Begun,
    /// A request line, or one that wants to be: it names a version of HTTP.
    Http,
    /// None.
    Other,
}

/// Looks at the first line. What names HTTP is HTTP also where it is badly written, so that it is refused as such.
pub(super) fn first_line(first: &[u8]) -> FirstLine {
    let from = first.iter().position(|b| !matches!(b, b'\r' | b'\n')).unwrap_or(first.len());
    let line = first.get(from..).unwrap_or_default();
    let end = memchr::memchr(b'\n', line);
    let line = line.get(..end.unwrap_or(line.len())).unwrap_or_default();
    let names_http = memchr::memmem::find(line, b"HTTP/").is_some();
    // A method is a token with a space behind it (RFC 9112, 3.1); those in use are short.
    let is_token = |b: &u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(b);
    let method = line.iter().position(|b| !is_token(b)).unwrap_or(line.len());
    let may_be = method <= 32 && line.get(method).is_none_or(|b| *b == b' ') && line.len() <= 64 * 1024;
    match end {
        _ if names_http => FirstLine::Http,
        None if may_be => FirstLine::Begun,
        _ => FirstLine::Other,
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
        for (first, is) in [
            (&b"GET /a HTTP/1.1\r\n"[..], FirstLine::Http),
            (b"\r\nGET /a HTTP/1.0", FirstLine::Http),
            (b"GET /a b HTTP/1.1\r\n", FirstLine::Http),
            (b"PRI * HTTP/2.0\r\n", FirstLine::Http),
            (b"GE", FirstLine::Begun),
            (b"POST /a", FirstLine::Begun),
            (b"\r\n", FirstLine::Begun),
            (b"GET\n", FirstLine::Other),
            (b"EHLO me\r\n", FirstLine::Other),
            (b"CONNECT\nlogin:u\n\n\0", FirstLine::Other),
            (b"LOGIN:", FirstLine::Other),
        ] {
            assert_eq!(first_line(first), is, "{first:?}");
        }
        assert_eq!(spoken(b"SSH-2.0-x"), Spoken::Other);
        assert_eq!(spoken(b"\0\0"), Spoken::Other);
    }
}
