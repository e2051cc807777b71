import java.util.Map;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;

/** java.util.logging with its SimpleFormatter. */
final class Jul implements Layouts.Framework {
    private static final Map<String, Level> LEVELS = Map.of("ERROR", Level.SEVERE, "WARN", Level.WARNING, "INFO", Level.INFO,
        "DEBUG", Level.FINE, "TRACE", Level.FINEST);
    private final SimpleFormatter formatter;

    Jul(String pattern, long start) {
        if (!pattern.isEmpty()) {
            System.setProperty("java.util.logging.SimpleFormatter.format", pattern);
        } else {
            System.clearProperty("java.util.logging.SimpleFormatter.format");
        }
        formatter = new SimpleFormatter();
    }

    @Override
    public String format(Records.Event event) {
        LogRecord record = new LogRecord(LEVELS.get(event.level), event.message);
        record.setInstant(java.time.Instant.ofEpochMilli(event.millis));
        record.setLoggerName(event.logger);
        record.setSourceClassName(event.caller.getClassName());
        record.setSourceMethodName(event.caller.getMethodName());
        record.setThrown(event.thrown);
        return formatter.format(record);
    }
}
