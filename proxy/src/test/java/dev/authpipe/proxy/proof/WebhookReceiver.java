package dev.authpipe.proxy.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpHeaders;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookVerificationException;

import dev.authpipe.testkit.http.Answer;
import dev.authpipe.testkit.http.ExchangeHandler;
import dev.authpipe.testkit.http.LoopbackServer;
import dev.authpipe.testkit.http.RecordedRequest;

/** An application that receives webhooks over real HTTP and answers as a test wants. */
final class WebhookReceiver implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST_SECONDS = 30;

  private final BlockingQueue<Received> arrived = new LinkedBlockingQueue<>();
  private final LoopbackServer server;
  private volatile ExchangeHandler behaviour = exchange -> exchange.answer(Answer.of(204));

  /** A request and what its body says. */
  record Received(RecordedRequest request, JsonNode body) {
    String type() {
      return body.path("type").asText();
    }

    String id() {
      return request.header("webhook-id").orElseThrow();
    }

    JsonNode value(String pointer) {
      return body.at(pointer);
    }

    String signature() {
      return request.header("webhook-signature").orElseThrow();
    }

    /** By the verifier of somebody else, which also looks at the time. */
    void assertSignedWith(String secret) {
      HttpHeaders headers = HttpHeaders.of(request.headers().stream().collect(
          Collectors.groupingBy(header -> header.name(), Collectors.mapping(header -> header.value(), Collectors.toList()))),
          (_, _) -> true);
      try {
        new Webhook(secret).verify(request.bodyText(), headers);
      } catch (WebhookVerificationException refused) {
        throw new AssertionError("the signature does not hold", refused);
      }
    }
  }

  WebhookReceiver() {
    this.server = LoopbackServer.start(exchange -> {
      exchange.bodyText();
      arrived.add(new Received(exchange.request(), read(exchange.request().bodyText())));
      behaviour.handle(exchange);
    });
  }

  private static JsonNode read(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException malformed) {
      throw new IllegalArgumentException("not JSON", malformed);
    }
  }

  URI url() {
    return server.origin().resolve("/hooks?app=shop");
  }

  /** From now on. */
  void answers(Answer answer) {
    behaviour = exchange -> exchange.answer(answer);
  }

  /** From now on. */
  void behaves(ExchangeHandler handler) {
    behaviour = handler;
  }

  /** The next request that arrives. */
  Received next() {
    try {
      Received received = arrived.poll(MOST_SECONDS, TimeUnit.SECONDS);
      assertThat(received).as("a webhook within %d s", MOST_SECONDS).isNotNull();
      return received;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", interrupted);
    }
  }

  /** The next requests, as many as there are types, whatever their order; by type. */
  Map<String, Received> next(List<String> types) {
    Map<String, Received> received = types.stream().map(_ -> next())
        .collect(Collectors.toMap(Received::type, one -> one, (one, other) -> other));
    assertThat(received.keySet()).containsExactlyInAnyOrderElementsOf(types);
    return received;
  }

  /** What has arrived and was not looked at. */
  List<Received> rest() {
    List<Received> rest = new java.util.ArrayList<>();
    arrived.drainTo(rest);
    return rest;
  }

  /** As it was at first. */
  void reset() {
    behaviour = exchange -> exchange.answer(Answer.of(204));
    arrived.clear();
  }

  @Override
  public void close() {
    server.close();
  }
}
