package dev.authpipe.sdk.value;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The erasure of one person, and its signed receipt once it is done. Names nobody: the person's id is gone with the rest.
 *
 * @param id the erasure, by which it is read again
 * @param status how far it has come
 * @param connections what became of each connection
 * @param completedAt when it was done; null until then
 * @param signature the proxy's signature over the receipt; null until then
 * @param receipt the whole answer as JSON, byte for byte, to be kept as evidence
 */
public record Erasure(
    ErasureId id,
    ErasureStatus status,
    List<ErasedConnection> connections,
    @Nullable Instant completedAt,
    @Nullable String signature,
    String receipt) {

  /** Copies. */
  public Erasure {
    connections = List.copyOf(connections);
  }
}
