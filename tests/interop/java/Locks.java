import java.util.concurrent.*;
import java.util.concurrent.locks.*;

/** Known threads in known states: deadlocks, a contended monitor and lock, waiters, sleepers, runners, odd names. */
public class Locks {
    static final Object A = new Object(), B = new Object(), HOT = new Object(), BELL = new Object();
    static final ReentrantLock ONE = new ReentrantLock(), TWO = new ReentrantLock(), SLOW = new ReentrantLock();
    static volatile boolean spin = true;

    static void start(String name, Runnable run) {
        Thread thread = new Thread(run, name);
        thread.setDaemon(true);
        thread.start();
    }

    static void sleep(long ms) { try { Thread.sleep(ms); } catch (InterruptedException e) { throw new RuntimeException(e); } }

    public static void main(String[] args) throws Exception {
        CyclicBarrier both = new CyclicBarrier(2), owners = new CyclicBarrier(2);
        start("dead-a", () -> { synchronized (A) { meet(both); synchronized (B) { sleep(1); } } });
        start("dead-b", () -> { synchronized (B) { meet(both); synchronized (A) { sleep(1); } } });
        start("dead-one", () -> { ONE.lock(); meet(owners); TWO.lock(); });
        start("dead-two", () -> { TWO.lock(); meet(owners); ONE.lock(); });
        CountDownLatch held = new CountDownLatch(2);
        start("hot-owner", () -> { synchronized (HOT) { held.countDown(); sleep(600_000); } });
        start("slow-owner", () -> { SLOW.lock(); held.countDown(); sleep(600_000); });
        held.await();
        for (int n = 0; n < 20; n++) start("hot-waiter-" + n, () -> { synchronized (HOT) { sleep(1); } });
        for (int n = 0; n < 7; n++) start("slow-waiter-" + n, SLOW::lock);
        for (int n = 0; n < 3; n++) start("bell \"waiter\" " + n, () -> { synchronized (BELL) { try { BELL.wait(); } catch (InterruptedException e) { } } });
        for (int n = 0; n < 4; n++) start("sleeper-" + n, () -> sleep(600_000));
        start("spinner", () -> { while (spin) Thread.onSpinWait(); });
        cycle("three", new Object(), new int[0], new StringBuilder());
        cycle("mixed, \"quoted\" [x]", new Object(), new ReentrantLock(), new ReentrantReadWriteLock().writeLock());
        Object returning = new Object();
        CountDownLatch inside = new CountDownLatch(2);
        for (int n = 0; n < 2; n++) start("returning-" + n, () -> { synchronized (returning) { inside.countDown(); try { returning.wait(); } catch (InterruptedException e) { } } });
        inside.await();
        start("returning-owner", () -> { synchronized (returning) { returning.notifyAll(); sleep(600_000); } });
        for (String name : NAMES) start(name, () -> sleep(600_000));
        Thread.sleep(1500);
        System.out.println(truth());
        System.out.flush();
        Thread.sleep(120_000);
    }

    /** Names that look like other parts of a dump. */
    static final String[] NAMES = {"", " blank ", "Full thread dump", "at a.B.c(B.java:1)", "- locked <0x1> (a A)", "say \"hi\" #7 prio=5", "x\":", "Heap",
        "q\" #9 daemon prio=5 os_prio=0 tid=0x1 nid=0x2 runnable", "JNI global references: 1", "Found one Java-level deadlock:", "[ACTIVE] ExecuteThread: '0' (self-tuning)",
        "Gr\u00f6\u00dfe \u2014 \u6587\u5b57", "line one\nline two", "nl\n\tat a.B.c(B.java:1)", "blank\n\nline", "n".repeat(300)};

    /** As many threads as locks, each of which holds one and wants the next. */
    static void cycle(String name, Object... locks) {
        CyclicBarrier all = new CyclicBarrier(locks.length);
        for (int n = 0; n < locks.length; n++) {
            Object mine = locks[n], next = locks[(n + 1) % locks.length];
            start(name + " " + n, () -> inside(mine, () -> { meet(all); inside(next, () -> sleep(1)); }));
        }
    }

    static void inside(Object lock, Runnable run) {
        if (lock instanceof Lock l) { l.lock(); run.run(); l.unlock(); }
        else synchronized (lock) { run.run(); }
    }

    /** What the VM says of the threads to the program itself, as JSON. */
    static String truth() {
        java.lang.management.ThreadMXBean bean = java.lang.management.ManagementFactory.getThreadMXBean();
        StringBuilder threads = new StringBuilder();
        for (java.lang.management.ThreadInfo info : bean.dumpAllThreads(true, true)) {
            threads.append(threads.length() == 0 ? "" : ",").append("{\"id\":" + info.getThreadId() + ",\"name\":" + quoted(info.getThreadName()) + ",\"state\":\"" + info.getThreadState()
                + "\",\"owner\":" + quoted(info.getLockOwnerName()) + ",\"monitor\":" + (info.getLockInfo() != null && info.getThreadState() == Thread.State.BLOCKED) + "}");
        }
        return "{\"pid\":" + ProcessHandle.current().pid() + ",\"dead\":" + java.util.Arrays.toString(bean.findDeadlockedThreads()) + ",\"threads\":[" + threads + "]}";
    }

    static String quoted(String text) {
        if (text == null) return "null";
        StringBuilder quoted = new StringBuilder("\"");
        for (char c : text.toCharArray()) quoted.append(c == '"' || c == '\\' || c < ' ' || c > '~' ? String.format("\\u%04x", (int) c) : c);
        return quoted.append('"').toString();
    }

    static void meet(CyclicBarrier barrier) {
        try { barrier.await(); } catch (Exception e) { throw new RuntimeException(e); }
    }
}
