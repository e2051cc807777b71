//! A class was compiled for a newer Java.

use super::{Explanation, Known, message, short};

pub(super) const KNOWN: Known = Known {
    name: "class-version",
    symptom: "UnsupportedClassVersionError",
    source: "Java Virtual Machine Specification, table 4.1-A",
    check,
};

fn check(throwable: &super::Throwable, _: &super::Trace) -> Option<Explanation> {
    if short(throwable) != "UnsupportedClassVersionError" {
        return None;
    }
    // The version of Java 1.1 is 45, and each later one has one more.
    let java = |words: &str| {
        let (_, behind) = message(throwable).split_once(words)?;
        let number = behind.trim_start().split(|c: char| !c.is_ascii_digit()).next()?.parse::<u32>().ok()?;
        number.checked_sub(44).filter(|java| *java > 1)
    };
    let needed = java("class file version").map(|java| format!(" (Java {java})")).unwrap_or_default();
    let runs = java("class file versions up to").map(|java| format!(", Java {java}")).unwrap_or_default();
    Explanation::new(
        format!("A class or JAR was compiled for a newer Java{needed} than the one that runs here{runs}."),
        "Administrator: run the program in the Java that its supplier states, or take the JAR's version for this Java; whoever compiled it can do so for the older one (javac --release).",
    )
}

#[cfg(test)]
mod tests {
    use super::super::tests::holds;

    #[test]
    fn hit_and_near_miss() {
        let hit = "java.lang.UnsupportedClassVersionError: com/acme/A has been compiled by a more recent version of the Java Runtime (class file version 55.0), this version of the Java Runtime only recognizes class file versions up to 52.0\n\tat a.B.c(B.java:1)\n";
        holds(
            &super::KNOWN,
            hit,
            &["(Java 11)", "here, Java 8"],
            &["java.lang.NoClassDefFoundError: com/acme/A\n\tat a.B.c(B.java:1)\n"],
        );
        holds(
            &super::KNOWN,
            "java.lang.UnsupportedClassVersionError: com/acme/A : Unsupported major.minor version 52.0\n\tat a.B.c(B.java:1)\n",
            &["newer Java than"],
            &[],
        );
    }
}
