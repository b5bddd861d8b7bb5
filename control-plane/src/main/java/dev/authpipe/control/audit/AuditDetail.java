package dev.authpipe.control.audit;

import java.util.Locale;

/**
 * Every member that {@code detail} can have, each with one meaning and one form in all event types. Must never be renamed or change its form:
 * old events are read by it.
 */
public enum AuditDetail {
  // @formatter:off
  CALLS(DetailKind.COUNT, "how many requests this event stands for"),
  CHANGE(DetailKind.CODE, "created, updated or removed"),
  COMMAND(DetailKind.CODE, "disconnect, revoke-all, rotate, probe and the like"),
  CONNECTIONS(DetailKind.COUNT, "how many connections"),
  DATA_PLANE(DetailKind.ID, "the proxy"),
  DURATION_MS(DetailKind.COUNT, "milliseconds"),
  EPOCH(DetailKind.COUNT, "how often a log was restored"),
  EXPIRES_AT(DetailKind.TIME, "end of validity"),
  FACTOR(DetailKind.CODE, "password, oidc, totp or recovery_code"),
  FAILURES(DetailKind.COUNT, "failures in a row"),
  FORMAT(DetailKind.CODE, "json or terraform"),
  INTEGRATION(DetailKind.ID, "the integration"),
  INVITATION(DetailKind.ID, "random id of the invitation"),
  PART(DetailKind.CODE, "which part of the configuration"),
  PERSON(DetailKind.ID, "random id of a person; its mapping is erased with them"),
  PLAN(DetailKind.CODE, "name of the plan"),
  PROVIDER(DetailKind.CODE, "slug of the provider"),
  REGION(DetailKind.CODE, "name of the region"),
  RETURN_URLS(DetailKind.COUNT, "how many return URLs are allowed"),
  ROLE(DetailKind.CODE, "owner, admin, developer, support or viewer"),
  ROLE_BEFORE(DetailKind.CODE, "the role until now"),
  SCOPES(DetailKind.SCOPES, "scopes of an API key"),
  SEQUENCE(DetailKind.COUNT, "number of a command to a proxy"),
  SESSION(DetailKind.ID, "random id of the session"),
  SESSIONS(DetailKind.COUNT, "how many sessions"),
  VERSION(DetailKind.COUNT, "version of a configuration or a workspace"),
  WORKSPACE(DetailKind.ID, "the workspace, in the log of the plane");
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
