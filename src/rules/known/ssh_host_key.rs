//! The SSH server's key isn't the known one.

use super::{Explanation, Known, says, short};

pub(super) const KNOWN: Known = Known {
    name: "ssh-host-key",
    symptom: "JSchException: UnknownHostKey, reject HostKey, HostKey has been changed",
    source: "com.jcraft.jsch.Session.checkHost; RFC 4251, section 4.1",
    check,
};

fn check(throwable: &super::Throwable, _: &super::Trace) -> Option<Explanation> {
    let of_jsch = short(throwable).starts_with("JSch");
    if of_jsch && says(throwable, &["hostkey has been changed"]) {
        return Explanation::new(
            "The SSH server shows another key than the one that the client has for it: it was set up anew, or another host answers in its place.",
            "Whoever runs the server confirms the new key's fingerprint; only then the client's administrator replaces the line in known_hosts (mwscope packets --streams shows the fingerprint that came).",
        );
    }
    if of_jsch && says(throwable, &["unknownhostkey", "reject hostkey"]) {
        return Explanation::new(
            "The client doesn't know the SSH server's key: it isn't in its known_hosts, or only one of another kind is.",
            "Whoever runs the server tells the key's fingerprint; then the client's administrator adds it to known_hosts (ssh-keyscan HOST gives the line).",
        );
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::tests::holds;

    #[test]
    fn hit_and_near_miss() {
        let hit = "com.jcraft.jsch.JSchException: UnknownHostKey: sftp.acme.com. RSA key fingerprint is 12:34\n\tat a.B.c(B.java:1)\n";
        holds(
            &super::KNOWN,
            hit,
            &["known_hosts"],
            &[
                "com.jcraft.jsch.JSchException: Auth fail\n\tat a.B.c(B.java:1)\n",
                "a.b.C: UnknownHostKey\n\tat a.B.c(B.java:1)\n",
            ],
        );
        holds(
            &super::KNOWN,
            "com.jcraft.jsch.JSchException: HostKey has been changed: sftp.acme.com\n\tat a.B.c(B.java:1)\n",
            &["another key"],
            &[],
        );
    }
}
