package dev.authpipe.proxy.audit;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * Which events to list, newest first. Never names a workspace: that is the caller's.
 *
 * @param log    which store's log
 * @param limit  most events, 1 to 200
 * @param cursor where the page before ended; null: the newest
 * @param type   only this type
 * @param object only events about the thing with this id
 * @param from   not before
 * @param to     before
 */
public record AuditQuery(Log log, int limit, @Nullable String cursor, @Nullable AuditType type, @Nullable String object,
    @Nullable Instant from, @Nullable Instant to) {
  /** Most events of a page. */
  public static final int MOST = 200;

  /** The two logs of a workspace. */
  public enum Log {
    /** Everything about connections. */
    VAULT,
    /** What happened to client secrets. */
    CLIENT_SECRETS
  }

  /** Checks the limit. */
  public AuditQuery {
    if (limit < 1 || limit > MOST) {
      throw new IllegalArgumentException("a page has 1 to " + MOST + " events");
    }
  }
}
