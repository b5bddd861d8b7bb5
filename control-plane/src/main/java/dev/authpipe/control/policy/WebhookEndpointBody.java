package dev.authpipe.control.policy;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import io.micronaut.core.annotation.Introspected;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

import dev.authpipe.control.http.ErrorCode;
import dev.authpipe.control.http.LikeSecrets;
import dev.authpipe.control.http.ProblemException;
import dev.authpipe.control.http.WebAddress;

/**
 * A webhook endpoint as somebody wants it; on a change, what is left out stays. It has no member for a signing secret.
 *
 * @param url         a public https address
 * @param events      some of {@code connection.created}, {@code connection.updated}, {@code connection.reauth_required},
 *                    {@code connection.reauth_upcoming}, {@code connection.rotation_due}, {@code connection.recovered}, {@code connection.disconnected}, {@code connection.erased},
 *                    {@code refresh.failed}; without it on creation: all of them
 * @param description for the team, at most 200 characters
 * @param disabled    whether it is out of use
 */
@Introspected
@Schema(name = "WebhookEndpointBody")
record WebhookEndpointBody(@Nullable String url, @Nullable List<String> events, @Nullable String description,
    @Nullable Boolean disabled) {
  private static final Set<String> EVENTS = Set.of("connection.created", "connection.updated", "connection.reauth_required",
      "connection.reauth_upcoming", "connection.rotation_due", "connection.recovered", "connection.disconnected",
      "connection.erased", "refresh.failed");

  WebhookEndpoint.Wanted made() {
    if (url == null) {
      throw new ProblemException(ErrorCode.INVALID_REQUEST, "url is a public https:// address.");
    }
    return over(new WebhookEndpoint.Wanted(url, EVENTS.stream().sorted().toList(), "", false));
  }

  WebhookEndpoint.Wanted over(WebhookEndpoint.Wanted before) {
    List<String> wantedEvents = events == null ? before.events() : List.copyOf(new LinkedHashSet<>(known(events)));
    String text = description == null ? before.description() : description;
    if (text.length() > 200 || text.chars().anyMatch(Character::isISOControl)) {
      throw new ProblemException(ErrorCode.INVALID_REQUEST, "description is at most 200 characters on one line.");
    }
    String address = WebAddress.publicHttps("url", url == null ? before.url() : url);
    LikeSecrets.refuse(List.of(text, address), List.of("whsec_"));
    return new WebhookEndpoint.Wanted(address, wantedEvents, text, disabled == null ? before.disabled() : disabled);
  }

  private static List<String> known(List<String> wanted) {
    List<String> copy = new ArrayList<>(wanted);
    if (copy.isEmpty() || copy.size() > 20 || !EVENTS.containsAll(copy.stream().map(String::valueOf).toList())) {
      throw new ProblemException(ErrorCode.INVALID_REQUEST,
          "events is some of " + String.join(", ", EVENTS.stream().sorted().toList()) + ".");
    }
    return copy;
  }
}
