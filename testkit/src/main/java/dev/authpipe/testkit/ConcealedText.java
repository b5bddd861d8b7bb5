package dev.authpipe.testkit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * A secret as the testkit hands it out: an access token, a refresh token, an API key, a client secret.
 *
 * <p>It never prints itself; {@link #reveal()} is the one way to the characters. Equality takes constant time.
 */
public final class ConcealedText {

  private final String characters;

  private ConcealedText(String characters) {
    this.characters = characters;
  }

  public static ConcealedText of(String characters) {
    return new ConcealedText(characters);
  }

  public String reveal() {
    return characters;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ConcealedText text && MessageDigest.isEqual(bytes(), text.bytes());
  }

  @Override
  public int hashCode() {
    return characters.hashCode();
  }

  @Override
  public String toString() {
    return "***";
  }

  private byte[] bytes() {
    return characters.getBytes(StandardCharsets.UTF_8);
  }
}
