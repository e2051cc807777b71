//! Handshake messages, which may be split over records or share one (RFC 8446 section 5.1).

/// ClientHello.
pub(super) const CLIENT_HELLO: u8 = 1;
/// ServerHello, or the request for another ClientHello.
pub(super) const SERVER_HELLO: u8 = 2;
/// NewSessionTicket.
pub(super) const NEW_SESSION_TICKET: u8 = 4;
/// EndOfEarlyData.
pub(super) const END_OF_EARLY_DATA: u8 = 5;
/// EncryptedExtensions.
pub(super) const ENCRYPTED_EXTENSIONS: u8 = 8;
/// Certificate.
pub(super) const CERTIFICATE: u8 = 11;
/// CertificateRequest.
pub(super) const CERTIFICATE_REQUEST: u8 = 13;
/// ClientKeyExchange.
pub(super) const CLIENT_KEY_EXCHANGE: u8 = 16;
/// Finished.
pub(super) const FINISHED: u8 = 20;
/// KeyUpdate.
pub(super) const KEY_UPDATE: u8 = 24;

/// Bytes of a message's kind and length.
pub(super) const HEADER: usize = 4;

/// The longest message that is read; chains of certificates stay far below.
const LONGEST: usize = 256 * 1024;

/// Puts the messages of one direction together.
#[derive(Debug, Default)]
pub(super) struct Messages {
    buffer: Vec<u8>,
    broken: bool,
}

impl Messages {
    pub(super) fn push(&mut self, content: &[u8]) {
        if !self.broken {
            self.buffer.extend_from_slice(content);
        }
    }

    /// The next whole message, with its header.
    pub(super) fn next(&mut self) -> Option<Vec<u8>> {
        let header = self.buffer.first_chunk::<HEADER>()?;
        let length = HEADER + u32::from_be_bytes([0, header[1], header[2], header[3]]) as usize;
        if length > LONGEST {
            self.buffer = Vec::new();
            self.broken = true;
            return None;
        }
        if self.buffer.len() < length {
            return None;
        }
        let rest = self.buffer.split_off(length);
        Some(std::mem::replace(&mut self.buffer, rest))
    }
}
