package dev.authpipe.control.policy;

import java.time.Instant;
import java.util.List;

import io.micronaut.core.annotation.Introspected;
import io.swagger.v3.oas.annotations.media.Schema;

/**
 * A webhook endpoint as members see it.
 *
 * @param id          {@code whk_…}
 * @param url         a public https address
 * @param events      which events it wants
 * @param description for the team
 * @param disabled    whether it is out of use
 * @param version     counts its changes
 * @param createdAt   when it was made
 * @param updatedAt   when it last changed
 */
@Introspected
@Schema(name = "WebhookEndpoint")
record WebhookEndpointView(String id, String url, List<String> events, String description, boolean disabled, long version,
    Instant createdAt, Instant updatedAt) {
  static WebhookEndpointView of(WebhookEndpoint endpoint) {
    WebhookEndpoint.Wanted wanted = endpoint.wanted();
    return new WebhookEndpointView(endpoint.id().toString(), wanted.url(), wanted.events(), wanted.description(),
        wanted.disabled(),
        endpoint.version(), endpoint.createdAt(), endpoint.updatedAt());
  }
}
