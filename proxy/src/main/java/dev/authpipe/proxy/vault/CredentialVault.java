package dev.authpipe.proxy.vault;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.envelope.Sealer;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.WorkspaceId;

/** Placeholder of the face. */
@SuppressWarnings("DoNotCallSuggester")
public final class CredentialVault {
  /** The row if warm. */
  public @Nullable CredentialRow warmRow(WorkspaceId workspace, ConnectionId connection) {
    throw new UnsupportedOperationException();
  }

  /** The row, cached. */
  public Optional<CredentialRow> row(WorkspaceId workspace, ConnectionId connection) {
    throw new UnsupportedOperationException();
  }

  /** The row, read in this transaction (refresh step 3). */
  public Optional<CredentialRow> row(Tx tx, ConnectionId connection) {
    throw new UnsupportedOperationException();
  }

  /** Opens if the keyset is warm. */
  public @Nullable OpenCredential warmOpen(CredentialRow row) {
    throw new UnsupportedOperationException();
  }

  /** Opens. */
  public OpenCredential open(CredentialRow row) {
    throw new UnsupportedOperationException();
  }

  /** Takes the keyset for sealing, 45 s at most. Calls the KEK when cold: never inside a transaction. */
  public Sealer hold(WorkspaceId workspace) {
    throw new UnsupportedOperationException();
  }

  /** Inserts the connection and its credential at generation 1. */
  public void create(Tx tx, ConnectionRow connection, NewCredential credential, Sealer sealer) {
    throw new UnsupportedOperationException();
  }

  /** A reconnect: makes the connection active again and puts a new credential, one generation further; returns the generation. */
  public long reconnect(Tx tx, ConnectionId connection, @Nullable UUID account, List<String> scopesRequested,
      NewCredential credential,
      Sealer sealer) {
    throw new UnsupportedOperationException();
  }

  /** Compare-and-set: false when the generation moved or the connection ended. */
  public boolean replace(Tx tx, ConnectionId connection, long baseGeneration, NewCredential credential, Sealer sealer) {
    throw new UnsupportedOperationException();
  }

  /** Keeps an answer that lost the compare-and-set. */
  public void saveCandidate(Tx tx, ConnectionId connection, UUID attempt, long baseGeneration, NewCredential credential,
      Sealer sealer) {
    throw new UnsupportedOperationException();
  }

  /** Unused candidates, newest first. */
  public List<Candidate> candidates(Tx tx, ConnectionId connection) {
    throw new UnsupportedOperationException();
  }

  /** Opens a candidate. */
  public OpenCredential openCandidate(Candidate candidate) {
    throw new UnsupportedOperationException();
  }

  /** Marks a candidate as tried. */
  public void used(Tx tx, Candidate candidate) {
    throw new UnsupportedOperationException();
  }

  /** Sets the state of a credential that still has the given generation; false when it moved. */
  public boolean state(Tx tx, ConnectionId connection, long generation, CredentialState state) {
    throw new UnsupportedOperationException();
  }

  /** Erases the ciphertext of the credential and its candidates. */
  public void erase(Tx tx, ConnectionId connection) {
    throw new UnsupportedOperationException();
  }

  /** Blocks local use at once, and marks the connection ended. */
  public boolean disconnect(Tx tx, ConnectionId connection, Instant purgeAfter) {
    throw new UnsupportedOperationException();
  }

  /** Removes the shell and all that hangs on it. */
  public void purge(Tx tx, ConnectionId connection) {
    throw new UnsupportedOperationException();
  }
}
