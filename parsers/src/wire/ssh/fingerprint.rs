//! Fingerprints as other programs print them: SHA-256 of a key as OpenSSH, HASSH of an offer as Salesforce's method.

use super::kex::Offer;
use crate::hex;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use md5::{Digest, Md5};
use sha2::Sha256;

/// `SHA256:` and Base64 without padding, as `ssh-keygen -l` prints it.
pub(super) fn sha256(blob: &[u8]) -> String {
    format!("SHA256:{}", STANDARD_NO_PAD.encode(Sha256::digest(blob)))
}

/// <https://github.com/salesforce/hassh>: the lists for what the client sends.
pub(super) fn hassh(offer: &Offer) -> String {
    digest([&offer.kex, &offer.cipher_client, &offer.mac_client, &offer.compression_client])
}

/// The same for what the server sends.
pub(super) fn hassh_server(offer: &Offer) -> String {
    digest([&offer.kex, &offer.cipher_server, &offer.mac_server, &offer.compression_server])
}

fn digest(lists: [&Vec<String>; 4]) -> String {
    let text = lists.map(|names| names.join(",")).join(";");
    hex::text(&Md5::digest(text))
}
