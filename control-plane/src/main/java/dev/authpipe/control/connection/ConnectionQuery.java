package dev.authpipe.control.connection;

import java.util.Locale;
import java.util.UUID;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import dev.authpipe.control.http.ErrorCode;
import dev.authpipe.control.http.ProblemException;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.Report;

/**
 * Which connections are asked for; null members do not narrow.
 *
 * @param integration through which integration
 * @param status      a word of {@link Report.Connection.Status}
 * @param state       a word of {@link Report.Connection.State}
 * @param after       where the page before ended
 * @param most        most connections
 */
record ConnectionQuery(@Nullable UUID integration, @Nullable String status, @Nullable String state, @Nullable UUID after,
    int most) {

  /** The id in a query; a problem when it is none. */
  static @Nullable UUID integration(@Nullable String id) {
    try {
      return id == null ? null : IntegrationId.parse(id).value();
    } catch (IllegalArgumentException unknown) {
      throw new ProblemException(ErrorCode.INVALID_REQUEST, "integration is the id of an integration.");
    }
  }

  /** A word of an enum in a query; a problem when it is none. */
  static @Nullable String word(String field, @Nullable String wanted, Enum<?>[] known) {
    if (wanted != null && Stream.of(known).map(ConnectionQuery::word).noneMatch(wanted::equals)) {
      throw new ProblemException(ErrorCode.INVALID_REQUEST,
          field + " is one of " + String.join(", ", Stream.of(known).map(ConnectionQuery::word).toList()) + ".");
    }
    return wanted;
  }

  static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
