//! TLS client and server have no version or cipher in common.

use super::{Explanation, Known, caller, says, short};

pub(super) const KNOWN: Known = Known {
    name: "tls-protocol",
    symptom: "handshake_failure, protocol_version, No appropriate protocol, Remote host closed connection during handshake",
    source: "RFC 8446, section 6.2; java.security: jdk.tls.disabledAlgorithms",
    check,
};

fn check(throwable: &super::Throwable, trace: &super::Trace) -> Option<Explanation> {
    const VERSION: [&str; 5] = [
        "no appropriate protocol",
        "server selected protocol version",
        "fatal alert: protocol_version",
        "client requested protocol",
        "is not enabled or supported in server context",
    ];
    const CIPHERS: [&str; 2] = ["no cipher suites in common", "fatal alert: insufficient_security"];
    const BROKEN_OFF: [&str; 3] = [
        "fatal alert: handshake_failure",
        "remote host closed connection during handshake",
        "remote host terminated the handshake",
    ];
    // A driver says it of its own connection.
    let of_tls = short(throwable).starts_with("SSL") || says(throwable, &["ssl", "tls"]);
    if !of_tls {
        return None;
    }
    let who = caller(trace);
    let cause = if says(throwable, &VERSION) {
        format!(
            "The Java that {who} runs in and the other side have no version of TLS in common: one of them knows or allows old ones only."
        )
    } else if says(throwable, &CIPHERS) {
        format!(
            "The Java that {who} runs in and the other side have no cipher suite in common, or the server has no key for any of them."
        )
    } else if says(throwable, &BROKEN_OFF) {
        format!(
            "The other side of {who}'s connection broke the handshake of TLS off and doesn't say why: no version or cipher suite in common, a client certificate that it wants, a name that it doesn't serve (SNI), or something in between."
        )
    } else {
        return None;
    };
    Explanation::new(
        cause,
        "Administrator of both sides: mwscope probe URL shows what the server takes, -Djavax.net.debug=ssl:handshake what Java offers; allow TLS 1.2 or newer on both \
         (jdk.tls.disabledAlgorithms in java.security, https.protocols, a newer Java), and never the old version again.",
    )
}

#[cfg(test)]
mod tests {
    use super::super::tests::holds;

    #[test]
    fn hit_and_near_miss() {
        let hit = "javax.net.ssl.SSLHandshakeException: Received fatal alert: protocol_version\n\tat a.B.c(B.java:1)\n";
        holds(
            &super::KNOWN,
            hit,
            &["no version of TLS in common"],
            &[
                "javax.net.ssl.SSLHandshakeException: Received fatal alert: certificate_expired\n\tat a.B.c(B.java:1)\n",
                "javax.net.ssl.SSLException: Connection reset\n\tat a.B.c(B.java:1)\n",
                "a.b.OrderException: client requested protocol of the delivery\n\tat a.B.c(B.java:1)\n",
            ],
        );
        holds(
            &super::KNOWN,
            "javax.net.ssl.SSLHandshakeException: No appropriate protocol (protocol is disabled or cipher suites are inappropriate)\n\tat a.B.c(B.java:1)\n",
            &["TLS 1.2"],
            &[],
        );
        holds(
            &super::KNOWN,
            "javax.net.ssl.SSLHandshakeException: Remote host closed connection during handshake\n\tat a.B.c(B.java:1)\n",
            &["client certificate"],
            &[],
        );
        holds(
            &super::KNOWN,
            "com.microsoft.sqlserver.jdbc.SQLServerException: The driver could not establish a secure connection to SQL Server by using Secure Sockets Layer (SSL) encryption. Error: The server selected protocol version TLS10 is not accepted by client preferences [TLS12].\n\tat a.B.c(B.java:1)\n",
            &["no version of TLS"],
            &[],
        );
    }
}
