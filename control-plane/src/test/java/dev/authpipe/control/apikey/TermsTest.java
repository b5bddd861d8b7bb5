package dev.authpipe.control.apikey;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import dev.authpipe.wire.IntegrationId;

class TermsTest {
  private static final IntegrationId ONE = new IntegrationId(new UUID(0, 1));
  private static final IntegrationId TWO = new IntegrationId(new UUID(0, 2));
  private static final Instant END = Instant.parse("2030-01-01T00:00:00Z");
  private static final Terms FREE = new Terms(List.of("a", "b"), null, null, null, null);
  private static final Terms CAPPED = new Terms(List.of("a"), List.of(ONE), 10, 100L, END);

  static Stream<Terms> wider() {
    return Stream.of(new Terms(List.of("a", "b"), List.of(ONE), 10, 100L, END), new Terms(List.of("a"), null, 10, 100L, END),
        new Terms(List.of("a"), List.of(ONE, TWO), 10, 100L, END), new Terms(List.of("a"), List.of(ONE), 11, 100L, END),
        new Terms(List.of("a"), List.of(ONE), null, 100L, END), new Terms(List.of("a"), List.of(ONE), 10, 101L, END),
        new Terms(List.of("a"), List.of(ONE), 10, null, END), new Terms(List.of("a"), List.of(ONE), 10, 100L, END.plusMillis(1)),
        new Terms(List.of("a"), List.of(ONE), 10, 100L, null));
  }

  @ParameterizedTest
  @MethodSource("wider")
  void termsContainWhatIsNarrowerAndNothingElse(Terms wider) {
    assertThat(CAPPED.contain(wider)).isFalse();
    assertThat(wider.contain(CAPPED)).isTrue();
    assertThat(FREE.contain(wider)).isTrue();
    assertThat(wider.contain(wider)).isTrue();
  }
}
