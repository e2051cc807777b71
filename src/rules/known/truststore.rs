//! A keystore or truststore can't be read, or is empty.

use super::{Explanation, Known, caller, says};

pub(super) const KNOWN: Known = Known {
    name: "truststore",
    symptom: "trustAnchors parameter must be non-empty; Keystore was tampered with, or password was incorrect",
    source: "java.security.cert.PKIXParameters; java.security.KeyStore.load",
    check,
};

fn check(throwable: &super::Throwable, trace: &super::Trace) -> Option<Explanation> {
    let who = caller(trace);
    if says(throwable, &["trustanchors parameter must be non-empty"]) {
        return Explanation::new(
            format!(
                "The truststore of the Java that {who} runs in isn't there, can't be read or is empty: of the called server's certificate nothing is known yet."
            ),
            "Administrator of the calling host: look which file it is (-Djavax.net.ssl.trustStore, else JAVA_HOME/lib/security/cacerts), its rights and its type (PKCS12, JKS); keytool -list -keystore FILE shows its entries; then restart.",
        );
    }
    let password = ["keystore was tampered with, or password was incorrect", "keystore password was incorrect"];
    if says(throwable, &password) || says(throwable, &["cannot recover key"]) {
        return Explanation::new(
            format!(
                "The password that {who} has for a keystore, or for the key in it, isn't the right one, or the file is damaged."
            ),
            "Administrator of the calling host: keytool -list -keystore FILE asks for the password and says whether it is right; then enter it in the configuration. Keystore and key in it need the same one in most programs.",
        );
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::tests::holds;

    #[test]
    fn hit_and_near_miss() {
        let hit = "java.security.InvalidAlgorithmParameterException: the trustAnchors parameter must be non-empty\n\tat a.B.c(B.java:1)\n";
        holds(
            &super::KNOWN,
            hit,
            &["isn't there, can't be read or is empty"],
            &[
                "java.io.IOException: password was incorrect\n\tat a.B.c(B.java:1)\n",
                "javax.net.ssl.SSLHandshakeException: PKIX path building failed\n\tat a.B.c(B.java:1)\n",
            ],
        );
        holds(
            &super::KNOWN,
            "java.io.IOException: Keystore was tampered with, or password was incorrect\n\tat a.B.c(B.java:1)\n",
            &["isn't the right one"],
            &[],
        );
        holds(
            &super::KNOWN,
            "java.security.UnrecoverableKeyException: Cannot recover key\n\tat a.B.c(B.java:1)\n",
            &["keytool -list"],
            &[],
        );
    }
}
