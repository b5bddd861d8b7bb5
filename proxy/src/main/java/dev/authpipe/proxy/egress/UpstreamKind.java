package dev.authpipe.proxy.egress;

/**
 * What a connection may be used for: one that may be of TLS 1.2 serves nobody who wants 1.3, and none that may be of HTTP/2 serves those who
 * cannot use it.
 *
 * @param origin scheme, host and port
 * @param least  the least version of TLS
 * @param offer  the versions of HTTP
 */
public record UpstreamKind(Origin origin, TlsVersion least, HttpOffer offer) {

  /** Whether a connection of this kind may turn out to be of HTTP/2, which forbids most cipher suites of TLS 1.2 (RFC 9113 section 9.2.2). */
  boolean mayMultiplex() {
    return offer == HttpOffer.UP_TO_2 && origin.secure() && least == TlsVersion.TLS_1_3;
  }

  /** The same without HTTP/2. */
  UpstreamKind only11() {
    return new UpstreamKind(origin, least, HttpOffer.ONLY_1_1);
  }
}
