package dev.authpipe.testkit.sandbox;

import java.io.IOException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.authpipe.testkit.ConcealedText;
import dev.authpipe.testkit.Gate;
import dev.authpipe.testkit.http.Answer;
import dev.authpipe.testkit.http.Exchange;

/**
 * The sandbox provider's API. Each call needs a live access token or an API key, else 401 with {@code invalid_token}.
 *
 * <p>Under {@code /api}: {@code /me}, {@code /installations}, {@code /issues} (GET, POST), {@code /echo…} (any method; what arrived, as JSON),
 * {@code /stream?bytes=n[&chunked=true]}, {@code /sink} (POST), {@code /events?count=n},
 * {@code /redirect?to=…[&status=302]}, {@code /status/{code}[?header=Name:value&body=…]},
 * {@code /echo-authorization?form=raw|base64|base64url|url|hex[&chunk=n][&gzip=true]}.
 */
public final class SandboxApi {

  private final ApiAccess access;
  private final Script script;
  private final Observations observations;
  private final IssueTracker issues = new IssueTracker();
  private final Streams streams = new Streams();

  SandboxApi(Grants grants, TokenMint mint, Script script, Observations observations) {
    this.access = new ApiAccess(grants, mint);
    this.script = script;
    this.observations = observations;
  }

  /** A long-lived key for the account. */
  public ConcealedText createApiKey(Account account) {
    return access.createApiKey(account);
  }

  public void deleteApiKey(ConcealedText apiKey) {
    access.deleteApiKey(apiKey);
  }

  /** Holds the downloads to come at a gate once so many bytes have been sent. */
  public void holdDownloadsAfter(long bytes, Gate gate) {
    streams.holdDownloadsAfter(bytes, gate);
  }

  /** Holds the uploads to come at a gate once so many bytes have been read; from then on nothing is read from the socket. */
  public void holdUploadsAfter(long bytes, Gate gate) {
    streams.holdUploadsAfter(bytes, gate);
  }

  /** Holds event streams at a gate after their first event. */
  public void holdEvents(Gate gate) {
    streams.holdEvents(gate);
  }

  /** Bytes written by {@code /stream} since the start. */
  public long bytesSent() {
    return streams.bytesSent();
  }

  /** Bytes read by {@code /sink} since the start. */
  public long bytesReceived() {
    return streams.bytesReceived();
  }

  /** How many downloads and event streams ended early because the reader went away. */
  public int streamsBrokenOff() {
    return streams.brokenOff();
  }

  void handle(Exchange exchange) throws IOException {
    observations.arrived(Call.API);
    var behaviour = script.take(Call.API);
    if (behaviour instanceof Behaviour.Held(Gate gate, Behaviour.Normal _)) {
      gate.pass();
      serve(exchange);
    } else if (behaviour instanceof Behaviour.Normal) {
      serve(exchange);
    } else {
      Player.play(behaviour, exchange, () -> answer(exchange));
    }
  }

  void userinfo(Exchange exchange) throws IOException {
    observations.arrived(Call.USERINFO);
    Player.play(script.take(Call.USERINFO), exchange,
        () -> access.caller(exchange.request()).map(account -> Json.answer(200, profile(account).put("sub", account.id())))
            .orElseGet(ApiAccess::refusal));
  }

  /** Streams where the answer is a stream; a scripted call is answered whole, so that its answer can be held or altered. */
  private void serve(Exchange exchange) throws IOException {
    var path = path(exchange);
    if (!(path.equals("/stream") || path.equals("/sink") || path.equals("/events") || path.equals("/echo-authorization"))) {
      exchange.answer(answer(exchange));
      return;
    }
    if (access.caller(exchange.request()).isEmpty()) {
      exchange.answer(ApiAccess.refusal());
      return;
    }
    var query = FormParameters.parse(exchange.request().rawQuery());
    switch (path) {
      case "/stream" -> streams.down(exchange, query);
      case "/sink" -> streams.up(exchange);
      case "/events" -> streams.events(exchange, query);
      default -> EchoEndpoint.authorization(exchange, query);
    }
  }

  private Answer answer(Exchange exchange) throws IOException {
    var caller = access.caller(exchange.request());
    if (caller.isEmpty()) {
      return ApiAccess.refusal();
    }
    var path = path(exchange);
    if (path.startsWith("/echo")) {
      return EchoEndpoint.echo(exchange);
    }
    if (path.startsWith("/status/")) {
      return EchoEndpoint.status(exchange, path.substring("/status/".length()));
    }
    return switch (exchange.request().method() + " " + path) {
      case "GET /me" -> Json.answer(200, profile(caller.get()));
      case "GET /installations" -> Json.answer(200, installations(caller.get()));
      case "GET /issues" -> issues.list(caller.get());
      case "POST /issues" -> issues.create(caller.get(), exchange.bodyText());
      default -> path.equals("/redirect")
          ? EchoEndpoint.redirect(exchange)
          : Json.answer(404, Json.object().put("message", "no such resource"));
    };
  }

  private static String path(Exchange exchange) {
    return exchange.request().rawPath().substring(Endpoints.API.length());
  }

  private static ObjectNode profile(Account account) {
    return Json.object().put("id", account.id()).put("login", account.login()).put("name", account.displayName()).put("email",
        account.email());
  }

  private static JsonNode installations(Account account) {
    var list = Json.array();
    account.installations().forEach(
        installation -> list.add(Json.object().put("id", installation.id()).put("organisation", installation.organisation())));
    return Json.object().put("total_count", list.size()).set("installations", list);
  }
}
