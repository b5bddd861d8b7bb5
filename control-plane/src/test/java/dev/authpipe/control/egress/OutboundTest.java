package dev.authpipe.control.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.URI;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.authpipe.testkit.http.RawHttpServer;

/** Where the control plane connects to, and what it reads. */
@Tag("S22")
class OutboundTest {
  private final OutboundSettings none = new OutboundSettings(Set.of(), false);

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
      "224.0.0.1", "255.255.255.255", "198.18.0.1", "::1", "::", "fe80::1", "fc00::1", "fd12::1", "ff02::1", "2001:db8::1",
      "64:ff9b::7f00:1", "::ffff:127.0.0.1", "::7f00:1", "2002:7f00:1::"})
  void addressesThatAreNotPublic(String literal) {
    assertThat(PublicAddresses.contains(InetAddress.ofLiteral(literal))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"8.8.8.8", "1.1.1.1", "172.32.0.1", "2606:4700:4700::1111", "64:ff9b::808:808"})
  void addressesThatArePublic(String literal) {
    assertThat(PublicAddresses.contains(InetAddress.ofLiteral(literal))).isTrue();
  }

  @Test
  void plainHttpAndPrivateAddressesAreRefusedWithoutAConnection() {
    try (RawHttpServer server = RawHttpServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".getBytes(
        java.nio.charset.StandardCharsets.US_ASCII)); Outbound outbound = new Outbound(none)) {
      refused(outbound, server.origin().toString());
      refused(outbound, server.origin().toString().replace("http:", "https:"));
      refused(outbound, server.origin().toString().replace("http://127.0.0.1", "https://localhost"));
      refused(outbound, "https://user@example.com/");
      refused(outbound, "file:///etc/passwd");
      assertThat(server.requestHeads()).isEmpty();
    }
  }

  @Test
  void aNamedLoopbackHostIsCalledInDevelopmentAndRedirectsAreNotFollowed() {
    try (RawHttpServer server = RawHttpServer.answering(
        "HTTP/1.1 302 Found\r\nLocation: https://example.com/\r\nContent-Length: 2\r\n\r\nno".getBytes(
            java.nio.charset.StandardCharsets.US_ASCII));
        Outbound outbound = new Outbound(new OutboundSettings(Set.of("127.0.0.1"), true))) {
      Outbound.Answer answer = outbound.call("GET", server.origin().resolve("/x"), Map.of("Accept", "text/plain"), null);
      assertThat(answer.status()).isEqualTo(302);
      assertThat(server.requestHeads()).hasSize(1);
    }
  }

  @Test
  void anAnswerBeyondTheLimitIsRefused() {
    String large = "x".repeat(300_000);
    try (RawHttpServer server = RawHttpServer.answering(
        ("HTTP/1.1 200 OK\r\nContent-Length: " + large.length() + "\r\n\r\n" + large).getBytes(
            java.nio.charset.StandardCharsets.US_ASCII));
        Outbound outbound = new Outbound(new OutboundSettings(Set.of("127.0.0.1"), true))) {
      assertThatThrownBy(() -> outbound.call("GET", server.origin(), Map.of(), null)).isInstanceOf(OutboundException.class)
          .hasMessageContaining("too large");
    }
  }

  private static void refused(Outbound outbound, String address) {
    assertThatThrownBy(() -> outbound.call("GET", URI.create(address), Map.of(), null)).as(address)
        .isInstanceOf(OutboundException.class);
  }
}
