package dev.authpipe.proxy.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.wire.WorkspaceId;

@Tag("S36")
class FairShareTest {
  private final FairShare places = new FairShare(12);
  private final WorkspaceId one = new WorkspaceId(UUID.randomUUID());
  private final WorkspaceId other = new WorkspaceId(UUID.randomUUID());

  @Test
  void oneAloneGetsHalfAndTheNextHalfOfTheRest() {
    assertThat(taken(one)).isEqualTo(6);
    assertThat(taken(other)).isEqualTo(3);
    assertThat(taken(null)).as("who is not known yet").isEqualTo(2);
    assertThat(taken(new WorkspaceId(UUID.randomUUID()))).as("somebody new always finds one").isEqualTo(1);
    assertThat(taken(new WorkspaceId(UUID.randomUUID()))).as("until all are taken").isZero();
  }

  @Test
  void whatIsGivenBackIsFreeForAll() {
    int held = taken(one);
    for (int i = 0; i < held; i++) {
      places.release(one);
    }
    assertThat(taken(other)).isEqualTo(6);
    assertThatThrownBy(() -> places.release(one)).isInstanceOf(IllegalStateException.class);
  }

  private int taken(@Nullable WorkspaceId workspace) {
    int taken = 0;
    while (places.take(workspace)) {
      taken++;
    }
    return taken;
  }
}
