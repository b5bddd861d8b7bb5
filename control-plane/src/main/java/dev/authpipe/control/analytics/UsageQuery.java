package dev.authpipe.control.analytics;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.authpipe.control.http.ErrorCode;
import dev.authpipe.control.http.ProblemException;
import dev.authpipe.wire.ApiKeyId;
import dev.authpipe.wire.IntegrationId;

/**
 * Which usage is asked for. Never names a workspace: that is the caller's.
 *
 * @param period      one row for each of them and integration
 * @param from        not before, the beginning of a period
 * @param to          before
 * @param integration only this one; null: all
 * @param key         only this API key; null: all
 * @param after       where the page before ended; null: the newest
 * @param most        most rows
 */
record UsageQuery(Period period, Instant from, Instant to, @Nullable UUID integration, @Nullable UUID key, @Nullable Place after,
    int most) {

  /** How finely rows are told apart, in UTC. */
  enum Period {
    HOUR(ChronoUnit.HOURS, Duration.ofDays(2), Duration.ofDays(31)),
    DAY(ChronoUnit.DAYS, Duration.ofDays(30), Duration.ofDays(800));

    private final ChronoUnit unit;
    private final Duration usual;
    private final Duration longest;

    Period(ChronoUnit unit, Duration usual, Duration longest) {
      this.unit = unit;
      this.usual = usual;
      this.longest = longest;
    }

    ChronoUnit unit() {
      return unit;
    }
  }

  /**
   * A row's place in the list.
   *
   * @param start       of its period
   * @param integration its integration
   */
  record Place(Instant start, UUID integration) {
    /** Reads a place; an IllegalArgumentException says that it is none. */
    static Place parse(String text) {
      int slash = Math.max(0, text.indexOf('/'));
      try {
        return new Place(fourDigits(text.substring(0, slash)), UUID.fromString(text.substring(slash + 1)));
      } catch (DateTimeException wrong) {
        throw new IllegalArgumentException("no place in a list of usage", wrong);
      }
    }

    @Override
    public String toString() {
      return start + "/" + integration;
    }
  }

  /**
   * Reads the parameters; absent ones are null.
   *
   * @throws ProblemException {@code invalid_request}
   */
  static UsageQuery of(UsageFilter filter, @Nullable Place after, int most, Instant now) {
    Period period = period(filter.period());
    Instant to = filter.to() == null ? now : time("to", filter.to());
    Instant from = (filter.from() == null ? to.minus(period.usual) : time("from", filter.from())).truncatedTo(period.unit);
    if (!from.isBefore(to) || from.plus(period.longest).isBefore(to)) {
      throw invalid(
          "from is before to, by at most " + period.longest.toDays() + " days with period=" + word(period));
    }
    return new UsageQuery(period, from, to, integration(filter.integration()), key(filter.keyId()), after, most);
  }

  private static Period period(@Nullable String text) {
    return switch (text) {
      case null -> Period.DAY;
      case "day" -> Period.DAY;
      case "hour" -> Period.HOUR;
      default -> throw invalid("period is day or hour");
    };
  }

  static String word(Period period) {
    return period == Period.DAY ? "day" : "hour";
  }

  private static Instant time(String name, String text) {
    try {
      return fourDigits(text);
    } catch (DateTimeException wrong) {
      throw invalid(name + " is a time of RFC 3339 in UTC");
    }
  }

  /** A time of a year with four digits, for others are beyond what the store can compare. */
  private static Instant fourDigits(String text) {
    Instant time = Instant.parse(text);
    if (time.isBefore(Instant.EPOCH) || !time.isBefore(Instant.parse("9999-01-01T00:00:00Z"))) {
      throw new DateTimeException("beyond the years that are counted");
    }
    return time;
  }

  private static @Nullable UUID integration(@Nullable String text) {
    try {
      return text == null ? null : IntegrationId.parse(text).value();
    } catch (IllegalArgumentException unknown) {
      throw invalid("integration is the id of an integration");
    }
  }

  private static @Nullable UUID key(@Nullable String text) {
    try {
      return text == null ? null : ApiKeyId.parse(text).value();
    } catch (IllegalArgumentException unknown) {
      throw invalid("api_key is the id of an API key");
    }
  }

  private static ProblemException invalid(String sentence) {
    return new ProblemException(ErrorCode.INVALID_REQUEST, sentence + ".");
  }
}
