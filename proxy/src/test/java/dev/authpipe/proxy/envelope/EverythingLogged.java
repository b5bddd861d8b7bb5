package dev.authpipe.proxy.envelope;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import org.slf4j.LoggerFactory;

/** Keeps what any logger says at any level while it is open, that of the JDK included. */
final class EverythingLogged extends Handler implements AutoCloseable {
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final Logger root;
  private final Level before;
  private final List<Appender<ILoggingEvent>> others = new ArrayList<>();
  private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
    @Override
    protected void append(ILoggingEvent event) {
      lines.add(event.getLoggerName() + " " + event.getFormattedMessage()
          + (event.getThrowableProxy() == null ? "" : ThrowableProxyUtil.asString(event.getThrowableProxy())));
    }
  };

  private EverythingLogged(LoggerContext context) {
    root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    before = root.getLevel();
    appender.setContext(context);
    appender.start();
    root.iteratorForAppenders().forEachRemaining(others::add);
    others.forEach(root::detachAppender); // the console is for people
    root.addAppender(appender);
    root.setLevel(Level.TRACE);
    java.util.logging.Logger jdk = LogManager.getLogManager().getLogger("");
    jdk.addHandler(this);
  }

  static EverythingLogged open() {
    return new EverythingLogged((LoggerContext) LoggerFactory.getILoggerFactory());
  }

  String text() {
    return String.join("\n", lines);
  }

  @Override
  public void publish(LogRecord record) {
    lines.add(record.getLoggerName() + " " + record.getMessage());
  }

  @Override
  public void flush() {
    // Lines are kept at once.
  }

  @Override
  public void close() {
    root.setLevel(before);
    root.detachAppender(appender);
    others.forEach(root::addAppender);
    appender.stop();
    LogManager.getLogManager().getLogger("").removeHandler(this);
  }
}
