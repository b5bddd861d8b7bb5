package dev.authpipe.proxy.browser;

import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * A page that its own script fills. It holds nothing of anybody: all who speak a language get the same bytes, which are put together once. Its
 * template has {@code {{language}}}, {@code {{title}}}, {@code {{wait}}}, {@code {{noscript}}} and {@code {{languages}}}.
 */
public final class ScriptPage {
  private final Map<Language, byte[]> pages = new EnumMap<>(Language.class);

  /**
   * Puts the page together.
   *
   * @param template in UTF-8
   * @param path     where it is served
   * @param words    with {@code page.title}, {@code page.wait}, {@code page.noscript} and {@code page.languages}
   */
  public ScriptPage(byte[] template, String path, PageWords words) {
    for (Language language : Language.values()) {
      String page = new String(template, StandardCharsets.UTF_8).replace("{{language}}", language.tag())
          .replace("{{title}}", escape(words.say(language, "page.title")))
          .replace("{{wait}}", escape(words.say(language, "page.wait")))
          .replace("{{noscript}}", escape(words.say(language, "page.noscript")))
          .replace("{{languages}}", languages(language, path, words));
      pages.put(language, page.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static String languages(Language spoken, String path, PageWords words) {
    StringBuilder links = new StringBuilder("<nav class=\"languages\" aria-label=\"")
        .append(escape(words.say(spoken, "page.languages"))).append("\">");
    for (Language one : Language.values()) {
      links.append("<a hreflang=\"").append(one.tag()).append("\" lang=\"").append(one.tag()).append("\" href=\"").append(path)
          .append('?').append(Language.PARAMETER).append('=').append(one.tag()).append('"')
          .append(one == spoken ? " aria-current=\"true\">" : ">").append(one.title()).append("</a>");
    }
    return links.append("</nav>").toString();
  }

  /** The page in a language. */
  public byte[] in(Language language) {
    return Objects.requireNonNull(pages.get(language)).clone();
  }

  /** Text as it stands in HTML, between tags and in attributes. */
  public static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;").replace("'", "&#39;");
  }
}
