//! TLS was spoken to a port that speaks none.

use super::{Explanation, Known, caller, capital, says};

pub(super) const KNOWN: Known = Known {
    name: "tls-plaintext",
    symptom: "Unrecognized SSL message, plaintext connection?; Unsupported or unrecognized SSL message",
    source: "sun.security.ssl.SSLSocketInputRecord; RFC 8446, section 5.1",
    check,
};

fn check(throwable: &super::Throwable, trace: &super::Trace) -> Option<Explanation> {
    if !says(throwable, &["unrecognized ssl message", "not an ssl/tls record"]) {
        return None;
    }
    Explanation::new(
        format!(
            "{} spoke TLS, and what came back is none: the port speaks plain HTTP or another protocol, a proxy in between answered in plain text, or a plain client called a TLS port.",
            capital(caller(trace))
        ),
        "Administrator of the calling program: correct port or scheme of the address (http, https); mwscope probe HOST:PORT says what the port speaks.",
    )
}

#[cfg(test)]
mod tests {
    use super::super::tests::holds;

    #[test]
    fn hit_and_near_miss() {
        let hit = "javax.net.ssl.SSLException: Unrecognized SSL message, plaintext connection?\n\tat a.B.c(B.java:1)\n";
        holds(
            &super::KNOWN,
            hit,
            &["correct port or scheme"],
            &["javax.net.ssl.SSLException: Connection reset\n\tat a.B.c(B.java:1)\n"],
        );
        holds(
            &super::KNOWN,
            "javax.net.ssl.SSLException: Unsupported or unrecognized SSL message\n\tat a.B.c(B.java:1)\n",
            &["what came back is none"],
            &[],
        );
    }
}
