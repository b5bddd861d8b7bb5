package dev.authpipe.proxy.connect;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.MutableHttpResponse;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.browser.Pages;
import dev.authpipe.proxy.http.ErrorCode;

/** The hosted page, its parts, and the page that an authorization answer ends on when it is refused. Never built from what a provider says. */
@Singleton
final class HostedPages {
  private static final List<String> PARTS = List.of("index.html", "problem.html", "page.css", "page.js", "parts.js",
      "strings.js");
  private static final Map<ErrorCode, String> NEXT_STEPS = Map.ofEntries(
      Map.entry(ErrorCode.STATE_INVALID,
          "This answer was used already, is too old, or was not asked for here. Go back to the application and start again."),
      Map.entry(ErrorCode.BROWSER_MISMATCH,
          "You began in another browser or window, or this browser did not keep our cookie. Go back to the application in this browser and start again. If somebody sent you a link that brought you here, close this page."),
      Map.entry(ErrorCode.INTEGRATION_MISMATCH,
          "The service sent you to the wrong place, so nothing was connected. Go back to the application and start again. If somebody sent you a link that brought you here, close this page."),
      Map.entry(ErrorCode.ISSUER_MISMATCH,
          "The answer does not come from the service you chose, so nothing was connected. Go back to the application and start again."),
      Map.entry(ErrorCode.SESSION_INVALID,
          "The link has expired or was used already. Go back to the application and start again."),
      Map.entry(ErrorCode.ACCESS_DENIED, "You, or the service, declined. Nothing was connected. You can try again, or go back."),
      Map.entry(ErrorCode.PROVIDER_REFUSED,
          "The service does not accept the request. You can try again; if that does not help, tell the people who run the application."),
      Map.entry(ErrorCode.PROVIDER_ANSWER_INVALID,
          "The service's answer cannot be used. You can try again; if that does not help, tell the people who run the application."),
      Map.entry(ErrorCode.NOT_FOUND, "There is nothing at this address. Go back to the application and start again."),
      Map.entry(ErrorCode.RATE_LIMITED, "There were many attempts from your network. Wait a minute, then load this page again."),
      Map.entry(ErrorCode.KEY_UNAVAILABLE, "Something on our side is not available. Wait a minute, then load this page again."),
      Map.entry(ErrorCode.STORE_UNAVAILABLE,
          "Something on our side is not available. Wait a minute, then load this page again."));
  private static final String OTHERWISE = "Something went wrong on our side. Go back to the application and start again.";
  private final Map<String, byte[]> parts = Pages.files("connect", PARTS);
  private final Pages pages;

  HostedPages(Pages pages) {
    this.pages = pages;
  }

  /** The page itself; it holds nothing of a session. */
  MutableHttpResponse<byte[]> page() {
    return pages.page(part("index.html"));
  }

  /** A script or style. */
  MutableHttpResponse<byte[]> asset(String name, String type) {
    return pages.asset(part(name), type);
  }

  /** Why an authorization answer came to nothing, and what to do. */
  MutableHttpResponse<byte[]> problem(ErrorCode code, @Nullable URI giveUp, boolean again, String requestId) {
    StringBuilder actions = new StringBuilder();
    if (again) {
      actions.append("<a class=\"button\" href=\"/connect\">Try again</a>");
    }
    if (giveUp != null) {
      actions.append("<a class=\"").append(again ? "plain" : "button").append("\" rel=\"noreferrer\" href=\"")
          .append(escape(giveUp.toString()))
          .append("\">Go back to the application</a>");
    }
    String page = new String(part("problem.html"), StandardCharsets.UTF_8).replace("{{title}}", escape(code.title()))
        .replace("{{text}}", escape(NEXT_STEPS.getOrDefault(code, OTHERWISE))).replace("{{actions}}", actions)
        .replace("{{code}}", escape(code.code())).replace("{{request}}", escape(requestId));
    return pages.page(HttpResponse.status(code.status(), code.title()), page.getBytes(StandardCharsets.UTF_8))
        .header("Authpipe-Error", code.code());
  }

  /** Puts the guarding headers on an answer. */
  <T> MutableHttpResponse<T> guarded(MutableHttpResponse<T> response) {
    return pages.guarded(response);
  }

  private byte[] part(String name) {
    return Objects.requireNonNull(parts.get(name)).clone();
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;").replace("'", "&#39;");
  }
}
