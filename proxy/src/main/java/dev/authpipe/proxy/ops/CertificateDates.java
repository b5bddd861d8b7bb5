package dev.authpipe.proxy.ops;

import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** Says of a certificate whether its time is, and for how long. */
final class CertificateDates {
  private static final Duration SOON = Duration.ofDays(21);

  private CertificateDates() {}

  static Finding judge(Check check, String what, X509Certificate certificate, Clock clock) {
    Instant now = clock.instant();
    Instant end = certificate.getNotAfter().toInstant();
    if (!now.isBefore(end)) {
      return Finding.failed(check, what + " ended on " + end);
    }
    if (now.isBefore(certificate.getNotBefore().toInstant())) {
      return Finding.failed(check, what + " begins on " + certificate.getNotBefore().toInstant(),
          "look at the clock, or put the right one in its place");
    }
    return end.isBefore(now.plus(SOON))
        ? Finding.weak(check, what + " ends on " + end)
        : Finding.ok(check, what + " is good until " + end);
  }
}
