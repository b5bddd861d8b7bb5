package dev.authpipe.control.ops;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import dev.authpipe.control.http.ListenerSettings;
import dev.authpipe.control.http.ListenerTls;
import dev.authpipe.control.http.ServerTls;

/** Looks at the certificates that others have to believe. The link's is none of them: who it is does not depend on its dates. */
final class CertificateExamination {
  private static final Duration SOON = Duration.ofDays(21);
  private static final Pattern CLIENT_CERTIFICATE = Pattern.compile("[?&]sslcert=([^&]+)");

  private final Instant now;
  private final List<Finding> findings = new ArrayList<>();

  private CertificateExamination(Instant now) {
    this.now = now;
  }

  static List<Finding> of(ControlSettings settings, Clock clock) {
    CertificateExamination examination = new CertificateExamination(clock.instant());
    examination.dashboard(settings.listeners());
    Matcher client = CLIENT_CERTIFICATE.matcher(settings.store().jdbcUrl());
    if (client.find()) {
      examination.store(Path.of(client.group(1)));
    }
    return List.copyOf(examination.findings);
  }

  private void dashboard(ListenerSettings listeners) {
    String subject = "dashboard certificate";
    ListenerTls tls = listeners.tls();
    if (tls == null) {
      findings.add("https".equals(listeners.publicUrl().getScheme())
          ? Finding.ok(subject, "none: what ends TLS in front of loopback has it")
          : Finding.weak(subject,
              "none: browsers reach loopback only; set listeners.tls, or a public_url that begins with https://"));
      return;
    }
    try {
      X509Certificate leaf = ServerTls.verify(tls);
      judge(subject, leaf, "listeners.tls");
      if (!isFor(leaf, listeners.publicUrl())) {
        findings.add(Finding.weak("dashboard host", "the certificate is not for " + listeners.publicUrl().getHost()
            + ", the host of listeners.dashboard.public_url; browsers refuse it unless another stands in front"));
      }
    } catch (IllegalArgumentException unreadable) {
      findings.add(Finding.failed(subject, Examination.sentence(unreadable) + "; correct listeners.tls"));
    } catch (CertificateParsingException odd) {
      findings.add(Finding.failed(subject, "its names cannot be read; put another one into listeners.tls"));
    }
  }

  private void store(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      judge("store certificate", (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in), "sslcert");
    } catch (IOException | GeneralSecurityException unreadable) {
      findings.add(Finding.failed("store certificate", file + " cannot be read as a certificate; correct sslcert in store.url"));
    }
  }

  private void judge(String subject, X509Certificate certificate, String where) {
    Instant end = certificate.getNotAfter().toInstant();
    if (now.isAfter(end)) {
      findings.add(Finding.failed(subject, "it ended on " + end + "; put a new one into " + where));
    } else if (now.isBefore(certificate.getNotBefore().toInstant())) {
      findings.add(Finding.failed(subject,
          "it begins on " + certificate.getNotBefore().toInstant() + "; look at the clock, or at " + where));
    } else if (end.isBefore(now.plus(SOON))) {
      findings.add(Finding.weak(subject, "it ends on " + end + "; put a new one into " + where));
    } else {
      findings.add(Finding.ok(subject, "it is good until " + end));
    }
  }

  /** Whether a name of the certificate is the host's (RFC 9525). */
  private static boolean isFor(X509Certificate leaf, URI origin) throws CertificateParsingException {
    String host = origin.getHost().toLowerCase(Locale.ROOT);
    @Nullable
    Collection<List<?>> names = leaf.getSubjectAlternativeNames();
    if (names == null) {
      return false;
    }
    return names.stream().map(name -> String.valueOf(name.get(1)).toLowerCase(Locale.ROOT)).anyMatch(name -> name.equals(host)
        || (name.startsWith("*.") && host.indexOf('.') > 0 && name.substring(1).equals(host.substring(host.indexOf('.')))));
  }
}
