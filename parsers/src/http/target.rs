//! Request targets and authorities, split without decoding (RFC 9112, 3.2; RFC 3986, 3.2).

use std::fmt;

/// The four forms of a request target. Parts are slices of the target as sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target<'a> {
    /// `/path?query`
    Origin(&'a [u8]),
    /// `scheme://authority/path?query`
    Absolute {
        /// The scheme without `://`, as written.
        scheme: &'a [u8],
        /// Host and port as written, without user information.
        authority: &'a [u8],
        /// From the first `/` or `?` behind the authority; empty where there is none.
        path: &'a [u8],
    },
    /// `host:port`, with CONNECT only
    Authority(&'a [u8]),
    /// `*`, with OPTIONS only
    Asterisk,
    /// None of them.
    Other(&'a [u8]),
}

/// What no host has in it, beside control characters.
const FORBIDDEN: &[u8] = b" \"#%/<>?@\\^`{|}[]";

/// The same by byte, since each request names its host several times.
const IN_NO_HOST: [bool; 256] = {
    let mut found = [false; 256];
    let mut at = 0;
    while at < FORBIDDEN.len() {
        found[FORBIDDEN[at] as usize] = true;
        at += 1;
    }
    let mut control = 0;
    while control < b' ' {
        found[control as usize] = true;
        control += 1;
    }
    found[0x7F] = true;
    found
};

/// An authority's host and port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HostPort<'a> {
    /// Name or address, an IPv6 address without its brackets.
    pub host: &'a str,
    /// The port where one is written.
    pub port: Option<u16>,
}

impl<'a> Target<'a> {
    /// The form of `target` in a request with this method.
    #[must_use]
    pub fn of(method: &[u8], target: &'a [u8]) -> Self {
        if method == b"CONNECT" {
            return Target::Authority(target);
        }
        match target {
            b"*" => Target::Asterisk,
            [b'/', ..] => Target::Origin(target),
            _ => Self::absolute(target).unwrap_or(Target::Other(target)),
        }
    }

    fn absolute(target: &'a [u8]) -> Option<Self> {
        let colon = memchr::memmem::find(target, b"://")?;
        let (scheme, rest) = (&target[..colon], &target[colon + 3..]);
        if scheme.is_empty() || !scheme.iter().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(b)) {
            return None;
        }
        let end = rest.iter().position(|b| matches!(b, b'/' | b'?' | b'#')).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let authority = memchr::memrchr(b'@', authority).map_or(authority, |at| &authority[at + 1..]);
        Some(Target::Absolute { scheme, authority, path })
    }
}

impl<'a> HostPort<'a> {
    /// Splits `authority`; `None` where it is empty, has an unreadable port, or bytes that no host has.
    #[must_use]
    pub fn of(authority: &'a [u8]) -> Option<Self> {
        let text = std::str::from_utf8(authority).ok()?;
        let (host, port) = if let Some(inner) = text.strip_prefix('[') {
            let (host, rest) = inner.split_once(']')?;
            host.parse::<std::net::Ipv6Addr>().ok()?;
            (host, rest.strip_prefix(':').or(rest.is_empty().then_some(""))?)
        } else {
            memchr::memchr(b':', authority).map_or((text, ""), |colon| (&text[..colon], &text[colon + 1..]))
        };
        if host.is_empty() || host.bytes().any(|byte| IN_NO_HOST[usize::from(byte)]) {
            return None;
        }
        if port.is_empty() {
            return Some(Self { host, port: None });
        }
        // `parse` alone would take "+80".
        let digits = port.bytes().all(|b| b.is_ascii_digit());
        Some(Self { host, port: Some(digits.then(|| port.parse().ok()).flatten()?) })
    }
}

impl fmt::Display for HostPort<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.host.contains(':') {
            true => write!(f, "[{}]", self.host)?,
            false => f.write_str(self.host)?,
        }
        self.port.map_or(Ok(()), |port| write!(f, ":{port}"))
    }
}

/// A URL's scheme, and what stands behind `://`; `None` where it has none.
#[must_use]
pub fn behind_scheme(url: &str) -> Option<(&str, &str)> {
    let colon = memchr::memchr_iter(b':', url.as_bytes()).find(|at| url[at + 1..].starts_with("//"))?;
    Some((&url[..colon], &url[colon + 3..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scheme_ends_at_the_first_colon_with_two_slashes() {
        for url in ["http://h:1/a", "h:1/a://b", "://", "a:", "a:/", ":::///", "", "x", "ü:ü://ü", "http:/ /h"] {
            assert_eq!(behind_scheme(url), url.split_once("://"), "{url}");
        }
    }

    #[test]
    fn each_form_of_target_is_split() {
        assert_eq!(Target::of(b"GET", b"/a?b"), Target::Origin(b"/a?b"));
        assert_eq!(Target::of(b"OPTIONS", b"*"), Target::Asterisk);
        assert_eq!(Target::of(b"CONNECT", b"h:443"), Target::Authority(b"h:443"));
        let absolute = |authority, path| Target::Absolute { scheme: b"http", authority, path };
        assert_eq!(Target::of(b"GET", b"http://u:p@h:80/x?y"), absolute(b"h:80", b"/x?y"));
        assert_eq!(Target::of(b"GET", b"http://h"), absolute(b"h", b""));
        assert_eq!(Target::of(b"GET", b"http://h?q=/"), absolute(b"h", b"?q=/"));
        assert_eq!(Target::of(b"GET", b"nothing"), Target::Other(b"nothing"));
    }

    #[test]
    fn authorities_are_split_or_refused() {
        let split = |a: &'static str| HostPort::of(a.as_bytes()).map(|h| (h.host, h.port));
        assert_eq!(split("m3.example:20107"), Some(("m3.example", Some(20107))));
        assert_eq!(split("[::1]:80"), Some(("::1", Some(80))));
        assert_eq!(split("[::1]"), Some(("::1", None)));
        assert_eq!(split("h:"), Some(("h", None)));
        for bad in ["", ":80", "h:x", "h:+80", "h:99999", "[::1", "[::1]80", "a b", "a/b", "u@h", "[nonsense]:1"] {
            assert_eq!(split(bad), None, "{bad}");
        }
    }
}
