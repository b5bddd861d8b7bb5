package dev.authpipe.proxy.catalog;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.egress.TlsVersion;

/**
 * How a provider is spoken to. Less than TLS 1.3 is an exception, which its file records with the reason.
 *
 * @param least  the least version
 * @param reason why it is less than usual, for the operator to read; null: it is not
 */
public record TlsProfile(TlsVersion least, @Nullable String reason) {
  /** TLS 1.3. */
  public static final TlsProfile USUAL = new TlsProfile(TlsVersion.TLS_1_3, null);

  /** Checks that an exception has its reason, and nothing else has one. */
  public TlsProfile {
    if ((least == TlsVersion.TLS_1_3) != (reason == null)) {
      throw new IllegalArgumentException("tls.minimum below 1.3 is an exception and needs tls.reason; 1.3 has none");
    }
  }

  /** Whether the provider may be spoken to with less than usual. */
  public boolean isException() {
    return reason != null;
  }
}
