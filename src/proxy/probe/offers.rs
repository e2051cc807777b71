//! Which versions of TLS a server takes, old ones included: each is offered alone, by a greeting that is never
//! followed by anything. What a server says to it is told apart: that it refuses a version, that it has no suite in
//! common with us, or nothing at all, as one does that serves a connection at a time.

use std::time::Duration;

use bytes::BytesMut;
use mwscope_parsers::wire::tls::{Tls, Version};
use mwscope_parsers::wire::{Dissector, Piece, Secrets, Side};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;

use crate::proxy::core::{Endpoint, cause};
use crate::proxy::dial::dial;

/// What is waited for an answer to one greeting.
const PATIENCE: Duration = Duration::from_secs(3);
/// The versions that are asked for, by their numbers on the wire.
const VERSIONS: [u16; 4] = [0x0301, 0x0302, 0x0303, 0x0304];
/// Suites of all versions that servers have in use, the strong ones first.
const SUITES: [u16; 25] = [
    0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc009, 0xc013, 0xc00a, 0xc014, 0x009e,
    0x009f, 0x009c, 0x009d, 0x003c, 0x002f, 0x0035, 0x000a, 0x0033, 0x0039, 0x0067, 0x006b,
];
/// The key exchanges and ciphers of them, in words.
const OFFERED: &str = "key exchange by ECDHE, DHE and RSA, with AES, ChaCha20 or 3DES";

/// What a server said to a greeting that offers one version.
enum Answer {
    /// It goes on with that version, and the suite of that name.
    Taken(String),
    /// It refuses the version, or ends the connection.
    Refused,
    /// It finds nothing among the suites.
    NothingInCommon,
    /// Nothing came in time.
    Silent,
}

/// What the server says to each version.
#[derive(Default)]
pub(super) struct Offers {
    taken: Vec<(String, String)>,
    refused: Vec<String>,
    nothing_in_common: Vec<String>,
    silent: Vec<String>,
}

/// Whether a server that was called without TLS speaks it: what it says to a greeting of either version in use is TLS.
pub(super) async fn is_tls(to: &Endpoint, limit: Duration) -> bool {
    for number in [0x0304, 0x0303] {
        let said = timeout(PATIENCE, answer(to, number, limit)).await.unwrap_or(Answer::Silent);
        if matches!(said, Answer::Taken(_) | Answer::NothingInCommon) {
            return true;
        }
    }
    false
}

impl Offers {
    /// Offers one version after the other.
    pub(super) async fn of(to: &Endpoint, limit: Duration) -> Self {
        let mut offers = Self::default();
        for number in VERSIONS {
            let version = Version::from_wire(number);
            let name = version.to_string();
            match timeout(PATIENCE, answer(to, number, limit)).await.unwrap_or(Answer::Silent) {
                Answer::Taken(suite) => offers.taken.push((name, suite)),
                Answer::Refused => offers.refused.push(name),
                Answer::NothingInCommon => offers.nothing_in_common.push(name),
                Answer::Silent => offers.silent.push(name),
            }
        }
        // Where another version is taken there are suites in common: it is this version that isn't.
        if !offers.taken.is_empty() {
            offers.refused.append(&mut offers.nothing_in_common);
            offers.refused.sort();
        }
        offers
    }

    /// What was found, in words; an error where nothing is taken. `failed` says that a handshake with the server did,
    /// so that suites count that only this greeting offers.
    pub(super) fn found(&self, failed: bool) -> Result<String, String> {
        let list = |names: &[String]| if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        let mut parts = Vec::new();
        let patience = cause::words(PATIENCE);
        if self.taken.is_empty() && self.refused.is_empty() && self.nothing_in_common.is_empty() {
            let text = "no answer within {} to any version of TLS; the server may serve one connection at a time, or speak no \
                        TLS on this port";
            return Err(text.replace("{}", &patience));
        }
        let taken: Vec<String> = self
            .taken
            .iter()
            .map(|(version, suite)| match failed && !is_spoken(suite) {
                true => format!("{version} by {suite}, which is not spoken here"),
                false => version.clone(),
            })
            .collect();
        if self.nothing_in_common.is_empty() || !taken.is_empty() {
            parts.push(format!("the server takes {}", list(&taken)));
        }
        if !self.refused.is_empty() || parts.len() == 1 {
            parts.push(format!("refuses {}", list(&self.refused)));
        }
        if !self.silent.is_empty() {
            parts.push(format!("no answer within {patience} to {}", list(&self.silent)));
        }
        if taken.is_empty() && !self.nothing_in_common.is_empty() {
            let text = format!(
                "no version and cipher in common (alert handshake_failure to {}), where {OFFERED} were offered; look up what \
                 the server is set to take",
                list(&self.nothing_in_common)
            );
            parts.insert(0, text);
        }
        let text = parts.join("; ");
        if taken.is_empty() { Err(text) } else { Ok(text) }
    }
}

/// Whether a handshake of ours could agree on the suite; only those with forward secrecy and AEAD are.
fn is_spoken(suite: &str) -> bool {
    let modern = suite.contains("_GCM_") || suite.contains("CHACHA20");
    modern && ["TLS_ECDHE_", "TLS_AES_", "TLS_CHACHA20_"].iter().any(|begins| suite.starts_with(begins))
}

/// What the server says to one version.
async fn answer(to: &Endpoint, version: u16, limit: Duration) -> Answer {
    let wanted = Version::from_wire(version);
    let Ok(dialled) = dial(to, limit, &[]).await else { return Answer::Silent };
    let mut stream = dialled.stream;
    let hello = hello(&to.host, version);
    if stream.write_all(&hello).await.is_err() {
        return Answer::Refused;
    }
    let mut reader = Tls::new(Secrets::default());
    reader.piece(Side::Client, Piece::Data { at: 0, bytes: &hello, from: None }, &mut |_| {});
    let mut buffer = BytesMut::new();
    while stream.read_buf(&mut buffer).await.is_ok_and(|n| n > 0) {
        reader.piece(Side::Server, Piece::Data { at: 0, bytes: &buffer, from: None }, &mut |_| {});
        buffer.clear();
        let Some(facts) = reader.facts().tls else { return Answer::Refused };
        if let (Some(version), suite) = (facts.version(), facts.suite()) {
            let suite = suite.map_or_else(|| "an unknown suite".to_owned(), |suite| suite.to_string());
            return if version == wanted { Answer::Taken(suite) } else { Answer::Refused };
        }
        if let Some(alert) = facts.alerts.first() {
            // handshake_failure and insufficient_security (RFC 8446, 6).
            return if matches!(alert.number, 40 | 71) { Answer::NothingInCommon } else { Answer::Refused };
        }
    }
    Answer::Refused
}

/// A record with a client's hello that offers one version (RFC 5246, 7.4.1.2; RFC 8446, 4.1.2).
fn hello(host: &str, version: u16) -> Vec<u8> {
    let legacy = version.min(0x0303).to_be_bytes();
    let mut body = legacy.to_vec();
    body.extend([0x5a; 32]);
    body.push(0);
    with_length(&mut body, 2, |body| SUITES.iter().for_each(|suite| body.extend(suite.to_be_bytes())));
    body.extend([1, 0]);
    with_length(&mut body, 2, |body| {
        if host.parse::<std::net::IpAddr>().is_err() {
            extension(body, 0, |body| {
                with_length(body, 2, |body| {
                    body.push(0);
                    with_length(body, 2, |body| body.extend_from_slice(host.as_bytes()));
                });
            });
        }
        // x25519, P-256, P-384, P-521.
        extension(body, 10, |body| with_length(body, 2, |body| body.extend([0, 29, 0, 23, 0, 24, 0, 25])));
        extension(body, 11, |body| body.extend([1, 0]));
        // ECDSA, RSA-PSS and PKCS#1 with SHA-256 to SHA-512, and SHA-1 as the last.
        extension(body, 13, |body| {
            with_length(body, 2, |body| {
                body.extend([4, 3, 5, 3, 6, 3, 8, 4, 8, 5, 8, 6, 4, 1, 5, 1, 6, 1, 2, 3, 2, 1]);
            });
        });
        if version == 0x0304 {
            extension(body, 43, |body| body.extend([2, 3, 4]));
            extension(body, 51, |body| {
                with_length(body, 2, |body| {
                    body.extend([0, 29]);
                    with_length(body, 2, |body| body.extend([9; 32]));
                });
            });
        }
    });
    let mut record = vec![0x16, 3, 1];
    with_length(&mut record, 2, |record| {
        record.push(1);
        with_length(record, 3, |record| record.extend_from_slice(&body));
    });
    record
}

fn extension(body: &mut Vec<u8>, number: u16, fill: impl FnOnce(&mut Vec<u8>)) {
    body.extend(number.to_be_bytes());
    with_length(body, 2, fill);
}

/// What `fill` puts down, behind its length in `width` bytes.
fn with_length(body: &mut Vec<u8>, width: usize, fill: impl FnOnce(&mut Vec<u8>)) {
    let at = body.len();
    body.extend(std::iter::repeat_n(0, width));
    fill(body);
    let len = (body.len() - at - width).to_be_bytes();
    body[at..at + width].copy_from_slice(&len[len.len() - width..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn silence_and_nothing_in_common_are_no_refusals() {
        let versions = ["TLS 1.0", "TLS 1.1", "TLS 1.2", "TLS 1.3"];
        let silent = Offers { silent: all(&versions), ..Offers::default() };
        assert!(silent.found(true).is_err_and(|text| text.starts_with("no answer within 3 s to any version")));
        let apart = Offers { nothing_in_common: all(&versions), ..Offers::default() };
        let said = apart.found(true).expect_err("nothing is taken");
        assert!(said.starts_with("no version and cipher in common") && said.contains("ECDHE, DHE and RSA"), "{said}");
        assert!(!said.contains("refuses"), "{said}");
        let taken = vec![("TLS 1.2".to_owned(), "TLS_RSA_X".to_owned())];
        let some = Offers { taken, refused: all(&["TLS 1.0"]), silent: all(&["TLS 1.3"]), ..Offers::default() };
        let said = "the server takes TLS 1.2; refuses TLS 1.0; no answer within 3 s to TLS 1.3";
        assert_eq!(some.found(false).as_deref(), Ok(said));
        assert!(some.found(true).is_ok_and(|text| text.contains("TLS 1.2 by TLS_RSA_X")));
    }
}
