import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.ContextBase;
import java.lang.reflect.Field;
import org.slf4j.MDC;

/** logback with its PatternLayout. */
final class Logback implements Layouts.Framework {
    private final LoggerContext context = new LoggerContext();
    private final PatternLayout layout = new PatternLayout();

    Logback(String pattern, long start) {
        try {
            Field birthTime = ContextBase.class.getDeclaredField("birthTime");
            birthTime.setAccessible(true);
            birthTime.setLong(context, start);
            // Naming it makes the context hand its time of birth on to its records.
            context.setName("layouts");
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
        layout.setContext(context);
        layout.setPattern(pattern);
        layout.start();
    }

    @Override
    public String format(Records.Event event) {
        MDC.clear();
        event.mdc.forEach(MDC::put);
        LoggingEvent record = new LoggingEvent("fqcn", context.getLogger(event.logger), Level.toLevel(event.level), event.message, event.thrown, null);
        record.setThreadName(event.thread);
        record.setTimeStamp(event.millis);
        record.setCallerData(new StackTraceElement[] {event.caller});
        return layout.doLayout(record);
    }
}
