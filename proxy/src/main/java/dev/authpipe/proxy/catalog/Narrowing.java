package dev.authpipe.proxy.catalog;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * The closed list of what applies without approval (S71): values that take something away, and notes that no end user sees. Whatever is not
 * listed waits.
 */
final class Narrowing {
  private Narrowing() {}

  /**
   * What is in force at once when a member is to go from one value to another: the new value, or as much of it as narrows, or the old one.
   *
   * @param before what is in force; null: no limit, no list, nothing
   */
  static @Nullable Object at(String member, @Nullable Object before, @Nullable Object after) {
    return switch (member) {
      case "note" -> after;
      case "disabled", "proxy_only", "strict_audit" -> Boolean.TRUE.equals(after) ? after : before;
      case "scopes", "return_urls", "events" -> common(before, after);
      case "integrations" -> before == null ? after : after == null ? before : common(before, after);
      case "calls_per_minute", "calls_per_month", "retention_days" -> lower(before, after);
      case "expires_at" -> earlier(before, after);
      default -> before;
    };
  }

  private static Object common(@Nullable Object before, @Nullable Object after) {
    Set<Object> kept = after instanceof Collection<?> list ? new HashSet<>(list) : Set.of();
    List<?> old = before instanceof List<?> list ? list : List.of();
    return old.stream().filter(kept::contains).toList();
  }

  private static @Nullable Object lower(@Nullable Object before, @Nullable Object after) {
    if (after == null || before == null) {
      return before == null ? after : before;
    }
    return ((Number) after).longValue() < ((Number) before).longValue() ? after : before;
  }

  /** Times on the link have one form, whose order as text is that of time. */
  private static @Nullable Object earlier(@Nullable Object before, @Nullable Object after) {
    if (after == null || before == null) {
      return before == null ? after : before;
    }
    return after.toString().compareTo(before.toString()) < 0 ? after : before;
  }

  /** Whether two values mean the same; the order of a list means nothing. */
  static boolean same(@Nullable Object one, @Nullable Object other) {
    if (one instanceof List<?> a && other instanceof List<?> b) {
      return a.size() == b.size() && new HashSet<Object>(a).equals(new HashSet<Object>(b));
    }
    if (one instanceof Number a && other instanceof Number b) {
      return a.longValue() == b.longValue();
    }
    return Objects.equals(one, other);
  }
}
