package dev.authpipe.control.http;

import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Supplier;

import dev.authpipe.control.secret.SecretText;

/**
 * How the dashboard listener speaks TLS. Holds no secret: it is read each time the files are looked at, so that a replaced one counts
 * without a restart.
 *
 * @param certificate PEM file with the chain, the server's certificate first; or a PKCS#12 file with chain and key
 * @param pem         whether it is the former
 * @param secret      reads the PKCS#8 key of the former, in PEM, or the password of the latter; the reader closes it
 * @param lookEvery   how often the files are looked at for changes
 */
public record ListenerTls(Path certificate, boolean pem, Supplier<SecretText> secret, Duration lookEvery) {
  /** Checks the limits. */
  public ListenerTls {
    if (lookEvery.isNegative() || lookEvery.isZero()) {
      throw new IllegalArgumentException("the files are looked at after a while");
    }
  }
}
