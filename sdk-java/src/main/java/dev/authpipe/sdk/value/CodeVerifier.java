package dev.authpipe.sdk.value;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * A PKCE code verifier (RFC 7636, section 4.1) between the application and the proxy. It is kept in the login session of the end
 * user who started, never in a store that a session id alone can read.
 */
public final class CodeVerifier extends SecretValue {

  /**
   * Wraps the plain value.
   *
   * @param value visible ASCII characters
   */
  public CodeVerifier(String value) {
    super(value);
  }

  /**
   * Makes one from 256 random bits.
   *
   * @param random a cryptographic source
   * @return a fresh verifier of 43 characters
   */
  public static CodeVerifier create(SecureRandom random) {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    return new CodeVerifier(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
  }

  /**
   * The S256 challenge of this verifier (RFC 7636, section 4.2).
   *
   * @return base64url without padding, 43 characters; no secret
   */
  public String challenge() {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(reveal().getBytes(StandardCharsets.US_ASCII));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }
}
