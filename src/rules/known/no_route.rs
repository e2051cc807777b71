//! There is no way to the called host.

use super::{Explanation, Known, caller, says, short};

pub(super) const KNOWN: Known = Known {
    name: "no-route",
    symptom: "NoRouteToHostException, Network is unreachable",
    source: "java.net.NoRouteToHostException; ICMP destination unreachable, RFC 792",
    check,
};

fn check(throwable: &super::Throwable, trace: &super::Trace) -> Option<Explanation> {
    let of_net = matches!(
        short(throwable),
        "NoRouteToHostException"
            | "SocketException"
            | "ConnectException"
            | "HttpHostConnectException"
            | "JSchException"
    );
    if !of_net || !says(throwable, &["no route to host", "host unreachable", "network is unreachable"]) {
        return None;
    }
    Explanation::new(
        format!(
            "A router, a firewall that rejects, or the network of the host that {} runs on said that the called host can't be reached: it is down, in a network without a way to it, or the port is rejected.",
            caller(trace)
        ),
        "Network administrator: mwscope probe HOST:PORT from that host shows how far it gets; then open the way, or correct the address.",
    )
}

#[cfg(test)]
mod tests {
    use super::super::tests::holds;

    #[test]
    fn hit_and_near_miss() {
        let hit = "java.net.NoRouteToHostException: No route to host (Host unreachable)\n\tat a.B.c(B.java:1)\n";
        holds(
            &super::KNOWN,
            hit,
            &["can't be reached"],
            &[
                "java.net.NoRouteToHostException: Connection timed out\n\tat a.B.c(B.java:1)\n",
                "a.b.PlanException: no route to host in the plan\n\tat a.B.c(B.java:1)\n",
            ],
        );
        holds(
            &super::KNOWN,
            "java.net.SocketException: Network is unreachable (connect failed)\n\tat a.B.c(B.java:1)\n",
            &["mwscope probe"],
            &[],
        );
    }
}
