package dev.authpipe.proxy.catalog;

import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

import dev.authpipe.wire.WebhookId;
import dev.authpipe.wire.WorkspaceId;

/**
 * Where an application wants to be told of its connections. Never holds the signing secret, which the proxy makes and keeps.
 *
 * @param id     the same for as long as the endpoint has its name
 * @param name   what operators call it, unique in its workspace
 * @param url    an https address (http on loopback, which only a stand-in of the Java API can be reached at)
 * @param events what it is told of
 */
public record WebhookEndpoint(WebhookId id, String name, URI url, Set<EventType> events) {
  private static final String PURPOSE = "authpipe webhook endpoint v1";

  /** Copies the set. */
  public WebhookEndpoint {
    events = Set.copyOf(events);
  }

  /** The id of an endpoint of the configuration file: made of workspace and name, so that every replica has the same. */
  static WebhookId idOf(WorkspaceId workspace, String name) {
    try {
      ByteBuffer hash = ByteBuffer.wrap(MessageDigest.getInstance("SHA-256")
          .digest((PURPOSE + '\0' + workspace + '\0' + name).getBytes(StandardCharsets.UTF_8)));
      return new WebhookId(new UUID(hash.getLong(), hash.getLong()));
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("this JDK has no SHA-256", missing);
    }
  }

  /** What the change of settings is told by; the same text means the same settings. */
  public String settings() {
    return "name=" + name + " url=" + url + " events="
        + EnumSet.copyOf(events).stream().map(EventType::word).collect(Collectors.joining(","));
  }
}
