package dev.authpipe.sdk.value;

import java.util.UUID;

/**
 * Names one intention, so that it is carried out once however often it is asked for within 24 hours. The same key with another body is
 * refused.
 *
 * @param value 1 to 255 visible ASCII characters
 */
public record IdempotencyKey(String value) {

  /** Checks length and characters. */
  public IdempotencyKey {
    if (value.isEmpty() || value.length() > 255 || !value.chars().allMatch(c -> c > 0x20 && c < 0x7f)) {
      throw new IllegalArgumentException("an idempotency key has 1 to 255 visible ASCII characters");
    }
  }

  /**
   * A key that nobody used before.
   *
   * @return a random one
   */
  public static IdempotencyKey random() {
    return new IdempotencyKey(UUID.randomUUID().toString());
  }

  @Override
  public String toString() {
    return value;
  }
}
