package dev.authpipe.proxy.notify;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.egress.LinkJson;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.MessageId;

/**
 * Something that happened, as the application is told of it (docs/webhooks.md). Holds ids and codes; the one thing that names a person, the
 * customer's own identifier, is put in when it is sent and never kept.
 *
 * @param id          the same however often and to how many endpoints it is sent
 * @param type        its word
 * @param at          when it happened, in milliseconds
 * @param connection  what it is about; null: a test
 * @param integration of the connection; null: a test
 * @param endUser     random id of the person; null: nobody, or nobody who may still be named
 * @param detail      members of {@code data} as canonical JSON, without the person
 */
record Event(MessageId id, String type, Instant at, @Nullable ConnectionId connection, @Nullable IntegrationId integration,
    @Nullable UUID endUser, String detail) {
  /** The type of an event that an operator sends to see whether it arrives. */
  static final String TEST = "webhook.test";
  private static final long VERSION = 1;

  /**
   * The body that is sent.
   *
   * @param identifier the customer's name for the person; null: not named
   */
  byte[] body(@Nullable String identifier) {
    Map<String, Object> data = new LinkedHashMap<>();
    if (LinkJson.tree(detail) instanceof Map<?, ?> members) {
      members.forEach((name, value) -> data.put(name.toString(), value));
    }
    if (identifier != null) {
      data.put("end_user", Map.of("id", identifier));
    }
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("type", type);
    body.put("timestamp", Times.text(at));
    body.put("v", VERSION);
    body.put("data", data);
    return LinkJson.bytes(body);
  }
}
