//! The other side refused the certificate that it was shown.

use super::{Explanation, Known, caller, message};

pub(super) const KNOWN: Known = Known {
    name: "certificate-refused",
    symptom: "Received fatal alert: bad_certificate, certificate_unknown, unknown_ca, certificate_required",
    source: "RFC 8446, section 6.2",
    check,
};

fn check(throwable: &super::Throwable, trace: &super::Trace) -> Option<Explanation> {
    let alert = message(throwable).split_once("fatal alert: ")?.1.split(|c: char| c.is_whitespace()).next()?;
    let who = caller(trace);
    match alert {
        "certificate_required" => Explanation::new(
            format!("The called server wants a client certificate, and {who} showed none."),
            "Administrator of the calling host: give the program a keystore with a certificate that the server knows (-Djavax.net.ssl.keyStore, or its own setting), and restart it.",
        ),
        "bad_certificate" | "certificate_unknown" | "unknown_ca" | "unsupported_certificate" | "access_denied" => {
            Explanation::new(
                format!(
                    "The other side refused the certificate that {who} showed it ({alert}): where {who} called, its client certificate; where it was called, its server certificate, whose issuer the caller doesn't trust."
                ),
                "Administrator of the other side: put the issuer of that certificate into the truststore there, or ask for one that is trusted; its log says what it refused.",
            )
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::holds;

    #[test]
    fn hit_and_near_miss() {
        let hit =
            "javax.net.ssl.SSLHandshakeException: Received fatal alert: certificate_unknown\n\tat a.B.c(B.java:1)\n";
        holds(
            &super::KNOWN,
            hit,
            &["refused the certificate"],
            &[
                "javax.net.ssl.SSLHandshakeException: Received fatal alert: handshake_failure\n\tat a.B.c(B.java:1)\n",
                "javax.net.ssl.SSLHandshakeException: Received fatal alert: certificate_expired\n\tat a.B.c(B.java:1)\n",
            ],
        );
        holds(
            &super::KNOWN,
            "javax.net.ssl.SSLHandshakeException: Received fatal alert: certificate_required\n\tat a.B.c(B.java:1)\n",
            &["showed none"],
            &[],
        );
    }
}
