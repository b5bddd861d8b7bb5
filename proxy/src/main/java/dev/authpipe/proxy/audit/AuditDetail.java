package dev.authpipe.proxy.audit;

import java.util.Locale;

/**
 * Every member that {@code detail} can have, each with one meaning and one form in all event types. Must never be renamed or change its form:
 * old events are read by it.
 */
public enum AuditDetail {
  // @formatter:off
  ACCOUNT(DetailKind.ID, "random id of the provider account"),
  ATTEMPT(DetailKind.ID, "attempt: one trip to an authorization or token endpoint"),
  BYTES(DetailKind.COUNT, "size of a file"),
  CALLS(DetailKind.COUNT, "how many calls this event stands for"),
  CALLS_PER_MINUTE(DetailKind.COUNT, "limit of an API key"),
  CALLS_PER_MONTH(DetailKind.COUNT, "limit of an API key"),
  CELL(DetailKind.CODE, "name of a cell; first for the first database"),
  CERTIFICATES(DetailKind.COUNT, "how many client certificates an API key is bound to"),
  CHANGE(DetailKind.CODE, "created, updated or removed"),
  COMMAND_KIND(DetailKind.CODE, "kind of a control plane's command"),
  CONCERNS(DetailKind.ID, "the workspace, integration, API key or request that a change is about"),
  CONNECTION(DetailKind.ID, "the connection"),
  CONNECTIONS(DetailKind.COUNT, "how many connections"),
  CREDENTIAL_TYPE(DetailKind.CODE, "oauth2, api_key, basic, bearer or client_credentials"),
  DAYS(DetailKind.COUNT, "days between a reminder and the date that it is about"),
  DELIVERIES(DetailKind.COUNT, "how many events on their way to a webhook endpoint"),
  DELIVERY(DetailKind.ID, "one event on its way to one webhook endpoint"),
  DUE_AT(DetailKind.TIME, "when a secret is to be replaced, or an end user has to agree again"),
  DURATION_MS(DetailKind.COUNT, "milliseconds"),
  END_USER(DetailKind.ID, "random id of the end user; its mapping is erased with the person"),
  END_USER_REQUIRED(DetailKind.FLAG, "whether an API key must name the end user"),
  ENTRIES(DetailKind.COUNT, "how many entries of the rescue journal"),
  ENTRY(DetailKind.ID, "one-time link to enter a client secret"),
  EPOCH(DetailKind.COUNT, "how often the logs of a store were restored, from here on"),
  ERASURE(DetailKind.ID, "the erasure"),
  EVENT(DetailKind.CODE, "type of an event that the application is told of"),
  EXPIRES_AT(DetailKind.TIME, "end of validity"),
  FAILURES(DetailKind.COUNT, "failures in a row"),
  FORCED(DetailKind.FLAG, "whether a caller asked for it"),
  GENERATION(DetailKind.COUNT, "counter of a credential's value"),
  HTTP_STATUS(DetailKind.COUNT, "status of the provider's answer"),
  INCIDENT_KIND(DetailKind.CODE, "revoke_all or rotate_all"),
  INTEGRATION(DetailKind.ID, "the integration"),
  INTEGRATIONS(DetailKind.COUNT, "how many integrations"),
  IP_RANGES(DetailKind.COUNT, "how many address ranges"),
  KEK(DetailKind.CODE, "name of the key-encryption key, given by the operator"),
  KEY_REQUEST(DetailKind.ID, "the control plane's request that an API key was made for"),
  LOG(DetailKind.CODE, "store of the log: vault or client_secrets"),
  MEMBER(DetailKind.CODE, "which member of the object; whole for the object itself"),
  OVERDUE(DetailKind.FLAG, "whether the date has come"),
  PENDING(DetailKind.COUNT, "how many are still owed"),
  PREVIOUS_UNTIL(DetailKind.TIME, "until when the client secret before is tried as well"),
  PROVIDER(DetailKind.CODE, "slug of the provider"),
  PURGE(DetailKind.FLAG, "whether nothing was to be left"),
  RECORD(DetailKind.CODE, "kind of a sealed record or of a row with a MAC"),
  RECORDS(DetailKind.COUNT, "how many sealed records were opened"),
  REPLICA(DetailKind.ID, "random id of the process that counted"),
  RESTORED_SIZE(DetailKind.COUNT, "how many events came back with a backup"),
  RETRY_SECONDS(DetailKind.COUNT, "seconds until the next try"),
  RETURN_URLS(DetailKind.COUNT, "how many return URLs are allowed"),
  REVOCATION(DetailKind.ID, "the revocation"),
  ROTATED(DetailKind.FLAG, "whether the provider gave a new refresh token"),
  ROWS(DetailKind.COUNT, "how many rows"),
  SCOPES(DetailKind.SCOPES, "scopes of an API key"),
  SCOPES_GRANTED(DetailKind.SCOPES, "scopes the provider granted"),
  SCOPES_REQUESTED(DetailKind.SCOPES, "scopes that were asked for"),
  SIGNS_FROM(DetailKind.TIME, "from when on a key signs"),
  SNAPSHOT_AT(DetailKind.TIME, "the moment whose rows a backup holds"),
  SOURCE(DetailKind.CODE, "file, command, api or page"),
  TOKEN_CALLS(DetailKind.COUNT, "calls made to the token endpoint"),
  TOKEN_KIND(DetailKind.CODE, "access_token, refresh_token, grant or key"),
  TRIES(DetailKind.COUNT, "how many tries so far"),
  VERSION(DetailKind.COUNT, "version of a keyset, a secret or a configuration"),
  WITNESSED_EPOCH(DetailKind.COUNT, "epoch of the last checkpoint that is known of the log"),
  WITNESSED_ROOT(DetailKind.CODE, "its root in hexadecimal"),
  WITNESSED_SIZE(DetailKind.COUNT, "its size"),
  WORKSPACES(DetailKind.COUNT, "how many workspaces");
  // @formatter:on

  private final DetailKind kind;
  private final String meaning;
  private final String key = name().toLowerCase(Locale.ROOT);

  AuditDetail(DetailKind kind, String meaning) {
    this.kind = kind;
    this.meaning = meaning;
  }

  /** The member's name in {@code detail}. */
  public String key() {
    return key;
  }

  DetailKind kind() {
    return kind;
  }

  String meaning() {
    return meaning;
  }
}
