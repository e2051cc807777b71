//! Alerts by name and in words (RFC 8446 section 6, RFC 5246 section 7.2, and the registry of IANA).

use super::super::flow::Side;
use std::fmt;

/// What one side told the other about the connection's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alert {
    /// Who sent it.
    pub from: Side,
    /// When, in nanoseconds since 1970.
    pub at: i64,
    /// It ends the connection; in TLS 1.3 all but two do.
    pub fatal: bool,
    /// Its number.
    pub number: u8,
}

impl Alert {
    /// The registered name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        described(self.number).0
    }

    /// What it usually means.
    #[must_use]
    pub fn words(&self) -> &'static str {
        described(self.number).1
    }
}

impl fmt::Display for Alert {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = match self.from {
            Side::Client => "client",
            Side::Server => "server",
        };
        let level = if self.fatal { "fatal" } else { "warning" };
        write!(f, "{} ({level} alert {} of the {side}): {}", self.name(), self.number, self.words())
    }
}

fn described(number: u8) -> (&'static str, &'static str) {
    match number {
        0 => ("close_notify", "the connection is closed in order"),
        10 => ("unexpected_message", "a message came that has no place there"),
        20 => ("bad_record_mac", "a record couldn't be verified: damaged on the way, or other keys"),
        21 => ("decryption_failed", "a record couldn't be decrypted"),
        22 => ("record_overflow", "a record was too long"),
        30 => ("decompression_failure", "a record couldn't be decompressed"),
        40 => (
            "handshake_failure",
            "no common cipher suite, group or signature, or a certificate that was asked for is missing",
        ),
        41 => ("no_certificate", "the client has no certificate (SSL 3.0)"),
        42 => ("bad_certificate", "the certificate is damaged or its signature is wrong"),
        43 => ("unsupported_certificate", "the certificate is of a kind that isn't supported"),
        44 => ("certificate_revoked", "the certificate was revoked"),
        45 => ("certificate_expired", "the certificate has expired or isn't valid yet"),
        46 => ("certificate_unknown", "the certificate isn't accepted, often because its issuer isn't trusted"),
        47 => ("illegal_parameter", "a field of the handshake has a value that can't be"),
        48 => ("unknown_ca", "the certificate's issuer isn't trusted: its root is missing in the truststore"),
        49 => ("access_denied", "the certificate is valid, and access isn't granted"),
        50 => ("decode_error", "a message couldn't be read"),
        51 => ("decrypt_error", "a signature or Finished message is wrong"),
        60 => ("export_restriction", "export restrictions were violated"),
        70 => ("protocol_version", "the version that was offered isn't supported"),
        71 => ("insufficient_security", "the server demands stronger ciphers than were offered"),
        80 => ("internal_error", "an error inside the peer, not of the protocol"),
        86 => ("inappropriate_fallback", "the client tried an older version than it had to"),
        90 => ("user_canceled", "the user cancelled"),
        100 => ("no_renegotiation", "a new handshake was refused"),
        109 => ("missing_extension", "an extension that must be there is missing"),
        110 => ("unsupported_extension", "an extension came that wasn't asked for"),
        111 => ("certificate_unobtainable", "the certificate couldn't be fetched"),
        112 => ("unrecognized_name", "the server doesn't know the host name that was asked for (SNI)"),
        113 => ("bad_certificate_status_response", "the OCSP response can't be accepted"),
        114 => ("bad_certificate_hash_value", "a certificate's hash is wrong"),
        115 => ("unknown_psk_identity", "the pre-shared key isn't known"),
        116 => ("certificate_required", "the server demands a client certificate"),
        117 => ("general_error", "an error that isn't named"),
        120 => ("no_application_protocol", "no common application protocol (ALPN)"),
        121 => ("ech_required", "encrypted client hello is required"),
        _ => ("unknown_alert", "an alert that isn't registered"),
    }
}
