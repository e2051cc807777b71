//! What both sides agree on: from the messages of the handshake and the secrets at hand to the keys of records.
//!
//! Keys: RFC 5246 sections 6.3 and 8.1 and RFC 7627 (TLS 1.2 and before), RFC 8446 section 7 (TLS 1.3).

use super::super::cursor::Cursor;
use super::super::flow::Side;
use super::super::secrets::{Label, Secrets};
use super::certificate;
use super::facts::{Facts, Sealed};
use super::handshake as message;
use super::hash::{Hash, prf, transcript};
use super::hello::{ClientHello, ServerHello, alpn_of_encrypted_extensions};
use super::opener::{Keys, Opener};
use super::suite::{Algorithms, Bulk};
use super::version::Version;

/// The longest handshake that is kept to be hashed.
const LONGEST_TRANSCRIPT: usize = 512 * 1024;

/// The state of the handshake, the last one where there were several.
#[derive(Debug, Default)]
pub(super) struct Session {
    client: Option<ClientHello>,
    server: Option<ServerHello>,
    /// The messages up to the client's key exchange, for what depends on their hash.
    messages: Vec<u8>,
    /// What the client's key exchange carries.
    exchanged: Option<Vec<u8>>,
    /// The master secret, once it is known (TLS 1.2 and before).
    master: Option<Vec<u8>>,
    /// The secrets from which the keys in use come, of client and server (TLS 1.3).
    traffic: [Vec<u8>; 2],
}

/// What a message means for the records behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    None,
    /// The server's choice is known.
    ServerKnown,
    /// The side goes on with the keys of that stage (TLS 1.3).
    Stage(Stage),
    /// The side goes on with new keys (TLS 1.3).
    NextKeys,
}

/// The stages of TLS 1.3 and their keys, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    Early,
    Handshake,
    Traffic,
}

impl Stage {
    pub(super) const ALL: [Self; 3] = [Self::Early, Self::Handshake, Self::Traffic];

    /// What a key log calls the secret of a side.
    const fn label(self, side: Side) -> (Label, &'static str) {
        match (self, side) {
            (Self::Early, _) => (Label::ClientEarly, "CLIENT_EARLY_TRAFFIC_SECRET"),
            (Self::Handshake, Side::Client) => (Label::ClientHandshake, "CLIENT_HANDSHAKE_TRAFFIC_SECRET"),
            (Self::Handshake, Side::Server) => (Label::ServerHandshake, "SERVER_HANDSHAKE_TRAFFIC_SECRET"),
            (Self::Traffic, Side::Client) => (Label::ClientTraffic, "CLIENT_TRAFFIC_SECRET_0"),
            (Self::Traffic, Side::Server) => (Label::ServerTraffic, "SERVER_TRAFFIC_SECRET_0"),
        }
    }
}

impl Session {
    /// TLS 1.3 was chosen.
    pub(super) fn is_13(&self) -> bool {
        self.server.as_ref().is_some_and(|server| server.version == Version::Tls13)
    }

    /// The client's hello has come, and the server's hasn't.
    pub(super) fn waits_for_server(&self) -> bool {
        self.client.is_some() && self.server.is_none()
    }

    /// The client may have sent data before the server's hello.
    pub(super) fn has_early_data(&self) -> bool {
        self.client.as_ref().is_some_and(|client| client.early_data)
    }

    /// Takes a whole message, header included.
    pub(super) fn message(
        &mut self,
        side: Side,
        at: i64,
        message: &[u8],
        facts: &mut Facts,
        secrets: &Secrets,
    ) -> Change {
        let (number, body) = (message[0], &message[message::HEADER..]);
        if number == message::CLIENT_HELLO && side == Side::Client {
            self.client_hello(at, body, facts);
        }
        // HelloRequest (0) isn't part of the hash.
        if number != 0 && self.exchanged.is_none() && self.messages.len() < LONGEST_TRANSCRIPT {
            self.messages.extend_from_slice(message);
        }
        match (number, side) {
            (message::SERVER_HELLO, Side::Server) => return self.server_hello(at, body, facts),
            (message::NEW_SESSION_TICKET, Side::Server) if !self.is_13() => self.ticket(body, secrets),
            (message::END_OF_EARLY_DATA, Side::Client) if self.is_13() => return Change::Stage(Stage::Handshake),
            (message::FINISHED, _) if self.is_13() => return Change::Stage(Stage::Traffic),
            (message::ENCRYPTED_EXTENSIONS, Side::Server) => {
                facts.alpn = alpn_of_encrypted_extensions(body).or(facts.alpn.take());
            }
            (message::CERTIFICATE, _) => self.certificates(side, body, facts),
            (message::CERTIFICATE_REQUEST, Side::Server) => facts.client_certificate_requested = true,
            (message::CLIENT_KEY_EXCHANGE, Side::Client) => self.key_exchange(body, secrets),
            (message::KEY_UPDATE, _) if self.is_13() => return Change::NextKeys,
            _ => {}
        }
        Change::None
    }

    fn client_hello(&mut self, at: i64, body: &[u8], facts: &mut Facts) {
        let Some(hello) = ClientHello::read(body) else { return };
        let again = self.server.as_ref().is_some_and(|server| !server.retry);
        facts.renegotiated |= again;
        facts.client_hello_at.get_or_insert(at);
        if facts.client_hello.is_none() {
            facts.client_hello = Some(Box::new(hello.clone()));
        }
        // What was agreed on before goes on to protect records until both sides change over.
        *self = Self { client: Some(hello), ..Self::default() };
    }

    fn server_hello(&mut self, at: i64, body: &[u8], facts: &mut Facts) -> Change {
        let Some(hello) = ServerHello::read(body) else { return Change::None };
        if hello.retry {
            self.server = Some(hello);
            return Change::None;
        }
        let continued = |client: &ClientHello| !hello.session.is_empty() && client.session == hello.session;
        facts.resumed = match hello.version {
            Version::Tls13 => hello.pre_shared_key,
            _ => self.client.as_ref().is_some_and(continued),
        };
        facts.alpn = hello.alpn.clone().or(facts.alpn.take());
        facts.server_hello_at.get_or_insert(at);
        facts.server_hello = Some(Box::new(hello.clone()));
        self.server = Some(hello);
        Change::ServerKnown
    }

    fn certificates(&self, side: Side, body: &[u8], facts: &mut Facts) {
        let chain = if self.is_13() { certificate::chain_13(body) } else { certificate::chain(body) };
        match side {
            Side::Client => facts.client_certificates = chain,
            Side::Server => facts.certificates = chain,
        }
    }

    /// The client's key exchange: with RSA it carries the premaster secret.
    fn key_exchange(&mut self, body: &[u8], secrets: &Secrets) {
        let rsa = self.algorithms().is_ok_and(|algorithms| algorithms.rsa_key_exchange);
        let exchanged = Cursor::new(body).vec16().filter(|_| rsa).unwrap_or_default().to_vec();
        let premaster = self.premaster(&exchanged, secrets);
        self.exchanged = Some(exchanged);
        self.master = premaster.and_then(|premaster| self.master_from(&premaster));
        self.messages = Vec::new();
    }

    fn premaster(&self, exchanged: &[u8], secrets: &Secrets) -> Option<Vec<u8>> {
        let client = self.client.as_ref()?;
        if let Some(premaster) = secrets.of_connection(Label::Premaster, &client.random) {
            return Some(premaster);
        }
        // It begins with the version that the client offered at most; some clients put the one agreed on.
        let versions = [Some(client.legacy_version), self.server.as_ref().map(|server| server.version)];
        secrets.decrypt_premaster(exchanged).into_iter().find(|premaster| {
            let version = Version::from_wire(u16::from_be_bytes([premaster[0], premaster[1]]));
            versions.contains(&Some(version))
        })
    }

    fn master_from(&self, premaster: &[u8]) -> Option<Vec<u8>> {
        let (client, server) = (self.client.as_ref()?, self.server.as_ref()?);
        let hash = self.prf_hash().ok()?;
        if server.extended_master_secret {
            let seed = transcript(hash, &self.messages);
            return Some(prf(hash, premaster, "extended master secret", &[&seed], 48));
        }
        Some(prf(hash, premaster, "master secret", &[&client.random, &server.random], 48))
    }

    /// A ticket for a later connection (RFC 5077).
    fn ticket(&mut self, body: &[u8], secrets: &Secrets) {
        let mut cursor = Cursor::new(body);
        let ticket = cursor.u32().and_then(|_lifetime| cursor.vec16()).unwrap_or_default();
        if let Some(master) = self.find_master(secrets) {
            secrets.remember_session(ticket, &master);
        }
    }

    /// The master secret, from whatever gives it.
    fn find_master(&mut self, secrets: &Secrets) -> Option<Vec<u8>> {
        let client = self.client.as_ref()?;
        let server = self.server.as_ref()?;
        let master = secrets
            .of_connection(Label::Master, &client.random)
            .or_else(|| self.master.clone())
            .or_else(|| secrets.of_session(&server.session))
            // Only a session that is continued has the master secret of the ticket.
            .or_else(|| secrets.of_session(&client.ticket).filter(|_| self.exchanged.is_none()))?;
        self.master = Some(master.clone());
        Some(master)
    }

    /// What opens a side's records from now on (TLS 1.2 and before).
    pub(super) fn opener(&mut self, side: Side, facts: &mut Facts, secrets: &Secrets) -> Result<Opener, Sealed> {
        let Some(client) = self.client.as_ref() else { return Err(Sealed::NoClientHello) };
        let Some(server) = self.server.as_ref() else { return Err(Sealed::NoServerHello) };
        if let Some(why) = self.unsupported() {
            return Err(why);
        }
        let algorithms = self.algorithms()?;
        // A session continued by ticket shows only in what the client leaves out.
        facts.resumed |= side == Side::Server && self.exchanged.is_none();
        let no_key =
            Sealed::NoKey { random: client.random, rsa: algorithms.rsa_key_exchange, other_rsa: secrets.has_rsa_key() };
        let (randoms, version) = ([server.random, client.random].concat(), server.version);
        let (encrypt_then_mac, session) = (server.encrypt_then_mac, server.session.clone());
        let hash = self.prf_hash()?;
        let master = self.find_master(secrets).ok_or(no_key)?;
        secrets.remember_session(&session, &master);
        let (mac, key) = (algorithms.mac.map_or(0, Hash::size), algorithms.bulk.key());
        let iv = match algorithms.bulk {
            Bulk::AesGcm(_) | Bulk::AriaGcm(_) | Bulk::AesCcm(..) => 4,
            Bulk::ChaCha20Poly1305 => 12,
            _ if version.has_explicit_iv() => 0,
            bulk => bulk.block(),
        };
        let block = prf(hash, &master, "key expansion", &[&randoms], 2 * (mac + key + iv));
        let mut cursor = Cursor::new(&block);
        let mut both = |n| {
            let pair = [cursor.take(n).unwrap_or_default(), cursor.take(n).unwrap_or_default()];
            pair[side as usize].to_vec()
        };
        let keys = Keys { mac: both(mac), key: both(key), iv: both(iv) };
        Opener::new(version, algorithms, encrypt_then_mac, keys).ok_or(Sealed::WrongKey)
    }

    /// What opens a side's records in a stage of TLS 1.3, and the secret behind it.
    pub(super) fn opener_13(&self, side: Side, stage: Stage, secrets: &Secrets) -> Option<(Opener, Vec<u8>)> {
        if stage == Stage::Early && side == Side::Server {
            return None;
        }
        let secret = secrets.of_connection(stage.label(side).0, &self.client.as_ref()?.random)?;
        Some((self.opener_of(&secret)?, secret))
    }

    fn opener_of(&self, secret: &[u8]) -> Option<Opener> {
        let algorithms = self.algorithms().ok()?;
        let hash = algorithms.prf;
        let keys = Keys {
            mac: Vec::new(),
            key: hash.expand_label(secret, "key", algorithms.bulk.key()),
            iv: hash.expand_label(secret, "iv", 12),
        };
        Opener::new(Version::Tls13, algorithms, false, keys)
    }

    /// Keeps the secret that a side's keys come from.
    pub(super) fn keep_traffic_secret(&mut self, side: Side, secret: Vec<u8>) {
        self.traffic[side as usize] = secret;
    }

    /// What opens a side's records after a key update (RFC 8446 section 7.2).
    pub(super) fn next_opener(&mut self, side: Side) -> Option<Opener> {
        let hash = self.algorithms().ok()?.prf;
        let next = hash.expand_label(&self.traffic[side as usize], "traffic upd", hash.size());
        let opener = self.opener_of(&next);
        self.traffic[side as usize] = next;
        opener
    }

    /// Why a side's records can't be opened from this stage on; `None` where a record of a later stage may well be.
    pub(super) fn why_not_13(&self, side: Side, from: Stage, secrets: &Secrets) -> Option<Sealed> {
        let Some(client) = &self.client else { return Some(Sealed::NoClientHello) };
        let known = |stage: Stage| secrets.of_connection(stage.label(side).0, &client.random).is_some();
        let stages = || Stage::ALL.into_iter().filter(|stage| *stage >= from);
        if !stages().any(known) {
            let (first, traffic) = ([Stage::Handshake, Stage::Traffic].map(known), Stage::Traffic.label(side).1);
            let no_key = Sealed::NoKey { random: client.random, rsa: false, other_rsa: secrets.has_rsa_key() };
            return Some(if first.contains(&true) { Sealed::PartOfKey(traffic) } else { no_key });
        }
        if stages().all(known) || from == Stage::Traffic { Some(Sealed::WrongKey) } else { None }
    }

    /// What was agreed on and can't be read here.
    pub(super) fn unsupported(&self) -> Option<Sealed> {
        let server = self.server.as_ref()?;
        if !matches!(server.version, Version::Tls10 | Version::Tls11 | Version::Tls12 | Version::Tls13) {
            return Some(Sealed::Version(server.version));
        }
        if server.compression != 0 {
            return Some(Sealed::Compressed);
        }
        self.algorithms().err()
    }

    fn algorithms(&self) -> Result<Algorithms, Sealed> {
        let server = self.server.as_ref().ok_or(Sealed::NoServerHello)?;
        server.suite.algorithms().ok_or(Sealed::Suite(server.suite))
    }

    /// The hash of the PRF; `None` for the one of TLS 1.0 and 1.1.
    fn prf_hash(&self) -> Result<Option<Hash>, Sealed> {
        let tls12 = self.server.as_ref().is_some_and(|server| server.version == Version::Tls12);
        Ok(tls12.then_some(self.algorithms()?.prf))
    }
}
