package dev.authpipe.proxy.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.testkit.browser.Page;

/**
 * An error as somebody met it, on whatever way.
 *
 * @param method    of the request; empty when it was no call of the API
 * @param path      of the request
 * @param headers   values by lower-case name
 * @param forwarded whether it was met on the forward path, where {@code Authpipe-Error} tells our problems from a provider's answers
 */
record Met(int status, Map<String, String> headers, String text, boolean forwarded, String method, String path) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ApiDocumentFile DOCUMENT = ApiDocumentFile.fromTheCode();
  private static final List<String> MEMBERS = List.of("type", "title", "status", "detail", "code", "request_id");
  /** What a stack trace, a class, a query or the sandbox provider's own words would bring along. */
  private static final String INSIDES = "(?s).*(\\bat [a-z]+\\.[a-z.]+\\(|Exception|dev\\.authpipe|io\\.micronaut|io\\.netty|org\\.jooq|jdbc:|"
      + "select |insert |scripted|We will be right back|sandbox\\.invalid).*";

  static Met of(ContractAnswer answer) {
    return new Met(answer.status(), headers(answer::header), answer.text(), answer.path().startsWith("/v1/proxy/"),
        answer.method(),
        answer.path());
  }

  /** Of another listener than the API's, which the API's document does not describe. */
  static Met elsewhere(ContractAnswer answer) {
    return new Met(answer.status(), headers(answer::header), answer.text(), false, "", "");
  }

  static Met of(Page page) {
    return new Met(page.status(), headers(page::header), page.body(), false, "", "");
  }

  static Met of(RawRequest.Answer answer, boolean forwarded) {
    return new Met(answer.status(), headers(answer::header), answer.body(), forwarded, "", "");
  }

  private static Map<String, String> headers(java.util.function.Function<String, Optional<String>> header) {
    Map<String, String> found = new java.util.TreeMap<>();
    for (String name : List.of("content-type", "authpipe-request-id", "authpipe-error", "retry-after", "x-content-type-options",
        "www-authenticate")) {
      header.apply(name).ifPresent(value -> found.put(name, value));
    }
    return found;
  }

  /** Holds the answer to RFC 9457 and the contract; a browser that followed a redirect meets a page instead. */
  void assertIs(ErrorCode code, boolean page) {
    assertThat(status).as("%s", text).isEqualTo(code.status());
    assertThat(text).doesNotMatch(INSIDES);
    assertThat(headers).containsEntry("x-content-type-options", "nosniff");
    String requestId = headers.getOrDefault("authpipe-request-id", "");
    assertThat(requestId).matches("req_[0-9a-z]{26}");
    if (page) {
      assertThat(headers.getOrDefault("content-type", "")).startsWith("text/html");
      assertThat(text).contains("<code>" + code.code() + "</code>", requestId);
      return;
    }
    assertThat(headers.getOrDefault("content-type", "")).startsWith("application/problem+json");
    JsonNode json = json();
    List<String> members = new ArrayList<>(MEMBERS);
    if (code == ErrorCode.BATCH_REFUSED) {
      members.add("errors");
    }
    assertThat(json.fieldNames()).toIterable().containsExactlyInAnyOrderElementsOf(members);
    assertThat(json.path("code").asText()).as("%s", json.path("detail").asText()).isEqualTo(code.code());
    assertThat(json.path("type").asText()).isEqualTo(code.type());
    assertThat(json.path("title").asText()).isEqualTo(code.title());
    assertThat(json.path("status").asInt()).isEqualTo(code.status());
    assertThat(json.path("detail").asText()).isNotBlank();
    assertThat(json.path("request_id").asText()).isEqualTo(requestId);
    DocumentedAnswer.operation(DOCUMENT, method, path).ifPresent(operation -> assertThat(
        ApiErrors.of(operation)).as("errors of %s", operation).contains(code));
    if (forwarded) {
      assertThat(headers).containsEntry("authpipe-error", code.code());
    }
    if (code == ErrorCode.UNAUTHENTICATED) {
      assertThat(headers).containsEntry("www-authenticate", "Bearer");
    }
    if (code.status() == 429 || code == ErrorCode.REFRESH_BACKOFF) {
      assertThat(headers.getOrDefault("retry-after", "")).as("Retry-After").matches("\\d+");
    }
  }

  private JsonNode json() {
    try {
      return JSON.readTree(text);
    } catch (com.fasterxml.jackson.core.JsonProcessingException failure) {
      throw new AssertionError("not JSON: " + text, failure);
    }
  }
}
