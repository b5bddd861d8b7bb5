package dev.authpipe.proxy.connect;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

class KnownPlacesTest {
  private final KnownPlaces<String> places = new KnownPlaces<>();
  private final AtomicInteger asked = new AtomicInteger();

  @Test
  void whatWasFoundIsNotAskedForAgain() {
    assertThat(find("known", Optional.of("row"))).contains("row");
    assertThat(find("known", Optional.empty())).contains("row");
    assertThat(asked).hasValue(1);
  }

  @Test
  void whatNobodyKnowsIsAskedForEachTime() {
    assertThat(find("unknown", Optional.empty())).isEmpty();
    assertThat(find("unknown", Optional.of("row"))).contains("row");
    assertThat(asked).hasValue(2);
  }

  @Test
  void whatWasMadeHereIsKnownAndNothingElse() {
    byte[] hash = "made".getBytes(StandardCharsets.US_ASCII);
    places.remember(hash, "row");
    hash[0] = 'f';
    assertThat(find("made", Optional.empty())).contains("row");
    assertThat(find("fade", Optional.empty())).isEmpty();
  }

  @Test
  void onlySoManyAreRemembered() {
    for (int i = 0; i < 10_000; i++) {
      find("hash " + i, Optional.of("row"));
    }
    assertThat(places.size()).isLessThanOrEqualTo(4_096);
  }

  private Optional<String> find(String hash, Optional<String> inStore) {
    return places.find(hash.getBytes(StandardCharsets.US_ASCII), _ -> {
      asked.incrementAndGet();
      return inStore;
    });
  }
}
