package dev.authpipe.control.member.oidc;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import dev.authpipe.control.secret.SecretText;

/** State, nonce and code verifier of one trip to the provider, all derived from the secret in the browser's own cookie. */
public final class OidcTransaction {
  private final SecretText secret;

  /**
   * The transaction of a cookie.
   *
   * @param secret 256 random bits
   */
  public OidcTransaction(SecretText secret) {
    this.secret = secret;
  }

  SecretText state() {
    return derived("state");
  }

  SecretText nonce() {
    return derived("nonce");
  }

  SecretText codeVerifier() {
    return derived("code verifier");
  }

  private SecretText derived(String label) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.exposeUtf8(), "HmacSHA256"));
      return SecretText.of(
          Base64.getUrlEncoder().withoutPadding().encodeToString(mac.doFinal(label.getBytes(StandardCharsets.US_ASCII))));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
