package dev.authpipe.control.audit;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * Which events to list, newest first. Never names a workspace: that is the caller's.
 *
 * @param limit  most events, 1 to 200
 * @param below  only events before this number; null: the newest
 * @param type   only this type
 * @param object only events about the thing with this id
 * @param from   not before
 * @param to     before
 */
public record AuditQuery(int limit, @Nullable Long below, @Nullable AuditType type, @Nullable String object,
    @Nullable Instant from, @Nullable Instant to) {
  /** Most events of a page. */
  public static final int MOST = 200;

  /** Checks the limit. */
  public AuditQuery {
    if (limit < 1 || limit > MOST) {
      throw new IllegalArgumentException("a page has 1 to " + MOST + " events");
    }
  }
}
