//! The name of the called host has no address.

use super::{Explanation, Known, caller, message, short};

pub(super) const KNOWN: Known =
    Known { name: "unknown-host", symptom: "UnknownHostException", source: "java.net.UnknownHostException", check };

fn check(throwable: &super::Throwable, trace: &super::Trace) -> Option<Explanation> {
    let nested = message(throwable).contains("java.net.UnknownHostException");
    if short(throwable) != "UnknownHostException" && !(nested && short(throwable) == "JSchException") {
        return None;
    }
    Explanation::new(
        format!(
            "The host that {} runs on found no address for the name of the host that it calls: the name is misspelt or out of date, or its name service didn't answer.",
            caller(trace)
        ),
        "Administrator of the calling host: nslookup NAME on that host (mwscope probe URL does the same); then correct the address in the configuration, or the name service or hosts file of that host.",
    )
}

#[cfg(test)]
mod tests {
    use super::super::tests::holds;

    #[test]
    fn hit_and_near_miss() {
        let hit = "java.net.UnknownHostException: m3be.acme.local\n\tat a.B.c(B.java:1)\n";
        holds(
            &super::KNOWN,
            hit,
            &["found no address"],
            &[
                "java.net.ConnectException: Connection refused\n\tat a.B.c(B.java:1)\n",
                "java.rmi.ServerException: UnknownHostException of another\n\tat a.B.c(B.java:1)\n",
            ],
        );
        holds(
            &super::KNOWN,
            "com.jcraft.jsch.JSchException: java.net.UnknownHostException: sftp.acme.com\n\tat a.B.c(B.java:1)\n",
            &["nslookup"],
            &[],
        );
    }
}
