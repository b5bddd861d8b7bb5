package dev.authpipe.proxy.audit;

import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * What a room wants recorded; the log adds place and time. Must never carry free text, personal data or a secret: every value is checked
 * against the closed schema of its type, and what does not fit is a mistake of the program ({@link IllegalArgumentException}).
 */
public final class AuditEntry {
  private static final Pattern REASON = Pattern.compile("[a-z][a-z0-9_.]{0,63}");
  private static final Pattern REQUEST_ID = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

  private final AuditType type;
  private final AuditActor actor;
  private final AuditObject object;
  private final AuditOutcome outcome;
  private final @Nullable String reason;
  private final @Nullable String requestId;
  private final Map<AuditDetail, Object> detail;

  private AuditEntry(Builder builder) {
    this.type = builder.type;
    this.actor = builder.actor;
    this.object = builder.object;
    this.outcome = builder.outcome;
    this.reason = builder.reason;
    this.requestId = builder.requestId;
    this.detail = Collections.unmodifiableMap(new EnumMap<>(builder.detail));
  }

  /** Begins an entry; its outcome is success until said otherwise. */
  public static Builder of(AuditType type, AuditActor actor, AuditObject object) {
    return new Builder(type, actor, object);
  }

  /** What happened. */
  public AuditType type() {
    return type;
  }

  /** Who caused it. */
  public AuditActor actor() {
    return actor;
  }

  /** What it is about. */
  public AuditObject object() {
    return object;
  }

  /** How it went. */
  public AuditOutcome outcome() {
    return outcome;
  }

  /** A registered code; null: none. */
  public @Nullable String reason() {
    return reason;
  }

  @Nullable
  String requestId() {
    return requestId;
  }

  /** What else is known: texts, whole numbers and flags. */
  public Map<AuditDetail, Object> detail() {
    return detail;
  }

  /** Collects an entry. Not thread-safe. */
  public static final class Builder {
    private final AuditType type;
    private final AuditActor actor;
    private final AuditObject object;
    private final EnumMap<AuditDetail, Object> detail = new EnumMap<>(AuditDetail.class);
    private AuditOutcome outcome = AuditOutcome.SUCCESS;
    private @Nullable String reason;
    private @Nullable String requestId;

    private Builder(AuditType type, AuditActor actor, AuditObject object) {
      if (object.kind() != type.object()) {
        throw new IllegalArgumentException(type.word() + " is not about a " + object.kind().word());
      }
      this.type = type;
      this.actor = actor;
      this.object = object;
    }

    /** How it went. */
    public Builder outcome(AuditOutcome value) {
      this.outcome = value;
      return this;
    }

    /** A registered code in lower case, never a sentence; null: none. */
    public Builder reason(@Nullable String code) {
      if (code != null && !REASON.matcher(code).matches()) {
        throw new IllegalArgumentException("not a registered code");
      }
      this.reason = code;
      return this;
    }

    /** The request's own id; null: none. */
    public Builder requestId(@Nullable String id) {
      if (id != null && !REQUEST_ID.matcher(id).matches()) {
        throw new IllegalArgumentException("not a request id");
      }
      this.requestId = id;
      return this;
    }

    /** A number. */
    public Builder detail(AuditDetail member, long value) {
      return put(member, value);
    }

    /** A flag. */
    public Builder detail(AuditDetail member, boolean value) {
      return put(member, value);
    }

    /** An id, a code, a slug or a time in its text form; null: the member is left out. */
    public Builder detail(AuditDetail member, @Nullable Object value) {
      if (value instanceof Instant time) {
        return put(member, CanonicalEvent.time(time));
      }
      return value == null ? this : put(member, value instanceof Number number ? (Object) number.longValue() : value.toString());
    }

    /**
     * Scopes in the order of their characters. A provider may answer anything: what is no scope token stands as {@code invalid_scope_token},
     * and a list over 4,096 characters ends with {@code and_more}.
     */
    public Builder scopes(AuditDetail member, Collection<String> scopes) {
      StringBuilder text = new StringBuilder();
      for (String scope : new TreeSet<>(scopes)) {
        String token = !scope.isEmpty() && scope.indexOf(' ') < 0 && DetailKind.SCOPES.accepts(scope)
            ? scope
            : "invalid_scope_token";
        if (text.length() + token.length() + 10 > DetailKind.LONGEST_SCOPES) {
          text.append(" and_more");
          break;
        }
        text.append(text.isEmpty() ? "" : " ").append(token);
      }
      return put(member, text.toString());
    }

    /** The finished entry. */
    public AuditEntry build() {
      for (AuditDetail member : AuditDetail.values()) {
        if (type.requires(member) && !detail.containsKey(member)) {
          throw new IllegalArgumentException(type.word() + " needs " + member.key());
        }
      }
      return new AuditEntry(this);
    }

    private Builder put(AuditDetail member, Object value) {
      if (!type.allows(member) || !member.kind().accepts(value)) {
        throw new IllegalArgumentException(type.word() + " does not take this " + member.key());
      }
      detail.put(member, value);
      return this;
    }
  }
}
