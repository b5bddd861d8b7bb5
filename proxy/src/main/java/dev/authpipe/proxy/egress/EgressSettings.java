package dev.authpipe.proxy.egress;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * What the operator decides about the way out. Tenants, callers and providers never influence any of it.
 *
 * @param privateHosts        host names that may lead to private addresses, for self-managed providers; lower case, exact
 * @param privateRanges       address ranges in CIDR notation that may be connected to though they are private
 * @param trustedCertificates PEM files of certificate authorities trusted beside the platform's
 * @param standIns            origins of local stand-ins ({@code http://127.0.0.1:4711}) that may be reached without TLS at any address; set
 *                              by tests and the demo through the Java API only, never by a file
 * @param connectTimeout      longest wait for one name look-up, and again for one TCP connection with its TLS handshake
 * @param idlePerOrigin       most idle upstream connections per event loop and origin
 * @param idleTimeout         how long an idle upstream connection is kept
 * @param http2Connections    most HTTP/2 connections per event loop and origin; 0: providers are not offered HTTP/2
 */
public record EgressSettings(List<String> privateHosts, List<String> privateRanges, List<Path> trustedCertificates,
    Set<URI> standIns,
    Duration connectTimeout, int idlePerOrigin, Duration idleTimeout, int http2Connections) {

  /** Copies and checks. */
  public EgressSettings {
    privateHosts = List.copyOf(privateHosts);
    privateRanges = List.copyOf(privateRanges);
    trustedCertificates = List.copyOf(trustedCertificates);
    standIns = Set.copyOf(standIns);
    if (idlePerOrigin < 0 || idlePerOrigin > 10_000) {
      throw new IllegalArgumentException("idle connections per origin are 0 to 10000");
    }
    if (http2Connections < 0 || http2Connections > 1_000) {
      throw new IllegalArgumentException("HTTP/2 connections per origin are 0 to 1000");
    }
    if (connectTimeout.isNegative() || connectTimeout.isZero() || connectTimeout.compareTo(Duration.ofMinutes(1)) > 0) {
      throw new IllegalArgumentException("the connect timeout is up to one minute");
    }
    privateRanges.forEach(AddressRange::parse);
  }

  /** Nothing private, nothing beside the platform's certificate authorities. */
  public static EgressSettings defaults() {
    return new EgressSettings(List.of(), List.of(), List.of(), Set.of(), Duration.ofSeconds(5), 64, Duration.ofSeconds(30), 8);
  }

  /** The same with local stand-ins. */
  public EgressSettings withStandIns(Set<URI> origins) {
    return new EgressSettings(privateHosts, privateRanges, trustedCertificates, origins, connectTimeout, idlePerOrigin,
        idleTimeout, http2Connections);
  }
}
