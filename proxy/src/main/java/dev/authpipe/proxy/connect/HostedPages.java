package dev.authpipe.proxy.connect;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.MutableHttpResponse;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.browser.Language;
import dev.authpipe.proxy.browser.PageWords;
import dev.authpipe.proxy.browser.Pages;
import dev.authpipe.proxy.browser.ScriptPage;
import dev.authpipe.proxy.http.ErrorCode;

/** The hosted page, its parts, and the page that an authorization answer ends on when it is refused. Never built from what a provider says. */
@Singleton
final class HostedPages {
  private static final List<String> PARTS = List.of("index.html", "problem.html", "page.css", "page.js", "parts.js",
      "problem.js", "theme.js", "strings-en.js", "strings-de.js", "strings-fr.js");
  private static final Set<ErrorCode> PASSING = EnumSet.of(ErrorCode.RATE_LIMITED, ErrorCode.KEY_UNAVAILABLE,
      ErrorCode.STORE_UNAVAILABLE);
  private final Map<String, byte[]> parts = Pages.files("connect", PARTS);
  private final PageWords words = new PageWords("connect");
  private final ScriptPage page = new ScriptPage(part("index.html"), "/connect", words);
  private final Pages pages;

  HostedPages(Pages pages) {
    this.pages = pages;
  }

  /** The page itself; it holds nothing of a session. */
  MutableHttpResponse<byte[]> page(Language language) {
    return pages.page(page.in(language));
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
          .append("\">").append(ScriptPage.escape(words.say(language, "problem.again"))).append("</a>");
    }
    if (PASSING.contains(code)) { // nothing was used up: the same address is good in a minute
      actions.append("<a class=\"button\" href=\"\">").append(ScriptPage.escape(words.say(language, "problem.reload")))
          .append("</a>");
    }
    if (giveUp != null) {
      actions.append("<a class=\"").append(again ? "plain" : "button").append("\" rel=\"noreferrer\" href=\"")
          .append(ScriptPage.escape(giveUp.toString())).append("\">")
          .append(ScriptPage.escape(words.say(language, "problem.back"))).append("</a>");
    }
    String filled = text("problem.html").replace("{{language}}", language.tag())
        .replace("{{title}}", ScriptPage.escape(words(language, code, ".title")))
        .replace("{{text}}", ScriptPage.escape(words(language, code, ".text")))
        .replace("{{trace}}", ScriptPage.escape(words.say(language, "problem.trace")))
        .replace("{{code}}", ScriptPage.escape(code.code()))
        .replace("{{request_word}}", ScriptPage.escape(words.say(language, "problem.request")))
        .replace("{{request}}", ScriptPage.escape(requestId))
        .replace("{{back}}", ScriptPage.escape(words.say(language, "problem.back"))).replace("{{actions}}", actions);
    return pages.page(HttpResponse.status(code.status(), code.title()), filled.getBytes(StandardCharsets.UTF_8))
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

  private String words(Language language, ErrorCode code, String what) {
    return words.find(language, code.code() + what).orElseGet(() -> words.say(language, "otherwise" + what));
  }
}
