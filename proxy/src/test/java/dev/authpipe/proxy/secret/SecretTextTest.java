package dev.authpipe.proxy.secret;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("S61")
class SecretTextTest {
  private record Holder(SecretText text, SecretBytes bytes) {}

  @Test
  void aSecretPrintsAsStarsHoweverItIsPrinted() {
    try (SecretText text = SecretText.of("canary"); SecretBytes bytes = text.toBytes()) {
      assertThat(text).hasToString("***");
      assertThat(bytes).hasToString("***");
      assertThat(Optional.of(text) + String.valueOf(text) + "%s".formatted(text)).doesNotContain("canary");
      assertThat(new Holder(text, bytes)).hasToString("Holder[text=***, bytes=***]");
    }
  }

  @Test
  void nothingOfASecretShowsInItsHash() {
    try (SecretText one = SecretText.of("canary");
        SecretText same = SecretText.of("canary");
        SecretText other = SecretText.of("x")) {
      assertThat(one).isEqualTo(same).isNotEqualTo(other);
      assertThat(one.hashCode()).isEqualTo(other.hashCode());
    }
  }

  @Test
  void closingWipesTheSecretAndNotItsCopies() {
    SecretText text = SecretText.of("canary");
    try (SecretBytes copy = text.toBytes()) {
      text.close();
      assertThat(text.exposeUtf8()).containsOnly(0);
      assertThat(copy.expose()).isEqualTo("canary".getBytes(StandardCharsets.UTF_8));
    }
  }
}
