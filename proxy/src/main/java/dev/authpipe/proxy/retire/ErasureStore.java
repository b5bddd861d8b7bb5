package dev.authpipe.proxy.retire;

import static dev.authpipe.db.vault.Tables.ERASURE;
import static org.jooq.impl.DSL.currentOffsetDateTime;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.inject.Singleton;
import org.jooq.Condition;
import org.jooq.JSONB;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.db.Tx;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.IntegrationId;

/** Erasures and what belongs to their receipts: random ids only, never an identifier or name of a person. */
@Singleton
final class ErasureStore {
  private final ObjectMapper json = new ObjectMapper();

  /**
   * One connection in a receipt.
   *
   * @param accessExpiresAt when its last access token expires; null: unknown or none
   */
  record Line(ConnectionId connection, IntegrationId integration, String provider, @Nullable Instant accessExpiresAt) {}

  /** @param endUser whose rows are still to be removed; null: they are gone */
  record Row(UUID id, @Nullable UUID endUser, boolean completed, Instant requestedAt, @Nullable Instant completedAt,
      List<Line> lines) {}

  void add(Tx tx, UUID id, UUID requestedBy, @Nullable UUID endUser, List<Line> lines) {
    tx.dsl().insertInto(ERASURE).set(ERASURE.WORKSPACE_ID, tx.workspace().value()).set(ERASURE.ERASURE_ID, id)
        .set(ERASURE.END_USER_ID, endUser).set(ERASURE.STATE, "pending").set(ERASURE.REQUESTED_BY, requestedBy)
        .set(ERASURE.RECEIPT, write(lines)).execute();
  }

  Optional<Row> find(Tx tx, UUID id) {
    return tx.dsl().selectFrom(ERASURE).where(one(tx, id))
        .fetchOptional(row -> new Row(row.getErasureId(), row.getEndUserId(), row.getState().equals("completed"),
            row.getRequestedAt().toInstant(), instant(row.getCompletedAt()), read(row.getReceipt())));
  }

  /** As {@link #find}, keeping others off until the end of the transaction. */
  Optional<Row> lock(Tx tx, UUID id) {
    boolean present = tx.dsl().selectOne().from(ERASURE).where(one(tx, id)).forUpdate().fetchOptional().isPresent();
    return present ? find(tx, id) : Optional.empty();
  }

  /** Connections that appeared while the erasure was under way. */
  void lines(Tx tx, UUID id, List<Line> lines) {
    tx.dsl().update(ERASURE).set(ERASURE.RECEIPT, write(lines)).where(one(tx, id)).execute();
  }

  /** The person's rows are gone: from now on nothing leads from the receipt to them. */
  void erased(Tx tx, UUID id) {
    tx.dsl().update(ERASURE).setNull(ERASURE.END_USER_ID).where(one(tx, id)).execute();
  }

  void completed(Tx tx, UUID id) {
    tx.dsl().update(ERASURE).set(ERASURE.STATE, "completed").set(ERASURE.COMPLETED_AT, currentOffsetDateTime()).where(one(tx, id))
        .execute();
  }

  /** Those not completed, oldest first. */
  List<UUID> pending(Tx tx, int most) {
    return tx.dsl().select(ERASURE.ERASURE_ID).from(ERASURE).where(ERASURE.WORKSPACE_ID.eq(tx.workspace().value()))
        .and(ERASURE.STATE.eq("pending")).orderBy(ERASURE.REQUESTED_AT).limit(most).fetch(ERASURE.ERASURE_ID);
  }

  /** The pending erasure of a person, if there is one: asking again is the same erasure. */
  Optional<UUID> pendingOf(Tx tx, UUID endUser) {
    return tx.dsl().select(ERASURE.ERASURE_ID).from(ERASURE).where(ERASURE.WORKSPACE_ID.eq(tx.workspace().value()))
        .and(ERASURE.END_USER_ID.eq(endUser)).orderBy(ERASURE.REQUESTED_AT).limit(1).fetchOptional(ERASURE.ERASURE_ID);
  }

  private static Condition one(Tx tx, UUID id) {
    return ERASURE.WORKSPACE_ID.eq(tx.workspace().value()).and(ERASURE.ERASURE_ID.eq(id));
  }

  private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
    return time == null ? null : time.toInstant();
  }

  private JSONB write(List<Line> lines) {
    ObjectNode root = json.createObjectNode().put("v", 1);
    ArrayNode connections = root.putArray("connections");
    for (Line line : lines) {
      Instant expires = line.accessExpiresAt();
      connections.addObject().put("connection", line.connection().toString()).put("integration", line.integration().toString())
          .put("provider", line.provider()).put("access_expires_at", expires == null ? null : expires.toString());
    }
    return JSONB.valueOf(root.toString());
  }

  private List<Line> read(JSONB receipt) {
    try {
      List<Line> lines = new ArrayList<>();
      for (JsonNode line : json.readTree(receipt.data()).path("connections")) {
        JsonNode expires = line.path("access_expires_at");
        lines.add(new Line(ConnectionId.parse(line.path("connection").asText()),
            IntegrationId.parse(line.path("integration").asText()), line.path("provider").asText(),
            expires.isTextual() ? Instant.parse(expires.asText()) : null));
      }
      return lines;
    } catch (JsonProcessingException broken) {
      throw new IllegalStateException("a receipt is not what was written", broken);
    }
  }

  /** Deletes everything of the transaction's workspace. */
  static int eraseAll(Tx tx) {
    return tx.dsl().deleteFrom(ERASURE).where(ERASURE.WORKSPACE_ID.eq(tx.workspace().value())).execute();
  }
}
