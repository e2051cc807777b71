//! What is learnt of a TLS connection, and why it couldn't be opened.

use super::super::flow::Side;
use super::alert::Alert;
use super::certificate::Certificate;
use super::hello::{ClientHello, ServerHello};
use super::suite::Suite;
use super::version::Version;
use std::fmt;

/// How many alerts are kept.
const MOST_ALERTS: usize = 16;

/// What was learnt of a connection so far. What wasn't seen is `None` or empty, never guessed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// What the client offers; the first hello of the connection.
    pub client_hello: Option<Box<ClientHello>>,
    /// When it came, in nanoseconds since 1970.
    pub client_hello_at: Option<i64>,
    /// What the server chose.
    pub server_hello: Option<Box<ServerHello>>,
    /// When it came, in nanoseconds since 1970.
    pub server_hello_at: Option<i64>,
    /// The application protocol agreed on.
    pub alpn: Option<String>,
    /// The server's certificate and those that lead to its issuer; in TLS 1.3 they can be seen only with the keys.
    pub certificates: Vec<Certificate>,
    /// The client's.
    pub client_certificates: Vec<Certificate>,
    /// The server asked the client for a certificate.
    pub client_certificate_requested: bool,
    /// An earlier session was continued, so that no certificates were sent.
    pub resumed: bool,
    /// A second handshake took place on the connection.
    pub renegotiated: bool,
    /// Alerts that could be read, at most the first 16.
    pub alerts: Vec<Alert>,
    /// Records were opened, and their MACs were right.
    pub opened: bool,
    /// Why records couldn't be opened, the first cause; `None` where all could be.
    pub sealed: Option<Sealed>,
    /// Protected records of the client and of the server.
    pub protected_records: [u64; 2],
    /// Bytes of them.
    pub protected_bytes: [u64; 2],
    /// Records that were lost with bytes that weren't captured, at most.
    pub lost_records: [u64; 2],
}

impl Facts {
    /// The version agreed on.
    #[must_use]
    pub fn version(&self) -> Option<Version> {
        self.server_hello.as_ref().map(|hello| hello.version)
    }

    /// The cipher suite agreed on.
    #[must_use]
    pub fn suite(&self) -> Option<Suite> {
        self.server_hello.as_ref().map(|hello| hello.suite)
    }

    /// The host that the client asked for.
    #[must_use]
    pub fn sni(&self) -> Option<&str> {
        self.client_hello.as_ref().and_then(|hello| hello.sni.as_deref())
    }

    /// What ended the handshake, in words, where an alert did: the alert, and what both sides could have agreed on.
    #[must_use]
    pub fn failure(&self) -> Option<String> {
        let alert = self.alerts.iter().find(|alert| alert.fatal)?;
        let mut words = alert.to_string();
        if let (40 | 70 | 71, Some(hello)) = (alert.number, &self.client_hello) {
            let list = |names: Vec<String>| names.join(", ");
            let versions = list(hello.versions.iter().map(Version::to_string).collect());
            let suites = list(hello.suites.iter().map(Suite::to_string).collect());
            words.push_str(&format!("; the client offers {versions} with {suites}"));
        }
        Some(words)
    }

    pub(super) fn alert(&mut self, alert: Alert) {
        if self.alerts.len() < MOST_ALERTS {
            self.alerts.push(alert);
        }
    }

    pub(super) fn seal(&mut self, why: Sealed) {
        self.sealed.get_or_insert(why);
    }

    pub(super) fn count_protected(&mut self, side: Side, bytes: usize) {
        self.protected_records[side as usize] += 1;
        self.protected_bytes[side as usize] += bytes as u64;
    }

    pub(super) fn count_lost(&mut self, side: Side, records: u64) {
        self.lost_records[side as usize] += records;
    }
}

/// Why records couldn't be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sealed {
    /// There are no keys for this connection.
    NoKey {
        /// The client's random bytes, by which a key log would name it.
        random: [u8; 32],
        /// The server's RSA key would open it as well.
        rsa: bool,
        /// There are RSA keys, and none of them is the server's.
        other_rsa: bool,
    },
    /// Some secrets of the connection are known, and this one isn't.
    PartOfKey(&'static str),
    /// The keys don't open the records.
    WrongKey,
    /// The cipher suite isn't supported.
    Suite(Suite),
    /// The version isn't supported.
    Version(Version),
    /// The records are compressed.
    Compressed,
    /// The client's hello isn't in the capture: it began later.
    NoClientHello,
    /// The server's hello isn't in the capture.
    NoServerHello,
    /// Bytes of a side are missing in the handshake.
    HandshakeGap(Side),
    /// Bytes of a side are missing, and the records behind can't be placed.
    Gap {
        /// Whose.
        side: Side,
        /// How many.
        bytes: u64,
    },
    /// A record of a side can't be verified, though those before could be.
    Damaged(Side),
    /// What a side sends are no records.
    NoRecords(Side),
}

impl Sealed {
    /// What helps, next time or now.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        const KEY_LOG: &str = "record the keys with the traffic and give them with --keylog: SSLKEYLOGFILE=FILE for curl, \
             browsers, Python and Node; for Java start the server or client with \
             -javaagent:extract-tls-secrets.jar=FILE (or jSSLKeyLog.jar); only Java 8 and before print them with \
             -Djavax.net.debug=ssl,keygen, and that output is read as well";
        match self {
            Self::NoKey { .. } | Self::PartOfKey(_) => KEY_LOG,
            Self::WrongKey => {
                "give the key log of this very connection, or the private key of the server's certificate"
            }
            Self::Suite(_) | Self::Version(_) | Self::Compressed => {
                "for the recording, allow only suites with AES, ChaCha20, 3DES or RC4, in TLS 1.0 to 1.3"
            }
            Self::NoClientHello => "begin to capture before the connection is opened; restart the client to be sure",
            Self::NoServerHello | Self::HandshakeGap(_) | Self::Gap { .. } => {
                "capture both directions, without loss (tcpdump -s 0 -B 65536)"
            }
            Self::Damaged(_) | Self::NoRecords(_) => "look whether the capture was cut or altered",
        }
    }
}

impl fmt::Display for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoKey { random, rsa, other_rsa } => {
                write!(f, "no key for client random {}", crate::hex::text(random))?;
                match (rsa, other_rsa) {
                    (true, false) => f.write_str("; the server's RSA private key would do"),
                    (true, true) => f.write_str("; the RSA key at hand isn't the server's"),
                    (false, true) => f.write_str("; an RSA key can't help, since the suite has another key exchange"),
                    (false, false) => Ok(()),
                }
            }
            Self::PartOfKey(label) => write!(f, "the key log has no {label} for this connection"),
            Self::WrongKey => f.write_str("the keys at hand don't open the records"),
            Self::Suite(suite) => write!(f, "the cipher suite {suite} isn't supported"),
            Self::Version(version) => write!(f, "{version} isn't supported"),
            Self::Compressed => f.write_str("the records are compressed"),
            Self::NoClientHello => f.write_str("the client's hello isn't in the capture"),
            Self::NoServerHello => f.write_str("the server's hello isn't in the capture"),
            Self::HandshakeGap(side) => write!(f, "bytes of the {} are missing in the handshake", side.word()),
            Self::Gap { side, bytes } => {
                write!(f, "{bytes} bytes of the {} are missing, and what follows can't be placed", side.word())
            }
            Self::Damaged(side) => write!(f, "a record of the {} can't be verified", side.word()),
            Self::NoRecords(side) => write!(f, "what the {} sends are no TLS records", side.word()),
        }
    }
}
