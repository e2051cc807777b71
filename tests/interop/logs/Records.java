import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** The records that every framework is made to log: known times, names and texts, chosen to be hard to tell apart. */
final class Records {
    /** One record, before a framework has written it. */
    static final class Event {
        long millis;
        String level;
        String thread;
        String logger;
        String message;
        Throwable thrown;
        Map<String, String> mdc = new LinkedHashMap<>();
        String ndc;
        StackTraceElement caller;
    }

    private static final String[] LOGGERS = {
        "com.lawson.grid.node.Application", "org.apache.cxf.phase.PhaseInterceptorChain", "m3.program",
        "com.intentia.ec.server.Router$Inner", "com.infor.lws.Main", "mvx.app.pgm.customer.CRS008",
        "org.springframework.web.servlet.DispatcherServlet", "com.example.my_app.Worker2"};
    private static final String[] THREADS = {
        "main", "http-nio-8080-exec-12", "pool-1-thread-3", "Timer-0", "mws-worker-8", "Thread-117",
        "ForkJoinPool.commonPool-worker-1", "qtp1534754611-42"};
    private static final String[] ODD_THREADS = {
        "Worker [3]: a", "ActiveMQ Session Task-7", "RMI TCP Connection(2)-10.1.1.7", "Grid: MWS [proxy 3]",
        "AsyncAppender-Worker-x[y:z]", "http-bio-0.0.0.0-8443 exec 5"};
    private static final String[] LEVELS = {"INFO", "DEBUG", "INFO", "WARN", "ERROR", "INFO", "TRACE", "DEBUG"};
    private static final String[] USERS = {"MWSUSR", "jdoe", "ediusr", "DOMAIN\\admin"};
    private static final String[] MESSAGES = {
        "Started in 12.5 seconds",
        "Executing step 4 <MPD><PGM name=\"CRS008\">\n  <FLD n=\"WEFACI\">A4</FLD>\n<when>2026-01-13 10:15:02</when>\n</PGM></MPD>",
        "user=jdoe - logged on: ok",
        "Abnormal termination of mvx.app.pgm.CRS008 [10] Dump log created: D:\\M3\\dumps\\CRS008.10.log",
        "  indented text",
        "[bracketed] text (with) {signs}",
        "GET /m3api-rest/execute/CRS610MI/GetBasicData;CONO=100 took 15 ms | 200",
        "\u00c4ndring sparad \u00e5\u00e4\u00f6 \u20ac",
        "SELECT a, b FROM t WHERE x = 'ERROR' -- comment",
        "Connection reset",
        "Loading properties: cache=true; size=10",
        "answer {\n  \"at\": \"2026-01-13T10:15:02,480\",\n  \"level\": \"ERROR\"\n}",
        "",
        "com.foo.Bar - not a logger: ERROR at 10:15:02",
        "\n\tstarts on the line below",
        "two lines, the second with a date\n2026-01-13 10:15:02,480 is when it was asked for",
        "columns\nITNO      ITDS       STAT\n--------  ---------  ----\nA001      Bolt, 5mm  20",
        "path C:\\temp\\a.txt was read in 3 ms",
        "5 items left", "- a list item", "100% done; 0 failed", "Caused by the user himself"};

    private final Random random;

    Records(long seed) {
        random = new Random(seed);
    }

    /** So many records in the order of their times, from minutes to days apart. */
    List<Event> make(int count, boolean oddThreads, boolean hostileLines, long spread) {
        List<Event> events = new ArrayList<>(count);
        long millis = 1_893_496_502_480L + (long) random.nextInt(300) * 86_400_000L;
        for (int n = 0; n < count; n++) {
            millis += (long) (-Math.log(1 - random.nextDouble()) * spread);
            Event event = new Event();
            event.millis = millis;
            event.level = pick(LEVELS);
            event.thread = oddThreads && random.nextInt(3) == 0 ? pick(ODD_THREADS) : pick(THREADS);
            event.logger = pick(LOGGERS);
            do {
                event.message = random.nextInt(4) == 0 ? counted() : pick(MESSAGES);
            } while (!hostileLines && event.message.contains("\n2026"));
            event.mdc.put("user", pick(USERS));
            event.mdc.put("cono", String.valueOf(100 + random.nextInt(3) * 100));
            event.ndc = "request" + random.nextInt(9);
            event.caller = new StackTraceElement(event.logger, pick("run", "doGet", "<init>", "lambda$start$0"),
                simple(event.logger) + ".java", 1 + random.nextInt(900));
            if (event.level.equals("ERROR") && random.nextInt(2) == 0) {
                event.thrown = thrown();
            }
            events.add(event);
        }
        return events;
    }

    private String counted() {
        return pick("Session ", "Order ", "Polling ", "Closed connection ") + random.nextInt(100_000)
            + pick(" opened", " is done", " in " + random.nextInt(900) + " ms", ": no such facility B" + random.nextInt(99));
    }

    private Throwable thrown() {
        switch (random.nextInt(4)) {
            case 0: return new NullPointerException();
            case 1: return new IllegalStateException("closed: 2026-01-13 10:15:02", new java.io.IOException("Connection reset by peer"));
            case 2: {
                Throwable outer = new RuntimeException("several lines\nof a message\n", new IllegalArgumentException("CONO 100"));
                outer.addSuppressed(new java.io.FileNotFoundException("/tmp/x (No such file)"));
                return outer;
            }
            default: return new UnsupportedOperationException("Unable to execute MPD!");
        }
    }

    private static String simple(String name) {
        String last = name.substring(name.lastIndexOf('.') + 1);
        int inner = last.indexOf('$');
        return inner < 0 ? last : last.substring(0, inner);
    }

    private String pick(String... of) {
        return of[random.nextInt(of.length)];
    }
}
