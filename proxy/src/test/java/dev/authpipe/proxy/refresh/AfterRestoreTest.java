package dev.authpipe.proxy.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.proxy.catalog.RefreshProfile;
import dev.authpipe.proxy.catalog.RefreshProfile.Rotation;
import dev.authpipe.proxy.vault.RestoredCredential;

/** When a refresh token that came back from a backup may be sent. */
@Tag("S53")
class AfterRestoreTest {
  private static final Instant NOW = Instant.parse("2027-03-01T12:00:00Z");
  private static final Duration LIVES = Duration.ofMinutes(20);

  private static RefreshProfile profile(Rotation rotation) {
    return new RefreshProfile(null, Map.of(), false, rotation,
        rotation == Rotation.GRACE ? Duration.ofMinutes(30) : Duration.ZERO, false, null, null,
        new RefreshProfile.InvalidTokenSignal(Set.of(401), null, null, List.of()));
  }

  /** @param waited for how many minutes other journals were waited for; below 0: nobody wanted it yet */
  private static RestoredCredential mark(Duration old, boolean recovered, boolean journals, int waited) {
    return new RestoredCredential(3, true, NOW.minus(old), NOW.minus(Duration.ofHours(1)), recovered, journals,
        waited < 0 ? null : NOW.minus(Duration.ofMinutes(waited)), NOW);
  }

  private static @Nullable Precedent judge(RestoredCredential mark, Rotation rotation, RefreshCause cause,
      @Nullable Duration left) {
    return AfterRestore.judge(mark, profile(rotation), cause, left);
  }

  @Test
  void aTokenThatStaysGoodIsUsedAsEver() {
    assertThat(judge(mark(Duration.ofDays(1), false, true, -1), Rotation.NONE, RefreshCause.DUE, null)).isNull();
  }

  @Test
  void oneThatWorksForAWhileIsUsedWithinThatWhileOfTheSnapshotOnly() {
    assertThat(judge(mark(Duration.ofMinutes(29), false, true, -1), Rotation.GRACE, RefreshCause.DUE, null)).isNull();
    assertThat(judge(mark(Duration.ofMinutes(31), false, true, -1), Rotation.GRACE, RefreshCause.DUE, null))
        .isEqualTo(new Precedent.Wait(AfterRestore.JOURNALS));
    assertThat(judge(mark(Duration.ofDays(1), false, true, 16), Rotation.GRACE, RefreshCause.DUE, Duration.ZERO))
        .isEqualTo(new Precedent.Unknowable());
  }

  @Test
  void oneThatIsGoodOnceIsNeverSentUnlessAJournalHadIt() {
    for (RefreshCause cause : RefreshCause.values()) {
      for (int waited : new int[]{-1, 0, 14, 16, 10_000}) {
        for (Duration left : new Duration[]{Duration.ZERO, LIVES}) {
          assertThat(judge(mark(Duration.ofDays(1), false, true, waited), Rotation.STRICT, cause, left))
              .as("%s %s", cause, waited)
              .isNotNull();
          assertThat(judge(mark(Duration.ofDays(1), true, false, waited), Rotation.STRICT, cause, left)).as("journals are lost")
              .isNotNull();
        }
      }
    }
  }

  @Test
  void nothingIsDecidedBeforeOtherJournalsHadTheirTime() {
    assertThat(judge(mark(Duration.ofDays(1), true, true, 5), Rotation.STRICT, RefreshCause.DUE, null))
        .isEqualTo(new Precedent.Wait(Duration.ofMinutes(10)));
    assertThat(judge(mark(Duration.ofDays(1), false, true, 5), Rotation.STRICT, RefreshCause.DUE, Duration.ZERO))
        .isEqualTo(new Precedent.Wait(Duration.ofMinutes(10)));
    assertThat(judge(mark(Duration.ofDays(1), true, true, 16), Rotation.STRICT, RefreshCause.DUE, null)).as("the newest there is")
        .isNull();
  }

  @Test
  void nobodyIsAskedWhileTheAccessTokenLives() {
    assertThat(judge(mark(Duration.ofDays(1), false, true, 16), Rotation.STRICT, RefreshCause.FORCED, LIVES))
        .isEqualTo(new Precedent.Wait(LIVES));
    assertThat(judge(mark(Duration.ofDays(1), false, true, 16), Rotation.STRICT, RefreshCause.FORCED, null))
        .as("its end is unknown")
        .isInstanceOf(Precedent.Wait.class);
    assertThat(judge(mark(Duration.ofDays(1), false, true, 16), Rotation.STRICT, RefreshCause.INVALID_TOKEN, LIVES))
        .as("the provider's API says that it does not").isEqualTo(new Precedent.Unknowable());
  }
}
