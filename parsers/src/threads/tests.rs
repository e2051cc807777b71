//! Dumps as VMs print them, whole, cut and inside logs.

mod around;

use super::*;

fn one(text: &str) -> ThreadDump {
    let mut dumps = read(text.as_bytes());
    assert_eq!(dumps.len(), 1, "{text}");
    dumps.remove(0)
}

fn states(dump: &ThreadDump) -> String {
    dump.by_state().iter().map(|(state, count)| format!("{} {count}", state.word())).collect::<Vec<_>>().join(", ")
}

fn held(dump: &ThreadDump) -> Vec<String> {
    let owner = |c: &Contention| c.owner.clone().unwrap_or_else(|| "?".to_owned());
    dump.contended().iter().map(|c| format!("{} {} <- {}", c.monitor, owner(c), c.waiters.join(","))).collect()
}

// As JDK 17 prints it.
const DEADLOCK: &str = r#"2026-11-23 15:02:01
Full thread dump OpenJDK 64-Bit Server VM (17.0.15+6 mixed mode, sharing):

Threads class SMR info:
_java_thread_list=0x00007f82e0004570, length=42, elements={
0x00007f8370017ea0, 0x00007f83700f8390
}

"dead-1" #11 prio=5 os_prio=0 cpu=1.50ms elapsed=2.51s tid=0x01 nid=0x1 waiting for monitor entry  [0x00007f82f0]
   java.lang.Thread.State: BLOCKED (on object monitor)
	at T.lk(T.java:5)
	- waiting to lock <0xb> (a java.lang.Object)
	- locked <0xa> (a java.lang.Object)
	at T$$Lambda$2/0x00007f82f0000c30.run(Unknown Source)
	at java.lang.Thread.run(java.base@17.0.15/Thread.java:840)

   Locked ownable synchronizers:
	- None

"dead-2 "q"" #12 daemon prio=5 os_prio=0 cpu=0.50ms elapsed=2.51s tid=0x02 nid=0x2 waiting for monitor entry  [0x00007f82f0]
   java.lang.Thread.State: BLOCKED (on object monitor)
	at T.lk(T.java:5)
	- waiting to lock <0xa> (a java.lang.Object)
	- locked <0xb> (a java.lang.Object)

"owner" #13 prio=5 os_prio=0 tid=0x03 nid=0x3 waiting on condition  [0x00007f82f0]
   java.lang.Thread.State: TIMED_WAITING (sleeping)
	at java.lang.Thread.sleep(java.base@17.0.15/Native Method)

   Locked ownable synchronizers:
	- <0xc> (a java.util.concurrent.locks.ReentrantLock$NonfairSync)

"w" #14 prio=5 os_prio=0 tid=0x04 nid=0x4 waiting on condition  [0x00007f82f0]
   java.lang.Thread.State: WAITING (parking)
	at jdk.internal.misc.Unsafe.park(java.base@17.0.15/Native Method)
	- parking to wait for  <0xc> (a java.util.concurrent.locks.ReentrantLock$NonfairSync)

"idle" #15 prio=5 os_prio=0 tid=0x05 nid=0x5 waiting on condition  [0x00007f82f0]
   java.lang.Thread.State: WAITING (parking)
	at jdk.internal.misc.Unsafe.park(java.base@17.0.15/Native Method)
	- parking to wait for  <0xd> (a java.util.concurrent.locks.AbstractQueuedSynchronizer$ConditionObject)

"VM Thread" os_prio=0 cpu=1.30ms elapsed=2.52s tid=0x06 nid=0x6 runnable  

JNI global refs: 4, weak refs: 0


Found one Java-level deadlock:
=============================
"dead-1":
  waiting to lock monitor 0x00007fdd28070360 (object 0xb, a java.lang.Object),
  which is held by "dead-2 "q""

"dead-2 "q"":
  waiting to lock monitor 0x00007fdd34001ca0 (object 0xa, a java.lang.Object),
  which is held by "dead-1"

Java stack information for the threads listed above:
===================================================
"dead-1":
	at T.lk(T.java:5)
	- waiting to lock <0xb> (a java.lang.Object)
"dead-2 "q"":
	at T.lk(T.java:5)

Found 1 deadlock.

"#;

#[test]
fn deadlocks_owners_and_waiters() {
    let dump = one(DEADLOCK);
    assert_eq!((dump.line, dump.at.map(|a| a.to_rfc3339()).as_deref()), (1, Some("2026-11-23T15:02:01")));
    assert_eq!(dump.jvm.as_deref(), Some("OpenJDK 64-Bit Server VM (17.0.15+6 mixed mode, sharing)"));
    assert_eq!(dump.span, crate::Span::new(0, DEADLOCK.len() as u64 - 1));
    assert_eq!(dump.threads.len(), 6);
    assert_eq!(states(&dump), "BLOCKED 2, WAITING 2, TIMED_WAITING 1");
    assert_eq!(dump.deadlocks(), [["dead-1", "dead-2 \"q\""]]);
    assert_eq!(held(&dump), ["0xb dead-2 \"q\" <- dead-1", "0xa dead-1 <- dead-2 \"q\"", "0xc owner <- w"]);
    let first = &dump.threads[0];
    assert_eq!((first.frames.len(), first.cpu_us, first.detail.as_deref()), (3, Some(1500), Some("on object monitor")));
    assert_eq!(dump.threads[5].kind, Kind::Vm);
    assert!(sniff(DEADLOCK.as_bytes()));
}

#[test]
fn a_cycle_is_found_where_the_vm_did_not_say_it() {
    let cut = &DEADLOCK[..DEADLOCK.find("JNI global").expect("it is there")];
    assert_eq!(one(cut).deadlocks(), [["dead-1", "dead-2 \"q\""]]);
    let headless = &DEADLOCK[DEADLOCK.find("\"dead-1\"").expect("it is there")..];
    assert_eq!(one(headless).threads.len(), 6);
}

#[test]
fn a_dump_inside_a_log_and_another_behind_it() {
    let text = format!(
        "2026-11-23 15:02:00,001 INFO  [main] a.B - started\nsome output\n{DEADLOCK}2026-11-23 15:02:03 ERROR x\n\tat a.B.c(B.java:1)\n{DEADLOCK}"
    );
    let dumps = read(text.as_bytes());
    assert_eq!(dumps.iter().map(|d| (d.line, d.threads.len())).collect::<Vec<_>>(), [(3, 6), (72, 6)]);
    assert_eq!(dumps[0].threads[5].frames.len(), 0);
    assert!(!sniff(text.as_bytes()[..200].as_ref()));
    let change = compare(&dumps[0], &dumps[1]);
    assert_eq!((change.appeared.len(), change.gone.len(), change.moved.len(), change.stuck.len()), (0, 0, 0, 2));
}

#[test]
fn a_service_wrapper_writes_before_every_line() {
    let text: String = DEADLOCK.lines().map(|l| format!("INFO   | jvm 1    | 2026/11/23 15:02:01 | {l}\r\n")).collect();
    let dump = one(&text);
    assert_eq!((dump.threads.len(), states(&dump).as_str()), (6, "BLOCKED 2, WAITING 2, TIMED_WAITING 1"));
    assert_eq!(dump.deadlocks().len(), 1);
}

#[test]
fn powershell_writes_utf_16() {
    let bytes: Vec<u8> = [0xff, 0xfe].into_iter().chain(DEADLOCK.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let dumps = read(&bytes);
    assert_eq!((dumps.len(), dumps[0].threads.len()), (1, 6));
    assert_eq!(dumps[0].span.end(), bytes.len() as u64 - 2);
    assert!(sniff(&bytes));
}

#[test]
fn a_waiting_thread_has_left_its_monitor() {
    // JDK 8: one thread waits inside, one is on its way back in.
    let text = r#"Full thread dump Java HotSpot(TM) 64-Bit Server VM (25.91-b14 mixed mode):

"in wait" #1 prio=5 os_prio=0 tid=0x1 nid=0x1 in Object.wait() [0x0]
   java.lang.Thread.State: WAITING (on object monitor)
	at java.lang.Object.wait(Native Method)
	- waiting on <0x9> (a java.lang.Object)
	at A.b(A.java:1)
	- locked <0x9> (a java.lang.Object)

"back" #2 prio=5 os_prio=0 tid=0x2 nid=0x2 waiting for monitor entry [0x0]
   java.lang.Thread.State: BLOCKED (on object monitor)
	at java.lang.Object.wait(Native Method)
	- waiting on <0x9> (a java.lang.Object)
	at A.b(A.java:1)
	- locked <0x9> (a java.lang.Object)

"inside" #3 prio=5 os_prio=0 tid=0x3 nid=0x3 runnable [0x0]
   java.lang.Thread.State: RUNNABLE
	at A.c(A.java:2)
	- locked <0x9> (a java.lang.Object)
"#;
    assert_eq!(held(&one(text)), ["0x9 inside <- back"]);
}

#[test]
fn from_jdk_9_to_11_the_state_tells_who_is_on_the_way_back() {
    let text = |state: &str| {
        format!(
            "Full thread dump OpenJDK 64-Bit Server VM (11.0.20+8 mixed mode, sharing):\n\n\
\"Finalizer\" #3 daemon prio=8 os_prio=0 tid=0x1 nid=0x13 in Object.wait()  [0x0]\n   java.lang.Thread.State: {state} (on object monitor)\n\
\tat java.lang.Object.wait(java.base@11.0.20/Native Method)\n\t- waiting on <no object reference available>\n\
\tat java.lang.ref.ReferenceQueue.remove(java.base@11.0.20/ReferenceQueue.java:155)\n\
\t- waiting to re-lock in wait() <0x10> (a java.lang.ref.ReferenceQueue$Lock)\n\
\tat A.b(A.java:1)\n\t- locked <0x20> (a A)\n\n\
\"b\" #4 prio=5 os_prio=0 tid=0x2 nid=0x14 runnable  [0x0]\n   java.lang.Thread.State: RUNNABLE\n\
\tat A.c(A.java:2)\n\t- locked <0x10> (a java.lang.ref.ReferenceQueue$Lock)\n\n\
\"c\" #5 prio=5 os_prio=0 tid=0x3 nid=0x15 waiting for monitor entry  [0x0]\n   java.lang.Thread.State: BLOCKED (on object monitor)\n\
\tat A.b(A.java:1)\n\t- waiting to lock <0x20> (a A)\n"
        )
    };
    // It has left one monitor, not the other.
    let others = "0x20 Finalizer <- c";
    for state in ["WAITING", "TIMED_WAITING"] {
        assert_eq!(held(&one(&text(state))), [others], "{state}");
    }
    assert_eq!(held(&one(&text("BLOCKED"))), ["0x10 b <- Finalizer", others]);
}

#[test]
fn names_of_threads_may_look_like_anything() {
    let names = [
        "Full thread dump",
        "say \"hi\" #7 prio=5",
        "q\" #9 daemon prio=5 tid=0x1 nid=0x2 runnable",
        "at a.B.c(B.java:1)",
        "line one\nline two",
        "nl\n\tat a.B.c(B.java:1)",
        "blank\n\nline",
        "Heap",
    ];
    let thread = |name: &&str| {
        format!(
            "\"{name}\" #1 prio=5 tid=0x1 nid=0x1 runnable [0x0]\n   java.lang.Thread.State: RUNNABLE\n\tat A.b(A.java:1)\n\n"
        )
    };
    let text = format!("Full thread dump X:\n\n{}", names.iter().map(thread).collect::<String>());
    let dump = one(&text);
    assert_eq!(dump.threads.iter().map(|t| t.name.as_str()).collect::<Vec<_>>(), names);
    assert!(dump.threads.iter().all(|t| t.frames.len() == 1 && t.state == Some(State::Runnable)));
    let file = "1\n2026-11-28T10:04:40.84Z\n25.0.3+9-LTS\n\n#1 \"main\" RUNNABLE 2026-11-28T10:04:40.85Z\n\n#21 \"one\ntwo\" WAITING 2026-11-28T10:04:40.85Z\n    at A.b(A.java:8)\n";
    assert_eq!(one(file).threads[1].name, "one\ntwo");
}

#[test]
fn a_name_in_the_utf_8_of_class_files_leaves_the_rest_readable() {
    let mut bytes = "Full thread dump X:\n\n\"Größe ".as_bytes().to_vec();
    bytes.extend_from_slice(b"\xed\xa0\xbc\xed\xbe\x89\" #1 prio=5 tid=0x1 nid=0x1 runnable\n");
    let dump = read(&bytes).remove(0);
    assert_eq!((dump.threads[0].name.as_str(), dump.span.end()), ("Größe \u{fffd}\u{fffd}", bytes.len() as u64));
}

#[test]
fn a_debugger_prints_stacks_in_its_own_way() {
    let hotspot = "Attaching to process ID 1, please wait...\nDebugger attached successfully.\nServer compiler detected.\nJVM version is 17.0.15+6\nDeadlock Detection:\n\n\
Found one Java-level deadlock:\n=============================\n\n\"a\":\n  waiting to lock Monitor@0x1 (Object@0xb, a java/lang/Object),\n  which is held by \"b\"\n\
\"b\":\n waiting for ownable synchronizer 0xa, (a java/util/concurrent/locks/ReentrantLock$NonfairSync),\n which is held by \"a\"\n\nFound a total of 1 deadlock.\n\n\
\"a\" #11 prio=5 tid=0x1 nid=0x59c3 waiting for monitor entry [0x0]\n   java.lang.Thread.State: BLOCKED (on object monitor)\n   JavaThread state: _thread_blocked\n \
- A.b(java.lang.String[]) @bci=27, line=12 (Compiled frame; information may be imprecise)\n\t- waiting to lock <0xb> (a java.lang.Object)\n - A.c() @bci=0 (Interpreted frame)\n\n\
Locked ownable synchronizers:\n    - <0xa>, (a java/util/concurrent/locks/ReentrantLock$NonfairSync)\n\n";
    assert!(sniff(hotspot.as_bytes()));
    let dump = one(hotspot);
    let frames: Vec<_> = dump.threads[0].frames.iter().map(ToString::to_string).collect();
    assert_eq!((dump.jvm.as_deref(), frames.join(" ").as_str()), (Some("17.0.15+6"), "A.b(line 12) A.c(bci 0)"));
    assert_eq!(dump.deadlocks(), [["a", "b"]]);
    // Up to JDK 8 it knows no names.
    let java_8 = one(
        "Deadlock Detection:\n\nNo deadlocks found.\n\nThread 4711: (state = IN_NATIVE)\n - A.b() @bci=0, line=1 (Interpreted frame)\n\n\nThread 4712: (state = BLOCKED)\n",
    );
    let told: Vec<_> = java_8.threads.iter().map(|t| (t.name.as_str(), t.status.as_str(), t.frames.len())).collect();
    assert_eq!(told, [("Thread 4711", "IN_NATIVE", 1), ("Thread 4712", "BLOCKED", 0)]);
}

#[test]
fn before_java_6_the_header_tells_the_state() {
    let text = "Full thread dump Java HotSpot(TM) Server VM (1.5.0_22-b03 mixed mode):\n\n\"a\" prio=10 tid=0x1 nid=0x1 runnable [0x1..0x2]\n\tat A.b(A.java:1)\n\n\"b\" daemon prio=10 tid=0x2 nid=0x2 in Object.wait() [0x1..0x2]\n\tat A.b(A.java:1)\n";
    assert_eq!(states(&one(text)), "RUNNABLE 1, WAITING 1");
}

#[test]
fn virtual_threads_and_their_carriers() {
    let text = r#"2024-08-20 14:25:30
Full thread dump OpenJDK 64-Bit Server VM (21.0.2+13-LTS mixed mode, sharing):

"ForkJoinPool-1-worker-1" #23 [1234] daemon prio=5 os_prio=0 cpu=5.00ms elapsed=1.00s tid=0x1 nid=1234 runnable  [0x0]
   Carrying virtual thread #22
	at jdk.internal.vm.Continuation.run(java.base@21/Continuation.java:248)
	at java.lang.VirtualThread.runContinuation(java.base@21/VirtualThread.java:221)

   Mounted virtual thread #22
	at A.b(A.java:1)
	- locked <0x1> (a A)

"x" #24 [1235] prio=5 os_prio=0 tid=0x2 nid=1235 waiting for monitor entry  [0x0]
   java.lang.Thread.State: BLOCKED (on object monitor)
	at A.c(A.java:2)
	- waiting to lock <0x1> (a A)
"#;
    let dump = one(text);
    assert_eq!((dump.threads.len(), dump.threads[0].carries, dump.threads[0].frames.len()), (2, Some(22), 2));
    assert_eq!(held(&dump), ["0x1 ForkJoinPool-1-worker-1 <- x"]);

    let file = "11385\n2024-08-20T14:25:30.123456Z\n21.0.2+13-58\n\n#1 \"main\"\n      java.base/java.lang.Thread.sleep0(Native Method)\n      A.main(A.java:3)\n\n#22 \"\" virtual\n      java.base/java.lang.VirtualThread.park(VirtualThread.java:582)\n";
    let dump = one(file);
    assert_eq!((dump.threads.len(), dump.threads[0].frames.len(), dump.threads[1].kind), (2, 2, Kind::Virtual));
    assert_eq!((dump.line, dump.jvm.as_deref()), (2, Some("21.0.2+13-58")));
    assert!(sniff(file.as_bytes()));
}

#[test]
fn a_javacore_whose_thread_has_an_empty_name() {
    // Found by fuzzing: the name stands nowhere, and what stands before it isn't ASCII.
    let text =
        "0SECTION       THREADS subcomponent dump routine\n3XMTHREADINFO      \u{ff}\"\" J9VMThread:0x1, state:R\n";
    let _ = read(text.as_bytes());
}

#[test]
fn a_javacore() {
    let text = r#"NULL           ------------------------------------------------------------------------
0SECTION       TITLE subcomponent dump routine
NULL           ===============================
1TISIGINFO     Dump Event "user" (00004000) received
1TIDATETIME    Date: 2015/07/17 at 09:46:27:261
0SECTION       GPINFO subcomponent dump routine
1CIJAVAVERSION JRE 1.8.0 Linux amd64-64 (build 8.0.1.0)
0SECTION       LOCKS subcomponent dump routine
1LKDEADLOCK    Deadlock detected !!!
NULL           ---------------------
2LKDEADLOCKTHR  Thread "dead-1" (0x1)
3LKDEADLOCKWTR    is waiting for:
4LKDEADLOCKMON      sys_mon_t:0x1 infl_mon_t: 0x2:
4LKDEADLOCKOBJ      java/lang/Object@0xB
3LKDEADLOCKOWN    which is owned by:
2LKDEADLOCKTHR  Thread "dead-2" (0x2)
3LKDEADLOCKOWN    which is owned by:
2LKDEADLOCKTHR  Thread "dead-1" (0x1)
0SECTION       THREADS subcomponent dump routine
3XMTHREADINFO      "dead-1" J9VMThread:0x1, omrthread_t:0x11, java/lang/Thread:0x111, state:B, prio=5
3XMJAVALTHREAD            (java/lang/Thread getId:0x1, isDaemon:true)
3XMTHREADINFO1            (native thread ID:0x9F4, native priority:0x5, native policy:UNKNOWN)
3XMCPUTIME               CPU usage total: 0.053448000 secs, user: 0.05 secs, system: 0.0 secs
3XMTHREADBLOCK     Blocked on: java/lang/Object@0xB Owned by: "dead-2" (J9VMThread:0x2, java/lang/Thread:0x222)
3XMTHREADINFO3           Java callstack:
4XESTACKTRACE                at T.lk(T.java:5(Compiled Code))
5XESTACKTRACE                   (entered lock: java/lang/Object@0xA, entry count: 1)
4XESTACKTRACE                at java/lang/Thread.run(Thread.java:785)
3XMTHREADINFO      "dead-2" J9VMThread:0x2, omrthread_t:0x22, java/lang/Thread:0x222, state:B, prio=5
3XMTHREADBLOCK     Blocked on: java/lang/Object@0xA Owned by: "dead-1" (J9VMThread:0x1, java/lang/Thread:0x111)
4XESTACKTRACE                at T.lk(T.java:5)
5XESTACKTRACE                   (entered lock: java/lang/Object@0xB, entry count: 1)
3XMTHREADINFO      "run" J9VMThread:0x3, omrthread_t:0x33, java/lang/Thread:0x333, state:R, prio=5
3XMTHREADINFO3           No Java callstack associated with this thread
0SECTION       CLASSES subcomponent dump routine
"#;
    let dump = one(text);
    assert_eq!(dump.at.map(|a| a.to_rfc3339()).as_deref(), Some("2015-07-17T09:46:27.261"));
    assert_eq!((dump.threads.len(), states(&dump).as_str()), (3, "RUNNABLE 1, BLOCKED 2"));
    assert_eq!(dump.deadlocks(), [["dead-1", "dead-2"]]);
    assert_eq!(held(&dump).len(), 2);
    let first = &dump.threads[0];
    assert_eq!((first.kind, first.cpu_us, first.frames.len()), (Kind::Daemon, Some(53448), 2));
    assert_eq!((first.id, dump.threads[1].id), (Some(1), None));
    assert_eq!((first.frames[1].class.as_str(), first.frames[0].line), ("java.lang.Thread", Some(5)));
    assert!(sniff(text.as_bytes()));
}

#[test]
fn a_javacore_of_before_java_6() {
    let text = r#"0SECTION       TITLE subcomponent dump routine
1TISIGINFO     signal 21 received
1TIDATETIME    Date:                 2006/05/11 at 17:29:14
1CIJAVAVERSION J2RE 1.4.2 IBM Windows 32 build cn142-20041028
1LKMONPOOLDUMP Monitor Pool Dump (flat & inflated object-monitors):
2LKMONINUSE      sys_mon_t:0x085B4420 infl_mon_t: 0x093399A8:
3LKMONOBJECT       java.lang.Class@2AD2BF8/2AD2C00: owner "Worker: '6' for queue: 'mws'" (0x6ECB1E8), entry count 1
3LKWAITERQ            Waiting to enter:
3LKWAITER                "Worker: '13' for queue: 'mws'" (0x6F159C8)
0SECTION       XM subcomponent dump routine
1XMCURTHDINFO  Current Thread Details
3XMTHREADINFO      "Signal dispatcher" (TID:0x292B960, sys_thread_t:0x101F8B8, state:R, native ID:0xAAC) prio=5
1XMTHDINFO     All Thread Details
2XMFULLTHDDUMP Full thread dump Classic VM (J2RE 1.4.2 IBM Windows 32 build cn142-20041028, native threads):
3XMTHREADINFO      "Worker: '6' for queue: 'mws'" (TID:0x2ACCAE8, sys_thread_t:0x6ECB1E8, state:CW, native ID:0x3B8) prio=5
4XESTACKTRACE          at java.lang.Thread.sleep(Native Method)
3XMTHREADINFO      "Worker: '13' for queue: 'mws'" (TID:0x2ACCB88, sys_thread_t:0x6F159C8, state:MW, native ID:0xF4C) prio=10
4XESTACKTRACE          at mws.Queue.next(Queue.java:153)
3XMTHREADINFO      "Signal dispatcher" (TID:0x292B960, sys_thread_t:0x101F8B8, state:R, native ID:0xAAC) prio=5
"#;
    let dumps = read(text.as_bytes());
    let [dump] = dumps.as_slice() else { panic!("{dumps:?}") };
    // The current thread stands above the others and among them.
    assert_eq!(dump.threads.len(), 3);
    let blocked = &dump.threads[2];
    assert_eq!(
        (blocked.state, blocked.priority, blocked.nid.as_deref()),
        (Some(State::Blocked), Some(10), Some("0xF4C"))
    );
    assert_eq!(blocked.locks[0].owner.as_deref(), Some("Worker: '6' for queue: 'mws'"));
}

#[test]
fn a_javacore_says_who_waits_where_it_lists_its_locks() {
    let text = r#"0SECTION       TITLE subcomponent dump routine
1TISIGINFO     Dump Event "user" (00004000) received
0SECTION       LOCKS subcomponent dump routine
2LKMONINUSE      sys_mon_t:0x1 infl_mon_t: 0x2:
3LKMONOBJECT       java/lang/Integer@0xA/0xB: Flat locked by "W1" (J9VMThread:0x100), entry count 1
3LKWAITERQ            Waiting to enter:
3LKWAITER                "W2" (J9VMThread:0x200)
3LKWAITER                "W3" (J9VMThread:0x300)
3LKMONOBJECT       a/Free@0xC: <unowned>
3LKNOTIFYQ            Waiting to be notified:
3LKWAITNOTIFY            "W4" (J9VMThread:0x400)
1LKREGMONDUMP  JVM System Monitor Dump (registered monitors):
2LKREGMON          Thread public flags mutex lock (0xD): <unowned>
3LKNOTIFYQ            Waiting to be notified:
3LKWAITNOTIFY            "W1" (J9VMThread:0x100)
0SECTION       THREADS subcomponent dump routine
3XMTHREADINFO      "W1" J9VMThread:0x100, omrthread_t:0x1, java/lang/Thread:0x1, state:R, prio=5
3XMTHREADINFO      "W2" J9VMThread:0x200, omrthread_t:0x2, java/lang/Thread:0x2, state:B, prio=5
3XMTHREADINFO      "W3" J9VMThread:0x300, omrthread_t:0x3, java/lang/Thread:0x3, state:B, prio=5
3XMTHREADINFO      "W4" J9VMThread:0x400, omrthread_t:0x4, java/lang/Thread:0x4, state:CW, prio=5
"#;
    let dump = one(text);
    assert_eq!(held(&dump), ["java/lang/Integer@0xA/0xB W1 <- W2,W3"]);
    let locks =
        |at: usize| dump.threads[at].locks.iter().map(|lock| (lock.kind, lock.class.as_str())).collect::<Vec<_>>();
    assert_eq!((locks(0), locks(3)), (vec![], vec![(LockKind::Waiting, "a.Free")]));
}

#[test]
fn thread_info_as_monitoring_prints_it() {
    let text = "\"a\" Id=1 BLOCKED on java.lang.Object@1 owned by \"b\" Id=2\n\tat A.b(A.java:1)\n\t-  blocked on java.lang.Object@1\n\n\"b\" Id=2 TIMED_WAITING\n\tat java.lang.Thread.sleep(Native Method)\n\n\tNumber of locked synchronizers = 1\n";
    let dump = one(text);
    assert_eq!(
        (states(&dump).as_str(), held(&dump)),
        ("BLOCKED 1, TIMED_WAITING 1", vec!["java.lang.Object@1 b <- a".to_owned()])
    );
}

#[test]
fn third_party_dumps() {
    let Some(folder) = std::env::var_os("MWSCOPE_FIXTURES") else {
        println!("skipped: MWSCOPE_FIXTURES is not set");
        return;
    };
    let folder = std::path::Path::new(&folder).join("threads");
    for (name, threads, states_of_first, deadlocks) in [
        ("jstack17-deadlock.txt", vec![42], "RUNNABLE 10, BLOCKED 2, WAITING 21, TIMED_WAITING 2", 1),
        ("jstall--thread-dumps--busy-work-000.txt", vec![25], "RUNNABLE 8, WAITING 2, TIMED_WAITING 7", 0),
        ("tda--resources--java21dump.log", vec![18], "RUNNABLE 6, WAITING 5, TIMED_WAITING 1", 0),
        ("tda--resources--java8dump.log", vec![21], "RUNNABLE 7, WAITING 6, TIMED_WAITING 2", 0),
        ("tda--resources--test.log", vec![88, 86, 86], "RUNNABLE 12, WAITING 14, TIMED_WAITING 62", 0),
    ] {
        let bytes = std::fs::read(folder.join(name)).expect("the fixture");
        let dumps = read(&bytes);
        assert_eq!(dumps.iter().map(|d| d.threads.len()).collect::<Vec<_>>(), threads, "{name}");
        assert_eq!(states(&dumps[0]), states_of_first, "{name}");
        assert_eq!(dumps[0].deadlocks().len(), deadlocks, "{name}");
        assert!(sniff(&bytes), "{name}");
    }
    let bytes = std::fs::read(folder.join("jstack17-deadlock.txt")).expect("the fixture");
    let first = &read(&bytes)[0].contended()[0];
    assert_eq!((first.owner.as_deref(), first.waiters.len()), (Some("main"), 20));
}

proptest::proptest! {
    #[test]
    fn no_lines_break_it(lines in proptest::collection::vec(proptest::sample::select(vec![
        "Full thread dump x:", "é Full thread dump", "\"é\" #1 prio=5 tid=0x1 nid=0x2 runnable", "\tat a.b(C.java:1)", "\t- locked <0x1> (a é)", "   java.lang.Thread.State: BLOCKED (é",
        "Found one Java-level deadlock:", "\"é\":", "  which is held by \"é", "  waiting to lock monitor 0x1 (object 0x2, a é)", "   Locked ownable synchronizers:", "\t- <0x1", "", "#1 \"é", "0SECTION é", "3XMTHREADINFO \"é",
        "# A fatal error has been detected by the Java Runtime Environment:", "#", "END.", "0SECTION TITLE subcomponent é", "1XMCURTHDINFO", "END OF DUMP", "elapsed time: é",
        "é | 2026-01-01 10:00:00", "é | Full thread dump x:", "é | \"é\" #1 prio=5", "Current thread (0x1): JavaThread \"é\"", "j a.b()+é", "2026-01-01 10:00:00 é thread dump:",
        "1TISIGINFO", "3XMTHREADBLOCK Blocked on: é Owned by: \"", "2026-01-01 10:00:00", "JNI global refs", "Java stack information for the threads listed above:"]), 0..40)) {
        let text = lines.join("\n");
        let _found = below(text.as_bytes());
        let mut end = 0;
        for dump in read(text.as_bytes()) {
            proptest::prop_assert!(dump.span.offset >= end && dump.span.end() <= text.len() as u64);
            end = dump.span.end();
            let _all = (dump.deadlocks(), dump.contended(), dump.groups());
        }
    }
}

/// As HotSpot 17 writes it, cut short.
const FATAL: &str = "#
# A fatal error has been detected by the Java Runtime Environment:
#
#  SIGSEGV (0xb) at pc=0x00007f64c93c1f14, pid=15864, tid=15891
#
# JRE version: OpenJDK Runtime Environment (17.0.15+6) (build 17.0.15+6)
# Java VM: OpenJDK 64-Bit Server VM (17.0.15+6, mixed mode, sharing)
# Problematic frame:
# V  [libjvm.so+0xed2f94]  Unsafe_PutLong+0x124
#

---------------  S U M M A R Y ------------

Time: Wed Nov 25 09:18:42 2026 UTC elapsed time: 0.369758 seconds (0d 0h 0m 0s)

Current thread (0x00007f983811fc50):  JavaThread \"http-nio-21007-exec-7\" [_thread_in_vm, id=15891, stack(0x1,0x2)]

Java frames: (J=compiled Java code, j=interpreted, Vv=VM code)
j  sun.misc.Unsafe.putAddress(JJ)V+5 jdk.unsupported@17.0.15
J 123 c2 mvx.app.pgm.CRS008.PEUPD()V (23 bytes) @ 0x00007f98 [0x00007f98+0x10]
v  ~StubRoutines::call_stub

Java Threads: ( => current thread )
  0x00007f9838017ea0 JavaThread \"main\" [_thread_blocked, id=15865, stack(0x1,0x2)]
  0x00007f98380f8390 JavaThread \"Reference \"Handler\"\" daemon [_thread_blocked, id=15872, stack(0x1,0x2)]
=>0x00007f983811fc50 JavaThread \"http-nio-21007-exec-7\" [_thread_in_vm, id=15891, stack(0x1,0x2)]

Other Threads:
  0x00007f98380f4400 VMThread \"VM Thread\" [stack: 0x1,0x2] [id=15871]
  0x00007f98381105a0 WatcherThread [stack: 0x1,0x2] [id=15881]
";

#[test]
fn what_a_vm_leaves_when_it_dies() {
    assert!(sniff(FATAL.as_bytes()));
    let dump = read(FATAL.as_bytes()).remove(0);
    assert_eq!(dump.at.map(|at| at.to_rfc3339()).as_deref(), Some("2026-11-25T09:18:42Z"));
    assert_eq!(dump.jvm.as_deref(), Some("OpenJDK 64-Bit Server VM (17.0.15+6, mixed mode, sharing)"));
    let death = dump.death.expect("a death");
    assert_eq!(death.cause, "SIGSEGV (0xb) at pc=0x00007f64c93c1f14, pid=15864, tid=15891");
    assert_eq!(death.frame.as_deref(), Some("V  [libjvm.so+0xed2f94]  Unsafe_PutLong+0x124"));
    let threads: Vec<_> =
        dump.threads.iter().map(|t| (t.name.as_str(), t.kind, t.nid.as_deref(), t.status.as_str())).collect();
    assert_eq!(
        threads,
        [
            ("main", Kind::User, Some("15865"), "blocked"),
            ("Reference \"Handler\"", Kind::Daemon, Some("15872"), "blocked"),
            ("http-nio-21007-exec-7", Kind::User, Some("15891"), "in vm"),
            ("VM Thread", Kind::Vm, Some("15871"), ""),
            ("WatcherThread", Kind::Vm, Some("15881"), ""),
        ]
    );
    let frames: Vec<_> = dump.threads[2].frames.iter().map(ToString::to_string).collect();
    assert_eq!(frames, ["sun.misc.Unsafe.putAddress(interpreted, bci 5)", "mvx.app.pgm.CRS008.PEUPD(compiled)"]);
    let out = "# There is insufficient memory for the Java Runtime Environment to continue.\n\
               # Native memory allocation (mmap) failed to map 16384 bytes for committing reserved memory.\n";
    let gave_up = "# A fatal error has been detected by the Java Runtime Environment:\n#\n#  Internal Error (debug.cpp:362), pid=1, tid=2\n#  fatal error: OutOfMemory encountered: Java heap space\n#\n";
    let cause = read(gave_up.as_bytes()).remove(0).death.expect("a death").cause;
    assert!(cause.ends_with("tid=2: fatal error: OutOfMemory encountered: Java heap space"), "{cause}");
    let death = read(out.as_bytes()).remove(0).death.expect("a death");
    assert!(death.cause.contains("insufficient memory") && death.cause.contains("16384 bytes"), "{}", death.cause);
}

#[test]
fn locks_of_dumps_to_files() {
    let json = r#"{"threadDump": {"threadContainers": [{"threads": [
      {"tid": "21", "name": "a", "state": "BLOCKED", "blockedOn": "java.lang.Object@12d7", "stack": ["A.b(A.java:8)"],
       "monitorsOwned": [{"depth": 0, "locks": ["java.lang.Object@5b3b"]}]},
      {"tid": "22", "name": "b", "state": "BLOCKED", "blockedOn": "java.lang.Object@5b3b", "stack": ["A.c(A.java:9)"],
       "monitorsOwned": [{"depth": 0, "locks": ["java.lang.Object@12d7"]}]},
      {"tid": "24", "name": "c", "state": "WAITING", "parkBlocker": {"object": "a.Sync@6c70"}, "stack": []},
      {"tid": "34", "name": "d", "state": "TIMED_WAITING", "waitingOn": "java.lang.Object@23c0", "stack": [],
       "monitorsOwned": [{"depth": 2, "locks": ["java.lang.Object@23c0"]}]}]}]}}"#;
    let plain = "21274\n2026-11-28T10:04:40.841997950Z\n25.0.3+9-LTS\n\n#21 \"a\" BLOCKED 2026-11-28T10:04:40.850502142Z\n    at A.b(A.java:8)\n                     - locked <java.lang.Object@5b3b>\n    - waiting to lock <java.lang.Object@12d7>\n\n#22 \"b\" BLOCKED 2026-11-28T10:04:40.850502142Z\n                     at A.c(A.java:9)\n    - locked <java.lang.Object@12d7>\n    - waiting to lock <java.lang.Object@5b3b>\n";
    for text in [json, plain] {
        let dump = read(text.as_bytes()).remove(0);
        let dead: Vec<Vec<String>> = dump.deadlocks();
        assert_eq!(dead, [["a", "b"]], "{text}");
        assert!(states(&dump).contains("BLOCKED"), "{}", states(&dump));
    }
    // On its way back from `Object.wait`, a thread is said to have the monitor that another is in.
    let back = "1\n2026-11-28T10:04:40.84Z\n25.0.3+9-LTS\n\n#21 \"a\" BLOCKED 2026-11-28T10:04:40.85Z\n    at java.base/java.lang.Object.wait0(Native Method)\n    at A.b(A.java:8)\n    - locked <A@1>\n\n#22 \"b\" RUNNABLE 2026-11-28T10:04:40.85Z\n    at A.c(A.java:9)\n    - locked <A@1>\n";
    assert_eq!(held(&one(back)), ["A@1 b <- a"]);
    let dump = read(json.as_bytes()).remove(0);
    let kinds: Vec<_> = dump.threads[3].locks.iter().map(|lock| (lock.kind, lock.depth)).collect();
    assert_eq!(kinds, [(LockKind::Waiting, 0), (LockKind::Locked, 2)]);
}

#[test]
fn a_dump_in_json() {
    let text = r#"{
  "threadDump": {
    "processId": "63406",
    "time": "2026-01-13T07:37:16.308017Z",
    "runtimeVersion": "21+35",
    "threadContainers": [
      {"container": "<root>", "parent": null, "owner": null, "threads": [
         {
           "tid": "1",
           "name": "main",
           "stack": ["java.base\/jdk.internal.misc.Unsafe.park(Native Method)", "java.base\/java.lang.Thread.run(Thread.java:1583)"]
         }], "threadCount": "1"},
      {"container": "ForkJoinPool", "threads": [{"tid": 28, "name": "", "virtual": true, "stack": ["mvx.app.pgm.CRS008.PEUPD(CRS008.java:10)"]}]}
    ]
  }
}"#;
    assert!(sniff(text.as_bytes()));
    let dump = read(text.as_bytes()).remove(0);
    assert_eq!(dump.at.map(|at| at.to_rfc3339()).as_deref(), Some("2026-01-13T07:37:16.308017Z"));
    assert_eq!(dump.jvm.as_deref(), Some("21+35"));
    let threads: Vec<_> =
        dump.threads.iter().map(|t| (t.name.as_str(), t.kind, t.id, t.frames.len(), t.line)).collect();
    assert_eq!(threads, [("main", Kind::User, Some(1), 2, 9), ("", Kind::Virtual, Some(28), 1, 1)]);
    assert_eq!(dump.threads[0].frames[1].line, Some(1583));
    assert!(read(&text.as_bytes()[..text.len() / 2]).is_empty());
}
