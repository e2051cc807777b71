//! The SSH server refused the user.

use super::{Explanation, Known, caller, message, says, short};

pub(super) const KNOWN: Known = Known {
    name: "ssh-log-in",
    symptom: "JSchException: Auth fail, Auth cancel, Too many authentication failures",
    source: "com.jcraft.jsch.Session.connect; RFC 4252",
    check,
};

fn check(throwable: &super::Throwable, trace: &super::Trace) -> Option<Explanation> {
    let said = message(throwable);
    let refused = said.starts_with("Auth fail")
        || said.starts_with("Auth cancel")
        || says(throwable, &["too many authentication failures"]);
    if short(throwable) != "JSchException" || !refused {
        return None;
    }
    Explanation::new(
        format!(
            "The SSH server refused the user name, password or key with which {} logged on; host and port are right. Old JSch also fails so where the server takes RSA keys with SHA-2 signatures only.",
            caller(trace)
        ),
        "Administrator of the client: try user and key by hand (ssh -v USER@HOST); whoever runs the server looks in its log why it refused (expired password, key not in authorized_keys, ssh-rsa disabled: then com.github.mwiede:jsch 0.2 or newer).",
    )
}

#[cfg(test)]
mod tests {
    use super::super::tests::holds;

    #[test]
    fn hit_and_near_miss() {
        let hit = "com.jcraft.jsch.JSchException: Auth fail\n\tat a.B.c(B.java:1)\n";
        holds(
            &super::KNOWN,
            hit,
            &["refused the user name"],
            &[
                "com.jcraft.jsch.JSchException: Algorithm negotiation fail\n\tat a.B.c(B.java:1)\n",
                "a.b.C: Auth fail\n\tat a.B.c(B.java:1)\n",
            ],
        );
        holds(
            &super::KNOWN,
            "com.jcraft.jsch.JSchException: Auth fail for methods 'publickey,password'\n\tat a.B.c(B.java:1)\n",
            &["ssh -v"],
            &[],
        );
    }
}
