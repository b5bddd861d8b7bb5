package dev.authpipe.proxy.link;

import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import com.github.benmanes.caffeine.cache.Ticker;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.authpipe.proxy.catalog.Approvals;
import dev.authpipe.proxy.catalog.Feeds;
import dev.authpipe.proxy.catalog.LinkSettings;
import dev.authpipe.proxy.catalog.LinkedConfiguration;
import dev.authpipe.proxy.egress.LinkJson;
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
 * The proxy's side of the link: one thread each for the feed, commands, reports, checkpoints, the heartbeat, and deletions with rotations, none
 * of them a thread that serves anybody. A control plane that is slow, silent or mad costs at most those threads, a tenth of their time and the
 * limits of {@link LinkClient}.
 */
@Singleton
public final class Link implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Link.class);
  private static final int FEED_LIMIT = 16 * 1024 * 1024;
  private static final int COMMANDS_LIMIT = 256 * 1024;
  /** A turn that took long is followed by nine times as long a pause, so that big answers cannot take a core. */
  private static final int IDLE_SHARE = 9;
  private static final int LOOKS_PER_STEP = 5;

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
  private final Rotations rotations;
  private final Randomness randomness;
  private final Clock clock;
  private final Ticker ticker;
  private final CountDownLatch stopped = new CountDownLatch(1);
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
      WorkspaceDeletions deletions, Rotations rotations, Randomness randomness, Clock clock, Ticker ticker) {
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
    this.rotations = rotations;
    this.randomness = randomness;
    this.clock = clock;
    this.ticker = ticker;
  }

  /** Starts speaking, where there is a control plane. */
  public void start() {
    if (settings.url() != null) {
      thread("link-feed", times.poll(), this::feed);
      thread("link-commands", times.poll(), this::commands);
      thread("link-reports", times.reports(), this::reports);
      thread("link-checkpoints", times.checkpoints(), this::checkpoints);
      thread("link-heartbeat", times.heartbeat(), this::heartbeat);
      Thread.ofPlatform().daemon().name("link-configuration").start(this::look);
      Thread.ofPlatform().daemon().name("link-steps").start(this::goOn);
    }
  }

  private long feed(Session with) {
    String path = "/link/v1/feed?after=" + approvals.feedVersion() + "&wait=" + times.hold().toSeconds();
    LinkClient.Answer answer = with.client.get(path, entityTag, FEED_LIMIT);
    long begun = ticker.read();
    byte[] body = answer.body().orElse(null);
    if (body != null) {
      Feed feed = LinkJson.read(Feed.class, body);
      if (!feed.dataPlane().equals(with.pins.dataPlane())) {
        throw new LinkException("the feed is for another proxy");
      }
      if (feeds.take(feed)) {
        entityTag = answer.entityTag();
        LOG.debug("something came into force: {}", configuration.look());
      }
    }
    return ticker.read() - begun;
  }

  private long commands(Session with) {
    byte[] body = with.client.get("/link/v1/commands?after=" + commands.highest() + "&wait=" + times.hold().toSeconds(), null,
        COMMANDS_LIMIT).body().orElse(null);
    if (body != null) {
      commands.take(LinkJson.read(SignedCommands.class, body), with.pins);
    }
    return 0;
  }

  private long reports(Session with) {
    ReportBatch batch = outbox.batch();
    if (batch != null) {
      byte[] body = with.client.post("/link/v1/reports", batch).body()
          .orElseThrow(() -> new LinkException("no number came back"));
      outbox.acknowledge(batch, LinkJson.read(ReportAnswer.class, body).next());
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
          .orElseThrow(() -> new LinkException("no word about checkpoints came back"));
      witnessing.answered(batch, LinkJson.read(CheckpointAnswer.class, body));
    }
    return worked;
  }

  private long heartbeat(Session with) {
    outbox.trim();
    renewed();
    LinkClient.Answer answer = with.client.post("/link/v1/heartbeat",
        new Heartbeat(1, Enrolling.software(), approvals.feedVersion(), approvals.count() + approvals.beyond(), outbox.size(),
            outbox.lost(), settings.trusting() ? Heartbeat.Trust.EVERYTHING : Heartbeat.Trust.NONE,
            settings.regions().stream().sorted().toList(), clock.instant().truncatedTo(ChronoUnit.MILLIS)));
    LOG.debug("heartbeat, answered with a body: {}", answer.body().isPresent());
    return 0;
  }

  private void look() {
    while (!waited(times.look())) {
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

  /** Goes on with deletions and rotations, also those that a killed process began; needs no control plane. */
  private void goOn() {
    while (!waited(times.look().multipliedBy(LOOKS_PER_STEP))) {
      goOn("deletion", deletions::run);
      goOn("rotation", rotations::run);
    }
  }

  private static void goOn(String what, Runnable steps) {
    try {
      steps.run();
    } catch (RuntimeException later) {
      LOG.warn("the {} of a workspace goes on later: {}", what, later.getClass().getSimpleName());
    }
  }

  private void thread(String name, Duration pause, Turn turn) {
    Thread.ofPlatform().daemon().name(name).start(() -> {
      int failures = 0;
      Duration next = Duration.ZERO;
      while (!waited(next)) {
        try {
          Session with = session();
          Duration idle = Duration.ofNanos(with == null ? 0 : turn.take(with)).multipliedBy(IDLE_SHARE);
          failures = 0;
          next = idle.compareTo(pause) > 0 ? idle : pause;
        } catch (RuntimeException failure) {
          failures++;
          next = times.afterFailure(failures, randomness.fraction());
          LOG.warn("{}: {}", name, failure instanceof LinkException || failure instanceof IllegalArgumentException
              ? failure.getMessage()
              : failure.getClass().getSimpleName());
          renewed();
        }
      }
    });
  }

  /** The connection with the identity on disk; null: not enrolled yet. */
  private synchronized @Nullable Session session() {
    Session present = session.get();
    if (present == null && files.present() && stopped.getCount() > 0) {
      Identity identity = files.identity().orElseThrow();
      Pins pins = files.pins().orElseThrow();
      present = new Session(
          new LinkClient(Objects.requireNonNull(settings.url()), identity, pins.controlPlane(), times.deadline()),
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

  private boolean waited(Duration pause) {
    try {
      return stopped.await(pause.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  @Override
  @PreDestroy
  public void close() {
    stopped.countDown();
    Session present = session.getAndSet(null);
    if (present != null) {
      present.client.close();
    }
  }
}
