package dev.authpipe.wire;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What a control plane proposes that a data plane's workspaces be; the version only rises. Never a secret, a key, an endpoint, an egress
 * rule or an address of the proxy: those are the operator's.
 */
public record Feed(int v, DataPlaneId dataPlane, long version, Instant issuedAt, List<Workspace> workspaces) implements Document {
  private static final int MOST_KEYS = 10_000;
  private static final int MOST = 1_000;
  private static final int MOST_WEBHOOKS = 20;
  private static final int LONG = 2_048;
  private static final int COLOUR = 32;
  private static final int PICTURE = 65_536;

  /** Validates and copies. */
  public Feed {
    Rule.version(v);
    Rule.counts(version);
    workspaces = List.copyOf(workspaces);
    Rule.holds(workspaces.size() <= MOST_KEYS, "too many workspaces");
    Rule.holds(workspaces.stream().map(Workspace::id).distinct().count() == workspaces.size(), "a workspace twice");
    Rule.holds(workspaces.stream().map(Workspace::name).distinct().count() == workspaces.size(), "a workspace's name twice");
  }

  /** An isolation boundary; retention is that of the shell of a disconnected connection. */
  public record Workspace(WorkspaceId id, String name, String region, int retentionDays, boolean strictAudit,
      List<Integration> integrations, List<ApiKey> apiKeys, List<ApiKeyRequest> apiKeyRequests,
      @Nullable List<Webhook> webhookEndpoints, @Nullable Branding branding) {
    /** Validates and copies; no endpoint and no list of them are the same. */
    public Workspace {
      webhookEndpoints = webhookEndpoints == null || webhookEndpoints.isEmpty() ? null : List.copyOf(webhookEndpoints);
      Rule.holds(webhookEndpoints == null || (webhookEndpoints.size() <= MOST_WEBHOOKS
          && webhookEndpoints.stream().map(Webhook::id).distinct().count() == webhookEndpoints.size()),
          "too many webhook endpoints, or one twice");
      Rule.slug(name);
      Rule.slug(region);
      Rule.holds(retentionDays >= 0 && retentionDays <= 30, "retention is 0 to 30 days");
      integrations = List.copyOf(integrations);
      apiKeys = List.copyOf(apiKeys);
      apiKeyRequests = List.copyOf(apiKeyRequests);
      Rule.holds(integrations.size() <= MOST && apiKeys.size() <= MOST_KEYS && apiKeyRequests.size() <= MOST, "too many objects");
      Rule.holds(integrations.stream().map(Integration::id).distinct().count() == integrations.size()
          && integrations.stream().map(Integration::slug).distinct().count() == integrations.size()
          && apiKeys.stream().map(ApiKey::id).distinct().count() == apiKeys.size()
          && apiKeyRequests.stream().map(ApiKeyRequest::id).distinct().count() == apiKeyRequests.size(), "an object twice");
    }

    /** This workspace with other rules about its keys. */
    public Workspace withApiKeys(List<ApiKey> rules) {
      return new Workspace(id, name, region, retentionDays, strictAudit, integrations, rules, apiKeyRequests,
          webhookEndpoints, branding);
    }

    /** This workspace with other integrations and looks. */
    public Workspace withShown(List<Integration> shown, @Nullable Branding looks) {
      return new Workspace(id, name, region, retentionDays, strictAudit, shown, apiKeys, apiKeyRequests, webhookEndpoints,
          looks);
    }

    /** Where the application wants to be told; empty: nowhere. */
    public List<Webhook> webhooks() {
      return webhookEndpoints == null ? List.of() : webhookEndpoints;
    }
  }

  /**
   * How the connect page looks: a colour and a PNG in base64, of which the proxy judges whether they can be shown. Never an address or markup.
   */
  public record Branding(@Nullable String accent, @Nullable String logo) {
    /** Validates. */
    public Branding {
      Rule.holds(accent != null || logo != null, "branding that says nothing");
      if (accent != null) {
        Rule.text(accent, COLOUR);
      }
      if (logo != null) {
        Rule.text(logo, PICTURE);
      }
    }
  }

  /** Where the application wants to be told of its connections; never its signing secret, which the proxy makes and keeps. */
  public record Webhook(WebhookId id, String url, List<String> events, boolean disabled) {
    /** Validates and copies. */
    public Webhook {
      Rule.text(url, LONG);
      events = List.copyOf(events);
      Rule.texts(events, 20, 64);
    }
  }

  /** A client registration at a provider of the proxy's own catalog; never its client secret. */
  public record Integration(IntegrationId id, String slug, String provider, String clientId, List<String> scopes,
      List<String> returnUrls, Map<String, String> params, String applicationName, boolean proxyOnly, boolean disabled,
      String note) {
    /** Validates and copies. */
    public Integration {
      Rule.slug(slug);
      Rule.slug(provider);
      Rule.text(clientId, 255);
      scopes = List.copyOf(scopes);
      Rule.texts(scopes, MOST, 255);
      returnUrls = List.copyOf(returnUrls);
      Rule.texts(returnUrls, MOST, LONG);
      params = Map.copyOf(params);
      Rule.texts(params, 100, LONG);
      Rule.text(applicationName, 100);
      Rule.text(note, LONG);
    }

    /** This integration under another name of the application. */
    public Integration withApplicationName(String other) {
      return new Integration(id, slug, provider, clientId, scopes, returnUrls, params, other, proxyOnly, disabled, note);
    }
  }

  /** What a key made by the proxy may do now; an absent list of integrations means all, an absent cap none. */
  public record ApiKey(ApiKeyId id, List<String> scopes, @Nullable List<IntegrationId> integrations,
      @Nullable Integer callsPerMinute, @Nullable Long callsPerMonth, @Nullable Instant expiresAt, boolean disabled) {
    /** Validates and copies. */
    public ApiKey {
      scopes = List.copyOf(scopes);
      Rule.texts(scopes, 100, 64);
      integrations = integrations == null ? null : List.copyOf(integrations);
      Rule.holds(integrations == null || integrations.size() <= MOST, "too many integrations");
      Rule.counts(callsPerMinute, callsPerMonth);
    }
  }

  /** A wish for a key, which the proxy makes and shows once when its operator approves. */
  public record ApiKeyRequest(ApiKeyRequestId id, String name, List<String> scopes, @Nullable List<IntegrationId> integrations,
      @Nullable Integer callsPerMinute, @Nullable Long callsPerMonth, @Nullable Instant expiresAt,
      @Nullable Boolean requireEndUser) {
    /** Validates and copies. */
    public ApiKeyRequest {
      Rule.text(name, 100);
      scopes = List.copyOf(scopes);
      Rule.texts(scopes, 100, 64);
      integrations = integrations == null ? null : List.copyOf(integrations);
      Rule.holds(!name.isBlank() && !scopes.isEmpty() && (integrations == null || integrations.size() <= MOST),
          "no name, no scopes or too many integrations");
      Rule.counts(callsPerMinute, callsPerMonth);
    }
  }
}
