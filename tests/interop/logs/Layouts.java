import java.io.PrintStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Scanner;

/**
 * Writes logs with log4j 1, log4j 2, logback and java.util.logging, and beside each what is true of its records.
 *
 * <p>Reads one log a line from standard input, tab-separated: name, framework, pattern, options, seed, and
 * {@code field=conversion} for each field whose text the framework itself is asked for. Tabs, line ends and backslashes
 * in a pattern come escaped.
 */
public final class Layouts {
    /** A logging framework with one pattern. */
    interface Framework {
        String format(Records.Event event);
    }

    interface Maker {
        /** A framework that counts its running time from {@code start}, in milliseconds since 1970. */
        Framework with(String pattern, long start);
    }

    static final Map<String, Maker> FRAMEWORKS = Map.of(
        "log4j1", Log4j1::new, "log4j2", Log4j2::new, "logback", Logback::new, "jul", Jul::new);

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        int count = Integer.parseInt(arguments[1]);
        Scanner lines = new Scanner(System.in, StandardCharsets.UTF_8);
        while (lines.hasNextLine()) {
            write(folder, count, lines.nextLine().split("\t", -1));
        }
    }

    private static void write(Path folder, int count, String[] told) throws Exception {
        String name = told[0];
        Maker maker = FRAMEWORKS.get(told[1]);
        String options = told[3];
        long spread = options.contains("dense") ? 3_000L : 3_600_000L;
        List<Records.Event> events = new Records(Long.parseLong(told[4]))
            .make(count, options.contains("odd"), options.contains("hostile"), spread);
        // Programs have run a while when their first record comes; the clock of this one says nothing.
        long start = events.get(0).millis - 7_351;
        Framework whole = maker.with(unescaped(told[2]), start);
        try (Writer log = Files.newBufferedWriter(folder.resolve(name + ".log"), StandardCharsets.UTF_8);
            PrintStream truth = new PrintStream(Files.newOutputStream(folder.resolve(name + ".truth")), false, StandardCharsets.UTF_8)) {
            Framework[] parts = new Framework[told.length - 5];
            for (int at = 0; at < parts.length; at++) {
                parts[at] = maker.with(unescaped(told[5 + at].split("=", 2)[1]), start);
            }
            for (Records.Event event : events) {
                log.write(whole.format(event));
                StringBuilder line = new StringBuilder("{\"millis\":").append(event.millis);
                line.append(",\"exception\":").append(event.thrown == null ? "null" : quoted(event.thrown.getClass().getName()));
                line.append(",\"message\":").append(quoted(event.message));
                for (int at = 0; at < parts.length; at++) {
                    line.append(',').append(quoted(told[5 + at].split("=", 2)[0])).append(':');
                    Throwable thrown = event.thrown;
                    event.thrown = null;
                    line.append(quoted(parts[at].format(event)));
                    event.thrown = thrown;
                }
                truth.println(line.append('}'));
            }
        }
    }

    private static String unescaped(String text) {
        StringBuilder out = new StringBuilder();
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '\\' && at + 1 < text.length()) {
                at++;
                c = text.charAt(at) == 't' ? '\t' : text.charAt(at) == 'n' ? '\n' : text.charAt(at);
            }
            out.append(c);
        }
        return out.toString();
    }

    private static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ') {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.append('"').toString();
    }
}
