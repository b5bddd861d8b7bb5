package dev.authpipe.control.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Every refusal has the one shape, whoever refuses. */
class ErrorShapeTest {
  private final RunningControlPlane plane = RunningControlPlane.shared();

  @Test
  void theServersOwnErrorsAreProblems() {
    problem(plane.anonymous().get("/api/v1/nothing"), 404, "not_found");
    problem(plane.person().send("PUT", "/api/v1/workspaces", "{}"), 405, "method_not_allowed");
    problem(plane.person().get("/api/v1/workspaces?limit=0"), 400, "invalid_request");
    problem(plane.person().get("/api/v1/workspaces?cursor=***"), 400, "invalid_request");
    problem(plane.person().get("/api/v1/workspaces?colour=blue"), 400, "unknown_parameter");
    problem(plane.person().with("Content-Type", "text/plain").send("POST", "/api/v1/workspaces", "x"), 415,
        "unsupported_media_type");
  }

  @Test
  @Tag("S38")
  void jsonIsReadStrictly() {
    problem(create("{"), 400, "invalid_json");
    problem(create("{\"name\":\"a\",\"name\":\"b\"}"), 400, "invalid_json");
    problem(create("{\"name\":\"a\"} {}"), 400, "invalid_json");
    problem(create("{\"name\":7}"), 400, "invalid_json");
    problem(create("[".repeat(40) + "]".repeat(40)), 400, "invalid_json");
    problem(create("{\"name\":\"a\",\"owner\":\"b\"}"), 400, "unknown_field");
    problem(create("{\"name\":\"" + "a".repeat(300_000) + "\"}"), 400, "invalid_json");
    problem(create("{\"name\":\"" + "a".repeat(1_100_000) + "\"}"), 413, "body_too_large");
    problem(create("{}"), 400, "invalid_request");
    problem(create("{\"name\":\"A B\"}"), 400, "invalid_request");
    problem(create("{\"name\":\"a\",\"region\":\"moon\"}"), 422, "unprocessable");
    problem(create("{\"name\":\"a\",\"plan\":\"gold\"}"), 422, "unprocessable");
    problem(plane.person().with("Content-Encoding", "gzip").send("POST", "/api/v1/workspaces", "{}"), 415,
        "unsupported_media_type");
  }

  @Test
  @Tag("S65")
  void everyAnswerCarriesTheSecurityHeaders() {
    assertThat(plane.person().get("/api/v1/plans").expect(200).headers().map()).containsKeys("cache-control",
        "x-content-type-options", "referrer-policy", "content-security-policy", "cross-origin-opener-policy", "x-frame-options",
        "authpipe-request-id");
    assertThat(plane.anonymous().get("/api/v1/nothing").headers().firstValue("content-security-policy")).get().asString()
        .contains("default-src 'none'", "frame-ancestors 'none'");
  }

  @Test
  @Tag("S25")
  void ambiguousFramingIsRefusedAndTheConnectionEnds() throws IOException {
    try (Socket socket = new Socket(plane.dashboard().getHost(), plane.dashboard().getPort())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream()
          .write("POST /api/v1/workspaces HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc"
              .getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(answer).startsWith("HTTP/1.1 400").contains("\"code\":\"invalid_framing\"");
    }
  }

  private ControlClient.Answer create(String body) {
    return plane.person().send("POST", "/api/v1/workspaces", body);
  }

  private static void problem(ControlClient.Answer answer, int status, String code) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    assertThat(answer.headers().firstValue("content-type")).contains("application/problem+json");
    assertThat(answer.json().fieldNames()).toIterable().containsExactly("type", "title", "status", "detail", "code",
        "request_id");
    assertThat(answer.code()).isEqualTo(code);
    assertThat(answer.json().path("status").asInt()).isEqualTo(status);
    assertThat(answer.headers().firstValue("authpipe-request-id")).contains(answer.json().path("request_id").asText());
  }
}
