//! The decisions of the proxy, without sockets, clocks or tasks: where a request goes, what is changed in it, what is
//! refused, how bytes pass between two connections, and how a failure is put into words.

pub mod answer;
pub mod cause;
pub mod cookies;
pub mod fronts;
pub mod hold;
pub mod patch;
pub mod policy;
pub mod relay;
pub mod route;
pub mod signing;
pub mod socks;
pub mod upgrade;
pub mod wsdl;

use std::fmt::{self, Write as _};

use mwscope_parsers::http::{HostPort, Target};

use crate::model::Stage;

/// Equality in a time that doesn't tell how much is equal.
pub(super) fn same_secret(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |differ, (a, b)| differ | (a ^ b)) == 0
}

/// The scheme of an upstream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scheme {
    /// Plain HTTP.
    Http,
    /// HTTP in TLS.
    Https,
}

impl Scheme {
    /// `http` or `https`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }

    /// 80 or 443.
    #[must_use]
    pub const fn default_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }

    /// The scheme of that name, in any case; `ws` and `wss` are HTTP until they are upgraded.
    #[must_use]
    pub fn named(name: &[u8]) -> Option<Self> {
        let is = |word: &str| name.eq_ignore_ascii_case(word.as_bytes());
        if is("http") || is("ws") {
            return Some(Self::Http);
        }
        (is("https") || is("wss")).then_some(Self::Https)
    }
}

/// Where a request is sent: scheme, host as written (an IPv6 address without brackets) and port.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Endpoint {
    /// Plain or TLS.
    pub scheme: Scheme,
    /// Name or address.
    pub host: String,
    /// TCP port.
    pub port: u16,
}

impl Endpoint {
    /// Scheme, host and port of an absolute URL.
    ///
    /// # Errors
    /// With what is wrong with it, as the end of a sentence about it.
    pub fn of_url(url: &str) -> Result<Self, &'static str> {
        let Target::Absolute { scheme, authority, .. } = Target::of(b"GET", url.as_bytes()) else {
            return Err("is no absolute URL");
        };
        let scheme = Scheme::named(scheme).ok_or("is neither http nor https")?;
        let parts = HostPort::of(authority).ok_or_else(|| {
            let port = authority.iter().rposition(|b| *b == b':').map(|at| &authority[at + 1..]);
            let is_number = |port: &[u8]| !port.is_empty() && port.iter().all(u8::is_ascii_digit);
            let host = port
                .map_or("", |port| std::str::from_utf8(&authority[..authority.len() - port.len() - 1]).unwrap_or(""));
            let known = HostPort::of(host.as_bytes()).is_some();
            if port.is_some_and(is_number) && known { "names no port from 1 to 65535" } else { "names no host" }
        })?;
        Ok(Self { scheme, host: parts.host.to_owned(), port: parts.port.unwrap_or(scheme.default_port()) })
    }

    /// `host`, or `host:port` where the port isn't the scheme's own: what belongs into `Host`.
    #[must_use]
    pub fn authority(&self) -> String {
        let mut authority = String::with_capacity(self.host.len() + 8);
        self.push_authority(&mut authority, self.port != self.scheme.default_port());
        authority
    }

    /// `host:port`, always with the port.
    #[must_use]
    pub fn host_port(&self) -> String {
        let mut authority = String::with_capacity(self.host.len() + 8);
        self.push_authority(&mut authority, true);
        authority
    }

    /// The absolute URL of a path, or of another target, on it.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        let mut url = String::with_capacity(self.host.len() + path.len() + 16);
        url.push_str(self.scheme.word());
        url.push_str("://");
        self.push_authority(&mut url, self.port != self.scheme.default_port());
        url.push_str(path);
        url
    }

    fn push_authority(&self, to: &mut String, with_port: bool) {
        if self.host.contains(':') {
            to.push('[');
            to.push_str(&self.host);
            to.push(']');
        } else {
            to.push_str(&self.host);
        }
        if with_port {
            // Into a text, which can't fail.
            let _written = write!(to, ":{}", self.port);
        }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.url(""))
    }
}

/// Why an exchange could not go on: where, in words with the remedy behind a semicolon, and the status of our own answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// Where it broke.
    pub stage: Stage,
    /// What and why; what mends it.
    pub cause: String,
    /// The status of the answer that we make up for the client, if it still can be told.
    pub status: u16,
    /// What the system said, where it said something.
    pub kind: Option<std::io::ErrorKind>,
}

impl Trouble {
    /// Trouble with a 502 for the client.
    pub fn new(stage: Stage, cause: impl Into<String>) -> Self {
        Self { stage, cause: cause.into(), status: 502, kind: None }
    }

    /// The same trouble with what the system said.
    #[must_use]
    pub fn with_kind(mut self, kind: std::io::ErrorKind) -> Self {
        self.kind = Some(kind);
        self
    }

    /// The same trouble with another status for the client.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }
}
