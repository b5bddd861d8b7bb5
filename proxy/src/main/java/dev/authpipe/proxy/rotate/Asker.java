package dev.authpipe.proxy.rotate;

import java.util.Locale;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.audit.AuditActor;

/** Who asks for a rotation. */
public enum Asker {
  /** The control plane, by a signed command. */
  CONTROL_PLANE,
  /** Somebody at the command line. */
  OPERATOR,
  /** The keyset's age. */
  AGE;

  /** The word in the row. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** By the word in the row; none is the control plane's. */
  static Asker of(@Nullable String word) {
    return word == null ? CONTROL_PLANE : valueOf(word.toUpperCase(Locale.ROOT));
  }

  AuditActor actor() {
    return switch (this) {
      case CONTROL_PLANE -> AuditActor.system("link");
      case OPERATOR -> AuditActor.operator();
      case AGE -> AuditActor.job(RotationJob.NAME);
    };
  }
}
