package dev.authpipe.control.export;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import dev.authpipe.control.policy.Branding;
import dev.authpipe.control.policy.PngImage;
import dev.authpipe.control.policy.WebhookEndpoint;
import dev.authpipe.wire.Feed;
import dev.authpipe.wire.IntegrationId;

/** The members of each part of the configuration as both formats write them, in their order. Never a secret: see {@link Snapshot}. */
final class ConfigurationTree {
  private ConfigurationTree() {}

  static Map<String, Object> workspace(Snapshot snapshot) {
    return members("name", snapshot.workspace().name(), "display_name", snapshot.workspace().displayName(), "region",
        snapshot.workspace().region(), "plan", snapshot.workspace().plan());
  }

  static Map<String, Object> policy(Snapshot snapshot) {
    return members("retention_days", snapshot.policy().retentionDays(), "strict_audit", snapshot.policy().strictAudit(),
        "connect_origin", snapshot.policy().connectOrigin());
  }

  static Map<String, Object> branding(Branding branding) {
    PngImage logo = branding.logo();
    return members("name", branding.name(), "accent_color", branding.accentColor(), "background_color",
        branding.backgroundColor(), "support_url",
        branding.supportUrl(), "privacy_url", branding.privacyUrl(), "logo", logo == null ? null : logo.dataUrl());
  }

  static Map<String, Object> endpoint(WebhookEndpoint endpoint) {
    WebhookEndpoint.Wanted wanted = endpoint.wanted();
    return members("id", endpoint.id().toString(), "url", wanted.url(), "events", wanted.events(), "description",
        wanted.description(), "disabled", wanted.disabled());
  }

  static Map<String, Object> integration(Feed.Integration integration) {
    return members("id", integration.id().toString(), "slug", integration.slug(), "provider", integration.provider(), "client_id",
        integration.clientId(), "scopes", integration.scopes(), "return_urls", integration.returnUrls(), "params",
        new TreeMap<>(integration.params()), "application_name", integration.applicationName(), "note", integration.note(),
        "proxy_only", integration.proxyOnly(), "disabled", integration.disabled());
  }

  static Map<String, Object> request(Feed.ApiKeyRequest request) {
    return members("id", request.id().toString(), "name", request.name(), "scopes", request.scopes(), "integrations",
        texts(request.integrations()), "calls_per_minute", request.callsPerMinute(), "calls_per_month", request.callsPerMonth(),
        "expires_at", request.expiresAt() == null ? null : request.expiresAt().toString(), "require_end_user",
        request.requireEndUser());
  }

  static Map<String, Object> key(Feed.ApiKey key) {
    return members("id", key.id().toString(), "scopes", key.scopes(), "integrations", texts(key.integrations()),
        "calls_per_minute",
        key.callsPerMinute(), "calls_per_month", key.callsPerMonth(), "expires_at",
        key.expiresAt() == null ? null : key.expiresAt().toString(), "disabled", key.disabled());
  }

  private static @Nullable List<String> texts(@Nullable List<IntegrationId> ids) {
    return ids == null ? null : ids.stream().map(IntegrationId::toString).toList();
  }

  private static Map<String, Object> members(@Nullable Object... pairs) {
    Map<String, Object> members = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      Object value = pairs[i + 1];
      if (value != null) {
        members.put(String.valueOf(pairs[i]), value);
      }
    }
    return members;
  }
}
