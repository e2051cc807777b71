//! Servers that want a certificate of their client.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use mwscope::model::Stage;
use mwscope::proxy::{Accepted, Identity, Trust};
use p12_keystore::{Certificate, KeyStore, KeyStoreEntry, PrivateKey, PrivateKeyChain};
use rcgen::{BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair};
use rustls::server::WebPkiClientVerifier;
use rustls::sign::SingleCertAndKey;
use rustls::{ProtocolVersion, RootCertStore, ServerConfig, SupportedProtocolVersion};

use crate::proxy::intercept::{Root, connected, pem};
use crate::proxy::lab::{Lab, Server, failure, provider};

/// An authority for clients, and one client of it.
struct Clients {
    authority: rcgen::Certificate,
    client: rcgen::Certificate,
    key: KeyPair,
}

impl Clients {
    fn new() -> Self {
        let authority_key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, "Authority of clients");
        let authority = params.self_signed(&authority_key).unwrap();
        let key = KeyPair::generate().unwrap();
        let mut client = CertificateParams::default();
        client.distinguished_name.push(DnType::CommonName, "Client of M3");
        client.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        let client = client.signed_by(&key, &Issuer::new(params, authority_key)).unwrap();
        Self { authority, client, key }
    }

    /// The same in one PEM file, in two, and as PKCS#12 with the password `open`.
    fn write(&self, folder: &Path) -> [String; 3] {
        let path = |name: &str| folder.join(name).display().to_string();
        let (key, own) = (self.key.serialize_pem(), pem(self.client.der()));
        fs::write(path("both.pem"), format!("{key}{}{own}", pem(self.authority.der()))).unwrap();
        fs::write(path("client.crt"), own).unwrap();
        fs::write(path("client.key"), key).unwrap();
        let certificates = [&self.client, &self.authority].map(|c| Certificate::from_der(c.der()).unwrap());
        let key = PrivateKey::from_der(&self.key.serialize_der()).unwrap();
        let mut store = KeyStore::new();
        store.add_entry("client", KeyStoreEntry::PrivateKeyChain(PrivateKeyChain::new("1", key, certificates)));
        fs::write(path("client.p12"), store.writer("open").write().unwrap()).unwrap();
        [path("both.pem"), format!("{},{}", path("client.crt"), path("client.key")), path("client.p12")]
    }

    /// A server that serves nobody else, and says who came.
    fn server(&self, root: &Root, version: &'static SupportedProtocolVersion) -> Server {
        let (leaf, authority) = (root.leaf("localhost"), self.authority.der().clone());
        Server::new(move |client| {
            let mut roots = RootCertStore::empty();
            roots.add(authority.clone()).unwrap();
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider()).build().unwrap();
            let config = ServerConfig::builder_with_provider(provider())
                .with_protocol_versions(&[version])
                .unwrap()
                .with_client_cert_verifier(verifier)
                .with_cert_resolver(Arc::new(SingleCertAndKey::from(Arc::clone(&leaf))));
            let Ok(mut client) = client.serving_by(config) else { return "refused".to_owned() };
            let head = client.head();
            client.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi");
            head
        })
    }
}

fn with(root: &Root, identities: Vec<Identity>) -> Lab {
    let path = root.pem();
    Lab::with(|c| {
        let trust = Trust::new(&[path], Accepted::Hosts(Vec::new())).unwrap();
        c.trust = trust.with_identities(identities);
    })
}

fn asked(lab: &Lab, server: &Server) -> (String, mwscope::model::Exchange) {
    let to = format!("localhost:{}", server.address.port());
    let mut client = connected(lab, &to).secured("localhost", lab.authority.certificate()).unwrap();
    client.send(format!("GET / HTTP/1.1\r\nHost: {to}\r\n\r\n"));
    let got = client.rest();
    lab.exchange();
    (got, lab.exchange())
}

#[test]
fn a_server_gets_the_certificate_that_is_named_for_it() {
    let (root, clients, folder) = (Root::new(), Clients::new(), tempfile::tempdir().unwrap());
    for file in clients.write(folder.path()) {
        for version in [&rustls::version::TLS12, &rustls::version::TLS13] {
            let others = Identity::read(&format!("other.example={file}"), "open").unwrap();
            let identity = Identity::read(&format!("localhost={file}"), "open").unwrap();
            assert!(identity.description().contains("Client of M3"), "{}", identity.description());
            let server = clients.server(&root, version);
            let (got, x) = asked(&with(&root, vec![others, identity]), &server);
            assert!(got.ends_with("hi"), "{file} {got}");
            let note = &x.notes.iter().find(|(name, _)| name == "client certificate").expect("it is said").1;
            assert!(
                note.contains("issued by CN=Authority of clients") && note.contains("shown: CN=Client of M3"),
                "{note}"
            );
            assert!(note.contains("SHA-256 "), "{note}");
        }
    }
}

#[test]
fn a_server_that_gets_none_says_so_in_the_recording() {
    let (root, clients) = (Root::new(), Clients::new());
    for version in [&rustls::version::TLS12, &rustls::version::TLS13] {
        let server = clients.server(&root, version);
        let (got, x) = asked(&with(&root, Vec::new()), &server);
        assert!(got.starts_with("HTTP/1.1 502 "), "{got}");
        assert_eq!(server.saw(), "refused");
        let (stage, cause) = failure(&x);
        assert!(cause.contains("client certificate") && cause.contains("--client-cert"), "{cause}");
        // With TLS 1.3 the handshake is over for us before the server has looked.
        let early = version.version == ProtocolVersion::TLSv1_2;
        assert_eq!(stage == Stage::TlsUpstream, early, "{stage:?}");
    }
}

#[test]
fn a_server_that_is_not_trusted_is_told_as_such_although_it_asks_for_a_certificate() {
    let (root, other, clients) = (Root::new(), Root::new(), Clients::new());
    for version in [&rustls::version::TLS12, &rustls::version::TLS13] {
        let server = clients.server(&other, version);
        let (_, x) = asked(&with(&root, Vec::new()), &server);
        let (stage, cause) = failure(&x);
        assert_eq!(stage, Stage::TlsUpstream);
        assert!(cause.contains("--extra-root") && !cause.contains("--client-cert"), "{cause}");
    }
}

#[test]
fn what_can_not_be_used_is_named_with_its_remedy() {
    let (clients, folder) = (Clients::new(), tempfile::tempdir().unwrap());
    let [both, apart, p12] = clients.write(folder.path());
    let refused = |text: &str, password: &str, words: &[&str]| {
        let error = Identity::read(text, password).unwrap_err().to_string();
        assert!(words.iter().all(|word| error.contains(word)), "{error}");
        assert!(!error.contains("wrong-word"), "{error}");
    };
    refused(&p12, "wrong-word", &["client.p12", "--client-cert-password"]);
    refused(apart.split(',').next().unwrap(), "", &["client.crt", "no private key", "behind a comma"]);
    refused(apart.split(',').nth(1).unwrap(), "", &["client.key", "no certificate"]);
    refused("host=nowhere.pem", "", &["nowhere.pem"]);
    let other = folder.path().join("other.key");
    fs::write(&other, KeyPair::generate().unwrap().serialize_pem()).unwrap();
    let crt = apart.split(',').next().unwrap();
    refused(&format!("{crt},{}", other.display()), "", &["not that of the certificate"]);
    let encrypted = folder.path().join("encrypted.pem");
    let text = fs::read_to_string(&both).unwrap().replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY");
    fs::write(&encrypted, text).unwrap();
    refused(&encrypted.display().to_string(), "", &["encrypted", "openssl pkey"]);
}
