package dev.authpipe.control.audit;

import static dev.authpipe.control.audit.AuditDetail.*;

import java.util.Optional;
import java.util.Set;

import dev.authpipe.control.audit.AuditObject.Kind;

/**
 * Every type of event, with what it is about and the closed schema of its detail. A type may gain an optional member, and new types may be
 * added; nothing may be renamed or removed, for old events stay as they are.
 */
@SuppressWarnings("ImmutableEnumChecker") // the sets are unmodifiable copies
public enum AuditType {
  // @formatter:off
  SIGNED_IN("person.signed_in", Kind.PERSON, "A person signed in.", needs(SESSION, FACTOR), may()),
  SIGNED_OUT("person.signed_out", Kind.PERSON, "A person signed out, or their sessions were ended.", needs(SESSIONS), may(SESSION)),
  SIGN_IN_FAILED("person.sign_in_failed", Kind.PERSON, "Sign-in as a known person failed; reason says why.", needs(FACTOR), may(FAILURES)),
  SIGN_IN_LOCKED("person.sign_in_locked", Kind.PERSON, "Sign-in as a person is refused for a while after many failures.", needs(FAILURES), may(EXPIRES_AT)),
  PERSON_CREATED("person.created", Kind.PERSON, "A person registered; their address is not verified by that.", needs(), may(FACTOR)),
  PERSON_VERIFIED("person.verified", Kind.PERSON, "A person proved their mail address.", needs(), may()),
  PASSWORD_CHANGED("person.password_changed", Kind.PERSON, "A password was set or changed; other sessions ended.", needs(), may(SESSIONS)),
  PASSWORD_RESET_REQUESTED("person.password_reset_requested", Kind.PERSON, "A reset code was sent.", needs(), may(EXPIRES_AT)),
  SECOND_FACTOR_CHANGED("person.second_factor_changed", Kind.PERSON, "A second factor was added, replaced or removed.", needs(CHANGE, FACTOR), may()),
  PERSON_CHANGED("person.changed", Kind.PERSON, "A person changed what they are called.", needs(), may()),
  EMAIL_CHANGE_REQUESTED("person.email_change_requested", Kind.PERSON, "A person wants another mail address; codes went to both.", needs(), may(EXPIRES_AT)),
  EMAIL_CHANGED("person.email_changed", Kind.PERSON, "A person has another mail address, proved like the one before.", needs(), may(SESSIONS)),
  IDENTITY_LINKED("person.identity_linked", Kind.PERSON, "An identity at the OpenID provider was linked to a person.", needs(), may()),
  PERSON_EXPORTED("person.exported", Kind.PERSON, "A person exported what is held about them.", needs(), may()),
  PERSON_DELETED("person.deleted", Kind.PERSON, "A person's account was deleted; what leads from the id to them is gone.", needs(), may()),
  WORKSPACE_CREATED("workspace.created", Kind.WORKSPACE, "A workspace was created; who did it is its first owner.", needs(REGION, PLAN), may()),
  WORKSPACE_CHANGED("workspace.changed", Kind.WORKSPACE, "Name or plan of a workspace changed.", needs(VERSION), may(PLAN)),
  WORKSPACE_DELETION_REQUESTED("workspace.deletion_requested", Kind.WORKSPACE, "The deletion of a workspace was asked for.", needs(), may()),
  WORKSPACE_DELETED("workspace.deleted", Kind.WORKSPACE, "A workspace is deleted.", needs(), may()),
  MEMBER_INVITED("member.invited", Kind.INVITATION, "Somebody was invited.", needs(ROLE), may(EXPIRES_AT)),
  MEMBER_JOINED("member.joined", Kind.PERSON, "A person became a member.", needs(ROLE), may(INVITATION)),
  MEMBER_ROLE_CHANGED("member.role_changed", Kind.PERSON, "The role of a member changed.", needs(ROLE, ROLE_BEFORE), may()),
  MEMBER_REMOVED("member.removed", Kind.PERSON, "A member left or was removed.", needs(), may(ROLE_BEFORE)),
  INVITATION_WITHDRAWN("member.invitation_withdrawn", Kind.INVITATION, "An invitation was withdrawn or ran out.", needs(), may()),
  INTEGRATION_CHANGED("integration.changed", Kind.INTEGRATION, "An integration was created, updated or removed.", needs(CHANGE), may(PROVIDER, RETURN_URLS, VERSION)),
  API_KEY_CHANGED("api_key.changed", Kind.API_KEY, "A proxy made or revoked an API key, or it was narrowed here.", needs(CHANGE), may(SCOPES, EXPIRES_AT, VERSION)),
  API_KEY_REQUEST_CHANGED("api_key_request.changed", Kind.API_KEY_REQUEST, "A request for an API key was made or withdrawn.", needs(CHANGE), may(SCOPES, EXPIRES_AT)),
  CONFIGURATION_CHANGED("configuration.changed", Kind.CONFIGURATION, "Another part of a workspace's configuration changed.", needs(CHANGE), may(PART, VERSION)),
  DATA_PLANE_CREATED("data_plane.created", Kind.DATA_PLANE, "A data plane was created; no proxy is enrolled by that.", needs(), may()),
  DATA_PLANE_CODE_ISSUED("data_plane.code_issued", Kind.DATA_PLANE, "An enrolment code was shown.", needs(EXPIRES_AT), may()),
  DATA_PLANE_ASSIGNED("data_plane.assigned", Kind.DATA_PLANE, "A workspace was assigned to a data plane.", needs(REGION), may()),
  DATA_PLANE_UNASSIGNED("data_plane.unassigned", Kind.DATA_PLANE, "A workspace was taken away from a data plane.", needs(), may()),
  DATA_PLANE_IDENTITY_ANNOUNCED("data_plane.identity_announced", Kind.DATA_PLANE, "A proxy named the identity with which it connects next.", needs(), may()),
  DATA_PLANE_IDENTITY_RENEWED("data_plane.identity_renewed", Kind.DATA_PLANE, "A proxy connected with its announced identity; the one before is retired.", needs(), may()),
  CHECKPOINT_REFUSED("checkpoint.refused", Kind.DATA_PLANE, "A checkpoint of a proxy does not continue its last one.", needs(EPOCH), may()),
  RESTORE_DECLARED("checkpoint.restore_declared", Kind.DATA_PLANE, "Somebody declared that a proxy's store was restored.", needs(EPOCH), may()),
  DATA_PLANE_ENROLLED("data_plane.enrolled", Kind.DATA_PLANE, "A proxy was enrolled.", needs(), may(REGION, EXPIRES_AT)),
  DATA_PLANE_REFUSED("data_plane.refused", Kind.DATA_PLANE, "A proxy was refused; reason says why.", needs(), may()),
  DATA_PLANE_EXPELLED("data_plane.expelled", Kind.DATA_PLANE, "A proxy was expelled.", needs(), may()),
  COMMAND_ISSUED("command.issued", Kind.COMMAND, "A command was issued to proxies.", needs(AuditDetail.COMMAND), may(CONNECTIONS, DATA_PLANE, EXPIRES_AT, INTEGRATION, SEQUENCE)),
  COMMAND_ANSWERED("command.answered", Kind.COMMAND, "A proxy answered a command.", needs(AuditDetail.COMMAND), may(CONNECTIONS, DATA_PLANE, SEQUENCE)),
  EXPORT_MADE("export.made", Kind.EXPORT, "The configuration was exported, without secrets.", needs(FORMAT), may(EXPIRES_AT)),
  JOB_STARTED("job.started", Kind.JOB, "Scheduled work began.", needs(), may(FAILURES)),
  JOB_COMPLETED("job.completed", Kind.JOB, "Scheduled work is done.", needs(DURATION_MS), may()),
  JOB_FAILED("job.failed", Kind.JOB, "Scheduled work failed.", needs(), may(FAILURES, DURATION_MS)),
  OPERATOR_COMMAND_RUN("operator.command_run", Kind.OPERATOR_COMMAND, "An operator ran a command.", needs(), may(AuditDetail.WORKSPACE, AuditDetail.PERSON)),
  STRANGER_REFUSED("stranger.refused", Kind.CONFIGURATION, "Requests without a valid identity were refused; counted per reason and minute.", needs(CALLS), may());
  // @formatter:on

  private final String word;
  private final Kind object;
  private final String meaning;
  private final Set<AuditDetail> needed;
  private final Set<AuditDetail> optional;

  AuditType(String word, Kind object, String meaning, Set<AuditDetail> needed, Set<AuditDetail> optional) {
    this.word = word;
    this.object = object;
    this.meaning = meaning;
    this.needed = needed;
    this.optional = optional;
  }

  private static Set<AuditDetail> needs(AuditDetail... members) {
    return set(members);
  }

  private static Set<AuditDetail> may(AuditDetail... members) {
    return set(members);
  }

  private static Set<AuditDetail> set(AuditDetail... members) {
    return Set.of(members);
  }

  /** The dotted name in the event. */
  public String word() {
    return word;
  }

  /** The type of a dotted name. */
  public static Optional<AuditType> of(String word) {
    for (AuditType type : values()) {
      if (type.word.equals(word)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  Kind object() {
    return object;
  }

  String meaning() {
    return meaning;
  }

  boolean requires(AuditDetail member) {
    return needed.contains(member);
  }

  boolean allows(AuditDetail member) {
    return needed.contains(member) || optional.contains(member);
  }
}
