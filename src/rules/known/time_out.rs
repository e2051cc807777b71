//! Somebody waited longer than was allowed.

use super::{Explanation, Known, caller, capital, says, short};

pub(super) const KNOWN: Known = Known {
    name: "time-out",
    symptom: "SocketTimeoutException, connect timed out, Read timed out",
    source: "java.net.SocketTimeoutException",
    check,
};

fn check(throwable: &super::Throwable, trace: &super::Trace) -> Option<Explanation> {
    let class = short(throwable);
    let of_net = matches!(
        class,
        "SocketTimeoutException"
            | "ConnectException"
            | "HttpTimeoutException"
            | "HttpConnectTimeoutException"
            | "ConnectTimeoutException"
            | "JSchException"
            | "NoRouteToHostException"
    );
    // A server that waits for its next caller asks in between whether it is to end.
    let listening = says(throwable, &["accept timed out"]);
    if !of_net || listening || !says(throwable, &["timed out", "timeout", "time out"]) {
        return None;
    }
    let who = caller(trace);
    // JSch: `timeout: socket is not established`, but `Session.connect: java.net.SocketTimeoutException: Read timed out`.
    let connecting = says(throwable, &["connect", "socket is not established"]) || class.contains("Connect");
    let connecting = connecting && !says(throwable, &["read timed out"]);
    if connecting {
        return Explanation::new(
            format!(
                "{} got no answer at all to its attempt to connect: wrong address, host down, or a firewall that drops silently.",
                capital(who)
            ),
            "Network administrator: mwscope probe HOST:PORT from that host shows how far it gets; then open the way or correct the address.",
        );
    }
    Explanation::new(
        format!(
            "The connection stood, but the answer took longer than {who} was willing to wait. The called program may well have gone on and finished."
        ),
        "Look at what the called thread did in that time (its log records, a thread dump); raise the time-out only where the work is known to take as long, and see to it that a repeated call does no harm.",
    )
}

#[cfg(test)]
mod tests {
    use super::super::tests::holds;

    #[test]
    fn hit_and_near_miss() {
        let hit = "java.net.SocketTimeoutException: Read timed out\n\tat java.net.SocketInputStream.socketRead0(Native Method)\n";
        holds(
            &super::KNOWN,
            hit,
            &["may well have gone on"],
            &[
                "java.util.concurrent.TimeoutException: Timeout of lock\n\tat a.B.c(B.java:1)\n",
                &hit.replace("Read", "Accept"),
            ],
        );
        holds(&super::KNOWN, &hit.replace("Read", "connect"), &["no answer at all"], &[]);
        let jsch = "com.jcraft.jsch.JSchException: timeout: socket is not established\n\tat com.jcraft.jsch.Util.createSocket(Util.java:394)\n";
        holds(&super::KNOWN, jsch, &["no answer at all"], &[]);
        let read = jsch.replace(
            "timeout: socket is not established",
            "Session.connect: java.net.SocketTimeoutException: Read timed out",
        );
        holds(&super::KNOWN, &read, &["may well have gone on"], &[]);
    }
}
