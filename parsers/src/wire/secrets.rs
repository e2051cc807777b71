//! Keys that open what was encrypted: key logs (RFC 9850), what an old Java prints of its handshakes, and RSA keys.
//!
//! Knows nothing of records or handshakes; a dissector asks for what belongs to a connection.

mod java;
mod keylog;
mod pem;

pub(super) use keylog::Label;

use crate::Problem;
use rsa::PrivateKey;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// How many master secrets of sessions that may be continued are kept; beyond, all are forgotten.
const MOST_SESSIONS: usize = 100_000;

/// The keys at hand, shared by all conversations of a capture; a capture may bring some of its own while it is read.
#[derive(Clone, Default)]
pub struct Secrets {
    store: Arc<RwLock<Store>>,
}

#[derive(Default)]
struct Store {
    /// By what the secret is and the client's random.
    by_random: HashMap<(Label, [u8; 32]), Vec<u8>>,
    /// The same where only the last 28 bytes of the random are known: some programs take the first four, which once
    /// were a time, for no part of it.
    by_end_of_random: HashMap<(Label, [u8; 28]), Vec<u8>>,
    /// Master secrets by the session's name or ticket.
    by_session: HashMap<Vec<u8>, Vec<u8>>,
    /// Premaster secrets by the first eight bytes of what they were encrypted to.
    by_encrypted: HashMap<[u8; 8], Vec<u8>>,
    rsa: Vec<PrivateKey>,
}

impl fmt::Debug for Secrets {
    /// How many there are, and none of them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let store = self.read();
        let entries = store.by_random.len() + store.by_end_of_random.len();
        f.debug_struct("Secrets").field("entries", &entries).field("rsa", &store.rsa.len()).finish()
    }
}

/// What came of a key log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Learnt {
    /// Secrets taken, also those that were known before.
    pub secrets: usize,
    /// Lines that can't be read. Comments and labels that open no records aren't among them.
    pub problems: Vec<Problem>,
}

impl Secrets {
    /// Takes the text of a key log (a file, or a decryption-secrets block), or the output of `javax.net.debug`.
    pub fn add_key_log(&self, text: &[u8]) -> Learnt {
        let mut learnt = Learnt::default();
        let mut store = self.write();
        let entries = keylog::read(text, &mut learnt.problems).into_iter().chain(java::read(text));
        for entry in entries {
            store.add(entry);
            learnt.secrets += 1;
        }
        learnt
    }

    /// Takes an RSA private key: PEM or DER, PKCS#1 or PKCS#8, without a password.
    ///
    /// # Errors
    ///
    /// Where there is none in it, or it is encrypted: what it is instead, and what to do.
    pub fn add_rsa_key(&self, file: &[u8]) -> Result<(), Problem> {
        let key = pem::rsa_key(file)?;
        self.write().rsa.push(key);
        Ok(())
    }

    /// Whether there is an RSA key.
    pub(super) fn has_rsa_key(&self) -> bool {
        !self.read().rsa.is_empty()
    }

    /// The secret of a connection.
    pub(super) fn of_connection(&self, label: Label, random: &[u8; 32]) -> Option<Vec<u8>> {
        let store = self.read();
        let end: [u8; 28] = random[4..].try_into().ok()?;
        store.by_random.get(&(label, *random)).or_else(|| store.by_end_of_random.get(&(label, end))).cloned()
    }

    /// The master secret of a session, by its name or its ticket.
    pub(super) fn of_session(&self, name: &[u8]) -> Option<Vec<u8>> {
        if name.is_empty() {
            return None;
        }
        self.read().by_session.get(name).cloned()
    }

    /// Keeps the master secret of a session that another connection may continue.
    pub(super) fn remember_session(&self, name: &[u8], master: &[u8]) {
        self.write().remember(name, master);
    }

    /// The premaster secrets that an encrypted one may stand for: known, or decrypted with each RSA key.
    ///
    /// A wrong key gives bytes as well; whoever uses them must check what follows.
    pub(super) fn decrypt_premaster(&self, encrypted: &[u8]) -> Vec<Vec<u8>> {
        let store = self.read();
        let known = encrypted.first_chunk::<8>().and_then(|first| store.by_encrypted.get(first)).cloned();
        let decrypted = store.rsa.iter().filter_map(|key| key.pkcs1v15_decrypt(encrypted).ok());
        known.into_iter().chain(decrypted).filter(|premaster| premaster.len() == 48).collect()
    }

    fn read(&self) -> RwLockReadGuard<'_, Store> {
        self.store.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Store> {
        self.store.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store {
    fn add(&mut self, entry: keylog::Entry) {
        match entry {
            keylog::Entry::Connection { label, random, secret } => {
                self.by_random.insert((label, random), secret);
            }
            keylog::Entry::EndOfRandom { label, random, secret } => {
                self.by_end_of_random.insert((label, random), secret);
            }
            keylog::Entry::Session { name, master } => self.remember(&name, &master),
            keylog::Entry::Encrypted { first, premaster } => {
                self.by_encrypted.insert(first, premaster);
            }
        }
    }

    fn remember(&mut self, name: &[u8], master: &[u8]) {
        if name.is_empty() {
            return;
        }
        if self.by_session.len() >= MOST_SESSIONS {
            self.by_session.clear();
        }
        self.by_session.insert(name.to_vec(), master.to_vec());
    }
}
