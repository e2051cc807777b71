//! TLS between a client and a server that are both here: what they would put on the wire, and the keys to read it. The
//! certificate is made for the file, names the server and is good for nothing else.

use std::collections::HashMap;
use std::io::{self, Read, Write};
use std::sync::{Arc, Mutex, PoisonError};

use mwscope_parsers::hex;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer, ServerName, UnixTime};
use rustls::{
    ClientConfig, ClientConnection, ConnectionCommon, DigitallySignedStruct, KeyLog, ServerConfig, ServerConnection,
    SideData, SignatureScheme,
};

use super::talk::Side;

/// What went over the wire.
pub(super) struct Said {
    /// The keys, in the format of a key log.
    pub(super) key_log: String,
    /// The flights of the handshake.
    pub(super) handshake: Vec<(Side, Vec<u8>)>,
    /// The request, encrypted.
    pub(super) asked: Vec<u8>,
    /// The answer, encrypted, and the end.
    pub(super) answered: Vec<u8>,
}

/// The servers that were made up, by name.
#[derive(Default)]
pub(super) struct Identities(HashMap<String, Arc<ServerConfig>>);

impl Identities {
    /// Lets a client say `asked` to the server of that name, which answers.
    pub(super) fn converse(&mut self, host: &str, asked: &[u8], answer: &[u8]) -> io::Result<Said> {
        let config = match self.0.get(host) {
            Some(config) => Arc::clone(config),
            None => {
                let config = Arc::new(server(host)?);
                self.0.insert(host.to_owned(), Arc::clone(&config));
                config
            }
        };
        let keys = Arc::new(Keys::default());
        let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
        let mut client = ClientConnection::new(Arc::new(client(Arc::clone(&keys))?), name).map_err(io::Error::other)?;
        let mut server = ServerConnection::new(config).map_err(io::Error::other)?;
        let mut handshake = Vec::new();
        while client.is_handshaking() || server.is_handshaking() {
            let before = handshake.len();
            handshake.extend(pass(&mut client, &mut server, Side::Client)?);
            handshake.extend(pass(&mut server, &mut client, Side::Server)?);
            if handshake.len() == before {
                return Err(io::Error::other("the handshake got stuck"));
            }
        }
        // What the server still has to say (tickets) comes before anything is asked.
        handshake.extend(pass(&mut server, &mut client, Side::Server)?);
        let asked = say(&mut client, &mut server, asked)?;
        let mut answered = say(&mut server, &mut client, answer)?;
        server.send_close_notify();
        server.write_tls(&mut answered)?;
        let key_log = std::mem::take(&mut *keys.0.lock().unwrap_or_else(PoisonError::into_inner));
        Ok(Said { key_log, handshake, asked, answered })
    }
}

/// What one side has to send, taken in by the other.
fn pass<A: SideData, B: SideData>(
    from: &mut ConnectionCommon<A>,
    to: &mut ConnectionCommon<B>,
    side: Side,
) -> io::Result<Option<(Side, Vec<u8>)>> {
    let mut flight = Vec::new();
    while from.wants_write() {
        from.write_tls(&mut flight)?;
    }
    take_in(to, &flight)?;
    Ok((!flight.is_empty()).then_some((side, flight)))
}

fn take_in<T: SideData>(to: &mut ConnectionCommon<T>, mut flight: &[u8]) -> io::Result<()> {
    while !flight.is_empty() {
        to.read_tls(&mut flight)?;
        let state = to.process_new_packets().map_err(io::Error::other)?;
        let mut read = vec![0; state.plaintext_bytes_to_read()];
        to.reader().read_exact(&mut read)?;
    }
    Ok(())
}

/// Plain bytes in pieces, so that nothing piles up.
fn say<A: SideData, B: SideData>(
    from: &mut ConnectionCommon<A>,
    to: &mut ConnectionCommon<B>,
    plain: &[u8],
) -> io::Result<Vec<u8>> {
    let mut all = Vec::with_capacity(plain.len() + plain.len() / 500 + 64);
    for piece in plain.chunks(16 << 10) {
        from.writer().write_all(piece)?;
        let mut flight = Vec::new();
        while from.wants_write() {
            from.write_tls(&mut flight)?;
        }
        take_in(to, &flight)?;
        all.extend(flight);
    }
    Ok(all)
}

fn server(host: &str) -> io::Result<ServerConfig> {
    let key = rcgen::KeyPair::generate().map_err(io::Error::other)?;
    let mut params = rcgen::CertificateParams::new(vec![host.to_owned()]).map_err(io::Error::other)?;
    params.distinguished_name.push(rcgen::DnType::CommonName, host);
    params.distinguished_name.push(rcgen::DnType::OrganizationName, "made up by mwscope export");
    let certificate = params.self_signed(&key).map_err(io::Error::other)?;
    let key = PrivatePkcs8KeyDer::from(key.serialize_der());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ServerConfig::builder_with_provider(provider).with_protocol_versions(&[&rustls::version::TLS13]);
    let builder = builder.map_err(io::Error::other)?.with_no_client_auth();
    let chain = vec![certificate.der().clone()];
    let mut config = builder.with_single_cert(chain, key.into()).map_err(io::Error::other)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    config.send_tls13_tickets = 0;
    Ok(config)
}

fn client(keys: Arc<Keys>) -> io::Result<ClientConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_protocol_versions(&[&rustls::version::TLS13]);
    let builder = builder.map_err(io::Error::other)?.dangerous().with_custom_certificate_verifier(Arc::new(Ours));
    let mut config = builder.with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    config.key_log = keys;
    config.resumption = rustls::client::Resumption::disabled();
    Ok(config)
}

/// Lines of a key log.
#[derive(Debug, Default)]
struct Keys(Mutex<String>);

impl KeyLog for Keys {
    fn log(&self, label: &str, client_random: &[u8], secret: &[u8]) {
        let line = format!("{label} {} {}\n", hex::text(client_random), hex::text(secret));
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push_str(&line);
    }
}

/// The server is ours: there is nobody whom it could be mistaken for.
#[derive(Debug)]
struct Ours;

impl ServerCertVerifier for Ours {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        rustls::crypto::ring::default_provider().signature_verification_algorithms.supported_schemes()
    }
}
