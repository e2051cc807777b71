//! Certificates with which we sign on to servers that ask for one, in place of the client's own: the client's TLS ends
//! at us, so its certificate can't pass. Read from PEM or from PKCS#12 (`.p12`, `.pfx`), told apart by content.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use p12_keystore::{KeyStore, KeyStoreEntry, Pkcs12ImportPolicy};
use rustls::SignatureScheme;
use rustls::client::ResolvesClientCert;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::sign::CertifiedKey;
use x509_parser::prelude::FromDer;

use super::config::matches_host;
use super::core::cause;

/// A client certificate with its key, and the servers that get it.
#[derive(Clone, Debug)]
pub struct Identity {
    /// The host, `*.domain`, or `*`.
    host: String,
    key: Arc<CertifiedKey>,
}

impl Identity {
    /// Reads `[HOST=]FILE[,KEYFILE]`: PEM with certificates and key in one file or two, or PKCS#12 opened by `password`.
    ///
    /// # Errors
    /// With the file, what is wrong with it and how to mend that. The password is not repeated.
    pub fn read(text: &str, password: &str) -> io::Result<Self> {
        let (host, files) = match text.split_once('=') {
            Some((host, files)) if !host.contains(['/', '\\']) => (host, files),
            _ => ("*", text),
        };
        let files: Vec<PathBuf> = files.split(',').map(PathBuf::from).collect();
        let (mut chain, mut key) = (Vec::new(), None);
        for path in &files {
            let bytes = std::fs::read(path).map_err(|e| bad(path, &cause::plain(&e)))?;
            let (certificates, found) = parse(path, &bytes, password)?;
            chain.extend(certificates);
            key = key.or(found);
        }
        let place = files.first().map_or_else(|| Path::new(text), PathBuf::as_path);
        let key = key.ok_or_else(|| bad(place, "no private key in it; name its file behind a comma"))?;
        if chain.is_empty() {
            return Err(bad(place, "no certificate in it; name its file behind a comma"));
        }
        let signer = rustls::crypto::ring::sign::any_supported_type(&key)
            .map_err(|_| bad(place, "the key is of a kind that isn't supported; RSA, P-256, P-384 and Ed25519 are"))?;
        let key = CertifiedKey::new(leaf_first(chain, signer.as_ref()), signer);
        match key.keys_match() {
            Err(rustls::Error::InconsistentKeys(rustls::InconsistentKeys::KeyMismatch)) => {
                Err(bad(place, "the key is not that of the certificate; name the two that belong together"))
            }
            _ => Ok(Self { host: host.to_owned(), key: Arc::new(key) }),
        }
    }

    /// Whose it is, in words.
    #[must_use]
    pub fn description(&self) -> String {
        self.key.cert.first().map(cause::describe).unwrap_or_default()
    }
}

/// The certificate for `host`: the first whose pattern fits.
pub(super) fn for_host(identities: &[Identity], host: &str) -> Option<Arc<CertifiedKey>> {
    identities.iter().find(|identity| matches_host(&identity.host, host)).map(|identity| Arc::clone(&identity.key))
}

/// Gives a server that asks what there is for it, and remembers that it asked.
#[derive(Debug)]
pub(super) struct Asked {
    key: Option<Arc<CertifiedKey>>,
    issuers: Mutex<Option<Vec<String>>>,
}

impl Asked {
    pub(super) fn new(key: Option<Arc<CertifiedKey>>) -> Self {
        Self { key, issuers: Mutex::default() }
    }

    /// Whether the server asked and there was nothing for it.
    pub(super) fn unanswered(&self) -> bool {
        self.key.is_none() && self.issuers.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// What is to be said of it, where the server asked.
    pub(super) fn note(&self) -> Option<String> {
        let issuers = self.issuers.lock().unwrap_or_else(PoisonError::into_inner).clone()?;
        let shown = self.key.as_ref().and_then(|key| key.cert.first());
        let from = if issuers.is_empty() { String::new() } else { format!(" issued by {}", issuers.join(" or ")) };
        Some(match shown {
            Some(leaf) => {
                let print = super::tls::fingerprint(leaf);
                format!("the server asked for one{from}; shown: {}, SHA-256 {print}", cause::describe(leaf))
            }
            None => format!(
                "the server asked for one{from}; none was shown: give it with --client-cert HOST=FILE, or list the host \
                 with --tunnel so that the client's own passes"
            ),
        })
    }
}

impl ResolvesClientCert for Asked {
    fn resolve(&self, issuers: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        let named = issuers.iter().take(3).filter_map(|issuer| {
            let (_, name) = x509_parser::x509::X509Name::from_der(issuer).ok()?;
            Some(name.to_string())
        });
        *self.issuers.lock().unwrap_or_else(PoisonError::into_inner) = Some(named.collect());
        self.key.clone()
    }

    fn has_certs(&self) -> bool {
        true
    }
}

type Found = (Vec<CertificateDer<'static>>, Option<PrivateKeyDer<'static>>);

fn parse(path: &Path, bytes: &[u8], password: &str) -> io::Result<Found> {
    // DER begins with a SEQUENCE; PEM is text.
    if bytes.first() == Some(&0x30) {
        return pkcs12(path, bytes, password);
    }
    let unreadable = |e: rustls::pki_types::pem::Error| bad(path, &e.to_string());
    let certificates = CertificateDer::pem_slice_iter(bytes).collect::<Result<_, _>>().map_err(unreadable)?;
    let key = match PrivateKeyDer::from_pem_slice(bytes) {
        Ok(key) => Some(key),
        Err(_) if memchr::memmem::find(bytes, b"ENCRYPTED").is_some() => {
            let text =
                "the private key is encrypted; take that away (openssl pkey -in FILE -out KEYFILE), or use PKCS#12";
            return Err(bad(path, text));
        }
        Err(rustls::pki_types::pem::Error::NoItemsFound) => None,
        Err(error) => return Err(unreadable(error)),
    };
    Ok((certificates, key))
}

fn pkcs12(path: &Path, bytes: &[u8], password: &str) -> io::Result<Found> {
    let store = KeyStore::from_pkcs12(bytes, password, Pkcs12ImportPolicy::Relaxed).map_err(|e| {
        let text = format!(
            "it can't be opened as PKCS#12 ({e}); give its password with --client-cert-password or in \
             MWSCOPE_CLIENT_CERT_PASSWORD"
        );
        bad(path, &text)
    })?;
    let mut others = Vec::new();
    for (_, entry) in store.entries() {
        match entry {
            KeyStoreEntry::PrivateKeyChain(chain) => {
                let certificates = chain.certs().iter().map(|c| c.as_der().to_vec().into()).collect();
                let key = PrivatePkcs8KeyDer::from(chain.key().as_der().to_vec());
                return Ok((certificates, Some(key.into())));
            }
            KeyStoreEntry::Certificate(certificate) => others.push(certificate.as_der().to_vec().into()),
            _ => {}
        }
    }
    Ok((others, None))
}

/// The certificate that belongs to the key, then the others as they came.
fn leaf_first(
    mut chain: Vec<CertificateDer<'static>>,
    key: &dyn rustls::sign::SigningKey,
) -> Vec<CertificateDer<'static>> {
    let spki = key.public_key();
    let is_leaf = |certificate: &CertificateDer<'_>| {
        let read = x509_parser::parse_x509_certificate(certificate).ok();
        read.is_some_and(|(_, read)| spki.as_ref().is_some_and(|spki| read.public_key().raw == spki.as_ref()))
    };
    if let Some(at) = chain.iter().position(is_leaf) {
        chain[..=at].rotate_right(1);
    }
    chain
}

fn bad(path: &Path, what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("{}: {what}", path.display()))
}
