package dev.authpipe.proxy.link;

import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

import com.github.benmanes.caffeine.cache.Ticker;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.authpipe.proxy.audit.Refusals;
import dev.authpipe.proxy.catalog.Approvals;
import dev.authpipe.proxy.catalog.Feeds;
import dev.authpipe.proxy.catalog.LinkSettings;
import dev.authpipe.proxy.catalog.LinkedConfiguration;
import dev.authpipe.proxy.db.Database;
import dev.authpipe.proxy.egress.LinkJson;
import dev.authpipe.proxy.link.LinkException.Trouble;
import dev.authpipe.proxy.report.Outbox;
import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.wire.CheckpointAnswer;
import dev.authpipe.wire.DataPlaneId;
import dev.authpipe.wire.Feed;
import dev.authpipe.wire.Heartbeat;
import dev.authpipe.wire.ReportAnswer;
import dev.authpipe.wire.ReportBatch;
import dev.authpipe.wire.SignedCommands;

/**
 * The proxy's side of the link: one thread each for the feed, commands, reports, checkpoints, the heartbeat, and deletions, none
 * of them a thread that serves anybody. A control plane that is slow, silent or mad costs at most those threads, a tenth of their time and the
 * limits of {@link LinkClient}.
 */
@Singleton
public final class Link implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Link.class);
  private static final int FEED_LIMIT = 16 * 1024 * 1024;
  private static final int COMMANDS_LIMIT = 256 * 1024;

  private final LinkSettings settings;
  private final LinkTimes times;
  private final IdentityFiles files;
  private final Feeds feeds;
  private final LinkedConfiguration configuration;
  private final Approvals approvals;
  private final Commands commands;
  private final Outbox outbox;
  private final Witnessing witnessing;
  private final WorkspaceDeletions deletions;
  private final Randomness randomness;
  private final Clock clock;
  private final Ticker ticker;
  private final Refusals refusals;
  private final LinkThreads threads;
  private final AtomicReference<@Nullable Session> session = new AtomicReference<>();
  private volatile @Nullable String entityTag;
  private @Nullable DataPlaneId witness; // only of the thread that sends checkpoints

  private record Session(LinkClient client, Pins pins, String identity) {}

  private interface Turn {
    /** Answers how many nanoseconds of it were work, not waiting for the other side. */
    long take(Session session);
  }

  Link(LinkSettings settings, LinkTimes times, Feeds feeds, LinkedConfiguration configuration, Approvals approvals,
      Commands commands, Outbox outbox, Witnessing witnessing,
      WorkspaceDeletions deletions, Refusals refusals, Randomness randomness, Clock clock, Ticker ticker) {
    this.settings = settings;
    this.times = times;
    this.files = new IdentityFiles(settings.directory());
    this.feeds = feeds;
    this.configuration = configuration;
    this.approvals = approvals;
    this.commands = commands;
    this.outbox = outbox;
    this.witnessing = witnessing;
    this.deletions = deletions;
    this.refusals = refusals;
    this.randomness = randomness;
    this.clock = clock;
    this.ticker = ticker;
    this.threads = new LinkThreads(ticker);
  }

  /** Starts speaking, where there is a control plane. */
  public void start() {
    if (settings.url() != null) {
      thread("link-feed", LinkTime.POLL, this::feed);
      thread("link-commands", LinkTime.POLL, this::commands);
      thread("link-reports", LinkTime.REPORTS, this::reports);
      thread("link-checkpoints", LinkTime.CHECKPOINTS, this::checkpoints);
      thread("link-heartbeat", LinkTime.HEARTBEAT, this::heartbeat);
      threads.start("link-configuration", this::look);
      threads.start("link-steps", this::goOn);
    }
  }

  private long feed(Session with) {
    String path = "/link/v1/feed?after=" + approvals.feedVersion() + "&wait=" + times.of(LinkTime.HOLD).toSeconds();
    LinkClient.Answer answer = with.client.feed(path, entityTag, FEED_LIMIT);
    long begun = ticker.read();
    byte[] body = answer.body().orElse(null);
    if (body != null) {
      Feed feed = LinkJson.read(Feed.class, body);
      if (!feed.dataPlane().equals(with.pins.dataPlane())) {
        throw new LinkException(Trouble.MALFORMED, "the feed is for another proxy");
      }
      if (feeds.take(feed)) {
        entityTag = answer.entityTag();
        LOG.debug("something came into force: {}", configuration.look());
      }
    }
    return ticker.read() - begun;
  }

  private long commands(Session with) {
    byte[] body = with.client
        .get("/link/v1/commands?after=" + commands.highest() + "&wait=" + times.of(LinkTime.HOLD).toSeconds(),
            COMMANDS_LIMIT)
        .body().orElse(null);
    if (body != null) {
      commands.take(LinkJson.read(SignedCommands.class, body), with.pins);
    }
    return 0;
  }

  private long reports(Session with) {
    ReportBatch batch = outbox.batch();
    if (batch != null) {
      byte[] body = with.client.post("/link/v1/reports", batch).body()
          .orElseThrow(() -> new LinkException(Trouble.MALFORMED, "no number came back"));
      if (!outbox.acknowledge(batch, LinkJson.read(ReportAnswer.class, body).next())) {
        LOG.warn("the control plane wants another number than that of the reports; they go on from it");
        refusals.count(Database.STORE, "link_other_number", null);
      }
    }
    return 0;
  }

  private long checkpoints(Session with) {
    long begun = ticker.read();
    if (!with.pins.dataPlane().equals(witness)) {
      witnessing.begin();
      witness = with.pins.dataPlane();
    }
    Witnessing.Batch batch = witnessing.batch();
    long worked = ticker.read() - begun;
    if (batch != null) {
      byte[] body = with.client.post("/link/v1/checkpoints", batch.document()).body()
          .orElseThrow(() -> new LinkException(Trouble.MALFORMED, "no word about checkpoints came back"));
      witnessing.answered(batch, LinkJson.read(CheckpointAnswer.class, body));
    }
    return worked;
  }

  private long heartbeat(Session with) {
    outbox.trim();
    renewed();
    boolean answered = with.client.post("/link/v1/heartbeat",
        new Heartbeat(1, Enrolling.software(), approvals.feedVersion(), approvals.count() + approvals.beyond(), outbox.size(),
            outbox.lost(), settings.trusting() ? Heartbeat.Trust.EVERYTHING : Heartbeat.Trust.NONE,
            settings.regions().stream().sorted().toList(), clock.instant().truncatedTo(ChronoUnit.MILLIS)))
        .body().isPresent();
    if (answered) {
      throw new LinkException(Trouble.MALFORMED, "a heartbeat has no answer");
    }
    return 0;
  }

  private void look() {
    while (!threads.waited(times.of(LinkTime.LOOK))) {
      try {
        if (configuration.look()) {
          feeds.reconsider(); // what was approved here may let more of the last document apply
          entityTag = null;
        }
        LOG.trace("commands that wait: {}", commands.waiting().size()); // looking drops what has run out
        if (session.get() == null) {
          outbox.trim();
        }
      } catch (RuntimeException later) {
        LOG.warn("what was approved could not be looked at: {}", later.getClass().getSimpleName());
      }
    }
  }

  /** Goes on with deletions, also those that a killed process began; needs no control plane. */
  private void goOn() {
    while (!threads.waited(times.of(LinkTime.STEPS))) {
      try {
        deletions.run(threads::isStopping);
      } catch (RuntimeException later) {
        LOG.warn("the deletion of a workspace goes on later: {}", later.getClass().getSimpleName());
      }
    }
  }

  private void thread(String name, LinkTime usual, Turn turn) {
    threads.start(name, () -> {
      int failures = 0;
      Duration next = Duration.ZERO;
      while (!threads.waited(next)) {
        try {
          Session with = session();
          next = times.afterWork(times.of(usual), with == null ? Duration.ZERO : Duration.ofNanos(turn.take(with)));
          failures = 0;
        } catch (RuntimeException failure) {
          failures++;
          next = times.afterFailure(failures, randomness.fraction());
          if (!threads.isStopping()) {
            failed(name, failure);
          }
        }
      }
    });
  }

  private void failed(String name, RuntimeException failure) {
    switch (failure) {
      case LinkException known -> {
        LOG.warn("{}: {}", name, known.getMessage());
        if (known.trouble() != Trouble.AWAY) {
          refusals.count(Database.STORE, known.trouble().word(), null);
        }
      }
      case IllegalArgumentException malformed -> {
        LOG.warn("{}: {}", name, malformed.getMessage());
        refusals.count(Database.STORE, Trouble.MALFORMED.word(), null);
      }
      default -> LOG.warn("{}: {}", name, failure.getClass().getSimpleName());
    }
    renewed();
  }

  /** The connection with the identity on disk; null: not enrolled yet. */
  private synchronized @Nullable Session session() {
    Session present = session.get();
    if (present == null && files.present() && !threads.isStopping()) {
      Identity identity = files.identity().orElseThrow();
      Pins pins = files.pins().orElseThrow();
      present = new Session(
          new LinkClient(Objects.requireNonNull(settings.url()), identity, pins.controlPlane(), times.of(LinkTime.DEADLINE)),
          pins, identity.hex());
      session.set(present);
    }
    return present;
  }

  /** Takes a renewed key or another enrolment into use. */
  private synchronized void renewed() {
    Session present = session.get();
    try {
      if (present != null && (!files.identity().map(Identity::hex).equals(java.util.Optional.of(present.identity))
          || !files.pins().equals(java.util.Optional.of(present.pins)))) {
        session.set(null);
        present.client.close();
      }
    } catch (RuntimeException unreadable) {
      LOG.warn("the key of the link cannot be read");
    }
  }

  /** Stops speaking. When this returns, no thread of the link uses a store any more, unless a warning says which does. */
  @Override
  @PreDestroy
  public void close() {
    threads.stop();
    endSession();
    threads.awaitEnd(times.of(LinkTime.STOP));
  }

  private synchronized void endSession() {
    Session present = session.getAndSet(null);
    if (present != null) {
      present.client.close();
    }
  }
}
