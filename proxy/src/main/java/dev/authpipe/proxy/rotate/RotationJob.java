package dev.authpipe.proxy.rotate;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

import com.github.benmanes.caffeine.cache.Ticker;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.event.ApplicationEventListener;
import io.micronaut.context.event.StartupEvent;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.authpipe.proxy.db.StoreUnavailableException;
import dev.authpipe.proxy.envelope.KekOutageException;
import dev.authpipe.proxy.envelope.KekRefusedException;
import dev.authpipe.proxy.envelope.KeyUnavailableException;
import dev.authpipe.proxy.envelope.KeysetHistory;
import dev.authpipe.proxy.job.JobSettings;
import dev.authpipe.proxy.job.Jobs;
import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.wire.WorkspaceId;

/**
 * The job that rotations are the work of. Begins those that are due by age, a few with each run, goes on with all that are under way, and counts
 * what names which keyset. What fails for one workspace holds up no other.
 */
@Singleton
@Requires(beans = {JobSettings.class, RotateSettings.class})
final class RotationJob implements ApplicationEventListener<StartupEvent> {
  /** Its name. */
  static final String NAME = "keyset-rotation";
  private static final Logger LOG = LoggerFactory.getLogger(RotationJob.class);
  private static final Duration EVERY = Duration.ofSeconds(30);
  private static final Duration LONGEST_RUN = Duration.ofMinutes(10);
  private static final Duration COUNTED_EVERY = Duration.ofDays(1);
  private static final int BEGUN_AT_ONCE = 2;
  private static final int COUNTED_AT_ONCE = 20;

  private final KeysetHistory history;
  private final Rotations rotations;
  private final RotationWork work;
  private final RotationSurvey survey;
  private final RotateSettings settings;
  private final Randomness randomness;
  private final Ticker ticker;
  private final Jobs jobs;
  private volatile boolean stopping;

  RotationJob(KeysetHistory history, Rotations rotations, RotationWork work, RotationSurvey survey, RotateSettings settings,
      Randomness randomness, Ticker ticker, Jobs jobs) {
    this.history = history;
    this.rotations = rotations;
    this.work = work;
    this.survey = survey;
    this.settings = settings;
    this.randomness = randomness;
    this.ticker = ticker;
    this.jobs = jobs;
  }

  @Override
  public void onApplicationEvent(StartupEvent event) {
    jobs.register(NAME, EVERY, this::run);
  }

  void run() {
    long until = ticker.read() + LONGEST_RUN.toNanos();
    Round round = new Round();
    Duration after = settings.after();
    if (after != null) {
      List<WorkspaceId> begun = round.each(few(history.aged(after), BEGUN_AT_ONCE), this::isBegun);
      LOG.debug("due by age and begun: {}", begun.size());
    }
    List<WorkspaceId> left = history.rotating();
    while (!left.isEmpty() && goesOn(until)) {
      left = round.each(left, workspace -> goesOn(until) && work.advance(workspace, () -> !goesOn(until)));
    }
    List<WorkspaceId> counted = round.each(few(history.uncounted(COUNTED_EVERY), COUNTED_AT_ONCE), workspace -> {
      survey.count(workspace);
      return true;
    });
    LOG.debug("what names which keyset was counted for {}", counted.size());
    RuntimeException failure = round.failure;
    if (failure != null) {
      throw failure;
    }
  }

  /** A few with each run, for it is work for the stores; any of them, for some may have a KEK that refuses for good. */
  private List<WorkspaceId> few(List<WorkspaceId> all, int most) {
    int from = (int) (randomness.fraction() * Math.max(1, all.size() - most + 1));
    return all.subList(Math.min(from, all.size()), Math.min(from + most, all.size()));
  }

  private boolean isBegun(WorkspaceId workspace) {
    boolean begun = rotations.begin(workspace, randomness.uuidV4(), Asker.AGE);
    LOG.info("the keyset of {} is due to be rotated by its age; begun: {}", workspace, begun);
    return begun;
  }

  private boolean goesOn(long until) {
    return !stopping && ticker.read() - until < 0;
  }

  /** Stops between two steps. */
  @PreDestroy
  void stop() {
    stopping = true;
  }

  /** Does something for several workspaces and remembers the last failure. */
  private static final class Round {
    private @Nullable RuntimeException failure;

    /** Answers those for which the deed says so. */
    List<WorkspaceId> each(List<WorkspaceId> workspaces, Predicate<WorkspaceId> deed) {
      List<WorkspaceId> answered = new ArrayList<>();
      for (WorkspaceId workspace : workspaces) {
        try {
          if (deed.test(workspace)) {
            answered.add(workspace);
          }
        } catch (KeyUnavailableException | KekRefusedException | KekOutageException away) {
          LOG.info("the keysets of {} are looked at later: {}", workspace, away.getClass().getSimpleName()); // told as an event of its own
        } catch (StoreUnavailableException silent) {
          LOG.warn("the keysets of {} are looked at later: its database does not answer", workspace);
          failure = silent;
        } catch (RuntimeException fault) {
          LOG.warn("the rotation of the keysets of {} goes on later: {}", workspace, fault.getClass().getSimpleName());
          failure = fault;
        }
      }
      return answered;
    }
  }
}
