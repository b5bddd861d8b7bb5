package dev.authpipe.proxy.journal;

import java.time.Instant;
import java.util.Set;
import java.util.UUID;

import dev.authpipe.proxy.envelope.KeyId;

/**
 * What a replica said last of its rescue journal.
 *
 * @param journal    the journal's id
 * @param keys       those that its unsettled entries name
 * @param beyond     whether they name more than that, or could not be read
 * @param declaredAt from before it looked, by the database's clock
 */
public record JournalClaim(UUID journal, Set<KeyId> keys, boolean beyond, Instant declaredAt) {
  /** Copies the set. */
  public JournalClaim {
    keys = Set.copyOf(keys);
  }

  /** Whether it names no key at all. */
  boolean isEmpty() {
    return keys.isEmpty() && !beyond;
  }

  /**
   * Whether an unsettled entry may name one of these keys.
   *
   * @param since from when on nobody has sealed under them
   */
  public boolean mayName(Set<KeyId> some, Instant since) {
    return beyond || !declaredAt.isAfter(since) || keys.stream().anyMatch(some::contains);
  }
}
