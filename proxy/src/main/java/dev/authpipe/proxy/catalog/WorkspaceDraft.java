package dev.authpipe.proxy.catalog;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WebhookId;
import dev.authpipe.wire.WorkspaceId;

/**
 * A workspace as it stands in a configuration, before its id is known.
 *
 * @param name         unique in the file
 * @param kekName      the KEK it picked
 * @param strictAudit  whether reads and calls are recorded before they happen
 * @param retention    how long the shell of a disconnected connection stays
 * @param integrations its integrations
 * @param webhooks     where the application is told of its connections
 * @param id           given by a control plane; null: by the registration
 */
record WorkspaceDraft(String name, String kekName, boolean strictAudit, Duration retention, List<IntegrationDraft> integrations,
    List<WebhookDraft> webhooks, @Nullable WorkspaceId id) {

  /** What the change of settings is told by; the same text means the same settings. */
  String settings() {
    return "strict_audit=" + strictAudit + " retention=" + retention;
  }

  WorkspaceDraft known(WorkspaceId given, List<IntegrationDraft> known, List<WebhookDraft> knownWebhooks) {
    return new WorkspaceDraft(name, kekName, strictAudit, retention, known, knownWebhooks, given);
  }

  Workspace withId(WorkspaceId given) {
    return new Workspace(given, name, kekName, strictAudit, retention, webhooks.stream().map(one -> one.of(given)).toList());
  }

  /**
   * A webhook endpoint as it stands in a configuration.
   *
   * @param name   unique in its workspace
   * @param url    where events go
   * @param events which ones
   * @param id     given by a control plane; null: made of workspace and name
   */
  record WebhookDraft(String name, URI url, Set<EventType> events, @Nullable WebhookId id) {
    WebhookDraft known(WebhookId given) {
      return new WebhookDraft(name, url, events, given);
    }

    WebhookEndpoint of(WorkspaceId workspace) {
      return new WebhookEndpoint(id == null ? WebhookEndpoint.idOf(workspace, name) : id, name, url, events);
    }
  }

  /**
   * An integration as it stands in a configuration, before its id is known.
   *
   * @param slug            unique in its workspace
   * @param provider        at which provider
   * @param clientId        empty for key-based providers
   * @param clientSecret    where it is to be read; null: none, or set by command
   * @param scopes          asked for, those that reading the account needs included
   * @param returnUrls      exact addresses
   * @param params          values of provider parameters
   * @param applicationName what end users see
   * @param proxyOnly       whether access tokens are never handed out
   * @param apiBase         replaces the profile's; null: the profile's
   * @param rotateAfter     the age at which its secrets are to be replaced; null: as the provider's entry says
   * @param theme           how the hosted page looks
   * @param id              given by a control plane; null: by the registration
   */
  record IntegrationDraft(String slug, Provider provider, String clientId, @Nullable ClientSecretFile clientSecret,
      List<String> scopes,
      List<URI> returnUrls, Map<String, String> params, String applicationName, boolean proxyOnly, @Nullable URI apiBase,
      @Nullable Duration rotateAfter, Theme theme, @Nullable IntegrationId id) {

    IntegrationDraft known(IntegrationId given) {
      return new IntegrationDraft(slug, provider, clientId, clientSecret, scopes, returnUrls, params, applicationName, proxyOnly,
          apiBase, rotateAfter, theme, given);
    }

    IntegrationDraft themed(Theme worn) {
      return new IntegrationDraft(slug, provider, clientId, clientSecret, scopes, returnUrls, params, applicationName, proxyOnly,
          apiBase, rotateAfter, worn, id);
    }

    String settings() {
      return "client_id=" + clientId + " scopes=" + scopes + " return_urls=" + returnUrls + " params="
          + new java.util.TreeMap<>(params)
          + " application_name=" + applicationName + " proxy_only=" + proxyOnly + " api_base=" + apiBase
          + (rotateAfter == null ? "" : " rotate_after=" + rotateAfter) + theme.settings();
    }

    Integration withId(WorkspaceId workspace, IntegrationId given) {
      return new Integration(workspace, given, slug, provider, clientId, scopes, returnUrls, params, applicationName, proxyOnly,
          apiBase, rotateAfter, theme);
    }
  }
}
