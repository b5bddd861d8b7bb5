package dev.authpipe.testkit.sandbox;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.function.UnaryOperator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.authpipe.testkit.Gate;
import dev.authpipe.testkit.http.Answer;

/** The words in which a test writes a script: {@code script().next(REFRESH, heldBy(gate), dropsAnswer())}. */
public final class Behaviours {

  private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
      .withZone(ZoneOffset.UTC);

  private Behaviours() {}

  public static Behaviour normally() {
    return new Behaviour.Normal();
  }

  /** Slow: the call waits before it is processed. */
  public static Behaviour heldBy(Gate gate) {
    return heldBy(gate, normally());
  }

  public static Behaviour heldBy(Gate gate, Behaviour then) {
    return new Behaviour.Held(gate, then);
  }

  /** Slow: the call is processed at once, its answer waits. */
  public static Behaviour answerHeldBy(Gate gate) {
    return answerHeldBy(gate, normally());
  }

  /** The answer waits at the gate, then meets the fate given, such as {@link #dropsAnswer()}. */
  public static Behaviour answerHeldBy(Gate gate, Behaviour then) {
    return new Behaviour.AnswerHeld(gate, then);
  }

  public static Behaviour dropsAnswer() {
    return new Behaviour.Dropped();
  }

  public static Behaviour cutsAnswerShort() {
    return new Behaviour.CutShort(10);
  }

  public static Behaviour resetsConnection() {
    return new Behaviour.Reset();
  }

  public static Behaviour answers(Answer answer) {
    return new Behaviour.Instead(answer);
  }

  public static Behaviour answersStatus(int status) {
    return answers(Answer.text(status, "status " + status));
  }

  /** An error of RFC 6749, section 5.2: status 400, for {@code invalid_client} 401. */
  public static Behaviour oauthError(String error) {
    return oauthError(error.equals("invalid_client") ? 401 : 400, error);
  }

  public static Behaviour oauthError(int status, String error) {
    return answers(Json.answer(status, Json.object().put("error", error).put("error_description", "scripted")));
  }

  /** The error body of a provider that answers everything with 200. */
  public static Behaviour errorWithStatus200(String error) {
    return answers(Json.answer(200, Json.object().put("ok", false).put("error", error)));
  }

  public static Behaviour answersHtml() {
    return answers(Answer.html(200, "<!doctype html><title>Sandbox</title><p>We will be right back.</p>"));
  }

  public static Behaviour redirectsTo(URI location) {
    return answers(Answer.redirect(307, location));
  }

  public static Behaviour retryAfter(int status, Duration delay) {
    return answers(Answer.text(status, "later").with("Retry-After", Long.toString(delay.toSeconds())));
  }

  /** {@code Retry-After} as an HTTP date. */
  public static Behaviour retryAfter(int status, Instant moment) {
    return answers(Answer.text(status, "later").with("Retry-After", HTTP_DATE.format(moment)));
  }

  public static Behaviour with(String name, JsonNode value) {
    return body("with " + name, body -> body.set(name, value));
  }

  /** The parameter with a value of the wrong JSON type: a number becomes an array, everything else an object. */
  public static Behaviour wrongType(String name) {
    return body("wrong type of " + name, body -> {
      var value = body.path(name);
      return body.set(name, value.isNumber() ? Json.array().add(value) : Json.object().set("value", value));
    });
  }

  public static Behaviour without(String name) {
    return body("without " + name, body -> {
      body.remove(name);
      return body;
    });
  }

  public static Behaviour withoutRefreshToken() {
    return without("refresh_token");
  }

  public static Behaviour withoutExpiresIn() {
    return without("expires_in");
  }

  public static Behaviour expiresIn(long seconds) {
    return body("expires_in " + seconds, body -> body.put("expires_in", seconds));
  }

  public static Behaviour scope(String granted) {
    return body("scope changed", body -> body.put("scope", granted));
  }

  /** The parameter twice in the same object, the true value last. */
  public static Behaviour duplicateKey(String name) {
    return new Behaviour.Altered("duplicate " + name, body -> {
      var text = Json.write(body);
      return Answer.json(200, "{\"" + name + "\":\"first\"," + text.substring(1));
    });
  }

  /** A correct answer of a little more than 64 KiB. */
  public static Behaviour oversized() {
    return body("over 64 KiB", body -> body.put("padding", "x".repeat(64 * 1024)));
  }

  /** Half of a JSON document, well framed as HTTP. */
  public static Behaviour brokenJson() {
    return new Behaviour.Altered("broken JSON", body -> {
      var text = Json.write(body);
      return Answer.json(200, text.substring(0, text.length() - 2));
    });
  }

  private static Behaviour body(String what, UnaryOperator<ObjectNode> change) {
    return new Behaviour.Altered(what, body -> Json.answer(200, change.apply(body)));
  }
}
