package dev.authpipe.sdk.value;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The erasure of one person and its signed receipt, as they stand. Names nobody: the person's id is gone with the rest.
 *
 * @param id             the erasure, by which it is read again
 * @param status         how far it has come
 * @param connections    what became of each connection
 * @param horizons       until when copies may live elsewhere; null when the answer did not say
 * @param requestedAt    when it was asked for; null when the answer did not say
 * @param completedAt    when it was done; null until then
 * @param signedDocument the receipt as the proxy signed it, a note that is verified offline; null: an older proxy
 * @param receipt        the whole answer as JSON, byte for byte, to be kept as evidence: {@code authpipe erasure verify} takes it
 */
public record Erasure(
    ErasureId id,
    ErasureStatus status,
    List<ErasedConnection> connections,
    @Nullable ErasureHorizons horizons,
    @Nullable Instant requestedAt,
    @Nullable Instant completedAt,
    @Nullable String signedDocument,
    String receipt) {

  /** Copies. */
  public Erasure {
    connections = List.copyOf(connections);
  }
}
