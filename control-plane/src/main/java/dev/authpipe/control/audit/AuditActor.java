package dev.authpipe.control.audit;

import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;

import dev.authpipe.control.http.Session;
import dev.authpipe.wire.DataPlaneId;

/**
 * Who caused an event: a kind and a random or fixed id. Must never carry a name, an address or a mail address.
 *
 * @param kind what sort of actor
 * @param id   its id in text form
 */
public record AuditActor(Kind kind, String id) {
  private static final String UUID_FORM = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

  /** What sort of actor. */
  public enum Kind {
    // @formatter:off
    /** A person with a session; their random id. */
    PERSON(UUID_FORM),
    /** An enrolled proxy; its id. */
    DATA_PLANE("dpl_[0-7][0-9a-hjkmnp-tv-z]{25}"),
    /** Somebody at the command line; id {@code command}. */
    OPERATOR("command"),
    /** The control plane by itself; id is the room. */
    SYSTEM("[a-z]{2,20}"),
    /** Scheduled work; id is the job's name. */
    JOB("[a-z][a-z0-9-]{0,62}"),
    /** Somebody who did not authenticate; id {@code unauthenticated}. */
    STRANGER("unauthenticated");
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
  public AuditActor {
    if (!kind.form.matcher(id).matches()) {
      throw new IllegalArgumentException("not an actor of kind " + kind.word());
    }
  }

  /** The person of a session. */
  public static AuditActor of(Session session) {
    return person(session.person());
  }

  /** A person, by the random id. */
  public static AuditActor person(UUID person) {
    return new AuditActor(Kind.PERSON, person.toString());
  }

  public static AuditActor dataPlane(DataPlaneId dataPlane) {
    return new AuditActor(Kind.DATA_PLANE, dataPlane.toString());
  }

  public static AuditActor operator() {
    return new AuditActor(Kind.OPERATOR, "command");
  }

  /** The control plane by itself; the room is for instance {@code member}. */
  public static AuditActor system(String room) {
    return new AuditActor(Kind.SYSTEM, room);
  }

  public static AuditActor job(String name) {
    return new AuditActor(Kind.JOB, name);
  }

  public static AuditActor stranger() {
    return new AuditActor(Kind.STRANGER, "unauthenticated");
  }
}
