//! Another program listens on the port already.

use super::{Explanation, Known, says, short};

pub(super) const KNOWN: Known = Known {
    name: "address-in-use",
    symptom: "BindException: Address already in use",
    source: "java.net.BindException",
    check,
};

fn check(throwable: &super::Throwable, _: &super::Trace) -> Option<Explanation> {
    if short(throwable) != "BindException" && !says(throwable, &["address already in use"]) {
        return None;
    }
    // Who listens doesn't connect: a port of its own is what an outgoing connection didn't get.
    if short(throwable) == "BindException" && says(throwable, &["connect"]) {
        return Explanation::new(
            "The host has no port of its own left for another outgoing connection: too many were opened and closed in a short time.",
            "Administrator: netstat -ano (ss -tan) shows how many stand in TIME_WAIT and to which host; have the client keep its connections (pool, keep-alive), or widen the system's range of dynamic ports.",
        );
    }
    if says(throwable, &["cannot assign requested address", "can't assign requested address"]) {
        return Explanation::new(
            "The program was told to listen on an address that this host doesn't have.",
            "Administrator: correct the address that it listens on (or take the one of all interfaces), and restart it.",
        );
    }
    if !says(throwable, &["already in use", "address in use", "jvm_bind"]) {
        return None;
    }
    Explanation::new(
        "Another process listens on that port already: nearly always the same program, still running or started twice.",
        "Administrator: netstat -ano (ss -ltnp) shows whose port it is; end that process, or give one of the two another port.",
    )
}

#[cfg(test)]
mod tests {
    use super::super::tests::holds;

    #[test]
    fn hit_and_near_miss() {
        let hit = "java.net.BindException: Address already in use: JVM_Bind\n\tat a.B.c(B.java:1)\n";
        let outgoing = hit.replace("JVM_Bind", "connect");
        holds(&super::KNOWN, &outgoing, &["outgoing connection"], &[]);
        holds(
            &super::KNOWN,
            hit,
            &["netstat"],
            &[
                "java.net.BindException: Permission denied\n\tat a.B.c(B.java:1)\n",
                "javax.naming.NamingException: the name is bound\n\tat a.B.c(B.java:1)\n",
            ],
        );
        holds(
            &super::KNOWN,
            "java.net.BindException: Cannot assign requested address\n\tat a.B.c(B.java:1)\n",
            &["doesn't have"],
            &[],
        );
    }
}
