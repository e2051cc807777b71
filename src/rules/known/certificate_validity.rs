//! A certificate is past its last day, or before its first.

use super::{Explanation, Known, caller, says, short};

pub(super) const KNOWN: Known = Known {
    name: "certificate-validity",
    symptom: "CertificateExpiredException, CertificateNotYetValidException, validity check failed",
    source: "java.security.cert; sun.security.provider.certpath.BasicChecker; RFC 8446, section 6.2",
    check,
};

fn check(throwable: &super::Throwable, trace: &super::Trace) -> Option<Explanation> {
    if says(throwable, &["fatal alert: certificate_expired"]) {
        let who = caller(trace);
        return Explanation::new(
            format!("The server refused the certificate that {who} showed it, since it has expired."),
            format!(
                "Administrator of the calling host: put a renewed certificate into the keystore that {who} uses for this server, and restart it."
            ),
        );
    }
    let early = ends_in("CertificateNotYetValidException", throwable) || says(throwable, &["notbefore:"]);
    let late = ends_in("CertificateExpiredException", throwable) || says(throwable, &["notafter:"]);
    let state = match (early, late) {
        (true, _) => "isn't valid yet",
        (_, true) => "has expired",
        _ if says(throwable, &["validity check failed", "timestamp check failed"]) => {
            "has expired, or isn't valid yet,"
        }
        _ => return None,
    };
    let who = caller(trace);
    Explanation::new(
        format!(
            "A certificate in the chain of the called server {state} by the clock of the host that {who} runs on. Truststore and address have nothing to do with it."
        ),
        "Administrator of the called server: renew the certificate (mwscope probe URL shows the chain with its dates), or a CA's in between. Where its dates are right, the clock of the calling host isn't.",
    )
}

/// Whether a throwable is of this class, or quotes one of it in its message.
fn ends_in(class: &str, throwable: &super::Throwable) -> bool {
    short(throwable) == class || super::message(throwable).contains(class)
}

#[cfg(test)]
mod tests {
    use super::super::tests::holds;

    #[test]
    fn hit_and_near_miss() {
        let hit = "javax.net.ssl.SSLHandshakeException: PKIX path validation failed: java.security.cert.CertPathValidatorException: validity check failed\n\tat com.intentia.ec.communication.HTTPOut.send(HTTPOut.java:1)\nCaused by: java.security.cert.CertificateExpiredException: NotAfter: Mon Jan 01 00:00:00 CET 2024\n\tat sun.security.x509.CertificateValidity.valid(CertificateValidity.java:277)\n";
        holds(
            &super::KNOWN,
            hit,
            &["has expired", "that MEC runs on", "renew"],
            &[
                "javax.net.ssl.SSLHandshakeException: PKIX path building failed: sun.security.provider.certpath.SunCertPathBuilderException: unable to find valid certification path to requested target\n\tat a.B.c(B.java:1)\n",
                "a.b.OrderException: validity of the order has ended\n\tat a.B.c(B.java:1)\n",
            ],
        );
        // The cause may have been cut off; JDK 8 calls it a timestamp.
        let first = hit.lines().take(2).collect::<Vec<_>>().join("\n");
        holds(&super::KNOWN, &first, &["renew"], &[]);
        holds(&super::KNOWN, &first.replace("validity check", "timestamp check"), &["renew"], &[]);
        let alert =
            "javax.net.ssl.SSLHandshakeException: Received fatal alert: certificate_expired\n\tat a.B.c(B.java:1)\n";
        holds(&super::KNOWN, alert, &["certificate that the program showed"], &[]);
        let early = hit.replace("CertificateExpiredException: NotAfter", "CertificateNotYetValidException: NotBefore");
        holds(&super::KNOWN, &early, &["isn't valid yet", "clock"], &[]);
    }
}
