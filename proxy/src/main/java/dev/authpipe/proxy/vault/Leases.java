package dev.authpipe.proxy.vault;

import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

import dev.authpipe.proxy.db.Tx;
import dev.authpipe.wire.ConnectionId;

/** Placeholder of the face. */
@SuppressWarnings("DoNotCallSuggester")
public final class Leases {
  /** Claims where the lease has lapsed; raises the fence. Empty when somebody else holds it or there is no connection. */
  public Optional<Lease> claim(Tx tx, ConnectionId connection, String owner, UUID attempt, Duration length) {
    throw new UnsupportedOperationException();
  }

  /** Takes the lease from whoever holds it (disconnect, erase): a late answer then no longer holds it. */
  public Optional<Lease> seize(Tx tx, ConnectionId connection, String owner, UUID attempt, Duration length) {
    throw new UnsupportedOperationException();
  }

  /** Gives it back; false when it was lost meanwhile. */
  public boolean release(Tx tx, Lease lease) {
    throw new UnsupportedOperationException();
  }

  /** Whether the fence is still ours and unlapsed; locks the row until the end of the transaction. */
  public boolean holds(Tx tx, Lease lease) {
    throw new UnsupportedOperationException();
  }
}
