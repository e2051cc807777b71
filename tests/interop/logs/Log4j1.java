import java.lang.reflect.Field;
import java.util.Properties;
import org.apache.log4j.Category;
import org.apache.log4j.EnhancedPatternLayout;
import org.apache.log4j.Level;
import org.apache.log4j.Logger;
import org.apache.log4j.spi.LocationInfo;
import org.apache.log4j.spi.LoggingEvent;
import org.apache.log4j.spi.ThrowableInformation;

/** log4j 1.2 with its PatternLayout. */
final class Log4j1 implements Layouts.Framework {
    private final EnhancedPatternLayout layout;

    Log4j1(String pattern, long start) {
        try {
            Field startTime = LoggingEvent.class.getDeclaredField("startTime");
            startTime.setAccessible(true);
            startTime.setLong(null, start);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
        layout = new EnhancedPatternLayout(pattern);
    }

    @Override
    public String format(Records.Event event) {
        Properties mdc = new Properties();
        mdc.putAll(event.mdc);
        StackTraceElement caller = event.caller;
        LocationInfo location = new LocationInfo(caller.getFileName(), caller.getClassName(), caller.getMethodName(),
            String.valueOf(caller.getLineNumber()));
        ThrowableInformation thrown = event.thrown == null ? null : new ThrowableInformation(event.thrown);
        LoggingEvent record = new LoggingEvent(Category.class.getName(), Logger.getLogger(event.logger), event.millis,
            Level.toLevel(event.level), event.message, event.thread, thrown, event.ndc, location, mdc);
        StringBuilder out = new StringBuilder(layout.format(record));
        if (thrown != null && layout.ignoresThrowable()) {
            for (String line : thrown.getThrowableStrRep()) {
                out.append(line).append('\n');
            }
        }
        return out.toString();
    }
}
