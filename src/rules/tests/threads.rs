//! What thread dumps and fatal errors of the Java VM say.

use super::*;

fn noted(text: &str) -> Vec<(&'static str, String)> {
    let mut all = gathered(vec![call(200, "")], None);
    let dump = mwscope_parsers::threads::read(text.as_bytes()).remove(0);
    let source = SourceId(1);
    let path = "threads.txt".to_owned();
    all.sources.push(Source { id: source, path, kind: SourceKind::Threads, items: 1, bytes: 1, layout: None });
    all.threads.push((source, Arc::new(dump)));
    let findings = investigate(&all, &Options::default()).findings;
    assert!(findings.iter().all(|f| f.kind == FindingKind::Note && !f.evidence.is_empty()));
    findings.into_iter().map(|f| (f.rule, f.title)).collect()
}

fn thread(name: &str, waits: &str, holds: &str) -> String {
    format!(
        "\"{name}\" #60 prio=5 os_prio=0 tid=0x00007f000000003c nid=0x1 waiting for monitor entry [0x00007f]\n   \
         java.lang.Thread.State: BLOCKED (on object monitor)\n\tat a.B.c(B.java:1)\n\t- waiting to lock <{waits}> (a \
         java.lang.Object)\n\t- locked <{holds}> (a java.lang.Object)\n\n"
    )
}

const HEAD: &str =
    "2026-01-13 10:15:07\nFull thread dump Java HotSpot(TM) 64-Bit Server VM (25.202-b08 mixed mode):\n\n";

#[test]
fn threads_that_wait_for_each_other_are_named() {
    let (one, other) = ("0x00000000b1", "0x00000000b2");
    let locked = format!("{HEAD}{}{}", thread("L1", other, one), thread("L2", one, other));
    let found = noted(&locked);
    assert!(
        matches!(found.as_slice(), [("deadlock", title)] if title.contains("L1") && title.contains("L2")),
        "{found:?}"
    );
    let waiting = format!("{HEAD}{}{}", thread("L1", other, one), thread("L2", "0x00000000b3", other));
    assert_eq!(noted(&waiting), []);
}

#[test]
fn a_vm_that_a_signal_ended_is_no_dump_of_a_living_one() {
    let died = "#\n# A fatal error has been detected by the Java Runtime Environment:\n#\n#  SIGSEGV (0xb) at pc=0x00007f1234, \
        pid=77, tid=0x00007f55\n#\n# JRE version: Java(TM) SE Runtime Environment (8.0_202-b08) (build 1.8.0_202-b08)\n# \
        Problematic frame:\n# V  [libjvm.so+0x5c4]  Foo::bar()+0x44\n#\n---------------  T H R E A D  ---------------\n\n\
        Current thread (0x00007f00): JavaThread \"http-worker-3\" [_thread_in_vm, id=88, stack(0x1,0x2)]\n";
    let found = noted(died);
    assert!(matches!(found.as_slice(), [("jvm-ended", title)] if title.contains("SIGSEGV")), "{found:?}");
    assert_eq!(noted(&format!("{HEAD}{}", thread("L1", "0x00000000b2", "0x00000000b1"))), []);
}
