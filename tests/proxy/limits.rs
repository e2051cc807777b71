//! Who may come, how much they may send, how long they may take, and what keeps the proxy from being used against others.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use mwscope::model::Stage;
use mwscope::proxy::{Accepted, Authority, Config, Limits, Networks, Reverse, Trust, start, tap};

use crate::proxy::intercept::connected;
use crate::proxy::lab::{Client, Lab, Server, failure};

#[test]
fn a_head_that_drips_in_is_ended_and_recorded() {
    let lab = Lab::with(|c| c.limits = Limits { head: Duration::from_millis(300), ..Limits::default() });
    let began = Instant::now();
    let mut client = lab.client();
    client.send("GET http://h/ HTTP/1.1\r\n");
    let got = client.rest();
    assert!(got.starts_with("HTTP/1.1 408 ") && got.contains("Mwscope-Error: request-head; "), "{got}");
    assert!(began.elapsed() >= Duration::from_millis(300));
    let x = lab.exchange();
    assert_eq!(failure(&x).0, Stage::RequestHead);
    assert_eq!(x.request.head.as_deref(), Some(&b"GET http://h/ HTTP/1.1\r\n"[..]));
}

#[test]
fn a_connection_on_which_nothing_happens_is_closed_without_a_word() {
    let lab = Lab::with(|c| c.limits = Limits { idle: Duration::from_millis(100), ..Limits::default() });
    assert_eq!(lab.client().rest(), "");
    let server = Server::answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    let host = server.address;
    let mut client = lab.client();
    client.send(format!("GET http://{host}/ HTTP/1.1\r\nHost: {host}\r\n\r\n"));
    client.head();
    assert_eq!(client.rest(), "");
    lab.exchange();
    lab.nothing_more();
}

#[test]
fn heads_beyond_the_limits_are_refused() {
    let http = mwscope_parsers::http::Limits { head_bytes: 1000, fields: 10, chunk_line: 100 };
    let lab = Lab::with(|c| c.limits = Limits { http, ..Limits::default() });
    let many: String = (0..11).map(|n| format!("X-{n}: y\r\n")).collect();
    for head in [format!("X: {}\r\n\r\n", "x".repeat(1000)), format!("{many}\r\n")] {
        let got = lab.talk(format!("GET http://127.0.0.1:1/ HTTP/1.0\r\n{head}"));
        assert!(got.starts_with("HTTP/1.1 431 "), "{got}");
        assert_eq!(failure(&lab.exchange()).0, Stage::RequestHead);
    }
}

#[test]
fn connections_beyond_the_limit_wait_their_turn() {
    let lab = Lab::with(|c| c.limits = Limits { connections: 2, ..Limits::default() });
    let server = Server::answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    let host = server.address;
    let request = format!("GET http://{host}/ HTTP/1.1\r\nHost: {host}\r\n\r\n");
    let mut all: Vec<Client> = (0..6).map(|_| lab.client()).collect();
    all.iter_mut().for_each(|client| client.send(&request));
    all.iter_mut().for_each(|client| assert!(client.rest().starts_with("HTTP/1.1 200 ")));
}

#[test]
fn the_proxy_never_calls_itself() {
    let lab = Lab::new();
    for host in [lab.address.to_string(), format!("localhost:{}", lab.address.port())] {
        let got = lab.talk(format!("GET http://{host}/x HTTP/1.1\r\nHost: {host}\r\n\r\n"));
        assert!(got.starts_with("HTTP/1.1 508 "), "{got}");
        let (stage, cause) = failure(&lab.exchange());
        assert!(stage == Stage::Dial && cause.contains("this proxy itself"), "{cause}");
    }
    // On all addresses: any address of this computer leads back.
    let lab = Lab::with(|c| {
        c.listen = vec![SocketAddr::from(([0, 0, 0, 0], 0))];
        c.remote = Networks::private();
    });
    let host = format!("127.0.0.2:{}", lab.address.port());
    let mut client = Client::to(SocketAddr::from(([127, 0, 0, 1], lab.address.port())));
    client.send(format!("GET http://{host}/x HTTP/1.1\r\nHost: {host}\r\n\r\n"));
    assert!(client.rest().starts_with("HTTP/1.1 508 "));
}

#[test]
fn nobody_else_may_reach_it_unless_that_was_said() {
    let folder = tempfile::tempdir().unwrap();
    let trust = || Trust::new(&[], Accepted::Hosts(Vec::new())).unwrap();
    let authority = Arc::new(Authority::open(folder.path()).unwrap());
    let config = |listen: SocketAddr, reverse: Vec<Reverse>| Config {
        listen: vec![listen],
        reverse,
        ..Config::new(Arc::clone(&authority), trust())
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let started = |config| runtime.block_on(start(config, tap(Default::default()).0)).map(|_| ());
    let everywhere = SocketAddr::from(([0, 0, 0, 0], 0));
    let here = SocketAddr::from(([127, 0, 0, 1], 0));
    let error = started(config(everywhere, Vec::new())).unwrap_err().to_string();
    assert!(error.contains("--allow-remote"), "{error}");
    let reverse = Reverse::parse("0.0.0.0:0=http://h").unwrap();
    assert!(started(config(here, vec![reverse])).is_err());
    assert!(started(config(here, Vec::new())).is_ok());
}

#[test]
fn a_client_from_a_network_that_is_not_allowed_is_turned_away() {
    // A connection from this computer to one of its own addresses that isn't loopback comes from that address.
    let Some(own) = own_address() else {
        println!("skipped: this computer has no address but loopback");
        return;
    };
    let lab = Lab::with(|c| {
        c.listen = vec![SocketAddr::from(([0, 0, 0, 0], 0))];
        c.remote = Networks::parse("203.0.113.77").unwrap();
    });
    let mut client = Client::to(SocketAddr::new(own, lab.address.port()));
    assert_eq!(client.rest(), "");
    let (stage, cause) = failure(&lab.exchange());
    assert!(stage == Stage::Accept && cause.contains("--allow-remote"), "{cause}");
}

/// The address from which this computer would call others; nothing is sent.
fn own_address() -> Option<IpAddr> {
    let socket = std::net::UdpSocket::bind("0.0.0.0:0").ok()?;
    socket.connect("192.0.2.1:9").ok()?;
    let address = socket.local_addr().ok()?.ip();
    (!address.is_loopback() && !address.is_unspecified()).then_some(address)
}

#[test]
fn our_own_pages_help_to_set_a_client_up() {
    let lab = Lab::new();
    let got = lab.talk(format!("GET /mwscope-ca.pem HTTP/1.1\r\nHost: {}\r\n\r\n", lab.address));
    assert!(got.contains("-----BEGIN CERTIFICATE-----") && got.starts_with("HTTP/1.1 200 OK\r\n"), "{got}");
    assert!(lab.talk("GET / HTTP/1.0\r\n\r\n").contains("mwscope-ca.pem"));
    lab.nothing_more();
}

#[test]
fn a_handshake_that_is_begun_and_not_ended_is_given_up() {
    let lab = Lab::with(|c| c.limits = Limits { handshake: Duration::from_millis(300), ..Limits::default() });
    let server = Server::new(|mut client| client.rest());
    let mut client = connected(&lab, &server.address.to_string());
    let began = Instant::now();
    // The beginning of a ClientHello that never comes.
    client.send([0x16, 3, 1, 0, 200, 1, 0, 0]);
    let mut rest = Vec::new();
    let _reset_or_closed = std::io::Read::read_to_end(&mut client.stream, &mut rest);
    assert!(began.elapsed() >= Duration::from_millis(300) && began.elapsed() < Duration::from_secs(10));
    assert_eq!(failure(&lab.exchange()).0, Stage::TlsClient);
}

#[test]
fn a_tunnel_on_which_nothing_happens_is_ended_and_sooner_where_one_side_has_left() {
    let of = |tunnel, half_open| {
        let (tunnel, half_open) = (Duration::from_millis(tunnel), Duration::from_millis(half_open));
        Lab::with(|c| c.limits = Limits { tunnel, half_open, ..Limits::default() })
    };
    for (lab, leaves) in [(of(300, 60_000), false), (of(60_000, 300), true)] {
        let server = Server::new(|mut client| {
            let got = client.rest();
            std::thread::sleep(Duration::from_secs(3));
            got
        });
        let mut client = connected(&lab, &server.address.to_string());
        client.send("\x01 neither TLS nor HTTP");
        let began = Instant::now();
        if leaves {
            client.stream.shutdown(std::net::Shutdown::Write).unwrap();
        }
        let mut rest = Vec::new();
        let _reset_or_closed = std::io::Read::read_to_end(&mut client.stream, &mut rest);
        let took = began.elapsed();
        assert!(took >= Duration::from_millis(300) && took < Duration::from_secs(3), "{took:?}");
        assert_eq!(failure(&lab.exchange()).0, Stage::Tunnel, "client left: {leaves}");
    }
}

#[test]
fn a_tunnel_in_which_nobody_speaks_is_ended_at_its_limit_and_no_later() {
    let lab = Lab::with(|c| c.limits = Limits { tunnel: Duration::from_millis(600), ..Limits::default() });
    let server = Server::new(|mut client| client.rest());
    let mut client = connected(&lab, &server.address.to_string());
    let began = Instant::now();
    assert_eq!(client.rest(), "");
    assert!(began.elapsed() < Duration::from_millis(1100), "{:?}", began.elapsed());
    assert_eq!(failure(&lab.exchange()).0, Stage::Tunnel);
}
