//! The other side, or something in between, broke a connection off.

use super::{Explanation, Known, caller, capital, says, short};

pub(super) const KNOWN: Known = Known {
    name: "connection-reset",
    symptom: "SocketException: Connection reset, Broken pipe, or an end of file in the middle of an answer",
    source: "java.net.SocketException; RFC 9293, section 3.5.2",
    check,
};

fn check(throwable: &super::Throwable, trace: &super::Trace) -> Option<Explanation> {
    let of_net = matches!(
        short(throwable),
        "SocketException"
            | "IOException"
            | "SSLException"
            | "NoHttpResponseException"
            | "ClientAbortException"
            | "JSchException"
    );
    let words = [
        "connection reset",
        "broken pipe",
        "connection abort",
        "failed to respond",
        "unexpected end of file from server",
        "connection was forcibly closed",
        "closed by foreign host",
    ];
    if !of_net || !says(throwable, &words) {
        return None;
    }
    Explanation::new(
        format!(
            "The connection that {} used was broken off by the other side or by something in between: the peer ended or was restarted, an idle connection was dropped by a firewall or load balancer, or the caller gave up waiting.",
            caller(trace)
        ),
        format!(
            "{}'s administrator: compare idle time-outs of client pool, load balancer and server (the client's must be the shortest); a capture shows who sent the reset (mwscope packets --streams).",
            capital(caller(trace))
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::super::tests::holds;

    #[test]
    fn hit_and_near_miss() {
        let hit = "java.net.SocketException: Connection reset\n\tat java.net.SocketInputStream.read(SocketInputStream.java:186)\n\tat org.apache.cxf.transport.http.X.y(X.java:1)\n";
        holds(
            &super::KNOWN,
            hit,
            &["that MWS used", "time-outs"],
            &[
                &hit.replace("Connection reset", "Socket closed"),
                &hit.replace("java.net.SocketException", "a.b.ResetFailed"),
            ],
        );
        // Old JSch has the cause in its message only.
        let jsch = hit.replace(
            "java.net.SocketException: ",
            "com.jcraft.jsch.JSchException: Session.connect: java.net.SocketException: ",
        );
        holds(&super::KNOWN, &jsch, &["broken off"], &[]);
    }
}
