//! The servers that are stood in for, and which of our addresses the address of one of them becomes for a client.
//!
//! An address is led to us where a call to it reaches, without us, just that scheme, host and port for which one of our
//! addresses stands; under another name of that host only where it is certain to be the same: its name with and without
//! the domain, loopback as such and by name, the address that it was reached at, the name by which the client calls it.
//! The same path is no evidence: another server has the same services, as the other node of a cluster does, and to lead
//! its callers to this one would hide where their calls go. Nor is another port of the same host, which may want TLS or
//! another sign-on. What is left alone is said, with the option that would record it.

use std::net::{IpAddr, SocketAddr};

use super::Endpoint;

/// A server that is stood in for, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Front {
    /// The server.
    pub to: Endpoint,
    /// The address of ours, as it listens.
    pub listen: SocketAddr,
}

/// Where an address of a server leads a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Leads {
    /// To the address by which the client reached us.
    Back,
    /// To another of our addresses, which stands for another server.
    Beside(Endpoint),
    /// Past us, to what only clients on this computer could reach otherwise: the address of ours for it.
    Unreachable(SocketAddr),
    /// Past us, to another port or scheme of the same host.
    OtherPort,
    /// Past us.
    Past,
}

/// What is known of one exchange with a server that is stood in for.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    /// The server.
    pub theirs: &'a Endpoint,
    /// The address by which the client reached us, as it named it.
    pub here: &'a Endpoint,
    /// Our address at which its connection arrived.
    pub arrived: Option<IpAddr>,
    /// The address at which the server was reached.
    pub reached: Option<IpAddr>,
    /// All that is stood in for.
    pub fronts: &'a [Front],
}

impl Seen<'_> {
    /// Where an address on the scheme, host and port of `named` leads.
    #[must_use]
    pub fn leads(&self, named: &Endpoint) -> Leads {
        if named == self.theirs {
            return Leads::Back;
        }
        let exact = self.fronts.iter().find(|front| *named == front.to);
        if exact.is_none() && self.is_theirs(named) {
            return Leads::Back;
        }
        let alike = |front: &&Front| same_port(named, &front.to) && same_host(&named.host, &front.to.host);
        match exact.or_else(|| self.fronts.iter().find(alike)) {
            Some(front) => self.beside(front),
            None if same_host(&named.host, &self.theirs.host) => Leads::OtherPort,
            None => Leads::Past,
        }
    }

    /// Whether it is certain to be the upstream under another name.
    fn is_theirs(&self, named: &Endpoint) -> bool {
        // A client that calls us by the server's name has it in its hosts file; loopback is everyone's own.
        let called = || same_host(&named.host, &self.here.host) && !is_loopback(&named.host);
        let reached = || self.reached.is_some_and(|ip| address(&named.host) == Some(ip.to_canonical()));
        same_port(named, self.theirs) && (same_host(&named.host, &self.theirs.host) || called() || reached())
    }

    /// The address of ours that stands for another server, for a client that reached this one.
    fn beside(&self, front: &Front) -> Leads {
        let at = |host: String| Leads::Beside(Endpoint { scheme: self.here.scheme, host, port: front.listen.port() });
        let (listens, arrived) = (front.listen.ip().to_canonical(), self.arrived.map(|ip| ip.to_canonical()));
        let everywhere = listens.is_unspecified() && (listens.is_ipv6() || arrived.is_none_or(|ip| ip.is_ipv4()));
        match arrived {
            _ if everywhere => at(self.here.host.clone()),
            None => at(self.here.host.clone()),
            Some(arrived) if arrived == listens => at(self.here.host.clone()),
            Some(arrived) if listens.is_unspecified() && arrived.is_loopback() => at("127.0.0.1".to_owned()),
            Some(arrived) if listens.is_loopback() && !arrived.is_loopback() => Leads::Unreachable(front.listen),
            Some(_) => at(listens.to_string()),
        }
    }
}

fn same_port(a: &Endpoint, b: &Endpoint) -> bool {
    a.scheme == b.scheme && a.port == b.port
}

/// Whether both name one host for certain.
fn same_host(a: &str, b: &str) -> bool {
    let (a, b) = (a.trim_end_matches('.'), b.trim_end_matches('.'));
    if a.eq_ignore_ascii_case(b) || (is_loopback(a) && is_loopback(b)) {
        return true;
    }
    if let (Some(a), Some(b)) = (address(a), address(b)) {
        return a == b;
    }
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    let whole = |name: &str| !name.is_empty() && address(name).is_none() && !is_loopback(name);
    let behind = long.get(short.len()..).is_some_and(|rest| rest.starts_with('.'));
    whole(short)
        && !short.contains('.')
        && behind
        && long.get(..short.len()).is_some_and(|first| first.eq_ignore_ascii_case(short))
}

/// Whether a name or address is this computer's own by definition.
pub(super) fn is_loopback(host: &str) -> bool {
    host.trim_end_matches('.').eq_ignore_ascii_case("localhost") || address(host).is_some_and(|ip| ip.is_loopback())
}

fn address(host: &str) -> Option<IpAddr> {
    host.parse::<IpAddr>().ok().map(|ip| ip.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(url: &str) -> Endpoint {
        Endpoint::of_url(url).expect("a URL")
    }

    fn leads(theirs: &str, here: &str, fronts: &[(&str, &str)], named: &str) -> Leads {
        let front = |(to, listen): &(&str, &str)| Front { to: end(to), listen: listen.parse().expect("an address") };
        let fronts: Vec<_> = fronts.iter().map(front).collect();
        let (theirs, here) = (end(theirs), end(here));
        let arrived = Some(IpAddr::from([127, 0, 0, 1]));
        let reached = Some(IpAddr::from([10, 1, 2, 3]));
        Seen { theirs: &theirs, here: &here, arrived, reached, fronts: &fronts }.leads(&end(named))
    }

    #[test]
    fn the_upstream_leads_back_under_the_names_that_are_certain_and_no_other_server_does() {
        let of = |named| leads("http://m3app:20107", "http://m3.example.com:9001", &[], named);
        for own in [
            "http://m3app:20107/x",
            "HTTP://M3APP.:20107",
            "http://m3app.corp.example:20107",
            "http://10.1.2.3:20107",
            "http://m3.example.com:20107",
        ] {
            assert_eq!(of(own), Leads::Back, "{own}");
        }
        for port in ["https://m3app:20107", "http://m3app", "https://m3app.corp.example:20108"] {
            assert_eq!(of(port), Leads::OtherPort, "{port}");
        }
        for foreign in
            ["http://m3app2:20107", "http://example.com", "https://m3.example.com:21007", "http://localhost:20107"]
        {
            assert_eq!(of(foreign), Leads::Past, "{foreign}");
        }
        let local = |named| leads("http://localhost:20107", "http://127.0.0.1:9001", &[], named);
        assert_eq!((local("http://127.0.0.1:20107"), local("http://[::1]:20107")), (Leads::Back, Leads::Back));
        assert_eq!(local("http://localhost.example.com:20107"), Leads::Past);
    }

    #[test]
    fn another_server_that_is_stood_in_for_leads_to_its_own_address() {
        let fronts = [
            ("http://localhost:1", "127.0.0.1:9001"),
            ("http://127.0.0.1:2", "127.0.0.1:9002"),
            ("https://m3:443", "0.0.0.0:9003"),
            ("http://other:3", "127.0.0.2:9004"),
        ];
        let of = |named| leads("http://localhost:1", "https://localhost:9001", &fronts, named);
        assert_eq!(of("http://127.0.0.1:2/svc"), Leads::Beside(end("https://localhost:9002")));
        assert_eq!(of("http://localhost:2/svc"), Leads::Beside(end("https://localhost:9002")));
        assert_eq!(of("https://m3.corp.example/svc"), Leads::Beside(end("https://localhost:9003")));
        assert_eq!(of("http://other:3"), Leads::Beside(end("https://127.0.0.2:9004")));
        assert_eq!(of("http://127.0.0.1:9"), Leads::OtherPort);
        // One that is named exactly wins over names that mean the same.
        let both = [("http://localhost:1", "127.0.0.1:9001"), ("http://127.0.0.1:1", "127.0.0.1:9002")];
        let of = |named| leads("http://localhost:1", "http://localhost:9001", &both, named);
        assert_eq!(of("http://127.0.0.1:1"), Leads::Beside(end("http://localhost:9002")));
        assert_eq!(of("http://localhost:1"), Leads::Back);
    }

    #[test]
    fn a_client_elsewhere_is_not_led_to_its_own_computer() {
        let fronts = [Front { to: end("http://b:2"), listen: "127.0.0.1:9002".parse().expect("an address") }];
        let (theirs, here) = (end("http://a:1"), end("http://10.0.0.5:9001"));
        let arrived = Some(IpAddr::from([10, 0, 0, 5]));
        let seen = Seen { theirs: &theirs, here: &here, arrived, reached: None, fronts: &fronts };
        assert_eq!(seen.leads(&end("http://b:2")), Leads::Unreachable(fronts[0].listen));
    }
}
