package dev.authpipe.proxy.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.LoggerFactory;

import dev.authpipe.migrations.Store;
import dev.authpipe.proxy.link.LinkTime;
import dev.authpipe.proxy.link.LinkTimes;
import dev.authpipe.proxy.report.OutboxSettings;

/** A proxy that stops waits for the threads of its link, and not for long. */
@Tag("S73")
@Isolated("looks for threads of the whole process")
class LinkStopTest {
  private static final List<String> PATHS = List.of("feed", "commands", "reports", "checkpoints", "heartbeat");

  @TempDir
  Path directory;

  private LinkStage enrolled(LinkTimes times) {
    LinkStage stage = new LinkStage(directory, "", OutboxSettings.usual(), times, Clock.systemUTC(), UnaryOperator.identity());
    assertThat(stage.enrol().code()).isZero();
    stage.start();
    return stage;
  }

  private static List<String> linkThreads() {
    return Thread.getAllStackTraces().keySet().stream().map(Thread::getName).filter(name -> name.startsWith("link-")).sorted()
        .toList();
  }

  @Test
  @Timeout(60)
  void whenItHasStoppedNoThreadOfTheLinkIsLeftToUseAStore() {
    try (LinkStage stage = enrolled(LinkStage.brisk())) {
      PATHS.forEach(path -> stage.plane.script("/link/v1/" + path, HostileAnswer.NEVER.handler(stage.plane.origin())));
      await().atMost(LinkStage.PATIENCE)
          .until(() -> stage.plane.arrivals("/link/v1/feed") > 1 && stage.plane.arrivals("/link/v1/heartbeat") > 1);
      assertThat(linkThreads()).hasSize(7);
      ListAppender<ILoggingEvent> heard = new ListAppender<>();
      Logger ours = (Logger) LoggerFactory.getLogger("dev.authpipe");
      heard.start();
      ours.addAppender(heard);
      long begun = System.nanoTime();
      stage.proxy().close();
      Duration took = Duration.ofNanos(System.nanoTime() - begun);
      ours.detachAppender(heard);
      assertThat(linkThreads()).isEmpty();
      assertThat(took).isLessThan(Duration.ofSeconds(15));
      assertThat(heard.list).filteredOn(event -> event.getLevel().isGreaterOrEqual(Level.WARN)).as("warnings at the stop")
          .extracting(ILoggingEvent::getFormattedMessage).isEmpty();
    }
  }

  @Test
  @Timeout(60)
  void aThreadThatIsHeldByAStoreIsLeftAloneAfterItsTime() throws Exception {
    try (LinkStage stage = enrolled(LinkStage.brisk().with(LinkTime.STOP, Duration.ofMillis(200)));
        Connection other = stage.stores.superuser(Store.VAULT).getConnection();
        Statement sql = other.createStatement()) {
      other.setAutoCommit(false);
      sql.execute("lock table outbox_state in access exclusive mode");
      await().atMost(LinkStage.PATIENCE).until(() -> stage.column(Store.VAULT,
          "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()").getFirst()
          .matches("[1-9].*"));
      ListAppender<ILoggingEvent> heard = new ListAppender<>();
      Logger ours = (Logger) LoggerFactory.getLogger("dev.authpipe.proxy.link");
      heard.start();
      ours.addAppender(heard);
      long begun = System.nanoTime();
      stage.proxy().close();
      Duration took = Duration.ofNanos(System.nanoTime() - begun);
      ours.detachAppender(heard);
      other.rollback();
      assertThat(took).as("bounded").isLessThan(Duration.ofSeconds(25));
      assertThat(heard.list).extracting(ILoggingEvent::getFormattedMessage)
          .anyMatch(line -> line.contains("does not end; it is left alone"));
    }
  }
}
