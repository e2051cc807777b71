//! The client can't read its private key.

use super::{Explanation, Known, says, short};

pub(super) const KNOWN: Known = Known {
    name: "ssh-private-key",
    symptom: "JSchException: invalid privatekey",
    source: "com.jcraft.jsch.KeyPair.load; PROTOCOL.key of OpenSSH",
    check,
};

fn check(throwable: &super::Throwable, _: &super::Trace) -> Option<Explanation> {
    if short(throwable) != "JSchException" || !says(throwable, &["invalid privatekey"]) {
        return None;
    }
    Explanation::new(
        "JSch can't read the private key: OpenSSH writes its own form since 7.8 (BEGIN OPENSSH PRIVATE KEY), which old JSch doesn't know; or the file is no private key.",
        "Administrator of the client: write a copy of the key in the old form (ssh-keygen -p -m PEM -f KEY), or replace jsch-0.1.5x.jar by com.github.mwiede:jsch 0.2 or newer.",
    )
}

#[cfg(test)]
mod tests {
    use super::super::tests::holds;

    #[test]
    fn hit_and_near_miss() {
        let hit = "com.jcraft.jsch.JSchException: invalid privatekey: [B@4c3e4790\n\tat a.B.c(B.java:1)\n";
        holds(
            &super::KNOWN,
            hit,
            &["ssh-keygen -p -m PEM"],
            &[
                "com.jcraft.jsch.JSchException: USERAUTH fail\n\tat a.B.c(B.java:1)\n",
                "java.security.InvalidKeyException: invalid privatekey\n\tat a.B.c(B.java:1)\n",
            ],
        );
    }
}
