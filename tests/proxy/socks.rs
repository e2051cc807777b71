//! SOCKS 4, 4a and 5 on the port of the forward proxy, from raw sockets: what goes through is recorded as behind CONNECT.

use std::net::SocketAddr;
use std::time::Duration;

use mwscope::model::{Exchange, Outcome, Stage};
use mwscope::proxy::{Limits, Reverse};

use crate::proxy::intercept::{Root, trusting};
use crate::proxy::lab::{Client, Lab, Server, failure, text};

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi";

/// A request of version 5 to an IPv4 address, its greeting before it.
fn five(to: SocketAddr) -> (Vec<u8>, Vec<u8>) {
    let std::net::IpAddr::V4(ip) = to.ip() else { panic!("IPv4") };
    (vec![5, 1, 0], [&[5, 1, 0, 1][..], &ip.octets(), &to.port().to_be_bytes()].concat())
}

fn named(name: &str, port: u16) -> Vec<u8> {
    [&[5, 1, 0, 3, u8::try_from(name.len()).unwrap()][..], name.as_bytes(), &port.to_be_bytes()].concat()
}

const CONNECTED: &[u8] = b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00";

/// Signs on by version 5 without credentials, and asks.
fn asks(lab: &Lab, request: &[u8]) -> (Client, String) {
    let mut client = lab.client();
    client.send([5, 1, 0]);
    assert_eq!(client.exactly(2).as_bytes(), [5, 0]);
    client.send(request);
    let reply = client.exactly(10);
    (client, reply)
}

fn note<'x>(x: &'x Exchange, name: &str) -> Option<&'x str> {
    x.notes.iter().find(|(n, _)| n == name).map(|(_, text)| text.as_str())
}

#[test]
fn http_behind_socks_is_relayed_and_recorded_as_behind_connect() {
    let server = Server::answering(OK);
    let lab = Lab::new();
    let (mut client, reply) = asks(&lab, &five(server.address).1);
    assert_eq!(reply.as_bytes(), CONNECTED);
    let request = "GET /mws?a HTTP/1.1\r\nhOst:  x\r\n\r\n";
    client.send(request);
    assert_eq!(client.rest(), OK);
    assert_eq!(server.saw(), request, "byte for byte");
    let (key, tunnel, connect) = lab.finished();
    assert_eq!(
        (tunnel, connect.request.method.as_str(), connect.request.version.as_str()),
        (None, "CONNECT", "SOCKS5")
    );
    assert_eq!((connect.url.clone(), &connect.outcome), (server.address.to_string(), &Outcome::Complete));
    assert_eq!(note(&connect, "opened"), Some("plain HTTP inside SOCKS"));
    let (_, tunnel, x) = lab.finished();
    assert_eq!((tunnel, x.url), (Some(key), format!("http://{}/mws?a", server.address)));
    lab.nothing_more();
}

#[test]
fn every_cut_of_the_bytes_gives_the_same() {
    let server = Server::answering(OK);
    let lab = Lab::new();
    let (greeting, request) = five(server.address);
    let get = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    let four = [&[4, 1][..], &server.address.port().to_be_bytes(), &request[4..8], b"jdoe\0"].concat();
    let four_a = [&[4, 1][..], &server.address.port().to_be_bytes(), &[0, 0, 0, 1, 0], b"localhost\0"].concat();
    let cases = [
        ([&greeting[..], &request].concat(), [&[5, 0][..], CONNECTED].concat()),
        (four, vec![0, 0x5a, 0, 0, 0, 0, 0, 0]),
        (four_a, vec![0, 0x5a, 0, 0, 0, 0, 0, 0]),
    ];
    for (asked, said) in cases {
        // What follows may come in the same bytes.
        let whole = [&asked[..], get].concat();
        for at in 1..=asked.len() {
            let mut client = lab.client();
            client.send(&whole[..at]);
            std::thread::sleep(Duration::from_millis(5));
            client.send(&whole[at..]);
            let got = client.rest();
            assert_eq!(got, text(&said) + OK, "cut at {at}");
            server.saw();
        }
    }
}

#[test]
fn tls_behind_socks_is_opened_up_and_a_server_that_speaks_first_passed_unread() {
    let root = Root::new();
    let lab = trusting(&root);
    let key = root.leaf("localhost");
    let server = Server::new(move |client| {
        let mut client = client.serving(&key).unwrap();
        let head = client.head();
        client.send(OK);
        head
    });
    let (client, reply) = asks(&lab, &named("localhost", server.address.port()));
    assert_eq!(reply.as_bytes(), CONNECTED);
    let authority = lab.authority.certificate().to_vec().into();
    let mut client = client.secured("localhost", &authority).unwrap();
    client.send("GET /in HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assert_eq!(client.rest(), OK);
    assert!(server.saw().starts_with("GET /in HTTP/1.1\r\n"));
    assert_eq!(note(&lab.exchange(), "opened"), Some("TLS inside SOCKS"));
    assert_eq!(lab.exchange().url, format!("https://localhost:{}/in", server.address.port()));

    let ssh = Server::new(|mut client| {
        client.send("SSH-2.0-m3\r\n");
        client.until("\n")
    });
    let lab = Lab::new();
    let (mut client, _) = asks(&lab, &five(ssh.address).1);
    assert_eq!(client.until("\n"), "SSH-2.0-m3\r\n");
    client.send("SSH-2.0-me\r\n");
    assert_eq!(ssh.saw(), "SSH-2.0-me\r\n");
    drop(client);
    let x = lab.exchange();
    assert_eq!((&x.outcome, note(&x, "tunnelled unread").is_some()), (&Outcome::Complete, true), "{:?}", x.notes);
}

#[test]
fn failures_are_answered_by_their_code_and_recorded_in_words() {
    let lab = Lab::new();
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let cases = [
        (five(closed).1, 5, Stage::Dial, "refused"),
        (named("no-such-host.invalid", 80), 4, Stage::Resolve, "no-such-host.invalid"),
        (five(lab.address).1, 2, Stage::Dial, "this proxy itself"),
        (vec![5, 2, 0, 1, 127, 0, 0, 1, 0, 80], 7, Stage::RequestHead, "BIND, which is not served"),
        (vec![5, 3, 0, 1, 127, 0, 0, 1, 0, 80], 7, Stage::RequestHead, "UDP ASSOCIATE, which is not served"),
        (vec![5, 1, 0, 9, 127, 0, 0, 1, 0, 80], 8, Stage::RequestHead, "address of kind 9"),
    ];
    for (request, code, stage, why) in cases {
        let (mut client, reply) = asks(&lab, &request);
        assert_eq!((reply.as_bytes()[1], client.rest().as_str()), (code, ""), "{why}");
        let (at, cause) = failure(&lab.exchange());
        assert!(at == stage && cause.contains(why), "{at:?}: {cause}");
    }
    let mut client = lab.client();
    client.send([4, 1, 0, 80, 127, 0, 0, 1]);
    drop(client);
    assert!(matches!(lab.exchange().outcome, Outcome::Aborted { stage: Stage::RequestHead, .. }));
    let lab = Lab::with(|c| c.limits = Limits { head: Duration::from_millis(200), ..Limits::default() });
    assert_eq!(lab.talk([5]), "");
    assert!(failure(&lab.exchange()).1.contains("did not finish its SOCKS request"));
}

#[test]
fn credentials_are_wanted_of_socks_too_and_stand_nowhere() {
    let server = Server::answering(OK);
    let lab = Lab::with(|c| c.credentials = Some("jdoe:s3cret-word".to_owned()));
    let (greeting, request) = five(server.address);
    assert_eq!(lab.talk(&greeting).as_bytes(), text(&[5, 0xff]).as_bytes());
    assert_eq!(failure(&lab.exchange()).0, Stage::ProxyAuth);
    let signs_on = |password: &str| {
        let mut client = lab.client();
        client.send([5, 2, 0, 2]);
        assert_eq!(client.exactly(2).as_bytes(), [5, 2]);
        client.send([&[1, 4][..], b"jdoe", &[u8::try_from(password.len()).unwrap()], password.as_bytes()].concat());
        client
    };
    let mut client = signs_on("s3cret-worm");
    assert_eq!(client.rest().as_bytes(), [1, 1]);
    let (stage, cause) = failure(&lab.exchange());
    assert!(stage == Stage::ProxyAuth && cause.contains("are wrong") && !cause.contains("s3cret"), "{cause}");
    let mut client = signs_on("s3cret-word");
    assert_eq!(client.exactly(2).as_bytes(), [1, 0]);
    client.send(&request);
    client.exactly(10);
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_eq!(client.rest(), OK, "inside, nothing more is asked for");
    let x = lab.exchange();
    assert_eq!(note(&x, "user"), Some("jdoe"));
    assert!(!format!("{x:?}").contains("s3cret"), "{x:?}");
    lab.exchange();
    let mut client = lab.client();
    client.send([&[4, 1][..], &server.address.port().to_be_bytes(), &[127, 0, 0, 1], b"jdoe\0"].concat());
    assert_eq!(client.rest().as_bytes()[1], 0x5b);
    assert!(failure(&lab.exchange()).1.contains("SOCKS 4 has no password"));
}

#[test]
fn a_server_that_is_stood_in_for_is_no_way_to_others() {
    let server = Server::answering(OK);
    let lab = Lab::with(|c| {
        c.listen.clear();
        c.reverse = vec![Reverse::parse(&format!("127.0.0.1:0=http://{}", server.address)).unwrap()];
    });
    assert_eq!(lab.talk(five(server.address).0), "");
    let (stage, cause) = failure(&lab.exchange());
    assert!(stage == Stage::Accept && cause.contains("SOCKS 5 to an address of --reverse"), "{cause}");
    assert!(!server.was_asked());
}
