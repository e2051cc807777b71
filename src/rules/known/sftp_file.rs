//! The SFTP server refused what was to be done with a file.

use super::{Explanation, Known, caller, message, short};

pub(super) const KNOWN: Known = Known {
    name: "sftp-file",
    symptom: "SftpException (printed as its number: 2: No such file, 3: Permission denied, 4: Failure)",
    source: "com.jcraft.jsch.SftpException.toString, ChannelSftp.throwStatusError; draft-ietf-secsh-filexfer-02, section 7",
    check,
};

fn check(throwable: &super::Throwable, trace: &super::Trace) -> Option<Explanation> {
    // It prints its number where others print their class.
    let numbered = !throwable.exception.is_empty() && throwable.exception.bytes().all(|byte| byte.is_ascii_digit());
    let of_jsch = throwable.frames.first().is_some_and(|frame| frame.class.starts_with("com.jcraft.jsch.ChannelSftp"));
    if short(throwable) != "SftpException" && !(numbered && of_jsch) {
        return None;
    }
    let said = message(throwable).to_ascii_lowercase();
    let said = said.trim_start_matches(|c: char| c.is_ascii_digit()).trim_start_matches(": ");
    let cause = if said.starts_with("no such file") {
        "found no file or folder of that name: the path is meant from another folder than the user's home, or somebody took the file first"
    } else if said.starts_with("permission denied") {
        "doesn't let the user read or write there"
    } else if said.starts_with("failure") {
        "couldn't do it and doesn't say why: nearly always the target exists already (a rename), a folder isn't empty, or its disk is full"
    } else {
        return None;
    };
    Explanation::new(
        format!("{} is logged on at the SFTP server, which {cause}.", super::capital(caller(trace))),
        "Administrator of the client: try the same path by hand with the same user (sftp USER@HOST, pwd, ls -l); then correct the path in the configuration, or whoever runs the server the rights there.",
    )
}

#[cfg(test)]
mod tests {
    use super::super::tests::holds;

    #[test]
    fn hit_and_near_miss() {
        let at = "\tat com.jcraft.jsch.ChannelSftp.throwStatusError(ChannelSftp.java:2846)\n\tat com.intentia.ec.server.sftp.SFTPOut.send(SFTPOut.java:88)\n";
        let hit = format!(
            "java.lang.RuntimeException: no file sent\n\tat com.intentia.ec.X.y(X.java:1)\nCaused by: 2: No such file\n{at}"
        );
        holds(
            &super::KNOWN,
            &hit,
            &["found no file or folder", "MEC is logged on"],
            &[
                &hit.replace("com.jcraft.jsch.ChannelSftp", "a.b.Files"),
                &hit.replace("2: No such file", "com.jcraft.jsch.JSchException: Auth fail"),
            ],
        );
        holds(&super::KNOWN, &hit.replace("2: No such file", "4: Failure"), &["disk is full"], &[]);
        let named = hit.replace("2: No such file", "com.jcraft.jsch.SftpException: Permission denied");
        holds(&super::KNOWN, &named, &["read or write"], &[]);
    }
}
