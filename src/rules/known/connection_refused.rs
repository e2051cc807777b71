//! Nobody listens where the program connects to.

use super::{Explanation, Known, caller, capital, says, short};

pub(super) const KNOWN: Known = Known {
    name: "connection-refused",
    symptom: "ConnectException: Connection refused",
    source: "java.net.ConnectException; RFC 9293, section 3.10.7.1 (reset in answer to a SYN)",
    check,
};

fn check(throwable: &super::Throwable, trace: &super::Trace) -> Option<Explanation> {
    let of_net = matches!(
        short(throwable),
        "ConnectException" | "HttpHostConnectException" | "JSchException" | "SocketException"
    );
    if !of_net || !says(throwable, &["connection refused"]) {
        return None;
    }
    Explanation::new(
        format!(
            "{} reached the host, but nothing listens on that port: the server program is down, listens elsewhere, or a firewall rejects.",
            capital(caller(trace))
        ),
        "Administrator: look whether the called program runs and on which port (mwscope probe HOST:PORT says the same as the program saw); then correct the address or start it.",
    )
}

#[cfg(test)]
mod tests {
    use super::super::tests::holds;

    #[test]
    fn hit_and_near_miss() {
        let hit = "java.net.ConnectException: Connection refused: connect\n\tat java.net.DualStackPlainSocketImpl.connect0(Native Method)\n";
        holds(
            &super::KNOWN,
            hit,
            &["The program reached the host", "mwscope probe"],
            &[
                &hit.replace("refused: connect", "timed out"),
                &hit.replace("java.net.ConnectException", "com.acme.Refusal"),
            ],
        );
    }
}
