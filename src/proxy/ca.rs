//! The certificate authority of this installation: kept in the user's configuration folder, trusted by nobody until the
//! user says so, and the leaves it signs for the hosts that are recorded.
//!
//! Key and certificate stand together in one file that is readable by the user alone from the moment it exists.

mod constraints;

use std::collections::HashMap;
use std::io::{self, Write};
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use mwscope_parsers::hex;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    SanType, SerialNumber,
};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use rustls::sign::CertifiedKey;
use tokio::sync::OnceCell;

/// File with key and certificate.
const KEY_FILE: &str = "mwscope-ca.key";
/// File with the certificate alone, for clients.
const CERTIFICATE_FILE: &str = "mwscope-ca.pem";
const DAY: Duration = Duration::from_secs(86_400);
/// Chromium and others refuse leaves that are valid for 200 days or longer; clocks of clients are wrong at times.
const LEAF_BEFORE: Duration = Duration::from_secs(2 * 86_400);
const LEAF_AFTER: Duration = Duration::from_secs(190 * 86_400);
const CA_AFTER: Duration = Duration::from_secs(3650 * 86_400);
/// More hosts than a recording meets; beyond, all leaves are made anew.
const MOST_LEAVES: usize = 4096;

/// The authority.
pub struct Authority {
    folder: PathBuf,
    certificate: CertificateDer<'static>,
    issuer: Issuer<'static, KeyPair>,
    leaf_key: KeyPair,
    only_for: Vec<String>,
    leaves: Mutex<HashMap<String, Arc<OnceCell<Leaf>>>>,
}

#[derive(Clone)]
struct Leaf {
    key: Arc<CertifiedKey>,
    renew: SystemTime,
}

impl Authority {
    /// The authority in `folder`; made, where there is none yet.
    ///
    /// # Errors
    /// When the folder or its files can't be read or written, or hold something else.
    pub fn open(folder: &Path) -> io::Result<Self> {
        let path = folder.join(KEY_FILE);
        match std::fs::read_to_string(&path) {
            Ok(text) => {
                restrict(&path)?;
                Self::load(folder, &text)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Self::make(folder, &[], Replace::Never),
            Err(error) => Err(named(&path, &error)),
        }
    }

    /// Makes a new authority in the place of the one in `folder`; clients that trusted the old one must be told again.
    /// Where `only_for` names domains or networks, it is good for these alone, whoever has its key.
    ///
    /// # Errors
    /// As [`Authority::open`], and when one of `only_for` is no domain and no network.
    pub fn renew(folder: &Path, only_for: &[String]) -> io::Result<Self> {
        Self::make(folder, only_for, Replace::Old)
    }

    /// The domains and networks that it is good for; empty where it is good for all.
    #[must_use]
    pub fn only_for(&self) -> &[String] {
        &self.only_for
    }

    /// Whether clients that trust it take its certificates for `host`.
    #[must_use]
    pub fn covers(&self, host: &str) -> bool {
        self.only_for.is_empty() || constraints::cover(&self.only_for, host)
    }

    /// Its certificate in a PKCS#12 trust store, as Java and others keep them.
    ///
    /// # Errors
    /// When it can't be encrypted.
    pub fn pkcs12(&self, password: &str) -> io::Result<Vec<u8>> {
        let certificate = p12_keystore::Certificate::from_der(&self.certificate).map_err(io::Error::other)?;
        let mut store = p12_keystore::KeyStore::new();
        store.add_entry("mwscope", p12_keystore::KeyStoreEntry::Certificate(certificate));
        store.writer(password).write().map_err(io::Error::other)
    }

    /// Where its certificate stands, in PEM, for clients.
    #[must_use]
    pub fn certificate_path(&self) -> PathBuf {
        self.folder.join(CERTIFICATE_FILE)
    }

    /// Where its key stands, for nobody else.
    #[must_use]
    pub fn key_path(&self) -> PathBuf {
        self.folder.join(KEY_FILE)
    }

    /// Who it is and how long its certificate holds, in words.
    #[must_use]
    pub fn description(&self) -> String {
        super::core::cause::describe(&self.certificate)
    }

    /// SHA-256 of its certificate, hex.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        super::tls::fingerprint(&self.certificate)
    }

    /// Its certificate in DER.
    #[must_use]
    pub fn certificate(&self) -> &CertificateDer<'static> {
        &self.certificate
    }

    /// Its certificate in PEM.
    #[must_use]
    pub fn pem(&self) -> String {
        pem(&self.certificate)
    }

    /// A certificate for `host` (a name or an address) signed by this authority. However many ask at once, it is made once.
    ///
    /// # Errors
    /// When `host` can't stand in a certificate.
    pub async fn leaf(&self, host: &str) -> io::Result<Arc<CertifiedKey>> {
        let host = host.to_ascii_lowercase();
        let now = SystemTime::now();
        let cell = self.cell(&host, now);
        let leaf = cell.get_or_try_init(|| async { self.sign(&host, now) }).await?;
        Ok(Arc::clone(&leaf.key))
    }

    fn cell(&self, host: &str, now: SystemTime) -> Arc<OnceCell<Leaf>> {
        let mut leaves = self.leaves.lock().unwrap_or_else(PoisonError::into_inner);
        if leaves.len() >= MOST_LEAVES {
            leaves.clear();
        }
        if leaves.get(host).and_then(|cell| cell.get()).is_some_and(|leaf| leaf.renew <= now) {
            leaves.remove(host);
        }
        Arc::clone(leaves.entry(host.to_owned()).or_default())
    }

    fn sign(&self, host: &str, now: SystemTime) -> io::Result<Leaf> {
        let mut params = CertificateParams::default();
        params.subject_alt_names = vec![match host.parse::<IpAddr>() {
            Ok(address) => SanType::IpAddress(address),
            Err(_) => SanType::DnsName(host.try_into().map_err(io::Error::other)?),
        }];
        params.distinguished_name = rcgen::DistinguishedName::new();
        // X.520 limits a common name to 64 characters; the name that counts is the alternative name.
        params.distinguished_name.push(DnType::CommonName, host.chars().take(64).collect::<String>());
        params.not_before = rcgen::date_time_ymd(1970, 1, 1) + since_1970(now - LEAF_BEFORE);
        params.not_after = rcgen::date_time_ymd(1970, 1, 1) + since_1970(now + LEAF_AFTER);
        params.serial_number = Some(serial()?);
        params.use_authority_key_identifier_extension = true;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let leaf = params.signed_by(&self.leaf_key, &self.issuer).map_err(io::Error::other)?;
        let key = PrivatePkcs8KeyDer::from(self.leaf_key.serialize_der());
        let signer = rustls::crypto::ring::sign::any_supported_type(&key.into()).map_err(io::Error::other)?;
        let chain = vec![leaf.der().clone(), self.certificate.clone()];
        let key = Arc::new(CertifiedKey::new(chain, signer));
        Ok(Leaf { key, renew: now + LEAF_AFTER - 30 * DAY })
    }

    fn load(folder: &Path, text: &str) -> io::Result<Self> {
        let path = folder.join(KEY_FILE);
        let bad = |what: String| {
            let text = format!("{}: {what}; `mwscope ca renew` makes a new authority", path.display());
            io::Error::new(io::ErrorKind::InvalidData, text)
        };
        let key = KeyPair::from_pem(text).map_err(|e| bad(format!("no private key can be read ({e})")))?;
        let certificate = CertificateDer::from_pem_slice(text.as_bytes())
            .map_err(|e| bad(format!("no certificate can be read ({e})")))?;
        let issuer = Issuer::from_ca_cert_der(&certificate, key).map_err(|e| bad(e.to_string()))?;
        let only_for = constraints::of(&certificate);
        let authority = Self {
            folder: folder.to_owned(),
            certificate,
            only_for,
            issuer,
            leaf_key: KeyPair::generate().map_err(io::Error::other)?,
            leaves: Mutex::default(),
        };
        authority.write_certificate()?;
        Ok(authority)
    }

    fn make(folder: &Path, only_for: &[String], replace: Replace) -> io::Result<Self> {
        std::fs::create_dir_all(folder).map_err(|e| named(folder, &e))?;
        let key = KeyPair::generate().map_err(io::Error::other)?;
        let now = SystemTime::now();
        let mut params = CertificateParams::default();
        params.distinguished_name = rcgen::DistinguishedName::new();
        params
            .distinguished_name
            .push(DnType::CommonName, format!("mwscope recording CA {}", hex::text(&random::<4>()?)));
        params.distinguished_name.push(DnType::OrganizationName, "mwscope (this computer only)");
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.name_constraints = constraints::permit(only_for)?;
        params.key_usages =
            vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign, KeyUsagePurpose::DigitalSignature];
        params.not_before = rcgen::date_time_ymd(1970, 1, 1) + since_1970(now - LEAF_BEFORE);
        params.not_after = rcgen::date_time_ymd(1970, 1, 1) + since_1970(now + CA_AFTER);
        params.serial_number = Some(serial()?);
        let certificate = params.self_signed(&key).map_err(io::Error::other)?;
        let text = format!("{}{}", key.serialize_pem(), pem(certificate.der()));
        match store(&folder.join(KEY_FILE), text.as_bytes(), replace) {
            Ok(()) => Self::load(folder, &text),
            // Another mwscope made one at the same time: that one counts.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Self::open(folder),
            Err(error) => Err(error),
        }
    }

    fn write_certificate(&self) -> io::Result<()> {
        let path = self.certificate_path();
        let pem = self.pem();
        if std::fs::read_to_string(&path).is_ok_and(|old| old == pem) {
            return Ok(());
        }
        std::fs::write(&path, pem).map_err(|e| named(&path, &e))
    }
}

impl std::fmt::Debug for Authority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Authority").field("folder", &self.folder).finish_non_exhaustive()
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Replace {
    Never,
    Old,
}

/// Writes a file that nobody else can read, whole or not at all.
fn store(path: &Path, bytes: &[u8], replace: Replace) -> io::Result<()> {
    let temporary = path.with_extension(format!("new-{}", hex::text(&random::<6>()?)));
    let written = private_file(&temporary).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    let placed = written.and_then(|()| match replace {
        Replace::Old => std::fs::rename(&temporary, path),
        // A link fails where the name is taken, so that of two that start together one wins.
        Replace::Never => match std::fs::hard_link(&temporary, path) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists && !path.exists() => {
                std::fs::rename(&temporary, path)
            }
            linked => linked,
        },
    });
    let _gone = std::fs::remove_file(&temporary);
    placed.map_err(|e| named(path, &e))
}

fn private_file(path: &Path) -> io::Result<std::fs::File> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Takes away what others may do with the key, where somebody gave it to them. On Windows the user's profile does that.
fn restrict(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(path)?.permissions().mode();
        if mode & 0o077 != 0 {
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).map_err(|e| named(path, &e))?;
        }
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

fn named(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

fn random<const N: usize>() -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    Ok(bytes)
}

/// 126 random bits, positive and without a leading zero byte (RFC 5280, 4.1.2.2).
fn serial() -> io::Result<SerialNumber> {
    let mut bytes = random::<16>()?;
    bytes[0] = bytes[0] & 0x3f | 0x40;
    Ok(SerialNumber::from_slice(&bytes))
}

/// How long after 1970 that is, to the second.
fn since_1970(time: SystemTime) -> Duration {
    Duration::from_secs(time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs())
}

fn pem(certificate: &CertificateDer<'_>) -> String {
    use base64::Engine;
    let text = base64::engine::general_purpose::STANDARD.encode(certificate);
    let mut out = String::from("-----BEGIN CERTIFICATE-----\n");
    for line in text.as_bytes().chunks(64) {
        out.push_str(&String::from_utf8_lossy(line));
        out.push('\n');
    }
    out.push_str("-----END CERTIFICATE-----\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_authority_is_made_once_and_its_key_is_private_from_the_start() {
        let folder = tempfile::tempdir().expect("a folder");
        let made: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| Authority::open(folder.path()))).collect();
            threads.into_iter().map(|t| t.join().expect("a thread").expect("an authority").pem()).collect()
        });
        assert!(made.windows(2).all(|pair| pair[0] == pair[1]));
        let names: Vec<_> =
            std::fs::read_dir(folder.path()).expect("files").map(|f| f.expect("a file").file_name()).collect();
        assert_eq!(names.len(), 2, "{names:?}");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let key = folder.path().join(KEY_FILE);
            let mode = || std::fs::metadata(&key).expect("the key").permissions().mode() & 0o777;
            assert_eq!(mode(), 0o600);
            std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).expect("a mode");
            Authority::open(folder.path()).expect("an authority");
            assert_eq!(mode(), 0o600);
        }
        let renewed = Authority::renew(folder.path(), &[]).expect("an authority").pem();
        assert_ne!(renewed, made[0]);
        assert_eq!(Authority::open(folder.path()).expect("an authority").pem(), renewed);
    }

    #[test]
    fn a_damaged_key_file_is_named_with_its_remedy() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join(KEY_FILE), "nonsense").expect("a file");
        let error = Authority::open(folder.path()).expect_err("no authority").to_string();
        assert!(error.contains(KEY_FILE) && error.contains("mwscope ca renew"), "{error}");
    }

    #[tokio::test]
    async fn leaves_name_hosts_and_addresses_and_live_less_than_199_days() {
        let folder = tempfile::tempdir().expect("a folder");
        let authority = Authority::open(folder.path()).expect("an authority");
        for (host, san) in [("M3.example", "DNSName(m3.example)"), ("127.0.0.1", "IPAddress(7f:00:00:01)")] {
            let leaf = authority.leaf(host).await.expect("a leaf");
            assert!(Arc::ptr_eq(&leaf, &authority.leaf(host).await.expect("a leaf")));
            let (_, read) = x509_parser::parse_x509_certificate(&leaf.cert[0]).expect("a certificate");
            let names = read.subject_alternative_name().expect("well formed").expect("present");
            let names: Vec<_> = names.value.general_names.iter().map(ToString::to_string).collect();
            assert_eq!(names, [san]);
            let days = (read.validity().not_after.timestamp() - read.validity().not_before.timestamp()) / 86_400;
            assert!(days < 199, "{days}");
            assert_eq!(leaf.cert[1], *authority.certificate());
        }
        assert!(authority.leaf("not a host").await.is_err() || authority.leaf("ä").await.is_err());
    }
}
