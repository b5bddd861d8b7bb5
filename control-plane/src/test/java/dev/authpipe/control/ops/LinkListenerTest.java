package dev.authpipe.control.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.control.http.Role;

/** The link listener: mutual TLS 1.3, identities, and nothing of the other listeners. */
@Tag("S74")
class LinkListenerTest {
  private final RunningControlPlane plane = RunningControlPlane.shared();

  @Test
  void withoutACertificateNothingIsAnswered() throws Exception {
    SSLContext naked = SSLContext.getInstance("TLSv1.3");
    naked.init(null, new TrustManager[]{LinkClient.anyServer()}, null);
    assertThatThrownBy(() -> exchange(naked, "TLSv1.3")).isInstanceOf(IOException.class);
  }

  @Test
  @Tag("S94")
  void tls12IsRefused() {
    assertThatThrownBy(() -> exchange(LinkClient.Key.create().context(), "TLSv1.2")).isInstanceOf(IOException.class);
  }

  @Test
  void anIdentityThatNobodyEnrolledMeetsNothingButTheEnrolment() {
    LinkClient stranger = plane.proxy();
    for (String path : new String[]{"/link/v1/feed", "/link/v1/commands"}) {
      ControlClient.Answer answer = stranger.get(path);
      assertThat(answer.status()).as(path).isEqualTo(401);
    }
    for (String path : new String[]{"/link/v1/reports", "/link/v1/heartbeat", "/link/v1/identity", "/link/v1/checkpoints"}) {
      assertThat(stranger.post(path, "{}").status()).as(path).isEqualTo(401);
    }
    plane.move(java.time.Duration.ofMinutes(1));
    assertThat(stranger.post("/link/v1/enrol", "{}").code()).isEqualTo("invalid_request");
  }

  @Test
  void noIdentityCanBeClaimedByAHeader() {
    LinkClient enrolled = plane.enrolled(plane.workspace());
    String claimed = enrolled.key().identity();
    assertThat(plane.proxy().get("/link/v1/commands", "Authpipe-Link-Identity", claimed).status()).isEqualTo(401);
    assertThat(plane.person().with("Authpipe-Link-Identity", claimed).get("/link/v1/commands").status()).isEqualTo(404);
    assertThat(enrolled.get("/link/v1/commands").status()).isEqualTo(200);
  }

  @Test
  void routesOfOtherListenersAreUnknownHere() {
    String workspace = plane.workspace();
    LinkClient enrolled = plane.enrolled(workspace);
    assertThat(enrolled.get("/api/v1/csrf-token").status()).isEqualTo(404);
    assertThat(enrolled.get("/api/v1/workspaces/" + workspace).status()).isEqualTo(404);
    assertThat(enrolled.get("/health/ready").status()).isEqualTo(404);
    assertThat(plane.member(workspace, Role.OWNER).send("POST", "/link/v1/heartbeat", "{}").status()).isEqualTo(404);
  }

  @Test
  void aProxyMakes120RequestsAMinuteAndOthersGoOn() {
    LinkClient flooding = plane.enrolled(plane.workspace());
    LinkClient other = plane.enrolled(plane.workspace());
    int refused = 0;
    for (int i = 0; i < 140; i++) {
      refused += flooding.get("/link/v1/commands").status() == 429 ? 1 : 0;
    }
    assertThat(refused).isBetween(5, 20);
    assertThat(other.get("/link/v1/commands").status()).isEqualTo(200);
  }

  @Test
  void encodedAndOversizedBodiesAreRefused() {
    LinkClient enrolled = plane.enrolled(plane.workspace());
    assertThat(enrolled.send("POST", "/link/v1/heartbeat", "{}", "Content-Encoding", "gzip").status()).isEqualTo(415);
    assertThat(enrolled.post("/link/v1/reports", "{\"v\":1,\"first\":0,\"reports\":\"" + "x".repeat(1_100_000) + "\"}").status())
        .isEqualTo(413);
  }

  private String exchange(SSLContext context, String protocol) throws IOException {
    URI link = plane.link();
    try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(link.getHost(), link.getPort())) {
      socket.setSoTimeout(10_000);
      socket.setEnabledProtocols(new String[]{protocol});
      socket.startHandshake();
      socket.getOutputStream()
          .write("GET /link/v1/commands HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (answer.isEmpty()) {
        throw new IOException("the connection was closed");
      }
      return answer;
    }
  }
}
