package dev.authpipe.proxy.catalog;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * When a secret that nobody renews by itself is to be replaced: a key, a bearer token, a password or a client secret. Metadata only; must never
 * decide whether the secret is used.
 *
 * @param dueAt   the earlier of what is known
 * @param reason  which that is
 * @param overdue whether it has come to that
 */
public record Rotation(Instant dueAt, Reason reason, boolean overdue) {
  /** How long before its date a secret counts as due: when the first reminder is told. */
  public static final Duration SOON = Duration.ofDays(30);

  /** What {@code rotate_after} may be. */
  static final ValueType<Duration> AGE = ValueType.duration(Duration.ofDays(1), Duration.ofDays(3650));

  /** What makes a secret due. */
  public enum Reason {
    /** Its age: the rule of the provider's entry or of the integration. */
    @JsonProperty("rotate_after")
    ROTATE_AFTER,
    /** Its own end, as whoever set it said. */
    @JsonProperty("secret_expires_at")
    SECRET_EXPIRES_AT;

    /** As answers, events and the audit log spell it. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * The date; null when none is known.
   *
   * @param rotateAfter the age at which such a secret is to be replaced; null: no such rule
   * @param setAt       when the present secret was set
   * @param expiresAt   when it ends by itself; null: nobody said
   */
  public static @Nullable Rotation of(@Nullable Duration rotateAfter, Instant setAt, @Nullable Instant expiresAt, Instant now) {
    Instant aged = rotateAfter == null ? null : setAt.plus(rotateAfter);
    if (expiresAt != null && (aged == null || !expiresAt.isAfter(aged))) {
      return new Rotation(expiresAt, Reason.SECRET_EXPIRES_AT, !expiresAt.isAfter(now));
    }
    return aged == null ? null : new Rotation(aged, Reason.ROTATE_AFTER, !aged.isAfter(now));
  }

  /** Whether the date is so near, or past, that it is worth a warning. */
  public boolean isSoon(Instant now) {
    return !dueAt.isAfter(now.plus(SOON));
  }
}
