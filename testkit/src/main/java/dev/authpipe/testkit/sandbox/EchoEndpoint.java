package dev.authpipe.testkit.sandbox;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.zip.GZIPOutputStream;

import dev.authpipe.testkit.http.Answer;
import dev.authpipe.testkit.http.Exchange;
import dev.authpipe.testkit.http.Header;

/** Answers made of the request: what arrived, a status, a redirect, or the very credential it carried. */
final class EchoEndpoint {

  private EchoEndpoint() {}

  /** Method, raw target, header fields in order and body; of a credential only that it was there, else no echo would pass the echo guard. */
  static Answer echo(Exchange exchange) throws IOException {
    var request = exchange.request();
    var body = exchange.body().readNBytes(1024 * 1024);
    var headers = Json.array();
    request.headers().forEach(header -> headers.add(Json.array().add(header.name())
        .add(header.is("Authorization") || header.is("X-Api-Key") ? "present" : header.value())));
    var answer = Json.object().put("method", request.method()).put("target", request.rawTarget());
    answer.set("headers", headers);
    return Json.answer(200, answer.put("body", new String(body, StandardCharsets.UTF_8)).put("body_base64",
        Base64.getEncoder().encodeToString(body)));
  }

  static Answer status(Exchange exchange, String status) throws IOException {
    exchange.body().skip(1024 * 1024);
    var query = FormParameters.parse(exchange.request().rawQuery());
    if (!status.matches("[2-5]\\d\\d")) {
      return Json.answer(400, Json.object().put("message", "not a status"));
    }
    var answer = Answer.of(Integer.parseInt(status));
    for (var header : query.all("header")) {
      var colon = header.indexOf(':');
      if (colon < 1 || header.chars().anyMatch(character -> character < ' ')) {
        return Json.answer(400, Json.object().put("message", "not a header"));
      }
      answer = answer.with(header.substring(0, colon), header.substring(colon + 1).strip());
    }
    return answer.body(query.single("body").orElse("").getBytes(StandardCharsets.UTF_8));
  }

  static Answer redirect(Exchange exchange) {
    var query = FormParameters.parse(exchange.request().rawQuery());
    return Answer.redirect(Integer.parseInt(query.single("status").orElse("302")), URI.create(query.required("to")));
  }

  /** Puts the credential of the request into the answer, in the dress and in chunks of the size asked for. */
  static void authorization(Exchange exchange, FormParameters query) throws IOException {
    var header = exchange.request().header("Authorization").or(() -> exchange.request().header("X-Api-Key")).orElse("");
    var credential = header.substring(header.indexOf(' ') + 1).getBytes(StandardCharsets.UTF_8);
    var dressed = switch (query.single("form").orElse("raw")) {
      case "base64" -> Base64.getEncoder().encodeToString(credential);
      case "base64url" -> Base64.getUrlEncoder().withoutPadding().encodeToString(credential);
      case "hex" -> HexFormat.of().formatHex(credential);
      case "url" -> HexFormat.of().withPrefix("%").withUpperCase().formatHex(credential);
      case "query" -> URLEncoder.encode(header, StandardCharsets.UTF_8);
      default -> new String(credential, StandardCharsets.UTF_8);
    };
    var headers = new ArrayList<Header>();
    headers.add(new Header("Content-Type", "text/plain;charset=utf-8"));
    var body = ("you sent " + dressed + " to us").getBytes(StandardCharsets.UTF_8);
    if (query.single("gzip").filter("true"::equals).isPresent()) {
      headers.add(new Header("Content-Encoding", "gzip"));
      body = gzip(body);
    }
    var chunk = query.single("chunk").map(Integer::parseInt).filter(size -> size > 0).orElse(body.length);
    try (var out = exchange.streamChunked(200, headers)) {
      for (var at = 0; at < body.length; at += chunk) {
        out.write(body, at, Math.min(chunk, body.length - at));
      }
    }
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    var packed = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(packed)) {
      gzip.write(bytes);
    }
    return packed.toByteArray();
  }
}
