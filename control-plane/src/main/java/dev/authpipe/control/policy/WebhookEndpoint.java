package dev.authpipe.control.policy;

import java.time.Instant;
import java.util.List;

import dev.authpipe.wire.WebhookId;

/**
 * Where the application wants to be told about its connections. Never its signing secret, which the proxy makes and keeps.
 *
 * @param id        its id
 * @param wanted    what people said about it
 * @param version   counts its changes
 * @param createdAt when it was made
 * @param updatedAt when it last changed
 */
public record WebhookEndpoint(WebhookId id, Wanted wanted, long version, Instant createdAt, Instant updatedAt) {

  /**
   * What people say about an endpoint.
   *
   * @param url         a public https address
   * @param events      which events it wants
   * @param description for the team
   * @param disabled    whether it is out of use
   */
  public record Wanted(String url, List<String> events, String description, boolean disabled) {
    /** Copies the list. */
    public Wanted {
      events = List.copyOf(events);
    }
  }
}
