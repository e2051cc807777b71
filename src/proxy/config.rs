//! What the user can choose about the proxy, with the limits that hold when nothing is chosen.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use mwscope_parsers::http::{self, HostPort, Target};

use super::breaks::Breaks;
use super::ca::Authority;
use super::core::{Endpoint, Scheme};
use super::tls::Trust;

/// Everything that is chosen before the proxy starts.
#[derive(Debug)]
pub struct Config {
    /// Where clients that know the proxy reach it. Port 0 takes any free one.
    pub listen: Vec<SocketAddr>,
    /// The server for clients that take the forward proxy's addresses for it.
    pub stand_in: Option<Endpoint>,
    /// Servers that are stood in for, each under an address of its own.
    pub reverse: Vec<Reverse>,
    /// Whether addresses in the answers of reverse mode are written back to us.
    pub rewrite: bool,
    /// Hosts whose tunnels are passed unread: names, `*.domain`, or `*`.
    pub tunnel: Vec<String>,
    /// Clients that may use us beside those on this computer.
    pub remote: Networks,
    /// `user:password` that a client of the forward proxy must give.
    pub credentials: Option<String>,
    /// `user:password` that a client of a server that is stood in for must give, by Basic; the server doesn't get it.
    pub reverse_credentials: Option<String>,
    /// The proxy through which servers are reached.
    pub upstream: Option<UpstreamProxy>,
    /// What servers' certificates are checked against.
    pub trust: Trust,
    /// Who signs the certificates that clients get.
    pub authority: Arc<Authority>,
    /// Sizes and times.
    pub limits: Limits,
    /// What the user wants held on its way.
    pub breaks: Arc<Breaks>,
}

/// A server that is stood in for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reverse {
    /// Where its clients reach us.
    pub listen: SocketAddr,
    /// The server.
    pub to: Endpoint,
}

/// Another proxy on the way to servers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpstreamProxy {
    /// Where it listens; always plain.
    pub at: Endpoint,
    /// `user:password`, sent to it as Basic.
    pub credentials: Option<String>,
}

/// Sizes and times that nobody may exceed.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Heads and chunk lines.
    pub http: http::Limits,
    /// Clients' connections at the same time; more wait to be taken.
    pub connections: usize,
    /// From the first byte of a request head to its last.
    pub head: Duration,
    /// Between requests of a client.
    pub idle: Duration,
    /// Looking a name up; connecting to one address.
    pub connect: Duration,
    /// A TLS handshake, on either side.
    pub handshake: Duration,
    /// From the end of the request to the first byte of the answer. M3 batch calls take many minutes.
    pub answer: Duration,
    /// Without a byte either way inside a body.
    pub stall: Duration,
    /// Without a byte either way in a tunnel or behind an upgrade.
    pub tunnel: Duration,
    /// Without a byte in a tunnel that one side has ended.
    pub half_open: Duration,
    /// How long exchanges on their way may go on when the recording is ended.
    pub grace: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            http: http::Limits::default(),
            connections: 16_384,
            head: Duration::from_secs(30),
            idle: Duration::from_secs(300),
            connect: Duration::from_secs(10),
            handshake: Duration::from_secs(15),
            answer: Duration::from_secs(1800),
            stall: Duration::from_secs(300),
            tunnel: Duration::from_secs(7200),
            half_open: Duration::from_secs(120),
            grace: Duration::from_millis(1500),
        }
    }
}

/// Networks from which clients may come. This computer itself always may.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Networks(Vec<(IpAddr, u8)>);

impl Networks {
    /// The networks that aren't routed on the Internet: RFC 1918, RFC 4193, link-local.
    #[must_use]
    pub fn private() -> Self {
        let nets = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "fc00::/7", "fe80::/10"];
        Self(nets.iter().filter_map(|net| network(net)).collect())
    }

    /// Reads `ADDRESS` or `ADDRESS/BITS`, several divided by commas.
    ///
    /// # Errors
    /// With the part that can't be read.
    pub fn parse(text: &str) -> Result<Self, String> {
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        let read = |part: &str| network(part).ok_or_else(|| format!("{part:?} is no address or ADDRESS/BITS"));
        Ok(Self(parts.map(read).collect::<Result<_, _>>()?))
    }

    /// Reads one `ADDRESS` or `ADDRESS/BITS`.
    #[must_use]
    pub fn one(text: &str) -> Option<(IpAddr, u8)> {
        network(text)
    }

    /// Whether the address is in one of the networks.
    #[must_use]
    pub fn contain(&self, address: IpAddr) -> bool {
        self.0.iter().any(|(net, bits)| within(address, *net, *bits))
    }

    /// Whether any network but this computer may use the proxy.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A network among them that is far too large to be one's own.
    #[must_use]
    pub fn everybody(&self) -> Option<String> {
        let too_large = |(net, bits): &&(IpAddr, u8)| *bits < if net.is_ipv4() { 8 } else { 7 };
        self.0.iter().find(too_large).map(|(net, bits)| format!("{net}/{bits}"))
    }

    /// Whether a client with this address may use the proxy.
    #[must_use]
    pub fn allow(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        address.is_loopback() || self.contain(address)
    }
}

impl Config {
    /// A proxy for this computer alone, on any free port, with nothing else chosen.
    #[must_use]
    pub fn new(authority: Arc<Authority>, trust: Trust) -> Self {
        Self {
            listen: vec![SocketAddr::from(([127, 0, 0, 1], 0))],
            stand_in: None,
            reverse: Vec::new(),
            rewrite: true,
            tunnel: Vec::new(),
            remote: Networks::default(),
            credentials: None,
            reverse_credentials: None,
            upstream: None,
            trust,
            authority,
            limits: Limits::default(),
            breaks: Arc::default(),
        }
    }

    /// Whether tunnels to `host` are passed unread because the user said so.
    #[must_use]
    pub fn tunnels(&self, host: &str) -> bool {
        self.tunnel.iter().any(|pattern| matches_host(pattern, host))
    }
}

/// Whether `host` is meant by `pattern`: a name, `*.domain`, or `*`, in any case.
pub(super) fn matches_host(pattern: &str, host: &str) -> bool {
    let (pattern, host) = (pattern.to_ascii_lowercase(), host.to_ascii_lowercase());
    pattern.strip_prefix('*').map_or(host == pattern, |end| host.ends_with(end))
}

impl Reverse {
    /// Reads `ADDR=URL`.
    ///
    /// # Errors
    /// With what is wrong and how it is written right.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (listen, to) = parse_reverse(text)?;
        let listen = listen.ok_or_else(|| format!("{text:?} names no address; write ADDR=URL"))?;
        Ok(Self { listen, to })
    }
}

/// Reads `[ADDR=]URL`: where a server's clients reach us, if they have an address of their own, and the server.
///
/// # Errors
/// With what is wrong and how it is written right.
pub fn parse_reverse(text: &str) -> Result<(Option<SocketAddr>, Endpoint), String> {
    let (listen, url) = match text.split_once('=') {
        Some((listen, url)) if !listen.contains("://") => (Some(listen), url),
        _ => (None, text),
    };
    Ok((listen.map(parse_listen).transpose()?, parse_server(url)?))
}

impl UpstreamProxy {
    /// Reads `[http://][USER:PASSWORD@]HOST:PORT`.
    ///
    /// # Errors
    /// With what is wrong and how it is written right. The password is not repeated.
    pub fn parse(text: &str) -> Result<Self, String> {
        let rest = text.strip_prefix("http://").unwrap_or(text).trim_end_matches('/');
        let (credentials, authority) = match rest.rsplit_once('@') {
            Some((credentials, authority)) => (Some(credentials.to_owned()), authority),
            None => (None, rest),
        };
        match HostPort::of(authority.as_bytes()) {
            Some(HostPort { host, port: Some(port) }) => {
                let at = Endpoint { scheme: Scheme::Http, host: host.to_owned(), port };
                Ok(Self { at, credentials })
            }
            _ => Err(format!("{authority:?} is no HOST:PORT of a proxy")),
        }
    }
}

/// Reads `ADDRESS:PORT`, `:PORT` or `PORT`; a missing address is this computer alone.
///
/// # Errors
/// With what is wrong and how it is written right.
pub fn parse_listen(text: &str) -> Result<SocketAddr, String> {
    let local = |port: &str| port.parse().map(|port| SocketAddr::from(([127, 0, 0, 1], port))).ok();
    let named = || {
        let (host, port) = text.rsplit_once(':')?;
        host.eq_ignore_ascii_case("localhost").then(|| local(port)).flatten()
    };
    let read = text.parse().ok().or_else(|| local(text.trim_start_matches(':'))).or_else(named);
    read.ok_or_else(|| format!("{text:?} is no ADDRESS:PORT to listen on"))
}

fn parse_server(url: &str) -> Result<Endpoint, String> {
    let wrong = |what: &str| format!("{url:?} {what}; write --reverse [ADDR=]http(s)://HOST[:PORT]");
    let Target::Absolute { authority, path, .. } = Target::of(b"GET", url.as_bytes()) else {
        return Err(wrong("is no URL of a server"));
    };
    let before = url.len() - path.len() - authority.len();
    if url[..before].ends_with('@') {
        // Not repeated: there is a password in it.
        return Err(
            "the URL holds credentials, which clients send themselves; take them out (and for those that clients must \
                    give to mwscope there is --reverse-auth); write --reverse [ADDR=]http(s)://HOST[:PORT]"
                .to_owned(),
        );
    }
    let to = Endpoint::of_url(url).map_err(wrong)?;
    match path {
        b"" | b"/" => Ok(to),
        [b'/', ..] => Err(wrong("has a path, which comes from the client")),
        _ => Err(wrong("has a query, which comes from the client")),
    }
}

fn network(text: &str) -> Option<(IpAddr, u8)> {
    let (address, bits) = text.split_once('/').map_or((text, None), |(a, b)| (a, Some(b)));
    let address: IpAddr = address.parse().ok()?;
    let most = if address.is_ipv4() { 32 } else { 128 };
    let bits = bits.map_or(Some(most), |b| b.parse().ok().filter(|b| *b <= most))?;
    Some((address, bits))
}

fn within(address: IpAddr, net: IpAddr, bits: u8) -> bool {
    match (address, net) {
        (IpAddr::V4(a), IpAddr::V4(n)) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(bits)).unwrap_or(0);
            (u32::from(a) & mask) == (u32::from(n) & mask)
        }
        (IpAddr::V6(a), IpAddr::V6(n)) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(bits)).unwrap_or(0);
            (u128::from(a) & mask) == (u128::from(n) & mask)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reverse_servers_are_read_with_and_without_an_address() {
        let read = |text| parse_reverse(text).map(|(listen, to)| (listen.map(|l| l.to_string()), to.to_string()));
        assert_eq!(read("http://m3:20107"), Ok((None, "http://m3:20107".into())));
        assert_eq!(read("9001=https://m3/"), Ok((Some("127.0.0.1:9001".into()), "https://m3".into())));
        assert_eq!(read("[::1]:9001=https://m3:444"), Ok((Some("[::1]:9001".into()), "https://m3:444".into())));
        assert_eq!(read("localhost:9001=http://m3").map(|r| r.0), Ok(Some("127.0.0.1:9001".into())));
        for bad in ["m3:20107", "http://m3/path", "ftp://m3", "nonsense=http://m3", "http://"] {
            assert!(read(bad).is_err(), "{bad}");
        }
        assert!(Reverse::parse("http://m3").is_err());
        let why = |text| parse_reverse(text).expect_err("it can't be read");
        let secret = why("9001=http://u:geheim@m3");
        assert!(secret.contains("--reverse-auth") && !secret.contains("geheim"), "{secret}");
        assert!(why("http://m3:99999").contains("names no port"), "{}", why("http://m3:99999"));
        assert!(why("http://m3/?q").contains("has a path") && why("http://m3?q").contains("has a query"));
    }

    #[test]
    fn networks_decide_by_their_bits() {
        let nets = Networks::parse("10.1.0.0/16, 192.0.2.7, 2001:db8::/32").expect("networks");
        let allows = |a: &str| nets.allow(a.parse().expect("an address"));
        assert!(allows("10.1.255.1") && allows("192.0.2.7") && allows("2001:db8::1") && allows("::ffff:10.1.0.1"));
        assert!(allows("127.0.0.1") && allows("::1"));
        assert!(!allows("10.2.0.1") && !allows("192.0.2.8") && !allows("2001:db9::1"));
        assert!(Networks::parse("0.0.0.0/0").expect("a network").allow(IpAddr::from([8, 8, 8, 8])));
        assert!(!Networks::private().allow(IpAddr::from([8, 8, 8, 8])));
        assert!(Networks::parse("10.0.0.0/33").is_err() && Networks::parse("host").is_err());
    }

    #[test]
    fn a_password_of_the_upstream_proxy_may_have_any_sign() {
        let read = UpstreamProxy::parse("http://u:p@ss:w@proxy:3128/").expect("a proxy");
        assert_eq!((read.at.host_port().as_str(), read.credentials.as_deref()), ("proxy:3128", Some("u:p@ss:w")));
        assert!(!UpstreamProxy::parse("u:secret@proxy").expect_err("no port").contains("secret"));
    }
}
