package dev.authpipe.proxy.browser;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

import io.micronaut.http.HttpRequest;

/** A language that pages for end users speak. */
public enum Language {
  EN("English"),
  DE("Deutsch"),
  FR("Français");

  /** Name of the query parameter by which a person chooses one. */
  public static final String PARAMETER = "lang";
  private static final int LONGEST_HEADER = 200;
  private static final List<String> TAGS = Arrays.stream(values()).map(Language::tag).toList();

  private final String title;
  private final String tag = name().toLowerCase(Locale.ROOT);

  Language(String title) {
    this.title = title;
  }

  /** The one that a person chose, or else that their browser asks for first (RFC 4647 lookup); English where we speak none of theirs. */
  public static Language of(HttpRequest<?> request) {
    String chosen = request.getParameters().get(PARAMETER);
    if (chosen != null && TAGS.contains(chosen)) {
      return ofTag(chosen);
    }
    String wanted = request.getHeaders().get("Accept-Language");
    if (wanted == null || wanted.length() > LONGEST_HEADER) {
      return EN;
    }
    try {
      String found = Locale.lookupTag(Locale.LanguageRange.parse(wanted), TAGS);
      return found == null ? EN : ofTag(found);
    } catch (IllegalArgumentException malformed) {
      return EN;
    }
  }

  private static Language ofTag(String tag) {
    return values()[TAGS.indexOf(tag)];
  }

  /** As in {@code lang} of HTML, and in names of files. */
  public String tag() {
    return tag;
  }

  /** Its name in itself. */
  public String title() {
    return title;
  }
}
