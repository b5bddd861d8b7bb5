package dev.authpipe.proxy.http;

import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.secret.SecretText;

/**
 * How the listeners speak TLS. Holds no secret: it is read each time the files are looked at, so that a replaced one counts
 * without a restart.
 *
 * @param certificate       PEM file with the chain, the server's certificate first; or a PKCS#12 file with chain and key
 * @param pem               whether it is the former
 * @param secret            reads the PKCS#8 key of the former, in PEM, or the password of the latter; the reader closes it
 * @param clients           whether the API listener asks its callers for certificates; no other one does
 * @param clientAuthorities PEM file of the authorities that callers' certificates must come from; null: any certificate is taken whose
 *                          owner proves its key, and only API keys that are bound to one care (RFC 8705 section 2.2)
 * @param lookEvery         how often the files are looked at for changes
 */
public record ListenerTls(Path certificate, boolean pem, Supplier<SecretText> secret, ClientCertificates clients,
    @Nullable Path clientAuthorities, Duration lookEvery) {

  /** What the API listener asks of its callers. */
  public enum ClientCertificates {
    /** Nothing. */
    NONE,
    /** A certificate, if they have one. */
    OPTIONAL,
    /** A certificate, or the handshake fails. */
    REQUIRED
  }

  /** Checks that what is asked for can be judged. */
  public ListenerTls {
    if (clients == ClientCertificates.REQUIRED && clientAuthorities == null) {
      throw new IllegalArgumentException(
          "tls.client_certificates: required needs tls.client_authorities, for anybody can make a certificate");
    }
    if (clients == ClientCertificates.NONE && clientAuthorities != null) {
      throw new IllegalArgumentException("tls.client_authorities is of no use while tls.client_certificates is none");
    }
    if (lookEvery.isNegative() || lookEvery.isZero()) {
      throw new IllegalArgumentException("the files are looked at after a while");
    }
  }
}
