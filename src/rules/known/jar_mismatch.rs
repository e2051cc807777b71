//! Two JARs on the class path don't fit each other.

use super::{Explanation, Known, message, short};

pub(super) const KNOWN: Known = Known {
    name: "jar-mismatch",
    symptom: "NoSuchMethodError, NoSuchFieldError, AbstractMethodError, IncompatibleClassChangeError",
    source: "Java Language Specification, chapter 13",
    check,
};

fn check(throwable: &super::Throwable, _: &super::Trace) -> Option<Explanation> {
    let known = ["NoSuchMethodError", "NoSuchFieldError", "AbstractMethodError", "IncompatibleClassChangeError"];
    // Found by reflection, a method may be absent for many reasons; that has another class.
    if !known.contains(&short(throwable)) || !throwable.exception.starts_with("java.lang.") {
        return None;
    }
    let what = message(throwable).lines().next().map_or("", str::trim);
    let what = if what.is_empty() { String::new() } else { format!(" ({what})") };
    Explanation::new(
        format!(
            "A class was compiled against another version of a library than the one that was loaded{what}: an old and a new JAR stand on the class path, or programs of different levels were deployed."
        ),
        "Administrator: find the JAR from which the class was loaded (-verbose:class) and leave one version of it on the class path; of M3 programs, the developer deploys those that belong together at one level and restarts the node.",
    )
}

#[cfg(test)]
mod tests {
    use super::super::tests::holds;

    #[test]
    fn hit_and_near_miss() {
        let hit = "java.lang.NoSuchMethodError: org.apache.cxf.Bus.getId()Ljava/lang/String;\n\tat a.B.c(B.java:1)\n";
        holds(
            &super::KNOWN,
            hit,
            &["another version of a library", "-verbose:class"],
            &[
                "java.lang.NoSuchMethodException: a.B.c()\n\tat a.B.c(B.java:1)\n",
                "com.acme.AbstractMethodError: x\n\tat a.B.c(B.java:1)\n",
            ],
        );
    }
}
