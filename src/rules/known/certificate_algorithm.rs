//! A certificate is signed by an algorithm, or has a key, that Java doesn't allow any more.

use super::{Explanation, Known, caller, message, says};

pub(super) const KNOWN: Known = Known {
    name: "certificate-algorithm",
    symptom: "Algorithm constraints check failed, Certificates do not conform to algorithm constraints",
    source: "java.security: jdk.certpath.disabledAlgorithms; sun.security.provider.certpath.AlgorithmChecker",
    check,
};

fn check(throwable: &super::Throwable, trace: &super::Trace) -> Option<Explanation> {
    if !says(throwable, &["algorithm constraints check failed", "do not conform to algorithm constraints"]) {
        return None;
    }
    // `Algorithm constraints check failed on signature algorithm: MD5withRSA`
    let which = message(throwable).split_once("check failed on ").and_then(|(_, which)| which.lines().next());
    let which = which.map(|which| format!(" ({})", which.trim())).unwrap_or_default();
    let who = caller(trace);
    Explanation::new(
        format!(
            "A certificate in the chain of the called server has a signature or key{which} that the Java which {who} runs in has disabled as too weak. That its issuer is trusted doesn't help."
        ),
        "Administrator of the called server: have the certificate issued anew with a signature of today (SHA-256 and a key of \
         RSA 2048 bits or more; mwscope probe URL shows the chain). For the time being, administrator of the calling host: \
         jdk.certpath.disabledAlgorithms in the java.security of the Java that really runs it; then restart.",
    )
}

#[cfg(test)]
mod tests {
    use super::super::tests::holds;

    #[test]
    fn hit_and_near_miss() {
        let hit = "javax.net.ssl.SSLHandshakeException: PKIX path validation failed: java.security.cert.CertPathValidatorException: Algorithm constraints check failed on signature algorithm: MD5withRSA\n\tat a.B.c(B.java:1)\n";
        holds(
            &super::KNOWN,
            hit,
            &["(signature algorithm: MD5withRSA)", "disabledAlgorithms"],
            &[
                "javax.net.ssl.SSLHandshakeException: No appropriate protocol (protocol is disabled or cipher suites are inappropriate)\n\tat a.B.c(B.java:1)\n",
            ],
        );
        let short = "java.security.cert.CertificateException: Certificates do not conform to algorithm constraints\n\tat a.B.c(B.java:1)\n";
        holds(&super::KNOWN, short, &["too weak"], &[]);
    }
}
