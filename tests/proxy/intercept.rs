//! CONNECT: TLS that is opened up, tunnels that pass unread, and every way in which TLS can fail on either side.

use std::path::PathBuf;
use std::sync::Arc;

use mwscope::model::{Exchange, Outcome, Stage};
use mwscope::proxy::{Accepted, Authority, Config, Trust};
use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use sha2::{Digest, Sha256};

use crate::proxy::lab::{Client, Lab, Server, body, failure, provider};

/// An authority of its own for servers, whose root the proxy may or may not trust.
pub(super) struct Root {
    pub(super) authority: Authority,
    folder: tempfile::TempDir,
}

impl Root {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { authority: Authority::open(folder.path()).unwrap(), folder }
    }

    pub(super) fn leaf(&self, host: &str) -> Arc<CertifiedKey> {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(self.authority.leaf(host)).unwrap()
    }

    pub(super) fn pem(&self) -> PathBuf {
        self.folder.path().join("mwscope-ca.pem")
    }

    /// A lab that trusts this root.
    pub(super) fn lab(&self, change: impl FnOnce(&mut Config)) -> Lab {
        let path = self.pem();
        Lab::with(move |c| {
            c.trust = Trust::new(&[path], Accepted::Hosts(Vec::new())).unwrap();
            change(c);
        })
    }
}

pub(super) fn trusting(root: &Root) -> Lab {
    root.lab(|_| {})
}

/// A TLS server that answers requests with what it was asked.
pub(super) fn secure(key: Arc<CertifiedKey>) -> Server {
    Server::new(move |client| {
        let Ok(mut client) = client.serving(&key) else { return "no handshake".to_owned() };
        let mut seen = String::new();
        for n in 0..2 {
            let head = client.head();
            seen += &head;
            client.send(format!("HTTP/1.1 200 OK\r\nX-n: {n}\r\nContent-Length: {}\r\n\r\n{head}", head.len()));
            if head.contains("Connection: close") {
                break;
            }
        }
        seen
    })
}

/// A connection through CONNECT.
pub(super) fn connected(lab: &Lab, to: &str) -> Client {
    let mut client = lab.client();
    client.send(format!("CONNECT {to} HTTP/1.1\r\nHost: {to}\r\n\r\n"));
    assert_eq!(client.head(), "HTTP/1.1 200 Connection established\r\n\r\n");
    client
}

#[test]
fn requests_inside_tls_are_recorded_and_relayed_as_they_come() {
    let root = Root::new();
    let server = secure(root.leaf("localhost"));
    let lab = trusting(&root);
    let to = format!("localhost:{}", server.address.port());
    let mut client = connected(&lab, &to).secured("localhost", lab.authority.certificate()).unwrap();
    let request = |n: u8| format!("GET /{n}?q HTTP/1.1\r\nhOST: {to}\r\nProxy-Connection: x\r\nX-a:1\r\n\r\n");
    for n in 0..2 {
        client.send(request(n));
        assert!(client.head().contains(&format!("X-n: {n}\r\n")));
        assert_eq!(client.exactly(request(n).len()), request(n), "inside a tunnel nothing is said to the proxy");
    }
    assert_eq!(server.saw(), request(0) + &request(1));
    let (connect, none, x) = lab.finished();
    assert_eq!((x.request.method.as_str(), x.url.as_str(), none), ("CONNECT", to.as_str(), None));
    assert_eq!(x.outcome, Outcome::Complete);
    let (_, tunnel, x) = lab.finished();
    assert_eq!((tunnel, x.outcome), (Some(connect), Outcome::Complete));
    assert_eq!(x.url, format!("https://{to}/0?q"));
    assert!(x.edits.is_empty(), "{:?}", x.edits);
    let tls = x.tls.unwrap();
    assert_eq!((tls.version.as_deref(), tls.sni.as_deref()), (Some("TLS 1.3"), Some("localhost")));
    assert!(tls.cipher.unwrap().starts_with("TLS_") && tls.certificates[0].len() == 64);
    assert!(x.timings.tls.is_some());
    assert_eq!(body(&x.response.unwrap().body), request(0));
    let x = lab.exchange();
    assert!(x.timings.tls.is_none() && x.tls.is_some(), "the second goes over the same connection");
}

#[test]
fn an_address_gets_a_certificate_for_an_address() {
    let root = Root::new();
    let server = secure(root.leaf("127.0.0.1"));
    let lab = trusting(&root);
    let to = server.address.to_string();
    let mut client = connected(&lab, &to).secured("127.0.0.1", lab.authority.certificate()).unwrap();
    client.send(format!("GET / HTTP/1.1\r\nHost: {to}\r\nConnection: close\r\n\r\n"));
    assert!(client.rest().starts_with("HTTP/1.1 200 OK\r\n"));
}

/// Asks a server that shows `key` through a proxy, and gives what the client got and what was recorded of the request.
fn asked(lab: &Lab, key: Arc<CertifiedKey>) -> (String, Exchange) {
    let server = secure(key);
    let to = format!("localhost:{}", server.address.port());
    let mut client = connected(lab, &to).secured("localhost", lab.authority.certificate()).unwrap();
    client.send(format!("GET /secret HTTP/1.1\r\nHost: {to}\r\nConnection: close\r\n\r\n"));
    let got = client.rest();
    assert_eq!(lab.exchange().outcome, Outcome::Complete);
    (got, lab.exchange())
}

#[track_caller]
fn refused(lab: &Lab, key: Arc<CertifiedKey>, words: &[&str]) {
    let (got, x) = asked(lab, key);
    assert!(got.starts_with("HTTP/1.1 502 ") && got.contains("Mwscope-Error: tls-upstream; "), "{got}");
    let (stage, cause) = failure(&x);
    assert_eq!(stage, Stage::TlsUpstream);
    for word in words {
        assert!(cause.contains(word), "{cause:?} doesn't say {word:?}");
    }
    assert!(x.url.ends_with("/secret") && x.response.is_none());
}

/// A certificate with these parameters, signed by itself.
fn own(key: &KeyPair, change: impl FnOnce(&mut CertificateParams)) -> Arc<CertifiedKey> {
    let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    change(&mut params);
    let certificate = params.self_signed(key).unwrap();
    let key = PrivatePkcs8KeyDer::from(key.serialize_der());
    let signer = rustls::crypto::ring::sign::any_supported_type(&key.into()).unwrap();
    Arc::new(CertifiedKey::new(vec![certificate.der().clone()], signer))
}

/// A lab that trusts the certificate in `key` as a root.
fn trusting_own(key: &CertifiedKey) -> Lab {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("root.pem");
    std::fs::write(&path, pem(&key.cert[0])).unwrap();
    Lab::with(|c| c.trust = Trust::new(&[path], Accepted::Hosts(Vec::new())).unwrap())
}

pub(super) fn pem(certificate: &CertificateDer<'_>) -> String {
    use base64::Engine;
    let text = base64::engine::general_purpose::STANDARD.encode(certificate);
    format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n")
}

#[test]
fn a_root_that_nobody_trusts() {
    let root = Root::new();
    refused(&Lab::new(), root.leaf("localhost"), &["mwscope recording CA", "--extra-root", "keytool -importcert"]);
    let own = own(&KeyPair::generate().unwrap(), |_| {});
    refused(&Lab::new(), own, &["is signed by itself", "--accept-cert localhost"]);
}

#[test]
fn a_certificate_that_is_its_own_authority() {
    let ca = |p: &mut CertificateParams| p.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = own(&KeyPair::generate().unwrap(), ca);
    refused(&Lab::new(), Arc::clone(&key), &["is signed by itself", "--extra-root"]);
    let (got, x) = asked(&trusting_own(&key), key);
    assert!(got.starts_with("HTTP/1.1 200 OK\r\n") && x.notes.is_empty(), "{:?}", x.notes);
    let old = own(&KeyPair::generate().unwrap(), |p| {
        ca(p);
        p.not_after = date_time_ymd(2020, 2, 3);
    });
    refused(&trusting_own(&old), old, &["expired on 2020-02-03"]);
}

#[test]
fn a_certificate_for_another_name_or_another_time() {
    let root = Root::new();
    refused(&trusting(&root), root.leaf("m3.example"), &["m3.example", "not for localhost"]);
    let old = own(&KeyPair::generate().unwrap(), |p| p.not_after = date_time_ymd(2020, 2, 3));
    refused(&trusting_own(&old), old, &["expired on 2020-02-03"]);
    let early = own(&KeyPair::generate().unwrap(), |p| p.not_before = date_time_ymd(2990, 1, 1));
    refused(&trusting_own(&early), early, &["valid only from 2990-01-01", "clock"]);
}

#[test]
fn a_certificate_that_the_user_accepts_is_taken_and_its_fingerprint_recorded() {
    let accepted = || Accepted::Hosts(vec!["LOCALHOST".to_owned()]);
    let lab = Lab::with(|c| c.trust = Trust::new(&[], accepted()).unwrap());
    let key = own(&KeyPair::generate().unwrap(), |p| p.not_after = date_time_ymd(2020, 2, 3));
    let (got, x) = asked(&lab, key);
    assert!(got.starts_with("HTTP/1.1 200 OK\r\n"));
    let note = x.notes.iter().find(|(name, _)| name == "certificate accepted").expect("it is said");
    assert!(note.1.contains(&x.tls.unwrap().certificates[0]) && note.1.contains("although"), "{}", note.1);
}

#[test]
fn a_server_that_speaks_no_tls() {
    let lab = Lab::new();
    for answer in ["HTTP/1.1 400 Bad Request\r\n\r\n", ""] {
        let server = Server::new(move |mut client| {
            client.exactly(5);
            client.send(answer);
            String::new()
        });
        let to = format!("localhost:{}", server.address.port());
        let mut client = connected(&lab, &to).secured("localhost", lab.authority.certificate()).unwrap();
        client.send(format!("GET / HTTP/1.1\r\nHost: {to}\r\n\r\n"));
        assert!(client.rest().contains("Mwscope-Error: tls-upstream; "));
        lab.exchange();
        let (stage, cause) = failure(&lab.exchange());
        assert_eq!(stage, Stage::TlsUpstream);
        assert!(cause.contains("may speak"), "{cause}");
    }
}

#[test]
fn a_client_that_refuses_our_certificate_is_tunnelled_from_then_on() {
    let root = Root::new();
    let server = secure(root.leaf("localhost"));
    let lab = trusting(&root);
    let to = format!("localhost:{}", server.address.port());
    // It trusts the server's root only, as a client does that was never told of ours.
    assert!(connected(&lab, &to).secured("localhost", root.authority.certificate()).is_err());
    let (stage, cause) = failure(&lab.exchange());
    assert_eq!(stage, Stage::TlsClient);
    assert!(cause.contains("UnknownCA") && cause.contains("tunnelled") && cause.contains("keytool"), "{cause}");
    assert_eq!(server.saw(), "no handshake");
    let mut client = connected(&lab, &to).secured("localhost", root.authority.certificate()).unwrap();
    client.send(format!("GET / HTTP/1.1\r\nHost: {to}\r\nConnection: close\r\n\r\n"));
    assert!(client.rest().starts_with("HTTP/1.1 200 OK\r\n"));
    drop(client);
    let x = lab.exchange();
    let says = |name: &str, part: &str| x.notes.iter().any(|(n, text)| n == name && text.contains(part));
    assert!(says("tunnelled unread", "refused our certificate") && says("server name", "localhost"), "{:?}", x.notes);
    if cfg!(any(target_os = "linux", windows)) {
        let process = format!(":{}", std::process::id());
        assert!(says("tunnelled unread", &process) && cause.contains(&process), "{cause}");
    }
    assert!(says("carried", "bytes from the client"));
    lab.nothing_more();
}

#[test]
fn a_client_that_speaks_no_tls_we_know() {
    let lab = Lab::new();
    let server = Server::new(|mut client| client.rest());
    let mut client = connected(&lab, &server.address.to_string());
    // A greeting that offers TLS 1.0 at most.
    let hello =
        [&b"\x16\x03\x01\x00\x2d\x01\x00\x00\x29\x03\x01"[..], &[7; 32], b"\x00\x00\x02\x00\x2f\x01\x00"].concat();
    client.send(hello);
    client.rest();
    let (stage, cause) = failure(&lab.exchange());
    assert_eq!(stage, Stage::TlsClient);
    assert!(cause.contains("TLS"), "{cause}");
}

#[test]
fn an_authority_may_be_good_for_some_hosts_alone() {
    let root = Root::new();
    let folder = tempfile::tempdir().unwrap();
    let authority = Arc::new(Authority::renew(folder.path(), &["localhost".to_owned()]).unwrap());
    assert_eq!(authority.only_for(), ["localhost"]);
    let lab = root.lab(|c| c.authority = Arc::clone(&authority));
    let server = secure(root.leaf("localhost"));
    let to = format!("localhost:{}", server.address.port());
    let mut client = connected(&lab, &to).secured("localhost", authority.certificate()).unwrap();
    client.send(format!("GET / HTTP/1.1\r\nHost: {to}\r\nConnection: close\r\n\r\n"));
    assert!(client.rest().starts_with("HTTP/1.1 200 OK"));
    (0..2).for_each(|_| drop(lab.exchange()));
    // Another host is passed unread; what this authority would sign for it is worth nothing to a client.
    let server = secure(root.leaf("127.0.0.1"));
    let mut client =
        connected(&lab, &server.address.to_string()).secured("127.0.0.1", root.authority.certificate()).unwrap();
    client.send("GET / HTTP/1.1\r\nConnection: close\r\n\r\n");
    assert!(client.rest().starts_with("HTTP/1.1 200 OK"));
    drop(client);
    let x = lab.exchange();
    assert!(
        x.notes.iter().any(|(name, text)| name == "tunnelled unread" && text.contains("--only-for")),
        "{:?}",
        x.notes
    );
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    for other in ["127.0.0.1", "example.com", "localhost.evil.org"] {
        let leaf = runtime.block_on(authority.leaf(other)).unwrap();
        let server =
            Server::new(move |client| if client.serving(&leaf).is_ok() { "taken" } else { "refused" }.to_owned());
        assert!(Client::to(server.address).secured(other, authority.certificate()).is_err(), "{other}");
        assert_eq!(server.saw(), "refused", "{other}");
    }
}

#[test]
fn listed_hosts_pass_unread() {
    let root = Root::new();
    let server = secure(root.leaf("localhost"));
    let lab = Lab::with(|c| c.tunnel = vec!["*HOST".to_owned()]);
    let to = format!("localhost:{}", server.address.port());
    let mut client = connected(&lab, &to).secured("localhost", root.authority.certificate()).unwrap();
    client.send(format!("GET / HTTP/1.1\r\nHost: {to}\r\nConnection: close\r\n\r\n"));
    assert!(client.rest().starts_with("HTTP/1.1 200 OK\r\n"));
    drop(client);
    let x = lab.exchange();
    assert!(x.notes.iter().any(|(_, text)| text == "the host is listed to be passed unread"), "{:?}", x.notes);
}

#[test]
fn a_tunnel_gives_away_what_is_said_in_clear() {
    let root = Root::new();
    for (version, word, chain) in [(&rustls::version::TLS12, "TLS 1.2", 2), (&rustls::version::TLS13, "TLS 1.3", 0)] {
        let leaf = root.leaf("localhost");
        let server = Server::new(move |client| {
            let mut config = ServerConfig::builder_with_provider(provider())
                .with_protocol_versions(&[version])
                .unwrap()
                .with_no_client_auth()
                .with_cert_resolver(Arc::new(SingleCertAndKey::from(Arc::clone(&leaf))));
            config.alpn_protocols = vec![b"http/1.1".to_vec()];
            let mut client = client.serving_by(config).unwrap();
            let head = client.head();
            client.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            head
        });
        let lab = Lab::with(|c| c.tunnel = vec!["localhost".to_owned()]);
        let to = format!("localhost:{}", server.address.port());
        let mut client = connected(&lab, &to).secured("localhost", root.authority.certificate()).unwrap();
        client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        client.head();
        drop(client);
        let x = lab.exchange();
        let tls = x.tls.expect("facts of TLS");
        assert_eq!((tls.version.as_deref(), tls.sni.as_deref()), (Some(word), Some("localhost")));
        assert_eq!(tls.certificates.len(), chain);
        assert!(tls.cipher.is_some_and(|cipher| cipher.starts_with("TLS_")));
        if chain > 0 {
            let print: String =
                Sha256::digest(&root.leaf("localhost").cert[0]).iter().map(|b| format!("{b:02x}")).collect();
            assert_eq!(tls.certificates[0], print);
            assert!(tls.leaf.is_some_and(|leaf| leaf.contains("CN=localhost") && leaf.contains("EC 256")));
        }
        let inside = x.notes.iter().find(|(name, _)| name == "inside").expect("a line on it");
        assert!(inside.1.starts_with(word), "{}", inside.1);
        assert!(x.notes.iter().any(|(name, text)| name == "TLS offered" && text.starts_with("TLS 1.3, TLS 1.2")));
    }
}

#[test]
fn a_server_that_speaks_first_is_passed_and_its_banner_kept() {
    let server = Server::new(|mut client| {
        client.send("SSH-2.0-OpenSSH_9.2p1\r\n");
        client.until("\r\n")
    });
    let lab = Lab::new();
    let mut client = connected(&lab, &server.address.to_string());
    assert_eq!(client.until("\r\n"), "SSH-2.0-OpenSSH_9.2p1\r\n");
    client.send("SSH-2.0-JSCH\r\n");
    assert_eq!(server.saw(), "SSH-2.0-JSCH\r\n");
    client.no_more();
    let x = lab.exchange();
    let banner = ("server banner".to_owned(), "SSH-2.0-OpenSSH_9.2p1".to_owned());
    assert!(x.notes.contains(&banner), "{:?}", x.notes);
    let carried = ("carried".to_owned(), "14 bytes from the client, 23 from the server".to_owned());
    assert!(x.notes.contains(&carried), "{:?}", x.notes);
}

#[test]
fn plain_http_inside_connect_is_recorded() {
    let server = Server::answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi");
    let lab = Lab::new();
    let to = server.address.to_string();
    let mut client = connected(&lab, &to);
    client.send(format!("GET /ws HTTP/1.1\r\nHost: {to}\r\n\r\n"));
    assert!(client.rest().ends_with("hi"));
    assert_eq!(server.saw(), format!("GET /ws HTTP/1.1\r\nHost: {to}\r\n\r\n"));
    let (connect, ..) = lab.finished();
    let (_, tunnel, x) = lab.finished();
    assert_eq!((tunnel, x.url), (Some(connect), format!("http://{to}/ws")));
}

#[test]
fn the_proxy_itself_may_be_reached_by_tls() {
    let server = Server::answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi");
    let lab = Lab::new();
    let mut client = lab.client().secured("127.0.0.1", lab.authority.certificate()).unwrap();
    let host = server.address;
    client.send(format!("GET http://{host}/ HTTP/1.1\r\nHost: {host}\r\n\r\n"));
    assert!(client.rest().ends_with("hi"));
    assert_eq!(lab.exchange().url, format!("http://{host}/"));
}
