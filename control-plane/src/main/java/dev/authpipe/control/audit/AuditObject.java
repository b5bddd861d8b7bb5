package dev.authpipe.control.audit;

import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;

import dev.authpipe.wire.ApiKeyId;
import dev.authpipe.wire.ApiKeyRequestId;
import dev.authpipe.wire.CommandId;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.DataPlaneId;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

/**
 * What an event is about: a kind and an id. Must never carry a name of a person, an address or a mail address.
 *
 * @param kind what sort of thing
 * @param id   its id in text form
 */
public record AuditObject(Kind kind, String id) {
  private static final String DIGITS = "_[0-7][0-9a-hjkmnp-tv-z]{25}";
  private static final String UUID_FORM = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";
  private static final String NAME = "[A-Za-z0-9][A-Za-z0-9_.-]{0,99}";

  /** What sort of thing. */
  public enum Kind {
    // @formatter:off
    WORKSPACE("wks" + DIGITS),
    INTEGRATION("int" + DIGITS),
    API_KEY("key" + DIGITS),
    /** A wish for a key. */
    API_KEY_REQUEST("kreq" + DIGITS),
    CONNECTION("conn" + DIGITS),
    /** Random id of a person. */
    PERSON(UUID_FORM),
    /** Random id of an invitation. */
    INVITATION(UUID_FORM),
    /** Id of an enrolled proxy. */
    DATA_PLANE("dpl" + DIGITS),
    /** Id of a command to a proxy. */
    COMMAND("cmd" + DIGITS),
    /** Random id of an export. */
    EXPORT(UUID_FORM),
    /** A part of the configuration that has no id of its own, such as {@code branding}. */
    CONFIGURATION(NAME),
    JOB(NAME),
    /** An operator's command without its arguments, words joined by a dot. */
    OPERATOR_COMMAND(NAME);
    // @formatter:on

    private final Pattern form;

    Kind(String form) {
      this.form = Pattern.compile(form);
    }

    /** The word in the event. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    String form() {
      return form.pattern();
    }
  }

  /** Refuses an id that is not of the kind's form. */
  public AuditObject {
    if (!kind.form.matcher(id).matches()) {
      throw new IllegalArgumentException("not an object of kind " + kind.word());
    }
  }

  public static AuditObject workspace(WorkspaceId id) {
    return new AuditObject(Kind.WORKSPACE, id.toString());
  }

  public static AuditObject integration(IntegrationId id) {
    return new AuditObject(Kind.INTEGRATION, id.toString());
  }

  public static AuditObject apiKey(ApiKeyId id) {
    return new AuditObject(Kind.API_KEY, id.toString());
  }

  public static AuditObject apiKeyRequest(ApiKeyRequestId id) {
    return new AuditObject(Kind.API_KEY_REQUEST, id.toString());
  }

  public static AuditObject connection(ConnectionId id) {
    return new AuditObject(Kind.CONNECTION, id.toString());
  }

  /** A person, by the random id. */
  public static AuditObject person(UUID id) {
    return new AuditObject(Kind.PERSON, id.toString());
  }

  public static AuditObject invitation(UUID id) {
    return new AuditObject(Kind.INVITATION, id.toString());
  }

  public static AuditObject dataPlane(DataPlaneId id) {
    return new AuditObject(Kind.DATA_PLANE, id.toString());
  }

  /** A command to a proxy. */
  public static AuditObject command(CommandId id) {
    return new AuditObject(Kind.COMMAND, id.toString());
  }

  public static AuditObject export(UUID id) {
    return new AuditObject(Kind.EXPORT, id.toString());
  }

  /** A part of the configuration without an id of its own. */
  public static AuditObject configuration(String part) {
    return new AuditObject(Kind.CONFIGURATION, part);
  }

  public static AuditObject job(String name) {
    return new AuditObject(Kind.JOB, name);
  }

  public static AuditObject operatorCommand(String name) {
    return new AuditObject(Kind.OPERATOR_COMMAND, name);
  }
}
