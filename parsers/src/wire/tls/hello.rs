//! ClientHello and ServerHello: what is offered and what is chosen (RFC 8446 section 4.1, RFC 5246 section 7.4.1).

use super::super::cursor::Cursor;
use super::suite::{Suite, is_grease};
use super::version::Version;

/// Extensions by number (IANA registry).
mod extension {
    pub(super) const SERVER_NAME: u16 = 0;
    pub(super) const ALPN: u16 = 16;
    pub(super) const ENCRYPT_THEN_MAC: u16 = 22;
    pub(super) const EXTENDED_MASTER_SECRET: u16 = 23;
    pub(super) const SESSION_TICKET: u16 = 35;
    pub(super) const PRE_SHARED_KEY: u16 = 41;
    pub(super) const EARLY_DATA: u16 = 42;
    pub(super) const SUPPORTED_VERSIONS: u16 = 43;
    pub(super) const ECH: u16 = 0xfe0d;
}

/// The random of a ServerHello that asks the client to try again (RFC 8446 section 4.1.3): SHA-256 of
/// "HelloRetryRequest".
const RETRY: [u8; 32] = [
    0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2, 0xa2, 0x11,
    0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
];

/// What a client offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientHello {
    /// The client's random bytes, by which key logs name the connection.
    pub random: [u8; 32],
    /// The session that the client wants to continue; in TLS 1.3 without meaning.
    pub session: Vec<u8>,
    /// The version of the hello itself, which since TLS 1.3 is no longer the highest offered.
    pub legacy_version: Version,
    /// The versions offered, the preferred first.
    pub versions: Vec<Version>,
    /// The cipher suites offered, in the client's order, without those that stand for nothing (GREASE).
    pub suites: Vec<Suite>,
    /// The host asked for.
    pub sni: Option<String>,
    /// The application protocols offered.
    pub alpn: Vec<String>,
    /// The ticket of the session that the client wants to continue (RFC 5077).
    pub ticket: Vec<u8>,
    /// A key from an earlier connection, or one set up by hand, is offered (TLS 1.3).
    pub pre_shared_key: bool,
    /// Data follows before the server has answered (TLS 1.3, 0-RTT).
    pub early_data: bool,
    /// The hello is encrypted (ECH); what stands here is its cover.
    pub encrypted: bool,
}

/// What a server chooses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerHello {
    /// The server's random bytes.
    pub random: [u8; 32],
    /// The session's name.
    pub session: Vec<u8>,
    /// The version chosen.
    pub version: Version,
    /// The cipher suite chosen.
    pub suite: Suite,
    /// The compression chosen; 0 is none.
    pub compression: u8,
    /// The application protocol chosen; TLS 1.3 says so encrypted only.
    pub alpn: Option<String>,
    /// MACs cover what was encrypted (RFC 7366).
    pub encrypt_then_mac: bool,
    /// The master secret depends on the whole handshake (RFC 7627).
    pub extended_master_secret: bool,
    /// A key of an earlier connection is used (TLS 1.3).
    pub pre_shared_key: bool,
    /// It asks the client for another hello (TLS 1.3).
    pub retry: bool,
}

impl ClientHello {
    /// Reads the message's body.
    pub(super) fn read(body: &[u8]) -> Option<Self> {
        let mut cursor = Cursor::new(body);
        let legacy = cursor.u16()?;
        let random = cursor.array()?;
        let session = cursor.vec8()?.to_vec();
        let suites = numbers(cursor.vec16()?).map(Suite).filter(|suite| !suite.is_grease()).collect();
        cursor.vec8()?; // compressions
        let mut hello = Self {
            random,
            session,
            legacy_version: Version::from_wire(legacy),
            versions: vec![Version::from_wire(legacy)],
            suites,
            sni: None,
            alpn: Vec::new(),
            ticket: Vec::new(),
            pre_shared_key: false,
            early_data: false,
            encrypted: false,
        };
        for (number, data) in extensions(cursor) {
            match number {
                extension::SERVER_NAME => hello.sni = host_name(data),
                extension::ALPN => hello.alpn = protocols(data),
                extension::SESSION_TICKET => hello.ticket = data.to_vec(),
                extension::PRE_SHARED_KEY => hello.pre_shared_key = true,
                extension::EARLY_DATA => hello.early_data = true,
                extension::ECH => hello.encrypted = data.first() == Some(&0),
                extension::SUPPORTED_VERSIONS => {
                    let list = Cursor::new(data).vec8().unwrap_or_default();
                    hello.versions = numbers(list).filter(|&n| !is_grease(n)).map(Version::from_wire).collect();
                }
                _ => {}
            }
        }
        Some(hello)
    }
}

impl ServerHello {
    /// Reads the message's body.
    pub(super) fn read(body: &[u8]) -> Option<Self> {
        let mut cursor = Cursor::new(body);
        let legacy = cursor.u16()?;
        let random = cursor.array()?;
        let mut hello = Self {
            random,
            session: cursor.vec8()?.to_vec(),
            version: Version::from_wire(legacy),
            suite: Suite(cursor.u16()?),
            compression: cursor.u8()?,
            alpn: None,
            encrypt_then_mac: false,
            extended_master_secret: false,
            pre_shared_key: false,
            retry: random == RETRY,
        };
        for (number, data) in extensions(cursor) {
            match number {
                extension::ALPN => hello.alpn = protocols(data).into_iter().next(),
                extension::ENCRYPT_THEN_MAC => hello.encrypt_then_mac = true,
                extension::EXTENDED_MASTER_SECRET => hello.extended_master_secret = true,
                extension::PRE_SHARED_KEY => hello.pre_shared_key = true,
                extension::SUPPORTED_VERSIONS => {
                    if let Some(number) = Cursor::new(data).u16() {
                        hello.version = Version::from_wire(number);
                    }
                }
                _ => {}
            }
        }
        Some(hello)
    }
}

/// The application protocol in EncryptedExtensions (TLS 1.3).
pub(super) fn alpn_of_encrypted_extensions(body: &[u8]) -> Option<String> {
    let (_, data) = extensions(Cursor::new(body)).find(|(number, _)| *number == extension::ALPN)?;
    protocols(data).into_iter().next()
}

/// What is left of a hello: extensions behind their length, or nothing at all.
fn extensions(mut cursor: Cursor<'_>) -> impl Iterator<Item = (u16, &[u8])> {
    let mut list = Cursor::new(cursor.vec16().unwrap_or_default());
    std::iter::from_fn(move || Some((list.u16()?, list.vec16()?)))
}

fn numbers(list: &[u8]) -> impl Iterator<Item = u16> {
    list.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]))
}

/// The first host name of a list of names (RFC 6066 section 3).
fn host_name(data: &[u8]) -> Option<String> {
    let mut list = Cursor::new(Cursor::new(data).vec16()?);
    loop {
        let (kind, name) = (list.u8()?, list.vec16()?);
        if kind == 0 {
            return Some(String::from_utf8_lossy(name).into_owned());
        }
    }
}

/// A list of application protocols (RFC 7301), without those that stand for nothing (GREASE).
fn protocols(data: &[u8]) -> Vec<String> {
    let mut list = Cursor::new(Cursor::new(data).vec16().unwrap_or_default());
    let mut names = Vec::new();
    while let Some(name) = list.vec8() {
        let grease = <[u8; 2]>::try_from(name).is_ok_and(|pair| is_grease(u16::from_be_bytes(pair)));
        if !grease {
            names.push(String::from_utf8_lossy(name).into_owned());
        }
    }
    names
}
