package dev.authpipe.proxy.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.testkit.Gate;

/** What stays open for long does not outlive what it was admitted with. */
class OpenStreamTest {
  private static final int PATIENCE_MILLIS = 10_000;
  private static ProxyFixture proxy;
  private static Gate gate;

  @BeforeAll
  static void start() {
    proxy = ProxyFixture.start();
    gate = Gate.closed();
    proxy.provider().api().holdEvents(gate);
  }

  @AfterAll
  static void stop() {
    gate.open();
    proxy.close();
  }

  @Test
  @Tag("S50")
  void anEventStreamEndsWithItsConnection() throws Exception {
    String connection = proxy.connectUser("stream-ada");
    String other = proxy.connectUser("stream-grace");
    try (Socket stream = open(proxy.application(), connection); Socket untouched = open(proxy.application(), other)) {
      proxy.application().send("DELETE", "/v1/connections/" + connection);
      assertCut(stream);
      assertOpen(untouched);
    }
  }

  @Test
  @Tag("S31")
  void anEventStreamEndsWithItsApiKey() throws Exception {
    String connection = proxy.connectUser("stream-hedy");
    String apiKey = proxy.apiKeys().create(ProofDeployment.OWN, List.of("proxy"), Stream.empty());
    try (Socket stream = open(new ContractClient(proxy.addresses().api(), apiKey), connection);
        Socket untouched = open(proxy.application(), connection)) {
      proxy.application().send("POST", "/v1/connections/" + connection + "/refresh").expect(200);
      assertOpen(stream); // a renewed access token ends nothing
      proxy.apiKeys().revoke(ProofDeployment.OWN, apiKey);
      assertCut(stream);
      assertOpen(untouched);
    }
  }

  private static Socket open(ContractClient caller, String connection) throws IOException {
    Socket socket = new Socket(caller.origin().getHost(), caller.origin().getPort());
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.getOutputStream().write(("GET /v1/proxy/" + connection + "/events?count=2 HTTP/1.1\r\nHost: h\r\nAuthorization: "
        + caller.authorization() + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
    InputStream in = socket.getInputStream();
    StringBuilder read = new StringBuilder();
    while (read.indexOf("\"number\":1}") < 0) {
      read.append((char) in.read());
    }
    in.readNBytes(4); // the end of the event and of its chunk
    return socket;
  }

  private static void assertCut(Socket stream) throws IOException {
    assertThat(stream.getInputStream().readAllBytes()).isEmpty();
  }

  private static void assertOpen(Socket stream) throws IOException {
    stream.setSoTimeout(500);
    assertThatThrownBy(() -> stream.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
    stream.setSoTimeout(PATIENCE_MILLIS);
  }
}
