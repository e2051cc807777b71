//! What each side offers (SSH_MSG_KEXINIT) and what follows from both offers (RFC 4253 section 7.1).

use super::super::cursor::Cursor;

/// The lists of one SSH_MSG_KEXINIT, in the order in which the side prefers them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offer {
    /// Key exchanges, with markers such as `ext-info-c` that are none.
    pub kex: Vec<String>,
    /// Algorithms of host keys.
    pub host_key: Vec<String>,
    /// Ciphers, client to server.
    pub cipher_client: Vec<String>,
    /// Ciphers, server to client.
    pub cipher_server: Vec<String>,
    /// MACs, client to server.
    pub mac_client: Vec<String>,
    /// MACs, server to client.
    pub mac_server: Vec<String>,
    /// Compressions, client to server.
    pub compression_client: Vec<String>,
    /// Compressions, server to client.
    pub compression_server: Vec<String>,
    /// Languages, client to server.
    pub language_client: Vec<String>,
    /// Languages, server to client.
    pub language_server: Vec<String>,
    /// The side guessed the outcome and sent its first packet of the key exchange at once.
    pub guessed: bool,
}

impl Offer {
    /// Reads the fields behind the message number.
    pub(super) fn read(fields: &[u8]) -> Option<Self> {
        let mut cursor = Cursor::new(fields);
        cursor.take(16)?; // cookie
        let mut list = || {
            let text = String::from_utf8_lossy(cursor.vec32()?);
            Some(text.split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect())
        };
        Some(Self {
            kex: list()?,
            host_key: list()?,
            cipher_client: list()?,
            cipher_server: list()?,
            mac_client: list()?,
            mac_server: list()?,
            compression_client: list()?,
            compression_server: list()?,
            language_client: list()?,
            language_server: list()?,
            guessed: cursor.u8()? != 0,
        })
    }
}

/// What two offers lead to. `None` where they have nothing in common.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Negotiated {
    /// The key exchange.
    pub kex: Option<String>,
    /// The algorithm of the host key; `rsa-sha2-256` signs with a key of type `ssh-rsa`.
    pub host_key: Option<String>,
    /// Cipher, client to server.
    pub cipher_client: Option<String>,
    /// Cipher, server to client.
    pub cipher_server: Option<String>,
    /// MAC, client to server; `implicit` where the cipher authenticates by itself.
    pub mac_client: Option<String>,
    /// MAC, server to client.
    pub mac_server: Option<String>,
    /// Compression, client to server.
    pub compression_client: Option<String>,
    /// Compression, server to client.
    pub compression_server: Option<String>,
    /// Both sides know the strict key exchange that ends prefix truncation ("Terrapin", CVE-2023-48795).
    pub strict: bool,
    /// What became of the client's guess.
    pub client_guess: Guess,
    /// What became of the server's guess.
    pub server_guess: Guess,
}

/// Whether a side sent its first packet of the key exchange before it knew the other's offer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Guess {
    /// It waited.
    #[default]
    None,
    /// It guessed right; the packet counts.
    Right,
    /// It guessed wrong; the other side drops the packet.
    Wrong,
}

/// A list in which both sides have nothing in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// What the list is of: `host key`, `cipher from client to server`.
    pub of: &'static str,
    /// What the client offers.
    pub client: Vec<String>,
    /// What the server offers.
    pub server: Vec<String>,
}

impl std::fmt::Display for Mismatch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let list = |names: &[String]| if names.is_empty() { "nothing".to_owned() } else { names.join(", ") };
        let (client, server) = (list(&self.client), list(&self.server));
        write!(f, "no {} in common: the client offers {client}; the server offers {server}", self.of)
    }
}

/// What follows from both offers, and which lists have nothing in common.
pub(super) fn negotiate(client: &Offer, server: &Offer) -> (Negotiated, Vec<Mismatch>) {
    let mut mismatches = Vec::new();
    let mut choose = |of, client: &[String], server: &[String]| {
        let found = client.iter().find(|name| !is_marker(name) && server.contains(name)).cloned();
        if found.is_none() {
            let real = |names: &[String]| names.iter().filter(|name| !is_marker(name)).cloned().collect();
            mismatches.push(Mismatch { of, client: real(client), server: real(server) });
        }
        found
    };
    let kex = choose("key exchange", &client.kex, &server.kex);
    let host_key = choose("host key", &client.host_key, &server.host_key);
    let cipher_client = choose("cipher from client to server", &client.cipher_client, &server.cipher_client);
    let cipher_server = choose("cipher from server to client", &client.cipher_server, &server.cipher_server);
    let implicit = |cipher: &Option<String>| cipher.as_deref().is_some_and(is_aead).then(|| "implicit".to_owned());
    let mac_client = implicit(&cipher_client)
        .or_else(|| choose("MAC from client to server", &client.mac_client, &server.mac_client));
    let mac_server = implicit(&cipher_server)
        .or_else(|| choose("MAC from server to client", &client.mac_server, &server.mac_server));
    let compression_client =
        choose("compression from client to server", &client.compression_client, &server.compression_client);
    let compression_server =
        choose("compression from server to client", &client.compression_server, &server.compression_server);
    // RFC 4253 section 7: a guess is right where both sides prefer the same key exchange and the same host key.
    let right = client.kex.first() == server.kex.first() && client.host_key.first() == server.host_key.first();
    let guess = |guessed| match (guessed, right) {
        (false, _) => Guess::None,
        (true, true) => Guess::Right,
        (true, false) => Guess::Wrong,
    };
    let has = |offer: &Offer, name: &str| offer.kex.iter().any(|kex| kex == name);
    let negotiated = Negotiated {
        kex,
        host_key,
        cipher_client,
        cipher_server,
        mac_client,
        mac_server,
        compression_client,
        compression_server,
        strict: has(client, "kex-strict-c-v00@openssh.com") && has(server, "kex-strict-s-v00@openssh.com"),
        client_guess: guess(client.guessed),
        server_guess: guess(server.guessed),
    };
    (negotiated, mismatches)
}

/// Names in the list of key exchanges that only tell what a side knows (RFC 8308, OpenSSH's PROTOCOL).
fn is_marker(name: &str) -> bool {
    matches!(name, "ext-info-c" | "ext-info-s") || name.starts_with("kex-strict-")
}

/// Ciphers that authenticate by themselves; the list of MACs isn't looked at then (RFC 5647, OpenSSH's PROTOCOL).
fn is_aead(cipher: &str) -> bool {
    cipher.starts_with("chacha20-poly1305") || cipher.contains("-gcm@") || cipher.starts_with("AEAD_")
}
