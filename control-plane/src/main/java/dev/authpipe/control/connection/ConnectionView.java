package dev.authpipe.control.connection;

import java.time.Instant;

import io.micronaut.core.annotation.Introspected;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A connection as members see it: metadata only.
 *
 * @param id            {@code conn_…}
 * @param integration   {@code int_…}
 * @param status        {@code active}, {@code disconnected} or {@code purged}
 * @param state         {@code active}, {@code degraded}, {@code uncertain}, {@code reauth_required}, {@code revoked} or {@code key_unavailable}
 * @param reason        registered code
 * @param scopesMissing how many of the scopes that were asked for were not granted
 * @param explanation   the same in plain words
 * @param createdAt     when it was made
 * @param reportedAt    when it last changed
 */
@Introspected
@Schema(name = "Connection")
record ConnectionView(String id, String integration, String status, String state, @Nullable String reason, int scopesMissing,
    Explanation explanation, Instant createdAt, Instant reportedAt) {

  /**
   * Plain words.
   *
   * @param meaning what happened
   * @param action  what to do about it, and who
   */
  @Introspected
  @Schema(name = "ConnectionExplanation")
  record Explanation(String meaning, String action) {}

  static ConnectionView of(Connection connection, Explanations explanations) {
    Explanations.Words words = explanations.of(connection);
    return new ConnectionView(connection.id().toString(), connection.integration().toString(), connection.status(),
        connection.state(), connection.reason(), connection.scopesMissing(), new Explanation(words.meaning(), words.action()),
        connection.createdAt(), connection.reportedAt());
  }
}
