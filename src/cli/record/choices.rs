//! The options of `mwscope record` that are about the proxy, turned into its configuration.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args as ClapArgs;
use mwscope_parsers::http::HostPort;

use super::identities::Identities;
use super::limits;
use crate::cli::output::Failure;
use crate::proxy::core::Endpoint;
use crate::proxy::{Accepted, Config, Networks, Reverse, Trust, UpstreamProxy, parse_listen, parse_reverse};

/// Where a forward proxy listens when nothing is said.
const DEFAULT: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8888);

#[derive(Debug, ClapArgs)]
pub(super) struct Choices {
    /// Leaves addresses in redirects, cookies and service descriptions as the server gave them (--reverse)
    #[arg(long)]
    no_rewrite: bool,
    /// Host whose TLS is passed unread, such as sftp.example.com or *.example.com
    #[arg(long, value_name = "HOST")]
    tunnel: Vec<String>,
    /// Lets other computers use the proxy: those of these networks; or all private ones, with --proxy-auth
    #[arg(long, value_name = "NETWORKS", num_args = 0..=1, require_equals = true, default_missing_value = "private")]
    allow_remote: Option<String>,
    /// Credentials that clients of the forward proxy must give
    #[arg(long, value_name = "USER:PASSWORD", env = "MWSCOPE_PROXY_AUTH", hide_env_values = true)]
    proxy_auth: Option<String>,
    /// Credentials that clients of --reverse must give by Basic, before a server that asks for none
    #[arg(long, value_name = "USER:PASSWORD", env = "MWSCOPE_REVERSE_AUTH", hide_env_values = true)]
    reverse_auth: Option<String>,
    /// Proxy through which servers are reached
    #[arg(long, value_name = "[USER:PASSWORD@]HOST:PORT", env = "MWSCOPE_UPSTREAM_PROXY", hide_env_values = true)]
    upstream_proxy: Option<String>,
    /// PEM file with a root that servers' certificates may lead to, beside those of this computer
    #[arg(long, value_name = "FILE")]
    extra_root: Vec<PathBuf>,
    /// Server whose certificate is taken as it is; its fingerprint is recorded
    #[arg(long, value_name = "HOST")]
    accept_cert: Vec<String>,
    /// Takes any server's certificate as it is
    #[arg(long)]
    insecure_upstream: bool,
    #[command(flatten)]
    identities: Identities,
    /// Sizes and times: NAME=VALUE of head (30s), idle (5m), connect (10s), handshake (15s), answer (30m), stall (5m),
    /// tunnel (2h), half-open (2m), connections (16384), fields (1000), head-bytes (256k)
    #[arg(long, value_name = "NAME=VALUE", value_delimiter = ',')]
    limit: Vec<String>,
}

impl Choices {
    /// The proxy's configuration.
    ///
    /// # Errors
    /// When an option can't be read or contradicts another, or the authority or a root can't be read.
    pub(super) fn config(&self, listen: &[String], reverse: &[String]) -> Result<Config, Failure> {
        let (listen, stand_in, reverse) = addresses(listen, reverse)?;
        let usage = |option: &'static str| move |what: String| Failure::Usage(format!("{option}: {what}"));
        self.accept_cert.iter().try_for_each(|host| one_host(host)).map_err(usage("--accept-cert"))?;
        self.tunnel.iter().try_for_each(|host| hosts(host)).map_err(usage("--tunnel"))?;
        credentials(self.proxy_auth.as_deref()).map_err(usage("--proxy-auth"))?;
        credentials(self.reverse_auth.as_deref()).map_err(usage("--reverse-auth"))?;
        // In the environment it may stand for whenever there is one.
        let by_hand = std::env::var_os("MWSCOPE_REVERSE_AUTH").is_none();
        if self.reverse_auth.is_some() && by_hand && stand_in.is_none() && reverse.is_empty() {
            let text = "there is no --reverse whose clients could give it; add one, or take --proxy-auth for the forward proxy";
            return Err(usage("--reverse-auth")(text.to_owned()));
        }
        let remote = match self.allow_remote.as_deref() {
            None => Networks::default(),
            Some("private") if self.proxy_auth.is_none() || reverse.iter().any(|r| !r.listen.ip().is_loopback()) => {
                let text = "say who may come, as --allow-remote=192.0.2.0/24; or, but not for --reverse, have clients \
                            give --proxy-auth USER:PASSWORD";
                return Err(usage("--allow-remote")(text.to_owned()));
            }
            Some("private") => Networks::private(),
            Some(text) => Networks::parse(text).map_err(usage("--allow-remote"))?,
        };
        let upstream = self.upstream_proxy.as_deref().map(UpstreamProxy::parse).transpose();
        let accepted = match self.insecure_upstream {
            true => Accepted::All,
            false => Accepted::Hosts(self.accept_cert.clone()),
        };
        let trust = Trust::new(&self.extra_root, accepted)
            .map_err(|e| Failure::Usage(format!("--extra-root {e}; name a PEM file with the root's certificate")))?
            .with_identities(self.identities.read()?);
        let authority = Arc::new(crate::cli::ca::open()?);
        Ok(Config {
            listen,
            stand_in,
            reverse,
            rewrite: !self.no_rewrite,
            tunnel: self.tunnel.clone(),
            remote,
            credentials: self.proxy_auth.clone(),
            reverse_credentials: self.reverse_auth.clone(),
            upstream: upstream.map_err(usage("--upstream-proxy"))?,
            limits: limits::read(&self.limit).map_err(usage("--limit"))?,
            ..Config::new(authority, trust)
        })
    }
}

/// What could never hold is refused, so that nobody waits for it to.
fn one_host(text: &str) -> Result<(), String> {
    if text.parse::<IpAddr>().is_ok() {
        return Ok(());
    }
    match HostPort::of(text.as_bytes()) {
        Some(_) if text.starts_with('[') => Err(format!("{text:?}: write an address without brackets and port")),
        Some(HostPort { port: Some(_), host }) => Err(format!("{text:?} has a port; write the host alone: {host}")),
        Some(HostPort { host, port: None }) if !host.contains('*') => Ok(()),
        _ => Err(format!("{text:?} is no host; write a name or an address, or --insecure-upstream for all servers")),
    }
}

fn hosts(text: &str) -> Result<(), String> {
    if text.parse::<IpAddr>().is_ok() {
        return Ok(());
    }
    let rest = text.strip_prefix('*').unwrap_or(text);
    let rest = rest.strip_prefix('.').unwrap_or(rest);
    match HostPort::of(rest.as_bytes()) {
        None if text == "*" => Ok(()),
        Some(_) if text.starts_with('[') => Err(format!("{text:?}: write an address without brackets and port")),
        Some(HostPort { port: Some(_), .. }) => {
            Err(format!("{text:?} has a port; write the host alone, for all its ports"))
        }
        Some(HostPort { host, port: None }) if !host.contains('*') => Ok(()),
        _ => Err(format!("{text:?} is no host; write a name, an address, *.domain or *")),
    }
}

/// The text isn't repeated: it may be a password.
fn credentials(text: Option<&str>) -> Result<(), String> {
    match text.map(|text| text.split_once(':')) {
        None => Ok(()),
        Some(Some((user, _))) if !user.is_empty() => Ok(()),
        Some(_) => Err("no client could give these credentials; write USER:PASSWORD".to_owned()),
    }
}

type Addresses = (Vec<SocketAddr>, Option<Endpoint>, Vec<Reverse>);

/// The forward proxy listens where it is told to, and by default unless there are only servers with addresses of their
/// own. One server may stand under the forward proxy's addresses.
fn addresses(listen: &[String], reverse: &[String]) -> Result<Addresses, Failure> {
    let mut forward = listen
        .iter()
        .map(|text| parse_listen(text).map_err(|what| Failure::Usage(format!("--listen: {what}"))))
        .collect::<Result<Vec<_>, _>>()?;
    let (mut stand_in, mut own) = (None, Vec::new());
    for text in reverse {
        match parse_reverse(text).map_err(|what| Failure::Usage(format!("--reverse: {what}")))? {
            (Some(listen), to) => own.push(Reverse { listen, to }),
            (None, to) if stand_in.is_none() => stand_in = Some(to),
            (None, _) => {
                let text = "--reverse: several servers need addresses of their own; write --reverse ADDR=URL";
                return Err(Failure::Usage(text.to_owned()));
            }
        }
    }
    if forward.is_empty() && (stand_in.is_some() || own.is_empty()) {
        forward.push(DEFAULT);
    }
    Ok((forward, stand_in, own))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_never_hold_is_refused() {
        let refused = |result: Result<(), String>| result.is_err();
        assert!(["localhost:33903", "", "*", "*.host", "[::1]"].into_iter().all(|text| refused(one_host(text))));
        assert!(["localhost", "10.0.0.1", "::1"].into_iter().all(|text| !refused(one_host(text))), "a host");
        assert!(["", "m3:443", "a*b"].into_iter().all(|text| refused(hosts(text))));
        assert!(["*", "*.example.com", "*example.com", "m3"].into_iter().all(|text| !refused(hosts(text))), "hosts");
        assert!(["nocolon", "", ":password"].into_iter().all(|text| refused(credentials(Some(text)))));
        assert!(!refused(credentials(Some("user:"))) && !refused(credentials(None)));
        assert!(!credentials(Some("secret")).expect_err("no user").contains("secret"));
    }

    #[test]
    fn the_forward_proxy_listens_unless_only_servers_with_addresses_are_named() {
        let read = |listen: &[&str], reverse: &[&str]| {
            let own = |texts: &[&str]| texts.iter().map(|t| (*t).to_owned()).collect::<Vec<_>>();
            let (forward, stand_in, reverse) = addresses(&own(listen), &own(reverse)).map_err(|e| e.to_string())?;
            Ok::<_, String>((
                forward.iter().map(SocketAddr::port).collect::<Vec<_>>(),
                stand_in.is_some(),
                reverse.len(),
            ))
        };
        assert_eq!(read(&[], &[]), Ok((vec![8888], false, 0)));
        assert_eq!(read(&["127.0.0.1:0"], &[]), Ok((vec![0], false, 0)));
        assert_eq!(read(&[], &["http://m3"]), Ok((vec![8888], true, 0)));
        assert_eq!(read(&[], &["9001=http://m3", "9002=http://m4"]), Ok((vec![], false, 2)));
        assert_eq!(read(&["9000"], &["9001=http://m3", "http://m4"]), Ok((vec![9000], true, 1)));
        assert!(read(&[], &["http://m3", "http://m4"]).is_err());
    }
}
