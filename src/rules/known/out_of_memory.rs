//! The VM has run out of memory, of one kind or another.

use super::{Explanation, Known, says, short};

pub(super) const KNOWN: Known = Known {
    name: "out-of-memory",
    symptom: "OutOfMemoryError",
    source: "Java Platform, Troubleshooting Guide: Understand the OutOfMemoryError Exception",
    check,
};

fn check(throwable: &super::Throwable, _: &super::Trace) -> Option<Explanation> {
    if short(throwable) != "OutOfMemoryError" {
        return None;
    }
    let (cause, remedy) = if says(throwable, &["metaspace", "permgen", "compressed class space"]) {
        (
            "The VM's room for classes is used up: too small, or classes of redeployed applications that are never unloaded.",
            "raise -XX:MaxMetaspaceSize of the node (-XX:MaxPermSize before Java 8) and restart it; if it fills again, look for class loaders in a heap dump.",
        )
    } else if says(throwable, &["unable to create", "native thread", "failed to create a thread"]) {
        (
            "The system gave no further thread: too many threads, or a limit of the account (ulimit -u) or the machine's memory was met.",
            "take a thread dump (jstack PID) and see with mwscope threads which pool grows; then mend its limit or the system's.",
        )
    } else if says(throwable, &["gc overhead"]) {
        (
            "The VM spent nearly all its time on collecting garbage: the heap is nearly full.",
            "as for a full heap: raise -Xmx of the node, and keep a heap dump (-XX:+HeapDumpOnOutOfMemoryError) to see what fills it.",
        )
    } else if says(throwable, &["direct buffer"]) {
        (
            "The memory for direct buffers, which is outside the heap, is used up: its limit (-XX:MaxDirectMemorySize, as much as -Xmx where it isn't set) is too small, or buffers aren't given back.",
            "raise -XX:MaxDirectMemorySize of the node and restart it; if it fills again, the frames say who asks for buffers (network code nearly always), and -Djdk.nio.maxCachedBufferSize keeps threads from hoarding them.",
        )
    } else if says(throwable, &["map failed", "out of swap space", "native memory", "(mmap)"]) {
        (
            "The system gave the VM no further memory outside the heap: the machine's memory, the process's limit or the number of mapped regions is used up.",
            "look at the machine's free memory and the limits of the process (ulimit -v, vm.max_map_count); a smaller -Xmx leaves more beside the heap, and a 32-bit Java has no more than 2 to 4 GB of both.",
        )
    } else if says(throwable, &["requested array size"]) {
        (
            "One array was larger than the VM allows.",
            "see in the frames what was being read; a huge message or file is the usual reason.",
        )
    } else {
        (
            "The Java heap is full. The place of the exception is where it happened to be noticed, seldom the reason.",
            "raise -Xmx of the node, and keep a heap dump (-XX:+HeapDumpOnOutOfMemoryError) to see what fills it; lists read without a limit are the usual reason.",
        )
    };
    Explanation::new(cause, format!("Grid administrator: {remedy}"))
}

#[cfg(test)]
mod tests {
    use super::super::tests::holds;

    #[test]
    fn hit_and_near_miss() {
        let hit = "java.lang.OutOfMemoryError: Java heap space\n\tat java.util.Arrays.copyOf(Arrays.java:1)\n";
        let other = "com.acme.Disk: out of memory\n\tat a.B.c(B.java:1)\n";
        holds(
            &super::KNOWN,
            hit,
            &["The Java heap is full", "-Xmx"],
            &[&hit.replace("OutOfMemoryError", "StackOverflowError"), other],
        );
        for (kind, word) in [
            ("Metaspace", "MaxMetaspaceSize"),
            ("unable to create new native thread", "ulimit -u"),
            ("GC overhead limit exceeded", "nearly full"),
            ("Failed to create a thread: retVal -1073741830, errno 11", "ulimit -u"),
            ("Map failed", "outside the heap"),
            ("Requested array size exceeds VM limit", "One array"),
            ("Direct buffer memory", "MaxDirectMemorySize"),
            ("Cannot reserve 1048576 bytes of direct buffer memory (allocated: 8388608, limit: 8388608)", "used up"),
        ] {
            holds(&super::KNOWN, &hit.replace("Java heap space", kind), &[word], &[]);
        }
    }
}
