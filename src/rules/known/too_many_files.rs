//! The process has no further file or socket to open.

use super::{Explanation, Known, says};

pub(super) const KNOWN: Known =
    Known { name: "too-many-files", symptom: "Too many open files", source: "errno EMFILE, ENFILE; ulimit -n", check };

fn check(throwable: &super::Throwable, _: &super::Trace) -> Option<Explanation> {
    if !says(throwable, &["too many open files"]) {
        return None;
    }
    Explanation::new(
        "The process has as many files and sockets open as the system allows it: the limit is too low, or it doesn't close them. What failed is whatever came next.",
        "Administrator: lsof -p PID shows what is open (connections in CLOSE_WAIT are never closed by the program); raise the limit (ulimit -n, LimitNOFILE) and restart; where it fills again, whoever owns the program mends what isn't closed.",
    )
}

#[cfg(test)]
mod tests {
    use super::super::tests::holds;

    #[test]
    fn hit_and_near_miss() {
        let hit = "java.net.SocketException: Too many open files (Accept failed)\n\tat a.B.c(B.java:1)\n";
        holds(
            &super::KNOWN,
            hit,
            &["lsof -p"],
            &[
                "java.net.SocketException: Connection reset\n\tat a.B.c(B.java:1)\n",
                "java.io.FileNotFoundException: a.txt (No such file or directory)\n\tat a.B.c(B.java:1)\n",
            ],
        );
        holds(
            &super::KNOWN,
            "java.io.FileNotFoundException: /opt/infor/a.log (Too many open files)\n\tat a.B.c(B.java:1)\n",
            &["ulimit -n"],
            &[],
        );
    }
}
