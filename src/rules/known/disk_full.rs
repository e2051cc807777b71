//! A disk has no room left.

use super::{Explanation, Known, says};

pub(super) const KNOWN: Known = Known {
    name: "disk-full",
    symptom: "No space left on device; There is not enough space on the disk",
    source: "errno ENOSPC, EDQUOT; Windows error 112",
    check,
};

fn check(throwable: &super::Throwable, _: &super::Trace) -> Option<Explanation> {
    if !says(throwable, &["no space left on device", "not enough space on the disk", "disk quota exceeded"]) {
        return None;
    }
    Explanation::new(
        "The disk that the program writes to is full, or its quota or number of files is used up.",
        "Administrator of the host: make room (df -h and df -i; logs and dumps of debugging left on are the usual reason), then look whether what was being written is whole.",
    )
}

#[cfg(test)]
mod tests {
    use super::super::tests::holds;

    #[test]
    fn hit_and_near_miss() {
        let hit = "java.io.IOException: No space left on device\n\tat a.B.c(B.java:1)\n";
        holds(&super::KNOWN, hit, &["df -h"], &["java.io.IOException: Stream closed\n\tat a.B.c(B.java:1)\n"]);
        holds(
            &super::KNOWN,
            "java.io.IOException: There is not enough space on the disk\n\tat a.B.c(B.java:1)\n",
            &["make room"],
            &[],
        );
    }
}
