package dev.authpipe.proxy.envelope;

import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

/**
 * Where a sealed record belongs. Every part is authenticated with the ciphertext, so a record moved to another place does not open (S2);
 * must therefore be built from the row's own ids, never from anything inside the ciphertext.
 *
 * @param workspace   the isolation boundary
 * @param kind        the record kind and field
 * @param entity      the id of the row that owns the record
 * @param integration the integration, or null where the record has none
 * @param provider    the provider's slug, or empty
 * @param generation  counter of the value, 0 where the record is written once
 * @param binding     what else the record is tied to (for instance a token endpoint's origin), or empty
 */
public record RecordContext(WorkspaceId workspace, RecordKind kind, UUID entity, @Nullable IntegrationId integration,
    String provider,
    long generation, String binding) {
  private static final int FORMAT = 1;

  /** Checks the limits. */
  public RecordContext {
    if (generation < 0) {
      throw new IllegalArgumentException("generation is not negative");
    }
  }

  /** A record that has neither integration nor generation. */
  public static RecordContext of(WorkspaceId workspace, RecordKind kind, UUID entity) {
    return new RecordContext(workspace, kind, entity, null, "", 0, "");
  }

  /** The associated data of docs/crypto-format.md, section 3.2. */
  byte[] associatedData(String deployment) {
    return new FieldWriter().raw(FORMAT).text(deployment).uuid(workspace.value()).number(kind.kind(), 2).uuid(entity)
        .number(kind.field(), 2).uuid(integration == null ? null : integration.value()).text(provider).number(generation, 8)
        .text(binding).bytes();
  }
}
