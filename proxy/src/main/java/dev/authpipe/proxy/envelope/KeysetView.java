package dev.authpipe.proxy.envelope;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * A usable keyset as its row tells of it; by the database's time. Holds nothing unwrapped.
 *
 * @param version     its number in the workspace
 * @param state       the word of docs/crypto-format.md
 * @param kekName     the KEK that wraps it
 * @param createdAt   when it was made
 * @param activatedAt since when it seals, if that came later
 * @param rotation    the rotation that it came with; null: none, or that has ended
 * @param askedBy     who asked for that: {@code operator} or {@code age}; null: the control plane
 * @param unusedSince since when nothing that names it was found
 * @param records     how many sealed records named it when they were counted last; null: never
 * @param now         the database's time
 */
public record KeysetView(int version, String state, String kekName, Instant createdAt, @Nullable Instant activatedAt,
    @Nullable UUID rotation, @Nullable String askedBy, @Nullable Instant unusedSince, @Nullable Long records, Instant now) {
  /** How long every process may keep the keysets of before. */
  public static final Duration OPENING = Duration.ofMinutes(5);
  /** How long after that somebody may still seal under them. */
  public static final Duration SEALING = Duration.ofMinutes(6);
  /** How long nothing must have named a keyset before it is destroyed: as long as any row is cached. */
  public static final Duration UNUSED = Duration.ofMinutes(5);

  /** Whether it seals. */
  public boolean active() {
    return state.equals("active");
  }

  /** Whether it opens and does not seal yet. */
  public boolean opensOnly() {
    return state.equals("opens_only");
  }

  /** Whether it opens what it sealed before. */
  public boolean decryptOnly() {
    return state.equals("decrypt_only");
  }

  /** Since when it seals, or was made where it does not yet. */
  public Instant since() {
    return activatedAt == null ? createdAt : activatedAt;
  }

  /** When its next step may come by the clock; null: no clock keeps it. */
  public @Nullable Instant ripeAt() {
    return opensOnly() ? createdAt.plus(OPENING) : active() ? since().plus(SEALING) : null;
  }
}
