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

import dev.authpipe.proxy.browser.Language;
import dev.authpipe.proxy.browser.Pages;
import dev.authpipe.proxy.http.ErrorCode;

/** The hosted page, its parts, and the page that an authorization answer ends on when it is refused. Never built from what a provider says. */
@Singleton
final class HostedPages {
  private static final List<String> PARTS = List.of("index.html", "problem.html", "page.css", "page.js", "parts.js",
      "theme.js", "strings-en.js", "strings-de.js", "strings-fr.js");
  private final Map<String, byte[]> parts = Pages.files("connect", PARTS);
  private final PageWords words = new PageWords();
  private final Pages pages;

  HostedPages(Pages pages) {
    this.pages = pages;
  }

  /** The page itself; it holds nothing of a session. */
  MutableHttpResponse<byte[]> page(Language language) {
    StringBuilder languages = new StringBuilder("<nav class=\"languages\" aria-label=\"")
        .append(escape(words.say(language, "page.languages"))).append("\">");
    for (Language one : Language.values()) {
      languages.append("<a hreflang=\"").append(one.tag()).append("\" lang=\"").append(one.tag()).append("\" href=\"/connect?")
          .append(Language.PARAMETER).append('=').append(one.tag()).append('"')
          .append(one == language ? " aria-current=\"true\">" : ">").append(one.title()).append("</a>");
    }
    String page = text("index.html").replace("{{language}}", language.tag())
        .replace("{{title}}", escape(words.say(language, "page.title")))
        .replace("{{wait}}", escape(words.say(language, "page.wait")))
        .replace("{{noscript}}", escape(words.say(language, "page.noscript")))
        .replace("{{languages}}", languages.append("</nav>"));
    return pages.page(page.getBytes(StandardCharsets.UTF_8));
  }

  /** A script or style. */
  MutableHttpResponse<byte[]> asset(String name, String type) {
    return pages.asset(part(name), type);
  }

  /** Why an authorization answer came to nothing, and what to do. */
  MutableHttpResponse<byte[]> problem(ErrorCode code, @Nullable URI giveUp, boolean again, String requestId, Language language) {
    StringBuilder actions = new StringBuilder();
    if (again) {
      actions.append("<a class=\"button\" href=\"/connect?").append(Language.PARAMETER).append('=').append(language.tag())
          .append("\">").append(escape(words.say(language, "problem.again"))).append("</a>");
    }
    if (giveUp != null) {
      actions.append("<a class=\"").append(again ? "plain" : "button").append("\" rel=\"noreferrer\" href=\"")
          .append(escape(giveUp.toString())).append("\">").append(escape(words.say(language, "problem.back"))).append("</a>");
    }
    String page = text("problem.html").replace("{{language}}", language.tag())
        .replace("{{title}}", escape(words.title(language, code))).replace("{{text}}", escape(words.nextStep(language, code)))
        .replace("{{trace}}", escape(words.say(language, "problem.trace"))).replace("{{code}}", escape(code.code()))
        .replace("{{request_word}}", escape(words.say(language, "problem.request"))).replace("{{request}}", escape(requestId))
        .replace("{{actions}}", actions);
    return pages.page(HttpResponse.status(code.status(), code.title()), page.getBytes(StandardCharsets.UTF_8))
        .header("Authpipe-Error", code.code());
  }

  /** Puts the guarding headers on an answer. */
  <T> MutableHttpResponse<T> guarded(MutableHttpResponse<T> response) {
    return pages.guarded(response);
  }

  private String text(String name) {
    return new String(part(name), StandardCharsets.UTF_8);
  }

  private byte[] part(String name) {
    return Objects.requireNonNull(parts.get(name)).clone();
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;").replace("'", "&#39;");
  }
}
