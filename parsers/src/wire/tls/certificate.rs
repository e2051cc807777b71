//! Certificates as they stand in a handshake, with what an engineer asks of them first.

use super::super::cursor::Cursor;
use sha2::{Digest, Sha256};
use x509_parser::prelude::{FromDer, GeneralName, X509Certificate};
use x509_parser::public_key::PublicKey;

/// One certificate of a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// Whom it is for: `CN=m3.example.com, O=Example`.
    pub subject: String,
    /// Who issued it.
    pub issuer: String,
    /// The serial number, hexadecimal with colons.
    pub serial: String,
    /// From when it is valid, in seconds since 1970.
    pub not_before: i64,
    /// Until when it is valid, in seconds since 1970.
    pub not_after: i64,
    /// The names it is for: host names, addresses, others with their kind in front.
    pub names: Vec<String>,
    /// The key's kind and size: `RSA 2048`, `EC 256`.
    pub key: String,
    /// The algorithm of the signature: its name, else its object identifier.
    pub signature: String,
    /// SHA-256 of the certificate, 64 hexadecimal digits.
    pub sha256: String,
    /// Whether it could be read; otherwise all but the hash is empty.
    pub readable: bool,
}

/// The chain in a Certificate message of TLS 1.2 and before.
pub(super) fn chain(body: &[u8]) -> Vec<Certificate> {
    let mut list = Cursor::new(Cursor::new(body).vec24().unwrap_or_default());
    std::iter::from_fn(|| list.vec24()).map(read).collect()
}

/// The chain in a Certificate message of TLS 1.3, where extensions follow each.
pub(super) fn chain_13(body: &[u8]) -> Vec<Certificate> {
    let mut cursor = Cursor::new(body);
    let mut list = Cursor::new(cursor.vec8().and_then(|_context| cursor.vec24()).unwrap_or_default());
    let next = || {
        let der = list.vec24()?;
        list.vec16()?;
        Some(der)
    };
    std::iter::from_fn(next).map(read).collect()
}

fn read(der: &[u8]) -> Certificate {
    let sha256 = crate::hex::text(&Sha256::digest(der));
    let Ok((_, certificate)) = X509Certificate::from_der(der) else {
        return Certificate {
            subject: String::new(),
            issuer: String::new(),
            serial: String::new(),
            not_before: 0,
            not_after: 0,
            names: Vec::new(),
            key: String::new(),
            signature: String::new(),
            sha256,
            readable: false,
        };
    };
    let names = certificate.subject_alternative_name().ok().flatten();
    let algorithm = &certificate.signature_algorithm.algorithm;
    Certificate {
        subject: certificate.subject().to_string(),
        issuer: certificate.issuer().to_string(),
        serial: certificate.raw_serial_as_string(),
        not_before: certificate.validity().not_before.timestamp(),
        not_after: certificate.validity().not_after.timestamp(),
        names: names.map(|names| names.value.general_names.iter().map(name).collect()).unwrap_or_default(),
        key: key(&certificate),
        signature: signature(&algorithm.to_id_string()).map_or_else(|| algorithm.to_id_string(), str::to_owned),
        sha256,
        readable: true,
    }
}

fn name(name: &GeneralName<'_>) -> String {
    match name {
        GeneralName::DNSName(host) => (*host).to_owned(),
        GeneralName::IPAddress(bytes) => address(bytes),
        GeneralName::RFC822Name(mail) => format!("email:{mail}"),
        GeneralName::URI(uri) => format!("URI:{uri}"),
        GeneralName::DirectoryName(name) => format!("DN:{name}"),
        other => format!("{other:?}"),
    }
}

fn address(bytes: &[u8]) -> String {
    if let Ok(v4) = <[u8; 4]>::try_from(bytes) {
        return std::net::Ipv4Addr::from(v4).to_string();
    }
    if let Ok(v6) = <[u8; 16]>::try_from(bytes) {
        return std::net::Ipv6Addr::from(v6).to_string();
    }
    format!("{bytes:02x?}")
}

fn key(certificate: &X509Certificate<'_>) -> String {
    match certificate.public_key().parsed() {
        Ok(PublicKey::RSA(key)) => format!("RSA {}", key.key_size()),
        Ok(PublicKey::EC(point)) => format!("EC {}", point.key_size()),
        Ok(PublicKey::DSA(_)) => "DSA".to_owned(),
        _ => match certificate.public_key().algorithm.algorithm.to_id_string().as_str() {
            "1.3.101.112" => "Ed25519".to_owned(),
            "1.3.101.113" => "Ed448".to_owned(),
            other => other.to_owned(),
        },
    }
}

fn signature(oid: &str) -> Option<&'static str> {
    Some(match oid {
        "1.2.840.113549.1.1.4" => "md5WithRSA",
        "1.2.840.113549.1.1.5" => "sha1WithRSA",
        "1.2.840.113549.1.1.10" => "RSA-PSS",
        "1.2.840.113549.1.1.11" => "sha256WithRSA",
        "1.2.840.113549.1.1.12" => "sha384WithRSA",
        "1.2.840.113549.1.1.13" => "sha512WithRSA",
        "1.2.840.10040.4.3" => "sha1WithDSA",
        "1.2.840.10045.4.1" => "sha1WithECDSA",
        "1.2.840.10045.4.3.2" => "sha256WithECDSA",
        "1.2.840.10045.4.3.3" => "sha384WithECDSA",
        "1.2.840.10045.4.3.4" => "sha512WithECDSA",
        "1.3.101.112" => "Ed25519",
        "1.3.101.113" => "Ed448",
        _ => return None,
    })
}
