//! Which versions of TLS a server takes, old ones included: each is offered alone, by a greeting that is never
//! followed by anything. That a version is refused says nothing where the server refuses its suites.

use std::time::Duration;

use bytes::BytesMut;
use mwscope_parsers::wire::tls::{Tls, Version};
use mwscope_parsers::wire::{Dissector, Piece, Secrets, Side};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;

use crate::proxy::core::Endpoint;
use crate::proxy::dial::dial;

/// What is waited for an answer to one greeting.
const PATIENCE: Duration = Duration::from_secs(3);
/// The versions that are asked for, by their numbers on the wire.
const VERSIONS: [u16; 4] = [0x0301, 0x0302, 0x0303, 0x0304];
/// Suites of all versions that servers have in use, the strong ones first.
const SUITES: [u16; 20] = [
    0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc009, 0xc013, 0xc00a, 0xc014, 0x009c,
    0x009d, 0x003c, 0x002f, 0x0035, 0x000a, 0x0033,
];

/// The versions that the server takes, and those that it doesn't, as they are called.
pub(super) async fn versions(to: &Endpoint, limit: Duration) -> (Vec<String>, Vec<String>) {
    let (mut taken, mut refused) = (Vec::new(), Vec::new());
    for number in VERSIONS {
        let version = Version::from_wire(number);
        let answer = timeout(PATIENCE, answer(to, number, limit)).await.ok().flatten();
        if answer == Some(version) { taken.push(version.to_string()) } else { refused.push(version.to_string()) }
    }
    (taken, refused)
}

/// The version in the server's hello.
async fn answer(to: &Endpoint, version: u16, limit: Duration) -> Option<Version> {
    let mut stream = dial(to, limit, &[]).await.ok()?.stream;
    let hello = hello(&to.host, version);
    stream.write_all(&hello).await.ok()?;
    let mut reader = Tls::new(Secrets::default());
    reader.piece(Side::Client, Piece::Data { at: 0, bytes: &hello, from: None }, &mut |_| {});
    let mut buffer = BytesMut::new();
    while stream.read_buf(&mut buffer).await.ok()? > 0 {
        reader.piece(Side::Server, Piece::Data { at: 0, bytes: &buffer, from: None }, &mut |_| {});
        buffer.clear();
        let facts = reader.facts().tls?;
        if facts.version().is_some() || !facts.alerts.is_empty() {
            return facts.version();
        }
    }
    None
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
