//! The hashes of TLS, chosen while running, and what is built of them: HMAC, the PRF of TLS 1.0 to 1.2, HKDF's expansion.

use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384};

/// A hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hash {
    Md5,
    Sha1,
    Sha256,
    Sha384,
}

/// Calls the generic `$function` with the type of `$hash`.
macro_rules! with {
    ($hash:expr, $function:ident ( $($argument:expr),* )) => {
        match $hash {
            Hash::Md5 => $function::<Hmac<Md5>>($($argument),*),
            Hash::Sha1 => $function::<Hmac<Sha1>>($($argument),*),
            Hash::Sha256 => $function::<Hmac<Sha256>>($($argument),*),
            Hash::Sha384 => $function::<Hmac<Sha384>>($($argument),*),
        }
    };
}

impl Hash {
    /// Bytes of its output.
    pub(super) const fn size(self) -> usize {
        match self {
            Self::Md5 => 16,
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha384 => 48,
        }
    }

    pub(super) fn digest(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Self::Md5 => Md5::digest(bytes).to_vec(),
            Self::Sha1 => Sha1::digest(bytes).to_vec(),
            Self::Sha256 => Sha256::digest(bytes).to_vec(),
            Self::Sha384 => Sha384::digest(bytes).to_vec(),
        }
    }

    /// HMAC over the parts, one behind the other.
    pub(super) fn hmac(self, key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
        with!(self, mac(key, parts))
    }

    /// Whether `tag` is the HMAC over the parts.
    pub(super) fn verify(self, key: &[u8], parts: &[&[u8]], tag: &[u8]) -> bool {
        with!(self, verified(key, parts, tag))
    }

    /// `P_hash` of RFC 5246 section 5.
    fn stretch(self, secret: &[u8], seed: &[&[u8]], length: usize) -> Vec<u8> {
        let mut out = Vec::with_capacity(length + self.size());
        let mut a = self.hmac(secret, seed);
        while out.len() < length {
            let parts: Vec<&[u8]> = [&a[..]].into_iter().chain(seed.iter().copied()).collect();
            out.extend(self.hmac(secret, &parts));
            a = self.hmac(secret, &[&a]);
        }
        out.truncate(length);
        out
    }

    /// HKDF-Expand-Label of RFC 8446 section 7.1, with an empty context.
    pub(super) fn expand_label(self, secret: &[u8], label: &str, length: usize) -> Vec<u8> {
        let label = format!("tls13 {label}");
        let size = u16::try_from(length).unwrap_or(u16::MAX).to_be_bytes();
        let name = u8::try_from(label.len()).unwrap_or(u8::MAX);
        let info = [&size[..], &[name], label.as_bytes(), &[0]].concat();
        let mut out = Vec::with_capacity(length + self.size());
        let mut previous = Vec::new();
        for counter in 1..=u8::MAX {
            if out.len() >= length {
                break;
            }
            previous = self.hmac(secret, &[&previous, &info, &[counter]]);
            out.extend_from_slice(&previous);
        }
        out.truncate(length);
        out
    }
}

/// The pseudo-random function of TLS 1.2 (RFC 5246 section 5) with `hash`, or of TLS 1.0 and 1.1 (RFC 4346
/// section 5) where there is none.
pub(super) fn prf(hash: Option<Hash>, secret: &[u8], label: &str, seed: &[&[u8]], length: usize) -> Vec<u8> {
    let seed: Vec<&[u8]> = [label.as_bytes()].into_iter().chain(seed.iter().copied()).collect();
    if let Some(hash) = hash {
        return hash.stretch(secret, &seed, length);
    }
    let half = secret.len().div_ceil(2);
    let md5 = Hash::Md5.stretch(&secret[..half], &seed, length);
    let sha1 = Hash::Sha1.stretch(&secret[secret.len() - half..], &seed, length);
    md5.iter().zip(sha1).map(|(a, b)| a ^ b).collect()
}

/// The hash over a handshake up to some message, as the version has it.
pub(super) fn transcript(hash: Option<Hash>, messages: &[u8]) -> Vec<u8> {
    match hash {
        Some(hash) => hash.digest(messages),
        None => [Hash::Md5.digest(messages), Hash::Sha1.digest(messages)].concat(),
    }
}

fn keyed<M: Mac + KeyInit>(key: &[u8], parts: &[&[u8]]) -> M {
    let mut mac = <M as KeyInit>::new_from_slice(key).expect("invariant: HMAC takes keys of any length");
    for part in parts {
        mac.update(part);
    }
    mac
}

fn mac<M: Mac + KeyInit>(key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    keyed::<M>(key, parts).finalize().into_bytes().to_vec()
}

fn verified<M: Mac + KeyInit>(key: &[u8], parts: &[&[u8]], tag: &[u8]) -> bool {
    keyed::<M>(key, parts).verify_slice(tag).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(text: &str) -> Vec<u8> {
        let digits: Vec<u32> = text.chars().filter_map(|c| c.to_digit(16)).collect();
        digits.chunks(2).map(|pair| u8::try_from(pair[0] * 16 + pair[1]).unwrap()).collect()
    }

    #[test]
    fn the_prf_of_tls_1_2_gives_the_published_vector() {
        // "Test vectors for TLS 1.2 PRF", IETF TLS mailing list, 2009: P_SHA256, label "test label".
        let secret = hex("9b be 43 6b a9 40 f0 17 b1 76 52 84 9a 71 db 35");
        let seed = hex("a0 ba 9f 93 6c da 31 18 27 a6 f7 96 ff d5 19 8c");
        let out = prf(Some(Hash::Sha256), &secret, "test label", &[&seed], 100);
        assert_eq!(out[..16], hex("e3 f2 29 ba 72 7b e1 7b 8d 12 26 20 55 7c d4 53"));
        assert_eq!(out[96..], hex("87 34 7b 66"));
    }

    #[test]
    fn keys_of_tls_1_3_are_those_of_rfc_8448() {
        // RFC 8448 section 3, "derive write traffic keys for handshake data" of the server.
        let secret = hex("b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38");
        assert_eq!(Hash::Sha256.expand_label(&secret, "key", 16), hex("3fce516009c21727d0f2e4e86ee403bc"));
        assert_eq!(Hash::Sha256.expand_label(&secret, "iv", 12), hex("5d313eb2671276ee13000b30"));
    }
}
