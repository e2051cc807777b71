//! The headers of a message as they were sent: names in their case and order, values as bytes. Of most exchanges they are
//! the greater part, and tens of thousands of exchanges are at hand while recording: what all of them say takes no memory.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;
use std::sync::LazyLock;

use bytes::Bytes;
use mwscope_parsers::http::Field;

/// One header as sent. Values are bytes; text is for display.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The name as sent.
    pub name: Name,
    /// The value as sent, surrounding white space removed.
    pub value: Bytes,
}

impl Header {
    /// A header from text.
    pub fn new(name: impl Into<Name>, value: impl AsRef<[u8]>) -> Self {
        Self { name: name.into(), value: Bytes::copy_from_slice(value.as_ref()) }
    }

    /// The value as text, anything that isn't UTF-8 replaced.
    #[must_use]
    pub fn text(&self) -> std::borrow::Cow<'_, str> {
        std::str::from_utf8(&self.value)
            .map_or_else(|_| String::from_utf8_lossy(&self.value), std::borrow::Cow::Borrowed)
    }
}

/// Headers in the order in which they were sent, duplicates included.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headers(pub Vec<Header>);

impl Headers {
    /// The fields of a head or trailer section, as they stand in its `bytes`.
    #[must_use]
    pub fn of(bytes: &[u8], fields: &[Field]) -> Self {
        let value = |field: &Field| Bytes::copy_from_slice(bytes.get(field.value.clone()).unwrap_or_default());
        Self(fields.iter().map(|field| Header { name: name(bytes, field), value: value(field) }).collect())
    }

    /// As [`Headers::of`], with values that share the memory of `bytes`.
    #[must_use]
    pub fn within(bytes: &Bytes, fields: &[Field]) -> Self {
        let value =
            |field: &Field| bytes.get(field.value.clone()).map_or_else(Bytes::new, |value| bytes.slice_ref(value));
        Self(fields.iter().map(|field| Header { name: name(bytes, field), value: value(field) }).collect())
    }

    /// The first header of that name, in any case.
    #[must_use]
    pub fn first(&self, name: &str) -> Option<&Header> {
        self.0.iter().find(|h| h.name.eq_ignore_ascii_case(name))
    }

    /// All headers of that name, in any case.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Header> {
        self.0.iter().filter(move |h| h.name.eq_ignore_ascii_case(name))
    }

    /// The first value of that name as text.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<String> {
        self.first(name).map(|h| h.text().into_owned())
    }
}

fn name(bytes: &[u8], field: &Field) -> Name {
    let name = bytes.get(field.name.clone()).unwrap_or_default();
    // What replaces is slow, and hardly ever needed.
    std::str::from_utf8(name).map_or_else(|_| String::from_utf8_lossy(name).into_owned().into(), Name::from)
}

/// A header's name as sent. One that everybody sends is not kept anew with each message.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(Cow<'static, str>);

impl Name {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Name {
    fn from(name: &str) -> Self {
        Self(usual(name).map_or_else(|| Cow::Owned(name.to_owned()), Cow::Borrowed))
    }
}

impl From<String> for Name {
    fn from(name: String) -> Self {
        Self(usual(&name).map_or(Cow::Owned(name), Cow::Borrowed))
    }
}

impl From<Cow<'_, str>> for Name {
    fn from(name: Cow<'_, str>) -> Self {
        match name {
            Cow::Borrowed(name) => name.into(),
            Cow::Owned(name) => name.into(),
        }
    }
}

impl From<Name> for String {
    fn from(name: Name) -> Self {
        name.0.into_owned()
    }
}

impl Deref for Name {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for Name {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl PartialEq<str> for Name {
    fn eq(&self, other: &str) -> bool {
        *self.0 == *other
    }
}

impl PartialEq<&str> for Name {
    fn eq(&self, other: &&str) -> bool {
        *self.0 == **other
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&*self.0, f)
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}

/// Names that many messages have, as HTTP/1 programs write them and in the lower case of HTTP/2.
#[rustfmt::skip]
const USUAL: [&str; 112] = [
    "Accept", "accept", "Accept-Charset", "accept-charset", "Accept-Encoding", "accept-encoding",
    "Accept-Language", "accept-language", "Accept-Ranges", "accept-ranges",
    "Access-Control-Allow-Credentials", "access-control-allow-credentials",
    "Access-Control-Allow-Headers", "access-control-allow-headers",
    "Access-Control-Allow-Methods", "access-control-allow-methods",
    "Access-Control-Allow-Origin", "access-control-allow-origin", "Age", "age", "Allow", "allow",
    "Authorization", "authorization", "Cache-Control", "cache-control", "Connection", "connection",
    "Content-Disposition", "content-disposition", "Content-Encoding", "content-encoding",
    "Content-Language", "content-language", "Content-Length", "content-length",
    "Content-Security-Policy", "content-security-policy", "Content-Type", "content-type",
    "Cookie", "cookie", "Date", "date", "ETag", "etag", "Expect", "expect", "Expires", "expires",
    "Host", "host", "If-Modified-Since", "if-modified-since", "If-None-Match", "if-none-match",
    "Keep-Alive", "keep-alive", "Last-Modified", "last-modified", "Location", "location",
    "MIME-Version", "mime-version", "Origin", "origin", "Pragma", "pragma",
    "Proxy-Authorization", "proxy-authorization", "Proxy-Connection", "proxy-connection",
    "Referer", "referer", "Referrer-Policy", "referrer-policy", "Server", "server",
    "Set-Cookie", "set-cookie", "SOAPAction", "soapaction",
    "Strict-Transport-Security", "strict-transport-security", "TE", "te", "Trailer", "trailer",
    "Transfer-Encoding", "transfer-encoding", "Upgrade", "upgrade", "User-Agent", "user-agent",
    "Vary", "vary", "Via", "via", "WWW-Authenticate", "www-authenticate",
    "X-Content-Type-Options", "x-content-type-options", "X-Forwarded-For", "x-forwarded-for",
    "X-Forwarded-Proto", "x-forwarded-proto", "X-Frame-Options", "x-frame-options",
    "X-Powered-By", "x-powered-by", "X-Requested-With", "x-requested-with",
];

/// The same by their length, by which nearly all others are told.
static BY_LENGTH: LazyLock<Vec<Vec<&'static str>>> = LazyLock::new(|| {
    let longest = USUAL.iter().map(|name| name.len()).max().unwrap_or(0);
    (0..=longest).map(|len| USUAL.into_iter().filter(|name| name.len() == len).collect()).collect()
});

fn usual(name: &str) -> Option<&'static str> {
    BY_LENGTH.get(name.len())?.iter().copied().find(|usual| *usual == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_what_was_sent_whether_it_is_usual_or_not() {
        let others = ["", "HOST", "Hosu", "X-Infor-Requestid", "Gr\u{f6}\u{df}e", "x"];
        for name in USUAL.into_iter().chain(others) {
            for made in [Name::from(name), Name::from(name.to_owned()), Name::from(Cow::Borrowed(name))] {
                assert_eq!(made, name);
                assert_eq!(String::from(made.clone()), name);
                assert_eq!((format!("{made}"), format!("{made:?}")), (name.to_owned(), format!("{name:?}")));
                assert_eq!(matches!(made.0, Cow::Borrowed(_)), USUAL.contains(&name), "{name}");
            }
        }
    }

    #[test]
    fn each_usual_name_stands_there_once_in_both_spellings() {
        for (n, name) in USUAL.iter().enumerate() {
            assert!(!USUAL[..n].contains(name), "{name}");
            assert!(USUAL.contains(&name.to_ascii_lowercase().as_str()), "{name}");
        }
    }
}
