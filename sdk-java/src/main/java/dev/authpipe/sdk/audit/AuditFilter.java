package dev.authpipe.sdk.audit;

import java.time.Instant;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Which events to list, newest first.
 *
 * @param log    of which log
 * @param type   only of this type; null: all
 * @param object only about the object with this id; null: all
 * @param from   only at or after this time; null: from the beginning
 * @param to     only before this time; null: until now
 */
public record AuditFilter(AuditLog log, @Nullable String type, @Nullable String object, @Nullable Instant from,
    @Nullable Instant to) {

  /** Checks that a log is named. */
  public AuditFilter {
    Objects.requireNonNull(log, "log");
  }

  /**
   * Every event of a log.
   *
   * @param log which one
   * @return a filter that narrows nothing
   */
  public static AuditFilter of(AuditLog log) {
    return new AuditFilter(log, null, null, null, null);
  }

  /**
   * The same, narrowed to a type.
   *
   * @param only for instance {@code connection.created}
   * @return a new filter
   */
  public AuditFilter withType(String only) {
    return new AuditFilter(log, only, object, from, to);
  }

  /**
   * The same, narrowed to an object.
   *
   * @param id for instance that of a connection
   * @return a new filter
   */
  public AuditFilter withObject(String id) {
    return new AuditFilter(log, type, id, from, to);
  }

  /**
   * The same, narrowed to a time.
   *
   * @param begin the first moment
   * @param end   the first moment that is left out
   * @return a new filter
   */
  public AuditFilter between(Instant begin, Instant end) {
    return new AuditFilter(log, type, object, begin, end);
  }
}
