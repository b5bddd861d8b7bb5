package dev.authpipe.testkit;

import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

import javax.net.ssl.SSLContext;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;

/**
 * A certificate authority that exists for one test run, and the certificates it issues. Its key never leaves memory.
 *
 * <p>Keys are P-256. Certificates live from an hour ago for thirty days.
 */
public final class TestCertificates {

  private static final Duration LEAD = Duration.ofHours(1);
  private static final Duration LIFETIME = Duration.ofDays(30);

  private final InstantSource clock;
  private final X509Bundle authority;

  private TestCertificates(InstantSource clock) {
    this.clock = clock;
    try {
      this.authority = builder(clock.instant()).subject("CN=Authpipe Test CA").setIsCertificateAuthority(true).buildSelfSigned();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  public static TestCertificates create() {
    return new TestCertificates(InstantSource.system());
  }

  public static TestCertificates create(InstantSource clock) {
    return new TestCertificates(clock);
  }

  public X509Certificate authority() {
    return authority.getCertificate();
  }

  public String authorityPem() {
    return authority.getCertificatePEM();
  }

  /** A certificate for these host names and IP addresses, for servers and clients. */
  public LeafCertificate issue(String... names) {
    return issue(clock.instant(), names);
  }

  /** A certificate for a client that is known by its common name, such as a database role. */
  public LeafCertificate issueTo(String commonName) {
    try {
      return new LeafCertificate(builder(clock.instant()).subject("CN=" + commonName).addExtendedKeyUsageClientAuth()
          .buildIssuedBy(authority), authority);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** A certificate that ended yesterday. */
  public LeafCertificate issueExpired(String... names) {
    return issue(clock.instant().minus(LIFETIME).minus(Duration.ofDays(1)), names);
  }

  /** A context for clients that trusts this authority and no other. */
  public SSLContext trustingContext() {
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(null, authority.toTrustManagerFactory().getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private LeafCertificate issue(Instant moment, String... names) {
    try {
      var builder = builder(moment).subject("CN=" + names[0]).addExtendedKeyUsageServerAuth().addExtendedKeyUsageClientAuth();
      for (var name : names) {
        builder = isAddress(name) ? builder.addSanIpAddress(name) : builder.addSanDnsName(name);
      }
      return new LeafCertificate(builder.buildIssuedBy(authority), authority);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean isAddress(String name) {
    return name.indexOf(':') >= 0 || name.chars().allMatch(character -> character == '.' || Character.isDigit(character));
  }

  private static CertificateBuilder builder(Instant moment) {
    return new CertificateBuilder().ecp256().notBefore(moment.minus(LEAD)).notAfter(moment.plus(LIFETIME));
  }
}
