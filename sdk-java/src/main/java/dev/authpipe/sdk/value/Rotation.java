package dev.authpipe.sdk.value;

import java.time.Instant;
import java.util.Objects;

/**
 * When a secret that nobody renews by itself is to be replaced: a key, a bearer token, a password or a client secret. A reminder; it never
 * ends the secret's use.
 *
 * @param dueAt   the earlier of what is known
 * @param reason  what makes it due
 * @param overdue whether it has come to that
 */
public record Rotation(Instant dueAt, DueReason reason, boolean overdue) {

  /** Checks that nothing is missing. */
  public Rotation {
    Objects.requireNonNull(dueAt, "dueAt");
    Objects.requireNonNull(reason, "reason");
  }
}
