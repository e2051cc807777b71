//! Failures of the network and of TLS in words: what happened, what it means, and behind the semicolon what to do.

pub mod no_http;
pub mod roots;

use std::io;
use std::time::Duration;

use rustls::pki_types::CertificateDer;
use rustls::{AlertDescription, CertificateError, Error as TlsError, PeerIncompatible};

use super::Trouble;
use crate::model::Stage;

/// Why a name could not be looked up.
#[must_use]
pub fn resolve(host: &str, error: &io::Error) -> String {
    format!(
        "the name {host} can't be resolved ({}); check its spelling, the DNS server, the hosts file and whether the VPN \
         is up",
        plain(error)
    )
}

/// Why a connection could not be made. `address` is where it was tried.
#[must_use]
pub fn dial(target: &str, address: &str, error: &io::Error, waited: Duration) -> String {
    let place = if target == address { target.to_owned() } else { format!("{target} ({address})") };
    match error.kind() {
        io::ErrorKind::ConnectionRefused => {
            format!(
                "{place} refused the connection; nothing listens on that port: check the port and whether the service runs"
            )
        }
        io::ErrorKind::TimedOut => format!(
            "{place} did not answer within {}; a firewall drops the packets, or the machine is down",
            words(waited)
        ),
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => {
            format!("{place} can't be reached ({}); check the route and the VPN", plain(error))
        }
        io::ErrorKind::ConnectionReset => {
            format!("{place} reset the connection at once; a firewall or the service refuses us")
        }
        _ => format!("connecting to {place} failed ({}); check the address and the network", plain(error)),
    }
}

/// What nothing having come for `waited` means at `stage`.
#[must_use]
pub fn late(stage: Stage, waited: &str) -> Trouble {
    let (cause, status) = match stage {
        Stage::RequestBody => {
            (format!("the client sent nothing of the request body for {waited}; look at what it waits for"), 408)
        }
        Stage::Send => (
            format!(
                "the server took nothing of the request for {waited}; find out what it does meanwhile (thread dump)"
            ),
            504,
        ),
        Stage::Wait => {
            (format!("no answer within {waited}; find out what the server does meanwhile (thread dump, its log)"), 504)
        }
        Stage::Tunnel => (format!("nothing was sent either way for {waited}; the tunnel was closed as forgotten"), 504),
        _ => (
            format!("the server sent nothing more of its answer for {waited}; its own log must say what it waits for"),
            504,
        ),
    };
    Trouble { stage, cause, status, kind: None }
}

/// What the end of a server's connection means while its answer is waited for; `pending` had come of it.
#[must_use]
pub fn ended_without_answer(pending: &[u8]) -> Trouble {
    if no_http::is_certain(pending) {
        return no_http::trouble(pending);
    }
    if !pending.is_empty() {
        let text = "the server closed the connection inside the head of its answer; its own log must say why";
        return Trouble::new(Stage::ResponseHead, text);
    }
    let text = "the server closed the connection without an answer; its own log must say why (a crash, a time-out there, \
                or an old connection that it no longer wanted)";
    Trouble::new(Stage::Wait, text)
}

/// What the end of a server's connection inside the body of its answer means.
#[must_use]
pub fn cut(missing: Option<u64>) -> Trouble {
    let text = match missing {
        Some(n) => format!("the server closed the connection with {} of the answer missing", bytes_in_words(n)),
        None => "the server closed the connection inside the answer".to_owned(),
    };
    Trouble::new(Stage::ResponseBody, format!("{text}; its own log must say why"))
}

/// What an error on a server's connection means.
#[must_use]
pub fn broke(stage: Stage, why: &str) -> Trouble {
    Trouble::new(stage, format!("the server's connection broke: {why}; its own log must say why it closed"))
}

/// Why TLS with the server failed. `chain` is what the server showed, leaf first.
#[must_use]
pub fn tls_upstream(host: &str, port: u16, error: &io::Error, chain: &[CertificateDer<'_>]) -> String {
    let Some(tls) = tls_error(error) else {
        return match error.kind() {
            io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset => format!(
                "{host}:{port} closed the connection inside the TLS handshake; it may speak no TLS on this port, only \
                 TLS 1.1 or older, or want a client certificate: try `mwscope probe {host}:{port}`"
            ),
            _ => format!("TLS with {host}:{port} failed ({}); try `mwscope probe {host}:{port}`", plain(error)),
        };
    };
    match tls {
        TlsError::InvalidCertificate(why) => certificate(host, port, why, chain),
        TlsError::InvalidMessage(_) => {
            format!(
                "{host}:{port} answered the TLS greeting with something else; it may speak plain HTTP on this port: try http://"
            )
        }
        TlsError::PeerIncompatible(why) => incompatible(host, port, why),
        TlsError::AlertReceived(alert) => alert_from_server(host, port, *alert),
        other => format!("TLS with {host}:{port} failed ({other}); try `mwscope probe {host}:{port}`"),
    }
}

/// What was wrong with the server's certificate, where that was it.
#[must_use]
pub fn certificate_error(error: &io::Error) -> Option<&CertificateError> {
    match tls_error(error)? {
        TlsError::InvalidCertificate(why) => Some(why),
        _ => None,
    }
}

/// Whether it was us who went no further, because of the certificate that the server showed.
#[must_use]
pub fn is_our_refusal(error: &io::Error) -> bool {
    matches!(tls_error(error), Some(TlsError::InvalidCertificate(_)))
}

/// Why TLS with a server failed that asked for a client certificate and got none.
#[must_use]
pub fn without_client_certificate(host: &str, port: u16, error: &io::Error) -> String {
    format!(
        "{host}:{port} asked for a client certificate and refused us without one ({}); give it with --client-cert \
         {host}=FILE, or list {host} with --tunnel so that the client's own passes",
        plain(error)
    )
}

/// A client's refusal with what follows from it: whose connections pass unread from now on.
#[must_use]
pub fn tunnelled_from_now_on(refusal: &str, who: &str, to: &str) -> String {
    let (why, remedy) = refusal.split_once("; ").unwrap_or((refusal, ""));
    format!("{why}; further connections of {who} to {to} are tunnelled unread: {remedy}")
}

/// Why TLS with the client failed, and whether that is a refusal of our certificate.
#[must_use]
pub fn tls_client(host: &str, error: &io::Error) -> (String, bool) {
    let refusal = |how: &str| {
        let text = format!(
            "the client refused our certificate for {host} ({how}); import the certificate of `mwscope ca export` into the client's trust store (Java: keytool \
             -importcert -alias mwscope -file mwscope-ca.pem -keystore \"$JAVA_HOME/lib/security/cacerts\") and start \
             recording again"
        );
        (text, true)
    };
    match tls_error(error) {
        Some(TlsError::AlertReceived(
            alert @ (AlertDescription::UnknownCA
            | AlertDescription::BadCertificate
            | AlertDescription::CertificateUnknown
            | AlertDescription::UnsupportedCertificate
            | AlertDescription::CertificateExpired
            | AlertDescription::CertificateRevoked
            | AlertDescription::AccessDenied),
        )) => refusal(&format!("alert {alert:?}")),
        Some(TlsError::PeerIncompatible(why)) => (
            format!(
                "the client offers no TLS that is spoken here ({why:?}); only TLS 1.2 and 1.3: update it, or list \
                 {host} with --tunnel"
            ),
            true,
        ),
        Some(other) => {
            (format!("TLS with the client failed ({other}); if it goes on, list {host} with --tunnel"), false)
        }
        None if matches!(
            error.kind(),
            io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe
        ) =>
        {
            refusal("it closed the connection inside the handshake")
        }
        None => (format!("TLS with the client failed ({})", plain(error)), false),
    }
}

/// The system's words for an error, without `(os error N)`.
#[must_use]
pub fn plain(error: &io::Error) -> String {
    // With TLS 1.3 a server refuses a client without certificate only after the handshake.
    if let Some(TlsError::AlertReceived(AlertDescription::CertificateRequired)) = tls_error(error) {
        return "it wants a client certificate (alert CertificateRequired), to be given with --client-cert".to_owned();
    }
    let text = error.to_string();
    if text.contains("close_notify") {
        return "TLS ended without the farewell that it wants (close_notify), so that what came may be cut".to_owned();
    }
    text.split(" (os error").next().unwrap_or(&text).to_owned()
}

/// A number of bytes as people say it.
#[must_use]
pub fn bytes_in_words(n: u64) -> String {
    if n == 1 { "1 byte".to_owned() } else { format!("{n} bytes") }
}

/// A duration as people say it.
#[must_use]
pub fn words(time: Duration) -> String {
    match time.as_millis() {
        ms if ms < 1000 => format!("{ms} ms"),
        ms if ms < 120_000 => format!("{} s", ms.div_ceil(1000)),
        ms => format!("{} min", ms / 60_000),
    }
}

/// Subject, issuer, names and validity of a certificate, in words.
#[must_use]
pub fn describe(certificate: &CertificateDer<'_>) -> String {
    let Ok((_, read)) = x509_parser::parse_x509_certificate(certificate) else {
        return "a certificate that can't be read".to_owned();
    };
    let validity = read.validity();
    format!(
        "{} issued by {}, valid {} to {}, for {}",
        read.subject(),
        read.issuer(),
        day(validity.not_before.timestamp()),
        day(validity.not_after.timestamp()),
        names(certificate)
    )
}

/// Whom the certificates of a chain name, and until when the first is valid, in seconds since 1970.
#[must_use]
pub fn chain(certificates: &[CertificateDer<'_>]) -> (Vec<String>, Option<i64>) {
    let read: Vec<_> =
        certificates.iter().filter_map(|c| Some(x509_parser::parse_x509_certificate(c).ok()?.1)).collect();
    let expires = read.first().map(|leaf| leaf.validity().not_after.timestamp());
    (read.iter().map(|certificate| certificate.subject().to_string()).collect(), expires)
}

fn tls_error(error: &io::Error) -> Option<&TlsError> {
    error.get_ref()?.downcast_ref()
}

#[allow(clippy::match_same_arms)]
fn certificate(host: &str, port: u16, why: &CertificateError, chain: &[CertificateDer<'_>]) -> String {
    let leaf = chain.first();
    let accept = format!("--accept-cert {host}");
    if let Some(bits) = leaf.and_then(rsa_bits).filter(|bits| *bits < 2048) {
        return format!(
            "the certificate of {host}:{port} has an RSA key of only {bits} bits, which current TLS libraries refuse; \
             the server needs a new certificate, until then {accept}"
        );
    }
    match why {
        CertificateError::UnknownIssuer => untrusted(host, port, chain),
        why if is_own_authority(why) => untrusted(host, port, chain),
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => format!(
            "the certificate of {host}:{port} has expired on {}; the server needs a new one, until then {accept}",
            leaf.map_or_else(|| "an unknown day".to_owned(), |c| validity(c).1)
        ),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => format!(
            "the certificate of {host}:{port} is valid only from {}; check this computer's clock, else {accept}",
            leaf.map_or_else(|| "an unknown day".to_owned(), |c| validity(c).0)
        ),
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => format!(
            "the certificate of {host}:{port} is for {}, not for {host}; call the server by a name in its \
             certificate, or have one issued for this name, until then {accept}",
            leaf.map_or_else(|| "nobody".to_owned(), names)
        ),
        CertificateError::Revoked => {
            format!("the certificate of {host}:{port} was revoked; the server needs a new one")
        }
        CertificateError::BadSignature => {
            format!("the certificate of {host}:{port} is not signed by the key that it names; {accept} if it is known")
        }
        CertificateError::UnsupportedSignatureAlgorithmContext { .. }
        | CertificateError::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => format!(
            "the certificate of {host}:{port} is signed in a way that current TLS libraries refuse (MD5, SHA-1 or a \
             weak key); the server needs a new one, until then {accept}"
        ),
        other => format!("the certificate of {host}:{port} is refused ({other}); {accept} if it is known to be right"),
    }
}

/// Whether webpki refuses the certificate because it is an authority's, as those are that sign themselves.
#[must_use]
pub fn is_own_authority(why: &CertificateError) -> bool {
    // webpki's own error is inside, whose type is not ours to name.
    matches!(why, CertificateError::Other(other) if format!("{other:?}").contains("CaUsedAsEndEntity"))
}

fn untrusted(host: &str, port: u16, chain: &[CertificateDer<'_>]) -> String {
    let last = chain.last().and_then(|c| x509_parser::parse_x509_certificate(c).ok());
    let (issuer, own) = last.map_or_else(
        || ("an unknown issuer".to_owned(), false),
        |(_, c)| (c.issuer().to_string(), chain.len() == 1 && c.issuer() == c.subject()),
    );
    let whose = if own { "is signed by itself".to_owned() } else { format!("leads to {issuer}") };
    // A chain of one that isn't its own root: clients that know the authority above would trust it, had they the link.
    let omitted = if chain.len() == 1 && !own {
        " (the server sends its own certificate alone: if that is an intermediate authority, the server omits it, and must \
         be set to send the whole chain)"
    } else {
        ""
    };
    format!(
        "the certificate of {host}:{port} {whose}, which this computer doesn't trust{omitted}; save that certificate as root.pem, \
         then --extra-root root.pem (or --accept-cert {host}), and for a Java client: keytool -importcert -alias \
         {host} -file root.pem -keystore \"$JAVA_HOME/lib/security/cacerts\""
    )
}

fn incompatible(host: &str, port: u16, why: &PeerIncompatible) -> String {
    match why {
        PeerIncompatible::ServerDoesNotSupportTls12Or13 | PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig => {
            format!(
                "{host}:{port} offers only TLS 1.1 or older, which is not spoken here; enable TLS 1.2 on the server, or list \
             {host} with --tunnel to pass it unread"
            )
        }
        PeerIncompatible::NoCipherSuitesInCommon => format!(
            "{host}:{port} offers no cipher suite that is spoken here (forward secrecy and AEAD are needed); enable \
             ECDHE suites on the server, or list {host} with --tunnel"
        ),
        other => {
            format!("{host}:{port} speaks TLS in a way that is not spoken here ({other:?}); list {host} with --tunnel")
        }
    }
}

fn alert_from_server(host: &str, port: u16, alert: AlertDescription) -> String {
    match alert {
        AlertDescription::ProtocolVersion => format!(
            "{host}:{port} refuses TLS 1.2 and 1.3, so it offers only older versions; enable TLS 1.2 on the server, or \
             list {host} with --tunnel to pass it unread"
        ),
        AlertDescription::HandshakeFailure | AlertDescription::InsufficientSecurity => format!(
            "{host}:{port} refuses what we offer (alert {alert:?}): no cipher suite in common (ECDHE with AES-GCM or \
             ChaCha20 is spoken here; servers that do DHE or RSA alone exist), or TLS 1.1 or older; enable TLS 1.2 with \
             ECDHE on the server, or list {host} with --tunnel"
        ),
        AlertDescription::CertificateRequired | AlertDescription::BadCertificate => {
            format!(
                "{host}:{port} wants another client certificate (alert {alert:?}); give it with --client-cert {host}=FILE, \
                 or list {host} with --tunnel so that the client's own passes"
            )
        }
        AlertDescription::UnrecognisedName => {
            format!("{host}:{port} has no site of that name (alert {alert:?}); call it by a name that it knows")
        }
        other => format!("{host}:{port} refused TLS (alert {other:?}); the server's log must say why"),
    }
}

fn rsa_bits(certificate: &CertificateDer<'_>) -> Option<usize> {
    let (_, read) = x509_parser::parse_x509_certificate(certificate).ok()?;
    match read.public_key().parsed().ok()? {
        x509_parser::public_key::PublicKey::RSA(key) => Some(key.key_size()),
        _ => None,
    }
}

fn names(certificate: &CertificateDer<'_>) -> String {
    let Ok((_, read)) = x509_parser::parse_x509_certificate(certificate) else { return "nobody".to_owned() };
    let alternative = read.subject_alternative_name().ok().flatten();
    let names: Vec<String> =
        alternative.map(|names| names.value.general_names.iter().filter_map(name).collect()).unwrap_or_default();
    if names.is_empty() { "no name at all".to_owned() } else { names.join(", ") }
}

fn name(name: &x509_parser::extensions::GeneralName<'_>) -> Option<String> {
    use x509_parser::extensions::GeneralName;
    match name {
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        GeneralName::IPAddress(bytes) => <[u8; 4]>::try_from(*bytes)
            .map(|b| std::net::IpAddr::from(b).to_string())
            .or_else(|_| <[u8; 16]>::try_from(*bytes).map(|b| std::net::IpAddr::from(b).to_string()))
            .ok(),
        _ => None,
    }
}

fn validity(certificate: &CertificateDer<'_>) -> (String, String) {
    match x509_parser::parse_x509_certificate(certificate) {
        Ok((_, read)) => (day(read.validity().not_before.timestamp()), day(read.validity().not_after.timestamp())),
        Err(_) => ("an unknown day".to_owned(), "an unknown day".to_owned()),
    }
}

/// The day in UTC of a time in seconds since 1970. Certificates may be valid to the end of the year 9999.
#[must_use]
pub fn day(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds)
        .map_or_else(|_| "an impossible day".to_owned(), |time| time.strftime("%Y-%m-%d").to_string())
}
