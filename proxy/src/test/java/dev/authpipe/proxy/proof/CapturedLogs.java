package dev.authpipe.proxy.proof;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.logging.Handler;
import java.util.logging.LogRecord;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.encoder.EncoderBase;
import org.slf4j.LoggerFactory;

import dev.authpipe.proxy.ops.MaskingEncoder;

/**
 * Everything that anybody in this process logs, at TRACE: message, arguments, context and exceptions. What our own code logs is kept before
 * any masking; what frameworks log (a server writes request lines, whose query holds code and state at a callback) as the masking encoder
 * lets it out. Set back to what was before on close.
 */
final class CapturedLogs implements AutoCloseable {
  private static final java.util.logging.Logger JUL = java.util.logging.Logger.getLogger("");

  private final ByteArrayOutputStream captured = new ByteArrayOutputStream();
  private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  private final Logger ours = (Logger) LoggerFactory.getLogger("dev.authpipe");
  private final Level before = root.getLevel();
  private final java.util.logging.Level julBefore = JUL.getLevel();
  private final MaskingEncoder masking = new MaskingEncoder();
  private final Appender appender = new Appender();
  private final Appender early = new Appender();
  private final Set<ch.qos.logback.core.Appender<ILoggingEvent>> others = new LinkedHashSet<>();
  private final Map<Logger, Level> levels = new HashMap<>();
  private final JulHandler handler = new JulHandler();

  private final class Appender extends AppenderBase<ILoggingEvent> {
    @Override
    protected void append(ILoggingEvent event) {
      keep(event.getLoggerName().startsWith("dev.authpipe")
          ? text(event)
          : new String(masking.encode(event), StandardCharsets.UTF_8));
    }
  }

  /** What a logging call gave, all of it. */
  private static final class Whole extends EncoderBase<ILoggingEvent> {
    @Override
    public byte[] headerBytes() {
      return new byte[0];
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
      return text(event).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public byte[] footerBytes() {
      return new byte[0];
    }
  }

  private static String text(ILoggingEvent event) {
    StringBuilder text = new StringBuilder(event.getLoggerName()).append(' ').append(event.getThreadName()).append(' ')
        .append(event.getMessage()).append(' ').append(event.getFormattedMessage());
    Object[] arguments = event.getArgumentArray();
    for (Object argument : arguments == null ? new Object[0] : arguments) {
      text.append(' ').append(argument);
    }
    Map<String, String> context = event.getMDCPropertyMap();
    text.append(' ').append(context).append(' ').append(event.getKeyValuePairs());
    IThrowableProxy failure = event.getThrowableProxy();
    if (failure != null) {
      text.append('\n').append(ThrowableProxyUtil.asString(failure));
    }
    return text.append('\n').toString();
  }

  /** What does not go through SLF4J, such as the PostgreSQL driver. The JDK's own HTTP client belongs to the test, not to the proxy. */
  private final class JulHandler extends Handler {
    @Override
    public void publish(LogRecord entry) {
      String name = String.valueOf(entry.getLoggerName());
      if (!name.startsWith("jdk.") && !name.startsWith("sun.") && !name.startsWith("java.")) {
        keep(name + ' ' + entry.getMessage() + ' ' + java.util.Arrays.toString(entry.getParameters()) + ' ' + entry.getThrown()
            + '\n');
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  CapturedLogs() {
    masking.setEncoder(new Whole());
    masking.start();
    appender.setContext(root.getLoggerContext());
    appender.start();
    root.addAppender(appender);
    early.setContext(root.getLoggerContext());
    early.start();
    ours.addAppender(early);
    handler.setLevel(java.util.logging.Level.ALL);
    JUL.addHandler(handler);
    raise();
  }

  /** Sets levels and appender again, for a proxy that starts sets its own; what it logs itself is heard all the time. */
  void raise() {
    appender.start();
    root.iteratorForAppenders().forEachRemaining(one -> {
      if (!one.equals(appender)) {
        others.add(one);
      }
    });
    others.forEach(root::detachAppender); // a console at TRACE costs more than all the flows
    root.addAppender(appender);
    root.setLevel(Level.TRACE);
    root.getLoggerContext().getLoggerList().forEach(logger -> {
      Level own = logger.getLevel();
      if (logger != root && own != null) {
        levels.putIfAbsent(logger, own);
        logger.setLevel(null);
      }
    });
    JUL.setLevel(java.util.logging.Level.ALL);
  }

  byte[] bytes() {
    synchronized (captured) {
      return captured.toByteArray();
    }
  }

  @Override
  public void close() {
    root.detachAppender(appender);
    others.forEach(root::addAppender);
    ours.detachAppender(early);
    root.setLevel(before);
    levels.forEach(Logger::setLevel);
    JUL.removeHandler(handler);
    JUL.setLevel(julBefore);
  }

  private void keep(String text) {
    synchronized (captured) {
      captured.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }
  }
}
