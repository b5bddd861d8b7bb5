package dev.authpipe.proxy.audit;

import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;

import dev.authpipe.wire.ApiKeyId;

/**
 * Who caused an event: a kind and a random or fixed id. Must never carry a name, an address or an identifier that the customer chose for a
 * person.
 *
 * @param kind what sort of actor
 * @param id   its id in text form
 */
public record AuditActor(Kind kind, String id) {
  private static final String UUID_FORM = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

  /** What sort of actor. */
  public enum Kind {
    /** A program with an API key; id {@code key_…}. */
    API_KEY("key_[0-7][0-9a-hjkmnp-tv-z]{25}"),
    /** A person at a browser; the random id of the end user. */
    END_USER(UUID_FORM),
    /** Somebody at the command line; id {@code command}. */
    OPERATOR("command"),
    /** The proxy by itself; id is the room. */
    SYSTEM("[a-z]{2,20}"),
    /** Scheduled work; id is the job's name. */
    JOB("[a-z][a-z0-9-]{0,62}"),
    /** Somebody who did not authenticate; id {@code unauthenticated}. */
    STRANGER("unauthenticated");

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

  public static AuditActor apiKey(ApiKeyId key) {
    return new AuditActor(Kind.API_KEY, key.toString());
  }

  /** A person at a browser, by the random id, never by the customer's identifier. */
  public static AuditActor endUser(UUID endUser) {
    return new AuditActor(Kind.END_USER, endUser.toString());
  }

  public static AuditActor operator() {
    return new AuditActor(Kind.OPERATOR, "command");
  }

  /** The proxy by itself; the room is for instance {@code refresh}. */
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
