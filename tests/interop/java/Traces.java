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
        print("caused-by-in-message", new RuntimeException("the log said:\nCaused by: nobody knows\n... 3 more of these", new Exception("java.lang.Error: no")));
        print("captions-in-messages", deepTree(3));
        print("circular-in-suppressed", circularSuppressed());
        print("record", caught(() -> new Point(-1).check()));
        print("inner", caught(() -> new Traces().new Inner().new Deeper().fail()));
        print("anonymous", caught(new Runnable() { @Override public void run() { throw new UnsupportedOperationException(); } }));
        print("localised", new Localised("egal"));
        print("own-to-string", new Own());
        print("no-frames", without(new IllegalStateException("quick", without(new Exception("too")))));
        print("named-loader", caught(loaded()));
        print("long-chain", chain(40));
        print("class-init", caught(() -> Broken.touch()));
        print("class-init-again", caught(() -> Broken.touch()));
        print("handles", caught(() -> { try { HANDLE.invoke(1); } catch (RuntimeException | Error e) { throw e; } catch (Throwable e) { throw new RuntimeException(e); } }));
        print("completable", caught(() -> CompletableFuture.supplyAsync(() -> Integer.parseInt("x2")).thenApply(n -> n + 1).join()));
        print("list-in-message", new IllegalArgumentException("Errors:\n- field a is missing\n- locked", new Exception("two:\n- a\n- b")));
        print("rules-in-message", new IllegalStateException("\n---- Debugging information ----\ncause-exception     : java.io.IOException\n-------------------------------",
            new Exception("one\n----------\ntwo")));
        print("word-as-cause-in-message", new RuntimeException("it said\nCaused by: nobody", new Exception("x\n[CIRCULAR REFERENCE: y]")));
        print("script", from("jdk.nashorn.internal.scripts.Script$3$rules", "check", "C:\\M3 rules\\check it.js", 7));
        print("hidden-form", from("java.lang.invoke.LambdaForm$DMH/0x0000000800c03000", "invokeStatic", "LambdaForm$DMH", -1));
        print("kotlin", from("a.b.FooTest", "adds (two) numbers, quickly", "FooTest.kt", 3));
        print("shared-suppressed", sharedSuppressed());
        print("umlauts", new Exception("Gr\u00f6\u00dfe \u2014 \"f\u00fcnf\"\r\n\r\nende"));
    }

    static void forever() { forever(); }

    record Point(int x) { void check() { if (x < 0) throw new IndexOutOfBoundsException("x: " + x); } }

    class Inner { class Deeper { void fail() { Runnable r = () -> { throw new IllegalStateException("inner$1: deeper"); }; r.run(); } } }

    static class Localised extends Exception {
        Localised(String m) { super(m); }
        @Override public String getLocalizedMessage() { return "auf Deutsch: " + getMessage(); }
    }

    static class Own extends RuntimeException { @Override public String toString() { return "Own(17): something: else"; } }

    static class Broken { static final int X = Integer.parseInt("broken"); static void touch() { System.err.println(X); } }

    static final java.lang.invoke.MethodHandle HANDLE;
    static {
        try {
            HANDLE = java.lang.invoke.MethodHandles.lookup().findStatic(Traces.class, "deep", java.lang.invoke.MethodType.methodType(void.class, int.class));
        } catch (ReflectiveOperationException e) { throw new ExceptionInInitializerError(e); }
    }

    static <T extends Throwable> T without(T t) { t.setStackTrace(new StackTraceElement[0]); return t; }

    /** Causes with suppressed that have causes with suppressed. */
    static Throwable deepTree(int n) {
        Exception t = new Exception("level " + n + "\n\tSuppressed: not really", n == 0 ? null : deepTree(n - 1));
        if (n > 0) { t.addSuppressed(deepTree(n - 1)); t.addSuppressed(new Error("beside " + n)); }
        return t;
    }

    static Throwable circularSuppressed() {
        Exception a = new Exception("a"), b = new Exception("b", a);
        a.addSuppressed(b);
        return new RuntimeException("outer", a);
    }

    static Throwable from(String type, String method, String file, int line) {
        Throwable made = new RuntimeException("made up");
        made.setStackTrace(new StackTraceElement[] {new StackTraceElement(type, method, file, line), new StackTraceElement("a.B", "main", "B.java", 3)});
        return made;
    }

    /** One that is suppressed twice, and one that is suppressed by what it suppresses. */
    static Throwable sharedSuppressed() {
        Exception outer = new Exception("outer"), shared = new Exception("shared\n] twice");
        outer.addSuppressed(shared);
        outer.addSuppressed(new Exception("beside", shared));
        outer.addSuppressed(shared);
        shared.addSuppressed(outer);
        return outer;
    }

    static Throwable chain(int n) { return n == 0 ? new java.io.EOFException() : new Exception("link " + n, chain(n - 1)); }

    /** A class from a loader with a name, which frames show as `plugins//`. */
    static Runnable loaded() throws Exception {
        java.net.URL own = Traces.class.getProtectionDomain().getCodeSource().getLocation();
        ClassLoader loader = new java.net.URLClassLoader("plugins", new java.net.URL[] {own}, null);
        Class<?> other = loader.loadClass("Traces");
        java.lang.reflect.Method deep = other.getDeclaredMethod("deep", int.class);
        deep.setAccessible(true);
        return () -> { try { deep.invoke(null, 3); } catch (ReflectiveOperationException e) { throw new IllegalStateException(e); } };
    }

    static String base64(String message) {
        return java.util.Base64.getEncoder().encodeToString((message == null ? "" : message).getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

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

    static Throwable root(Throwable t) {
        java.util.Set<Throwable> seen = java.util.Collections.newSetFromMap(new java.util.IdentityHashMap<>());
        while (seen.add(t) && t.getCause() != null && !seen.contains(t.getCause())) t = t.getCause();
        return t;
    }

    /** The class as it is printed; where `toString` says something else, there is none. */
    static String printed(Throwable t) { return t.toString().startsWith(t.getClass().getName()) ? t.getClass().getName() : "-"; }

    /**
     * A log record, and as its message what the trace below it holds: frames, throwables, suppressed, circular, its class,
     * that of the innermost cause, and its own message in Base64.
     */
    static void print(String name, Throwable t) {
        int[] counts = new int[4];
        count(t, java.util.Collections.newSetFromMap(new java.util.IdentityHashMap<>()), counts, new StackTraceElement[0]);
        java.io.StringWriter text = new java.io.StringWriter();
        t.printStackTrace(new java.io.PrintWriter(text));
        System.out.printf("2026-01-13 10:15:07,480 ERROR [main] traces.%s - %d frames %d throwables %d suppressed %d circular %s %s %s%n%s",
            name, counts[0], counts[1], counts[2], counts[3], printed(t), printed(root(t)), base64(t.getLocalizedMessage()), text);
    }
}
