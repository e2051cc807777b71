import java.util.concurrent.*;
import java.util.concurrent.locks.*;

/** Known threads in known states: two deadlocks, a contended monitor and lock, waiters, sleepers, runners. */
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
        Thread.sleep(1500);
        System.out.println("ready " + ProcessHandle.current().pid());
        System.out.flush();
        Thread.sleep(120_000);
    }

    static void meet(CyclicBarrier barrier) {
        try { barrier.await(); } catch (Exception e) { throw new RuntimeException(e); }
    }
}
