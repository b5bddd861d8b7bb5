package dev.authpipe.proxy.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.catalog.RefreshProfile.Rotation;
import dev.authpipe.proxy.refresh.InterleavedCounts.What;
import dev.authpipe.proxy.refresh.Interleaving.Actor;
import dev.authpipe.proxy.refresh.SteppedProvider.Fate;
import dev.authpipe.proxy.refresh.SteppedProvider.Trip;
import dev.authpipe.proxy.vault.CredentialRow;
import dev.authpipe.testkit.sandbox.Account;
import dev.authpipe.testkit.sandbox.LiveTokens;
import dev.authpipe.wire.ConnectionId;

/**
 * One schedule: a few refreshes, perhaps a disconnect, of one connection on several replicas, interleaved, killed, delayed and cut off from the
 * provider as one seed says; then everything is let go, and what must hold is looked at.
 */
final class InterleavedSchedule {
  private static final int MOST_MOVES = 90;
  private static final int MOST_STEPS = 3000;
  private static final int MOST_PASSES_OF_GRACE = 6;
  private static final Duration GRACE = Duration.ofMinutes(10);
  private static final Duration LAPSE = Duration.ofSeconds(46);
  private static final Duration EXPIRY = Duration.ofHours(2);
  private static final Duration BACKOFF = Duration.ofMinutes(6);

  /** One replica's process, up or down. */
  private static final class Place {
    final SteppedReplica replica;
    final Path journal;
    final List<Actor> actors = new ArrayList<>();
    SteppedReplica.@Nullable Running running;

    Place(SteppedReplica replica, Path journal) {
      this.replica = replica;
      this.journal = journal;
    }
  }

  private final Stage stage;
  private final Rotation rotation;
  private final Interleaving steps;
  private final SteppedProvider provider;
  private final Connection store;
  private final ManualNanos nanos;
  private final InterleavedCounts counts;
  private final RandomGenerator random;
  private final List<Place> places = new ArrayList<>();
  private final List<String> story = new ArrayList<>();
  private final Account account;
  private final ConnectionId connection;
  private int refreshesLeft;
  private int killsLeft;
  private boolean mayDisconnect;
  private boolean disconnected;
  private boolean answerLost;
  private boolean grantLost;
  private int passesOfGrace;

  /** @param store the superuser's, whose time this moves */
  InterleavedSchedule(Stage stage, Rotation rotation, Interleaving steps, SteppedProvider provider, List<SteppedReplica> replicas,
      Connection store, ManualNanos nanos, InterleavedCounts counts, long seed, Path directory) {
    this.stage = stage;
    this.rotation = rotation;
    this.steps = steps;
    this.provider = provider;
    this.store = store;
    this.nanos = nanos;
    this.counts = counts;
    this.random = SteppedReplica.generator(seed);
    provider.forget();
    account = Account.named("a" + Long.toUnsignedString(seed, 36), "Someone");
    stage.server.addAccount(account);
    connection = stage.connect("person-" + seed, account);
    for (int i = 0; i < replicas.size(); i++) {
      replicas.get(i).seed(seed * 31 + i);
      places.add(new Place(replicas.get(i), directory.resolve(seed + "-" + i)));
      places.getLast().running = places.getLast().replica.run(places.getLast().journal);
    }
    refreshesLeft = 2 + random.nextInt(4);
    killsLeft = random.nextInt(3);
    mayDisconnect = random.nextInt(4) == 0;
  }

  Rotation rotation() {
    return rotation;
  }

  /** Everything that happened, for who looks for the fault. */
  List<String> story() {
    return story;
  }

  void play() {
    if (random.nextBoolean()) {
      pass(EXPIRY);
    }
    for (int move = 0; move < MOST_MOVES && (refreshesLeft > 0 || live().stream().anyMatch(actor -> !actor.isDone())); move++) {
      move();
    }
    settle();
    if (disconnected) {
      assertEnded();
    } else {
      assertLives();
    }
    assertThat(number("select coalesce(max(n), 0) from (select count(*) n from refresh_attempt where connection_id = ? "
        + "and state = 'COMMITTED' group by base_generation) c")).as("commits of one generation").isLessThanOrEqualTo(1);
    places.forEach(place -> Objects.requireNonNull(place.running).end());
    counts.add(What.SCHEDULE);
  }

  private void move() {
    int dice = random.nextInt(100);
    List<Actor> live = live();
    if (dice < 62 && !live.isEmpty()) {
      step(live.get(random.nextInt(live.size())), fate());
    } else if (dice < 80 || live.isEmpty()) {
      beginRefresh();
    } else if (dice < 85) {
      kill();
    } else if (dice < 92) {
      restart();
    } else if (dice < 97) {
      letTimePass();
    } else {
      beginDisconnect();
    }
  }

  private List<Actor> live() {
    return places.stream().filter(place -> place.running != null).flatMap(place -> place.actors.stream())
        .filter(actor -> !actor.isDone()).toList();
  }

  private Place any() {
    return places.get(random.nextInt(places.size()));
  }

  private Fate fate() {
    int dice = random.nextInt(100);
    if (dice < 78) {
      return Fate.NORMAL;
    }
    if (dice < 88) {
      return Fate.ANSWER_DROPPED;
    }
    return dice < 92 ? Fate.NOT_SENT : dice < 97 ? Fate.UNAVAILABLE : Fate.CLIENT_REFUSED;
  }

  private void beginRefresh() {
    Place place = any();
    RefreshCause cause = random.nextBoolean() ? RefreshCause.FORCED : RefreshCause.DUE;
    SteppedReplica.Running running = place.running;
    String name = cause.word() + " on " + places.indexOf(place);
    boolean same = place.actors.stream().anyMatch(actor -> !actor.isDone() && actor.name.startsWith(name));
    if (refreshesLeft == 0 || running == null || same) {
      return;
    }
    CredentialRow row = place.replica.row(connection);
    if (!row.hasCiphertext()) {
      refreshesLeft = 0;
      return;
    }
    refreshesLeft--;
    counts.add(What.REFRESH);
    story.add("begin " + name + " of generation " + row.generation());
    place.actors.add(steps.begin(name + " @" + row.generation(), () -> story.add(name + ": " + running.refresh(row, cause))));
  }

  private void beginDisconnect() {
    Place place = any();
    SteppedReplica.Running running = place.running;
    if (!mayDisconnect || running == null) {
      return;
    }
    mayDisconnect = false;
    disconnected = true;
    counts.add(What.DISCONNECT);
    story.add("begin disconnect on " + places.indexOf(place));
    place.actors.add(steps.begin("disconnect @0", () -> running.disconnect(connection)));
  }

  private void kill() {
    Place place = any();
    if (killsLeft == 0 || place.running == null) {
      return;
    }
    killsLeft--;
    counts.add(What.KILL);
    story.add("kill " + places.indexOf(place) + " at "
        + place.actors.stream().filter(actor -> !actor.isDone()).map(Actor::point).toList());
    place.actors.forEach(steps::end);
    Objects.requireNonNull(place.running).end();
    place.running = null;
    place.actors.clear();
  }

  private void restart() {
    places.stream().filter(place -> place.running == null).findFirst().ifPresent(place -> {
      story.add("restart " + places.indexOf(place));
      SteppedReplica.Running running = place.replica.run(place.journal);
      place.running = running;
      place.actors.add(steps.begin("recovery on " + places.indexOf(place) + " @0", running::recover));
    });
  }

  private void letTimePass() {
    boolean graceRuns = rotation == Rotation.GRACE && provider.trips().stream().anyMatch(trip -> trip.granted && isOpen(trip));
    if (graceRuns && passesOfGrace++ > MOST_PASSES_OF_GRACE) {
      return;
    }
    pass(graceRuns || random.nextBoolean() ? LAPSE : random.nextBoolean() ? BACKOFF : EXPIRY);
  }

  /** Whether what was received for it may not be in force yet. */
  private boolean isOpen(Trip trip) {
    return places.getFirst().replica.row(connection).generation() <= trip.generation;
  }

  private void pass(Duration time) {
    story.add("pass " + time);
    stage.clock.advance(time);
    nanos.advance(time);
    provider.leasesLapse();
    counts.add(What.LAPSE);
    change("update refresh_attempt set claimed_at = claimed_at - ?::interval, sent_at = sent_at - ?::interval, "
        + "retry_at = retry_at - ?::interval where connection_id = ?", time, 3);
    change("update refresh_lease set lease_until = lease_until - ?::interval where connection_id = ?", time, 1);
    change("update revocation set next_at = next_at - ?::interval where connection_id = ?", time, 1);
  }

  private void step(Actor actor, Fate fate) {
    String point = actor.point();
    boolean sends = point.equals("sending");
    if (sends) {
      provider.next(fate);
      story.add(actor.name + " sends: " + fate);
      if (fate != Fate.NOT_SENT) {
        assertMaySend(actor);
      }
      counts.add(fate);
    }
    steps.step(actor);
    if (point.equals("refresh.Renewal.renew")) {
      actor.claimed(provider.lapses(), !stage.clock.instant().isBefore(accessExpiry()));
    }
    if (point.equals("journaling")) {
      provider.trips().stream().filter(trip -> trip.actor == actor).reduce((earlier, later) -> later)
          .ifPresent(trip -> trip.lost = false);
    }
    story.add(actor.name + ": " + point + " > " + (actor.isDone() ? "done" : actor.point()));
    if (actor.failure() != null) {
      throw new AssertionError(actor.name + " failed", actor.failure());
    }
  }

  /**
   * At most one call under way, and after a granted one of the same generation only once its sender's lease has lapsed or its answer is known
   * lost. A sender that slept past its lease after it had looked at the time knows nothing of all that, and nobody can stop it.
   */
  private void assertMaySend(Actor actor) {
    long generation = Long.parseLong(actor.name.substring(actor.name.lastIndexOf('@') + 1));
    boolean slept = provider.lapses() > actor.claimedIn();
    Instant now = stage.clock.instant();
    for (Trip earlier : provider.trips()) {
      boolean lapsed = provider.lapses() > earlier.lapses || slept;
      if (earlier.underWay) {
        assertThat(lapsed).as("two calls under way").isTrue();
      }
      if (earlier.generation == generation && earlier.granted) {
        assertThat(lapsed || earlier.lost).as("another call although the answer is here").isTrue();
        counts.add(What.REUSE);
        if (rotation == Rotation.STRICT) {
          assertThat(slept || actor.claimedExpired()).as("a spent token is used again while the access token lives").isTrue();
          grantLost = true;
        } else if (rotation == Rotation.GRACE && slept && !now.isBefore(earlier.sentAt.plus(GRACE))) {
          grantLost = true;
        }
      }
    }
  }

  private Instant accessExpiry() {
    return Objects.requireNonNullElse(places.getFirst().replica.row(connection).accessExpiresAt(), Instant.EPOCH);
  }

  /** No fault any more: everybody is up, everything ends. */
  private void settle() {
    while (places.stream().anyMatch(place -> place.running == null)) {
      restart();
    }
    for (int i = 0; i < MOST_STEPS && !live().isEmpty(); i++) {
      if (i % 100 == 99) {
        pass(LAPSE);
      }
      List<Actor> live = live();
      step(live.get(i % live.size()), Fate.NORMAL);
    }
    assertThat(live()).as("still at it").isEmpty();
    pass(LAPSE);
    places.forEach(place -> Objects.requireNonNull(place.running).recover());
    answerLost = provider.trips().stream().anyMatch(trip -> trip.granted && trip.lost);
    grantLost |= answerLost && rotation == Rotation.STRICT;
  }

  /** The refresh token that is in force works, and the one that it brings too; under strict only unless an answer was lost. */
  private void assertLives() {
    boolean alive = isRenewed(RefreshCause.FORCED);
    if (!alive && rotation == Rotation.STRICT) {
      pass(EXPIRY);
      alive = isRenewed(RefreshCause.DUE);
    }
    alive = alive && isRenewed(RefreshCause.FORCED);
    if (!alive && grantLost) {
      counts.add(What.CONCEDED);
      return;
    }
    assertThat(alive).as("the grant lives").isTrue();
    assertThat(places).as("answers that nobody settled")
        .allMatch(place -> Objects.requireNonNull(place.running).unsettled() == 0);
    counts.add(What.KEPT);
  }

  private boolean isRenewed(RefreshCause cause) {
    Place place = places.getFirst();
    RenewalOutcome outcome = Objects.requireNonNull(place.running).refresh(place.replica.row(connection), cause);
    story.add("at last " + cause + ": " + outcome);
    return outcome instanceof RenewalOutcome.Moved;
  }

  private void assertEnded() {
    SteppedReplica.Running one = Objects.requireNonNull(places.getFirst().running);
    one.disconnect(connection);
    for (int i = 0; i < 4 && number("select count(*) from revocation where connection_id = ? and state = 'pending'") > 0; i++) {
      pass(Duration.ofMinutes(11));
      one.runJobs();
    }
    stage.clock.advance(EXPIRY); // access tokens of earlier generations are not revoked, they end
    LiveTokens left = stage.server.liveTokensOf(account);
    assertThat(left.refreshTokens().isEmpty() || (answerLost && rotation != Rotation.NONE))
        .as("refresh tokens that live after the disconnect").isTrue();
    assertThat(number("select count(*) from credential where connection_id = ? and sealed is not null")).isZero();
    assertThat(number("select count(*) from credential_candidate where connection_id = ?")).isZero();
    counts.add(left.refreshTokens().isEmpty() ? What.ENDED : What.CONCEDED);
  }

  private void change(String sql, Duration time, int times) {
    try (PreparedStatement statement = store.prepareStatement(sql)) {
      for (int i = 1; i <= times; i++) {
        statement.setString(i, time.toSeconds() + " s");
      }
      statement.setObject(times + 1, connection.value());
      statement.executeUpdate();
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private long number(String sql) {
    try (PreparedStatement statement = store.prepareStatement(sql)) {
      statement.setObject(1, connection.value());
      try (var rows = statement.executeQuery()) {
        assertThat(rows.next()).isTrue();
        return rows.getLong(1);
      }
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }
}
