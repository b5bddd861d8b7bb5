package dev.authpipe.control.member;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;

import jakarta.inject.Singleton;

import dev.authpipe.control.audit.AuditActor;
import dev.authpipe.control.audit.AuditDetail;
import dev.authpipe.control.audit.AuditEntry;
import dev.authpipe.control.audit.AuditLog;
import dev.authpipe.control.audit.AuditObject;
import dev.authpipe.control.audit.AuditType;
import dev.authpipe.control.db.Tx;
import dev.authpipe.control.http.ErrorCode;
import dev.authpipe.control.http.ProblemException;
import dev.authpipe.control.http.Role;
import dev.authpipe.control.http.Session;
import dev.authpipe.control.member.totp.FactorKey;
import dev.authpipe.control.member.totp.Totp;
import dev.authpipe.control.secret.Randomness;
import dev.authpipe.control.secret.SecretText;

/**
 * Time-based codes and recovery codes as second factor. The secret leaves once, when it is enrolled; a step and a recovery code count once.
 * Thread-safe.
 */
@Singleton
final class SecondFactors {
  private static final int SECRET_BYTES = 20;
  private static final int RECOVERY_CODES = 10;
  private static final int RECOVERY_CODE_LENGTH = 20;
  private static final String TOTP = "totp";
  private static final String RECOVERY_CODE = "recovery_code";

  /** What a code was. */
  enum Check {
    TOTP_CODE(TOTP),
    USED_RECOVERY_CODE(RECOVERY_CODE),
    WRONG("none");

    private final String word;

    Check(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }

  private final FactorKey key;
  private final AuditLog audit;
  private final Randomness randomness;
  private final Clock clock;

  SecondFactors(FactorKey key, AuditLog audit, Randomness randomness, Clock clock) {
    this.key = key;
    this.audit = audit;
    this.randomness = randomness;
    this.clock = clock;
  }

  /** Whether somebody in this role must have a second factor. */
  static boolean isNeededAs(Role role) {
    return role == Role.OWNER || role == Role.ADMIN;
  }

  /** Makes a secret that counts once it is confirmed; answers the address that authenticator apps read. */
  URI begin(Tx plane, Person person) {
    SecretText secret = Totp.secret(randomness.bytes(SECRET_BYTES));
    if (!PersonStore.beginTotp(plane, person.id(), key.seal(person.id(), secret))) {
      throw new ProblemException(ErrorCode.CONFLICT, "There is a second factor; remove it first.");
    }
    String account = URLEncoder.encode(person.email().text(), StandardCharsets.UTF_8);
    return URI.create("otpauth://totp/Authpipe:" + account + "?secret=" + secret.expose()
        + "&issuer=Authpipe&algorithm=SHA1&digits=6&period=30");
  }

  /** Confirms the secret with a code of it; answers the recovery codes, which are shown this once. */
  List<SecretText> confirm(Tx plane, Session session, SecretText code, String requestId) {
    byte[] sealed = PersonStore.totpSealed(plane, session.person());
    OptionalLong step = sealed == null
        ? OptionalLong.empty()
        : Totp.step(key.open(session.person(), sealed), code, clock.instant());
    if (step.isEmpty() || !PersonStore.confirmTotp(plane, session.person(), step.getAsLong(), clock.instant())) {
      throw new ProblemException(ErrorCode.CODE_INVALID);
    }
    List<SecretText> codes = new ArrayList<>();
    for (int i = 0; i < RECOVERY_CODES; i++) {
      SecretText recovery = randomness.base62(RECOVERY_CODE_LENGTH);
      PersonStore.putRecoveryCode(plane, session.person(), SecretHash.of(recovery));
      codes.add(recovery);
    }
    changed(plane, AuditActor.of(session), session.person(), "created", TOTP, requestId);
    return codes;
  }

  /** Looks at a code and uses it up. */
  Check check(Tx plane, UUID person, SecretText code, String requestId) {
    byte[] sealed = PersonStore.totpSealed(plane, person);
    OptionalLong step = sealed == null ? OptionalLong.empty() : Totp.step(key.open(person, sealed), code, clock.instant());
    if (step.isPresent() && PersonStore.useTotpStep(plane, person, step.getAsLong())) {
      return Check.TOTP_CODE;
    }
    if (PersonStore.useRecoveryCode(plane, person, SecretHash.of(code))) {
      changed(plane, AuditActor.person(person), person, "removed", RECOVERY_CODE, requestId);
      return Check.USED_RECOVERY_CODE;
    }
    return Check.WRONG;
  }

  /** Takes the second factor away. */
  void remove(Tx plane, Session session, String requestId) {
    PersonStore.removeTotp(plane, session.person());
    changed(plane, AuditActor.of(session), session.person(), "removed", TOTP, requestId);
  }

  private void changed(Tx plane, AuditActor actor, UUID person, String change, String factor, String requestId) {
    audit.append(plane, AuditEntry.of(AuditType.SECOND_FACTOR_CHANGED, actor, AuditObject.person(person))
        .detail(AuditDetail.CHANGE, change).detail(AuditDetail.FACTOR, factor).requestId(requestId).build());
  }
}
