//! What stands around dumps: prefixes, words above them, other dumps.

use super::*;

const THREADS: &str = "\"a\" #1 prio=5 tid=0x1 nid=0x1 runnable\n   java.lang.Thread.State: RUNNABLE\n\tat A.b(A.java:1)\n\n\"b\" #2 prio=5 tid=0x2 nid=0x2 runnable\n   java.lang.Thread.State: RUNNABLE\n\tat A.b(A.java:1)\n";

fn at(dump: &ThreadDump) -> String {
    dump.at.map_or_else(|| "-".to_owned(), |at| at.to_rfc3339())
}

#[test]
fn a_time_behind_the_prefix_of_the_dump() {
    let dump = format!("2026-01-13 10:00:00\nFull thread dump X:\n\n{THREADS}");
    for prefix in [
        "mws-1  | ",
        "> ",
        "2026-01-13T10:00:03.123456789Z stdout F ",
        "Jan 13 10:00:03 m3app01 mws[4711]: ",
        "[1/13/26 10:00:03:000 CET] 0000004f SystemOut     O ",
        "INFO   | jvm 1    | 2026/01/13 10:00:03 | ",
    ] {
        let text: String = dump.lines().map(|line| format!("{prefix}{line}\n")).collect();
        let found = one(&format!("{prefix}started\n{text}"));
        assert_eq!((at(&found).as_str(), found.line, found.threads.len()), ("2026-01-13T10:00:00", 2, 2), "{prefix}");
    }
    // Without a line for it the prefix tells the time, where it has a date.
    let dump = dump.split_once('\n').expect("two lines").1;
    let text: String = dump.lines().map(|line| format!("2026-01-13 10:00:03,250 {line}\n")).collect();
    assert_eq!(at(&one(&text)), "2026-01-13T10:00:03.250");
}

#[test]
fn a_record_whose_message_the_dump_is_tells_its_time() {
    let other = "2026-01-13 10:02:29,000 INFO [exec-1] a.B - served\n";
    let head = "2026-01-13 10:02:30,000 WARN [watchdog] a.W - Thread dump:\n";
    assert_eq!(at(&one(&format!("{other}{head}{THREADS}"))), "2026-01-13T10:02:30.000");
    assert_eq!(at(&one(&format!("{other}{THREADS}"))), "-");
}

#[test]
fn threads_below_words() {
    for (above, lines) in [
        ("$ jstack -l 4711\n", 1),
        ("Hi,\nhere is the thread dump.\n\n", 2),
        ("\t- locked <0x1> (a A)\n\tat java.lang.Thread.run(java.base@17.0.1/Thread.java:745)\n\n", 2),
    ] {
        let text = format!("{above}{THREADS}");
        let found = below(text.as_bytes()).expect("threads");
        assert_eq!(found, Below { at: above.len() as u64, lines, threads: 2 });
        assert_eq!(read(text.as_bytes())[0].threads.len(), 2);
    }
    let quoted = "\"a\" #1 prio=5 tid=0x1 nid=0x1 runnable\nis what a header looks like.\n";
    assert_eq!(below(quoted.as_bytes()), None);
}

#[test]
fn dumps_of_several_notations_in_one_file() {
    let log = "2026-01-13 10:02:29,000 INFO [exec-1] a.B - served\n";
    let javacore = "0SECTION       TITLE subcomponent dump routine\n1TISIGINFO     Dump Event \"user\" (00004000) received\n\
                    3XMTHREADINFO      \"c\" J9VMThread:0x1, state:R, prio=5\n0SECTION       Javadump End section ---- END OF DUMP ----\n";
    let printed = format!("2026-01-13 10:00:00\nFull thread dump X:\n\n{THREADS}");
    let pieces = [log, &printed, FATAL, "END.\n", javacore, log, javacore, FATAL];
    let text = pieces.concat();
    let dumps = read(text.as_bytes());
    let place = |n: usize| pieces[..n].iter().map(|piece| piece.len() as u64).sum::<u64>();
    let lines = |n: usize| pieces[..n].iter().map(|piece| piece.lines().count() as u64).sum::<u64>();
    let found: Vec<_> = dumps.iter().map(|dump| (dump.span.offset, dump.line, dump.threads.len())).collect();
    let expected = [(1, 2), (2, 5), (4, 1), (6, 1), (7, 5)].map(|(n, threads)| (place(n), lines(n) + 1, threads));
    assert_eq!(found, expected);
    // Threads know their lines in the file.
    assert_eq!(text.lines().nth(dumps[3].threads[0].line as usize - 1), javacore.lines().nth(2));
    assert_eq!(dumps[4].death.as_ref().and_then(|death| death.thread.as_deref()), Some("http-nio-21007-exec-7"));
}

#[test]
fn what_is_not_stated_is_not_counted() {
    let visual = "2026-01-13 10:00:00\nFull thread dump Java HotSpot(TM) 64-Bit Server VM (25.252-b09 mixed mode):\n\n\
\"http-1\" - Thread t@45\n   java.lang.Thread.State: BLOCKED\n\tat A.b(A.java:3)\n\t- waiting to lock <7d5c3> (a java.lang.Object) owned by \"hot\" t@46\n\n   \
Locked ownable synchronizers:\n\t- None\n\n\"hot\" - Thread t@46\n   java.lang.Thread.State: TIMED_WAITING\n\tat java.lang.Thread.sleep(Native Method)\n\t- locked <7d5c3> (a java.lang.Object)\n";
    let dump = one(visual);
    assert_eq!((dump.listed(), dump.daemons()), (Some(2), None));
    assert_eq!(held(&dump), ["7d5c3 hot <- http-1"]);
    assert_eq!(
        (dump.contended()[0].class.as_str(), dump.threads[0].locks[0].owner.as_deref()),
        ("java.lang.Object", Some("hot"))
    );
    let file =
        "1\n2026-11-28T10:04:40.84Z\n25.0.3+9-LTS\n\n#21 \"a\" WAITING 2026-11-28T10:04:40.85Z\n    at A.b(A.java:8)\n";
    assert_eq!(one(file).daemons(), None);
    assert_eq!(one(&format!("Full thread dump X:\n\n{THREADS}")).daemons(), Some(0));
    // A signal while no thread of Java's ran: no list is written.
    let (head, _) = FATAL.split_once("Current thread").expect("the current thread");
    let dump = one(&format!("{head}Current thread is native thread\n\nEND.\n"));
    assert_eq!((dump.listed(), dump.death.and_then(|death| death.thread)), (None, None));
    // The thread that it died in is known without the list.
    let (head, _) = FATAL.split_once("Java Threads:").expect("the list");
    let dump = one(head);
    assert_eq!((dump.listed(), dump.threads[0].frames.len()), (Some(1), 2));
}

#[test]
fn a_javacore_says_why_it_was_written() {
    let text = |event: &str| {
        format!(
            "0SECTION       TITLE subcomponent dump routine\n1TISIGINFO     Dump Event {event} received\n1XHEXCPMODULE  Module: /opt/libj9jit29.so\n\
1XHEXCPMODULE  Module_base_address: 00007F\n1XMCURTHDINFO  Current thread\n3XMTHREADINFO      \"mws-worker-3\" J9VMThread:0x1, state:R, prio=5\n\
4XESTACKTRACE                at mvx/app/pgm/CRS008.PECHK(CRS008.java:812)\n1XMTHDINFO     Thread Details\n3XMTHREADINFO      \"other\" J9VMThread:0x2, state:R, prio=5\n"
        )
    };
    let event = "\"systhrow\" (00040000) Detail \"java/lang/OutOfMemoryError\" \"Java heap space\"";
    let dump = one(&text(event));
    let occasion = Occasion { event: event.to_owned(), thread: Some("mws-worker-3".to_owned()) };
    assert_eq!((dump.occasion, dump.death, dump.threads.len()), (Some(occasion), None, 2));
    let death = one(&text("\"gpf\" (00002000)")).death.expect("a death");
    assert_eq!((death.cause.as_str(), death.frame.as_deref()), ("\"gpf\" (00002000)", Some("/opt/libj9jit29.so")));
    assert_eq!(death.thread.as_deref(), Some("mws-worker-3"));
}

#[test]
fn names_in_a_deadlock_may_have_a_break_or_end_in_a_quote() {
    let name = "dead\n1";
    let text = super::DEADLOCK.replace("dead-1", name);
    let dump = one(&text);
    assert_eq!(dump.deadlocks(), [[name, "dead-2 \"q\""]]);
    assert_eq!(dump.found_owners, [("0xb".to_owned(), "dead-2 \"q\"".to_owned()), ("0xa".to_owned(), name.to_owned())]);
}
