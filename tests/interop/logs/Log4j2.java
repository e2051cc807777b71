import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.impl.ContextDataFactory;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.core.layout.PatternLayout;
import org.apache.logging.log4j.message.SimpleMessage;
import org.apache.logging.log4j.spi.MutableThreadContextStack;
import org.apache.logging.log4j.util.StringMap;

/** log4j 2 with its PatternLayout. */
final class Log4j2 implements Layouts.Framework {
    private final PatternLayout layout;

    Log4j2(String pattern, long start) {
        // The number of this process is another one with every run.
        layout = PatternLayout.newBuilder().withPattern(pattern.replace("%pid", "4711")).build();
    }

    @Override
    public String format(Records.Event event) {
        StringMap mdc = ContextDataFactory.createContextData();
        event.mdc.forEach(mdc::putValue);
        MutableThreadContextStack ndc = new MutableThreadContextStack();
        ndc.push(event.ndc);
        return layout.toSerializable(Log4jLogEvent.newBuilder()
            .setTimeMillis(event.millis)
            .setLevel(Level.valueOf(event.level))
            .setLoggerName(event.logger)
            .setThreadName(event.thread)
            .setMessage(new SimpleMessage(event.message))
            .setThrown(event.thrown)
            .setContextData(mdc)
            .setContextStack(ndc)
            .setSource(event.caller)
            .build());
    }
}
