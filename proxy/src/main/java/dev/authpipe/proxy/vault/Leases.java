package dev.authpipe.proxy.vault;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import jakarta.inject.Singleton;

import dev.authpipe.proxy.db.Tx;
import dev.authpipe.wire.ConnectionId;

/**
 * Who may change a connection's credential now. Decided in the store by its clock alone; the fence only rises, so whoever lost a lease cannot
 * write. Must never be held across a transaction as a database lock.
 */
@Singleton
public final class Leases {
  /**
   * How a lease stands.
   *
   * @param fence of whoever claimed it last
   * @param held  whether that claim has not lapsed and was not given back
   */
  public record Standing(long fence, boolean held) {}

  private static final Duration LENGTH_MOST = Duration.ofMinutes(5);
  private final LeaseStore store = new LeaseStore();

  /**
   * Claims the lease where it is free or has lapsed, raising the fence; empty when somebody holds it or the connection is unknown.
   *
   * @param owner   for people who look; no secret
   * @param attempt the trip that it is claimed for
   * @param length  at most 5 minutes; 45 s for a refresh
   */
  public Optional<Lease> claim(Tx tx, ConnectionId connection, String owner, UUID attempt, Duration length) {
    return store.claim(tx, connection, owner, attempt, checked(length), false);
  }

  /** Takes the lease from whoever holds it, for disconnect and erase: a late answer finds a higher fence. Empty only when the connection is unknown. */
  public Optional<Lease> seize(Tx tx, ConnectionId connection, String owner, UUID attempt, Duration length) {
    return store.claim(tx, connection, owner, attempt, checked(length), true);
  }

  /** Gives the lease back; false when it was lost meanwhile. */
  public boolean release(Tx tx, Lease lease) {
    return store.release(tx, lease);
  }

  /** Whether the lease is still ours and has not lapsed; locks its row until the end of the transaction. */
  public boolean holds(Tx tx, Lease lease) {
    return store.holds(tx, lease);
  }

  /** How the lease stands; locks its row until the end of the transaction. Empty when nobody ever claimed it. */
  public Optional<Standing> lock(Tx tx, ConnectionId connection) {
    return store.lock(tx, connection);
  }

  /** Leases that ran out and were not given back, at most 1,000. */
  public List<Lease> lapsed(Tx tx) {
    return store.lapsed(tx);
  }

  /** Gives back the lease of a process that has ended, if nobody claimed it since. */
  public void release(Tx tx, ConnectionId connection, long fence) {
    store.release(tx, connection, fence);
  }

  private static Duration checked(Duration length) {
    if (length.isNegative() || length.isZero() || length.compareTo(LENGTH_MOST) > 0) {
      throw new IllegalArgumentException("a lease lasts at most 5 minutes");
    }
    return length;
  }
}
