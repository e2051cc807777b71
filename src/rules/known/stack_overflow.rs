//! A thread's stack is used up.

use super::{Explanation, Known, short};

pub(super) const KNOWN: Known = Known {
    name: "stack-overflow",
    symptom: "StackOverflowError",
    source: "Java Platform, java.lang.StackOverflowError",
    check,
};

fn check(throwable: &super::Throwable, _: &super::Trace) -> Option<Explanation> {
    if short(throwable) != "StackOverflowError" {
        return None;
    }
    // Java cuts the stack after 1,024 frames, so that who began it isn't seen.
    let mut seen = std::collections::HashMap::new();
    for frame in &throwable.frames {
        *seen.entry((&frame.class, &frame.method)).or_insert(0_usize) += 1;
    }
    let most = seen.into_iter().max_by_key(|(call, times)| (*times, *call)).filter(|(_, times)| *times > 2);
    let which = most.map(|((class, method), _)| format!(" ({class}.{method} comes most often)")).unwrap_or_default();
    Explanation::new(
        format!("Methods called each other without end, or data are nested too deeply for the thread's stack{which}."),
        "Whoever owns the method that repeats in the frames: end the recursion (a record that refers to itself is the usual reason); a larger stack (-Xss) helps only where the nesting is known to end.",
    )
}

#[cfg(test)]
mod tests {
    use super::super::tests::holds;

    #[test]
    fn hit_and_near_miss() {
        let hit = "java.lang.StackOverflowError\n\tat com.acme.Tree.walk(Tree.java:7)\n\tat com.acme.Tree.walk(Tree.java:7)\n\tat com.acme.Tree.walk(Tree.java:7)\n\tat a.B.c(B.java:1)\n";
        holds(
            &super::KNOWN,
            hit,
            &["com.acme.Tree.walk comes most often"],
            &["java.lang.OutOfMemoryError: Java heap space\n\tat a.B.c(B.java:1)\n"],
        );
    }
}
