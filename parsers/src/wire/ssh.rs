//! SSH as it is seen from outside: greetings, what both sides offered, what they agreed on, and the host key.
//!
//! Everything up to the first NEWKEYS of a direction is in clear (RFC 4253); behind it only sizes and times can be
//! seen, and nothing here tries to guess from them. Which connection the bytes belong to is not known here.

mod banner;
mod fingerprint;
mod hostkey;
mod kex;
mod packet;

pub use hostkey::{Certificate, HostKey};
pub use kex::{Guess, Mismatch, Negotiated, Offer};

use super::flow::{self, Dissector, Found, Piece, Protocol, Recognised, Side};
use packet::{Item, Packets};

/// Whether a conversation that begins with these bytes is SSH.
///
/// A server may send lines of text before its greeting (RFC 4253 section 4.2), the client may not.
#[must_use]
pub fn recognises(client: &[u8], server: &[u8]) -> Recognised {
    match banner::starts_like_client(client) {
        // What a client says decides; only a server may say something else first.
        Recognised::No => Recognised::No,
        likely => likely.or(banner::starts_like_server(server)),
    }
}

/// What was learnt of a conversation so far. What wasn't seen is `None` or empty, never guessed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// The client's side.
    pub client: Party,
    /// The server's side.
    pub server: Party,
    /// What the offers lead to, once both are known.
    pub negotiated: Option<Negotiated>,
    /// The lists that have nothing in common; the connection fails by the first of them.
    pub mismatches: Vec<Mismatch>,
    /// The server's host key, from the reply of the key exchange.
    pub host_key: Option<HostKey>,
    /// Why a side ended the connection, where it said so in clear.
    pub disconnect: Option<Disconnect>,
    /// Why nothing more can be read, where that isn't encryption: lost bytes, a packet that can't be one, SSH 1.
    pub stopped: Option<String>,
}

/// What one side said of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Party {
    /// Lines of text before the greeting, without line ends.
    pub text: Vec<String>,
    /// The greeting: `SSH-2.0-OpenSSH_9.2p1`, without its line end.
    pub greeting: Option<String>,
    /// When the greeting came, in nanoseconds since 1970.
    pub greeted_at: Option<i64>,
    /// What the side offers.
    pub offer: Option<Offer>,
    /// When the side began to encrypt, in nanoseconds since 1970.
    pub encrypted_at: Option<i64>,
    /// Bytes that were sent encrypted.
    pub encrypted_bytes: u64,
}

/// SSH_MSG_DISCONNECT, RFC 4253 section 11.1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disconnect {
    /// Who ended the connection.
    pub by: Side,
    /// The reason's number.
    pub code: u32,
    /// The reason in words of the standard.
    pub reason: &'static str,
    /// What the side said about it.
    pub description: String,
}

impl Facts {
    /// HASSH of the client's offer: the MD5 of its lists, as 32 hexadecimal digits.
    #[must_use]
    pub fn hassh(&self) -> Option<String> {
        self.client.offer.as_ref().map(fingerprint::hassh)
    }

    /// HASSH of the server's offer.
    #[must_use]
    pub fn hassh_server(&self) -> Option<String> {
        self.server.offer.as_ref().map(fingerprint::hassh_server)
    }

    /// What one side said of itself.
    #[must_use]
    pub fn party(&self, side: Side) -> &Party {
        match side {
            Side::Client => &self.client,
            Side::Server => &self.server,
        }
    }

    fn party_mut(&mut self, side: Side) -> &mut Party {
        match side {
            Side::Client => &mut self.client,
            Side::Server => &mut self.server,
        }
    }
}

/// Reads one conversation. Takes both directions; keeps at most one packet of each in memory.
#[derive(Debug, Default)]
pub struct Ssh {
    facts: Facts,
    client: Packets,
    server: Packets,
}

impl Dissector for Ssh {
    /// Finds nothing but facts.
    fn piece(&mut self, side: Side, piece: Piece<'_>, _found: &mut dyn FnMut(Found<'_>)) {
        match piece {
            Piece::Data { at, bytes, .. } => self.data(side, at, bytes),
            Piece::Gap { length, .. } => self.gap(side, length),
            Piece::End { .. } => {}
        }
    }

    fn protocol(&self) -> Protocol {
        Protocol::Ssh
    }

    fn facts(&self) -> flow::Facts {
        flow::Facts { ssh: Some(Box::new(self.facts.clone())), ..flow::Facts::default() }
    }
}

impl Ssh {
    /// A dissector for a conversation that begins now.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn data(&mut self, side: Side, at: i64, bytes: &[u8]) {
        if self.facts.party(side).encrypted_at.is_some() {
            self.facts.party_mut(side).encrypted_bytes += bytes.len() as u64;
            return;
        }
        self.packets(side).push(bytes);
        while let Some(item) = self.packets(side).next() {
            self.item(side, at, item);
        }
    }

    fn gap(&mut self, side: Side, length: u64) {
        if self.facts.party(side).encrypted_at.is_some() {
            return;
        }
        self.packets(side).stop();
        self.stop(format!("{length} bytes of the {} are missing in the key exchange", side.word()));
    }

    fn packets(&mut self, side: Side) -> &mut Packets {
        match side {
            Side::Client => &mut self.client,
            Side::Server => &mut self.server,
        }
    }

    fn item(&mut self, side: Side, at: i64, item: Item) {
        match item {
            Item::Text(line) => self.facts.party_mut(side).text.push(line),
            Item::Greeting(line) => {
                let party = self.facts.party_mut(side);
                party.greeting = Some(line);
                party.greeted_at = Some(at);
                self.look_for_ssh_1();
            }
            Item::Payload(payload) => self.message(side, at, &payload),
            Item::Broken(what) => self.stop(format!("the {}'s {what}", side.word())),
        }
    }

    /// SSH 1 has other packets (and is no longer used); 1.99 says that a server speaks both.
    fn look_for_ssh_1(&mut self) {
        for side in [Side::Client, Side::Server] {
            let greeting = self.facts.party(side).greeting.as_deref().unwrap_or_default();
            if greeting.starts_with("SSH-1.") && !greeting.starts_with("SSH-1.99-") {
                self.client.stop();
                self.server.stop();
                self.stop(format!("the {} speaks SSH 1, whose packets aren't read", side.word()));
            }
        }
    }

    fn message(&mut self, side: Side, at: i64, payload: &[u8]) {
        const DISCONNECT: u8 = 1;
        const KEXINIT: u8 = 20;
        const NEWKEYS: u8 = 21;
        match payload.first() {
            Some(&DISCONNECT) => self.facts.disconnect = packet::disconnect(side, &payload[1..]),
            Some(&KEXINIT) => match Offer::read(&payload[1..]) {
                Some(offer) => {
                    self.facts.party_mut(side).offer = Some(offer);
                    self.negotiate();
                }
                None => self.stop(format!("the {}'s list of algorithms can't be read", side.word())),
            },
            Some(&NEWKEYS) => {
                let rest = self.packets(side).stop();
                let party = self.facts.party_mut(side);
                party.encrypted_at = Some(at);
                party.encrypted_bytes = rest;
            }
            Some(&number) if side == Side::Server && self.facts.host_key.is_none() => {
                let kex = self.facts.negotiated.as_ref().and_then(|n| n.kex.as_deref());
                self.facts.host_key = kex.and_then(|kex| hostkey::in_reply(kex, number, &payload[1..]));
            }
            _ => {}
        }
    }

    fn negotiate(&mut self) {
        if let (Some(client), Some(server)) = (&self.facts.client.offer, &self.facts.server.offer) {
            let (negotiated, mismatches) = kex::negotiate(client, server);
            self.facts.negotiated = Some(negotiated);
            self.facts.mismatches = mismatches;
        }
    }

    fn stop(&mut self, why: String) {
        self.facts.stopped.get_or_insert(why);
    }
}

#[cfg(test)]
mod tests;
