//! Cipher suites: what a number is called and which algorithms the name stands for.

use super::hash::Hash;
use super::names;
use std::fmt;

/// A cipher suite by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Suite(pub u16);

impl fmt::Display for Suite {
    /// The registered name, or the number where it has none.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match names::suite(self.0) {
            Some(name) => f.write_str(name),
            None => write!(f, "unknown (0x{:04x})", self.0),
        }
    }
}

/// What protects the records of a suite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bulk {
    /// Nothing; there is only a MAC.
    Null,
    Rc4,
    DesCbc,
    TripleDesCbc,
    /// AES-CBC with a key of so many bytes.
    AesCbc(usize),
    /// Camellia-CBC with a key of so many bytes.
    CamelliaCbc(usize),
    /// AES-GCM with a key of so many bytes.
    AesGcm(usize),
    /// ARIA-GCM with a key of so many bytes.
    AriaGcm(usize),
    /// AES-CCM with a key and a tag of so many bytes.
    AesCcm(usize, usize),
    ChaCha20Poly1305,
}

/// The algorithms of a suite whose records can be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Algorithms {
    pub(super) bulk: Bulk,
    /// The MAC of suites that aren't AEAD.
    pub(super) mac: Option<Hash>,
    /// The hash from which keys are derived, from TLS 1.2 on.
    pub(super) prf: Hash,
    /// The client sends the premaster secret encrypted with the server's RSA key.
    pub(super) rsa_key_exchange: bool,
}

impl Suite {
    /// The numbers that clients mix in to keep servers tolerant (RFC 8701).
    #[must_use]
    pub const fn is_grease(self) -> bool {
        is_grease(self.0)
    }

    /// What the suite's name stands for; `None` where its records can't be opened.
    pub(super) fn algorithms(self) -> Option<Algorithms> {
        // Chrome's first ChaCha20 suites had another nonce, before RFC 7905.
        if matches!(self.0, 0xcc13..=0xcc15) {
            return None;
        }
        let name = names::suite(self.0)?.strip_prefix("TLS_")?;
        let (key_exchange, rest) = name.split_once("_WITH_").unwrap_or(("", name));
        if key_exchange.contains("EXPORT") {
            return None;
        }
        let (bulk, rest) = BULKS.iter().find_map(|(text, bulk)| Some((*bulk, rest.strip_prefix(text)?)))?;
        let hash = match rest.trim_start_matches('_') {
            "MD5" => Hash::Md5,
            "SHA" => Hash::Sha1,
            "SHA256" | "" => Hash::Sha256,
            "SHA384" => Hash::Sha384,
            _ => return None,
        };
        let prf = if hash == Hash::Sha384 { Hash::Sha384 } else { Hash::Sha256 };
        let mac = (!bulk.is_aead()).then_some(hash);
        Some(Algorithms { bulk, mac, prf, rsa_key_exchange: key_exchange == "RSA" })
    }
}

/// Longer texts before those that they begin with.
const BULKS: &[(&str, Bulk)] = &[
    ("AES_128_GCM", Bulk::AesGcm(16)),
    ("AES_256_GCM", Bulk::AesGcm(32)),
    ("ARIA_128_GCM", Bulk::AriaGcm(16)),
    ("ARIA_256_GCM", Bulk::AriaGcm(32)),
    ("AES_128_CCM_8", Bulk::AesCcm(16, 8)),
    ("AES_256_CCM_8", Bulk::AesCcm(32, 8)),
    ("AES_128_CCM", Bulk::AesCcm(16, 16)),
    ("AES_256_CCM", Bulk::AesCcm(32, 16)),
    ("CHACHA20_POLY1305", Bulk::ChaCha20Poly1305),
    ("AES_128_CBC", Bulk::AesCbc(16)),
    ("AES_256_CBC", Bulk::AesCbc(32)),
    ("CAMELLIA_128_CBC", Bulk::CamelliaCbc(16)),
    ("CAMELLIA_256_CBC", Bulk::CamelliaCbc(32)),
    ("3DES_EDE_CBC", Bulk::TripleDesCbc),
    ("DES_CBC", Bulk::DesCbc),
    ("RC4_128", Bulk::Rc4),
    ("NULL", Bulk::Null),
];

impl Bulk {
    pub(super) const fn is_aead(self) -> bool {
        matches!(self, Self::AesGcm(_) | Self::AriaGcm(_) | Self::AesCcm(..) | Self::ChaCha20Poly1305)
    }

    /// Bytes of a key.
    pub(super) const fn key(self) -> usize {
        match self {
            Self::Null => 0,
            Self::Rc4 => 16,
            Self::DesCbc => 8,
            Self::TripleDesCbc => 24,
            Self::AesCbc(n) | Self::CamelliaCbc(n) | Self::AesGcm(n) | Self::AriaGcm(n) | Self::AesCcm(n, _) => n,
            Self::ChaCha20Poly1305 => 32,
        }
    }

    /// Bytes of a block of CBC; 0 for all others.
    pub(super) const fn block(self) -> usize {
        match self {
            Self::DesCbc | Self::TripleDesCbc => 8,
            Self::AesCbc(_) | Self::CamelliaCbc(_) => 16,
            _ => 0,
        }
    }

    /// Bytes of the tag of AEAD; 0 for all others.
    pub(super) const fn tag(self) -> usize {
        match self {
            Self::AesGcm(_) | Self::AriaGcm(_) | Self::ChaCha20Poly1305 => 16,
            Self::AesCcm(_, tag) => tag,
            _ => 0,
        }
    }
}

/// Whether a number is one of `0x0a0a`, `0x1a1a` to `0xfafa` (RFC 8701).
pub(super) const fn is_grease(number: u16) -> bool {
    let [high, low] = number.to_be_bytes();
    high == low && high & 0x0f == 0x0a
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_for_algorithms() {
        let of = |number| Suite(number).algorithms().unwrap();
        let (aes, gcm) = (of(0x002f), of(0xc030));
        assert_eq!((aes.bulk, aes.mac, aes.rsa_key_exchange), (Bulk::AesCbc(16), Some(Hash::Sha1), true));
        assert_eq!((gcm.bulk, gcm.mac, gcm.prf), (Bulk::AesGcm(32), None, Hash::Sha384));
        assert_eq!(of(0x0004).mac, Some(Hash::Md5));
        assert_eq!(of(0x000a).bulk, Bulk::TripleDesCbc);
        assert_eq!(of(0x1303).bulk, Bulk::ChaCha20Poly1305);
        assert_eq!((of(0x1305).bulk, of(0xc0a3).bulk), (Bulk::AesCcm(16, 8), Bulk::AesCcm(32, 8)));
    }

    #[test]
    fn what_cannot_be_opened_still_has_a_name() {
        for (number, name) in [
            (0x0003, "TLS_RSA_EXPORT_WITH_RC4_40_MD5"),
            (0x0007, "TLS_RSA_WITH_IDEA_CBC_SHA"),
            (0x0096, "TLS_RSA_WITH_SEED_CBC_SHA"),
            (0xc03c, "TLS_RSA_WITH_ARIA_128_CBC_SHA256"),
            (0xeeee, "unknown (0xeeee)"),
        ] {
            assert_eq!((Suite(number).algorithms(), Suite(number).to_string().as_str()), (None, name));
        }
    }
}
