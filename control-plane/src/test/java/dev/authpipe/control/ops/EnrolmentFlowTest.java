package dev.authpipe.control.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import javax.net.ssl.SSLSocket;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.control.http.Role;

/** From a code on the dashboard to a proxy that is known, renewed and revoked. */
@Tag("S74")
class EnrolmentFlowTest {
  private final RunningControlPlane plane = RunningControlPlane.shared();
  private final String workspace = plane.workspace();
  private final ControlClient owner = plane.member(workspace, Role.OWNER);

  private String planes() {
    return "/api/v1/workspaces/" + workspace + "/data-planes";
  }

  private JsonNode created() {
    return owner.send("POST", planes(), "{\"name\":\"north\"}").expect(201).json();
  }

  private ControlClient.Answer enrol(LinkClient proxy, String proof) {
    plane.move(Duration.ofMinutes(1)); // the limit of enrolments of this address
    return proxy.post("/link/v1/enrol", LinkClient.enrolment(proof, LinkClient.CHECKPOINT_KEY));
  }

  private List<String> eventTypes() {
    return owner.get("/api/v1/workspaces/" + workspace + "/audit-events?limit=50").expect(200).json().path("data")
        .findValuesAsText("type");
  }

  @Test
  void aCodeEnrolsOnceAndOnlyTheKeyThatProvedIt() {
    JsonNode created = created();
    String code = created.path("enrolment_code").asText();
    assertThat(Duration.between(Instant.now(), Instant.parse(created.path("expires_at").asText())))
        .isBetween(Duration.ofMinutes(14), Duration.ofMinutes(15).plusSeconds(5));
    LinkClient thief = plane.proxy();
    LinkClient proxy = plane.proxy();
    assertThat(enrol(thief, LinkClient.proof(code, proxy.key())).status()).as("a proof seen on its way").isEqualTo(401);
    proxy.enrol(code);
    assertThat(proxy.dataPlane()).isEqualTo(created.path("data_plane").path("id").asText());
    assertThat(enrol(thief, LinkClient.proof(code, thief.key())).status()).as("the code a second time").isEqualTo(401);
    assertThat(enrol(proxy, LinkClient.proof(code, proxy.key())).status()).isEqualTo(401);
    assertThat(eventTypes()).contains("data_plane.created", "data_plane.assigned", "data_plane.code_issued",
        "data_plane.enrolled");
    assertThat(plane.asSuperuser("select count(*) from data_plane_enrolment where data_plane_id in (select data_plane_id from"
        + " data_plane where identity = decode('" + proxy.key().identity() + "', 'hex'))")).containsExactly("0");
  }

  @Test
  void aCodeEndsAfterItsTimeAndWhenAnotherIsMade() {
    JsonNode created = created();
    String first = created.path("enrolment_code").asText();
    String id = created.path("data_plane").path("id").asText();
    String second = owner.send("POST", planes() + "/" + id + "/enrolment-codes", null).expect(201).json().path("enrolment_code")
        .asText();
    LinkClient proxy = plane.proxy();
    assertThat(enrol(proxy, LinkClient.proof(first, proxy.key())).status()).isEqualTo(401);
    plane.asSuperuser("update data_plane_enrolment set expires_at = now() - interval '1 second'");
    assertThat(enrol(proxy, LinkClient.proof(second, proxy.key())).status()).isEqualTo(401);
    String third = owner.send("POST", planes() + "/" + id + "/enrolment-codes", null).expect(201).json().path("enrolment_code")
        .asText();
    proxy.enrol(third);
    assertThat(owner.send("POST", planes() + "/" + id + "/enrolment-codes", null).code()).isEqualTo("conflict");
  }

  @Test
  void twoProxiesRacingWithOneCodeMakeOneDataPlane() {
    String code = created().path("enrolment_code").asText();
    plane.move(Duration.ofMinutes(1));
    List<CompletableFuture<ControlClient.Answer>> race = java.util.stream.Stream.generate(plane::proxy).limit(6)
        .map(proxy -> proxy.sendAsync("POST", "/link/v1/enrol",
            LinkClient.enrolment(LinkClient.proof(code, proxy.key()), LinkClient.CHECKPOINT_KEY)))
        .toList();
    assertThat(race.stream().map(CompletableFuture::join).filter(answer -> answer.status() == 200)).hasSize(1);
  }

  @Test
  void theSecretOfACodeIsInTheStoreOnlySealed() {
    String code = created().path("enrolment_code").asText();
    byte[] payload = java.util.Base64.getUrlDecoder().decode(code.substring("ap_enrol_".length()));
    String secret = java.util.HexFormat.of().formatHex(payload, 65, 97);
    assertThat(plane.asSuperuser("select encode(sealed, 'hex') from data_plane_enrolment")).isNotEmpty()
        .allSatisfy(sealed -> assertThat(sealed).doesNotContain(secret));
    assertThat(plane.asSuperuser("select length(sealed) from command_key")).hasSize(1).allSatisfy(
        length -> assertThat(Integer.parseInt(length)).isGreaterThan(48));
  }

  @Test
  void theFirstConnectionWithTheAnnouncedKeyRetiresTheOldOne() {
    LinkClient proxy = plane.enrolled(workspace);
    LinkClient.Key old = proxy.key();
    LinkClient.Key next = LinkClient.Key.create();
    assertThat(proxy.post("/link/v1/identity", "{\"v\":1,\"next\":\"" + next.identity() + "\"}").status()).isEqualTo(204);
    assertThat(proxy.get("/link/v1/commands").status()).as("the old one works until then").isEqualTo(200);
    proxy.use(next);
    assertThat(proxy.get("/link/v1/commands").status()).isEqualTo(200);
    proxy.use(old);
    assertThat(proxy.get("/link/v1/commands").status()).isEqualTo(401);
    assertThat(eventTypes()).contains("data_plane.identity_renewed");
    LinkClient other = plane.enrolled(workspace);
    assertThat(other.post("/link/v1/identity", "{\"v\":1,\"next\":\"" + next.identity() + "\"}").code()).isEqualTo("conflict");
  }

  @Test
  void revocationEndsConnectionsWithinFiveSecondsAndForGood() throws IOException {
    LinkClient proxy = plane.enrolled(workspace);
    try (SSLSocket waiting = (SSLSocket) proxy.key().context().getSocketFactory().createSocket(plane.link().getHost(),
        plane.link().getPort())) {
      waiting.setSoTimeout(5_000);
      waiting.getOutputStream().write("GET /link/v1/commands HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(waiting.getInputStream().read()).as("answered").isEqualTo('H');
      waiting.getInputStream().skipNBytes(waiting.getInputStream().available());
      waiting.getOutputStream()
          .write("GET /link/v1/commands?wait=30 HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      owner.send("DELETE", planes() + "/" + proxy.dataPlane(), null).expect(200);
      long from = System.nanoTime();
      waiting.getInputStream().readAllBytes(); // until the other side closes, or 5 s without a byte
      assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(Duration.ofSeconds(5));
    }
    assertThat(proxy.get("/link/v1/feed").status()).isEqualTo(401);
    String code = created().path("enrolment_code").asText();
    assertThat(enrol(proxy, LinkClient.proof(code, proxy.key())).code()).as("its key is never taken again").isEqualTo("conflict");
    assertThat(eventTypes()).contains("data_plane.expelled");
  }

  @Test
  void theDashboardShowsHowAProxyIs() {
    LinkClient proxy = plane.enrolled(workspace);
    assertThat(owner.get(planes() + "/" + proxy.dataPlane()).json().path("state").asText()).isEqualTo("silent");
    proxy.get("/link/v1/feed").expect(200);
    assertThat(proxy.post("/link/v1/heartbeat", "{\"v\":1,\"software\":\"authpipe 1.2\",\"feed_version\":0,\"waiting_changes\":3,"
        + "\"outbox\":7,\"lost\":2,\"trust\":\"everything\",\"regions\":[\"eu\"],\"at\":\"2026-11-01T10:00:00.000Z\"}").status())
        .isEqualTo(204);
    JsonNode shown = owner.get(planes() + "/" + proxy.dataPlane()).expect(200).json();
    assertThat(shown.path("state").asText()).isEqualTo("online");
    assertThat(shown.path("software").asText()).isEqualTo("authpipe 1.2");
    assertThat(shown.path("feed_version").asLong() - shown.path("applied_version").asLong()).isEqualTo(1);
    assertThat(shown.path("waiting_changes").asLong()).isEqualTo(3);
    assertThat(shown.path("trust").asText()).isEqualTo("everything");
    assertThat(shown.path("lost").asLong()).isEqualTo(2);
    assertThat(shown.path("served_regions").path(0).asText()).isEqualTo("eu");
    assertThat(owner.get(planes()).json().path("data").findValuesAsText("id")).contains(proxy.dataPlane());
  }
}
