//! TLS on both sides: our leaf towards the client, the server's chain checked and remembered towards the server.

use std::collections::HashSet;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use mwscope_parsers::hex;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{ResolvesClientCert, WebPkiServerVerifier};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::{Acceptor, ParsedCertificate};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, ServerConfig, SignatureScheme};
use sha2::{Digest, Sha256};
use tokio::time::timeout;
use tokio_rustls::{LazyConfigAcceptor, StartHandshake, TlsConnector};

use super::ca::Authority;
use super::config::Limits;
use super::core::{Endpoint, Trouble, cause};
use super::identity::{self, Asked, Identity};
use super::stream::{Io, Stream};
use crate::model::{Stage, TlsFacts};

/// The name of HTTP/1.1 in TLS (RFC 7301).
pub(super) const HTTP1: &str = "http/1.1";
/// The name of HTTP/2 in TLS (RFC 9113, 3.2).
pub(super) const HTTP2: &str = "h2";

/// What the servers' certificates are checked against.
#[derive(Clone, Debug)]
pub struct Trust {
    verifier: Option<Arc<WebPkiServerVerifier>>,
    /// Certificates that are trusted themselves, whatever else they are.
    named: Arc<HashSet<CertificateDer<'static>>>,
    config: ClientConfig,
    accepted: Accepted,
    identities: Vec<Identity>,
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
    /// What is to be said of a client certificate, where the server asked for one.
    pub(super) client_certificate: Option<String>,
    /// Whom the certificates name, the server's own first.
    pub(super) chain: Vec<String>,
    /// Until when the server's certificate is valid, in seconds since 1970.
    pub(super) expires: Option<i64>,
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

impl Greeting {
    /// Whether the client offers this protocol.
    pub(super) fn offers(&self, protocol: &str) -> bool {
        self.protocols.iter().any(|p| p == protocol)
    }

    /// Of what the client offers, the protocols that can be recorded, in its order.
    pub(super) fn recordable(&self) -> Vec<&str> {
        self.protocols.iter().map(String::as_str).filter(|p| matches!(*p, HTTP1 | HTTP2)).collect()
    }
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
        Ok(Self { verifier, named: Arc::new(named), config, accepted, identities: Vec::new() })
    }

    /// With certificates to sign on with; of several for one host the first counts.
    #[must_use]
    pub fn with_identities(mut self, identities: Vec<Identity>) -> Self {
        self.identities = identities;
        self
    }

    /// The handshake with a server over a connection that stands. `protocols` are offered to it, best first.
    ///
    /// # Errors
    /// With stage `tls-upstream` and the cause in words.
    pub(super) async fn connect<T: Io + 'static>(
        &self,
        to: &Endpoint,
        server_name: &str,
        protocols: &[&str],
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
        config.alpn_protocols = protocols.iter().map(|p| p.as_bytes().to_vec()).collect();
        let key = identity::for_host(&self.identities, &to.host);
        let asked = Arc::new(Asked::new(key.or_else(|| identity::for_host(&self.identities, server_name))));
        config.client_auth_cert_resolver = Arc::clone(&asked) as Arc<dyn ResolvesClientCert>;
        let connected = TlsConnector::from(Arc::new(config)).connect(name, io).await;
        let seen = std::mem::take(&mut *verifier.seen.lock().unwrap_or_else(PoisonError::into_inner));
        let stream = connected.map_err(|error| {
            // Before a server is told that there is no certificate of ours, its own was looked at.
            let text = match asked.unanswered() && !cause::is_our_refusal(&error) {
                true => cause::without_client_certificate(&to.host, to.port, &error),
                false => self.why(to, &error, &seen.chain),
            };
            Trouble::new(Stage::TlsUpstream, text)
        })?;
        let facts = facts(stream.get_ref().1, server_name, &seen.chain);
        let took = u64::try_from(began.elapsed().as_nanos()).unwrap_or(u64::MAX);
        let accepted_although = seen.refused.map(|error| {
            let error = io::Error::new(io::ErrorKind::InvalidData, error);
            self.why(to, &error, &seen.chain)
        });
        let (chain, expires) = cause::chain(stream.get_ref().1.peer_certificates().unwrap_or(&seen.chain));
        let client_certificate = asked.note();
        Ok(Secured { stream: Box::new(stream), facts, accepted_although, client_certificate, chain, expires, took })
    }

    /// Why a handshake failed, or would have.
    fn why(&self, to: &Endpoint, error: &io::Error, chain: &[CertificateDer<'_>]) -> String {
        let renamed = cause::certificate_error(error)
            .and_then(|why| cause::roots::of_same_name(&to.host, to.port, why, chain, self.named.iter()));
        renamed.unwrap_or_else(|| cause::tls_upstream(&to.host, to.port, error, chain))
    }

    fn accepts(&self, host: &str) -> bool {
        match &self.accepted {
            Accepted::All => true,
            Accepted::Hosts(hosts) => hosts.iter().any(|h| h.eq_ignore_ascii_case(host)),
        }
    }
}

/// A client's connection in which TLS is spoken as the server that the client names, or as `host`, over HTTP/1.1.
///
/// # Errors
/// With the cause in words.
pub async fn secured<T: Io + 'static>(authority: &Authority, host: &str, io: T) -> io::Result<Stream> {
    let limit = Limits::default().handshake;
    let secured = match greeted(host, limit, io).await {
        Ok(greeted) => greeted.accept(authority, host, HTTP1, limit).await,
        Err(refused) => Err(refused),
    };
    secured.map_err(|refused| io::Error::other(refused.trouble.cause))
}

/// A client's connection whose greeting was read and not yet answered.
pub(super) struct Greeted<T> {
    start: StartHandshake<T>,
    /// What the client said.
    pub(super) greeting: Greeting,
}

/// Reads the greeting of a client that takes us for `host`.
///
/// # Errors
/// With the cause in words.
pub(super) async fn greeted<T: Io + 'static>(host: &str, limit: Duration, io: T) -> Result<Greeted<T>, Refused> {
    let start = timeout(limit, LazyConfigAcceptor::new(Acceptor::default(), io)).await.map_err(|_| late(limit))?;
    // Before our certificate was shown it can't have been refused.
    let start = start.map_err(|e| Refused { ours: false, ..refused(host, &e) })?;
    let greeting = greeting(&start.client_hello());
    Ok(Greeted { start, greeting })
}

/// Why a handshake with a client failed.
pub(super) struct Refused {
    pub(super) trouble: Trouble,
    /// Whether the client refused our certificate, or speaks TLS in a way that isn't spoken here.
    pub(super) ours: bool,
}

impl<T: Io + 'static> Greeted<T> {
    /// Ends the handshake as the server that the client names, or as `host`. `protocol` is agreed on where the client
    /// offers it.
    ///
    /// # Errors
    /// With the cause in words.
    pub(super) async fn accept(
        self,
        authority: &Authority,
        host: &str,
        protocol: &str,
        limit: Duration,
    ) -> Result<Stream, Refused> {
        let name = self.greeting.server_name.as_deref().unwrap_or(host);
        let config = server_config(authority, name, &self.greeting, protocol).await.map_err(|e| refused(host, &e))?;
        let stream = timeout(limit, self.start.into_stream(config)).await.map_err(|_| late(limit))?;
        Ok(Box::new(stream.map_err(|e| refused(host, &e))?))
    }
}

fn refused(host: &str, error: &io::Error) -> Refused {
    let (text, ours) = cause::tls_client(host, error);
    Refused { trouble: Trouble::new(Stage::TlsClient, text), ours }
}

fn late(limit: Duration) -> Refused {
    let text = format!("the client did not finish the TLS handshake within {}", cause::words(limit));
    Refused { trouble: Trouble::new(Stage::TlsClient, text), ours: false }
}

async fn server_config(
    authority: &Authority,
    name: &str,
    greeting: &Greeting,
    protocol: &str,
) -> io::Result<Arc<ServerConfig>> {
    let leaf = authority.leaf(name).await?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(rustls::sign::SingleCertAndKey::from(leaf)));
    // A client that doesn't offer it is answered without any agreement, as by a server that knows no ALPN.
    if greeting.offers(protocol) {
        config.alpn_protocols = vec![protocol.as_bytes().to_vec()];
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
    hex::text(&Sha256::digest(certificate))
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
