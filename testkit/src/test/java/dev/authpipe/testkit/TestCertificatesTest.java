package dev.authpipe.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

import javax.net.ssl.SSLHandshakeException;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.authpipe.testkit.browser.BrowserLike;
import dev.authpipe.testkit.http.Answer;
import dev.authpipe.testkit.http.LoopbackServer;

@Tag("S28")
class TestCertificatesTest {

  private final TestCertificates certificates = TestCertificates.create();

  @Test
  void onlyThoseWhoTrustTheAuthorityConnect() {
    var leaf = certificates.issue("127.0.0.1", "localhost");
    try (var server = LoopbackServer.start(exchange -> exchange.answer(Answer.text(200, "hello")), leaf.context());
        var trusting = BrowserLike.trusting(certificates.trustingContext());
        var stranger = BrowserLike.trusting(TestCertificates.create().trustingContext())) {
      assertThat(trusting.open(server.origin()).body()).isEqualTo("hello");
      assertThat(trusting.open(server.origin("localhost")).body()).isEqualTo("hello");
      assertThatThrownBy(() -> stranger.open(server.origin())).isInstanceOf(UncheckedIOException.class)
          .hasCauseInstanceOf(SSLHandshakeException.class);
    }
  }

  @Test
  void expiredCertificateIsRefused() {
    try (
        var server = LoopbackServer.start(exchange -> exchange.answer(Answer.of(200)),
            certificates.issueExpired("127.0.0.1").context());
        var browser = BrowserLike.trusting(certificates.trustingContext())) {
      assertThatThrownBy(() -> browser.open(server.origin())).hasCauseInstanceOf(SSLHandshakeException.class);
    }
  }

  @Test
  void pemFilesHoldCertificateKeyAndAuthority(@TempDir Path directory) throws IOException {
    certificates.issue("localhost").writePemFiles(directory);

    assertThat(Files.readString(directory.resolve("certificate.pem"))).contains("BEGIN CERTIFICATE");
    assertThat(Files.readString(directory.resolve("private-key.pem"))).contains("BEGIN PRIVATE KEY");
    assertThat(Files.readString(directory.resolve("ca.pem"))).isEqualTo(certificates.authorityPem());
  }
}
