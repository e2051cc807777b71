//! TLS on both sides: our leaf towards the client, the server's chain checked and remembered towards the server.

use std::collections::HashSet;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::{Acceptor, ParsedCertificate};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, ServerConfig, SignatureScheme};
use sha2::{Digest, Sha256};
use tokio_rustls::{LazyConfigAcceptor, TlsConnector};

use super::ca::Authority;
use super::core::{Endpoint, Trouble, cause};
use super::stream::{Io, Stream};
use crate::model::{Stage, TlsFacts};

/// What the servers' certificates are checked against.
#[derive(Debug)]
pub struct Trust {
    verifier: Option<Arc<WebPkiServerVerifier>>,
    /// Certificates that are trusted themselves, whatever else they are.
    named: Arc<HashSet<CertificateDer<'static>>>,
    config: ClientConfig,
    accepted: Accepted,
}

/// Certificates that are taken although they don't verify.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Accepted {
    /// Those of these hosts.
    Hosts(Vec<String>),
    /// All.
    All,
}

/// A TLS connection to a server and what is known of it.
pub(super) struct Secured {
    /// The connection.
    pub(super) stream: Stream,
    /// What was agreed and shown.
    pub(super) facts: TlsFacts,
    /// Why the certificate would have been refused, where it was taken all the same.
    pub(super) accepted_although: Option<String>,
    /// The handshake in nanoseconds.
    pub(super) took: u64,
}

/// What the client said in its greeting.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Greeting {
    /// The name of the server it wants.
    pub(super) server_name: Option<String>,
    /// The protocols it offers, best first.
    pub(super) protocols: Vec<String>,
}

impl Trust {
    /// The system's roots, those in `extra` (PEM files), and the exceptions in `accepted`.
    ///
    /// # Errors
    /// When a file of roots can't be read or holds no certificate.
    pub fn new(extra: &[std::path::PathBuf], accepted: Accepted) -> io::Result<Self> {
        let mut roots = RootCertStore::empty();
        // A root that can't be read trusts nobody; a chain that needs it says so when it fails.
        let mut named: HashSet<_> = rustls_native_certs::load_native_certs().certs.into_iter().collect();
        let (_usable, _unusable) = roots.add_parsable_certificates(named.iter().cloned());
        for path in extra {
            named.extend(add_roots(&mut roots, path)?);
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?;
        let roots = Arc::new(roots);
        // Without any root there is no verifier; then nothing is trusted, and each handshake says so.
        let verifier = WebPkiServerVerifier::builder_with_provider(Arc::clone(&roots), provider).build().ok();
        let config = builder.with_root_certificates(roots).with_no_client_auth();
        Ok(Self { verifier, named: Arc::new(named), config, accepted })
    }

    /// The handshake with a server over a connection that stands.
    ///
    /// # Errors
    /// With stage `tls-upstream` and the cause in words.
    pub(super) async fn connect<T: Io + 'static>(
        &self,
        to: &Endpoint,
        server_name: &str,
        io: T,
    ) -> Result<Secured, Trouble> {
        let began = Instant::now();
        let name = ServerName::try_from(server_name.to_owned()).map_err(|_| {
            Trouble::new(Stage::TlsUpstream, format!("{server_name:?} is no name that TLS can ask for"))
        })?;
        let verifier = Arc::new(Remembering {
            inner: self.verifier.clone(),
            named: Arc::clone(&self.named),
            provider: rustls::crypto::ring::default_provider(),
            accept: self.accepts(&to.host) || self.accepts(server_name),
            seen: Mutex::default(),
        });
        let mut config = self.config.clone();
        config.dangerous().set_certificate_verifier(Arc::clone(&verifier) as Arc<dyn ServerCertVerifier>);
        // Only HTTP/1.1 is spoken to servers: HTTP/2 can't be relayed as it comes.
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        let connected = TlsConnector::from(Arc::new(config)).connect(name, io).await;
        let seen = std::mem::take(&mut *verifier.seen.lock().unwrap_or_else(PoisonError::into_inner));
        let stream = connected.map_err(|error| {
            Trouble::new(Stage::TlsUpstream, cause::tls_upstream(&to.host, to.port, &error, &seen.chain))
        })?;
        let facts = facts(stream.get_ref().1, server_name, &seen.chain);
        let took = u64::try_from(began.elapsed().as_nanos()).unwrap_or(u64::MAX);
        let accepted_although = seen.refused.map(|error| {
            let error = io::Error::new(io::ErrorKind::InvalidData, error);
            cause::tls_upstream(&to.host, to.port, &error, &seen.chain)
        });
        Ok(Secured { stream: Box::new(stream), facts, accepted_although, took })
    }

    fn accepts(&self, host: &str) -> bool {
        match &self.accepted {
            Accepted::All => true,
            Accepted::Hosts(hosts) => hosts.iter().any(|h| h.eq_ignore_ascii_case(host)),
        }
    }
}

/// The handshake with a client that takes us for `host` unless it names another server.
///
/// # Errors
/// With the cause in words, and whether the client refused our certificate.
pub(super) async fn accept<T: Io + 'static>(
    authority: &Authority,
    host: &str,
    io: T,
) -> Result<(Stream, Greeting), (Trouble, bool)> {
    let failed = |error: &io::Error| {
        let (text, refused) = cause::tls_client(host, error);
        (Trouble::new(Stage::TlsClient, text), refused)
    };
    let start = LazyConfigAcceptor::new(Acceptor::default(), io).await.map_err(|e| {
        // Before our certificate was shown it can't have been refused.
        let (text, _) = cause::tls_client(host, &e);
        (Trouble::new(Stage::TlsClient, text), false)
    })?;
    let greeting = greeting(&start.client_hello());
    let name = greeting.server_name.as_deref().unwrap_or(host);
    let config = server_config(authority, name, &greeting).await.map_err(|e| failed(&e))?;
    let stream = start.into_stream(config).await.map_err(|e| failed(&e))?;
    Ok((Box::new(stream), greeting))
}

/// What the client says in the greeting at the front of `bytes`, where it is complete.
#[must_use]
pub(super) fn read_greeting(mut bytes: &[u8]) -> Option<Greeting> {
    let mut acceptor = Acceptor::default();
    while !bytes.is_empty() {
        acceptor.read_tls(&mut bytes).ok()?;
        if let Some(accepted) = acceptor.accept().ok()? {
            return Some(greeting(&accepted.client_hello()));
        }
    }
    None
}

async fn server_config(authority: &Authority, name: &str, greeting: &Greeting) -> io::Result<Arc<ServerConfig>> {
    let leaf = authority.leaf(name).await?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(rustls::sign::SingleCertAndKey::from(leaf)));
    // A client that offers HTTP/2 alone is answered without any agreement: then most speak HTTP/1.1.
    if greeting.protocols.iter().any(|p| p == "http/1.1") {
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
    }
    Ok(Arc::new(config))
}

fn greeting(hello: &rustls::server::ClientHello<'_>) -> Greeting {
    let protocols = hello.alpn().into_iter().flatten().map(|p| String::from_utf8_lossy(p).into_owned()).collect();
    Greeting { server_name: hello.server_name().map(str::to_owned), protocols }
}

fn facts(connection: &rustls::ClientConnection, server_name: &str, seen: &[CertificateDer<'_>]) -> TlsFacts {
    // A resumed session shows no chain anew, but remembers it.
    let chain = connection.peer_certificates().unwrap_or(seen);
    TlsFacts {
        version: connection.protocol_version().map(|v| version(v).to_owned()),
        cipher: connection.negotiated_cipher_suite().and_then(|s| s.suite().as_str().map(iana)),
        sni: server_name.parse::<std::net::IpAddr>().is_err().then(|| server_name.to_owned()),
        alpn: connection.alpn_protocol().map(|p| String::from_utf8_lossy(p).into_owned()),
        certificates: chain.iter().map(fingerprint).collect(),
        leaf: chain.first().map(cause::describe),
    }
}

fn version(version: rustls::ProtocolVersion) -> &'static str {
    match version {
        rustls::ProtocolVersion::TLSv1_3 => "TLS 1.3",
        rustls::ProtocolVersion::TLSv1_2 => "TLS 1.2",
        _ => "TLS",
    }
}

/// rustls calls the suites of TLS 1.3 `TLS13_...`, IANA `TLS_...`.
fn iana(name: &str) -> String {
    name.replacen("TLS13_", "TLS_", 1)
}

/// SHA-256 of the certificate's DER, hex.
#[must_use]
pub(super) fn fingerprint(certificate: &CertificateDer<'_>) -> String {
    Sha256::digest(certificate).iter().map(|b| format!("{b:02x}")).collect()
}

fn add_roots(roots: &mut RootCertStore, path: &Path) -> io::Result<Vec<CertificateDer<'static>>> {
    let bad = |what: String| io::Error::new(io::ErrorKind::InvalidData, format!("{}: {what}", path.display()));
    let mut found = Vec::new();
    for certificate in CertificateDer::pem_file_iter(path).map_err(|e| bad(e.to_string()))? {
        let certificate = certificate.map_err(|e| bad(e.to_string()))?;
        roots.add(certificate.clone()).map_err(|e| bad(e.to_string()))?;
        found.push(certificate);
    }
    if found.is_empty() {
        return Err(bad("no certificate in it; a PEM file is expected".to_owned()));
    }
    Ok(found)
}

/// A certificate that is trusted itself and is its own authority, as `openssl req -x509` makes them: webpki takes no
/// authority for a server, so name and time are checked here.
fn verify_itself(
    certificate: &CertificateDer<'_>,
    server_name: &ServerName<'_>,
    now: UnixTime,
) -> Result<ServerCertVerified, rustls::Error> {
    let unreadable = |_| rustls::Error::InvalidCertificate(CertificateError::BadEncoding);
    let (_, read) = x509_parser::parse_x509_certificate(certificate).map_err(unreadable)?;
    let now = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
    if now < read.validity().not_before.timestamp() {
        return Err(CertificateError::NotValidYet.into());
    }
    if now > read.validity().not_after.timestamp() {
        return Err(CertificateError::Expired.into());
    }
    rustls::client::verify_server_name(&ParsedCertificate::try_from(certificate)?, server_name)?;
    Ok(ServerCertVerified::assertion())
}

/// Checks like webpki, remembers what it saw, and takes what the user said is to be taken.
#[derive(Debug)]
struct Remembering {
    inner: Option<Arc<WebPkiServerVerifier>>,
    named: Arc<HashSet<CertificateDer<'static>>>,
    provider: rustls::crypto::CryptoProvider,
    accept: bool,
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    chain: Vec<CertificateDer<'static>>,
    refused: Option<rustls::Error>,
}

impl ServerCertVerifier for Remembering {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.chain = std::iter::once(end_entity).chain(intermediates).map(|c| c.clone().into_owned()).collect();
        let verified = self
            .inner
            .as_ref()
            .map_or(Err(rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer)), |inner| {
                inner.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
            });
        let verified = match verified {
            Err(rustls::Error::InvalidCertificate(why))
                if cause::is_own_authority(&why) && self.named.contains(&end_entity.clone().into_owned()) =>
            {
                verify_itself(end_entity, server_name, now)
            }
            verified => verified,
        };
        match verified {
            Err(error) if self.accept => {
                seen.refused = Some(error);
                Ok(ServerCertVerified::assertion())
            }
            verified => verified,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, cert, dss, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, cert, dss, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
