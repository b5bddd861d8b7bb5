package dev.authpipe.control.integration;

import static dev.authpipe.db.control.Tables.INTEGRATION;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.JSONB;
import org.jooq.exception.IntegrityConstraintViolationException;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

import dev.authpipe.control.db.Tx;
import dev.authpipe.control.http.ErrorCode;
import dev.authpipe.control.http.ProblemException;
import dev.authpipe.control.integration.Integration.Wanted;
import dev.authpipe.db.control.tables.records.IntegrationRecord;
import dev.authpipe.wire.IntegrationId;

/** SQL of integrations; all times are the database's but those that a proxy told. Never sees more than the workspace of the transaction. */
final class IntegrationStore {
  private static final Field<OffsetDateTime> NOW = DSL.field("clock_timestamp()", SQLDataType.TIMESTAMPWITHTIMEZONE);
  private static final ObjectMapper JSON = new ObjectMapper();

  private IntegrationStore() {}

  static Integration insert(Tx tx, IntegrationId id, Wanted wanted) {
    try {
      return integration(tx.dsl().insertInto(INTEGRATION).set(INTEGRATION.WORKSPACE_ID, tx.workspace().value())
          .set(INTEGRATION.INTEGRATION_ID, id.value()).set(INTEGRATION.SLUG, wanted.slug())
          .set(INTEGRATION.PROVIDER, wanted.provider()).set(changing(wanted)).returning().fetchSingle());
    } catch (IntegrityConstraintViolationException taken) {
      throw new ProblemException(ErrorCode.NAME_TAKEN);
    }
  }

  static Integration update(Tx tx, IntegrationId id, Wanted wanted) {
    return integration(tx.dsl().update(INTEGRATION).set(changing(wanted)).set(INTEGRATION.VERSION, INTEGRATION.VERSION.plus(1))
        .set(INTEGRATION.UPDATED_AT, NOW).where(row(tx, id)).returning().fetchSingle());
  }

  /** Gives those that have one name of the application another one, and answers which. */
  static List<Integration> rename(Tx tx, String before, String after) {
    return tx.dsl().update(INTEGRATION).set(INTEGRATION.APPLICATION_NAME, after)
        .set(INTEGRATION.VERSION, INTEGRATION.VERSION.plus(1)).set(INTEGRATION.UPDATED_AT, NOW)
        .where(INTEGRATION.WORKSPACE_ID.eq(tx.workspace().value())).and(INTEGRATION.APPLICATION_NAME.eq(before)).returning()
        .fetch(IntegrationStore::integration);
  }

  static void delete(Tx tx, IntegrationId id) {
    tx.dsl().deleteFrom(INTEGRATION).where(row(tx, id)).execute();
  }

  static Optional<Integration> find(Tx tx, IntegrationId id) {
    return tx.dsl().selectFrom(INTEGRATION).where(row(tx, id)).fetchOptional().map(IntegrationStore::integration);
  }

  static Optional<Integration> find(Tx tx, String slug) {
    return tx.dsl().selectFrom(INTEGRATION).where(INTEGRATION.WORKSPACE_ID.eq(tx.workspace().value()))
        .and(INTEGRATION.SLUG.eq(slug)).fetchOptional().map(IntegrationStore::integration);
  }

  /** In the order of their ids. */
  static List<Integration> list(Tx tx, @Nullable UUID after, int most) {
    Condition page = after == null ? DSL.noCondition() : INTEGRATION.INTEGRATION_ID.gt(after);
    return tx.dsl().selectFrom(INTEGRATION).where(INTEGRATION.WORKSPACE_ID.eq(tx.workspace().value())).and(page)
        .orderBy(INTEGRATION.INTEGRATION_ID).limit(most).fetch(IntegrationStore::integration);
  }

  static int count(Tx tx) {
    return tx.dsl().fetchCount(INTEGRATION, INTEGRATION.WORKSPACE_ID.eq(tx.workspace().value()));
  }

  /** Notes that a proxy has a client secret; an older one never replaces a newer one. */
  static void secretPresent(Tx tx, IntegrationId id, Instant since, int number) {
    tx.dsl().update(INTEGRATION).set(INTEGRATION.SECRET_PRESENT_SINCE, since.atOffset(ZoneOffset.UTC))
        .set(INTEGRATION.SECRET_VERSION, number).where(row(tx, id))
        .and(INTEGRATION.SECRET_VERSION.isNull().or(INTEGRATION.SECRET_VERSION.lt(number))).execute();
  }

  private static Condition row(Tx tx, IntegrationId id) {
    return INTEGRATION.WORKSPACE_ID.eq(tx.workspace().value()).and(INTEGRATION.INTEGRATION_ID.eq(id.value()));
  }

  private static Map<Field<?>, Object> changing(Wanted wanted) {
    Map<Field<?>, Object> values = new LinkedHashMap<>();
    values.put(INTEGRATION.CLIENT_ID, wanted.clientId());
    values.put(INTEGRATION.SCOPES, wanted.scopes().toArray(String[]::new));
    values.put(INTEGRATION.RETURN_URLS, wanted.returnUrls().toArray(String[]::new));
    values.put(INTEGRATION.PARAMS, json(wanted.params()));
    values.put(INTEGRATION.APPLICATION_NAME, wanted.applicationName());
    values.put(INTEGRATION.NOTE, wanted.note());
    values.put(INTEGRATION.PROXY_ONLY, wanted.proxyOnly());
    values.put(INTEGRATION.DISABLED, wanted.disabled());
    return values;
  }

  private static Integration integration(IntegrationRecord row) {
    return new Integration(new IntegrationId(row.getIntegrationId()),
        new Wanted(row.getSlug(), row.getProvider(), row.getClientId(), List.of(row.getScopes()), List.of(row.getReturnUrls()),
            params(row.getParams()), row.getApplicationName(), row.getNote(), row.getProxyOnly(), row.getDisabled()),
        row.getVersion(), row.getCreatedAt().toInstant(), row.getUpdatedAt().toInstant(), instant(row.getSecretPresentSince()),
        row.getSecretVersion());
  }

  private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
    return time == null ? null : time.toInstant();
  }

  private static JSONB json(Map<String, String> params) {
    try {
      return JSONB.valueOf(JSON.writeValueAsString(new TreeMap<>(params)));
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static Map<String, String> params(JSONB stored) {
    try {
      Map<String, String> params = new TreeMap<>();
      JSON.readTree(stored.data()).properties().forEach(entry -> params.put(entry.getKey(), entry.getValue().textValue()));
      return params;
    } catch (JsonProcessingException broken) {
      throw new IllegalStateException(broken);
    }
  }
}
