package dev.authpipe.proxy.audit;

import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;

import dev.authpipe.wire.ApiKeyId;
import dev.authpipe.wire.ChangeId;
import dev.authpipe.wire.CommandId;
import dev.authpipe.wire.ConnectSessionId;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.DataPlaneId;
import dev.authpipe.wire.ErasureId;
import dev.authpipe.wire.IncidentId;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WebhookId;
import dev.authpipe.wire.WorkspaceId;

/**
 * What an event is about: a kind and an id. Must never carry a name, an address or an identifier that the customer chose for a person.
 *
 * @param kind what sort of thing
 * @param id   its id in text form
 */
public record AuditObject(Kind kind, String id) {
  private static final String DIGITS = "_[0-7][0-9a-hjkmnp-tv-z]{25}";
  private static final String NAME = "[A-Za-z0-9][A-Za-z0-9_.-]{0,99}";

  /** What sort of thing. */
  public enum Kind {
    WORKSPACE("wks" + DIGITS),
    INTEGRATION("int" + DIGITS),
    CONNECTION("conn" + DIGITS),
    CONNECT_SESSION("cs" + DIGITS),
    API_KEY(
        "key" + DIGITS),
    END_USER("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    ERASURE("era" + DIGITS),
    INCIDENT("inc" + DIGITS),
    BACKUP("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    /** Version of the keyset of the event's workspace; of the deployment in the log of a store. */
    KEYSET("[0-9]{1,10}"),
    KEK(NAME),
    PROVIDER(NAME),
    JOB(NAME),
    COMMAND(NAME),
    CHANGE("chg" + DIGITS),
    CONTROL_COMMAND(
        "cmd" + DIGITS),
    DATA_PLANE("dpl" + DIGITS),
    WEBHOOK("whk" + DIGITS),
    /** The configuration as a whole; id {@code file}. */
    CONFIGURATION("file");

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

  public static AuditObject connection(ConnectionId id) {
    return new AuditObject(Kind.CONNECTION, id.toString());
  }

  public static AuditObject connectSession(ConnectSessionId id) {
    return new AuditObject(Kind.CONNECT_SESSION, id.toString());
  }

  public static AuditObject apiKey(ApiKeyId id) {
    return new AuditObject(Kind.API_KEY, id.toString());
  }

  /** A person, by the random id, never by the customer's identifier. */
  public static AuditObject endUser(UUID id) {
    return new AuditObject(Kind.END_USER, id.toString());
  }

  public static AuditObject erasure(ErasureId id) {
    return new AuditObject(Kind.ERASURE, id.toString());
  }

  public static AuditObject incident(IncidentId id) {
    return new AuditObject(Kind.INCIDENT, id.toString());
  }

  /** A backup, by its random id. */
  public static AuditObject backup(UUID id) {
    return new AuditObject(Kind.BACKUP, id.toString());
  }

  public static AuditObject keyset(int version) {
    return new AuditObject(Kind.KEYSET, Integer.toString(version));
  }

  public static AuditObject kek(String name) {
    return new AuditObject(Kind.KEK, name);
  }

  public static AuditObject provider(String slug) {
    return new AuditObject(Kind.PROVIDER, slug);
  }

  public static AuditObject job(String name) {
    return new AuditObject(Kind.JOB, name);
  }

  /** An operator's command without its arguments, words joined by a dot. */
  public static AuditObject command(String name) {
    return new AuditObject(Kind.COMMAND, name);
  }

  /** A change that a control plane proposed. */
  public static AuditObject change(ChangeId id) {
    return new AuditObject(Kind.CHANGE, id.toString());
  }

  /** A command of a control plane. */
  public static AuditObject controlCommand(CommandId id) {
    return new AuditObject(Kind.CONTROL_COMMAND, id.toString());
  }

  public static AuditObject dataPlane(DataPlaneId id) {
    return new AuditObject(Kind.DATA_PLANE, id.toString());
  }

  /** A webhook endpoint. */
  public static AuditObject webhook(WebhookId id) {
    return new AuditObject(Kind.WEBHOOK, id.toString());
  }

  public static AuditObject configuration() {
    return new AuditObject(Kind.CONFIGURATION, "file");
  }
}
