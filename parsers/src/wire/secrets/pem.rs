//! RSA private keys from files: PEM or DER, PKCS#1 or PKCS#8.

use crate::Problem;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rsa::PrivateKey;
use rsa::pkcs1::DecodeRsaPrivateKey;
use rsa::pkcs8::DecodePrivateKey;

const DECRYPT: &str = "write it without a password: openssl pkey -in KEY -out PLAIN, and delete PLAIN afterwards";
const WANTED: &str = "give the server's RSA private key as PEM or DER (PKCS#1 or PKCS#8); from a keystore: \
                      openssl pkcs12 -in KEYSTORE.p12 -nodes -nocerts";

/// The first RSA key in a file.
pub(super) fn rsa_key(file: &[u8]) -> Result<PrivateKey, Problem> {
    let text = String::from_utf8_lossy(file);
    if !text.contains("-----BEGIN ") {
        return from_der(file).ok_or_else(|| Problem::new(0, "this is no RSA private key", WANTED));
    }
    let mut problem = Problem::new(0, "there is no private key in this file", WANTED);
    for (at, _) in text.match_indices("-----BEGIN ") {
        let block = &text[at + "-----BEGIN ".len()..];
        let Some((label, rest)) = block.split_once("-----") else { continue };
        let Some(body) = rest.split("-----END ").next() else { continue };
        let offset = at as u64;
        match label {
            "PRIVATE KEY" | "RSA PRIVATE KEY" if body.contains("ENCRYPTED") => {
                problem = Problem::new(offset, "the private key is encrypted", DECRYPT);
            }
            "PRIVATE KEY" | "RSA PRIVATE KEY" => {
                let base64: String = body.split_ascii_whitespace().collect();
                let der = STANDARD.decode(base64).ok();
                match der.and_then(|der| from_der(&der)) {
                    Some(key) => return Ok(key),
                    None => {
                        problem = Problem::new(offset, "the private key can't be read, or isn't RSA", WANTED);
                    }
                }
            }
            "ENCRYPTED PRIVATE KEY" => problem = Problem::new(offset, "the private key is encrypted", DECRYPT),
            "EC PRIVATE KEY" | "DSA PRIVATE KEY" => {
                let what = format!("this is no RSA key ({label}), and no other kind opens recorded TLS");
                problem = Problem::new(offset, what, "use a key log of the connection instead");
            }
            _ => {}
        }
    }
    Err(problem)
}

fn from_der(der: &[u8]) -> Option<PrivateKey> {
    PrivateKey::from_pkcs1_der(der).ok().or_else(|| PrivateKey::from_pkcs8_der(der).ok())
}
