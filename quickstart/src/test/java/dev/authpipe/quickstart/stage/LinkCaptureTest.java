package dev.authpipe.quickstart.stage;

import static dev.authpipe.testkit.sandbox.Behaviours.answersStatus;
import static dev.authpipe.testkit.sandbox.Behaviours.oauthError;
import static dev.authpipe.testkit.sandbox.Behaviours.scope;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.proxy.egress.LinkJson;
import dev.authpipe.proxy.link.LinkTime;
import dev.authpipe.proxy.link.LinkTimes;
import dev.authpipe.proxy.report.OutboxSettings;
import dev.authpipe.testkit.CanaryText;
import dev.authpipe.testkit.sandbox.Call;
import dev.authpipe.testkit.sandbox.CallbackChange;
import dev.authpipe.wire.CheckpointAnswer;
import dev.authpipe.wire.CheckpointBatch;
import dev.authpipe.wire.Command;
import dev.authpipe.wire.Enrolment;
import dev.authpipe.wire.EnrolmentAnswer;
import dev.authpipe.wire.Feed;
import dev.authpipe.wire.Heartbeat;
import dev.authpipe.wire.NextIdentity;
import dev.authpipe.wire.ReportAnswer;
import dev.authpipe.wire.ReportBatch;
import dev.authpipe.wire.SignedCommands;

/**
 * An hour of mixed traffic, compressed: sixty minutes of the injected clock, with something different in each. Every byte between the real
 * planes is kept behind TLS and has to be a message of docs/link-format.md that the schema reads and writes again exactly so.
 */
class LinkCaptureTest {
  private static final int MINUTES = 60;
  /** A minute takes about a quarter of a second. */
  private static final LinkTimes COMPRESSED = TwoPlanes.brisk().with(LinkTime.POLL, Duration.ofMillis(50))
      .with(LinkTime.REPORTS, Duration.ofMillis(50)).with(LinkTime.CHECKPOINTS, Duration.ofMillis(50))
      .with(LinkTime.HEARTBEAT, Duration.ofMillis(60)).with(LinkTime.LOOK, Duration.ofMillis(50))
      .with(LinkTime.STEPS, Duration.ofMillis(250));
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Of each path: what the proxy sends, and what it is answered. */
  private record Kind(Class<? extends Record> request, Class<? extends Record> answer) {}

  /** Stands for no document at all. */
  private record Nothing() {}

  private static final Map<String, Kind> KINDS = Map.of("POST /link/v1/enrol", new Kind(Enrolment.class, EnrolmentAnswer.class),
      "POST /link/v1/identity", new Kind(NextIdentity.class, Nothing.class), "POST /link/v1/heartbeat",
      new Kind(Heartbeat.class, Nothing.class), "POST /link/v1/checkpoints",
      new Kind(CheckpointBatch.class, CheckpointAnswer.class), "POST /link/v1/reports",
      new Kind(ReportBatch.class, ReportAnswer.class),
      "GET /link/v1/feed", new Kind(Nothing.class, Feed.class), "GET /link/v1/commands",
      new Kind(Nothing.class, SignedCommands.class));
  private static final Map<String, Pattern> REQUEST_HEADERS = patterns("host", "127\\.0\\.0\\.1:\\d{4,5}", "content-length",
      "\\d{1,7}",
      "content-type", "application/json", "user-agent", "authpipe", "authpipe-feed", "2", "if-none-match",
      "\"\\d+-[0-9a-f]{16}-2\"");
  private static final Map<String, Pattern> ANSWER_HEADERS = patterns("content-length", "\\d{1,8}", "content-type",
      "application/json", "etag", "\"\\d+-[0-9a-f]{16}-2\"", "date", "\\w{3}, \\d\\d \\w{3} \\d{4} \\d\\d:\\d\\d:\\d\\d GMT",
      "authpipe-request-id", "req_[0-9a-hjkmnp-tv-z]{26}", "cache-control", "no-store", "content-security-policy",
      "default-src 'none'; frame-ancestors 'none'", "cross-origin-opener-policy", "same-origin", "cross-origin-resource-policy",
      "same-origin", "referrer-policy", "no-referrer", "strict-transport-security", "max-age=63072000; includeSubDomains",
      "x-content-type-options", "nosniff", "x-frame-options", "DENY");
  private static final Pattern TARGET = Pattern
      .compile("(GET|POST) (/link/v1/[a-z]+)(\\?after=\\d{1,15}&wait=(\\d|[12]\\d|30))? HTTP/1\\.1");
  private static final String LOG = "authpipe/[a-z]+/((client_secrets/)?wks_[0-9a-hjkmnp-tv-z]{26}|vault|client_secrets)";
  private static final String TIME = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z";
  private static final String SIGNED_NOTE = LOG + "\n\\d+\n[A-Za-z0-9+/]{43}=\nepoch \\d+ time " + TIME
      + "\n\n— authpipe/[a-z]+ [A-Za-z0-9+/]{90,92}={0,2}\n";
  /** All that a text which goes up may be: an id, a time, a hash, a word of ours, the software, a log with its key and checkpoint. */
  private static final Pattern TEXT_UP = Pattern.compile("[a-z]{2,5}_[0-9a-hjkmnp-tv-z]{26}|" + LOG + "|" + SIGNED_NOTE
      + "|authpipe/[a-z]+\\+[0-9a-f]{8}\\+[A-Za-z0-9+/]{44}"
      + "|\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z|[0-9a-f]{64}|[a-z]+([_:.][a-z]+)*|authpipe [\\w.-]+");

  private final LinkTap tap = new LinkTap();
  private final Random random = new Random(42);
  private final CanaryText secret = CanaryText.random(random);
  private final CanaryText person = CanaryText.random(random);
  private final CanaryText word = CanaryText.random(random);
  private final List<CanaryText> canaries = new ArrayList<>(List.of(secret, person, word));
  private final List<String> connections = new ArrayList<>();

  @Test
  @Tag("S72")
  void everyByteBetweenThePlanesIsOfTheSchemaAndNoneIsASecretOrAPerson() throws Exception {
    Map<String, Integer> seen = new TreeMap<>();
    try (TwoPlanes planes = TwoPlanes.ready(COMPRESSED, new OutboxSettings(100_000, Duration.ofMillis(250)),
        Map.of(LinkTap.PROPERTY, tap))) {
      planes.provider.settings().canary(secret);
      canaries.add(CanaryText.of(planes.clientSecret().reveal()));
      canaries.add(CanaryText.of(planes.setUp.apiKey().reveal()));
      try (Application application = planes.application()) {
        for (int minute = 0; minute < MINUTES; minute++) {
          String before = heartbeat(planes);
          act(planes, application, minute);
          planes.pass(Duration.ofMinutes(1));
          await().atMost(TwoPlanes.PATIENCE).pollInterval(Duration.ofMillis(20)).until(() -> !heartbeat(planes).equals(before));
        }
      }
      await().atMost(TwoPlanes.PATIENCE).untilAsserted(() -> assertThat(planes.dataPlane().path("outbox").asLong()).isZero());
      planes.stopProxy();
      planes.stopControlPlane();
    }
    for (LinkTap.Wire wire : tap.wires()) {
      account(wire, seen);
    }
    assertThat(seen.keySet()).containsAll(KINDS.keySet()).contains("connection", "client_secret", "api_key", "usage", "change",
        "command", "erasure", "probe", "disconnect");
    assertThat(seen.get("POST /link/v1/heartbeat")).isGreaterThanOrEqualTo(MINUTES);
  }

  private String anyone() {
    return connections.get(random.nextInt(connections.size()));
  }

  private static String heartbeat(TwoPlanes planes) {
    return planes.inControl("select heartbeat_at from data_plane");
  }

  private static Map<String, Pattern> patterns(String... namesAndValues) {
    Map<String, Pattern> patterns = new HashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      patterns.put(namesAndValues[i], Pattern.compile(namesAndValues[i + 1]));
    }
    return patterns;
  }

  /** What happens in one minute. */
  private void act(TwoPlanes planes, Application application, int minute) {
    String user = person.text() + "-" + minute;
    switch (minute % 15) {
      case 0, 5, 10 -> connections.add(application.connect(user, person.text() + "@example.com"));
      case 1 -> {
        application.accessToken(anyone());
        application.accessToken("conn_01js00000ke008000000000009").expect(404);
        try (Application stranger = new Application(planes.proxy().api(), planes.proxy().connect(), "ap_sk_" + word.text())) {
          stranger.accessToken(anyone()).expect(401);
        }
      }
      case 2 -> {
        application.call(anyone());
        application.send("GET", "/v1/proxy/" + anyone() + "/echo/" + word.text() + "?mail=" + person.text(), null);
        application.send("POST", "/v1/proxy/" + anyone() + "/echo", Map.of("text", word.text()));
      }
      case 3 -> application.refresh(anyone());
      case 4 -> {
        planes.provider.script().nextCallback(CallbackChange.error("access_denied"));
        assertThat(application.finishes(user, person.text() + "@example.com").status()).isGreaterThanOrEqualTo(400);
      }
      case 6 -> {
        planes.provider.script().next(Call.REFRESH, oauthError(word.text()));
        application.refresh(anyone());
      }
      case 7 -> {
        planes.provider.script().next(Call.EXCHANGE, scope("profile " + word.text()));
        connections.add(application.connect(user, person.text() + "@example.com"));
      }
      case 8 -> {
        planes.provider.script().next(Call.API, answersStatus(500));
        application.call(anyone());
        planes.provider.script().clear();
      }
      case 9 -> command(planes, minute < 30 ? "probe" : "disconnect", connections.getLast());
      case 11 -> application.send("DELETE", "/v1/connections/" + connections.getFirst(), null);
      case 12 -> application.send("DELETE", "/v1/end-users/" + person.text() + "-" + (minute - 2), null).expect(202);
      case 13 -> planes.member().asks("PATCH", planes.path("integrations/sandbox"),
          Map.of("note", "minute " + minute, "return_urls",
              List.of(Application.RETURN_URL.toString(), "https://a.example/" + minute)));
      default -> operate(planes, minute);
    }
  }

  /** What the proxy's operator does now and then. */
  private static void operate(TwoPlanes planes, int minute) {
    switch (minute / 15) {
      case 0 -> planes.terminals.approve();
      case 1 -> planes.terminals.atProxy("", "enrol", "--renew");
      case 2 -> planes.terminals.atProxy("", "approve", "--all", "--refuse");
      default -> planes.terminals.atProxy("", "doctor");
    }
  }

  private static void command(TwoPlanes planes, String kind, String connection) {
    String id = planes.member().asks("POST", planes.path("connection-commands"), Map.of("kind", kind, "target", connection))
        .at("/data/0/id").asText();
    await().atMost(TwoPlanes.PATIENCE).until(() -> {
      for (JsonNode one : planes.reads("commands").path("data")) {
        if (one.path("id").asText().equals(id)) {
          return !one.path("status").asText().equals("issued");
        }
      }
      return false;
    });
  }

  /** Accounts for one connection, byte for byte. */
  private void account(LinkTap.Wire wire, Map<String, Integer> seen) throws Exception {
    for (CanaryText canary : canaries) {
      assertThat(canary.search(wire.up())).as("up").isEmpty();
      assertThat(canary.search(wire.down())).as("down").isEmpty();
      assertThat(canary.search(wire.certificate())).isEmpty();
    }
    List<CapturedMessage> requests = CapturedMessage.all(wire.up());
    List<CapturedMessage> answers = CapturedMessage.all(wire.down());
    assertThat(answers.size()).as("each answer has its request").isLessThanOrEqualTo(requests.size());
    for (int i = 0; i < requests.size(); i++) {
      Kind kind = request(requests.get(i), seen);
      if (i < answers.size()) {
        answer(answers.get(i), kind, seen);
      } else {
        assertThat(i).as("only the last may have been cut off").isEqualTo(requests.size() - 1);
      }
    }
    if (wire.certificate().length > 0) {
      certificate(wire.certificate());
    }
  }

  private static Kind request(CapturedMessage request, Map<String, Integer> seen) throws Exception {
    Matcher target = TARGET.matcher(request.start());
    assertThat(target.matches()).as(request.start()).isTrue();
    String path = target.group(1) + " " + target.group(2);
    Kind kind = Objects.requireNonNull(KINDS.get(path), path);
    headers(request, REQUEST_HEADERS);
    document(request.body(), kind.request);
    if (kind.request != Nothing.class) {
      texts(JSON.readTree(request.body()), request, seen);
    }
    seen.merge(path, 1, Integer::sum);
    return kind;
  }

  private static void answer(CapturedMessage answer, Kind kind, Map<String, Integer> seen) throws Exception {
    headers(answer, ANSWER_HEADERS);
    if (answer.start().equals("HTTP/1.1 200 OK")) {
      document(answer.body(), kind.answer);
      if (kind.answer == SignedCommands.class) {
        for (SignedCommands.Signed one : LinkJson.read(SignedCommands.class, answer.body()).commands()) {
          assertThat(one.signature()).matches("[0-9a-f]{128}");
          byte[] payload = one.payload().getBytes(StandardCharsets.UTF_8);
          document(payload, Command.class);
          seen.merge(LinkJson.read(Command.class, payload).kind(), 1, Integer::sum);
        }
      }
    } else {
      assertThat(answer.start()).isIn("HTTP/1.1 204 No Content", "HTTP/1.1 304 Not Modified");
      assertThat(answer.body()).isEmpty();
    }
  }

  private static void headers(CapturedMessage message, Map<String, Pattern> closed) {
    message.headers().forEach((name, value) -> {
      assertThat(closed.keySet()).as(message.start()).contains(name);
      assertThat(value).as(name).matches(Objects.requireNonNull(closed.get(name)));
    });
  }

  /** The schema reads it, and writes the same bytes. */
  private static void document(byte[] body, Class<? extends Record> schema) {
    if (schema == Nothing.class) {
      assertThat(body).isEmpty();
    } else {
      assertThat(new String(LinkJson.write(LinkJson.read(schema, body)), StandardCharsets.UTF_8))
          .isEqualTo(new String(body, StandardCharsets.UTF_8));
    }
  }

  /** Every text that goes up is of a closed form; what people chose is the name of a key, which came down before. */
  private static void texts(JsonNode tree, CapturedMessage request, Map<String, Integer> seen) {
    if (tree.isTextual()) {
      assertThat(tree.asText()).as(request.start()).matches(TEXT_UP);
    }
    if (tree.has("kind")) {
      seen.merge(tree.path("kind").asText(), 1, Integer::sum);
    }
    Set<String> names = new TreeSet<>();
    tree.fieldNames().forEachRemaining(names::add);
    for (String name : names) {
      if (name.equals("name") && tree.path("kind").asText().equals("api_key")) {
        assertThat(tree.path(name).asText()).isIn("Tasklight", "operator");
      } else {
        texts(tree.path(name), request, seen);
      }
    }
    if (tree.isArray()) {
      tree.forEach(each -> texts(each, request, seen));
    }
  }

  /** Of the certificate, all that is the proxy's own is its key, a random number and the time it was made. */
  private static void certificate(byte[] der) throws Exception {
    X509Certificate certificate = (X509Certificate) CertificateFactory.getInstance("X.509")
        .generateCertificate(new ByteArrayInputStream(der));
    assertThat(certificate.getSubjectX500Principal().getName()).isEqualTo("CN=authpipe link");
    assertThat(certificate.getIssuerX500Principal()).isEqualTo(certificate.getSubjectX500Principal());
    assertThat(certificate.getCriticalExtensionOIDs() == null && certificate.getNonCriticalExtensionOIDs() == null)
        .as("no extension").isTrue();
  }
}
