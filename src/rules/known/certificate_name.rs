//! The called server's certificate is for another name.

use super::{Explanation, Known, caller, says, short};

pub(super) const KNOWN: Known = Known {
    name: "certificate-name",
    symptom: "No subject alternative names, No name matching HOST found, hostname not verified",
    source: "RFC 9525; sun.security.util.HostnameChecker",
    check,
};

fn check(throwable: &super::Throwable, trace: &super::Trace) -> Option<Explanation> {
    const SAID: [&str; 7] = [
        "no subject alternative names",
        "no subject alternative dns name matching",
        "no name matching",
        "doesn't match any of the subject alternative names",
        "doesn't match common name",
        "https url hostname does not match",
        "not match the common name (cn) in the server certificate",
    ];
    let unverified = throwable.exception.ends_with("SSLPeerUnverifiedException") && says(throwable, &["not verified"]);
    let of_tls = short(throwable).starts_with("SSL") || says(throwable, &["certificate", "https"]);
    let of_tls = of_tls || short(throwable).starts_with("Certificate");
    if !(unverified || of_tls && says(throwable, &SAID)) {
        return None;
    }
    Explanation::new(
        format!(
            "{} called the server by a name, or by an address, that its certificate isn't for. That its issuer is trusted doesn't help.",
            super::capital(caller(trace))
        ),
        "Administrator of the calling program: call the server by a name that stands in its certificate (mwscope probe URL shows them); else the called server's administrator has it issued with the name among its subject alternative names.",
    )
}

#[cfg(test)]
mod tests {
    use super::super::tests::holds;

    #[test]
    fn hit_and_near_miss() {
        let hit = "javax.net.ssl.SSLHandshakeException: java.security.cert.CertificateException: No subject alternative DNS name matching m3.acme.com found.\n\tat a.B.c(B.java:1)\n";
        holds(
            &super::KNOWN,
            hit,
            &["isn't for"],
            &[
                "javax.net.ssl.SSLHandshakeException: PKIX path building failed\n\tat a.B.c(B.java:1)\n",
                "a.b.C: no name matching the key\n\tat a.B.c(B.java:1)\n",
            ],
        );
        holds(
            &super::KNOWN,
            "javax.net.ssl.SSLPeerUnverifiedException: Hostname 10.0.0.1 not verified\n\tat a.B.c(B.java:1)\n",
            &["subject alternative names"],
            &[],
        );
        holds(
            &super::KNOWN,
            "java.security.cert.CertificateException: No name matching m3 found\n\tat a.B.c(B.java:1)\n",
            &["mwscope probe"],
            &[],
        );
    }
}
