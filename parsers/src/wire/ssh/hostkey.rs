//! The server's host key, which the reply of the key exchange carries in clear.

use super::super::cursor::Cursor;
use super::fingerprint;

/// A public key of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostKey {
    /// The key's type: `ssh-ed25519`, `ssh-rsa`, `ssh-ed25519-cert-v01@openssh.com`.
    pub kind: String,
    /// `SHA256:` and Base64 of the hash of all its bytes; for a certificate of all of it.
    pub sha256: String,
    /// Bits of an RSA or DSA key.
    pub bits: Option<usize>,
    /// What a certificate says besides.
    pub certificate: Option<Box<Certificate>>,
}

/// A host certificate, <https://cvsweb.openbsd.org/src/usr.bin/ssh/PROTOCOL.certkeys>.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// `SHA256:` and Base64 of the hash of the key alone, which is what `ssh-keygen -l` prints.
    pub key_sha256: String,
    /// The serial number.
    pub serial: u64,
    /// The name its issuer gave it.
    pub id: String,
    /// The host names it is for; all where empty.
    pub principals: Vec<String>,
    /// From when, in seconds since 1970.
    pub valid_after: u64,
    /// Until when, in seconds since 1970; the greatest number means for ever.
    pub valid_before: u64,
    /// The type of the key that signed it.
    pub ca_kind: String,
    /// `SHA256:` and Base64 of the hash of the key that signed it.
    pub ca_sha256: String,
}

/// The host key in a server's message, if this one carries it in this key exchange.
pub(super) fn in_reply(kex: &str, number: u8, fields: &[u8]) -> Option<HostKey> {
    // Of group exchange 31 is the group and 33 the reply (RFC 4419); of GSS 33 is the host key (RFC 4462); of RSA
    // 30 is the server's key (RFC 4432); of all others 31 is the reply (RFC 4253, RFC 5656).
    let carries = if kex.starts_with("diffie-hellman-group-exchange-") || kex.starts_with("gss-") {
        33
    } else if kex.starts_with("rsa1024-") || kex.starts_with("rsa2048-") {
        30
    } else {
        31
    };
    if number != carries {
        return None;
    }
    read(Cursor::new(fields).vec32()?)
}

fn read(blob: &[u8]) -> Option<HostKey> {
    let mut cursor = Cursor::new(blob);
    let kind = std::str::from_utf8(cursor.vec32()?).ok()?.to_owned();
    let certificate = certificate(&kind, cursor).map(Box::new);
    let bits = match kind.as_str() {
        "ssh-rsa" => cursor.vec32().and_then(|_exponent| cursor.vec32()).map(bits),
        "ssh-dss" => cursor.vec32().map(bits),
        _ => None,
    };
    Some(HostKey { sha256: fingerprint::sha256(blob), bits, certificate, kind })
}

/// The length of a number without leading zeros.
fn bits(number: &[u8]) -> usize {
    let significant = &number[number.iter().take_while(|&&byte| byte == 0).count()..];
    significant.first().map_or(0, |first| significant.len() * 8 - first.leading_zeros() as usize)
}

fn certificate(kind: &str, mut cursor: Cursor<'_>) -> Option<Certificate> {
    let plain = kind.strip_suffix("-cert-v01@openssh.com")?;
    // How many fields the key has between the nonce and the serial number.
    let fields = match plain {
        "ssh-ed25519" => 1,
        "ssh-rsa" | "rsa-sha2-256" | "rsa-sha2-512" | "sk-ssh-ed25519" => 2,
        "ssh-dss" => 4,
        _ if plain.starts_with("sk-ecdsa-") => 3,
        _ if plain.starts_with("ecdsa-") => 2,
        _ => return None,
    };
    cursor.vec32()?; // nonce
    let mut key = blob(plain.as_bytes());
    for _ in 0..fields {
        key.extend(blob(cursor.vec32()?));
    }
    let serial = cursor.u64()?;
    cursor.u32()?; // user or host
    let id = String::from_utf8_lossy(cursor.vec32()?).into_owned();
    let mut names = Cursor::new(cursor.vec32()?);
    let mut principals = Vec::new();
    while let Some(name) = names.vec32() {
        principals.push(String::from_utf8_lossy(name).into_owned());
    }
    let (valid_after, valid_before) = (cursor.u64()?, cursor.u64()?);
    for _ in 0..3 {
        cursor.vec32()?; // critical options, extensions, reserved
    }
    let ca = cursor.vec32()?;
    let ca_kind = String::from_utf8_lossy(Cursor::new(ca).vec32()?).into_owned();
    let (key_sha256, ca_sha256) = (fingerprint::sha256(&key), fingerprint::sha256(ca));
    Some(Certificate { key_sha256, serial, id, principals, valid_after, valid_before, ca_kind, ca_sha256 })
}

/// Bytes behind their length.
fn blob(bytes: &[u8]) -> Vec<u8> {
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    [&length.to_be_bytes()[..], bytes].concat()
}
