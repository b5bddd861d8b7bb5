package dev.authpipe.control.apikey;

import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import dev.authpipe.wire.IntegrationId;

/** Terms as the two tables keep them. Never reads or writes a row. */
final class TermsColumns {
  private TermsColumns() {}

  static UUID @Nullable [] ids(Terms terms) {
    List<IntegrationId> integrations = terms.integrations();
    return integrations == null ? null : integrations.stream().map(IntegrationId::value).toArray(UUID[]::new);
  }

  static @Nullable OffsetDateTime end(Terms terms) {
    return terms.expiresAt() == null ? null : terms.expiresAt().atOffset(ZoneOffset.UTC);
  }

  static Terms terms(String[] scopes, UUID @Nullable [] integrations, @Nullable Integer perMinute, @Nullable Long perMonth,
      @Nullable OffsetDateTime end) {
    return new Terms(List.of(scopes), integrations == null ? null : Stream.of(integrations).map(IntegrationId::new).toList(),
        perMinute, perMonth, end == null ? null : end.toInstant());
  }
}
