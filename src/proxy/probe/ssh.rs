//! What an SSH server is, as far as it says so before anybody signs on: greeting, algorithms and host key. The key
//! exchange is begun to see the host key and never finished, so no secret is made and nothing is calculated.

use std::io;

use bytes::BytesMut;
use mwscope_parsers::wire::ssh::{Facts, Offer, Ssh};
use mwscope_parsers::wire::{Dissector, Piece, Side};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::proxy::stream::Stream;

/// RFC 4253 section 4.2.
const GREETING: &[u8] = b"SSH-2.0-mwscope\r\n";
const KEXINIT: u8 = 20;
const KEX_INIT: u8 = 30;
/// Key exchanges whose first message needs no calculation, and what that message says.
const EXCHANGES: &[(&str, Public)] = &[
    ("curve25519-sha256", Public::Curve25519),
    ("curve25519-sha256@libssh.org", Public::Curve25519),
    ("ecdh-sha2-nistp256", Public::P256),
    ("diffie-hellman-group14-sha256", Public::Number),
    ("diffie-hellman-group16-sha512", Public::Number),
    ("diffie-hellman-group18-sha512", Public::Number),
    ("diffie-hellman-group14-sha1", Public::Number),
    ("diffie-hellman-group1-sha1", Public::Number),
];
/// The base point of P-256, which is a public key as good as any other.
const P256: [u8; 65] = *b"\x04\x6b\x17\xd1\xf2\xe1\x2c\x42\x47\xf8\xbc\xe6\xe5\x63\xa4\x40\xf2\x77\x03\x7d\x81\x2d\xeb\
\x33\xa0\xf4\xa1\x39\x45\xd8\x98\xc2\x96\x4f\xe3\x42\xe2\xfe\x1a\x7f\x9b\x8e\xe7\xeb\x4a\x7c\x0f\x9e\x16\x2b\xce\x33\x57\
\x6b\x31\x5e\xce\xcb\xb6\x40\x68\x37\xbf\x51\xf5";

#[derive(Clone, Copy)]
enum Public {
    Curve25519,
    P256,
    /// A number below every modulus, with enough bits set to be taken.
    Number,
}

/// Goes as far into the key exchange as the host key; `first` is what came already.
///
/// # Errors
/// When the connection breaks; what was learnt until then is given all the same, by [`Facts`] of the pair.
pub(super) async fn greet(stream: &mut Stream, first: &[u8]) -> (Facts, io::Result<()>) {
    let mut reader = Ssh::new();
    hear(&mut reader, Side::Server, first);
    let went = go(stream, &mut reader).await;
    (facts(&reader), went)
}

async fn go(stream: &mut Stream, reader: &mut Ssh) -> io::Result<()> {
    send(stream, reader, GREETING).await?;
    while facts(reader).server.offer.is_none() {
        receive(stream, reader).await?;
    }
    let Some(offer) = facts(reader).server.offer else { return Ok(()) };
    let exchange = EXCHANGES.iter().find(|(name, _)| offer.kex.iter().any(|offered| offered == name));
    send(stream, reader, &packet(&init(&offer, exchange.map_or("none", |(name, _)| name)))).await?;
    let Some((_, public)) = exchange else { return Ok(()) };
    let mut message = vec![KEX_INIT];
    string(
        &mut message,
        &match public {
            Public::Curve25519 => vec![9; 32],
            Public::P256 => P256.to_vec(),
            Public::Number => vec![0x55; 120],
        },
    );
    send(stream, reader, &packet(&message)).await?;
    loop {
        let facts = facts(reader);
        if facts.host_key.is_some() || facts.disconnect.is_some() || facts.stopped.is_some() {
            return Ok(());
        }
        receive(stream, reader).await?;
    }
}

async fn send(stream: &mut Stream, reader: &mut Ssh, bytes: &[u8]) -> io::Result<()> {
    stream.write_all(bytes).await?;
    stream.flush().await?;
    hear(reader, Side::Client, bytes);
    Ok(())
}

async fn receive(stream: &mut Stream, reader: &mut Ssh) -> io::Result<()> {
    let mut buffer = BytesMut::with_capacity(4096);
    if stream.read_buf(&mut buffer).await? == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    hear(reader, Side::Server, &buffer);
    Ok(())
}

fn hear(reader: &mut Ssh, side: Side, bytes: &[u8]) {
    // Nobody asks when it was.
    reader.piece(side, Piece::Data { at: 0, bytes, from: None }, &mut |_| {});
}

fn facts(reader: &Ssh) -> Facts {
    reader.facts().ssh.map(|facts| *facts).unwrap_or_default()
}

/// SSH_MSG_KEXINIT that agrees with everything the server offers, and wants `exchange` (RFC 4253 section 7.1).
fn init(offer: &Offer, exchange: &str) -> Vec<u8> {
    let mut message = vec![KEXINIT];
    message.extend([7; 16]);
    string(&mut message, exchange.as_bytes());
    let lists = [
        &offer.host_key,
        &offer.cipher_client,
        &offer.cipher_server,
        &offer.mac_client,
        &offer.mac_server,
        &offer.compression_client,
        &offer.compression_server,
    ];
    lists.iter().for_each(|list| string(&mut message, list.join(",").as_bytes()));
    [b"", b""].iter().for_each(|language| string(&mut message, *language));
    message.extend([0; 5]);
    message
}

fn string(message: &mut Vec<u8>, bytes: &[u8]) {
    message.extend(u32::try_from(bytes.len()).unwrap_or(0).to_be_bytes());
    message.extend_from_slice(bytes);
}

/// The packet of a message, before there is any cipher (RFC 4253 section 6).
fn packet(message: &[u8]) -> Vec<u8> {
    let padding = 4 + (8 - (5 + message.len() + 4) % 8) % 8;
    let mut packet = Vec::new();
    packet.extend(u32::try_from(1 + message.len() + padding).unwrap_or(0).to_be_bytes());
    packet.push(u8::try_from(padding).unwrap_or(4));
    packet.extend_from_slice(message);
    packet.extend(std::iter::repeat_n(0, padding));
    packet
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packets_are_whole_blocks() {
        for len in 0..40 {
            let packet = packet(&vec![1; len]);
            assert_eq!(packet.len() % 8, 0, "{len}");
            assert!(packet[4] >= 4, "{len}");
            assert_eq!(u32::from_be_bytes([packet[0], packet[1], packet[2], packet[3]]) as usize, packet.len() - 4);
        }
    }
}
