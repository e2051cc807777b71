/** Names its threads, and dies in a way that leaves a file behind. */
public class Crash {
    public static void main(String[] args) throws Exception {
        for (String name : new String[] {"plain", "say \"hi\", [x]", "Gr\u00f6\u00dfe"}) {
            Thread thread = new Thread(() -> { try { Thread.sleep(600_000); } catch (InterruptedException e) { } }, name);
            thread.setDaemon(name.equals("plain"));
            thread.start();
        }
        for (Thread thread : Thread.getAllStackTraces().keySet()) System.out.println("{\"name\":" + Locks.quoted(thread.getName()) + ",\"daemon\":" + thread.isDaemon() + "}");
        System.out.flush();
        Thread dying = new Thread(() -> deep(3), "the \"dying\" one");
        dying.start();
        dying.join();
    }

    static void deep(int n) {
        if (n > 0) { deep(n - 1); return; }
        try {
            Class<?> unsafe = Class.forName("sun.misc.Unsafe");
            java.lang.reflect.Field field = unsafe.getDeclaredField("theUnsafe");
            field.setAccessible(true);
            unsafe.getMethod("putAddress", long.class, long.class).invoke(field.get(null), 0L, 0L);
        } catch (ReflectiveOperationException e) { throw new IllegalStateException(e); }
    }
}
