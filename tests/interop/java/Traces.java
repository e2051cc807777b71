import java.util.concurrent.*;
import java.util.function.*;

/** Prints stack traces of every shape, each behind a line that says what is in it. */
public class Traces {
    static class Opened implements AutoCloseable {
        final String name;
        Opened(String name) { this.name = name; }
        @Override public void close() { throw new IllegalStateException("close " + name); }
    }

    static void deep(int n) { if (n == 0) throw new IllegalArgumentException("deep down"); deep(n - 1); }

    static Throwable caught(Runnable run) { try { run.run(); return null; } catch (Throwable t) { return t; } }

    static void nested() {
        try { deep(5); } catch (RuntimeException e) { throw new IllegalStateException("middle: it", new RuntimeException("and", e)); }
    }

    static void suppressing() {
        try (Opened a = new Opened("a"); Opened b = new Opened("b")) { throw new RuntimeException("body"); }
    }

    static Throwable circular() {
        Exception a = new Exception("a"), b = new Exception("b", a);
        a.initCause(b);
        return a;
    }

    static Throwable causeWithSuppressed() {
        Exception inner = new Exception("inner", new java.io.IOException("disk"));
        inner.addSuppressed(new InterruptedException());
        Exception outer = new Exception("outer", inner);
        outer.addSuppressed(new Exception("beside", new Exception("its cause")));
        return outer;
    }

    public static void main(String[] args) throws Exception {
        print("plain", caught(() -> deep(0)));
        print("nested", caught(Traces::nested));
        print("suppressed", caught(Traces::suppressing));
        print("circular", circular());
        print("cause-with-suppressed", causeWithSuppressed());
        print("many-lines", new RuntimeException("first line\nsecond: line\n\tthird, indented", new Exception("a\nb")));
        print("no-message", new NullPointerException());
        print("empty-message", new RuntimeException(""));
        print("at-in-message", new RuntimeException("looks like\n  a frame at home (really)"));
        Supplier<Integer> lambda = () -> Integer.parseInt("x1");
        print("lambda", caught(lambda::get));
        ExecutorService pool = Executors.newSingleThreadExecutor();
        try { pool.submit(lambda::get).get(); } catch (ExecutionException e) { print("executor", e); }
        pool.shutdown();
        Object proxy = java.lang.reflect.Proxy.newProxyInstance(Traces.class.getClassLoader(), new Class<?>[] {Runnable.class},
            (self, method, arguments) -> { throw new java.io.IOException("from proxy"); });
        print("proxy", caught(((Runnable) proxy)::run));
        try { Traces.class.getDeclaredMethod("deep", int.class).invoke(null, 2); }
        catch (java.lang.reflect.InvocationTargetException e) { print("reflection", e); }
        print("stream", caught(() -> java.util.stream.IntStream.range(0, 3).forEach(n -> deep(n))));
        print("stack-overflow", caught(Traces::forever));
    }

    static void forever() { forever(); }

    static int count(Throwable t, java.util.Set<Throwable> seen, int[] counts, StackTraceElement[] enclosing) {
        StackTraceElement[] own = t.getStackTrace();
        if (!seen.add(t)) { counts[3]++; return 0; }
        int m = own.length - 1, n = enclosing.length - 1;
        while (m >= 0 && n >= 0 && own[m].equals(enclosing[n])) { m--; n--; }
        counts[0] += m + 1;
        counts[1]++;
        for (Throwable s : t.getSuppressed()) { counts[2]++; count(s, seen, counts, own); }
        if (t.getCause() != null) count(t.getCause(), seen, counts, own);
        return 0;
    }

    /** A log record, and as its message what the trace below it holds: frames, throwables, suppressed, circular. */
    static void print(String name, Throwable t) {
        int[] counts = new int[4];
        count(t, java.util.Collections.newSetFromMap(new java.util.IdentityHashMap<>()), counts, new StackTraceElement[0]);
        java.io.StringWriter text = new java.io.StringWriter();
        t.printStackTrace(new java.io.PrintWriter(text));
        System.out.printf("2026-01-13 10:15:07,480 ERROR [main] traces.%s - %d frames %d throwables %d suppressed %d circular%n%s",
            name, counts[0], counts[1], counts[2], counts[3], text);
    }
}
