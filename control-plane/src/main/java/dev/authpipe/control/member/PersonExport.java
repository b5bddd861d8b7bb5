package dev.authpipe.control.member;

import java.time.Instant;
import java.util.List;

import io.micronaut.core.annotation.Introspected;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Everything held about a person, for themselves (S84: no secret, no hash of one).
 *
 * @param id              random id, as events name the person
 * @param email           address
 * @param displayName     name
 * @param createdAt       when the account was made
 * @param verifiedAt      when the address was proved
 * @param firstSignedInAt when they first signed in
 * @param hasPassword     whether a password is set
 * @param secondFactorAt  since when there is a second factor
 * @param recoveryCodes   how many recovery codes are unused
 * @param memberships     roles by workspace
 * @param identities      linked identities
 * @param sessions        open sessions
 */
@Introspected
@Schema(name = "PersonExport")
record PersonExport(String id, String email, String displayName, Instant createdAt, @Nullable Instant verifiedAt,
    @Nullable Instant firstSignedInAt, boolean hasPassword, @Nullable Instant secondFactorAt, int recoveryCodes,
    List<Membership> memberships, List<Identity> identities, List<OpenSession> sessions) {

  /** A role in a workspace. */
  @Introspected
  @Schema(name = "ExportedMembership")
  record Membership(String workspaceId, String role) {}

  /** A linked identity. */
  @Introspected
  @Schema(name = "ExportedIdentity")
  record Identity(String issuer, String subject) {}

  /** An open session. */
  @Introspected
  @Schema(name = "ExportedSession")
  record OpenSession(String id, Instant createdAt, Instant lastUsedAt) {}
}
