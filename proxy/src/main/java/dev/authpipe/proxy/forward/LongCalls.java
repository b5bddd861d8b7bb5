package dev.authpipe.proxy.forward;

import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

import jakarta.inject.Singleton;

import dev.authpipe.proxy.db.Notifications;
import dev.authpipe.proxy.db.RowKey;
import dev.authpipe.wire.WorkspaceId;

/**
 * Event streams and WebSockets under way, so that each is judged again when the connection or the API key it was admitted with changes, on
 * whatever replica. Thread-safe.
 */
@Singleton
final class LongCalls {

  /** One of them. */
  interface LongCall {
    /** Finds out whether it would be admitted now, and ends it if not. Returns at once; from any thread. */
    void judgeAgain();
  }

  private final ConcurrentMap<RowKey, Set<LongCall>> byRow = new ConcurrentHashMap<>();

  LongCalls(Notifications notifications) {
    notifications.subscribe("connection", this::changed);
    notifications.subscribe("api_key", this::changed);
  }

  /** Adds one that was admitted with the row of a connection or API key. */
  void add(RowKey row, LongCall call) {
    byRow.computeIfAbsent(row, _ -> ConcurrentHashMap.newKeySet()).add(call);
  }

  void remove(RowKey row, LongCall call) {
    byRow.computeIfPresent(row, (_, calls) -> calls.remove(call) && calls.isEmpty() ? null : calls);
  }

  private void changed(WorkspaceId workspace, UUID id) {
    byRow.getOrDefault(new RowKey(workspace, id), Set.of()).forEach(LongCall::judgeAgain);
  }
}
