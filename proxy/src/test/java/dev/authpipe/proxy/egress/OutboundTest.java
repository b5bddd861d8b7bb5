package dev.authpipe.proxy.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.authpipe.proxy.egress.OutboundException.Failure;
import dev.authpipe.proxy.egress.OutboundException.Sent;
import dev.authpipe.proxy.secret.SecretBytes;
import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.testkit.http.Answer;
import dev.authpipe.testkit.http.Header;
import dev.authpipe.testkit.http.LoopbackServer;

class OutboundTest {
  @TempDir
  Path folder;

  @Test
  void theRequestArrivesAsItWasBuilt() throws Exception {
    try (LoopbackServer provider = LoopbackServer.start(exchange -> {
      exchange.bodyText();
      exchange.answer(Answer.json(400, "{\"error\":\"invalid_grant\"}").with("Retry-After", "7"));
    }); DirectOutbound outbound = outbound(provider)) {
      OutboundResponse answer = outbound.exchange(OutboundRequest.of("POST", provider.origin().resolve("/oauth/token?a=%2F"))
          .withHeader("Authorization", SecretText.of("Basic abc")).withForm(SecretText.of("grant_type=refresh_token&x=%2B")));
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.header("retry-after")).contains("7");
      assertThat(text(answer)).isEqualTo("{\"error\":\"invalid_grant\"}");
      var seen = provider.requests().getFirst();
      assertThat(seen.method()).isEqualTo("POST");
      assertThat(seen.rawTarget()).isEqualTo("/oauth/token?a=%2F");
      assertThat(seen.bodyText()).isEqualTo("grant_type=refresh_token&x=%2B");
      assertThat(seen.header("Authorization")).contains("Basic abc");
      assertThat(seen.header("Host")).contains("127.0.0.1:" + provider.port());
      assertThat(answer.toString() + OutboundRequest.of("GET", URI.create("https://h/secret"))).doesNotContain("secret",
          "invalid_grant");
    }
  }

  @Test
  @Tag("S23")
  void aRedirectIsAnAnswerAndNotFollowed() throws Exception {
    try (
        LoopbackServer provider = LoopbackServer
            .start(exchange -> exchange.answer(Answer.redirect(302, URI.create("/elsewhere"))));
        DirectOutbound outbound = outbound(provider)) {
      assertThat(outbound.exchange(OutboundRequest.of("GET", provider.origin().resolve("/a"))).status()).isEqualTo(302);
      assertThat(provider.requests()).hasSize(1);
    }
  }

  @Test
  @Tag("S27")
  void anAnswerBeyondTheLimitIsRefusedWhetherItsLengthIsToldOrNot() {
    try (LoopbackServer provider = LoopbackServer.start(exchange -> {
      if (exchange.request().rawPath().equals("/chunked")) {
        try (var out = exchange.streamChunked(200, List.of(new Header("Content-Type", "application/json")))) {
          out.write(new byte[70_000]);
        }
      } else {
        exchange.answer(Answer.of(200).body(new byte[70_000]));
      }
    }); DirectOutbound outbound = outbound(provider)) {
      for (String path : List.of("/told", "/chunked")) {
        OutboundException refused = failure(outbound, OutboundRequest.of("GET", provider.origin().resolve(path)));
        assertThat(refused.failure()).isEqualTo(Failure.TOO_LARGE);
        assertThat(refused.sent()).isEqualTo(Sent.MAYBE_SENT);
      }
    }
  }

  @Test
  @Tag("S54")
  void aRefusedConnectionSaysThatNothingWasSent() {
    LoopbackServer provider = LoopbackServer.start(exchange -> exchange.answer(Answer.of(200)));
    try (provider; DirectOutbound outbound = outbound(provider)) {
      provider.refuseConnections();
      OutboundException failed = failure(outbound, OutboundRequest.of("GET", provider.origin()));
      assertThat(failed.failure()).isEqualTo(Failure.UNREACHABLE);
      assertThat(failed.sent()).isEqualTo(Sent.NOT_SENT);
    }
  }

  @Test
  @Tag("S54")
  void aDroppedAnswerSaysThatTheRequestMayHaveBeenSent() {
    try (LoopbackServer provider = LoopbackServer.start(exchange -> {
      if (exchange.request().rawPath().equals("/half")) {
        exchange.answerCutShort(Answer.json(200, "{\"access_token\":\"x\"}"), 5);
      } else {
        exchange.drop();
      }
    }); DirectOutbound outbound = outbound(provider)) {
      for (String path : List.of("/dropped", "/half")) {
        OutboundException failed = failure(outbound, OutboundRequest.of("POST", provider.origin().resolve(path)));
        assertThat(failed.failure()).isEqualTo(Failure.BROKEN);
        assertThat(failed.sent()).isEqualTo(Sent.MAYBE_SENT);
      }
    }
  }

  @Test
  @Tag("S54")
  void aSilentProviderEndsAtTheDeadline() {
    CountDownLatch end = new CountDownLatch(1);
    try (LoopbackServer provider = LoopbackServer.start(exchange -> await(end)); DirectOutbound outbound = outbound(provider)) {
      OutboundException failed = failure(outbound,
          OutboundRequest.of("POST", provider.origin()).withDeadline(Duration.ofMillis(200)));
      assertThat(failed.failure()).isEqualTo(Failure.TIMEOUT);
      assertThat(failed.sent()).isEqualTo(Sent.MAYBE_SENT);
      end.countDown();
    }
  }

  @Test
  @Tag("S54")
  void aHandshakeThatNeverEndsSaysThatNothingWasSent() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
      URI origin = URI.create("https://127.0.0.1:" + silent.getLocalPort());
      try (DirectOutbound outbound = new DirectOutbound(
          new Dialer(settings(Set.of(origin), List.of()), NameResolver.PLATFORM))) {
        OutboundException failed = failure(outbound, OutboundRequest.of("POST", origin).withDeadline(Duration.ofMillis(200)));
        assertThat(failed.failure()).isEqualTo(Failure.TIMEOUT);
        assertThat(failed.sent()).isEqualTo(Sent.NOT_SENT);
      }
    }
  }

  @Test
  @Tag("S22")
  void aReboundNameGetsNoInternalHit() {
    AtomicInteger lookups = new AtomicInteger();
    NameResolver rebinding = host -> List
        .of(InetAddress.ofLiteral(lookups.incrementAndGet() % 2 == 1 ? "127.0.0.1" : "169.254.169.254"));
    try (LoopbackServer inside = LoopbackServer.start(exchange -> exchange.answer(Answer.of(200)));
        DirectOutbound outbound = new DirectOutbound(new Dialer(settings(Set.of(), List.of()), rebinding))) {
      for (int i = 0; i < 4; i++) {
        OutboundException refused = failure(outbound,
            OutboundRequest.of("GET", URI.create("https://provider.example:" + inside.port())));
        assertThat(refused.failure()).isEqualTo(Failure.REFUSED_ADDRESS);
        assertThat(refused.sent()).isEqualTo(Sent.NOT_SENT);
      }
      assertThat(lookups).hasValue(4);
      assertThat(inside.openConnections()).isZero();
      assertThat(inside.requests()).isEmpty();
    }
  }

  @Test
  @Tag("S22")
  void theAddressIsLookedUpOnceForEachConnectionAndPinned() throws Exception {
    // The second look-up would lead inside: whoever looks up between check and connect would follow it.
    X509Bundle authority = authority();
    AtomicInteger lookups = new AtomicInteger();
    try (
        LoopbackServer provider = LoopbackServer.start(exchange -> exchange.answer(Answer.of(200)),
            tls(authority, "provider.example"));
        DirectOutbound outbound = new DirectOutbound(new Dialer(
            new EgressSettings(List.of(), List.of("127.0.0.0/8"), List.of(pem(authority)), Set.of(), Duration.ofSeconds(5), 1,
                Duration.ofSeconds(1), 8),
            host -> List.of(InetAddress.ofLiteral(lookups.getAndIncrement() == 0 ? "127.0.0.1" : "10.0.0.1"))))) {
      URI uri = URI.create("https://provider.example:" + provider.port());
      assertThat(outbound.exchange(OutboundRequest.of("GET", uri)).status()).isEqualTo(200);
      assertThat(lookups).hasValue(1);
      assertThat(failure(outbound, OutboundRequest.of("GET", uri)).failure()).isEqualTo(Failure.REFUSED_ADDRESS);
    }
  }

  @Test
  @Tag("S22")
  void aSlowNameLookupEndsAtTheDeadline() {
    CountDownLatch end = new CountDownLatch(1);
    NameResolver slow = host -> {
      await(end);
      throw new UnknownHostException(host);
    };
    try (DirectOutbound outbound = new DirectOutbound(new Dialer(settings(Set.of(), List.of()), slow))) {
      OutboundException failed = failure(outbound,
          OutboundRequest.of("GET", URI.create("https://provider.example")).withDeadline(Duration.ofMillis(200)));
      assertThat(failed.failure()).isEqualTo(Failure.TIMEOUT);
      assertThat(failed.sent()).isEqualTo(Sent.NOT_SENT);
      end.countDown();
    }
  }

  @Test
  @Tag("S28")
  void onlyACertificateOfATrustedAuthorityForThatNameIsAccepted() throws Exception {
    X509Bundle authority = authority();
    List<Path> trusted = List.of(pem(authority));
    try (
        LoopbackServer right = LoopbackServer.start(exchange -> exchange.answer(Answer.of(200)),
            tls(authority, "provider.example"));
        LoopbackServer otherName = LoopbackServer.start(exchange -> exchange.answer(Answer.of(200)),
            tls(authority, "evil.example"));
        LoopbackServer stranger = LoopbackServer.start(exchange -> exchange.answer(Answer.of(200)),
            tls(authority(), "provider.example"))) {
      for (LoopbackServer provider : List.of(right, otherName, stranger)) {
        URI uri = URI.create("https://provider.example:" + provider.port());
        try (DirectOutbound outbound = new DirectOutbound(
            new Dialer(settings(Set.of(uri), trusted), host -> List.of(InetAddress.getLoopbackAddress())))) {
          if (provider.equals(right)) {
            assertThat(outbound.exchange(OutboundRequest.of("GET", uri)).status()).isEqualTo(200);
          } else {
            OutboundException refused = failure(outbound, OutboundRequest.of("GET", uri));
            assertThat(refused.failure()).isEqualTo(Failure.TLS);
            assertThat(refused.sent()).isEqualTo(Sent.NOT_SENT);
            assertThat(provider.requests()).isEmpty();
          }
        }
      }
    }
  }

  @Test
  void aHeaderWithALineBreakIsRefused() {
    for (String value : List.of("a\r\nb", "a\nb", "a\u0000b")) {
      assertThat(catchThrowableOfType(IllegalArgumentException.class,
          () -> OutboundRequest.of("GET", URI.create("https://h")).withHeader("X-A", value))).isNotNull();
    }
  }

  private static DirectOutbound outbound(LoopbackServer provider) {
    return new DirectOutbound(new Dialer(settings(Set.of(provider.origin()), List.of()), NameResolver.PLATFORM));
  }

  private static EgressSettings settings(Set<URI> standIns, List<Path> trusted) {
    return new EgressSettings(List.of(), List.of(), trusted, standIns, Duration.ofSeconds(5), 4, Duration.ofSeconds(1), 8);
  }

  private static OutboundException failure(Outbound outbound, OutboundRequest request) {
    return catchThrowableOfType(OutboundException.class, () -> outbound.exchange(request));
  }

  private static String text(OutboundResponse answer) {
    try (SecretBytes body = answer.body()) {
      return new String(body.expose(), StandardCharsets.UTF_8);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static X509Bundle authority() throws Exception {
    return new CertificateBuilder().subject("CN=Test authority").setIsCertificateAuthority(true).ecp256().buildSelfSigned();
  }

  private Path pem(X509Bundle authority) throws IOException {
    return Files.writeString(Files.createTempFile(folder, "authority", ".pem"), authority.getCertificatePEM());
  }

  static SSLContext tls(X509Bundle authority, String name) throws Exception {
    X509Bundle server = new CertificateBuilder().subject("CN=" + name).addSanDnsName(name).ecp256().buildIssuedBy(authority);
    KeyManagerFactory keys = server.toKeyManagerFactory();
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }
}
