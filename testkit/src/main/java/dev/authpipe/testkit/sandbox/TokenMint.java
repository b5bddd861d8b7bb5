package dev.authpipe.testkit.sandbox;

import java.util.Base64;

import dev.authpipe.testkit.CanaryText;
import dev.authpipe.testkit.ConcealedText;

/** Makes the provider's random values: 256 bits behind a prefix that tells their kind. */
final class TokenMint {

  private final AuthorizationServerSettings settings;

  TokenMint(AuthorizationServerSettings settings) {
    this.settings = settings;
  }

  ConcealedText secret(String prefix) {
    var marker = settings.canary().map(CanaryText::text).orElse("");
    return ConcealedText.of(prefix + marker + id());
  }

  /** A random value that is no secret. */
  String id() {
    var bytes = new byte[32];
    settings.random().nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
