//! Why a certificate isn't trusted although a root of the name that it leads to is: the authority was renewed with
//! another key, or it is another one of the same name. Nothing else than the name and the key of the roots at hand is
//! looked at.

use rustls::CertificateError;
use rustls::pki_types::CertificateDer;
use x509_parser::error::X509Error;
use x509_parser::parse_x509_certificate;

use super::day;
use crate::proxy::tls::fingerprint;

/// What to say where that is the reason; `None` where it isn't.
#[must_use]
pub fn of_same_name<'r>(
    host: &str,
    port: u16,
    why: &CertificateError,
    chain: &[CertificateDer<'_>],
    roots: impl Iterator<Item = &'r CertificateDer<'static>>,
) -> Option<String> {
    let by_key = matches!(
        why,
        CertificateError::BadSignature
            | CertificateError::UnknownIssuer
            | CertificateError::UnsupportedSignatureAlgorithmContext { .. }
            | CertificateError::UnsupportedSignatureAlgorithmForPublicKeyContext { .. }
    ) || super::is_own_authority(why);
    let last = parse_x509_certificate(chain.last().filter(|_| by_key)?).ok()?.1;
    let issuer = last.issuer();
    let itself = last.subject() == issuer;
    for root in roots {
        let Ok((_, read)) = parse_x509_certificate(root) else { continue };
        // A certificate that signs itself has the key that its root should have. What the root did sign is refused for
        // something else, as for a key that is too short.
        let other_key = match itself {
            true => last.public_key().raw != read.public_key().raw,
            false => {
                matches!(last.verify_signature(Some(read.public_key())), Err(X509Error::SignatureVerificationError))
            }
        };
        if read.subject() != issuer || !other_key || signed_by_old_means(&last) {
            continue;
        }
        let valid = read.validity();
        return Some(format!(
            "the certificate of {host}:{port} leads to {issuer}, and the trusted root of that name has another key than the one \
             that signed it (the trusted one is valid {} to {}, SHA-256 {}): the authority was renewed, or is another one of the \
             same name; get its new certificate as root.pem, then --extra-root root.pem (or --accept-cert {host}), and for a Java \
             client: keytool -importcert -alias {host}-new -file root.pem -keystore \"$JAVA_HOME/lib/security/cacerts\"",
            day(valid.not_before.timestamp()),
            day(valid.not_after.timestamp()),
            fingerprint(root)
        ));
    }
    None
}

/// Whether it is signed with MD5 or SHA-1 (RFC 8017, A.2.4; RFC 5758), which is refused whatever the key.
fn signed_by_old_means(certificate: &x509_parser::certificate::X509Certificate<'_>) -> bool {
    let means = certificate.signature_algorithm.algorithm.to_id_string();
    ["1.2.840.113549.1.1.4", "1.2.840.113549.1.1.5", "1.2.840.10045.4.1"].contains(&means.as_str())
}

#[cfg(test)]
mod tests {
    use std::slice::from_ref;

    use rcgen::{BasicConstraints, CertificateParams, DistinguishedName, DnType, IsCa, Issuer, KeyPair};

    use super::*;

    fn root(name: &str) -> (Issuer<'static, KeyPair>, CertificateDer<'static>) {
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::default();
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let certificate = params.self_signed(&key).expect("a root").der().clone();
        (Issuer::new(params, key), certificate)
    }

    #[test]
    fn a_trusted_root_of_the_same_name_with_another_key_is_named_as_such() {
        let ((renewed, shown), (_, before), (_, other)) = (root("Corp CA"), root("Corp CA"), root("Other CA"));
        let key = KeyPair::generate().expect("a key");
        let leaf = CertificateParams::new(["localhost".to_owned()]).expect("a name").signed_by(&key, &renewed);
        let leaf = leaf.expect("a leaf").der().clone();
        let said = |why: &CertificateError, chain: &[CertificateDer<'_>], roots: &[&CertificateDer<'static>]| {
            of_same_name("localhost", 443, why, chain, roots.iter().copied())
        };
        let bad = CertificateError::BadSignature;
        let text = said(&bad, from_ref(&leaf), &[&other, &before]).expect("it is said");
        assert!(
            text.contains("leads to CN=Corp CA") && text.contains("another key") && text.contains("keytool"),
            "{text}"
        );
        assert!(!text.contains("MD5"), "{text}");
        assert_eq!(said(&bad, from_ref(&leaf), &[&other]), None, "no root of that name");
        assert!(said(&bad, &[leaf.clone(), shown.clone()], &[&before]).is_some(), "the root itself is shown");
        assert_eq!(said(&bad, from_ref(&shown), &[&shown]), None, "it is the very root");
        assert_eq!(said(&bad, from_ref(&leaf), &[&shown]), None, "the trusted root signed it");
        assert_eq!(said(&CertificateError::Expired, &[leaf], &[&before]), None, "something else is wrong");
    }
}
