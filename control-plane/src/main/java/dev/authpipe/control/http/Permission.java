package dev.authpipe.control.http;

import static dev.authpipe.control.http.Role.*;

import java.util.Set;

/**
 * What a route asks of who calls it, and which roles have it: the whole matrix of docs/api/control-permissions.md. Never decided anywhere
 * else; a route without one is closed.
 */
@SuppressWarnings("ImmutableEnumChecker") // the sets are unmodifiable copies
public enum Permission {
  // @formatter:off
  /** Nothing: sign-in, the dashboard's own files. */
  PUBLIC(Reach.ANYBODY),
  /** A session, even one in which a second factor is owed: to see that it is, to enrol one, to sign out. */
  ENROLMENT(Reach.SESSION),
  /** A session in which no second factor is owed, whatever its roles: one's own person, the list of one's workspaces. */
  SIGNED_IN(Reach.SESSION),

  WORKSPACE_READ(OWNER, ADMIN, DEVELOPER, SUPPORT, VIEWER),
  WORKSPACE_WRITE(OWNER, ADMIN),
  /** Plan, deletion, and who is an owner. */
  WORKSPACE_OWN(OWNER),
  MEMBERS_READ(OWNER, ADMIN, DEVELOPER, SUPPORT, VIEWER),
  MEMBERS_WRITE(OWNER, ADMIN),
  /** Integrations, webhook endpoints, policies, branding, providers. */
  CONFIGURATION_READ(OWNER, ADMIN, DEVELOPER, SUPPORT, VIEWER),
  CONFIGURATION_WRITE(OWNER, ADMIN, DEVELOPER),
  API_KEYS_READ(OWNER, ADMIN, DEVELOPER, SUPPORT, VIEWER),
  /** Ask for a key, narrow one, revoke one. */
  API_KEYS_WRITE(OWNER, ADMIN, DEVELOPER),
  CONNECTIONS_READ(OWNER, ADMIN, DEVELOPER, SUPPORT, VIEWER),
  /** Commands about one connection: disconnect, probe, refresh. */
  CONNECTIONS_WRITE(OWNER, ADMIN, SUPPORT),
  /** Commands about many: revoke all, rotate all. */
  INCIDENT(OWNER, ADMIN),
  DATA_PLANES_READ(OWNER, ADMIN, DEVELOPER, SUPPORT, VIEWER),
  /** Enrol and expel. */
  DATA_PLANES_WRITE(OWNER, ADMIN),
  ANALYTICS_READ(OWNER, ADMIN, DEVELOPER, SUPPORT, VIEWER),
  AUDIT_READ(OWNER, ADMIN, SUPPORT),
  EXPORT(OWNER, ADMIN, DEVELOPER),

  /** An enrolled proxy on the data-plane link. */
  LINK(Reach.LINK),
  /** A proxy on the data-plane link that is not enrolled yet: to be enrolled, and nothing else. */
  LINK_ENROLMENT(Reach.LINK_STRANGER),
  /** Whoever reaches the management listener. */
  MANAGEMENT(Reach.MANAGEMENT);
  // @formatter:on

  /** On which listener, and as whom. */
  public enum Reach {
    /** Anybody at the dashboard listener. */
    ANYBODY,
    /** A signed-in person at the dashboard listener. */
    SESSION,
    /** A member of the workspace in the path, at the dashboard listener. */
    WORKSPACE,
    /** An enrolled proxy at the link listener. */
    LINK,
    /** Whoever proves a key at the link listener. */
    LINK_STRANGER,
    /** Anybody at the management listener. */
    MANAGEMENT
  }

  private final Reach reach;
  private final Set<Role> roles;

  Permission(Reach reach) {
    this.reach = reach;
    this.roles = Set.of();
  }

  Permission(Role... roles) {
    this.reach = Reach.WORKSPACE;
    this.roles = Set.of(roles);
  }

  /** On which listener, and as whom. */
  public Reach reach() {
    return reach;
  }

  /** Whether a role has it; only for {@link Reach#WORKSPACE}. */
  public boolean isGivenTo(Role role) {
    return roles.contains(role);
  }
}
