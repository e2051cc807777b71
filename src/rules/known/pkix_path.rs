//! Java doesn't trust the certificate of the server it calls.

use super::{Explanation, Known, caller, says};

pub(super) const KNOWN: Known = Known {
    name: "pkix-path",
    symptom: "PKIX path building failed, unable to find valid certification path to requested target",
    source: "thibaudatwork.wordpress.com, M3 Web Services from IPA; m3ideas.org, MEC part 5",
    check,
};

fn check(throwable: &super::Throwable, trace: &super::Trace) -> Option<Explanation> {
    // `PKIX path validation failed` has other causes as well: dates, weak algorithms, revocation.
    let said =
        ["pkix path building", "unable to find valid certification path", "not chain with any of the trust anchors"];
    if !says(throwable, &said) {
        return None;
    }
    let who = caller(trace);
    Explanation::new(
        format!(
            "The Java that {who} runs in doesn't have the issuer of the called server's certificate in its truststore."
        ),
        "Administrator of the calling host: keytool -importcert -alias grid -file grid-root.cer -keystore \
         JAVA_HOME/lib/security/cacerts with the root CA's certificate, in the Java that really runs it; then restart. \
         mwscope probe URL shows the chain that the server sends.",
    )
}

#[cfg(test)]
mod tests {
    use super::super::tests::holds;

    #[test]
    fn hit_and_near_miss() {
        let hit = "javax.net.ssl.SSLHandshakeException: sun.security.validator.ValidatorException: PKIX path building failed: sun.security.provider.certpath.SunCertPathBuilderException: unable to find valid certification path to requested target\n\tat sun.security.ssl.Alerts.getSSLException(Alerts.java:1)\n\tat com.intentia.ec.communication.HTTPOut.send(HTTPOut.java:1)\n";
        holds(
            &super::KNOWN,
            hit,
            &["that MEC runs in", "keytool -importcert"],
            &[
                "javax.net.ssl.SSLHandshakeException: Received fatal alert: handshake_failure\n\tat sun.security.ssl.Alerts.x(A.java:1)\n",
                "javax.net.ssl.SSLHandshakeException: PKIX path validation failed: java.security.cert.CertPathValidatorException: Certificate has been revoked\n\tat a.B.c(B.java:1)\n",
            ],
        );
    }
}
